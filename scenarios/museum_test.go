package scenarios

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/zk"
)

// museumSeeds is how many seeds beside its own an exhibit is run with, unless it is pinned.
const museumSeeds = 5

// exhibits say which mistake each file of the museum switches on, and what that breaks.
var exhibits = []struct{ name, quirk, breaks string }{
	{"e01-2845", "retainDbWithoutFastForward", "ProcessConsistency"},
	{"e02-3911", "logDiffAfterUpToDate", "NoLostAck"},
	{"e03-4643", "epochBeforeHistory", "EpochOrder"},
	{"e04-4646", "ackNewLeaderBeforeFlush", "AckAfterDurable"},
	{"e05-4685", "asyncLogDuringSync", "ackInconsistent"},
	{"e06-4394", "forgetOutstandingAtNewLeader", "commitInconsistent"},
	{"e07-4925", "diffTxnNotInCommittedLog", "ProcessConsistency"},
	{"e08-4712", "logThreadOutlivesServer", "ProcessConsistency"},
	{"e09-4785", "epochBeforeHistory", "EpochOrder"},
	{"e10-3023", "ackNewLeaderBeforeFlush", "AckAfterDurable"},
	{"e11-3642", "keepPartialSnapInMemory", "DigestAgreement"},
	{"e12-3104", "snapLabelAfterQueueing", "DigestAgreement"},
	{"e13-5094", "keepPartialTruncInMemory", "DigestAgreement"},
	{"e14-4882", "applyBeforeOwnLog", "commitInconsistent"},
	{"e15-1154", "diffWithoutTruncCheck", "ProcessConsistency"},
	{"e15-1156", "truncOffByOne", "CommittedLogDurability"},
	{"e16-2832", "", ""}, // nothing to switch: the script of the report passes
	{"e17-335", "epochFromLastZxid", "Leadership2"},
	{"e18-1653", "strictBootEpochCheck", "EpochOrder"},
	{"e19-1573", "strictReplay", "Integrity"},
	{"e20-half-a-multi", "zxidAtFirstSubTxn", "RestoredState"},
	{"e20-sessions", "sessionsAfterTree", "RestoredState"},
	{"e21-2355", "lastZxidSetAtDiffHeader", "PrefixConsistency"},
	{"e22-2325", "bootFromLogsWithoutSnapshot", "DigestAgreement"},
	{"e23-log-hole", "noContinuityCheckAtBoot", "DigestAgreement"},
}

// TestEveryExhibitFailsAsItSaysAndPassesWithTheFix runs each file as it is written: its first steps
// with the mistake break what they say, the last one takes the same lines without the mistake, and
// nothing breaks.
func TestEveryExhibitFailsAsItSaysAndPassesWithTheFix(t *testing.T) {
	for _, e := range exhibits {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			f := load(t, e.name)
			require.Equal(t, e.breaks != "", breaks(f, e.breaks), "breaks %s", e.breaks)
			quirk, script := withoutQuirk(t, f.Steps[:max(1, len(f.Steps)-1)])
			require.Equal(t, e.quirk, quirk.String())
			if fixed := f.Steps[len(f.Steps)-1]; quirk != 0 {
				require.Equal(t, ":fork fixed before "+f.Steps[0].ID, fixed.Script()[0])
				require.Equal(t, script, fixed.Script()[1:], "the fix has another script")
				for _, c := range fixed.Checks() {
					require.NotEqual(t, scenario.Violates, c.When, "the fix breaks something")
				}
			}
			for _, seed := range seedsOf(f) {
				rep := session(t, f, seed).RunAll()
				require.True(t, rep.OK, "%s\n%s", rep, replay("museum/"+e.name, seed))
			}
		})
	}
}

// breaks reports whether the file expects a broken invariant.
func breaks(f *scenario.File, name string) bool {
	for i := range f.Steps {
		for _, c := range f.Steps[i].Checks() {
			if c.When == scenario.Violates && c.Name == name {
				return true
			}
		}
	}
	return false
}

// withoutQuirk returns the lines of the steps without the one that switches the mistake on.
func withoutQuirk(t *testing.T, steps []scenario.Step) (quirk zk.Quirk, script []string) {
	for i := range steps {
		for _, line := range steps[i].Script() {
			name, is := strings.CutPrefix(line, ":quirk ")
			if !is {
				script = append(script, line)
				continue
			}
			one, known := zk.ParseQuirk(name)
			require.True(t, known, line)
			quirk |= one
		}
	}
	return quirk, script
}

func seedsOf(f *scenario.File) []uint64 {
	seeds := []uint64{0}
	for seed := uint64(1000); seed < 1000+museumSeeds && !f.Pinned; seed++ {
		seeds = append(seeds, seed)
	}
	return seeds
}

func TestEveryExhibitIsListedAndTranslated(t *testing.T) {
	var listed []string
	for _, e := range exhibits {
		listed = append(listed, e.name)
		text, err := Text("zh", e.name)
		require.NoError(t, err, e.name)
		zh, bad := scenario.ParseTranslation(e.name, text)
		require.Nil(t, bad, "zh/museum/%s: %v", e.name, bad)
		require.NotEmpty(t, zh.Title, e.name)
		f := load(t, e.name)
		require.Nil(t, f.CheckTranslation(zh), "zh/museum/%s", e.name)
		require.NotZero(t, f.Minutes, e.name)
		require.Equal(t, "museum", f.Topics[0], e.name)
	}
	require.Equal(t, Exhibits(), listed)
}

// ownQuirks are mistakes that nobody made but us: lessons use them.
var ownQuirks = []string{
	"quorumHalf", "ackBeforeSync", "ignoreEpoch", "skipTrunc", "electByID", "ephemeralsStay",
	"voteRegress",
}

func TestEveryMistakeOfApacheHasAnExhibit(t *testing.T) {
	for _, name := range zk.QuirkNames() {
		shown := slices.Contains(ownQuirks, name)
		for _, e := range exhibits {
			shown = shown || strings.Contains(e.quirk, name)
		}
		require.True(t, shown, name)
	}
}
