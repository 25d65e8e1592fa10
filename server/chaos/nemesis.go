package chaos

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/zabscope/zabscope/server/fleet"
)

// Fault is one way to break an ensemble for a while.
type Fault struct {
	Name string
	// Alone says that nothing else may be broken meanwhile: what it takes from one server, only the
	// others can give back.
	Alone bool
	// Break does it and returns how to undo it. The chance is the run's own.
	Break func(f *fleet.Fleet, rng *rand.Rand) (heal, error)
}

// heal undoes a fault.
type heal = func() error

// killOne kills a server, the leader as often as all others together.
func killOne(f *fleet.Fleet, rng *rand.Rand) (heal, error) {
	m := victim(f, rng)
	m.Kill()
	return m.Start, nil
}

// killAll kills every server at the same time.
func killAll(f *fleet.Fleet, _ *rand.Rand) (heal, error) {
	f.Kill()
	return func() error {
		for _, m := range f.Members {
			if err := m.Start(); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// pauseOne stops a server without ending it: its timers are stale when it goes on.
func pauseOne(f *fleet.Fleet, rng *rand.Rand) (heal, error) {
	m := victim(f, rng)
	m.Pause()
	return func() error { m.Resume(); return nil }, nil
}

// stopOne ends a server in order.
func stopOne(f *fleet.Fleet, rng *rand.Rand) (heal, error) {
	m := victim(f, rng)
	if err := m.Stop(10 * time.Second); err != nil {
		return nil, err
	}
	return m.Start, nil
}

// victim chooses a server, the leader half of the time.
func victim(f *fleet.Fleet, rng *rand.Rand) *fleet.Member {
	if rng.IntN(2) == 0 {
		if leader := f.Leader(); leader != nil {
			return leader
		}
	}
	return f.Members[rng.IntN(len(f.Members))]
}

// nemesis breaks and heals until its time is over.
type nemesis struct {
	Plan
	rng    *rand.Rand
	counts map[string]int
}

func newNemesis(p Plan) *nemesis {
	return &nemesis{Plan: p, rng: rand.New(rand.NewPCG(p.Seed, 1)), counts: make(map[string]int)}
}

// run breaks one thing after the other. Now and then two faults overlap, and now and then it waits
// until all servers serve again, so that repairs are completed as well as interrupted.
func (n *nemesis) run(ctx context.Context) error {
	var heals []heal
	for n.pause(ctx, 500, 2500) {
		fault := n.Faults[n.rng.IntN(len(n.Faults))]
		if fault.Alone {
			if err := n.mend(heals); err != nil {
				return err
			}
			heals = nil
		}
		n.counts[fault.Name]++
		undo, err := fault.Break(n.Fleet, n.rng)
		if err != nil {
			return fmt.Errorf("%s: %w", fault.Name, err)
		}
		heals = append(heals, undo)
		n.pause(ctx, 100, 5000)
		if !fault.Alone && len(heals) < 2 && n.rng.IntN(4) == 0 {
			continue
		}
		if fault.Alone || n.rng.IntN(2) == 0 {
			err = n.mend(heals)
		} else {
			err = healAll(heals)
		}
		if err != nil {
			return err
		}
		heals = nil
	}
	n.Tell("faults: %s", n.story())
	return n.mend(heals)
}

// mend heals everything and waits until all serve.
func (n *nemesis) mend(heals []heal) error {
	if err := healAll(heals); err != nil {
		return err
	}
	return n.Fleet.WaitServing(healTime)
}

// pause waits a while, and says whether there is time left.
func (n *nemesis) pause(ctx context.Context, leastMs, mostMs int) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(time.Duration(leastMs+n.rng.IntN(mostMs-leastMs)) * time.Millisecond):
		return true
	}
}

// healAll undoes what was done, the last thing first: who was paused after its links were cut must
// go on before it can be told to mend them.
func healAll(heals []heal) error {
	for _, undo := range slices.Backward(heals) {
		if err := undo(); err != nil {
			return fmt.Errorf("heal: %w", err)
		}
	}
	return nil
}

func (n *nemesis) story() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(n.counts)) {
		parts = append(parts, fmt.Sprintf("%s %d times", name, n.counts[name]))
	}
	return strings.Join(parts, ", ")
}
