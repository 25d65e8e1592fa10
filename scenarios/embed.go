// Package scenarios holds the scenario files: each is a lesson, a test and a page. The Chinese
// siblings in zh have the same steps and no script.
package scenarios

import (
	"embed"
	"io/fs"
	"strings"

	"github.com/zabscope/zabscope/core/scenario"
)

// FS has every scenario as NAME.md, and its Chinese text as zh/NAME.md. Those of the museum, which
// show bugs that Apache ZooKeeper had, are in a folder museum of their own.
//
//go:embed *.md zh/*.md museum/*.md zh/museum/*.md
var FS embed.FS

const museum = "museum/"

// Names lists the scenarios in the order of the curriculum, without .md.
func Names() []string { return namesIn("") }

// Exhibits lists the scenarios of the museum.
func Exhibits() []string { return namesIn(museum) }

func namesIn(folder string) []string {
	files, _ := fs.Glob(FS, folder+"*.md") // the pattern is well formed
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(strings.TrimPrefix(f, folder), ".md")
	}
	return names
}

// Text returns the file of a scenario, of the museum too, in a language, "en" or "zh".
func Text(lang, name string) (string, error) {
	path := name + ".md"
	if _, err := fs.Stat(FS, museum+path); err == nil {
		path = museum + path
	}
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
