package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/sim"
)

// simReport is what a simulation has found: the file of --report, and what is printed.
type simReport struct {
	Version   string   `json:"version"`
	Machine   string   `json:"machine"`
	First     uint64   `json:"first"`
	Next      uint64   `json:"next"` // where to go on: all seeds below it are done
	Seeds     int      `json:"seeds"`
	Faults    string   `json:"faultPhase"` // of each seed
	Stopped   bool     `json:"stopped"`    // by Ctrl-C, before it was through
	Quirks    []string `json:"quirks,omitempty"`
	Seconds   float64  `json:"seconds"`
	Simulated float64  `json:"simulatedSeconds"`
	Speed     float64  `json:"timesRealTime"` // of one processor
	Steps     uint64   `json:"steps"`
	Acked     int      `json:"acked"`
	Failed    int      `json:"failed"` // operations that clients saw fail

	Times   []spread `json:"times"`   // in simulated time
	Leaders int      `json:"leaders"` // the most that a seed established after its faults

	Strikes  []tally   `json:"faults"`
	Points   []tally   `json:"crashPoints"`
	Goals    []tally   `json:"goals"`
	Failures []failure `json:"failures"`
}

// tally is how often something happened.
type tally struct {
	Name  string `json:"name"`
	Group string `json:"group,omitempty"`
	Count int    `json:"count"`
}

// failure is one broken seed.
type failure struct {
	Seed      uint64 `json:"seed"`
	Invariant string `json:"invariant"`
	Detail    string `json:"detail"`
	Replay    string `json:"replay"`             // the line that shows it again
	Scenario  string `json:"scenario,omitempty"` // a file that shows it, as short as was found
	Link      string `json:"link,omitempty"`     // opens the scenario in the playground

	Run *scenario.Journal `json:"run,omitempty"` // what the page opens of this report
}

// report sums up.
func (m *simulation) report(failures []failure) *simReport {
	r := &simReport{
		Version: release(), First: m.first, Next: m.next, Seeds: m.done,
		Machine: fmt.Sprintf("%s/%s, %d processors, %s", runtime.GOOS, runtime.GOARCH,
			runtime.NumCPU(), runtime.Version()),
		Faults: m.options.Faults.String(), Stopped: m.stopped,
		Seconds: time.Since(m.began).Seconds(), Simulated: m.simulated.Seconds(),
		Steps: m.steps, Acked: m.acked, Failed: m.failed, Failures: failures,
	}
	if m.busy > 0 {
		r.Speed = m.simulated.Seconds() / m.busy.Seconds()
	}
	if flags := strings.Fields(quirkFlags(m.options.Quirks)); len(flags) > 0 {
		r.Quirks = flags
	}
	r.Times, r.Leaders = m.spreads(), m.leaders
	for i, n := range m.faults {
		f := sim.Fault(i)
		r.Strikes = append(r.Strikes, tally{f.String(), f.Group(), n})
	}
	for i, n := range m.points {
		p := &sim.CrashPoints[i]
		r.Points = append(r.Points, tally{p.Name(), p.Doc, n})
	}
	for _, g := range m.goals.List() {
		r.Goals = append(r.Goals, tally{Name: g.Name, Count: g.Count})
	}
	return r
}

// write keeps the report in a file.
func (r *simReport) write(name string) error {
	text, err := json.MarshalIndent(r, "", "\t")
	if err == nil {
		err = os.WriteFile(name, append(text, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// tell prints the report.
func (r *simReport) tell(out io.Writer) {
	group := ""
	for _, t := range r.Strikes {
		if t.Group != group {
			if group != "" {
				fmt.Fprintln(out)
			}
			group = t.Group
			fmt.Fprintf(out, "%-14s", group)
		}
		fmt.Fprintf(out, " %s %d", t.Name, t.Count)
	}
	fmt.Fprintln(out)
	tellMissing(out, "crash points struck", r.Points)
	tellMissing(out, "goals reached", r.Goals)
	r.tellTimes(out)
	fmt.Fprintf(out, "%d seeds, %d steps, %d acknowledged operations, %d broken, %.0f s; "+
		"%.0f h simulated, %.0f times real time on one processor\n", r.Seeds, r.Steps, r.Acked,
		len(r.Failures), r.Seconds, r.Simulated/3600, r.Speed)
	if r.Stopped {
		fmt.Fprintf(out, "stopped; go on with --first %d\n", r.Next)
	}
}

// tellMissing says how much was reached, and names what was not.
func tellMissing(out io.Writer, what string, list []tally) {
	var missing []string
	for _, t := range list {
		if t.Count == 0 {
			missing = append(missing, t.Name)
		}
	}
	fmt.Fprintf(out, "%d of %d %s", len(list)-len(missing), len(list), what)
	if len(missing) > 0 {
		fmt.Fprintf(out, "; not: %s", strings.Join(missing, ", "))
	}
	fmt.Fprintln(out)
}
