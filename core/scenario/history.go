package scenario

import (
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// momentsMax bounds the run states that are kept; beyond it every second old one is dropped.
const momentsMax = 4096

// remember keeps the run state of this place, so that a fork from here finds it again. auto says
// that the script came here, not the user.
func (s *Session) remember(auto bool) {
	m := moment{place: s.tl.Place(), run: s.run.clone(), auto: auto}
	if n := len(s.past); n > 0 && s.past[n-1].place == m.place {
		s.past[n-1] = m
		return
	}
	s.past = append(s.past, m)
	if len(s.past) > momentsMax {
		kept := s.past[:0]
		for i := range s.past {
			if i%2 == 0 || i > momentsMax/2 {
				kept = append(kept, s.past[i])
			}
		}
		s.past = kept
	}
}

// forgetAfter drops the moments that lie after a place that the branch forks from.
func (s *Session) forgetAfter(p sim.Place) {
	s.past = s.past[:s.momentAt(p)+1]
}

// present makes the position the head: what lay ahead stays as another branch. The script is where
// it was then.
func (s *Session) present() {
	if !s.inPast() {
		return
	}
	p := s.tl.Place()
	if s.tl.InPast() {
		s.tl.Fork("")
	}
	s.revive(p)
}

// inPast reports whether the position is before the head, be it only in time.
func (s *Session) inPast() bool { return s.tl.InPast() || s.Now() < s.tl.HeadTime() }

// rewind goes on from an earlier place of the branch as if nothing later had happened: in a new
// branch, with the script where it was then.
func (s *Session) rewind(name string, to sim.Place) {
	s.tl.Return(to)
	s.tl.Fork(name)
	s.revive(to)
}

// revive makes the run state of a place the present one and forgets the user's lines after it.
func (s *Session) revive(p sim.Place) {
	s.forgetAfter(p)
	s.run = s.past[len(s.past)-1].run.clone()
	n := s.behind(p, s.run.forks)
	s.journal, s.places = slices.Clip(s.journal[:n]), slices.Clip(s.places[:n])
	s.remember(false)
}

// stepKnown goes one thing forward in the past. What was done in one go stays together: nobody can
// act between two lines of the script that were carried out at one moment.
func (s *Session) stepKnown() bool {
	if !s.tl.Step() {
		return false
	}
	for s.between(s.tl.Place()) && s.tl.Step() {
	}
	return true
}

// between reports whether a place lies between commands that were given in one go, or between a
// step of the world and what the script did about it.
func (s *Session) between(p sim.Place) bool {
	n := s.momentAt(p)
	if n+1 >= len(s.past) {
		return false
	}
	next := s.past[n+1]
	if next.place.Step != p.Step || next.place.Done <= p.Done {
		return false
	}
	return p.Done > s.past[n].place.Done || next.auto && next.place.At == p.At
}

// momentAt returns the index of the last moment that is not after a place, or of the first.
func (s *Session) momentAt(p sim.Place) int {
	n, _ := slices.BinarySearchFunc(s.past, p, func(m moment, p sim.Place) int {
		if p.Before(m.place) {
			return 1
		}
		return -1
	})
	return max(n, 1) - 1
}

// runAt returns the run state that belongs to a place of the branch.
func (s *Session) runAt(p sim.Place) *runState {
	return s.past[s.momentAt(p)].run
}

// behind returns how many of the user's lines were given before a place, at which the script had
// gone back so often. Lines from before it did were.
func (s *Session) behind(p sim.Place, forks int) int {
	n := 0
	for n < len(s.journal) {
		given := s.journal[n].Forks
		if given > forks || given == forks && !s.places[n].Before(p) {
			break
		}
		n++
	}
	return n
}

// Seek goes to the state after a step of the world, not before the setup and not beyond what is
// known.
func (s *Session) Seek(step uint64) {
	s.tl.Seek(max(step, s.start.Step))
	if s.Now() < s.start.At { // the setup ends with a moment in which nothing happens
		s.tl.Return(s.start)
	}
}

// SeekTime goes to the state at an instant, within the same limits.
func (s *Session) SeekTime(at zk.Instant) {
	if at < s.start.At {
		s.tl.Return(s.start)
		return
	}
	s.tl.SeekTime(at)
}

// Advance lets time pass up to an instant, in at most maxSteps steps. It returns whether more was
// due until then; if not, the instant is the new time.
func (s *Session) Advance(maxSteps int, until zk.Instant) (more bool) {
	for range maxSteps {
		if !s.tick(until) {
			if until != zk.Never && s.tl.World().Failure() == nil {
				s.tl.RunTo(until)
			}
			return false
		}
	}
	return true
}

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

// ahead bounds how far StepUnits looks, in simulated time.
const ahead = UntilMax

// StepUnits goes n units forward, or back when n is negative. It returns how many it went: fewer at
// the beginning, and when nothing of the kind happens in 120 s. Then it stays where the last one
// was.
func (s *Session) StepUnits(n int, u Unit) int {
	if n < 0 {
		return -s.stepBack(-n, u)
	}
	limit := s.Now().Add(ahead)
	went, looked := 0, false
	for went < n {
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
			went, looked = went+1, false
		}
	}
	return went
}

// isAhead reports whether a unit happens until the limit if the world is left alone, as a copy of
// it
// tells. While the script runs there is no telling.
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

// stepBack finds the places at which units happened before the position, nearest first, in windows
// of growing length, and goes to just before the n-th, or to the start.
func (s *Session) stepBack(n int, u Unit) int {
	here := s.tl.Place()
	for window := uint64(128); ; window *= 4 {
		low := max(s.start.Step, here.Step-min(window, here.Step))
		found := s.unitsBetween(low, here, u)
		if len(found) < n && low > s.start.Step {
			continue
		}
		if len(found) < n {
			s.tl.Return(s.start)
			return len(found)
		}
		s.tl.Return(found[len(found)-n])
		return n
	}
}

// unitsBetween returns the places just before each unit from a step on up to a place.
func (s *Session) unitsBetween(low uint64, here sim.Place, u Unit) []sim.Place {
	quiet := s.tl.OnEvent
	s.tl.OnEvent = nil
	defer func() { s.tl.OnEvent = quiet }()
	s.tl.Return(s.start)
	if low > s.start.Step {
		s.tl.Seek(low)
	}
	var found []sim.Place
	for s.tl.InPast() && s.tl.Place().Before(here) {
		before, seen := s.tl.Place(), s.facts().recs.len()
		if !s.stepKnown() {
			break
		}
		after := s.tl.Place()
		if (after.Step > here.Step || after.Done > here.Done) || !s.happened(seen, u) {
			continue
		}
		found = append(found, before)
	}
	return found
}

// keepGolden notes an event for the trace blocks of the running step.
func (s *Session) keepGolden(e *trace.Event) {
	i := 0
	for b := range s.step().Blocks {
		block := &s.step().Blocks[b]
		if block.Kind != Golden {
			continue
		}
		if i < len(s.goldens) && block.Golden.Match(e) && len(s.goldens[i]) < goldenMax {
			s.goldens[i] = append(s.goldens[i], EventText(e))
		}
		i++
	}
}

// judgeGoldens compares the trace blocks of the step with what happened. They hold for the file's
// own seed only.
func (s *Session) judgeGoldens() {
	i := 0
	for b := range s.step().Blocks {
		block := &s.step().Blocks[b]
		if block.Kind != Golden || i >= len(s.goldens) {
			continue
		}
		body := strings.Join(s.goldens[i], "\n")
		i++
		s.bodies = append(s.bodies, body)
		own := s.opt.Seed == s.file.Seed && s.opt.Quirks == 0
		if own && body != strings.Trim(block.Text, "\n") {
			s.failStep(block.Line, "the trace differs: "+firstDifference(block.Text, body)+
				"; if that is right, run go test ./scenarios -update")
		}
	}
}

// firstDifference shows the first line in which two texts differ.
func firstDifference(want, got string) string {
	w, g := strings.Split(strings.Trim(want, "\n"), "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		switch {
		case i >= len(w):
			return "more than expected: " + g[i]
		case i >= len(g):
			return "missing: " + w[i]
		case w[i] != g[i]:
			return "want " + w[i] + ", got " + g[i]
		}
	}
	return "white space"
}
