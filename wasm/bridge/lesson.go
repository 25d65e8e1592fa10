package bridge

import (
	"fmt"

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
	guesses []guess           // by step
	rest    *scenario.Journal // where the last step ended, or the start; nil when not known
	rested  int               // the index of that step, -1 for the start
}

// guess is what the learner answered before a step.
type guess struct {
	choice  string // a server, a number, or places of options joined by commas; "" for none
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

// titleOf returns the heading of a step as the learner reads it, "" without a lesson.
func (l *lesson) titleOf(step int) string {
	if l.told == nil || step < 0 || step >= len(l.told.Steps) {
		return ""
	}
	return l.told.Steps[step].Title
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
	if b.session == nil {
		return
	}
	index, _ := b.session.StepIndex()
	l.opened = min(max(l.opened, index, 0), index+1)
}

// watch notices the end of a step: the clock stops, so that the learner can look.
func (l *lesson) watch(b *Bridge) {
	if b.session == nil {
		return
	}
	if l.ended(b) {
		b.clock.playing = false
		l.settle(b)
		if i, _ := b.session.StepIndex(); i == l.opened {
			l.point(b, i)
		}
	}
	_, l.running = b.session.StepIndex()
}

// settle remembers the present as where the last step ended.
func (l *lesson) settle(b *Bridge) {
	if l.file != nil && len(l.file.Steps) > 0 {
		j := b.session.Journal()
		l.rest = &j
		l.rested, _ = b.session.StepIndex()
	}
}

// begin opens the first step of a run that has just been loaded.
func (l *lesson) begin(b *Bridge) {
	if l.file == nil || len(l.file.Steps) == 0 {
		return
	}
	l.settle(b)
	l.point(b, 0)
}

// enter shows a step as its scenario wants it: how fast, and whose votes.
func (l *lesson) enter(b *Bridge, i int) {
	l.opened = i
	b.clock.setSpeed(speedOf(l.file.Steps[i].Show, 0))
	l.point(b, i)
}

// point makes the votes of the server that a step is about the ones that are shown, as soon as that
// cannot be the answer to its question.
func (l *lesson) point(b *Bridge, i int) {
	if !l.live(b, i).Points() {
		return
	}
	for _, at := range ui.BuildLook(l.focus(i), b.text) {
		if id := server(at.Target); id != 0 {
			b.look.VotesOf = id
		}
	}
}

// focus is what a step wants to be looked at; without a wish of its own, the scenario's.
func (l *lesson) focus(i int) string {
	if f := l.file.Steps[i].Show.Focus; f != "" {
		return f
	}
	return l.file.Show.Focus
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
		l.running = true
		l.watch(b)
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
		if q := b.lesson.file.Steps[i].Question(); g.choice == "" && q != nil && q.Kind == "order" {
			g.choice = firstOrder(len(q.Options))
		}
		g.locked = g.choice != ""
	case !g.locked:
		g.choice = a.Choice
	}
	return nil, nil
}

// lessonRun begins the step that is next and plays it. It begins where the last one ended, whatever
// has been done since: what the lesson promises holds only from there.
func (b *Bridge) lessonRun(*Args) (any, error) {
	b.stopWork()
	if _, running := b.session.StepIndex(); running {
		b.resume()
		return nil, nil
	}
	if err := b.toRest(); err != nil {
		return nil, err
	}
	b.clock.playing = true
	if r, _ := b.execute(":next"); !r.OK {
		b.clock.playing = false
		return nil, fmt.Errorf("%s", r.Error)
	}
	b.resume()
	b.lesson.watch(b)
	return nil, nil
}

// toRest goes to where the last step ended.
func (b *Bridge) toRest() error {
	b.toHead()
	rest := b.lesson.rest
	index, running := b.session.StepIndex()
	if rest == nil || running || index != b.lesson.rested {
		return nil
	}
	if b.session.Now() == zk.Instant(rest.T) && same(b.session.Journal(), *rest) {
		return nil
	}
	acted := len(b.session.Journal().Journal) != len(rest.Journal)
	if err := b.replay(rest); err != nil {
		return err
	}
	if acted {
		b.toasts = append(b.toasts, Toast{Kind: "note", Key: "lesson.back"})
	}
	return nil
}

// same reports whether two links of one lesson lead to the same place.
func same(a, b scenario.Journal) bool {
	return a.Step == b.Step && a.Forks == b.Forks && len(a.Journal) == len(b.Journal)
}

// replay makes the run of a link of this lesson the one that is shown.
func (b *Bridge) replay(j *scenario.Journal) error {
	find := func(string) (*scenario.File, *scenario.Error) { return b.session.File(), nil }
	s, err := scenario.Restore(j, find, b.options(b.session.File(), j.Seed))
	if err != nil {
		return err
	}
	look := b.look
	b.begin(s)
	b.look, b.look.Selected = look, ""
	b.lesson.follow(b)
	b.lesson.watch(b)
	b.clock.playing = false
	return nil
}

// toHead goes to the newest moment of the branch.
func (b *Bridge) toHead() {
	head := b.session.Timeline().HeadTime()
	if b.session.Timeline().InPast() || b.session.Now() < head {
		b.session.SeekTime(head)
		b.jumped = true
	}
}

func (b *Bridge) lessonNext(*Args) (any, error) {
	l := &b.lesson
	if l.file == nil || l.opened+1 >= len(l.file.Steps) {
		return nil, nil
	}
	if index, _ := b.session.StepIndex(); l.opened <= index {
		b.toHead()
		l.enter(b, l.opened+1)
		l.follow(b)
	}
	return nil, nil
}

// lessonGo goes on to a step: everything before it runs at full speed.
func (b *Bridge) lessonGo(a *Args) (any, error) {
	i, err := b.lesson.index(a.Step)
	if err != nil {
		return nil, err
	}
	b.stopWork()
	b.clock.playing = false
	if err := b.toRest(); err != nil {
		return nil, err
	}
	there := func() bool {
		index, running := b.session.StepIndex()
		return !running && index+1 >= i
	}
	return b.begun(b.lessonJob("lesson", there, func() any {
		if there() {
			b.lesson.enter(b, i)
			b.jumped = true
		}
		return nil
	}))
}

// lessonFinish runs the rest of the step at full speed.
func (b *Bridge) lessonFinish(*Args) (any, error) {
	b.stopWork()
	b.toHead()
	index, running := b.session.StepIndex()
	if !running {
		return nil, nil
	}
	b.lesson.running, b.clock.playing = true, false
	over := func() bool {
		now, running := b.session.StepIndex()
		return now != index || !running
	}
	return b.begun(b.lessonJob("lesson", over, func() any {
		b.jumped = true
		return nil
	}))
}

// lessonReset goes to just before a step began, with its question open again.
func (b *Bridge) lessonReset(a *Args) (any, error) {
	i, err := b.lesson.index(a.Step)
	if err != nil {
		return nil, err
	}
	b.toHead()
	j, begun := b.session.Journal().BeforeStep(i)
	if !begun {
		return nil, nil
	}
	if err := b.replay(&j); err != nil {
		return nil, err
	}
	b.lesson.restart(b, i)
	return nil, nil
}

// restart opens the questions of a step and of all after it again.
func (l *lesson) restart(b *Bridge, i int) {
	clear(l.guesses[i:])
	l.running = false
	l.enter(b, i)
	l.settle(b)
}

// lessonRestart begins the whole lesson again, with the same seed.
func (b *Bridge) lessonRestart(*Args) (any, error) {
	if b.lesson.file == nil || len(b.lesson.file.Steps) == 0 {
		return nil, nil
	}
	f := b.session.File()
	s, err := scenario.NewSession(f, b.options(f, b.session.Seed()))
	if err != nil {
		return nil, err
	}
	b.clock.playing = false
	b.begin(s)
	b.lesson.restart(b, 0)
	return nil, nil
}

// lessonShow goes to the moment that decided a step's question and selects whom it happened to.
func (b *Bridge) lessonShow(a *Args) (any, error) {
	b.clock.playing = false
	b.toHead()
	answer, ok := b.session.Evidence(a.Step)
	if !ok {
		return nil, nil
	}
	b.session.SeekTime(answer.At)
	b.jumped = true
	b.look.Selected = targetOf(answer.Node)
	if !answer.Node.IsClient() {
		b.look.VotesOf = answer.Node
	}
	return nil, nil
}

// lessonBack goes to the newest moment again.
func (b *Bridge) lessonBack(*Args) (any, error) {
	b.toHead()
	return nil, nil
}

// targetOf names a server or a client as targets do.
func targetOf(id zk.ServerID) string {
	switch {
	case id == 0:
		return ""
	case id.IsClient():
		return "client-" + id.String()
	}
	return "server-" + id.String()
}
