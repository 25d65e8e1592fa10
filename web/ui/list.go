package ui

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// ListView is the stage as a table: every server with what it knows, and all that can be done.
type ListView struct {
	Text    text.Printer
	Rows    []ListRow
	Cluster []Action // for the whole of it
}

// ListRow is one server.
type ListRow struct {
	ID                       zk.ServerID
	Role, Word, Icon, Phase  string
	Epoch, Logged, Committed string
	Paused                   bool
	Island                   string // its name, "–" while the cluster is whole
	Islands                  *Action
	Sessions                 int
	Selected                 bool
	Actions                  []Action
}

// BuildList lists the servers of m.
func BuildList(m *view.Model, v View, t text.Printer) ListView {
	l := ListView{Text: t, Cluster: BuildActions(m, "stage", t)}
	for s := range m.Servers() {
		l.Rows = append(l.Rows, BuildListRow(m, s, v, t))
	}
	return l
}

// BuildListRow describes one server in the list.
func BuildListRow(m *view.Model, s *view.Server, v View, t text.Printer) ListRow {
	target := "server-" + s.ID.String()
	row := ListRow{
		ID: s.ID, Role: s.Role.String(), Word: s.Role.String(), Icon: roleIcon(s.Role),
		Phase: s.Phase.String(), Epoch: strconv.FormatUint(uint64(s.Current), 10),
		Logged: ZxidText(s.LastLogged), Committed: ZxidText(s.Committed), Sessions: s.Sessions,
		Selected: v.Has(target), Actions: BuildActions(m, target, t), Island: "–",
		Paused: s.Paused,
	}
	row.Islands = Pick(row.Actions, "island")
	if i := m.IslandOf(s.ID); i >= 0 {
		row.Island = m.Islands()[i].Name
	}
	if !s.Up {
		row.Phase = "–"
	}
	return row
}

// ListLinks are the links that carry something or are not sound.
type ListLinks struct {
	Text text.Printer
	Rows []LinkRow
}

// LinkRow is one link, both ways.
type LinkRow struct {
	Target      string // "link-1-4"
	A, B        zk.ServerID
	There, Back string // how each way is, "cut" or "+200 ms · 30%"
	Sound       bool
	Selected    bool
	Actions     []Action
}

// linkRowsMax bounds the rows: of the others, the pair of selects below them has the actions.
const linkRowsMax = 40

// BuildListLinks lists the links between leaders and those who follow, and those with a fault.
func BuildListLinks(m *view.Model, v View, t text.Printer) ListLinks {
	l := ListLinks{Text: t}
	for a := range m.Servers() {
		for b := range m.Servers() {
			if a.ID >= b.ID || len(l.Rows) == linkRowsMax {
				continue
			}
			there, back := m.Link(a.ID, b.ID), m.Link(b.ID, a.ID)
			sound := there == (view.Link{From: a.ID, To: b.ID}) &&
				back == (view.Link{From: b.ID, To: a.ID})
			if sound && a.Leader != b.ID && b.Leader != a.ID {
				continue
			}
			target := "link-" + a.ID.String() + "-" + b.ID.String()
			l.Rows = append(l.Rows, LinkRow{
				Target: target, A: a.ID, B: b.ID, There: wayText(there, t), Back: wayText(back, t),
				Sound: sound, Selected: v.Has(target), Actions: BuildActions(m, target, t),
			})
		}
	}
	return l
}

// wayText says how one direction of a link is.
func wayText(l view.Link, t text.Printer) string {
	if l.Cut {
		return t.T("link.iscut")
	}
	var parts []string
	if l.Delay > 0 {
		parts = append(parts, "+"+duration(l.Delay))
	}
	if l.Loss > 0 {
		parts = append(parts, t.T("list.loss", "p", percent(l.Loss)))
	}
	if len(parts) == 0 {
		return t.T("link.healthy")
	}
	return strings.Join(parts, " · ")
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

// ListClients are the clients.
type ListClients struct {
	Text text.Printer
	Rows []ClientRow
	New  *Action
}

// ClientRow is one client.
type ClientRow struct {
	ID             zk.ServerID
	State, Session string
	Server         string
	Move           *Action
	Faults         string // "paused", "unplugged"
	Op, Result     string // the last operation
	Selected       bool
	Actions        []Action
}

// BuildListClients lists the clients of m.
func BuildListClients(m *view.Model, v View, t text.Printer) ListClients {
	l := ListClients{Text: t, New: Pick(BuildActions(m, "stage", t), "client")}
	for _, c := range m.Clients {
		target := "client-" + c.ID.String()
		row := ClientRow{
			ID: c.ID, State: c.Phase.String(), Session: "–", Server: c.Server.String(),
			Selected: v.Has(target), Actions: BuildActions(m, target, t),
		}
		row.Move = Pick(row.Actions, "move")
		if c.Sess != 0 {
			row.Session = sessionText(c.Sess)
		}
		if c.Server == 0 {
			row.Server = "–"
		}
		var faults []string
		if c.Paused {
			faults = append(faults, t.T("list.paused"))
		}
		if Unplugged(m, c.ID) {
			faults = append(faults, t.T("list.unplugged"))
		}
		row.Faults = strings.Join(faults, " · ")
		if o := c.Last(); o != nil {
			row.Op, row.Result = visible(shorten(o.Line, 40)), o.Err
		}
		l.Rows = append(l.Rows, row)
	}
	return l
}

// ListMessages are the messages that can be dropped or held: all that are held, then the oldest of
// those that fly.
type ListMessages struct {
	Text text.Printer
	Rows []MessageRow
	More int // how many are not listed
}

// MessageRow is one message.
type MessageRow struct {
	Target, Type, Tag string
	From, To          zk.ServerID
	State             string // flying or held
}

// messageRowsMax bounds the rows, which change with every message.
const messageRowsMax = 6

// BuildListMessages lists the messages between servers that are on their way, without heartbeats.
func BuildListMessages(m *view.Model, t text.Printer) ListMessages {
	l := ListMessages{Text: t}
	for _, state := range []view.FlightState{view.FlightHeld, view.FlightFlying} {
		for i := range m.Flights {
			f := &m.Flights[i]
			between := !f.From.IsClient() && !f.To.IsClient()
			if f.State != state || !between || f.Type.Family() == zk.FamilyHeartbeat {
				continue
			}
			if len(l.Rows) == messageRowsMax {
				l.More++
				continue
			}
			l.Rows = append(l.Rows, MessageRow{
				Target: "message-" + f.ID.String(), Type: f.Type.String(), Tag: about(f.Tag),
				From: f.From, To: f.To, State: flightWords[f.State],
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

var flightWords = [...]string{"flying", "held", "arrived", "dropped"}
