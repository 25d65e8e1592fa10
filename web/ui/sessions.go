package ui

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// SessionsPanel is the table of sessions and the wheel of buckets above it.
type SessionsPanel struct {
	Text    text.Printer
	Keeper  zk.ServerID // the leader that keeps time, 0 while none does
	Tick    string      // tickTime, "2 s"
	Wheel   Wheel
	Open    int         // sessions that are not closed
	Count   string      // how they stand, "" when each has a client that is connected
	Dying   []DyingLine // those that run out, or just did
	Rows    []SessionLine
	From    int // place of the first row among all, from 1
	To      int // place of the last row
	Total   int
	Before  int // first row of the page before, -1 for none
	After   int // first row of the next page, -1 for none
	Example *LeaseSum
}

// SessionLine is one session in words.
type SessionLine struct {
	ID, Client, Server      string
	Timeout, Heard, Expires string
	Ephemerals              int
	Paths                   string // of its ephemerals, for a tooltip
	State                   string // open, silent, closing, expired or gone
	Word                    string // the state in words
}

// LeaseSum is the formula of a bucket with the numbers of one session.
type LeaseSum struct {
	ID, Touched, Timeout, Tick, Expires string
}

// SessionsShown is how many sessions the table shows at once.
const SessionsShown = 10

// BuildSessions shows the sessions, those that expire first at the top.
func BuildSessions(m *view.Model, v View, t text.Printer) SessionsPanel {
	p := SessionsPanel{
		Text: t, Keeper: m.LeaseKeeper(), Tick: duration(m.TickTime), Before: -1, After: -1,
	}
	list := sessionsByExpiry(m)
	p.Total, p.Open = len(list), m.OpenSessions()
	p.Count, p.Dying = sessionsCount(m, t), dying(m, list, t)
	p.Wheel = buildWheel(m, list, t)
	from := max(0, min(v.SessionsFrom, (p.Total-1)/SessionsShown*SessionsShown))
	to := min(p.Total, from+SessionsShown)
	for _, s := range list[from:to] {
		p.Rows = append(p.Rows, sessionLine(m, s, t))
	}
	p.From, p.To = from+1, to
	if from > 0 {
		p.Before = max(0, from-SessionsShown)
	}
	if to < p.Total {
		p.After = to
	}
	p.Example = leaseSum(m, list)
	return p
}

func sessionsByExpiry(m *view.Model) []*view.Session {
	list := make([]*view.Session, 0, len(m.Sessions))
	for i := range m.Sessions {
		list = append(list, &m.Sessions[i])
	}
	slices.SortStableFunc(list, func(a, b *view.Session) int {
		if a.Gone != b.Gone {
			return truth(a.Gone) - truth(b.Gone)
		}
		return cmp.Compare(a.Expires, b.Expires)
	})
	return list
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func sessionLine(m *view.Model, s *view.Session, t text.Printer) SessionLine {
	line := SessionLine{
		ID: sessionText(s.ID), Client: "–", Server: "–",
		Timeout: duration(time.Duration(s.TimeoutMs) * time.Millisecond),
		Heard:   "–", Expires: "–", State: sessionState(m, s),
	}
	if s.Client != 0 {
		line.Client = s.Client.String()
	}
	if s.Owner != 0 {
		line.Server = s.Owner.String()
	}
	if s.Heard != 0 {
		line.Heard = Seconds(s.Heard)
	}
	if s.Expires != 0 && m.LeaseKeeper() != 0 && !s.Gone {
		line.Expires = wholeSeconds(s.Expires)
	}
	line.Ephemerals, line.Paths = ephemeralsOf(m, s.ID)
	line.Word = t.T("sessions.state." + line.State)
	return line
}

// ephemeralsOf returns how many ephemerals a session has, and the paths of the first few.
func ephemeralsOf(m *view.Model, id zk.SessionID) (n int, paths string) {
	s, ok := m.Committed().Tree.Session(id)
	if !ok {
		return 0, ""
	}
	for i, path := range s.Ephemerals[:min(len(s.Ephemerals), 8)] {
		if i > 0 {
			paths += " "
		}
		paths += visible(shorten(path, 40))
	}
	return len(s.Ephemerals), paths
}

func sessionState(m *view.Model, s *view.Session) string {
	if s.Expired {
		return "expired"
	}
	return [...]string{"open", "silent", "silent", "closing", "gone"}[m.Fate(s)]
}

// wholeSeconds prints the end of a bucket, "14 s".
func wholeSeconds(at zk.Instant) string {
	return strconv.FormatFloat(float64(at.Ms())/1000, 'f', -1, 64) + " s"
}

// leaseSum works out the bucket of the session that was heard of last.
func leaseSum(m *view.Model, list []*view.Session) *LeaseSum {
	var last *view.Session
	for _, s := range list {
		if !s.Gone && s.Touched != 0 && (last == nil || s.Touched > last.Touched) {
			last = s
		}
	}
	if last == nil || m.LeaseKeeper() == 0 {
		return nil
	}
	return &LeaseSum{
		ID: sessionName(last), Touched: Seconds(last.Touched),
		Timeout: duration(time.Duration(last.TimeoutMs) * time.Millisecond),
		Tick:    duration(m.TickTime), Expires: wholeSeconds(last.Expires),
	}
}

// sessionName is the client's letter, or the session's id where none is known.
func sessionName(s *view.Session) string {
	if s.Client != 0 {
		return s.Client.String()
	}
	return sessionText(s.ID)
}
