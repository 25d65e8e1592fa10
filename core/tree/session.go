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

// pathSet is the set of one owner's ephemerals.
type pathSet = cow.Map[string, struct{}]

// Session returns the entry of id, and whether there is one.
func (d *DB) Session(id zk.SessionID) (Session, bool) {
	timeoutMs, ok := d.sessions.Get(id)
	if !ok {
		return Session{}, false
	}
	return Session{ID: id, TimeoutMs: timeoutMs, Ephemerals: d.ephemeralsOf(id)}, true
}

// HasSession reports whether id is in the session table. It does not allocate.
func (d *DB) HasSession(id zk.SessionID) bool {
	_, ok := d.sessions.Get(id)
	return ok
}

// EphemeralCount returns the number of a session's ephemerals. It does not allocate.
func (d *DB) EphemeralCount(id zk.SessionID) int {
	paths, _ := d.ephemerals.Get(id)
	return paths.Len()
}

// Sessions yields all sessions by rising id. The DB must not change meanwhile.
func (d *DB) Sessions() iter.Seq[Session] {
	return func(yield func(Session) bool) {
		for id, timeoutMs := range d.sessions.All() {
			s := Session{ID: id, TimeoutMs: timeoutMs, Ephemerals: d.ephemeralsOf(id)}
			if !yield(s) {
				return
			}
		}
	}
}

// WithSessions returns a copy that has the session table of o.
func (d *DB) WithSessions(o *DB) *DB {
	c := d.Clone()
	for id := range d.sessions.All() {
		c.dropSession(id)
	}
	for id, timeoutMs := range o.sessions.All() {
		c.addSession(id, timeoutMs)
	}
	return c
}

// SessionCount returns the number of sessions.
func (d *DB) SessionCount() int { return d.sessions.Len() }

// ephemeralsOf returns the paths in rising order, nil when there are none.
func (d *DB) ephemeralsOf(id zk.SessionID) []string {
	paths, ok := d.ephemerals.Get(id)
	if !ok {
		return nil
	}
	list := make([]string, 0, paths.Len())
	for path := range paths.All() {
		list = append(list, path)
	}
	return list
}

func (d *DB) addSession(id zk.SessionID, timeoutMs int32) {
	d.sessions.Put(d.token(), id, timeoutMs)
	d.digest += hashSession(id, timeoutMs)
}

// dropSession leaves the owner's ephemerals alone: the transaction has named those that go.
func (d *DB) dropSession(id zk.SessionID) {
	timeoutMs, ok := d.sessions.Get(id)
	if !ok {
		return
	}
	d.sessions.Delete(d.token(), id)
	d.digest -= hashSession(id, timeoutMs)
}

func (d *DB) addEphemeral(owner zk.SessionID, path string) {
	if slot := d.ephemerals.Slot(d.token(), owner); slot != nil {
		slot.Put(d.token(), path, struct{}{})
		return
	}
	var paths pathSet
	paths.Put(d.token(), path, struct{}{})
	d.ephemerals.Put(d.token(), owner, paths)
}

func (d *DB) dropEphemeral(owner zk.SessionID, path string) {
	slot := d.ephemerals.Slot(d.token(), owner)
	slot.Delete(d.token(), path)
	if slot.Len() == 0 {
		d.ephemerals.Delete(d.token(), owner)
	}
}
