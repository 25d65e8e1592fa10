package wire

import (
	"hash/crc32"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// A log record is
//
//	len uint32 | crc uint32 | seq uint64 | kind uint8 | body
//
// where len counts seq, kind and body, and crc is the CRC-32C of the previous record's crc, len,
// and those len bytes. A len of 0 ends the log: disks preallocate with zeros.
const (
	recordHead = 4 + 4
	recordMin  = recordHead + 8 + 1
)

// The kinds of records. Their numbers are on disks and never change.
const (
	recordTxns     = 1 + iota // vector of transactions, appended
	recordTruncate            // zxid: the log ends there
	recordAccept              // epoch: acceptedEpoch
	recordEnter               // epoch: currentEpoch
	recordStart               // accepted, current, base: only as the first record
	recordDamage              // accepted: something before this record was lost, but this promise
	recordMark                // chain, nonce, accepted: all before this record is durable
	recordSnapshot            // zxid, digest: this snapshot is durable
	recordSeal                // nothing: the log goes on in the next segment
	recordEnd
)

var crcTable = crc32.MakeTable(crc32.Castagnoli)

// LogStart is what a log begins with when a snapshot has replaced what was before it.
type LogStart struct {
	Accepted, Current zk.Epoch
	Base              zk.Zxid // the log is worthless without a snapshot of at least this zxid
	Seq               uint64  // the highest Seq written so far; the next record has a higher one
}

// StartLog returns the first bytes of a new log and the checksum that the next record continues.
// The driver puts it in place of the old log, and the snapshot in place of all older ones, in one
// step. A log that starts empty needs none; its first checksum is 0.
func StartLog(s LogStart) (log []byte, crc uint32) {
	b := openRecord(make([]byte, 0, recordMin+16), s.Seq, recordStart)
	b = order.AppendUint32(b, uint32(s.Accepted))
	b = order.AppendUint32(b, uint32(s.Current))
	b = order.AppendUint64(b, uint64(s.Base))
	return sealRecord(b, 0, 0)
}

// AppendWrite appends the record of w and returns the log with its new checksum, which the next
// record continues. A SaveSnapshot is no record: see AppendSnapshot and StartLog.
func AppendWrite(log []byte, prevCRC uint32, w *step.Write) (newLog []byte, crc uint32) {
	from := len(log)
	switch w.Kind {
	case step.AppendTxns:
		log = openRecord(log, w.Seq, recordTxns)
		log = appendVector(log, w.Txns, AppendTxn)
	case step.TruncateAfter:
		log = openRecord(log, w.Seq, recordTruncate)
		log = order.AppendUint64(log, uint64(w.Zxid))
	case step.AcceptEpoch:
		log = openRecord(log, w.Seq, recordAccept)
		log = order.AppendUint32(log, uint32(w.Epoch))
	case step.EnterEpoch:
		log = openRecord(log, w.Seq, recordEnter)
		log = order.AppendUint32(log, uint32(w.Epoch))
	default:
		step.Assert(false, "LogWrite")
	}
	return sealRecord(log, from, prevCRC)
}

// AppendMark appends the record that a batch of writes begins with. When it is on a disk, all that
// is before it was durable: a bad record before a mark has rotted, one behind the last mark was
// torn.
//
// What a mark continues is repeated inside, so that it proves itself wherever it is found; nonce is
// the segment's, so that no data of a client can pose as a mark.
func AppendMark(log []byte, prevCRC uint32, seq, nonce uint64, accepted zk.Epoch) ([]byte, uint32) {
	from := len(log)
	log = openRecord(log, seq, recordMark)
	log = order.AppendUint32(log, prevCRC)
	log = order.AppendUint64(log, nonce)
	log = order.AppendUint32(log, uint32(accepted))
	return sealRecord(log, from, prevCRC)
}

// AppendSnapshotMark appends the record which says that a snapshot is durable. From then on it
// counts, until a TruncateAfter below it.
func AppendSnapshotMark(log []byte, prevCRC uint32, seq uint64, m SnapshotMark) ([]byte, uint32) {
	from := len(log)
	log = openRecord(log, seq, recordSnapshot)
	log = appendSnapshotMark(log, &m)
	return sealRecord(log, from, prevCRC)
}

// AppendSeal appends the last record of a segment: the next segment is durable. The segment's last
// checksum for the header of the next is the one before the seal.
func AppendSeal(log []byte, prevCRC uint32, seq uint64) []byte {
	from := len(log)
	log, _ = sealRecord(openRecord(log, seq, recordSeal), from, prevCRC)
	return log
}

func openRecord(log []byte, seq uint64, kind byte) []byte {
	log = append(log, 0, 0, 0, 0, 0, 0, 0, 0)
	return append(order.AppendUint64(log, seq), kind)
}

// sealRecord fills in the head of the record that starts at from and ends with the log.
func sealRecord(log []byte, from int, prevCRC uint32) ([]byte, uint32) {
	head := log[from:]
	order.PutUint32(head, uint32(len(head)-recordHead))
	crc := recordCRC(prevCRC, head)
	order.PutUint32(head[4:], crc)
	return log, crc
}

func recordCRC(prev uint32, record []byte) uint32 {
	return crc32.Update(crc32.Update(prev, crcTable, record[:4]), crcTable, record[recordHead:])
}

// record is one record of a log, not yet believed.
type record struct {
	kind  byte
	seq   uint64
	crc   uint32
	bytes []byte // the whole of it
}

// parseRecord reads the record at the front of b. It judges the form only, not the checksum.
func parseRecord(b []byte) (record, bool) {
	if len(b) < recordMin {
		return record{}, false
	}
	size := uint64(order.Uint32(b)) + recordHead
	rec := record{
		kind: b[recordMin-1],
		seq:  order.Uint64(b[recordHead:]),
		crc:  order.Uint32(b[4:]),
	}
	if size < recordMin || size > uint64(len(b)) || rec.kind == 0 || rec.kind >= recordEnd {
		return record{}, false
	}
	rec.bytes = b[:size:size]
	return rec, true
}

// continues reports whether the record was written after one with the checksum prev.
func (r record) continues(prev uint32) bool { return recordCRC(prev, r.bytes) == r.crc }

// Proven returns how many bytes lie before the last mark of a log: what is wrong with them is no
// crash's doing.
func Proven(log []byte) int {
	mark := 0
	for i := 0; i < len(log); {
		rec, ok := parseRecord(log[i:])
		if !ok {
			break
		}
		if rec.kind == recordMark {
			mark = i
		}
		i += len(rec.bytes)
	}
	return mark
}

// WithoutRecord returns a log that has lost the record with transactions in the middle of what is
// Proven, or of a log without marks.
func WithoutRecord(log []byte) []byte {
	end := Proven(log)
	if end == 0 {
		end = len(log)
	}
	var at []int
	for i := 0; i < end; {
		rec, ok := parseRecord(log[i:])
		if !ok {
			break
		}
		if rec.kind == recordTxns {
			at = append(at, i)
		}
		i += len(rec.bytes)
	}
	if len(at) == 0 {
		return log
	}
	from := at[len(at)/2]
	rec, _ := parseRecord(log[from:])
	return append(log[:from:from], log[from+len(rec.bytes):]...)
}

func (r record) body() []byte { return r.bytes[recordMin:] }
