package scenario

import (
	"strconv"
	"time"

	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/zk"
)

// beginStep makes the next step of the scenario the current one; its lines are carried out as time
// passes. A step that is still running is an error, and so is the end of the file.
func (s *Session) beginStep(l *Line) *Error {
	r := s.run
	if err := r.noStep(s.file); err != nil {
		return err
	}
	start := s.tl.Place()
	if err := s.do(sim.Command{Verb: sim.Note, Line: l.Text}); err != nil {
		return err
	}
	r.step++
	r.running, r.line, r.drain, r.wait = true, 0, zk.Never, wait{}
	r.failed, r.sibling, r.forked = nil, r.forked, false
	r.checks = make([]checkState, len(s.step().Checks()))
	r.starts = append(r.starts[:min(r.step, len(r.starts))], start)
	s.goldens = make([][]string, s.step().goldens())
	s.mark()
	return nil
}

// noStep says that no step can begin now.
func (r *runState) noStep(f *File) *Error {
	switch {
	case r.running:
		return fail(CodeStepRuns)
	case r.step+1 >= len(f.Steps):
		return fail(CodeNoStep)
	}
	return nil
}

// mark makes the present the beginning of the step, for counts, windows and "before".
func (s *Session) mark() {
	r, f := s.run, s.facts()
	r.began, r.from, r.before = s.Now(), f.recs.len(), f.clone()
}

func (s *Session) step() *Step { return &s.file.Steps[s.run.step] }

// goldens counts the step's trace blocks.
func (s *Step) goldens() int {
	n := 0
	for i := range s.Blocks {
		if s.Blocks[i].Kind == Golden {
			n++
		}
	}
	return n
}

// tick lets one thing happen, not later than until: something known when the position is in the
// past, else lines of the script and a step of the world, or a moment that the script waits for. It
// returns false when nothing is left to do until then.
func (s *Session) tick(until zk.Instant) bool {
	if s.tl.InPast() {
		return s.relive(until)
	}
	s.tidy()
	if s.polled != s.tl.Place() && s.poll() {
		return true
	}
	alarm, next := s.alarm(), s.tl.NextAt()
	if min(alarm, next) > until || min(alarm, next) == zk.Never {
		return false
	}
	if alarm < next {
		s.tl.RunTo(alarm)
	} else if !s.tl.Step() {
		return false
	}
	s.poll()
	return true
}

// relive goes one thing forward through known history, in which the script has no part.
func (s *Session) relive(until zk.Instant) bool {
	s.reliving = true
	defer func() { s.reliving = false }()
	return s.tl.NextAt() <= until && s.stepKnown()
}

// poll does everything that is due at this moment, and reports whether there was anything. After it
// only time, or the user, can change what the script does next.
func (s *Session) poll() bool {
	changed := false
	for s.collect() || s.script() {
		changed = true
	}
	if s.judge() {
		changed = true
	}
	if s.finish() {
		changed = true
	}
	if changed {
		s.remember(true)
	}
	s.polled = s.tl.Place()
	return changed
}

// alarm returns the next moment at which the script has something to do though nothing happens.
func (s *Session) alarm() zk.Instant {
	r := s.run
	if !r.running {
		return zk.Never
	}
	at := zk.Never
	if r.wait.kind == waitTime || r.wait.kind == waitTruth {
		at = r.wait.until
	}
	for i, c := range s.step().Checks() {
		if c.When == Within && !r.checks[i].decided {
			at = min(at, r.began.Add(c.D))
		}
	}
	if r.drain != zk.Never {
		at = min(at, r.drain.Add(UntilMax))
	}
	return max(at, s.Now())
}

// script carries out the next line if nothing is in its way.
func (s *Session) script() bool {
	r := s.run
	if !r.running || r.drain != zk.Never {
		return false
	}
	if r.wait.kind != waitNothing {
		return s.waited()
	}
	lines := s.step().lines()
	if r.line >= len(lines) {
		r.drain = s.Now()
		return true
	}
	l := lines[r.line]
	if l.IsClient() && r.busy(l.Client) {
		return false
	}
	r.line++
	if err := s.perform(l); err != nil {
		s.stopStep(err.at(l.Num))
	}
	return true
}

// waited ends a wait that is over.
func (s *Session) waited() bool {
	w := &s.run.wait
	over := s.Now() >= w.until
	switch w.kind {
	case waitSteps:
		over = s.tl.Position() >= w.steps
	case waitTruth:
		e := s.env(w.since)
		if w.expr.truth(e) {
			over = true
			break
		}
		if over {
			s.stopStep(untilError(w.expr, e).at(w.line.Num))
			return true
		}
	}
	if over {
		*w = wait{}
	}
	return over
}

func untilError(x *Expr, e *env) *Error {
	return fail(CodeUntil, x.String()+" ("+x.explain(e)+")", seconds(UntilMax))
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

// stopStep gives up the step's other lines: what follows would mean nothing.
func (s *Session) stopStep(err *Error) {
	r := s.run
	r.wait, r.line, r.drain = wait{}, len(s.step().lines()), s.Now()
	s.failStep(err.Line, shortError(err))
}

// shortError is the sentence without the line, which a Failure has beside it.
func shortError(err *Error) string {
	e := *err
	e.Line = 0
	return e.Error()
}

func (s *Session) failStep(line int, text string) {
	s.run.failed = append(s.run.failed, Failure{Step: s.step().ID, Line: line, Text: text})
}

// perform carries out a line of the script.
func (s *Session) perform(l *Line) *Error {
	if l.IsClient() {
		_, err := s.send(l)
		return err
	}
	switch l.Verb {
	case "until", "wait", "step":
		s.run.wait = s.waitFor(l)
		return nil
	case "fork":
		return s.forkStep(l)
	case "chaos":
		if err := s.act(l); err != nil {
			return err
		}
		s.run.wait = s.waitFor(l)
		return nil
	}
	return s.act(l)
}

// waitFor is the wait that a line asks for, from now on.
func (s *Session) waitFor(l *Line) wait {
	now := s.Now()
	switch l.Verb {
	case "until":
		return wait{
			kind: waitTruth, until: now.Add(UntilMax), expr: l.expr, since: s.facts().recs.len(),
			line: l,
		}
	case "step":
		return wait{kind: waitSteps, until: zk.Never, steps: s.tl.Position() + uint64(l.n), line: l}
	}
	return wait{kind: waitTime, until: now.Add(l.d), line: l}
}

// forkStep is :fork in a script. With "before" it goes back to where a step began. Otherwise, as
// the first line of a step after one that forked too, it goes back to where that one forked: the
// two steps are branches from one point. Else the branch starts here.
func (s *Session) forkStep(l *Line) *Error {
	r := s.run
	switch {
	case l.before != "":
		i := s.file.StepIndex(l.before)
		if i < 0 || i >= len(r.starts) {
			return fail(CodeNoFork, l.before)
		}
		r.fork = r.starts[i]
		s.branch(l.name, r.fork)
	case r.line == 1 && r.sibling:
		s.branch(l.name, r.fork)
	default:
		r.fork = s.tl.Place()
		s.fork(l.name, true)
	}
	r.forked = true
	s.mark()
	return nil
}

// branch goes on from an earlier place in a new branch. The script goes on too.
func (s *Session) branch(name string, from sim.Place) {
	s.tl.Return(from)
	s.fork(name, true)
	s.forgetAfter(from)
	r := s.run
	r.forks++
	for len(r.starts) > 0 && from.Before(r.starts[len(r.starts)-1]) {
		r.starts = r.starts[:len(r.starts)-1]
	}
	for len(r.starts) <= r.step {
		r.starts = append(r.starts[:len(r.starts):len(r.starts)], from)
	}
}

// judge decides the checks that can be decided at this moment.
func (s *Session) judge() bool {
	r := s.run
	if !r.running {
		return false
	}
	changed := false
	e := s.env(r.from)
	for i, c := range s.step().Checks() {
		st := &r.checks[i]
		if st.decided {
			continue
		}
		switch c.When {
		case Within:
			s.judgeWithin(c, st, e)
		case Always:
			st.decided = !c.Expr.truth(e)
		case Never:
			st.decided = c.Expr.truth(e)
		}
		if st.decided && !st.ok {
			st.seen = s.seen(c, e)
		}
		changed = changed || st.decided
	}
	return changed
}

func (s *Session) judgeWithin(c *Check, st *checkState, e *env) {
	deadline := s.run.began.Add(c.D)
	switch {
	case s.Now() <= deadline && c.Expr.truth(e):
		st.decided, st.ok = true, true
	case s.Now() >= deadline && s.tl.NextAt() > deadline:
		st.decided = true
	}
}

// seen tells what the parts of a failed check were, and when.
func (s *Session) seen(c *Check, e *env) string {
	return c.Text + ": " + c.Expr.explain(e) + " at " + InstantText(s.Now())
}

// InstantText writes an instant in seconds with milliseconds, "12.340 s".
func InstantText(t zk.Instant) string {
	ms := t.Ms()
	frac := strconv.FormatInt(ms%1000, 10)
	return strconv.FormatInt(ms/1000, 10) + "." + "000"[len(frac):] + frac + " s"
}

// finish ends the step when its lines are carried out, its client lines have their results and its
// windows are decided.
func (s *Session) finish() bool {
	r := s.run
	if !r.running || r.drain == zk.Never {
		return false
	}
	if open := s.stillOpen(); open != "" {
		if s.Now() < r.drain.Add(UntilMax) && s.tl.NextAt() != zk.Never {
			return false
		}
		s.failStep(s.step().Line, fail(CodeStuck, open, seconds(UntilMax)).Error())
	}
	s.endStep()
	return true
}

// stillOpen names what the step's end waits for, "" for nothing.
func (s *Session) stillOpen() string {
	for _, c := range s.run.open {
		if c.step == s.run.step {
			return c.text
		}
	}
	for i, c := range s.step().Checks() {
		if c.When == Within && !s.run.checks[i].decided {
			return c.Text
		}
	}
	return ""
}

// endStep judges what is left and notes the result.
func (s *Session) endStep() {
	r, e := s.run, s.env(s.run.from)
	for i, c := range s.step().Checks() {
		s.judgeEnd(c, &r.checks[i], e)
		if st := &r.checks[i]; !st.ok {
			s.failStep(c.Line, st.seen)
		}
	}
	s.judgeInvariants()
	s.judgeGoldens()
	res := StepResult{ID: s.step().ID, OK: len(r.failed) == 0, Failed: r.failed, forks: r.forks}
	for _, q := range s.step().questions() {
		res.Answers = append(res.Answers, q.answer(e))
	}
	r.results = append(r.results, res)
	r.running, r.wait, r.drain = false, wait{}, zk.Never
}

func (s *Session) judgeEnd(c *Check, st *checkState, e *env) {
	if st.decided {
		return
	}
	st.decided = true
	switch c.When {
	case AtEnd:
		if st.ok = c.Expr.truth(e); !st.ok {
			st.seen = s.seen(c, e)
		}
	case Always, Never:
		st.ok = true
	case Within:
		st.seen = s.seen(c, e)
	case Violates:
		st.ok = s.violatedNow(c.Name)
		st.seen = c.Text + ": the invariant held"
	}
}

// violatedNow reports whether the invariant was broken since the step began.
func (s *Session) violatedNow(name string) bool {
	for _, v := range s.Violations() {
		if v.Name == name && v.At >= s.run.began {
			return true
		}
	}
	return false
}

// judgeInvariants fails the step for each invariant that broke in it and was not expected to.
func (s *Session) judgeInvariants() {
	expected := func(name string) bool {
		for _, c := range s.step().Checks() {
			if c.When == Violates {
				return true // one broken invariant breaks others
			}
		}
		return false
	}
	for _, v := range s.Violations() {
		if v.At >= s.run.began && !v.Outside && !expected(v.Name) {
			s.failStep(s.step().Line, v.Name+": "+v.Detail+" at "+InstantText(v.At))
		}
	}
	if f := s.tl.World().Failure(); f != nil {
		err := fail(CodeAsserted, f.Name, strconv.FormatUint(f.Seed, 10),
			strconv.FormatUint(f.Step, 10))
		s.failStep(s.step().Line, err.Error())
	}
}

// answer computes the right answer from the run.
func (q *Question) answer(e *env) Answer {
	a := Answer{Kind: q.Kind, Options: []int{}}
	q.show(e, &a)
	if q.Answer != nil {
		a.Value = e.eval(q.Answer.root).String()
	}
	if q.Kind == "order" {
		a.Options = q.inOrder(e)
		return a
	}
	for i := range q.Options {
		if q.Options[i].Expr.truth(e) {
			a.Options = append(a.Options, i)
		}
	}
	return a
}

// show finds the event that decided, the first of its kind in the step, and whom it happened to:
// for a message its receiver.
func (q *Question) show(e *env, a *Answer) {
	if q.Shown == nil {
		return
	}
	i := e.first(q.Shown.root, e.from)
	if i < 0 {
		return
	}
	r := e.facts.recs.at(i)
	a.Shown, a.At, a.Node = true, r.at, r.node
	if a.Node == 0 {
		a.Node = r.peer
	}
}

// inOrder returns the options by the time at which their events first happened in the step; those
// that did not happen are left out.
func (q *Question) inOrder(e *env) []int {
	var order []int
	var times []int
	for i := range q.Options {
		root := q.Options[i].Expr.root
		if root.class&isEvent == 0 {
			continue
		}
		at := e.first(root, e.from)
		if at < 0 {
			continue
		}
		j := len(order)
		for j > 0 && times[j-1] > at {
			j--
		}
		order = append(order[:j:j], append([]int{i}, order[j:]...)...)
		times = append(times[:j:j], append([]int{at}, times[j:]...)...)
	}
	return order
}
