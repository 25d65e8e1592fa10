package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/zabscope/zabscope/core/sim"
)

// failuresMax ends a simulation early: after so many broken seeds there is enough to look at.
const failuresMax = 10

// progressEvery is how often a long simulation says how far it is.
const progressEvery = 5 * time.Second

// simulation hands seeds to workers and collects what became of them. The core has no goroutines:
// each run has one to itself.
type simulation struct {
	streams streams
	options sim.RandomOptions
	began   time.Time
	until   time.Time // zero: count down left instead
	first   uint64

	mu        sync.Mutex
	next      uint64
	left      uint64
	stopped   bool
	done      int
	steps     uint64
	acked     int
	failed    int
	simulated time.Duration
	busy      time.Duration // of all workers together
	faults    sim.FaultCounts
	points    sim.PointCounts
	goals     sim.Goals
	times     [timesEnd][]sample
	leaders   int // the most that a seed established after its faults
	broken    []sim.Report
	trouble   []error
}

func newSimulation(s streams, o sim.RandomOptions, first, seeds uint64) *simulation {
	return &simulation{
		streams: s, options: o, began: time.Now(), first: first, next: first, left: seeds,
	}
}

// run works until there is no reason to go on. The seeds that are under way when ctx is done are
// finished, so that all below next are done.
func (m *simulation) run(ctx context.Context) {
	finished := make(chan struct{})
	var workers, teller sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() { m.work(ctx) })
	}
	teller.Go(func() { m.tellProgress(finished) })
	workers.Wait()
	close(finished)
	teller.Wait()
}

func (m *simulation) work(ctx context.Context) {
	for {
		seed, ok := m.take(ctx)
		if !ok {
			return
		}
		began := time.Now()
		r := sim.RandomRun(seed, m.options)
		m.note(r, time.Since(began))
	}
}

// take returns the next seed, while there is reason to go on.
func (m *simulation) take(ctx context.Context) (seed uint64, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case len(m.broken) >= failuresMax:
		return 0, false
	case ctx.Err() != nil:
		m.stopped = true
		return 0, false
	case !m.until.IsZero():
		if time.Now().After(m.until) {
			return 0, false
		}
	case m.left == 0:
		return 0, false
	default:
		m.left--
	}
	m.next++
	return m.next - 1, true
}

func (m *simulation) note(r sim.Report, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done++
	m.steps += r.Step
	m.acked, m.failed = m.acked+r.Acked, m.failed+r.Failed
	m.simulated += time.Duration(r.At)
	m.busy += took
	for i, n := range r.Faults {
		m.faults[i] += n
	}
	for i, n := range r.Points {
		m.points[i] += n
	}
	m.goals.Add(r.Goals)
	m.noteTimes(&r)
	if r.OK() {
		return
	}
	r.Goals = nil
	m.broken = append(m.broken, r)
	fmt.Fprintf(m.streams.out, "violated %s: %s\n  replay: %s\n",
		r.Violation, r.Detail, again(&r))
}

// again is the line that shows the end of a run again.
func again(r *sim.Report) string { return r.Replay() + quirkFlags(r.Quirks) }

// tellProgress says now and then how far it is.
func (m *simulation) tellProgress(finished <-chan struct{}) {
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case <-finished:
			return
		case <-tick.C:
			m.tellNow()
		}
	}
}

func (m *simulation) tellNow() {
	m.mu.Lock()
	defer m.mu.Unlock()
	strikes, kinds := 0, 0
	for _, n := range m.faults {
		strikes += n
		kinds += min(n, 1)
	}
	reached, all := 0, m.goals.List()
	for _, g := range all {
		reached += min(g.Count, 1)
	}
	rate := float64(m.done) / time.Since(m.began).Seconds()
	fmt.Fprintf(m.streams.errs, "%d seeds, %.1f a second, %s simulated, %d faults of %d kinds, "+
		"%d of %d goals, %d broken\n", m.done, rate, m.simulated.Round(time.Minute), strikes, kinds,
		reached, len(all), len(m.broken))
}

// failures tells what is known of each broken seed, by rising seeds. The first is shrunk to a
// scenario, which dir keeps, and to a link into a page.
func (m *simulation) failures(dir, page string) []failure {
	slices.SortFunc(m.broken, func(a, b sim.Report) int { return int(a.Seed) - int(b.Seed) })
	list := make([]failure, len(m.broken))
	for i := range m.broken {
		r := &m.broken[i]
		list[i] = failure{
			Seed: r.Seed, Invariant: r.Violation, Detail: r.Detail, Replay: again(r),
		}
		if i > 0 {
			continue
		}
		if err := m.shrink(found{dir: dir, page: page}, r, &list[i]); err != nil {
			m.trouble = append(m.trouble, err)
		}
	}
	return list
}

// shrink looks for a smaller run that breaks the same invariant and writes it as a scenario and a
// link.
func (m *simulation) shrink(f found, r *sim.Report, told *failure) (err error) {
	began := time.Now()
	f.name = fmt.Sprintf("seed-%d", r.Seed)
	small := sim.Shrink(*r, m.options, func(r *sim.Report) bool {
		f.text = sim.ScenarioText(r)
		return f.breaks() == r.Violation
	})
	f.text = sim.ScenarioText(&small)
	fmt.Fprintf(m.streams.out, "seed %d breaks %s: shrunk from %d commands to %d in %s\n", r.Seed,
		r.Violation, len(r.Journal)+len(r.Final), len(small.Journal)+len(small.Final), since(began))
	told.Scenario = f.text
	told.Run, told.Link, err = f.write(m.streams.out)
	return err
}
