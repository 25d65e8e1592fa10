package view

import (
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// session returns a session that may be changed, made on its first mention.
func (m *Model) session(id zk.SessionID) *Session {
	m.Rev.Sessions++
	own(m, ownSessions, &m.Sessions)
	at, found := slices.BinarySearchFunc(m.Sessions, id, compareSession)
	if !found {
		m.Sessions = slices.Insert(m.Sessions, at, Session{
			ID: id, OpenedAt: m.Now, Client: m.clientOf(id),
		})
	}
	return &m.Sessions[at]
}

// known returns a session that may be changed, nil if the model does not know it: what clients and
// servers still say of a session that is over does not bring it back.
func (m *Model) known(id zk.SessionID) *Session {
	if _, found := slices.BinarySearchFunc(m.Sessions, id, compareSession); !found {
		return nil
	}
	return m.session(id)
}

func compareSession(s Session, id zk.SessionID) int {
	switch {
	case s.ID < id:
		return -1
	case s.ID > id:
		return 1
	}
	return 0
}

func (m *Model) clientOf(id zk.SessionID) zk.ServerID {
	for _, c := range m.Clients {
		if c.Sess == id && id != 0 {
			return c.ID
		}
	}
	return 0
}

func (m *Model) onSessionOpened(e *trace.Event) {
	if !isServer(e.Node) {
		return
	}
	s := m.session(e.Sess)
	s.TimeoutMs = int32(e.N)
	if s.In.Has(e.Node) {
		return
	}
	s.In = s.In.With(e.Node)
	if s.Owner == 0 {
		s.Owner = e.Peer
	}
	m.openLease(s, e)
	m.edit(e.Node).Sessions++
}

func (m *Model) onSessionMoved(e *trace.Event) {
	owner := e.Peer
	if owner == 0 {
		owner = e.Node
	}
	if s := m.known(e.Sess); s != nil {
		s.Owner = owner
	}
}

func (m *Model) onSessionLeft(e *trace.Event) {
	if !isServer(e.Node) {
		return
	}
	m.loseWatches(m.edit(e.Node), e.Sess)
	if s := m.known(e.Sess); s != nil && s.Owner == e.Node {
		s.Owner = 0
	}
}

// forgetSessions empties the server's table: events tell those that are left.
func (m *Model) forgetSessions(s *Server) {
	own(m, ownSessions, &m.Sessions)
	m.Rev.Sessions++
	for i := range m.Sessions {
		m.Sessions[i].In = m.Sessions[i].In.Without(s.ID)
	}
	s.Sessions = 0
}

func (m *Model) onSessionClosed(e *trace.Event) {
	s := m.known(e.Sess)
	if s == nil {
		return
	}
	if !s.Gone {
		m.end(s, e)
	}
	s.Gone, s.GoneAt = true, e.At
	if s.In.Has(e.Node) {
		s.In = s.In.Without(e.Node)
		m.edit(e.Node).Sessions--
	}
}

func (m *Model) onSessionExpired(e *trace.Event) {
	if s := m.known(e.Sess); s != nil {
		s.Expired, s.Closing, s.waits = true, true, m.waiting(s.ID)
	}
}

func (m *Model) onWatchSet(e *trace.Event) {
	if !isServer(e.Node) {
		return
	}
	w := Watch{
		Server: e.Node, Sess: e.Sess, Client: m.clientOf(e.Sess), Path: e.Path,
		Kind: WatchKind(e.N), SetAt: e.At,
	}
	own(m, ownWatches, &m.Watches)
	m.Rev.Watches++
	if at := slices.IndexFunc(m.Watches, w.isSame); at >= 0 {
		m.Watches[at].Kind, m.Watches[at].SetAt = w.Kind, e.At
		return
	}
	m.Watches = append(m.Watches, w)
	m.edit(e.Node).Watches++
}

// isSame reports whether o stands for the same entry of the server's table, which holds data and
// exists watches together, and one that stays for both sides.
func (w *Watch) isSame(o Watch) bool {
	return o.Armed() && o.Server == w.Server && o.Sess == w.Sess && o.Path == w.Path &&
		o.side() == w.side()
}

// side is what a watch is about: 0 data, 1 children, 2 both, as those that stay are.
func (w *Watch) side() int {
	switch {
	case w.Stays():
		return 2
	case w.Kind == WatchChildren:
		return 1
	}
	return 0
}

// Stays reports whether the watch goes on when it has fired.
func (w *Watch) Stays() bool { return w.Kind >= WatchPersistent }

// Armed reports whether the watch still waits.
func (w *Watch) Armed() bool { return w.Fired == 0 && !w.Lost }

func (m *Model) onWatchFired(e *trace.Event) {
	ev := zk.EventType(e.N)
	own(m, ownWatches, &m.Watches)
	m.Rev.Watches++
	for i := range m.Watches {
		w := &m.Watches[i]
		isMeant := w.Armed() && !w.Stays() && w.Server == e.Node && w.Sess == e.Sess &&
			w.Path == e.Path
		if isMeant && w.sees(ev) {
			w.Fired, w.FireAt = ev, e.At
			m.edit(e.Node).Watches--
		}
	}
}

// sees reports whether the event fires a watch of this kind on its path.
func (w *Watch) sees(ev zk.EventType) bool {
	switch ev {
	case zk.NodeDeleted:
		return true
	case zk.NodeChildrenChanged:
		return w.Kind == WatchChildren
	}
	return w.Kind != WatchChildren
}

// onWatchRemoved takes away what the client gave up; half of a watch that stays is left as it is.
func (m *Model) onWatchRemoved(e *trace.Event) {
	which := zk.WatcherType(e.N)
	m.endWatches(func(w *Watch) bool {
		isMeant := which == zk.WatcherAny ||
			!w.Stays() && (w.Kind == WatchChildren) == (which == zk.WatcherChildren)
		return isMeant && w.Server == e.Node && w.Sess == e.Sess && w.Path == e.Path
	})
}

// loseWatches takes away the server's watches, of one session only unless sess is 0.
func (m *Model) loseWatches(s *Server, sess zk.SessionID) {
	m.endWatches(func(w *Watch) bool { return w.Server == s.ID && (sess == 0 || w.Sess == sess) })
}

// endWatches lets watches go that have not fired.
func (m *Model) endWatches(isMeant func(*Watch) bool) {
	for i := range m.Watches {
		w := &m.Watches[i]
		if !w.Armed() || !isMeant(w) {
			continue
		}
		own(m, ownWatches, &m.Watches)
		m.Rev.Watches++
		w = &m.Watches[i]
		w.Lost, w.FireAt = true, m.Now
		m.edit(w.Server).Watches--
	}
}

// retireGone forgets sessions that closed and watches that went long enough ago.
func (m *Model) retireGone() {
	old := func(s Session) bool { return s.Gone && m.Now.Sub(s.GoneAt) > GoneFor && s.In == 0 }
	if slices.ContainsFunc(m.Sessions, old) {
		own(m, ownSessions, &m.Sessions)
		m.Rev.Sessions++
		m.Sessions = slices.DeleteFunc(m.Sessions, old)
	}
	over := func(w Watch) bool { return !w.Armed() && m.Now.Sub(w.FireAt) > GoneFor }
	if slices.ContainsFunc(m.Watches, over) {
		own(m, ownWatches, &m.Watches)
		m.Rev.Watches++
		m.Watches = slices.DeleteFunc(m.Watches, over)
	}
}

func (m *Model) onClientState(c *Client, e *trace.Event) {
	m.Rev.Status++
	before := c.Server
	c.Pinned = e.Path == "pinned"
	c.Phase, c.Server, c.Sess = ClientPhase(e.N), e.Peer, e.Sess
	if e.Peer != 0 && !m.Link(c.ID, 0).Cut {
		c.Home = e.Peer
	}
	if e.Sess == 0 {
		return
	}
	if s := m.known(e.Sess); s != nil && s.Client != c.ID {
		s.Client = c.ID
	}
	if s := m.Server(before); s != nil && (c.Phase != ClientConnected || before != c.Server) {
		m.Rev.Watches++
	}
}

func (c *Client) onInvoked(e *trace.Event, committed *State) {
	if len(c.Ops) >= OpsKept {
		c.Ops = slices.Delete(c.Ops, 0, 1)
	}
	line := strings.TrimPrefix(e.Path, c.ID.String()+": ")
	c.Ops = append(c.Ops, ClientOp{
		N: e.N, Line: line, At: e.At, Read: newRead(e.Msg, committed),
	})
}

func (m *Model) onReturned(c *Client, e *trace.Event) {
	c.LastZxid = max(c.LastZxid, e.Zxid)
	for i := range c.Ops {
		if o := &c.Ops[i]; o.N == e.N {
			o.Done, o.DoneAt, o.Err, o.Zxid, o.Msg = true, e.At, e.Path, e.Zxid, e.Msg
			if o.Read != nil {
				o.Read = m.answered(o.Read, c.Server, e)
			}
		}
	}
}

func (c *Client) onEventSeen(e *trace.Event) {
	c.SeenN++
	if len(c.Seen) >= OpsKept {
		c.Seen = slices.Delete(c.Seen, 0, 1)
	}
	c.Seen = append(c.Seen, SeenEvent{
		At: e.At, Path: e.Path, Type: zk.EventType(e.N), Zxid: e.Zxid,
	})
}

// Last returns the client's newest operation, nil before the first.
func (c *Client) Last() *ClientOp {
	if len(c.Ops) == 0 {
		return nil
	}
	return &c.Ops[len(c.Ops)-1]
}

// ClientsAt returns the letters of the clients that are attached to a server or try to be.
func (m *Model) ClientsAt(server zk.ServerID) []zk.ServerID {
	var letters []zk.ServerID
	for _, c := range m.Clients {
		if c.Server == server && c.Phase < ClientExpired {
			letters = append(letters, c.ID)
		}
	}
	return letters
}
