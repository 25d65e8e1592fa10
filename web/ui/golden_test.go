package ui

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/web/text"
)

var update = flag.Bool("update", false, "write the golden files anew; read the diff")

// panels are the components that show a model, by the name of their golden files.
func panels(s Sample, t text.Printer) map[string]templ.Component {
	in := BuildInspector(s.Model, s.View, t)
	return map[string]templ.Component{
		"status":       Status(BuildStatus(s.Model, t)),
		"stage":        StagePicture(BuildStage(s.Model, s.View, t)),
		"list":         List(BuildList(s.Model, s.View, t)),
		"verdicts":     Verdicts(BuildVerdicts(s.Model, t), t),
		"listlinks":    ListLinkTable(BuildListLinks(s.Model, s.View, t)),
		"listpair":     ListPairForm(BuildListPair(s.Model, t)),
		"listclients":  ListClientTable(BuildListClients(s.Model, s.View, t)),
		"listmessages": ListMessageTable(BuildListMessages(s.Model, t)),
		"votes":        Votes(BuildVotes(s.Model, s.View, t)),
		"inspector":    Inspect(in),
		"actionbar":    ActionBar(in),
		"menu":         Menu(in),
		"wheel":        SessionsWheel(BuildSessions(s.Model, s.View, t)),
		"metrics":      Metrics(BuildMetrics(s.Model, t)),
		"sessions":     SessionsTable(BuildSessions(s.Model, s.View, t)),
		"events":       Events(BuildEvents(lastEvents(s.Model), t)),
	}
}

func TestPanelsAreAsReviewed(t *testing.T) {
	for _, s := range Samples() {
		for _, lang := range []text.Lang{text.ZH, text.EN} {
			for name, c := range panels(s, text.In(lang)) {
				golden(t, s.Name+"-"+name+"-"+lang.Tag()+".html", c)
			}
		}
	}
}

func TestPageIsAsReviewed(t *testing.T) {
	p := PageModel{
		Text: text.In(text.EN), Path: "/play/sample", Lesson: sampleLesson(), Voters: 5, Seed: 1,
		Scenarios: []ScenarioLink{{ID: "sample", Title: "A sample", Href: "sample", Current: true}},
	}
	golden(t, "page-en.html", Page(p))
}

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
				Checks: []Check{{"leader == none", "ok"}, {"leader == 1", "failed"}},
			}},
			{ID: "two", Title: "Second", Live: StepLive{
				ID: "two", State: "current", Latest: true, Predict: predict("pick-server", "2"),
			}},
			{ID: "three", Title: "Third", Live: StepLive{
				ID: "three", State: "current", Predict: predict("order", "1,0", "Egg", "Hen"),
			}},
			{ID: "four", Title: "Fourth", Live: StepLive{
				ID: "four", State: "running", Predict: predict("number", "3"), Last: true,
				Checks: []Check{{"leader == none", "waiting"}},
			}},
		},
	}
}

func TestAnAnswerIsJudgedByWhatHappened(t *testing.T) {
	say := text.In(text.EN)
	for _, c := range []struct {
		kind, chosen, right string
		ok                  bool
		yours, happened     []string
	}{
		{"pick-server", "4", "4", true, []string{"Server 4"}, []string{"Server 4"}},
		{"pick-server", "none", "4", false, []string{"Nobody"}, []string{"Server 4"}},
		{"number", "3", "4", false, []string{"3"}, []string{"4"}},
		{"choice", "1", "1", true, []string{"B"}, []string{"B"}},
		{"multi", "0", "0,2", false, []string{"A"}, []string{"A", "C"}},
		{"multi", "0,2", "0,2", true, []string{"A", "C"}, []string{"A", "C"}},
		{"order", "1,0,2", "0,1,2", false, []string{"B", "A", "C"}, []string{"A", "B", "C"}},
		{"choice", "", "1", false, nil, []string{"B"}},
	} {
		p := Prediction{Kind: c.kind, Chosen: c.chosen,
			Options: BuildOptions(c.kind, []string{"A", "B", "C"}, []string{"4"}, c.chosen, say)}
		p.Judge(c.right, say)
		require.Equal(t, c.ok, p.Right, "%v", c)
		require.Equal(t, c.yours, p.Yours, "%v", c)
		require.Equal(t, c.happened, p.Happened, "%v", c)
	}
}

func render(t *testing.T, c templ.Component) string {
	var b strings.Builder
	require.NoError(t, c.Render(context.Background(), &b))
	return b.String()
}

// golden compares a component with its file, one element a line.
func golden(t *testing.T, name string, c templ.Component) {
	t.Helper()
	got := strings.ReplaceAll(render(t, c), "><", ">\n<") + "\n"
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "write it: go test ./web/ui -update")
	require.Equal(t, string(want), got, "if this is right: go test ./web/ui -update")
}
