package sim

import (
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// reset ends the connections between two servers at both ends at once. What was under way on them
// is lost. Nobody hears of it across a cut. The election connection opens again as after a start; a
// learner asks for its quorum connection itself.
func (w *World) reset(a, b zk.ServerID) {
	ab, ba := w.link(a, b), w.link(b, a)
	if ab.cut || ba.cut {
		return
	}
	var broken [channels]bool
	for ch := range zk.Channel(channels) {
		ea, eb := ab.ends[ch], ba.ends[ch]
		if broken[ch] = ea.state == endUp || eb.state == endUp; broken[ch] {
			w.breakEnd(a, b, ch, ea)
			w.breakEnd(b, a, ch, eb)
		}
	}
	if broken[zk.ElectionChannel] {
		w.openElection(a, b)
	}
}

// breakEnd tells a server that its connection to a peer is gone; a paused one hears of it later.
func (w *World) breakEnd(at, peer zk.ServerID, ch zk.Channel, e end) {
	if e.state == endNone {
		return
	}
	it := w.newItem(item{
		kind: itemPeerDown, to: at, from: peer, ch: ch, gen: e.gen, landed: true,
	})
	w.peerDown(&it)
}

// limit lets at most so many bytes a second leave one server for another; 0 is any number.
func (w *World) limit(from, to zk.ServerID, bytes int64, cause trace.Ref) {
	w.link(from, to).bandwidth = bytes
	w.emitWorld(trace.Event{Kind: trace.Limited, Cause: cause, Peer: from, Other: to, N: bytes})
	w.sendAgain(from, to)
}

// occupy returns when the last byte of a message has left, behind all that left before, on both
// channels: they share one cable.
func (l *link) occupy(m *step.Message, at zk.Instant) zk.Instant {
	size := int64(len(wire.AppendMessage(nil, m)))
	l.free = max(l.free, at).Add(time.Duration(size * int64(time.Second) / l.bandwidth))
	return l.free
}

// sendAgain gives what still waits to leave the time that it takes now.
func (w *World) sendAgain(from, to zk.ServerID) {
	l := w.link(from, to)
	if l.free <= w.now {
		return
	}
	l.free, l.last = w.now, [channels]zk.Instant{w.now, w.now}
	var waiting []item
	for i := range w.queue {
		if it := &w.queue[i]; it.isBetween(from, to) && it.due > w.now {
			waiting = append(waiting, *it)
		}
	}
	slices.SortFunc(waiting, inOrder)
	for _, it := range waiting {
		w.queue.removeAt(w.queue.find(it.seq))
		leaves := w.now
		if it.msg != nil && l.bandwidth > 0 {
			leaves = l.occupy(it.msg, w.now)
		}
		it.due = w.arrival(l, it.ch, leaves)
		w.queue.push(it)
	}
}

// isBetween reports whether the item is on its way from one server to another.
func (i *item) isBetween(from, to zk.ServerID) bool {
	switch i.kind {
	case itemMessage, itemPeerUp, itemPeerDown, itemDial:
		return !i.landed && i.from == from && i.to == to
	}
	return false
}

// inOrder compares items by the order in which they happen.
func inOrder(a, b item) int {
	if a.before(&b) {
		return -1
	}
	return 1
}
