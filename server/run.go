package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/web/text"
)

type runCommand struct {
	Paths  []string `arg:"" optional:"" name:"path" help:"Scenario files, or folders of them."`
	Seed   uint64   `help:"Another seed than the file's own."`
	Quiet  bool     `short:"q" help:"Print only failures and fingerprints."`
	Lang   string   `default:"en" enum:"en,zh" help:"Language of the story: en or zh."`
	Trace  string   `help:"Write the events of the run to this file, as NDJSON."`
	Replay string   `help:"Play a server's flight recording instead (node --record)."`
}

// Help shows an example below the options.
func (runCommand) Help() string {
	return "Prints what happens, and for each scenario a fingerprint: equal runs have equal ones." +
		"\nThe exit status is 1 when something did not happen as the scenario expects." +
		"\nWith --replay a server goes through what it recorded, and must do again what it did." +
		"\n\nExample: zabscope run scenarios/02-cold-start.md --seed 7" +
		"\n         zabscope run --replay flight.rec --trace out.ndjson"
}

// Run plays each scenario to its end.
func (c runCommand) Run(s streams) (err error) {
	lang, _ := text.ParseLang(c.Lang)
	traced, err := createTrace(c.Trace)
	if err != nil {
		return usageError{err}
	}
	defer func() { err = errors.Join(err, traced.close()) }()
	if c.Replay != "" {
		return c.replay(s, lang, traced)
	}
	files, err := scenarioFiles(c.Paths)
	if err != nil {
		return usageError{err}
	}
	if c.Trace != "" && len(files) > 1 {
		return usageError{errors.New("--trace takes the events of one scenario")}
	}
	return c.playAll(s, files, lang, traced)
}

func (c runCommand) playAll(s streams, files []string, lang text.Lang, traced *traceFile) error {
	failed := 0
	for _, file := range files {
		ok, err := c.play(s.out, file, lang, traced)
		if err != nil {
			return usageError{err}
		}
		if !ok {
			failed++
		}
	}
	if failed > 0 {
		fmt.Fprintf(s.errs, "%d of %d scenarios failed\n", failed, len(files))
		return errFailed
	}
	return nil
}

// scenarioFiles lists the files that the arguments name, those of a folder by name.
func scenarioFiles(paths []string) ([]string, error) {
	var files []string
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, p)
			continue
		}
		found, err := fs.Glob(os.DirFS(p), "*.md")
		if err != nil {
			return nil, err
		}
		slices.Sort(found)
		for _, name := range found {
			if name != "README.md" {
				files = append(files, filepath.Join(p, name))
			}
		}
	}
	if len(paths) == 0 {
		return nil, errors.New("name a scenario, or a folder of them; or --replay FILE")
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no scenario in %s", strings.Join(paths, ", "))
	}
	return files, nil
}

// play runs one scenario and reports whether all that it expects happened.
func (c runCommand) play(
	out io.Writer, file string, lang text.Lang, traced *traceFile,
) (ok bool, err error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return false, err
	}
	name := strings.TrimSuffix(filepath.Base(file), ".md")
	parsed, problem := scenario.Parse(name, string(raw))
	if problem != nil {
		return false, fmt.Errorf("%s: %w", file, problem)
	}
	session, problem := scenario.NewSession(parsed, scenario.Options{Seed: c.Seed})
	if problem != nil {
		return false, fmt.Errorf("%s: %w", file, problem)
	}
	if !c.Quiet {
		fmt.Fprintf(out, "%s: %s\n", name, parsed.Title)
	}
	session.OnEvent = func(e *trace.Event) {
		traced.write(e)
		if !c.Quiet {
			story(out, lang, e)
		}
	}
	report := session.RunAll()
	for _, f := range report.Failed {
		fmt.Fprintf(out, "%s:%d: step %s: %s\n", file, f.Line, f.Step, f.Text)
	}
	fmt.Fprintf(out, "fingerprint %s %s\n", name, report.Fingerprint)
	return report.OK, nil
}

// untold are the kinds of events that a story leaves out: they happen all the time, and what they
// lead to is told.
var untold = []trace.Kind{
	trace.Sent, trace.Arrived, trace.LinkUp, trace.LinkDown, trace.VoteCounted, trace.VoteIgnored,
	trace.LeaderHeard, trace.Durable, trace.Acked,
}

// story writes an event as a sentence.
func story(out io.Writer, lang text.Lang, e *trace.Event) {
	if slices.Contains(untold, e.Kind) {
		return
	}
	fmt.Fprintf(out, "%12s  %s\n", seconds(e.At), text.Narrate(lang, e))
}
