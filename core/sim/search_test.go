package sim

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
)

func explore(o Opening, b Bounds) Exploration {
	w, j := o.World(NewJudge)
	return Explore(w, j, b, nil)
}

func TestOpeningsAreQuiet(t *testing.T) {
	w, j := Opening{Settled: true}.World(NewJudge)
	name, _ := j.Verdict()
	require.Empty(t, name)
	require.Empty(t, w.queue, "what is under way would be explored too")
	require.Equal(t, zk.ServerID(3), w.Converged())
}

// TestEveryOrderOfTwoWritesIsFine explores a small bound; make explore has the larger ones.
func TestEveryOrderOfTwoWritesIsFine(t *testing.T) {
	b := Bounds{Writes: 2, Waits: 8, States: 10_000}
	x := explore(Opening{Settled: true}, b)
	require.True(t, x.Complete(), "%+v", x)
	require.Positive(t, x.Ends)
	require.Equal(t, x, explore(Opening{Settled: true}, b), "it repeats")
}

// TestSleepSetsLoseNoState compares with an exploration in which nothing sleeps: it takes more
// steps to the same states.
func TestSleepSetsLoseNoState(t *testing.T) {
	for _, c := range []struct {
		Opening
		Bounds
	}{
		{Opening{Settled: true}, Bounds{Writes: 2, Waits: 8, States: 10_000}},
		{Opening{Settled: true}, Bounds{
			Crashes: 1, Victims: zk.SetOf(1), Waits: 8, States: 10_000,
		}},
	} {
		var shapes [2]map[uint64]uint64
		var steps [2]int
		for i := range shapes {
			w, j := c.World(NewJudge)
			x := explorer{seen: make(map[uint64]uint64), most: c.States, all: i == 1}
			x.visit(scene{world: w, witness: j, left: c.Bounds}, 0)
			require.True(t, x.Complete(), "%+v", x.Exploration)
			shapes[i], steps[i] = x.seen, x.Steps
		}
		require.Equal(t, slices.Sorted(maps.Keys(shapes[1])), slices.Sorted(maps.Keys(shapes[0])))
		t.Logf("%d states, %d steps instead of %d", len(shapes[0]), steps[0], steps[1])
		require.Less(t, steps[0], steps[1])
	}
}

func TestExplorationEndsWhenItIsFull(t *testing.T) {
	x := explore(Opening{Settled: true}, Bounds{Writes: 2, Waits: 8, States: 100})
	require.True(t, x.Full)
	require.False(t, x.Complete())
	require.Equal(t, 100, x.States)
}

// TestExplorationFindsAQuirkAndTheWayToIt goes the way again by hand.
func TestExplorationFindsAQuirkAndTheWayToIt(t *testing.T) {
	o := Opening{Settled: true, Quirks: zk.QuirkAckBeforeSync}
	x := explore(o, Bounds{Writes: 1, Waits: 8, States: 10_000})
	require.Equal(t, "AckAfterDurable", x.Violation)
	w, j := o.World(NewJudge)
	for _, c := range x.Path {
		name, _ := j.Verdict()
		require.Empty(t, name)
		require.NoError(t, w.Do(c))
	}
	name, _ := j.Verdict()
	require.Equal(t, x.Violation, name)
}
