package bridge

import (
	"cmp"
	"strings"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/live"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// LiveState is what a page must know that shows real nodes or a file.
type LiveState struct {
	Source  string  `json:"source"`  // live or recorded
	Start   float64 `json:"start"`   // simulated ms of the oldest moment that is kept
	Follows bool    `json:"follows"` // the page shows the present
	Rights  int     `json:"rights"`  // view.Rights
	Heard   string  `json:"heard"`   // the nodes that are heard of
	Why     string  `json:"why"`     // why what only a simulation can do is not possible
	Note    string  `json:"note,omitempty"`
}

// Sent is a line for real nodes. N is the entry in the console that waits for the answer.
type Sent struct {
	N     int    `json:"n"`
	Line  string `json:"line"`
	Fault bool   `json:"fault,omitempty"` // a person is asked before the first of these
}

// realTime is the speed of the clock at which real nodes go, in ms per second.
const realTime = 1000.0

// goLive shows real nodes. Text are the relay's first lines, of which one says hello.
func (b *Bridge) goLive(a *Args) (any, error) {
	lang, _ := text.ParseLang(a.Lang)
	line, _, _ := strings.Cut(a.Text, "\n")
	var n notice
	if err := decode([]byte(line), &n); err != nil || n.Hello == nil {
		return nil, errLine
	}
	b.text = text.In(lang)
	if w := b.live; w == nil || w.source != view.Live || w.cluster != n.Hello.Cluster {
		b.watch(view.Live, n.Hello)
		b.live.cluster = n.Hello.Cluster
		b.clock = clock{speed: realTime, playing: true}
	}
	b.console.lose(b.text.T("live.lost"))
	return nil, b.live.feed([]byte(a.Text))
}

// watch shows a recording that has yet to begin.
func (b *Bridge) watch(source view.Source, h *hello) {
	b.turnTo(newWatching(source, h))
}

func newWatching(source view.Source, h *hello) *watching {
	return &watching{recording: newRecording(source, view.New(h.sets())), source: source}
}

// turnTo makes a recording what the page shows.
func (b *Bridge) turnTo(w *watching) {
	w.seen, w.done = b.noticeLive, b.answered
	b.live, b.session, b.lesson = w, nil, lesson{}
	b.clear()
}

// feed takes lines of the relay, or of a file.
func (b *Bridge) feed(a *Args) (any, error) {
	if b.live == nil {
		return nil, errNotLoaded
	}
	return nil, b.live.feed([]byte(a.Text))
}

// record begins to show a file, whose lines are fed.
func (b *Bridge) record(a *Args) (any, error) {
	lang, _ := text.ParseLang(a.Lang)
	b.text = text.In(lang)
	b.watch(view.Recorded, &hello{})
	b.clock = clock{speed: DefaultSpeed}
	return nil, nil
}

// recorded ends a file: it is shown from its beginning.
func (b *Bridge) recorded(*Args) (any, error) {
	w := b.live
	if w == nil {
		return nil, errNotLoaded
	}
	if w.log.end == 0 {
		w.open(0, 0)
	}
	w.merger.Wait(2 * live.PatienceMs)
	w.flow()
	if w.log.end == 0 {
		return nil, errLine
	}
	b.rewind()
	return nil, nil
}

// rewind shows a file from its beginning.
func (b *Bridge) rewind() {
	b.live.jump(0)
	b.jumped = true
}

// latest goes to the present and stays there.
func (b *Bridge) latest(*Args) (any, error) {
	if w := b.live; w != nil {
		w.follow()
		b.jumped, b.clock.playing = true, w.source == view.Live
	}
	return nil, nil
}

// advanceLive lets dt real ms go by.
func (b *Bridge) advanceLive(dt float64) {
	w, c := b.live, &b.clock
	c.real += dt
	w.pass(dt)
	w.stay()
	c.rate = realTime
	if w.at == nil || !c.playing {
		return
	}
	c.rate = c.speed
	if !w.advance(w.now + zk.Instant(dt*c.speed*1000)) {
		_, _ = b.latest(nil)
		b.jumped = false
	}
}

// noticeLive is told of the events as the page comes to them.
func (b *Bridge) noticeLive(e *trace.Event) {
	if !isNoise(e) {
		b.tell(e)
	}
}

// why says why what only a simulation can do is refused, as view.Model.Refuses does.
func (w *watching) why() string {
	if w.source == view.Recorded {
		return "recorded"
	}
	return "sim"
}

// give hands a line to the real nodes. Its answer comes later.
func (b *Bridge) give(line string) Result {
	verb := ""
	if rest, ok := strings.CutPrefix(line, ":"); ok {
		verb, _, _ = strings.Cut(rest, " ")
	}
	e := b.console.add(line, ms(b.now()))
	why := b.model().Refuses(verb)
	switch {
	case verb == "help":
		e.Output = b.help()
	case why != "":
		e.refusal = b.text.T("live.cannot." + why)
		e.State, e.Output = "error", e.refusal
	default:
		e.State = "waiting"
		b.outbox = append(b.outbox, Sent{N: e.N, Line: line, Fault: view.Breaks(verb)})
		if b.live.at != nil { // what is done is done now
			_, _ = b.latest(nil)
		}
	}
	return e.result()
}

// answered takes the answer to a line that was handed on.
func (b *Bridge) answered(n *notice) {
	r := Result{OK: n.OK, Output: ui.Visible(n.Output), Error: ui.Visible(n.Error)}
	if !r.OK {
		r.Error = cmp.Or(r.Error, r.Output, "?")
		b.toasts = append(b.toasts, Toast{Kind: "error", Text: r.Error})
	}
	b.console.finish(n.Done, r)
	if r.OK && r.Output == "" {
		b.console.explain(n.Done, b.text.T("console.done"))
	}
}

// explain adds words to a line of the console.
func (c *console) explain(entry int, words string) {
	for i := range c.entries {
		if c.entries[i].N == entry {
			c.entries[i].Explain = words
		}
	}
}

// lose gives up the lines that wait for an answer.
func (c *console) lose(why string) {
	for i := range c.entries {
		if c.entries[i].State == "waiting" {
			c.finish(c.entries[i].N, Result{Error: why})
		}
	}
}

// unsent returns the lines that are for the real nodes.
func (b *Bridge) unsent() []Sent {
	out := b.outbox
	b.outbox = nil
	return out
}

func (b *Bridge) liveState() *LiveState {
	w := b.live
	if w == nil {
		return nil
	}
	s := &LiveState{
		Source: w.source.String(), Start: ms(w.start()), Follows: w.at == nil,
		Rights: int(w.rights), Why: b.text.T("live.cannot." + w.why()),
	}
	var heard zk.ServerSet
	for o := range w.head.page.m.Servers() {
		if o.Up && !o.Lost {
			heard = heard.With(o.ID)
		}
	}
	s.Heard = heard.String()
	for _, p := range w.sampled {
		s.Note = b.text.T("live.sampled", "n", p.Node, "k", p.Kept, "of", p.Of)
	}
	return s
}

// liveReport is the state for the page API, as far as a trace tells.
func (b *Bridge) liveReport() scenario.State {
	m := b.model()
	v := m.Service()
	s := scenario.State{
		TMs: scenario.Millis(b.now()), Source: m.Source.String(), Epoch: v.Epoch, Leader: v.Leader,
		Groups:   []scenario.StateGroup{{ID: 1, Leader: v.Leader, Epoch: v.Epoch}},
		Servers:  []scenario.StateServer{},
		Clients:  []scenario.StateClient{},
		Links:    []scenario.StateLink{},
		InFlight: m.InFlight(), Violations: []scenario.StateViolation{},
	}
	for o := range m.Servers() {
		s.Servers = append(s.Servers, scenario.StateServer{
			ID: o.ID, Group: 1, Role: o.Role.String(), Phase: o.Phase.String(), Epoch: o.Current,
			AcceptedEpoch: o.Accepted, LastZxid: o.LastLogged.String(),
			CommittedZxid: o.Committed.String(), Up: o.Up, Paused: o.Paused,
			Island: max(0, m.IslandOf(o.ID)),
		})
		for p := range m.Servers() {
			if p != o {
				l := m.Link(o.ID, p.ID)
				s.Links = append(s.Links, scenario.StateLink{
					From: l.From, To: l.To, Cut: l.Cut, DelayMs: l.Delay.Milliseconds(),
				})
			}
		}
	}
	for _, c := range m.Clients {
		s.Clients = append(s.Clients, scenario.StateClient{
			Name: c.ID.String(), Server: c.Server, Session: step.SessionString(c.Sess),
			State: c.Phase.String(),
		})
	}
	for i := range m.Violations {
		s.Violations = append(s.Violations, scenario.StateViolation{
			Name: m.Violations[i].Name, TMs: scenario.Millis(m.Violations[i].At),
		})
	}
	return s
}
