package wire

import (
	"hash/crc32"
	"slices"
)

// A flight recording is a file of a fixed size, a ring of slots:
//
//	magic uint32 | slots uint32 | slot size uint64 | crc uint32 | zeros up to byte 64 | slots
//
// A slot holds one chapter. A chapter begins with what a server can be started from, so those that
// are left when the ring has gone round are enough:
//
//	magic uint32 | number uint64 | nonce uint64 | crc uint32 | entries
//
// Numbers rise by 1, and a new chapter overwrites the oldest. An entry is
//
//	len uint32 | crc uint32 | kind uint8 | body
//
// where len counts kind and body, and crc is the CRC-32C of the previous entry's crc (of the first,
// the chapter's), len, kind and body. What an older chapter has left behind the last entry does not
// continue it, and a torn entry neither. A len of 0 ends the chapter.
const (
	recordingMagic = 0x5a53_5231 // "ZSR1"
	chapterMagic   = 0x5a53_4331 // "ZSC1"

	recordingHead = 64
	chapterHead   = 4 + 8 + 8 + 4
	entryHead     = 4 + 4
	slotsMax      = 64
)

// The kinds of entries.
const (
	EntryBoot   = 1 + iota // settings and what the disk held; only as the first
	EntryState             // settings and state; only as the first
	EntryInputs            // inputs, in order
	EntryMark              // what the server was then, so that a replay can be compared
	EntryEnd               // why the server ended, as text; the last
	entryEnd
)

// Ring says where the slots of a recording are.
type Ring struct {
	Slots int
	Size  int64 // of one slot, bytes
}

// Offset is where a chapter begins.
func (r Ring) Offset(chapter uint64) int64 {
	return recordingHead + int64(chapter%uint64(r.Slots))*r.Size
}

// Chapter is one chapter of a recording.
type Chapter struct {
	Number uint64
	again  bool // its slot had another one before
	crc    uint32
	body   []byte
}

// AppendRing appends what a recording begins with.
func AppendRing(b []byte, r Ring) []byte {
	from := len(b)
	b = order.AppendUint32(order.AppendUint32(b, recordingMagic), uint32(r.Slots))
	b = order.AppendUint64(b, uint64(r.Size))
	b = order.AppendUint32(b, crc32.Checksum(b[from:], crcTable))
	return append(b, make([]byte, recordingHead-(len(b)-from))...)
}

// IsRecording reports whether a file begins as a flight recording of this version does.
func IsRecording(file []byte) bool {
	return len(file) >= 4 && order.Uint32(file) == recordingMagic
}

// DecodeRing reads what a recording begins with.
func DecodeRing(file []byte) (Ring, error) {
	r := reader{b: file}
	magic := r.uint32()
	if err := newer("flight recording", magic, recordingMagic); err != nil {
		return Ring{}, err
	}
	ring := Ring{Slots: int(r.uint32()), Size: int64(r.uint64())}
	end := r.off
	crc := r.uint32()
	switch {
	case magic != recordingMagic || r.bad != nil:
		return Ring{}, &Error{Problem: "not a flight recording"}
	case crc32.Checksum(file[:end], crcTable) != crc || ring.Slots < 1 || ring.Slots > slotsMax ||
		ring.Size < chapterHead || ring.Size > 1<<40:
		return Ring{}, &Error{Problem: "flight recording with a bad beginning"}
	}
	return ring, nil
}

// AppendChapter appends what a chapter begins with, and returns the checksum that its first entry
// continues. The nonce is drawn at random.
func AppendChapter(b []byte, number, nonce uint64) ([]byte, uint32) {
	from := len(b)
	b = order.AppendUint32(b, chapterMagic)
	b = order.AppendUint64(order.AppendUint64(b, number), nonce)
	crc := crc32.Checksum(b[from:], crcTable)
	return order.AppendUint32(b, crc), crc
}

// OpenEntry begins an entry; its body is appended next, and then SealEntry ends it.
func OpenEntry(b []byte, kind byte) []byte { return append(b, 0, 0, 0, 0, 0, 0, 0, 0, kind) }

// SealEntry ends the entry that begins at from and returns the checksum that the next continues.
func SealEntry(b []byte, from int, prevCRC uint32) ([]byte, uint32) {
	return sealRecord(b, from, prevCRC)
}

// Chapters returns the chapters of a recording, oldest first.
func Chapters(file []byte) ([]Chapter, error) {
	ring, err := DecodeRing(file)
	if err != nil {
		return nil, err
	}
	var all []Chapter
	for i := range ring.Slots {
		at := ring.Offset(uint64(i))
		if at >= int64(len(file)) {
			break
		}
		slot := file[at:min(at+ring.Size, int64(len(file)))]
		if c, ok := parseChapter(slot); ok && c.Number%uint64(ring.Slots) == uint64(i) {
			c.again = c.Number > uint64(ring.Slots)
			all = append(all, c)
		}
	}
	return inOrder(all), nil
}

// inOrder sorts chapters by number: in the order of their slots they rise, but for one place.
func inOrder(all []Chapter) []Chapter {
	for i := 1; i < len(all); i++ {
		if all[i].Number < all[i-1].Number {
			return append(all[i:len(all):len(all)], all[:i]...)
		}
	}
	return all
}

func parseChapter(slot []byte) (Chapter, bool) {
	r := reader{b: slot}
	magic, number := r.uint32(), r.uint64()
	r.uint64()
	end := r.off
	crc := r.uint32()
	if r.bad != nil || magic != chapterMagic || crc32.Checksum(slot[:end], crcTable) != crc {
		return Chapter{}, false
	}
	return Chapter{Number: number, crc: crc, body: slot[r.off:]}, true
}

// Next takes the next entry off the chapter. It reports false at the first that is torn or missing.
func (c *Chapter) Next() (kind byte, body []byte, ok bool) {
	if len(c.body) <= entryHead {
		return 0, nil, false
	}
	size := uint64(order.Uint32(c.body)) + entryHead
	if size <= entryHead || size > uint64(len(c.body)) {
		return 0, nil, false
	}
	b := c.body[:size:size]
	crc, kind := order.Uint32(c.body[4:]), b[entryHead]
	if recordCRC(c.crc, b) != crc || kind == 0 || kind >= entryEnd {
		return 0, nil, false
	}
	c.crc, c.body = crc, c.body[size:]
	return kind, b[entryHead+1:], true
}

// Left returns how many bytes Next has not taken yet.
func (c *Chapter) Left() int { return len(c.body) }

// Torn reports whether something is left behind the last entry that Next took, which is no entry
// any more. Where the ring has gone round that is what an older chapter has left.
func (c *Chapter) Torn() bool {
	return !c.again && len(c.body) > 0 && slices.ContainsFunc(
		c.body[:min(len(c.body), entryHead)], func(b byte) bool { return b != 0 })
}
