package election

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// Archive carries the election's state. What is read needs Rebind.
func (e *Election) Archive(a step.Archive) {
	step.Number(a, &e.Round)
	step.ArchiveVote(a, &e.Vote)
	step.ArchiveVote(a, &e.initial)
	step.Flag(a, &e.active)
	e.recv.archive(a)
	e.outside.archive(a)
	step.Number(a, &e.linked)
	step.Number(a, &e.decision.Leader)
	step.Number(a, &e.decision.Role)
	step.Number(a, &e.decision.Why)
	step.Number(a, &e.finalizeAt)
	step.ArchiveRef(a, &e.quorumRef)
	step.Number(a, &e.resendAt)
	step.Number(a, &e.resendIn)
}

func (t *tally) archive(a step.Archive) {
	step.Number(a, &t.set)
	step.List(a, &t.ballots, func(a step.Archive, b *ballot) {
		step.ArchiveVote(a, &b.vote)
		step.Number(a, &b.round)
		step.Number(a, &b.state)
	})
	if len(t.ballots) > int(zk.ServerMax)+1 || t.set>>len(t.ballots) != 0 {
		a.Fail("ballot of no server")
	}
}
