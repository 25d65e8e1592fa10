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

// tidy forgets the records that nothing asks for: what the running step, a breakpoint or an :until
// counts stays, and beside that only the last ones.
func (s *Session) tidy() {
	f := s.facts()
	if f.recs.len()-f.recs.first < 2*recordsIdle {
		return
	}
	before := f.recs.len() - recordsIdle
	if s.run.running {
		before = min(before, s.run.from)
	} else {
		f.acks.forget(f.acks.len() - recordsIdle)
	}
	for i := range s.breaks {
		if s.breaks[i].expr != nil {
			before = min(before, s.breaks[i].since)
		}
	}
	if p := s.passing; p != nil && !p.ended && p.w.kind == waitTruth {
		before = min(before, p.w.since)
	}
	f.recs.forget(before)
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
		s.fork("", false)
	}
	s.revive(p)
}

// inPast reports whether the position is before the head, be it only in time.
func (s *Session) inPast() bool { return s.tl.InPast() || s.Now() < s.tl.HeadTime() }

// rewind goes on from an earlier place of the branch as if nothing later had happened: in a new
// branch, with the script where it was then.
func (s *Session) rewind(name string, to sim.Place) {
	s.tl.Return(to)
	s.fork(name, false)
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
