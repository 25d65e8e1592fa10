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
//
// A scenario file lets a client ask only when it has its reply. If the violation can be had that
// way, the result keeps to it.
func Shrink(failed Report, opts RandomOptions) Report {
	best, serial := failed, true
	if best = rerun(&failed, failed.Journal, opts, serial); best.Violation != failed.Violation {
		best, serial = failed, false
	}
	best = shrinkVerbs(best, opts, serial)
	left := shrinkMax
	for size := max(1, len(best.Journal)/2); ; size = max(1, size/2) {
		shorter := false
		for from := 0; from < len(best.Journal) && left > 0; {
			end := min(from+size, len(best.Journal))
			journal := slices.Concat(best.Journal[:from], best.Journal[end:])
			left--
			if r := rerun(&failed, journal, opts, serial); r.Violation == failed.Violation {
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

// shrinkVerbs leaves out all commands of one verb, for each verb whose commands are not needed.
func shrinkVerbs(best Report, opts RandomOptions, serial bool) Report {
	for verb := verbEnd - 1; verb > NoVerb; verb-- {
		journal := slices.DeleteFunc(slices.Clone(best.Journal), func(e Entry) bool {
			return e.Command.Verb == verb
		})
		if len(journal) == len(best.Journal) {
			continue
		}
		if r := rerun(&best, journal, opts, serial); r.Violation == best.Violation {
			best = r
		}
	}
	return best
}

// rerun plays a journal by its instants and then does what a random run does at its end. Commands
// that are no longer possible are skipped.
func rerun(failed *Report, journal []Entry, opts RandomOptions, serial bool) Report {
	opts.UntilStep = 0
	r := newRun(failed.Seed, opts)
	r.report.Serial = serial
	for _, e := range journal {
		if !r.runTo(e.At) {
			return r.close()
		}
		r.do(e.Command)
	}
	if r.runTo(min(failed.At, zk.Instant(r.opts.Faults))) {
		r.finish()
	}
	return r.close()
}

// ScenarioText writes a report's journal as a scenario file that shows the violation.
func ScenarioText(r *Report) string {
	seed := strconv.FormatUint(r.Seed, 10)
	var b strings.Builder
	b.WriteString("---\ntitle: Seed " + seed + " breaks " + r.Violation + "\n")
	b.WriteString("topics: [random]\nlevel: deep\ncluster: " + clusterText(r) + "\n")
	b.WriteString("config: " + configText(r) + "\n")
	b.WriteString("seed: " + seed + "\n---\n")
	b.WriteString("Found by random simulation: `" + r.Replay() + "`. " + r.Detail + ".\n")
	if !r.Serial {
		b.WriteString("There clients asked before they had their replies; ")
		b.WriteString("a file cannot say that.\n")
	}
	b.WriteString("\n")
	b.WriteString("## Replay {#replay}\n\n```run\n")
	now := zk.Instant(0)
	for _, e := range slices.Concat(r.Journal, r.Final) {
		if e.At > now {
			b.WriteString(":wait " + durationText(e.At.Sub(now)) + "\n")
			now = e.At
		}
		b.WriteString(e.Command.String() + "\n")
	}
	b.WriteString(":wait " + durationText(max(r.At.Sub(now), 0)+time.Second) + "\n```\n\n")
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

// configText names the settings that the seed drew, and the quirks that were on.
func configText(r *Report) string {
	w := New(RandomConfig(r.Seed, RandomOptions{Voters: 1}))
	c := w.NodeConfig(1)
	wait := durationText(c.FinalizeWait)
	if c.FinalizeAlways {
		wait = "always"
	}
	text := "commitLogCount=" + strconv.Itoa(c.CommitLogCount) +
		", snapCount=" + strconv.Itoa(c.SnapCount) +
		", electionFinalizeWait=" + wait +
		", counterStart=" + strconv.FormatUint(uint64(c.CounterStart), 10)
	for _, name := range zk.QuirkNames() {
		if q, _ := zk.ParseQuirk(name); r.Quirks.Has(q) {
			text += ", quirk=" + name
		}
	}
	return text
}
