package chaos

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/server/fleet"
)

// howLong is how long the ensemble is broken: ZABSCOPE_CHAOS, or a sample.
func howLong(t *testing.T) time.Duration {
	text := os.Getenv("ZABSCOPE_CHAOS")
	if text == "" && testing.Short() {
		return 8 * time.Second
	}
	if text == "" {
		return 20 * time.Second
	}
	d, err := time.ParseDuration(text)
	require.NoError(t, err, "ZABSCOPE_CHAOS is a time like 3m")
	return d
}

// TestChaos breaks three real processes and judges what clients were told.
func TestChaos(t *testing.T) {
	if err := fleet.Able(); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	kind, err := fleet.Build(dir)
	require.NoError(t, err)
	f, err := fleet.New(kind, fleet.Size{Voters: 3}, dir, "tickTime=200")
	require.NoError(t, err)
	defer f.Kill()
	require.NoError(t, f.Start(30*time.Second))
	require.NoError(t, Run(t.Context(), Plan{
		Fleet: f, Seed: 1, For: howLong(t), Clients: 2, Tell: t.Logf,
		Faults: Faults,
	}))
}
