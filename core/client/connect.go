package client

import (
	"math/bits"
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

var ping = &zk.Request{Op: zk.OpPing, Xid: -2}

// shuffled draws the order in which servers are tried; First leads it.
func (s *Session) shuffled() []zk.ServerID {
	if s.cfg.Pinned && s.cfg.First != 0 {
		return []zk.ServerID{s.cfg.First}
	}
	order := slices.Collect(s.cfg.Servers.All())
	for i := len(order) - 1; i > 0; i-- {
		j := s.below(uint64(i) + 1)
		order[i], order[j] = order[j], order[i]
	}
	if i := slices.Index(order, s.cfg.First); i > 0 {
		order[0], order[i] = order[i], order[0]
	}
	return order
}

// below draws a number from 0 to n-1.
func (s *Session) below(n uint64) uint64 {
	high, _ := bits.Mul64(s.rng.Uint64(), n)
	return high
}

// dial tries the next server.
func (s *Session) dial(cause trace.Ref) {
	s.server = s.order[s.next]
	s.next = (s.next + 1) % len(s.order)
	s.lastHeard = s.now
	s.out.Dial = s.server
	s.enter(Connecting, cause)
}

// up sends the handshake as soon as the connection is open.
func (s *Session) up() {
	s.lastHeard = s.now
	req := &zk.Request{
		Op: zk.OpConnect, Session: s.id, Password: s.password,
		TimeoutMs: s.cfg.TimeoutMs, LastZxid: s.lastZxid, ReadOnly: s.readOnly,
	}
	if s.local {
		req.Session, req.Password = 0, nil
	}
	s.send(req, trace.Ref{})
}

// onConnect is the answer to the handshake. A session of 0 says that ours has expired.
func (s *Session) onConnect(to *step.ToClient, cause trace.Ref) {
	if to.Reply.Session == 0 {
		s.expire(cause)
		return
	}
	s.id, s.password = to.Reply.Session, to.Reply.Password
	s.timeoutMs, s.local = to.Reply.TimeoutMs, to.Reply.ReadOnly
	s.failed = 0
	cause = s.enter(Connected, cause)
	for _, req := range s.auths {
		s.send(req, cause)
	}
	if req := s.watches.request(s.lastZxid); req != nil {
		s.send(req, cause)
	}
	for i := range s.ops {
		s.sendOp(&s.ops[i])
	}
}

func (s *Session) expire(cause trace.Ref) {
	s.out.Hangup = true
	s.server = 0
	cause = s.enter(Expired, cause)
	s.failAll(zk.ErrSessionExpired, cause)
	s.watches = watches{}
}

// down is the end of a connection: whatever was under way is lost.
func (s *Session) down(cause trace.Ref) {
	if s.state != Connecting && s.state != Connected {
		return
	}
	s.server = 0
	if s.closing {
		s.finish(Closed, cause)
		return
	}
	s.failed++
	wait := min(backOffFirst<<(min(s.failed, backOffs)-1), backOffMax)
	wait += time.Duration(s.below(uint64(wait) / 4))
	s.retryAt = s.now.Add(wait)
	cause = s.enter(Disconnected, cause)
	s.failAll(zk.ErrConnectionLoss, cause)
}

// finish enters a final state; operations that are still open are lost with the connection.
func (s *Session) finish(state State, cause trace.Ref) {
	s.server = 0
	cause = s.enter(state, cause)
	s.failAll(zk.ErrConnectionLoss, cause)
	s.watches = watches{}
}

// move leaves the server for another one, to which a pinned client keeps from then on. The session
// goes along if it is still alive there.
func (s *Session) move(to zk.ServerID, cause trace.Ref) {
	if s.state == Connecting || s.state == Connected {
		s.out.Hangup = true
		s.down(cause)
	}
	if s.state != Disconnected {
		return
	}
	s.order = slices.Clone(s.order)
	if s.cfg.Pinned {
		s.order = []zk.ServerID{to}
	}
	if s.next = slices.Index(s.order, to); s.next < 0 {
		s.next, s.order = len(s.order), append(s.order, to)
	}
	s.dial(cause)
}

// wake does what has fallen due: a new attempt, giving up on a silent server, or a ping.
func (s *Session) wake() {
	switch s.state {
	case Disconnected:
		if s.now >= s.retryAt {
			s.dial(trace.Ref{})
		}
	case Connecting:
		if s.now >= s.lastHeard.Add(s.connectTimeout()) {
			s.giveUp()
		}
	case Connected:
		if s.now >= s.lastHeard.Add(s.readTimeout()) {
			s.giveUp()
			return
		}
		if s.now >= s.lastSent.Add(s.pingEvery()) {
			s.send(ping, trace.Ref{})
		}
	}
}

func (s *Session) giveUp() {
	s.out.Hangup = true
	s.down(trace.Ref{})
}

// The timers are those of Apache's ClientCnxn.

func (s *Session) timeout() time.Duration { return time.Duration(s.timeoutMs) * time.Millisecond }

func (s *Session) readTimeout() time.Duration { return s.timeout() * 2 / 3 }

func (s *Session) pingEvery() time.Duration { return min(s.timeout()/3, pingEveryMax) }

func (s *Session) connectTimeout() time.Duration {
	return s.timeout() / time.Duration(max(1, s.cfg.Servers.Len()))
}

func (s *Session) wakeAt() zk.Instant {
	switch s.state {
	case Disconnected:
		return s.retryAt
	case Connecting:
		return s.lastHeard.Add(s.connectTimeout())
	case Connected:
		return min(s.lastHeard.Add(s.readTimeout()), s.lastSent.Add(s.pingEvery()))
	}
	return zk.Never
}
