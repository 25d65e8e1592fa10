package check

import (
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// lateMessage is how long a message may take before an election may go by without it: well below
// the wait for a better vote, 200 ms.
const lateMessage = 50 * time.Millisecond

// calm is the time during which nothing was lost, late or stopped. Only a world can tell: the trace
// of real servers does not show what did not arrive. In a round that all voters begin in a calm,
// linked with each other, nobody can decide before it has heard everybody.
type calm struct {
	seen, over bool        // when messages arrive is known; it is over
	round      int64       // the last round that began so
	winner     zk.ServerID // of round, 0 while nobody has decided
}

// onWorld ends the calm at the first fault.
func (k *calm) onWorld(e *trace.Event) {
	if e.Kind != trace.Noted {
		k.over = true
	}
}

// onMessage ends the calm when something is lost or late.
func (k *calm) onMessage(e *trace.Event) {
	switch e.Kind {
	case trace.Dropped, trace.Held, trace.LinkDown, trace.Refused:
		k.over = true
	case trace.Sent:
		if e.Type != zk.Notification {
			return
		}
		k.seen = e.N != 0
		k.over = k.over || zk.Instant(e.N).Sub(e.At) > lateMessage
	}
}

// onQuorumReached looks whether the round is one in which all voters must decide for one server:
// all have begun it, with links to all, before anybody saw a quorum.
func (c *Checker) onQuorumReached(e *trace.Event) {
	k := &c.calm
	if k.over || !k.seen || e.N <= k.round {
		return
	}
	for id := range c.voters.All() {
		s := c.server(id)
		others := c.voters.Without(id)
		if !s.up || !s.looking || s.round != e.N || s.linked&others != others {
			return
		}
	}
	k.round, k.winner = e.N, 0
}

// onElected compares the decision of a voter that was looking with those of the others.
func (k *calm) onElected(c *Checker, e *trace.Event) {
	if k.over || k.round == 0 || e.N != k.round || !c.voters.Has(e.Node) {
		return
	}
	if k.winner == 0 {
		k.winner = e.Vote.Leader
	}
	if e.Vote.Leader != k.winner {
		c.report(sameWinner, e, e.Node, e.Vote.Zxid,
			"it decides for server "+e.Vote.Leader.String()+", others for "+k.winner.String())
	}
}
