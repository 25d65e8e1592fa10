package bridge

import (
	"strings"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// Frame is what the page shows next. What is missing has not changed.
type Frame struct {
	Now      float64      `json:"now"` // simulated ms
	End      float64      `json:"end"` // simulated ms of the newest moment of the branch
	Playing  bool         `json:"playing"`
	Rate     float64      `json:"rate"`  // simulated ms per real second in the last slice
	Speed    float64      `json:"speed"` // what was asked for
	Glide    float64      `json:"glide"` // simulated ms glided over so far, 0 when not gliding
	Jump     bool         `json:"jump"`  // time was sought, not played
	More     bool         `json:"more"`  // another frame is due although nothing happens
	Panels   [][2]string  `json:"panels,omitempty"`
	Patches  []Patch      `json:"patches,omitempty"` // panels of which only parts are new
	Geometry *ui.Geometry `json:"geometry,omitempty"`
	Flights  *[]Flight    `json:"flights,omitempty"` // all of them, when one changed
	Marks    [][3]float64 `json:"marks,omitempty"`
	Leases   *Leases      `json:"leases,omitempty"` // all of them, when one changed
	Halo     []string     `json:"halo,omitempty"`
	Says     string       `json:"says,omitempty"`
	Status   string       `json:"status,omitempty"`
	Toasts   []Toast      `json:"toasts,omitempty"`
	Events   []Event      `json:"events,omitempty"`
	Page     *Page        `json:"page,omitempty"`
	Work     *Work        `json:"work,omitempty"`   // what is under way
	Paused   string       `json:"paused,omitempty"` // why the clock stopped by itself
	Branches *Branches    `json:"branches,omitempty"`

	Spacetime *Spacetime `json:"spacetime,omitempty"` // the whole window, when it changed

	Live *LiveState `json:"live,omitempty"` // what else there is to know of real nodes, or a file
	Send []Sent     `json:"send,omitempty"` // lines for real nodes
}

// Flight is one message on its way.
type Flight struct {
	ID     string  `json:"id"`
	From   string  `json:"from"`
	To     string  `json:"to"`
	Family string  `json:"family"`
	Tag    string  `json:"tag"`
	T0     float64 `json:"t0"` // simulated ms
	T1     float64 `json:"t1"` // 0 when unknown
	State  string  `json:"state"`
	End    float64 `json:"end"`
}

// Toast is a short message: a key of the page's own words with its values, or a text.
type Toast struct {
	Kind   string            `json:"kind"`
	Key    string            `json:"key,omitempty"`
	Text   string            `json:"text,omitempty"`
	Values map[string]string `json:"values,omitempty"`
	Undo   bool              `json:"undo,omitempty"`
	Ms     float64           `json:"ms,omitempty"` // simulated: where what it tells of began
}

// Page is what the page's own controls need to know.
type Page struct {
	Selected string   `json:"selected"`
	Client   string   `json:"client"`
	Letters  []string `json:"letters"`
	Step     string   `json:"step"`
	Seed     uint64   `json:"seed"`
}

// Event is one event for the listeners of the page API.
type Event struct {
	Ref  string            `json:"ref"`
	Code string            `json:"code"`
	TMs  float64           `json:"t_ms"`
	Zxid string            `json:"zxid,omitempty"`
	Args map[string]string `json:"args"`
	Text string            `json:"text"`
}

// Limits of what one frame carries.
const (
	flightsMax = 400
	eventsMax  = 500
)

func ms(t zk.Instant) float64 { return float64(t) / 1e6 }

// instant returns the instant that ms wrote, within what can be sought.
func instant(ms float64) zk.Instant {
	return zk.Instant(min(max(ms, 0), seekMax)*1e6 + 0.5)
}

// frame collects what changed since the last one.
func (b *Bridge) frame(dt float64) Frame {
	m := b.model()
	if m != b.show.model { // the timeline went back: its revisions mean nothing here
		b.show.model = m
		b.show.forget()
	}
	f := Frame{
		Now: ms(b.now()), End: ms(b.end()),
		Playing: b.flows(), Rate: b.clock.rate, Speed: b.clock.speed, Jump: b.jumped,
		Work: b.work(), Paused: b.autos.paused, Toasts: b.toasts, Events: b.events, Halo: b.halo,
	}
	if b.clock.glide > 0 {
		if skipped := ms(b.now() - b.clock.skipped); skipped > 60 {
			f.Glide = skipped
		}
	}
	b.console.settle(b)
	b.console.hear(b, m)
	b.console.tellEndings(b, m)
	b.markAway()
	b.lesson.follow(b)
	f.Live, f.Send = b.liveState(), b.unsent()
	b.tellVerdict(m, &f)
	b.look.Guess = b.lesson.guessed(b)
	b.render(m, &f)
	f.Flights = b.newFlights(m)
	f.Marks = b.newMarks(m)
	f.Says, f.Status = b.spoken(), b.announced(m)
	if page := b.page(m); b.show.page != pageKey(page) {
		b.show.page = pageKey(page)
		f.Page = &page
	}
	b.renderTime(&f)
	b.renderSpacetime(&f)
	b.jumped, b.toasts, b.events, b.halo = false, nil, nil, nil
	b.show.urgent = false
	return f
}

func (b *Bridge) page(m *view.Model) Page {
	p := Page{
		Selected: b.look.Target(), Client: b.console.client(m), Letters: []string{},
		Step: b.lesson.current(b),
	}
	if b.session != nil {
		p.Seed = b.session.Seed()
	}
	for _, c := range m.Clients {
		p.Letters = append(p.Letters, c.ID.String())
	}
	return p
}

func pageKey(p Page) string {
	return p.Selected + "|" + p.Client + "|" + strings.Join(p.Letters, "") + "|" + p.Step
}

var flightStates = [...]string{"flying", "held", "arrived", "dropped"}

// newFlights returns the messages when one changed.
func (b *Bridge) newFlights(m *view.Model) *[]Flight {
	key := flightKey{b.show.generation, m.Rev.Flights, b.look.Level}
	if key == b.show.flights {
		return nil
	}
	b.show.flights = key
	list := flights(m, b.look.Level)
	if b.live != nil && b.live.source == view.Live {
		b.linger(list)
	}
	return &list
}

// flights lists the messages that the stage draws at a level of detail. Below the full level a
// heartbeat is a mere pulse on its link, and the simple one has none.
func flights(m *view.Model, level ui.Level) []Flight {
	out := []Flight{}
	for i := range m.Flights {
		f := &m.Flights[i]
		if !level.Draws(f.Type) || len(out) == flightsMax {
			continue
		}
		out = append(out, Flight{
			ID: f.ID.String(), From: f.From.String(), To: f.To.String(),
			Family: ui.FamilyName(f.Type.Family()), Tag: f.Tag, T0: ms(f.T0), T1: ms(f.T1),
			State: flightStates[f.State], End: ms(f.End),
		})
	}
	return out
}

// lingerFor is how long a message is seen on its way at least, in real ms: between real nodes it
// takes no time that an eye can see.
const lingerFor = 280.0

// linger lets messages arrive so late that they are seen.
func (b *Bridge) linger(list []Flight) {
	least := lingerFor * b.clock.rate / 1000
	for i := range list {
		if f := &list[i]; f.T1 != 0 {
			f.T1 = max(f.T1, f.T0+least)
		}
	}
}

// newMarks returns the marks of the branch when they changed. In the past the marks that lie ahead
// stay.
func (b *Bridge) newMarks(m *view.Model) [][3]float64 {
	if !b.inPast() {
		b.marks = m.Marks
	} else if b.live != nil {
		b.marks = b.live.head.page.m.Marks
	}
	key := markKey{count: len(b.marks)}
	if n := len(b.marks); n > 0 {
		key.last = b.marks[n-1].At
	}
	if key == b.show.marks {
		return nil
	}
	b.show.marks = key
	out := make([][3]float64, 0, len(b.marks)+1)
	for i := range b.marks {
		k := &b.marks[i]
		out = append(out, [3]float64{ms(k.At), float64(k.Lane), float64(k.Weight)})
	}
	return out
}

func (b *Bridge) narrate(e *trace.Event) string { return text.Narrate(b.text.Lang, e) }

func (b *Bridge) event(e *trace.Event) Event {
	ev := Event{
		Ref: e.Ref.String(), Code: e.Kind.String(), TMs: ms(e.At), Text: b.narrate(e),
		Args: map[string]string{"node": e.Node.String()},
	}
	if e.Peer != 0 {
		ev.Args["peer"] = e.Peer.String()
	}
	if e.Zxid != 0 {
		ev.Zxid = e.Zxid.String()
	}
	if e.Path != "" {
		ev.Args["path"] = e.Path
	}
	if e.Why != 0 {
		ev.Args["why"] = e.Why.String()
	}
	return ev
}
