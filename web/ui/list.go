package ui

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// Table is a part of the list view, which shows as tables what the stage shows as a picture, with
// the same actions.
type Table struct {
	Text    text.Printer
	ID      string
	Caption string
	Heads   []string
	Rows    []TableRow
	Rest    int // how many rows are left out
}

// TableRow is one server, link, client or message.
type TableRow struct {
	Target   string // "server-3"
	Name     string
	Role     string
	Faulty   bool
	Selected bool
	Cells    []Cell
	Actions  []Action // those that have a button of their own
}

// Cell is one field of a row.
type Cell struct {
	Label string // its head, for windows without heads
	Text  string
	Mono  bool
	Icon  string
	Badge string  // what is wrong with it
	Pick  *Action // it chooses another value
	Named string  // what Pick is of, for those who only hear it
}

// rowID is the id of a row: "row-3" for a server, "row-link-1-4".
func (r *TableRow) rowID() string { return "row-" + strings.TrimPrefix(r.Target, "server-") }

// BuildList lists the servers of m.
func BuildList(m *view.Model, v View, t text.Printer) Table {
	l := Table{Text: t, ID: "list", Caption: t.T("list.caption"), Heads: []string{
		t.T("list.server"), t.T("list.state"), t.T("list.phase"), "epoch", t.T("list.logged"),
		t.T("list.committed"), t.T("list.island"), t.T("list.sessions"),
	}}
	for s := range m.Servers() {
		l.Rows = append(l.Rows, BuildListRow(m, s, v, t))
	}
	return l
}

// BuildListRow describes one server in the list.
func BuildListRow(m *view.Model, s *view.Server, v View, t text.Printer) TableRow {
	n := s.ID.String()
	target := "server-" + n
	actions := BuildActions(m, target, t)
	role := Cell{Icon: roleIcon(s.Role), Text: stateWord(m, s)}
	if isBlank(m, s) {
		role.Icon = "question"
	}
	if s.Paused {
		role.Badge = t.T("list.paused")
	} else {
		role.Badge = ribbon(m, s, t)
	}
	phase, island := s.Phase.String(), "–"
	if !s.Up {
		phase = "–"
	}
	if m.IslandOf(s.ID) >= 0 {
		island = PlaceFor(m, v).IsleOf(s.ID)
	}
	return TableRow{
		Target: target, Name: n, Role: s.Role.String(), Selected: v.Has(target),
		Actions: quick(actions),
		Cells: []Cell{
			role, {Text: phase},
			{Label: "epoch", Text: strconv.FormatUint(uint64(s.Current), 10)},
			{Label: t.T("list.logged"), Text: ZxidText(s.LastLogged), Mono: true},
			{Label: t.T("list.committed"), Text: ZxidText(s.Committed), Mono: true},
			{
				Label: t.T("list.island"), Text: island,
				Pick: Pick(actions, "island"), Named: t.T("list.islandof", "n", n),
			},
			{Label: t.T("list.sessions"), Text: strconv.Itoa(s.Sessions)},
		},
	}
}

// linkRowsMax bounds the rows: of the others, the pair of selects below them has the actions.
const linkRowsMax = 40

// BuildListLinks lists the links between leaders and those who follow, and those with a fault.
func BuildListLinks(m *view.Model, v View, t text.Printer) Table {
	l := Table{Text: t, ID: "list-links", Caption: t.T("list.links"), Heads: []string{
		t.T("list.link"), "→", "←",
	}}
	for a := range m.Servers() {
		for b := range m.Servers() {
			there, back := m.Link(a.ID, b.ID), m.Link(b.ID, a.ID)
			sound := there == (view.Link{From: a.ID, To: b.ID}) &&
				back == (view.Link{From: b.ID, To: a.ID})
			used := a.Leader == b.ID || b.Leader == a.ID
			if a.ID >= b.ID || sound && !used || len(l.Rows) == linkRowsMax {
				continue
			}
			target := "link-" + a.ID.String() + "-" + b.ID.String()
			l.Rows = append(l.Rows, TableRow{
				Target: target, Name: a.ID.String() + " – " + b.ID.String(), Faulty: !sound,
				Selected: v.Has(target), Actions: quick(BuildActions(m, target, t)),
				Cells: []Cell{wayCell(there, t), wayCell(back, t)},
			})
		}
	}
	return l
}

// wayCell says how one direction of a link is.
func wayCell(l view.Link, t text.Printer) Cell {
	c := Cell{Label: l.From.String() + " → " + l.To.String(), Text: t.T("link.iscut")}
	if l.Cut {
		return c
	}
	var parts []string
	if l.Delay > 0 {
		parts = append(parts, "+"+duration(l.Delay))
	}
	if l.Loss > 0 {
		parts = append(parts, t.T("list.loss", "p", percent(l.Loss)))
	}
	if c.Text = strings.Join(parts, " · "); c.Text == "" {
		c.Text = t.T("link.healthy")
	}
	return c
}

// ListPair chooses any two servers, to act on the link between them.
type ListPair struct {
	Text text.Printer
	IDs  []zk.ServerID
}

// BuildListPair lists the servers.
func BuildListPair(m *view.Model, t text.Printer) ListPair {
	p := ListPair{Text: t}
	for s := range m.Servers() {
		p.IDs = append(p.IDs, s.ID)
	}
	return p
}

// BuildListClients lists the clients of m.
func BuildListClients(m *view.Model, v View, t text.Printer) Table {
	l := Table{Text: t, ID: "list-clients", Caption: t.T("list.clients"), Heads: []string{
		t.T("list.client"), t.T("list.state"), t.T("list.server"), "session", t.T("list.last"),
	}}
	for _, c := range m.Clients {
		l.Rows = append(l.Rows, clientRow(m, c, v, t))
	}
	return l
}

func clientRow(m *view.Model, c *view.Client, v View, t text.Printer) TableRow {
	letter := c.ID.String()
	target := "client-" + letter
	actions := BuildActions(m, target, t)
	var faults []string
	if c.Paused {
		faults = append(faults, t.T("list.paused"))
	}
	if Unplugged(m, c.ID) {
		faults = append(faults, t.T("list.unplugged"))
	}
	session, server, last := "–", "–", ""
	if c.Sess != 0 {
		session = sessionText(c.Sess)
	}
	if c.Server != 0 {
		server = c.Server.String()
	}
	if o := c.Last(); o != nil {
		last = visible(shorten(o.Line, 40)) + " " + o.Err
	}
	return TableRow{
		Target: target, Name: letter, Selected: v.Has(target), Actions: quick(actions),
		Cells: []Cell{
			{Text: c.Phase.String(), Badge: strings.Join(faults, " · ")},
			{
				Label: t.T("list.server"), Text: server,
				Pick: Pick(actions, "move"), Named: t.T("list.serverof", "c", letter),
			},
			{Label: "session", Text: session, Mono: true}, {Text: last, Mono: true},
		},
	}
}

// messageRowsMax bounds the rows, which change with every message.
const messageRowsMax = 6

// BuildListMessages lists the messages between servers that are on their way, without heartbeats:
// first those that are held.
func BuildListMessages(m *view.Model, t text.Printer) Table {
	l := Table{Text: t, ID: "list-messages", Caption: t.T("list.messages"), Heads: []string{
		t.T("list.message"), t.T("list.way"), t.T("list.state"),
	}}
	for _, state := range []view.FlightState{view.FlightHeld, view.FlightFlying} {
		for i := range m.Flights {
			f := &m.Flights[i]
			between := !f.From.IsClient() && !f.To.IsClient()
			if f.State != state || !between || f.Type.Family() == zk.FamilyHeartbeat {
				continue
			}
			if len(l.Rows) == messageRowsMax {
				l.Rest++
				continue
			}
			l.Rows = append(l.Rows, TableRow{
				Target: "message-" + f.ID.String(),
				Name:   strings.TrimSpace(f.Type.String() + " " + about(f.Tag)),
				Cells: []Cell{
					{Text: f.From.String() + " → " + f.To.String()},
					{Text: t.T("list." + flightWords[f.State])},
				},
			})
		}
	}
	return l
}

// about returns what a tag adds to the name of the type: "c13" of "P c13".
func about(tag string) string {
	if _, rest, ok := strings.Cut(tag, " "); ok {
		return rest
	}
	if strings.Contains(tag, "→") {
		return tag
	}
	return ""
}

var flightWords = [...]string{"flying", "held"}
