package zab

import (
	"slices"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// Replica is what one server holds, whatever its role: both epochs, the log since a frozen tree,
// the trees, and the one stream of writes to its disk. Roles come and go; the Replica stays.
//
// Accepted, Current and the log are as issued to the disk; the durable values follow with Synced.
// Trees are persistent values: Applied has every committed transaction, Prepared (on a leader) also
// those that are proposed, Floor is the frozen tree that the log starts from.
type Replica struct {
	cfg       *Config
	Accepted  zk.Epoch
	Current   zk.Epoch
	Committed zk.Zxid // highest zxid known to be committed; Applied catches up within the step
	Applied   *tree.DB
	Prepared  *tree.DB // nil unless leading
	Damaged   bool     // the disk lost something in its middle: no vote, SNAP only

	floor     *tree.DB  // frozen; its zxid is what this server can go back to
	nextFloor *tree.DB  // frozen; replaces floor when a whole window has been committed after it
	log       []*zk.Txn // after floor, in zxid order
	since     int       // committed transactions since nextFloor

	seq      uint64 // of the last write issued
	synced   uint64 // of the last write that is durable
	writes   []write
	held     []held
	saving   bool // Install's snapshot is not durable: the disk still holds what was before it
	mistakes mistakes

	durable         zk.Zxid
	durableAccepted zk.Epoch
	durableCurrent  zk.Epoch
}

// write is one issued write that is not durable yet. Invariant: seqs rise.
type write struct {
	seq   uint64
	kind  step.WriteKind
	zxid  zk.Zxid
	epoch zk.Epoch
	cause trace.Ref
}

// held is a message that waits for the disk: it leaves when Synced reaches its seq. Invariant: seqs
// rise. A crash forgets it, which is exactly what a crash does.
type held struct {
	seq uint64
	msg step.Message
}

// NewReplica returns what a server holds after reading its disk. It takes snap and log over. A nil
// snap is the empty tree.
func NewReplica(cfg *Config, snap *tree.DB, log []zk.Txn) *Replica {
	if snap == nil {
		snap = tree.New()
	}
	r := &Replica{cfg: cfg, floor: snap, Applied: snap.Clone(), Committed: snap.Zxid()}
	for i := range log {
		r.log = append(r.log, &log[i])
	}
	r.durable = r.LastLogged()
	return r
}

// Restore sets the epochs and the number of the last durable write that the disk held.
func (r *Replica) Restore(accepted, current zk.Epoch, seq uint64, damaged bool) {
	r.Accepted, r.durableAccepted = accepted, accepted
	r.Current, r.durableCurrent = current, current
	r.seq, r.synced = seq, seq
	r.Damaged = damaged
}

// Clone returns an independent copy that shares trees and transactions.
func (r *Replica) Clone(cfg *Config) *Replica {
	c := *r
	c.cfg = cfg
	c.Applied = r.Applied.Clone()
	if r.Prepared != nil {
		c.Prepared = r.Prepared.Clone()
	}
	c.log = slices.Clone(r.log)
	c.writes = slices.Clone(r.writes)
	c.held = slices.Clone(r.held)
	c.mistakes.unwritten = slices.Clone(r.mistakes.unwritten)
	return &c
}

// LastLogged returns the zxid of the last transaction issued to the log.
func (r *Replica) LastLogged() zk.Zxid {
	if len(r.log) == 0 {
		return r.floor.Zxid()
	}
	return r.log[len(r.log)-1].Zxid
}

// Reported returns the zxid that a learner says it has: what its log has, and not what its memory
// has or expects (ZOOKEEPER-2845, ZOOKEEPER-2355).
func (r *Replica) Reported() zk.Zxid {
	switch {
	case r.mistakes.served && r.cfg.Quirks.Has(zk.QuirkRetainDbWithoutFastForward):
		return r.Applied.Zxid()
	case r.cfg.Quirks.Has(zk.QuirkLastZxidSetAtDiffHeader):
		return max(r.LastLogged(), r.mistakes.announced)
	}
	return r.LastLogged()
}

// Promised returns the latest epoch that this server has promised. It is written down, because
// nothing else tells of an epoch without a transaction (ZOOKEEPER-335).
func (r *Replica) Promised() zk.Epoch {
	if r.cfg.Quirks.Has(zk.QuirkEpochFromLastZxid) {
		return r.LastLogged().Epoch()
	}
	return r.Accepted
}

// LastDurable returns the zxid of the last transaction on disk.
func (r *Replica) LastDurable() zk.Zxid { return r.durable }

// Floor returns the oldest zxid that this server can go back to.
func (r *Replica) Floor() zk.Zxid { return r.floor.Zxid() }

// Quiet reports whether every issued write is durable.
func (r *Replica) Quiet() bool { return r.synced == r.seq }

// Settled reports whether the disk holds what the replica says it has: every write is durable, and
// so is the snapshot that a leader gave. Who votes before that and then crashes has a hole in its
// history.
func (r *Replica) Settled() bool {
	quiet := r.Quiet() || r.cfg.Quirks.Has(zk.QuirkLogThreadOutlivesServer)
	return quiet && !r.saving && !r.refusesToStart()
}

// Seq returns the number of the last issued write.
func (r *Replica) Seq() uint64 { return r.seq }

// After returns the logged transactions with a zxid above z, oldest first. The caller must not
// keep the slice beyond the step.
func (r *Replica) After(z zk.Zxid) []*zk.Txn {
	i, found := slices.BinarySearchFunc(r.log, z, func(t *zk.Txn, z zk.Zxid) int {
		return compareZxid(t.Zxid, z)
	})
	if found {
		i++
	}
	return r.log[i:]
}

func compareZxid(a, b zk.Zxid) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Append hands transactions to the log's end.
func (r *Replica) Append(s *step.Scribe, txns []zk.Txn) {
	if r.cfg.Quirks.Has(zk.QuirkApplyBeforeOwnLog) && !r.Quiet() {
		r.keepFromDisk(txns)
		return
	}
	r.writeKept(s)
	for i := range txns {
		r.log = append(r.log, &txns[i])
	}
	r.write(s, txns)
}

// write hands to the disk what the log has in memory.
func (r *Replica) write(s *step.Scribe, txns []zk.Txn) {
	cause := trace.Ref{}
	for i := range txns {
		t := &txns[i]
		cause = s.Emit(trace.Event{Kind: trace.Logged, Zxid: t.Zxid, Txn: t, Sess: t.Session})
	}
	last := txns[len(txns)-1].Zxid
	r.issue(s, step.Write{Kind: step.AppendTxns, Zxid: last, Txns: txns}, cause)
}

// Truncate cuts the log behind z. If committed state above z was already applied, the trees are
// rebuilt from the floor.
func (r *Replica) Truncate(s *step.Scribe, z zk.Zxid) {
	step.Assert(z >= r.floor.Zxid(), "TruncateAboveFloor")
	last := r.LastLogged()
	r.log = r.log[:len(r.log)-len(r.After(z))]
	cause := s.Emit(trace.Event{Kind: trace.Truncated, Zxid: z, Last: last})
	r.issue(s, step.Write{Kind: step.TruncateAfter, Zxid: z}, cause)
	if r.Applied.Zxid() > z {
		r.rebuild(z)
		r.TellSessions(s, cause)
	}
}

func (r *Replica) rebuild(z zk.Zxid) {
	r.Applied = r.floor.Clone()
	r.nextFloor, r.since = nil, 0
	for _, t := range r.log {
		if t.Zxid <= z {
			r.Applied.Apply(t, nil)
		}
	}
	r.Committed = r.Applied.Zxid()
}

// TellSessions writes that each session of the tree is in the table, after the tree was replaced.
func (r *Replica) TellSessions(s *step.Scribe, cause trace.Ref) {
	for session := range r.Applied.Sessions() {
		s.Emit(trace.Event{
			Kind: trace.SessionOpened, Cause: cause, Sess: session.ID, N: int64(session.TimeoutMs),
			Zxid: r.Applied.Zxid(), Peer: zk.ServerID(uint64(session.ID) >> 56),
		})
	}
}

// Install replaces everything by a leader's snapshot. The log stays empty until it is durable.
func (r *Replica) Install(s *step.Scribe, snap *tree.DB, z zk.Zxid) {
	r.floor, r.nextFloor, r.since = snap, nil, 0
	r.log, r.saving = nil, true
	r.Applied = snap.Clone()
	r.Committed = z
	cause := s.Emit(trace.Event{Kind: trace.SnapTaken, Zxid: z, N: int64(snap.Digest())})
	r.TellSessions(s, cause)
	if r.cfg.Quirks.Has(zk.QuirkKeepPartialSnapInMemory) {
		r.mistakes.unsaved = true
		return
	}
	r.save(s)
}

// save hands the snapshot of Install to the disk.
func (r *Replica) save(s *step.Scribe) {
	s.Out.Writes = append(s.Out.Writes, step.Write{
		Kind: step.SaveSnapshot, Zxid: r.Floor(), Epoch: r.Accepted, Snap: r.floor,
	})
}

// Installed notes that the snapshot of Install is durable and stands for the whole log. It reports
// whether z is that snapshot.
func (r *Replica) Installed(s *step.Scribe, z zk.Zxid) bool {
	if !r.saving || z != r.Floor() {
		return false
	}
	r.durable, r.saving = z, false
	r.mend()
	r.emitDurable(s, trace.Ref{})
	return true
}

// mend gives a damaged replica its vote again once a leader's snapshot stands for its log and
// currentEpoch is not behind it. What the disk lost may have been of a later epoch than that which
// is left: voting with the latter and the new history, it would lose to a server that has the later
// epoch and lacks what was committed in it.
func (r *Replica) mend() {
	if !r.saving && r.Current >= r.Floor().Epoch() {
		r.Damaged = false
	}
}

// Accept promises epoch: acceptedEpoch goes to disk.
func (r *Replica) Accept(s *step.Scribe, epoch zk.Epoch, leader zk.ServerID) {
	r.Accepted = epoch
	cause := s.Emit(trace.Event{Kind: trace.EpochAccepted, Epoch: epoch, Peer: leader})
	r.issue(s, step.Write{Kind: step.AcceptEpoch, Epoch: epoch}, cause)
}

// Enter makes epoch the current one: currentEpoch goes to disk behind the history it stands for.
func (r *Replica) Enter(s *step.Scribe, epoch zk.Epoch) {
	step.Assert(epoch <= r.Accepted || r.cfg.Quirks != 0, "EpochOrder")
	r.Current = epoch
	cause := s.Emit(trace.Event{Kind: trace.EpochEntered, Epoch: epoch})
	r.issue(s, step.Write{Kind: step.EnterEpoch, Epoch: epoch}, cause)
	r.mend()
}

func (r *Replica) issue(s *step.Scribe, w step.Write, cause trace.Ref) {
	r.seq++
	w.Seq = r.seq
	s.Out.Writes = append(s.Out.Writes, w)
	r.writes = append(r.writes, write{
		seq: w.Seq, kind: w.Kind, zxid: w.Zxid, epoch: w.Epoch, cause: cause,
	})
}

// Hold keeps a message until everything issued so far is durable. It leaves at once when that is
// already so.
func (r *Replica) Hold(s *step.Scribe, m step.Message) {
	if r.Quiet() && len(r.mistakes.unwritten) == 0 {
		s.Send(m)
		return
	}
	seq := r.seq
	if len(r.mistakes.unwritten) > 0 {
		seq++ // of their write, which will come
	}
	r.held = append(r.held, held{seq: seq, msg: m})
}

// HoldAck is Hold for the ACK of a PROPOSAL: with the quirk it does not wait.
func (r *Replica) HoldAck(s *step.Scribe, m step.Message) {
	if r.cfg.Quirks.Has(zk.QuirkAckBeforeSync) {
		s.Send(m)
		return
	}
	r.Hold(s, m)
}

// Forget drops what waits for the disk: the role that wanted to say it is over.
func (r *Replica) Forget() {
	r.held = r.held[:0]
	r.mistakes.forgetKept(r)
	if r.cfg.Quirks.Has(zk.QuirkLogThreadOutlivesServer) {
		r.log = r.log[:len(r.log)-len(r.After(r.durable))]
	}
}

// OnSynced takes the disk's word that all writes up to seq are durable and lets go what waited for
// them. Of several ACKs in a row only the last is sent: it covers the others.
func (r *Replica) OnSynced(s *step.Scribe, seq uint64) {
	if seq <= r.synced {
		return
	}
	r.synced = min(seq, r.seq)
	n := 0
	for n < len(r.writes) && r.writes[n].seq <= r.synced {
		r.settle(&r.writes[n])
		n++
	}
	if n == 0 {
		return
	}
	durable := r.emitDurable(s, r.writes[n-1].cause)
	r.writes = slices.Delete(r.writes, 0, n)
	r.release(s, durable)
	if r.cfg.Quirks.Has(zk.QuirkApplyBeforeOwnLog) {
		r.writeKept(s)
	}
}

func (r *Replica) settle(w *write) {
	switch w.kind {
	case step.AppendTxns, step.TruncateAfter:
		r.durable = w.zxid
	case step.AcceptEpoch:
		r.durableAccepted = w.epoch
	case step.EnterEpoch:
		r.durableCurrent = w.epoch
	}
}

func (r *Replica) emitDurable(s *step.Scribe, cause trace.Ref) trace.Ref {
	return s.Emit(trace.Event{
		Kind: trace.Durable, Cause: cause, Zxid: r.durable, Epoch: r.durableCurrent,
		N: int64(r.durableAccepted),
	})
}

func (r *Replica) release(s *step.Scribe, cause trace.Ref) {
	n := 0
	for n < len(r.held) && r.held[n].seq <= r.synced {
		n++
	}
	for i := range n {
		m := &r.held[i].msg
		covered := i+1 < n && m.Type == zk.Ack && r.held[i+1].msg.Type == zk.Ack &&
			m.Zxid.Counter() != 0 && r.held[i+1].msg.Zxid >= m.Zxid
		if !covered {
			m.Cause = cause
			s.Send(*m)
		}
	}
	r.held = slices.Delete(r.held, 0, n)
}

// CommitTo raises the committed zxid to z, which must be in the log, and says why. It reports
// whether anything is new.
func (r *Replica) CommitTo(s *step.Scribe, z zk.Zxid, e trace.Event) bool {
	if z <= r.Committed {
		return false
	}
	r.Committed = z
	e.Kind, e.Zxid = trace.Committed, z
	s.Emit(e)
	return true
}

// Passed notes that txn was applied, and moves the floor by a window from time to time, so that
// the log keeps between one and two windows of committed transactions. What a multi holds counts
// one by one, so that memory knows a bound.
func (r *Replica) Passed(txn *zk.Txn) {
	r.since += max(1, len(txn.Subs))
	if r.since < r.cfg.CommitLogCount {
		return
	}
	if r.nextFloor != nil {
		r.log = slices.Clone(r.After(r.nextFloor.Zxid()))
		r.floor = r.nextFloor
	}
	r.nextFloor, r.since = r.Applied.Clone(), 0
}

// StartPreparing makes Prepared the state after the whole log.
func (r *Replica) StartPreparing() {
	r.Prepared = r.Applied.Clone()
	for _, t := range r.After(r.Applied.Zxid()) {
		r.Prepared.Apply(t, nil)
	}
}

// Hash folds all state that can affect the future with mix.
func (r *Replica) Hash(h uint64, mix func(h, x uint64) uint64) uint64 {
	h = mix(h, uint64(r.Accepted)<<32|uint64(r.Current))
	h = mix(h, uint64(r.Committed))
	h = mix(h, r.Applied.Digest())
	h = mix(h, uint64(r.floor.Zxid()))
	for _, t := range r.log {
		h = mix(h, uint64(t.Zxid)^t.Digest)
	}
	h = mix(h, r.seq)
	h = mix(h, r.synced)
	for i := range r.held {
		m := &r.held[i].msg
		h = mix(h, r.held[i].seq<<16|uint64(m.Type)<<8|uint64(m.To))
		h = mix(h, uint64(m.Zxid))
	}
	h = mix(h, uint64(r.durable))
	h = mix(h, uint64(r.since)<<2|bit(r.saving)<<1|bit(r.Damaged))
	if r.nextFloor != nil {
		h = mix(h, uint64(r.nextFloor.Zxid()))
	}
	if r.cfg.Quirks != 0 {
		h = r.mistakes.hash(h, mix)
	}
	return mix(h, uint64(r.durableAccepted)<<32|uint64(r.durableCurrent))
}
