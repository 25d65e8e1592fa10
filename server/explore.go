package main

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/zk"
)

type exploreCommand struct {
	Cold     bool     `help:"Only from the start of three servers."`
	Settled  bool     `help:"Only from a settled ensemble with a client."`
	Crashes  int      `help:"Servers that crash and start again."`
	Victim   int      `help:"The server that crashes, if only this one may."`
	Late     bool     `help:"It starts again only when nothing is under way."`
	Writes   int      `help:"Writes of the client."`
	Timeouts int      `help:"Deadlines that come although messages are under way."`
	Waits    int      `default:"60" help:"How often time passes because nothing is under way."`
	States   int      `default:"30000000" help:"Room for so many states, about 30 bytes each."`
	Quirk    []string `help:"Switch a known mistake on; may be repeated."`
	Out      string   `default:"out/explore" help:"Folder for the scenario of a violation."`
	Page     string   `default:"http://${page_addr}" help:"Where links open."`
}

// Help shows examples below the options.
func (exploreCommand) Help() string {
	return "Tries every order in which three servers can act, within bounds, and judges every" +
		"\nstate. Without options it goes through all the bounds that main must pass." +
		"\n\nExamples: zabscope explore --settled --writes 2 --crashes 1" +
		"\n          zabscope explore --quirk ackBeforeSync"
}

// expedition is one opening with its bounds.
type expedition struct {
	sim.Opening
	sim.Bounds
}

// expeditions are what main must pass.
var expeditions = []expedition{
	{sim.Opening{}, sim.Bounds{}},
	{sim.Opening{Settled: true}, sim.Bounds{Writes: 2}},
	{sim.Opening{Settled: true}, sim.Bounds{Writes: 1, Timeouts: 1}},
	{sim.Opening{Settled: true}, sim.Bounds{Writes: 2, Crashes: 1, Victims: zk.SetOf(1, 2)}},
	{sim.Opening{Settled: true}, sim.Bounds{
		Writes: 1, Crashes: 1, Victims: zk.SetOf(3), Late: true,
	}},
}

// Run explores and fails when something was broken, or when there was no room for all of it.
func (c exploreCommand) Run(s streams) error {
	quirks, err := parseQuirks(c.Quirk)
	if err != nil {
		return usageError{err}
	}
	if c.Cold && (c.Settled || c.Writes > 0) {
		return usageError{errors.New("--cold has no client and is not settled")}
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // most of what a step makes is garbage
	for _, e := range c.list() {
		e.Quirks, e.Waits, e.States = quirks, c.Waits, c.States
		if err := c.explore(s.out, e); err != nil {
			return err
		}
	}
	return nil
}

// list returns the expeditions that the options ask for.
func (c exploreCommand) list() []expedition {
	b := sim.Bounds{Crashes: c.Crashes, Writes: c.Writes, Timeouts: c.Timeouts, Late: c.Late}
	if c.Victim > 0 {
		b.Victims = zk.SetOf(zk.ServerID(c.Victim))
	}
	if b == (sim.Bounds{}) && !c.Cold && !c.Settled {
		return expeditions
	}
	return []expedition{{sim.Opening{Settled: !c.Cold}, b}}
}

// explore goes on one expedition and tells what it found.
func (c exploreCommand) explore(out io.Writer, e expedition) error {
	began := time.Now()
	fmt.Fprintf(out, "%s\n", e)
	world, witness := e.World(newJudge)
	x := sim.Explore(world, witness, e.Bounds, func(x *sim.Exploration) {
		fmt.Fprintf(out, "  %d states, %d steps so far, %s\n", x.States, x.Steps, since(began))
	})
	fmt.Fprintf(out, "  %d states, %d steps, %d ends, %d cut after %d waits, depth %d, %s\n",
		x.States, x.Steps, x.Ends, x.Cut, e.Waits, x.Depth, since(began))
	switch {
	case x.Violation != "":
		return c.tell(out, e, &x)
	case x.Full:
		fmt.Fprintf(out, "  not complete: there was no room for more states\n")
		return errFailed
	}
	fmt.Fprintf(out, "  complete, nothing violated\n")
	return nil
}

// tell writes the scenario of a violation, to the terminal and to a file.
func (c exploreCommand) tell(out io.Writer, e expedition, x *sim.Exploration) error {
	text := e.Scenario(x)
	fmt.Fprintf(out, "violated %s: %s\n  after %d steps\n", x.Violation, x.Detail, len(x.Path))
	if _, _, err := (found{x.Violation, text, c.Out, c.Page}).write(out); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s", text)
	return errFailed
}

// String says where the expedition begins and what its bounds are.
func (e expedition) String() string {
	from := "3 servers start"
	if e.Settled {
		from = "3 settled servers and a client"
	}
	text := fmt.Sprintf("%s: %d writes, %d crashes", from, e.Writes, e.Crashes)
	if e.Victims != 0 {
		text += " of " + e.Victims.String()
	}
	if e.Late {
		text += " that start again late"
	}
	return text + fmt.Sprintf(", %d timeouts", e.Timeouts)
}

func since(began time.Time) time.Duration { return time.Since(began).Round(time.Millisecond) }
