package check

import (
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// A server has two tables of watches, of data and of children. In each a connection has one entry
// for a path, in the mode in which it was set last.

// side is one of the two tables.
type side uint8

const (
	dataSide side = 1 << iota
	childSide
	bothSides = dataSide | childSide
)

// mode says how long a watch stays and for what.
type mode uint8

const (
	once   mode = iota
	stays       // as long as its connection
	covers      // stays, and is for what is below its path
)

// The N of WatchSet; 0 and 1 are for data, 2 is for children, all three once.
const (
	persistentWatch = 3
	recursiveWatch  = 4
)

// watch is one that a server says is set. Server 0 stands for any: the connection is another one
// now, and the client will ask again.
type watch struct {
	server zk.ServerID
	side   side
	mode   mode
	after  zk.Zxid // what the server had applied when it was set; it waits for later changes
	path   string
}

// fired is a watch event on its way to the client.
type fired struct {
	event int64
	used  side // of the watches that it has used up
	zxid  zk.Zxid
	path  string
}

// setBy returns what a WatchSet sets.
func setBy(kind int64) (side, mode) {
	switch kind {
	case persistentWatch:
		return bothSides, stays
	case recursiveWatch:
		return bothSides, covers
	case 2:
		return childSide, once
	}
	return dataSide, once
}

// firedBy returns the tables that an event is looked up in.
func firedBy(event int64) side {
	switch zk.EventType(event) {
	case zk.NodeDeleted:
		return bothSides
	case zk.NodeChildrenChanged:
		return childSide
	}
	return dataSide
}

// changes are those that fire the watches of a side.
func (s side) changes() change {
	if s == dataSide {
		return created | dataChanged | deleted
	}
	return kidsChanged | deleted
}

func (c *Checker) onWatchSet(e *trace.Event) {
	c.checkSetAgain(e)
	sides, how := setBy(e.N)
	s := c.state.session(e.Sess)
	s.watches = slices.Clone(s.watches)
	for _, one := range [...]side{dataSide, childSide} {
		if sides&one == 0 {
			continue
		}
		w := watch{e.Node, one, how, c.servers[e.Node].applied, e.Path}
		at := s.find(e.Path, one, e.Node)
		if at < 0 {
			at = s.find(e.Path, one, 0)
		}
		if at < 0 {
			s.watches = append(s.watches, w)
			continue
		}
		s.watches[at] = w
	}
}

// find returns the index of a server's watch, -1 for none.
func (s *session) find(path string, one side, server zk.ServerID) int {
	for i := range s.watches {
		w := &s.watches[i]
		if w.side == one && w.server == server && w.path == path {
			return i
		}
	}
	return -1
}

// onWatchFired uses up the watches. What an old connection's server still fires reaches nobody.
func (c *Checker) onWatchFired(e *trace.Event) {
	c.checkCatchUp(e)
	s := c.state.session(e.Sess)
	k := c.client(s.client)
	if k != nil && (k.server != e.Node || k.state != clientConnected || k.sess != e.Sess) {
		return
	}
	asked := e.Cause == c.again.ref // it fires instead of being set: none of the server's goes
	used, found := s.use(e, asked)
	if !found && !asked && !s.isCovered(e) && !c.blind {
		c.report(watchOnce, e, e.Node, e.Zxid, "a watch on "+e.Path+" fired that was not set")
		return
	}
	s.fired = append(s.fired, fired{event: e.N, used: used, zxid: e.Zxid, path: e.Path})
}

// use finds the watches on the path of an event, takes away those for once and says which.
func (s *session) use(e *trace.Event, asked bool) (used side, found bool) {
	for _, one := range [...]side{dataSide, childSide} {
		if firedBy(e.N)&one == 0 {
			continue
		}
		at := s.find(e.Path, one, 0)
		if !asked {
			at = s.findAny(e, one)
		}
		if at < 0 {
			continue
		}
		found = true
		s.watches = slices.Clone(s.watches)
		if s.watches[at].mode == once {
			used |= one
			s.watches = slices.Delete(s.watches, at, at+1)
			continue
		}
		s.watches[at].after = e.Zxid
	}
	return used, found
}

// findAny finds the watch that fired: one of the server, one that is owed, or, since a client that
// moved sets its watches again, one of another server.
func (s *session) findAny(e *trace.Event, one side) int {
	for _, server := range [2]zk.ServerID{e.Node, 0} {
		if at := s.find(e.Path, one, server); at >= 0 && s.watches[at].isFor(e) {
			return at
		}
	}
	for i := range s.watches {
		if w := &s.watches[i]; w.side == one && w.path == e.Path && w.isFor(e) {
			return i
		}
	}
	return -1
}

// isFor reports whether an event on the watch's own path is for it: children are not told of to one
// that covers them.
func (w *watch) isFor(e *trace.Event) bool {
	return w.mode != covers || zk.EventType(e.N) != zk.NodeChildrenChanged
}

// isCovered reports whether a watch of the server on a path above is for the event.
func (s *session) isCovered(e *trace.Event) bool {
	return slices.ContainsFunc(s.watches, func(w watch) bool {
		return w.server == e.Node && w.mode == covers && w.isFor(e) && isWithin(e.Path, w.path)
	})
}

// isWithin reports whether a path is the top or below it.
func isWithin(path, top string) bool {
	return path == top || top == "/" || strings.HasPrefix(path, top+"/")
}

// onWatchRemoved forgets what the client took back.
func (c *Checker) onWatchRemoved(e *trace.Event) {
	gone := bothSides
	switch zk.WatcherType(e.N) {
	case zk.WatcherChildren:
		gone = childSide
	case zk.WatcherData:
		gone = dataSide
	}
	s := c.state.session(e.Sess)
	s.watches = slices.DeleteFunc(slices.Clone(s.watches), func(w watch) bool {
		return w.server == e.Node && w.path == e.Path && w.side&gone != 0
	})
}

// see is the client receiving a watch event.
func (s *session) see(e *trace.Event) {
	for i := range s.fired {
		if f := &s.fired[i]; f.event == e.N && f.path == e.Path {
			s.fired = slices.Delete(slices.Clone(s.fired), i, i+1)
			return
		}
	}
}

// disown notes that the connection of a session is another one: its watches are of no server until
// the client sets them again, and so are those whose events are lost.
func (s *session) disown() {
	if len(s.watches)+len(s.fired) == 0 {
		return
	}
	s.watches = slices.Clone(s.watches)
	for i := range s.watches {
		s.watches[i].server = 0
	}
	for _, f := range s.fired {
		for _, one := range [...]side{dataSide, childSide} {
			if f.used&one != 0 && s.find(f.path, one, 0) < 0 {
				s.watches = append(s.watches, watch{side: one, path: f.path})
			}
		}
	}
	s.fired = nil
}

// inherit gives the watches of a session that only one server knew to the one that follows it: the
// client sets them again.
func (s *state) inherit(from, to zk.SessionID) {
	old := s.session(from)
	old.disown()
	watches := old.watches
	heir := s.session(to)
	heir.watches = append(slices.Clip(heir.watches), watches...)
}

// checkWatches requires that no watch is left whose znode has changed by the zxid of a reply.
func (c *Checker) checkWatches(e *trace.Event, k *client, s *session) {
	if c.blind || c.state.model.forked {
		return
	}
	for i := range s.watches {
		w := &s.watches[i]
		if w.server == k.server && w.mode != covers && c.hasChanged(w, e.Zxid) {
			c.report(watchDelivered, e, e.Node, e.Zxid,
				"a reply shows "+e.Zxid.Short()+", the watch on "+w.path+" has not fired")
			return
		}
	}
}

// hasChanged reports whether a watch should have fired by a zxid. It says no where not everybody
// may read the znode: who may not is told nothing.
func (c *Checker) hasChanged(w *watch, by zk.Zxid) bool {
	changed := false
	for v := c.state.model.newest(w.path); v != nil && v.zxid > w.after; v = v.prev {
		if !v.open || v.prev != nil && !v.prev.open {
			return false
		}
		changed = changed || v.zxid <= by && v.what&w.side.changes() != 0
	}
	return changed
}
