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

// jury is a checker that looks on while a world runs and never stops it.
type jury struct{ *check.Checker }

func (j jury) CloneObserver() sim.Observer { return jury{j.Clone()} }

func (j jury) Verdict() (name, detail string) { return "", "" }

// judge runs a seed and returns the names of everything that was broken.
func judge(seed uint64, quirks zk.Quirk, voters int) []string {
	var c *check.Checker
	sim.RandomRun(seed, sim.RandomOptions{
		Quirks: quirks, Voters: voters, Faults: 20 * time.Second,
		Judge: func(w *sim.World) sim.Judge {
			set, _ := w.Servers()
			c = check.New(set)
			return jury{c}
		},
	})
	var names []string
	for _, v := range c.Violations() {
		names = append(names, v.Name)
	}
	return names
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
			missing := slices.Clone(row.breaks)
			for seed := uint64(1); seed <= 300 && len(missing) > 0; seed++ {
				names := judge(seed, row.quirk, row.voters)
				missing = slices.DeleteFunc(missing, func(n string) bool {
					return slices.Contains(names, n)
				})
			}
			require.Empty(t, missing, "no seed up to 300 broke these")
		})
	}
}

func TestRunsWithoutQuirksAreClean(t *testing.T) {
	for seed := uint64(1001); seed <= 1020; seed++ {
		require.Empty(t, judge(seed, 0, 0), "replay: zabscope sim --seed %d", seed)
	}
}
