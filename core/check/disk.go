package check

import (
	"strings"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// onWorld takes what the world did to a server.
func (c *Checker) onWorld(e *trace.Event) {
	c.calm.onWorld(e)
	switch e.Kind {
	case trace.Crashed:
		s := c.server(e.Peer)
		s.leave()
		s.up, s.looking, s.role, s.phase = false, false, zk.Down, zk.Election
	case trace.Wiped:
		c.onWiped(e)
	case trace.Drifted:
		c.fast[e.Peer&zk.ServerMax] = max(c.fast[e.Peer&zk.ServerMax], e.N)
	}
}

// onWiped forgets what the disk held. When no server has anything any more, a new ensemble begins,
// and what the old one promised is void.
func (c *Checker) onWiped(e *trace.Event) {
	c.server(e.Peer)
	if e.N != 0 { // a part; what is left must not lie about it
		c.server(e.Peer).harmed = true
		c.wiped = c.wiped.With(e.Peer)
		return
	}
	c.servers[e.Peer] = server{role: zk.Down}
	c.wiped, c.blank = c.wiped.With(e.Peer), c.blank.With(e.Peer)
	if c.voters == 0 || c.voters&^c.blank != 0 || c.anyLog() {
		return
	}
	c.wiped, c.blind = 0, false
	c.epochs, c.kept, c.done, c.digests = nil, nil, nil, nil
	c.acked, c.returned, c.proposed = 0, 0, 0
	c.state = state{}
}

// onMissed gives up what needs all that a server did: histories, and that causes have been seen.
func (c *Checker) onMissed(e *trace.Event) {
	c.blind = true
	if int(e.Peer) < len(c.refs) {
		c.refs[e.Peer] = trace.Ref{}
	}
}

// anyLog reports whether some server, an observer perhaps, still has transactions.
func (c *Checker) anyLog() bool {
	for i := range c.servers {
		if len(c.servers[i].log) > 0 {
			return true
		}
	}
	return false
}

// onBooted starts a server from its disk. Of what was issued but not durable any beginning may have
// survived; what was durable must have.
func (c *Checker) onBooted(e *trace.Event) {
	if c.voters == 0 {
		c.voters = e.Set
	}
	s := c.server(e.Node)
	log, found := s.survived(e.Zxid)
	if !found {
		c.blind = true
	}
	damaged := e.Why == zk.DamagedLog && s.harmed
	if damaged { // it says so itself, and has no vote
		*s = server{}
	}
	c.checkLost(e, s, log)
	c.require(e.Epoch <= zk.Epoch(e.N), epochOrder, e, e.Node,
		"it starts with currentEpoch above acceptedEpoch")
	c.require(e.Epoch >= s.diskEntered && zk.Epoch(e.N) >= s.diskAccepted, epochOrder, e, e.Node,
		"an epoch on disk has fallen")
	c.require(e.Zxid.Epoch() <= e.Epoch, epochOrder, e, e.Node,
		"its log is of a later epoch than currentEpoch")
	if e.Msg != nil {
		c.checkSnapshots(e)
	}
	risen := e.Epoch > s.diskEntered && !damaged
	*s = server{
		up: true, harmed: damaged, boot: e.Boot, role: e.Role, log: log,
		accepted: zk.Epoch(e.N), entered: e.Epoch,
		diskAccepted: zk.Epoch(e.N), diskEntered: e.Epoch,
		durable: e.Zxid, applied: e.Last,
	}
	if risen {
		c.checkEntered(e, s)
	}
	c.keep(e, s)
	clear(c.peersOf(e.Node))
}

// checkSnapshots judges every snapshot that a server has found on its disk: the one that it starts
// from, and then the zxid and the digest of each older one.
func (c *Checker) checkSnapshots(e *trace.Event) {
	z := e.Last
	e.Msg.Fields(func(name, value string) bool {
		switch name {
		case "olderZxid":
			digits, _ := strings.CutPrefix(value, "0x")
			n, _ := parseHash(digits)
			z = zk.Zxid(n)
		case "digest", "olderDigest":
			if sum, ok := parseHash(value); ok {
				c.checkRestored(e, z, sum)
			}
		}
		return true
	})
}

// survived returns the log that ends at z. A cut that had not reached the disk is undone.
func (s *server) survived(z zk.Zxid) (history, bool) {
	if z == 0 {
		return nil, true
	}
	if i := s.log.find(z); i >= 0 {
		return s.log.clip(i + 1), true
	}
	if i := s.past.find(z); i >= 0 {
		return s.past.clip(i + 1), true
	}
	return nil, false
}

// checkLost looks whether the restart lost something durable that is committed.
func (c *Checker) checkLost(e *trace.Event, s *server, log history) {
	if c.blind {
		return
	}
	had := s.log.clip(s.log.upTo(s.durable))
	n := had.agree(c.done)
	if log.agree(c.done) < n {
		c.report(committedLogDurability, e, e.Node, had[n-1].zxid,
			"the restart lost committed transactions up to "+had[n-1].zxid.Short())
	}
}

// onDurable notes what is on disk now.
func (c *Checker) onDurable(e *trace.Event) {
	s := c.server(e.Node)
	c.require(e.Epoch <= zk.Epoch(e.N), epochOrder, e, e.Node,
		"currentEpoch on disk is above acceptedEpoch")
	c.require(e.Epoch >= s.diskEntered && zk.Epoch(e.N) >= s.diskAccepted, epochOrder, e, e.Node,
		"an epoch on disk has fallen")
	c.require(e.Zxid.Epoch() <= zk.Epoch(e.N), epochOrder, e, e.Node,
		"its log is of a later epoch than acceptedEpoch")
	risen := e.Epoch > s.diskEntered
	s.durable, s.diskEntered, s.diskAccepted = e.Zxid, e.Epoch, zk.Epoch(e.N)
	c.blank = c.blank.Without(e.Node)
	if risen {
		c.checkEntered(e, s)
	}
	c.keep(e, s)
}

// checkEntered requires that a currentEpoch that reached the disk has its history there before it.
func (c *Checker) checkEntered(e *trace.Event, s *server) {
	p := c.epoch(s.diskEntered)
	if p == nil || p.leader == 0 || c.blind {
		return
	}
	c.require(s.durable >= p.base.last(), epochOrder, e, e.Node,
		"currentEpoch is on disk before the history that the epoch began with")
}

// onLogged takes a transaction that was handed to the disk.
func (c *Checker) onLogged(e *trace.Event) {
	s := c.server(e.Node)
	c.checkObeys(e, s)
	if c.blind {
		return
	}
	if !continues(e.Zxid, s.log.last()) {
		c.report(proposalInconsistent, e, e.Node, e.Zxid,
			e.Zxid.Short()+" is logged behind "+s.log.last().Short())
	}
	if e.Zxid <= s.log.last() {
		return
	}
	s.log = s.log.add(e.Zxid, c.hashOf(e), e.Txn)
	switch {
	case s.role == zk.Leading && s.leads != 0:
		c.checkChain(e, s, s.leads)
	case s.told != 0:
		c.checkChain(e, s, s.told)
		c.checkPrefix(e, s)
	}
}

// continues reports whether z may come behind prev. A counter in the upper half may start an epoch:
// a rehearsal of the rollover begins there.
func continues(z, prev zk.Zxid) bool {
	return z.Follows(prev) || z.Epoch() > prev.Epoch() && z.Counter() > 1<<31
}

// hashOf returns the hash of the event's transaction. Without one it takes the proposal's.
func (c *Checker) hashOf(e *trace.Event) uint64 {
	if e.Txn != nil {
		return txnHash(e.Txn)
	}
	if p := c.epoch(e.Zxid.Epoch()); p != nil {
		if i := p.sent.find(e.Zxid); i >= 0 {
			return p.sent[i].hash
		}
	}
	return uint64(e.Zxid)
}

// onTruncated cuts the log. What is cut must not be committed.
func (c *Checker) onTruncated(e *trace.Event) {
	s := c.server(e.Node)
	if c.blind {
		return
	}
	if !s.log.has(e.Zxid) {
		c.report(proposalInconsistent, e, e.Node, e.Zxid,
			"its log is cut at "+e.Zxid.Short()+", which it does not have")
	}
	n := s.log.upTo(e.Zxid)
	c.checkCut(e, s, s.log.clip(n))
	s.past, s.log = s.log.clip(len(s.log)), s.log.clip(n)
	s.applied, s.committed = min(s.applied, e.Zxid), min(s.committed, e.Zxid)
}

// onSnapTaken replaces the log by the history that the leader's snapshot stands for.
func (c *Checker) onSnapTaken(e *trace.Event) {
	log, sent := c.takeOffer(e)
	s := c.server(e.Node)
	c.checkObeys(e, s)
	if c.blind {
		return
	}
	if !sent || log.last() != e.Zxid {
		c.report(stateInconsistent, e, e.Node, e.Zxid, "it took a snapshot that nobody sent")
		return
	}
	c.checkCut(e, s, log)
	s.past, s.log = s.log.clip(len(s.log)), log
	s.installed, s.applied, s.committed = e.Zxid, e.Zxid, 0
	s.digest = uint64(e.N)
	c.checkDigest(e, uint64(e.N))
}

// takeOffer returns what the SNAP stands for that a server has just received. Leaders that were
// overtaken may have sent others since: in seed 4160 of ten minutes one went on before the learner.
func (c *Checker) takeOffer(e *trace.Event) (log history, sent bool) {
	a := c.server(e.Node).arrived
	p := c.peer(e.Node, a.from)
	if e.Cause != a.ref || p.snap != a.sent || p.snap.IsZero() {
		return nil, false
	}
	log = p.offered
	p.snap, p.offered = trace.Ref{}, nil
	return log, true
}

// checkCut requires that no committed transaction is lost when the log becomes log.
func (c *Checker) checkCut(e *trace.Event, s *server, log history) {
	if n := s.log.agree(c.done); log.agree(c.done) < n {
		c.report(committedLogDurability, e, e.Node, s.log[n-1].zxid,
			"it cuts committed transactions up to "+s.log[n-1].zxid.Short())
	}
	if s.established != 0 || s.committed > log.last() {
		c.report(committedLogMonotonicity, e, e.Node, s.committed,
			"it had delivered up to "+s.committed.Short()+" and goes back to "+log.last().Short())
	}
}
