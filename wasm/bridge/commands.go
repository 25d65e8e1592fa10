package bridge

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
)

// Args are a command with everything that any command takes.
type Args struct {
	Do        string      `json:"do"`
	Name      string      `json:"name"`
	Scenario  string      `json:"scenario"` // the text of a file
	Told      string      `json:"told"`     // the text of its translation
	Lang      string      `json:"lang"`
	Voters    int         `json:"voters"`
	Observers int         `json:"observers"`
	Seed      uint64      `json:"seed"`
	Speed     float64     `json:"speed"`
	Play      bool        `json:"play"`
	On        bool        `json:"on"`
	Line      string      `json:"line"`
	Entry     int         `json:"entry"`
	N         int         `json:"n"`
	Unit      string      `json:"unit"`
	Ms        float64     `json:"ms"`
	Target    string      `json:"target"`
	Action    string      `json:"action"`
	Tool      string      `json:"tool"`
	Server    zk.ServerID `json:"server"`
	X         float64     `json:"x"`
	Y         float64     `json:"y"`
	Drop      bool        `json:"drop"`
	Client    string      `json:"client"`
	Group     trace.Group `json:"group"`
	Text      string      `json:"text"`
	Step      string      `json:"step"`
	Choice    string      `json:"choice"`
	Lock      bool        `json:"lock"`
	Skip      bool        `json:"skip"`
	Add       bool        `json:"add"`
	Alt       bool        `json:"alt"`
	X2        float64     `json:"x2"`
	Y2        float64     `json:"y2"`
	Show      []string    `json:"show"`
	Hide      []string    `json:"hide"`
	Tall      bool        `json:"tall"`
	Link      raw         `json:"link"`
	Memo      raw         `json:"memo"`
	From      int         `json:"from"`
	Count     int         `json:"count"`
	Key       string      `json:"key"`
	Typed     bool        `json:"typed"`
	Job       int         `json:"job"`
}

// handlers carry out the commands by name.
var handlers = map[string]func(*Bridge, *Args) (any, error){
	"redo": (*Bridge).redo, "load": (*Bridge).load,
	"command": (*Bridge).command, "answer": (*Bridge).answer,
	"play": (*Bridge).play, "speed": (*Bridge).speed, "step": (*Bridge).step,
	"seek": (*Bridge).seek, "state": (*Bridge).state, "fingerprint": (*Bridge).fingerprint,
	"share": (*Bridge).share, "describe-link": (*Bridge).describeLink,
	"memo": (*Bridge).memo, "recall": (*Bridge).recall,
	"restore": (*Bridge).restore, "run": (*Bridge).runAll, "select": (*Bridge).choose,
	"menu": (*Bridge).menu, "act": (*Bridge).act, "tool": (*Bridge).tool, "drag": (*Bridge).drag,
	"hint": (*Bridge).hint, "knife": (*Bridge).knife,
	"write": (*Bridge).write, "votes-of": (*Bridge).votesOf, "filter": (*Bridge).filter,
	"complete": (*Bridge).complete, "subscribe": (*Bridge).subscribe, "sight": (*Bridge).sight,
	"predict": (*Bridge).predict, "lesson-run": (*Bridge).lessonRun,
	"lesson-next": (*Bridge).lessonNext, "lesson-go": (*Bridge).lessonGo,
	"console-of": (*Bridge).consoleOf, "script": (*Bridge).script, "shape": (*Bridge).shape,
	"data-window": (*Bridge).dataWindow, "data-filter": (*Bridge).dataFilter,
	"data-pick": (*Bridge).dataPick, "data-key": (*Bridge).dataKey,
	"lesson-finish": (*Bridge).lessonFinish, "lesson-reset": (*Bridge).lessonReset,
	"lesson-restart": (*Bridge).lessonRestart, "lesson-show": (*Bridge).lessonShow,
	"lesson-back": (*Bridge).lessonBack,
	"slice":       (*Bridge).slice, "cancel": (*Bridge).cancel, "hurry": (*Bridge).hurry,
	"settle": (*Bridge).settle, "duel-of": (*Bridge).duelOf,
	"branch": (*Bridge).switchTo, "unfork": (*Bridge).unfork, "auto": (*Bridge).auto,
	"sessions-page": (*Bridge).sessionsPage, "events-window": (*Bridge).eventsWindow,
	"events-export": (*Bridge).eventsExport, "why": (*Bridge).why,
	"level": (*Bridge).level, "voice": (*Bridge).voice,
	"live": (*Bridge).goLive, "feed": (*Bridge).feed, "latest": (*Bridge).latest,
	"record": (*Bridge).record, "recorded": (*Bridge).recorded,
	"tape": (*Bridge).takeTape, "fly": (*Bridge).fly,
	"spacetime": (*Bridge).spacetime, "spacetime-say": (*Bridge).spacetimeSay,
}

// asks are the commands that change nothing on the page.
var asks = map[string]bool{
	"answer": true, "state": true, "fingerprint": true, "share": true, "describe-link": true,
	"complete": true, "script": true, "menu": true, "drag": true, "hint": true, "knife": true,
	"slice": true, "subscribe": true, "memo": true,
	"events-export": true, "spacetime-say": true, "feed": true, "tape": true,
}

// beforeLoad are the commands that need no run.
var beforeLoad = map[string]bool{
	"load": true, "describe-link": true, "sight": true, "shape": true, "data-window": true,
	"auto": true, "level": true, "voice": true, "spacetime": true, "live": true, "record": true,
	"tape": true, "fly": true, "slice": true,
}

// watches are the commands that need no simulation: what they act on, if they do, are real nodes.
var watches = map[string]bool{
	"load": true, "live": true, "feed": true, "latest": true, "record": true, "recorded": true,
	"tape": true, "fly": true,
	"command": true, "answer": true, "settle": true, "play": true, "speed": true, "step": true,
	"seek": true, "state": true, "select": true, "menu": true, "act": true, "tool": true,
	"drag": true, "hint": true, "knife": true, "write": true, "votes-of": true, "filter": true,
	"complete": true, "subscribe": true, "sight": true, "shape": true, "console-of": true,
	"data-window": true, "data-filter": true, "data-pick": true, "data-key": true, "slice": true,
	"cancel": true, "duel-of": true, "auto": true, "sessions-page": true, "events-window": true,
	"events-export": true, "why": true, "level": true, "voice": true, "spacetime": true,
	"spacetime-say": true,
}

var (
	errNotLoaded = errors.New("nothing is loaded yet")
	errBroken    = errors.New("the simulator broke; load again")
)

func (b *Bridge) do(a *Args) (any, error) {
	h, ok := handlers[a.Do]
	if !ok {
		return nil, fmt.Errorf("unknown command %q", a.Do)
	}
	switch {
	case b.broken != nil && !survivors[a.Do]:
		return nil, errBroken
	case b.live != nil && !watches[a.Do]:
		return nil, errors.New(b.text.T("live.cannot." + b.live.why()))
	case b.session == nil && b.live == nil && !beforeLoad[a.Do]:
		return nil, errNotLoaded
	}
	return h(b, a)
}

// seedMax bounds seeds: a larger number does not come through JavaScript unharmed.
const seedMax = 1<<53 - 1

// load starts a scenario, or free play when there is no text. What cannot be loaded leaves the run
// that is there.
func (b *Bridge) load(a *Args) (any, error) {
	lang, _ := text.ParseLang(a.Lang)
	before := b.text
	b.text = text.In(lang)
	err := b.loadFile(a)
	if err != nil && b.session != nil {
		b.text = before
	}
	return nil, err
}

func (b *Bridge) loadFile(a *Args) error {
	if a.Seed > seedMax {
		return &scenario.Error{Code: scenario.CodeLinkBad, Args: []string{"seed"}}
	}
	file, err := readFile(a)
	if err != nil {
		return err
	}
	l, err := newLesson(file, a)
	if err != nil {
		return err
	}
	s, problem := scenario.NewSession(file, b.options(file, a.Seed))
	if problem != nil {
		return problem
	}
	b.clock = clock{speed: DefaultSpeed, playing: a.Play}
	b.clock.setSpeed(speedOf(file.Show, a.Speed))
	b.lesson = l
	b.begin(s)
	b.lesson.begin(b)
	return nil
}

func readFile(a *Args) (*scenario.File, error) {
	if a.Scenario == "" {
		f, err := scenario.FreePlay(a.Voters, a.Observers, a.Seed)
		if err != nil {
			return nil, err
		}
		return f, nil
	}
	f, err := scenario.Parse(a.Name, a.Scenario)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (b *Bridge) options(f *scenario.File, seed uint64) scenario.Options {
	m := ui.Empty(f.Voters, f.Observers)
	if f.Settings.TickTime > 0 {
		m.TickTime = f.Settings.TickTime
	}
	o := &modelObserver{m: m, log: newLog()}
	return scenario.Options{Seed: seed, Observers: []sim.Observer{o}}
}

// speedOf returns the speed that the address asks for, or that the scenario does.
func speedOf(show scenario.Show, asked float64) float64 {
	if asked > 0 {
		return asked
	}
	above, below, _ := strings.Cut(show.Speed, "/")
	n, err := strconv.ParseFloat(above, 64)
	d, wrong := strconv.ParseFloat(below, 64)
	if err != nil || wrong != nil || d <= 0 {
		return 0
	}
	return 1000 * n / d
}

// begin makes a session the one that the page shows.
func (b *Bridge) begin(s *scenario.Session) {
	before := b.session
	b.session, b.live = s, nil
	b.session.OnEvent = b.notice
	keepBreaks(before, s)
	b.clear()
	b.clock.last = s.Now()
}

// clear makes the page new: another run is shown.
func (b *Bridge) clear() {
	b.job, b.typed = nil, nil
	b.autos.paused, b.autos.serving, b.autos.leaders = "", false, false
	b.console = console{}
	b.data = b.data.begin()
	b.space = b.space.begin()
	b.show = shown{
		panels: map[string]*panel{}, visible: b.show.visible, generation: b.show.generation + 1,
	}
	b.marks, b.broken, b.jumped, b.undone = nil, nil, true, nil
	b.events, b.halo, b.toasts = nil, nil, nil
	b.speech = speech{voice: b.speech.voice}
	b.look = ui.View{Level: b.look.Level, Tall: b.look.Tall}
}

func (b *Bridge) play(a *Args) (any, error) {
	if !a.On {
		b.stopWork()
	}
	b.autos.paused = ""
	b.clock.playing = a.On
	if b.live != nil && !a.On {
		b.live.rest()
	}
	return nil, nil
}

func (b *Bridge) speed(a *Args) (any, error) {
	b.clock.setSpeed(a.Speed)
	return nil, nil
}

// stepsMax bounds how many steps one command takes.
const stepsMax = 10_000

// seekMax bounds a moment to seek, in simulated ms: 30 days.
const seekMax = 30 * 24 * 3600 * 1000.0

func (b *Bridge) step(a *Args) (any, error) {
	unit, ok := scenario.ParseUnit(a.Unit)
	if !ok {
		return nil, fmt.Errorf("unknown unit %q", a.Unit)
	}
	b.stopWork()
	b.clock.playing = false
	went := b.stepper()(max(-stepsMax, min(stepsMax, a.N)), unit)
	b.toastStep(a.N, went)
	if a.N < 0 {
		b.jumped = true
	}
	b.lesson.watch(b)
	return went, nil
}

func (b *Bridge) stepper() func(int, scenario.Unit) int {
	if b.live != nil {
		return b.live.step
	}
	return b.session.StepUnits
}

// toastStep says why a step did not go as far as it was to.
func (b *Bridge) toastStep(n, went int) {
	if went != 0 || n == 0 {
		return
	}
	key := "step.none"
	if n < 0 {
		key = "step.start"
	}
	b.toasts = append(b.toasts, Toast{Kind: "note", Key: key})
}

func (b *Bridge) seek(a *Args) (any, error) {
	b.stopWork()
	b.jumped = true
	to := instant(a.Ms)
	if b.live != nil {
		b.live.seek(to)
		return nil, nil
	}
	b.session.SeekTime(to)
	b.clock.last = b.session.Now()
	return nil, nil
}

func (b *Bridge) state(*Args) (any, error) {
	if b.live != nil {
		return b.liveReport(), nil
	}
	return b.session.State(), nil
}

func (b *Bridge) fingerprint(*Args) (any, error) { return b.session.Fingerprint().String(), nil }

func (b *Bridge) share(*Args) (any, error) { return b.session.Journal(), nil }

// LinkNote tells what a link would do, so that a person can refuse.
type LinkNote struct {
	Scenario string   `json:"scenario"`
	Lines    []string `json:"lines"`
}

func (b *Bridge) describeLink(a *Args) (any, error) {
	j, err := readLink(a)
	if err != nil {
		return nil, err
	}
	note := LinkNote{Scenario: j.Scenario, Lines: []string{}}
	for _, e := range j.Journal {
		at := time.Duration(e.At).Round(time.Millisecond)
		note.Lines = append(note.Lines, fmt.Sprintf("%8s  %s", at, e.Line))
	}
	return note, nil
}

func readLink(a *Args) (*scenario.Journal, error) {
	var j scenario.Journal
	if a.Link == nil {
		return nil, &scenario.Error{Code: scenario.CodeLinkBad, Args: []string{"empty"}}
	}
	if err := decode(a.Link, &j); err != nil {
		return nil, &scenario.Error{Code: scenario.CodeLinkBad, Args: []string{err.Error()}}
	}
	if err := j.Check(); err != nil {
		return nil, err
	}
	return &j, nil
}

// duelOf chooses between the comparison of votes that decided and the last one.
func (b *Bridge) duelOf(a *Args) (any, error) {
	b.look.LastDuel = a.On
	return nil, nil
}

func (b *Bridge) votesOf(a *Args) (any, error) {
	b.look.VotesOf = a.Server
	return nil, nil
}

func (b *Bridge) subscribe(*Args) (any, error) {
	b.wants = true
	return nil, nil
}

// sight tells which panels are in sight: only those are drawn.
func (b *Bridge) sight(a *Args) (any, error) {
	if b.show.visible == nil {
		b.show.visible = map[string]bool{}
	}
	for _, id := range a.Show {
		b.show.visible[id] = true
	}
	for _, id := range a.Hide {
		b.show.visible[id] = false
	}
	return nil, nil
}

// shape tells whether the stage is higher than wide, as on a phone.
func (b *Bridge) shape(a *Args) (any, error) {
	if b.look.Tall != a.Tall {
		b.look.Hauls = nil // they are places on the other sheet
	}
	b.look.Tall = a.Tall
	return nil, nil
}

// HTML is a piece of the page.
type HTML struct {
	HTML string `json:"html"`
}

func (b *Bridge) menu(a *Args) (any, error) {
	var v ui.View
	v.Choose(b.whole(a.Target))
	in := ui.BuildInspector(b.model(), v, b.text)
	in.Target = v.Target()
	if len(in.Actions) == 0 {
		in.Actions = ui.BuildActions(b.model(), in.Target, b.text)
	}
	return HTML{ui.RenderString(ui.Menu(in))}, nil
}

// lines carries out what an action says: one line, or several joined by "; ".
func (b *Bridge) lines(joined string) (any, error) {
	lines := []string{joined}
	if strings.HasPrefix(joined, ":") {
		lines = strings.Split(joined, "; ")
	}
	for _, line := range lines {
		r, pass := b.execute(line)
		if !r.OK {
			return nil, errors.New(r.Error)
		}
		if pass != nil {
			b.watchTyped(pass, r.Pending, line)
		}
	}
	return nil, nil
}

// write lets a client write once, in the way of the key W.
func (b *Bridge) write(a *Args) (any, error) {
	letter := a.Client
	m := b.model()
	if len(letter) != 1 || m.Client(zk.ServerID(letter[0])) == nil {
		letter = "A"
	}
	if len(m.Clients) > 0 && m.Client(zk.ServerID(letter[0])) == nil {
		letter = m.Clients[0].ID.String()
	}
	return b.lines(letter + ": create -s /n-")
}

func (b *Bridge) consoleOf(a *Args) (any, error) {
	b.console.current = a.Client
	return nil, nil
}
