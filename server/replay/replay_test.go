package replay_test

import (
	"bufio"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/server/replay"
)

var (
	update = flag.Bool("update", false, "write the list of cases that do not pass yet")
	only   = flag.String("case", "", "run this case alone and print all its differences")
)

const (
	corpus = "../../core/wire/testdata/corpus/open"
	list   = "testdata/notyet.txt"
)

// recordedWith sets what the recorded servers were started with.
func recordedWith(profile string) func(*node.Config) {
	return func(c *node.Config) {
		c.TickTime = 500 * time.Millisecond
		c.MinSessionTimeoutMs, c.MaxSessionTimeoutMs = 1_000, 10_000
		c.ContainerCheckInterval = 500 * time.Millisecond
		c.ExtendedTypes = true
		c.SuperDigest = "super:xQJmxLMiHGwaqBvst5y6rkB6HQs="
		c.EnforceQuota = profile == "quota"
	}
}

// TestCasesPassInProcess runs every case of the corpus without a socket, and its list of those that
// differ is exact: one that starts to pass must leave it.
func TestCasesPassInProcess(t *testing.T) {
	listed := readList(t)
	differs := map[string]string{}
	ran := 0
	files, err := filepath.Glob(filepath.Join(corpus, "*.jsonl"))
	require.NoError(t, err)
	for _, file := range files {
		cases, err := replay.Load(file)
		require.NoError(t, err)
		runner := boot(t, cases[0].Profile)
		for i := range cases {
			if *only != "" && *only != cases[i].Case {
				continue
			}
			if why := run(t, runner, &cases[i]); why != "" {
				differs[cases[i].Case] = why
				runner = boot(t, cases[i].Profile) // what it left behind is nobody else's trouble
			}
			ran++
		}
		runner.Close()
	}
	if *only != "" {
		return
	}
	require.Equal(t, 607, ran)
	if *update {
		writeList(t, differs)
		return
	}
	for name, why := range differs {
		if _, known := listed[name]; !known {
			t.Errorf("%s: %s", name, why)
		}
	}
	for name := range listed {
		if _, still := differs[name]; !still {
			t.Errorf("%s passes: go test ./server/replay -update", name)
		}
	}
}

func boot(t *testing.T, profile string) *replay.Runner {
	servers := 1
	if profile == "ens3" {
		servers = 3
	}
	ensemble, err := replay.Boot(servers, recordedWith(profile))
	require.NoError(t, err)
	return replay.NewRunner(ensemble, servers > 1)
}

// run returns the first difference of a case, "" for none.
func run(t *testing.T, runner *replay.Runner, c *replay.Case) string {
	differences, err := runner.Run(c)
	if err != nil {
		return err.Error()
	}
	if len(differences) == 0 {
		return ""
	}
	if *only != "" {
		t.Log(strings.Join(differences, "\n"))
	}
	return differences[0]
}

func readList(t *testing.T) map[string]string {
	f, err := os.Open(list)
	require.NoError(t, err)
	defer f.Close()
	listed := map[string]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, why, _ := strings.Cut(lines.Text(), ": ")
		listed[name] = why
	}
	return listed
}

func writeList(t *testing.T, differs map[string]string) {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(differs)) {
		fmt.Fprintf(&b, "%s: %.160s\n", name, differs[name])
	}
	require.NoError(t, os.WriteFile(list, []byte(b.String()), 0o644))
}
