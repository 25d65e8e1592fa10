package zab

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// Archive carries what a server holds. Of the trees only the floor is written: the others follow
// from it and from the log. A replica that reads must have its cfg, as NewReplica gives it.
func (r *Replica) Archive(a step.Archive) {
	step.Number(a, &r.Accepted)
	step.Number(a, &r.Current)
	step.Number(a, &r.Committed)
	step.Flag(a, &r.Damaged)
	a.Tree(&r.floor)
	step.List(a, &r.log, archiveTxn)
	step.Number(a, &r.since)
	step.Number(a, &r.seq)
	step.Number(a, &r.synced)
	step.List(a, &r.writes, archiveWrite)
	step.List(a, &r.held, func(a step.Archive, h *held) {
		step.Number(a, &h.seq)
		a.Message(&h.msg)
	})
	step.Flag(a, &r.saving)
	step.Number(a, &r.durable)
	step.Number(a, &r.durableAccepted)
	step.Number(a, &r.durableCurrent)
	r.archiveTrees(a)
}

func archiveTxn(a step.Archive, t **zk.Txn) {
	if a.Reads() {
		*t = new(zk.Txn)
	}
	a.Txn(*t)
}

func archiveWrite(a step.Archive, w *write) {
	step.Number(a, &w.seq)
	step.Number(a, &w.kind)
	step.Number(a, &w.zxid)
	step.Number(a, &w.epoch)
	step.ArchiveRef(a, &w.cause)
}

// archiveTrees carries where in the log the trees behind the floor are.
func (r *Replica) archiveTrees(a step.Archive) {
	var applied, next zk.Zxid
	prepares, hasNext := r.Prepared != nil, r.nextFloor != nil
	if !a.Reads() {
		applied = r.Applied.Zxid()
	}
	if hasNext {
		next = r.nextFloor.Zxid()
	}
	step.Number(a, &applied)
	step.Flag(a, &hasNext)
	step.Number(a, &next)
	step.Flag(a, &prepares)
	if !a.Reads() {
		return
	}
	if r.floor == nil {
		a.Fail("server without a tree")
		r.floor = tree.New()
	}
	if r.Applied = r.at(applied); hasNext {
		r.nextFloor = r.at(next)
	}
	if prepares {
		r.StartPreparing()
	}
	if r.Applied.Zxid() != applied {
		a.Fail("log that does not lead to the state")
	}
}

// at returns the state of the past at z.
func (r *Replica) at(z zk.Zxid) *tree.DB {
	db := r.floor.Clone()
	for _, t := range r.log {
		if t.Zxid <= z {
			db.Apply(t, nil)
		}
	}
	return db
}

// Archive carries a leader's state; the proposals that are open are in the replica's log.
func (l *Leader) Archive(a step.Archive, r *Replica) {
	step.Number(a, &l.Phase)
	step.Number(a, &l.Epoch)
	step.Number(a, &l.Gone)
	step.Number(a, &l.informed)
	step.Number(a, &l.maxEpoch)
	step.Number(a, &l.acked)
	step.Number(a, &l.synced)
	step.List(a, &l.learners, archiveLearner)
	open := l.open.all()
	step.List(a, &open, func(a step.Archive, p *proposal) { p.archive(a, r) })
	l.open = outstanding{queue: open}
	step.Number(a, &l.counter)
	step.Number(a, &l.selfEpoch)
	step.Number(a, &l.selfEnter)
	step.Number(a, &l.deadline)
	step.Number(a, &l.nextBeat)
	step.Flag(a, &l.halfTick)
	step.List(a, &l.syncs, func(a step.Archive, p *pendingSync) {
		step.Number(a, &p.zxid)
		step.Number(a, &p.learner)
		step.Number(a, &p.session)
		step.Number(a, &p.number)
	})
}

func archiveLearner(a step.Archive, f *learnerOf) {
	step.Number(a, &f.id)
	step.Flag(a, &f.observer)
	step.Flag(a, &f.informed)
	step.Flag(a, &f.promised)
	step.Flag(a, &f.queued)
	step.Flag(a, &f.active)
	a.Message(&f.info)
	step.Number(a, &f.heardAt)
}

func (p *proposal) archive(a step.Archive, r *Replica) {
	var z zk.Zxid
	if !a.Reads() {
		z = p.txn.Zxid
	}
	step.Number(a, &z)
	step.Number(a, &p.acks)
	step.Number(a, &p.at)
	if !a.Reads() {
		return
	}
	if logged := r.After(z - 1); len(logged) > 0 && logged[0].Zxid == z {
		p.txn = logged[0]
		return
	}
	p.txn = new(zk.Txn)
	a.Fail("proposal that is not in the log")
}

// Archive carries a learner's state.
func (l *Learner) Archive(a step.Archive) {
	step.Number(a, &l.Leader)
	step.Flag(a, &l.Observer)
	step.Number(a, &l.Phase)
	step.Number(a, &l.Epoch)
	step.Number(a, &l.Gone)
	step.Flag(a, &l.linked)
	step.Number(a, &l.tries)
	step.Number(a, &l.retryAt)
	step.Number(a, &l.heardAt)
	step.Number(a, &l.joinBy)
	step.Flag(a, &l.synced)
	step.Flag(a, &l.newLeader)
	step.Flag(a, &l.snapping)
	step.List(a, &l.waiting, func(a step.Archive, t *zk.Txn) { a.Txn(t) })
	step.Number(a, &l.commitTo)
	step.Flag(a, &l.pingDue)
}

// Restored returns the roles of a server, empty, for Archive to fill.
func Restored(cfg *Config) (*Leader, *Learner, *Replica) {
	return &Leader{cfg: cfg}, &Learner{cfg: cfg}, &Replica{cfg: cfg}
}
