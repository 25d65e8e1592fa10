package check

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

func TestLivenessInvariants(t *testing.T) { testKillers(t, livenessKillers) }

// heal says that everything is well from now on, and later judges what has come of it.
func (s *story) heal(until func()) {
	s.c.Heal(s.at, zk.SetOf(s.voters...))
	if until != nil {
		until()
	}
	s.c.Finish(s.at.Add(2 * ConvergesWithin))
}

var livenessKillers = []killer{
	{"Elects", "nobody leads", func(s *story) {
		s.heal(nil)
	}},
	{"NoLivelock", "one leader after the other", func(s *story) {
		s.heal(func() {
			for range LeadersMax + 1 {
				s.lead(3)
				s.lose(1, 2, 3)
			}
			s.lead(3)
		})
	}},
	{"Serves", "an operation never returns", func(s *story) {
		s.heal(func() { s.lead(3); s.open(); s.invoke(1) })
	}},
	{"Serves", "an operation returns long after its client's timeout", func(s *story) {
		s.heal(func() {
			s.lead(3)
			s.open()
			s.invoke(1)
			s.at = s.at.Add(6*time.Second + AnswersWithin)
			s.ret(1, s.logs[3])
		})
	}},
	{"Serves", "an operation without a session returns late", func(s *story) {
		s.heal(func() {
			s.lead(3)
			s.add('A', trace.Event{Kind: trace.ClientState, N: 1, Peer: 1})
			s.add('A', trace.Event{Kind: trace.Invoked, N: 1})
			s.at = s.at.Add(timeoutAsked + AnswersWithin)
			s.add('A', trace.Event{Kind: trace.Returned, N: 1, Path: "ConnectionLoss"})
		})
	}},
	{"Settles", "a proposal is never committed", func(s *story) {
		s.heal(func() { s.lead(3); s.propose(s.txn(zk.Txn{}), 1, 2) })
	}},
	{"Settles", "a follower applies nothing", func(s *story) {
		s.heal(func() {
			s.lead(3)
			s.tamper = on(1, trace.Applied, drop)
			s.write(zk.Txn{})
		})
	}},
	{"Settles", "a message has not arrived", func(s *story) {
		s.heal(func() {
			s.lead(3)
			s.add(3, trace.Event{
				Kind: trace.Sent, Type: zk.Proposal, Peer: 1, Other: 3, N: int64(s.at) + 1,
			})
		})
	}},
	{"NoLostAck", "at the end a follower lacks what a client was told", func(s *story) {
		s.heal(func() {
			s.lead(3)
			s.open()
			s.tamper = func(e *trace.Event) bool { return e.Node != 1 }
			s.ask(1, zk.OpSetData)
			s.ret(1, s.write(zk.Txn{Op: zk.OpSetData, Session: sess}).Zxid)
		})
	}},
	{"EphemeralsGo", "an expired session is never closed", func(s *story) {
		s.heal(func() {
			s.lead(3)
			s.open()
			s.at = s.at.Add(9 * time.Second)
			s.add(3, trace.Event{Kind: trace.SessionExpired, Sess: sess, N: 6000})
		})
	}},
	{"EphemeralsGo", "an expired session is closed late", func(s *story) {
		s.heal(func() {
			s.lead(3)
			s.open()
			s.at = s.at.Add(9 * time.Second)
			s.add(3, trace.Event{Kind: trace.SessionExpired, Sess: sess, N: 6000})
			s.at = s.at.Add(2 * ClosesWithin)
			s.write(zk.Txn{Op: zk.OpCloseSession, Session: sess})
		})
	}},
	{"Converges", "a follower does not join", func(s *story) {
		s.heal(func() { s.lead(3, 1) })
	}},
	{"Converges", "a follower stays behind", func(s *story) {
		s.heal(func() {
			s.lead(3)
			s.tamper = func(e *trace.Event) bool { return e.Node != 1 }
			s.write(zk.Txn{})
		})
	}},
}

func TestHealedEnsembleIsFine(t *testing.T) {
	s := longStory()
	s.heal(func() { s.write(zk.Txn{}) })
	require.Empty(t, s.c.Violations())
}

// TestOperationsMayTakeTheTimeoutOfTheirSession: a client waits for two thirds of it before it
// gives a connection up, and then for one that does not come about.
func TestOperationsMayTakeTheTimeoutOfTheirSession(t *testing.T) {
	s := newStory()
	s.heal(func() {
		s.lead(3)
		s.open()
		s.invoke(1)
		s.at = s.at.Add(6*time.Second + AnswersWithin - time.Second)
		s.ret(1, s.logs[3])
	})
	require.Empty(t, s.c.Violations())
}

// TestACheckMayWaitForEver: outside of a multi one that holds has no answer (random seed 1144).
func TestACheckMayWaitForEver(t *testing.T) {
	s := newStory()
	s.heal(func() {
		s.lead(3)
		s.open()
		s.ask(1, zk.OpCheck)
		s.write(zk.Txn{Op: zk.OpCheck, Session: sess, Path: "/", Version: -1})
	})
	require.Empty(t, s.c.Violations())
}

func TestTooShortACalmIsNotJudged(t *testing.T) {
	s := newStory()
	s.c.Heal(s.at, zk.SetOf(1, 2, 3))
	s.c.Finish(s.at.Add(ElectsWithin / 2))
	require.Empty(t, s.c.Violations())
}

// TestExpiredSessionsMayComeBackUnderAnotherLeader: what one leader gave up is no promise of the
// next, which gives the session its full timeout.
func TestExpiredSessionsMayComeBackUnderAnotherLeader(t *testing.T) {
	s := newStory()
	s.heal(func() {
		s.lead(3)
		s.open()
		s.at = s.at.Add(9 * time.Second)
		s.add(3, trace.Event{Kind: trace.SessionExpired, Sess: sess, N: 6000})
		s.lose(1, 2, 3)
		s.lead(2, 3)
		s.at = s.at.Add(2 * ClosesWithin)
		s.write(zk.Txn{Op: zk.OpCloseSession, Session: sess})
	})
	require.NotContains(t, found(s.c), "EphemeralsGo")
}
