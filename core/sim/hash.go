package sim

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// StateHash returns a hash of all that can affect what happens from here on.
func (w *World) StateHash() uint64 {
	h := fold(offset, uint64(w.now))
	for _, x := range [...]uint64{w.steps, w.nextSeq, w.nextRef, w.nextID, uint64(w.gens)} {
		h = fold(h, x)
	}
	sum := uint64(0) // the heap's inner order means nothing
	for i := range w.queue {
		sum += w.queue[i].hash()
	}
	h = fold(h, sum)
	for id := range w.all.All() {
		h = w.servers[id].hash(h)
	}
	for i := range w.links {
		h = w.links[i].hash(h)
	}
	for i := range w.clients {
		h = w.clients[i].hash(h)
	}
	for _, r := range w.rules {
		h = fold(fold(fold(h, uint64(r.from)), uint64(r.to)), ruleWord(r))
	}
	for _, f := range w.held {
		h = fold(fold(h, messageHash(f.msg)), uint64(f.gen))
	}
	for _, p := range w.points {
		h = fold(h, uint64(p.server)<<32|uint64(p.typ)<<24|uint64(p.kind)<<16|
			uint64(p.how)<<8|bit(p.hit))
	}
	h = fold(foldStream(h, &w.chaos.stream), uint64(w.chaos.until))
	h = fold(fold(h, uint64(w.chaos.swarm)), uint64(w.cfg.Quirks))
	return fold(h, bit(w.cfg.ReadOnly))
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func ruleWord(r rule) uint64 {
	return uint64(r.verb)<<56 | uint64(r.typ)<<48 | uint64(uint32(r.left))
}

func (i *item) hash() uint64 {
	h := fold(fold(fold(offset, uint64(i.due)), i.seq), i.n)
	h = fold(fold(h, i.cause), uint64(i.gen)<<32|bit(i.landed)<<24|uint64(i.ch)<<16|uint64(i.kind))
	h = fold(h, uint64(i.to)<<8|uint64(i.from))
	if i.msg != nil {
		h = fold(h, messageHash(i.msg))
	}
	if i.req != nil {
		h = fold(h, uint64(uint32(i.req.Op))<<32|uint64(uint32(i.req.Xid)))
	}
	if i.rep != nil {
		h = fold(h, uint64(i.rep.Zxid))
	}
	return h
}

// messageHash takes in what tells messages apart; their Sent event has the rest.
func messageHash(m *step.Message) uint64 {
	h := fold(offset, uint64(m.Type)<<24|uint64(m.From)<<16|uint64(m.To)<<8|uint64(m.State))
	h = fold(fold(fold(h, uint64(m.Zxid)), uint64(m.Epoch)), m.Round)
	h = fold(fold(h, uint64(m.Vote.Zxid)), uint64(m.Vote.Epoch)<<8|uint64(m.Vote.Leader))
	h = fold(h, m.Cause.Seq)
	for i := range m.Txns {
		h = fold(fold(h, uint64(m.Txns[i].Zxid)), m.Txns[i].Digest)
	}
	return h
}

func (s *server) hash(h uint64) uint64 {
	h = fold(h, uint64(s.boots)<<8|bit(s.paused))
	h = fold(fold(h, uint64(s.wakeAt)), uint64(s.skewMs))
	h = fold(fold(fold(h, uint64(s.clock.drift)), uint64(s.clock.since)), uint64(s.clock.shown))
	if s.machine != nil {
		h = fold(h, s.machine.StateHash())
	}
	for i := range s.inbox {
		h = fold(h, s.inbox[i].hash())
	}
	for _, c := range s.conns {
		h = fold(h, uint64(c.id)<<8|uint64(c.client))
	}
	return s.disk.hash(h)
}

func (d *disk) hash(h uint64) uint64 {
	h = foldStream(h, &d.stream)
	h = fold(fold(fold(h, uint64(len(d.base.bytes))), uint64(d.base.crc)), uint64(len(d.writes)))
	h = fold(fold(h, bit(d.failing)<<1|bit(d.harmed)), uint64(len(d.batches)))
	h = fold(fold(h, uint64(d.durable)<<32|uint64(d.syncing)<<1|bit(d.busy)), d.seq)
	h = fold(fold(h, uint64(d.accepted)<<32|uint64(d.current)), uint64(d.fsync))
	for i := range d.writes {
		h = fold(fold(h, d.writes[i].Seq), uint64(d.writes[i].Zxid))
	}
	for i := range d.snaps {
		h = d.snaps[i].hash(h)
	}
	return fold(h, uint64(len(d.saving)))
}

func (i *image) hash(h uint64) uint64 {
	return fold(fold(fold(h, uint64(i.db.Zxid())), i.db.Digest()), uint64(i.rot))
}

func (l *link) hash(h uint64) uint64 {
	h = foldStream(h, &l.stream)
	h = fold(fold(h, uint64(l.delay)), uint64(l.loss)<<32|uint64(l.broken))
	h = fold(fold(fold(h, uint64(l.holed)), uint64(l.bandwidth)), uint64(l.free))
	h = fold(h, bit(l.cut)<<1|bit(l.holding))
	for ch := range l.ends {
		h = fold(fold(h, uint64(l.last[ch])), uint64(l.ends[ch].gen)<<8|uint64(l.ends[ch].state))
	}
	return h
}

func (c *clientSlot) hash(h uint64) uint64 {
	if c.session == nil {
		return fold(h, 0)
	}
	h = fold(fold(h, c.session.StateHash()), uint64(c.conn))
	h = fold(h, bit(c.paused)<<3|bit(c.unplugged)<<2|bit(c.expiring)<<1|bit(c.lossy))
	for i := range c.inbox {
		h = fold(h, c.inbox[i].hash())
	}
	return fold(h, uint64(c.wakeAt))
}

// Converged returns the leader once everybody who runs follows one established leader, has applied
// all that it has committed and holds the same tree, with nothing under way; 0 before that.
func (w *World) Converged() zk.ServerID {
	leader := zk.ServerID(0)
	for id := range w.all.All() {
		if n := w.Node(id); n != nil && n.Status().Role == zk.Leading {
			if leader != 0 {
				return 0
			}
			leader = id
		}
	}
	if leader == 0 || !w.Node(leader).Status().Serving {
		return 0
	}
	l := w.Node(leader).Status()
	for id := range w.all.All() {
		n := w.Node(id)
		if n == nil {
			continue
		}
		st := n.Status()
		if st.Phase != zk.Broadcast || st.Leader != leader || st.Outstanding != 0 ||
			st.Applied != l.LastLogged || st.Digest != l.Digest || st.Current != l.Current {
			return 0
		}
	}
	return leader
}
