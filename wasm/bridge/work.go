package bridge

import (
	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/ui"
)

// Work is what the page shows while a line waits, a link is replayed or a scenario runs: what it
// is, and how far.
type Work struct {
	Kind  string  `json:"kind"` // line, restore, run, lesson, tape or flight
	Line  string  `json:"line"` // what was given, for a line
	From  float64 `json:"from"` // simulated ms
	Now   float64 `json:"now"`
	Until float64 `json:"until"` // 0 when nobody knows
	Fast  bool    `json:"fast"`  // at full speed; else at the clock's
}

// More says that a command goes on: the Worker calls {do: "slice", job} until there is an answer.
type More struct {
	Job int `json:"job"`
}

// job is a command that takes longer than a slice of work.
type job struct {
	id    int
	slice func(left func() bool) (result any, done bool, err error)
	look  func() Work
	stop  func() (any, error) // the answer if it is stopped
}

// typed is a line of the console that waits while time passes at the clock's speed.
type typed struct {
	pass    *scenario.Pass
	entry   int
	line    string
	playing bool // time passed before it too
}

// errStopped answers work that somebody ended.
type errStopped struct{ sentence string }

// Error returns the sentence.
func (e errStopped) Error() string { return e.sentence }

// begun starts work and does its first slice: most work needs no second one.
func (b *Bridge) begun(j *job) (any, error) {
	b.stopWork()
	b.jobs++
	j.id = b.jobs
	b.job = j
	return b.goOn()
}

// slice goes on with the work that a command began.
func (b *Bridge) slice(a *Args) (any, error) {
	if b.session == nil && b.live == nil && b.job == nil {
		return nil, errNotLoaded
	}
	if b.job == nil || b.job.id != a.Job {
		if b.stopped.job == a.Job {
			return b.stopped.result, b.stopped.err
		}
		return nil, errStopped{b.text.T("time.stopped", "t", ui.Seconds(b.now()))}
	}
	return b.goOn()
}

// goOn does one slice of the job.
func (b *Bridge) goOn() (any, error) {
	j := b.job
	result, done, err := j.slice(b.budget())
	if !done && err == nil {
		return More{j.id}, nil
	}
	if b.job == j {
		b.job = nil
	}
	b.show.urgent = true
	return result, err
}

// stopped is how work ended that somebody stopped.
type stopped struct {
	job    int
	result any
	err    error
}

// stopWork ends what is under way. Time stays where it is.
func (b *Bridge) stopWork() {
	b.autos.paused = ""
	if j := b.job; j != nil {
		b.job = nil
		b.stopped.job = j.id
		b.stopped.result, b.stopped.err = j.stop()
	}
	if w := b.typed; w != nil {
		b.typed, b.clock.playing = nil, w.playing
		b.console.finish(w.entry, b.stoppedResult())
	}
}

func (b *Bridge) stoppedResult() Result {
	return Result{Error: b.text.T("time.stopped", "t", ui.Seconds(b.now()))}
}

// cancel ends what is under way, as the person wished.
func (b *Bridge) cancel(*Args) (any, error) {
	b.stopWork()
	b.reel = nil
	return nil, nil
}

// hurry lets the rest of a typed line's time pass at full speed.
func (b *Bridge) hurry(*Args) (any, error) {
	w := b.typed
	if w == nil {
		return nil, nil
	}
	b.typed, b.clock.playing = nil, w.playing
	return b.begun(b.passJob(w.pass, w.entry, w.line))
}

// passJob lets the time of a line pass at full speed.
func (b *Bridge) passJob(pass *scenario.Pass, entry int, line string) *job {
	return &job{
		slice: func(left func() bool) (any, bool, error) {
			for pass.Go(1, zk.Never) {
				if !left() {
					return nil, false, nil
				}
			}
			b.lesson.watch(b)
			return b.console.finish(entry, b.resultOf(pass.Result())), true, nil
		},
		look: func() Work { return b.passing(pass, line, true) },
		stop: func() (any, error) { return b.console.finish(entry, b.stoppedResult()), nil },
	}
}

func (b *Bridge) passing(pass *scenario.Pass, line string, fast bool) Work {
	from, until := pass.Span()
	w := Work{Kind: "line", Line: ui.Visible(line), From: ms(from), Now: ms(b.session.Now())}
	if until != zk.Never {
		w.Until = ms(until)
	}
	w.Fast = fast
	return w
}

func (b *Bridge) resultOf(r scenario.Result) Result {
	if r.Err != nil {
		return Result{Error: b.text.Error(r.Err.Code, r.Err.Args)}
	}
	return Result{OK: true, Output: r.Output}
}

// watchTyped begins to wait for a typed line.
func (b *Bridge) watchTyped(pass *scenario.Pass, entry int, line string) {
	b.stopWork()
	b.typed = &typed{pass: pass, entry: entry, line: line, playing: b.clock.playing}
	b.clock.playing = true
	pass.Go(0, b.session.Now()) // it may have what it waits for already
	b.settleTyped()
}

// settleTyped ends the wait for a typed line that has what it waited for.
func (b *Bridge) settleTyped() {
	w := b.typed
	if w == nil || !w.pass.Ended() {
		return
	}
	b.typed, b.clock.playing = nil, w.playing
	b.console.finish(w.entry, b.resultOf(w.pass.Result()))
}

// pass lets time pass while the clock runs: for a typed line, until it has what it waits for.
func (b *Bridge) pass(steps int, until zk.Instant) (more bool) {
	if b.typed == nil {
		return b.session.Advance(steps, until)
	}
	more = b.typed.pass.Go(steps, until)
	b.settleTyped()
	return more && b.typed != nil
}

// flows reports whether time passes by itself.
func (b *Bridge) flows() bool { return b.clock.playing || b.job != nil }

// work tells what is under way, nil for nothing.
func (b *Bridge) work() *Work {
	var w Work
	switch {
	case b.job != nil:
		w = b.job.look()
	case b.typed != nil:
		w = b.passing(b.typed.pass, b.typed.line, false)
	case b.reel != nil:
		w = b.bringing()
	default:
		return nil
	}
	return &w
}

// finish gives a line of the console the result that it waited for.
func (c *console) finish(entry int, r Result) Result {
	c.revision++
	for i := range c.entries {
		e := &c.entries[i]
		if e.N != entry {
			continue
		}
		e.State, e.Output = "ok", r.Output
		if !r.OK {
			e.State, e.Output = "error", r.Error
		}
	}
	return r
}
