package check

import (
	"slices"

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
	apart     bool    // some were among ZooKeeper's own znodes, which the model leaves out
	timeoutMs int32
	client    zk.ServerID // the letter of who uses it
	expired   touch       // when a leader gave it up
	touch     touch
	watches   []watch // append-only; what shortens it copies
	fired     []fired // fired for the present connection and not seen; as watches
}

// clone returns an independent copy.
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

// onState takes what servers say about sessions and watches.
func (c *Checker) onState(e *trace.Event) {
	switch e.Kind {
	case trace.SessionExpired:
		c.onExpired(e)
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
