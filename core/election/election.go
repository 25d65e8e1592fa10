// Package election is Apache's fast leader election as a machine: rounds, votes that only get
// better, a tally for the round, a second tally of those who already have a leader, and a short
// wait for something better after a quorum agrees (FastLeaderElection.java; Medeiros 2012).
//
// The machine knows nothing of ZAB. It is asked for a leader with Start, hears notifications, and
// says in Decision whom to follow. Safety never rests on it: a wrong winner is caught in discovery,
// where a learner with a fresher history refuses it. One rule differs from Apache on purpose: once
// a quorum agrees and every voter whose election link is up agrees too, the decision is immediate
// instead of 200 ms later.
package election

import (
	"time"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Config is what an election needs to know of the ensemble. It is shared and never written.
type Config struct {
	Self           zk.ServerID
	Voters         zk.ServerSet
	FinalizeWait   time.Duration // how long to wait for a better vote, 200 ms
	FinalizeAlways bool          // wait also when every linked voter agrees, as Apache does
	Quirks         zk.Quirk
}

// Bounds of the re-send interval of a looking server.
const (
	ResendMin = 200 * time.Millisecond
	ResendMax = 60 * time.Second
)

// Decision is the outcome of an election. The zero value means that there is none yet.
type Decision struct {
	Leader zk.ServerID // 0 while undecided
	Role   zk.Role
	Why    zk.Why
}

// Election is the state of one server's election. The zero value with Init is ready; copies made
// with Clone share nothing that is written.
type Election struct {
	cfg      *Config
	Round    uint64  // "logicalclock", 0 before the first election of this process
	Vote     zk.Vote // the present proposal; after a decision, what lookers are told
	initial  zk.Vote // the vote that each round starts from
	active   bool    // looking, with a vote
	recv     tally   // votes of this round
	outside  tally   // what servers with a leader say
	linked   zk.ServerSet
	decision Decision

	finalizeAt zk.Instant // Never unless a quorum agrees
	quorumRef  trace.Ref  // the QuorumReached event behind finalizeAt
	resendAt   zk.Instant
	resendIn   time.Duration
}

// Init prepares an election that has not started.
func (e *Election) Init(cfg *Config) {
	*e = Election{cfg: cfg, finalizeAt: zk.Never, resendAt: zk.Never}
}

// Clone returns an independent copy.
func (e *Election) Clone() Election {
	c := *e
	c.recv, c.outside = e.recv.clone(), e.outside.clone()
	return c
}

// Start begins a new round with the given vote for oneself (zero for an observer).
func (e *Election) Start(s *step.Scribe, initial zk.Vote, why zk.Why) {
	e.Round++
	e.initial, e.Vote = initial, initial
	e.active, e.decision = true, Decision{}
	e.recv.clear()
	e.outside.clear()
	e.finalizeAt = zk.Never
	s.Emit(trace.Event{Kind: trace.RoundStarted, N: int64(e.Round), Vote: initial, Why: why})
	e.resendIn = ResendMin
	e.sendAll(s)
	e.check(s)
}

// Active reports whether the server is looking and has a vote.
func (e *Election) Active() bool { return e.active }

// Decision returns the outcome, with Leader 0 while there is none.
func (e *Election) Decision() Decision { return e.decision }

// WakeAt returns the earliest deadline.
func (e *Election) WakeAt() zk.Instant {
	if !e.active {
		return zk.Never
	}
	return min(e.finalizeAt, e.resendAt)
}

// OnWake acts on deadlines that have passed: the wait for a better vote, and the re-send.
func (e *Election) OnWake(s *step.Scribe) {
	if !e.active {
		return
	}
	if s.Now >= e.finalizeAt {
		e.decide(s, e.Vote, e.recv.agreeing(e.Vote), zk.FinalizeWaited, e.quorumRef)
		return
	}
	if s.Now >= e.resendAt {
		e.resendIn = min(2*e.resendIn, ResendMax)
		e.sendAll(s)
	}
}

// OnLinkUp notes that the election link to a peer is open. A looking server repeats its proposal,
// which may have been lost with the old link.
func (e *Election) OnLinkUp(s *step.Scribe, peer zk.ServerID) {
	e.linked = e.linked.With(peer)
	if e.active && e.cfg.Voters.Has(peer) {
		e.sendTo(s, peer)
	}
}

// OnLinkDown notes that the election link to a peer is gone. With one less voter to ask, a quorum
// that waits may be able to decide.
func (e *Election) OnLinkDown(s *step.Scribe, peer zk.ServerID) {
	e.linked = e.linked.Without(peer)
	if e.active && e.finalizeAt != zk.Never {
		e.check(s)
	}
}

// OnNotification takes one notification. State is the server's own role, leaderEpoch unused while
// looking. What a looking server does with it is in hear; everybody else only answers.
func (e *Election) OnNotification(s *step.Scribe, m *step.Message, state zk.Role) {
	if !e.cfg.Voters.Has(m.From) {
		e.answer(s, m.From, state) // observers ask, and are never counted
		return
	}
	if !e.active {
		if m.State == zk.Looking && state != zk.Looking {
			e.answer(s, m.From, state)
		}
		return
	}
	e.hear(s, m)
}

// SetEpoch tells the election the epoch of the leader that was joined, so that all members give
// late joiners the same answer (ZOOKEEPER-1732).
func (e *Election) SetEpoch(epoch zk.Epoch) { e.Vote.Epoch = epoch }

func (e *Election) hear(s *step.Scribe, m *step.Message) {
	switch {
	case !e.cfg.Voters.Has(m.Vote.Leader):
		e.ignore(s, m, zk.NotVoter)
	case e.isAbsurd(m):
		e.ignore(s, m, zk.BadMessage)
	case m.State == zk.Looking:
		e.hearLooking(s, m)
	case m.State == zk.Observing:
		e.ignore(s, m, zk.NotVoter)
	default:
		e.hearLed(s, m)
	}
}

// roundJumpMax is how far ahead of its own round a server believes another one.
const roundJumpMax = 1 << 31

// isAbsurd reports whether no correct server sends these numbers: who believed them could never
// take part in an honest election again.
func (e *Election) isAbsurd(m *step.Message) bool {
	return m.Round > e.Round && m.Round-e.Round > roundJumpMax ||
		m.Vote.Epoch.IsAbsurd(e.initial.Epoch)
}

func (e *Election) hearLooking(s *step.Scribe, m *step.Message) {
	if m.Round < e.Round {
		e.ignore(s, m, zk.OlderRound)
		e.sendTo(s, m.From) // tell it what it missed
		return
	}
	if e.finalizeAt != zk.Never && !e.betterThanOurs(m) {
		e.hearWhileWaiting(s, m)
		return
	}
	e.finalizeAt = zk.Never
	if m.Round > e.Round {
		e.adoptRound(s, m)
	} else if wins, why := e.beats(m.Vote, e.Vote); wins {
		e.change(s, m.Vote, why, m.From)
		e.sendAll(s)
	}
	e.count(s, m)
	e.check(s)
}

// hearWhileWaiting handles what Apache's drain polls: an equal vote is counted, everything else is
// discarded, and the wait starts anew.
func (e *Election) hearWhileWaiting(s *step.Scribe, m *step.Message) {
	e.finalizeAt = s.Now.Add(e.cfg.FinalizeWait)
	if m.Round != e.Round || m.Vote != e.Vote {
		e.ignore(s, m, zk.WorseVote)
		return
	}
	e.count(s, m)
	e.check(s)
}

func (e *Election) betterThanOurs(m *step.Message) bool {
	wins, _ := e.beats(m.Vote, e.Vote)
	return wins
}

// adoptRound enters a later round from the initial vote, not from the present one.
func (e *Election) adoptRound(s *step.Scribe, m *step.Message) {
	e.Round = m.Round
	e.recv.clear()
	prev := e.Vote
	e.Vote = e.initial
	s.Emit(trace.Event{
		Kind: trace.RoundStarted, N: int64(e.Round), Vote: e.initial, Prev: prev,
		Why: zk.ByRound, Peer: m.From,
	})
	if wins, why := e.beats(m.Vote, e.initial); wins {
		e.change(s, m.Vote, why, m.From)
	}
	e.sendAll(s)
}

// hearLed counts the answer of a server that has a leader, in the round's tally when it is of this
// round and always in the second one.
func (e *Election) hearLed(s *step.Scribe, m *step.Message) {
	if e.finalizeAt != zk.Never && !e.betterThanOurs(m) {
		e.finalizeAt = s.Now.Add(e.cfg.FinalizeWait)
		e.ignore(s, m, zk.WorseVote)
		return
	}
	e.finalizeAt = zk.Never
	b := ballot{vote: m.Vote, round: m.Round, state: m.State}
	heard := s.Emit(trace.Event{
		Kind: trace.LeaderHeard, N: int64(m.Round), Vote: m.Vote, Peer: m.From, Role: m.State,
	})
	e.outside.put(m.From, b)
	if m.Round == e.Round {
		e.recv.put(m.From, b)
		if e.joins(s, &e.recv, m, heard) {
			return
		}
	}
	e.joins(s, &e.outside, m, heard)
}

// joins decides for m's leader when a quorum of the tally, the leader itself among it, says so.
func (e *Election) joins(s *step.Scribe, t *tally, m *step.Message, heard trace.Ref) bool {
	set := t.following(m.Vote, m.Round)
	if !e.isQuorum(set) || !e.leaderConfirms(t, m) {
		return false
	}
	e.Round = m.Round
	q := s.Emit(trace.Event{
		Kind: trace.QuorumReached, Cause: heard, N: int64(m.Round), Vote: m.Vote, Set: set,
	})
	e.decide(s, m.Vote, set, zk.ExistingLeader, q)
	return true
}

func (e *Election) leaderConfirms(t *tally, m *step.Message) bool {
	if m.Vote.Leader == e.cfg.Self {
		return e.Round == m.Round
	}
	b, ok := t.get(m.Vote.Leader)
	return ok && b.state == zk.Leading
}

// check looks whether a quorum supports the present vote, and decides or starts to wait.
func (e *Election) check(s *step.Scribe) {
	set := e.recv.agreeing(e.Vote)
	if e.Vote.Leader != 0 && e.cfg.Voters.Has(e.cfg.Self) {
		set = set.With(e.cfg.Self)
	}
	if !e.isQuorum(set) {
		return
	}
	if e.finalizeAt == zk.Never {
		e.quorumRef = s.Emit(trace.Event{
			Kind: trace.QuorumReached, N: int64(e.Round), Vote: e.Vote, Set: set,
		})
		e.finalizeAt = s.Now.Add(e.cfg.FinalizeWait)
	}
	asked := (e.linked & e.cfg.Voters) &^ zk.SetOf(e.cfg.Self)
	if !e.cfg.FinalizeAlways && asked&^set == 0 {
		e.decide(s, e.Vote, set, zk.EveryLinkedAgrees, e.quorumRef)
	}
}

func (e *Election) decide(
	s *step.Scribe, vote zk.Vote, set zk.ServerSet, why zk.Why, cause trace.Ref,
) {
	role := zk.Following
	if vote.Leader == e.cfg.Self {
		role = zk.Leading
	} else if !e.cfg.Voters.Has(e.cfg.Self) {
		role = zk.Observing
	}
	if why == zk.FinalizeWaited && role != zk.Observing {
		set = set.With(e.cfg.Self)
	}
	e.Vote, e.active = vote, false
	e.finalizeAt, e.resendAt = zk.Never, zk.Never
	e.decision = Decision{Leader: vote.Leader, Role: role, Why: why}
	s.Emit(trace.Event{
		Kind: trace.Elected, Cause: cause, N: int64(e.Round), Vote: vote, Set: set, Why: why,
		Role: role,
	})
}

func (e *Election) change(s *step.Scribe, vote zk.Vote, why zk.Why, peer zk.ServerID) {
	s.Emit(trace.Event{
		Kind: trace.VoteChanged, N: int64(e.Round), Vote: vote, Prev: e.Vote, Why: why, Peer: peer,
	})
	e.Vote = vote
}

func (e *Election) count(s *step.Scribe, m *step.Message) {
	why := zk.SameVote
	if m.Vote != e.Vote {
		why = zk.WorseVote
	}
	e.recv.put(m.From, ballot{vote: m.Vote, round: m.Round, state: m.State})
	s.Emit(trace.Event{
		Kind: trace.VoteCounted, N: int64(m.Round), Vote: m.Vote, Peer: m.From, Role: m.State,
		Why: why,
	})
}

func (e *Election) ignore(s *step.Scribe, m *step.Message, why zk.Why) {
	s.Emit(trace.Event{
		Kind: trace.VoteIgnored, N: int64(m.Round), Vote: m.Vote, Peer: m.From, Role: m.State,
		Why: why,
	})
}

// answer tells a server that looks what we follow, or our proposal if we look too.
func (e *Election) answer(s *step.Scribe, to zk.ServerID, state zk.Role) {
	if state == zk.Looking && !e.active {
		return // no vote to tell
	}
	s.Send(step.Message{
		Type: zk.Notification, To: to, State: state, Round: e.Round, Vote: e.Vote,
	})
}

func (e *Election) sendAll(s *step.Scribe) {
	e.resendAt = s.Now.Add(e.resendIn)
	for peer := range e.cfg.Voters.Without(e.cfg.Self).All() {
		e.sendTo(s, peer)
	}
}

func (e *Election) sendTo(s *step.Scribe, peer zk.ServerID) {
	s.Send(step.Message{
		Type: zk.Notification, To: peer, State: zk.Looking, Round: e.Round, Vote: e.Vote,
	})
}

func (e *Election) beats(a, b zk.Vote) (bool, zk.Why) {
	if e.cfg.Quirks.Has(zk.QuirkElectByID) {
		return a.Leader > b.Leader, zk.ByServerID
	}
	wins, why := a.Beats(b)
	if e.cfg.Quirks.Has(zk.QuirkVoteRegress) && b == e.initial && a != b { // once per round
		return true, why
	}
	return wins, why
}

func (e *Election) isQuorum(set zk.ServerSet) bool {
	if e.cfg.Quirks.Has(zk.QuirkQuorumHalf) {
		return set.Len() >= max(1, e.cfg.Voters.Len()/2)
	}
	return set.HasMajority(e.cfg.Voters)
}

// Rebind points a clone to its own server's configuration.
func (e *Election) Rebind(cfg *Config) { e.cfg = cfg }
