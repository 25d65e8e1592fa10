package sim

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// pendingWake marks the ids of wake-ups in Pending.
const pendingWake = 1 << 62

// Pending is one thing that could happen next.
type Pending struct {
	ID       uint64 // for Fire
	Due      zk.Instant
	To, From zk.ServerID
	Msg      *step.Message // nil unless it is a message between servers
	Wake     bool          // a deadline of To
}

// Pending returns all that could happen, earliest first.
func (w *World) Pending() []Pending {
	items := slices.Clone(w.queue)
	slices.SortFunc(items, func(a, b item) int {
		return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.seq, b.seq))
	})
	list := make([]Pending, 0, len(items)+len(w.wakes))
	for i := range items {
		it := &items[i]
		list = append(list, Pending{
			ID: it.seq, Due: it.due, To: it.to, From: it.from, Msg: it.msg,
		})
	}
	for who, at := range w.wakes {
		if at == zk.Never {
			continue
		}
		list = append(list, Pending{
			ID: pendingWake + uint64(who), Due: at, To: w.waker(who), Wake: true,
		})
	}
	slices.SortStableFunc(list, func(a, b Pending) int { return cmp.Compare(a.Due, b.Due) })
	return list
}

// Way is where something pending goes along. What is on one way happens in its order.
type Way struct {
	From, To zk.ServerID // servers or clients; From is 0 for a server's disk and for a clock
	Chan     zk.Channel  // between servers
	Clock    bool        // the next deadline of To
}

// String returns the way as the command language spells it: "1>3 quorum", "2 disk", "A clock".
func (v Way) String() string {
	switch {
	case v.Clock:
		return v.To.String() + " clock"
	case v.From == 0:
		return v.To.String() + " disk"
	case v.From.IsClient() || v.To.IsClient():
		return v.From.String() + ">" + v.To.String()
	}
	return v.From.String() + ">" + v.To.String() + " " + channelNames[v.Chan&1]
}

var channelNames = [channels]string{zk.ElectionChannel: "election", zk.QuorumChannel: "quorum"}

func (i *item) way() Way { return Way{From: i.from, To: i.to, Chan: i.ch} }

// waker returns the server or client of an index into wakes.
func (w *World) waker(who int) zk.ServerID {
	if who < len(w.servers) {
		return zk.ServerID(who)
	}
	return 'A' + zk.ServerID(who-len(w.servers))
}

// first returns the id of what is first on a way, 0 if nothing is.
func (w *World) first(way Way) uint64 {
	if way.Clock {
		for who, at := range w.wakes {
			if w.waker(who) == way.To && at != zk.Never {
				return pendingWake + uint64(who)
			}
		}
		return 0
	}
	for i := range w.queue {
		if it := &w.queue[i]; it.way() == way && w.isFirst(it) {
			return it.seq
		}
	}
	return 0
}

// checkFire finds what is first on the way, if the command names no number.
func (w *World) checkFire(c *Command) error {
	if c.N == 0 {
		c.N = int64(w.first(c.Way))
	}
	if !w.canFire(uint64(c.N)) {
		return refuse("not-pending", strings.TrimPrefix(c.String(), ":fire "))
	}
	return nil
}

// canFire reports whether the thing may happen before everything else: nothing overtakes on its own
// way.
func (w *World) canFire(id uint64) bool {
	if id >= pendingWake {
		who := id - pendingWake
		return who < uint64(len(w.wakes)) && w.wakes[who] != zk.Never
	}
	i := w.queue.find(id)
	if i < 0 {
		return false
	}
	return w.isFirst(&w.queue[i])
}

// isFirst reports whether nothing comes before the item on its way.
func (w *World) isFirst(it *item) bool {
	for j := range w.queue {
		o := &w.queue[j]
		if o.before(it) && o.to == it.to && o.from == it.from && o.ch == it.ch {
			return false
		}
	}
	return true
}

// Fire lets one pending thing happen now, whenever it was due. A deadline takes time with it: it
// cannot come early. Fire returns false if there is no such thing or something must come before it.
func (w *World) Fire(id uint64) bool {
	if w.fail != nil || !w.canFire(id) {
		return false
	}
	w.steps++
	if id >= pendingWake {
		who := int(id - pendingWake)
		w.now = max(w.now, w.wakes[who])
		w.wake(who)
	} else {
		i := w.queue.find(id)
		it := w.queue[i]
		w.queue.removeAt(i)
		w.happen(&it)
	}
	w.strikePoints()
	return true
}
