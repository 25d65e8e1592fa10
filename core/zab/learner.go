package zab

import (
	"time"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Bounds of connecting to a leader that does not listen yet (Learner.java).
const (
	connectTriesMax  = 5
	connectRetryWait = 100 * time.Millisecond
)

// Learner is the role of a follower or an observer: it joins the elected leader's epoch, takes its
// history, and then logs and commits in its order.
type Learner struct {
	cfg      *Config
	Leader   zk.ServerID
	Observer bool
	Phase    zk.Phase
	Epoch    zk.Epoch // the leader's new epoch, 0 until LEADERINFO
	Gone     zk.Why   // why following is over; NoWhy while it is not

	linked    bool
	tries     int
	retryAt   zk.Instant
	heardAt   zk.Instant
	joinBy    zk.Instant // Never once synchronized
	synced    bool       // DIFF, TRUNC or SNAP came
	newLeader bool       // NEWLEADER came
	snapping  bool       // a SNAP is not durable yet: nothing may be logged behind it
	waiting   []zk.Txn   // what came while nothing may be logged
	commitTo  zk.Zxid    // committed, says the leader; delivered from UPTODATE on
	pingDue   bool
}

// NewLearner starts following leader: it asks for the connection.
func NewLearner(cfg *Config, r *Replica, s *step.Scribe, leader zk.ServerID) *Learner {
	l := &Learner{
		cfg: cfg, Leader: leader, Observer: !cfg.Voters.Has(cfg.Self), Phase: zk.Discovery,
		heardAt: s.Now, retryAt: zk.Never, joinBy: s.Now.Add(cfg.ticks(cfg.InitLimit)),
	}
	s.Emit(trace.Event{
		Kind: trace.PhaseChanged, Phase: zk.Discovery, Role: l.role(), Peer: leader,
	})
	l.connect(s)
	return l
}

// Clone returns an independent copy.
func (l *Learner) Clone(cfg *Config) *Learner {
	c := *l
	c.cfg = cfg
	c.waiting = append([]zk.Txn(nil), l.waiting...)
	return &c
}

// Serving reports whether UPTODATE has come: clients may be served.
func (l *Learner) Serving() bool { return l.Phase == zk.Broadcast }

// WakeAt returns the earliest deadline.
func (l *Learner) WakeAt() zk.Instant {
	return min(l.retryAt, l.joinBy, l.heardAt.Add(l.silence()))
}

// OnWake acts on deadlines that have passed.
func (l *Learner) OnWake(s *step.Scribe) {
	switch {
	case s.Now >= l.joinBy, s.Now.Sub(l.heardAt) >= l.silence():
		l.Gone = zk.LostLeader
		if !l.linked {
			l.Gone = zk.ConnectFailed
		}
	case s.Now >= l.retryAt:
		l.connect(s)
	}
}

// OnLink says that the connection to the leader is open: the learner introduces itself.
func (l *Learner) OnLink(r *Replica, s *step.Scribe) {
	l.linked, l.heardAt, l.retryAt = true, s.Now, zk.Never
	kind := zk.FollowerInfo
	if l.Observer {
		kind = zk.ObserverInfo
	}
	s.Send(step.Message{Type: kind, To: l.Leader, Epoch: r.Promised()})
}

// OnLinkDown says that the connection was refused or is gone. Until the leader has said something
// it is worth another try.
func (l *Learner) OnLinkDown(s *step.Scribe) {
	l.linked = false
	if l.Epoch != 0 {
		l.Gone = zk.LostLeader
		return
	}
	if l.tries >= connectTriesMax {
		l.Gone = zk.ConnectFailed
		return
	}
	l.retryAt = s.Now.Add(connectRetryWait)
}

// Close closes the connection: following is over.
func (l *Learner) Close(s *step.Scribe) {
	s.Out.Links = append(s.Out.Links, step.Link{Peer: l.Leader, Chan: zk.QuorumChannel})
	l.linked = false
}

// OnMessage takes one message of the leader; types that no leader sends now are refused, which
// ends following.
func (l *Learner) OnMessage(r *Replica, s *step.Scribe, m *step.Message) {
	l.heardAt = s.Now
	switch m.Type {
	case zk.LeaderInfo:
		l.onLeaderInfo(r, s, m)
	case zk.Diff, zk.Trunc, zk.Snap:
		l.onSync(r, s, m)
	case zk.Proposal:
		l.onProposal(r, s, m)
	case zk.Inform:
		l.onInform(r, s, m)
	case zk.Commit:
		l.onCommit(r, s, m)
	case zk.NewLeader:
		l.onNewLeader(r, s, m)
	case zk.UpToDate:
		l.onUpToDate(r, s, m)
	case zk.Ping:
		l.pingDue = true
	default:
		l.Refuse(s, m, zk.WrongOrder)
	}
}

// PingDue reports, once, that the leader's PING wants an answer.
func (l *Learner) PingDue() bool {
	due := l.pingDue
	l.pingDue = false
	return due
}

// Refuse gives up on a leader that sent what no leader may send here.
func (l *Learner) Refuse(s *step.Scribe, m *step.Message, why zk.Why) {
	s.Emit(trace.Event{Kind: trace.Refused, Peer: m.From, Type: m.Type, Why: why, Zxid: m.Zxid})
	l.Gone = why
}

// OnInstalled says that the leader's snapshot is durable: what came behind it may be logged.
func (l *Learner) OnInstalled(r *Replica, s *step.Scribe) {
	l.snapping = false
	if !l.postpones() {
		l.logWaiting(r, s)
	}
	if l.newLeader {
		l.acknowledge(r, s)
	}
}

// postpones reports whether what comes now is not to be logged yet: behind a SNAP that is not
// durable; and with the quirks that log a synchronization too late.
func (l *Learner) postpones() bool {
	switch q := l.cfg.Quirks; {
	case q.Has(zk.QuirkLogDiffAfterUpToDate) && l.Phase != zk.Broadcast:
		return true
	case q.Has(zk.QuirkAckNewLeaderBeforeFlush) && !l.newLeader:
		return true
	}
	return l.snapping
}

// logWaiting hands what had to wait to the log.
func (l *Learner) logWaiting(r *Replica, s *step.Scribe) {
	if len(l.waiting) > 0 {
		r.Append(s, l.waiting)
		l.waiting = nil
	}
}

// onLeaderInfo promises the epoch, durably, before it answers. A promise that was given before is
// not given again: the answer then carries no vote.
func (l *Learner) onLeaderInfo(r *Replica, s *step.Scribe, m *step.Message) {
	careless := l.cfg.Quirks.Has(zk.QuirkIgnoreEpoch)
	if l.Epoch != 0 || m.Epoch == 0 {
		l.Refuse(s, m, zk.WrongOrder)
		return
	}
	if m.Epoch.IsAbsurd(r.Accepted) {
		l.Refuse(s, m, zk.BadMessage)
		return
	}
	if m.Epoch < r.Promised() && !careless {
		l.Refuse(s, m, zk.OldEpoch)
		return
	}
	l.Epoch = m.Epoch
	noVote := (m.Epoch == r.Promised() && !careless) || r.Damaged
	if m.Epoch > r.Promised() {
		r.Accept(s, m.Epoch, l.Leader)
	}
	answer := step.Message{
		Type: zk.AckEpoch, To: l.Leader, Epoch: r.Current, NoVote: noVote,
		Zxid: r.Reported(), Floor: r.Floor(),
	}
	if r.Damaged {
		answer.State = zk.Down
	}
	r.Hold(s, answer)
	l.enter(s, zk.Synchronization)
}

func (l *Learner) onSync(r *Replica, s *step.Scribe, m *step.Message) {
	if l.Phase != zk.Synchronization || l.synced {
		l.Refuse(s, m, zk.WrongOrder)
		return
	}
	if m.Zxid.Epoch() > l.Epoch {
		l.Refuse(s, m, zk.BadMessage)
		return
	}
	l.synced = true
	l.commitTo = m.Zxid
	r.mistakes.syncBegins(r, m.Type, m.Zxid)
	if l.cfg.Quirks.Has(zk.QuirkEpochBeforeHistory) {
		r.Enter(s, l.Epoch)
	}
	switch m.Type {
	case zk.Trunc:
		l.truncate(r, s, m)
	case zk.Snap:
		if m.Snap == nil {
			l.Refuse(s, m, zk.BadMessage)
			return
		}
		l.snapping = true
		r.Install(s, m.Snap, m.Zxid)
	}
}

func (l *Learner) truncate(r *Replica, s *step.Scribe, m *step.Message) {
	if m.Zxid < r.Floor() {
		l.Refuse(s, m, zk.BelowFloor)
		return
	}
	switch {
	case l.cfg.Quirks.Has(zk.QuirkSkipTrunc):
	case l.cfg.Quirks.Has(zk.QuirkTruncOffByOne):
		r.Truncate(s, r.before(m.Zxid))
	default:
		r.Truncate(s, m.Zxid)
	}
}

func (l *Learner) onProposal(r *Replica, s *step.Scribe, m *step.Message) {
	if !l.synced || l.Observer || len(m.Txns) == 0 {
		l.Refuse(s, m, zk.WrongOrder)
		return
	}
	if !l.log(r, s, m) {
		return
	}
	if l.Phase == zk.Broadcast || l.newLeader && !l.postpones() {
		r.HoldAck(s, step.Message{Type: zk.Ack, To: l.Leader, Zxid: m.Txns[len(m.Txns)-1].Zxid})
	}
}

// log appends what a PROPOSAL or INFORM brought, in order and without a gap (ZOOKEEPER-4925).
func (l *Learner) log(r *Replica, s *step.Scribe, m *step.Message) bool {
	prev := r.LastLogged()
	if n := len(l.waiting); n > 0 {
		prev = l.waiting[n-1].Zxid
	}
	for i := range m.Txns {
		if !l.follows(m.Txns[i].Zxid, prev) {
			l.Refuse(s, m, zk.ProposalOutOfOrder)
			return false
		}
		prev = m.Txns[i].Zxid
	}
	if l.postpones() {
		l.waiting = append(l.waiting, m.Txns...)
		return true
	}
	if r.mistakes.truncated && !l.newLeader &&
		l.cfg.Quirks.Has(zk.QuirkKeepPartialTruncInMemory) {
		r.keepFromDisk(m.Txns)
		return true
	}
	l.logWaiting(r, s) // of a mistake that was switched off meanwhile
	r.Append(s, m.Txns)
	return true
}

// follows accepts the next counter of an epoch, or the first of a later one that has begun.
func (l *Learner) follows(z, prev zk.Zxid) bool {
	if l.cfg.Quirks.TakesHoles() {
		return z.Epoch() <= l.Epoch
	}
	first := l.cfg.CounterStart + 1
	return z.Epoch() <= l.Epoch &&
		(z.Follows(prev) || z.Epoch() > prev.Epoch() && z.Counter() == first)
}

// onInform is a PROPOSAL and a COMMIT in one, for observers.
func (l *Learner) onInform(r *Replica, s *step.Scribe, m *step.Message) {
	if !l.synced || !l.Observer || len(m.Txns) == 0 {
		l.Refuse(s, m, zk.WrongOrder)
		return
	}
	if l.log(r, s, m) {
		l.commit(r, s, m.Txns[len(m.Txns)-1].Zxid)
	}
}

func (l *Learner) onCommit(r *Replica, s *step.Scribe, m *step.Message) {
	if !l.synced || l.Observer {
		l.Refuse(s, m, zk.WrongOrder)
		return
	}
	last := r.LastLogged()
	if n := len(l.waiting); n > 0 {
		last = l.waiting[n-1].Zxid
	}
	if m.Zxid > last || m.Zxid <= r.mistakes.forgotten {
		l.Refuse(s, m, zk.CommitOutOfOrder)
		return
	}
	l.commit(r, s, m.Zxid)
}

// commit delivers at once in broadcast; before UPTODATE it only remembers (the histories of a
// synchronization are delivered together).
func (l *Learner) commit(r *Replica, s *step.Scribe, z zk.Zxid) {
	l.commitTo = max(l.commitTo, z)
	if l.Phase == zk.Broadcast {
		r.CommitTo(s, z, trace.Event{Why: zk.LeaderSaidSo})
	}
}

func (l *Learner) onNewLeader(r *Replica, s *step.Scribe, m *step.Message) {
	if !l.synced || l.newLeader || m.Epoch != l.Epoch {
		l.Refuse(s, m, zk.WrongOrder)
		return
	}
	l.newLeader = true
	r.writeKept(s)
	if l.cfg.Quirks.Has(zk.QuirkForgetOutstandingAtNewLeader) {
		r.mistakes.forgotten = r.LastLogged()
	}
	if !l.snapping {
		l.acknowledge(r, s)
	}
}

// acknowledge enters the epoch behind its history on disk, in this order (ZOOKEEPER-4643), and
// says so once both are durable; then it acknowledges the proposals that came meanwhile.
func (l *Learner) acknowledge(r *Replica, s *step.Scribe) {
	ack := step.Message{Type: zk.Ack, To: l.Leader, Zxid: zk.MakeZxid(l.Epoch, 0)}
	if l.cfg.Quirks.Has(zk.QuirkAsyncLogDuringSync) {
		l.acknowledgeOpen(r, s)
	}
	switch {
	case l.cfg.Quirks.Has(zk.QuirkLogDiffAfterUpToDate):
		r.Enter(s, l.Epoch)
		r.Hold(s, ack)
	case l.cfg.Quirks.Has(zk.QuirkAckNewLeaderBeforeFlush):
		r.Enter(s, l.Epoch)
		l.logWaiting(r, s)
		s.Send(ack)
	case l.cfg.Quirks.Has(zk.QuirkEpochBeforeHistory):
		s.Send(ack)
	default:
		l.logWaiting(r, s)
		r.Enter(s, l.Epoch)
		r.Hold(s, ack)
	}
	l.acknowledgeOpen(r, s)
}

// acknowledgeOpen acknowledges the logged proposals that are not committed.
func (l *Learner) acknowledgeOpen(r *Replica, s *step.Scribe) {
	if last := r.LastLogged(); last > l.commitTo && !l.Observer {
		r.HoldAck(s, step.Message{Type: zk.Ack, To: l.Leader, Zxid: last})
	}
}

func (l *Learner) onUpToDate(r *Replica, s *step.Scribe, m *step.Message) {
	if !l.newLeader || l.snapping || l.Phase == zk.Broadcast || m.Epoch != l.Epoch {
		l.Refuse(s, m, zk.WrongOrder)
		return
	}
	l.joinBy = zk.Never
	r.mistakes.syncEnds(r)
	l.enter(s, zk.Broadcast)
	if len(l.waiting) > 0 { // with the quirk that logs a DIFF only now
		l.logWaiting(r, s)
		l.acknowledgeOpen(r, s)
	}
	r.CommitTo(s, min(l.commitTo, r.LastLogged()), trace.Event{Why: zk.LeaderSaidSo})
}

func (l *Learner) enter(s *step.Scribe, p zk.Phase) {
	l.Phase = p
	s.Emit(trace.Event{Kind: trace.PhaseChanged, Phase: p, Role: l.role(), Peer: l.Leader})
}

func (l *Learner) connect(s *step.Scribe) {
	l.tries++
	l.retryAt = zk.Never
	s.Out.Links = append(s.Out.Links, step.Link{Peer: l.Leader, Chan: zk.QuorumChannel, Open: true})
}

// silence is how long the leader may say nothing.
func (l *Learner) silence() time.Duration {
	if l.Phase == zk.Broadcast {
		return l.cfg.ticks(l.cfg.SyncLimit)
	}
	return l.cfg.ticks(l.cfg.InitLimit)
}

func (l *Learner) role() zk.Role {
	if l.Observer {
		return zk.Observing
	}
	return zk.Following
}

// Hash folds all state that can affect the future with mix; instants count from now.
func (l *Learner) Hash(h uint64, now zk.Instant, mix func(h, x uint64) uint64) uint64 {
	h = mix(h, uint64(l.Leader)<<8|uint64(l.Phase)<<16|uint64(l.Epoch)<<24)
	h = mix(h, bit(l.linked)<<3|bit(l.synced)<<2|bit(l.newLeader)<<1|bit(l.snapping))
	h = mix(h, uint64(l.tries)^l.retryAt.Until(now)<<1)
	h = mix(h, l.heardAt.Until(now)^l.joinBy.Until(now)<<1)
	for i := range l.waiting {
		h = mix(h, uint64(l.waiting[i].Zxid))
	}
	return mix(h, uint64(l.commitTo))
}

// Heard notes a sign of life that is not for this role.
func (l *Learner) Heard(s *step.Scribe) { l.heardAt = s.Now }
