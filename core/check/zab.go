package check

import (
	"strconv"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// epoch is what the trace says about one epoch. Its history is base, which its leader brought, and
// then sent, which its leader proposed.
type epoch struct {
	num         zk.Epoch
	leader      zk.ServerID // who entered it as its leader, 0 for nobody yet
	established bool
	broken      bool    // a commit came too late: reported, not followed any more
	base        history // shared with the leader's log, or with done
	sent        history // prefix hashes go on from base
	chain       history // the longest log of a server that takes part
	counted     int     // how many of sent are known to be committed
	found       int     // how much was committed when its leader entered it
}

// epoch returns what is known of an epoch, nil when nothing is. The pointer is good until the next
// epoch is added.
func (c *Checker) epoch(num zk.Epoch) *epoch {
	if i := c.epochIndex(num); i >= 0 {
		return &c.epochs[i]
	}
	return nil
}

func (c *Checker) epochIndex(num zk.Epoch) int {
	for i := len(c.epochs) - 1; i >= 0 && c.epochs[i].num >= num; i-- {
		if c.epochs[i].num == num {
			return i
		}
	}
	return -1
}

// addEpoch returns the epoch, new when need be.
func (c *Checker) addEpoch(num zk.Epoch) *epoch {
	if p := c.epoch(num); p != nil {
		return p
	}
	at := len(c.epochs)
	for at > 0 && c.epochs[at-1].num > num {
		at--
	}
	c.epochs = append(c.epochs, epoch{})
	copy(c.epochs[at+1:], c.epochs[at:])
	c.epochs[at] = epoch{num: num}
	c.kept = append(c.kept, make([]zk.Zxid, c.width())...)
	copy(c.kept[(at+1)*c.width():], c.kept[at*c.width():])
	clear(c.kept[at*c.width() : (at+1)*c.width()])
	return &c.epochs[at]
}

// width is the number of places that one epoch has in kept.
func (c *Checker) width() int { return int(c.voters.Max()) + 1 }

// onZab dispatches the events of the broadcast.
func (c *Checker) onZab(e *trace.Event) {
	switch e.Kind {
	case trace.PhaseChanged:
		c.onPhase(e)
	case trace.EpochProposed:
		c.onEpochProposed(e)
	case trace.EpochAccepted:
		c.onEpochAccepted(e)
	case trace.EpochEntered:
		c.onEpochEntered(e)
	case trace.SyncChosen:
		c.onSyncChosen(e)
	case trace.Truncated:
		c.onTruncated(e)
	case trace.SnapTaken:
		c.onSnapTaken(e)
	case trace.Logged:
		c.onLogged(e)
	case trace.Durable:
		c.onDurable(e)
	case trace.Proposed:
		c.onProposed(e)
	case trace.Acked:
		c.onAcked(e)
	case trace.Committed:
		c.onCommitted(e)
	case trace.Applied:
		c.onApplied(e)
	case trace.LearnerSynced:
		c.onLearnerSynced(e)
	case trace.Established:
		c.onEstablished(e)
	case trace.LeaderLost:
		c.server(e.Node).leave()
	}
}

// onPhase follows the server's phase. A learner that enters broadcast delivers what its snapshot
// brought.
func (c *Checker) onPhase(e *trace.Event) {
	s := c.server(e.Node)
	s.phase, s.role = e.Phase, e.Role
	if e.Phase == zk.Broadcast && s.installed != 0 {
		c.deliver(e, s, s.installed)
		s.installed = 0
	}
}

// onEpochProposed is the leader's choice of an epoch.
func (c *Checker) onEpochProposed(e *trace.Event) {
	s := c.server(e.Node)
	c.require(s.role == zk.Leading && s.phase == zk.Discovery, stateInconsistent, e, e.Node,
		"it chooses an epoch outside discovery")
	if !e.Set.Has(e.Node) || !e.Set.HasMajority(c.voters) {
		c.report(stateInconsistent, e, e.Node, 0,
			"it chooses an epoch after hearing "+setString(e.Set))
	}
	s.leads = e.Epoch
}

// onEpochAccepted is a server's promise.
func (c *Checker) onEpochAccepted(e *trace.Event) {
	s := c.server(e.Node)
	c.require(s.phase == zk.Discovery && s.role != zk.Looking, stateInconsistent, e, e.Node,
		"it promises an epoch outside discovery")
	switch {
	case e.Epoch == s.accepted:
		c.report(doublePromise, e, e.Node, 0, "it promises an epoch for the second time")
	case e.Epoch < s.accepted:
		c.report(epochOrder, e, e.Node, 0, "acceptedEpoch falls")
	}
	s.accepted, s.promised = e.Epoch, true
}

// onEpochEntered is the step from discovery to synchronization, of a leader or of a learner that
// took NEWLEADER.
func (c *Checker) onEpochEntered(e *trace.Event) {
	s := c.server(e.Node)
	c.require(s.phase == zk.Synchronization, stateInconsistent, e, e.Node,
		"it enters an epoch outside synchronization")
	c.require(e.Epoch >= s.entered && e.Epoch <= s.accepted, epochOrder, e, e.Node,
		"currentEpoch falls, or rises above acceptedEpoch")
	s.entered = e.Epoch
	if s.role == zk.Leading {
		c.lead(e)
	}
}

// lead begins an epoch with the leader's log as its history.
func (c *Checker) lead(e *trace.Event) {
	p := c.addEpoch(e.Epoch)
	s := c.server(e.Node)
	if p.leader != 0 && p.leader != e.Node {
		c.report(leadership2, e, e.Node, 0, "server "+p.leader.String()+" led the epoch before")
	}
	c.checkRivals(e, s)
	s.leads = e.Epoch
	if p.leader == 0 {
		p.leader, p.base, p.found = e.Node, s.log.clip(len(s.log)), len(c.done)
	}
	c.checkComplete(e, s)
}

// checkRivals requires that no other server leads the same epoch now.
func (c *Checker) checkRivals(e *trace.Event, s *server) {
	for id := range c.servers {
		o := &c.servers[id]
		rival := o != s && o.up && o.role == zk.Leading && o.leads == e.Epoch &&
			(o.phase == zk.Synchronization || o.phase == zk.Broadcast)
		if rival {
			c.report(leadership1, e, e.Node, 0,
				"server "+zk.ServerID(id).String()+" leads the same epoch")
		}
	}
}

// checkComplete requires that the leader of e.Epoch has everything that the epochs before have
// committed, and reports whether it does. What a later epoch has committed meanwhile it cannot
// know, and need not: a majority has promised itself away from it.
func (c *Checker) checkComplete(e *trace.Event, s *server) bool {
	n, before := s.log.agree(c.done), len(c.doneBefore(e.Epoch))
	for i := len(c.epochs) - 1; i >= 0 && c.epochs[i].num > e.Epoch; i-- {
		if c.epochs[i].leader != 0 {
			before = min(before, c.epochs[i].found)
		}
	}
	if c.blind || n >= before {
		return true
	}
	lost := c.done[n].zxid
	c.report(leaderLogCompleteness, e, e.Node, lost, "it leads without "+lost.Short())
	if c.acked >= lost {
		c.report(noLostAck, e, e.Node, lost,
			"it leads without "+lost.Short()+", which a client was told")
	}
	return false
}

// onSyncChosen must not be for a learner that should have been refused. What a learner that came
// back has acknowledged still counts, unless its log is cut.
func (c *Checker) onSyncChosen(e *trace.Event) {
	if e.Type != zk.Diff {
		c.peer(e.Node, e.Peer).acked = 0
	}
	s := c.server(e.Node)
	if s.fresher.Has(e.Peer) {
		c.report(stateInconsistent, e, e.Node, e.Last,
			"it accepted server "+e.Peer.String()+", whose history is fresher than its own")
	}
}

// onProposed notes a broadcast. Before the first of its epoch a leader has delivered everything.
func (c *Checker) onProposed(e *trace.Event) {
	s := c.server(e.Node)
	c.require(s.role == zk.Leading && s.phase == zk.Broadcast, stateInconsistent, e, e.Node,
		"it proposes outside broadcast")
	p := c.addEpoch(e.Zxid.Epoch())
	c.proposed = max(c.proposed, e.Zxid)
	if e.Txn != nil && e.Txn.Op == zk.OpCreateSession {
		c.touched(e.Txn.Session, e.Node, e.At)
	}
	if c.blind {
		return
	}
	last := p.sent.last()
	if last == 0 {
		last = p.base.last()
		older := c.doneBefore(p.num).last()
		c.require(p.leader == e.Node && s.committed >= older, primaryIntegrity, e, e.Node,
			"it proposes before it has delivered all that is committed of older epochs")
	}
	if !continues(e.Zxid, last) {
		c.report(zxidDense, e, e.Node, e.Zxid, e.Zxid.Short()+" is proposed after "+last.Short())
	}
	if e.Zxid <= last {
		return
	}
	before := p.base.prefix(len(p.base))
	if n := len(p.sent); n > 0 {
		before = p.sent.prefix(n)
	}
	p.sent = append(p.sent, follow(before, e.Zxid, c.hashOf(e), e.Txn))
}

// onAcked is what the leader counts. ACKs of one server rise.
func (c *Checker) onAcked(e *trace.Event) {
	p := c.peer(e.Node, e.Peer)
	s := c.server(e.Node) // after peer, which may move it
	c.require(e.Zxid > p.acked, ackInconsistent, e, e.Peer, "its ACKs do not rise")
	p.acked = max(p.acked, e.Zxid)
	c.require(e.Zxid.Epoch() == s.leads && s.log.has(e.Zxid) || c.blind, ackInconsistent, e, e.Peer,
		"it acknowledged what its leader never proposed")
	c.require(e.Peer == e.Node || s.synced.Has(e.Peer), ackInconsistent, e, e.Peer,
		"it acknowledged a proposal before NEWLEADER")
	c.require(c.isVoter(e.Peer), quorumOfVoters, e, e.Node,
		"it counts an ACK of a server that has no vote")
}

// isVoter reports whether a server's word counts, as far as the voters are known.
func (c *Checker) isVoter(id zk.ServerID) bool { return c.voters == 0 || c.voters.Has(id) }

// onLearnerSynced is the leader counting an acknowledgement of NEWLEADER.
func (c *Checker) onLearnerSynced(e *trace.Event) {
	s := c.server(e.Node)
	c.require(s.role == zk.Leading && s.phase >= zk.Synchronization, stateInconsistent, e, e.Node,
		"it counts an acknowledgement of NEWLEADER outside synchronization")
	c.require(e.Epoch == s.leads, ackInconsistent, e, e.Peer,
		"its acknowledgement of NEWLEADER is of another epoch")
	s.synced = s.synced.With(e.Peer)
}

func epochString(num zk.Epoch) string { return strconv.FormatUint(uint64(num), 10) }

// setString names the servers of a set.
func setString(s zk.ServerSet) string {
	if s == 0 {
		return "nobody"
	}
	return "servers " + s.String()
}
