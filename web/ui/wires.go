package ui

import (
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// buildWires returns the line between every pair of servers, healthy or not, by rising ids.
func buildWires(
	m *view.Model, l *Layout, islands map[zk.ServerID]string, v View, t text.Printer,
) []Wire {
	all := m.Voters | m.Observers
	electing := anyLooking(m)
	var out []Wire
	for a := range all.All() {
		for b := range all.All() {
			if a >= b {
				continue
			}
			w := Wire{A: a, B: b, Curve: l.curve(a, b, all)}
			w.Kind = wireKind(m.Server(a), m.Server(b), electing)
			if islands[a] != islands[b] {
				w.Kind = "apart"
			}
			w.faults(m.Link(a, b), m.Link(b, a))
			w.Spoken = w.spoken(t)
			w.Selected = v.Has("link-" + w.Name())
			out = append(out, w)
		}
	}
	return out
}

// Name returns the wire's name in ids and data attributes, "1-4".
func (w Wire) Name() string { return w.A.String() + "-" + w.B.String() }

func anyLooking(m *view.Model) bool {
	for s := range m.Servers() {
		if s.Up && s.Role == zk.Looking {
			return true
		}
	}
	return false
}

func wireKind(a, b *view.Server, electing bool) string {
	switch {
	case !a.Up || !b.Up:
		return "idle"
	case a.Leader == b.ID && b.Role == zk.Leading, b.Leader == a.ID && a.Role == zk.Leading:
		return "quorum"
	case electing && !a.Observer && !b.Observer:
		return "mesh"
	}
	return "idle"
}

func (w *Wire) faults(there, back view.Link) {
	switch {
	case there.Cut && back.Cut:
		w.Cut = "both"
	case there.Cut:
		w.Cut = "ab"
	case back.Cut:
		w.Cut = "ba"
	}
	if d := max(there.Delay, back.Delay); d > 0 {
		w.Delay = "+" + duration(d.Round(time.Millisecond))
	}
	if loss := max(there.Loss, back.Loss); loss > 0 {
		w.Loss = percent(loss)
	}
}

func (w *Wire) spoken(t text.Printer) string {
	parts := []string{t.T("link.spoken", "a", w.A, "b", w.B)}
	if w.Cut != "" {
		parts = append(parts, t.T("link.cut."+w.Cut, "a", w.A, "b", w.B))
	}
	if w.Delay != "" {
		parts = append(parts, t.T("link.delay", "d", w.Delay))
	}
	if w.Loss != "" {
		parts = append(parts, t.T("link.loss", "p", w.Loss))
	}
	return strings.Join(parts, " · ")
}

// ClientShape is one client on the stage.
type ClientShape struct {
	ID       zk.ServerID
	At       Point
	Tether   string // path to its server, "" when it has none
	Server   zk.ServerID
	Phase    string // "connected", in lower case
	Caption  string // last operation
	Result   string // "ok", an error name, "" while it waits
	Stale    string // a tag, "" when its last operation was no stale read
	Spoken   string
	Selected bool
	line     Curve
}

const (
	clientRadius = 17.0
	clientReach  = 68.0 // from a glyph's border to a client's centre
	clientPitch  = 62.0
)

// buildClients docks the clients at their servers, on the side that looks outwards.
func buildClients(m *view.Model, l *Layout, v View, t text.Printer) []ClientShape {
	docked := map[zk.ServerID]int{}
	count := map[zk.ServerID]int{}
	for _, c := range m.Clients {
		count[c.Server]++
	}
	out := make([]ClientShape, 0, len(m.Clients))
	for _, c := range m.Clients {
		shape := ClientShape{
			ID: c.ID, Server: c.Server, Phase: strings.ToLower(c.Phase.String()),
			Selected: v.Has("client-" + c.ID.String()),
		}
		i := docked[c.Server]
		docked[c.Server]++
		shape.dock(l, c, i, count[c.Server])
		if n := len(c.Ops); n > 0 {
			op := c.Ops[n-1]
			shape.Caption, shape.Result = caption(op.Line), op.Err
		}
		shape.Spoken = t.T("client.spoken", "c", c.ID, "state", c.Phase.String(), "n", c.Server)
		if r := c.LastRead(); r != nil && r.Stale {
			shape.Stale = t.T("data.tag")
			shape.Spoken += " · " + StaleText(r, t)
		}
		out = append(out, shape)
	}
	return out
}

// captionLength is how many characters of its last operation stand under a client.
const captionLength = 13

// caption returns a client's line without the address.
func caption(line string) string {
	if _, command, ok := strings.Cut(line, ":"); ok {
		line = strings.TrimSpace(command)
	}
	return shorten(visible(line), captionLength)
}

// dock places the i-th of n clients of a server.
func (c *ClientShape) dock(l *Layout, client *view.Client, i, n int) {
	over := client.Phase == view.ClientClosed || client.Phase == view.ClientExpired
	if client.Server == 0 || over {
		c.At = Point{36 + clientPitch*float64(client.ID-'A'), l.sheet.Size.Y - 44}
		return
	}
	centre := l.At(client.Server)
	offset := clientPitch * (float64(i) - float64(n-1)/2)
	side := l.dockSide(centre)
	if side.X != 0 {
		c.At = centre.add(Point{side.X * (GlyphWidth/2 + clientReach), offset})
	} else {
		c.At = centre.add(Point{offset, side.Y * (GlyphHeight/2 + clientReach)})
	}
	c.At = c.At.clampTo(Point{24, 24}, l.sheet.Size.sub(Point{24, 40})).rounded()
	c.line = Curve{A: c.At, C: middle(c.At, centre).rounded(), B: centre, To: 1}
	c.line.To = l.leave(c.line, client.Server, false)
	c.line.From = clientRadius / max(1, centre.sub(c.At).length())
	var p pathBuilder
	p.command('M', c.At)
	p.command('L', c.line.At(c.line.To))
	c.Tether = string(p.b)
}

// dockSide returns the direction in which a server's clients stand: below, then outwards.
func (l *Layout) dockSide(centre Point) Point {
	size, middle := l.sheet.Size, l.sheet.centre
	below := centre.Y+GlyphHeight/2+clientReach+36 < size.Y && centre.Y > middle.Y+60
	outwards := 1.0
	if centre.X < middle.X {
		outwards = -1
	}
	room := centre.X + outwards*(GlyphWidth/2+clientReach+20)
	switch {
	case below:
		return Point{0, 1}
	case room > 0 && room < size.X:
		return Point{outwards, 0}
	case centre.Y < middle.Y:
		return Point{0, 1}
	}
	return Point{0, -1}
}
