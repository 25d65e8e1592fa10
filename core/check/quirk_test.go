package check_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/check"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/zk"
)

// jury is a checker that ends a run when it has seen all that is wanted.
type jury struct {
	*check.Checker
	wanted []string
}

func (j jury) CloneObserver() sim.Observer { return jury{j.Clone(), j.wanted} }

func (j jury) Verdict() (name, detail string) {
	if len(j.missing()) > 0 {
		return "", ""
	}
	return "Convicted", ""
}

// missing returns what was wanted and not seen.
func (j jury) missing() []string {
	return slices.DeleteFunc(slices.Clone(j.wanted), func(n string) bool {
		return slices.ContainsFunc(j.Violations(), func(v check.Violation) bool {
			return v.Name == n
		})
	})
}

// judge runs a seed until it has broken all that is wanted, at most to the end.
func judge(seed uint64, wanted []string, opts sim.RandomOptions) (j jury, r sim.Report) {
	opts.Faults = 20 * time.Second
	opts.Judge = func(w *sim.World) sim.Judge {
		voters, _ := w.Servers()
		j = jury{check.New(voters), wanted}
		return j
	}
	r = sim.RandomRun(seed, opts)
	return j, r
}

// TestQuirksAreNoticed proves on real runs that each known mistake breaks what it should break.
func TestQuirksAreNoticed(t *testing.T) {
	for _, row := range []struct {
		quirk  zk.Quirk
		voters int
		breaks []string
	}{
		{zk.QuirkQuorumHalf, 4, []string{"ElectedHasQuorum", "stateInconsistent"}},
		{zk.QuirkAckBeforeSync, 3, []string{"AckAfterDurable", "commitInconsistent"}},
		{zk.QuirkIgnoreEpoch, 5, []string{"DoublePromise", "Leadership2"}},
		{zk.QuirkSkipTrunc, 3, []string{"ProcessConsistency"}},
		{zk.QuirkElectByID, 5, []string{"VotesNeverRegress", "ElectedIsMax"}},
		{zk.QuirkLogDiffAfterUpToDate, 3, []string{"AckAfterDurable"}},
		{zk.QuirkEpochBeforeHistory, 5, []string{"EpochOrder"}},
		{zk.QuirkEphemeralsStay, 3, []string{"EphemeralLifetime"}},
		{zk.QuirkVoteRegress, 3, []string{"VotesNeverRegress"}},
	} {
		t.Run(row.quirk.String(), func(t *testing.T) {
			missing := row.breaks
			opts := sim.RandomOptions{Quirks: row.quirk, Voters: row.voters, UntilStep: 20_000}
			for seed := uint64(1); seed <= 300 && len(missing) > 0; seed++ {
				j, _ := judge(seed, missing, opts)
				missing = j.missing()
			}
			require.Empty(t, missing, "no seed up to 300 broke these")
		})
	}
}

func TestRunsWithoutQuirksAreClean(t *testing.T) {
	for seed := uint64(1001); seed <= 1020; seed++ {
		j, r := judge(seed, []string{"nothing"}, sim.RandomOptions{})
		require.Empty(t, j.Violations(), "replay: %s", r.Replay())
		require.True(t, r.OK(), "replay: %s: %s", r.Replay(), r.Violation)
		require.Positive(t, r.Acked)
	}
}
