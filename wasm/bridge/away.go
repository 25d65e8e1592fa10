package bridge

import (
	"strconv"

	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/zk"
)

// spot is where in the run a line of the console was given.
type spot struct {
	branch int // its ID, nowhere for a branch that is not known any more
	place  sim.Place
	known  bool // of what came with a reload, or from real nodes, only the time is
}

const nowhere = -1

// here is the present spot.
func (b *Bridge) here() spot {
	if b.session == nil {
		return spot{}
	}
	return spot{b.branchID(), b.session.Timeline().Place(), true}
}

// given is the spot of a line that was begun at one spot and has just been carried out: what is
// done in the past belongs to the branch that it makes, as early as that begins.
func (b *Bridge) given(at spot) spot {
	if now := b.here(); now.branch != at.branch {
		at.branch = now.branch
		if now.place.Before(at.place) {
			at.place = now.place
		}
	}
	return at
}

// markAway tells the lines that do not belong to what the page shows from those that do.
func (b *Bridge) markAway() {
	now, course := b.here(), b.course()
	for i := range b.console.entries {
		e := &b.console.entries[i]
		away := ""
		switch {
		case e.spot.known && !course.has(e.spot):
			away = "branch"
		case e.spot.known && now.place.Before(e.spot.place), !e.spot.known && e.isAfter(b.now()):
			away = "later"
		}
		if e.Away != away {
			e.Away = away
			b.console.revision++
		}
	}
}

// isAfter reports whether the line was given after an instant.
func (e *entry) isAfter(now zk.Instant) bool {
	at, _ := strconv.ParseFloat(e.Ms, 64)
	return at > ms(now)
}

// course is the branch that is shown with those that it came from, each up to where it was left.
type course []stretch

// stretch is the part of a branch before a place; the last one has no end.
type stretch struct {
	branch int
	left   *sim.Place
}

// course follows the branch that is shown back to the first.
func (b *Bridge) course() course {
	if b.session == nil {
		return nil
	}
	list, current := b.session.Branches()
	id, way := list[current].ID, course{{branch: list[current].ID}}
	for i := len(list) - 1; i >= 0; i-- { // a branch is younger than the one it left
		if l := &list[i]; l.ID == id && l.ID != 0 {
			id = l.From
			left := sim.Place{Step: l.Fork, Done: l.Done, At: l.ForkAt}
			way = append(way, stretch{id, &left})
		}
	}
	return way
}

// has reports whether the spot lies on the course.
func (c course) has(s spot) bool {
	for i := range c {
		if c[i].branch == s.branch {
			return c[i].left == nil || s.place.Before(*c[i].left)
		}
	}
	return false
}
