package ui

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// voter feeds a model with what node 2 tells of its election.
type voter struct {
	m *view.Model
	n uint64
}

func newVoter() *voter { return &voter{m: view.New(zk.SetOf(1, 2, 3, 4, 5), 0)} }

func (v *voter) tell(kind trace.Kind, round int64, e trace.Event) {
	v.n++
	e.Ref, e.Kind, e.N = trace.Ref{Node: 2, Boot: 1, Seq: v.n}, kind, round
	v.m.Apply(&e)
}

// join lets the node join leader 5, which was elected in a round.
func (v *voter) join(round int64) {
	lead := zk.Vote{Leader: 5, Epoch: 7}
	for _, from := range []zk.ServerID{3, 4, 5} {
		role := zk.Following
		if from == 5 {
			role = zk.Leading
		}
		v.tell(trace.LeaderHeard, round, trace.Event{Peer: from, Role: role, Vote: lead})
	}
	v.tell(trace.Elected, round, trace.Event{
		Vote: lead, Why: zk.ExistingLeader, Set: zk.SetOf(3, 4, 5),
	})
}

func (v *voter) panel() VotesPanel { return BuildVotes(v.m, View{VotesOf: 2}, text.In(text.EN)) }

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
	v := newVoter()
	mine := zk.Vote{Leader: 2, Epoch: 6}
	v.tell(trace.RoundStarted, 3, trace.Event{Vote: mine})
	v.tell(trace.VoteCounted, 3, trace.Event{
		Peer: 1, Role: zk.Looking, Why: zk.WorseVote, Vote: zk.Vote{Leader: 1, Epoch: 6},
	})
	require.NotNil(t, v.panel().Duel)
	require.NotEmpty(t, v.panel().Bars)
	v.join(2)
	p := v.panel()
	require.True(t, p.Joined)
	require.Contains(t, p.Verdict, "Joins node 5: 3 of 5 voters")
	require.Contains(t, p.Verdict, "whatever votes it heard")
	require.Len(t, p.Elsewhere, 3)
	require.Equal(t, "its leader since round 2", p.Elsewhere[0].Note)
	require.Nil(t, p.Duel, "a comparison of votes had no part in it")
	require.Empty(t, p.Bars)
	require.EqualValues(t, 2, p.Round)
	require.Equal(t,
		"the round in which node 5 was elected; this node had asked in round 3", p.Taken)
	require.Len(t, p.Rows, 2)
	require.Contains(t, RenderString(Votes(p)), "What it heard in round 3 before that")
}

func TestVotesOfOneRoundStandTogether(t *testing.T) {
	v := newVoter()
	v.tell(trace.RoundStarted, 2, trace.Event{Vote: zk.Vote{Leader: 2, Epoch: 6}})
	v.tell(trace.VoteIgnored, 1, trace.Event{
		Peer: 4, Role: zk.Looking, Why: zk.OlderRound, Vote: zk.Vote{Leader: 4, Epoch: 6},
	})
	p := v.panel()
	require.Len(t, p.Rows, 1)
	require.Len(t, p.Dropped, 1)
	require.Equal(t, "of the older round 1", p.Dropped[0].Note)
	require.Contains(t, p.Duel.Result, "Node 4 is in round 1, older than round 2 of node 2")
	html := RenderString(Votes(p))
	require.Contains(t, html, "Votes of round 2")
	require.Contains(t, html, "Votes heard, but not counted")
	require.NotContains(t, html, "duel-votes", "they were not compared")

	v.tell(trace.RoundStarted, 5, trace.Event{Peer: 4, Why: zk.ByRound})
	require.Contains(t, v.panel().Duel.Result, "Node 4 is in round 5, later than round 2 of node 2")
	v.tell(trace.RoundStarted, 6, trace.Event{Vote: zk.Vote{Leader: 2, Epoch: 6}})
	require.Nil(t, v.panel().Duel, "the comparison was one of an earlier election")
}

func TestVoteKeepsTheEpochWithWhichItWasCast(t *testing.T) {
	v := newVoter()
	best := zk.Vote{Leader: 5, Epoch: 6}
	v.tell(trace.RoundStarted, 1, trace.Event{Vote: zk.Vote{Leader: 2, Epoch: 6}})
	v.tell(trace.VoteChanged, 1, trace.Event{Peer: 5, Vote: best, Why: zk.ByServerID})
	v.tell(trace.VoteCounted, 1, trace.Event{
		Peer: 5, Role: zk.Looking, Vote: best, Why: zk.SameVote,
	})
	v.tell(trace.Elected, 1, trace.Event{Vote: best, Why: zk.FinalizeWaited})
	require.Empty(t, v.panel().Serves)
	v.tell(trace.EpochEntered, 0, trace.Event{Epoch: 7})
	v.tell(trace.PhaseChanged, 0, trace.Event{Phase: zk.Broadcast})
	p := v.panel()
	require.Equal(t, best.String(), p.Vote)
	require.Contains(t, p.Serves, "leads in epoch 7 now")
	require.Contains(t, p.Serves, zk.Vote{Leader: 5, Epoch: 7}.String())
	for _, r := range p.Rows {
		require.True(t, r.Counts, "%+v", r)
	}
}

func TestVotesOfANodeThatIsDownAreOfItsLastElection(t *testing.T) {
	v := newVoter()
	v.tell(trace.Booted, 0, trace.Event{})
	v.tell(trace.RoundStarted, 1, trace.Event{Vote: zk.Vote{Leader: 2}})
	require.Empty(t, v.panel().Down)
	v.m.Apply(&trace.Event{Kind: trace.Crashed, Peer: 2})
	require.Contains(t, v.panel().Down, "Node 2 is down")
}

func TestAnEqualVoteIsToldAsTheSameVoteAndNotCompared(t *testing.T) {
	v := newVoter()
	vote := zk.Vote{Leader: 5, Epoch: 3}
	v.tell(trace.RoundStarted, 1, trace.Event{Vote: vote})
	v.tell(trace.VoteCounted, 1, trace.Event{Vote: vote, Why: zk.SameVote, Peer: 4})
	p := v.panel()
	require.Empty(t, p.Duel.Rungs, "two equal votes have no rung that decides")
	require.Contains(t, p.Duel.Result, "the same vote as that of node 2")
	require.NotContains(t, RenderString(Votes(p)), "duel-ladder")
}
