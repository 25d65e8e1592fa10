package bridge

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
)

// brief is a slice of work that is over after so many looks at the time.
func brief(n int) func() func() bool {
	return func() func() bool {
		left := n
		return func() bool { left--; return left > 0 }
	}
}

// sliced opens free play with slices of a few steps.
func sliced(t *testing.T, lang string) *page {
	t.Helper()
	p := &page{t, New(brief(20))}
	p.call("load", args{"voters": 5, "seed": 7, "lang": lang})
	return p
}

// inSlices gives a command and does its slices, as the Worker does, with a tick between them.
func (p *page) inSlices(verb string, a args) (last answerOf, slices int) {
	p.t.Helper()
	last = p.send(verb, a)
	for last.More != nil {
		slices++
		p.tick(16)
		last = p.send("slice", args{"job": last.More.Job})
	}
	return last, slices
}

func TestLineThatWaitsIsDoneInSlices(t *testing.T) {
	p, whole := sliced(t, "en"), free(t)
	whole.call("play", args{"on": false})
	for _, line := range []string{
		":until leader != none", ":chaos 10s", ":wait 3s", ":step 50", ":until leader == 9",
	} {
		got, slices := p.inSlices("command", args{"line": line})
		require.Positive(t, slices, line)
		require.Equal(t, whole.line(line), as[Result](p, got.Result), line)
		require.Equal(t, whole.fingerprint(), p.fingerprint(), line)
	}
}

func TestFrameTellsHowFarAWaitIs(t *testing.T) {
	p := sliced(t, "en")
	a := p.send("command", args{"line": ":wait 5s"})
	require.NotNil(t, a.More)
	f := p.tick(16)
	require.Equal(t, "line", f.Work.Kind)
	require.Equal(t, ":wait 5s", f.Work.Line)
	require.InDelta(t, 5000, f.Work.Until, 1)
	require.True(t, f.Playing && f.Work.Fast)
	require.Equal(t, f.Now, p.tick(250).Now, "the clock rests while a line takes the time")
}

func TestPauseSeekAndStepEndAWait(t *testing.T) {
	for verb, a := range map[string]args{
		"cancel": nil, "play": {"on": false}, "seek": {"ms": 0}, "step": {"n": 1},
		"run": nil, "load": {"voters": 3, "seed": 1, "lang": "en"},
	} {
		p := sliced(t, "en")
		first := p.send("command", args{"line": ":wait 23h"})
		require.NotNil(t, first.More, verb)
		p.send(verb, a)
		end := p.send("slice", args{"job": first.More.Job})
		require.Nil(t, end.More, verb)
		if verb == "load" {
			require.Contains(t, end.Error, "Stopped at", verb)
			continue
		}
		r := as[Result](p, end.Result)
		require.False(t, r.OK, verb)
		require.Contains(t, r.Error, "Stopped at", verb)
		require.Nil(t, p.tick(16).Work, verb)
	}
}

func TestTypedLineLetsTimePassAtTheSpeedOfTheClock(t *testing.T) {
	p := free(t)
	p.call("play", args{"on": false})
	r := as[Result](p, p.call("command", args{"line": ":until leader != none", "typed": true}))
	require.NotZero(t, r.Pending)
	f := p.tick(16)
	require.True(t, f.Playing)
	require.Equal(t, ":until leader != none", f.Work.Line)
	require.Less(t, f.Now, 100.0, "not in one go")
	for n := 0; f.Playing && n < 20_000; n++ {
		f = p.tick(100)
	}
	require.False(t, f.Playing, "it was paused before")
	require.Nil(t, f.Work)
	done := as[Result](p, p.call("answer", args{"entry": r.Pending}))
	require.True(t, done.OK)
	whole := free(t)
	whole.do(":until leader != none")
	require.Equal(t, whole.fingerprint(), p.fingerprint())
	require.Equal(t, whole.line(":wait 0ms").Output, done.Output, "at the same moment")
}

func TestTypedWaitCanBeHurriedAndStopped(t *testing.T) {
	p := free(t)
	r := as[Result](p, p.call("command", args{"line": ":wait 1h", "typed": true}))
	p.tick(16)
	as[Result](p, p.call("command", args{"line": ":kill 1"}))
	require.NotNil(t, p.tick(16).Work, "other lines do not end it")
	p.call("cancel", nil)
	stopped := as[Result](p, p.call("answer", args{"entry": r.Pending}))
	require.Contains(t, stopped.Error, "Stopped at")
	p.call("command", args{"line": ":wait 10s", "typed": true})
	before := p.tick(16).Now
	require.True(t, as[Result](p, p.call("hurry", nil)).OK)
	require.Greater(t, p.tick(0).Now, before+9000)
}

func TestReplayCanBeStoppedAndLeavesTheRun(t *testing.T) {
	p := sliced(t, "zh-CN")
	p.inSlices("command", args{"line": ":wait 60s"})
	link, here := p.call("share", nil), p.fingerprint()
	p.call("load", args{"voters": 5, "seed": 9, "lang": "zh-CN"})
	a := p.send("restore", args{"link": link})
	require.NotNil(t, a.More)
	f := p.tick(16)
	require.Equal(t, "restore", f.Work.Kind)
	require.InDelta(t, 60000, f.Work.Until, 1)
	p.call("cancel", nil)
	require.Contains(t, p.send("slice", args{"job": a.More.Job}).Error, "停下")
	require.EqualValues(t, 9, p.b.session.Seed(), "the run that was there")
	end, slices := p.inSlices("restore", args{"link": link})
	require.Empty(t, end.Error)
	require.Positive(t, slices)
	require.Equal(t, here, p.fingerprint())
}

func TestHelpSpeaksTheLanguageOfThePage(t *testing.T) {
	p := sliced(t, "zh-CN")
	help := p.line(":help").Output
	require.Contains(t, help, ":kill 3")
	for _, v := range scenario.Verbs() {
		require.Contains(t, help, v.Usage+"  "+p.b.text.Verb(v.Name))
		require.NotContains(t, help, v.Help)
	}
}

func TestLinesForThePageSayWhatItHasToDo(t *testing.T) {
	p := free(t)
	r := p.line(":load nowhere")
	require.Equal(t, "load", r.Effect.Kind)
	require.Equal(t, "nowhere", r.Effect.Name)
	p.call("settle", args{"entry": r.Effect.Entry, "text": "there is none"})
	html, _ := func() (string, bool) { f := p.tick(0); return f.panel("console-log") }()
	require.Contains(t, html, "there is none")
	require.EqualValues(t, 42, p.line(":seed 42").Effect.N)
}
