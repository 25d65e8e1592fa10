package node

import (
	"cmp"
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// liveness is the leader's soft state of all sessions: when each expires and which server it is
// attached to. The set of sessions itself is replicated, in the tree; this is not. Expiry is in
// buckets of one tick, rounded up: late by up to a tick, never early (ExpiryQueue.java).
type liveness struct {
	tick     time.Duration
	sessions []liveSession // by rising id
	buckets  []expiry      // by rising end; those of all sessions that are not closing, none empty
}

// expiry is a bucket: how many sessions expire at its end. There are few: a timeout has few ticks.
type expiry struct {
	at    zk.Instant
	count int
}

type liveSession struct {
	id        zk.SessionID
	timeoutMs int32
	expireAt  zk.Instant
	owner     zk.ServerID // 0 until the session is heard of after an election
	closing   bool        // closeSession is proposed
}

// start gives every session of the tree a full timeout, as each new leader does.
func (l *liveness) start(db *tree.DB, now zk.Instant, tick time.Duration) {
	*l = liveness{tick: tick}
	for s := range db.Sessions() {
		l.add(s.ID, s.TimeoutMs, 0, now)
	}
}

func (l *liveness) add(id zk.SessionID, timeoutMs int32, owner zk.ServerID, now zk.Instant) {
	s := liveSession{
		id: id, timeoutMs: timeoutMs, owner: owner, expireAt: bucket(now, timeoutMs, l.tick),
	}
	l.remove(id)
	l.put(s.expireAt)
	at, _ := slices.BinarySearchFunc(l.sessions, id, compareSession)
	l.sessions = slices.Insert(l.sessions, at, s)
}

// put counts a session in a bucket, take no longer.
func (l *liveness) put(end zk.Instant) {
	at, found := slices.BinarySearchFunc(l.buckets, end, compareExpiry)
	if !found {
		l.buckets = slices.Insert(l.buckets, at, expiry{at: end})
	}
	l.buckets[at].count++
}

func (l *liveness) take(end zk.Instant) {
	at, _ := slices.BinarySearchFunc(l.buckets, end, compareExpiry)
	if l.buckets[at].count--; l.buckets[at].count == 0 {
		l.buckets = slices.Delete(l.buckets, at, at+1)
	}
}

func (l *liveness) find(id zk.SessionID) *liveSession {
	at, found := slices.BinarySearchFunc(l.sessions, id, compareSession)
	if !found {
		return nil
	}
	return &l.sessions[at]
}

func (l *liveness) remove(id zk.SessionID) {
	if at, found := slices.BinarySearchFunc(l.sessions, id, compareSession); found {
		l.close(id)
		l.sessions = slices.Delete(l.sessions, at, at+1)
	}
}

// close ends a session's expiry: its closeSession is proposed.
func (l *liveness) close(id zk.SessionID) {
	if s := l.find(id); s != nil && !s.closing {
		s.closing = true
		l.take(s.expireAt)
	}
}

// touch gives a session the timeout that its client has negotiated last.
func (l *liveness) touch(touch zk.SessionTouch, now zk.Instant) {
	if s := l.find(touch.Session); s != nil && !s.closing {
		s.timeoutMs = touch.TimeoutMs
		if end := bucket(now, touch.TimeoutMs, l.tick); end != s.expireAt {
			l.take(s.expireAt)
			l.put(end)
			s.expireAt = end
		}
	}
}

func (l *liveness) wakeAt() zk.Instant {
	if len(l.buckets) == 0 {
		return zk.Never
	}
	return l.buckets[0].at
}

// bucket returns the end of the tick after now+timeout.
func bucket(now zk.Instant, timeoutMs int32, tick time.Duration) zk.Instant {
	t := int64(now.Add(time.Duration(timeoutMs) * time.Millisecond))
	return zk.Instant((t/int64(tick) + 1) * int64(tick))
}

func compareSession(s liveSession, id zk.SessionID) int {
	switch {
	case s.id < id:
		return -1
	case s.id > id:
		return 1
	}
	return 0
}

func compareExpiry(e expiry, at zk.Instant) int { return cmp.Compare(e.at, at) }

// expireSessions proposes closeSession for every session whose bucket is over.
func (n *Node) expireSessions() {
	if !n.serving || n.leader == nil || n.leader.Gone != zk.NoWhy || n.live.wakeAt() > n.s.Now {
		return
	}
	for i := range n.live.sessions {
		s := &n.live.sessions[i]
		if s.closing || s.expireAt > n.s.Now {
			continue
		}
		cause := n.s.Emit(trace.Event{
			Kind: trace.SessionExpired, Sess: s.id, Why: zk.SessionTimeout, N: int64(s.timeoutMs),
		})
		prev := n.s.Cause
		n.s.Cause = cause
		n.propose(&zk.Request{Op: zk.OpCloseSession, Session: s.id, Xid: expiryXid}, 0)
		n.s.Cause = prev
	}
}

// expiryXid marks a closeSession that no client asked for.
const expiryXid = 0

// touchAll takes the sessions that a learner heard of since its last PING.
func (n *Node) touchAll(sess []zk.SessionTouch) {
	for i := range sess {
		n.live.touch(sess[i], n.s.Now)
	}
}

// touch notes that a client of ours spoke: with the next PING on a learner, at once otherwise.
func (n *Node) touch(id zk.SessionID, timeoutMs int32) {
	touch := zk.SessionTouch{Session: id, TimeoutMs: timeoutMs}
	if n.leader != nil || n.readOnly != nil {
		n.live.touch(touch, n.s.Now)
		return
	}
	for i := range n.touched {
		if n.touched[i].Session == id {
			n.touched[i] = touch
			return
		}
	}
	n.touched = append(n.touched, touch)
}
