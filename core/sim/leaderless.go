package sim

import (
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// leaderless measures how long an ensemble has no leader that serves, by what its voters know of
// themselves: from when no leader has a quorum any more that serves with it, or from when a quorum
// runs and is linked if that is later, until there is such a leader again.
type leaderless struct {
	world  *World
	leader [zk.ServerMax + 1]zk.ServerID // whom a server has decided for, 0 for nobody
	serves [zk.ServerMax + 1]zk.ServerID // with which leader a server serves, 0 for none
	runs   zk.ServerSet                  // and does not stand still
	since  zk.Instant                    // Never while there is a leader, or cannot be one
	served bool
}

func newLeaderless(w *World) leaderless { return leaderless{world: w, since: zk.Never} }

// observe takes the next event. It reports how long there was no leader when e ends that.
func (l *leaderless) observe(e *trace.Event) (without time.Duration, over bool) {
	switch e.Kind {
	case trace.Booted:
		l.runs = l.runs.With(e.Node)
	case trace.Crashed:
		l.runs = l.runs.Without(e.Peer)
		l.leader[e.Peer], l.serves[e.Peer] = 0, 0
	case trace.Paused:
		l.runs &^= zk.SetOf(e.Peer) & l.world.all
	case trace.Resumed:
		l.runs |= zk.SetOf(e.Peer) & l.world.all
	case trace.RoleChanged:
		l.leader[e.Node], l.serves[e.Node] = e.Peer, 0
		if e.Role == zk.Leading {
			l.leader[e.Node] = e.Node
		}
	case trace.PhaseChanged:
		l.serves[e.Node] = 0
		if e.Phase == zk.Broadcast {
			l.serves[e.Node] = l.leader[e.Node]
		}
	case trace.Established:
		l.established(e)
	case trace.Cut, trace.Mended:
	default:
		return 0, false
	}
	return l.settle(e.At)
}

// established lets those serve who have acknowledged NEWLEADER, and are about to hear UPTODATE.
func (l *leaderless) established(e *trace.Event) {
	for id := range e.Set.All() {
		if l.leader[id] == e.Node {
			l.serves[id] = e.Node
		}
	}
}

// settle starts the clock or stops it.
func (l *leaderless) settle(now zk.Instant) (without time.Duration, over bool) {
	serves := l.hasLeader()
	defer func() { l.served = serves }()
	switch {
	case serves && !l.served && l.since != zk.Never:
		return now.Sub(l.since), true
	case serves, !l.world.canServe(l.runs & l.world.voters):
		l.since = zk.Never
	case l.since == zk.Never:
		l.since = now
	}
	return 0, false
}

// hasLeader reports whether a quorum of the voters serves with one of them.
func (l *leaderless) hasLeader() bool {
	for id := range l.world.voters.All() {
		group := zk.ServerSet(0)
		for other := range l.world.voters.All() {
			if l.serves[other] == id {
				group = group.With(other)
			}
		}
		if group.Has(id) && group.HasMajority(l.world.voters) {
			return true
		}
	}
	return false
}

// canServe reports whether a quorum of the voters is in the group and linked with each other. It
// looks by leaving out whoever lacks most links.
func (w *World) canServe(group zk.ServerSet) bool {
	for group.HasMajority(w.voters) {
		worst, most := zk.ServerID(0), 0
		for id := range group.All() {
			if n := w.unlinked(id, group); n > most {
				worst, most = id, n
			}
		}
		if most == 0 {
			return true
		}
		group = group.Without(worst)
	}
	return false
}

// unlinked counts those of a group with whom the server is not linked both ways.
func (w *World) unlinked(id zk.ServerID, group zk.ServerSet) int {
	n := 0
	for other := range group.Without(id).All() {
		if w.link(id, other).cut || w.link(other, id).cut {
			n++
		}
	}
	return n
}
