package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/zabscope/zabscope/core/check"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
)

// failuresMax ends a simulation early: after so many broken seeds there is enough to look at.
const failuresMax = 10

// tailLength is how many events are told of a single seed, up to where it was stopped.
const tailLength = 40

type simCommand struct {
	Seeds     uint64        `default:"200" help:"How many seeds, from --first on."`
	First     uint64        `default:"1" help:"The first seed."`
	Seed      *uint64       `help:"Run only this seed and tell how it ends."`
	UntilStep uint64        `help:"With --seed: stop at this step of the world."`
	For       time.Duration `help:"Go on with new seeds for this long, instead of --seeds."`
	Quirk     []string      `help:"Switch a known mistake on; may be repeated."`
	Voters    int           `help:"Voters; each seed draws 3, 5 or 7 otherwise."`
	Out       string        `default:"out/sim" help:"Folder for the scenario of a broken seed."`
}

// Help shows examples below the options.
func (simCommand) Help() string {
	return "Each seed is a minute of faults and load, then everything heals and must agree." +
		"\nA broken seed prints the line that repeats it; the first is also shrunk to a scenario." +
		"\n\nExamples: zabscope sim --seeds 1000" +
		"\n          zabscope sim --quirk quorumHalf" +
		"\n          zabscope sim --seed 91827 --until-step 4411"
}

// Run simulates the seeds and fails when an invariant was broken.
func (c simCommand) Run(s streams) error {
	options, err := c.options()
	if err != nil {
		return usageError{err}
	}
	if c.Seed != nil {
		return c.one(s, *c.Seed, options)
	}
	if c.UntilStep > 0 {
		return usageError{errors.New("--until-step needs --seed")}
	}
	return c.many(s, options)
}

func (c simCommand) options() (sim.RandomOptions, error) {
	o := sim.RandomOptions{Voters: c.Voters, UntilStep: c.UntilStep, Judge: newJudge}
	var err error
	if o.Quirks, err = parseQuirks(c.Quirk); err != nil {
		return o, err
	}
	if c.Voters < 0 || c.Voters > int(zk.ServerMax) {
		return o, fmt.Errorf("%d voters; take 1 to %d", c.Voters, zk.ServerMax)
	}
	return o, nil
}

func parseQuirks(names []string) (all zk.Quirk, err error) {
	for _, name := range names {
		q, ok := zk.ParseQuirk(name)
		if !ok {
			return 0, fmt.Errorf("unknown quirk %q; known: %v", name, zk.QuirkNames())
		}
		all |= q
	}
	return all, nil
}

// one runs a single seed and tells its last events.
func (c simCommand) one(s streams, seed uint64, options sim.RandomOptions) error {
	var tail []trace.Event
	options.Sink = func(e *trace.Event) {
		if len(tail) == tailLength {
			tail = tail[1:]
		}
		tail = append(tail, *e)
	}
	r := sim.RandomRun(seed, options)
	for i := range tail {
		tell(s.out, &tail[i])
	}
	fmt.Fprintf(s.out, "seed %d: %d voters, %d observers, step %d at %s, fingerprint %s\n",
		seed, r.Voters, r.Observers, r.Step, seconds(r.At), r.Fingerprint)
	if r.OK() {
		return nil
	}
	fmt.Fprintf(s.out, "violated %s: %s\n", r.Violation, r.Detail)
	return errFailed
}

// tell writes one event as a line.
func tell(out io.Writer, e *trace.Event) {
	fmt.Fprintf(out, "%12s  %-8s  %s\n", seconds(e.At), e.Ref, text.Narrate(text.EN, e))
}

func seconds(at zk.Instant) string {
	return strconv.FormatFloat(float64(at.Ms())/1000, 'f', 3, 64) + " s"
}

// many runs seeds on all processors; the core has no goroutines, each run has one to itself.
func (c simCommand) many(s streams, options sim.RandomOptions) error {
	began := time.Now()
	run := simulation{options: options, streams: s, left: c.Seeds, next: c.First}
	if c.For > 0 {
		run.until = began.Add(c.For)
	}
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(run.work)
	}
	workers.Wait()
	fmt.Fprintf(s.out, "%d seeds, %d steps, %d acknowledged operations, %d broken, %s\n",
		run.done, run.steps, run.acked, len(run.broken), time.Since(began).Round(time.Millisecond))
	tellFaults(s.out, &run.faults)
	if len(run.broken) == 0 {
		return nil
	}
	if err := shrink(s.out, c.Out, run.first(), options); err != nil {
		return err
	}
	return errFailed
}

// tellFaults writes how often each kind of fault struck, a line for each group.
func tellFaults(out io.Writer, counts *sim.FaultCounts) {
	group := ""
	for i, n := range counts {
		f := sim.Fault(i)
		if f.Group() != group {
			if group = f.Group(); i > 0 {
				fmt.Fprintln(out)
			}
			fmt.Fprintf(out, "%-14s", group)
		}
		fmt.Fprintf(out, " %s %d", f, n)
	}
	fmt.Fprintln(out)
}

// simulation hands seeds to workers and collects what became of them.
type simulation struct {
	options sim.RandomOptions
	streams streams
	until   time.Time // zero: count down left instead

	mu     sync.Mutex
	next   uint64
	left   uint64
	done   int
	steps  uint64
	acked  int
	faults sim.FaultCounts
	broken []sim.Report
}

func (m *simulation) work() {
	for {
		seed, ok := m.take()
		if !ok {
			return
		}
		m.note(sim.RandomRun(seed, m.options))
	}
}

// take returns the next seed, while there is reason to go on.
func (m *simulation) take() (seed uint64, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.broken) >= failuresMax {
		return 0, false
	}
	if m.until.IsZero() {
		if m.left == 0 {
			return 0, false
		}
		m.left--
	} else if time.Now().After(m.until) {
		return 0, false
	}
	m.next++
	return m.next - 1, true
}

func (m *simulation) note(r sim.Report) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done++
	m.steps += r.Step
	m.acked += r.Acked
	for i, n := range r.Faults {
		m.faults[i] += n
	}
	if r.OK() {
		return
	}
	m.broken = append(m.broken, r)
	fmt.Fprintf(m.streams.out, "violated %s: %s\n  replay: %s%s\n",
		r.Violation, r.Detail, r.Replay(), quirkFlags(m.options.Quirks))
}

// first returns the broken seed with the smallest number, whichever worker had it.
func (m *simulation) first() sim.Report {
	first := m.broken[0]
	for _, r := range m.broken {
		if r.Seed < first.Seed {
			first = r
		}
	}
	return first
}

// quirkFlags are what a replay line needs to switch the same mistakes on.
func quirkFlags(q zk.Quirk) string {
	flags := ""
	for _, name := range zk.QuirkNames() {
		if one, _ := zk.ParseQuirk(name); q.Has(one) {
			flags += " --quirk " + name
		}
	}
	return flags
}

// shrink looks for a shorter run that breaks the same invariant and writes it as a scenario.
func shrink(out io.Writer, dir string, r sim.Report, options sim.RandomOptions) error {
	small := sim.Shrink(r, options)
	name := filepath.Join(dir, fmt.Sprintf("seed-%d.md", r.Seed))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write the scenario of seed %d: %w", r.Seed, err)
	}
	if err := os.WriteFile(name, []byte(sim.ScenarioText(&small)), 0o644); err != nil {
		return fmt.Errorf("write the scenario of seed %d: %w", r.Seed, err)
	}
	fmt.Fprintf(out, "seed %d shrunk from %d commands to %d: %s\n",
		r.Seed, len(r.Journal), len(small.Journal), name)
	return nil
}

// judge lets the invariants of core/check decide a random run.
type judge struct{ *check.Checker }

func newJudge(w *sim.World) sim.Judge {
	voters, _ := w.Servers()
	return judge{check.New(voters)}
}

// CloneObserver copies the judge with all that it has seen.
func (j judge) CloneObserver() sim.Observer { return judge{j.Clone()} }

// Verdict names the first invariant that was broken.
func (j judge) Verdict() (name, detail string) {
	if v := j.Violations(); len(v) > 0 {
		return v[0].Name, v[0].Detail
	}
	return "", ""
}
