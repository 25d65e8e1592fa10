package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/sim"
)

// asProgram makes the tests' binary the program, for what starts its own executable again.
const asProgram = "ZABSCOPE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(execute(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// run executes a command line and returns what it printed and its exit status.
func run(args ...string) (out, errs string, status int) {
	var o, e bytes.Buffer
	status = execute(args, &o, &e)
	return o.String(), e.String(), status
}

// file writes a scenario and returns its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(p, []byte(text), 0o644))
	return p
}

const good = `---
title: Three servers elect
cluster: 3 voters
seed: 7
---
## Together {#together}

` + "```run\n:start 1-3\n:until leader != none\n```\n\n```expect\nleader == 3\n```\n"

func TestVersion(t *testing.T) {
	out, _, status := run("version")
	require.Zero(t, status)
	require.Contains(t, out, "zabscope")
	require.Contains(t, out, "ZooKeeper 3.8")
}

func TestRunTellsTheStoryAndTheFingerprint(t *testing.T) {
	p := file(t, "together.md", good)
	out, errs, status := run("run", p)
	require.Zero(t, status, errs)
	require.Contains(t, out, "Three servers elect")
	require.Regexp(t, `(?m)^fingerprint together [0-9a-f]+$`, out)
	again, _, _ := run("run", p)
	require.Equal(t, out, again, "equal runs print equal stories")
	other, _, status := run("run", "--seed", "8", p)
	require.Zero(t, status)
	require.NotEqual(t, out, other)
	quiet, _, _ := run("run", "-q", p)
	require.Equal(t, 1, strings.Count(quiet, "\n"))
}

func TestRunFailsWhenAnExpectationDoes(t *testing.T) {
	p := file(t, "wrong.md", strings.Replace(good, "leader == 3", "leader == 1", 1))
	out, errs, status := run("run", p)
	require.Equal(t, exitFailed, status)
	require.Contains(t, out, "leader == 1")
	require.Contains(t, errs, "1 of 1 scenarios failed")
}

func TestRunNamesTheLineOfABrokenScenario(t *testing.T) {
	p := file(t, "broken.md", strings.Replace(good, ":start 1-3", ":fly 1-3", 1))
	_, errs, status := run("run", p)
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "line 9")
	require.Contains(t, errs, ":fly")
}

func TestBadUsage(t *testing.T) {
	for _, args := range [][]string{
		{"dance"}, {"run"}, {"run", "no-such-file.md"}, {"run", t.TempDir()},
		{"sim", "--quirk", "x"}, {"sim", "--until-step", "5"}, {"sim", "--voters", "-1"},
		{"play", "--addr", "nonsense"}, {"run", "--lang", "fr", "x.md"},
	} {
		_, errs, status := run(args...)
		require.Equal(t, exitUsage, status, "%v: %s", args, errs)
		require.NotEmpty(t, errs, "%v", args)
	}
}

func TestSimFindsNothingInACorrectProtocol(t *testing.T) {
	report := filepath.Join(t.TempDir(), "report.json")
	out, errs, status := run("sim", "--short", "--first", "4", "--seeds", "10", "--report", report)
	require.Zero(t, status, "%s%s", out, errs)
	require.Contains(t, out, "10 seeds")
	require.Contains(t, out, "0 broken")
	file, err := os.ReadFile(report)
	require.NoError(t, err)
	var r simReport
	require.NoError(t, json.Unmarshal(file, &r))
	require.Equal(t, uint64(14), r.Next)
	require.Len(t, r.Strikes, sim.FaultCount)
	require.Len(t, r.Points, len(sim.CrashPoints))
	require.NotEmpty(t, r.Goals)
	require.Len(t, r.Times, timesEnd)
	require.GreaterOrEqual(t, r.Times[timeElects].Count, 10, "each seed elects at the beginning")
	require.Equal(t, 10, r.Times[timeConverges].Count)
	require.Empty(t, r.Failures)
}

// Who is interrupted says where to go on, and what was done until then.
func TestSimStopsBetweenSeeds(t *testing.T) {
	var out, errs strings.Builder
	ctx, stop := context.WithCancel(t.Context())
	c := simCommand{First: 7, Seeds: 1_000_000, Short: true}
	options, err := c.options()
	require.NoError(t, err)
	time.AfterFunc(300*time.Millisecond, stop)
	require.NoError(t, c.many(ctx, streams{&out, &errs}, options))
	require.Contains(t, out.String(), "stopped; go on with --first ")
}

func TestSimFindsAKnownMistakeAndShrinksIt(t *testing.T) {
	dir := t.TempDir()
	out, _, status := run("sim", "--short", "--seeds", "50", "--quirk", "skipTrunc",
		"--out", dir)
	require.Equal(t, exitFailed, status, out)
	require.Contains(t, out, "violated ")
	require.Contains(t, out, "replay: zabscope sim --seed ")
	require.Contains(t, out, "--quirk skipTrunc")
	found, err := filepath.Glob(filepath.Join(dir, "seed-*.md"))
	require.NoError(t, err)
	require.Len(t, found, 1)
}

func TestSimReplaysOneSeed(t *testing.T) {
	first, _, status := run("sim", "--seed", "3", "--until-step", "500")
	require.Zero(t, status)
	require.Contains(t, first, "step 500")
	second, _, _ := run("sim", "--seed", "3", "--until-step", "500")
	require.Equal(t, first, second)
}

func TestMutantsAreTold(t *testing.T) {
	out, errs, status := run("sim", "--mutants", "--quirk", "voteRegress", "--for", "5s")
	require.Zero(t, status, errs)
	require.Contains(t, out, "| voteRegress | VotesNeverRegress | 5 of 5 | ")
	require.Contains(t, out, "\n1 of 1 found\n")
}
