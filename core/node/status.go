package node

import (
	"slices"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zab"
	"github.com/zabscope/zabscope/core/zk"
)

// Status is a copy of what a server knows of itself, for admin pages and to check that the trace
// tells the same.
type Status struct {
	ID          zk.ServerID
	Role        zk.Role
	Phase       zk.Phase
	Leader      zk.ServerID // 0 while looking
	Round       uint64
	Vote        zk.Vote
	Accepted    zk.Epoch
	Current     zk.Epoch
	LastLogged  zk.Zxid
	LastDurable zk.Zxid
	Committed   zk.Zxid
	Applied     zk.Zxid
	Outstanding int // a leader's proposals that are not committed
	Sessions    int
	Watches     int
	Digest      uint64
	Serving     bool
	ReadOnly    bool // reads are served although no leader is known

	Learners zab.Learners // whom a leader leads
}

// Status returns the server's state now.
func (n *Node) Status() Status {
	r := n.replica
	st := Status{
		ID: n.cfg.ID, Role: n.role, Round: n.election.Round, Vote: n.election.Vote,
		Accepted: r.Accepted, Current: r.Current, LastLogged: r.LastLogged(),
		LastDurable: r.LastDurable(), Committed: r.Committed, Applied: r.Applied.Zxid(),
		Sessions: r.Applied.SessionCount(), Watches: n.watches.Len(), Digest: r.Applied.Digest(),
		Serving: n.serving, ReadOnly: n.readOnly != nil,
	}
	if n.leader != nil {
		st.Phase, st.Leader = n.leader.Phase, n.cfg.ID
		st.Outstanding = n.leader.Outstanding()
		st.Learners = n.leader.Learners()
	}
	if n.learner != nil {
		st.Phase, st.Leader = n.learner.Phase, n.learner.Leader
	}
	return st
}

// Tree returns the state after everything that is committed and applied. It must not be changed.
func (n *Node) Tree() *tree.DB { return n.replica.Applied }

// Clone returns an independent copy. Trees, transactions and messages are shared, so the cost does
// not grow with the data.
func (n *Node) Clone() *Node {
	c := *n
	c.election = n.election.Clone()
	c.election.Rebind(&c.elections)
	c.replica = n.replica.Clone(&c.zabs)
	if n.leader != nil {
		c.leader = n.leader.Clone(&c.zabs)
	}
	if n.learner != nil {
		c.learner = n.learner.Clone(&c.zabs)
	}
	c.early = slices.Clone(n.early)
	c.conns = slices.Clone(n.conns)
	for i := range c.conns {
		c.conns[i].queue = slices.Clone(n.conns[i].queue)
	}
	c.watches = n.watches.Clone()
	c.live.sessions = slices.Clone(n.live.sessions)
	c.live.buckets = slices.Clone(n.live.buckets)
	c.touched = slices.Clone(n.touched)
	c.changes = nil
	return &c
}

// StateHash returns a hash of all state that can affect the future: two servers with equal hashes
// answer equal inputs with equal outputs.
func (n *Node) StateHash() uint64 { return mix(n.Shape(0, 0), n.s.Seq) }

// Shape is StateHash without the number of the last event, with instants counted from now and
// connections from the newest of all clients: two servers of equal shape answer equal inputs with
// outputs that differ only in instants and in the numbers of their events and connections.
func (n *Node) Shape(now zk.Instant, newest zk.ConnID) uint64 {
	h := mix(uint64(n.cfg.ID), uint64(n.role)<<8|uint64(n.restless)<<16)
	if n.cfg.ReadOnlyMode {
		h = mix(h, n.lookingSince.Until(now))
	}
	if n.readOnly != nil {
		h = mix(h, n.readOnly.Digest())
	}
	h = n.election.Hash(h, now, mix)
	h = n.replica.Hash(h, mix)
	if n.leader != nil {
		h = mix(n.leader.Hash(h, now, mix), n.reapAt.Until(now))
	}
	if n.learner != nil {
		h = n.learner.Hash(h, now, mix)
	}
	for i := range n.conns {
		c := &n.conns[i]
		h = mix(h, uint64(newest-c.id)<<8|uint64(c.state))
		h = mix(h, uint64(c.session))
		for _, id := range c.ids {
			h = mixText(mixText(h, id.Scheme), id.ID)
		}
		for j := range c.queue {
			p := &c.queue[j]
			h = mix(h, uint64(p.req.Xid)<<8|uint64(uint8(p.req.Op)))
			h = mix(mix(h, uint64(p.err)<<1|bit(p.done)), uint64(p.zxid)^p.sync)
		}
	}
	for i := range n.live.sessions {
		s := &n.live.sessions[i]
		h = mix(h, uint64(s.id))
		h = mix(h, s.expireAt.Until(now)<<8|uint64(s.owner))
		h = mix(h, uint64(uint32(s.timeoutMs))<<1|bit(s.closing))
	}
	for i := range n.touched {
		h = mix(h, uint64(n.touched[i].Session))
	}
	for i := range n.early {
		m := &n.early[i].msg
		h = mix(h, uint64(m.From)<<16|uint64(m.State)<<8|uint64(m.Vote.Leader))
		h = mix(mix(h, uint64(m.Vote.Zxid)), uint64(m.Vote.Epoch)<<32|m.Round)
		h = mix(h, n.early[i].at.Until(now))
	}
	h = mix(h, bit(n.serving))
	h = mix(h, uint64(n.sinceSnap)<<32|uint64(n.snapAfter))
	return mix(mix(h, n.watches.Digest()), n.syncs)
}

func mixText(h uint64, text string) uint64 {
	h = mix(h, uint64(len(text)))
	for i := range len(text) {
		h = mix(h, uint64(text[i]))
	}
	return h
}

// mix is one round of a multiply-xorshift hash (constants of SplitMix64).
func mix(h, x uint64) uint64 {
	v := (h ^ x) + 0x9e3779b97f4a7c15
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	return v ^ v>>27
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
