package scenario

import (
	"strconv"

	"github.com/zabscope/zabscope/core/zk"
)

// Replay makes the session that a journal describes, in pieces: a link may ask for a day.
type Replay struct {
	j    *Journal
	s    *Session
	next int   // the entry to give next; after the last comes the position
	pass *Pass // of the entry before it
	fell bool  // past the last entry, everything until T has happened
}

// NewReplay begins a replay. find returns a scenario by its name.
func NewReplay(
	j *Journal, find func(string) (*File, *Error), opt Options,
) (*Replay, *Error) {
	if err := j.Check(); err != nil {
		return nil, err
	}
	f, err := j.file(find)
	if err != nil {
		return nil, err
	}
	q, err := j.quirks()
	if err != nil {
		return nil, err
	}
	opt.Seed, opt.Quirks = j.Seed, opt.Quirks|q
	s, err := NewSession(f, opt)
	if err != nil {
		return nil, err
	}
	s.restoring = true
	return &Replay{j: j, s: s}, nil
}

// Restore makes the session that a journal describes, in one go.
func Restore(j *Journal, find func(string) (*File, *Error), opt Options) (*Session, *Error) {
	r, err := NewReplay(j, find, opt)
	for more := err == nil; more; {
		more, err = r.Go(1024)
	}
	if err != nil {
		return nil, err
	}
	return r.s, nil
}

// Session returns the session, which is complete when Go has returned false without an error.
func (r *Replay) Session() *Session { return r.s }

// Progress returns how far the replay is, in simulated time.
func (r *Replay) Progress() (now, goal zk.Instant) { return r.s.Now(), zk.Instant(r.j.T) }

// Go goes on, in at most maxSteps steps. It returns whether there is more to do.
func (r *Replay) Go(maxSteps int) (more bool, err *Error) {
	for range maxSteps {
		if more, err = r.once(); !more || err != nil {
			return false, err
		}
	}
	return true, nil
}

// once lets one thing happen on the way to the next entry, gives the entry, or finishes.
func (r *Replay) once() (more bool, err *Error) {
	if r.pass != nil && r.pass.Go(1, zk.Never) {
		return true, nil
	}
	r.pass = nil
	if r.next < len(r.j.Journal) {
		return true, r.toward(&r.j.Journal[r.next])
	}
	r.s.restoring = false
	return r.toEnd()
}

// toward lets one thing happen on the way to where a line was given, or gives it there.
func (r *Replay) toward(e *JournalEntry) *Error {
	s := r.s
	if s.run.forks < e.Forks {
		return r.forkward()
	}
	if e.At == 0 && s.tl.Position() < e.Step && s.tick(linkTMax) {
		return nil
	}
	at := or(e.At, s.Now())
	if s.tl.Position() > e.Step || s.Now() > at {
		return diverged(e.Step)
	}
	if more, err := s.goToward(e.Step, at); more || err != nil {
		return err
	}
	res := s.Begin(e.Line)
	if res.Err != nil {
		return diverged(e.Step)
	}
	r.next, r.pass = r.next+1, res.Pass
	return nil
}

// toEnd lets one thing happen on the way to the position of the journal.
func (r *Replay) toEnd() (more bool, err *Error) {
	s, at := r.s, zk.Instant(r.j.T)
	if s.run.forks < r.j.Forks {
		return true, r.forkward()
	}
	if r.j.Step == 0 && !r.fell {
		r.fell = !s.tick(at)
		return true, nil
	}
	return s.goToward(max(r.j.Step, s.tl.Position()), at)
}

// forkward lets one thing happen on the way to where the script goes back.
func (r *Replay) forkward() *Error {
	if !r.s.tick(linkTMax) {
		return diverged(r.s.tl.Position())
	}
	return nil
}

// goToward lets one thing happen on the way to a position, and time pass at the end of it: what
// happens at one instant is told apart by the step. It returns whether there is more to do.
func (s *Session) goToward(step uint64, at zk.Instant) (more bool, err *Error) {
	alarm := s.alarm()
	due := s.tl.Position() < step || alarm <= at && alarm < s.tl.NextAt()
	if due && s.tick(at) {
		return true, nil
	}
	if s.tl.Position() < step || s.Now() < at && s.tl.NextAt() <= at {
		return false, diverged(step)
	}
	if s.Now() < at && s.tl.World().Failure() == nil {
		s.tl.RunTo(at)
	}
	return false, nil
}

func diverged(step uint64) *Error {
	return fail(CodeLinkDiverged, strconv.FormatUint(step, 10))
}
