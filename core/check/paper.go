package check

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// This file has the lemmas about the histories of established epochs. Each is one comparison of
// prefix hashes: "is a prefix of" holds along a chain when it holds from link to link.

// begins reports whether o begins with h.
func (h history) begins(o history) bool {
	n := len(h)
	return n <= len(o) && h.prefix(n) == o.prefix(n)
}

// checkInitial compares what an epoch began with to what the established epochs before and after it
// began with.
func (c *Checker) checkInitial(e *trace.Event, p *epoch) {
	i := c.epochIndex(p.num)
	for at := i - 1; at >= 0; at-- {
		if q := &c.epochs[at]; q.established {
			c.require(q.base.begins(p.base), initialHistory, e, p.leader,
				"it begins without all that epoch "+epochString(q.num)+" began with")
			break
		}
	}
	for at := i + 1; at < len(c.epochs); at++ {
		if q := &c.epochs[at]; q.established {
			c.require(p.base.begins(q.base), initialHistory, e, q.leader,
				"it began without all that epoch "+epochString(p.num)+" begins with")
			break
		}
	}
}

// checkDelivered requires that a server that has delivered up to z, the n-th of its log, has
// delivered all that the leader of that epoch began with.
func (c *Checker) checkDelivered(e *trace.Event, s *server, z zk.Zxid, n int) {
	p := c.epoch(z.Epoch())
	if p == nil || p.leader == 0 {
		return
	}
	if !p.base.begins(s.log.clip(n)) {
		c.report(commitConsistency, e, e.Node, z,
			"it delivers "+z.Short()+" without all that its leader began with")
	}
}

// checkChain compares the history of a server that takes part in an epoch with the longest that was
// seen in it: all that are prefixes of one history are prefixes of each other.
func (c *Checker) checkChain(e *trace.Event, s *server, num zk.Epoch) {
	p := c.epoch(num)
	if p == nil {
		return
	}
	log := s.log.clip(len(s.log))
	if len(log) > len(p.chain) {
		log, p.chain = p.chain, log
	}
	c.require(log.begins(p.chain), historyConsistency, e, e.Node,
		"its history and that of another server of the same epoch part")
}
