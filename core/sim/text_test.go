package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/zk"
)

func TestEveryCommandOfARandomRunIsALine(t *testing.T) {
	for seed := uint64(1); seed <= 30; seed++ {
		r := sim.RandomRun(seed, sim.RandomOptions{})
		for _, e := range append(r.Journal, r.Final...) {
			_, err := scenario.ParseLine(e.Command.String())
			require.Nil(t, err, "seed %d: %s", seed, e.Command.String())
		}
	}
}

func TestShrunkSeedIsAScenarioThatShowsIt(t *testing.T) {
	for _, name := range []string{"skipTrunc", "electByID", "ephemeralsStay"} {
		quirk, _ := zk.ParseQuirk(name)
		opts := sim.RandomOptions{Quirks: quirk, Judge: sim.NewJudge}
		r := sim.Report{}
		for seed := uint64(1); r.OK() || !r.Serial; seed++ {
			r = sim.RandomRun(seed, opts)
		}
		small := sim.Shrink(r, opts, nil)
		require.LessOrEqual(t, len(small.Journal), len(r.Journal))
		t.Logf("%s: seed %d, %d commands of %d", name, r.Seed, len(small.Journal), len(r.Journal))
		text := sim.ScenarioText(&small)
		f, err := scenario.Parse(name, text)
		require.Nil(t, err, "%v\n%s", err, text)
		s, err := scenario.NewSession(f, scenario.Options{})
		require.Nil(t, err)
		report := s.RunAll()
		require.True(t, report.OK, "%s: %v\n%s", name, report.Failed, text)
	}
}
