package zab

import (
	"slices"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// Leader is the role of the elected server: it agrees on a new epoch with a quorum, brings every
// learner to its own history, and then orders all writes.
type Leader struct {
	cfg   *Config
	Phase zk.Phase
	Epoch zk.Epoch // the new epoch, 0 until a quorum has said what it accepted
	Gone  zk.Why   // why leading is over; NoWhy while it is not

	informed  zk.ServerSet // voters whose acceptedEpoch is known
	maxEpoch  zk.Epoch
	acked     zk.ServerSet // voters that promised the epoch
	synced    zk.ServerSet // voters that acknowledged NEWLEADER
	learners  []learnerOf
	open      outstanding
	counter   uint32
	selfEpoch uint64     // seq of the write of our own acceptedEpoch
	selfEnter uint64     // seq of the write of our own currentEpoch
	deadline  zk.Instant // for the phase, Never in broadcast
	nextBeat  zk.Instant
	halfTick  bool
	syncs     []pendingSync
}

// learnerOf is what the leader knows of one connected learner.
type learnerOf struct {
	id       zk.ServerID
	observer bool
	informed bool // FOLLOWERINFO came
	promised bool // ACKEPOCH came
	queued   bool // its history is on the way: it gets every new proposal
	active   bool // it acknowledged NEWLEADER
	info     step.Message
	heardAt  zk.Instant
}

// pendingSync is a sync that waits for the last transaction proposed before it.
type pendingSync struct {
	zxid    zk.Zxid
	learner zk.ServerID
	session zk.SessionID
	number  uint64
}

// NewLeader starts leading: the leader is the first to inform itself.
func NewLeader(cfg *Config, r *Replica, s *step.Scribe) *Leader {
	l := &Leader{
		cfg: cfg, Phase: zk.Discovery, deadline: s.Now.Add(cfg.ticks(cfg.InitLimit)),
		nextBeat: s.Now.Add(cfg.TickTime / 2),
	}
	s.Emit(trace.Event{Kind: trace.PhaseChanged, Phase: zk.Discovery, Role: zk.Leading})
	l.inform(r, s, cfg.Self, r.Promised())
	return l
}

// Clone returns an independent copy.
func (l *Leader) Clone(cfg *Config) *Leader {
	c := *l
	c.cfg = cfg
	c.learners = slices.Clone(l.learners)
	c.open = l.open.clone()
	c.syncs = slices.Clone(l.syncs)
	return &c
}

// Established reports whether a quorum has acknowledged NEWLEADER: the leader serves.
func (l *Leader) Established() bool { return l.Phase == zk.Broadcast }

// Outstanding returns the number of proposals that are not committed.
func (l *Leader) Outstanding() int { return l.open.len() }

// Learners counts those who are connected to a leader.
type Learners struct {
	Connected int
	Followers int // that are synchronized
	Observers int // that are synchronized
	Syncs     int // sync requests that wait
}

// Learners returns who is connected now.
func (l *Leader) Learners() Learners {
	n := Learners{Connected: len(l.learners), Syncs: len(l.syncs)}
	for i := range l.learners {
		switch f := &l.learners[i]; {
		case f.active && f.observer:
			n.Observers++
		case f.active:
			n.Followers++
		}
	}
	return n
}

// WakeAt returns the earliest deadline.
func (l *Leader) WakeAt() zk.Instant { return min(l.deadline, l.nextBeat) }

// OnLink takes a learner's new connection. A second one replaces the first.
func (l *Leader) OnLink(s *step.Scribe, from zk.ServerID) {
	l.drop(from)
	at, _ := slices.BinarySearchFunc(l.learners, from, compareLearner)
	l.learners = slices.Insert(l.learners, at, learnerOf{
		id: from, observer: !l.cfg.Voters.Has(from), heardAt: s.Now,
	})
}

// OnLinkDown forgets a learner whose connection is gone.
func (l *Leader) OnLinkDown(from zk.ServerID) { l.drop(from) }

// OnMessage takes one message of a learner; types that no learner sends are refused.
func (l *Leader) OnMessage(r *Replica, s *step.Scribe, m *step.Message) {
	f := l.learner(m.From)
	if f == nil {
		return // its connection was closed; this was already on the way
	}
	f.heardAt = s.Now
	switch m.Type {
	case zk.FollowerInfo, zk.ObserverInfo:
		l.onInfo(r, s, f, m)
	case zk.AckEpoch:
		l.onAckEpoch(r, s, f, m)
	case zk.Ack:
		l.onAck(r, s, f, m)
	case zk.Ping:
	default:
		l.Refuse(s, m, zk.WrongOrder)
	}
}

// Refuse closes the connection that brought m.
func (l *Leader) Refuse(s *step.Scribe, m *step.Message, why zk.Why) {
	s.Emit(trace.Event{Kind: trace.Refused, Peer: m.From, Type: m.Type, Why: why})
	s.Out.Links = append(s.Out.Links, step.Link{Peer: m.From, Chan: zk.QuorumChannel})
	l.drop(m.From)
}

func (l *Leader) onInfo(r *Replica, s *step.Scribe, f *learnerOf, m *step.Message) {
	if f.informed {
		l.Refuse(s, m, zk.WrongOrder)
		return
	}
	if m.Epoch.IsAbsurd(r.Accepted) {
		l.Refuse(s, m, zk.BadMessage)
		return
	}
	f.informed = true
	if l.Epoch == 0 {
		l.inform(r, s, m.From, m.Epoch)
		return
	}
	if m.Epoch > l.Epoch && !l.cfg.Quirks.Has(zk.QuirkIgnoreEpoch) {
		l.Gone = zk.OldEpoch // it promised a later epoch and could never join ours
		return
	}
	if l.acked.Has(l.cfg.Self) {
		l.sendLeaderInfo(s, f.id)
	}
}

// inform counts one acceptedEpoch. When a quorum, the leader among it, has been heard, the new
// epoch is one above the largest, and the leader is the first to promise it.
func (l *Leader) inform(r *Replica, s *step.Scribe, from zk.ServerID, accepted zk.Epoch) {
	l.maxEpoch = max(l.maxEpoch, accepted)
	if l.cfg.Voters.Has(from) {
		l.informed = l.informed.With(from)
	}
	if !l.informed.Has(l.cfg.Self) || !l.cfg.isQuorum(l.informed) {
		return
	}
	l.Epoch = l.maxEpoch + 1
	if l.cfg.Quirks.Has(zk.QuirkIgnoreEpoch) {
		l.Epoch = max(1, l.maxEpoch)
	}
	s.Emit(trace.Event{Kind: trace.EpochProposed, Epoch: l.Epoch, Set: l.informed})
	r.Accept(s, l.Epoch, l.cfg.Self)
	l.selfEpoch = r.Seq()
}

// promise offers the epoch to all who informed us, now that our own promise is durable.
func (l *Leader) promise(r *Replica, s *step.Scribe) {
	l.acked = l.acked.With(l.cfg.Self)
	for i := range l.learners {
		if l.learners[i].informed {
			l.sendLeaderInfo(s, l.learners[i].id)
		}
	}
	l.enterSync(r, s)
}

func (l *Leader) sendLeaderInfo(s *step.Scribe, to zk.ServerID) {
	s.Send(step.Message{Type: zk.LeaderInfo, To: to, Epoch: l.Epoch})
}

func (l *Leader) onAckEpoch(r *Replica, s *step.Scribe, f *learnerOf, m *step.Message) {
	if l.Epoch == 0 || f.promised {
		l.Refuse(s, m, zk.WrongOrder)
		return
	}
	if !m.NoVote && l.isFresher(r, m) {
		l.Refuse(s, m, zk.FresherLearner)
		return
	}
	f.promised = true
	f.info = *m
	if l.Phase != zk.Discovery {
		l.synchronize(r, s, f)
		return
	}
	if !m.NoVote && !f.observer {
		l.acked = l.acked.With(f.id)
	}
	l.enterSync(r, s)
}

func (l *Leader) isFresher(r *Replica, m *step.Message) bool {
	if l.cfg.Quirks.Has(zk.QuirkElectByID) {
		return false // with this mistake nobody looks at histories
	}
	return m.Epoch > r.Current || m.Epoch == r.Current && m.Zxid > r.LastLogged()
}

// enterSync leaves discovery once a quorum, the leader's own durable promise among it, has
// promised the epoch. From here on the whole log of the leader is the initial history.
func (l *Leader) enterSync(r *Replica, s *step.Scribe) {
	if l.Phase != zk.Discovery || !l.acked.Has(l.cfg.Self) || !l.cfg.isQuorum(l.acked) {
		return
	}
	l.Phase = zk.Synchronization
	l.deadline = s.Now.Add(l.cfg.ticks(l.cfg.InitLimit))
	s.Emit(trace.Event{Kind: trace.PhaseChanged, Phase: l.Phase, Role: zk.Leading})
	r.Enter(s, l.Epoch)
	l.selfEnter = r.Seq()
	r.StartPreparing()
	l.counter = l.cfg.CounterStart
	for i := range l.learners {
		if l.learners[i].promised {
			l.synchronize(r, s, &l.learners[i])
		}
	}
}

// OnDurable tells the leader that its disk has caught up: its promise, its epoch and its own ACKs
// count only now.
func (l *Leader) OnDurable(r *Replica, s *step.Scribe) {
	if l.Epoch != 0 && !l.acked.Has(l.cfg.Self) && r.synced >= l.selfEpoch {
		l.promise(r, s)
	}
	if l.Phase == zk.Synchronization && r.synced >= l.selfEnter {
		l.countSynced(r, s, l.cfg.Self)
	}
	if l.Phase == zk.Broadcast {
		l.countAcks(r, s, l.cfg.Self, r.LastDurable())
	}
}

// synchronize queues everything that brings the learner to our history, then NEWLEADER. From here
// on it receives every new proposal.
func (l *Leader) synchronize(r *Replica, s *step.Scribe, f *learnerOf) {
	base, window := l.window(r)
	c := chooseSync(syncInput{
		last: f.info.Zxid, floor: f.info.Floor, damaged: f.info.State == zk.Down,
		forced:    l.cfg.ForceSnapSync,
		committed: l.commitPoint(r), base: base, window: window,
		careless: l.cfg.Quirks.Has(zk.QuirkDiffWithoutTruncCheck),
	})
	if c.kind != zk.Diff {
		l.forgetAcks(f.id) // what it had on disk is about to go
	}
	tail := r.passesOn(r.After(c.after))
	s.Emit(trace.Event{
		Kind: trace.SyncChosen, Peer: f.id, Type: c.kind, Zxid: c.zxid, Last: f.info.Zxid,
		N: int64(len(tail)), Why: c.why,
	})
	first := step.Message{Type: c.kind, To: f.id, Zxid: c.zxid}
	if c.kind == zk.Snap {
		first.Snap = l.snapshot(r)
		if l.cfg.Quirks.Has(zk.QuirkSnapLabelAfterQueueing) {
			first.Snap.SetZxid(r.LastLogged())
		}
		first.Zxid = first.Snap.Zxid()
		tail = r.After(first.Zxid)
	}
	s.Send(first)
	l.sendHistory(r, s, f, tail)
	s.Send(step.Message{
		Type: zk.NewLeader, To: f.id, Epoch: l.Epoch, Zxid: zk.MakeZxid(l.Epoch, 0),
	})
	f.queued = true
}

func (l *Leader) forgetAcks(id zk.ServerID) {
	open := l.open.all()
	for i := range open {
		open[i].acks = open[i].acks.Without(id)
	}
}

// commitPoint is what a learner may commit once it is synchronized: the whole initial history
// before the leader serves, what is committed afterwards.
func (l *Leader) commitPoint(r *Replica) zk.Zxid {
	if l.Phase == zk.Broadcast {
		return r.Committed
	}
	return r.LastLogged()
}

// window returns the log that memory still has, at most commitLogCount committed transactions and
// the open proposals.
func (l *Leader) window(r *Replica) (base zk.Zxid, window []zk.Zxid) {
	base = r.Floor()
	for _, t := range r.passesOn(r.log) {
		window = append(window, t.Zxid)
	}
	if extra := len(window) - l.open.len() - l.cfg.CommitLogCount; extra > 0 {
		base, window = window[extra-1], window[extra:]
	}
	return base, window
}

func (l *Leader) sendHistory(r *Replica, s *step.Scribe, f *learnerOf, tail []*zk.Txn) {
	for _, t := range tail {
		committed := l.Phase != zk.Broadcast || t.Zxid <= r.Committed
		if f.observer {
			if committed {
				s.Send(step.Message{Type: zk.Inform, To: f.id, Zxid: t.Zxid, Txns: []zk.Txn{*t}})
			}
			continue
		}
		s.Send(step.Message{Type: zk.Proposal, To: f.id, Zxid: t.Zxid, Txns: []zk.Txn{*t}})
		if committed {
			s.Send(step.Message{Type: zk.Commit, To: f.id, Zxid: t.Zxid})
		}
	}
}

func (l *Leader) onAck(r *Replica, s *step.Scribe, f *learnerOf, m *step.Message) {
	if m.Zxid.Counter() == 0 {
		l.onAckNewLeader(r, s, f, m)
		return
	}
	if !f.active || f.observer {
		l.Refuse(s, m, zk.WrongOrder)
		return
	}
	l.countAcks(r, s, f.id, m.Zxid)
}

func (l *Leader) onAckNewLeader(r *Replica, s *step.Scribe, f *learnerOf, m *step.Message) {
	if m.Zxid.Epoch() != l.Epoch || !f.queued {
		l.Refuse(s, m, zk.OldEpoch)
		return
	}
	f.active = true
	if l.Phase == zk.Broadcast {
		s.Emit(trace.Event{
			Kind: trace.LearnerSynced, Peer: f.id, Epoch: l.Epoch, Set: l.synced.With(f.id),
		})
		s.Send(step.Message{Type: zk.UpToDate, To: f.id, Epoch: l.Epoch})
		return
	}
	l.countSynced(r, s, f.id)
}

// countSynced counts one acknowledgement of NEWLEADER. A quorum establishes the leader: its whole
// history is committed, and it serves.
func (l *Leader) countSynced(r *Replica, s *step.Scribe, from zk.ServerID) {
	if l.Phase != zk.Synchronization || l.synced.Has(from) {
		return
	}
	if l.cfg.Voters.Has(from) {
		l.synced = l.synced.With(from)
	}
	s.Emit(trace.Event{Kind: trace.LearnerSynced, Peer: from, Epoch: l.Epoch, Set: l.synced})
	if !l.synced.Has(l.cfg.Self) || !l.cfg.isQuorum(l.synced) {
		return
	}
	l.establish(r, s)
}

func (l *Leader) establish(r *Replica, s *step.Scribe) {
	l.Phase, l.deadline = zk.Broadcast, zk.Never
	history := r.LastLogged()
	cause := s.Emit(trace.Event{
		Kind: trace.Established, Epoch: l.Epoch, Zxid: history, Set: l.synced,
	})
	s.Emit(trace.Event{
		Kind: trace.PhaseChanged, Cause: cause, Phase: l.Phase, Role: zk.Leading,
	})
	r.CommitTo(s, history, trace.Event{Cause: cause, Set: l.synced, Why: zk.InitialHistory})
	for i := range l.learners {
		if l.learners[i].active {
			s.Send(step.Message{
				Type: zk.UpToDate, To: l.learners[i].id, Epoch: l.Epoch, Cause: cause,
			})
		}
	}
}

// NextZxid returns the zxid of the next proposal, and false when the counter is used up: then
// leading is over, since only an election raises the epoch (ZOOKEEPER-1277).
func (l *Leader) NextZxid() (zk.Zxid, bool) {
	if l.counter >= zk.CounterMax {
		l.Gone = zk.CounterRollover
		return 0, false
	}
	return zk.MakeZxid(l.Epoch, l.counter+1), true
}

// Propose sends a transaction with the zxid of NextZxid to all learners and to the own disk.
func (l *Leader) Propose(r *Replica, s *step.Scribe, txn zk.Txn) {
	l.counter++
	step.Assert(txn.Zxid == zk.MakeZxid(l.Epoch, l.counter), "ZxidDense")
	txns := []zk.Txn{txn}
	cause := s.Emit(trace.Event{
		Kind: trace.Proposed, Zxid: txn.Zxid, Txn: &txns[0], Sess: txn.Session,
	})
	l.open.push(proposal{txn: &txns[0], at: s.Now})
	for i := range l.learners {
		f := &l.learners[i]
		if f.queued && !f.observer {
			s.Send(step.Message{
				Type: zk.Proposal, To: f.id, Zxid: txn.Zxid, Txns: txns, Cause: cause,
			})
		}
	}
	r.Append(s, txns)
}

// countAcks counts from's word that it has everything up to z on disk.
func (l *Leader) countAcks(r *Replica, s *step.Scribe, from zk.ServerID, z zk.Zxid) {
	open := l.open.all()
	var acks zk.ServerSet
	var last zk.Zxid
	for i := range open {
		if open[i].txn.Zxid > z {
			break
		}
		if !open[i].acks.Has(from) {
			open[i].acks = open[i].acks.With(from)
			acks, last = open[i].acks, open[i].txn.Zxid
		}
	}
	if last == 0 {
		return // all of it was committed before
	}
	cause := s.Emit(trace.Event{Kind: trace.Acked, Zxid: last, Peer: from, Set: acks})
	l.commitReady(r, s, cause)
}

// commitReady commits from the front, in order: a later transaction never overtakes an earlier one.
func (l *Leader) commitReady(r *Replica, s *step.Scribe, cause trace.Ref) {
	from := r.Committed
	for l.open.len() > 0 {
		p := &l.open.all()[0]
		if !l.cfg.isQuorum(p.acks) {
			break
		}
		z := p.txn.Zxid
		r.CommitTo(s, z, trace.Event{Cause: cause, Set: p.acks, Why: zk.QuorumAcked})
		l.open.pop()
		if len(l.syncs) > 0 && l.syncs[0].zxid <= z { // before a COMMIT of anything later
			l.announce(r, s, from)
			l.answerSyncs(r, s)
			from = z
		}
	}
	if r.Committed > from {
		l.announce(r, s, from)
	}
}

// announce tells followers the new committed zxid and observers the transactions themselves.
func (l *Leader) announce(r *Replica, s *step.Scribe, from zk.Zxid) {
	cause := s.Out.Trace[len(s.Out.Trace)-1].Ref
	for i := range l.learners {
		f := &l.learners[i]
		if !f.queued {
			continue
		}
		if !f.observer {
			s.Send(step.Message{Type: zk.Commit, To: f.id, Zxid: r.Committed, Cause: cause})
			continue
		}
		for _, t := range r.After(from) {
			if t.Zxid <= r.Committed {
				s.Send(step.Message{
					Type: zk.Inform, To: f.id, Zxid: t.Zxid, Txns: []zk.Txn{*t}, Cause: cause,
				})
			}
		}
	}
}

// Sync answers a learner's sync after everything proposed so far is committed; the FIFO link then
// brings the COMMITs first.
func (l *Leader) Sync(r *Replica, s *step.Scribe, m *step.Message) {
	p := pendingSync{
		zxid: r.LastLogged(), learner: m.From, session: m.Req.Session, number: m.Round,
	}
	if p.zxid <= r.Committed {
		l.answerSync(s, p)
		return
	}
	l.syncs = append(l.syncs, p)
}

func (l *Leader) answerSyncs(r *Replica, s *step.Scribe) {
	for len(l.syncs) > 0 && l.syncs[0].zxid <= r.Committed {
		l.answerSync(s, l.syncs[0])
		l.syncs = slices.Delete(l.syncs, 0, 1)
	}
}

func (l *Leader) answerSync(s *step.Scribe, p pendingSync) {
	s.Send(step.Message{
		Type: zk.Sync, To: p.learner, Round: p.number,
		Sess: []zk.SessionTouch{{Session: p.session}},
	})
}

// OnWake beats: PING every half tick, and on every second beat the question whether a majority is
// still there.
func (l *Leader) OnWake(r *Replica, s *step.Scribe) {
	if s.Now >= l.deadline {
		l.Gone = zk.EpochTimeout
		if l.Phase == zk.Synchronization {
			l.Gone = zk.SyncTimeout
		}
		return
	}
	if s.Now < l.nextBeat {
		return
	}
	l.nextBeat = s.Now.Add(l.cfg.TickTime / 2)
	l.halfTick = !l.halfTick
	l.dropSilent(s)
	for i := range l.learners {
		if l.learners[i].queued {
			s.Send(step.Message{Type: zk.Ping, To: l.learners[i].id, Zxid: r.Committed})
		}
	}
	if l.Phase == zk.Broadcast && !l.halfTick {
		l.checkQuorum()
	}
}

func (l *Leader) checkQuorum() {
	present := zk.SetOf(l.cfg.Self)
	for i := range l.learners {
		if l.learners[i].active {
			present = present.With(l.learners[i].id)
		}
	}
	if !l.cfg.isQuorum(present) {
		l.Gone = zk.LostQuorum
	}
}

// dropSilent closes the connections of learners that said nothing for syncLimit ticks (initLimit
// while they synchronize), or whose oldest missing ACK is older than that.
func (l *Leader) dropSilent(s *step.Scribe) {
	for i := 0; i < len(l.learners); {
		f := &l.learners[i]
		limit := l.cfg.ticks(l.cfg.InitLimit + l.cfg.SyncLimit)
		if f.active {
			limit = l.cfg.ticks(l.cfg.SyncLimit)
		}
		if s.Now.Sub(f.heardAt) < limit && !l.isLate(s, f) {
			i++
			continue
		}
		s.Emit(trace.Event{Kind: trace.LinkDown, Peer: f.id, N: 1, Why: zk.LostLeader})
		s.Out.Links = append(s.Out.Links, step.Link{Peer: f.id, Chan: zk.QuorumChannel})
		l.drop(f.id)
	}
}

func (l *Leader) isLate(s *step.Scribe, f *learnerOf) bool {
	if !f.active || f.observer {
		return false
	}
	open := l.open.all()
	for i := range open {
		if s.Now.Sub(open[i].at) < l.cfg.ticks(l.cfg.SyncLimit) {
			return false
		}
		if !open[i].acks.Has(f.id) {
			return true
		}
	}
	return false
}

// Close closes every learner's connection: leading is over.
func (l *Leader) Close(s *step.Scribe) {
	for i := range l.learners {
		s.Out.Links = append(s.Out.Links,
			step.Link{Peer: l.learners[i].id, Chan: zk.QuorumChannel})
	}
	l.learners = nil
}

func (l *Leader) learner(id zk.ServerID) *learnerOf {
	at, ok := slices.BinarySearchFunc(l.learners, id, compareLearner)
	if !ok {
		return nil
	}
	return &l.learners[at]
}

func (l *Leader) drop(id zk.ServerID) {
	if at, ok := slices.BinarySearchFunc(l.learners, id, compareLearner); ok {
		l.learners = slices.Delete(l.learners, at, at+1)
	}
}

func compareLearner(l learnerOf, id zk.ServerID) int { return int(l.id) - int(id) }

// IsLearner reports whether id is connected and synchronized enough to be told things.
func (l *Leader) IsLearner(id zk.ServerID) bool {
	f := l.learner(id)
	return f != nil && f.active
}

// Hash folds all state that can affect the future with mix; instants count from now.
func (l *Leader) Hash(h uint64, now zk.Instant, mix func(h, x uint64) uint64) uint64 {
	h = mix(h, uint64(l.Phase)<<40|uint64(l.Epoch))
	h = mix(h, uint64(l.informed))
	h = mix(h, uint64(l.acked)^uint64(l.synced)<<1)
	h = mix(h, uint64(l.counter)<<32|uint64(l.maxEpoch))
	h = mix(h, l.deadline.Until(now)^l.nextBeat.Until(now)<<1)
	h = mix(h, l.selfEpoch<<33^l.selfEnter<<1^bit(l.halfTick))
	for _, p := range l.open.all() {
		h = mix(h, uint64(p.txn.Zxid))
		h = mix(h, uint64(p.acks))
		h = mix(h, p.at.Until(now))
	}
	for i := range l.learners {
		f := &l.learners[i]
		h = mix(h, uint64(f.id)<<8|bit(f.informed)<<3|bit(f.promised)<<2|
			bit(f.queued)<<1|bit(f.active))
		h = mix(h, f.heardAt.Until(now))
		h = mix(h, uint64(f.info.Zxid)^uint64(f.info.Floor)<<1^uint64(f.info.State)<<56)
	}
	for _, p := range l.syncs {
		h = mix(h, uint64(p.zxid)^p.number)
	}
	return h
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// snapshot returns the frozen state that stands for our history: all of it before the leader
// serves, what is committed afterwards.
func (l *Leader) snapshot(r *Replica) *tree.DB {
	if l.Phase == zk.Broadcast {
		return r.Applied.Clone()
	}
	return r.Prepared.Clone()
}
