package check

import (
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// state is what the committed history says about sessions and znodes, and what servers said about
// watches. The list of sessions is sorted; only sessions[i] is written in place.
type state struct {
	sessions []session
	model    model
}

// session is one session, from its first mention.
type session struct {
	id        zk.SessionID
	opened    bool
	closed    zk.Zxid // of its closeSession, 0 while it is open
	gone      int     // ephemerals that closed removed
	owns      int     // ephemerals that it has
	timeoutMs int32
	client    zk.ServerID // the letter of who uses it
	watches   []watch     // append-only; what shortens it copies
	fired     []fired     // fired for the present connection and not seen; as watches
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
	o := state{sessions: slices.Clone(s.sessions), model: s.model.clone()}
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
		if !c.blind { // else it was set where nobody looked
			c.report(watchOnce, e, e.Node, e.Zxid, "a watch on "+e.Path+" fired that was not set")
		}
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
