package sim

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// seeds is how many random runs an ordinary test run makes.
const seeds = 40

func TestRandomRunsConverge(t *testing.T) {
	for seed := uint64(1); seed <= seeds; seed++ {
		r := RandomRun(seed, RandomOptions{Codec: seed%4 == 0, Judge: NewJudge})
		require.True(t, r.OK(), "replay: %s\n%s: %s\nfaults: %s",
			r.Replay(), r.Violation, r.Detail, r.Swarm)
		require.Positive(t, r.Acked)
	}
}

// TestReadsWithoutALeaderBreakNothing holds read-only mode against all invariants. What a server
// alone shows need not be committed; all else must hold.
func TestReadsWithoutALeaderBreakNothing(t *testing.T) {
	alone := 0
	for seed := uint64(1); seed <= 60; seed++ {
		r := RandomRun(seed, RandomOptions{
			ReadOnly: true, Judge: NewJudge,
			Sink: func(e *trace.Event) {
				if e.Kind == trace.WentReadOnly {
					alone++
				}
			},
		})
		require.True(t, r.OK(), "seed %d: %s: %s", seed, r.Violation, r.Detail)
	}
	require.Greater(t, alone, 100)
}

// An invariant that no mistake can break is not trusted, nor is a search that finds no mistake.
func TestRandomRunsFindEveryQuirk(t *testing.T) {
	const patience = 200
	rare := []string{ // those that take hundreds of seeds: make mutants
		"lastZxidSetAtDiffHeader", "keepPartialSnapInMemory",
		"strictBootEpochCheck",
	}
	for _, name := range zk.QuirkNames() {
		if slices.Contains(rare, name) {
			continue
		}
		quirk, _ := zk.ParseQuirk(name)
		found := false
		for seed := uint64(1); seed <= patience && !found; seed++ {
			r := RandomRun(seed, RandomOptions{Quirks: quirk, Judge: NewJudge})
			found = !r.OK()
		}
		require.True(t, found, "%s stays hidden for %d seeds", name, patience)
	}
}

// A fault that never strikes tests nothing, and so does a crash point that no server passes.
func TestEveryFaultStrikes(t *testing.T) {
	var faults FaultCounts
	var points PointCounts
	for seed := uint64(1); seed <= 150; seed++ {
		r := RandomRun(seed, RandomOptions{})
		for f, n := range r.Faults {
			faults[f] += n
		}
		for i, n := range r.Points {
			points[i] += n
		}
	}
	for f, n := range faults {
		require.Positive(t, n, "%s never struck", Fault(f))
	}
	struck := 0
	for i, n := range points {
		if n > 0 {
			struck++
			continue
		}
		t.Logf("%s was never struck", CrashPoints[i].Name())
	}
	require.GreaterOrEqual(t, struck, 40)
}

func TestRandomRunRepeats(t *testing.T) {
	a, b := RandomRun(5, RandomOptions{}), RandomRun(5, RandomOptions{})
	require.Equal(t, a.Fingerprint, b.Fingerprint)
	require.Equal(t, a.Step, b.Step)
	cut := RandomRun(5, RandomOptions{UntilStep: a.Step / 2})
	require.Equal(t, a.Step/2, cut.Step)
}

// grudge is a judge that cannot stand a server that crashes twice.
type grudge struct{ crashes [zk.ServerMax + 1]int }

func (g *grudge) Observe(e *trace.Event) {
	if e.Kind == trace.Crashed {
		g.crashes[e.Peer]++
	}
}

func (g *grudge) CloneObserver() Observer {
	c := *g
	return &c
}

func (g *grudge) Verdict() (name, detail string) {
	for id, n := range g.crashes {
		if n > 1 {
			return "CrashesOnce", "server " + zk.ServerID(id).String() + " crashed twice"
		}
	}
	return "", ""
}

func TestShrinkKeepsTheViolationAndLittleElse(t *testing.T) {
	opts := RandomOptions{Judge: func(*World) Judge { return &grudge{} }}
	for seed := uint64(1); ; seed++ {
		r := RandomRun(seed, opts)
		if r.OK() {
			continue
		}
		require.Equal(t, "CrashesOnce", r.Violation)
		short := Shrink(r, opts, nil)
		require.Equal(t, r.Violation, short.Violation)
		require.Less(t, len(short.Journal), len(r.Journal)/3)
		text := ScenarioText(&short)
		require.Contains(t, text, "violated CrashesOnce")
		crashes := 0
		for _, word := range []string{":kill", ":power", ":crash-at", ":wipe", ":faildisk"} {
			crashes += strings.Count(text, word)
		}
		require.GreaterOrEqual(t, crashes, 1)
		return
	}
}

// BenchmarkStandardSeed is what a seed costs with all faults, five voters, ten operations a second
// and all invariants.
func BenchmarkStandardSeed(b *testing.B) {
	opts := RandomOptions{Voters: 5, Faults: StandardFaults, Judge: NewJudge}
	seed, simulated := uint64(0), 0.0
	for b.Loop() {
		seed++
		r := RandomRun(seed, opts)
		require.True(b, r.OK(), r.Replay())
		simulated += float64(r.At.Ms()) / 1000
	}
	b.ReportMetric(simulated/b.Elapsed().Seconds(), "x-real-time")
}

func BenchmarkSim5(b *testing.B) {
	w := started(b, Config{Voters: 5, Seed: 1})
	w.Sink = func(*trace.Event) {}
	w.RunTo(at(3 * time.Second))
	require.NoError(b, w.Do(Command{Verb: NewClient, Client: 'A'}))
	req := &zk.Request{Op: zk.OpSetData, Path: "/x", Data: []byte("0123456789"), Version: -1}
	_ = w.Do(Command{Verb: Request, Client: 'A', Req: create("/x")})
	from, steps := w.Now(), w.Steps()
	b.ReportAllocs()
	for b.Loop() {
		_ = w.Do(Command{Verb: Request, Client: 'A', Req: req})
		w.RunTo(w.Now().Add(100 * time.Millisecond))
	}
	seconds := b.Elapsed().Seconds()
	b.ReportMetric(w.Now().Sub(from).Seconds()/seconds, "simsec/s")
	b.ReportMetric(float64(w.Steps()-steps)/seconds, "steps/s")
	require.Nil(b, w.Failure())
}

// filled returns five servers with a thousand znodes.
func filled(b *testing.B) *World {
	w := settled(b, Config{Voters: 5, Seed: 1})
	w.Sink = func(*trace.Event) {}
	for i := range 1000 {
		path := "/n" + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676))
		require.NoError(b, w.Do(Command{Verb: Request, Client: 'A', Req: create(path)}))
		w.RunTo(w.Now().Add(time.Millisecond))
	}
	w.RunTo(w.Now().Add(time.Second))
	return w
}

func BenchmarkWorldClone(b *testing.B) {
	w := filled(b)
	b.ReportAllocs()
	for b.Loop() {
		w.Clone()
	}
}

func BenchmarkSeek(b *testing.B) {
	line := NewTimeline(New(Config{Voters: 5, Seed: 1}), &counter{})
	require.NoError(b, line.Do(Command{Verb: Start, From: Everyone}))
	require.NoError(b, line.Do(Command{Verb: NewClient, Client: 'A'}))
	for line.World().Now() < at(10*time.Minute) {
		req := create("/n")
		req.Mode = zk.PersistentSequential
		_ = line.Do(Command{Verb: Request, Client: 'A', Req: req})
		line.RunTo(line.World().Now().Add(100 * time.Millisecond))
	}
	rng := newStream(1, "seek", 0, 0)
	for b.Loop() {
		line.Seek(below(&rng, line.Head()))
	}
	b.ReportMetric(float64(line.Head()), "steps")
	b.ReportMetric(float64(len(line.now().checkpoints)), "checkpoints")
}
