package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/zk"
)

// The seeds of a mutant are counted from several starts, far apart: one lucky seed says little.
const (
	mutantStarts   = 5
	mutantDistance = 1_000_000
	mutantPatience = time.Minute // of a processor for one mistake, unless --for says otherwise
)

// mutant is one known mistake and what random runs make of it.
type mutant struct {
	quirk    zk.Quirk
	seeds    []uint64 // how many it took from each start that led to a violation, rising
	violated []string // what was broken there
	spent    time.Duration
}

// mutants switches one mistake after another on, without a script, and tells how soon random runs
// notice: a mistake that stays hidden means that faults or invariants are missing.
func (c simCommand) mutants(s streams, options sim.RandomOptions) error {
	fmt.Fprintln(s.out, "| Quirk | Violated first | Found from | Seeds, median | Processor time |")
	fmt.Fprintln(s.out, "|---|---|---|---|---|")
	list := mutantsOf(options.Quirks)
	found := 0
	for i := range list { // one at a time: the time is that of processors
		m := &list[i]
		m.search(c.First, cmp.Or(c.For, mutantPatience)/mutantStarts, options)
		m.tell(s.out)
		if len(m.seeds) > 0 {
			found++
		}
	}
	fmt.Fprintf(s.out, "\n%d of %d found\n", found, len(list))
	return nil
}

// mutantsOf lists the mistakes of a set, all if it is empty.
func mutantsOf(set zk.Quirk) (list []mutant) {
	for _, name := range zk.QuirkNames() {
		if q, _ := zk.ParseQuirk(name); set == 0 || set.Has(q) {
			list = append(list, mutant{quirk: q})
		}
	}
	return list
}

// search tries seeds from each start until one is broken or the time for a start is over.
func (m *mutant) search(first uint64, each time.Duration, options sim.RandomOptions) {
	options.Quirks = m.quirk
	for i := range uint64(mutantStarts) {
		began := processorTime()
		for n := uint64(0); processorTime()-began < each; n++ {
			r := sim.RandomRun(first+i*mutantDistance+n, options)
			if !r.OK() {
				m.seeds = append(m.seeds, n+1)
				m.violated = append(m.violated, r.Violation)
				break
			}
		}
		m.spent += processorTime() - began
	}
	slices.Sort(m.seeds)
}

// median is how many seeds the middle start took; false when most starts found nothing.
func (m *mutant) median() (uint64, bool) {
	if len(m.seeds) <= mutantStarts/2 {
		return 0, false
	}
	return m.seeds[mutantStarts/2], true
}

// tell writes the mutant as a row of a Markdown table.
func (m *mutant) tell(out io.Writer) {
	seeds := "-"
	if n, ok := m.median(); ok {
		seeds = fmt.Sprint(n)
	}
	fmt.Fprintf(out, "| %s | %s | %d of %d | %s | %.1f s |\n", m.quirk, often(m.violated),
		len(m.seeds), mutantStarts, seeds, m.spent.Seconds())
}

// often returns the most frequent of some names, "-" for none.
func often(names []string) string {
	best, most := "-", 0
	for _, name := range names {
		n := 0
		for _, other := range names {
			if other == name {
				n++
			}
		}
		if n > most {
			best, most = name, n
		}
	}
	return best
}
