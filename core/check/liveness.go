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
	LeadersMax      = 3 // leaders that may be established after a heal
)

// heal is what has happened since the faults ended.
type heal struct {
	on      bool
	at      zk.Instant
	core    zk.ServerSet
	leaders int
}

func (h *heal) established(e *trace.Event) {
	if h.on {
		h.leaders++
	}
}

// Heal says that the faults have ended at that instant, and that the servers of core, a quorum
// among them, are up, connected and have their disks. Finish will judge them.
func (c *Checker) Heal(at zk.Instant, core zk.ServerSet) {
	c.heal = heal{on: true, at: at, core: core}
}

// Finish judges the end of a run: after a Heal that is long enough ago the core must have a leader,
// serve, and hold the same state; and nothing that a client was told may be missing.
func (c *Checker) Finish(at zk.Instant) {
	e := &trace.Event{At: at}
	leader := c.servingLeader()
	if !c.heal.on || at.Sub(c.heal.at) < ElectsWithin {
		return
	}
	if leader == 0 || c.servers[leader].established > c.heal.at.Add(ElectsWithin) {
		c.report(elects, e, leader, 0, "there was no leader within "+ElectsWithin.String())
	}
	if c.heal.leaders > LeadersMax {
		c.report(elects, e, leader, 0,
			strconv.Itoa(c.heal.leaders)+" leaders were established after the faults ended")
	}
	if at.Sub(c.heal.at) < ConvergesWithin || leader == 0 {
		return
	}
	for id := range c.heal.core.All() {
		c.checkConverged(e, id, leader)
	}
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

// checkConverged requires that one server serves with the leader and has all that it has.
func (c *Checker) checkConverged(e *trace.Event, id, leader zk.ServerID) {
	l := c.server(leader)
	s := c.server(id)
	switch {
	case !s.up || s.phase != zk.Broadcast || id != leader && s.leader != leader:
		c.report(converges, e, id, 0, "it does not serve under leader "+leader.String())
	case s.entered != l.entered || s.log.last() != l.log.last() || s.applied != l.applied:
		c.report(converges, e, id, s.applied,
			"it has applied "+s.applied.Short()+", the leader "+l.applied.Short())
	case s.digest != l.digest && s.digest != 0 && l.digest != 0:
		c.report(converges, e, id, s.applied, "its tree differs from the leader's")
	case !c.blind && !s.log.has(c.acked):
		c.report(noLostAck, e, id, c.acked, "it lacks "+c.acked.Short()+", which a client was told")
	}
}
