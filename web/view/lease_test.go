package view_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
)

func TestBucketIsTheEndOfTheTickAfterTheTimeout(t *testing.T) {
	second := zk.Instant(time.Second)
	require.Equal(t, 14*second, view.Bucket(0, 12_000, 2*time.Second))
	require.Equal(t, 14*second, view.Bucket(1999*second/1000, 12_000, 2*time.Second))
	require.Equal(t, 16*second, view.Bucket(2*second, 12_000, 2*time.Second))
}

// TestSessionsExpireAtTheEndOfTheirBucket wants the leader's own expiry at exactly the moment that
// the model has worked out from what the leader heard, and never an open session beyond its bucket.
func TestSessionsExpireAtTheEndOfTheirBucket(t *testing.T) {
	expired := 0
	for seed := range uint64(12) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			cfg := sim.Config{Voters: 5, Seed: seed + 1, Node: func(c *node.Config) {}}
			s := newShadow(cfg)
			s.do(t, sim.Command{Verb: sim.Start, From: zk.SetOf(1, 2, 3, 4, 5)})
			for i := range 6 {
				s.do(t, sim.Command{
					Verb: sim.NewClient, Client: zk.ServerID('A' + i),
					TimeoutMs: 4000 + int32(i)*1700,
				})
			}
			unplug := map[int]sim.Verb{1: sim.Unplug, 3: sim.Unplug, 4: sim.Pause}
			for n := 0; s.world.Now() < zk.Instant(90*time.Second); {
				if s.world.Now() > zk.Instant(n)*zk.Instant(900*time.Millisecond) {
					s.request(t, zk.ServerID('A'+n%6), n)
					if verb, ok := unplug[n/10]; ok && n%10 == int(seed%10) {
						_ = s.world.Do(sim.Command{Verb: verb, Client: zk.ServerID('A' + n%6)})
						s.fold(t)
					}
					n++
				}
				before := s.model
				if !s.world.Step() {
					break
				}
				events := s.world.TakeEvents()
				for i := range events {
					e := &events[i]
					if e.Kind == trace.SessionExpired {
						expired++
						require.Equal(t, expiresAt(before, e.Sess), e.At, "%s", e)
					}
					s.model.Apply(e)
				}
				requireNoneOverdue(t, s.model)
			}
		})
	}
	require.Greater(t, expired, 10)
}

func expiresAt(m *view.Model, id zk.SessionID) zk.Instant {
	for _, s := range m.Sessions {
		if s.ID == id {
			return s.Expires
		}
	}
	return 0
}

func requireNoneOverdue(t *testing.T, m *view.Model) {
	t.Helper()
	if m.LeaseKeeper() == 0 {
		return
	}
	for _, s := range m.Sessions {
		if !s.Gone && !s.Closing && s.Expires != 0 {
			require.Greater(t, s.Expires, m.Now, "session %x", s.ID)
		}
	}
}
