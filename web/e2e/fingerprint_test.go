package e2e

import (
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/scenarios"
)

// seedsDefault is how many random seeds are compared; ZABSCOPE_SEEDS changes it.
const seedsDefault = 10

// firstSeed is where the compared seeds begin.
const firstSeed = 1000

// session makes the native run of a scenario.
func session(t *testing.T, f *scenario.File) *scenario.Session {
	t.Helper()
	s, problem := scenario.NewSession(f, scenario.Options{})
	require.Nil(t, problem)
	return s
}

func TestScenariosRunTheSameInTheBrowser(t *testing.T) {
	b := open(t, "/en/play?autoplay=0")
	names, err := fs.Glob(scenarios.FS, "*.md")
	require.NoError(t, err)
	for _, file := range names {
		name := strings.TrimSuffix(file, ".md")
		if name == "README" {
			continue
		}
		raw, err := fs.ReadFile(scenarios.FS, file)
		require.NoError(t, err)
		parsed, problem := scenario.Parse(name, string(raw))
		require.Nil(t, problem, file)
		native := session(t, parsed).RunAll()
		require.True(t, native.OK, "%s: %v", name, native.Failed)

		ask[any](b, "window.zabscope.load("+quote(name)+")")
		report := ask[scenario.Report](b, "window.zabscope.run()")
		require.True(t, report.OK, "%s in the browser: %v", name, report.Failed)
		require.Equal(t, native.Fingerprint, b.fingerprint(), name)
		require.Empty(t, b.now().Violations)
	}
}

func TestRandomSeedsRunTheSameInTheBrowser(t *testing.T) {
	b := blank(t, desktop)
	b.prefer("prefers-reduced-motion", "reduce") // so that no seed starts playing by itself
	b.visit("/en/play")
	for i := range seeds(t) {
		seed := firstSeed + i
		lines := []string{":client A", ":chaos 20s", "A: create -s /n- x", ":wait 20s"}
		free, problem := scenario.FreePlay(scenario.FreePlayVoters, 0, uint64(seed))
		require.Nil(t, problem)
		native := session(t, free)
		b.command(":wait 1ms")
		b.command(fmt.Sprintf(":seed %d", seed))
		b.until("the new seed is at its start", func(s state) bool { return s.Time == 0 })
		for _, line := range lines {
			require.True(t, native.Command(line).OK, "seed %d, %s", seed, line)
			b.try(line) // a client line may come back with an error: its session may be gone
		}
		require.Equal(t, native.Fingerprint().String(), b.fingerprint(),
			"replay: zabscope play, then :seed %d and %v", seed, lines)
	}
}

// seeds is how many seeds to compare.
func seeds(t *testing.T) int {
	t.Helper()
	text := os.Getenv("ZABSCOPE_SEEDS")
	if text == "" {
		return seedsDefault
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, "ZABSCOPE_SEEDS")
	return n
}
