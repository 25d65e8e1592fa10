package ui

import (
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// heardFields are the votes that a server has received, one line for each voter.
func heardFields(s *view.Server, t text.Printer) []Field {
	var fields []Field
	add := func(rows []view.VoteRow, note string) {
		for i := range rows {
			r := &rows[i]
			if r.Peer == s.ID {
				continue
			}
			fields = append(fields, Field{
				Name:  t.T("server.title", "n", r.Peer),
				Value: r.Vote.String() + " · " + r.Role.String() + note, Mono: true,
				Help: t.T("inspect.round", "n", r.Round),
			})
		}
	}
	add(s.Ballot.Tally, "")
	add(s.Ballot.Elsewhere, "")
	add(s.Ballot.Ignored, " · "+t.T("inspect.ignored"))
	return fields
}

// peerFields are a server's links to the others: what is open, what is wrong with the way there,
// and how many messages are on it.
func peerFields(m *view.Model, s *view.Server, t text.Printer) []Field {
	var fields []Field
	for o := range m.Servers() {
		if o.ID == s.ID {
			continue
		}
		f := Field{
			Name: "→ " + o.ID.String(), Value: strings.Join(linkWords(m, s, o, t), " · "),
			Key: "peer-" + o.ID.String(),
		}
		if f.Value == "" {
			f.Value = "–"
		}
		fields = append(fields, f)
	}
	return fields
}

func linkWords(m *view.Model, s, o *view.Server, t text.Printer) []string {
	var words []string
	for ch, key := range [...]string{"inspect.link.election", "inspect.link.quorum"} {
		if s.Linked[ch].Has(o.ID) {
			words = append(words, t.T(key))
		}
	}
	l := m.Link(s.ID, o.ID)
	if l.Cut {
		words = append(words, t.T("link.iscut"))
	}
	if l.Delay > 0 {
		words = append(words, "+"+duration(l.Delay))
	}
	if l.Loss > 0 {
		words = append(words, t.T("inspect.loss")+" "+percent(l.Loss))
	}
	if n := onTheWay(m, s.ID, o.ID); n > 0 {
		words = append(words, t.T("inspect.queue", "n", n))
	}
	return words
}

// onTheWay counts the messages that have left from and have not reached to.
func onTheWay(m *view.Model, from, to zk.ServerID) int {
	n := 0
	for i := range m.Flights {
		f := &m.Flights[i]
		if f.From == from && f.To == to && f.State <= view.FlightHeld {
			n++
		}
	}
	return n
}

// logFields are what a server's disk holds and what still waits for it.
func logFields(s *view.Server, t text.Printer) []Field {
	span := "–"
	if n := len(s.Cells); n > 0 {
		first := s.Cells[0].Zxid.Short()
		if s.Older > 0 {
			first = "…"
		}
		span = first + " – " + s.Cells[n-1].Zxid.Short()
	}
	waiting := 0
	from := ""
	for i := range s.Cells {
		if z := s.Cells[i].Zxid; z > s.LastDurable {
			if waiting == 0 {
				from = z.Short()
			}
			waiting++
		}
	}
	value := strconv.Itoa(waiting)
	if waiting > 0 {
		value += " · " + from + " – " + s.LastLogged.Short()
	}
	return []Field{
		{Name: t.T("inspect.log"), Value: span, Mono: true},
		{
			Name: t.T("inspect.unsynced"), Value: value, Mono: true, Key: "unsynced",
			Help: t.T("inspect.unsynced.help"),
		},
	}
}

// sessionFields are the sessions that are attached to a server.
func sessionFields(m *view.Model, s *view.Server) []Field {
	var fields []Field
	for i := range m.Sessions {
		o := &m.Sessions[i]
		if o.Owner != s.ID || o.Gone || len(fields) == SessionsShown {
			continue
		}
		fields = append(fields, Field{
			Name:  sessionName(o),
			Value: sessionText(o.ID) + " · " + sessionTimeout(o.TimeoutMs), Mono: true,
		})
	}
	return fields
}

func sessionTimeout(ms int32) string { return duration(time.Duration(ms) * time.Millisecond) }

// clientSession is what is known of a client's session, and how many operations wait.
func clientSession(m *view.Model, c *view.Client, t text.Printer) []Field {
	var fields []Field
	for i := range m.Sessions {
		s := &m.Sessions[i]
		if s.ID != c.Sess || c.Sess == 0 {
			continue
		}
		f := Field{Name: t.T("sessions.timeout"), Value: sessionTimeout(s.TimeoutMs)}
		fields = append(fields, f)
		if s.Heard != 0 {
			heard := Field{Name: t.T("sessions.heard"), Value: Seconds(s.Heard), Mono: true}
			fields = append(fields, heard)
		}
		if s.Expires != 0 && m.LeaseKeeper() != 0 && !s.Gone {
			bucket := wholeSeconds(s.Expires)
			fields = append(fields, Field{Name: t.T("sessions.bucket"), Value: bucket, Mono: true})
		}
	}
	waiting := 0
	for i := range c.Ops {
		if !c.Ops[i].Done {
			waiting++
		}
	}
	return append(fields, Field{
		Name: t.T("inspect.waiting"), Value: strconv.Itoa(waiting), Mono: true, Key: "waiting",
	})
}

// detailFields are a message's fields in wire order, each with what it means.
func detailFields(d trace.Detail, t text.Printer) []Field {
	var fields []Field
	for name, value := range d.Fields {
		f := Field{Name: name, Value: visible(shorten(value, 120)), Mono: true}
		if key := "field." + name; t.Has(key) {
			f.Note = t.T(key)
		}
		hex, isHex := strings.CutPrefix(value, "0x")
		if z, err := strconv.ParseUint(hex, 16, 64); isHex && err == nil && name != "session" {
			f.Value += " · " + zk.Zxid(z).Short()
		}
		fields = append(fields, f)
	}
	return fields
}
