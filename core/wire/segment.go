package wire

import (
	"hash/crc32"
	"slices"

	"github.com/zabscope/zabscope/core/zk"
)

// A log of a real disk is cut into segments, so that what snapshots stand for can be removed. A
// segment is a file:
//
//	magic uint32 | len uint32 | body | crc uint32 | records
//
// where len counts the body and crc is the CRC-32C of everything before it, which the first record
// continues. The last byte of a magic is the version of the format.
const segmentMagic = 0x5a53_4c31 // "ZSL1"

const (
	segmentHead   = 4 + 4
	segmentBody   = 8 + 8 + 2 + 8 + 1 + 4 + 4 + 8 + 8 + 4 + 4 // without snapshots
	snapshotMarks = 8 + 8
	markBody      = 4 + 8 + 4
)

// SegmentHeaderMax is the longest header that is read.
const SegmentHeaderMax = 4096

// SegmentHeader is what a segment begins with: everything that the segments before it say of the
// past but their transactions, so that they may go.
type SegmentHeader struct {
	Owner  uint64 // says whose log it is, so that no other server's is taken for it
	Number uint64 // rises by 1 from segment to segment
	Boot   uint16 // the start of the server that wrote the segment
	Nonce  uint64 // drawn at random; the marks of the segment repeat it
	// Fresh says that what was before counts no more: Last is the zxid of a snapshot that stands
	// for it.
	Fresh bool
	// Damaged says that something before was lost: there is no history until a Fresh segment.
	Damaged           bool
	Accepted, Current zk.Epoch
	Last              zk.Zxid // where the log ended
	Seq               uint64  // of the last write
	Chain             uint32  // the checksum that the segment before ended with, less its seal
	Snapshots         []SnapshotMark
}

// SnapshotMark names a durable snapshot so that no other can be taken for it.
type SnapshotMark struct {
	Zxid   zk.Zxid
	Digest uint64
}

// NewerError says that bytes were written by a newer version of this program.
type NewerError struct {
	What    string // "log segment" or "snapshot"
	Version byte   // as a character
}

// Error names what is newer.
func (e *NewerError) Error() string {
	return "wire: " + e.What + " of format " + string(rune(e.Version)) +
		", which a newer version of this program wrote"
}

// newer tells a magic of another version from a foreign one.
func newer(what string, got, known uint32) error {
	if got>>8 == known>>8 && got&0xff > known&0xff {
		return &NewerError{What: what, Version: byte(got)}
	}
	return nil
}

// AppendSegmentHeader appends the header of a segment and returns the checksum that its first
// record continues.
func AppendSegmentHeader(b []byte, h *SegmentHeader) (file []byte, crc uint32) {
	from := len(b)
	b = order.AppendUint32(b, segmentMagic)
	b = order.AppendUint32(b, 0)
	b = order.AppendUint64(b, h.Owner)
	b = order.AppendUint64(b, h.Number)
	b = order.AppendUint16(b, h.Boot)
	b = order.AppendUint64(b, h.Nonce)
	b = append(b, byte(bit(h.Fresh, 1)|bit(h.Damaged, 2)))
	b = order.AppendUint32(b, uint32(h.Accepted))
	b = order.AppendUint32(b, uint32(h.Current))
	b = order.AppendUint64(b, uint64(h.Last))
	b = order.AppendUint64(b, h.Seq)
	b = order.AppendUint32(b, h.Chain)
	b = appendVector(b, h.Snapshots, appendSnapshotMark)
	order.PutUint32(b[from+4:], uint32(len(b)-from-segmentHead))
	crc = crc32.Checksum(b[from:], crcTable)
	return order.AppendUint32(b, crc), crc
}

// DecodeSegmentHeader reads the header of a segment, of which file is at least the first
// SegmentHeaderMax bytes. It returns where the records begin and what the first one continues.
func DecodeSegmentHeader(file []byte) (h SegmentHeader, size int, crc uint32, err error) {
	r := reader{b: file}
	magic, length := r.uint32(), r.uint32()
	if err := newer("log segment", magic, segmentMagic); err != nil {
		return SegmentHeader{}, 0, 0, err
	}
	if magic != segmentMagic || length < segmentBody || length > SegmentHeaderMax {
		r.fail("not a log segment")
	}
	body := reader{b: r.take(int(length))}
	crc = r.uint32()
	if r.bad == nil && crc32.Checksum(file[:segmentHead+length], crcTable) != crc {
		r.fail("log segment with a bad checksum")
	}
	size = r.off
	if r.bad != nil {
		return SegmentHeader{}, 0, 0, r.bad
	}
	h = body.segmentHeader()
	if err := body.done(); err != nil {
		return SegmentHeader{}, 0, 0, err
	}
	return h, size, crc, nil
}

func (r *reader) segmentHeader() (h SegmentHeader) {
	h.Owner = r.uint64()
	h.Number = r.uint64()
	h.Boot = r.uint16()
	h.Nonce = r.uint64()
	flags := r.uint8()
	if flags > 3 {
		r.fail("unknown flag")
	}
	h.Fresh, h.Damaged = flags&1 != 0, flags&2 != 0
	h.Accepted, h.Current = zk.Epoch(r.uint32()), zk.Epoch(r.uint32())
	h.Last = zk.Zxid(r.uint64())
	h.Seq = r.uint64()
	h.Chain = r.uint32()
	h.Snapshots = readVector(r, snapshotMarks, readSnapshotMark)
	return h
}

func appendSnapshotMark(b []byte, m *SnapshotMark) []byte {
	b = order.AppendUint64(b, uint64(m.Zxid))
	return order.AppendUint64(b, m.Digest)
}

func readSnapshotMark(r *reader, m *SnapshotMark) {
	m.Zxid = zk.Zxid(r.uint64())
	m.Digest = r.uint64()
}

// mark is the body of a mark: see AppendMark.
type mark struct {
	chain    uint32
	nonce    uint64
	accepted zk.Epoch
}

func readMark(r *reader) mark {
	return mark{chain: r.uint32(), nonce: r.uint64(), accepted: zk.Epoch(r.uint32())}
}

// upTo returns the snapshots that are not above z. It leaves the memory of marks alone.
func upTo(marks []SnapshotMark, z zk.Zxid) []SnapshotMark {
	above := func(m SnapshotMark) bool { return m.Zxid > z }
	if !slices.ContainsFunc(marks, above) {
		return marks
	}
	return slices.DeleteFunc(slices.Clone(marks), above)
}

// RecoverSegments reads a log in segments: whole files with rising numbers, the last one the
// newest. The first need not be the first that was ever written: its header stands for those before
// it. What Recover says of a log holds for it too. The caller chooses one of Snapshots and calls
// Adopt.
//
// A segment that does not continue the one before it, a bad header, and a bad record in a segment
// with another behind it are damage: a segment is only begun when all before it is durable.
func RecoverSegments(files [][]byte) Recovered {
	var r Recovered
	for i, file := range files {
		r.readSegment(i, file)
	}
	if len(files) == 0 || r.Damaged {
		return r
	}
	r.readTail(files[r.Segment])
	if r.sealed {
		r.damage("the log goes on in another segment, which is missing")
	}
	return r
}

// readSegment takes in the next segment, or only what it promises when something before it is bad.
func (r *Recovered) readSegment(i int, file []byte) {
	h, size, crc, err := DecodeSegmentHeader(file)
	switch {
	case err != nil:
		if !r.Damaged {
			r.Segment, r.Valid = i, 0
		}
		r.damage(err.Error())
		return
	case i == 0 || h.Fresh || h.Damaged:
		r.begin(&h)
	case r.Damaged || !r.leadsTo(&h):
		r.damage("the log breaks off here, and another segment is behind it")
		accepted, _ := promised(file[size:], crc)
		r.Accepted = max(r.Accepted, h.Accepted, accepted)
		return
	}
	r.Current, r.Snapshots = h.Current, h.Snapshots
	r.Segment, r.Valid, r.CRC = i, size, crc
	r.Boot, r.nonce, r.number, r.sealed = h.Boot, h.Nonce, h.Number, false
	r.Log = slices.Grow(r.Log, countTxns(file[size:]))
	r.readLog(file)
	if tail := file[r.Valid:]; !isZero(tail) {
		r.hasMark(tail) // for its promises
	}
}

// countTxns returns how many transactions records say that they have, so that there is room for all
// at once. Nothing is believed beyond what fits into b.
func countTxns(b []byte) (count int) {
	for at := 0; ; {
		rec, ok := parseRecord(b[at:])
		if !ok {
			return min(count, len(b)/txnSize)
		}
		if body := rec.body(); rec.kind == recordTxns && len(body) >= 4 {
			count += int(min(order.Uint32(body), uint32(len(body)/txnSize)))
		}
		at += len(rec.bytes)
	}
}

// begin forgets everything for what the header says.
func (r *Recovered) begin(h *SegmentHeader) {
	*r = Recovered{
		Accepted: h.Accepted, Seq: h.Seq, Last: h.Last, base: h.Last, Damaged: h.Damaged,
	}
	if h.Damaged {
		r.Flaw = "an earlier start found damage"
	}
}

// leadsTo reports whether the header is of the segment that was begun where the log ends now. What
// is behind that end is no more than a torn seal. Current may have been raised by a start, and the
// snapshots that are left may be fewer.
func (r *Recovered) leadsTo(h *SegmentHeader) bool {
	return h.Number == r.number+1 && h.Seq == r.Seq && h.Chain == r.CRC &&
		h.Last == r.Last && h.Accepted == r.Accepted && h.Current >= r.Current
}

// promised returns the highest epoch that the records from the front of b accept, and their size.
// They are only believed as far as they continue crc.
func promised(b []byte, crc uint32) (accepted zk.Epoch, size int) {
	for {
		rec, ok := parseRecord(b[size:])
		if !ok || !rec.continues(crc) {
			return accepted, size
		}
		if body := rec.body(); rec.kind == recordAccept && len(body) == 4 {
			accepted = max(accepted, zk.Epoch(order.Uint32(body)))
		}
		crc = rec.crc
		size += len(rec.bytes)
	}
}

// SegmentSize returns how far the records of a segment reach as their lengths say, from the part of
// it that is in b. They are not judged: only the last one may be longer than b.
func SegmentSize(b []byte) int {
	_, at, _, err := DecodeSegmentHeader(b)
	if err != nil {
		return len(b)
	}
	for at+4 <= len(b) {
		n := int(order.Uint32(b[at:]))
		if n <= 0 {
			return at
		}
		at += recordHead + n
	}
	return at
}
