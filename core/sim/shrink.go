package sim

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/zk"
)

// shrinkMax is how many runs a Shrink may take.
const shrinkMax = 400

// Shrink looks for a shorter journal with which the seed still breaks the invariant that the report
// names: it leaves out ever smaller parts, and keeps what it left out out when the violation stays.
// The result is the report of the shortest run found.
func Shrink(failed Report, opts RandomOptions) Report {
	best, left := failed, shrinkMax
	best.Journal = slices.Clone(failed.Journal)
	for size := max(1, len(best.Journal)/2); ; size = max(1, size/2) {
		shorter := false
		for from := 0; from < len(best.Journal) && left > 0; {
			end := min(from+size, len(best.Journal))
			journal := slices.Concat(best.Journal[:from], best.Journal[end:])
			left--
			if r := rerun(&failed, journal, opts); r.Violation == failed.Violation {
				best, shorter = r, true
				continue
			}
			from = end
		}
		if left == 0 || size == 1 && !shorter {
			return best
		}
	}
}

// rerun plays a journal by its instants and then does what a random run does at its end. Commands
// that are no longer possible are skipped.
func rerun(failed *Report, journal []Entry, opts RandomOptions) Report {
	opts.UntilStep = 0
	r := newRun(failed.Seed, opts)
	for _, e := range journal {
		if !r.runTo(e.At) {
			return r.close()
		}
		c := e.Command
		at := Entry{r.world.Steps(), r.world.Now(), c}
		if r.world.Do(c) == nil {
			r.report.Journal = append(r.report.Journal, at)
		}
	}
	if r.runTo(failed.At) {
		journal := r.report.Journal
		r.finish()
		r.report.Journal = journal
	}
	return r.close()
}

// ScenarioText writes a report's journal as a scenario file that shows the violation.
func ScenarioText(r *Report) string {
	seed := strconv.FormatUint(r.Seed, 10)
	var b strings.Builder
	b.WriteString("---\ntitle: Seed " + seed + " breaks " + r.Violation + "\n")
	b.WriteString("topics: [random]\nlevel: deep\ncluster: " + clusterText(r) + "\n")
	if text := configText(r.Seed); text != "" {
		b.WriteString("config: " + text + "\n")
	}
	b.WriteString("seed: " + seed + "\n---\n")
	b.WriteString("Found by random simulation: `" + r.Replay() + "`. " + r.Detail + "\n\n")
	b.WriteString("## Replay {#replay}\n\n```run\n")
	now := zk.Instant(0)
	for i := range r.Journal {
		e := &r.Journal[i]
		if e.At > now {
			b.WriteString(":wait " + e.At.Sub(now).String() + "\n")
			now = e.At
		}
		b.WriteString(e.Command.String() + "\n")
	}
	b.WriteString(":wait " + max(r.At.Sub(now), time.Second).String() + "\n```\n\n")
	b.WriteString("```expect\nviolated " + r.Violation + "\n```\n")
	return b.String()
}

func clusterText(r *Report) string {
	text := strconv.Itoa(r.Voters) + " voters"
	if r.Observers > 0 {
		text += " + " + strconv.Itoa(r.Observers) + " observers"
	}
	return text
}

// configText names the settings that the seed drew.
func configText(seed uint64) string {
	w := New(RandomConfig(seed, RandomOptions{Voters: 1}))
	c := w.NodeConfig(1)
	wait := "quorum"
	if c.FinalizeAlways {
		wait = "always"
	}
	return "commitLogCount=" + strconv.Itoa(c.CommitLogCount) +
		", snapCount=" + strconv.Itoa(c.SnapCount) +
		", electionFinalizeWait=" + wait +
		", counterStart=" + strconv.FormatUint(uint64(c.CounterStart), 10)
}
