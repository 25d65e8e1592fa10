package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/sim"
)

// sample is how long something took in a seed, in simulated time.
type sample struct {
	took time.Duration
	seed uint64
}

// What is timed. The first two begin when no leader serves, or when a quorum is up and linked again
// if that is later, and end when one serves.
const (
	timeElects = iota
	timeElectsHealed
	timeConverges
	timesEnd
)

var timeNames = [timesEnd]string{
	timeElects:       "a leader, while there are faults",
	timeElectsHealed: "a leader, after them",
	timeConverges:    "all agree, after them",
}

// spread is how long something took: seconds of simulated time.
type spread struct {
	Name   string  `json:"name"`
	Count  int     `json:"count"`
	Median float64 `json:"median"`
	Most   float64 `json:"p90"`
	Nearly float64 `json:"p99"`
	Worst  float64 `json:"worst"`
	Seed   uint64  `json:"worstSeed"`
}

// noteTimes takes what a seed took.
func (m *simulation) noteTimes(r *sim.Report) {
	for _, took := range r.Leaderless {
		m.times[timeElects] = append(m.times[timeElects], sample{took, r.Seed})
	}
	for _, took := range r.LeaderlessHealed {
		m.times[timeElectsHealed] = append(m.times[timeElectsHealed], sample{took, r.Seed})
	}
	if r.OK() {
		m.times[timeConverges] = append(m.times[timeConverges], sample{r.Converged, r.Seed})
	}
	m.leaders = max(m.leaders, r.Leaders)
}

func (m *simulation) spreads() []spread {
	var list []spread
	for i, all := range m.times {
		if len(all) > 0 {
			list = append(list, spreadOf(timeNames[i], all))
		}
	}
	return list
}

// spreadOf sorts the samples. A share of them took no longer than the one of that rank.
func spreadOf(name string, all []sample) spread {
	slices.SortFunc(all, func(a, b sample) int {
		return cmp.Or(cmp.Compare(a.took, b.took), -cmp.Compare(a.seed, b.seed))
	})
	n := len(all)
	share := func(percent int) float64 { return all[(n*percent+99)/100-1].took.Seconds() }
	return spread{
		Name: name, Count: n, Median: share(50), Most: share(90), Nearly: share(99),
		Worst: share(100), Seed: all[n-1].seed,
	}
}

// tellTimes prints how long what is timed took.
func (r *simReport) tellTimes(out io.Writer) {
	for _, t := range r.Times {
		fmt.Fprintf(out, "%s: %.2f s (median), %.2f s (90 %%), %.1f s (99 %%), "+
			"%.1f s (worst of %d, seed %d)\n", t.Name, t.Median, t.Most, t.Nearly, t.Worst, t.Count,
			t.Seed)
	}
}
