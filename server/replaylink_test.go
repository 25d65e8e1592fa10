package main

import (
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/zk"
)

// opened replays the link that a command printed.
func opened(t *testing.T, out string) *scenario.Session {
	t.Helper()
	m := regexp.MustCompile(`(?m)^  open (\S+)$`).FindStringSubmatch(out)
	require.NotNil(t, m, out)
	link, err := url.Parse(m[1])
	require.NoError(t, err)
	require.Equal(t, "http://page.example:81/en/play", "http://"+link.Host+link.Path)
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(link.Fragment, "s=1."))
	require.NoError(t, err)
	text, err := io.ReadAll(flate.NewReader(strings.NewReader(string(raw))))
	require.NoError(t, err)
	var j scenario.Journal
	require.NoError(t, json.Unmarshal(text, &j))
	s, problem := scenario.Restore(&j, nil, scenario.Options{})
	require.Nil(t, problem)
	return s
}

// TestBrokenSeedsBecomeSmallScenariosAndLinks takes each known mistake that random runs find soon.
func TestBrokenSeedsBecomeSmallScenariosAndLinks(t *testing.T) {
	for _, quirk := range []zk.Quirk{
		zk.QuirkQuorumHalf, zk.QuirkAckBeforeSync, zk.QuirkIgnoreEpoch, zk.QuirkElectByID,
		zk.QuirkSkipTrunc, zk.QuirkEphemeralsStay,
	} {
		t.Run(quirk.String(), func(t *testing.T) {
			out, _, status := run("sim", "--short", "--quirk", quirk.String(), "--seeds", "60",
				"--out", t.TempDir(), "--page", "http://page.example:81/")
			require.Equal(t, exitFailed, status, out)
			m := regexp.MustCompile(`breaks (\w+): shrunk from \d+ commands to (\d+) in`).
				FindStringSubmatch(out)
			require.NotNil(t, m, out)
			require.LessOrEqual(t, len(m[2]), 2, "%s commands are not a small scenario", m[2])
			require.Equal(t, m[1], opened(t, out).Violations()[0].Name)
		})
	}
}

func TestExplorationBecomesALink(t *testing.T) {
	out, _, _ := run("explore", "--quirk", "ackBeforeSync", "--settled", "--writes", "1",
		"--out", t.TempDir(), "--page", "http://page.example:81")
	require.Equal(t, "AckAfterDurable", opened(t, out).Violations()[0].Name)
}

func TestWhatIsTooLongForALinkBecomesAFile(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	text := "---\ntitle: x\ncluster: 3 voters\nseed: 1\n---\n" +
		"## S {#s}\n```run\n:start 1-3\n:client A\n"
	for range 60 {
		name := strings.Map(func(rune) rune { return 'a' + rng.Int32N(26) },
			strings.Repeat("-", 200))
		text += ":wait 1s\nA: create /" + name + "\n"
	}
	text += ":wait 1s\n:quirk ackBeforeSync\nA: set / x\n:wait 1s\n```\n"
	f := found{"long", text, t.TempDir(), "http://page.example"}
	var out strings.Builder
	_, link, err := f.write(&out)
	require.NoError(t, err)
	require.Empty(t, link)
	require.Contains(t, out.String(), "too long for a link: drop "+f.dir)
	raw, err := os.ReadFile(filepath.Join(f.dir, "long.json"))
	require.NoError(t, err)
	var j scenario.Journal
	require.NoError(t, json.Unmarshal(raw, &j))
	s, problem := scenario.Restore(&j, nil, scenario.Options{})
	require.Nil(t, problem)
	require.NotEmpty(t, s.Violations())
}
