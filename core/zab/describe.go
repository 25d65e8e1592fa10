package zab

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// describedMax is how many transactions of a log, and how many proposals, are described.
const describedMax = 64

// Booted returns the event of a start from what the disk holds now.
func (r *Replica) Booted() trace.Event {
	return trace.Event{
		Kind: trace.Booted, Role: zk.Looking, Epoch: r.durableCurrent,
		N: int64(r.durableAccepted), Zxid: r.durable, Last: r.floor.Zxid(), Set: r.cfg.Voters,
	}
}

// Describe writes what the server holds as events that tell the same, behind Booted: the end of its
// log, both epochs, and what is committed and applied.
func (r *Replica) Describe(s *step.Scribe, phase zk.Phase) {
	if r.saving {
		s.Emit(trace.Event{
			Kind: trace.SnapTaken, Zxid: r.floor.Zxid(), N: int64(r.floor.Digest()),
		})
	}
	for _, t := range r.log[max(0, len(r.log)-describedMax):] {
		s.Emit(trace.Event{Kind: trace.Logged, Zxid: t.Zxid, Txn: t, Sess: t.Session})
	}
	r.emitDurable(s, trace.Ref{})
	if r.Accepted != r.durableAccepted {
		s.Emit(trace.Event{Kind: trace.EpochAccepted, Epoch: r.Accepted})
	}
	if r.Current != r.durableCurrent || phase >= zk.Synchronization {
		s.Emit(trace.Event{Kind: trace.EpochEntered, Epoch: r.Current})
	}
}

// DescribeApplied writes what is committed and applied.
func (r *Replica) DescribeApplied(s *step.Scribe) {
	s.Emit(trace.Event{Kind: trace.Committed, Zxid: r.Committed, Why: zk.LeaderSaidSo})
	s.Emit(trace.Event{
		Kind: trace.Applied, Zxid: r.Applied.Zxid(), N: int64(r.Applied.Digest()),
	})
}

// Describe writes how far leading has come: the epoch, who is synchronized, and what is proposed.
func (l *Leader) Describe(s *step.Scribe, committed zk.Zxid) {
	for i := range l.learners {
		s.Emit(trace.Event{
			Kind: trace.LinkUp, Peer: l.learners[i].id, N: int64(zk.QuorumChannel),
		})
	}
	if l.Epoch != 0 {
		s.Emit(trace.Event{Kind: trace.EpochProposed, Epoch: l.Epoch, Set: l.informed})
	}
	s.Emit(trace.Event{Kind: trace.PhaseChanged, Phase: l.Phase, Role: zk.Leading})
	synced := l.synced
	for i := range l.learners {
		if f := &l.learners[i]; f.active {
			synced = synced.With(f.id)
		}
	}
	for peer := range synced.All() {
		s.Emit(trace.Event{
			Kind: trace.LearnerSynced, Peer: peer, Epoch: l.Epoch, Set: l.synced,
		})
	}
	if l.Established() {
		s.Emit(trace.Event{
			Kind: trace.Established, Epoch: l.Epoch, Zxid: committed, Set: l.synced,
		})
	}
	l.describeOutstanding(s)
}

func (l *Leader) describeOutstanding(s *step.Scribe) {
	open := l.open.all()
	open = open[:min(len(open), describedMax)]
	for i := range open {
		p := &open[i]
		s.Emit(trace.Event{
			Kind: trace.Proposed, Zxid: p.txn.Zxid, Txn: p.txn, Sess: p.txn.Session,
		})
	}
	for i := range open {
		p, last := &open[i], open[i].acks
		if i+1 < len(open) {
			last &^= open[i+1].acks // an ACK covers what was proposed before
		}
		for peer := range last.All() {
			s.Emit(trace.Event{Kind: trace.Acked, Zxid: p.txn.Zxid, Peer: peer, Set: p.acks})
		}
	}
}

// Describe writes how far following or observing has come.
func (l *Learner) Describe(s *step.Scribe) {
	if l.linked {
		s.Emit(trace.Event{Kind: trace.LinkUp, Peer: l.Leader, N: int64(zk.QuorumChannel)})
	}
	s.Emit(trace.Event{
		Kind: trace.PhaseChanged, Phase: l.Phase, Role: l.role(), Peer: l.Leader,
	})
}
