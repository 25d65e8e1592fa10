package ui

import (
	"context"
	"flag"
	"net/url"
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
	all := map[string]templ.Component{}
	for _, story := range Stories(s, t) {
		all[story.Name] = story.Shown
	}
	return all
}

func TestPanelsAreAsReviewed(t *testing.T) {
	for _, lang := range []text.Lang{text.ZH, text.EN} {
		for _, s := range Samples() {
			for name, c := range panels(s, text.In(lang)) {
				golden(t, s.Name+"-"+name+"-"+lang.Tag()+".html", c)
			}
		}
		for _, story := range FixtureStories(text.In(lang)) {
			golden(t, fixtures+"-"+story.Name+"-"+lang.Tag()+".html", story.Shown)
		}
	}
}

// documents are the components that are whole pages.
func documents() map[string]templ.Component {
	p := SamplePage(text.In(text.EN))
	query := url.Values{"theme": {"dark"}, "set": {"election"}}
	return map[string]templ.Component{
		"Page": Page(p), "EmbedPage": EmbedPage(p), "Home": Home(BuildHome(p)),
		"Storybook": Storybook(BuildBook(text.In(text.EN), Assets{}, query)),
	}
}

func TestPageIsAsReviewed(t *testing.T) {
	golden(t, "page-en.html", documents()["Page"])
	golden(t, "page-embed-en.html", documents()["EmbedPage"])
	golden(t, "page-home-en.html", documents()["Home"])
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
