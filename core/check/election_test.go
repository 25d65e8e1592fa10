package check

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

func TestElectionInvariants(t *testing.T) { testKillers(t, electionKillers) }

var electionKillers = []killer{
	{"ElectedHasQuorum", "half is not enough", func(s *story) {
		s.tamper = on(3, trace.Elected, func(e *trace.Event) bool {
			e.Set = zk.SetOf(3)
			return true
		})
		s.elect(3)
	}},
	{"ElectedHasQuorum", "a vote that was never heard", func(s *story) {
		s.tamper = on(3, trace.VoteCounted, drop)
		s.elect(3)
	}},
	{"ElectedHasQuorum", "a leader that has not confirmed", func(s *story) {
		vote := zk.Vote{Leader: 3}
		s.add(1, trace.Event{Kind: trace.RoundStarted, N: 1, Vote: zk.Vote{Leader: 1}})
		for _, from := range []zk.ServerID{2, 3} {
			s.add(1, trace.Event{
				Kind: trace.LeaderHeard, N: 4, Vote: vote, Peer: from, Role: zk.Following,
			})
		}
		s.add(1, trace.Event{
			Kind: trace.Elected, N: 4, Vote: vote, Set: zk.SetOf(2, 3), Why: zk.ExistingLeader,
		})
	}},
	{"ElectedIsMax", "a worse history wins", func(s *story) {
		s.lead(3)
		s.tamper = func(e *trace.Event) bool { return e.Node != 1 }
		s.write(zk.Txn{})
		s.tamper = nil
		s.logs[1] = 0
		s.lose(1, 2, 3)
		s.elect(1)
	}},
	{"SameWinner", "one voter of a round decides for another server", func(s *story) {
		s.calm()
		s.elect(3)
		vote := s.initial(2)
		s.add(1, trace.Event{Kind: trace.Elected, N: 1, Vote: vote, Set: zk.SetOf(1, 2)})
	}},
	{"VotesNeverRegress", "a worse vote is adopted", func(s *story) {
		s.elect(1)
	}},
	{"VotesNeverRegress", "a round falls", func(s *story) {
		s.add(1, trace.Event{Kind: trace.RoundStarted, N: 4, Vote: zk.Vote{Leader: 1}})
		s.add(1, trace.Event{Kind: trace.RoundStarted, N: 3, Vote: zk.Vote{Leader: 1}})
	}},
}

// calm links all servers in a world that tells what it does, and lets everybody begin round 1.
func (s *story) calm() {
	s.add(0, trace.Event{Kind: trace.Noted, Path: ":start 1-3"})
	for _, id := range s.voters {
		for _, peer := range s.voters {
			if peer != id {
				s.add(id, trace.Event{Kind: trace.LinkUp, Peer: peer})
			}
		}
		s.add(id, trace.Event{Kind: trace.RoundStarted, N: 1, Vote: s.initial(id)})
	}
	s.message(1, 3, trace.Event{Type: zk.Notification, Vote: s.initial(1)})
	s.add(3, trace.Event{Kind: trace.QuorumReached, N: 1, Vote: s.initial(3)})
}

// TestOnlyACalmHasOneWinner: after a loss two servers may well win the same round.
func TestOnlyACalmHasOneWinner(t *testing.T) {
	s := newStory()
	s.calm()
	s.add(0, trace.Event{Kind: trace.Dropped, Peer: 1, Other: 3, Type: zk.Notification})
	s.elect(3)
	s.add(1, trace.Event{Kind: trace.Elected, N: 1, Vote: s.initial(2), Set: zk.SetOf(1, 2)})
	require.NotContains(t, found(s.c), "SameWinner")
}

func TestJoiningAnExistingLeaderIsLegal(t *testing.T) {
	s := newStory()
	s.lead(3, 1)
	vote := zk.Vote{Leader: 3, Epoch: 1}
	s.add(1, trace.Event{Kind: trace.RoundStarted, N: 1, Vote: zk.Vote{Leader: 1}})
	for _, from := range []zk.ServerID{2, 3} {
		s.add(1, trace.Event{
			Kind: trace.LeaderHeard, N: 1, Vote: vote, Peer: from, Role: s.role(from),
		})
	}
	s.add(1, trace.Event{
		Kind: trace.Elected, N: 1, Vote: vote, Set: zk.SetOf(2, 3), Why: zk.ExistingLeader,
	})
	require.Empty(t, s.c.Violations())
}

// A server that restarts between its vote and the decision may have another history by then.
func TestVoteOfAnEarlierStartIsNotHeldAgainstTheWinner(t *testing.T) {
	s := newStory()
	s.tamper = func(e *trace.Event) bool {
		if e.Node == 3 && e.Kind == trace.Elected {
			s.tamper = nil
			s.crash(2)
			s.boots[2]++
			s.seqs[2] = 0
			s.add(2, trace.Event{Kind: trace.Booted, Set: zk.SetOf(1, 2, 3)})
			s.add(2, trace.Event{
				Kind: trace.RoundStarted, N: 1, Vote: zk.Vote{Leader: 2, Zxid: 5},
			})
		}
		return true
	}
	s.elect(3)
	require.Empty(t, s.c.Violations())
}
