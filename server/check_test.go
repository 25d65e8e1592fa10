package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/check"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// recorded runs a seed and returns its trace.
func recorded(t *testing.T, args ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "run.ndjson")
	_, _, _ = run(append([]string{"sim", "--short", "--trace", name}, args...)...)
	return name
}

// perNode writes the events of each server of a trace to a file of its own.
func perNode(t *testing.T, name string) []string {
	t.Helper()
	whole, err := readTape(name)
	require.NoError(t, err)
	texts := map[zk.ServerID][]byte{}
	for i := range whole.events {
		e := &whole.events[i]
		if e.Node > 0 && e.Node <= zk.ServerMax {
			texts[e.Node] = trace.AppendNDJSON(texts[e.Node], e)
		}
	}
	var names []string
	for id := zk.ServerID(1); texts[id] != nil; id++ {
		p := filepath.Join(filepath.Dir(name), "node"+id.String()+".ndjson")
		require.NoError(t, os.WriteFile(p, texts[id], 0o644))
		names = append(names, p)
	}
	return names
}

func TestCheckFindsNothingInACorrectRun(t *testing.T) {
	out, errs, status := run("check", recorded(t, "--seed", "2"))
	require.Zero(t, status, out+errs)
	require.Contains(t, out, " 0 violations")
}

// TestCheckPutsTheTracesOfNodesTogetherByCause: the order of the files does not matter, and a file
// that is missing or ends early is a gap, not a violation. The seeds harm no disk: only the world
// says that.
func TestCheckPutsTheTracesOfNodesTogetherByCause(t *testing.T) {
	for _, seed := range []string{"5", "8", "13"} {
		names := perNode(t, recorded(t, "--seed", seed))
		require.Greater(t, len(names), 2)
		for _, files := range [][]string{names, backwards(names), names[1:]} {
			out, errs, status := run(append([]string{"check"}, files...)...)
			require.Zero(t, status, out+errs)
			require.Contains(t, out, "which no file has")
		}
		raw, err := os.ReadFile(names[0])
		require.NoError(t, err)
		half := raw[:bytes.LastIndexByte(raw[:len(raw)/2], '\n')+1]
		require.NoError(t, os.WriteFile(names[0], half, 0o644))
		out, errs, status := run(append([]string{"check"}, names...)...)
		require.Zero(t, status, out+errs)
		require.Contains(t, out, "was caused by 1")
	}
}

func backwards(names []string) []string {
	names = slices.Clone(names)
	slices.Reverse(names)
	return names
}

// TestMergedTracesHaveCausesFirst compares a merge with the order in which things happened.
func TestMergedTracesHaveCausesFirst(t *testing.T) {
	name := recorded(t, "--seed", "2")
	var tapes []*tape
	for _, n := range perNode(t, name) {
		tape, err := readTape(n)
		require.NoError(t, err)
		tapes = append(tapes, tape)
	}
	events, _ := mergeTapes(tapes)
	seen := map[trace.Ref]bool{}
	for i := range events {
		e := &events[i]
		if e.Cause.Node > 0 && e.Cause.Node <= zk.ServerMax {
			require.True(t, seen[e.Cause], "%s before its cause", e)
		}
		seen[e.Ref] = true
	}
	require.Greater(t, len(seen), 1000)
}

func TestCheckNamesAndExplainsWhatIsBroken(t *testing.T) {
	name := recorded(t, "--seed", "1", "--voters", "3", "--quirk", "ackBeforeSync")
	for _, files := range [][]string{{name}, perNode(t, name)} {
		out, _, status := run(append([]string{"check"}, files...)...)
		require.Equal(t, exitFailed, status, out)
		require.Contains(t, out, "violated AckAfterDurable (D4 D5)")
		require.Contains(t, out, check.Meaning("AckAfterDurable"))
		require.Regexp(t, `Node \d receives PROPOSAL .*\n.*Node \d sends ACK`, out)
	}
	out, _, status := run("check", "--lang", "zh", name)
	require.Equal(t, exitFailed, status)
	require.Contains(t, out, "节点")
}

func TestCheckSaysWhatIsWrongWithAFile(t *testing.T) {
	good := `{"ref":"1.1","at":0,"kind":"Booted","set":[1]}` + "\n\n"
	for text, want := range map[string]string{
		good + `{"ref":"1.2","at":0,"kind":"Nope"}`:  `:3: byte `,
		good + `{"ref":"1.2","at":0,"kind":"Logged"`: `:3: byte `,
		"\x00\xff": `:1: byte `,
		"\n":       `no events`,
		"":         `no events`,
	} {
		name := filepath.Join(t.TempDir(), "bad.ndjson")
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
		_, errs, status := run("check", name)
		require.Equal(t, exitUsage, status)
		require.Contains(t, errs, want)
		require.Contains(t, errs, "zabscope run --trace")
	}
	_, errs, status := run("check", filepath.Join(t.TempDir(), "none"))
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "no such file")
	_, errs, status = run("check")
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "name a trace")
}

func TestCheckListsAllInvariants(t *testing.T) {
	out, _, status := run("check", "--list")
	require.Zero(t, status)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, len(check.Names())+1)
	require.Regexp(t, `^S1 +Leadership1 +no two servers`, lines[0])
}
