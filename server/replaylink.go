package main

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/zabscope/zabscope/core/scenario"
)

// What the page packs and unpacks (static/js/link.js).
const (
	linkPrefix = "#s=1."
	linkMax    = 8192
)

// found is a violation as people get it: a scenario file, and a link to the moment in the page.
type found struct {
	name string // of the file, without a suffix
	text string // of the scenario
	dir  string
	page string // the page's address, "http://127.0.0.1:8080"
}

// write writes the scenario, and below the name of its file the link to the violation. A run that
// is too long for a link becomes a file that the page opens. It returns the run and its link.
func (f found) write(out io.Writer) (run *scenario.Journal, link string, err error) {
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		return nil, "", fmt.Errorf("write the scenario of %s: %w", f.name, err)
	}
	path := filepath.Join(f.dir, f.name)
	if err := os.WriteFile(path+".md", []byte(f.text), 0o644); err != nil {
		return nil, "", fmt.Errorf("write the scenario of %s: %w", f.name, err)
	}
	fmt.Fprintf(out, "  %s.md\n", path)
	j, broken, err := f.retell()
	if err != nil || broken == "" {
		fmt.Fprintf(out, "  no link: a file cannot say what breaks it\n")
		return nil, "", nil
	}
	raw, err := json.Marshal(&j)
	if err != nil {
		return nil, "", err
	}
	if fragment := packed(raw); len(fragment) <= linkMax {
		link = strings.TrimSuffix(f.page, "/") + "/en/play" + fragment
		fmt.Fprintf(out, "  open %s\n", link)
		return &j, link, nil
	}
	if err := os.WriteFile(path+".json", raw, 0o644); err != nil {
		return nil, "", fmt.Errorf("write the run of %s: %w", f.name, err)
	}
	fmt.Fprintf(out, "  too long for a link: drop %s.json on the page\n", path)
	return &j, "", nil
}

// breaks returns what playing the scenario as the page will breaks, "" for nothing.
func (f found) breaks() string {
	_, broken, _ := f.retell()
	return broken
}

func (f found) retell() (j scenario.Journal, broken string, err error) {
	file, problem := scenario.Parse(f.name, f.text)
	if problem != nil {
		return j, "", problem
	}
	if j, broken, problem = scenario.Retell(file); problem != nil {
		return j, "", problem
	}
	return j, broken, nil
}

// packed returns a run as the fragment of an address.
func packed(run []byte) string {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression) // the level is known
	w.Write(run)                                       // a buffer takes everything
	w.Close()
	return linkPrefix + base64.RawURLEncoding.EncodeToString(b.Bytes())
}
