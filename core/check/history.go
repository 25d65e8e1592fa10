package check

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// digest is the state of the tree after a transaction.
type digest struct {
	zxid zk.Zxid
	sum  uint64
}

// onEstablished makes the leader's history committed. If the leader lacks something committed, that
// is reported, and its history becomes the yardstick: the ensemble goes on with it.
func (c *Checker) onEstablished(e *trace.Event) {
	s := c.server(e.Node)
	c.require(s.role == zk.Leading, stateInconsistent, e, e.Node, "it serves without leading")
	if !e.Set.HasMajority(c.voters) {
		c.report(stateInconsistent, e, e.Node, 0, "it serves with "+setString(e.Set))
	}
	c.require(s.synced.HasMajority(c.voters) || c.blind, quorumOfVoters, e, e.Node,
		"it serves without counting NEWLEADER's ACKs from more than half of the voters")
	s.established = max(1, e.At)
	c.heal.established(e)
	p := c.addEpoch(e.Epoch)
	if c.blind {
		return
	}
	p.established = true
	p.base = s.log.clip(s.log.upTo(e.Zxid))
	c.adopt(e, p)
	if n := len(p.base); n <= len(c.done) && c.done.prefix(n) == p.base.prefix(n) {
		p.base = c.done.clip(n) // one memory for all
	}
	if p.leader == 0 {
		p.leader = e.Node
	}
	c.checkInitial(e, p)
	c.checkChain(e, s, p.num)
	c.deliver(e, s, e.Zxid)
	c.count(e, p.num)
}

// adopt makes the initial history of an established epoch part of done. An epoch that is
// established late, when its quorum has gone on to another one, has nothing to add.
func (c *Checker) adopt(e *trace.Event, p *epoch) {
	before := c.doneBefore(p.num)
	switch {
	case !c.checkComplete(e, c.server(e.Node)) || len(p.base) < len(before):
		c.report(committedLogMonotonicity, e, e.Node, e.Zxid,
			"it serves with less than what was committed before")
		c.done, c.state.model.forked = p.base, true
	case len(before) == len(c.done):
		c.extend(e, p.base)
	case len(p.base) > len(before):
		c.reportLate(e, p, p.base[len(before)].zxid)
	}
}

// doneBefore returns what is committed of the epochs before num.
func (c *Checker) doneBefore(num zk.Epoch) history {
	return c.done.clip(c.done.upTo(zk.MakeZxid(num, 0)))
}

// keep notes what a voter has on disk in the epoch that its disk is in: a vote for committing it. A
// log that is not the epoch's history is none, nor is what a disk gets that holds the promise to a
// later leader already: seeds 478 and 1018 of ten minutes took that leader's SNAP for a vote.
func (c *Checker) keep(e *trace.Event, s *server) {
	i := c.epochIndex(s.diskEntered)
	if i < 0 || s.diskAccepted > s.diskEntered {
		return
	}
	if s.durable.Epoch() != s.diskEntered || !c.voters.Has(e.Node) || c.blind {
		return
	}
	at := i*c.width() + int(e.Node)
	n := s.log.upTo(s.durable)
	if c.kept[at] >= s.durable || !c.epochs[i].begins(n, s.log.prefix(n)) {
		return
	}
	c.kept[at] = s.durable
	c.count(e, s.diskEntered)
}

// count extends done by what a quorum has on disk in an established epoch.
func (c *Checker) count(e *trace.Event, num zk.Epoch) {
	i := c.epochIndex(num)
	p := &c.epochs[i]
	if !p.established || p.broken {
		return
	}
	safe := c.quorumHas(c.kept[i*c.width() : (i+1)*c.width()])
	for p.counted < len(p.sent) && p.sent[p.counted].zxid <= safe {
		at := len(p.base) + p.counted
		if at > len(c.done) || c.done.clip(at).prefix(at) != p.before() ||
			at < len(c.done) && c.done[at].prefix != p.sent[p.counted].prefix {
			c.reportLate(e, p, p.sent[p.counted].zxid)
			return
		}
		if at == len(c.done) {
			c.commit(e, p.sent[p.counted])
		}
		p.counted++
	}
}

// before returns the prefix hash in front of the next entry to count.
func (p *epoch) before() uint64 {
	if p.counted == 0 {
		return p.base.prefix(len(p.base))
	}
	return p.sent[p.counted-1].prefix
}

// quorumHas returns the highest zxid that a quorum of voters has, given what each has.
func (c *Checker) quorumHas(kept []zk.Zxid) zk.Zxid {
	best := zk.Zxid(0)
	for id := range c.voters.All() {
		z := kept[id]
		if z <= best {
			continue
		}
		var have zk.ServerSet
		for other := range c.voters.All() {
			if kept[other] >= z {
				have = have.With(other)
			}
		}
		if have.HasMajority(c.voters) {
			best = z
		}
	}
	return best
}

// reportLate says that something of an older epoch became committed that a later leader lacks.
func (c *Checker) reportLate(e *trace.Event, p *epoch, z zk.Zxid) {
	p.broken = true
	about := p.leader
	if n := len(c.epochs); n > 0 {
		about = c.epochs[n-1].leader
	}
	c.report(leaderLogCompleteness, e, about, z, "it leads without "+z.Short())
	c.report(primaryIntegrity, e, about, z,
		"it went on without "+z.Short()+" of an older epoch, which is committed")
}

// extend makes h, which begins with done, the committed history.
func (c *Checker) extend(e *trace.Event, h history) {
	for i := len(c.done); i < len(h); i++ {
		c.commit(e, h[i])
	}
}

// commit adds one transaction to done. Whatever holds for done holds for all who agree with it.
func (c *Checker) commit(e *trace.Event, t entry) {
	last := c.done.last()
	p := c.epoch(t.zxid.Epoch())
	known := -1
	if p != nil {
		known = p.sent.find(t.zxid)
	}
	switch {
	case known < 0 || p.sent[known].hash != t.hash:
		c.report(integrity, e, e.Node, t.zxid, "no leader proposed "+t.zxid.Short())
	case last.Epoch() == t.zxid.Epoch() && (known == 0 || p.sent[known-1].zxid != last):
		c.report(localPrimaryOrder, e, e.Node, t.zxid,
			t.zxid.Short()+" follows "+last.Short()+" against its leader's order")
	case last.Epoch() != t.zxid.Epoch() && known != 0:
		c.report(localPrimaryOrder, e, e.Node, t.zxid,
			t.zxid.Short()+" is delivered without what its leader proposed before")
	}
	if t.zxid <= last {
		c.report(globalPrimaryOrder, e, e.Node, t.zxid,
			t.zxid.Short()+" is delivered after "+last.Short())
	} else if !continues(t.zxid, last) {
		c.report(zxidDense, e, e.Node, t.zxid, t.zxid.Short()+" follows "+last.Short())
	}
	c.done = append(c.done, t)
	c.learn(e, t.txn)
}

// onCommitted is a server that delivers everything up to a zxid.
func (c *Checker) onCommitted(e *trace.Event) {
	s := c.server(e.Node)
	c.checkObeys(e, s)
	if e.Why == zk.QuorumAcked && !e.Set.HasMajority(c.voters) {
		c.report(commitInconsistent, e, e.Node, e.Zxid,
			e.Zxid.Short()+" is committed with the ACKs of "+setString(e.Set))
	}
	switch e.Why {
	case zk.QuorumAcked:
		c.checkAcks(e)
		c.checkNext(e, s)
	case zk.LeaderSaidSo:
		c.checkSaid(e, s)
	}
	if e.Zxid < s.committed {
		c.report(committedLogMonotonicity, e, e.Node, e.Zxid,
			"it had delivered up to "+s.committed.Short()+" and goes back to "+e.Zxid.Short())
	}
	c.deliver(e, s, e.Zxid)
}

// checkAcks requires that more than half of the voters have acknowledged what a leader commits, by
// the ACKs that it has counted.
func (c *Checker) checkAcks(e *trace.Event) {
	var have zk.ServerSet
	for id, p := range c.peersOf(e.Node) {
		if p.acked >= e.Zxid {
			have = have.With(zk.ServerID(id))
		}
	}
	if !have.HasMajority(c.voters) && !c.blind {
		c.report(quorumOfVoters, e, e.Node, e.Zxid,
			e.Zxid.Short()+" is committed with the ACKs of "+setString(have&c.voters))
	}
}

// checkNext requires that a leader commits the first of what waits.
func (c *Checker) checkNext(e *trace.Event, s *server) {
	n := s.log.upTo(e.Zxid)
	if !c.blind && (n == 0 || s.log[:n-1].last() != s.committed) {
		c.report(commitInconsistent, e, e.Node, e.Zxid,
			"it commits "+e.Zxid.Short()+" right after "+s.committed.Short())
	}
}

// checkSaid requires that a learner delivers up to where its leader said, neither less nor more.
func (c *Checker) checkSaid(e *trace.Event, s *server) {
	if e.Cause != s.arrived.ref || c.blind {
		return
	}
	said := s.arrived.zxid
	switch s.arrived.kind {
	case zk.UpToDate:
		said = min(s.heard, s.log.last())
	case zk.Commit, zk.Inform:
	default:
		return
	}
	if e.Zxid != said {
		c.report(commitInconsistent, e, e.Node, e.Zxid,
			"it delivers up to "+e.Zxid.Short()+", its leader said "+said.Short())
	}
}

// deliver compares what a server delivers with done.
func (c *Checker) deliver(e *trace.Event, s *server, z zk.Zxid) {
	if c.blind || z <= s.committed {
		return
	}
	n := s.log.upTo(z)
	if !s.log.has(z) {
		c.report(commitInconsistent, e, e.Node, z,
			"it delivers "+z.Short()+", which it has not logged")
	}
	s.committed = z
	if n == 0 {
		return
	}
	c.checkDelivered(e, s, z, n)
	same := min(n, len(c.done))
	if s.log.prefix(same) != c.done.prefix(same) {
		c.reportFork(e, s.log.clip(n))
		return
	}
	if n > len(c.done) {
		c.report(commitInconsistent, e, e.Node, z,
			"it delivers "+z.Short()+", which no quorum has on disk")
		c.extend(e, s.log.clip(n))
	}
}

// reportFork says in which way a delivered history departs from done.
func (c *Checker) reportFork(e *trace.Event, h history) {
	i := h.agree(c.done)
	t := h[i]
	c.report(prefixConsistency, e, e.Node, t.zxid,
		"it delivers "+t.zxid.Short()+" where others delivered "+c.done[i].zxid.Short())
	p := c.epoch(t.zxid.Epoch())
	if p == nil || p.sent.find(t.zxid) < 0 || p.sent[p.sent.find(t.zxid)].hash != t.hash {
		c.report(integrity, e, e.Node, t.zxid, "no leader proposed "+t.zxid.Short())
	}
	if at := c.done.find(t.zxid); at >= 0 && c.done[at].hash == t.hash {
		c.report(totalOrder, e, e.Node, t.zxid,
			"it delivers "+t.zxid.Short()+" before "+c.done[i].zxid.Short())
		return
	}
	c.report(agreement, e, e.Node, t.zxid,
		"it delivers "+t.zxid.Short()+" and lacks "+c.done[i].zxid.Short())
}

// onApplied is a transaction that reached the tree of a server.
func (c *Checker) onApplied(e *trace.Event) {
	s := c.server(e.Node)
	prev := s.applied
	s.applied, s.digest = max(prev, e.Zxid), uint64(e.N)
	if c.blind {
		return
	}
	c.require(e.Zxid > prev, integrity, e, e.Node, "it applies a transaction again")
	c.require(e.Zxid <= s.committed, commitInconsistent, e, e.Node,
		"it applies what is not committed")
	i := s.log.find(e.Zxid)
	c.require(i < 1 || e.Zxid <= prev || s.log[i-1].zxid == prev, localPrimaryOrder, e, e.Node,
		"it leaves out a transaction of its log")
	c.require(e.Txn == nil || e.Txn.Digest == 0 || e.Txn.Digest == uint64(e.N), digestAgreement,
		e, e.Node, "its tree differs from its leader's")
	c.checkDigest(e, uint64(e.N))
}

// checkDigest compares the tree after e.Zxid with what others had. The first to come sets it; an
// old zxid that nobody had is not kept.
func (c *Checker) checkDigest(e *trace.Event, sum uint64) {
	if n := len(c.digests); n == 0 || c.digests[n-1].zxid < e.Zxid {
		c.digests = append(c.digests, digest{zxid: e.Zxid, sum: sum})
		return
	}
	had, known := c.digestAt(e.Zxid)
	c.require(!known || had == sum, digestAgreement, e, e.Node,
		"its tree differs from that of another server at the same zxid")
}

// checkRestored compares a snapshot of the state at z with what was applied there.
func (c *Checker) checkRestored(e *trace.Event, z zk.Zxid, sum uint64) {
	had, known := c.digestAt(z)
	if known && had != sum && !c.blind {
		c.report(restoredState, e, e.Node, z, "its snapshot is not the state at "+z.Short())
	}
}

// digestAt returns the digest of the tree after z, when somebody applied it.
func (c *Checker) digestAt(z zk.Zxid) (sum uint64, known bool) {
	lo, hi := 0, len(c.digests)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if c.digests[mid].zxid < z {
			lo = mid + 1
			continue
		}
		hi = mid
	}
	if lo == len(c.digests) || c.digests[lo].zxid != z {
		return 0, false
	}
	return c.digests[lo].sum, true
}
