package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// sessionsOf is an ensemble whose leader keeps time for n sessions with timeouts from 4 to 40 s.
func sessionsOf(n int) *view.Model {
	s := newSample(3, 0)
	s.lead(1, 3, zk.SetOf(1, 2))
	for i := range n {
		s.of(3, trace.SessionOpened, trace.Event{
			Sess: zk.SessionID(0x300_0000 + i), N: int64(4000 + i%37*1000), Peer: 3,
		})
	}
	return s.m
}

func TestThousandSessionsFitIntoAFewRowsAndChips(t *testing.T) {
	en := text.In(text.EN)
	m := sessionsOf(1000)
	p := BuildSessions(m, View{}, en)
	require.Equal(t, 1000, p.Total)
	require.Len(t, p.Rows, SessionsShown)
	require.Equal(t, -1, p.Before)
	require.Equal(t, SessionsShown, p.After)
	require.LessOrEqual(t, len(p.Wheel.Chips), bucketsMost*(chipsHigh-1))
	require.Less(t, len(render(t, SessionsTable(p))), 5000)

	shown := 0
	seen := map[string]bool{}
	for from := 0; from >= 0; {
		p = BuildSessions(m, View{SessionsFrom: from}, en)
		for _, r := range p.Rows {
			seen[r.ID] = true
		}
		shown += len(p.Rows)
		from = p.After
	}
	require.Equal(t, 1000, shown)
	require.Len(t, seen, 1000)
	require.Equal(t, 990, BuildSessions(m, View{SessionsFrom: 5000}, en).From-1)
}

func TestChipStandsInTheBucketAtWhoseEndItsSessionExpires(t *testing.T) {
	m := sessionsOf(1) // 4 s, heard of within the first tick: expires at 6 s
	en := text.In(text.EN)
	for _, now := range []time.Duration{time.Second, 3 * time.Second, 5 * time.Second} {
		m.Tick(zk.Instant(now))
		w := BuildSessions(m, View{}, en).Wheel
		require.Len(t, w.Chips, 1)
		for _, b := range w.Buckets {
			inside := b.X < w.Chips[0].At.X && w.Chips[0].At.X < b.X+b.Width
			ends6 := strings.TrimSuffix(b.Label, " s") == "6"
			require.Equal(t, ends6, inside, "%s at %s", b.Label, now)
		}
		require.Less(t, w.Hand, w.Chips[0].At.X+w.Buckets[0].Width)
	}
}

func TestNobodyKeepsTimeWithoutALeader(t *testing.T) {
	m := sessionsOf(3)
	m.Apply(&trace.Event{At: m.Now, Kind: trace.Crashed, Peer: 3})
	p := BuildSessions(m, View{}, text.In(text.EN))
	require.Zero(t, p.Keeper)
	require.Empty(t, p.Wheel.Chips)
	require.Equal(t, "–", p.Rows[0].Expires)
}

func TestRingShowsWhatIsLeftOfTheLease(t *testing.T) {
	m := sampleBroadcast()
	expires, longest, ok := LeaseOf(m, m.Client('B'))
	require.True(t, ok)
	require.Equal(t, 6000.0, expires)
	require.Equal(t, 6000.0, longest, "timeout and a tick")
	_, _, ok = LeaseOf(m, m.Client('A'))
	require.False(t, ok, "its session is not in a table")
}
