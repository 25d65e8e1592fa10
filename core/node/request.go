package node

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// request takes one request of an open connection: reads are answered when nothing of the same
// session waits, writes and syncs go to the leader.
func (n *Node) request(c *conn, req *zk.Request) {
	n.touch(c.session, c.timeoutMs)
	switch {
	case req.Op == zk.OpAuth:
		n.auth(c, req)
		return
	case req.Op == zk.OpSASL:
		n.say(c, step.ToClient{Kind: step.Reply, Op: zk.OpSASL, Xid: req.Xid})
		return
	case req.Op == zk.OpCreateSession:
		n.refuseClient(c)
		return
	case !isForClients(req.Op):
		n.refuseOp(c, req)
		return
	case n.readOnly != nil && (req.Op.IsWrite() || req.Op == zk.OpSync):
		n.refuseToWrite(c, req)
		return
	}
	p := pending{req: *req, cause: n.s.Cause}
	p.req.Session, p.req.Identities = c.session, c.ids
	if p.err = n.cfg.Limits.refuses(req); p.err != zk.OK {
		p.done = true
		c.queue = append(c.queue, p)
		n.flush(c)
		return
	}
	if req.Op.IsWrite() {
		c.queue = append(c.queue, p)
		n.submit(&p.req)
		return
	}
	n.readLater(c, p)
}

// isForClients knows the operations that go through the queue of a connection.
func isForClients(op zk.Op) bool {
	switch op {
	case zk.OpPing, zk.OpSync, zk.OpWhoAmI, zk.OpAddWatch, zk.OpRemoveWatches,
		zk.OpCheckWatches, zk.OpSetWatches, zk.OpSetWatches2, zk.OpExists, zk.OpGetData,
		zk.OpGetChildren, zk.OpGetChildren2, zk.OpGetACL, zk.OpGetAllChildrenNumber,
		zk.OpGetEphemerals, zk.OpMultiRead:
		return true
	}
	return op.IsWrite()
}

// refuseOp answers an operation that nobody knows, at once and outside of all order, and closes.
func (n *Node) refuseOp(c *conn, req *zk.Request) {
	const noZxid = ^zk.Zxid(0)
	n.say(c, step.ToClient{
		Kind: step.Reply, Op: req.Op, Xid: req.Xid, Err: zk.ErrUnimplemented, Zxid: noZxid,
	})
	n.refuseClient(c)
}

// readLater queues a read or a sync. A leader knows when a session has moved to another server, and
// closes the connection that was left behind.
func (n *Node) readLater(c *conn, p pending) {
	switch {
	case n.leader != nil && n.hasMoved(c.session, n.cfg.ID):
		n.dropConn(c)
		return
	case p.req.Malformed && p.req.Op != zk.OpSetWatches && p.req.Op != zk.OpSetWatches2:
		p.done, p.err = true, zk.ErrMarshalling
	case p.req.Op == zk.OpSync && n.leader == nil:
		n.syncs++
		p.sync = n.syncs
		c.queue = append(c.queue, p)
		n.forward(&p.req, p.sync)
		return
	}
	c.queue = append(c.queue, p)
	n.flush(c)
}

// submit brings a write to the leader, which may be this server.
func (n *Node) submit(req *zk.Request) {
	if n.leader != nil {
		n.propose(req, n.cfg.ID)
		return
	}
	n.forward(req, 0)
}

func (n *Node) forward(req *zk.Request, number uint64) {
	copied := *req
	n.s.Send(step.Message{
		Type: zk.Forward, To: n.learner.Leader, Req: &copied, Round: number,
	})
}

// onForward takes a learner's request.
func (n *Node) onForward(m *step.Message) {
	if m.Req == nil || !n.leader.IsLearner(m.From) || !n.serving {
		n.leader.Refuse(&n.s, m, zk.WrongOrder)
		return
	}
	if m.Req.Op == zk.OpSync {
		n.leader.Sync(n.replica, &n.s, m)
		return
	}
	if !m.Req.Op.IsWrite() {
		n.leader.Refuse(&n.s, m, zk.BadMessage)
		return
	}
	n.propose(m.Req, m.From)
}

// propose prepares a write against the state after everything proposed so far and hands the
// transaction to zab. A write that fails validation is a transaction too: it takes a zxid, so that
// failures are answered in order. From 0 means the leader's own decision.
func (n *Node) propose(req *zk.Request, from zk.ServerID) {
	z, ok := n.leader.NextZxid()
	if !ok {
		return // leading is over
	}
	meta := tree.Meta{
		Zxid: z, TimeMs: n.wall, Quirks: n.cfg.Quirks,
		EnforceQuota: n.cfg.EnforceQuota, ExtendedTypes: n.cfg.ExtendedTypes,
	}
	var txn zk.Txn
	switch {
	case n.isMoved(req, from):
		txn = n.failed(req, z, zk.ErrSessionMoved)
	case n.cfg.Limits.full(n.replica.Prepared, req):
		txn = n.failed(req, z, zk.ErrQuotaExceeded)
	default:
		txn = n.replica.Prepared.Prepare(req, meta)
	}
	n.follow(&txn, from)
	n.leader.Propose(n.replica, &n.s, txn)
}

// failed is the transaction of a write that is not even prepared.
func (n *Node) failed(req *zk.Request, z zk.Zxid, err zk.Err) zk.Txn {
	txn := zk.Txn{
		Zxid: z, Session: req.Session, Cxid: req.Xid, TimeMs: n.wall, Op: zk.OpError,
		Asked: req.Op, Err: err,
	}
	n.replica.Prepared.Apply(&txn, nil)
	txn.Digest = n.replica.Prepared.Digest()
	return txn
}

// isMoved reports whether a write comes through a server that has lost the session to another.
// closeSession may come from anywhere, as in Apache.
func (n *Node) isMoved(req *zk.Request, from zk.ServerID) bool {
	if from == 0 || req.Op == zk.OpCreateSession || req.Op == zk.OpCloseSession {
		return false
	}
	return n.hasMoved(req.Session, from)
}

// hasMoved reports whether the session is attached to another server than this one.
func (n *Node) hasMoved(id zk.SessionID, from zk.ServerID) bool {
	s := n.live.find(id)
	return s != nil && s.owner != 0 && s.owner != from
}

// follow keeps the leader's view of sessions in step with what it proposes.
func (n *Node) follow(txn *zk.Txn, from zk.ServerID) {
	switch txn.Op {
	case zk.OpCreateSession:
		n.live.add(txn.Session, txn.TimeoutMs, from, n.s.Now)
	case zk.OpCloseSession:
		n.live.close(txn.Session)
	default:
		if s := n.live.find(txn.Session); s != nil && s.owner == 0 {
			s.owner = from
		}
	}
}

// deliver applies what is committed, in order, fires watches and answers who waits. Event before
// reply: a client never sees a change before the watch that announces it.
func (n *Node) deliver() {
	r := n.replica
	if r.Applied.Zxid() >= r.Committed {
		return
	}
	for _, t := range r.After(r.Applied.Zxid()) {
		if t.Zxid > r.Committed {
			break
		}
		n.apply(t)
	}
	n.snapshot()
}

func (n *Node) apply(t *zk.Txn) {
	db := n.replica.Applied
	n.keepBefore(t)
	ephemerals := 0
	if t.Op == zk.OpCloseSession {
		ephemerals = db.EphemeralCount(t.Session)
	}
	var reply zk.Reply
	var err zk.Err
	reply, err, n.changes = db.Apply(t, n.changes[:0])
	step.Assert(t.Digest == 0 || t.Digest == db.Digest() || n.cfg.Quirks != 0, "DigestAgreement")
	prev := n.s.Cause
	n.s.Cause = n.s.Emit(trace.Event{
		Kind: trace.Applied, Zxid: t.Zxid, N: int64(db.Digest()), Txn: t, Sess: t.Session,
	})
	n.replica.Passed(t)
	n.sinceSnap++
	n.fire(t.Zxid)
	switch t.Op {
	case zk.OpCreateSession:
		n.sessionOpened(t, err)
	case zk.OpCloseSession:
		n.sessionClosed(t, ephemerals)
	default:
		n.answer(t, err, reply)
	}
	n.s.Cause = prev
}

func (n *Node) fire(z zk.Zxid) {
	for _, c := range n.changes {
		n.watches.Fire(c.Event, c.Path, func(id zk.ConnID) {
			n.fireOne(id, c, z)
		})
	}
}

// fireOne tells one connection, unless it may not read the znode: then its watch is just used up
// (CVE-2024-23944).
func (n *Node) fireOne(id zk.ConnID, change tree.Change, z zk.Zxid) {
	c := n.conn(id)
	if c == nil || !change.Readable(c.ids) {
		return
	}
	cause := n.s.Emit(trace.Event{
		Kind: trace.WatchFired, Sess: c.session, Path: change.Path, N: int64(change.Event), Zxid: z,
	})
	n.toClient(c, step.ToClient{
		Kind: step.WatchEvent, Xid: -1, Zxid: z, Cause: cause,
		Reply: zk.Reply{Event: change.Event, Path: change.Path},
	})
}

func (n *Node) sessionOpened(t *zk.Txn, err zk.Err) {
	if err != zk.OK {
		return
	}
	n.s.Emit(trace.Event{
		Kind: trace.SessionOpened, Sess: t.Session, N: int64(t.TimeoutMs), Zxid: t.Zxid,
		Peer: n.homeOf(t.Session),
	})
	if c := n.connOf(t.Session); c != nil && c.state == connOpening {
		n.openConn(c)
	}
}

// homeOf is the server that made the session: the top byte of its id.
func (n *Node) homeOf(id zk.SessionID) zk.ServerID { return zk.ServerID(uint64(id) >> 56) }

func (n *Node) sessionClosed(t *zk.Txn, ephemerals int) {
	n.s.Emit(trace.Event{
		Kind: trace.SessionClosed, Sess: t.Session, Zxid: t.Zxid, N: int64(ephemerals),
	})
	n.live.remove(t.Session)
	c := n.connOf(t.Session)
	if c == nil || c.state == connOpening { // the leader's answer to it is still on its way
		return
	}
	id := c.id
	n.answer(t, zk.OK, zk.Reply{})
	if c = n.conn(id); c != nil {
		n.dropConn(c)
	}
}

// answer gives the result of a write to the connection that asked for it, if it is ours.
func (n *Node) answer(t *zk.Txn, err zk.Err, reply zk.Reply) {
	c := n.connOf(t.Session)
	if c == nil || t.Session == 0 {
		return
	}
	for i := range c.queue {
		p := &c.queue[i]
		if !p.done && p.req.Op.IsWrite() {
			if p.req.Xid == t.Cxid {
				p.done, p.err, p.zxid, p.reply, p.cause = true, err, t.Zxid, reply, n.s.Cause
			}
			break
		}
	}
	n.flush(c)
}

func (n *Node) onSyncAnswer(number uint64) {
	for i := range n.conns {
		c := &n.conns[i]
		for j := range c.queue {
			if p := &c.queue[j]; p.sync == number && number != 0 {
				p.done, p.reply, p.cause = true, zk.Reply{Path: p.req.Path}, n.s.Cause
				n.flush(c)
				return
			}
		}
	}
}

// flush answers from the head of the queue as far as it goes: what is done, and reads, which are
// evaluated when nothing of their session is before them.
func (n *Node) flush(c *conn) {
	done := 0
	for done < len(c.queue) {
		p := &c.queue[done]
		if !p.done && (p.req.Op.IsWrite() || p.sync != 0) {
			break
		}
		if p.err == zk.ErrSessionMoved {
			n.dropConn(c)
			return
		}
		n.reply(c, p)
		done++
	}
	rest := copy(c.queue, c.queue[done:])
	clear(c.queue[rest:])
	c.queue = c.queue[:rest]
}

func (n *Node) reply(c *conn, p *pending) {
	if !p.done {
		p.reply, p.err = n.read(c, &p.req)
	}
	if p.req.Op == zk.OpCheck && p.err == zk.OK {
		return // Apache 3.8 fails to write the answer, and the connection goes on
	}
	n.toClient(c, step.ToClient{
		Kind: step.Reply, Op: p.req.Op, Xid: p.req.Xid, Err: p.err, Zxid: p.zxid, Reply: p.reply,
		Cause: p.cause,
	})
}

// snapshot saves the applied state from time to time, when the disk has nothing else to do.
func (n *Node) snapshot() {
	if n.sinceSnap < n.snapAfter || !n.replica.Quiet() {
		return
	}
	n.sinceSnap = 0
	n.drawSnapAfter()
	db := n.whole()
	n.s.Emit(trace.Event{Kind: trace.Snapshotted, Zxid: db.Zxid(), N: int64(db.Digest())})
	n.s.Out.Writes = append(n.s.Out.Writes, step.Write{
		Kind: step.SaveSnapshot, Zxid: db.Zxid(), Snap: db,
	})
}

// drawSnapAfter picks when to snapshot next: half of snapCount and a random part of the rest, so
// that servers do not all pause together.
func (n *Node) drawSnapAfter() {
	half := max(1, n.cfg.SnapCount/2)
	n.snapAfter = half + int(n.rng.Uint64()%uint64(half))
}
