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
	{"VotesNeverRegress", "a worse vote is adopted", func(s *story) {
		s.elect(1)
	}},
	{"VotesNeverRegress", "a round falls", func(s *story) {
		s.add(1, trace.Event{Kind: trace.RoundStarted, N: 4, Vote: zk.Vote{Leader: 1}})
		s.add(1, trace.Event{Kind: trace.RoundStarted, N: 3, Vote: zk.Vote{Leader: 1}})
	}},
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
