package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
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

// around returns the last success before a moment and the first after it.
func (w *watchman) around(at time.Time) (last, first time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range w.had {
		if !t.After(at) {
			last = t
		} else if first.IsZero() {
			first = t
		}
	}
	return last, first
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
		return 0, fmt.Errorf("nobody leads")
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
	what.hit(leader)
	at := time.Now()
	took, err := waitForWrite(men, at)
	if err != nil {
		return 0, err
	}
	if err := what.heal(leader); err != nil {
		return 0, err
	}
	return took, f.WaitServing(2 * time.Minute)
}

// settled is how long after the first write the slower watchmen may still report theirs.
const settled = 100 * time.Millisecond

func waitForWrite(men []*watchman, at time.Time) (time.Duration, error) {
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); time.Sleep(settled) {
		var last, first time.Time
		for _, w := range men {
			l, f := w.around(at)
			if l.After(last) {
				last = l
			}
			if !f.IsZero() && (first.IsZero() || f.Before(first)) {
				first = f
			}
		}
		if !first.IsZero() {
			return first.Sub(last), nil
		}
	}
	return 0, fmt.Errorf("no write within a minute")
}
