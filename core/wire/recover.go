package wire

import (
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// Recovered is all that a disk knows after a crash.
type Recovered struct {
	Accepted zk.Epoch
	Current  zk.Epoch // Recorded, raised to the epoch of the last transaction
	Recorded zk.Epoch // currentEpoch as it was written
	Snap     *tree.DB // the newest snapshot that can be read; nil if none
	Log      []zk.Txn // what follows Snap, in order
	Seq      uint64   // the highest Seq found
	CRC      uint32   // what the next record continues
	Valid    int      // bytes of the good prefix; the next record goes there
	Torn     bool     // an unfinished record was cut from the end
	// Damaged says that something which was whole is bad or missing, so that Snap and Log may lack
	// acknowledged transactions. It stays until a leader's snapshot replaces the log.
	Damaged bool
	Flaw    string // what is bad or missing, "" when nothing is

	// The rest is of logs in segments.
	Snapshots []SnapshotMark // those that count, in the order in which they were saved
	Last      zk.Zxid        // where the log ends: its last transaction, or its base
	Boot      uint16         // the start that wrote the last segment
	Segment   int            // which of the segments Valid and Flaw are about

	quirks zk.Quirk
	base   zk.Zxid // what a snapshot must hold at least
	nonce  uint64
	number uint64 // of the last segment that was read
	marked bool   // the log already says that it is damaged
	sealed bool   // the last segment that was read says that another one follows
}

// Recover reads a disk: its log and its snapshots in the order in which they were saved, less those
// above a TruncateAfter that came later. Log is what the intact records say and never more: records
// after a bad one count for nothing.
//
// A bad record behind the last mark was torn by a crash; a log without marks can only be torn. A
// bad record before a mark, a log that needs a snapshot which cannot be read, and an epoch that was
// used and never accepted are damage.
//
// Transactions alias log. Current follows the rule that a log with a transaction of epoch e holds
// all of e's initial history, so that claiming e is honest (a crash came before EnterEpoch).
func Recover(log []byte, snapshots [][]byte) Recovered {
	return RecoverWith(0, log, snapshots)
}

// RecoverWith is Recover with known mistakes.
func RecoverWith(quirks zk.Quirk, log []byte, snapshots [][]byte) Recovered {
	r := Recovered{quirks: quirks}
	r.readLog(log)
	r.readTail(log)
	r.Adopt(newestReadable(snapshots))
	return r
}

// Adopt completes a recovery with the snapshot to start from, nil if there is none: the
// transactions that it holds leave the log, and a log that needs a later one is damaged.
func (r *Recovered) Adopt(snap *tree.DB) {
	r.Snap = snap
	var z zk.Zxid
	if snap != nil {
		z = snap.Zxid()
	}
	if z < r.base && !r.quirks.Has(zk.QuirkBootFromLogsWithoutSnapshot) {
		r.damage("no snapshot can be read that the log begins with")
		r.Log = nil
	}
	for len(r.Log) > 0 && r.Log[0].Zxid <= z {
		r.Log = r.Log[1:]
	}
	r.raiseCurrent(max(r.Last, z))
}

// raiseCurrent claims the epoch of the last transaction, unless nobody promised it.
func (r *Recovered) raiseCurrent(last zk.Zxid) {
	r.Recorded = r.Current
	r.Current = max(r.Current, last.Epoch())
	if r.Current > r.Accepted {
		r.Current = r.Accepted
		r.damage("an epoch was used that was never accepted")
	}
}

// damage notes the first flaw that no crash explains.
func (r *Recovered) damage(flaw string) {
	if !r.Damaged || r.Flaw == "" {
		r.Flaw = flaw
	}
	r.Damaged = true
}

func newestReadable(snapshots [][]byte) *tree.DB {
	for i := len(snapshots) - 1; i >= 0; i-- {
		if db, err := DecodeSnapshot(snapshots[i]); err == nil {
			return db
		}
	}
	return nil
}

// Repair returns the log to go on with, and sets CRC and Valid for it: without the bad tail, with a
// mark if it is damaged, so that the next start still knows, and begun anew if the snapshot is
// ahead of it, so that no gap stays inside. Appending to the result does not write to log.
func (r *Recovered) Repair(log []byte) []byte {
	switch {
	case r.Damaged && !r.marked:
		log = openRecord(log[:r.Valid:r.Valid], r.Seq, recordDamage)
		log = order.AppendUint32(log, uint32(r.Accepted))
		log, r.CRC = sealRecord(log, r.Valid, r.CRC)
		r.marked = true
	case !r.Damaged && r.Snap != nil && r.Snap.Zxid() > r.Last:
		r.base = r.Snap.Zxid()
		log, r.CRC = StartLog(LogStart{
			Accepted: r.Accepted, Current: r.Current, Base: r.base, Seq: r.Seq,
		})
	default:
		log = log[:r.Valid]
	}
	r.Valid = len(log)
	return log[:r.Valid:r.Valid]
}

// readLog takes in every record up to the first that is bad.
func (r *Recovered) readLog(log []byte) {
	for {
		rec, ok := parseRecord(log[r.Valid:])
		if !ok || !r.inOrder(rec) || !r.continues(rec) || !r.take(rec) {
			return
		}
		r.Valid += len(rec.bytes)
		if r.sealed {
			return
		}
		r.Seq, r.CRC = rec.seq, rec.crc
	}
}

// continues reports whether the record was written behind the last one. Every checksum covers the
// one before it, so a hole shows.
func (r *Recovered) continues(rec record) bool {
	return rec.continues(r.CRC) || r.quirks.Has(zk.QuirkNoContinuityCheckAtBoot)
}

// inOrder lets only writes raise Seq; all other records repeat the last one.
func (r *Recovered) inOrder(rec record) bool {
	switch rec.kind {
	case recordStart:
		return r.Valid == 0
	case recordDamage, recordMark, recordSnapshot, recordSeal:
		return rec.seq == r.Seq || r.quirks.Has(zk.QuirkNoContinuityCheckAtBoot)
	}
	return rec.seq > r.Seq
}

// take applies the record, or reports that its body is not what its kind has.
func (r *Recovered) take(rec record) bool {
	body := reader{b: rec.body()}
	switch rec.kind {
	case recordTxns:
		return r.takeTxns(&body)
	case recordTruncate:
		return r.takeTruncate(&body)
	case recordAccept:
		return takeEpoch(&body, &r.Accepted)
	case recordEnter:
		return takeEpoch(&body, &r.Current)
	case recordStart:
		return r.takeStart(&body)
	case recordMark:
		return r.takeMark(&body) || r.quirks.Has(zk.QuirkNoContinuityCheckAtBoot)
	case recordSnapshot:
		return r.takeSnapshot(&body)
	case recordSeal:
		r.sealed = body.done() == nil
		return r.sealed
	}
	return r.takeDamage(&body)
}

func (r *Recovered) takeTxns(body *reader) bool {
	txns := readVector(body, txnSize, readTxn)
	if body.done() != nil {
		return false
	}
	r.Log = append(r.Log, txns...)
	if n := len(txns); n > 0 {
		r.Last = txns[n-1].Zxid
	}
	return true
}

func (r *Recovered) takeTruncate(body *reader) bool {
	last := zk.Zxid(body.uint64())
	if body.done() != nil {
		return false
	}
	for len(r.Log) > 0 && r.Log[len(r.Log)-1].Zxid > last {
		r.Log = r.Log[:len(r.Log)-1]
	}
	r.Snapshots = upTo(r.Snapshots, last)
	r.Last = min(r.Last, last)
	return true
}

func takeEpoch(body *reader, epoch *zk.Epoch) bool {
	v := zk.Epoch(body.uint32())
	if body.done() != nil {
		return false
	}
	*epoch = v
	return true
}

func (r *Recovered) takeStart(body *reader) bool {
	accepted, current := zk.Epoch(body.uint32()), zk.Epoch(body.uint32())
	base := zk.Zxid(body.uint64())
	if body.done() != nil {
		return false
	}
	r.Accepted, r.Current, r.base, r.Last = accepted, current, base, base
	return true
}

// takeMark believes a mark that says what the log says.
func (r *Recovered) takeMark(body *reader) bool {
	m := readMark(body)
	return body.done() == nil && m == mark{chain: r.CRC, nonce: r.nonce, accepted: r.Accepted}
}

func (r *Recovered) takeSnapshot(body *reader) bool {
	var m SnapshotMark
	readSnapshotMark(body, &m)
	if body.done() != nil {
		return false
	}
	r.Snapshots = append(r.Snapshots, m)
	return true
}

func (r *Recovered) takeDamage(body *reader) bool {
	accepted := zk.Epoch(body.uint32())
	if body.done() != nil {
		return false
	}
	r.damage("an earlier start found damage")
	r.Accepted, r.marked = max(r.Accepted, accepted), true
	return true
}

// readTail says why the log ends where it does.
func (r *Recovered) readTail(log []byte) {
	tail := log[r.Valid:]
	switch {
	case isZero(tail):
	case r.hasMark(tail):
		r.damage("a record is bad that was durable")
		r.marked = false
	default:
		r.Torn = true
	}
}

func isZero(b []byte) bool {
	for _, v := range b {
		if v != 0 {
			return false
		}
	}
	return true
}

// hasMark reports whether a mark lies in what begins with a bad record. Then the bad one was
// durable once. Promises that are heard of on the way are kept: accepted epochs only rise.
func (r *Recovered) hasMark(tail []byte) (found bool) {
	for at := 0; at+recordMin+markBody <= len(tail); at++ {
		if tail[at+recordMin-1] != recordMark {
			continue
		}
		rec, ok := parseRecord(tail[at:])
		if !ok || len(rec.bytes) != recordMin+markBody || !r.plausible(rec.seq, len(tail)) {
			continue
		}
		m := readMark(&reader{b: rec.body()})
		if m.nonce != r.nonce || !rec.continues(m.chain) {
			continue
		}
		accepted, size := promised(tail[at:], m.chain)
		r.Accepted = max(r.Accepted, m.accepted, accepted)
		at += size - 1
		found = true
	}
	return found
}

// plausible reports whether a record with the Seq could lie within the next size bytes. Seqs rise
// by 1, so hardly any position passes and hardly any is hashed. A bad start leaves all Seqs open.
func (r *Recovered) plausible(seq uint64, size int) bool {
	if r.Valid == 0 {
		return true
	}
	return seq >= r.Seq && seq-r.Seq <= uint64(size/recordMin)+1
}
