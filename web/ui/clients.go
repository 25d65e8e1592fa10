package ui

import (
	"math"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// ClientShape is one client on the stage.
type ClientShape struct {
	ID       zk.ServerID
	At       Point
	Tether   string // path to its server, "" when it has none
	Plug     string // where the end of its pulled cable lies, and which way it points, or ""
	Server   zk.ServerID
	Phase    string     // "connected", in lower case
	Caption  string     // last operation, or what became of the client
	Side     string     // of the caption that stands at the client's middle: "", "start" or "end"
	Result   string     // "ok", an error name, "" while it waits
	Stale    string     // a tag, "" when what it read last is not stale
	Lease    *Countdown // stands in the place of Caption while no server hears of it
	Spoken   string
	Selected bool
	line     Curve
}

// buildClients draws the clients where there is room for them.
func (s *Stage) buildClients(m *view.Model, v View, t text.Printer) []ClientShape {
	out := make([]ClientShape, 0, len(m.Clients))
	places, l := s.moor(m), s.Layout
	for i, c := range m.Clients {
		shape := ClientShape{
			ID: c.ID, At: places[i], Server: c.Server, Phase: strings.ToLower(c.Phase.String()),
			Selected: v.Has("client-" + c.ID.String()),
		}
		switch {
		case c.Phase >= view.ClientExpired:
		case Unplugged(m, c.ID) && c.Home != 0:
			shape.unplug(l, c.Home)
		case c.Server != 0:
			shape.tie(l)
		}
		shape.caption(m, c, t)
		shape.Spoken = t.T("client.spoken", "c", c.ID, "state", c.Phase.String(), "at",
			whereabouts(c, t))
		if shape.Lease = clientLease(m, c, t); shape.Lease != nil {
			shape.Spoken += " · " + shape.Lease.Says
			if shape.Lease.Left != "" {
				shape.Spoken += t.T("client.left.unless")
			}
		}
		if r := m.StaleRead(c); r != nil {
			shape.Stale = t.T("data.tag")
			shape.Spoken += " · " + StaleText(r, t)
		}
		shape.turn(l, berth(m, c))
		out = append(out, shape)
	}
	return out
}

// captionLength is how many characters of its last operation stand under a client.
const captionLength = 13

// caption writes what stands under a client: what became of it, else its last operation.
func (c *ClientShape) caption(m *view.Model, of *view.Client, t text.Printer) {
	switch {
	case of.Phase == view.ClientExpired:
		c.Caption, c.Result = t.T("client.expired"), "gone"
	case of.Phase == view.ClientClosed:
		c.Caption, c.Result = t.T("client.closed"), "gone"
	case Unplugged(m, of.ID):
		c.Caption, c.Result = t.T("client.unplugged"), "gone"
	case len(of.Ops) > 0:
		op := of.Ops[len(of.Ops)-1]
		c.Caption, c.Result = captionOf(op.Line), op.Err
	}
}

// turn keeps what stands under a client on the sheet and off its server, on small stages, too.
func (c *ClientShape) turn(l *Layout, server zk.ServerID) {
	says := c.Caption
	if c.Lease != nil {
		says = c.Lease.Says
	}
	half := 0.8 * textWidth(says, labelSize)
	d, shore := c.At.sub(l.At(server)), half+GlyphWidth/2
	beside := server != 0 && math.Abs(d.X) > GlyphWidth/2 && math.Abs(d.X) < shore &&
		math.Abs(d.Y+captionDeep-8) < GlyphHeight/2+labelSize
	switch {
	case c.At.X+half > l.sheet.Size.X, beside && d.X < 0 && c.At.X > 2*half:
		c.Side = "end"
	case c.At.X-half < 0, beside && d.X > 0:
		c.Side = "start"
	}
}

// captionOf returns a client's line without the address.
func captionOf(line string) string {
	if _, command, ok := strings.Cut(line, ":"); ok {
		line = strings.TrimSpace(command)
	}
	return shorten(visible(line), captionLength)
}

// berth returns the server that a client stands at, 0 for none: the one that it is attached to or
// tries. One that can reach none, or whose session is over, stays where it was.
func berth(m *view.Model, c *view.Client) zk.ServerID {
	if c.Server == 0 || c.Phase >= view.ClientExpired || Unplugged(m, c.ID) {
		return c.Home
	}
	return c.Server
}

const clientRadius = 17.0

// tie draws the tether from a client to its server.
func (c *ClientShape) tie(l *Layout) {
	centre := l.At(c.Server)
	c.line = Curve{A: c.At, C: middle(c.At, centre).rounded(), B: centre, To: 1}
	c.line.To = l.leave(c.line, c.Server, false)
	c.line.From = clientRadius / max(1, centre.sub(c.At).length())
	var p pathBuilder
	p.command('M', c.At)
	p.command('L', c.line.At(c.line.To))
	c.Tether = string(p.b)
}

// unplug draws the cable that is pulled: its end lies short of the server.
func (c *ClientShape) unplug(l *Layout, server zk.ServerID) {
	c.Server = server
	c.tie(l)
	end := c.line.From + (c.line.To-c.line.From)*0.3
	d := l.At(server).sub(c.At)
	var p pathBuilder
	p.command('M', c.At)
	p.command('L', c.line.At(end))
	c.Tether = string(p.b)
	c.Plug = translate(c.line.At(end)) + " rotate(" +
		number(math.Atan2(d.Y, d.X)*180/math.Pi) + ")"
}

// How much room a client wants. On a small stage it is drawn half as big again.
const (
	clientRoom  = 33.0 // to everything else, from its centre
	clientPitch = 2 * clientRoom
	captionWide = 58.0 // half the width of its last operation, below it
	captionDeep = 36.0
)

// The prices of a place for a client. What may never be costs more than all that may.
const (
	never      = 1e6
	onPath     = 200.0 // of a link that is not drawn now
	onLink     = 4000.0
	onShore    = 40.0
	onOther    = 1500.0 // on an island that is not its server's, or on a torn edge
	onTag      = 6000.0 // of an island
	nearText   = 220.0
	underText  = 260.0 // a link, drawn now or not, behind a client's last operation
	perTurn    = 24.0  // for looking inwards
	perReach   = 0.5   // for each unit of distance
	perSkew    = 16.0  // for a tether that is neither level nor upright
	perParking = 1.0
)

// reaches are the distances from a glyph's border that are tried for a client's centre.
var reaches = []float64{50, 66, 90, 130, 180}

// bearings is how many directions from a server are tried.
const bearings = 44

// harbour is what stands on the stage while places for clients are sought.
type harbour struct {
	l     *Layout
	links []piece
	tears []span
	isles []IsleShape
	moors []mooring
}

// piece is a short piece of a link. Clients keep away from those that are not drawn now, too: so
// they keep their places when another server leads.
type piece struct {
	span
	price float64
}

// mooring is a client that has its place.
type mooring struct{ at, server Point }

// moor returns a place for every client, in the order of m.Clients. The first come get the best
// places, and keep them when more come.
func (s *Stage) moor(m *view.Model) []Point {
	key, l := "", s.Layout
	for _, i := range s.Isles {
		key += i.Tag
	}
	for _, w := range s.Wires {
		key += yes(w.drawn())
	}
	for _, c := range m.Clients {
		key += c.ID.String() + berth(m, c).String() + " "
	}
	if l.moored.key == key {
		return l.moored.at
	}
	h := harbour{l: l, tears: l.tears(), isles: s.Isles}
	h.survey(s.Wires)
	at := make([]Point, len(m.Clients))
	for _, wanted := range []bool{true, false} {
		for i, c := range m.Clients {
			server := berth(m, c)
			if (server != 0) != wanted {
				continue
			}
			if wanted {
				at[i] = h.dock(server)
			} else {
				at[i] = h.park()
			}
		}
	}
	l.moored.key, l.moored.at = key, at
	return at
}

// linkPieces is into how many straight pieces a link is cut.
const linkPieces = 12

// survey cuts the links into pieces.
func (h *harbour) survey(wires []Wire) {
	for _, w := range wires {
		if w.Kind == "apart" {
			continue
		}
		price := onPath
		if w.drawn() {
			price = onLink
		}
		for i := range linkPieces {
			from, to := w.Curve.At(float64(i)/linkPieces), w.Curve.At(float64(i+1)/linkPieces)
			h.links = append(h.links, piece{span{from, to}, price})
		}
	}
}

// dock returns the best place beside a server, and takes it.
func (h *harbour) dock(server zk.ServerID) Point {
	centre := h.l.At(server)
	out := centre.sub(h.l.sheet.centre)
	out = out.scale(1 / math.Max(1, out.length()))
	best, least := centre, math.Inf(1)
	for _, reach := range reaches {
		if least < onPath {
			break // farther off it is not better
		}
		for i := range bearings {
			angle := 2 * math.Pi * float64(i) / bearings
			d := Point{math.Cos(angle), math.Sin(angle)}
			p := alongside(centre, d, reach).rounded()
			price := perReach*reach + perTurn*(1-d.dot(out)) +
				perSkew*math.Min(1, 4*math.Min(math.Abs(d.X), math.Abs(d.Y)))
			if price < least {
				price += h.price(p, server)
			}
			if price < least {
				best, least = p, price
			}
		}
	}
	h.moors = append(h.moors, mooring{best, centre})
	return best
}

// alongside returns the point in a direction from a glyph's centre that is so far off its border.
func alongside(centre, d Point, reach float64) Point {
	return centre.add(d.scale(math.Min((GlyphWidth/2+reach)/math.Max(1e-9, math.Abs(d.X)),
		(GlyphHeight/2+reach)/math.Max(1e-9, math.Abs(d.Y)))))
}

// park returns the best place at the edge of the stage, for a client without a server, and takes
// it.
func (h *harbour) park() Point {
	size := h.l.sheet.Size
	best, least, n := Point{}, math.Inf(1), 0.0
	try := func(p Point) {
		n += perParking
		if price := n + h.price(p, 0); price < least {
			best, least = p, price
		}
	}
	for _, y := range []float64{size.Y - captionDeep - 6, clientRoom} {
		for x := captionWide; x < size.X-clientRoom; x += clientPitch {
			try(Point{x, y})
		}
	}
	for _, x := range []float64{clientRoom, size.X - clientRoom} {
		for y := size.Y - captionDeep - 6; y > clientRoom; y -= clientPitch {
			try(Point{x, y})
		}
	}
	h.moors = append(h.moors, mooring{best, best})
	return best
}

// price says how much is in the way of a client of a server at a place; server is 0 for none.
func (h *harbour) price(p Point, server zk.ServerID) float64 {
	size := h.l.sheet.Size
	if p != p.clampTo(Point{clientRoom - 4, clientRoom - 4},
		size.sub(Point{clientRoom - 4, captionDeep})) {
		return never
	}
	price := h.amongServers(p, server) + h.amongClients(p, server)
	if price >= never {
		return price
	}
	worst := 0.0
	for _, l := range h.links {
		if l.price > worst && l.distance(p) < clientRoom-4 {
			worst = l.price
		}
	}
	return price + worst + h.underText(p) + h.ashore(p, server)
}

// underText prices the links that lie where what a client says would stand.
func (h *harbour) underText(p Point) float64 {
	for _, l := range h.links {
		for _, x := range []float64{-captionWide + 18, 0, captionWide - 18} {
			if l.distance(p.add(Point{x, captionDeep - 8})) < 9 {
				return underText
			}
		}
	}
	return 0
}

func (h *harbour) amongServers(p Point, server zk.ServerID) float64 {
	price := 0.0
	centre := h.l.At(server)
	for id, at := range h.l.at {
		if at == (Point{}) {
			continue
		}
		if covers(at, p, clientRoom) {
			price += never
		}
		d := p.add(Point{0, captionDeep - 4}).sub(at)
		if math.Abs(d.X) < GlyphWidth/2+captionWide+8 && math.Abs(d.Y) < GlyphHeight/2+8 {
			price += nearText
		}
		if server == 0 || zk.ServerID(id) == server {
			continue
		}
		for i := range 4 {
			if covers(at, p.add(centre.sub(p).scale(float64(i)/4)), 8) {
				price += onOther
			}
		}
	}
	return price
}

func (h *harbour) amongClients(p Point, server zk.ServerID) float64 {
	price := 0.0
	for _, o := range h.moors {
		d := o.at.sub(p)
		switch {
		case d.length() < clientPitch-4:
			price += never
		case math.Abs(d.X) < 2*captionWide && math.Abs(d.Y) < captionDeep+clientRadius:
			price += nearText / 2
		}
		if (span{o.at, o.server}).distance(p) < clientRoom-4 ||
			server != 0 && (span{p, h.l.At(server)}).distance(o.at) < clientRoom-4 {
			price += onOther
		}
	}
	return price
}

// ashore prices what partitions put on the stage.
func (h *harbour) ashore(p Point, server zk.ServerID) float64 {
	price := 0.0
	home := -1
	if server != 0 {
		home = h.l.isleOf(server)
	}
	for i := range h.l.isles {
		hull := h.l.hull(h.l.isles[i].all)
		if i != home && h.l.lands(h.l.isles[i].all, p) {
			price += onOther
		}
		for k, from := range hull {
			if (span{from, hull[(k+1)%len(hull)]}).distance(p) < clientRadius+5 {
				price += onShore
				break
			}
		}
	}
	for _, i := range h.isles {
		if d := p.sub(i.TagAt); math.Abs(d.X) < i.TagWide/2+clientRadius &&
			math.Abs(d.Y) < i.Letter+clientRoom {
			price += onTag
		}
	}
	for _, t := range h.tears {
		if t.distance(p) < tearWidth+clientRoom {
			price += onOther
		}
	}
	return price
}

// tearWidth is how far the teeth of a torn edge reach from its middle.
const tearWidth = 20.0

// distance returns how far a point is from a straight piece.
func (s span) distance(p Point) float64 {
	d := s.to.sub(s.from)
	t := clamp(p.sub(s.from).dot(d)/math.Max(1e-9, d.dot(d)), 0, 1)
	return p.sub(s.from.add(d.scale(t))).length()
}
