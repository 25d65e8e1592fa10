package wire

import (
	"iter"

	"github.com/zabscope/zabscope/core/zk"
)

// LogRecord is one record of a log segment, for people to look at. Only what its kind has is set.
type LogRecord struct {
	At       int    // the byte of the file where it begins
	Seq      uint64 // of the write, or of the last one before
	Kind     string
	Epoch    zk.Epoch     // accept, enter, mark
	Zxid     zk.Zxid      // truncate
	Txns     []zk.Txn     // txns
	Snapshot SnapshotMark // snapshot
}

var recordNames = [recordEnd]string{
	recordTxns: "txns", recordTruncate: "truncate", recordAccept: "accept", recordEnter: "enter",
	recordMark: "mark", recordSnapshot: "snapshot", recordSeal: "seal",
}

// LogRecords yields the records of a segment, up to the first that is bad.
func LogRecords(file []byte) iter.Seq[LogRecord] {
	return func(yield func(LogRecord) bool) {
		_, at, crc, err := DecodeSegmentHeader(file)
		for err == nil {
			rec, ok := parseRecord(file[at:])
			if !ok || !rec.continues(crc) || !yield(rec.shown(at)) {
				return
			}
			at, crc = at+len(rec.bytes), rec.crc
		}
	}
}

func (r record) shown(at int) LogRecord {
	l := LogRecord{At: at, Seq: r.seq, Kind: recordNames[r.kind]}
	body := reader{b: r.body()}
	switch r.kind {
	case recordTxns:
		l.Txns = readVector(&body, txnSize, readTxn)
	case recordTruncate:
		l.Zxid = zk.Zxid(body.uint64())
	case recordAccept, recordEnter:
		l.Epoch = zk.Epoch(body.uint32())
	case recordMark:
		l.Epoch = readMark(&body).accepted
	case recordSnapshot:
		readSnapshotMark(&body, &l.Snapshot)
	}
	return l
}
