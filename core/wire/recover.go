package wire

import (
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// Recovered is all that a disk knows after a crash.
type Recovered struct {
	Accepted zk.Epoch
	Current  zk.Epoch // what was recorded, raised to the epoch of the last transaction
	Snap     *tree.DB // the newest snapshot that can be read; nil if none
	Log      []zk.Txn // what follows Snap, in order
	Seq      uint64   // the highest Seq found
	CRC      uint32   // what the next record continues
	Valid    int      // bytes of the good prefix; the next record goes there
	Torn     bool     // an unfinished record was cut from the end
	// Damaged says that something which was whole is bad or missing, so that Snap and Log may lack
	// acknowledged transactions. It stays until a leader's snapshot replaces the log.
	Damaged bool

	base   zk.Zxid // Base of the log's start
	last   zk.Zxid // where the log ends: its last transaction, or base
	marked bool    // the log already says that it is damaged
}

// Recover reads a disk: its log and its snapshots in the order in which they were saved, less those
// above a TruncateAfter that came later. Log is what the intact records say and never more: records
// after a bad one count for nothing.
//
// A bad record at the end was torn by a crash. A bad record before an intact one, a log that needs
// a snapshot which cannot be read, and an epoch that was used and never accepted are damage.
//
// Transactions alias log. Current follows the rule that a log with a transaction of epoch e holds
// all of e's initial history, so that claiming e is honest (a crash came before EnterEpoch).
func Recover(log []byte, snapshots [][]byte) Recovered {
	var r Recovered
	r.readLog(log)
	r.readTail(log)
	r.last = r.base
	if n := len(r.Log); n > 0 {
		r.last = r.Log[n-1].Zxid
	}
	r.chooseSnapshot(snapshots)
	r.raiseCurrent()
	return r
}

// Repair returns the log to go on with, and sets CRC and Valid for it: without the bad tail, with a
// mark if it is damaged, so that the next start still knows, and begun anew if the snapshot is
// ahead of it, so that no gap stays inside. Appending to the result does not write to log.
func (r *Recovered) Repair(log []byte) []byte {
	switch {
	case r.Damaged && !r.marked:
		log = openRecord(log[:r.Valid:r.Valid], r.Seq, recordDamage)
		log, r.CRC = sealRecord(log, r.Valid, r.CRC)
		r.marked = true
	case !r.Damaged && r.Snap != nil && r.Snap.Zxid() > r.last:
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
		if !ok || !r.inOrder(rec) || !rec.continues(r.CRC) || !r.take(rec) {
			return
		}
		r.Seq, r.CRC = rec.seq, rec.crc
		r.Valid += len(rec.bytes)
	}
}

// inOrder lets only writes raise Seq; what repairs add repeats the last one.
func (r *Recovered) inOrder(rec record) bool {
	switch rec.kind {
	case recordStart:
		return r.Valid == 0
	case recordDamage:
		return rec.seq == r.Seq
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
	}
	return r.takeDamage(&body)
}

func (r *Recovered) takeTxns(body *reader) bool {
	txns := readVector(body, txnSize, readTxn)
	if body.done() != nil {
		return false
	}
	r.Log = append(r.Log, txns...)
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
	r.Accepted, r.Current, r.base = accepted, current, base
	return true
}

func (r *Recovered) takeDamage(body *reader) bool {
	if body.done() != nil {
		return false
	}
	r.Damaged, r.marked = true, true
	return true
}

// readTail says why the log ends where it does.
func (r *Recovered) readTail(log []byte) {
	tail := log[r.Valid:]
	switch {
	case isZero(tail):
	case r.intactAfter(tail):
		r.Damaged, r.marked = true, false
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

// intactAfter reports whether an intact record lies behind the bad one that tail starts with. Then
// the bad one was whole once, because a crash tears only the end.
//
// What an intact record continues is unknown when the record before it is bad, so all that it could
// be is tried: the bad record's checksum as it is stored, as it comes out, and at every other place
// the checksum of a record that is bad too.
func (r *Recovered) intactAfter(tail []byte) bool {
	if len(tail) < recordHead+recordMin {
		return false
	}
	stored := order.Uint32(tail[4:])
	computed := stored
	if bad, ok := parseRecord(tail); ok {
		computed = recordCRC(r.CRC, bad.bytes)
	}
	for at := 0; at+recordMin <= len(tail); at++ {
		rec, ok := parseRecord(tail[at:])
		if !ok || !r.plausible(rec.seq, len(tail)) {
			continue
		}
		if at > 0 && (rec.continues(stored) || rec.continues(computed)) {
			return true
		}
		next, ok := parseRecord(tail[at+len(rec.bytes):])
		if ok && next.seq > rec.seq && next.continues(rec.crc) {
			return true
		}
	}
	return false
}

// plausible reports whether a record with the Seq could lie within the next size bytes. Seqs rise
// by 1, so hardly any position passes and hardly any is hashed. A bad start leaves all Seqs open.
func (r *Recovered) plausible(seq uint64, size int) bool {
	if r.Valid == 0 {
		return true
	}
	return seq >= r.Seq && seq-r.Seq <= uint64(size/recordMin)+1
}

// chooseSnapshot takes the newest snapshot that can be read and drops the transactions it holds.
func (r *Recovered) chooseSnapshot(snapshots [][]byte) {
	for i := len(snapshots) - 1; i >= 0 && r.Snap == nil; i-- {
		db, err := DecodeSnapshot(snapshots[i])
		if err == nil {
			r.Snap = db
		}
	}
	var snapZxid zk.Zxid
	if r.Snap != nil {
		snapZxid = r.Snap.Zxid()
	}
	if snapZxid < r.base {
		r.Damaged, r.Log = true, nil
	}
	for len(r.Log) > 0 && r.Log[0].Zxid <= snapZxid {
		r.Log = r.Log[1:]
	}
}

// raiseCurrent claims the epoch of the last transaction, unless nobody promised it.
func (r *Recovered) raiseCurrent() {
	last := r.last
	if r.Snap != nil {
		last = max(last, r.Snap.Zxid())
	}
	r.Current = max(r.Current, last.Epoch())
	if r.Current > r.Accepted {
		r.Current, r.Damaged = r.Accepted, true
	}
}
