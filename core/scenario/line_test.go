package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

func set(ids ...zk.ServerID) target { return target{set: zk.SetOf(ids...)} }

var everyone = target{all: true}

// lines are lines of every verb with what they mean.
var lines = map[string]Line{
	":start 1-5":   {Verb: "start", from: set(1, 2, 3, 4, 5)},
	":kill 3":      {Verb: "kill", from: set(3)},
	":kill leader": {Verb: "kill", from: target{leader: true}},
	":power 1,2":   {Verb: "power", from: set(1, 2)},
	":power 1, 2":  {Verb: "power", from: set(1, 2)},
	":pause 3":     {Verb: "pause", from: set(3)},
	":pause A":     {Verb: "pause", Client: 'A', cmd: sim.Command{Client: 'A'}},
	":resume A":    {Verb: "resume", Client: 'A', cmd: sim.Command{Client: 'A'}},
	":wipe *":      {Verb: "wipe", from: everyone},
	":wipe 2 snapshots": {
		Verb: "wipe", from: set(2), cmd: sim.Command{N: sim.WipeSnapshots},
	},
	":wipe 1, 2 record": {
		Verb: "wipe", from: set(1, 2), cmd: sim.Command{N: sim.WipeRecord},
	},
	":wipe 2 newest":  {Verb: "wipe", from: set(2), cmd: sim.Command{N: sim.WipeNewest}},
	":wipe 2 logbit":  {Verb: "wipe", from: set(2), cmd: sim.Command{N: sim.WipeLogBit}},
	":wipe 2 snapbit": {Verb: "wipe", from: set(2), cmd: sim.Command{N: sim.WipeSnapshotBit}},
	":faildisk 1,2":   {Verb: "faildisk", from: set(1, 2)},
	":drift 2 +5%":    {Verb: "drift", from: set(2), cmd: sim.Command{N: 50}},
	":drift 2 -0.5%":  {Verb: "drift", from: set(2), cmd: sim.Command{N: -5}},
	":drift * 12.3%":  {Verb: "drift", from: everyone, cmd: sim.Command{N: 123}},
	":reset 1>2":      {Verb: "reset", from: set(1), to: set(2)},
	":reset 1<>*":     {Verb: "reset", from: set(1), to: everyone, cmd: sim.Command{Both: true}},
	":bandwidth 1>2 2000": {
		Verb: "bandwidth", from: set(1), to: set(2), cmd: sim.Command{N: 2000},
	},
	":move B 4 5s": {
		Verb: "move", Client: 'B', Server: 4,
		cmd: sim.Command{Client: 'B', Server: 4, D: 5 * time.Second},
	},
	":slowdisk 2 500ms": {
		Verb: "slowdisk", from: set(2), cmd: sim.Command{D: 500 * time.Millisecond},
	},
	":skew 2 +3s": {
		Verb: "skew", from: set(2), cmd: sim.Command{D: 3 * time.Second},
	},
	":skew 2 -3s": {
		Verb: "skew", from: set(2), cmd: sim.Command{D: -3 * time.Second},
	},
	":quirk skipTrunc": {Verb: "quirk", cmd: sim.Command{N: int64(zk.QuirkSkipTrunc)}},
	":quirk 3911": {
		Verb: "quirk", cmd: sim.Command{N: int64(zk.QuirkLogDiffAfterUpToDate)},
	},
	":quirk ZOOKEEPER-4643": {
		Verb: "quirk", cmd: sim.Command{N: int64(zk.QuirkEpochBeforeHistory)},
	},
	":quirk none":   {Verb: "quirk"},
	":readonly on":  {Verb: "readonly", cmd: sim.Command{N: 1}},
	":readonly off": {Verb: "readonly"},
	":chaos 60s": {
		Verb: "chaos", d: time.Minute, cmd: sim.Command{D: time.Minute},
	},
	":partition 1,2|3,4,5":   {Verb: "partition", groups: []target{set(1, 2), set(3, 4, 5)}},
	":partition 1,2 | 3,4,5": {Verb: "partition", groups: []target{set(1, 2), set(3, 4, 5)}},
	":partition leader|*":    {Verb: "partition", groups: []target{{leader: true}, everyone}},
	":heal":                  {Verb: "heal"},
	":heal 3":                {Verb: "heal", from: set(3)},
	":heal 1>4": {
		Verb: "heal", from: set(1), to: set(4), cmd: sim.Command{Verb: sim.HealLink},
	},
	":heal A": {
		Verb: "heal", Client: 'A', cmd: sim.Command{Verb: sim.HealLink, Client: 'A'},
	},
	":crash-at Logged 3 power": {
		Verb: "crash-at", from: set(3), cmd: sim.Command{Kind: trace.Logged, N: 1},
	},
	":move B 4": {
		Verb: "move", Client: 'B', Server: 4, cmd: sim.Command{Client: 'B', Server: 4},
	},
	":cut 1<>4": {Verb: "cut", from: set(1), to: set(4), cmd: sim.Command{Both: true}},
	":heal 1<>4": {
		Verb: "heal", from: set(1), to: set(4),
		cmd: sim.Command{Verb: sim.HealLink, Both: true},
	},
	":drop 5b2.17": {
		Verb: "drop", cmd: sim.Command{Flight: trace.Ref{Node: 5, Boot: 2, Seq: 17}},
	},
	":cut 1>4":      {Verb: "cut", from: set(1), to: set(4)},
	":cut 1 > 4":    {Verb: "cut", from: set(1), to: set(4)},
	":cut *>leader": {Verb: "cut", from: everyone, to: target{leader: true}},
	":delay 1>4 200ms": {
		Verb: "delay", from: set(1), to: set(4), cmd: sim.Command{D: 200 * time.Millisecond},
	},
	":delay *>1 1.5s": {
		Verb: "delay", from: everyone, to: set(1), cmd: sim.Command{D: 1500 * time.Millisecond},
	},
	":loss 1>4 50%": {
		Verb: "loss", from: set(1), to: set(4), cmd: sim.Command{Chance: 1 << 31},
	},
	":loss 1>4 100%": {
		Verb: "loss", from: set(1), to: set(4), cmd: sim.Command{Chance: 1<<32 - 1},
	},
	":drop PROPOSAL 5>1 x2": {
		Verb: "drop", from: set(5), to: set(1), cmd: sim.Command{Type: zk.Proposal, Count: 2},
	},
	":drop 5>1": {Verb: "drop", from: set(5), to: set(1)},
	":drop * 5>1 x*": {
		Verb: "drop", from: set(5), to: set(1), cmd: sim.Command{Count: -1},
	},
	":hold COMMIT 5>*": {
		Verb: "hold", from: set(5), to: everyone, cmd: sim.Command{Type: zk.Commit},
	},
	":release": {Verb: "release"},
	":release COMMIT 5>*": {
		Verb: "release", from: set(5), to: everyone, cmd: sim.Command{Type: zk.Commit},
	},
	":duplicate 1>2": {Verb: "duplicate", from: set(1), to: set(2)},
	":client":        {Verb: "client"},
	":client B":      {Verb: "client", Client: 'B', cmd: sim.Command{Client: 'B'}},
	":client B@2 timeout=6s": {
		Verb: "client", Client: 'B', Server: 2,
		cmd: sim.Command{Client: 'B', Server: 2, TimeoutMs: 6000},
	},
	":client B@2!": {
		Verb: "client", Client: 'B', Server: 2, Pinned: true,
		cmd: sim.Command{Client: 'B', Server: 2, Pinned: true},
	},
	":unplug B": {Verb: "unplug", Client: 'B', cmd: sim.Command{Client: 'B'}},
	":expire B": {Verb: "expire", Client: 'B', cmd: sim.Command{Client: 'B'}},
	":wait 5s": {
		Verb: "wait", d: 5 * time.Second, cmd: sim.Command{D: 5 * time.Second},
	},
	":step":                   {Verb: "step", n: 1},
	":step 10":                {Verb: "step", n: 10},
	":fork":                   {Verb: "fork"},
	":fork keep":              {Verb: "fork", name: "keep"},
	":fork keep before crash": {Verb: "fork", name: "keep", before: "crash"},
	":undo":                   {Verb: "undo"},
	":next":                   {Verb: "next"},
	":load 02-cold-start":     {Verb: "load", name: "02-cold-start"},
	":seed 42":                {Verb: "seed", n: 42},
	":speed 1/50":             {Verb: "speed", n: 20},
	":speed 2x":               {Verb: "speed", n: 2000},
	":help":                   {Verb: "help"},
}

func TestParseLineReadsEveryVerb(t *testing.T) {
	for text, want := range lines {
		l, err := ParseLine("  " + text + " ")
		require.Nil(t, err, "%s: %v", text, err)
		want.Text, want.cmd.Line = text, text
		if want.cmd.Verb == sim.NoVerb {
			want.cmd.Verb = findVerb(want.Verb).world
		}
		require.Equal(t, want, l, text)
	}
}

func TestEveryVerbHasAnExampleThatParses(t *testing.T) {
	for _, v := range Verbs() {
		for example := range strings.SplitSeq(v.Usage, ", ") {
			for part := range strings.SplitSeq(example, " or ") {
				_, err := ParseLine(part)
				require.Nil(t, err, "%s: %v", part, err)
			}
		}
		require.NotEmpty(t, v.Help, v.Name)
	}
}

func TestParseLineReadsClientLines(t *testing.T) {
	l, err := ParseLine("A: create -e -s /lock/n- x")
	require.Nil(t, err)
	require.True(t, l.IsClient())
	require.Equal(t, zk.ServerID('A'), l.Client)
	require.Equal(t, zk.Request{
		Op: zk.OpCreate, Mode: zk.EphemeralSequential, Path: "/lock/n-", Data: []byte("x"),
		ACL: zk.OpenACL,
	}, l.shell.Req)

	l, err = ParseLine("B@3!: get /x")
	require.Nil(t, err)
	require.Equal(t, []any{zk.ServerID('B'), zk.ServerID(3), true},
		[]any{l.Client, l.Server, l.Pinned})

	l, err = ParseLine("A: set /x a:b")
	require.Nil(t, err)
	require.Equal(t, []byte("a:b"), l.shell.Req.Data)
}

// refusedLines are lines with the codes of their errors.
var refusedLines = map[string]string{
	"":                         CodeBadLine,
	"kill 3":                   CodeBadLine,
	"a: get /":                 CodeBadLine,
	"AB: get /":                CodeBadLine,
	"A@0: get /":               CodeBadLine,
	"A: gte /":                 "ShellUnknown",
	"A:":                       "ShellEmpty",
	":":                        CodeUnknownVerb,
	":kil 3":                   CodeUnknownVerb,
	":recipe lock A,B":         CodeUnknownVerb,
	":crash-at Logged":         CodeUsage,
	":crash-at Nothing 3":      CodeBadTarget,
	":crash-at Logged 3 hard":  CodeBadTarget,
	":move B":                  CodeUsage,
	":move B x":                CodeBadTarget,
	":drop 5.x":                CodeBadTarget,
	":drop ACK 1<>2":           CodeBadTarget,
	":kill":                    CodeUsage,
	":kill A":                  CodeBadTarget,
	":kill 0":                  CodeBadTarget,
	":kill 64":                 CodeBadTarget,
	":kill 3-1":                CodeBadTarget,
	":kill x":                  CodeBadTarget,
	":kill 1,,2":               CodeBadTarget,
	":pause":                   CodeUsage,
	":slowdisk 2":              CodeUsage,
	":wipe 2 bit":              CodeBadTarget,
	":drift 2":                 CodeUsage,
	":drift 2 5":               CodeBadPercent,
	":drift 2 +.5%":            CodeBadPercent,
	":drift 2 +5.55%":          CodeBadPercent,
	":bandwidth 1>2 slow":      CodeBadNumber,
	":reset 1":                 CodeBadTarget,
	":move B 4 soon":           CodeBadDuration,
	":slowdisk 2 fast":         CodeBadDuration,
	":slowdisk 2 1d":           CodeBadDuration,
	":skew 2 ++":               CodeBadDuration,
	":quirk":                   CodeUsage,
	":quirk nothing":           CodeBadQuirk,
	":readonly":                CodeUsage,
	":readonly yes":            CodeUsage,
	":chaos":                   CodeUsage,
	":chaos soon":              CodeBadDuration,
	":chaos 100h":              CodeBadDuration,
	":partition":               CodeUsage,
	":partition 1,2|2,3":       CodeServerTwice,
	":partition A|1":           CodeBadTarget,
	":partition *|*":           CodeBadTarget,
	":heal x":                  CodeBadTarget,
	":heal 1>":                 CodeBadTarget,
	":cut":                     CodeUsage,
	":cut 1":                   CodeBadTarget,
	":cut A>1":                 CodeBadTarget,
	":delay 1>4":               CodeUsage,
	":delay 1>4 -5s":           CodeBadDuration,
	":loss 1>4 30":             CodeBadPercent,
	":loss 1>4 101%":           CodeBadPercent,
	":drop":                    CodeUsage,
	":drop PROPOSAL":           CodeUsage,
	":drop PROPSAL 1>2":        CodeBadType,
	":drop CONNECT 1>2":        CodeBadType,
	":drop ACK 1>2 x0":         CodeBadNumber,
	":drop ACK 1>2 2":          CodeBadNumber,
	":release nothing":         CodeBadType,
	":client b":                CodeBadTarget,
	":client B@":               CodeBadTarget,
	":client B timeout=0s":     CodeBadDuration,
	":client B C":              CodeBadTarget,
	":unplug":                  CodeUsage,
	":unplug 3":                CodeBadTarget,
	":expire B C":              CodeUsage,
	":wait":                    CodeUsage,
	":until":                   CodeExprEnd,
	":until leader":            CodeExprBool,
	":until within 5s: up[1]":  CodeExprPrefix,
	":step 0":                  CodeBadNumber,
	":step x":                  CodeBadNumber,
	":step 1 2":                CodeUsage,
	":fork a after b":          CodeUsage,
	":undo 3":                  CodeUsage,
	":load":                    CodeUsage,
	":seed 0":                  CodeBadNumber,
	":seed x":                  CodeBadNumber,
	":speed 1/0":               CodeBadNumber,
	":speed fast":              CodeBadNumber,
	strings.Repeat("x", 2<<20): CodeTooLong,
}

func TestParseLineRefusesWithCauseAndNextAction(t *testing.T) {
	for text, want := range refusedLines {
		_, err := ParseLine(text)
		require.NotNil(t, err, text)
		require.Equal(t, want, err.Code, shorten(text))
		require.NotContains(t, err.Error(), "{", shorten(text))
		require.Contains(t, ErrorCodes(), err.Code)
	}
}

func TestUnknownVerbIsNamedWithTheKnownOnes(t *testing.T) {
	_, err := ParseLine(":recipe lock A,B,C")
	require.Equal(t, []string{"recipe", verbNames()}, err.Args)
	require.Contains(t, err.Error(), "unknown command :recipe; known: :start :kill")
}

func TestEveryCodeHasOneSentence(t *testing.T) {
	seen := map[string]bool{}
	for _, code := range ErrorCodes() {
		require.False(t, seen[code], code)
		seen[code] = true
		require.NotEqual(t, code, Sentence(code))
	}
}

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"5s": 5 * time.Second, "200ms": 200 * time.Millisecond, "1.5s": 1500 * time.Millisecond,
		"2m": 2 * time.Minute, "24h": 24 * time.Hour, "0s": 0, "7us": 7000, "0.25ms": 250_000,
	} {
		d, ok := parseDuration(text)
		require.True(t, ok, text)
		require.Equal(t, want, d, text)
	}
	for _, text := range []string{
		"", "s", "5", "-5s", "5 s", "1.s", ".5s", "25h", "1e3s", "5sec", "9999999999s",
		"0.1234567891s", "24.5h",
	} {
		_, ok := parseDuration(text)
		require.False(t, ok, text)
	}
}
