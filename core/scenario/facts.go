package scenario

import (
	"slices"

	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// facts is what the trace has told so far, folded for the check language. It is an observer of the
// timeline, so it goes back in time with the world.
type facts struct {
	voters, observers zk.ServerSet
	servers           []serverFacts // by id
	clients           [26]clientFacts
	links             []linkFacts // from*len(servers)+to
	epochs            []epochLeader
	crashes           int       // servers that were killed or lost power, over the whole run
	wipes             int       // disks that were emptied
	earlyAcks         int       // ACKs for what the sender had not yet on disk
	acked             []zk.Zxid // writes that a client was told are done
	recs              records   // all events, short
	acks              records   // Acked, ACKs that arrived and a leader's Committed only
}

// serverFacts is what is known of one server. What it has on disk outlives a crash.
type serverFacts struct {
	up, paused     bool
	role           zk.Role
	phase          zk.Phase
	leader         zk.ServerID
	round          uint64
	vote           zk.Vote
	reason         zk.Why // of the last change of the vote in this round
	accepted       zk.Epoch
	current        zk.Epoch
	last           zk.Zxid // logged
	durable        zk.Zxid
	done           zk.Zxid // committed
	durableEpoch   zk.Epoch
	durablePromise zk.Epoch
	log            []zk.Zxid // the last zxid of each epoch in its log, rising; never written
}

// clientFacts is what is known of one client.
type clientFacts struct {
	made    bool
	state   int64 // as in ClientState
	server  zk.ServerID
	session zk.SessionID
	op      int64 // its last operation that returned
	err     string
	zxid    zk.Zxid
	reply   *step.ToClient // nil when no reply came
}

type linkFacts struct {
	cut   bool
	delay int64
	loss  int64
}

// epochLeader is a leader that was established; one epoch must not have two.
type epochLeader struct {
	epoch  zk.Epoch
	leader zk.ServerID
}

func newFacts(voters, observers zk.ServerSet) *facts {
	n := int((voters | observers).Max()) + 1
	f := &facts{
		voters: voters, observers: observers, servers: make([]serverFacts, n),
		links: make([]linkFacts, n*n),
	}
	for i := range f.servers {
		f.servers[i].role = zk.Down
	}
	return f
}

// CloneObserver returns an independent copy.
func (f *facts) CloneObserver() sim.Observer { return f.clone() }

func (f *facts) clone() *facts {
	c := *f
	c.servers = slices.Clone(f.servers)
	c.links = slices.Clone(f.links)
	c.epochs = slices.Clip(f.epochs)
	c.acked = slices.Clip(f.acked)
	c.recs = f.recs.clone()
	c.acks = f.acks.clone()
	return &c
}

// server returns the facts of a server, nil for one that does not exist.
func (f *facts) server(id zk.ServerID) *serverFacts {
	if id == 0 || int(id) >= len(f.servers) {
		return nil
	}
	return &f.servers[id]
}

func (f *facts) client(letter zk.ServerID) *clientFacts {
	if !letter.IsClient() {
		return nil
	}
	return &f.clients[letter-'A']
}

func (f *facts) link(from, to zk.ServerID) *linkFacts {
	if f.server(from) == nil || f.server(to) == nil {
		return &linkFacts{}
	}
	return &f.links[int(from)*len(f.servers)+int(to)]
}

// isRecorded reports whether checks and steps can ask about the event.
func isRecorded(e *trace.Event) bool { return e.Kind != trace.Sent && e.Kind != trace.Noted }

// Observe takes the next event.
func (f *facts) Observe(e *trace.Event) {
	if isRecorded(e) {
		f.recs.add(recordOf(e))
	}
	if e.Kind == trace.Arrived && e.Type == zk.Ack {
		f.acks.add(recordOf(e))
	}
	if f.isEarlyAck(e) {
		f.earlyAcks++
	}
	switch {
	case e.Kind < trace.Sent:
		f.onWorld(e)
	case e.Kind >= trace.Booted && e.Kind <= trace.RoleChanged:
		f.onElection(e)
	case e.Kind >= trace.PhaseChanged && e.Kind <= trace.LeaderLost:
		f.onZab(e)
	case e.Kind >= trace.ClientState && e.Kind <= trace.EventSeen:
		f.onClient(e)
	}
}

func (f *facts) onWorld(e *trace.Event) {
	s := f.server(e.Peer)
	switch e.Kind {
	case trace.Cut:
		f.link(e.Peer, e.Other).cut = true
	case trace.Mended:
		*f.link(e.Peer, e.Other) = linkFacts{}
	case trace.Delayed:
		f.link(e.Peer, e.Other).delay = e.N
	case trace.Lossy:
		f.link(e.Peer, e.Other).loss = e.N
	}
	if s == nil {
		return
	}
	switch e.Kind {
	case trace.Crashed:
		f.crashes++
		s.crash(e.N != 0)
	case trace.Paused, trace.Resumed:
		s.paused = e.Kind == trace.Paused
	case trace.Wiped:
		f.wipes++
		*s = serverFacts{role: zk.Down}
	}
}

// crash keeps what the disk keeps. A power loss may leave less than was written, never less than
// was synced; what really stayed shows at the next boot.
func (s *serverFacts) crash(power bool) {
	kept := serverFacts{
		role: zk.Down, vote: s.vote, reason: s.reason, round: s.round, accepted: s.accepted,
		current: s.current, last: s.last, durable: s.durable, done: s.done, log: s.log,
		durableEpoch: s.durableEpoch, durablePromise: s.durablePromise,
	}
	if power {
		kept.last, kept.current, kept.accepted = s.durable, s.durableEpoch, s.durablePromise
		kept.log = cutLog(s.log, s.durable)
	}
	*s = kept
}

func (f *facts) onElection(e *trace.Event) {
	s := f.server(e.Node)
	if s == nil {
		return
	}
	switch e.Kind {
	case trace.Booted:
		*s = serverFacts{
			up: true, role: e.Role, current: e.Epoch, accepted: zk.Epoch(e.N), last: e.Zxid,
			durable: e.Zxid, durableEpoch: e.Epoch, durablePromise: zk.Epoch(e.N),
			log: cutLog(s.log, e.Zxid),
		}
	case trace.RoundStarted:
		s.round, s.vote, s.reason = uint64(e.N), e.Vote, zk.NoWhy
	case trace.VoteChanged:
		s.round, s.vote, s.reason = uint64(e.N), e.Vote, e.Why
	case trace.Elected:
		s.vote = e.Vote
	case trace.RoleChanged:
		s.role, s.leader = e.Role, e.Peer
		if e.Role == zk.Leading {
			s.leader = e.Node
		}
		if e.Role == zk.Looking {
			s.phase = zk.Election
		}
	}
}

func (f *facts) onZab(e *trace.Event) {
	s := f.server(e.Node)
	if s == nil {
		return
	}
	switch e.Kind {
	case trace.PhaseChanged:
		s.phase = e.Phase
	case trace.EpochAccepted:
		s.accepted = e.Epoch
	case trace.EpochEntered:
		s.current = e.Epoch
	case trace.Logged:
		s.last, s.log = e.Zxid, extendLog(s.log, e.Zxid)
	case trace.Truncated:
		s.last, s.durable = e.Zxid, min(s.durable, e.Zxid)
		s.log = cutLog(s.log, e.Zxid)
	case trace.SnapTaken:
		s.last, s.done = e.Zxid, e.Zxid
		if l := f.server(s.leader); l != nil {
			s.log = cutLog(l.log, e.Zxid)
		}
	case trace.Durable:
		s.durable = e.Zxid
		s.durableEpoch, s.durablePromise = e.Epoch, zk.Epoch(e.N)
	case trace.Committed:
		s.done = e.Zxid
		if e.Why == zk.QuorumAcked {
			f.acks.add(recordOf(e))
		}
	case trace.Acked:
		f.acks.add(recordOf(e))
	case trace.Established:
		f.epochs = append(f.epochs, epochLeader{e.Epoch, e.Node})
	}
}

func (f *facts) onClient(e *trace.Event) {
	c := f.client(e.Node)
	if c == nil {
		return
	}
	switch e.Kind {
	case trace.ClientState:
		c.made, c.state, c.server, c.session = true, e.N, e.Peer, e.Sess
	case trace.Returned:
		c.op, c.err, c.zxid = e.N, e.Path, e.Zxid
		c.reply, _ = e.Msg.(*step.ToClient)
		if c.reply != nil && c.reply.Err == zk.OK && c.reply.Op.IsWrite() {
			f.acked = append(f.acked, e.Zxid)
		}
	}
}

// extendLog returns the log with z at its end.
func extendLog(log []zk.Zxid, z zk.Zxid) []zk.Zxid {
	if n := len(log); n > 0 && log[n-1].Epoch() == z.Epoch() {
		log = log[:n-1]
	}
	return append(slices.Clip(log), z)
}

// cutLog returns the log with nothing after z. Within an epoch a log holds every counter up to its
// last, so the last zxid of each epoch says all.
func cutLog(log []zk.Zxid, z zk.Zxid) []zk.Zxid {
	var kept []zk.Zxid
	for _, last := range log {
		if last <= z {
			kept = append(kept, last)
			continue
		}
		if last.Epoch() == z.Epoch() && z.Counter() > 0 {
			kept = append(kept, z)
		}
		break
	}
	return kept
}

func logHas(log []zk.Zxid, z zk.Zxid) bool {
	for _, last := range log {
		if last.Epoch() == z.Epoch() {
			return z <= last
		}
	}
	return false
}

// leader returns the server that leads in BROADCAST with a synced quorum, the one of the latest
// epoch if there are two, 0 for none.
func (f *facts) leader() zk.ServerID {
	var best zk.ServerID
	for id := range f.voters.All() {
		s := &f.servers[id]
		if !s.up || s.role != zk.Leading || s.phase != zk.Broadcast {
			continue
		}
		if !f.synced(id, false).HasMajority(f.voters) {
			continue
		}
		if best == 0 || s.current > f.servers[best].current {
			best = id
		}
	}
	return best
}

// synced returns the voters that follow the leader in BROADCAST, itself included. When reachable is
// true, only those count that run and can talk with the leader now.
func (f *facts) synced(leader zk.ServerID, reachable bool) zk.ServerSet {
	var set zk.ServerSet
	if !reachable || !f.servers[leader].paused {
		set = zk.SetOf(leader)
	}
	for id := range f.voters.Without(leader).All() {
		s := &f.servers[id]
		if !s.up || s.role != zk.Following || s.phase != zk.Broadcast || s.leader != leader {
			continue
		}
		if reachable && (s.paused || f.link(id, leader).cut || f.link(leader, id).cut) {
			continue
		}
		set = set.With(id)
	}
	return set
}

// available reports whether a write would succeed now.
func (f *facts) available() bool {
	l := f.leader()
	return l != 0 && f.synced(l, true).HasMajority(f.voters)
}

// epoch returns the leader's epoch, or without a leader the highest currentEpoch of a running
// server.
func (f *facts) epoch() zk.Epoch {
	if l := f.leader(); l != 0 {
		return f.servers[l].current
	}
	var highest zk.Epoch
	for i := range f.servers {
		if f.servers[i].up {
			highest = max(highest, f.servers[i].current)
		}
	}
	return highest
}

// committed returns the highest zxid that any running server knows to be committed.
func (f *facts) committed() zk.Zxid {
	var highest zk.Zxid
	for i := range f.servers {
		if f.servers[i].up {
			highest = max(highest, f.servers[i].done)
		}
	}
	return highest
}

// leadersPerEpoch returns the largest number of servers that led one epoch.
func (f *facts) leadersPerEpoch() int {
	most := 0
	for i, e := range f.epochs {
		set := zk.SetOf(e.leader)
		for _, o := range f.epochs[:i] {
			if o.epoch == e.epoch {
				set = set.With(o.leader)
			}
		}
		most = max(most, set.Len())
	}
	return most
}

// lostAcked returns how many acknowledged writes the leader does not have, 0 without a leader.
func (f *facts) lostAcked() int {
	l := f.leader()
	if l == 0 {
		return 0
	}
	lost := 0
	for _, z := range f.acked {
		if !logHas(f.servers[l].log, z) {
			lost++
		}
	}
	return lost
}
