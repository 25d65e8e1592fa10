package recording

import "github.com/zabscope/zabscope/core/wire"

// Writer makes the bytes of a recording, and says where in the file they go. Whoever owns the file
// writes them in the order in which they were made.
type Writer struct {
	ring    wire.Ring
	chapter uint64 // the one being written
	used    int64  // bytes of its slot
	crc     uint32 // which the next entry continues
}

// NewWriter continues a recording behind the given chapter, 0 for a new one.
func NewWriter(ring wire.Ring, last uint64) *Writer { return &Writer{ring: ring, chapter: last} }

// Begin begins the next chapter: b goes to byte at of the file. The nonce is drawn at random.
func (w *Writer) Begin(nonce uint64) (b []byte, at int64) {
	w.chapter++
	b, w.crc = wire.AppendChapter(nil, w.chapter, nonce)
	w.used = int64(len(b))
	return b, w.ring.Offset(w.chapter)
}

// Entry makes one entry: b goes to byte at of the file. It reports false, and makes none, when the
// slot has no room for it.
func (w *Writer) Entry(kind byte, body func([]byte) []byte) (b []byte, at int64, ok bool) {
	b = body(wire.OpenEntry(nil, kind))
	if w.used+int64(len(b)) > w.ring.Size {
		return nil, 0, false
	}
	b, w.crc = wire.SealEntry(b, 0, w.crc)
	at = w.ring.Offset(w.chapter) + w.used
	w.used += int64(len(b))
	return b, at, true
}

// Used returns how many bytes the chapter has.
func (w *Writer) Used() int64 { return w.used }

// Full reports whether it is time for the next chapter: there is room for what was on its way.
func (w *Writer) Full() bool { return w.used > w.ring.Size/4*3 }
