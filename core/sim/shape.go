package sim

import (
	"slices"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// Shape returns a hash of what can happen from here on, whichever way the world came here: unlike
// StateHash it leaves out how many steps, events and connections there were, when messages are due,
// and the random numbers to come. Two worlds of equal shape offer the same Ways, and going the same
// one leads to equal shapes again.
func (w *World) Shape() uint64 {
	h := offset
	for id := range w.all.All() {
		h = w.serverShape(h, &w.servers[id])
	}
	for i := range w.links {
		h = w.linkShape(h, i)
	}
	for i := range w.clients {
		h = w.clientShape(h, &w.clients[i])
	}
	sum := uint64(0) // ways stand in no order
	for _, way := range w.sortedQueue() {
		sum += way
	}
	h = fold(h, sum)
	for _, r := range w.rules {
		h = fold(fold(fold(h, uint64(r.from)), uint64(r.to)), ruleWord(r))
	}
	for _, f := range w.held {
		e := &w.link(f.msg.From, f.msg.To).ends[f.msg.Type.Channel()]
		h = fold(messageShape(h, f.msg), compareGen(f.gen, e.gen))
	}
	return h
}

// sortedQueue returns a hash for each way on which something is pending: of all that is on it.
func (w *World) sortedQueue() []uint64 {
	items := slices.Clone(w.queue)
	slices.SortFunc(items, inOrder)
	var ways []Way
	var hashes []uint64
	for i := range items {
		it := &items[i]
		at := slices.Index(ways, it.way())
		if at < 0 {
			at = len(ways)
			ways = append(ways, it.way())
			place := uint64(it.to)<<16 | uint64(it.from)<<8 | uint64(it.ch)
			hashes = append(hashes, fold(offset, place))
		}
		hashes[at] = w.itemShape(hashes[at], it)
	}
	return hashes
}

func (w *World) itemShape(h uint64, it *item) uint64 {
	h = fold(h, uint64(it.kind)<<8|bit(it.landed)<<1|bit(it.due <= w.now))
	switch it.kind {
	case itemMessage, itemPeerUp, itemPeerDown, itemDial:
		h = fold(h, w.freshness(it))
	case itemFsync, itemSnap, itemSynced, itemSnapSaved:
		h = fold(fold(h, it.n), uint64(it.gen))
	default:
		h = fold(h, w.age(it.n))
	}
	if it.msg != nil {
		h = messageShape(h, it.msg)
	}
	if it.req != nil {
		h = fold(h, uint64(uint32(it.req.Op))<<32|uint64(uint32(it.req.Xid)))
	}
	if it.rep != nil {
		h = fold(fold(h, uint64(it.rep.Zxid)), uint64(it.rep.Xid)<<32|uint64(uint32(it.rep.Err)))
	}
	return h
}

// freshness says how the connection of an item stands to the one that its receiver, and for what
// the kernel does its sender, believes in.
func (w *World) freshness(it *item) uint64 {
	return compareGen(it.gen, w.link(it.to, it.from).ends[it.ch].gen)<<2 |
		compareGen(it.gen, w.link(it.from, it.to).ends[it.ch].gen)
}

func compareGen(a, b uint32) uint64 {
	switch {
	case a < b:
		return 1
	case a > b:
		return 2
	}
	return 0
}

func messageShape(h uint64, m *step.Message) uint64 {
	h = fold(h, uint64(m.Type)<<24|uint64(m.From)<<16|uint64(m.To)<<8|uint64(m.State))
	h = fold(fold(fold(h, uint64(m.Zxid)), uint64(m.Epoch)<<1|bit(m.NoVote)), m.Round)
	h = fold(fold(h, uint64(m.Vote.Zxid)), uint64(m.Vote.Epoch)<<8|uint64(m.Vote.Leader))
	h = fold(h, uint64(m.Floor))
	for i := range m.Txns {
		h = fold(fold(h, uint64(m.Txns[i].Zxid)), m.Txns[i].Digest)
	}
	for i := range m.Sess {
		h = fold(h, uint64(m.Sess[i].Session))
	}
	if m.Req != nil {
		what := uint64(uint32(m.Req.Op))<<32 | uint64(uint32(m.Req.Xid))
		h = fold(fold(h, uint64(m.Req.Session)), what)
	}
	return h
}

// linkShape takes in what a server believes of its connections to another.
func (w *World) linkShape(h uint64, i int) uint64 {
	l := &w.links[i]
	from, to := zk.ServerID(i/len(w.servers)), zk.ServerID(i%len(w.servers))
	back := w.link(to, from)
	for ch, e := range l.ends {
		newer := compareGen(e.gen, back.ends[ch].gen)
		h = fold(h, uint64(e.state)<<4|newer<<2|bit(l.broken == e.gen)<<1|bit(l.holed == e.gen))
	}
	h = fold(h, uint64(l.bandwidth))
	return fold(h, uint64(l.loss)<<2|bit(l.cut)<<1|bit(l.holding))
}

func (w *World) serverShape(h uint64, s *server) uint64 {
	h = fold(h, uint64(s.boots)<<8|bit(s.paused))
	now := s.clock.at(w.now)
	h = fold(fold(h, s.wakeAt.Until(now)), uint64(s.skewMs))
	h = fold(h, uint64(s.clock.drift))
	switch m := s.machine.(type) {
	case nil:
	case nodeMachine:
		h = fold(h, m.Shape(now, zk.ConnID(w.nextID)))
	default:
		h = fold(h, m.StateHash())
	}
	for i := range s.inbox {
		h = w.itemShape(h, &s.inbox[i])
	}
	for _, c := range s.conns {
		h = fold(h, w.age(uint64(c.id))<<8|uint64(c.client))
	}
	return s.disk.shape(h)
}

func (w *World) clientShape(h uint64, c *clientSlot) uint64 {
	if c.session == nil {
		return fold(h, 0)
	}
	h = fold(fold(h, c.session.Shape(w.now)), w.age(uint64(c.conn)))
	h = fold(h, bit(c.paused)<<3|bit(c.unplugged)<<2|bit(c.expiring)<<1|bit(c.lossy))
	for i := range c.inbox {
		h = w.itemShape(h, &c.inbox[i])
	}
	return fold(fold(h, uint64(c.slowBye)), c.wakeAt.Until(w.now))
}

// age counts a client connection from the newest. What matters is only which are the same, and
// which came first. None, 0, is older than all.
func (w *World) age(conn uint64) uint64 {
	if conn == 0 {
		return ^uint64(0)
	}
	return w.nextID - conn
}

func (d *disk) shape(h uint64) uint64 {
	h = fold(fold(fold(h, d.base.past), uint64(d.base.seq)), uint64(len(d.writes)))
	h = fold(h, bit(d.failing)<<1|bit(d.harmed))
	h = fold(fold(h, uint64(d.durable)<<32|uint64(d.syncing)<<1|bit(d.busy)), d.seq)
	h = fold(h, uint64(d.accepted)<<32|uint64(d.current))
	for i := range d.writes {
		x := &d.writes[i]
		h = fold(fold(fold(h, x.Seq<<8|uint64(x.Kind)), uint64(x.Zxid)), uint64(x.Epoch))
	}
	for i := range d.snaps {
		h = d.snaps[i].hash(h)
	}
	return fold(h, uint64(len(d.saving)))
}
