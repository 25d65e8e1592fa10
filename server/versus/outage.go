package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/fleet"
)

// watchman asks a server again and again for a write, which the opening of a session is, and
// remembers when it had it. It needs no library, whose own pauses between attempts would be
// measured instead.
type watchman struct {
	addr string
	mu   sync.Mutex
	had  []time.Time
	quit chan struct{}
	done chan struct{}
}

// Times of a watchman.
const (
	answerWithin = 60 * time.Millisecond // how long it waits for one answer
	between      = 2 * time.Millisecond  // how long it rests between two attempts
)

func watch(addr string) *watchman {
	w := &watchman{addr: addr, quit: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(w.done)
		for {
			select {
			case <-w.quit:
				return
			case <-time.After(between):
				if writes(w.addr) {
					w.mu.Lock()
					w.had = append(w.had, time.Now())
					w.mu.Unlock()
				}
			}
		}
	}()
	return w
}

func (w *watchman) stop() {
	close(w.quit)
	<-w.done
}

// since returns when it had its writes: the last one before a moment, and all after it.
func (w *watchman) since(at time.Time) []time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.had, at.Before)
	if i < 0 {
		i = len(w.had)
	}
	return slices.Clone(w.had[max(0, i-1):])
}

// writes opens a session, which is a write, and closes it.
func writes(addr string) bool {
	conn, err := net.DialTimeout("tcp", addr, answerWithin)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(answerWithin))
	hello := wire.AppendConnect(nil, &zk.Request{Op: zk.OpConnect, TimeoutMs: 4000}, true)
	if _, err := conn.Write(hello); err != nil {
		return false
	}
	frame, err := readFrame(conn)
	if err != nil {
		return false
	}
	reply, err := wire.DecodeConnectReply(frame)
	if err != nil || reply.Reply.Session == 0 {
		return false
	}
	_, _ = conn.Write(wire.AppendClientRequest(nil, &zk.Request{Op: zk.OpCloseSession, Xid: 1}))
	_, _ = readFrame(conn)
	return true
}

func readFrame(r io.Reader) ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > 4096 {
		return nil, fmt.Errorf("a frame of %d bytes", n)
	}
	frame := make([]byte, n)
	_, err := io.ReadFull(r, frame)
	return frame, err
}

// blow is what happens to a leader.
type blow struct {
	name string
	hit  func(*fleet.Member)
	heal func(*fleet.Member) error
}

var blows = []blow{
	{"kill -9", (*fleet.Member).Kill, (*fleet.Member).Start},
	{"SIGSTOP", (*fleet.Member).Pause, func(m *fleet.Member) error { m.Resume(); return nil }},
}

// measureOutage compares how long clients of the survivors wait for a write.
func measureOutage(b *bench) error {
	b.printf("\n## Outage when the leader of three fails\n\nFrom the last write to the first one" +
		" through a survivor, in milliseconds: the median of the rounds," +
		" (lowest–highest).\n\n" +
		"| What happens to the leader | znodes | zabscope | Apache ZooKeeper |" +
		" ratio of medians |\n" +
		"|---|--:|--:|--:|--:|\n")
	for _, znodes := range []int{0, b.Znodes} {
		for _, blow := range blows {
			if err := b.compareOutage(blow, znodes); err != nil {
				return fmt.Errorf("%s with %d znodes: %w", blow.name, znodes, err)
			}
		}
	}
	return nil
}

func (b *bench) compareOutage(what blow, znodes int) error {
	pair, err := b.both(fleet.Size{Voters: 3})
	if err != nil {
		return err
	}
	defer killAll(pair)
	for _, f := range pair {
		if err := fill(f, znodes); err != nil {
			return err
		}
	}
	var times [2]series
	for range b.Rounds {
		for i, f := range pair {
			took, err := outage(f, what)
			if err != nil {
				return fmt.Errorf("%s: %w", f.Make.Name, err)
			}
			times[i] = append(times[i], milliseconds(took))
		}
	}
	b.printf("| %s | %d | %s | %s | **%.2f** |\n", what.name, znodes, times[0].show("%.0f"),
		times[1].show("%.0f"), times[0].median()/times[1].median())
	return nil
}

// outage hits the leader while watchmen ask the others, and returns how long nobody could write.
func outage(f *fleet.Fleet, what blow) (time.Duration, error) {
	leader := f.Leader()
	if leader == nil {
		return 0, errors.New("nobody leads")
	}
	var men []*watchman
	for _, addr := range f.Addrs(leader) {
		for range 2 {
			men = append(men, watch(addr))
		}
	}
	defer func() {
		for _, w := range men {
			w.stop()
		}
	}()
	time.Sleep(time.Second)
	at := time.Now()
	what.hit(leader)
	if err := succeeded(f, leader); err != nil {
		return 0, err
	}
	took, err := longestGap(men, at, time.Now())
	if err != nil {
		return 0, err
	}
	if err := what.heal(leader); err != nil {
		return 0, err
	}
	return took, f.WaitServing(2 * time.Minute)
}

// succeeded waits until another server leads.
func succeeded(f *fleet.Fleet, old *fleet.Member) error {
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); {
		for _, m := range f.Members {
			if m != old && m.Mode() == "leader" {
				return nil
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	return errors.New("no other server leads after a minute")
}

// longestGap waits for a write later than the moment when somebody led again, and returns the
// longest time without any from the blow on. What had been asked for before may be answered after
// the blow; so the outage is not always the first gap.
func longestGap(men []*watchman, blow, led time.Time) (time.Duration, error) {
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); {
		time.Sleep(settled)
		var all []time.Time
		for _, w := range men {
			all = append(all, w.since(blow)...)
		}
		slices.SortFunc(all, time.Time.Compare)
		if len(all) == 0 || all[len(all)-1].Before(led) {
			continue
		}
		first, _ := slices.BinarySearchFunc(all, blow, time.Time.Compare)
		longest := time.Duration(0)
		for i := max(1, first); i < len(all); i++ {
			longest = max(longest, all[i].Sub(all[i-1]))
		}
		return longest, nil
	}
	return 0, errors.New("no write within a minute")
}

// settled is how long after the first write the slower watchmen may still report theirs.
const settled = 100 * time.Millisecond
