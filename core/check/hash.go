package check

import "github.com/zabscope/zabscope/core/zk"

// Shape returns a hash of all that decides what the checker says of events to come: two checkers of
// equal shape find the same in them. When something happened and how events are numbered has no
// part in it, so that runs that differ only in that are the same to who explores all runs.
func (c *Checker) Shape() uint64 {
	h := mix(uint64(c.voters), bit(c.blind))
	h = mix(h, uint64(c.wiped)^uint64(c.blank)<<1)
	for _, n := range c.fast {
		h = mix(h, uint64(n))
	}
	h = mix(mix(h, uint64(c.acked)^uint64(c.proposed)<<1), uint64(c.returned))
	h = mix(h, uint64(c.calm.round)<<16|uint64(c.calm.winner)<<8|bit(c.calm.seen)<<1|
		bit(c.calm.over))
	for i := range c.servers {
		h = c.servers[i].shape(h)
	}
	for i := range c.peers {
		h = c.peers[i].shape(h, c.isOld(i))
	}
	for i := range c.epochs {
		h = c.epochs[i].shape(h)
	}
	for _, z := range c.kept {
		h = mix(h, uint64(z))
	}
	h = c.done.shape(h)
	for _, d := range c.digests {
		h = mix(mix(h, uint64(d.zxid)), d.sum)
	}
	h = c.state.shape(h)
	for i := range c.clients {
		h = c.clients[i].shape(h)
	}
	h = mix(mix(h, bit(c.heal.on)<<8|uint64(c.heal.leaders)), uint64(c.heal.core))
	return mix(h, uint64(len(c.violations)))
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// isOld reports whether a peer's vote is from before it began its present round.
func (c *Checker) isOld(i int) bool {
	n := len(c.servers)
	o := &c.servers[i%n]
	return c.peers[i].boot != o.boot || c.peers[i].seq < o.since
}

func (h history) shape(x uint64) uint64 { return mix(mix(x, uint64(len(h))), h.prefix(len(h))) }

func (s *server) shape(h uint64) uint64 {
	h = mix(h, bit(s.harmed)<<6|bit(s.up)<<5|bit(s.alone)<<4|bit(s.promised)<<3|bit(s.votes)<<2|
		bit(s.looking)<<1|bit(s.established != 0))
	h = mix(h, uint64(s.role)<<24|uint64(s.phase)<<16|uint64(s.leader)<<8|uint64(s.arrived.kind))
	h = mix(h, uint64(s.accepted)<<32|uint64(s.entered))
	h = mix(h, uint64(s.diskAccepted)<<32|uint64(s.diskEntered))
	h = s.past.shape(s.log.shape(h))
	for _, z := range [...]zk.Zxid{s.durable, s.committed, s.installed, s.applied, s.ack, s.heard} {
		h = mix(h, uint64(z))
	}
	h = mix(mix(h, s.digest), uint64(s.told)<<32|uint64(s.leads))
	h = voteShape(voteShape(mix(h, uint64(s.round)), s.vote), s.initial)
	h = mix(mix(h, uint64(s.synced)), uint64(s.fresher))
	return mix(h, uint64(s.linked)<<8|uint64(s.arrived.from))
}

func voteShape(h uint64, v zk.Vote) uint64 {
	return mix(mix(h, uint64(v.Zxid)), uint64(v.Epoch)<<8|uint64(v.Leader))
}

func (p *peer) shape(h uint64, old bool) uint64 {
	h = mix(h, bit(p.counted)<<1|bit(old)|uint64(p.state)<<8|uint64(p.role)<<16)
	h = mix(h, uint64(p.flying)<<1|bit(p.snap.IsZero()))
	return p.offered.shape(mix(voteShape(voteShape(h, p.vote), p.heard), uint64(p.acked)))
}

func (p *epoch) shape(h uint64) uint64 {
	h = mix(h, uint64(p.num)<<16|uint64(p.leader)<<8|bit(p.established)<<1|bit(p.broken))
	return mix(p.chain.shape(p.sent.shape(p.base.shape(h))), uint64(p.counted)<<32|uint64(p.found))
}

func (s *state) shape(h uint64) uint64 {
	h = mix(h, uint64(len(s.sessions))<<1|bit(s.model.forked))
	for i := range s.sessions {
		h = s.sessions[i].shape(h)
	}
	return h
}

func (s *session) shape(h uint64) uint64 {
	h = mix(mix(h, uint64(s.id)), uint64(s.closed))
	h = mix(h, uint64(s.gone)<<16|uint64(s.client)<<8|bit(s.apart)<<1|bit(s.opened))
	h = mix(h, uint64(s.owns)<<32|uint64(uint32(s.timeoutMs)))
	h = mix(h, uint64(len(s.watches))<<32|uint64(len(s.fired)))
	for _, w := range s.watches {
		h = mix(mixString(h, w.path), uint64(w.server)<<16|uint64(w.side)<<8|uint64(w.mode))
		h = mix(h, uint64(w.after))
	}
	for _, f := range s.fired {
		h = mix(mix(mixString(h, f.path), uint64(f.event)<<8|uint64(f.used)), uint64(f.zxid))
	}
	return h
}

func (k *client) shape(h uint64) uint64 {
	h = mix(h, uint64(k.boot)<<16|uint64(k.server)<<8|uint64(k.state)<<2|
		bit(k.proved)<<1|bit(k.local))
	h = mix(mix(mix(h, uint64(k.sess)), uint64(k.seen)), uint64(k.wrote))
	for _, o := range k.pending {
		h = mix(mix(h, uint64(o.n)<<8|uint64(o.kind)), uint64(o.after))
		h = mix(mix(mixString(h, o.name), uint64(o.returned)), uint64(o.epoch))
	}
	return h
}
