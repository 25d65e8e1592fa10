package check_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/check"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// latecomer is a checker that comes in the middle of a run, hears from every server what it is, and
// then all that happens.
type latecomer struct {
	*check.Checker
	world *sim.World
	from  int // events before it comes
	told  map[zk.ServerID]bool
	heard int // events after that
}

func (l *latecomer) CloneObserver() sim.Observer { return l }

func (l *latecomer) Verdict() (name, detail string) { return "", "" }

func (l *latecomer) Observe(e *trace.Event) {
	if l.from--; l.from > 0 || e.Node.IsClient() {
		return
	}
	if e.Node == 0 || l.told[e.Node] {
		l.Checker.Observe(e)
		l.heard++
	}
	voters, observers := l.world.Servers()
	for id := range (voters | observers).All() {
		if n := l.world.Node(id); n != nil && !l.told[id] {
			l.hear(id, e)
		}
	}
}

// hear takes what a server is, unless it is in the middle of a step.
func (l *latecomer) hear(id zk.ServerID, e *trace.Event) {
	var out step.Output
	l.world.Node(id).Describe(&out)
	if id == e.Node && out.Trace[0].Ref != e.Ref {
		return
	}
	for i := range out.Trace {
		l.Checker.Observe(&out.Trace[i])
	}
	l.told[id] = true
}

func TestWhoComesLateFindsNothingWrongWhereNothingIs(t *testing.T) {
	heard := 0
	for seed := uint64(1); seed <= 60; seed++ {
		var l *latecomer
		opts := sim.RandomOptions{Faults: 20 * time.Second, UntilStep: 20_000}
		opts.Judge = func(w *sim.World) sim.Judge {
			voters, _ := w.Servers()
			l = &latecomer{
				Checker: check.New(voters), world: w, from: int(seed * 97),
				told: map[zk.ServerID]bool{},
			}
			return l
		}
		r := sim.RandomRun(seed, opts)
		require.Empty(t, l.Violations(), "late by %d events: %s", seed*97, r.Replay())
		heard += l.heard
	}
	require.Greater(t, heard, 100_000)
}

func TestWhoComesLateStillSeesWhatIsWrong(t *testing.T) {
	for _, quirk := range []zk.Quirk{zk.QuirkAckBeforeSync, zk.QuirkElectByID} {
		found := false
		for seed := uint64(1); seed <= 50 && !found; seed++ {
			var l *latecomer
			opts := sim.RandomOptions{
				Faults: 20 * time.Second, UntilStep: 20_000, Quirks: quirk, Voters: 3,
			}
			opts.Judge = func(w *sim.World) sim.Judge {
				voters, _ := w.Servers()
				l = &latecomer{
					Checker: check.New(voters), world: w, from: 100, told: map[zk.ServerID]bool{},
				}
				return l
			}
			sim.RandomRun(seed, opts)
			found = len(l.Violations()) > 0
		}
		require.True(t, found, quirk.String())
	}
}
