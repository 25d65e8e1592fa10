package view_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// run lets simulated time pass and folds what happens.
func (s *shadow) run(t *testing.T, d time.Duration) {
	t.Helper()
	for end := s.world.Now().Add(d); s.world.NextAt() <= end && s.step(t); {
	}
	s.model.Tick(s.world.Now())
}

func settled(t *testing.T) *shadow {
	t.Helper()
	s := newShadow(sim.Config{Voters: 5, Seed: 3})
	s.do(t, sim.Command{Verb: sim.Start, From: zk.SetOf(1, 2, 3, 4, 5)})
	s.run(t, 10*time.Second)
	require.Empty(t, s.model.Outages, "the first election is no outage")
	return s
}

func TestALostLeaderIsAnOutageUntilTheNextOneServes(t *testing.T) {
	s := settled(t)
	was := s.model.Service().Leader
	began := s.world.Now()
	s.do(t, sim.Command{Verb: sim.Kill, From: zk.SetOf(was)})
	require.Len(t, s.model.Outages, 1)
	require.False(t, s.model.Outages[0].Over)
	s.run(t, 14*time.Second)
	o := s.model.Outages[0]
	require.True(t, o.Over)
	require.False(t, o.Long)
	require.True(t, o.Quorum, "four of five are left")
	require.Equal(t, was, o.Was)
	require.Equal(t, s.model.Service().Leader, o.Now)
	require.NotEqual(t, was, o.Now)
	require.Equal(t, began, o.Began)
	require.Equal(t, s.model.Metrics.Unavailable, o.At.Sub(o.Began))
	require.Empty(t, o.Broken)
}

func TestAnOutageThatGoesOnIsLong(t *testing.T) {
	s := settled(t)
	s.do(t, sim.Command{Verb: sim.Pause, From: zk.SetOf(1, 2, 3)})
	require.False(t, s.model.Outages[0].Quorum, "who is paused does not count")
	clone := s.model.Clone()
	s.run(t, 20*time.Second)
	require.True(t, s.model.Outages[0].Long)
	require.False(t, clone.Outages[0].Long, "a clone is its own")
	s.do(t, sim.Command{Verb: sim.Resume, From: zk.SetOf(1, 2, 3)})
	s.run(t, 20*time.Second)
	require.True(t, s.model.Outages[0].Over)
}

func TestAnOutageNamesWhatWasBrokenMeanwhile(t *testing.T) {
	s := settled(t)
	s.do(t, sim.Command{Verb: sim.Kill, From: zk.SetOf(s.model.Service().Leader)})
	for range 2 {
		s.model.Apply(&trace.Event{
			At: s.model.Now, Kind: trace.Violated, Path: "PrefixConsistency: 1 and 2",
		})
	}
	s.run(t, 14*time.Second)
	require.Equal(t, []string{"PrefixConsistency"}, s.model.Outages[0].Broken)
}
