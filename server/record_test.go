package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
)

func TestEveryServerOfAnEnsembleReplaysWhatItRecorded(t *testing.T) {
	c := startEnsemble(t, 3, 0,
		"tickTime=300\nflightRecorder.file=flight.rec\nflightRecorder.size=4MB\n")
	leader := c.leader()
	other := c.other(leader)
	writeAs(t, c.address(other), "/before")
	c.stop(leader)
	c.leader()
	writeAs(t, c.address(other), "/after")
	c.start(leader)
	c.leader()
	for id := range c.config {
		c.stop(id)
	}
	for id, path := range c.config {
		dir := t.TempDir()
		traced := filepath.Join(dir, "out.ndjson")
		recording := filepath.Join(filepath.Dir(path), "flight.rec")
		out, errs, status := run("run", "--replay", recording, "--trace", traced)
		require.Zero(t, status, errs)
		require.Contains(t, out, "server "+id.String())
		require.Contains(t, out, "it ended: the process was stopped")
		require.NotContains(t, out, "agree at 0 places")
		require.Regexp(t, `(?m)^fingerprint \S+ [0-9a-f]{16} `, out)
		text, err := os.ReadFile(traced)
		require.NoError(t, err)
		kinds := map[trace.Kind]bool{}
		for line := range strings.Lines(string(text)) {
			e, err := trace.DecodeNDJSON([]byte(line))
			require.NoError(t, err)
			kinds[e.Kind] = true
		}
		require.True(t, kinds[trace.Booted] && kinds[trace.Elected] && kinds[trace.Committed])
	}
}

// writeAs creates a znode with the shell.
func writeAs(t *testing.T, address, path string) {
	t.Helper()
	_, errs, status := run("cli", "--server", address, "create", path, "data")
	require.Zero(t, status, errs)
}

func TestWhatIsNoRecordingIsSaidSo(t *testing.T) {
	p := file(t, "story.md", good)
	_, errs, status := run("run", "--replay", p)
	require.Equal(t, exitFailed, status)
	require.Contains(t, errs, "not a flight recording")
	_, errs, status = run("run", "--replay", p+".none")
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "no such file")
	_, errs, status = run("node", "--config",
		zooCfg(t, "dataDir="+t.TempDir(), "clientPort="+freePort(t)), "--record", p)
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "not a flight recording")
	_, errs, status = run("node", "--config",
		zooCfg(t, "dataDir="+t.TempDir(), "clientPort="+freePort(t)), "--record-size", "much")
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "64MB")
}

func TestRunWritesTheTraceOfAScenario(t *testing.T) {
	traced := filepath.Join(t.TempDir(), "out.ndjson")
	_, errs, status := run("run", "-q", "--trace", traced, file(t, "together.md", good))
	require.Zero(t, status, errs)
	text, err := os.ReadFile(traced)
	require.NoError(t, err)
	require.Contains(t, string(text), `"kind":"Elected"`)
}
