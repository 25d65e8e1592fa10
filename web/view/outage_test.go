package view_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
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
	require.Equal(t, view.LostLeader, o.Loss, "four of five are left")
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
	require.Equal(t, view.LostQuorum, s.model.Outages[0].Loss, "who is paused does not count")
	clone := s.model.Clone()
	s.run(t, 20*time.Second)
	require.True(t, s.model.Outages[0].Long)
	require.False(t, clone.Outages[0].Long, "a clone is its own")
	s.do(t, sim.Command{Verb: sim.Resume, From: zk.SetOf(1, 2, 3)})
	s.run(t, 20*time.Second)
	require.True(t, s.model.Outages[0].Over)
}

// While one voter is about to join, another falls: three reach each other, but only two serve. The
// leader is the same all the time.
func TestALeaderThatOnlyLacksFollowersIsNotLost(t *testing.T) {
	s := settled(t)
	leader := s.model.Service().Leader
	others := slices.Collect(s.model.Voters.Without(leader).All())
	s.do(t, sim.Command{Verb: sim.Kill, From: zk.SetOf(others[0], others[1])})
	s.run(t, 5*time.Second)
	require.Empty(t, s.model.Outages)
	s.do(t, sim.Command{Verb: sim.Start, From: zk.SetOf(others[0])})
	for s.model.Server(others[0]).Phase != zk.Synchronization {
		require.True(t, s.step(t))
	}
	s.do(t, sim.Command{Verb: sim.Kill, From: zk.SetOf(others[2])})
	s.run(t, 5*time.Second)
	o := s.model.Outages[0]
	require.True(t, o.Over)
	require.Equal(t, view.LostMajority, o.Loss)
	require.Equal(t, leader, o.Now)
	require.Equal(t, o.Before, o.Epoch, "no election was needed")
}

func TestALeaderThatIsPausedIsNotDown(t *testing.T) {
	s := settled(t)
	leader := zk.SetOf(s.model.Service().Leader)
	s.do(t, sim.Command{Verb: sim.Pause, From: leader})
	require.Equal(t, view.LostPause, s.model.Outages[0].Loss)
	s.do(t, sim.Command{Verb: sim.Resume, From: leader})
	require.True(t, s.model.Outages[0].Over, "nobody has missed it")
}

func TestALeaderThatIsElectedAgainHasANewEpoch(t *testing.T) {
	s := newShadow(sim.Config{Voters: 7, Seed: 929})
	s.do(t, sim.Command{Verb: sim.Start, From: s.model.Voters})
	s.run(t, 10*time.Second)
	leader := zk.SetOf(s.model.Service().Leader)
	s.do(t, sim.Command{Verb: sim.Kill, From: leader})
	s.do(t, sim.Command{Verb: sim.Start, From: leader})
	s.run(t, 10*time.Second)
	o := s.model.Outages[0]
	require.Equal(t, view.LostLeader, o.Loss)
	require.Equal(t, o.Was, o.Now)
	require.Greater(t, o.Epoch, o.Before)
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
