package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-zookeeper/zk"

	"github.com/zabscope/zabscope/server/fleet"
)

// load is what clients do all at once.
type load struct {
	name     string
	inFlight int
	request  func(c *zk.Conn, path string) error
}

// value is what a znode of the load holds.
var value = []byte(strings.Repeat("v", 128))

func setData(c *zk.Conn, path string) error {
	_, err := c.Set(path, value, -1)
	return err
}

func getData(c *zk.Conn, path string) error {
	_, _, err := c.Get(path)
	return err
}

var loads = []load{
	{"setData 128 B", 1, setData}, {"setData 128 B", 64, setData}, {"setData 128 B", 256, setData},
	{"getData", 1, getData}, {"getData", 64, getData}, {"getData", 256, getData},
}

// result is what a load came to.
type result struct {
	perSecond   float64
	median, p99 time.Duration
}

// crowd is connections to an ensemble, as many to each server, followers first.
type crowd struct{ conns []*zk.Conn }

// connsMax is how many connections a load is spread over.
const connsMax = 12

func newCrowd(f *fleet.Fleet) (*crowd, error) {
	leader := f.Leader()
	if leader == nil {
		return nil, errors.New("no server of " + f.Make.Name + " leads")
	}
	addrs := append(f.Addrs(leader), leader.Addr)
	c := &crowd{}
	for i := range connsMax {
		conn, err := connect(addrs[i%len(addrs)])
		if err != nil {
			c.close()
			return nil, err
		}
		c.conns = append(c.conns, conn)
	}
	return c, c.prepare()
}

// connect returns a connection with a session.
func connect(addr string) (*zk.Conn, error) {
	conn, events, err := zk.Connect([]string{addr}, 10*time.Second, zk.WithLogger(fleet.Quiet{}))
	if err != nil {
		return nil, err
	}
	limit := time.After(20 * time.Second)
	for {
		select {
		case e := <-events:
			if e.State == zk.StateHasSession {
				go drain(events)
				return conn, nil
			}
		case <-limit:
			conn.Close()
			return nil, fmt.Errorf("no session at %s within 20 s", addr)
		}
	}
}

// drain takes what the library tells, so that it need not wait.
func drain(events <-chan zk.Event) {
	for range events {
	}
}

func (c *crowd) close() {
	for _, conn := range c.conns {
		conn.Close()
	}
}

func pathOf(i int) string { return fmt.Sprintf("/load-%03d", i) }

// prepare makes the znodes that loads use.
func (c *crowd) prepare() error {
	for i := range 256 {
		_, err := c.conns[0].Create(pathOf(i), value, 0, zk.WorldACL(zk.PermAll))
		if err != nil && !errors.Is(err, zk.ErrNodeExists) {
			return err
		}
	}
	for i, conn := range c.conns {
		if _, err := conn.Sync(pathOf(0)); err != nil {
			return fmt.Errorf("connection %d: %w", i, err)
		}
	}
	return nil
}

// run does the load for a while: each of inFlight workers sends its next request when the last one
// is answered.
func (c *crowd) run(l load, during time.Duration) (result, error) {
	ctx, cancel := context.WithTimeout(context.Background(), during)
	defer cancel()
	times := make([][]time.Duration, l.inFlight)
	errs := make([]error, l.inFlight)
	began := time.Now()
	var workers sync.WaitGroup
	for i := range l.inFlight {
		workers.Go(func() {
			conn, path := c.conns[i%len(c.conns)], pathOf(i)
			for ctx.Err() == nil && errs[i] == nil {
				sent := time.Now()
				errs[i] = l.request(conn, path)
				times[i] = append(times[i], time.Since(sent))
			}
		})
	}
	workers.Wait()
	took := time.Since(began)
	all := slices.Concat(times...)
	slices.Sort(all)
	return result{
		perSecond: float64(len(all)) / took.Seconds(),
		median:    all[len(all)/2], p99: all[len(all)*99/100],
	}, errors.Join(errs...)
}

// measureLoad compares requests per second and latencies, round by round in turn.
func measureLoad(b *bench) error {
	pair, err := b.both(fleet.Size{Voters: 3})
	if err != nil {
		return err
	}
	defer killAll(pair)
	var crowds [2]*crowd
	for i, f := range pair {
		if crowds[i], err = newCrowd(f); err != nil {
			return err
		}
		defer crowds[i].close()
		if err := warm(crowds[i], b.Warm); err != nil {
			return fmt.Errorf("%s: %w", f.Make.Name, err)
		}
	}
	b.printf("\n## Requests of three servers, fsync on\n\nRequests per second and the median time" +
		" of one: the median of the rounds, (lowest–highest).\n\n" +
		"| Load | in flight | zabscope | Apache ZooKeeper | ratio of rates |" +
		" zabscope, p50 | Apache, p50 |\n|---|--:|--:|--:|--:|--:|--:|\n")
	for _, l := range loads {
		if err := b.compare(l, crowds); err != nil {
			return err
		}
	}
	return nil
}

// warm loads a crowd's servers until a JIT compiler has seen enough.
func warm(c *crowd, during time.Duration) error {
	for _, l := range []load{loads[2], loads[5]} {
		if _, err := c.run(l, during/2); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) compare(l load, crowds [2]*crowd) error {
	var rates, medians [2]series
	var ratios series
	for range b.Rounds {
		var round [2]result
		for i, c := range crowds {
			var err error
			if round[i], err = c.run(l, time.Duration(b.Seconds)*time.Second); err != nil {
				return fmt.Errorf("%s, %d in flight: %s: %w", l.name, l.inFlight,
					b.makes[i].Name, err)
			}
			rates[i] = append(rates[i], round[i].perSecond)
			medians[i] = append(medians[i], milliseconds(round[i].median))
		}
		ratios = append(ratios, round[0].perSecond/round[1].perSecond)
	}
	b.printf("| %s | %d | %s | %s | **%s** | %s ms | %s ms |\n", l.name, l.inFlight,
		rates[0].show("%.0f"), rates[1].show("%.0f"), ratios.show("%.2f"),
		medians[0].show("%.2f"), medians[1].show("%.2f"))
	return nil
}
