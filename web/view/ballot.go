package view

import (
	"slices"
	"strconv"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

func (b *Ballot) onRoundStarted(self zk.ServerID, e *trace.Event) {
	outside, before := b.Elsewhere, b.Round
	if e.Why != zk.ByRound {
		outside = nil // a new election asks everybody anew
	}
	round := uint64(e.N)
	*b = Ballot{Round: round, Asked: round, Vote: e.Vote, Why: e.Why, Elsewhere: outside}
	if e.Why == zk.ByRound {
		b.duel(e, e.Prev, zk.Vote{}, true, zk.ByRound) // not compared: the round decided alone
		b.Duel.MyRound = before
	}
	b.putOwn(self, e)
}

func (b *Ballot) onVoteChanged(self zk.ServerID, e *trace.Event) {
	b.duel(e, e.Prev, e.Vote, true, e.Why)
	b.Deciding = b.Duel
	b.Vote, b.Why = e.Vote, e.Why
	b.putOwn(self, e)
}

func (b *Ballot) putOwn(self zk.ServerID, e *trace.Event) {
	b.Quorum = 0
	if b.Vote.Leader == 0 {
		return // an observer has no vote
	}
	putRow(&b.Tally, VoteRow{
		Peer: self, Role: zk.Looking, Round: b.Round, Vote: b.Vote, Why: e.Why, At: e.At,
	})
}

func (b *Ballot) onVoteCounted(e *trace.Event) {
	putRow(&b.Tally, rowOf(e))
	dropRow(&b.Ignored, e.Peer)
	if e.Cause.IsZero() || e.Cause != b.Duel.cause { // else VoteChanged has told of it
		_, rung := e.Vote.Beats(b.Vote)
		b.duel(e, b.Vote, e.Vote, false, rung)
	}
}

func (b *Ballot) onVoteIgnored(e *trace.Event) {
	putRow(&b.Ignored, rowOf(e))
	if e.Why == zk.NotVoter {
		return
	}
	rung := e.Why
	if rung != zk.OlderRound {
		_, rung = e.Vote.Beats(b.Vote)
	}
	b.duel(e, b.Vote, e.Vote, false, rung)
}

func (b *Ballot) onLeaderHeard(e *trace.Event) {
	putRow(&b.Elsewhere, rowOf(e))
	dropRow(&b.Ignored, e.Peer)
}

func (b *Ballot) onQuorumReached(e *trace.Event) {
	b.Round, b.Quorum, b.QuorumAt = uint64(e.N), e.Set, e.At
}

func (b *Ballot) onElected(e *trace.Event) {
	b.Round, b.Vote, b.Chosen = uint64(e.N), e.Vote, e.Vote
	b.Quorum, b.Decided, b.DecidedWhy = e.Set, true, e.Why
}

func (b *Ballot) duel(e *trace.Event, mine, theirs zk.Vote, won bool, rung zk.Why) {
	b.Duel = Duel{
		Ref: e.Ref, At: e.At, Peer: e.Peer, Mine: mine, Theirs: theirs, MyRound: b.Round,
		TheirRound: uint64(e.N), Won: won, Rung: rung, cause: e.Cause,
	}
}

func rowOf(e *trace.Event) VoteRow {
	return VoteRow{
		Peer: e.Peer, Role: e.Role, Round: uint64(e.N), Vote: e.Vote, Why: e.Why, At: e.At,
	}
}

func putRow(rows *[]VoteRow, r VoteRow) {
	at, found := slices.BinarySearchFunc(*rows, r.Peer, compareRow)
	if found {
		(*rows)[at] = r
		return
	}
	*rows = slices.Insert(*rows, at, r)
}

func dropRow(rows *[]VoteRow, peer zk.ServerID) {
	if at, found := slices.BinarySearchFunc(*rows, peer, compareRow); found {
		*rows = slices.Delete(*rows, at, at+1)
	}
}

func compareRow(r VoteRow, peer zk.ServerID) int { return int(r.Peer) - int(peer) }

// Believers returns the servers that say that they have this leader, which may be one of them.
func (b *Ballot) Believers(leader zk.ServerID) zk.ServerSet {
	var set zk.ServerSet
	for i := range b.Elsewhere {
		if b.Elsewhere[i].Vote.Leader == leader {
			set = set.With(b.Elsewhere[i].Peer)
		}
	}
	return set
}

// Candidate is a bar of the ballot box: who supports one candidate.
type Candidate struct {
	ID   zk.ServerID
	From zk.ServerSet
}

// Candidates returns the candidates of this round's tally, the one with most votes first, and of
// those with equally many the one with the larger id.
func (b *Ballot) Candidates() []Candidate {
	var list []Candidate
	for _, r := range b.Tally {
		at := slices.IndexFunc(list, func(c Candidate) bool { return c.ID == r.Vote.Leader })
		if at < 0 {
			at = len(list)
			list = append(list, Candidate{ID: r.Vote.Leader})
		}
		list[at].From = list[at].From.With(r.Peer)
	}
	slices.SortFunc(list, func(a, b Candidate) int {
		if d := b.From.Len() - a.From.Len(); d != 0 {
			return d
		}
		return int(b.ID) - int(a.ID)
	})
	return list
}

// RungState says how a rung of the comparison came out.
type RungState uint8

// The states of a rung.
const (
	RungTied    RungState = iota // equal: the next rung decides
	RungDecided                  // this rung decided
	RungSkipped                  // not compared
)

// Rung is one rung of the comparison of two votes.
type Rung struct {
	Rule         zk.Why // ByEpoch, ByZxid or ByServerID
	Theirs, Mine string // the values, as the stage writes them
	Sign         string // "=", "<" or ">", read from Theirs to Mine
	State        RungState
}

// Rungs returns the ladder of the comparison: epoch, zxid, myid.
func (d *Duel) Rungs() [3]Rung {
	t, m := d.Theirs, d.Mine
	rungs := [3]Rung{
		rung(zk.ByEpoch, uint64(t.Epoch), uint64(m.Epoch), decimal),
		rung(zk.ByZxid, uint64(t.Zxid), uint64(m.Zxid), shortZxid),
		rung(zk.ByServerID, uint64(t.Leader), uint64(m.Leader), decimal),
	}
	if d.Rung == zk.ByRound || d.Rung == zk.OlderRound {
		for i := range rungs {
			rungs[i].State = RungSkipped
		}
		return rungs
	}
	decideRungs(&rungs, d.Rung)
	return rungs
}

// decideRungs marks the rung that decided and those after it. A mistaken rule (quirk) may decide
// on a rung that is not the first to differ.
func decideRungs(rungs *[3]Rung, decided zk.Why) {
	state := RungTied
	for i := range rungs {
		r := &rungs[i]
		switch {
		case r.Rule == decided:
			r.State, state = RungDecided, RungSkipped
		case state == RungSkipped || r.Sign != "=":
			r.State = RungSkipped
		}
	}
}

func rung(rule zk.Why, theirs, mine uint64, show func(uint64) string) Rung {
	sign := "="
	if theirs < mine {
		sign = "<"
	} else if theirs > mine {
		sign = ">"
	}
	return Rung{Rule: rule, Theirs: show(theirs), Mine: show(mine), Sign: sign}
}

func decimal(v uint64) string { return strconv.FormatUint(v, 10) }

func shortZxid(v uint64) string { return zk.Zxid(v).Short() }
