package bridge

import (
	"fmt"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// Bridge is one page's simulator. It belongs to one goroutine.
type Bridge struct {
	budget  func() func() bool // starts a slice of work
	session *scenario.Session
	text    text.Printer
	look    ui.View
	clock   clock
	show    shown
	console console
	lesson  lesson
	marks   []view.Mark // of the newest moment that was seen on this branch
	wants   bool        // the page listens to events
	events  []Event
	halo    []string
	says    []string
	toasts  []Toast
	jumped  bool // time was sought since the last frame
	failed  bool // the page was told that the world has failed
}

// New returns a bridge without a run. Budget starts a slice of work and says whether it may go on.
func New(budget func() func() bool) *Bridge {
	b := &Bridge{budget: budget}
	b.clock.speed = DefaultSpeed
	return b
}

// modelObserver lets the timeline take the page's model along.
type modelObserver struct{ m *view.Model }

// Observe folds an event into the model.
func (o *modelObserver) Observe(e *trace.Event) { o.m.Apply(e) }

// CloneObserver returns an independent copy.
func (o *modelObserver) CloneObserver() sim.Observer { return &modelObserver{o.m.Clone()} }

// model returns what the page shows at the position.
func (b *Bridge) model() *view.Model {
	m := b.session.Observer(0).(*modelObserver).m
	m.Tick(b.session.Now())
	return m
}

// answer is what a command is answered with.
type answer struct {
	Result any    `json:"result,omitempty"`
	Error  string `json:"error,omitempty"`
	Panic  *Panic `json:"panic,omitempty"`
}

// Panic is what is known of a crash of the core.
type Panic struct {
	Error   string   `json:"error"`
	Seed    uint64   `json:"seed"`
	Step    uint64   `json:"step"`
	Events  []string `json:"events"`
	Journal []string `json:"journal"`
}

// Call carries out one command, {"do": "…", …}, and returns {"result": …} or {"error": "…"}.
func (b *Bridge) Call(request []byte) (reply []byte) {
	var a answer
	defer func() {
		if r := recover(); r != nil {
			a = answer{Panic: b.autopsy(r)}
		}
		reply = encode(a)
	}()
	var args Args
	if err := decode(request, &args); err != nil {
		a.Error = fmt.Sprintf("read the command: %v", err)
		return
	}
	result, err := b.do(&args)
	a.Result = result
	if err != nil {
		a.Error = b.sentence(err)
	}
	return
}

// Tick lets dt real milliseconds go by and returns the next frame.
func (b *Bridge) Tick(dt float64) (frame []byte) {
	defer func() {
		if r := recover(); r != nil {
			frame = encode(answer{Panic: b.autopsy(r)})
		}
	}()
	if b.session == nil {
		return encode(Frame{})
	}
	b.advance(dt)
	f := b.frame(dt)
	if fail := b.session.Timeline().World().Failure(); fail != nil && !b.failed {
		b.failed = true
		return encode(answer{Panic: b.autopsy(fail.Name)})
	}
	return encode(f)
}

// eventsInPanic is how many of the last events a crash shows.
const eventsInPanic = 20

// autopsy collects what makes a crash repeatable.
func (b *Bridge) autopsy(cause any) *Panic {
	p := &Panic{Error: fmt.Sprint(cause)}
	if b.session == nil {
		return p
	}
	p.Seed, p.Step = b.session.Seed(), b.session.Timeline().Position()
	for _, e := range b.session.Journal().Journal {
		p.Journal = append(p.Journal, e.Line)
	}
	for e := range b.model().Rows() {
		p.Events = append(p.Events, scenario.EventText(e))
		if len(p.Events) == eventsInPanic {
			break
		}
	}
	return p
}

// sentence says an error in the reader's language.
func (b *Bridge) sentence(err error) string {
	if e, ok := err.(*scenario.Error); ok && e != nil {
		return b.text.Error(e.Code, e.Args)
	}
	return err.Error()
}
