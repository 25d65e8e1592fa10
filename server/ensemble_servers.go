package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// startAll starts every server and waits until all serve.
func (e *ensemble) startAll(ctx context.Context) error {
	for _, m := range e.members {
		if err := m.start(); err != nil {
			return err
		}
	}
	until := time.Now().Add(startMax)
	for _, m := range e.members {
		for m.ready() == "" && !m.hasEnded() && ctx.Err() == nil {
			if time.Now().After(until) {
				return fmt.Errorf("server %s serves nobody after %v:\n%s", m.id, startMax,
					m.lastWords())
			}
			time.Sleep(5 * time.Millisecond)
		}
		if m.hasEnded() { // whoever answers in its place
			return fmt.Errorf("server %s ended:\n%s", m.id, m.lastWords())
		}
	}
	return ctx.Err()
}

// stopAll ends the followers before the leader, so that nobody begins an election.
func (e *ensemble) stopAll() error {
	leader := e.leader()
	order := slices.Clone(e.members)
	slices.SortStableFunc(order, func(a, b *member) int {
		return isLast(a, leader) - isLast(b, leader)
	})
	var errs []error
	for _, m := range order {
		errs = append(errs, m.stop())
	}
	return errors.Join(errs...)
}

func isLast(m *member, leader zk.ServerID) int {
	if m.id == leader {
		return 1
	}
	return 0
}

// watch tells when a server ends that should not.
func (e *ensemble) watch(ctx context.Context, s streams) {
	for _, m := range e.members {
		go func() {
			for ctx.Err() == nil {
				m.mu.Lock()
				ended, told := m.ended, m.told
				m.mu.Unlock()
				select {
				case <-ended:
					m.tellEnd(s)
					e.relay.Ended(m.id)
					close(told)
				case <-ctx.Done():
				}
				m.waitForStart(ctx, ended)
			}
		}()
	}
}

// fault breaks or mends something: a process here, a link at the server that sends over it. Viewers
// are told.
func (e *ensemble) fault(line string) error {
	all := e.all()
	c, err := parseFault(line, e.leader(), all)
	if err != nil {
		return err
	}
	c.Line = "" // it may say leader, which only we know
	e.relay.Happened(trace.Event{Kind: trace.Noted, Path: line})
	var errs []error
	for _, m := range e.members {
		targets := c.From | zk.ServerSet(0).With(c.Server)
		switch c.Verb {
		case sim.Start:
			if targets.Has(m.id) {
				errs = append(errs, m.startAgain())
			}
		case sim.Kill, sim.Power, sim.Pause, sim.Resume:
			if targets.Has(m.id) {
				errs = append(errs, m.signal(c.Verb))
			}
		default:
			if m.isUp() {
				errs = append(errs, m.tell(c.String()))
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	e.relay.Happened(consequences(&c, all)...)
	return nil
}

func (e *ensemble) all() zk.ServerSet {
	var all zk.ServerSet
	for _, m := range e.members {
		all = all.With(m.id)
	}
	return all
}

// consequences are the events of a fault that was carried out. That a process has ended, and that
// it runs again, is seen by itself.
func consequences(c *sim.Command, all zk.ServerSet) []trace.Event {
	var events []trace.Event
	targets := c.From | zk.ServerSet(0).With(c.Server)&^1
	for from := range all.All() {
		if of, is := ofServer[c.Verb]; is && targets.Has(from) {
			events = append(events, trace.Event{Kind: of, Peer: from, N: int64(c.D)})
		}
		of, is := ofLink[c.Verb]
		for to := range all.Without(from).All() {
			if is && concerns(c, from, to) {
				events = append(events, trace.Event{
					Kind: of, Peer: from, Other: to, N: int64(c.D),
				})
			}
		}
	}
	return events
}

// What a fault is called in the trace.
var (
	ofServer = map[sim.Verb]trace.Kind{
		sim.Pause: trace.Paused, sim.Resume: trace.Resumed, sim.SlowDisk: trace.DiskSlowed,
	}
	ofLink = map[sim.Verb]trace.Kind{
		sim.Cut: trace.Cut, sim.Partition: trace.Cut, sim.Delay: trace.Delayed,
		sim.Heal: trace.Mended, sim.HealLink: trace.Mended,
	}
)
