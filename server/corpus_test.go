package main

import (
	"fmt"
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
clientPortAddress=127.0.0.1
maxClientCnxns=0
extendedTypesEnabled=true
znode.container.checkIntervalMs=500
4lw.commands.whitelist=*
DigestAuthenticationProvider.superDigest=super:xQJmxLMiHGwaqBvst5y6rkB6HQs=
enforceQuota=%t
`

// ensemble3 is the profile of cases that were recorded on three servers.
const ensemble3 = "ens3"

// TestNodeAnswersLikeApache runs every recorded case against a node, or an ensemble of three, as
// `zabscope node` starts them, over TCP and on the real clock. A short run leaves out the cases
// that wait for the clock.
func TestNodeAnswersLikeApache(t *testing.T) {
	files, err := filepath.Glob("../core/wire/testdata/corpus/open/*.jsonl")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		cases, err := replay.Load(file)
		require.NoError(t, err)
		t.Run(strings.TrimSuffix(filepath.Base(file), ".jsonl"), func(t *testing.T) {
			t.Parallel()
			profile := cases[0].Profile
			servers := replay.Dial(startRecorded(t, profile)...)
			runner := replay.NewRunner(servers, profile == ensemble3)
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

// startRecorded starts servers like the recorded ones of a profile and returns their addresses.
func startRecorded(t *testing.T, profile string) []string {
	text := fmt.Sprintf(recordedConfig, profile == "quota")
	if profile == ensemble3 {
		return startEnsemble(t, 3, 0, text).addresses()
	}
	path := filepath.Join(t.TempDir(), "zoo.cfg")
	text += "clientPort=0\ndataDir=" + t.TempDir()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	cfg, err := zoocfg.Read(path)
	require.NoError(t, err)
	require.Empty(t, cfg.Warnings)
	n, err := startNative(cfg, identity{id: alone}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.stop()) })
	return []string{n.Addr().String()}
}
