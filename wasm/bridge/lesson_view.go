package bridge

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/ui"
)

// render draws the live parts of each step, and the end of the lesson.
func (l *lesson) render(b *Bridge, f *Frame) {
	if l.file == nil || len(l.file.Steps) == 0 {
		n := (b.model().Voters | b.model().Observers).Len()
		b.panel(f, "free-text", 0, fmt.Sprint(n, b.text.Lang),
			func() templ.Component { return ui.FreeText(n, b.text) })
		return
	}
	index, running := b.session.StepIndex()
	results, judged := b.session.Results(), b.session.Verdicts()
	past := b.session.Now() < b.session.Timeline().HeadTime()
	for i := range l.file.Steps {
		id := l.file.Steps[i].ID
		key := fmt.Sprint(index, running, len(results), l.opened, l.guesses[i], b.text.Lang,
			judged, past, b.flows())
		b.panel(f, "live-"+id, 0, key, func() templ.Component {
			return ui.LessonLive(l.live(b, i), b.text)
		})
		b.panel(f, "tail-"+id, 0, key, func() templ.Component {
			return ui.LessonTail(l.live(b, i), b.text)
		})
		b.panel(f, "foot-"+id, 0, key, func() templ.Component {
			return ui.LessonFoot(l.live(b, i), b.text)
		})
	}
	b.panel(f, "lesson-end", 0, fmt.Sprint(index, running, len(results), l.guesses),
		func() templ.Component { return ui.LessonOver(l.end(b), b.text) })
}

// live tells how far one step is.
func (l *lesson) live(b *Bridge, i int) ui.StepLive {
	step := &l.file.Steps[i]
	index, running := b.session.StepIndex()
	s := ui.StepLive{
		ID: step.ID, State: l.state(b, i), Lines: step.Script(), Latest: i == l.opened,
		Look: ui.BuildLook(l.focus(i), b.text), Last: i == len(l.file.Steps)-1,
		Past: b.session.Now() < b.session.Timeline().HeadTime(), Halted: !b.flows(),
	}
	result := l.result(b, step.ID)
	for j, c := range step.Checks() {
		state := checkState(c, result)
		if running && index == i {
			state = verdicts[b.session.Verdicts()[j]]
		}
		s.Checks = append(s.Checks, ui.Check{
			Text: c.Text, Says: c.Phrase(b.text.Words), State: state,
		})
	}
	s.Predict = l.prediction(b, i, result)
	return s
}

// guessed returns the server that the learner is about to name, 0 for none.
func (l *lesson) guessed(b *Bridge) zk.ServerID {
	if l.file == nil || l.opened >= len(l.file.Steps) || l.state(b, l.opened) != "current" {
		return 0
	}
	q := l.file.Steps[l.opened].Question()
	if q == nil || q.Kind != "pick-server" {
		return 0
	}
	return server("server-" + l.guesses[l.opened].choice)
}

func (l *lesson) state(b *Bridge, i int) string {
	index, running := b.session.StepIndex()
	switch {
	case i < index || i == index && !running:
		return "done"
	case i == index:
		return "running"
	case i == l.opened && i == index+1:
		return "current"
	}
	return "ahead"
}

func (l *lesson) result(b *Bridge, id string) *scenario.StepResult {
	results := b.session.Results()
	for i := len(results) - 1; i >= 0; i-- {
		if results[i].ID == id {
			return &results[i]
		}
	}
	return nil
}

// verdicts are the states of a check while its step runs.
var verdicts = map[scenario.Verdict]string{
	scenario.Undecided: "waiting", scenario.Held: "ok", scenario.Broken: "failed",
}

func checkState(c *scenario.Check, r *scenario.StepResult) string {
	if r == nil {
		return "waiting"
	}
	for _, f := range r.Failed {
		if f.Line == c.Line {
			return "failed"
		}
	}
	return "ok"
}

// prediction shows the first question of a step, with the right answer once it has run.
func (l *lesson) prediction(b *Bridge, i int, result *scenario.StepResult) *ui.Prediction {
	q := l.told.Steps[i].Question()
	if q == nil {
		return nil
	}
	g := &l.guesses[i]
	var options, servers []string
	for _, o := range q.Options {
		options = append(options, o.Text)
	}
	for s := range b.model().Servers() {
		servers = append(servers, s.ID.String())
	}
	chosen := g.choice
	if q.Kind == "order" && chosen == "" {
		chosen = firstOrder(len(options))
	}
	p := &ui.Prediction{
		Kind: q.Kind, Question: q.Text, Chosen: chosen, Locked: g.locked, Skipped: g.skipped,
		Options: ui.BuildOptions(q.Kind, options, servers, chosen, b.text),
	}
	if result == nil || len(result.Answers) == 0 {
		return p
	}
	if !g.locked || g.skipped { // what was never locked in was not an answer
		p.Chosen = ""
	}
	p.Judge(rightAnswer(&result.Answers[0]), b.text)
	_, p.Evidence = b.session.Evidence(result.ID)
	return p
}

// firstOrder is the order in which a question offers its options.
func firstOrder(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = strconv.Itoa(i)
	}
	return strings.Join(all, ",")
}

// rightAnswer writes the right answer as a learner's is written.
func rightAnswer(a *scenario.Answer) string {
	if a.Kind == "pick-server" || a.Kind == "number" {
		return a.Value
	}
	all := make([]string, len(a.Options))
	for i, o := range a.Options {
		all[i] = strconv.Itoa(o)
	}
	return strings.Join(all, ",")
}

// end sums up the lesson, once its last step has ended.
func (l *lesson) end(b *Bridge) ui.LessonEnd {
	index, running := b.session.StepIndex()
	e := ui.LessonEnd{Over: !running && index == len(l.file.Steps)-1}
	for i := range l.file.Steps {
		s := l.live(b, i)
		if s.Predict != nil && s.Predict.Judged && len(s.Predict.Yours) > 0 {
			e.Guesses++
			if s.Predict.Right {
				e.Right++
			}
		}
		for _, c := range s.Checks {
			e.Checks++
			if c.State == "ok" {
				e.Held++
			}
		}
	}
	e.Failed = e.Held < e.Checks
	return e
}
