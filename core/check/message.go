package check

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// roles is a set of roles as a bitmap.
type roles uint8

const (
	asLooking  roles = 1 << zk.Looking
	asFollower roles = 1 << zk.Following
	asLeader   roles = 1 << zk.Leading
	asObserver roles = 1 << zk.Observing
	asLearner        = asFollower | asObserver
)

// saidBy says who may send a type of message; those not listed are for everybody.
var saidBy = [zk.MsgTypeCount]roles{
	zk.FollowerInfo: asFollower,
	zk.ObserverInfo: asObserver,
	zk.LeaderInfo:   asLeader,
	zk.AckEpoch:     asLearner,
	zk.Diff:         asLeader,
	zk.Trunc:        asLeader,
	zk.Snap:         asLeader,
	zk.NewLeader:    asLeader,
	zk.UpToDate:     asLeader,
	zk.Proposal:     asLeader,
	zk.Ack:          asLearner,
	zk.Commit:       asLeader,
	zk.Inform:       asLeader,
	zk.Ping:         asLearner | asLeader,
	zk.Forward:      asLearner,
	zk.Sync:         asLeader,
	zk.Revalidate:   asLearner | asLeader,
}

// onMessage takes what servers say and hear. Client traffic is the world's and is judged by its
// effects.
func (c *Checker) onMessage(e *trace.Event) {
	c.calm.onMessage(e)
	if e.Node == 0 && e.Kind == trace.Arrived && e.Peer.IsClient() {
		c.onRequest(e)
	}
	if e.Node == 0 || e.Node > zk.ServerMax {
		c.onLost(e)
		return
	}
	switch e.Kind {
	case trace.Sent:
		c.onSent(e)
	case trace.Arrived:
		c.onArrived(e)
	case trace.Refused:
		c.onRefused(e)
	case trace.LinkUp, trace.LinkDown:
		c.onLink(e)
	}
}

// onLink follows the links for elections. A learner whose other link changes begins anew.
func (c *Checker) onLink(e *trace.Event) {
	s := c.server(e.Node)
	switch {
	case e.N == 1:
		s.fresher = s.fresher.Without(e.Peer)
		c.peer(e.Node, e.Peer).flying = 0
	case e.Kind == trace.LinkUp:
		s.linked = s.linked.With(e.Peer)
	default:
		s.linked = s.linked.Without(e.Peer)
	}
}

// onLost takes a message between servers that is lost.
func (c *Checker) onLost(e *trace.Event) {
	ours := e.Peer != 0 && e.Peer <= zk.ServerMax && e.Other != 0 && e.Other <= zk.ServerMax
	if e.Kind == trace.Dropped && e.Type != zk.Notification && ours {
		c.peer(e.Other, e.Peer).land()
	}
}

// land notes that a message has arrived or is lost.
func (p *peer) land() { p.flying = max(0, p.flying-1) }

func (c *Checker) onSent(e *trace.Event) {
	if e.Type != zk.Notification && e.N != 0 && e.Peer <= zk.ServerMax {
		p := c.peer(e.Node, e.Peer)
		p.flying++
		p.due = zk.Instant(e.N)
	}
	s := c.server(e.Node)
	if by := saidBy[e.Type%zk.MsgType(zk.MsgTypeCount)]; by != 0 && by&(1<<s.role) == 0 {
		c.report(messageIllegal, e, e.Node, e.Zxid,
			"it sends "+e.Type.String()+" while "+s.role.String())
	}
	switch e.Type {
	case zk.AckEpoch:
		c.onPromise(e, s)
	case zk.Ack:
		c.onAck(e, s)
	case zk.Snap:
		p := c.peer(e.Peer, e.Node)
		p.snap, p.offered = e.Ref, c.historyUpTo(e)
	case zk.Commit, zk.Inform:
		c.checkAnnounced(e, s)
	case zk.Ping:
		if e.Sess != 0 {
			s.ping = ping{e.Ref, e.Msg}
		}
	}
}

// checkAnnounced requires that a leader tells of no commit before its own. What it began with is
// committed when it serves, and a learner delivers it not before.
func (c *Checker) checkAnnounced(e *trace.Event, s *server) {
	known := s.committed
	if s.established == 0 {
		known = s.log.last()
	}
	c.require(c.blind || e.Zxid <= known && s.log.has(e.Zxid), commitInconsistent, e, e.Node,
		"it announces a commit that it has not made")
}

// historyUpTo returns the sender's history up to the zxid of its message.
func (c *Checker) historyUpTo(e *trace.Event) history {
	log := c.server(e.Node).log
	return log.clip(log.upTo(e.Zxid))
}

// onPromise is an ACKEPOCH: the promise must be on disk, and new.
func (c *Checker) onPromise(e *trace.Event, s *server) {
	c.require(s.diskAccepted >= s.accepted, ackAfterDurable, e, e.Node,
		"it promises an epoch before acceptedEpoch is on disk")
	s.votes = e.Msg != nil && field(e.Msg, "currentEpoch") != "-1"
	c.require(!s.votes || s.promised, doublePromise, e, e.Node,
		"it promises an epoch that it had promised before")
	s.promised = false
}

// onAck is an ACK of NEWLEADER, whose counter is 0, or of proposals.
func (c *Checker) onAck(e *trace.Event, s *server) {
	if e.Zxid.Counter() == 0 {
		c.onAckNewLeader(e, s)
		return
	}
	c.require(c.isVoter(e.Node), messageIllegal, e, e.Node,
		"it acknowledges a proposal, which only voters do")
	c.require(s.durable >= e.Zxid, ackAfterDurable, e, e.Node,
		"it acknowledges a proposal before it is on disk")
	c.require(s.told != 0, ackInconsistent, e, e.Node,
		"it acknowledges a proposal before NEWLEADER")
	c.require(e.Zxid > s.ack, ackInconsistent, e, e.Node, "its ACKs do not rise")
	c.require(c.blind || s.log.has(e.Zxid), ackInconsistent, e, e.Node,
		"it acknowledges what it has not logged")
	s.ack = max(s.ack, e.Zxid)
}

// onAckNewLeader requires the leader's history and then the epoch on disk.
func (c *Checker) onAckNewLeader(e *trace.Event, s *server) {
	num := e.Zxid.Epoch()
	c.require(s.diskEntered >= num, ackAfterDurable, e, e.Node,
		"it acknowledges NEWLEADER before currentEpoch is on disk")
	c.require(num == s.accepted, ackInconsistent, e, e.Node,
		"it acknowledges NEWLEADER of an epoch that it did not promise")
	s.told, s.ack = num, 0
	p := c.epoch(num)
	if p == nil || c.blind {
		return
	}
	c.require(s.durable >= p.base.last(), ackAfterDurable, e, e.Node,
		"it acknowledges NEWLEADER before the history is on disk")
	c.checkChain(e, s, num)
	c.checkPrefix(e, s)
}

// checkPrefix requires that a learner's log is a prefix of its leader's history. The learner took
// NEWLEADER of the epoch told.
func (c *Checker) checkPrefix(e *trace.Event, s *server) {
	p := c.epoch(s.told)
	if p == nil || p.leader == 0 {
		return
	}
	if n := len(s.log); !p.begins(n, s.log.prefix(n)) {
		c.report(processConsistency, e, e.Node, s.log.last(),
			"its log up to "+s.log.last().Short()+" is not a prefix of its leader's")
	}
}

// begins reports whether the epoch's history begins with n transactions of this prefix hash.
func (p *epoch) begins(n int, prefix uint64) bool {
	switch {
	case n <= len(p.base):
		return p.base.prefix(n) == prefix
	case n <= len(p.base)+len(p.sent):
		return p.sent[n-len(p.base)-1].prefix == prefix
	}
	return false
}

// onArrived remembers the message, which explains what the server does next.
func (c *Checker) onArrived(e *trace.Event) {
	if e.Type != zk.Notification && e.Peer <= zk.ServerMax {
		c.peer(e.Peer, e.Node).land()
	}
	s := c.server(e.Node)
	s.arrived = arrival{ref: e.Ref, sent: e.Cause, zxid: e.Zxid, kind: e.Type, from: e.Peer}
	if e.Peer == s.leader {
		c.hearCommit(e, s)
	}
	if e.Type == zk.Ping && e.Sess != 0 {
		c.hear(e)
	}
	if e.Type != zk.AckEpoch || s.role != zk.Leading || s.phase != zk.Discovery {
		return
	}
	fresher := e.Epoch > s.entered || e.Epoch == s.entered && e.Zxid > s.log.last()
	if fresher && !c.blind && c.peerVotes(e.Peer) {
		s.fresher = s.fresher.With(e.Peer)
	}
}

// hearCommit takes what a leader tells of commits. To who serves each COMMIT tells of something
// new: the first that waits, and whatever is between it and the one that the COMMIT names.
func (c *Checker) hearCommit(e *trace.Event, s *server) {
	switch e.Type {
	case zk.Diff, zk.Trunc, zk.Snap:
		s.heard = e.Zxid
	case zk.Commit:
		news := e.Zxid > s.committed && s.log.has(e.Zxid)
		c.require(news || s.phase != zk.Broadcast || c.blind, commitInconsistent, e, e.Node,
			"a COMMIT comes for what does not wait for it")
		s.heard = max(s.heard, e.Zxid)
	case zk.Inform:
		s.heard = max(s.heard, e.Zxid)
	}
}

// peerVotes reports whether the last ACKEPOCH of a server carried its vote.
func (c *Checker) peerVotes(id zk.ServerID) bool {
	return int(id) < len(c.servers) && c.servers[id].votes
}

// onRefused is a server that gives a connection up because of what came on it. In the order of a
// connection neither a hole in the history nor an ACK too early can come.
func (c *Checker) onRefused(e *trace.Event) {
	said := e.Type.String() + " is refused"
	c.require(e.Why != zk.ProposalOutOfOrder, proposalInconsistent, e, e.Node, said)
	c.require(e.Why != zk.CommitOutOfOrder, commitInconsistent, e, e.Node, said)
	c.require(e.Type != zk.Ack || e.Why != zk.WrongOrder, ackInconsistent, e, e.Peer, said)
}

// checkObeys requires that what a learner installs, logs or commits came from its leader.
func (c *Checker) checkObeys(e *trace.Event, s *server) {
	if e.Cause != s.arrived.ref || s.leader == 0 {
		return
	}
	switch s.arrived.kind {
	case zk.Snap, zk.Proposal, zk.Commit, zk.Inform, zk.UpToDate:
		c.require(s.arrived.from == s.leader, messageIllegal, e, e.Node,
			"it obeys a server that is not its leader")
	}
}

// parseSession reads a session as messages show it, "0x10000c2f1a50000"; 0 for anything else.
func parseSession(text string) zk.SessionID {
	digits, _ := strings.CutPrefix(text, "0x")
	id, _ := strconv.ParseUint(digits, 16, 64)
	return zk.SessionID(id)
}

// field returns the value of one field of a message, "" when it has none of this name.
func field(d trace.Detail, name string) string {
	value := ""
	d.Fields(func(n, v string) bool {
		if n == name {
			value = v
			return false
		}
		return true
	})
	return value
}
