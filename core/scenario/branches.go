package scenario

import (
	"slices"

	"github.com/zabscope/zabscope/core/sim"
)

// course is what the session knows of a branch beside the world: the script and the user's lines.
type course struct {
	branch  int // its ID
	run     *runState
	past    []moment
	journal []JournalEntry
	places  []sim.Place
}

// fork goes on in a new branch of the timeline. What the branch that is left knew is kept. scripted
// says that the script forks: on the old branch it has come to its end.
func (s *Session) fork(name string, scripted bool) {
	list, current := s.tl.Branches()
	c := course{branch: list[current].ID, run: s.run.clone()}
	if scripted {
		c.run.running, c.run.wait = false, wait{}
	}
	c.past, c.journal, c.places = slices.Clone(s.past), s.journal, s.places
	s.journal, s.places = slices.Clip(s.journal), slices.Clip(s.places)
	s.others = append(s.others, c)
	s.tl.Fork(name)
	s.forgetCourses()
}

// forgetCourses drops what is known of branches that the timeline has forgotten, and of the current
// one, which the session itself knows.
func (s *Session) forgetCourses() {
	list, current := s.tl.Branches()
	s.others = slices.DeleteFunc(s.others, func(c course) bool {
		i := slices.IndexFunc(list, func(b sim.Branch) bool { return b.ID == c.branch })
		return i < 0 || i == current
	})
}

// Branches returns all courses that the run has taken, oldest first, and the index of the current
// one.
func (s *Session) Branches() (list []sim.Branch, current int) { return s.tl.Branches() }

// Switch goes to the end of another branch, given by its index. It returns false if there is none.
func (s *Session) Switch(i int) bool {
	list, current := s.tl.Branches()
	if i < 0 || i >= len(list) || i == current {
		return false
	}
	n := slices.IndexFunc(s.others, func(c course) bool { return c.branch == list[i].ID })
	if n < 0 {
		return false
	}
	to := s.others[n]
	s.others = append(s.others, course{
		branch: list[current].ID, run: s.run, past: s.past, journal: s.journal, places: s.places,
	})
	s.run, s.past = to.run, slices.Clone(to.past)
	s.journal, s.places = slices.Clip(to.journal), slices.Clip(to.places)
	s.tl.Switch(i)
	s.polled = s.tl.Place()
	s.forgetCourses()
	return true
}

// Unfork goes back to the branch that the current one left, to where it did, and forgets the
// current one. It returns false if that branch is not known any more.
func (s *Session) Unfork() bool {
	list, current := s.tl.Branches()
	fork := list[current]
	from := slices.IndexFunc(list, func(b sim.Branch) bool { return b.ID == fork.From })
	if from == current || !s.Switch(from) {
		return false
	}
	s.tl.Forget(current)
	s.forgetCourses()
	s.SeekTime(fork.ForkAt)
	return true
}
