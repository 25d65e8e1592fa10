package ui

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// EventFilter says which events the log shows. The zero value shows those of the standard level;
// of a group that is asked for all are shown.
type EventFilter struct {
	Level Level
	Group trace.Group
	Who   zk.ServerID // a server or a client's letter, 0 for all
	Sess  zk.SessionID
	Text  string
}

// LogWindow is the part of the log that is in sight.
type LogWindow struct {
	From   int  // the first row, counted among those that pass the filter
	Count  int  // how many rows have room
	Scroll bool // the reader has scrolled away from the end
	Why    uint64
}

// EventsWindow are the events in sight, with their numbers in the run.
type EventsWindow struct {
	Events  []*trace.Event
	Numbers []uint64
	From    int  // the first one's place among those that pass
	Total   int  // how many pass
	Lost    bool // earlier ones are not kept
	Busy    bool // some have not been looked at
	Now     zk.Instant
	Open    uint64 // number of the event that is explained
}

// EventsPanel is a part of the log of events.
type EventsPanel struct {
	Text        text.Printer
	Rows        []EventLine
	From, Total int
	Lost, Busy  bool
}

// EventLine is one event in words.
type EventLine struct {
	Number                                string
	Ref, Time, Ms, Who, Group, Kind, Says string
	Zxid                                  string
	Row                                   int  // place in the log, from 1
	Ahead                                 bool // later than the moment shown
	Open                                  bool // explained beside the log
}

var eventGroups = []string{
	"world", "message", "election", "zab", "state", "client", "check",
}

// BuildEvents narrates the events in sight.
func BuildEvents(w EventsWindow, t text.Printer) EventsPanel {
	p := EventsPanel{Text: t, From: w.From, Total: w.Total, Lost: w.Lost, Busy: w.Busy}
	for i, e := range w.Events {
		line := eventLine(e, t)
		line.Number = strconv.FormatUint(w.Numbers[i], 10)
		line.Row = w.From + i + 1
		line.Ahead, line.Open = e.At > w.Now, w.Numbers[i] == w.Open
		p.Rows = append(p.Rows, line)
	}
	return p
}

// Passes reports whether the log shows an event.
func (f *EventFilter) Passes(e *trace.Event, t text.Printer) bool {
	group := e.Kind.Info().Group
	if f.Group != "" && f.Group != group || f.Group == "" && !f.Level.Lists(e) {
		return false
	}
	if f.Who != 0 && e.Node != f.Who && e.Peer != f.Who && e.Other != f.Who &&
		(f.Sess == 0 || e.Sess != f.Sess) {
		return false
	}
	return f.Text == "" || f.matches(e, t)
}

func (f *EventFilter) matches(e *trace.Event, t text.Printer) bool {
	wanted := strings.ToLower(f.Text)
	return strings.Contains(strings.ToLower(e.Kind.String()), wanted) ||
		e.Zxid != 0 && strings.Contains(e.Zxid.Short(), wanted) ||
		strings.Contains(strings.ToLower(text.Narrate(t.Lang, e)), wanted)
}

func eventLine(e *trace.Event, t text.Printer) EventLine {
	info := e.Kind.Info()
	line := EventLine{
		Ref: e.Ref.String(), Time: Seconds(e.At), Ms: exactMs(e.At),
		Who: who(doer(e), t), Group: string(info.Group), Kind: info.Name,
		Says: visible(text.Narrate(t.Lang, e)),
	}
	if e.Zxid != 0 {
		line.Zxid = e.Zxid.Short()
	}
	return line
}

// exactMs prints an instant in ms for data attributes.
func exactMs(at zk.Instant) string { return strconv.FormatFloat(float64(at)/1e6, 'f', 6, 64) }

// doer is who an event is told of: the world tells of a message that its sender or receiver acts.
func doer(e *trace.Event) zk.ServerID {
	if e.Node == 0 && e.Kind.Info().Group == trace.GroupMessage {
		return e.Other
	}
	return e.Node
}

func who(id zk.ServerID, t text.Printer) string {
	if id == 0 {
		return t.T("events.world")
	}
	return id.String()
}

// EventsOfOne is one option of a list.
type EventsOfOne struct {
	Value, Word string
	Chosen      bool
}

// BuildEventsOf lists whose events the log can show: everybody's, or one server's or client's.
func BuildEventsOf(m *view.Model, v View, t text.Printer) []EventsOfOne {
	list := []EventsOfOne{{Value: "", Word: t.T("events.everybody"), Chosen: v.Filter.Who == 0}}
	for s := range m.Servers() {
		list = append(list, EventsOfOne{
			Value: "server-" + s.ID.String(), Word: t.T("server.title", "n", s.ID),
			Chosen: v.Filter.Who == s.ID,
		})
	}
	for _, c := range m.Clients {
		list = append(list, EventsOfOne{
			Value: "client-" + c.ID.String(), Word: t.T("client.title", "c", c.ID),
			Chosen: v.Filter.Who == c.ID,
		})
	}
	return list
}

// WhyPanel explains one event.
type WhyPanel struct {
	Text   text.Printer
	Title  string // "" when none is explained
	Kind   string
	Ref    string
	Says   string
	Tells  string // two to four sentences
	Duel   *DuelShape
	Of     zk.ServerID
	Causes []EventLine // oldest first, the event itself last
	Hidden int         // earlier causes that are left out
	Bytes  *Bytes      // of the message that the event is about
}

// causesShown is how many links of a chain the explanation lists.
const causesShown = 8

// BuildWhy explains the last event of a chain that trace.Why returned.
func BuildWhy(chain []trace.Event, t text.Printer) WhyPanel {
	p := WhyPanel{Text: t}
	if len(chain) == 0 {
		return p
	}
	last := &chain[len(chain)-1]
	line := eventLine(last, t)
	p.Title, p.Kind, p.Ref, p.Says = Seconds(last.At), line.Kind, line.Ref, line.Says
	p.Tells = visible(text.ExplainWhy(t.Lang, chain))
	p.Of = last.Node
	if last.Kind == trace.VoteChanged {
		p.Duel = changeDuel(last, t)
	}
	p.Hidden = max(0, len(chain)-causesShown)
	for i := p.Hidden; i < len(chain); i++ {
		p.Causes = append(p.Causes, eventLine(&chain[i], t))
	}
	return p
}

// changeDuel is the comparison that made a server change its vote.
func changeDuel(e *trace.Event, t text.Printer) *DuelShape {
	return duelShape(e.Node, &view.Duel{
		Peer: e.Peer, Mine: e.Prev, Theirs: e.Vote, Won: true, Rung: e.Why,
		TheirRound: uint64(e.N), MyRound: uint64(e.N),
	}, t)
}
