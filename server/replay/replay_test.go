package replay_test

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/server/replay"
)

var only = flag.String("case", "", "run this case alone and print all its differences")

const (
	corpus     = "../../core/wire/testdata/corpus/open"
	corpusSize = 607
)

const words = "four-letter words belong to the TCP port: see TestNodeAnswersLikeApache in server"

// notInProcess are the cases that differ without a TCP port, and why. One that does not differ any
// more must leave.
var notInProcess = map[string]string{
	"4lw/4lw-conf":                     words,
	"4lw/4lw-crst":                     words,
	"4lw/4lw-dump":                     words,
	"4lw/4lw-envi":                     words,
	"4lw/4lw-mntr":                     words,
	"4lw/4lw-ruok":                     words,
	"4lw/4lw-srst":                     words,
	"4lw/4lw-stat":                     words,
	"4lw/4lw-watches":                  words,
	"ensemble/4lw-follower1-follower2": words,
	"ensemble/4lw-leader-follower1":    words,
}

// TestCasesPassInProcess runs every case of the corpus without a socket, on a clock of its own.
func TestCasesPassInProcess(t *testing.T) {
	ran := 0
	differs := map[string]string{}
	for _, file := range files(t) {
		ran += runAll(t, file, differs)
	}
	if *only == "" {
		require.Equal(t, corpusSize, ran)
		requireKnown(t, differs)
	}
}

func files(t *testing.T) []string {
	files, err := filepath.Glob(filepath.Join(corpus, "*.jsonl"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

// runAll runs the cases of a file, or the one that was asked for, and notes how each differs first.
// One that differs may leave its servers in a bad state: the next gets new ones.
func runAll(t *testing.T, file string, differs map[string]string) (ran int) {
	cases, err := replay.Load(file)
	require.NoError(t, err)
	var runner *replay.Runner
	for i := range cases {
		c := &cases[i]
		if *only != "" && *only != c.Case {
			continue
		}
		if runner == nil {
			runner = inProcess(t, c.Profile)
		}
		ran++
		differences, err := runner.Run(c)
		if err != nil {
			differences = []string{err.Error()}
		}
		if len(differences) > 0 {
			differs[c.Case] = differences[0]
			runner.Close()
			runner = nil
		}
		if *only != "" {
			t.Logf("%d differences\n%s", len(differences), strings.Join(differences, "\n"))
		}
	}
	if runner != nil {
		runner.Close()
	}
	return ran
}

func requireKnown(t *testing.T, differs map[string]string) {
	for name, difference := range differs {
		if notInProcess[name] == "" {
			t.Errorf("%s: %s\nall of it: go test ./server/replay -v -case %s",
				name, difference, name)
		}
	}
	for name, why := range notInProcess {
		if differs[name] == "" {
			t.Errorf("%s passes now, although %s: take it off the list", name, why)
		}
	}
}

func inProcess(t *testing.T, profile string) *replay.Runner {
	servers := 1
	if profile == "ens3" {
		servers = 3
	}
	ensemble, err := replay.Boot(servers, recordedWith(profile))
	require.NoError(t, err)
	return replay.NewRunner(ensemble, servers > 1)
}

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

// TestDifferencesAreFound spoils what a case expects, in one place at a time: each is noticed, so
// that a runner which compares nothing is.
func TestDifferencesAreFound(t *testing.T) {
	cases, err := replay.Load(filepath.Join(corpus, "watch.jsonl"))
	require.NoError(t, err)
	runner := inProcess(t, "std")
	defer runner.Close()
	spoiled := 0
	for i := range cases[:20] {
		for j := range cases[i].Steps {
			s := &cases[i].Steps[j]
			if len(s.Events) == 0 {
				continue
			}
			expect, events := s.Expect, s.Events
			for _, spoil := range []func(){
				func() { s.Events = nil },
				func() { s.Events = changed(events, `"Node`, `"Edon`) },
				func() { s.Expect = changed(expect, `"zxid":"+`, `"zxid":"+1`) },
				func() { s.Expect = changed(expect, `"err":`, `"err":1`) },
			} {
				spoil()
				differences, err := runner.Run(&cases[i])
				require.NoError(t, err)
				require.Len(t, differences, 1, "%s step %d", cases[i].Case, j)
				s.Expect, s.Events = expect, events
				spoiled++
			}
		}
	}
	require.Greater(t, spoiled, 40)
}

func changed(b []byte, old, new string) []byte {
	return []byte(strings.Replace(string(b), old, new, 1))
}
