package sim

import (
	"math/rand/v2"
	"time"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// connectTimeout is how long a server waits for a peer that does not answer at all.
const connectTimeout = time.Second

// channels is the number of channels of a link.
const channels = 2

// endState is what one server believes of one connection.
type endState uint8

const (
	endNone   endState = iota
	endAsking          // the connection is on its way; PeerUp or PeerDown will come
	endUp
)

// end is a server's end of its connection to a peer. gen names the connection: what belongs to
// another gen never reaches the server.
type end struct {
	gen   uint32
	state endState
}

// link is the way from one server to another, and what the first believes of both connections.
type link struct {
	stream rand.PCG
	delay  time.Duration
	free   zk.Instant           // when all that was sent has left, with a bandwidth
	last   [channels]zk.Instant // latest arrival so far: nothing overtakes
	ends   [channels]end
	loss   uint32 // of 2^32

	bandwidth int64 // bytes a second, 0 for any

	broken  uint32 // gen of the quorum connection that has lost something this way
	holed   uint32 // the same, where what was lost had left before what follows in the queue
	cut     bool
	holding bool // a held quorum message keeps back what follows
}

// rule is a Drop, Hold or Duplicate that waits for its messages.
type rule struct {
	verb     Verb
	from, to zk.ServerSet
	typ      zk.MsgType // NoMsg for all
	left     int        // so many more; -1 without end
}

// flight is a held message.
type flight struct {
	msg *step.Message
	gen uint32
}

// fate is what becomes of a message at the moment it is sent.
type fate struct {
	due  zk.Instant // when it will arrive
	why  zk.Why     // why it is lost; NoWhy if it is not
	held bool
}

func (w *World) link(from, to zk.ServerID) *link {
	return &w.links[int(from)*len(w.servers)+int(to)]
}

// send puts a message on its way and returns its fate.
func (w *World) send(m *step.Message) fate {
	l, ch := w.link(m.From, m.To), m.Type.Channel()
	e := l.ends[ch]
	if e.state != endUp || ch == zk.QuorumChannel && l.broken == e.gen {
		return fate{why: zk.WhyLinkBroken}
	}
	verb := w.match(m)
	if verb == Drop {
		return l.lose(ch, zk.WhyDropped)
	}
	if l.cut {
		return l.lose(ch, zk.WhyCut)
	}
	if l.loss != 0 && uint32(l.stream.Uint64()>>32) < l.loss {
		return l.lose(ch, zk.WhyLoss)
	}
	if verb == Hold || l.holding && ch == zk.QuorumChannel {
		l.holding = l.holding || ch == zk.QuorumChannel
		w.held = append(w.held, flight{m, e.gen})
		return fate{held: true}
	}
	if verb == Duplicate {
		w.fly(l, m, e.gen)
	}
	return fate{due: w.fly(l, m, e.gen)}
}

// fly puts the message into the queue.
func (w *World) fly(l *link, m *step.Message, gen uint32) zk.Instant {
	ch := m.Type.Channel()
	leaves := w.now
	if l.bandwidth > 0 {
		leaves = l.occupy(m, w.now)
	}
	due := w.arrival(l, ch, leaves)
	w.push(item{due: due, kind: itemMessage, msg: m, to: m.To, from: m.From, ch: ch, gen: gen})
	return due
}

// lose gives up a message. On the quorum channel nothing can follow a hole.
func (l *link) lose(ch zk.Channel, why zk.Why) fate {
	if ch == zk.QuorumChannel {
		l.broken = l.ends[ch].gen
	}
	return fate{why: why}
}

// arrival draws when something that leaves at the instant arrives, after all that left before.
func (w *World) arrival(l *link, ch zk.Channel, from zk.Instant) zk.Instant {
	flight := around(&l.stream, w.cfg.LatencyMean, w.cfg.LatencyJitter) + l.delay
	l.last[ch] = max(from.Add(flight), l.last[ch]+1)
	return l.last[ch]
}

// match finds the first rule for the message and uses it up by one.
func (w *World) match(m *step.Message) Verb {
	for i := range w.rules {
		r := &w.rules[i]
		if !r.from.Has(m.From) || !r.to.Has(m.To) || r.typ != zk.NoMsg && r.typ != m.Type {
			continue
		}
		if r.verb == Duplicate && m.Type.Channel() != zk.ElectionChannel {
			continue
		}
		verb := r.verb
		if r.left > 0 {
			r.left--
		}
		if r.left == 0 {
			w.rules = append(w.rules[:i:i], w.rules[i+1:]...)
		}
		return verb
	}
	return NoVerb
}

// copyMessage keeps a message of an Output beyond the step. Copies come from a chunk, so that most
// cost no allocation. With Config.Codec the copy has gone through its bytes.
func (w *World) copyMessage(m *step.Message) *step.Message {
	if len(w.chunk) == 0 {
		w.chunk = make([]step.Message, 64)
	}
	c := &w.chunk[0]
	w.chunk = w.chunk[1:]
	*c = *m
	if w.cfg.Codec {
		decoded, err := wire.DecodeMessage(wire.AppendMessage(nil, m))
		step.Assert(err == nil, "CodecRoundTrip")
		*c = decoded
	}
	return c
}

// deliver ends the flight of a message.
func (w *World) deliver(it *item) {
	s := &w.servers[it.to]
	e := w.link(it.to, it.from).ends[it.ch]
	switch {
	case s.machine == nil:
		w.drop(it.msg, zk.WhyReceiverDown)
	case !it.landed && w.lostInCut(it):
		w.drop(it.msg, zk.WhyCut)
	case !it.landed && it.ch == zk.QuorumChannel && w.link(it.from, it.to).holed == it.gen:
		w.drop(it.msg, zk.WhyLinkBroken)
	case w.queuePaused(s, it):
	case e.state != endUp || e.gen != it.gen:
		w.drop(it.msg, zk.WhyLinkBroken)
	default:
		w.step(s, step.Input{
			Kind: step.PeerMsg, From: it.from, Chan: it.ch, Msg: it.msg, Cause: it.msg.Cause,
		})
	}
}

// lostInCut loses what arrives where a cut has opened meanwhile.
func (w *World) lostInCut(it *item) bool {
	l := w.link(it.from, it.to)
	if !l.cut {
		return false
	}
	if it.ch == zk.QuorumChannel {
		l.broken, l.holed = it.gen, it.gen
	}
	return true
}

// drop tells that a message is lost.
func (w *World) drop(m *step.Message, why zk.Why) {
	w.emitWorld(trace.Event{
		Kind: trace.Dropped, Cause: m.Cause, Peer: m.To, Other: m.From, Type: m.Type,
		Zxid: m.Zxid, Why: why, Msg: m,
	})
}

// openLink begins a quorum connection, as a learner asks for it.
func (w *World) openLink(from zk.ServerID, to zk.ServerID, ch zk.Channel) {
	if int(to) >= len(w.servers) || to == 0 || to == from {
		return
	}
	l := w.link(from, to)
	if l.ends[ch].state != endNone {
		w.closeLink(from, to, ch)
	}
	w.gens++
	l.ends[ch] = end{w.gens, endAsking}
	it := item{kind: itemDial, to: to, from: from, ch: ch, gen: w.gens}
	if l.cut || w.link(to, from).cut {
		w.failDial(&it)
		return
	}
	it.due = w.arrival(l, ch, w.now)
	w.push(it)
}

// failDial lets the asker wait out its timeout.
func (w *World) failDial(it *item) {
	w.push(item{
		due: w.now.Add(connectTimeout), kind: itemPeerDown, to: it.from, from: it.to, ch: it.ch,
		gen: it.gen, landed: true,
	})
}

// dialled is the kernel of the asked server: it accepts for any process that runs, paused or not.
func (w *World) dialled(it *item) {
	back := w.link(it.to, it.from)
	if w.link(it.from, it.to).cut || back.cut {
		w.failDial(it)
		return
	}
	answer := item{kind: itemPeerUp, to: it.from, from: it.to, ch: it.ch, gen: it.gen}
	if w.servers[it.to].machine == nil {
		answer.kind = itemPeerDown
	} else {
		w.push(item{
			due: w.now, kind: itemPeerUp, to: it.to, from: it.from, ch: it.ch, gen: it.gen,
			landed: true,
		})
	}
	answer.due = w.arrival(back, it.ch, w.now)
	w.push(answer)
}

// peerUp tells a server that a connection is open. If it still believes in an older one, whose end
// it could not hear of, it hears of that first.
func (w *World) peerUp(it *item) {
	s, e := &w.servers[it.to], &w.link(it.to, it.from).ends[it.ch]
	switch {
	case s.machine == nil:
		return
	case !it.landed && w.link(it.from, it.to).cut:
		w.lostPeerUp(it, e)
		return
	case w.queuePaused(s, it):
		return
	case it.gen < e.gen || it.gen == e.gen && e.state != endAsking:
		return
	case e.state == endUp:
		e.state = endNone
		again := *it
		w.push(again)
		w.step(s, step.Input{Kind: step.PeerDown, From: it.from, Chan: it.ch})
		return
	}
	*e = end{it.gen, endUp}
	w.step(s, step.Input{Kind: step.PeerUp, From: it.from, Chan: it.ch})
}

// lostPeerUp leaves the connection half open: the asker's timeout or the next mend ends it.
func (w *World) lostPeerUp(it *item, e *end) {
	if it.ch == zk.QuorumChannel {
		w.failDial(&item{from: it.to, to: it.from, ch: it.ch, gen: it.gen})
		return
	}
	if e.gen == it.gen {
		e.state = endNone
	}
}

// peerDown tells a server that a connection is gone, unless it knows.
func (w *World) peerDown(it *item) {
	s, e := &w.servers[it.to], &w.link(it.to, it.from).ends[it.ch]
	if s.machine == nil || !it.landed && w.link(it.from, it.to).cut || w.queuePaused(s, it) {
		return
	}
	if e.gen != it.gen || e.state == endNone {
		return
	}
	e.state = endNone
	w.step(s, step.Input{Kind: step.PeerDown, From: it.from, Chan: it.ch})
}

// closeLink ends a connection at one end; the other hears of it if the way is open.
func (w *World) closeLink(from, to zk.ServerID, ch zk.Channel) {
	l := w.link(from, to)
	e := l.ends[ch]
	if e.state == endNone {
		return
	}
	l.ends[ch].state = endNone
	w.hangUp(from, to, ch, e.gen)
}

// hangUp sends the news that connection gen is gone, behind everything that was sent before.
func (w *World) hangUp(from, to zk.ServerID, ch zk.Channel, gen uint32) {
	l := w.link(from, to)
	if l.cut {
		return
	}
	w.push(item{
		due: w.arrival(l, ch, w.now), kind: itemPeerDown, to: to, from: from, ch: ch, gen: gen,
	})
}

// reconcile brings two servers to agree on their connections after a start or a mend: who believes
// in a connection that the other has not hears of it, and the election channel opens.
func (w *World) reconcile(a, b zk.ServerID) {
	ab, ba := w.link(a, b), w.link(b, a)
	for ch := range ab.ends {
		ea, eb := ab.ends[ch], ba.ends[ch]
		if ea.state != endNone && eb.state != endNone && ea.gen == eb.gen {
			continue
		}
		if ea.state == endUp && (eb.state == endNone || eb.gen < ea.gen) {
			w.hangUp(b, a, zk.Channel(ch), ea.gen)
		}
		if eb.state == endUp && (ea.state == endNone || ea.gen < eb.gen) {
			w.hangUp(a, b, zk.Channel(ch), eb.gen)
		}
		if zk.Channel(ch) == zk.ElectionChannel {
			w.openElection(a, b)
		}
	}
}

// openElection opens the election channel between two servers that run and reach each other.
func (w *World) openElection(a, b zk.ServerID) {
	there, back := w.link(max(a, b), min(a, b)), w.link(min(a, b), max(a, b))
	if !w.Up(a) || !w.Up(b) || there.cut || back.cut {
		return
	}
	const ch = zk.ElectionChannel
	w.gens++
	up := item{kind: itemPeerUp, ch: ch, gen: w.gens}
	for _, l := range [...]*link{there, back} {
		if l.ends[ch].state != endUp {
			l.ends[ch] = end{w.gens, endAsking}
		}
	}
	up.from, up.to = max(a, b), min(a, b)
	up.due = w.arrival(there, ch, w.now)
	w.push(up)
	up.due = w.arrival(back, ch, up.due)
	up.from, up.to = up.to, up.from
	w.push(up)
}

// release sends held messages on, in the order in which they were held.
func (w *World) release(from, to zk.ServerSet) {
	kept := w.held[:0:0]
	for _, f := range w.held {
		if !from.Has(f.msg.From) || !to.Has(f.msg.To) {
			kept = append(kept, f)
			continue
		}
		l := w.link(f.msg.From, f.msg.To)
		l.holding = false
		w.emitWorld(trace.Event{
			Kind: trace.Released, Cause: f.msg.Cause, Peer: f.msg.To, Other: f.msg.From,
			Type: f.msg.Type, N: int64(w.fly(l, f.msg, f.gen)), Msg: f.msg,
		})
	}
	w.held = kept
}
