package sim

import (
	"cmp"
	"slices"
	"strconv"

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
		to := zk.ServerID(who)
		if who >= len(w.servers) {
			to = 'A' + zk.ServerID(who-len(w.servers))
		}
		list = append(list, Pending{ID: pendingWake + uint64(who), Due: at, To: to, Wake: true})
	}
	slices.SortStableFunc(list, func(a, b Pending) int { return cmp.Compare(a.Due, b.Due) })
	return list
}

func (w *World) checkFire(c *Command) error {
	if !w.canFire(uint64(c.N)) {
		return refuse("not-pending", strconv.FormatInt(c.N, 10))
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
	it := &w.queue[i]
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
