package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/server/replay"
	"github.com/zabscope/zabscope/server/zoocfg"
)

// recordedConfig is what the stand-alone servers of the corpus were started with.
const recordedConfig = `
tickTime=500
clientPort=0
clientPortAddress=127.0.0.1
maxClientCnxns=0
extendedTypesEnabled=true
znode.container.checkIntervalMs=500
4lw.commands.whitelist=*
DigestAuthenticationProvider.superDigest=super:xQJmxLMiHGwaqBvst5y6rkB6HQs=
enforceQuota=%t
dataDir=%s
`

// TestNodeAnswersLikeApache runs every recorded case of a stand-alone server against a node, as
// `zabscope node` starts it, over TCP and on the real clock. A short run leaves out the cases that
// wait for the clock.
func TestNodeAnswersLikeApache(t *testing.T) {
	files, err := filepath.Glob("../core/wire/testdata/corpus/open/*.jsonl")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		cases, err := replay.Load(file)
		require.NoError(t, err)
		if cases[0].Profile == "ens3" {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".jsonl"), func(t *testing.T) {
			t.Parallel()
			runner := replay.NewRunner(replay.Dial(startRecorded(t, cases[0].Profile)), false)
			for i := range cases {
				if testing.Short() && slices.Contains(cases[i].Tags, "timing") {
					continue
				}
				differences, err := runner.Run(&cases[i])
				require.NoError(t, err)
				require.Empty(t, differences, cases[i].Case)
			}
			runner.Close()
		})
	}
}

// startRecorded starts a node like the recorded server of a profile and returns its address.
func startRecorded(t *testing.T, profile string) string {
	path := filepath.Join(t.TempDir(), "zoo.cfg")
	text := fmt.Sprintf(recordedConfig, profile == "quota", t.TempDir())
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	cfg, err := zoocfg.Read(path)
	require.NoError(t, err)
	require.Empty(t, cfg.Warnings)
	n, err := startNative(cfg, slog.New(slog.NewTextHandler(io.Discard, nil)))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.stop()) })
	return n.Addr().String()
}
