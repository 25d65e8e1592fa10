package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/zabscope/zabscope/core/check"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/web/text"
)

type checkCommand struct {
	Files []string `arg:"" optional:"" name:"file" help:"A trace, or one for each node."`
	List  bool     `help:"List all invariants: number in the specifications, name, meaning."`
	Lang  string   `default:"en" enum:"en,zh" help:"Language of the story: en or zh."`
}

// Help shows examples below the options.
func (checkCommand) Help() string {
	return "Judges recorded events by all invariants, those of a simulation or of real servers." +
		"\nSeveral traces are put together by what caused what, never by clocks." +
		"\nThe exit status is 1 when an invariant was broken, 2 when a file cannot be read." +
		"\n\nExamples: zabscope run scenarios/02-cold-start.md --trace run.ndjson" +
		"\n          zabscope check run.ndjson" +
		"\n          zabscope check node1.ndjson node2.ndjson node3.ndjson"
}

// Run judges the traces, or lists what they are judged by.
func (c checkCommand) Run(s streams) error {
	if c.List {
		return listInvariants(s.out)
	}
	if len(c.Files) == 0 {
		return usageError{errors.New("name a trace; zabscope run --trace writes one")}
	}
	var tapes []*tape
	for _, name := range c.Files {
		t, err := readTape(name)
		if err != nil {
			return usageError{err}
		}
		tapes = append(tapes, t)
	}
	events, gaps := mergeTapes(tapes)
	for _, g := range gaps {
		fmt.Fprintf(s.out, "gap: event %s was caused by %s, which no file has; "+
			"what needs the whole history is not judged\n", g.event, g.cause)
	}
	lang, _ := text.ParseLang(c.Lang)
	found := judgeEvents(events)
	for i := range found {
		tellViolation(s.out, lang, events, &found[i])
	}
	fmt.Fprintf(s.out, "%d events, %d invariants, %d violations\n",
		len(events)-len(gaps), len(check.Names()), len(found))
	if len(found) > 0 {
		return errFailed
	}
	return nil
}

func listInvariants(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, name := range append(check.Names(), check.Deterministic) {
		fmt.Fprintf(w, "%s\t%s\t%s\n", check.IDs(name), name, check.Meaning(name))
	}
	return w.Flush()
}

func judgeEvents(events []trace.Event) []check.Violation {
	checker := check.New(0)
	for i := range events {
		checker.Observe(&events[i])
	}
	return checker.Violations()
}

// tellViolation says what was broken, by which event, and how that came about.
func tellViolation(out io.Writer, lang text.Lang, events []trace.Event, v *check.Violation) {
	ids := check.IDs(v.Name)
	if ids != "" {
		ids = " (" + ids + ")"
	}
	fmt.Fprintf(out, "violated %s%s: %s\n", v.Name, ids, v.Detail)
	fmt.Fprintf(out, "  it means: %s\n", check.Meaning(v.Name))
	if v.Outside {
		fmt.Fprintln(out, "  a voter had lost its disk before: no majority protocol survives that")
	}
	fmt.Fprintf(out, "  event %s at %s, about %s; it came about like this:\n",
		v.Ref, seconds(v.At), v.Server)
	for _, e := range trace.Why(events, v.Ref) {
		fmt.Fprint(out, "  ")
		fmt.Fprintf(out, "%12s  %-8s  %s\n", seconds(e.At), e.Ref, text.Narrate(lang, &e))
	}
}
