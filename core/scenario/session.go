package scenario

import (
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/check"
	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// Limits of a run, in simulated time.
const (
	UntilMax  = 120 * time.Second // :until, and the end of a step
	setupMax  = 120 * time.Second
	settle    = 200 * time.Millisecond // after the ensemble is ready, for messages under way
	goldenMax = 10_000                 // lines of one trace block
)

// Options adjust a session.
type Options struct {
	Seed      uint64         // 0 is the file's own
	Quirks    zk.Quirk       // beside the file's
	Observers []sim.Observer // folded over the run; Session.Observer returns them
	Codec     bool           // every message goes through its bytes

	OnEvent func(*trace.Event) // Session.OnEvent from the start, for the setup too
}

// What observes the run: the second takes the observers of the options along.
const (
	factsIndex = iota
	checkIndex
)

// Session is one run of a scenario or of free play. It belongs to one goroutine.
type Session struct {
	file *File
	opt  Options
	tl   *sim.Timeline
	run  *runState // at the head of the branch
	past []moment  // earlier run states of the branch, by rising place

	journal   []JournalEntry // the user's lines behind the head
	places    []sim.Place    // where each of them was given
	start     sim.Place      // after the setup
	breaks    []breakpoint
	nextBreak int        // the number of the newest breakpoint
	passing   *Pass      // the last line that let time pass in pieces
	others    []course   // what the session knows of the branches that are not current
	polled    sim.Place  // where nothing is left to do but to let time pass
	goldens   [][]string // for each trace block of the current step
	bodies    []string   // of all trace blocks so far

	reliving  bool // going through known history
	restoring bool // a link is replayed: it says itself where time passed

	// OnEvent receives each event as the run goes forward, but not during a Seek. The event may not
	// be kept.
	OnEvent func(*trace.Event)
}

// moment is a run state that was reached at a place.
type moment struct {
	place sim.Place
	run   *runState
	auto  bool // the script came here by itself
}

// NewSession makes a run and prepares it: without a scenario the ensemble boots at the start of
// time; with "from: broadcast" time passes until it is ready.
func NewSession(f *File, opt Options) (*Session, *Error) {
	if err := checkNodes(f.Voters, f.Observers); err != nil {
		return nil, err
	}
	opt.Seed = or(opt.Seed, f.Seed)
	voters, observers := f.servers()
	w := sim.New(f.world(opt))
	all := &judged{Checker: check.New(voters), rest: opt.Observers}
	line := sim.NewTimeline(w, newFacts(voters, observers), all)
	s := &Session{file: f, opt: opt, run: newRunState(), tl: line}
	s.run.quirks = f.Settings.Quirks | opt.Quirks
	s.OnEvent, s.tl.OnEvent = opt.OnEvent, s.onEvent
	err := s.setup()
	s.start = s.tl.Place()
	s.remember(false)
	return s, err
}

// world returns the configuration of the simulated world.
func (f *File) world(opt Options) sim.Config {
	set := f.Settings
	if set.Swarm != 0 {
		return sim.RandomConfig(set.Swarm, sim.RandomOptions{
			Voters: f.Voters, Observers: f.Observers, Quirks: set.Quirks | opt.Quirks,
		})
	}
	return sim.Config{
		Voters: f.Voters, Observers: f.Observers, Seed: opt.Seed,
		Node:        func(c *node.Config) { set.adjust(c) },
		LatencyMean: set.Latency, LatencyJitter: set.Jitter, FsyncMean: set.Fsync,
		Quirks: set.Quirks | opt.Quirks, Codec: opt.Codec,
	}
}

// setup brings the world to where the scenario begins.
func (s *Session) setup() *Error {
	f := s.file
	if f.Broadcast || len(f.Steps) == 0 && !f.Down {
		c := sim.Command{Verb: sim.Start, From: sim.Everyone, Line: s.startLine()}
		if err := s.do(c); err != nil {
			return err
		}
	}
	if f.Broadcast {
		if err := s.settleDown(func() string { return s.notReady() }); err != nil {
			return err
		}
	}
	for _, c := range f.Clients {
		cmd := sim.Command{
			Verb: sim.NewClient, Client: c.Letter, Server: c.Server, Pinned: c.Pinned,
		}
		if err := s.do(cmd); err != nil {
			return err
		}
	}
	if !f.Broadcast {
		return nil
	}
	if err := s.settleDown(s.notReady); err != nil {
		return err
	}
	s.tl.RunTo(s.tl.World().Now().Add(settle))
	return nil
}

func (s *Session) startLine() string {
	if n := s.file.Voters + s.file.Observers; n > 1 {
		return ":start 1-" + strconv.Itoa(n)
	}
	return ":start 1"
}

// settleDown lets time pass until nothing is missing any more.
func (s *Session) settleDown(missing func() string) *Error {
	limit := s.tl.World().Now().Add(setupMax)
	for {
		what := missing()
		if what == "" {
			return nil
		}
		if s.tl.NextAt() > limit || !s.tl.Step() {
			return fail(CodeSetup, what, strconv.Itoa(int(setupMax/time.Second)))
		}
	}
}

// notReady names what keeps the ensemble from being idle in BROADCAST, "" for nothing.
func (s *Session) notReady() string {
	f := s.facts()
	l := f.leader()
	if l == 0 {
		return "leader"
	}
	top := f.servers[l].last
	for id := range (f.voters | f.observers).All() {
		sv := &f.servers[id]
		if sv.phase != zk.Broadcast || sv.done != top || sv.last != top {
			return "server " + id.String()
		}
	}
	for i := range f.clients {
		if c := &f.clients[i]; c.made && client.State(c.state) != client.Connected {
			return "client " + string(rune('A'+i))
		}
	}
	return ""
}

// File returns what the session runs.
func (s *Session) File() *File { return s.file }

// Seed returns the seed of the run.
func (s *Session) Seed() uint64 { return s.opt.Seed }

// Timeline returns the timeline, for reading. Whoever acts on it leaves the session behind.
func (s *Session) Timeline() *sim.Timeline { return s.tl }

// Observer returns the i-th observer of the options, as it is at the position.
func (s *Session) Observer(i int) sim.Observer { return s.judged().rest[i] }

func (s *Session) judged() *judged { return s.tl.Observer(checkIndex).(*judged) }

// Now returns the simulated time at the position.
func (s *Session) Now() zk.Instant { return s.tl.World().Now() }

// Fingerprint returns the hash of the trace up to the position: equal runs have equal fingerprints.
func (s *Session) Fingerprint() trace.Hash { return s.tl.World().Fingerprint() }

// Violations returns the invariants that are broken at the position.
func (s *Session) Violations() []check.Violation { return s.judged().Violations() }

// Results returns what came of the steps that have ended, in the order in which they ended.
func (s *Session) Results() []StepResult { return s.run.results }

// Evidence returns the answer to the first question of a step that has ended, when the event that
// decided it is known and lies on this branch.
func (s *Session) Evidence(step string) (Answer, bool) {
	for i := len(s.run.results) - 1; i >= 0; i-- {
		r := &s.run.results[i]
		if r.ID == step {
			shown := len(r.Answers) > 0 && r.Answers[0].Shown && r.forks == s.run.forks
			if shown {
				return r.Answers[0], true
			}
			return Answer{}, false
		}
	}
	return Answer{}, false
}

// StepIndex returns the index of the current step, -1 before the first, and whether it is running.
func (s *Session) StepIndex() (index int, running bool) { return s.run.step, s.run.running }

func (s *Session) facts() *facts { return s.tl.Observer(factsIndex).(*facts) }

// onEvent passes an event on, and keeps it for the trace blocks of the step.
func (s *Session) onEvent(e *trace.Event) {
	if s.run.running && !s.reliving {
		s.keepGolden(e)
	}
	if s.OnEvent != nil {
		s.OnEvent(e)
	}
}

// env is what expressions are judged against now.
func (s *Session) env(since int) *env {
	return &env{
		facts: s.facts(), before: s.run.before, from: s.run.from, since: since,
		tree: func(id zk.ServerID) *tree.DB {
			if n := s.tl.World().Node(id); n != nil {
				return n.Tree()
			}
			return nil
		},
		call: s.callOf,
	}
}

// callOf finds the operation that an expression names: "A#1", or "A#1 of step".
func (s *Session) callOf(ref *term) *call {
	step := s.run.step
	if len(ref.ops) > 0 {
		if step = s.file.StepIndex(ref.ops[0]); step < 0 {
			return nil
		}
	}
	c := s.run.find(step, zk.ServerID(ref.text[0]), ref.val.n)
	if c == nil {
		return nil
	}
	return &c.result
}

// do tells the world a command; its refusal becomes an Error.
func (s *Session) do(c sim.Command) *Error {
	return worldError(s.tl.Do(c))
}

// worldCodes are the reasons of the simulated world as codes of this package.
var worldCodes = [...][2]string{
	{"no-server", CodeNoServerNow}, {"already-running", CodeAlreadyUp},
	{"not-running", CodeAlreadyDown}, {"already-paused", CodeAlreadyPaused},
	{"not-paused", CodeNotPaused}, {"no-targets", CodeNoTargets}, {"no-link", CodeNoLink},
	{"no-client", CodeNoClient}, {"client-exists", CodeClientExists},
	{"client-over", CodeClientOver}, {"clients-full", CodeClientsFull},
	{"client-paused", CodeClientPaused}, {"bad-timeout", CodeBadTimeout},
	{"already-unplugged", CodeAlreadyUnplugged}, {"not-unplugged", CodeNotUnplugged},
	{"no-session", CodeNoSession}, {"never-repeats", CodeNeverRepeats}, {"no-flight", CodeNoFlight},
	{"overlap", CodeServerTwice}, {"one-group", CodeOneGroup}, {"stopped", CodeStopped},
}

// worldError turns a refusal of the simulated world into an Error, nil into nil.
func worldError(err error) *Error {
	if err == nil {
		return nil
	}
	e, ok := err.(*sim.Error)
	if !ok {
		return fail(CodeWorld, err.Error())
	}
	for _, c := range worldCodes {
		if c[0] == e.Code {
			return fail(c[1], e.Who)
		}
	}
	return fail(CodeWorld, e.Error())
}

// resolved returns the line's command with its targets filled in.
func (s *Session) resolved(l *Line) (sim.Command, *Error) {
	c, err := l.Command(s.facts().leader(), s.facts().voters|s.facts().observers)
	if err == nil && c.Verb == sim.Quirk && c.N != 0 {
		c.N |= int64(s.run.quirks)
	}
	return c, err
}

// act carries out a world line that the simulated world understands.
func (s *Session) act(l *Line) *Error {
	c, err := s.resolved(l)
	if err != nil {
		return err
	}
	if err := s.do(c); err != nil {
		return err
	}
	if c.Verb == sim.Quirk {
		s.run.quirks = zk.Quirk(c.N)
	}
	return nil
}

// clientFor makes the client of a line such as "B@3!: get /", unless it is there.
func (s *Session) clientFor(l *Line) *Error {
	made := strings.Contains(s.tl.World().Clients(), l.Client.String())
	switch {
	case !made && l.Server == 0:
		return fail(CodeNoClient, l.Client.String())
	case !made:
		return s.do(sim.Command{
			Verb: sim.NewClient, Client: l.Client, Server: l.Server, Pinned: l.Pinned,
		})
	}
	return nil
}
