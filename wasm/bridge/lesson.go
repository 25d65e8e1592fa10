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

// lesson follows a scenario through its steps: read, predict, run, reveal, next.
type lesson struct {
	file    *scenario.File
	told    *scenario.File // the translation; file itself without one
	opened  int            // the step that the learner has come to
	running bool
	guesses []guess // by step
}

// guess is what the learner answered before a step.
type guess struct {
	choice  string
	locked  bool
	skipped bool
}

func newLesson(f *scenario.File, a *Args) (lesson, error) {
	l := lesson{file: f, told: f, guesses: make([]guess, len(f.Steps))}
	if a.Told == "" {
		return l, nil
	}
	told, err := scenario.ParseTranslation(a.Name, a.Told)
	if err == nil {
		err = f.CheckTranslation(told)
	}
	if err != nil {
		return l, err
	}
	l.told = told
	return l, nil
}

// current returns the id of the step that the learner is at, "" without a lesson.
func (l *lesson) current(*Bridge) string {
	if l.file == nil || l.opened >= len(l.file.Steps) {
		return ""
	}
	return l.file.Steps[l.opened].ID
}

// ended reports whether a step that was running has just come to its end.
func (l *lesson) ended(b *Bridge) bool {
	_, running := b.session.StepIndex()
	return l.running && !running
}

// follow keeps the learner's step within reach: the last that began, or the one after it. An undo
// and a link move what that is.
func (l *lesson) follow(b *Bridge) {
	index, _ := b.session.StepIndex()
	l.opened = min(max(l.opened, index, 0), index+1)
}

// watch notices the end of a step: the clock stops, so that the learner can look.
func (l *lesson) watch(b *Bridge) {
	if l.ended(b) {
		b.clock.playing = false
	}
	_, l.running = b.session.StepIndex()
}

// forward lets the next thing of the scenario happen, as fast as it can; false at its end.
func (l *lesson) forward(b *Bridge) (bool, error) {
	index, running := b.session.StepIndex()
	if !running {
		if index+1 >= len(b.session.File().Steps) {
			return false, nil
		}
		if r := b.session.Command(":next"); r.Err != nil {
			return false, r.Err
		}
		l.follow(b)
		return true, nil
	}
	if !b.session.Advance(1, zk.Never) {
		if _, err := b.session.RunStep(); err != nil { // it is stuck: let it fail
			return false, err
		}
	}
	l.watch(b)
	return true, nil
}

func (l *lesson) index(id string) (int, error) {
	if l.file == nil {
		return 0, errNotLoaded
	}
	i := l.file.StepIndex(id)
	if i < 0 {
		return 0, fmt.Errorf("no step %q", id)
	}
	return i, nil
}

// predict takes a learner's guess, or the wish to go on without one.
func (b *Bridge) predict(a *Args) (any, error) {
	i, err := b.lesson.index(a.Step)
	if err != nil {
		return nil, err
	}
	g := &b.lesson.guesses[i]
	switch {
	case a.Skip:
		*g = guess{locked: true, skipped: true}
	case a.Lock:
		g.locked = g.choice != ""
	case !g.locked:
		g.choice = a.Choice
	}
	return nil, nil
}

// lessonRun begins the step that is next and plays it.
func (b *Bridge) lessonRun(*Args) (any, error) {
	b.stopWork()
	if _, running := b.session.StepIndex(); running {
		b.clock.playing = true
		return nil, nil
	}
	if r, _ := b.execute(":next"); !r.OK {
		return nil, fmt.Errorf("%s", r.Error)
	}
	b.lesson.running, b.clock.playing = true, true
	return nil, nil
}

func (b *Bridge) lessonNext(*Args) (any, error) {
	if b.lesson.file != nil && b.lesson.opened+1 < len(b.lesson.file.Steps) {
		b.lesson.opened++
		b.lesson.follow(b)
	}
	return nil, nil
}

// lessonGo goes on to a step: everything before it runs at full speed.
func (b *Bridge) lessonGo(a *Args) (any, error) {
	i, err := b.lesson.index(a.Step)
	if err != nil {
		return nil, err
	}
	there := func() bool {
		index, running := b.session.StepIndex()
		return !running && index+1 >= i
	}
	return b.begun(b.lessonJob("lesson", there, func() any {
		if there() {
			b.lesson.opened, b.jumped = i, true
		}
		return nil
	}))
}

// render draws the live part of each step.
func (l *lesson) render(b *Bridge, f *Frame) {
	if l.file == nil {
		return
	}
	index, running := b.session.StepIndex()
	results, judged := b.session.Results(), b.session.Verdicts()
	for i := range l.file.Steps {
		id := l.file.Steps[i].ID
		key := fmt.Sprint(index, running, len(results), l.opened, l.guesses[i], b.text.Lang, judged)
		b.panel(f, "live-"+id, 0, key, func() templ.Component {
			return ui.LessonLive(l.live(b, i), b.text)
		})
	}
}

// live tells how far one step is.
func (l *lesson) live(b *Bridge, i int) ui.StepLive {
	step := &l.file.Steps[i]
	s := ui.StepLive{ID: step.ID, State: l.state(b, i), Last: i == len(l.file.Steps)-1}
	for j := range step.Blocks {
		if step.Blocks[j].Kind == scenario.Run {
			body := strings.Trim(step.Blocks[j].Text, "\n")
			s.Lines = append(s.Lines, strings.Split(body, "\n")...)
		}
	}
	result := l.result(b, step.ID)
	for j, c := range step.Checks() {
		state := checkState(c, result)
		if index, running := b.session.StepIndex(); running && index == i {
			state = verdicts[b.session.Verdicts()[j]]
		}
		s.Checks = append(s.Checks, ui.Check{Text: c.Text, State: state})
	}
	s.Predict = l.prediction(b, i, result)
	return s
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
	for j := range l.told.Steps[i].Blocks {
		q := l.told.Steps[i].Blocks[j].Predict
		if q == nil {
			continue
		}
		g := &l.guesses[i]
		p := &ui.Prediction{Kind: q.Kind, Question: q.Text, Chosen: g.choice, Locked: g.locked}
		p.Options = l.options(b, q)
		if result != nil && len(result.Answers) > 0 {
			p.Answer = answerText(p.Options, &result.Answers[0])
			p.Right = p.Chosen == p.Answer
		}
		return p
	}
	return nil
}

// options lists what can be chosen: the servers, a range of numbers, or what the file offers.
func (l *lesson) options(b *Bridge, q *scenario.Question) []string {
	var out []string
	switch {
	case q.Kind == "pick-server":
		for s := range b.model().Servers() {
			out = append(out, s.ID.String())
		}
		return append(out, "none")
	case q.Kind == "number" && len(q.Options) == 0:
		for n := range 8 {
			out = append(out, strconv.Itoa(n))
		}
		return out
	}
	for _, o := range q.Options {
		out = append(out, o.Text)
	}
	return out
}

// answerText returns the option that is right, in the words of the question.
func answerText(options []string, a *scenario.Answer) string {
	if a.Value != "" {
		return a.Value
	}
	var right []string
	for _, i := range a.Options {
		if i < len(options) {
			right = append(right, options[i])
		}
	}
	return strings.Join(right, " → ")
}
