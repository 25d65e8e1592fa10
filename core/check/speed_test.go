package check_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/check"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// BenchmarkEnsemble is a tenth of a simulated second of five servers that take one write, judged by
// every invariant.
func BenchmarkEnsemble(b *testing.B) {
	w := sim.New(sim.Config{Voters: 5, Seed: 1})
	voters, _ := w.Servers()
	checker, events := check.New(voters), 0
	w.Sink = func(e *trace.Event) {
		checker.Observe(e)
		events++
	}
	require.NoError(b, w.Do(sim.Command{Verb: sim.Start, From: sim.Everyone}))
	w.RunTo(zk.Instant(3 * time.Second))
	require.NoError(b, w.Do(sim.Command{Verb: sim.NewClient, Client: 'A'}))
	made := &zk.Request{Op: zk.OpCreate, Path: "/x", ACL: zk.OpenACL}
	require.NoError(b, w.Do(sim.Command{Verb: sim.Request, Client: 'A', Req: made}))
	w.RunTo(w.Now().Add(time.Second))
	set := &zk.Request{Op: zk.OpSetData, Path: "/x", Data: []byte("0123456789"), Version: -1}
	from := w.Now()
	events = 0
	b.ReportAllocs()
	for b.Loop() {
		_ = w.Do(sim.Command{Verb: sim.Request, Client: 'A', Req: set})
		w.RunTo(w.Now().Add(100 * time.Millisecond))
	}
	seconds := b.Elapsed().Seconds()
	b.ReportMetric(w.Now().Sub(from).Seconds()/seconds, "x-real-time")
	b.ReportMetric(float64(events)/seconds, "events/s")
	require.Empty(b, checker.Violations())
}
