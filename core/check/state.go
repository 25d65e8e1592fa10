package check

import (
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// state is what the committed history says about sessions, ephemerals and counters, and what
// servers said about watches. Lists are sorted and small; only sessions[i] and counters[i] are
// written in place, so a clone copies these two.
type state struct {
	sessions   []session
	ephemerals []ephemeral // by path; replaced as a whole
	counters   []counter   // by path
}

// session is one session, from its first mention.
type session struct {
	id      zk.SessionID
	opened  bool
	closed  zk.Zxid     // of its closeSession, 0 while it is open
	gone    int         // ephemerals that closed removed
	client  zk.ServerID // the letter of who uses it
	watches []watch     // append-only; what shortens it copies
	fired   []fired     // fired for the present connection and not seen; as watches
}

// ephemeral is a znode that goes with its session.
type ephemeral struct {
	path  string
	owner zk.SessionID
}

// counter is the number of creates below a parent.
type counter struct {
	path  string
	count int32
}

// watch is one that a server says is set. Server 0 stands for any: it fired there, and the client,
// which did not hear of it, will ask again.
type watch struct {
	server zk.ServerID
	kind   int64 // as in WatchSet
	path   string
}

// The kinds of watches that stay when they fire.
const (
	persistentWatch = 3
	recursiveWatch  = 4
)

// fired is a watch event on its way to the client.
type fired struct {
	event int64
	kind  int64
	zxid  zk.Zxid
	path  string
}

func (s *state) clone() state {
	o := state{
		sessions: slices.Clone(s.sessions), ephemerals: s.ephemerals,
		counters: slices.Clone(s.counters),
	}
	for i := range o.sessions {
		n := &o.sessions[i]
		n.watches, n.fired = slices.Clip(n.watches), slices.Clip(n.fired)
	}
	return o
}

// session returns a session, new when need be. The pointer is good until the next call.
func (s *state) session(id zk.SessionID) *session {
	at, found := slices.BinarySearchFunc(s.sessions, id, func(a session, id zk.SessionID) int {
		switch {
		case a.id < id:
			return -1
		case a.id > id:
			return 1
		}
		return 0
	})
	if !found {
		s.sessions = slices.Insert(s.sessions, at, session{id: id})
	}
	return &s.sessions[at]
}

// learn takes a transaction that has just been committed.
func (c *Checker) learn(e *trace.Event, t *zk.Txn) {
	if t == nil || c.blind {
		return
	}
	switch t.Op {
	case zk.OpCreateSession:
		s := c.state.session(t.Session)
		s.opened, s.closed = true, 0
	case zk.OpCloseSession:
		c.closeSession(e, t)
	case zk.OpCreate, zk.OpCreate2:
		c.create(e, t)
	case zk.OpDelete:
		c.state.remove(t.Path)
	case zk.OpMulti:
		for i := range t.Subs {
			c.learn(e, &t.Subs[i])
		}
	}
}

// closeSession removes the ephemerals that the transaction names; none may be left.
func (c *Checker) closeSession(e *trace.Event, t *zk.Txn) {
	s := c.state.session(t.Session)
	s.closed, s.gone = t.Zxid, 0
	for _, path := range t.Paths {
		if c.state.owner(path) == t.Session {
			s.gone++
		}
		c.state.remove(path)
	}
	for i := range c.state.ephemerals {
		if n := &c.state.ephemerals[i]; n.owner == t.Session {
			c.report(ephemeralLifetime, e, e.Node, t.Zxid,
				n.path+" outlives its session, which "+t.Zxid.Short()+" closes")
			return
		}
	}
}

func (c *Checker) create(e *trace.Event, t *zk.Txn) {
	if t.Owner.IsSession() {
		s := c.state.session(t.Owner)
		if !s.opened || s.closed != 0 {
			c.report(ephemeralLifetime, e, e.Node, t.Zxid,
				t.Path+" is created for a session that is not open")
		}
		c.state.addEphemeral(ephemeral{path: t.Path, owner: t.Owner})
	}
	n := c.state.counter(parent(t.Path))
	if t.Version <= n.count {
		c.report(sequenceUnique, e, e.Node, t.Zxid,
			"the number of children made below "+n.path+" does not rise")
	}
	n.count = max(n.count, t.Version)
}

func parent(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[:i]
	}
	return "/"
}

func comparePath(e ephemeral, path string) int { return strings.Compare(e.path, path) }

// owner returns the session that a path goes with, 0 for none.
func (s *state) owner(path string) zk.SessionID {
	at, found := slices.BinarySearchFunc(s.ephemerals, path, comparePath)
	if !found {
		return 0
	}
	return s.ephemerals[at].owner
}

func (s *state) addEphemeral(n ephemeral) {
	at, found := slices.BinarySearchFunc(s.ephemerals, n.path, comparePath)
	if found {
		return
	}
	next := make([]ephemeral, 0, len(s.ephemerals)+1)
	next = append(next, s.ephemerals[:at]...)
	next = append(next, n)
	s.ephemerals = append(next, s.ephemerals[at:]...)
}

// remove forgets a znode: as an ephemeral, and as a parent.
func (s *state) remove(path string) {
	if at, found := slices.BinarySearchFunc(s.ephemerals, path, comparePath); found {
		next := make([]ephemeral, 0, len(s.ephemerals)-1)
		next = append(next, s.ephemerals[:at]...)
		s.ephemerals = append(next, s.ephemerals[at+1:]...)
	}
	if at, found := slices.BinarySearchFunc(s.counters, path, compareCounter); found {
		s.counters = slices.Delete(s.counters, at, at+1)
	}
}

func compareCounter(n counter, path string) int { return strings.Compare(n.path, path) }

func (s *state) counter(path string) *counter {
	at, found := slices.BinarySearchFunc(s.counters, path, compareCounter)
	if !found {
		s.counters = slices.Insert(s.counters, at, counter{path: path})
	}
	return &s.counters[at]
}

// inherit gives the watches of a session that only one server knew to the one that follows it: the
// client sets them again.
func (s *state) inherit(from, to zk.SessionID) {
	old := s.session(from)
	watches := old.watches
	for _, f := range old.fired {
		watches = append(slices.Clip(watches), watch{kind: f.kind, path: f.path})
	}
	heir := s.session(to)
	heir.watches = append(slices.Clip(heir.watches), watches...)
}

// onState takes what servers say about sessions and watches.
func (c *Checker) onState(e *trace.Event) {
	switch e.Kind {
	case trace.SessionClosed:
		c.onSessionClosed(e)
	case trace.WatchSet:
		c.onWatchSet(e)
	case trace.WatchFired:
		c.onWatchFired(e)
	case trace.WatchRemoved:
		c.onWatchRemoved(e)
	}
}

// onSessionClosed compares the ephemerals that went with the session on one server with those that
// the history says it had.
func (c *Checker) onSessionClosed(e *trace.Event) {
	s := c.state.session(e.Sess)
	s.watches = slices.DeleteFunc(slices.Clone(s.watches), func(w watch) bool {
		return w.server == e.Node || w.server == 0
	})
	if c.blind || s.closed != e.Zxid || e.Zxid == 0 {
		return
	}
	c.require(int64(s.gone) == e.N, ephemeralLifetime, e, e.Node,
		"the ephemerals that went with the session are not those it had")
}

func (c *Checker) onWatchSet(e *trace.Event) {
	s := c.state.session(e.Sess)
	if s.findWatch(e.Path, e.Node, e.N, e.N) < 0 {
		s.watches = append(s.watches, watch{server: e.Node, kind: e.N, path: e.Path})
	}
}

// findWatch returns the index of a watch of the server, of kinds from lo to hi, -1 for none.
func (s *session) findWatch(path string, server zk.ServerID, lo, hi int64) int {
	for i := range s.watches {
		w := &s.watches[i]
		if w.kind >= lo && w.kind <= hi && w.server == server && w.path == path {
			return i
		}
	}
	return -1
}

// kindsOf returns which kinds of watch an event fires, in two ranges to try one after the other.
func kindsOf(event int64) (first, second [2]int64) {
	switch zk.EventType(event) {
	case zk.NodeChildrenChanged:
		return [2]int64{2, 2}, [2]int64{2, 2}
	case zk.NodeDeleted:
		return [2]int64{0, 1}, [2]int64{2, 2}
	}
	return [2]int64{0, 1}, [2]int64{0, 1}
}

// onWatchFired uses up the watch. What an old connection's server still fires reaches nobody.
func (c *Checker) onWatchFired(e *trace.Event) {
	s := c.state.session(e.Sess)
	if k := c.client(s.client); k != nil && (k.server != e.Node || k.state != clientConnected) {
		return
	}
	first, second := kindsOf(e.N)
	at := s.anyWatch(e, first)
	if at < 0 {
		at = s.anyWatch(e, second)
	}
	if at < 0 {
		at = s.standing(e)
	}
	if at < 0 {
		c.report(watchOnce, e, e.Node, e.Zxid, "a watch on "+e.Path+" fired that was not set")
		return
	}
	kind := s.watches[at].kind
	if kind < persistentWatch {
		s.watches = slices.Delete(slices.Clone(s.watches), at, at+1)
	}
	s.fired = append(s.fired, fired{event: e.N, kind: kind, zxid: e.Zxid, path: e.Path})
}

// standing finds a watch of the server that stays and that the event is for, -1 for none.
func (s *session) standing(e *trace.Event) int {
	return slices.IndexFunc(s.watches, func(w watch) bool {
		switch {
		case w.server != e.Node:
			return false
		case w.kind == persistentWatch:
			return w.path == e.Path
		}
		return w.kind == recursiveWatch && zk.EventType(e.N) != zk.NodeChildrenChanged &&
			isWithin(e.Path, w.path)
	})
}

// isWithin reports whether a path is the top or below it.
func isWithin(path, top string) bool {
	return path == top || top == "/" || strings.HasPrefix(path, top+"/")
}

// onWatchRemoved forgets what the client took back; half of a persistent watch is not noted.
func (c *Checker) onWatchRemoved(e *trace.Event) {
	s := c.state.session(e.Sess)
	which := zk.WatcherType(e.N)
	s.watches = slices.DeleteFunc(slices.Clone(s.watches), func(w watch) bool {
		isChild, isStanding := w.kind == 2, w.kind >= persistentWatch
		isMeant := which == zk.WatcherAny ||
			!isStanding && isChild == (which == zk.WatcherChildren)
		return w.server == e.Node && w.path == e.Path && isMeant
	})
}

// anyWatch finds the watch that fired: one of the server, one that is owed, or, since a client that
// moved sets its watches again, one of another server.
func (s *session) anyWatch(e *trace.Event, kinds [2]int64) int {
	for _, server := range [2]zk.ServerID{e.Node, 0} {
		if at := s.findWatch(e.Path, server, kinds[0], kinds[1]); at >= 0 {
			return at
		}
	}
	for i := range s.watches {
		w := &s.watches[i]
		if w.kind >= kinds[0] && w.kind <= kinds[1] && w.path == e.Path {
			return i
		}
	}
	return -1
}
