package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/zabscope/zabscope/core/check"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
)

// tailLength is how many events are told of a single seed, up to where it was stopped.
const tailLength = 40

type simCommand struct {
	Seeds     uint64        `default:"200" help:"How many seeds, from --first on."`
	First     uint64        `default:"1" help:"The first seed."`
	Short     bool          `help:"A minute of faults in each seed, instead of ten."`
	Seed      *uint64       `help:"Run only this seed and tell how it ends."`
	UntilStep uint64        `help:"With --seed: stop at this step of the world."`
	For       time.Duration `help:"Go on with new seeds for this long, instead of --seeds."`
	Quirk     []string      `help:"Switch a known mistake on; may be repeated."`
	Voters    int           `help:"Voters; each seed draws 3 to 7 otherwise, mostly 5."`
	Trace     string        `help:"With --seed: write all events to this file, for zabscope check."`
	Mutants   bool          `help:"Switch one mistake after another on; tell how soon each shows."`
	Out       string        `default:"out/sim" help:"Folder for the scenario of a broken seed."`
	Report    string        `help:"Write what was found to this file, as JSON. The page opens it."`
	Page      string        `default:"http://${page_addr}" help:"Where links open."`
}

// Help shows examples below the options.
func (simCommand) Help() string {
	return "Each seed is ten minutes of faults and load; then everything heals and must agree.\n" +
		"A broken seed prints the line that repeats it, and the first is shrunk to a scenario\n" +
		"and to a link that shows it in the page.\n" +
		"Ctrl-C ends it after the seeds that are under way, and tells where to go on." +
		"\n\nExamples: zabscope sim --seeds 1000 --first 5001" +
		"\n          zabscope sim --short --quirk quorumHalf" +
		"\n          zabscope sim --seed 91827 --until-step 4411" +
		"\n          zabscope sim --short --mutants --for 60s (for each mistake)"
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
	if c.Mutants {
		return c.mutants(s, options)
	}
	if c.UntilStep > 0 {
		return usageError{errors.New("--until-step needs --seed")}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return c.many(ctx, s, options)
}

func (c simCommand) options() (sim.RandomOptions, error) {
	o := sim.RandomOptions{
		Voters: c.Voters, UntilStep: c.UntilStep, Judge: newJudge, Faults: sim.StandardFaults,
	}
	if c.Short {
		o.Faults = sim.ShortFaults
	}
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
	file, err := createTrace(c.Trace)
	if err != nil {
		return err
	}
	var tail []trace.Event
	options.Sink = func(e *trace.Event) {
		file.write(e)
		if len(tail) == tailLength {
			tail = tail[1:]
		}
		tail = append(tail, *e)
	}
	r := sim.RandomRun(seed, options)
	if err := file.close(); err != nil {
		return err
	}
	for i := range tail {
		tell(s.out, &tail[i])
	}
	fmt.Fprintf(s.out, "seed %d: %d voters, %d observers, settings: %s, faults: %s\n",
		seed, r.Voters, r.Observers, r.Knobs, r.Swarm)
	fmt.Fprintf(s.out, "seed %d: step %d at %s, fingerprint %s\n",
		seed, r.Step, seconds(r.At), r.Fingerprint)
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

// many runs seeds on all processors, until there are enough or ctx is done.
func (c simCommand) many(ctx context.Context, s streams, options sim.RandomOptions) error {
	m := newSimulation(s, options, c.First, c.Seeds)
	if c.For > 0 {
		m.until = m.began.Add(c.For)
	}
	m.run(ctx)
	failures := m.failures(c.Out, c.Page)
	r := m.report(failures)
	r.tell(s.out)
	if c.Report != "" {
		if err := r.write(c.Report); err != nil {
			return err
		}
	}
	if err := errors.Join(m.trouble...); err != nil {
		return err
	}
	if len(failures) > 0 {
		return errFailed
	}
	return nil
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
