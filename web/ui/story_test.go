package ui

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/web/text"
)

// TestEveryComponentHasAStory follows the calls in the templ files: what a story or a page shows,
// and what that calls, is covered by its golden file.
func TestEveryComponentHasAStory(t *testing.T) {
	calls := componentCalls(t)
	covered := map[string]bool{}
	var cover func(name string)
	cover = func(name string) {
		if !covered[name] {
			covered[name] = true
			for _, called := range calls[name] {
				cover(called)
			}
		}
	}
	stories := append(FixtureStories(text.Printer{}), Stories(Samples()[0], text.Printer{})...)
	for _, s := range stories {
		require.Contains(t, calls, s.Component, "story %s", s.Name)
		cover(s.Component)
	}
	tests := testSources(t)
	for name := range calls { // whole pages have golden files of their own
		if slices.Contains(calls[name], document) && strings.Contains(tests, " "+name+"(") {
			cover(name)
		}
	}
	for name := range calls {
		if unicode.IsUpper(rune(name[0])) {
			require.True(t, covered[name], "%s has no story: add it to web/ui/stories.go", name)
		}
	}
}

// document stands among the calls of a component that is a whole page.
const document = "<!DOCTYPE"

// testSources is the text of all tests of the package.
func testSources(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	var all strings.Builder
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		all.Write(source)
	}
	return all.String()
}

// componentCalls reads which components each component calls.
func componentCalls(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("*.templ")
	require.NoError(t, err)
	begin := regexp.MustCompile(`^templ (\w+)\(`)
	call := regexp.MustCompile(`@(\w+)\(`)
	calls := map[string][]string{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		name := ""
		for line := range strings.Lines(string(source)) {
			if m := begin.FindStringSubmatch(line); m != nil {
				name = m[1]
				calls[name] = nil
			}
			if strings.Contains(line, document) {
				calls[name] = append(calls[name], document)
			}
			for _, m := range call.FindAllStringSubmatch(line, -1) {
				calls[name] = append(calls[name], m[1])
			}
		}
	}
	return calls
}

func TestStorybookOpensAtWhatIsAskedFor(t *testing.T) {
	ask := func(query string) Book {
		values, err := url.ParseQuery(query)
		require.NoError(t, err)
		return BuildBook(text.In(text.EN), Assets{}, values)
	}
	require.Equal(t, "partition", ask("set=partition&theme=dark").Set)
	require.Equal(t, "dark", ask("set=partition&theme=dark").Theme)
	require.Equal(t, "broadcast", ask("set=nonsense&theme=pink").Set)
	require.Equal(t, "auto", ask("theme=pink").Theme)
	require.Equal(t, fixtures, ask("set=fixtures").Set)
	html := render(t, Storybook(ask("theme=dark")))
	require.NotRegexp(t, `<script|<style|\sstyle=|\son\w+=`, html)
	require.NotEmpty(t, iconNames())
}
