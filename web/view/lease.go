package view

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// TickTimeDefault is the tickTime of servers of which nothing else is known.
const TickTimeDefault = 2 * time.Second

// Bucket returns the end of the tick after now+timeout: when a leader with this tickTime lets a
// session expire of which it hears now for the last time (Apache's ExpiryQueue).
func Bucket(now zk.Instant, timeoutMs int32, tick time.Duration) zk.Instant {
	t := int64(now.Add(millis(int64(timeoutMs))))
	return zk.Instant((t/int64(tick) + 1) * int64(tick))
}

// LeaseKeeper returns the server whose table of expiry the sessions show: the leader that serves.
// It is 0 while there is none; then no session can expire.
func (m *Model) LeaseKeeper() zk.ServerID {
	if l := m.Leader(); l != nil && l.ID == m.keeper && l.Up {
		return m.keeper
	}
	return 0
}

// startLeases gives every session in the new leader's tree a full timeout, as a leader does when it
// begins to serve.
func (m *Model) startLeases(s *Server) {
	if l := m.Leader(); l == nil || l.ID != s.ID {
		return
	}
	m.keeper = s.ID
	own(m, ownSessions, &m.Sessions)
	m.Rev.Sessions++
	for i := range m.Sessions {
		l := &m.Sessions[i]
		l.Closing, l.Expires, l.Touched = false, 0, 0
		if l.In.Has(s.ID) && !l.Gone {
			l.Touched, l.Expires = m.Now, Bucket(m.Now, l.TimeoutMs, m.TickTime)
		}
	}
}

// openLease starts a session's first lease, which runs from its proposal.
func (m *Model) openLease(s *Session, e *trace.Event) {
	if e.Node != m.LeaseKeeper() || s.Expires != 0 {
		return
	}
	from := m.Now
	leader := m.Server(e.Node)
	for i := len(leader.Cells) - 1; i >= 0; i-- {
		if c := &leader.Cells[i]; c.Zxid == e.Zxid && c.Zxid.Epoch() == leader.Current {
			from = c.At
		}
	}
	s.Touched, s.Expires = from, Bucket(from, s.TimeoutMs, m.TickTime)
}

// hear notes a message from which servers learn that a session lives: the client spoke, or a
// learner tells its leader who spoke.
func (m *Model) hear(e *trace.Event) {
	switch {
	case e.Kind == trace.Sent && e.Type == zk.ClientReply && e.Other == m.keeper:
		if id := connectReply(e.Msg); id != 0 {
			m.touch(id)
		}
	case e.Kind != trace.Arrived:
	case e.Peer.IsClient():
		m.hearClient(e)
	case e.Type == zk.Ping || e.Type == zk.Revalidate:
		if f := m.flight(e.Cause); f != nil && e.Other == m.keeper {
			eachSession(f.Msg, m.touch)
		}
	}
}

func (m *Model) hearClient(e *trace.Event) {
	at, found := slices.BinarySearchFunc(m.Sessions, e.Sess, compareSession)
	if !found || m.Sessions[at].Gone || e.Type == zk.ClientConnect {
		return
	}
	m.session(e.Sess).Heard = e.At
	if e.Other == m.keeper {
		m.touch(e.Sess)
	}
}

// touch gives a session its full timeout from now on.
func (m *Model) touch(id zk.SessionID) {
	at, found := slices.BinarySearchFunc(m.Sessions, id, compareSession)
	if !found || m.LeaseKeeper() == 0 {
		return
	}
	if s := &m.Sessions[at]; s.Expires == 0 || s.Closing || s.Gone {
		return
	}
	s := m.session(id)
	s.Touched = m.Now
	s.Expires = max(s.Expires, Bucket(m.Now, s.TimeoutMs, m.TickTime))
}

// connectReply returns the session that the answer to a connect grants, 0 for other answers.
func connectReply(d trace.Detail) (id zk.SessionID) {
	eachSession(d, func(granted zk.SessionID) { id = granted })
	return id
}

// eachSession calls f with each session that the fields of a message name.
func eachSession(d trace.Detail, f func(zk.SessionID)) {
	if d == nil {
		return
	}
	for name, value := range d.Fields {
		if name != "session" {
			continue
		}
		if id, err := strconv.ParseUint(strings.TrimPrefix(value, "0x"), 16, 64); err == nil {
			f(zk.SessionID(id))
		}
	}
}

// closeLease notes that the leader has proposed to close the session: nothing saves it any more.
func (m *Model) closeLease(e *trace.Event) {
	if e.Txn == nil || e.Txn.Op != zk.OpCloseSession || e.Node != m.keeper {
		return
	}
	at, found := slices.BinarySearchFunc(m.Sessions, e.Txn.Session, compareSession)
	if found && !m.Sessions[at].Gone {
		s := m.session(e.Txn.Session)
		s.Closing, s.closer, s.doomed = true, e.Node, e.Txn.Paths
	}
}
