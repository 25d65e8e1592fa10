package tree

import (
	"iter"

	"github.com/zabscope/zabscope/core/cow"
	"github.com/zabscope/zabscope/core/zk"
)

// Session is an entry of the replicated session table. Whether a session is still heard of is not
// here: that is the leader's own knowledge.
type Session struct {
	ID         zk.SessionID
	TimeoutMs  int32
	Ephemerals []string // paths in rising order; a copy
}

// session is the stored form; a new one replaces it in the table on every change.
type session struct {
	timeoutMs  int32
	ephemerals cow.Map[string, struct{}]
}

// Session returns the entry of id, and whether there is one.
func (d *DB) Session(id zk.SessionID) (Session, bool) {
	s, ok := d.sessions.Get(id)
	if !ok {
		return Session{}, false
	}
	return s.export(id), true
}

// HasSession reports whether id is in the session table. It does not allocate.
func (d *DB) HasSession(id zk.SessionID) bool {
	_, ok := d.sessions.Get(id)
	return ok
}

// Sessions yields all sessions by rising id. The DB must not change meanwhile.
func (d *DB) Sessions() iter.Seq[Session] {
	return func(yield func(Session) bool) {
		for id, s := range d.sessions.All() {
			if !yield(s.export(id)) {
				return
			}
		}
	}
}

// SessionCount returns the number of sessions.
func (d *DB) SessionCount() int { return d.sessions.Len() }

func (s session) export(id zk.SessionID) Session {
	out := Session{ID: id, TimeoutMs: s.timeoutMs}
	if n := s.ephemerals.Len(); n > 0 {
		out.Ephemerals = make([]string, 0, n)
	}
	for path := range s.ephemerals.All() {
		out.Ephemerals = append(out.Ephemerals, path)
	}
	return out
}

func (d *DB) addSession(id zk.SessionID, timeoutMs int32) {
	d.sessions.Put(d.token(), id, session{timeoutMs: timeoutMs})
	d.digest += hashSession(id, timeoutMs)
}

func (d *DB) dropSession(id zk.SessionID) {
	s, ok := d.sessions.Get(id)
	if !ok {
		return
	}
	d.sessions.Delete(d.token(), id)
	d.digest -= hashSession(id, s.timeoutMs)
}

// addEphemeral notes a path of a session; a session that is gone has no list (ZOOKEEPER-1144 is
// what happens when such znodes exist, and the quirk makes them).
func (d *DB) addEphemeral(id zk.SessionID, path string) {
	if d.HasSession(id) {
		d.sessions.Slot(d.token(), id).ephemerals.Put(d.token(), path, struct{}{})
	}
}

func (d *DB) dropEphemeral(id zk.SessionID, path string) {
	if d.HasSession(id) {
		d.sessions.Slot(d.token(), id).ephemerals.Delete(d.token(), path)
	}
}
