package ui

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// Countdown is a sentence with the time that is left until a moment. The page keeps it up to date.
type Countdown struct {
	Says  string // as it is now
	Left  string // with {t} where the time stands, "" for a sentence that does not change
	Until string // the moment, in simulated ms
}

func countdown(m *view.Model, until zk.Instant, t text.Printer, key string, a ...any) *Countdown {
	return &Countdown{
		Says:  t.T(key, append(a, "t", tookText(max(0, until.Sub(m.Now))))...),
		Left:  t.T(key, append(a, "t", "{t} s")...),
		Until: exactMs(until),
	}
}

// clientLease is what stands under a client that no server hears of, nil for the others.
func clientLease(m *view.Model, c *view.Client, t text.Printer) *Countdown {
	s := m.SessionOf(c)
	if s == nil {
		if c.Phase < view.ClientExpired && m.Ending(c.Sess) != nil {
			return &Countdown{Says: t.T("client.over")}
		}
		return nil
	}
	switch m.Fate(s) {
	case view.FateRunsOut:
		return countdown(m, s.Expires, t, "client.left")
	case view.FateClosing, view.FateOver:
		return &Countdown{Says: t.T("client.over")}
	}
	return nil
}

// ClientFates names all that the captions of the clients say of their sessions, but for the time.
func ClientFates(m *view.Model) string {
	key := ""
	for _, c := range m.Clients {
		if l := clientLease(m, c, text.In(text.EN)); l != nil {
			key += c.ID.String() + l.Until + " "
		}
	}
	return key
}

// DyingLine says how a session that nobody hears of will end, or has ended.
type DyingLine struct {
	ID, State string
	Countdown
}

// dying lists the sessions that run out and those that expired a moment ago, a few of each.
func dying(m *view.Model, list []*view.Session, t text.Printer) []DyingLine {
	var lines []DyingLine
	for _, s := range list {
		if len(lines) == dyingShown {
			break
		}
		line := DyingLine{ID: sessionText(s.ID)[2:], State: sessionState(m, s)}
		switch fate := m.Fate(s); {
		case fate == view.FateRunsOut:
			why := silence(m, s)
			line.Countdown = *countdown(m, s.Expires, t, runsOutKey(why),
				"s", sessionName(s), "at", wholeSeconds(s.Expires), "n", m.LeaseKeeper(),
				"why", t.T("sessions.why."+why))
		case fate == view.FateOver && s.Expired && m.Ending(s.ID) != nil:
			line.Says = EndingText(m.Ending(s.ID), t)
		default:
			continue
		}
		lines = append(lines, line)
	}
	return lines
}

const dyingShown = 3

// runsOutKey is the sentence for a session that runs out: who is gone cannot save it any more.
func runsOutKey(why string) string {
	if why == "left" {
		return "sessions.runsout.left"
	}
	return "sessions.runsout"
}

// silence names why nobody hears of a session's client.
func silence(m *view.Model, s *view.Session) string {
	c := m.Client(s.Client)
	switch {
	case c == nil:
		return "late"
	case c.Sess != s.ID || c.Phase >= view.ClientExpired:
		return "left"
	case c.Paused:
		return "paused"
	case m.Link(c.ID, 0).Cut:
		return "unplugged"
	case c.Phase != view.ClientConnected:
		return "apart"
	}
	return "late"
}

// EndingText tells how a session ended and what went with it.
func EndingText(e *view.Ending, t text.Printer) string {
	name := sessionText(e.Sess)
	if e.Client != 0 {
		name = e.Client.String()
	}
	says := t.T("sessions.ended", "s", name, "at", Seconds(e.At))
	if e.Expired && e.Leader != 0 {
		says = t.T("sessions.expired", "s", name, "at", Seconds(e.At), "n", e.Leader,
			"t", sessionTimeout(e.TimeoutMs))
	}
	what := ""
	switch {
	case len(e.Deleted) > 0:
		what = t.T("sessions.deleted", "paths", pathList(e.Deleted, t))
	case e.DeletedN > 0:
		what = t.T("sessions.deleted.n", "k", e.DeletedN)
	case e.Watches == 0:
		what = t.T("sessions.nothing")
	}
	if e.Watches > 0 {
		what = t.T("sessions.unwatched", "what", what, "k", e.Watches)
	}
	return t.T("sessions.ending", "end", says, "what", what)
}

// pathsShown is how many paths a sentence names.
const pathsShown = 4

func pathList(paths []string, t text.Printer) string {
	shown := make([]string, 0, pathsShown)
	for _, path := range paths[:min(len(paths), pathsShown)] {
		shown = append(shown, visible(shorten(path, 40)))
	}
	list := strings.Join(shown, " ")
	if more := len(paths) - len(shown); more > 0 {
		list = t.T("sessions.more", "paths", list, "k", more)
	}
	return list
}

// ExpiryText says what a client whose cable was pulled at a moment waits for, and whether there is
// nothing more to wait for.
func ExpiryText(
	m *view.Model, id zk.SessionID, client string, from zk.Instant, t text.Printer,
) (says string, over bool) {
	if e := m.Ending(id); e != nil {
		return t.T("console.expire.over", "at", Seconds(e.At), "t", tookText(e.At.Sub(from))), true
	}
	for i := range m.Sessions {
		s := &m.Sessions[i]
		if s.ID != id {
			continue
		}
		switch m.Fate(s) {
		case view.FateHeard:
			return t.T("console.expire.saved", "c", client), true
		case view.FateUnkept:
			return t.T("console.expire.unkept", "c", client), false
		}
		return t.T("console.expire.runs", "c", client, "n", m.LeaseKeeper(),
			"at", wholeSeconds(s.Expires), "t", tookText(max(0, s.Expires.Sub(from)))), false
	}
	return "", true
}

// sessionsCount says how the sessions stand, "" when each has a client that is connected.
func sessionsCount(m *view.Model, t text.Printer) string {
	var n [view.FateOver + 1]int
	for i := range m.Sessions {
		n[m.Fate(&m.Sessions[i])]++
	}
	n[view.FateRunsOut] += n[view.FateUnkept]
	var parts []string
	for _, part := range []struct {
		key  string
		fate view.Fate
	}{
		{"sessions.count.heard", view.FateHeard}, {"sessions.count.silent", view.FateRunsOut},
		{"sessions.count.closing", view.FateClosing}, {"sessions.count.over", view.FateOver},
	} {
		if k := n[part.fate]; k > 0 {
			parts = append(parts, t.T(part.key, "k", k))
		}
	}
	if n[view.FateHeard] == len(m.Sessions) {
		return ""
	}
	return strings.Join(parts, " · ")
}

// clientsField is how many clients are connected, and of the sessions if they are not as many.
func clientsField(v view.Service, t text.Printer) Field {
	f := Field{
		Name: t.T("status.clients"), Value: strconv.Itoa(v.Clients),
		Help: t.T("status.clients.help"),
	}
	if v.Sessions != v.Clients {
		f.Note = t.T("status.sessions", "k", v.Sessions)
	}
	return f
}
