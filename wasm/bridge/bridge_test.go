package bridge

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/scenarios"
	"github.com/zabscope/zabscope/web/text"
)

// args are the arguments of one command.
type args map[string]any

// page plays the page's part against a bridge.
type page struct {
	t *testing.T
	b *Bridge
}

// endless is a slice of work that is never over.
func endless() func() bool { return func() bool { return true } }

// free opens free play with five servers and one seed.
func free(t *testing.T) *page {
	t.Helper()
	p := &page{t, New(endless)}
	p.call("load", args{"voters": 5, "seed": 7, "lang": "en", "play": true})
	return p
}

// lesson opens a scenario.
func lessonPage(t *testing.T, name string) *page {
	t.Helper()
	p := &page{t, New(endless)}
	text, err := scenarios.Text("en", name)
	require.NoError(t, err)
	told, err := scenarios.Text("zh", name)
	require.NoError(t, err)
	p.call("load", args{"name": name, "scenario": text, "told": told, "lang": "zh-CN"})
	return p
}

// send gives a command and returns the whole answer.
func (p *page) send(verb string, a args) answerOf {
	p.t.Helper()
	m := args{"do": verb, "id": 1}
	for k, v := range a {
		m[k] = v
	}
	text, err := json.Marshal(m)
	require.NoError(p.t, err)
	var out answerOf
	require.NoError(p.t, json.Unmarshal(p.b.Call(text), &out))
	return out
}

type answerOf struct {
	More   *More           `json:"more"`
	Result json.RawMessage `json:"result"`
	Error  string          `json:"error"`
	Code   string          `json:"code"`
	Panic  *Panic          `json:"panic"`
}

// call gives a command that must succeed.
func (p *page) call(verb string, a args) json.RawMessage {
	p.t.Helper()
	out := p.send(verb, a)
	require.Nil(p.t, out.Panic, "%s", verb)
	require.Empty(p.t, out.Error, "%s", verb)
	return out.Result
}

// line gives a line to the console and returns how it went.
func (p *page) line(line string) Result {
	p.t.Helper()
	return as[Result](p, p.call("command", args{"line": line}))
}

// do gives a line that must be accepted.
func (p *page) do(line string) Result {
	p.t.Helper()
	r := p.line(line)
	require.True(p.t, r.OK, "%s: %s", line, r.Error)
	return r
}

func as[T any](p *page, text json.RawMessage) T {
	p.t.Helper()
	var v T
	require.NoError(p.t, json.Unmarshal(text, &v), "%s", text)
	return v
}

func (p *page) fingerprint() string { return string(p.call("fingerprint", nil)) }

func (p *page) state() scenario.State {
	p.t.Helper()
	return as[scenario.State](p, p.call("state", nil))
}

// frameOf is a frame as the page reads it.
type frameOf struct {
	Frame
	Panic *Panic `json:"panic"`
}

// tick asks for a frame.
func (p *page) tick(dt float64) frameOf {
	p.t.Helper()
	var f frameOf
	require.NoError(p.t, json.Unmarshal(p.b.Tick(dt), &f))
	f.unpatch(p.b)
	return f
}

// pagesHave is the HTML of the panels as the page of each bridge has it.
var pagesHave = map[*Bridge]map[string]string{}

// unpatch makes whole panels of patches, as the page does.
func (f *frameOf) unpatch(b *Bridge) {
	has := pagesHave[b]
	if has == nil {
		has = map[string]string{}
		pagesHave[b] = has
	}
	for _, patch := range f.Patches {
		old, html := pieces(has[patch.ID]), ""
		for _, part := range patch.Parts {
			if text, fresh := strings.CutPrefix(part, "+"); fresh {
				html += text
				continue
			}
			a, n, _ := strings.Cut(part[1:], ",")
			from, _ := strconv.Atoi(a)
			count, _ := strconv.Atoi(n)
			html += strings.Join(old[from:from+count], "")
		}
		f.Panels = append(f.Panels, [2]string{patch.ID, html})
	}
	for _, p := range f.Panels {
		has[p[0]] = p[1]
	}
}

// play lets real milliseconds go by, 16 at a time, and returns the frames.
func (p *page) play(realMs float64) []frameOf {
	p.t.Helper()
	p.call("play", args{"on": true})
	var frames []frameOf
	for ; realMs > 0; realMs -= 16 {
		frames = append(frames, p.tick(16))
	}
	return frames
}

func (f *frameOf) panel(id string) (string, bool) {
	for _, p := range f.Panels {
		if p[0] == id {
			return p[1], true
		}
	}
	return "", false
}

func TestFirstFrameCarriesTheWholePage(t *testing.T) {
	p := free(t)
	f := p.tick(0)
	for _, id := range []string{"status", "server-1", "server-5", "stage-wires", "votes"} {
		html, ok := f.panel(id)
		require.True(t, ok, id)
		require.Contains(t, html, `id="`+id+`"`)
	}
	require.Len(t, f.Geometry.Servers, 5)
	require.Len(t, f.Geometry.Wires, 10)
	require.True(t, f.Playing)
	require.Equal(t, DefaultSpeed, f.Speed)
	require.Equal(t, uint64(7), f.Page.Seed)
}

func TestFrameRepeatsNothing(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.do(":wait 1s")
	p.call("play", args{"on": false})
	p.tick(0)
	f := p.tick(0)
	require.Empty(t, f.Panels)
	require.Nil(t, f.Geometry)
	require.Nil(t, f.Flights)
	require.Nil(t, f.Page)
	require.Empty(t, f.Marks)
	require.False(t, f.More)
	p.call("select", args{"target": "server-2"})
	f = p.tick(0)
	_, ok := f.panel("inspector")
	require.True(t, ok)
	_, ok = f.panel("server-1")
	require.False(t, ok, "server 1 has not changed")
}

func TestPanelsOutOfSightAreNotDrawn(t *testing.T) {
	p := &page{t, New(endless)}
	p.call("sight", args{"hide": []string{"votes", "events-rows"}})
	p.call("load", args{"voters": 3, "seed": 1, "lang": "en"})
	f := p.tick(0)
	_, ok := f.panel("votes")
	require.False(t, ok)
	p.call("sight", args{"show": []string{"votes"}})
	f = p.tick(0)
	_, ok = f.panel("votes")
	require.True(t, ok)
}

func TestPanelsAreDrawnTenTimesASecondAtMost(t *testing.T) {
	p := free(t)
	p.call("speed", args{"speed": 1000})
	p.tick(0)
	drawn := 0
	for _, f := range p.play(1000) {
		if _, ok := f.panel("status"); ok {
			drawn++
		}
	}
	require.Greater(t, drawn, 1)
	require.LessOrEqual(t, drawn, 10)
}

func TestPlayElectsALeader(t *testing.T) {
	p := free(t)
	p.call("speed", args{"speed": 1000})
	frames := p.play(2000)
	s := p.state()
	require.Equal(t, 5, int(s.Leader))
	require.Equal(t, "sim", s.Source)
	require.Empty(t, s.Violations)
	require.GreaterOrEqual(t, frames[len(frames)-1].Now, 2000.0)
	said := ""
	flights := 0
	for _, f := range frames {
		said += " " + f.Says
		if f.Flights != nil {
			flights += len(*f.Flights)
		}
	}
	require.Contains(t, said, "5")
	require.Positive(t, flights)
}

func TestSliceStopsWhenItsTimeIsOver(t *testing.T) {
	slices := 0
	p := &page{t, New(func() func() bool {
		slices++
		return func() bool { return false }
	})}
	p.call("load", args{"voters": 5, "seed": 7, "play": true, "speed": 10000})
	p.tick(250)
	require.Equal(t, 1, slices)
	require.Less(t, int(p.b.session.Timeline().Position()), 2*stepsAtOnce)
}

func TestIdleTimeGlides(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.do(":wait 3s")
	from := p.tick(0).Now
	p.play(600)
	slow := p.tick(0).Now - from
	require.Less(t, slow, 20.0, "something happened a moment ago: no glide for 600 ms")
	from = p.tick(0).Now
	last := p.play(2000)
	fast := p.tick(0).Now - from
	require.Greater(t, fast, 600.0)
	require.LessOrEqual(t, fast, 2000.0*DefaultSpeed*glideMax/1000)
	require.Positive(t, last[len(last)-1].Glide)

	p.do("A: create /x 1")
	from = p.tick(0).Now
	p.play(300)
	require.LessOrEqual(t, p.tick(0).Now-from, 300*DefaultSpeed/1000+1,
		"messages fly at the slider's speed")
}

func TestStepBackAndForwardIsTheSameRun(t *testing.T) {
	for _, unit := range []string{"event", "delivery", "round"} {
		p := free(t)
		p.do(":until leader != none")
		p.do(":kill leader")
		p.do(":until leader != none")
		p.call("step", args{"n": 3, "unit": unit})
		end, state := p.fingerprint(), p.state()
		p.call("step", args{"n": -3, "unit": unit})
		require.NotEqual(t, end, p.fingerprint())
		require.Less(t, p.state().TMs, state.TMs)
		require.True(t, p.tick(0).Jump)
		p.call("step", args{"n": 3, "unit": unit})
		require.Equal(t, end, p.fingerprint(), unit)
		require.Equal(t, state, p.state(), unit)
	}
}

func TestSeekShowsThePast(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.do(":wait 2s")
	end := p.fingerprint()
	p.tick(0)
	p.call("seek", args{"ms": 12})
	f := p.tick(0)
	require.InDelta(t, 12, f.Now, 0.001)
	require.True(t, f.Jump)
	status, ok := f.panel("server-5")
	require.True(t, ok)
	require.Contains(t, status, `data-role="LOOKING"`)
	require.Zero(t, p.state().Leader)
	p.call("seek", args{"ms": 1e300})
	require.Equal(t, end, p.fingerprint())
	p.call("seek", args{"ms": -5})
	require.Zero(t, p.state().TMs)
}

func TestActingInThePastForks(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.do(":wait 1s")
	p.call("seek", args{"ms": 1000})
	p.tick(0)
	p.do(":kill 4")
	f := p.tick(0)
	require.Len(t, f.Toasts, 1)
	require.Equal(t, "fork", f.Toasts[0].Key)
	require.Len(t, f.Branches.List, 2)
	require.Equal(t, 1, f.Branches.Current)
	require.InDelta(t, f.Now, f.Branches.List[1].End, 0.001)
	require.Greater(t, f.Branches.List[0].End, f.Now, "the old future is kept")
	require.InDelta(t, f.Now, f.End, 0.001, "what lay ahead is on another branch")
	require.Equal(t, "DOWN", p.state().Servers[3].Role)

	p.call("seek", args{"ms": 900})
	p.do("A: create /x 1")
	require.Len(t, p.tick(0).Toasts, 1, "a client's line forks too")
}

func TestUndoAndRedo(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.do(":kill 1")
	killed := p.fingerprint()
	p.do(":undo")
	require.True(t, p.state().Servers[0].Up)
	require.True(t, p.tick(0).Jump)
	p.call("redo", nil)
	require.Equal(t, killed, p.fingerprint())
	p.call("redo", nil)
	require.Equal(t, killed, p.fingerprint(), "there is nothing left to redo")
	p.do(":undo")
	p.do(":kill 2")
	p.call("redo", nil)
	require.True(t, p.state().Servers[0].Up, "another line ends what redo knows")
}

func TestClientLineIsAnsweredWhenItReturns(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.do(":wait 1s")
	r := p.do("A: create /x 1")
	require.Positive(t, r.Pending)
	entry := args{"entry": r.Pending}
	require.Positive(t, as[Result](p, p.call("answer", entry)).Pending, "no time has passed")
	p.do(":wait 1s")
	done := as[Result](p, p.call("answer", entry))
	require.Equal(t, Result{OK: true, Output: "Created /x"}, done)

	r = p.do("A: create /x 2")
	p.do(":wait 1s")
	done = as[Result](p, p.call("answer", args{"entry": r.Pending}))
	require.False(t, done.OK)
	require.Contains(t, done.Error, "/x")
	html, ok := func() (string, bool) { f := p.tick(0); return f.panel("console-log") }()
	require.True(t, ok)
	require.Contains(t, html, "Created /x")
}

func TestScenariosRunAsTheyDoHeadless(t *testing.T) {
	for _, name := range scenarios.Names() {
		p := lessonPage(t, name)
		progress := as[Progress](p, p.call("run", nil))
		require.True(t, progress.OK, "%s: %v", name, progress.Failed)
		f, err := scenarios.Load(name)
		require.NoError(t, err)
		s, problem := scenario.NewSession(f, scenario.Options{})
		require.Nil(t, problem)
		report := s.RunAll()
		require.Equal(t, `"`+report.Fingerprint+`"`, p.fingerprint(), name)
	}
}

func TestLessonGoesStepByStep(t *testing.T) {
	p := lessonPage(t, "02-cold-start")
	f := p.tick(0)
	live, ok := f.panel("live-one")
	require.True(t, ok)
	require.Contains(t, live, `data-state="current"`)
	require.Equal(t, "one", f.Page.Step)
	p.call("predict", args{"step": "one", "skip": true})
	p.call("lesson-run", args{"step": "one"})
	p.call("speed", args{"speed": 10000})
	frames := p.play(3000)
	last := frames[len(frames)-1]
	var shown []string
	for _, f := range frames {
		if live, ok := f.panel("tail-one"); ok {
			shown = append(shown, live)
		}
	}
	require.Contains(t, strings.Join(shown[:len(shown)-1], ""), `<li data-state="ok"`,
		"a check is ticked while its step runs")
	require.False(t, p.tick(0).Playing, "the clock stops at the end of a step")
	require.InDelta(t, 3000, last.Now, 2500)
	p.call("lesson-next", nil)
	f = p.tick(0)
	require.Equal(t, "two", f.Page.Step)
	for range 9 {
		p.call("lesson-next", nil)
	}
	require.Nil(t, p.tick(0).Page, "a step that has not run is not left out")
	p.do(":undo")
	f = p.tick(0)
	require.Equal(t, "one", f.Page.Step, "undo takes the step back")
	p.call("lesson-go", args{"step": "three"})
	require.Equal(t, "three", p.tick(0).Page.Step)
}

func TestLinkGivesTheSameRunBack(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.do("A: create /x 1")
	p.do(":wait 1s")
	p.do(":partition 1,2|3,4,5")
	p.do(":chaos 5s")
	p.call("step", args{"n": -2})
	link := p.call("share", nil)
	want, state := p.fingerprint(), p.state()
	require.Less(t, len(link), 8192)

	q := &page{t, New(endless)}
	q.call("load", args{"voters": 3, "seed": 1, "lang": "en"})
	note := as[LinkNote](q, q.call("describe-link", args{"link": link}))
	require.Contains(t, strings.Join(note.Lines, "\n"), "A: create /x 1")
	require.Zero(t, q.state().Leader, "a description does nothing")
	q.call("restore", args{"link": link})
	require.Equal(t, want, q.fingerprint())
	require.Equal(t, state, q.state())
	require.Equal(t, string(link), string(q.call("share", nil)), "and the same link")
	require.Len(t, q.tick(0).Geometry.Servers, 5)
}

func TestLinkOfALesson(t *testing.T) {
	p := lessonPage(t, "02-cold-start")
	p.call("lesson-go", args{"step": "three"})
	p.call("lesson-run", nil)
	p.play(100)
	link, want := p.call("share", nil), p.fingerprint()
	q := lessonPage(t, "02-cold-start")
	q.call("restore", args{"link": link})
	require.Equal(t, want, q.fingerprint())
	require.Equal(t, "three", q.tick(0).Page.Step)
	other := free(t)
	before := other.fingerprint()
	require.Equal(t, scenario.CodeNoScenario, other.send("restore", args{"link": link}).Code)
	require.Equal(t, before, other.fingerprint())
}

func TestWhatIsRefusedChangesNothing(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.tick(0)
	before, state := p.fingerprint(), p.state()
	for _, bad := range []struct {
		verb string
		args args
		code string
	}{
		{"load", args{"voters": 12}, scenario.CodeNodes},
		{"load", args{"scenario": "no front matter"}, scenario.CodeFront},
		{"load", args{"voters": 3, "seed": uint64(1) << 60}, scenario.CodeLinkBad},
		{"restore", args{}, scenario.CodeLinkBad},
		{"restore", args{"link": args{"v": 2, "seed": 1, "nodes": 3}}, scenario.CodeLinkNewer},
		{"restore", args{"link": args{"v": 1, "seed": 0, "nodes": 3}}, scenario.CodeLinkBad},
		{"restore", args{"link": []int{1}}, scenario.CodeLinkBad},
		{"restore", args{"link": args{"v": 1, "seed": 3, "nodes": 40}}, scenario.CodeNodes},
		{"restore", args{"link": args{"v": 1, "seed": 3, "nodes": 3, "t": 9,
			"journal": []args{{"step": 10000000, "at": 5, "line": ":kill 1"}}}},
			scenario.CodeLinkDiverged},
		{"step", args{"n": 1, "unit": "week"}, ""},
		{"predict", args{"step": "no-such"}, ""},
		{"fly", args{}, ""},
	} {
		out := p.send(bad.verb, bad.args)
		require.NotEmpty(t, out.Error, "%s %v", bad.verb, bad.args)
		require.Equal(t, bad.code, out.Code, "%s %v: %s", bad.verb, bad.args, out.Error)
	}
	for _, line := range []string{":kill 9", ":fly", "create", "Z", ":start 1", ":until", ""} {
		require.False(t, p.line(line).OK, "%q", line)
	}
	require.Equal(t, before, p.fingerprint())
	require.Equal(t, state, p.state())
	require.Contains(t, p.line(":kill 9").Error, "9")
}

func TestNothingIsLoaded(t *testing.T) {
	p := &page{t, New(endless)}
	require.NotEmpty(t, p.send("state", nil).Error)
	require.Zero(t, p.tick(16).Now)
}

func TestCrashIsToldAndTheRunCanStillBeShared(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.do(":kill 1")
	p.b.session.OnEvent = func(*trace.Event) { panic("this is broken") }
	f := p.play(16)
	for i := 0; i < 1000 && f[0].Panic == nil; i++ {
		f = p.play(16)
	}
	fell := f[0].Panic
	require.NotNil(t, fell)
	require.Equal(t, "this is broken", fell.Error)
	require.Equal(t, uint64(7), fell.Seed)
	require.NotEmpty(t, fell.Events)
	require.Equal(t, []string{":kill 1"}, fell.Journal)
	require.Contains(t, strings.Join(fell.Stack, "\n"), "bridge")

	require.NotEmpty(t, p.send("command", args{"line": ":kill 2"}).Error)
	require.Nil(t, p.tick(16).Panic, "a crash is told once")
	link := p.call("share", nil)
	q := free(t)
	q.call("restore", args{"link": link})
	require.False(t, q.state().Servers[0].Up)
	p.call("load", args{"voters": 3, "seed": 1})
	require.Len(t, p.tick(16).Geometry.Servers, 3, "a new run starts afresh")
}

func TestCompletion(t *testing.T) {
	p := free(t)
	lines := func(start string) (out []string) {
		for _, o := range as[[]Option](p, p.call("complete", args{"line": start})) {
			out = append(out, o.Line)
		}
		return out
	}
	p.do(":until leader != none")
	p.do("A: create /abc 1")
	p.do(":wait 2s")
	for _, row := range []struct {
		start string
		first []string
	}{
		{":par", []string{":partition "}},
		{":kill ", []string{":kill leader", ":kill *", ":kill 1"}},
		{":kill le", []string{":kill leader"}},
		{":pause A", nil},
		{":pause ", []string{":pause leader"}},
		{":unplug ", []string{":unplug A"}},
		{":cut 4", []string{":cut 4>1", ":cut 4<>1"}},
		{":cut 4>", []string{":cut 4>1", ":cut 4>2"}},
		{":drop PROP", []string{":drop PROPOSAL "}},
		{":drop PROPOSAL 5", []string{":drop PROPOSAL 5>1"}},
		{":until l", []string{":until leader != none", ":until leader == "}},
		{"A: crea", []string{"A: create "}},
		{"A: create -", []string{"A: create -s ", "A: create -e "}},
		{"crea", []string{"create "}},
		{"A: get /a", []string{"A: get /abc"}},
		{"A: get /abc", nil},
		{"A@2: g", []string{"A@2: get ", "A@2: getAcl "}},
		{"", []string{"addWatch "}},
		{":nonsense ", nil},
	} {
		got := lines(row.start)
		require.GreaterOrEqual(t, len(got), len(row.first), row.start)
		require.Equal(t, row.first, got[:len(row.first)], row.start)
		if row.first == nil {
			require.Empty(t, got, row.start)
		}
	}
}

func TestCompletionSaysWhatALineDoes(t *testing.T) {
	p := free(t)
	got := as[[]Option](p, p.call("complete", args{"line": "cre"}))
	require.Equal(t, []Option{{"create ", text.In(text.EN).Command("create")}}, got)
}

func TestScriptGivesEachClientItsLines(t *testing.T) {
	p := free(t)
	for _, line := range []string{
		":until leader != none", "A: create /a 1", "A: get /a", ":kill 1", "B: ls /",
	} {
		p.do(line)
	}
	got := as[Script](p, p.call("script", nil))
	require.Equal(t, 3, got.Lines)
	begin := "zkCli.sh -server \"${ZK:-127.0.0.1:2181}\" <<'END'\n"
	require.Contains(t, got.Text, "# A\n"+begin+"create /a 1\nget /a\nEND\n# :kill 1\n")
	require.True(t, strings.HasSuffix(got.Text, "# B\n"+begin+"ls /\nEND\n"), got.Text)
}

func TestWaitingLineSaysWhy(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.do(":client A@1")
	p.do(":wait 1s")
	p.do(":kill 3,4,5")
	p.line("A: create /x 1")
	p.call("play", args{"on": true})
	said := ""
	for _, f := range p.play(3000) {
		if html, ok := f.panel("console-log"); ok {
			said += html
		}
	}
	require.Contains(t, said, "console-explain")
	require.Regexp(t, "Waits: no leader has a majority|Client A is", said)
}

func TestConsoleTellsWhatBecomesOfAnExpiredSession(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	for _, line := range []string{":client A", ":wait 1s", "A: create -e /a 1", "A: ls -w /"} {
		p.line(line)
	}
	p.do(":wait 1s")
	p.tick(0)
	p.do(":expire A")
	p.tick(0)
	list := func() []entry { return p.b.console.entries }
	line := len(list()) - 1
	require.Regexp(t, `The cable of A is pulled. Leader \d hears nothing of it any more and lets `+
		`its session expire at \d+ s, 1\d\.\d s after this line`, list()[line].Explain)
	for range 16 {
		p.do(":wait 1s")
		p.tick(0)
	}
	require.Regexp(t, `^The session was over at [0-9.]+ s, 1\d\.\d s after this line\.$`,
		list()[line].Explain)
	said := ""
	for _, e := range list()[line:] {
		if e.Line == "" {
			said += e.Output + "\n"
		}
	}
	require.Regexp(t, `^The session of A expired at [0-9.]+ s: leader \d had heard nothing of it `+
		`for its timeout of 12 s\. Deleted with it: /a\. Watches gone with it: 1\.\n$`, said)
}

func TestUnpluggedClientMayBePluggedInAgain(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	for _, line := range []string{":client A", ":wait 1s", ":unplug A", ":wait 1s"} {
		p.do(line)
	}
	p.tick(0)
	entries := p.b.console.entries
	at := len(entries) - 2
	require.Contains(t, entries[at].Explain, "The cable of A is pulled.")
	p.do(":heal A")
	p.do(":wait 9s")
	p.tick(0)
	require.Equal(t, "A is heard of again: its session goes on.", p.b.console.entries[at].Explain)
}

func TestListenersGetEvents(t *testing.T) {
	p := free(t)
	p.call("subscribe", nil)
	p.call("speed", args{"speed": 1000})
	codes := map[string]int{}
	for _, f := range p.play(1000) {
		for _, e := range f.Events {
			codes[e.Code]++
		}
	}
	require.Equal(t, 5, codes["Elected"], "%v", codes)
}

func BenchmarkTick(b *testing.B) {
	br := New(endless)
	br.Call([]byte(`{"do":"load","voters":5,"seed":7,"play":true,"speed":100}`))
	bytes := 0
	b.ReportAllocs()
	for b.Loop() {
		bytes += len(br.Tick(16))
	}
	b.ReportMetric(float64(bytes)/float64(b.N), "B/frame")
}

// BenchmarkWrites is a second of five servers with ten writes, with the checks and the view model.
func BenchmarkWrites(b *testing.B) {
	br := New(endless)
	br.Call([]byte(`{"do":"load","voters":5,"seed":7}`))
	events := 0
	br.Call([]byte(`{"do":"command","line":":until service == available"}`))
	br.session.OnEvent = func(*trace.Event) { events++ }
	before := br.session.Timeline().Position()
	for b.Loop() {
		for range 10 {
			br.Call([]byte(`{"do":"command","line":"A: create -s /n- x"}`))
			br.Call([]byte(`{"do":"command","line":":wait 100ms"}`))
		}
	}
	steps := br.session.Timeline().Position() - before
	b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "x-real-time")
}

// BenchmarkFaults is ten minutes of random faults, with the checks and the view model.
func BenchmarkFaults(b *testing.B) {
	br := New(endless)
	br.Call([]byte(`{"do":"load","voters":5,"seed":7}`))
	events := 0
	br.session.OnEvent = func(*trace.Event) { events++ }
	for b.Loop() {
		br.Call([]byte(`{"do":"command","line":":chaos 600s"}`))
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}
