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
	unsaved   bool     // nor is the leader's snapshot
	forgotten zk.Zxid  // proposals up to this one were outstanding at NEWLEADER; 0 from UPTODATE on
}

// syncBegins notes that a leader is about to send its history, up to z if kind is Diff.
func (m *mistakes) syncBegins(r *Replica, kind zk.MsgType, z zk.Zxid) {
	m.announced, m.before, m.synced, m.forgotten = 0, r.LastLogged(), 0, 0
	m.truncated = kind == zk.Trunc
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

// keepFromDisk puts transactions at the log's end, in memory only.
func (r *Replica) keepFromDisk(txns []zk.Txn) {
	for i := range txns {
		r.log = append(r.log, &txns[i])
	}
	r.mistakes.unwritten = append(slices.Clip(r.mistakes.unwritten), txns...)
}

// writeKept hands what was kept from the disk to it.
func (r *Replica) writeKept(s *step.Scribe) {
	txns, unsaved := r.mistakes.unwritten, r.mistakes.unsaved
	r.mistakes.unwritten, r.mistakes.unsaved = nil, false
	if unsaved {
		r.save(s)
	}
	if len(txns) > 0 {
		r.write(s, txns)
	}
}

// forgetKept is the end of a role: what was kept from the disk never goes there, but memory has it.
func (m *mistakes) forgetKept(r *Replica) {
	if m.unsaved {
		r.saving = false
	}
	m.served, m.unwritten, m.unsaved = true, nil, false
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

func (m *mistakes) hash(h uint64, mix func(h, x uint64) uint64) uint64 {
	h = mix(h, bit(m.served)|bit(m.truncated)<<1|bit(m.unsaved)<<2|uint64(len(m.unwritten))<<3)
	h = mix(mix(h, uint64(m.announced)), uint64(m.before))
	return mix(mix(h, uint64(m.synced)), uint64(m.forgotten))
}
