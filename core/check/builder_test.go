package check

import (
	"strconv"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// story writes a trace by hand: each method is something a correct ensemble does, and tamper may
// change or drop (return false) any of its events on the way to the checker.
type story struct {
	c      *Checker
	at     zk.Instant
	seqs   map[zk.ServerID]uint64
	boots  map[zk.ServerID]uint16
	last   trace.Ref
	tamper func(e *trace.Event) bool

	leader   zk.ServerID
	voters   []zk.ServerID
	epoch    zk.Epoch
	accepted zk.Epoch // the last that was chosen
	count    uint32
	logs     map[zk.ServerID]zk.Zxid
	current  map[zk.ServerID]zk.Epoch
	promised map[zk.ServerID]zk.Epoch
}

func newStory() *story {
	s := &story{
		c: New(zk.SetOf(1, 2, 3)), voters: []zk.ServerID{1, 2, 3},
		seqs: map[zk.ServerID]uint64{}, boots: map[zk.ServerID]uint16{},
		logs: map[zk.ServerID]zk.Zxid{}, current: map[zk.ServerID]zk.Epoch{},
		promised: map[zk.ServerID]zk.Epoch{},
	}
	for _, id := range s.voters {
		s.boot(id)
	}
	return s
}

// add completes an event of the node and shows it to the checker.
func (s *story) add(node zk.ServerID, e trace.Event) trace.Ref {
	s.seqs[node]++
	s.at += zk.Instant(time.Millisecond)
	e.Ref = trace.Ref{Seq: s.seqs[node], Node: node, Boot: max(1, s.boots[node])}
	e.At = s.at
	if e.Cause.IsZero() {
		e.Cause = s.last
	}
	if s.tamper != nil && !s.tamper(&e) {
		return s.last
	}
	s.c.Observe(&e)
	s.last = e.Ref
	return e.Ref
}

func (s *story) boot(id zk.ServerID) {
	s.boots[id]++
	s.seqs[id] = 0
	s.add(id, trace.Event{
		Kind: trace.Booted, Epoch: s.current[id], N: int64(s.promised[id]),
		Zxid: s.logs[id], Last: s.logs[id], Set: zk.SetOf(s.voters...),
	})
}

func (s *story) crash(id zk.ServerID) {
	s.add(0, trace.Event{Kind: trace.Crashed, Peer: id})
}

// message is sent and arrives.
func (s *story) message(from, to zk.ServerID, e trace.Event) {
	e.Kind, e.Peer, e.Other, e.N = trace.Sent, to, from, int64(s.at.Add(10*time.Millisecond))
	sent := s.add(from, e)
	e.Kind, e.Peer, e.Other, e.Cause, e.N = trace.Arrived, from, to, sent, 0
	s.add(to, e)
}

// snap sends a SNAP of the history up to z, which is on the way then.
func (s *story) snap(from, to zk.ServerID, z zk.Zxid) (sent trace.Ref) {
	return s.add(from, trace.Event{
		Kind: trace.Sent, Type: zk.Snap, Peer: to, Other: from, Zxid: z,
	})
}

// install lets a SNAP arrive, and its state up to z be taken.
func (s *story) install(id zk.ServerID, sent trace.Ref, z zk.Zxid) {
	s.add(id, trace.Event{
		Kind: trace.Arrived, Type: zk.Snap, Peer: sent.Node, Other: id, Zxid: z, Cause: sent,
	})
	s.add(id, trace.Event{Kind: trace.SnapTaken, Zxid: z, N: int64(z) * 7})
}

// overtake leads epoch 1 with server 3, which does not notice that 2 leads then without it, and
// lets 1 come back to 2. It returns what is committed, and what 2 has more.
func (s *story) overtake() (done, more zk.Zxid) {
	s.lead(3)
	done = s.write(zk.Txn{}).Zxid
	s.lose(1, 2)
	s.lead(2, 3)
	t := s.txn(zk.Txn{})
	s.propose(t)
	s.lose(1)
	s.take(1)
	return done, t.Zxid
}

// elect lets all servers but those left out vote for the leader.
func (s *story) elect(leader zk.ServerID, out ...zk.ServerID) {
	s.leader = leader
	set := zk.SetOf(s.voters...)
	for _, id := range out {
		set = set.Without(id)
	}
	vote := s.initial(leader)
	round := int64(s.epoch) + 1
	for id := range set.All() {
		s.add(id, trace.Event{Kind: trace.RoundStarted, N: round, Vote: s.initial(id)})
		if id != leader {
			s.add(id, trace.Event{
				Kind: trace.VoteChanged, N: round, Vote: vote, Prev: s.initial(id), Peer: leader,
			})
		}
	}
	for id := range set.All() {
		for from := range set.Without(id).All() {
			s.message(from, id, trace.Event{Type: zk.Notification, Vote: vote})
			s.add(id, trace.Event{Kind: trace.VoteCounted, N: round, Vote: vote, Peer: from})
		}
		s.add(id, trace.Event{Kind: trace.Elected, N: round, Vote: vote, Set: set})
		s.take(id)
	}
}

func (s *story) initial(id zk.ServerID) zk.Vote {
	return zk.Vote{Leader: id, Epoch: s.current[id], Zxid: s.logs[id]}
}

func (s *story) role(id zk.ServerID) zk.Role {
	if id == s.leader {
		return zk.Leading
	}
	return zk.Following
}

func (s *story) take(id zk.ServerID) {
	s.add(id, trace.Event{Kind: trace.RoleChanged, Role: s.role(id), Peer: s.leader})
	s.phase(id, zk.Discovery)
}

func (s *story) phase(id zk.ServerID, p zk.Phase) {
	s.add(id, trace.Event{Kind: trace.PhaseChanged, Phase: p, Role: s.role(id)})
}

func (s *story) durable(id zk.ServerID) {
	s.add(id, trace.Event{
		Kind: trace.Durable, Zxid: s.logs[id], Epoch: s.current[id], N: int64(s.promised[id]),
	})
}

func (s *story) followers(out ...zk.ServerID) []zk.ServerID {
	set := zk.SetOf(s.voters...).Without(s.leader)
	for _, id := range out {
		set = set.Without(id)
	}
	var ids []zk.ServerID
	for id := range set.All() {
		ids = append(ids, id)
	}
	return ids
}

// ackEpoch is a promise as a world shows it.
type ackEpoch struct{ current string }

func (a ackEpoch) Fields(yield func(name, value string) bool) { yield("currentEpoch", a.current) }

// discover agrees on the next epoch.
func (s *story) discover(out ...zk.ServerID) {
	s.accepted++
	set := zk.SetOf(s.leader)
	for _, id := range s.followers(out...) {
		s.message(id, s.leader, trace.Event{Type: zk.FollowerInfo})
		set = set.With(id)
	}
	s.add(s.leader, trace.Event{Kind: trace.EpochProposed, Epoch: s.accepted, Set: set})
	for id := range set.All() {
		s.accept(id)
		if id == s.leader {
			continue
		}
		s.message(id, s.leader, trace.Event{
			Type: zk.AckEpoch, Epoch: s.current[id], Zxid: s.logs[id], Msg: ackEpoch{"0"},
		})
		s.phase(id, zk.Synchronization)
	}
}

func (s *story) accept(id zk.ServerID) {
	s.promised[id] = s.accepted
	s.add(id, trace.Event{Kind: trace.EpochAccepted, Epoch: s.accepted, Peer: s.leader})
	s.durable(id)
}

// synchronize brings everybody into the epoch and lets the leader serve. Histories are equal.
func (s *story) synchronize(out ...zk.ServerID) {
	s.epoch, s.count = s.accepted, 0
	mark := zk.MakeZxid(s.epoch, 0)
	s.phase(s.leader, zk.Synchronization)
	s.enter(s.leader)
	set := zk.SetOf(s.leader)
	s.add(s.leader, trace.Event{
		Kind: trace.LearnerSynced, Peer: s.leader, Epoch: s.epoch, Set: set,
	})
	for _, id := range s.followers(out...) {
		s.add(s.leader, trace.Event{Kind: trace.SyncChosen, Peer: id, Type: zk.Diff})
		s.message(s.leader, id, trace.Event{Type: zk.NewLeader, Epoch: s.epoch, Zxid: mark})
		s.enter(id)
		s.message(id, s.leader, trace.Event{Type: zk.Ack, Zxid: mark})
		set = set.With(id)
		s.add(s.leader, trace.Event{
			Kind: trace.LearnerSynced, Peer: id, Epoch: s.epoch, Set: set,
		})
	}
	s.add(s.leader, trace.Event{
		Kind: trace.Established, Epoch: s.epoch, Zxid: s.logs[s.leader], Set: set,
	})
	for id := range set.All() {
		s.phase(id, zk.Broadcast)
		if id != s.leader {
			s.commit(id, s.logs[id], zk.LeaderSaidSo, 0)
		}
	}
}

func (s *story) enter(id zk.ServerID) {
	s.add(id, trace.Event{Kind: trace.EpochEntered, Epoch: s.epoch})
	s.current[id] = s.epoch
	s.durable(id)
}

func (s *story) commit(id zk.ServerID, z zk.Zxid, why zk.Why, set zk.ServerSet) {
	if z != 0 {
		s.add(id, trace.Event{Kind: trace.Committed, Zxid: z, Why: why, Set: set})
	}
}

// lead goes from an election to broadcast.
func (s *story) lead(leader zk.ServerID, out ...zk.ServerID) {
	s.elect(leader, out...)
	s.discover(out...)
	s.synchronize(out...)
}

func (s *story) txn(t zk.Txn) *zk.Txn {
	s.count++
	t.Zxid = zk.MakeZxid(s.epoch, s.count)
	if t.Op == 0 {
		t.Op, t.Path = zk.OpSetData, "/x"
	}
	return &t
}

func (s *story) log(id zk.ServerID, t *zk.Txn) {
	s.add(id, trace.Event{Kind: trace.Logged, Zxid: t.Zxid, Txn: t})
	s.logs[id] = t.Zxid
	s.durable(id)
}

func (s *story) apply(id zk.ServerID, t *zk.Txn) {
	s.add(id, trace.Event{Kind: trace.Applied, Zxid: t.Zxid, Txn: t, N: int64(t.Zxid) * 7})
}

// propose logs a transaction at the leader, and at the followers without a word about it.
func (s *story) propose(t *zk.Txn, followers ...zk.ServerID) {
	s.add(s.leader, trace.Event{Kind: trace.Proposed, Zxid: t.Zxid, Txn: t})
	s.log(s.leader, t)
	s.add(s.leader, trace.Event{
		Kind: trace.Acked, Zxid: t.Zxid, Peer: s.leader, Set: zk.SetOf(s.leader),
	})
	for _, id := range followers {
		s.message(s.leader, id, trace.Event{Type: zk.Proposal, Zxid: t.Zxid})
		s.log(id, t)
		s.message(id, s.leader, trace.Event{Type: zk.Ack, Zxid: t.Zxid})
	}
}

// write proposes and commits a transaction everywhere.
func (s *story) write(t zk.Txn) *zk.Txn {
	txn := s.txn(t)
	s.propose(txn, s.followers()...)
	set := zk.SetOf(s.leader)
	for _, id := range s.followers() {
		set = set.With(id)
		s.add(s.leader, trace.Event{Kind: trace.Acked, Zxid: txn.Zxid, Peer: id, Set: set})
	}
	s.commit(s.leader, txn.Zxid, zk.QuorumAcked, set)
	s.apply(s.leader, txn)
	for _, id := range s.followers() {
		s.message(s.leader, id, trace.Event{Type: zk.Commit, Zxid: txn.Zxid})
		s.commit(id, txn.Zxid, zk.LeaderSaidSo, 0)
		s.apply(id, txn)
	}
	return txn
}

// lose lets servers leave their roles.
func (s *story) lose(ids ...zk.ServerID) {
	for _, id := range ids {
		s.add(id, trace.Event{Kind: trace.LeaderLost, Peer: s.leader})
		s.add(id, trace.Event{Kind: trace.RoleChanged, Role: zk.Looking})
		s.add(id, trace.Event{Kind: trace.PhaseChanged, Phase: zk.Election})
	}
}

const sess zk.SessionID = 0x100000000000001

// open opens the session of client A at server 1.
func (s *story) open() {
	s.write(zk.Txn{Op: zk.OpCreateSession, Session: sess, TimeoutMs: 6000})
	s.add('A', trace.Event{Kind: trace.ClientState, N: clientConnected, Sess: sess, Peer: 1})
}

func (s *story) invoke(n int64) {
	s.add('A', trace.Event{Kind: trace.Invoked, N: n, Sess: sess})
}

// ask is invoke with what is asked for.
func (s *story) ask(n int64, what zk.Op) {
	s.add('A', invoked(n, &zk.Request{Op: what, Path: "/x"}))
}

func (s *story) ret(n int64, z zk.Zxid) {
	s.add('A', trace.Event{Kind: trace.Returned, N: n, Sess: sess, Zxid: z, Path: "ok"})
}

// reply is a result that shows something.
func (s *story) reply(n int64, z zk.Zxid, err string, shown ...[2]string) {
	s.add('A', trace.Event{
		Kind: trace.Returned, N: n, Sess: sess, Zxid: z, Path: err, Msg: trace.Pairs(shown),
	})
}

// invoked is client A asking for something.
func invoked(n int64, request *zk.Request) trace.Event {
	return trace.Event{Kind: trace.Invoked, N: n, Sess: sess, Msg: request}
}

func hex(h uint64) string { return strconv.FormatUint(h, 16) }

// statOf is the field of a reply that shows a stat.
func statOf(stat zk.Stat) [2]string { return [2]string{"stat", stat.String()} }

// made is the stat of a znode without data that a transaction has made.
func made(t *zk.Txn) zk.Stat {
	return zk.Stat{Czxid: t.Zxid, Mzxid: t.Zxid, Pzxid: t.Zxid, DataLength: int32(len(t.Data))}
}

func (s *story) setWatch(path string) {
	s.add(1, trace.Event{Kind: trace.WatchSet, Sess: sess, Path: path})
}

// sessText is sess as messages show it.
const sessText = "0x100000000000001"

// again moves client A to server 2, where it asks for its watches as one that has seen a zxid. The
// request is the last event.
func (s *story) again(seen zk.Zxid) {
	s.add('A', trace.Event{Kind: trace.ClientState, Sess: sess})
	s.add('A', trace.Event{Kind: trace.ClientState, N: clientConnected, Sess: sess, Peer: 2})
	s.add(0, trace.Event{
		Kind: trace.Arrived, Type: zk.ClientRequest, Peer: 'A', Other: 2, Sess: sess,
		Msg: &zk.Request{Op: zk.OpSetWatches, LastZxid: seen},
	})
}

func (s *story) fire(path string, z zk.Zxid) {
	s.add(1, trace.Event{
		Kind: trace.WatchFired, Sess: sess, Path: path, N: int64(zk.NodeDataChanged), Zxid: z,
	})
}

func (s *story) see(path string, z zk.Zxid) {
	s.add('A', trace.Event{
		Kind: trace.EventSeen, Sess: sess, Path: path, N: int64(zk.NodeDataChanged), Zxid: z,
	})
}

// on returns a tamper that changes the events of one kind of one server.
func on(
	node zk.ServerID, kind trace.Kind, change func(e *trace.Event) bool,
) func(*trace.Event) bool {
	return func(e *trace.Event) bool {
		if e.Node != node || e.Kind != kind {
			return true
		}
		return change(e)
	}
}

func drop(*trace.Event) bool { return false }
