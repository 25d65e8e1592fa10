package view_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
)

func TestHistoryIsBoundedAndLosesNothing(t *testing.T) {
	m := cluster()
	const writes = 3000
	for c := range uint32(writes) {
		z := zk.MakeZxid(1, c+1)
		at := m.Now.Add(130 * time.Millisecond)
		feed(m, by(3, trace.Event{Kind: trace.Proposed, Zxid: z, At: at}),
			by(3, trace.Event{
				Kind: trace.Committed, Zxid: z, Why: zk.QuorumAcked,
				At: at.Add(20 * time.Millisecond),
			}))
	}
	h := m.History
	require.LessOrEqual(t, len(h.Stretches), 64)
	require.Equal(t, int(m.Now/zk.Instant(h.Every))+1, len(h.Stretches))
	commits, waited := 0, time.Duration(0)
	for _, s := range h.Stretches {
		commits += s.Commits
		waited += s.Waited
		require.LessOrEqual(t, s.Outstanding, 1)
	}
	require.Equal(t, writes, commits)
	require.Equal(t, writes*20*time.Millisecond, waited)
}

func TestHistoryMeasuresElectionsAndOutages(t *testing.T) {
	m := cluster()
	m.Tick(zk.Instant(time.Second))
	copied := m.Clone()
	feed(m, trace.Event{Kind: trace.Crashed, Peer: 3, At: zk.Instant(time.Second)})
	began := zk.Instant(1100 * time.Millisecond)
	feed(m, by(1, trace.Event{Kind: trace.RoleChanged, At: began}),
		by(1, trace.Event{Kind: trace.RoundStarted, N: 2, Vote: zk.Vote{Leader: 1}, At: began}))
	done := zk.Instant(1400 * time.Millisecond)
	feed(m, by(2, trace.Event{Kind: trace.Established, Epoch: 2, Set: zk.SetOf(1, 2), At: done}))
	m.Tick(zk.Instant(2 * time.Second))
	require.Equal(t, []view.ElectionRun{{
		At: done, Took: 300 * time.Millisecond, Leader: 2,
	}}, m.History.Elections)
	var down time.Duration
	for _, s := range m.History.Stretches {
		down += s.Unavailable
	}
	require.Positive(t, down)
	require.Empty(t, copied.History.Elections)
}
