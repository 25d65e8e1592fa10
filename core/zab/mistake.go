package zab

import (
	"slices"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// mistakes are what only quirks read. They are not in a server's archive: a server that is recorded
// has no quirks.
type mistakes struct {
	served    bool     // the replica had a role since the server started
	announced zk.Zxid  // where the last DIFF was to end
	before    zk.Zxid  // where the log ended before the last synchronization
	synced    zk.Zxid  // and where after it
	truncated bool     // a synchronization began with TRUNC
	unwritten []zk.Txn // in the log and not handed to the disk
	forgotten zk.Zxid  // proposals up to this one were outstanding at NEWLEADER; 0 from UPTODATE on
}

// syncBegins notes that a leader is about to send its history, up to z if kind is Diff.
func (m *mistakes) syncBegins(r *Replica, kind zk.MsgType, z zk.Zxid) {
	m.announced, m.before, m.synced, m.truncated = 0, r.LastLogged(), 0, kind == zk.Trunc
	if kind == zk.Diff {
		m.announced = z
	}
}

// syncEnds notes that UPTODATE has come.
func (m *mistakes) syncEnds(r *Replica) { m.synced, m.forgotten = r.LastLogged(), 0 }

// refusesToStart reports whether a crash between the history and its epoch is held against a server
// that has just started. Without the quirk a disk is read so that it cannot be.
func (r *Replica) refusesToStart() bool {
	return r.cfg.Quirks.Has(zk.QuirkStrictBootEpochCheck) && !r.mistakes.served &&
		r.Current < r.LastLogged().Epoch()
}

// remember puts transactions at the log's end, in memory only.
func (r *Replica) remember(txns []zk.Txn) {
	for i := range txns {
		r.log = append(r.log, &txns[i])
	}
	r.mistakes.unwritten = append(slices.Clip(r.mistakes.unwritten), txns...)
}

// writeRemembered hands what is only remembered to the disk.
func (r *Replica) writeRemembered(s *step.Scribe) {
	if txns := r.mistakes.unwritten; len(txns) > 0 {
		r.mistakes.unwritten = nil
		r.write(s, txns)
	}
}

// passesOn returns those of txns that a leader sends to learners: all.
func (r *Replica) passesOn(txns []*zk.Txn) []*zk.Txn {
	if !r.cfg.Quirks.Has(zk.QuirkDiffTxnNotInCommittedLog) {
		return txns
	}
	return slices.DeleteFunc(slices.Clone(txns), func(t *zk.Txn) bool {
		return t.Zxid > r.mistakes.before && t.Zxid <= r.mistakes.synced
	})
}

// before returns the zxid in front of one in the log.
func (r *Replica) before(z zk.Zxid) zk.Zxid {
	if i := len(r.log) - len(r.After(z)); i > 1 {
		return r.log[i-2].Zxid
	}
	return r.floor.Zxid()
}
