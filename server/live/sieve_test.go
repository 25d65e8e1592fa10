package live

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// second is what a node does in one second with so many transactions.
func second(s *sieve, from zk.Instant, rate int) (changed bool) {
	for i := range rate {
		at := from.Add(time.Second * time.Duration(i) / time.Duration(rate))
		e := []trace.Event{{Kind: trace.Applied, At: at, Zxid: zk.Zxid(i + 1)}}
		changed = s.measure(e) || changed
	}
	return changed
}

func TestSamplingBeginsAboveWhatAScreenShowsAndEndsWhenItIsCalm(t *testing.T) {
	var s sieve
	at := zk.Instant(0)
	next := func(rate int) bool {
		at = at.Add(time.Second)
		return second(&s, at, rate)
	}
	require.False(t, next(2_000))
	require.Equal(t, 1, s.of())
	require.True(t, next(10_000))
	require.Equal(t, 128, s.of())
	require.True(t, next(30_000))
	require.Equal(t, 256, s.of())
	require.False(t, next(2_600), "it is still too much")
	require.False(t, next(100))
	require.False(t, next(100))
	require.True(t, next(100))
	require.Equal(t, 1, s.of())
}

func TestSievesOfBothEndsKeepTheSameMessagesAndWholeTransactions(t *testing.T) {
	leader, follower := sieve{shift: 3}, sieve{shift: 3}
	kept := map[zk.Zxid]int{}
	for i := range 800 {
		z := zk.MakeZxid(5, uint32(i+1))
		type place struct {
			s *sieve
			e trace.Event
		}
		steps := []place{
			{&leader, trace.Event{Kind: trace.Proposed, Zxid: z}},
			{&leader, trace.Event{Kind: trace.Logged, Zxid: z}},
			{&leader, trace.Event{Kind: trace.Sent, Type: zk.Proposal, Peer: 2, Zxid: z}},
			{&follower, trace.Event{Kind: trace.Arrived, Type: zk.Proposal, Peer: 1, Zxid: z}},
			{&follower, trace.Event{Kind: trace.Logged, Zxid: z}},
			{&follower, trace.Event{Kind: trace.Sent, Type: zk.Ack, Peer: 1, Zxid: z}},
			{&leader, trace.Event{Kind: trace.Arrived, Type: zk.Ack, Peer: 2, Zxid: z}},
			{&leader, trace.Event{Kind: trace.Acked, Peer: 2, Zxid: z}},
			{&leader, trace.Event{Kind: trace.Committed, Zxid: z}},
			{&follower, trace.Event{Kind: trace.Applied, Zxid: z}},
		}
		for _, p := range steps {
			if p.s.keeps(&p.e) {
				kept[z]++
			}
		}
		for _, kind := range []trace.Kind{
			trace.RoleChanged, trace.VoteChanged, trace.EpochEntered, trace.LinkDown,
			trace.SessionExpired, trace.Refused, trace.PhaseChanged, trace.Elected,
		} {
			require.True(t, leader.keeps(&trace.Event{Kind: kind}), kind)
		}
		require.True(t, leader.keeps(&trace.Event{Kind: trace.Sent, Type: zk.NewLeader}))
		require.True(t, leader.keeps(&trace.Event{Kind: trace.Sent, Type: zk.Notification}))
	}
	require.InDelta(t, 100, len(kept), 2, "one of eight")
	for z, n := range kept {
		require.Equal(t, 10, n, "%s is not whole", z)
	}
}

func TestBatchesAreKeptWhenTheyPassAKeptTransactionAtBothEnds(t *testing.T) {
	out, in := sieve{shift: 6}, sieve{shift: 6}
	z, kept := zk.MakeZxid(1, 0), 0
	for i := range 1000 {
		z += zk.Zxid(1 + i%7)
		sent := trace.Event{Kind: trace.Sent, Type: zk.Proposal, Peer: 2, Zxid: z}
		arrived := trace.Event{Kind: trace.Arrived, Type: zk.Proposal, Peer: 1, Zxid: z}
		shown := out.keeps(&sent)
		require.Equal(t, shown, in.keeps(&arrived), z.String())
		if shown {
			kept++
		}
	}
	require.InDelta(t, int(z.Counter())/64, kept, 1)
}

func TestDurableEpochsAreAlwaysShown(t *testing.T) {
	s := sieve{shift: 8}
	z := zk.MakeZxid(1, 3)
	require.True(t, s.keeps(&trace.Event{Kind: trace.Durable, Zxid: z, Epoch: 1, N: 1}))
	require.False(t, s.keeps(&trace.Event{Kind: trace.Durable, Zxid: z + 1, Epoch: 1, N: 1}))
	require.True(t, s.keeps(&trace.Event{Kind: trace.Durable, Zxid: z + 1, Epoch: 1, N: 2}))
	require.True(t, s.keeps(&trace.Event{Kind: trace.Durable, Zxid: z + 1, Epoch: 2, N: 2}))
}
