package election

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Describe writes what the election has come to as events that tell the same: the tables while the
// server looks, and else only the decision.
func (e *Election) Describe(s *step.Scribe) {
	for peer := range e.linked.All() {
		s.Emit(trace.Event{Kind: trace.LinkUp, Peer: peer, N: int64(zk.ElectionChannel)})
	}
	switch {
	case e.Round == 0:
	case e.decision.Leader != 0:
		s.Emit(trace.Event{
			Kind: trace.Elected, N: int64(e.Round), Vote: e.Vote, Set: e.recv.agreeing(e.Vote),
			Why: e.decision.Why, Role: e.decision.Role,
		})
	default:
		e.describeTables(s)
	}
}

func (e *Election) describeTables(s *step.Scribe) {
	round := int64(e.Round)
	s.Emit(trace.Event{
		Kind: trace.RoundStarted, N: round, Vote: e.initial, Why: zk.Restarted,
	})
	for peer := range e.outside.set.All() {
		b := &e.outside.ballots[peer]
		s.Emit(trace.Event{
			Kind: trace.LeaderHeard, N: int64(b.round), Vote: b.vote, Peer: peer, Role: b.state,
		})
	}
	if e.Vote != e.initial {
		_, why := e.Vote.Beats(e.initial)
		s.Emit(trace.Event{
			Kind: trace.VoteChanged, N: round, Vote: e.Vote, Prev: e.initial, Why: why,
			Peer: e.Vote.Leader,
		})
	}
	for peer := range e.recv.set.All() {
		b := &e.recv.ballots[peer]
		s.Emit(trace.Event{
			Kind: trace.VoteCounted, N: int64(b.round), Vote: b.vote, Peer: peer, Role: b.state,
			Why: zk.SameVote,
		})
	}
}
