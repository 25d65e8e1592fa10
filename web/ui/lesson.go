package ui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/web/text"
)

// Lesson is a scenario as it is read: prose made on the server, and the live part of each step.
type Lesson struct {
	ID, Title, Level string
	Place, Of        int    // its place among the lessons that there are, counted from 1
	Exhibit          bool   // it is one of the museum, and so are those
	Minutes          int    // that a learner needs
	Version          string // changes with what the scenario does
	Intro            string // HTML of the prose before the first step, trusted
	Steps            []LessonStep
	Next             *ScenarioLink // the lesson that comes after this one
}

// LessonStep is one step: its prose and what happens in it.
type LessonStep struct {
	ID, Title string
	Prose     string // HTML of what is read before the step runs, trusted
	After     string // HTML of what explains its result, trusted
	Live      StepLive
}

// StepLive is the part of a step that changes while the lesson is played.
type StepLive struct {
	ID      string
	State   string // ahead, current, running or done
	Lines   []string
	Look    []LookAt
	Predict *Prediction
	Checks  []Check
	Latest  bool // no later step has begun
	Last    bool // the scenario ends with it
	Past    bool // the page shows a moment before the newest
	Halted  bool // time stands still
}

// LookAt is something that a step asks to look at.
type LookAt struct {
	Tab, Target, Word string
}

// Prediction asks the learner before the step runs.
type Prediction struct {
	Kind     string // pick-server, choice, multi, number or order
	Question string
	Options  []Option // in the order in which they are shown
	Chosen   string   // the value of the answer so far, "" for none
	Locked   bool
	Skipped  bool
	Judged   bool // the step has run
	Right    bool
	Yours    []string // the learner's answer in words, when judged; none without an answer
	Happened []string // the right one
	Evidence bool     // there is a moment to show
}

// Option is one answer to choose from. A Value is a server's id, or the place in the file.
type Option struct {
	Value, Text string
	Chosen      bool
	Right       bool // known when judged
}

// Check is one expectation of a step: waiting, ok or failed. Text is the expression, Says the same
// as a sentence.
type Check struct {
	Text, Says, State string
}

// LessonEnd sums up what came of a lesson that is over.
type LessonEnd struct {
	Over           bool
	Guesses, Right int // predictions that were made, and those that came true
	Checks, Held   int
	Failed         bool
}

// Chapter returns the number of the lesson's chapter, counted from 1.
func (l Lesson) Chapter() int { return chapterOf(l.ID) }

// Open reports whether the question waits for the learner.
func (s StepLive) Open() bool {
	return s.State == "current" && s.Predict != nil && !s.Predict.Locked
}

// Asks returns the kind of the question that waits for the learner, "" for none.
func (s StepLive) Asks() string {
	if !s.Open() {
		return ""
	}
	return s.Predict.Kind
}

// Points reports whether the step says what to look at: not as long as that may be the answer to
// its question.
func (s StepLive) Points() bool {
	asks := s.Predict != nil && s.Predict.Kind == "pick-server" && !s.Predict.Judged
	return len(s.Look) > 0 && s.State != "ahead" && !asks
}

// Broken reports whether a check of the step failed.
func (s StepLive) Broken() bool {
	return slices.ContainsFunc(s.Checks, func(c Check) bool { return c.State == "failed" })
}

// held counts the checks that hold.
func (s StepLive) held() int {
	n := 0
	for _, c := range s.Checks {
		if c.State == "ok" {
			n++
		}
	}
	return n
}

// BuildLook reads what a scenario wants to be looked at, "votes, server 4".
func BuildLook(focus string, t text.Printer) []LookAt {
	var out []LookAt
	target, votes := "", false
	for word := range strings.SplitSeq(focus, ",") {
		kind, n, _ := strings.Cut(strings.TrimSpace(word), " ")
		switch kind {
		case "votes":
			votes = true
		case "server":
			target = "server-" + n
			out = append(out, LookAt{"inspector", target, t.T("lesson.look.server", "n", n)})
		}
	}
	if votes {
		_, n, _ := strings.Cut(target, "-")
		out = append(out, LookAt{"votes", target, t.T("lesson.look.votes", "n", n)})
	}
	return out
}

// BuildOptions lists what can be chosen. Servers are the ids of those that there are; shown is the
// order in which the learner has put the options, for order.
func BuildOptions(kind string, options []string, servers []string, chosen string,
	t text.Printer,
) []Option {
	var out []Option
	switch kind {
	case "number":
		return nil
	case "pick-server":
		for _, id := range servers {
			out = append(out, Option{Value: id, Text: id, Chosen: id == chosen})
		}
		return append(out, Option{"none", t.T("lesson.nobody"), chosen == "none", false})
	}
	picked := strings.Split(chosen, ",")
	for i, o := range options {
		value := strconv.Itoa(i)
		out = append(out, Option{Value: value, Text: o, Chosen: slices.Contains(picked, value)})
	}
	if kind == "order" && len(picked) == len(out) {
		sortOptions(out, picked)
	}
	return out
}

// sortOptions puts the choices into the order of their values.
func sortOptions(list []Option, values []string) {
	slices.SortFunc(list, func(a, b Option) int {
		return slices.Index(values, a.Value) - slices.Index(values, b.Value)
	})
}

// Judge compares the answer with the right one: values as in Chosen, joined by commas.
func (p *Prediction) Judge(right string, t text.Printer) {
	p.Judged, p.Right = true, p.Chosen == right
	values := strings.Split(right, ",")
	for i := range p.Options {
		p.Options[i].Right = slices.Contains(values, p.Options[i].Value)
	}
	p.Yours, p.Happened = p.words(p.Chosen, t), p.words(right, t)
}

// words spells an answer out.
func (p *Prediction) words(answer string, t text.Printer) []string {
	switch {
	case answer == "":
		return nil
	case p.Kind == "number":
		return []string{answer}
	case p.Kind == "pick-server" && answer == "none":
		return []string{t.T("lesson.nobody")}
	case p.Kind == "pick-server":
		return []string{t.T("lesson.server", "n", answer)}
	}
	var all []string
	for value := range strings.SplitSeq(answer, ",") {
		for _, o := range p.Options {
			if o.Value == value {
				all = append(all, o.Text)
			}
		}
	}
	return all
}
