package ui

import (
	"slices"

	"github.com/a-h/templ"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// Story is one component as the storybook shows it and as a golden file keeps it.
type Story struct {
	Name      string // of the golden file, after the sample's name: "votes"
	Component string // the templ component, "Votes"
	Shown     templ.Component
}

// Stories shows every component that depends on a model, with one sample. A new component gets its
// line here: a test misses it otherwise.
func Stories(s Sample, t text.Printer) []Story {
	in := BuildInspector(s.Model, s.View, t)
	sessions := BuildSessions(s.Model, s.View, t)
	look := DataView{Count: 6}
	data := BuildData(s.Model, look.Merge(s.Model), &look, t)
	return []Story{
		{"status", "Status", Status(BuildStatus(s.Model, t))},
		{"stage", "StagePicture", StagePicture(BuildStage(s.Model, s.View, t))},
		{"list", "ListTable", ListTable(BuildList(s.Model, s.View, t))},
		{"verdicts", "Verdicts", Verdicts(BuildVerdicts(s.Model, t), t)},
		{"listlinks", "ListTable", ListTable(BuildListLinks(s.Model, s.View, t))},
		{"listpair", "ListPairForm", ListPairForm(BuildListPair(s.Model, t))},
		{"listclients", "ListTable", ListTable(BuildListClients(s.Model, s.View, t))},
		{"listmessages", "ListTable", ListTable(BuildListMessages(s.Model, t))},
		{"votes", "Votes", Votes(BuildVotes(s.Model, s.View, t))},
		{"inspector", "Inspect", Inspect(in)},
		{"actionbar", "ActionBar", ActionBar(in)},
		{"menu", "Menu", Menu(in)},
		{"wheel", "SessionsWheel", SessionsWheel(sessions)},
		{"sessions", "SessionsTable", SessionsTable(sessions)},
		{"tabs", "ConsoleClients", ConsoleClients(BuildConsoleClients(s.Model, "A", t))},
		{"data", "DataPane", DataPane(data)},
		{"znode", "Znode", Znode(data.Rows[0])},
		{"watches", "Watches", Watches(BuildWatches(s.Model, t))},
		{"metrics", "Metrics", Metrics(BuildMetrics(s.Model, t))},
		{"whose", "EventsOf", EventsOf(BuildEventsOf(s.Model, s.View, t))},
		{"why", "Why", Why(BuildWhy(lastChain(s.Model), t))},
		{"events", "Events", Events(BuildEvents(lastEvents(s.Model), t))},
	}
}

// lastEvents are the newest of the events that the log shows.
func lastEvents(m *view.Model) EventsWindow {
	var w EventsWindow
	var f EventFilter
	for e := range m.Rows() {
		if f.Passes(e, text.In(text.EN)) {
			w.Events = append(w.Events, e)
			w.Numbers = append(w.Numbers, m.RowsSeen()-uint64(len(w.Events)))
		}
	}
	slices.Reverse(w.Events)
	slices.Reverse(w.Numbers)
	w.Total, w.Now = len(w.Events), m.Now
	const most = 16
	if w.From = max(0, w.Total-most); w.From > 0 {
		w.Events, w.Numbers = w.Events[w.From:], w.Numbers[w.From:]
	}
	return w
}

// lastChain is the newest event that the log shows, without what led to it.
func lastChain(m *view.Model) []trace.Event {
	last := lastEvents(m).Events
	return []trace.Event{*last[len(last)-1]}
}

// FixtureStories shows every component that depends on no model.
func FixtureStories(t text.Printer) []Story {
	p := SamplePage(t)
	return []Story{
		{"icons", "Sprite", iconSheet()},
		{"header", "Header", Header(p)},
		{"transport", "Transport", Transport(t)},
		{"lesson", "LessonText", LessonText(p.Lesson, t)},
		{"free", "LessonText", LessonText(Lesson{}, t)},
		{"over", "LessonOver", LessonOver(LessonEnd{
			Over: true, Guesses: 3, Right: 2, Checks: 5, Held: 5,
		}, t)},
		{"console", "Console", Console(sampleConsole(t))},
		{"console-empty", "Console", Console(ConsolePanel{Text: t, Current: "A"})},
		{"sessions-empty", "SessionsPane", SessionsPane(SessionsPanel{Text: t})},
		{"bytes", "MessageBytes", MessageBytes(sampleBytes(t))},
		{"share", "ShareDialog", ShareDialog(p)},
		{"poster", "EmbedPoster", EmbedPoster(p)},
	}
}

// SamplePage is a page with a small lesson in it.
func SamplePage(t text.Printer) PageModel {
	return PageModel{
		Text: t, Path: "/play/sample", Lesson: sampleLesson(), Voters: 5, Seed: 1,
		Scenarios: []ScenarioLink{{
			ID: "sample", Title: "A sample", Href: "sample", Current: true, Place: 1,
		}},
		Museum: []ScenarioLink{
			{Title: "ZOOKEEPER-1: a lost write", Href: "lost", Minutes: 5, Level: "deep"},
			{Title: "Nobody reported it", Href: "nobody", Minutes: 3},
		},
	}
}

// sampleLesson has a step in each state that looks different.
func sampleLesson() Lesson {
	t := text.In(text.EN)
	predict := func(kind, chosen string, options ...string) *Prediction {
		return &Prediction{Kind: kind, Question: "Which?", Chosen: chosen,
			Options: BuildOptions(kind, options, []string{"1", "2"}, chosen, t)}
	}
	judged := predict("multi", "0", "This", "That", "Neither")
	judged.Locked, judged.Evidence = true, true
	judged.Judge("0,1", t)
	return Lesson{
		ID: "sample", Title: "A sample", Intro: "<p>Hello.</p>", Level: "basic", Minutes: 5,
		Version: "v1", Next: &ScenarioLink{Title: "Another", Href: "another"},
		Steps: []LessonStep{
			{ID: "one", Title: "First", Prose: "<p>Look.</p>", After: "<p>So.</p>", Live: StepLive{
				ID: "one", State: "done", Lines: []string{":start 1"}, Predict: judged,
				Past: true, Latest: true, Look: BuildLook("votes, server 1", t),
				Checks: []Check{
					{"leader == none", "nobody leads", "ok"},
					{"leader == 1", "node 1 leads", "failed"},
				},
			}},
			{ID: "two", Title: "Second", Live: StepLive{
				ID: "two", State: "current", Latest: true, Predict: predict("pick-server", "2"),
			}},
			{ID: "three", Title: "Third", Live: StepLive{
				ID: "three", State: "current", Predict: predict("order", "1,0", "Egg", "Hen"),
			}},
			{ID: "four", Title: "Fourth", Live: StepLive{
				ID: "four", State: "running", Predict: predict("number", "3"), Last: true,
				Checks: []Check{{"leader == none", "nobody leads", "waiting"}},
			}},
		},
	}
}

// sampleBytes is a COMMIT, with a field that is longer than what is shown.
func sampleBytes(t text.Printer) *Bytes {
	p := &Bytes{Text: t, Size: 42, Peer: true}
	p.Add(0, []byte{13}, "type", "COMMIT")
	p.Add(1, []byte{3}, "from", "3")
	p.Add(2, []byte{0, 0, 0, 1, 0, 0, 0, 2}, "zxid", "4294967298 (0x100000002)")
	p.Add(10, []byte("<script>alert(1)</script>-----"), "data", `len 32 "<script>…"`)
	return p
}

// sampleConsole has an answer, an error, a line that waits and data that is not to be trusted.
func sampleConsole(t text.Printer) ConsolePanel {
	return ConsolePanel{Text: t, Current: "A", Entries: []ConsoleEntry{
		{N: 1, Prompt: "A>", Line: "create /app hello", Output: "Created /app", State: "ok"},
		{N: 2, Line: ":kill 9", State: "error", Output: t.Error("NoUndo", nil)},
		{N: 3, Prompt: "B>", Line: "get /<b>", Output: Visible("\u202e<script>"), State: "ok"},
		{N: 4, Prompt: "A>", Line: "sync /", State: "waiting"},
	}}
}
