package node

import (
	"crypto/hmac"
	"time"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// A server that finds no leader for a while may serve reads to clients that said they would take
// that: from what its log says, which may be old and may never be committed. The sessions are its
// own, no transaction knows them, and all connections end when a leader is found
// (ReadOnlyZooKeeperServer.java).

// readOnlyAfter is how long a server looks for a leader first; a longer tick takes longer.
const readOnlyAfter = 2 * time.Second

// readOnlyAt is when a looking server begins to serve reads. Who has lost something has none to
// serve.
func (n *Node) readOnlyAt() zk.Instant {
	if !n.cfg.ReadOnlyMode || n.role != zk.Looking || n.readOnly != nil || n.replica.Damaged {
		return zk.Never
	}
	return n.lookingSince.Add(max(readOnlyAfter, n.cfg.TickTime))
}

func (n *Node) serveReadOnly() {
	n.readOnly = n.logged()
	n.live = liveness{tick: n.cfg.TickTime}
	n.s.Emit(trace.Event{Kind: trace.WentReadOnly, Zxid: n.readOnly.Zxid()})
}

// logged is the state after the whole log.
func (n *Node) logged() *tree.DB {
	db := n.replica.Applied.Clone()
	for _, t := range n.replica.After(db.Zxid()) {
		db.Apply(t, nil)
	}
	return db
}

// SetReadOnlyMode switches read-only mode in a running server, for lessons. Where it is on, it ends
// with the next step.
func (n *Node) SetReadOnlyMode(on bool) { n.cfg.ReadOnlyMode = on }

func (n *Node) stopReadOnly() {
	if n.readOnly != nil {
		n.readOnly = nil
		n.stopServing()
	}
}

// db is the state that reads see.
func (n *Node) db() *tree.DB {
	if n.readOnly != nil {
		return n.readOnly
	}
	return n.replica.Applied
}

// connectReadOnly begins a session of this server alone, or resumes one. A session of the ensemble
// is for a leader to renew.
func (n *Node) connectReadOnly(c *conn, req *zk.Request) {
	if !req.ReadOnly || n.readOnly.HasSession(req.Session) {
		n.dropConn(c)
		return
	}
	if req.Session == 0 {
		c.session = n.newSessionID()
		n.live.add(c.session, c.timeoutMs, n.cfg.ID, n.s.Now)
		n.openConn(c)
		return
	}
	c = n.closeOlder(c, req.Session)
	if !hmac.Equal(req.Password, n.password(req.Session)) || n.live.find(req.Session) == nil {
		n.sayExpired(c)
		return
	}
	c.session = req.Session
	n.openConn(c)
}

// refuseToWrite answers what only a leader could do. What has no transaction closes a session here.
func (n *Node) refuseToWrite(c *conn, req *zk.Request) {
	answer := step.ToClient{Kind: step.Reply, Op: req.Op, Xid: req.Xid, Err: zk.ErrNotReadOnly}
	if req.Op == zk.OpCloseSession {
		answer.Err = zk.OK
	}
	n.toClient(c, answer)
	if req.Op == zk.OpCloseSession {
		n.live.remove(c.session)
		n.dropConn(c)
	}
}

// expireReadOnly ends the sessions of this server alone.
func (n *Node) expireReadOnly() {
	for i := 0; i < len(n.live.sessions); {
		s := n.live.sessions[i]
		if s.expireAt > n.s.Now {
			i++
			continue
		}
		n.live.remove(s.id)
		if c := n.connOf(s.id); c != nil {
			n.dropConn(c)
		}
	}
}
