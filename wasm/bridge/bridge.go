package bridge

import (
	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// Bridge is one page's simulator. It belongs to one goroutine.
type Bridge struct {
	budget  func() func() bool // starts a slice of work
	session *scenario.Session  // nil while nothing is loaded, or live is shown
	live    *watching          // real nodes or a file, instead of a session
	reel    []byte             // of a flight recording, as far as the page has brought it
	text    text.Printer
	look    ui.View
	clock   clock
	show    shown
	console console
	data    dataTree
	space   spacetime
	lesson  lesson
	marks   []view.Mark // of the newest moment that was seen on this branch
	wants   bool        // the page listens to events
	events  []Event
	halo    []string
	speech  speech
	toasts  []Toast
	jumped  bool     // time was sought since the last frame
	undone  []string // lines that redo gives again, the next one last
	job     *job     // work that takes longer than a slice
	jobs    int      // so many have begun
	typed   *typed   // a typed line that waits
	stopped stopped
	autos   autos
	outbox  []Sent
	broken  *Panic // the simulator broke: only a link of the run can be had now, or a new one
}

// New returns a bridge without a run. Budget starts a slice of work and says whether it may go on.
func New(budget func() func() bool) *Bridge {
	b := &Bridge{budget: budget}
	b.clock.speed = DefaultSpeed
	return b
}

// modelObserver lets the timeline take the page's model along.
type modelObserver struct {
	m   *view.Model
	sum uint64    // names all events so far
	log *eventLog // shared by all copies
}

// Observe folds an event into the model and keeps it.
func (o *modelObserver) Observe(e *trace.Event) {
	o.m.Apply(e)
	before := o.sum
	o.sum = nextSum(before, e)
	n := o.m.RowsSeen()
	o.log.put(n, e, before, o.sum)
	o.log.begin(n, o.m)
}

// CloneObserver returns an independent copy, but for the log.
func (o *modelObserver) CloneObserver() sim.Observer {
	return &modelObserver{m: o.m.Clone(), sum: o.sum, log: o.log}
}

// model returns what the page shows at the position.
func (b *Bridge) model() *view.Model {
	m := b.observer().m
	if w := b.live; w != nil {
		m.Rights = w.rights
	}
	m.Tick(b.now())
	return m
}

func (b *Bridge) observer() *modelObserver {
	if b.live != nil {
		return b.live.here().page
	}
	return b.session.Observer(0).(*modelObserver)
}

// now returns the instant that the page shows.
func (b *Bridge) now() zk.Instant {
	if b.live != nil {
		return b.live.now
	}
	return b.session.Now()
}

// end returns the last known instant.
func (b *Bridge) end() zk.Instant {
	if b.live != nil {
		return b.live.end
	}
	return b.session.Timeline().HeadTime()
}

// inPast reports whether something is known that lies ahead of what the page shows.
func (b *Bridge) inPast() bool {
	if b.live != nil {
		return b.live.at != nil
	}
	return b.session.Timeline().InPast()
}

// answer is what a command is answered with. Code and Args go with an error that has a sentence in
// every language.
type answer struct {
	More   *More    `json:"more,omitempty"` // the work goes on; the Worker looks here
	Result any      `json:"result,omitempty"`
	Error  string   `json:"error,omitempty"`
	Code   string   `json:"code,omitempty"`
	Args   []string `json:"args,omitempty"`
	Panic  *Panic   `json:"panic,omitempty"`
}

// Call carries out one command, {"do": "…", …}, and returns {"result": …} or {"error": "…"}.
func (b *Bridge) Call(request []byte) (reply []byte) {
	var a answer
	defer func() {
		if r := recover(); r != nil {
			a = answer{Panic: b.fall(r)}
		}
		reply = encode(a)
	}()
	var args Args
	if err := decode(request, &args); err != nil {
		a.Error = "read the command: " + err.Error()
		return
	}
	result, err := b.do(&args)
	if err != nil {
		a = b.refusal(err)
		return
	}
	if more, ok := result.(More); ok {
		a.More = &more
		return
	}
	a.Result = result
	b.show.urgent = b.show.urgent || !asks[args.Do]
	return
}

// Tick lets dt real milliseconds go by and returns the next frame.
func (b *Bridge) Tick(dt float64) (frame []byte) {
	defer func() {
		if r := recover(); r != nil {
			frame = encode(answer{Panic: b.fall(r)})
		}
	}()
	switch {
	case b.broken != nil, b.session == nil && b.live == nil:
		return encode(Frame{Speed: b.clock.speed})
	case b.live != nil:
		b.advanceLive(dt)
		return encode(b.frame(dt))
	}
	b.advance(dt)
	if fail := b.session.Timeline().World().Failure(); fail != nil {
		return encode(answer{Panic: b.fall(fail.Name)})
	}
	return encode(b.frame(dt))
}

// refusal is the answer to a command that cannot be done.
func (b *Bridge) refusal(err error) answer {
	a := answer{Error: b.sentence(err)}
	if e, ok := err.(*scenario.Error); ok && e != nil {
		a.Code, a.Args = e.Code, e.Args
	}
	return a
}

// sentence says an error in the reader's language.
func (b *Bridge) sentence(err error) string {
	if e, ok := err.(*scenario.Error); ok && e != nil {
		return b.text.Error(e.Code, e.Args)
	}
	return err.Error()
}
