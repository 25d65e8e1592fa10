package bridge

import "github.com/zabscope/zabscope/web/ui"

// Memo is what a page keeps of a run beside its link, so that a reload finds it again: what the
// console shows, and what the learner has answered.
type Memo struct {
	Lines   []MemoLine  `json:"lines"`
	Guesses []MemoGuess `json:"guesses"`
	Opened  int         `json:"opened"` // index of the step that the learner has come to
}

// MemoLine is a line of the console with its answer.
type MemoLine struct {
	Prompt  string `json:"prompt,omitempty"`
	Line    string `json:"line"`
	Output  string `json:"output,omitempty"`
	State   string `json:"state"`
	Explain string `json:"explain,omitempty"`
	Ms      string `json:"ms"`
	When    string `json:"when"`
	Fresh   string `json:"fresh,omitempty"`
	Stale   bool   `json:"stale,omitempty"`
	Op      int    `json:"op,omitempty"`   // the client line that is awaited
	Left    bool   `json:"left,omitempty"` // it was given on another branch
}

// MemoGuess is what the learner answered before a step.
type MemoGuess struct {
	Step    string `json:"step"`
	Choice  string `json:"choice,omitempty"`
	Locked  bool   `json:"locked,omitempty"`
	Skipped bool   `json:"skipped,omitempty"`
}

func (b *Bridge) memo(*Args) (any, error) {
	m := Memo{Lines: []MemoLine{}, Guesses: []MemoGuess{}, Opened: b.lesson.opened}
	entries := b.console.entries
	for _, e := range entries[max(0, len(entries)-entriesShown):] {
		m.Lines = append(m.Lines, MemoLine{
			e.Prompt, e.Line, e.Output, e.State, e.Explain, e.Ms, e.When, e.Fresh, e.Stale, e.op,
			e.Away == "branch",
		})
	}
	for i, g := range b.lesson.guesses {
		if g != (guess{}) {
			id := b.lesson.file.Steps[i].ID
			m.Guesses = append(m.Guesses, MemoGuess{id, g.choice, g.locked, g.skipped})
		}
	}
	return m, nil
}

// recall shows what a memo kept of the run that has just been restored.
func (b *Bridge) recall(a *Args) (any, error) {
	var m Memo
	if err := decode(a.Memo, &m); err != nil {
		return nil, err
	}
	c := &b.console
	for _, l := range m.Lines[max(0, len(m.Lines)-entriesShown):] {
		c.next++
		at := spot{branch: nowhere, known: l.Left}
		c.entries = append(c.entries, entry{op: l.Op, spot: at, ConsoleEntry: ui.ConsoleEntry{
			N: c.next, Prompt: l.Prompt, Line: l.Line, Output: l.Output, State: l.State,
			Explain: l.Explain, Ms: l.Ms, When: l.When, Fresh: l.Fresh, Stale: l.Stale,
		}})
	}
	c.revision++
	for _, g := range m.Guesses {
		if i, err := b.lesson.index(g.Step); err == nil {
			b.lesson.guesses[i] = guess{g.Choice, g.Locked, g.Skipped}
		}
	}
	if b.lesson.file != nil {
		b.lesson.opened = m.Opened
		b.lesson.follow(b)
	}
	return nil, nil
}
