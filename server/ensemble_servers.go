package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/sim"
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
		for m.ready() == "" {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-m.ended:
				return fmt.Errorf("server %s ended:\n%s", m.id, m.lastWords())
			case <-time.After(5 * time.Millisecond):
			}
			if time.Now().After(until) {
				return fmt.Errorf("server %s serves nobody after %v:\n%s", m.id, startMax,
					m.lastWords())
			}
		}
	}
	return nil
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
				ended := m.ended
				m.mu.Unlock()
				select {
				case <-ended:
					m.tellEnd(s)
				case <-ctx.Done():
				}
				m.waitForStart(ctx, ended)
			}
		}()
	}
}

// fault breaks or mends something: a process here, a link at the server that sends over it.
func (e *ensemble) fault(line string) error {
	var all zk.ServerSet
	for _, m := range e.members {
		all = all.With(m.id)
	}
	c, err := parseFault(line, e.leader(), all)
	if err != nil {
		return err
	}
	c.Line = "" // it may say leader, which only we know
	var errs []error
	for _, m := range e.members {
		targets := c.From | zk.ServerSet(0).With(c.Server)
		switch c.Verb {
		case sim.Start:
			if targets.Has(m.id) {
				errs = append(errs, m.start())
			}
		case sim.Kill, sim.Pause, sim.Resume:
			if targets.Has(m.id) {
				errs = append(errs, m.signal(c.Verb))
			}
		default:
			if m.isUp() {
				errs = append(errs, m.tell(c.String()))
			}
		}
	}
	return errors.Join(errs...)
}
