package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// timed lets a world of five servers run, and returns how long it had no leader each time.
func timed(t *testing.T) (w *World, last *trace.Event, gaps *[]time.Duration) {
	w = New(Config{Voters: 5, Seed: 7})
	l := newLeaderless(w)
	last, gaps = new(trace.Event), new([]time.Duration)
	w.Sink = func(e *trace.Event) {
		if d, over := l.observe(e); over {
			*gaps, *last = append(*gaps, d), *e
		}
	}
	do(t, w, Command{Verb: Start, From: w.all})
	w.RunTo(at(5 * time.Second))
	require.Len(t, *gaps, 1)
	require.Equal(t, trace.Established, last.Kind)
	require.Equal(t, last.At.Sub(0), (*gaps)[0], "the first election begins with the world")
	return w, last, gaps
}

func TestLeaderlessLastsFromTheLeadersEndToTheNext(t *testing.T) {
	w, last, gaps := timed(t)
	crashed := w.Now()
	do(t, w, Command{Verb: Kill, From: zk.SetOf(5)})
	do(t, w, Command{Verb: Kill, From: zk.SetOf(1)})
	w.RunTo(crashed.Add(20 * time.Second))
	require.Len(t, *gaps, 2)
	require.Equal(t, last.At.Sub(crashed), (*gaps)[1])
}

func TestLeaderlessCountsOnlyWhileAQuorumRunsAndIsLinked(t *testing.T) {
	w, last, gaps := timed(t)
	do(t, w, Command{Verb: Kill, From: zk.SetOf(3, 4, 5)})
	w.RunTo(w.Now().Add(30 * time.Second))
	do(t, w, Command{Verb: Cut, From: zk.SetOf(1), To: w.all, Both: true})
	do(t, w, Command{Verb: Start, From: zk.SetOf(4)})
	w.RunTo(w.Now().Add(30 * time.Second))
	require.Len(t, *gaps, 1)
	again := w.Now()
	do(t, w, Command{Verb: Heal, From: w.all})
	w.RunTo(again.Add(100 * time.Second))
	require.Len(t, *gaps, 2)
	require.Equal(t, last.At.Sub(again), (*gaps)[1])
}

func TestLeaderlessKnowsNothingOfALeaderThatStandsStill(t *testing.T) {
	w, _, gaps := timed(t)
	do(t, w, Command{Verb: Pause, From: zk.SetOf(5)})
	w.RunTo(w.Now().Add(5 * time.Second))
	require.Len(t, *gaps, 1, "its followers notice by the silence")
	w.RunTo(w.Now().Add(25 * time.Second))
	require.Len(t, *gaps, 2)
	require.Less(t, (*gaps)[1], 2*time.Second, "then they elect")
}
