package scenario

import (
	"slices"

	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Unit says what one step of the page is.
type Unit uint8

// The units.
const (
	UnitEvent    Unit = iota // anything but a heartbeat
	UnitDelivery             // a message arrives
	UnitRound                // an election round, a phase or a commit
)

// ParseUnit finds a unit by the name that the page API uses; "" is event.
func ParseUnit(name string) (Unit, bool) {
	i := slices.Index([]string{"event", "delivery", "round"}, name)
	if name == "" {
		i = 0
	}
	return Unit(max(i, 0)), i >= 0
}

// counts reports whether an event makes a step of the unit.
func (u Unit) counts(r *record) bool {
	switch u {
	case UnitDelivery:
		return r.kind == trace.Arrived && r.typ.Family() != zk.FamilyHeartbeat
	case UnitRound:
		switch r.kind {
		case trace.RoundStarted, trace.Elected, trace.PhaseChanged, trace.Committed:
			return true
		}
		return false
	}
	switch r.kind {
	case trace.Arrived, trace.Dropped:
		return r.typ.Family() != zk.FamilyHeartbeat
	case trace.SessionMoved, trace.LinkUp, trace.Durable:
		return false
	}
	return true
}

// Counts reports whether an event makes a step of the unit.
func (u Unit) Counts(e *trace.Event) bool {
	r := recordOf(e)
	return isRecorded(e) && u.counts(&r)
}

// ahead bounds how far StepUnits looks, in simulated time.
const ahead = UntilMax

// StepUnits goes n units forward, or back when n is negative, and returns how many it went. It
// stops just after a unit, so that as many back as forward come to the same moments. At the
// beginning, and when nothing of the kind happens in 120 s, there are fewer; then it stays at the
// last one.
func (s *Session) StepUnits(n int, u Unit) int {
	if n < 0 {
		return -s.stepBack(-n, u)
	}
	for went := range n {
		if !s.stepForward(u) {
			return went
		}
	}
	return n
}

// stepForward goes to just after the next unit; if none comes, it stays.
func (s *Session) stepForward(u Unit) bool {
	here, limit := s.tl.Place(), s.Now().Add(ahead)
	for looked := false; ; {
		if !looked && !s.tl.InPast() {
			if looked = true; !s.isAhead(u, limit) {
				break
			}
		}
		seen := s.facts().recs.len()
		if !s.tick(limit) {
			break
		}
		if s.happened(seen, u) {
			return true
		}
	}
	if s.tl.Place() != here {
		s.tl.Return(here)
	}
	return false
}

// isAhead reports whether a unit happens until the limit if the world is left alone, as a copy of
// it tells. While the script runs there is no telling.
func (s *Session) isAhead(u Unit, limit zk.Instant) bool {
	if s.run.running {
		return true
	}
	found := false
	w := s.tl.World().Clone()
	w.Sink = func(e *trace.Event) {
		r := recordOf(e)
		found = found || isRecorded(e) && u.counts(&r)
	}
	for !found && w.NextAt() <= limit && w.Step() {
	}
	return found
}

func (s *Session) happened(since int, u Unit) bool {
	for _, r := range s.facts().recs.from(since) {
		if u.counts(r) {
			return true
		}
	}
	return false
}

// stepBack goes to the n-th stop before the position. It looks for stops in windows of growing
// length; the start is the first of all.
func (s *Session) stepBack(n int, u Unit) int {
	here := s.tl.Place()
	for window := uint64(128); ; window *= 4 {
		low := max(s.start.Step, here.Step-min(window, here.Step))
		stops := s.stopsBetween(low, here, u)
		if low == s.start.Step && s.start.Before(here) {
			stops = append([]sim.Place{s.start}, stops...)
		}
		if len(stops) < n && low > s.start.Step {
			continue
		}
		n = min(n, len(stops))
		if n == 0 {
			s.tl.Return(here)
			return 0
		}
		s.tl.Return(stops[len(stops)-n])
		return n
	}
}

// stopsBetween returns the places just after each unit from a step on and before a place.
func (s *Session) stopsBetween(low uint64, here sim.Place, u Unit) []sim.Place {
	quiet := s.tl.OnEvent
	s.tl.OnEvent = nil
	defer func() { s.tl.OnEvent = quiet }()
	s.tl.Return(s.start)
	if low > s.start.Step {
		s.tl.Seek(low)
	}
	var found []sim.Place
	for s.tl.InPast() && s.tl.Place().Before(here) {
		seen := s.facts().recs.len()
		if !s.stepKnown() {
			break
		}
		if s.tl.Place().Before(here) && s.happened(seen, u) {
			found = append(found, s.tl.Place())
		}
	}
	return found
}
