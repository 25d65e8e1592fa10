package ui

import (
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
)

// Sample is a small hand-made cluster for the storybook, the golden tests and reviewers.
type Sample struct {
	Name  string
	Model *view.Model
	View  View
}

// Samples returns the models that every component is shown with: a quiet cluster with a write on
// its way, an election, and a partition with an old leader.
func Samples() []Sample {
	return []Sample{
		{"broadcast", sampleBroadcast(), View{Selected: "server-5"}},
		{"election", sampleElection(), View{VotesOf: 2, Selected: "link-1-4"}},
		{"partition", samplePartition(), View{Selected: "client-A"}},
	}
}

// sample writes the trace of a sample, event by event.
type sample struct {
	m   *view.Model
	at  zk.Instant
	seq [128]uint64
}

func newSample(voters, observers int) *sample {
	s := &sample{m: Empty(voters, observers)}
	for server := range s.m.Servers() {
		role := zk.Looking
		if server.Observer {
			role = zk.Observing
		}
		s.put(trace.Event{Ref: trace.Ref{Node: server.ID}, Kind: trace.Booted, Role: role,
			Set: s.m.Voters})
	}
	return s
}

// put applies one event a little later than the last one and returns its Ref.
func (s *sample) put(e trace.Event) trace.Ref {
	s.at = s.at.Add(100 * time.Microsecond)
	s.seq[e.Node]++
	e.Seq, e.At = s.seq[e.Node], s.at
	if e.Boot == 0 {
		e.Boot = 1
	}
	s.m.Apply(&e)
	return e.Ref
}

func (s *sample) of(id zk.ServerID, kind trace.Kind, e trace.Event) trace.Ref {
	e.Node, e.Kind = id, kind
	return s.put(e)
}

// lead makes leader lead followers in an epoch, all of them in broadcast.
func (s *sample) lead(epoch zk.Epoch, leader zk.ServerID, followers zk.ServerSet) {
	for id := range followers.With(leader).All() {
		role := zk.Following
		switch {
		case id == leader:
			role = zk.Leading
		case s.m.Observers.Has(id):
			role = zk.Observing
		}
		vote := zk.Vote{Leader: leader, Epoch: epoch - 1}
		s.of(id, trace.RoundStarted, trace.Event{N: int64(epoch), Vote: zk.Vote{Leader: id}})
		s.of(id, trace.Elected, trace.Event{N: int64(epoch), Vote: vote, Role: role})
		s.of(id, trace.RoleChanged, trace.Event{Role: role, Peer: leader})
		s.of(id, trace.EpochAccepted, trace.Event{Epoch: epoch, Peer: leader})
		s.of(id, trace.EpochEntered, trace.Event{Epoch: epoch})
		s.of(id, trace.PhaseChanged, trace.Event{Phase: zk.Broadcast, Role: role})
		s.of(id, trace.LinkUp, trace.Event{Peer: leader, N: 1})
	}
	all := followers.With(leader)
	s.of(leader, trace.Established, trace.Event{Epoch: epoch, Set: all})
}

// write logs a transaction on all servers of set, on disk and committed if so asked.
func (s *sample) write(z zk.Zxid, path string, set zk.ServerSet, durable, committed bool) {
	txn := &zk.Txn{Zxid: z, Op: zk.OpCreate, Path: path}
	for id := range set.All() {
		s.of(id, trace.Logged, trace.Event{Zxid: z, Txn: txn})
		if durable {
			s.of(id, trace.Durable, trace.Event{Zxid: z, Epoch: z.Epoch(), N: int64(z.Epoch())})
		}
		if committed {
			s.of(id, trace.Committed, trace.Event{Zxid: z, Why: zk.LeaderSaidSo})
		}
	}
}

// send puts a message on its way, over a connection: it has flown for part of its 10 ms.
func (s *sample) send(from, to zk.ServerID, kind zk.MsgType, e trace.Event) {
	channel := kind.Channel()
	if server := s.m.Server(from); server != nil && !server.Linked[channel].Has(to) {
		s.of(from, trace.LinkUp, trace.Event{Peer: to, N: int64(channel)})
	}
	e.Other, e.Peer, e.Type = from, to, kind
	e.N = int64(s.at.Add(10 * time.Millisecond))
	s.of(from, trace.Sent, e)
}

// client connects a client to a server.
func (s *sample) client(letter, server zk.ServerID) {
	s.of(letter, trace.ClientState, trace.Event{Peer: server, Sess: 0x100001, N: 2})
}

// session opens a session that the leader keeps time for.
func (s *sample) session(leader, letter zk.ServerID, id zk.SessionID, timeoutMs int64) {
	s.of(letter, trace.ClientState, trace.Event{Peer: leader, Sess: id, N: 2})
	s.of(leader, trace.SessionOpened, trace.Event{Sess: id, N: timeoutMs, Peer: leader})
	s.of(0, trace.Arrived, trace.Event{
		Peer: letter, Other: leader, Type: zk.ClientPing, Sess: id,
	})
}

func sampleBroadcast() *view.Model {
	s := newSample(5, 1)
	all := zk.SetOf(1, 2, 3, 4, 5, 6)
	s.lead(1, 5, all.Without(5))
	for c := range uint32(12) {
		s.write(zk.MakeZxid(1, c+1), "/demo/n-"+string(rune('a'+c)), all, true, true)
	}
	s.client('A', 2)
	s.client('B', 5)
	s.session(5, 'B', 0x500001, 4000)
	next := zk.MakeZxid(1, 13)
	s.of('A', trace.Invoked, trace.Event{N: 1, Path: "create -s /demo/n-"})
	s.of(5, trace.Proposed, trace.Event{Zxid: next})
	s.write(next, "/demo/n-m", zk.SetOf(5), true, false)
	s.write(next, "/demo/n-m", zk.SetOf(1, 3), true, false)
	s.write(next, "/demo/n-m", zk.SetOf(2), false, false)
	s.of(5, trace.Acked, trace.Event{Zxid: next, Peer: 5})
	s.of(5, trace.Acked, trace.Event{Zxid: next, Peer: 1})
	s.at = s.at.Add(3 * time.Millisecond)
	s.send(5, 4, zk.Proposal, trace.Event{Zxid: next})
	s.send(3, 5, zk.Ack, trace.Event{Zxid: next})
	s.send('B', 5, zk.ClientRequest, trace.Event{})
	s.m.Tick(s.at.Add(4 * time.Millisecond))
	return s.m
}

func sampleElection() *view.Model {
	s := newSample(5, 0)
	s.put(trace.Event{Kind: trace.Crashed, Peer: 3})
	z := zk.MakeZxid(3, 8)
	for id := range zk.SetOf(1, 2, 4, 5).All() {
		s.of(id, trace.EpochEntered, trace.Event{Epoch: 3})
		s.write(z, "/x", zk.SetOf(id), true, true)
		own := zk.Vote{Leader: id, Epoch: 3, Zxid: z}
		s.of(id, trace.RoundStarted, trace.Event{N: 3, Vote: own, Why: zk.LostLeader})
	}
	five, four := zk.Vote{Leader: 5, Epoch: 3, Zxid: z}, zk.Vote{Leader: 4, Epoch: 3, Zxid: z}
	mine := zk.Vote{Leader: 2, Epoch: 3, Zxid: z}
	s.of(2, trace.VoteIgnored, trace.Event{N: 2, Peer: 4, Vote: four, Why: zk.OlderRound})
	three, one := zk.Vote{Leader: 3, Epoch: 2}, zk.Vote{Leader: 1, Epoch: 3, Zxid: z}
	change := trace.Event{N: 3, Vote: five, Prev: mine, Peer: 5, Why: zk.ByServerID}
	s.of(2, trace.LeaderHeard, trace.Event{N: 1, Peer: 3, Vote: three, Role: zk.Leading})
	s.of(2, trace.VoteChanged, change)
	s.of(2, trace.VoteCounted, trace.Event{N: 3, Peer: 5, Vote: five, Why: zk.SameVote})
	s.of(2, trace.VoteCounted, trace.Event{N: 3, Peer: 1, Vote: one, Why: zk.WorseVote})
	s.of(2, trace.VoteChanged, change)
	s.put(trace.Event{Kind: trace.Cut, Peer: 1, Other: 4})
	s.put(trace.Event{Kind: trace.Delayed, Peer: 1, Other: 5, N: int64(200 * time.Millisecond)})
	s.send(2, 1, zk.Notification, trace.Event{Vote: five})
	s.send(5, 4, zk.Notification, trace.Event{Vote: five})
	s.m.Tick(s.at.Add(4 * time.Millisecond))
	return s.m
}

func samplePartition() *view.Model {
	s := newSample(5, 1)
	all := zk.SetOf(1, 2, 3, 4, 5, 6)
	s.lead(3, 2, all.Without(2))
	for c := range uint32(5) {
		s.write(zk.MakeZxid(3, c+8), "/lock/n-"+string(rune('a'+c)), all, true, true)
	}
	s.client('A', 2)
	s.client('B', 4)
	s.client('C', 4)
	minority, majority := zk.SetOf(1, 2), zk.SetOf(3, 4, 5, 6)
	for a := range minority.All() {
		for b := range majority.All() {
			s.put(trace.Event{Kind: trace.Cut, Peer: a, Other: b})
			s.put(trace.Event{Kind: trace.Cut, Peer: b, Other: a})
		}
	}
	s.put(trace.Event{Kind: trace.Crashed, Peer: 1})
	lost := zk.MakeZxid(3, 13)
	s.of(2, trace.Proposed, trace.Event{Zxid: lost})
	s.write(lost, "/lock/n-f", zk.SetOf(2), true, false)
	s.of(2, trace.Acked, trace.Event{Zxid: lost, Peer: 2})
	s.lead(4, 3, majority.Without(3))
	s.write(zk.MakeZxid(4, 1), "/lock/n-g", majority, true, true)
	s.of('A', trace.Invoked, trace.Event{N: 1, Path: "create /lock/n-f"})
	s.of('A', trace.Returned, trace.Event{N: 1, Path: "ConnectionLoss"})
	s.send(3, 5, zk.Proposal, trace.Event{Zxid: zk.MakeZxid(4, 2)})
	s.send(3, 6, zk.Inform, trace.Event{Zxid: zk.MakeZxid(4, 1)})
	s.m.Tick(s.at.Add(4 * time.Millisecond))
	return s.m
}
