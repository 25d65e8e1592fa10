package node

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/watch"
	"github.com/zabscope/zabscope/core/zk"
)

// DescribedMax is how many sessions, and how many watches, a description tells.
const DescribedMax = 1000

// Describe appends to out.Trace what the server is now, for who has not heard how it came to this:
// events that a reader folds like those of a start. They did not happen. So all of them have the
// Ref of the last event that did, and no cause; the first is a Booted whose Seq is above 1, which
// no start has. The tree itself is not told.
func (n *Node) Describe(out *step.Output) {
	from := len(out.Trace)
	s := n.s
	s.Out, s.Cause = out, trace.Ref{}
	status := n.Status()
	s.Emit(n.replica.Booted())
	n.election.Describe(&s)
	n.replica.Describe(&s, status.Phase)
	if n.role != zk.Looking {
		why := n.election.Decision().Why
		s.Emit(trace.Event{
			Kind: trace.RoleChanged, Role: n.role, Peer: status.Leader, Why: why,
		})
	}
	if n.leader != nil {
		n.leader.Describe(&s, n.replica.Committed)
	}
	if n.learner != nil {
		n.learner.Describe(&s)
	}
	n.replica.DescribeApplied(&s)
	n.describeSessions(&s)
	if n.readOnly != nil {
		s.Emit(trace.Event{Kind: trace.WentReadOnly, Zxid: n.readOnly.Zxid()})
	}
	for i := range out.Trace[from:] {
		e := &out.Trace[from+i]
		e.Seq, e.Cause = n.s.Seq, trace.Ref{}
	}
}

// describeSessions tells the sessions, which of them are attached to this server, and its watches.
func (n *Node) describeSessions(s *step.Scribe) {
	left := DescribedMax
	for session := range n.replica.Applied.Sessions() {
		if left--; left < 0 {
			break
		}
		s.Emit(trace.Event{
			Kind: trace.SessionOpened, Sess: session.ID, N: int64(session.TimeoutMs),
			Zxid: n.replica.Applied.Zxid(), Peer: zk.ServerID(uint64(session.ID) >> 56),
		})
	}
	left = DescribedMax
	for i := range n.conns {
		if left--; left >= 0 && n.conns[i].session != 0 {
			s.Emit(trace.Event{
				Kind: trace.SessionMoved, Sess: n.conns[i].session, Peer: n.cfg.ID,
			})
		}
	}
	left = DescribedMax
	n.watches.Each(func(kind watch.Kind, path string, id zk.ConnID) {
		if left--; left < 0 {
			return
		}
		if c := n.conn(id); c != nil {
			s.Emit(trace.Event{
				Kind: trace.WatchSet, Sess: c.session, Path: path, N: int64(kind),
			})
		}
	})
}
