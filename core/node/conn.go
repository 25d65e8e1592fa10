package node

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// connState is how far a client connection has come.
type connState uint8

const (
	connNew     connState = iota // waits for connect
	connOpening                  // createSession is on its way, or the leader is asked
	connOpen
)

// conn is one client connection. Invariant: queue holds, in the order of arrival, the requests
// that are not answered; its head waits for a commit or for the leader's answer to a sync.
type conn struct {
	id        zk.ConnID
	state     connState
	session   zk.SessionID
	timeoutMs int32
	ids       []zk.Identity // what the connection has proved to be
	queue     []pending
}

// pending is one request that waits for its turn.
type pending struct {
	req   zk.Request
	sync  uint64 // the number of a forwarded sync
	done  bool   // err, zxid and reply are known
	err   zk.Err
	zxid  zk.Zxid
	reply zk.Reply
	cause trace.Ref
}

// pendingMax bounds the requests that one connection may have waiting.
const pendingMax = 1000

func compareConn(c conn, id zk.ConnID) int {
	switch {
	case c.id < id:
		return -1
	case c.id > id:
		return 1
	}
	return 0
}

func (n *Node) conn(id zk.ConnID) *conn {
	at, found := slices.BinarySearchFunc(n.conns, id, compareConn)
	if !found {
		return nil
	}
	return &n.conns[at]
}

func (n *Node) connOf(session zk.SessionID) *conn {
	for i := range n.conns {
		if n.conns[i].session == session {
			return &n.conns[i]
		}
	}
	return nil
}

func (n *Node) onClientUp(in *step.Input) {
	at, found := slices.BinarySearchFunc(n.conns, in.Conn, compareConn)
	if !found {
		c := conn{id: in.Conn}
		if in.Addr != "" { // what is cloned does not keep the whole input on the heap
			c.identify(zk.Identity{Scheme: "ip", ID: strings.Clone(in.Addr)})
		}
		n.conns = slices.Insert(n.conns, at, c)
	}
}

func (n *Node) onClientDown(in *step.Input) {
	if at, found := slices.BinarySearchFunc(n.conns, in.Conn, compareConn); found {
		n.detach(&n.conns[at])
		n.conns = slices.Delete(n.conns, at, at+1)
	}
}

func (n *Node) onClientMsg(in *step.Input) {
	c := n.conn(in.Conn)
	if c == nil {
		return
	}
	switch {
	case !n.serving && n.readOnly == nil, n.leader != nil && n.leader.Gone != zk.NoWhy:
		n.dropConn(c)
	case c.state == connNew && in.Req.Op == zk.OpConnect:
		n.connect(c, in.Req)
	case c.state == connNew, len(c.queue) >= pendingMax, in.Req.Op == zk.OpConnect:
		n.refuseClient(c)
	case c.state == connOpening:
		c.queue = append(c.queue, pending{req: *in.Req, cause: n.s.Cause})
	default:
		n.request(c, in.Req)
	}
}

func (n *Node) refuseClient(c *conn) {
	n.s.Emit(trace.Event{Kind: trace.Refused, Sess: c.session, Why: zk.WrongOrder})
	n.dropConn(c)
}

// connect begins a session or resumes one. A client that has seen more than this server has is
// turned away, so that it never sees time go back.
func (n *Node) connect(c *conn, req *zk.Request) {
	if isAfter(req.LastZxid, n.db().Zxid()) {
		n.dropConn(c)
		return
	}
	c.state = connOpening
	c.timeoutMs = min(max(req.TimeoutMs, n.cfg.MinSessionTimeoutMs), n.cfg.MaxSessionTimeoutMs)
	if n.readOnly != nil {
		n.connectReadOnly(c, req)
		return
	}
	if req.Session == 0 {
		c.session = n.newSessionID()
		n.submit(&zk.Request{
			Op: zk.OpCreateSession, Session: c.session, TimeoutMs: c.timeoutMs,
		})
		return
	}
	c = n.closeOlder(c, req.Session)
	if !hmac.Equal(req.Password, n.password(req.Session)) {
		n.sayExpired(c)
		return
	}
	c.session = req.Session
	n.revalidate(c)
}

// closeOlder closes another connection of the session here, because the newest one counts, and
// returns where c is now. Like Apache it does not wait until the password has been looked at
// (ZooKeeperServer.processConnectRequest).
func (n *Node) closeOlder(c *conn, session zk.SessionID) *conn {
	id := c.id
	if old := n.connOf(session); old != nil && old.id != id {
		n.dropConn(old)
	}
	return n.conn(id)
}

func (n *Node) revalidate(c *conn) {
	touch := zk.SessionTouch{Session: c.session, TimeoutMs: c.timeoutMs}
	if n.leader == nil {
		n.s.Send(step.Message{
			Type: zk.Revalidate, To: n.learner.Leader, Round: uint64(c.id),
			Sess: []zk.SessionTouch{touch},
		})
		return
	}
	if n.adopt(touch, n.cfg.ID) {
		n.openConn(c)
		return
	}
	n.sayExpired(c)
}

// adopt attaches a living session to a server: writes through any other are refused from here on.
func (n *Node) adopt(touch zk.SessionTouch, owner zk.ServerID) bool {
	s := n.live.find(touch.Session)
	if s == nil || s.closing {
		return false
	}
	if s.owner != owner {
		n.s.Emit(trace.Event{Kind: trace.SessionMoved, Sess: s.id, Peer: owner, Other: s.owner})
	}
	s.owner = owner
	n.live.touch(touch, n.s.Now)
	return true
}

func (n *Node) onRevalidate(m *step.Message) {
	if len(m.Sess) != 1 {
		n.leader.Refuse(&n.s, m, zk.BadMessage)
		return
	}
	touch := m.Sess[0]
	touch.Valid = n.serving && n.adopt(touch, m.From)
	n.s.Send(step.Message{
		Type: zk.Revalidate, To: m.From, Round: m.Round, Sess: []zk.SessionTouch{touch},
	})
}

func (n *Node) onRevalidated(m *step.Message) {
	c := n.conn(zk.ConnID(m.Round))
	if c == nil || len(m.Sess) != 1 || c.state != connOpening || c.session != m.Sess[0].Session {
		return // the client has gone meanwhile
	}
	if !m.Sess[0].Valid {
		n.sayExpired(c)
		return
	}
	n.openConn(c)
}

// openConn answers connect and takes up what the client sent meanwhile.
func (n *Node) openConn(c *conn) {
	c.state = connOpen
	n.toClient(c, step.ToClient{Kind: step.Reply, Op: zk.OpConnect, Reply: zk.Reply{
		Session: c.session, TimeoutMs: c.timeoutMs, Password: n.password(c.session),
		ReadOnly: n.readOnly != nil,
	}})
	n.touch(c.session, c.timeoutMs)
	early := c.queue
	c.queue = nil
	id := c.id
	for i := range early {
		if c = n.conn(id); c != nil {
			n.request(c, &early[i].req)
		}
	}
}

func (n *Node) sayExpired(c *conn) {
	n.toClient(c, step.ToClient{Kind: step.Reply, Op: zk.OpConnect})
	n.dropConn(c)
}

// toClient sends what is about the state of the tree: without another zxid, about the latest.
func (n *Node) toClient(c *conn, t step.ToClient) {
	if t.Zxid == 0 {
		t.Zxid = n.db().Zxid()
	}
	n.say(c, t)
}

func (n *Node) say(c *conn, t step.ToClient) {
	t.Conn = c.id
	if t.Cause.IsZero() {
		t.Cause = n.s.Cause
	}
	n.s.Out.Clients = append(n.s.Out.Clients, t)
}

func (n *Node) closeConn(c *conn) {
	n.s.Out.Clients = append(n.s.Out.Clients,
		step.ToClient{Conn: c.id, Kind: step.Close, Cause: n.s.Cause})
}

// dropConn closes a connection and forgets it with its watches. c is invalid afterwards.
func (n *Node) dropConn(c *conn) {
	n.closeConn(c)
	n.detach(c)
	at, _ := slices.BinarySearchFunc(n.conns, c.id, compareConn)
	n.conns = slices.Delete(n.conns, at, at+1)
}

// detach forgets the watches of a connection that ends.
func (n *Node) detach(c *conn) {
	before := n.watches.Len()
	n.watches.Drop(c.id)
	if c.session != 0 {
		lost := int64(before - n.watches.Len())
		n.s.Emit(trace.Event{Kind: trace.SessionLeft, Sess: c.session, N: lost})
	}
}

// newSessionID draws an id with the server's own in the top byte.
func (n *Node) newSessionID() zk.SessionID {
	return zk.SessionID(uint64(n.cfg.ID)<<56 | n.rng.Uint64()>>8)
}

// password is what proves that a client owns a session: 16 bytes that only the ensemble can make.
func (n *Node) password(id zk.SessionID) []byte {
	mac := hmac.New(sha256.New, n.cfg.Secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(id)))
	return mac.Sum(nil)[:16]
}
