package bridge

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"

	"github.com/a-h/templ"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// How often a panel is drawn again while time flows, in real ms.
const (
	glyphEvery = 50.0
	panelEvery = 100.0
)

// While time flows a frame is full with drawnMost bytes of new HTML: what is drawn after that waits
// for the next frames, up to panelLatest real ms since its last drawing.
const (
	drawnMost   = 8 << 10
	panelLatest = 3 * panelEvery
)

// shown is what the page has.
type shown struct {
	model      *view.Model
	generation uint64 // rises when the model is another one
	panels     map[string]*panel
	leases     string          // what was sent last
	log        seen            // the events that pass the filter
	logKey     string          // of that filter
	visible    map[string]bool // panels in sight; others are not drawn
	layout     *ui.Layout
	layoutKey  string
	layers     uint64 // rises when the layout moved
	page       string
	marks      markKey
	branch     string
	flights    flightKey
	urgent     bool // somebody waits for what a command did: no panel waits for its turn
	verdict    verdictKey
	buffer     bytes.Buffer
	drawn      int // bytes of HTML in this frame
}

type flightKey struct {
	generation uint64
	rev        uint64
	level      ui.Level
}

type markKey struct {
	count int
	last  zk.Instant
}

// panel is what was last sent of one panel.
type panel struct {
	key  string  // of what it was drawn from
	hash uint64  // of its HTML
	html string  // as the page has it
	at   float64 // real ms of the last drawing
}

var seed = maphash.MakeSeed()

// forget makes the next frame draw everything: the model is another one.
func (s *shown) forget() {
	s.generation++
	s.layoutKey = ""
}

// render draws the panels whose content may have changed.
func (b *Bridge) render(m *view.Model, f *Frame) {
	b.show.drawn = 0
	b.place(m, f)
	r := m.Rev
	others := b.look // without what only the log and the table of sessions show
	others.Log, others.Filter, others.SessionsFrom = ui.LogWindow{}, ui.EventFilter{}, 0
	look := fmt.Sprint(others, b.show.layers, b.text.Lang)
	b.panel(f, "status", panelEvery, fmt.Sprint(r.Status, r.Servers, r.Clients, r.Links, r.Checks,
		m.OpenSessions()),
		func() templ.Component { return ui.Status(ui.BuildStatus(m, b.text)) })
	for s := range m.Servers() {
		b.glyph(f, m, s)
	}
	if sel := b.look.Selected; sel != "" || b.show.panels["actionbar"] != nil {
		key := fmt.Sprint(look, r.Status, r.Servers, r.Links, r.Clients)
		b.panel(f, "actionbar", panelEvery, key, func() templ.Component {
			return ui.ActionBar(ui.BuildInspector(m, b.look, b.text))
		})
	}
	key := fmt.Sprint(look, r.Servers, r.Links, r.Flights, r.Clients, r.Votes,
		r.Sessions)
	b.panel(f, "inspector", panelEvery, key,
		func() templ.Component { return ui.Inspect(b.inspector(m)) })
	b.panel(f, "votes", panelEvery, fmt.Sprint(look, r.Votes, r.Status),
		func() templ.Component { return ui.Votes(ui.BuildVotes(m, b.look, b.text)) })
	b.renderEvents(m, f)
	b.renderMetrics(m, f)
	b.renderSessions(m, f)
	b.renderList(f, m, look)
	b.renderConsole(m, f)
	b.renderData(m, f)
	b.renderWatches(m, f)
	b.lesson.render(b, f)
}

// place lays the stage out again when something that it depends on has changed.
func (b *Bridge) place(m *view.Model, f *Frame) {
	key := layoutKey(m) + b.look.Target() +
		fmt.Sprint(b.text.Lang, m.Rev.Clients, b.look.Tall, b.look.Hauls) + ui.ClientFates(m)
	if key == b.show.layoutKey {
		return
	}
	b.show.layoutKey = key
	l := ui.PlaceFor(m, b.look)
	if l.Whole() {
		b.look.Hauls = nil
	}
	if l.SameAs(b.show.layout) {
		l = b.show.layout // it knows already where the clients stand
	} else {
		b.show.layers++
	}
	b.show.layout = l
	stage := ui.BuildLayers(m, l, b.look, b.text)
	b.panel(f, "stage-isles", 0, key, func() templ.Component { return ui.StageIsles(stage) })
	b.panel(f, "stage-wires", 0, key, func() templ.Component { return ui.StageWires(stage) })
	b.panel(f, "stage-clients", 0, key, func() templ.Component { return ui.StageClients(stage) })
	g := stage.Geometry(m)
	f.Geometry = &g
}

// layoutKey names everything that the places and the links depend on.
func layoutKey(m *view.Model) string {
	key := fmt.Sprint(m.Rev.Links, m.Voters, m.Observers, "|")
	for s := range m.Servers() {
		key += fmt.Sprint(s.ID, s.Up, s.Role, s.Leader, s.Established, s.Paused, " ")
	}
	for _, c := range m.Clients {
		key += fmt.Sprint(m.StaleRead(c) != nil)
	}
	return key
}

func (b *Bridge) glyph(f *Frame, m *view.Model, s *view.Server) {
	id := "server-" + s.ID.String()
	key := fmt.Sprint(s.Rev, m.OldLeader(s.ID), b.show.layers, b.look.Has(id),
		b.text.Lang, len(s.Fallen), b.look.Guess == s.ID)
	b.panel(f, id, glyphEvery, key, func() templ.Component {
		return ui.ServerGlyph(ui.BuildGlyph(m, s, b.show.layout.At(s.ID), b.look, b.text))
	})
}

// panel draws one panel if what it shows may have changed, and sends it if its HTML did. While time
// flows it waits for its turn.
func (b *Bridge) panel(
	f *Frame, id string, every float64, key string, component func() templ.Component,
) {
	key = fmt.Sprint(b.show.generation, " ", key)
	if inSight, told := b.show.visible[id]; told && !inSight {
		return
	}
	p := b.show.panels[id]
	if p == nil {
		p = &panel{at: -panelEvery}
		b.show.panels[id] = p
	}
	if p.key == key {
		return
	}
	if b.flows() && !b.show.urgent && b.waits(b.clock.real-p.at, every) {
		f.More = true
		return
	}
	p.key, p.at = key, b.clock.real
	b.show.buffer.Reset()
	if err := component().Render(context.Background(), &b.show.buffer); err != nil {
		panic(err) // writing to memory cannot fail: a component is broken
	}
	hash := maphash.Bytes(seed, b.show.buffer.Bytes())
	if hash == p.hash {
		return
	}
	p.hash = hash
	b.show.drawn += b.show.buffer.Len()
	old := p.html
	p.html = b.show.buffer.String()
	if parts := patch(old, p.html); parts != nil {
		f.Patches = append(f.Patches, Patch{id, parts})
		return
	}
	f.Panels = append(f.Panels, [2]string{id, p.html})
}

// waits reports whether a panel that was drawn some real ms ago waits for a later frame.
func (b *Bridge) waits(age, every float64) bool {
	return age < every || age < panelLatest && b.show.drawn >= drawnMost
}

// server reads the id of a server out of a target, "server-3".
func server(target string) zk.ServerID {
	id, _ := ui.SelectedServer(target)
	return id
}
