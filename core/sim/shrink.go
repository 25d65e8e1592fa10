package sim

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/zk"
)

// shrinkSteps is how many steps of worlds a Shrink may take, about a minute's worth.
const shrinkSteps = 20_000_000

// Shrink looks for a smaller run of the seed that breaks the invariant which the report names: with
// fewer commands, servers and clients, and less time between commands. It leaves out ever smaller
// parts, and what it left out stays out when the violation stays (Zeller's ddmin), until nothing
// more can go.
//
// Says reports whether the scenario file of a report breaks the same; nil stands for yes. A file
// cannot say all that a random run does: there clients ask before they have their replies, and ask
// what no client of ZooKeeper would. If the violation can be had without, the result keeps to it.
func Shrink(failed Report, opts RandomOptions, says func(*Report) bool) Report {
	opts.UntilStep = 0
	s := shrinker{best: failed, opts: opts, says: says, serial: true, left: shrinkSteps}
	s.run()
	if !s.found {
		s = shrinker{best: failed, opts: opts, serial: failed.Serial, left: shrinkSteps}
		s.run()
	}
	return s.best
}

// shrinker is a Shrink under way.
type shrinker struct {
	best   Report
	opts   RandomOptions
	says   func(*Report) bool
	serial bool
	found  bool // best is a rerun, and said
	left   int  // steps
}

// run tries everything until nothing helps any more.
func (s *shrinker) run() {
	s.try(s.best)
	for better := true; better && s.left > 0; {
		size := s.size()
		s.dropAlike(func(e *Entry) uint64 { return uint64(e.Command.Verb) })
		s.dropAlike(func(e *Entry) uint64 { return uint64(e.Command.Client) << 8 })
		s.dropServers()
		s.dropParts()
		s.dropPairs()
		s.shorten()
		better = s.size() < size
	}
}

// size is what a Shrink makes smaller: commands first, then servers, then time.
func (s *shrinker) size() int {
	b := &s.best
	return (len(b.Journal)*100+b.Voters+b.Observers)<<32 + int(b.At.Ms())
}

// try makes a run like the best but for its journal and servers the best, if it breaks the same.
func (s *shrinker) try(r Report) bool {
	if s.left <= 0 {
		return false
	}
	again := s.rerun(&r)
	s.left -= int(again.Step)
	if again.Violation != s.best.Violation || s.says != nil && !s.says(&again) {
		return false
	}
	s.best, s.found = again, true
	return true
}

// rerun plays a journal by its instants and then does what a random run does at its end. Commands
// that are no longer possible are skipped.
func (s *shrinker) rerun(like *Report) Report {
	opts := s.opts
	opts.Voters, opts.Observers = like.Voters, like.Observers
	r := newRun(like.Seed, opts)
	r.report.Serial = s.serial
	for _, e := range like.Journal {
		if !r.runTo(e.At) {
			return r.close()
		}
		r.do(e.Command)
	}
	if r.runTo(min(like.At, zk.Instant(r.opts.Faults))) {
		r.finish()
	}
	return r.close()
}

// with is the best with another journal.
func (s *shrinker) with(journal []Entry) Report {
	r := s.best
	r.Journal = journal
	return r
}

// dropAlike leaves out all commands that are alike, kind by kind. Kind 0 is none.
func (s *shrinker) dropAlike(kind func(*Entry) uint64) {
	for i := len(s.best.Journal) - 1; i >= 0; i-- {
		if i >= len(s.best.Journal) {
			continue
		}
		gone := kind(&s.best.Journal[i])
		if gone == 0 {
			continue
		}
		s.try(s.with(slices.DeleteFunc(slices.Clone(s.best.Journal), func(e Entry) bool {
			return kind(&e) == gone
		})))
	}
}

// dropServers takes fewer servers.
func (s *shrinker) dropServers() {
	r := s.best
	r.Observers = 0
	if s.best.Observers > 0 {
		s.try(r)
	}
	for voters := 1; voters < s.best.Voters; voters++ {
		r = s.best
		r.Voters = voters
		if s.try(r) {
			return
		}
	}
}

// dropParts leaves out halves, quarters and so on, down to single commands.
func (s *shrinker) dropParts() {
	for size := max(1, len(s.best.Journal)/2); ; size = max(1, size/2) {
		shorter := false
		for from := 0; from < len(s.best.Journal) && s.left > 0; {
			end := min(from+size, len(s.best.Journal))
			if s.try(s.with(slices.Concat(s.best.Journal[:from], s.best.Journal[end:]))) {
				shorter = true
				continue
			}
			from = end
		}
		if s.left <= 0 || size == 1 && !shorter {
			return
		}
	}
}

// pairsMax is how long a journal may be whose pairs are tried.
const pairsMax = 24

// dropPairs leaves out two commands that only together are not needed, such as a crash and a start.
func (s *shrinker) dropPairs() {
	for i := 0; i < len(s.best.Journal) && len(s.best.Journal) <= pairsMax; i++ {
		for k := i + 1; k < len(s.best.Journal); k++ {
			j := s.best.Journal
			if s.try(s.with(slices.Concat(j[:i], j[i+1:k], j[k+1:]))) {
				k = i
			}
		}
	}
}

// shorten takes time away before each command and before the end: as much as can be, by halves.
func (s *shrinker) shorten() {
	for i := 0; i <= len(s.best.Journal); i++ {
		for part := time.Duration(1); part <= 8; part *= 2 {
			gap := s.best.gapBefore(i)
			if gap < time.Second/10 || s.try(s.earlier(i, gap/part)) {
				break
			}
		}
	}
}

// gapBefore returns the time before the i-th command, or before the end.
func (r *Report) gapBefore(i int) time.Duration {
	last, at := zk.Instant(0), r.At
	if i > 0 {
		last = r.Journal[i-1].At
	}
	if i < len(r.Journal) {
		at = r.Journal[i].At
	}
	return at.Sub(last)
}

// earlier is the best with its i-th command and all after it earlier.
func (s *shrinker) earlier(i int, by time.Duration) Report {
	r := s.with(slices.Clone(s.best.Journal))
	by = by.Round(time.Millisecond)
	for k := i; k < len(r.Journal); k++ {
		r.Journal[k].At = r.Journal[k].At.Add(-by)
	}
	r.At = r.At.Add(-by)
	return r
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
	text := "swarm=" + strconv.FormatUint(r.Seed, 10)
	for _, name := range zk.QuirkNames() {
		if q, _ := zk.ParseQuirk(name); r.Quirks.Has(q) {
			text += ", quirk=" + name
		}
	}
	return text
}
