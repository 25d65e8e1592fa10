package scenario

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/zk"
)

// Result is what a line of the console led to.
type Result struct {
	OK     bool
	Output string
	Err    *Error     // why it was refused; then nothing has changed
	Op     *PendingOp // a client line whose result will come later
	Effect *Effect    // what the page has to do, because the session cannot
	Pass   *Pass      // the time that the line lets pass, which has yet to begin
}

// PendingOp names a client line that was sent. Session.Op tells its result.
type PendingOp struct{ ID int }

// Effect is an act that belongs to the page.
type Effect struct {
	Kind string // "load", "seed" or "speed"
	Name string // of the scenario or link, for load
	N    int64  // the seed; the speed in simulated ms per second
}

// OpResult is the outcome of a client line.
type OpResult struct {
	Err    zk.Err
	Output string
	Client zk.ServerID // who gave the line
	N      int64       // number of its last operation, 0 for none
}

// Op returns the outcome of a client line; done is false while it is under way, and known is false
// when the line is not on this branch any more.
func (s *Session) Op(id int) (res OpResult, done, known bool) {
	c := s.run.byID(id)
	if c == nil {
		return OpResult{}, false, false
	}
	res = OpResult{Err: c.result.err, Output: c.result.output, Client: c.client, N: c.op}
	return res, c.result.done, true
}

// Quiet reports whether a client's shell prints no watch events.
func (s *Session) Quiet(letter zk.ServerID) bool { return s.run.shell(letter).Quiet }

// Command carries out one line of the console at the position, and lets the time pass that it asks
// for. In the past that makes a new branch. A refused line changes nothing.
func (s *Session) Command(text string) Result {
	r := s.Begin(text)
	if r.Pass == nil {
		return r
	}
	return r.Pass.Finish()
}

// Begin is Command for a line whose time is to pass in pieces: the Pass of its result, if there is
// one, lets it.
func (s *Session) Begin(text string) Result {
	l, err := ParseLine(text)
	if err == nil {
		voters, observers := s.file.servers()
		err = l.checkServers(voters | observers)
	}
	if err != nil {
		return Result{Err: err}
	}
	switch l.Verb {
	case "load":
		return Result{OK: true, Effect: &Effect{Kind: "load", Name: l.name}}
	case "seed":
		return Result{OK: true, Effect: &Effect{Kind: "seed", N: l.n}}
	case "speed":
		return Result{OK: true, Effect: &Effect{Kind: "speed", N: l.n}}
	case "help":
		return Result{OK: true, Output: verbHelp()}
	case "until", "wait", "step":
		return Result{OK: true, Pass: s.pass(&l)}
	case "break":
		return s.addBreak(&l)
	case "unbreak":
		return s.dropBreak(&l)
	case "undo":
		return s.undo()
	case "fork":
		return s.forkNow(&l)
	}
	return s.journaled(&l)
}

// journaled carries out a line that a link has to repeat. If it is refused, the session is as it
// was, the position included.
func (s *Session) journaled(l *Line) Result {
	if s.inPast() {
		if err := s.probe(l); err != nil {
			return Result{Err: err}
		}
	}
	s.present()
	p, forks := s.tl.Place(), s.run.forks
	res := s.lineNow(l)
	if res.Err != nil {
		return res
	}
	e := JournalEntry{Step: p.Step, At: p.At, Forks: forks, Line: l.Text}
	s.journal, s.places = append(s.journal, e), append(s.places, p)
	s.poll()
	s.remember(false)
	if l.Verb == "chaos" && !s.restoring {
		res.Pass = s.pass(l)
	}
	return res
}

// probe says whether a line would be refused, on a copy of the world: in the past the future must
// not be given up for a line that cannot be done.
func (s *Session) probe(l *Line) *Error {
	if l.Verb == "next" {
		return s.runAt(s.tl.Place()).noStep(s.file)
	}
	w := s.tl.World().Clone()
	if l.IsClient() {
		if _, err := s.runAt(s.tl.Place()).command(l); err != nil {
			return err
		}
		return probeClient(w, l)
	}
	c, err := s.resolved(l)
	if err != nil {
		return err
	}
	return worldError(w.Do(c))
}

func probeClient(w *sim.World, l *Line) *Error {
	if w.Client(l.Client) == nil {
		if l.Server == 0 {
			return fail(CodeNoClient, l.Client.String())
		}
		c := sim.Command{Verb: sim.NewClient, Client: l.Client, Server: l.Server}
		return worldError(w.Do(c))
	}
	if l.shell.Req.Op == zk.OpNone {
		return nil
	}
	return worldError(w.Do(sim.Command{Verb: sim.Request, Client: l.Client, Req: &l.shell.Req}))
}

func (s *Session) lineNow(l *Line) Result {
	switch {
	case l.IsClient():
		return s.sendNow(l)
	case l.Verb == "next":
		if err := s.beginStep(l); err != nil {
			return Result{Err: err}
		}
		return Result{OK: true, Output: s.step().Title}
	}
	if err := s.act(l); err != nil {
		return Result{Err: err}
	}
	return Result{OK: true}
}

func (s *Session) sendNow(l *Line) Result {
	c, err := s.send(l)
	if err != nil {
		return Result{Err: err}
	}
	if c.result.done {
		return Result{OK: true, Output: c.result.output}
	}
	return Result{OK: true, Output: "sent", Op: &PendingOp{ID: c.id}}
}

// forkNow is :fork on the console: the present branch keeps its name, what follows gets this one,
// or none.
func (s *Session) forkNow(l *Line) Result {
	if l.before == "" {
		if s.inPast() {
			s.rewind(l.name, s.tl.Place())
		} else {
			s.fork(l.name, false)
		}
		return Result{OK: true}
	}
	i, starts := s.file.StepIndex(l.before), s.runAt(s.tl.Place()).starts
	if i < 0 || i >= len(starts) {
		return Result{Err: fail(CodeNoFork, l.before)}
	}
	s.rewind(l.name, starts[i])
	return Result{OK: true}
}

// undo goes back to before the user's last line.
func (s *Session) undo() Result {
	n := len(s.places)
	for n > 0 && s.inPast() && !s.places[n-1].Before(s.tl.Place()) {
		n--
	}
	if n == 0 || s.journal[n-1].Forks != s.run.forks {
		return Result{Err: fail(CodeNoUndo)}
	}
	text := s.journal[n-1].Line
	s.rewind("", s.places[n-1])
	return Result{OK: true, Output: text}
}

// Report is the outcome of a whole run.
type Report struct {
	OK          bool      `json:"ok"`
	Failed      []Failure `json:"failed"`
	Fingerprint string    `json:"fingerprint"`
	Goldens     []string  `json:"-"` // the bodies that the file's trace blocks should have
}

// RunStep begins the next step, unless one is running, and lets time pass until it has ended.
func (s *Session) RunStep() (StepResult, *Error) {
	s.present()
	if !s.run.running {
		if err := s.begin(); err != nil {
			return StepResult{}, err
		}
	}
	for s.run.running {
		if !s.tick(zk.Never) {
			s.failStep(s.step().Line, fail(CodeStuck, s.stillOpen(), "0").Error())
			s.endStep()
			s.remember(false)
		}
	}
	return s.run.results[len(s.run.results)-1], nil
}

// begin begins the next step as the line :next does, so that a link repeats it.
func (s *Session) begin() *Error {
	return s.Command(":next").Err
}

// RunAll runs the rest of the scenario at full speed.
func (s *Session) RunAll() Report {
	rep := Report{OK: true, Failed: []Failure{}}
	for s.run.running || s.run.step+1 < len(s.file.Steps) {
		res, err := s.RunStep()
		if err != nil {
			rep.Failed = append(rep.Failed, Failure{Text: err.Error()})
			break
		}
		rep.Failed = append(rep.Failed, res.Failed...)
	}
	rep.OK = len(rep.Failed) == 0
	rep.Fingerprint = s.Fingerprint().String()
	rep.Goldens = s.bodies
	return rep
}

// String tells a report in lines: each failure, then the fingerprint.
func (r Report) String() string {
	var b strings.Builder
	for _, f := range r.Failed {
		b.WriteString(f.Step + ", line " + strconv.Itoa(f.Line) + ": " + f.Text + "\n")
	}
	return b.String() + "fingerprint " + r.Fingerprint
}
