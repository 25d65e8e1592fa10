package check

import (
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// touch is when a leader last heard of a session.
type touch struct {
	leader zk.ServerID
	at     zk.Instant
}

// ping is the last PING of a learner with what it says: the sessions that it has heard of.
type ping struct {
	ref  trace.Ref
	said trace.Detail
}

// touched notes that a server heard of a session. It counts when the server leads.
func (c *Checker) touched(id zk.SessionID, by zk.ServerID, at zk.Instant) {
	if id == 0 || by > zk.ServerMax || c.server(by).established == 0 {
		return
	}
	c.state.session(id).touch = touch{by, at}
}

// hear takes a message of a learner by which a leader hears of sessions.
func (c *Checker) hear(e *trace.Event) {
	if c.server(e.Node).established == 0 {
		return
	}
	c.touched(e.Sess, e.Node, e.At)
	if e.Type != zk.Ping || int(e.Peer) >= len(c.servers) {
		return
	}
	p := c.servers[e.Peer].ping
	if p.ref != e.Cause || p.said == nil {
		return
	}
	p.said.Fields(func(name, value string) bool {
		if name == "session" {
			c.touched(parseSession(value), e.Node, e.At)
		}
		return true
	})
}

// onExpired requires that the leader has not heard of the session for its timeout, nor begun to
// lead since: a new leader gives every session its full timeout.
func (c *Checker) onExpired(e *trace.Event) {
	l := c.server(e.Node)
	s := c.state.session(e.Sess)
	s.expired = touch{e.Node, e.At}
	heard := l.established
	if s.touch.leader == e.Node {
		heard = max(heard, s.touch.at)
	}
	if c.blind || heard == 0 || e.N <= 0 {
		return
	}
	quiet := e.At.Sub(heard)
	shown := quiet * time.Duration(1000+c.fast[e.Node]) / 1000 // by the leader's clock, at most
	if timeout := time.Duration(e.N) * time.Millisecond; shown < timeout {
		c.report(noEarlyExpiry, e, e.Node, 0, "a session expires "+quiet.String()+
			" after it was heard of, its timeout is "+timeout.String())
	}
}
