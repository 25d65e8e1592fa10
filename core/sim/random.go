package sim

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// How long the faults of a run last.
const (
	StandardFaults = 10 * time.Minute
	ShortFaults    = time.Minute
)

// Limits of a random run after the faults, in simulated time.
const (
	convergeLimit = 90 * time.Second // from the end of all faults to agreement
	probeLimit    = 30 * time.Second // for a write of a new client
	pollEvery     = 100 * time.Millisecond
)

// Judge is an Observer that knows what must never happen.
type Judge interface {
	Observer
	// Verdict returns the first invariant that was broken and what was seen, "" for none.
	Verdict() (name, detail string)
}

// Healed is a Judge that wants to know when the faults are over, and what the end is.
type Healed interface {
	// Heal says that the faults ended at that instant, and that the servers of core are up and
	// linked, a quorum among them.
	Heal(at zk.Instant, core zk.ServerSet)
	// Finish says that the run ends.
	Finish(at zk.Instant)
}

// RandomOptions says how to run seeds. The zero value is the normal run without a judge.
type RandomOptions struct {
	Voters    int // 0 draws 3 to 7
	Observers int // used when Voters is set
	Quirks    zk.Quirk
	ReadOnly  bool     // servers without a leader serve reads
	Without   FaultSet // kinds that must not strike
	Codec     bool
	Faults    time.Duration // how long faults last; 0 for ShortFaults
	UntilStep uint64        // stop after this step; 0 for the whole run
	Judge     func(w *World) Judge
	Sink      func(*trace.Event) // receives every event; nil for none
	// Machine starts what runs on a server; nil means node.New.
	Machine func(cfg node.Config, boot node.Boot, out *step.Output) Machine
}

// Report is the outcome of a random run.
type Report struct {
	Seed              uint64
	Voters, Observers int
	Knobs             Knobs       // how its settings differ from the usual ones
	Goals             *Goals      // what was reached
	Swarm             FaultSet    // the kinds that exist in this run
	Faults            FaultCounts // how often each struck
	Points            PointCounts // how often each crash point was struck
	Quirks            zk.Quirk
	Serial            bool          // no client asked before it had its reply, as in a file
	Violation, Detail string        // "" when all is well
	Step              uint64        // the last step
	Length            time.Duration // how long faults lasted
	At                zk.Instant
	Converged         time.Duration   // how long agreement took after the faults ended
	Leaderless        []time.Duration // how long there was no leader while there were faults
	LeaderlessHealed  []time.Duration // the same after them
	Leaders           int             // how many were established after the faults
	Acked, Failed     int             // client operations with and without success
	Fingerprint       trace.Hash
	Journal           []Entry  // the commands of the fault phase
	Final             []Entry  // those after it
	Failure           *Failure // what a broken assertion left
}

// OK reports whether nothing was violated.
func (r *Report) OK() bool { return r.Violation == "" }

// Replay returns the command that shows the end of the run again.
func (r *Report) Replay() string {
	line := "zabscope sim --seed " + strconv.FormatUint(r.Seed, 10) +
		" --until-step " + strconv.FormatUint(r.Step, 10)
	if r.Length == ShortFaults {
		line += " --short"
	}
	return line
}

// run is a random run under way.
type run struct {
	opts      RandomOptions
	world     *World
	judge     Judge
	rng       rand.PCG
	report    Report
	plan      []planned // by rising time
	tracker   tracker
	gaps      leaderless
	healed    zk.Instant // when the faults ended
	inspector inspector
	healing   bool // the faults are over
	asked     bool // the probe's write is under way
	probed    bool // it has returned ok
}

// probe is the client that writes after everything has healed.
const probe = zk.ServerID('P')

// RandomRun simulates faults drawn from the seed under client load, then undoes all faults and
// requires that the servers agree again and accept a write. Faults are drawn only where
// a correct ensemble must survive them, so whatever is violated is a mistake of ours.
func RandomRun(seed uint64, opts RandomOptions) Report {
	r := newRun(seed, opts)
	r.faults()
	r.finish()
	return r.close()
}

func newRun(seed uint64, opts RandomOptions) *run {
	if opts.Faults == 0 {
		opts.Faults = ShortFaults
	}
	cfg, turned := drawConfig(seed, opts)
	r := &run{opts: opts, world: New(cfg), rng: newStream(seed, "random", 0, 0)}
	r.report = Report{
		Seed: seed, Voters: cfg.Voters, Observers: cfg.Observers, Length: opts.Faults,
		Goals: &r.tracker.goals, Knobs: turned,
	}
	r.tracker.world, r.gaps = r.world, newLeaderless(r.world)
	r.inspector = newInspector(seed)
	r.report.Swarm = drawFaults(&r.rng) &^ opts.Without
	r.report.Quirks = opts.Quirks
	r.report.Serial = below(&r.rng, 2) == 0
	if opts.Judge != nil {
		r.judge = opts.Judge(r.world)
	}
	r.world.Sink, r.world.struck = r.observe, r.struck
	return r
}

func (r *run) observe(e *trace.Event) {
	r.tracker.observe(e)
	r.time(e)
	if r.judge != nil {
		r.judge.Observe(e)
	}
	if r.opts.Sink != nil {
		r.opts.Sink(e)
	}
	if e.Kind != trace.Returned {
		return
	}
	if e.Node == probe {
		r.asked, r.probed = false, e.Path == zk.OK.String()
	}
	if e.Path != zk.OK.String() {
		r.report.Failed++
		return
	}
	r.report.Acked++
}

// time notes how long there was no leader when e ends that.
func (r *run) time(e *trace.Event) {
	without, over := r.gaps.observe(e)
	if r.healing && e.Kind == trace.Established {
		r.report.Leaders++
	}
	switch {
	case !over:
	case r.healing:
		without = min(without, e.At.Sub(r.healed))
		r.report.LeaderlessHealed = append(r.report.LeaderlessHealed, without)
	default:
		r.report.Leaderless = append(r.report.Leaderless, without)
	}
}

// do gives a command and keeps it in the journal. It reports false for one that is not possible,
// which it skips.
func (r *run) do(c Command) bool {
	k := r.world.Client(c.Client)
	if r.report.Serial && c.Verb == Request && k != nil && k.InFlight() > 0 {
		return false
	}
	c.Line = c.String()
	e := Entry{r.world.Steps(), r.world.Now(), c}
	if r.world.Do(c) != nil {
		return false
	}
	if r.healing {
		r.report.Final = append(r.report.Final, e)
	} else {
		r.report.Journal = append(r.report.Journal, e)
	}
	return true
}

// runTo simulates up to the instant. It returns false once there is a verdict or an end.
func (r *run) runTo(t zk.Instant) bool {
	w := r.world
	for w.NextAt() <= t && !r.over() {
		w.Step()
	}
	if r.over() {
		return false
	}
	w.RunTo(t)
	return true
}

func (r *run) over() bool {
	if r.report.Violation != "" || r.opts.UntilStep != 0 && r.world.Steps() >= r.opts.UntilStep {
		return true
	}
	if f := r.world.Failure(); f != nil {
		r.report.Violation, r.report.Failure = f.Name, f
		r.report.Detail = "server " + f.Server.String() + " stopped"
		return true
	}
	if r.judge != nil {
		r.report.Violation, r.report.Detail = r.judge.Verdict()
	}
	return r.report.Violation != ""
}

// faults is the first phase: everybody starts, clients work, faults strike.
func (r *run) faults() {
	w := r.world
	r.do(Command{Verb: Start, From: w.all})
	for i := range 2 + below(&r.rng, 3) {
		r.newClient('A' + zk.ServerID(i))
	}
	end := zk.Instant(0).Add(r.opts.Faults)
	fault, op := zk.Instant(0).Add(2*time.Second), zk.Instant(0).Add(time.Second)
	for r.runTo(min(fault, op, r.nextPlanned(), r.inspector.due, end)) && w.Now() < end {
		if w.Now() >= r.inspector.due && !r.inspect() {
			return
		}
		r.carryOut()
		if w.Now() >= op {
			r.work()
			op = w.Now().Add(aroundMs(&r.rng, 100*time.Millisecond, 95*time.Millisecond))
		}
		if w.Now() >= fault {
			r.strikeOne()
			fault = w.Now().Add(faultGap(&r.rng))
		}
	}
}

func (r *run) newClient(letter zk.ServerID) {
	c := Command{Verb: NewClient, Client: letter, TimeoutMs: 4000 + 2000*int32(below(&r.rng, 4))}
	if below(&r.rng, 3) == 0 {
		c.Server = r.world.drawServer(&r.rng)
		c.Pinned = below(&r.rng, 2) == 0
	}
	r.do(c)
}

// work lets one client do one operation, or gives its letter to a new client if it is over.
func (r *run) work() {
	letters := r.world.Clients()
	letter := zk.ServerID(letters[below(&r.rng, uint64(len(letters)))])
	if r.world.Client(letter).State() >= client.Expired {
		r.newClient(letter)
		return
	}
	req, line := drawRequest(&r.rng)
	r.ask(letter, req, line)
}

// finish is the second phase: all faults end, and the ensemble must come to agree and to serve.
func (r *run) finish() {
	w := r.world
	if r.over() {
		return
	}
	r.healing, r.healed = true, w.Now()
	for _, c := range w.cures() {
		r.do(c)
	}
	end, judged := r.judge.(Healed)
	if judged {
		end.Heal(r.healed, w.all)
	}
	if !r.await(convergeLimit, func() bool { return w.Converged() != 0 }, "Converges") {
		return
	}
	r.report.Converged = w.Now().Sub(r.healed)
	r.do(Command{Verb: NewClient, Client: probe})
	if r.await(probeLimit, r.probe, "Serves") {
		r.await(convergeLimit, func() bool { return w.Converged() != 0 }, "Converges")
	}
	if judged && !r.over() {
		end.Finish(w.Now())
	}
}

// probe lets the probe write until it succeeds. A connection that broke before the faults ended may
// cost it an attempt.
func (r *run) probe() bool {
	if !r.probed && !r.asked {
		r.asked = true
		req := &zk.Request{Op: zk.OpSetData, Path: "/", Version: -1}
		r.do(Command{Verb: Request, Client: probe, Req: req, Line: "P: set / ''"})
	}
	return r.probed
}

// await simulates until the condition holds; past the limit that is a violation of the name.
func (r *run) await(limit time.Duration, done func() bool, name string) bool {
	for end := r.world.Now().Add(limit); !done(); {
		if !r.runTo(r.world.Now().Add(pollEvery)) {
			return false
		}
		if r.world.Now() > end {
			r.report.Violation = name
			r.report.Detail = "not within " + limit.String() + " after the last fault"
			return false
		}
	}
	return true
}

func (r *run) close() Report {
	r.over()
	r.report.Step, r.report.At = r.world.Steps(), r.world.Now()
	r.report.Fingerprint = r.world.Fingerprint()
	return r.report
}
