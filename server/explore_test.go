package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExploreCompletesItsBound(t *testing.T) {
	out, errs, status := run("explore", "--settled", "--writes", "2")
	require.Zero(t, status, out+errs)
	require.Contains(t, out, "3 settled servers and a client: 2 writes, 0 crashes, 0 timeouts")
	require.Regexp(t, `\d+ states, \d+ steps, \d+ ends, 0 cut after 60 waits, depth \d+`, out)
	require.Contains(t, out, "complete, nothing violated")
}

func TestExploreSaysWhenThereIsNoRoom(t *testing.T) {
	out, _, status := run("explore", "--settled", "--writes", "2", "--states", "100")
	require.Equal(t, exitFailed, status)
	require.Contains(t, out, "not complete")
}

// TestExploreFindsQuirks: a known mistake is found, and its scenario shows it.
func TestExploreFindsQuirks(t *testing.T) {
	for quirk, args := range map[string][]string{
		"ackBeforeSync": {"--settled", "--writes", "1"},
		"quorumHalf":    {"--settled", "--crashes", "1"},
		"voteRegress":   {"--cold"},
	} {
		t.Run(quirk, func(t *testing.T) {
			dir := t.TempDir()
			out, errs, status := run(append([]string{"explore", "--quirk", quirk, "--out", dir},
				args...)...)
			require.Equal(t, exitFailed, status, out+errs)
			require.Contains(t, out, "violated ")
			files, err := filepath.Glob(filepath.Join(dir, "*.md"))
			require.NoError(t, err)
			require.Len(t, files, 1)
			text, err := os.ReadFile(files[0])
			require.NoError(t, err)
			require.Contains(t, out, string(text))
			told, errs, status := run("run", "--quiet", files[0])
			require.Zero(t, status, told+errs+string(text))
		})
	}
}
