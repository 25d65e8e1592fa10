package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

const sample = `---
title: Why did server 5 win?
topics: [election, zxid]
level: basic
# a remark
cluster: 5 voters + 1 observer
config: commitLogCount=5, electionFinalizeWait=always, tickTime=2000, latency=1.5ms, jitter=0s
seed: 7
clients: A@1, B@2!
from: broadcast
minutes: 6
---
Five servers start *together*.

## All at once {#start}

Prose with code:

` + "```text\n## no heading {#x}\n```" + `

` + "```predict pick-server\nWho will lead?\n```" + `

` + "```run\n:start 1-5\n\n# a remark\n:until leader != none\n```" + `

` + "```expect\nleader == 5\nwithin 5s: epoch == 1\n```" + `

` + "```trace election server=1\n1  VoteChanged\n```" + `

## Then {#then}
` + "```show\nfocus: votes, server 4\nspeed: 1/50\n```" + `
` + "```predict choice\nSure?\n- Yes => leader == 5\n- No => leader != 5\n```" + `
The end.
`

func TestParseReadsAWholeFile(t *testing.T) {
	f, err := Parse("03-sample", sample)
	require.Nil(t, err, "%v", err)
	require.Equal(t, "Why did server 5 win?", f.Title)
	require.Equal(t, []string{"election", "zxid"}, f.Topics)
	require.Equal(t, []any{5, 1, uint64(7), true, 6, "basic"},
		[]any{f.Voters, f.Observers, f.Seed, f.Broadcast, f.Minutes, f.Level})
	require.Equal(t, Settings{
		CommitLogCount: 5, FinalizeAlways: true, TickTime: 2 * time.Second,
		Latency: 1500 * time.Microsecond, Jitter: -1,
	}, f.Settings)
	require.Equal(t, []ClientSpec{{'A', 1, false}, {'B', 2, true}}, f.Clients)
	require.Len(t, f.Intro, 1)
	require.Equal(t, "Five servers start *together*.", f.Intro[0].Text)

	require.Len(t, f.Steps, 2)
	s := f.Steps[0]
	require.Equal(t, []any{"start", "All at once", 15}, []any{s.ID, s.Title, s.Line})
	var kinds []BlockKind
	for _, b := range s.Blocks {
		kinds = append(kinds, b.Kind)
	}
	require.Equal(t, []BlockKind{Prose, Predict, Run, Expect, Golden}, kinds)
	require.Contains(t, s.Blocks[0].Text, "## no heading {#x}")
	require.Equal(t, "leader", s.Blocks[1].Predict.Answer.String())
	require.Equal(t, []int{28, 31}, []int{s.Blocks[2].Lines[0].Num, s.Blocks[2].Lines[1].Num})
	require.Equal(t, 5*time.Second, s.Blocks[3].Checks[1].D)
	require.Equal(t, 36, s.Blocks[3].Checks[1].Line)
	require.Equal(t, &Filter{Groups: []trace.Group{trace.GroupElection}, Servers: zk.SetOf(1)},
		s.Blocks[4].Golden)

	require.Equal(t, Show{Focus: "votes, server 4", Speed: "1/50"}, f.Steps[1].Show)
	require.Equal(t, "The end.", f.Steps[1].Blocks[1].Text)
	require.Equal(t, []int{0, 1, -1, -1},
		[]int{f.StepIndex("start"), f.StepIndex("2"), f.StepIndex("3"), f.StepIndex("x")})
}

func TestParseTakesWindowsLineEnds(t *testing.T) {
	f, err := Parse("x", strings.ReplaceAll(sample, "\n", "\r\n"))
	require.Nil(t, err)
	require.Len(t, f.Steps, 2)
}

// file makes a small file with the front matter and body.
func file(front, body string) string {
	return "---\ntitle: t\ncluster: 3 voters\n" + front + "---\n" + body
}

func TestParseRefusesWithLineCauseAndNextAction(t *testing.T) {
	step := "## S {#s}\n"
	for _, c := range []struct {
		text string
		code string
		line int
	}{
		{"", CodeFront, 1},
		{"# Title\n", CodeFront, 1},
		{"---\ntitle: t\n", CodeFront, 3},
		{"---\ntitle: t\n---\n" + step, CodeFrontValue, 1},
		{file("", "prose"), CodeNoSteps, 5},
		{file("colour: red\n", step), CodeFrontKey, 4},
		{file("cluster: 10 voters\n", step), CodeFrontValue, 4},
		{file("cluster: 0 voters\n", step), CodeFrontValue, 4},
		{file("cluster: 3 voters + 5 observers\n", step), CodeFrontValue, 4},
		{file("cluster: three voters\n", step), CodeFrontValue, 4},
		{file("cluster: 3 voters | 3 voters\n", step), CodeFrontValue, 4},
		{file("seed: 0\n", step), CodeFrontValue, 4},
		{file("level: easy\n", step), CodeFrontValue, 4},
		{file("config: foo=1\n", step), CodeFrontValue, 4},
		{file("config: syncLimit=many\n", step), CodeFrontValue, 4},
		{file("clients: A@1, A@2\n", step), CodeFrontValue, 4},
		{file("clients: a\n", step), CodeFrontValue, 4},
		{file("clients: A@4\n", step), CodeNoServer, 1},
		{file("from: here\n", step), CodeFrontValue, 4},
		{file("minutes: 600\n", step), CodeFrontValue, 4},
		{file("speed: fast\n", step), CodeFrontValue, 4},
		{file("", "## No id\n"), CodeStepID, 5},
		{file("", "## Bad id {#A b}\n"), CodeStepID, 5},
		{file("", step+step), CodeStepTwice, 6},
		{file("", "```run\n```\n"), CodeBlockStep, 5},
		{file("", step+"```run\n:kill 1\n"), CodeBlockOpen, 6},
		{file("", step+"```rnu\n:kill 1\n```\n"), CodeBlockKind, 6},
		{file("", step+"```run\n\n:kil 1\n```\n"), CodeUnknownVerb, 8},
		{file("", step+"```run\n:kill 4\n```\n"), CodeNoServer, 7},
		{file("", step+"```run\n:until state[4] == LOOKING\n```\n"), CodeNoServer, 7},
		{file("", step+"```run\n:partition 1|9\n```\n"), CodeNoServer, 7},
		{file("", step+"```run\n:client A@9\n```\n"), CodeNoServer, 7},
		{file("", step+"```run\n:undo\n```\n"), CodeNotInFile, 7},
		{file("", step+"```run\n:load x\n```\n"), CodeNotInFile, 7},
		{file("", step+"```run\n:seed 3\n```\n"), CodeNotInFile, 7},
		{file("", step+"```run\n:speed 2\n```\n"), CodeNotInFile, 7},
		{file("", step+"```run\nA: gte /\n```\n"), "ShellUnknown", 7},
		{file("", step+"```expect\nleader == 1\nledaer == 1\n```\n"), CodeExprName, 8},
		{file("", step+"```expect\nstate[7] == LOOKING\n```\n"), CodeNoServer, 7},
		{file("", step+"```predict guess\nWho?\n```\n"), CodePredict, 6},
		{file("", step+"```predict choice\nWho?\n```\n"), CodePredictBody, 6},
		{file("", step+"```predict choice\nWho?\n- me\n```\n"), CodePredictBody, 8},
		{file("", step+"```predict choice\nWho?\n- me => ledaer == 1\n```\n"), CodeExprName, 8},
		{file("", step+"```predict number\nHow many?\n```\n"), CodePredictBody, 6},
		{file("", step+"```predict number\n= epoch\n```\n"), CodePredictBody, 6},
		{file("", step+"```trace\n```\n"), CodeTraceHead, 6},
		{file("", step+"```trace votes\n```\n"), CodeTraceHead, 6},
		{file("", step+"```trace election server=x\n```\n"), CodeTraceHead, 6},
		{file("", step+"```show\nwhere: here\n```\n"), CodeFrontValue, 7},
		{strings.Repeat("x", FileMax+1), CodeTooLong, 0},
	} {
		_, err := Parse("x", c.text)
		require.NotNil(t, err, c.text)
		require.Equal(t, c.code, err.Code, "%s\n%v", shorten(c.text), err)
		require.Equal(t, c.line, err.Line, "%s\n%v", shorten(c.text), err)
		require.NotContains(t, err.Error(), "{0}")
	}
}

func TestErrorBeginsWithItsLine(t *testing.T) {
	_, err := Parse("x", file("", "## S {#s}\n```run\n:kill 9\n```\n"))
	require.EqualError(t, err, "line 7: there is no server 9; the servers are 1,2,3")
}

func TestTranslationHasNoScript(t *testing.T) {
	zh := "---\ntitle: 题目\n---\n文字\n\n## 开始 {#start}\n" +
		"```predict pick-server\n谁?\n```\n" +
		"## 然后 {#then}\n```predict choice\n确定?\n- 是\n- 否\n```\n"
	tr, err := ParseTranslation("03-sample", zh)
	require.Nil(t, err, "%v", err)
	f, err := Parse("03-sample", sample)
	require.Nil(t, err)
	require.Nil(t, f.CheckTranslation(tr))

	for _, c := range [][2]string{
		{"{#then}", "{#later}"}, {"- 否\n", ""}, {"pick-server", "multi"},
		{"```predict pick-server\n谁?\n```\n", ""},
	} {
		tr, err := ParseTranslation("x", strings.Replace(zh, c[0], c[1], 1))
		if err == nil {
			err = f.CheckTranslation(tr)
		}
		require.NotNil(t, err, c[0])
	}
	_, err = ParseTranslation("x", zh+"```run\n:kill 1\n```\n")
	require.Equal(t, CodeBlockKind, err.Code)
}

func TestRewriteReplacesTraceBlocksOnly(t *testing.T) {
	f, err := Parse("x", sample)
	require.Nil(t, err)
	got := f.Rewrite(sample, []string{"new\nlines"})
	require.Equal(t, strings.Replace(sample, "1  VoteChanged", "new\nlines", 1), got)
	empty := strings.Replace(sample, "1  VoteChanged\n", "", 1)
	require.Equal(t, empty, f.Rewrite(sample, []string{""}))
	again, err := Parse("x", got)
	require.Nil(t, err)
	require.Equal(t, "new\nlines", again.Steps[0].Blocks[4].Text)
}

func TestAttack_U09_FreePlayRefusesWhatIsTooSmallOrTooLarge(t *testing.T) {
	for _, n := range [][2]int{{0, 0}, {10, 0}, {-1, 0}, {5, 5}, {5, -1}} {
		_, err := FreePlay(n[0], n[1], 1)
		require.Equal(t, CodeNodes, err.Code)
	}
	for _, n := range [][2]int{{1, 0}, {9, 4}} {
		_, err := FreePlay(n[0], n[1], 1)
		require.Nil(t, err)
	}
}
