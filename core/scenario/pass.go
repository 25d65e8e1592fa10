package scenario

import "github.com/zabscope/zabscope/core/zk"

// Pass is the time that a line lets pass: :until, :wait, :step and :chaos. It goes on in pieces, so
// that whoever drives it can do other things in between, and shows the same run as in one go. Who
// seeks, forks or loses interest drops it.
type Pass struct {
	s     *Session
	w     wait
	from  zk.Instant
	ended bool
	fails *Error
}

// pass is what a line waits for, from now on.
func (s *Session) pass(l *Line) *Pass {
	s.passing = &Pass{s: s, w: s.waitFor(l), from: s.Now()}
	return s.passing
}

// Go lets time pass up to an instant, in at most maxSteps steps. It returns whether more was due
// until then; if not, either the instant is the new time, or the pass has ended.
func (p *Pass) Go(maxSteps int, until zk.Instant) (more bool) {
	for range maxSteps {
		if p.over() {
			return false
		}
		if p.s.tick(min(until, p.w.until)) {
			continue
		}
		if p.s.tl.World().Failure() != nil || until == zk.Never || p.w.until <= until {
			p.end()
			return false
		}
		p.s.tl.RunTo(until)
		return false
	}
	return !p.over()
}

// Ended reports whether the line has what it waited for, or has given up.
func (p *Pass) Ended() bool { return p.ended }

// Span returns when the pass began and when it ends at the latest, zk.Never if no time limits it.
func (p *Pass) Span() (from, until zk.Instant) { return p.from, p.w.until }

// Finish lets the rest of the time pass and returns the result.
func (p *Pass) Finish() Result {
	for p.Go(1024, zk.Never) {
	}
	return p.Result()
}

// Result returns what the line led to, once the pass has ended.
func (p *Pass) Result() Result {
	switch {
	case p.fails != nil:
		return Result{Err: p.fails}
	case p.w.line.Verb == "chaos":
		return Result{OK: true}
	}
	return Result{OK: true, Output: InstantText(p.s.Now())}
}

func (p *Pass) over() bool {
	if p.ended {
		return true
	}
	switch p.w.kind {
	case waitTruth:
		p.ended = p.w.expr.truth(p.s.env(p.w.since))
	case waitSteps:
		p.ended = p.s.tl.Position() >= p.w.steps
	default:
		p.ended = p.s.Now() >= p.w.until
	}
	return p.ended
}

// end ends a pass in which nothing is left to happen.
func (p *Pass) end() {
	p.ended = true
	broken := p.s.tl.World().Failure()
	if p.w.kind != waitSteps && broken == nil {
		p.s.tl.RunTo(p.w.until)
	}
	switch {
	case p.w.kind == waitTruth:
		p.fails = untilError(p.w.expr, p.s.env(p.w.since))
	case p.w.kind == waitTime && broken != nil:
		p.fails = fail(CodeStopped, broken.Name)
	}
}
