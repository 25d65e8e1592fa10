package ui

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

func TestVotesShowTheComparisonThatDecided(t *testing.T) {
	m := view.New(zk.SetOf(1, 2, 3, 5), 0)
	n := uint64(0)
	feed := func(e trace.Event) {
		n++
		e.Ref = trace.Ref{Node: 2, Boot: 1, Seq: n}
		e.N = 1
		m.Apply(&e)
	}
	mine, best := zk.Vote{Leader: 2, Epoch: 3}, zk.Vote{Leader: 5, Epoch: 3}
	feed(trace.Event{Kind: trace.RoundStarted, Vote: mine})
	feed(trace.Event{
		Kind: trace.VoteChanged, Vote: best, Prev: mine, Why: zk.ByServerID, Peer: 5,
	})
	p := BuildVotes(m, View{VotesOf: 2}, text.In(text.ZH))
	require.False(t, p.Duel.Choice, "there is only one")
	feed(trace.Event{
		Kind: trace.VoteCounted, Vote: zk.Vote{Leader: 1, Epoch: 3}, Why: zk.WorseVote, Peer: 1,
	})
	p = BuildVotes(m, View{VotesOf: 2}, text.In(text.ZH))
	require.EqualValues(t, 5, p.Duel.Peer)
	require.True(t, p.Duel.Won && p.Duel.Choice && !p.Duel.Last)
	require.Equal(t, "胜出", p.Duel.Rungs[2].Stamp)
	p = BuildVotes(m, View{VotesOf: 2, LastDuel: true}, text.In(text.ZH))
	require.EqualValues(t, 1, p.Duel.Peer)
	require.True(t, p.Duel.Last && p.Duel.Choice)
	require.Contains(t, RenderString(Votes(p)), `data-action="duel-of"`)
}

func TestVotesSayThatAnExistingLeaderWasJoined(t *testing.T) {
	m := view.New(zk.SetOf(1, 2, 3, 4, 5), 0)
	n := uint64(0)
	feed := func(e trace.Event) {
		n++
		e.Ref, e.N = trace.Ref{Node: 2, Boot: 1, Seq: n}, 1
		m.Apply(&e)
	}
	lead := zk.Vote{Leader: 5, Epoch: 1}
	feed(trace.Event{Kind: trace.RoundStarted, Vote: zk.Vote{Leader: 2}})
	for _, from := range []zk.ServerID{3, 4, 5} {
		role := zk.Following
		if from == 5 {
			role = zk.Leading
		}
		feed(trace.Event{Kind: trace.LeaderHeard, Peer: from, Role: role, Vote: lead})
	}
	require.False(t, BuildVotes(m, View{VotesOf: 2}, text.In(text.EN)).Joined)
	feed(trace.Event{
		Kind: trace.Elected, Vote: lead, Why: zk.ExistingLeader, Set: zk.SetOf(3, 4, 5),
	})
	p := BuildVotes(m, View{VotesOf: 2}, text.In(text.EN))
	require.True(t, p.Joined)
	require.Contains(t, p.Verdict, "Joins node 5: 3 of 5 voters")
	require.Len(t, p.Elsewhere, 3)
}
