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
		"status":    Status(BuildStatus(s.Model, t)),
		"stage":     StagePicture(BuildStage(s.Model, s.View, t)),
		"list":      List(BuildList(s.Model, s.View, t)),
		"votes":     Votes(BuildVotes(s.Model, s.View, t)),
		"inspector": Inspect(in),
		"actionbar": ActionBar(in),
		"menu":      Menu(in),
		"wheel":     SessionsWheel(BuildSessions(s.Model, s.View, t)),
		"sessions":  SessionsTable(BuildSessions(s.Model, s.View, t)),
		"events":    Events(BuildEvents(s.Model, s.View, t)),
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
		Scenarios: []ScenarioLink{{ID: "sample", Title: "A sample", Current: true}},
	}
	golden(t, "page-en.html", Page(p))
}

func sampleLesson() Lesson {
	predict := &Prediction{Kind: "pick-server", Question: "Who leads?", Options: []string{"1", "2"}}
	return Lesson{ID: "sample", Title: "A sample", Intro: "<p>Hello.</p>", Steps: []LessonStep{
		{ID: "one", Title: "First", Prose: "<p>Look.</p>", Live: StepLive{
			ID: "one", State: "current", Lines: []string{":start 1"}, Predict: predict,
			Checks: []Check{{Text: "leader == none", State: "waiting"}},
		}},
		{ID: "two", Title: "Second", Live: StepLive{ID: "two", State: "done", Last: true}},
	}}
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
