// Package scenarios holds the scenario files: each is a lesson, a test and a page. The Chinese
// siblings in zh have the same steps and no script.
package scenarios

import (
	"embed"
	"io/fs"
	"strings"

	"github.com/zabscope/zabscope/core/scenario"
)

// FS has every scenario as NAME.md, and its Chinese text as zh/NAME.md.
//
//go:embed *.md zh/*.md
var FS embed.FS

// Names lists the scenarios in the order of the curriculum, without .md.
func Names() []string {
	files, _ := fs.Glob(FS, "*.md") // the pattern is well formed
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(f, ".md")
	}
	return names
}

// Text returns a scenario's file in a language, "en" or "zh".
func Text(lang, name string) (string, error) {
	path := name + ".md"
	if lang == "zh" {
		path = "zh/" + path
	}
	b, err := FS.ReadFile(path)
	if err != nil {
		return "", &scenario.Error{Code: scenario.CodeNoScenario, Args: []string{name}}
	}
	return string(b), nil
}

// Load parses a scenario by its name.
func Load(name string) (*scenario.File, error) {
	text, err := Text("en", name)
	if err != nil {
		return nil, err
	}
	f, bad := scenario.Parse(name, text)
	if bad != nil {
		return nil, bad
	}
	return f, nil
}
