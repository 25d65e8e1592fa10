package view

import (
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Fate says how a session stands between its client and the leader.
type Fate uint8

// The fates, in the order in which a session meets them.
const (
	FateHeard   Fate = iota // its client is heard of, as far as known
	FateRunsOut             // nobody hears of the client: it expires at Expires
	FateUnkept              // the same, but no leader keeps time
	FateClosing             // the leader has proposed to close it: nothing saves it any more
	FateOver                // closed on at least one server
)

// Fate returns how a session stands.
func (m *Model) Fate(s *Session) Fate {
	switch {
	case s.Gone:
		return FateOver
	case s.Closing:
		return FateClosing
	case m.isHeard(s):
		return FateHeard
	case m.LeaseKeeper() == 0 || s.Expires == 0:
		return FateUnkept
	}
	return FateRunsOut
}

// isHeard reports whether servers can hear of the session's client and the leader has lately.
func (m *Model) isHeard(s *Session) bool {
	if c := m.Client(s.Client); c != nil && !m.canSpeak(c, s.ID) {
		return false
	}
	third := time.Duration(s.TimeoutMs) * time.Millisecond / 3
	return m.LeaseKeeper() == 0 || s.Expires == 0 || s.Expires.Sub(m.Now) > third
}

func (m *Model) canSpeak(c *Client, id zk.SessionID) bool {
	return c.Sess == id && c.Phase == ClientConnected && !c.Paused && !m.Link(c.ID, 0).Cut
}

// SessionOf returns the session that a client believes to have, nil where none is known.
func (m *Model) SessionOf(c *Client) *Session {
	at, found := slices.BinarySearchFunc(m.Sessions, c.Sess, compareSession)
	if !found || c.Sess == 0 || c.Phase >= ClientExpired {
		return nil
	}
	return &m.Sessions[at]
}

// OpenSessions returns how many sessions are not closed.
func (m *Model) OpenSessions() int {
	n := 0
	for i := range m.Sessions {
		if !m.Sessions[i].Gone {
			n++
		}
	}
	return n
}

// Ending is a session that has ended, and what went with it.
type Ending struct {
	Sess      zk.SessionID
	Client    zk.ServerID // the client's letter, 0 when unknown
	At        zk.Instant
	Expired   bool        // the leader ended it; otherwise its client did
	Leader    zk.ServerID // that proposed it, 0 when unknown
	TimeoutMs int32
	Deleted   []string // paths of its ephemerals, as far as known
	DeletedN  int
	Watches   int // that still waited
}

// EndingsKept is how many endings a model remembers.
const EndingsKept = 32

// end notes that a server, the first of all, has closed a session.
func (m *Model) end(s *Session, e *trace.Event) {
	own(m, ownEndings, &m.Endings)
	if len(m.Endings) >= EndingsKept {
		m.Endings = slices.Delete(m.Endings, 0, 1)
	}
	m.EndingsSeen++
	m.Endings = append(m.Endings, Ending{
		Sess: s.ID, Client: s.Client, At: e.At, Expired: s.Expired, Leader: s.closer,
		TimeoutMs: s.TimeoutMs, Deleted: s.doomed, DeletedN: int(e.N),
		Watches: max(s.waits, m.waiting(s.ID)),
	})
}

// waiting returns how many watches of a session wait.
func (m *Model) waiting(id zk.SessionID) int {
	n := 0
	for i := range m.Watches {
		if w := &m.Watches[i]; w.Armed() && w.Sess == id {
			n++
		}
	}
	return n
}

// Ending returns how a session ended, nil while it has not.
func (m *Model) Ending(id zk.SessionID) *Ending {
	for i := range m.Endings {
		if m.Endings[i].Sess == id {
			return &m.Endings[i]
		}
	}
	return nil
}
