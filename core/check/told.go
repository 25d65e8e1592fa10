package check

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// A live node tells who comes late what it is, by events that did not happen now: all have the Ref
// of the last event that did. The first is a Booted, whose Seq is 1 only in a real start.

// isTold reports whether the event is part of such a description.
func (c *Checker) isTold(e *trace.Event) bool {
	if e.Seq <= 1 || e.Node == 0 {
		return false
	}
	return e.Kind == trace.Booted ||
		int(e.Node) < len(c.refs) && c.refs[e.Node] == e.Ref && e.Cause.IsZero()
}

// take folds what is told without judging it. How a server came to this is not known, so from now
// on the trace is one that began in the middle.
func (c *Checker) take(e *trace.Event) {
	c.told = true
	c.note(e)
	if e.Kind == trace.Booted {
		c.blind = true
	}
	k := c.client(e.Node)
	if e.Kind == trace.ClientState && k != nil {
		k.pending = nil // those that wait are told anew
	}
	c.fold(e)
	c.told = false
	if k != nil || e.Kind != trace.PhaseChanged {
		return
	}
	s := c.server(e.Node)
	owes := e.Phase == zk.Synchronization && s.entered < s.accepted // perhaps still an ACKEPOCH
	s.promised = e.Phase == zk.Discovery || owes
	if e.Phase >= zk.Synchronization && s.role != zk.Leading {
		s.told = s.entered // NEWLEADER is acknowledged when the epoch is entered
	}
}
