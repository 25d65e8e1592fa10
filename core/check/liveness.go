package check

import (
	"strconv"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Bounds of liveness after a heal, for the default configuration: twice the longest pause between
// two notifications, twice initLimit and a little; then initLimit once more for everybody to catch
// up. Elections in between are bounded too: an ensemble that keeps electing does not work.
const (
	ElectsWithin    = 162 * time.Second
	ConvergesWithin = ElectsWithin + 20*time.Second
	LeadersMax      = 3                // leaders that may be established after a heal
	ClosesWithin    = 20 * time.Second // from a session's expiry to its closeSession: initLimit
	AnswersWithin   = 2 * time.Second  // after an operation's session timeout: a tick
)

// timeoutAsked is the timeout of a client without a session: what it asks for if it names none.
const timeoutAsked = 12 * time.Second

// heal is what has happened since the faults ended.
type heal struct {
	on      bool
	at      zk.Instant
	core    zk.ServerSet
	leaders int
	led     zk.Instant // since when the leader serves, not before at
}

func (h *heal) established(e *trace.Event) {
	if h.on {
		h.leaders++
		h.led = e.At
	}
}

// Heal says that the faults have ended at that instant, and that the servers of core, a quorum
// among them, are up, connected and have their disks. Finish will judge them.
func (c *Checker) Heal(at zk.Instant, core zk.ServerSet) {
	c.heal = heal{on: true, at: at, core: core, led: at}
}

// Finish judges the end of a run. After a Heal that is long enough ago the core must have a leader,
// serve and hold the same state. Those of the core that serve must be at rest, and nothing that a
// client was told or that it has asked for may be missing.
func (c *Checker) Finish(at zk.Instant) {
	if !c.heal.on {
		return
	}
	e := &trace.Event{At: at}
	leader, calm := c.servingLeader(), at.Sub(c.heal.at)
	late := leader == 0 || c.servers[leader].established > c.heal.at.Add(ElectsWithin)
	c.require(!late || calm < ElectsWithin, elects, e, leader,
		"there was no leader within "+ElectsWithin.String())
	c.require(c.heal.leaders <= LeadersMax, noLivelock, e, leader,
		strconv.Itoa(c.heal.leaders)+" leaders were established after the faults ended")
	if leader == 0 {
		return
	}
	for id := range c.heal.core.All() {
		if calm >= ConvergesWithin {
			c.checkConverged(e, id, leader)
		}
		c.checkRest(e, id, leader)
	}
	c.checkAnswered(e)
	c.checkClosed(e, leader)
}

// servingLeader returns the leader of the core with the highest epoch, 0 for none.
func (c *Checker) servingLeader() zk.ServerID {
	best := zk.ServerID(0)
	for id := range c.heal.core.All() {
		s := c.server(id)
		leads := s.up && s.role == zk.Leading && s.phase == zk.Broadcast && s.established != 0
		if leads && (best == 0 || s.leads > c.servers[best].leads) {
			best = id
		}
	}
	return best
}

// isServing reports whether a server serves under a leader.
func (c *Checker) isServing(id, leader zk.ServerID) bool {
	s := c.server(id)
	return s.up && s.phase == zk.Broadcast && (id == leader || s.leader == leader)
}

// checkConverged requires that one server serves with the leader and has all that it has.
func (c *Checker) checkConverged(e *trace.Event, id, leader zk.ServerID) {
	l := c.server(leader)
	s := c.server(id)
	switch {
	case !c.isServing(id, leader):
		c.report(converges, e, id, 0, "it does not serve under leader "+leader.String())
	case s.entered != l.entered || s.log.last() != l.log.last() || s.applied != l.applied:
		c.report(converges, e, id, s.applied,
			"it has applied "+s.applied.Short()+", the leader "+l.applied.Short())
	}
}

// checkRest requires that a server that serves has done all that it has heard of, and has all that
// clients were told.
func (c *Checker) checkRest(e *trace.Event, id, leader zk.ServerID) {
	if !c.isServing(id, leader) {
		return
	}
	l := c.server(leader)
	s := c.server(id)
	switch last := s.log.last(); {
	case c.blind:
	case s.applied != last:
		c.report(settles, e, id, last, "it has not done "+last.Short()+", and nothing is asked")
	case s.applied == l.applied && s.digest != l.digest && s.digest != 0 && l.digest != 0:
		c.report(settles, e, id, s.applied, "its tree differs from the leader's")
	}
	c.require(c.blind || s.log.has(c.acked), noLostAck, e, id,
		"it lacks "+c.acked.Short()+", which a client was told")
	c.checkLinks(e, id, leader)
}

// checkLinks requires that nothing that should have arrived is still on the way between a server
// that serves and its leader.
func (c *Checker) checkLinks(e *trace.Event, id, leader zk.ServerID) {
	for _, p := range [...]*peer{c.peer(id, leader), c.peer(leader, id)} {
		if p.flying > 0 && p.due < e.At && !c.blind {
			c.report(settles, e, id, 0, strconv.Itoa(int(p.flying))+
				" messages between it and its leader have not arrived")
		}
	}
}

// checkAnswered requires that no operation waits for longer than its client would wait.
func (c *Checker) checkAnswered(e *trace.Event) {
	for i := range c.clients {
		k := &c.clients[i]
		for j := range k.pending {
			c.checkPatience(e, zk.ServerID('A'+i), &k.pending[j])
		}
	}
}

// checkPatience requires that an operation which ends with e, or has not, ends soon after there was
// a leader: with a result or the loss of a connection. The bound is a tick more than the timeout of
// its session. A client gives up all that it asked for together with a connection or an attempt to
// connect. Before an attempt it waits for 1.25 s at most; for the answer to it a share of the
// timeout, a third with three servers; on a connection for two thirds of the timeout since it heard
// anything, and it hears nothing while an operation waits: answers keep their order, those to pings
// too. That makes the timeout and 1.25 s. The rest of the tick is for what was under way when the
// faults ended. In 4,000 random runs no operation took two thirds of its timeout and half a second.
//
// One operation waits for ever: a check outside of a multi, if it holds. Apache writes no answer to
// it but answers pings, and the client only notices when the answer to its next operation comes.
func (c *Checker) checkPatience(e *trace.Event, letter zk.ServerID, o *op) {
	if !c.heal.on || c.blind || o.name == zk.OpCheck.String() {
		return
	}
	bound := c.timeout(c.client(letter).sess) + AnswersWithin
	if took := e.At.Sub(max(o.at, c.heal.led)); took > bound {
		c.report(serves, e, letter, 0, "an operation takes "+took.String())
	}
}

// timeout returns that of a session.
func (c *Checker) timeout(id zk.SessionID) time.Duration {
	if id != 0 {
		if ms := c.state.session(id).timeoutMs; ms > 0 {
			return time.Duration(ms) * time.Millisecond
		}
	}
	return timeoutAsked
}

// checkClosed requires that what the leader has given up is closed.
func (c *Checker) checkClosed(e *trace.Event, leader zk.ServerID) {
	for i := range c.state.sessions {
		if s := &c.state.sessions[i]; s.closed == 0 && s.expired.leader == leader {
			c.checkCloses(e, s)
		}
	}
}

// checkCloses requires that a session that a leader has given up is closed soon, by e at last. With
// the leader's term ends what it has given up: the next one hears the session's signs of life anew.
func (c *Checker) checkCloses(e *trace.Event, s *session) {
	if !c.heal.on || c.blind || s.expired.leader == 0 {
		return
	}
	l := c.server(s.expired.leader)
	if l.role != zk.Leading || l.established > s.expired.at {
		return
	}
	if took := e.At.Sub(max(s.expired.at, c.heal.led)); took > ClosesWithin {
		c.report(ephemeralsGo, e, s.expired.leader, 0,
			"a session that has expired is not closed within "+ClosesWithin.String())
	}
}
