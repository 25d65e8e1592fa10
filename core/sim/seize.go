package sim

import (
	"slices"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// onTheWay reports whether a message between servers is flying or held.
func (w *World) onTheWay(sent trace.Ref) bool {
	flies := func(it item) bool { return it.kind == itemMessage && it.msg.Cause == sent }
	waits := func(f flight) bool { return f.msg.Cause == sent }
	return slices.ContainsFunc(w.queue, flies) || slices.ContainsFunc(w.held, waits)
}

// seize takes a message off its way, to lose it or to hold it. On a quorum connection all that was
// sent after it on the same way goes with it: there nothing overtakes and nothing follows a hole.
func (w *World) seize(c *Command) {
	taken := w.takeFlying(c.Flight)
	if c.Verb == Hold {
		for _, f := range taken {
			w.holdBack(f)
		}
		w.held = append(taken, w.held...) // they were sent before all that is held there
		return
	}
	taken = append(taken, w.takeHeld(c.Flight, taken)...)
	for i, f := range taken {
		why := zk.WhyLinkBroken
		if i == 0 {
			why = zk.WhyDropped
			l := w.link(f.msg.From, f.msg.To)
			l.lose(f.msg.Type.Channel(), why)
			l.holding = false
		}
		w.drop(f.msg, why)
	}
}

func (w *World) holdBack(f flight) {
	m := f.msg
	l := w.link(m.From, m.To)
	l.holding = l.holding || m.Type.Channel() == zk.QuorumChannel
	w.emitWorld(trace.Event{
		Kind: trace.Held, Cause: m.Cause, Peer: m.To, Other: m.From, Type: m.Type, Zxid: m.Zxid,
	})
}

// takeFlying takes a message and what follows it out of the queue, in the order of arrival.
func (w *World) takeFlying(sent trace.Ref) []flight {
	at := slices.IndexFunc(w.queue, func(it item) bool {
		return it.kind == itemMessage && it.msg.Cause == sent
	})
	if at < 0 {
		return nil
	}
	first := w.queue[at]
	var items []item
	for i := len(w.queue) - 1; i >= 0; i-- {
		if w.queue[i].goesWith(&first) {
			items = append(items, w.queue[i])
		}
	}
	slices.SortFunc(items, inOrder)
	taken := make([]flight, 0, len(items))
	for i := range items {
		w.queue.removeAt(w.queue.find(items[i].seq))
		taken = append(taken, flight{items[i].msg, items[i].gen})
	}
	return taken
}

// goesWith reports whether the item is the first message, its double, or one that follows it.
func (i *item) goesWith(first *item) bool {
	if i.kind != itemMessage || i.landed || i.from != first.from || i.to != first.to ||
		i.ch != first.ch {
		return false
	}
	if i.ch == zk.QuorumChannel {
		return i.gen == first.gen && !i.before(first)
	}
	return i.msg.Cause == first.msg.Cause
}

// takeHeld takes out what is held of a message and behind it: all of its connection if it was
// flying itself, as taken says.
func (w *World) takeHeld(sent trace.Ref, taken []flight) []flight {
	var out []flight
	for _, f := range w.held {
		if f.msg.Cause == sent && len(taken) == 0 {
			taken = []flight{f}
		}
		if len(taken) > 0 && f.isBehind(&taken[0]) {
			out = append(out, f)
		}
	}
	w.held = slices.DeleteFunc(slices.Clone(w.held), func(f flight) bool {
		return slices.Contains(out, f)
	})
	return out
}

func (f *flight) isBehind(first *flight) bool {
	if f.msg == first.msg {
		return true
	}
	const ch = zk.QuorumChannel
	return first.msg.Type.Channel() == ch && f.msg.Type.Channel() == ch && f.gen == first.gen &&
		f.msg.From == first.msg.From && f.msg.To == first.msg.To
}
