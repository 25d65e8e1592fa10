package wire

import (
	"encoding/binary"
	"strconv"
)

// Error is the refusal of bytes: what is wrong and at which byte.
type Error struct {
	Problem string
	At      int
}

// Error returns one line, "wire: length beyond the input at byte 17".
func (e *Error) Error() string { return "wire: " + e.Problem + " at byte " + strconv.Itoa(e.At) }

const null = 0xffffffff // the length of no buffer and no vector

var order = binary.BigEndian

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

func appendString(b []byte, s string) []byte {
	return append(order.AppendUint32(b, uint32(len(s))), s...)
}

// appendBuffer keeps the difference between no data and empty data.
func appendBuffer(b, data []byte) []byte {
	if data == nil {
		return order.AppendUint32(b, null)
	}
	return append(order.AppendUint32(b, uint32(len(data))), data...)
}

func appendVector[T any](b []byte, items []T, one func([]byte, *T) []byte) []byte {
	if items == nil {
		return order.AppendUint32(b, null)
	}
	b = order.AppendUint32(b, uint32(len(items)))
	for i := range items {
		b = one(b, &items[i])
	}
	return b
}

func appendStringItem(b []byte, s *string) []byte { return appendString(b, *s) }

// reader takes values off the front of b. After the first bad value every later one is zero, so a
// record is read field by field and judged once at its end.
type reader struct {
	b     []byte
	off   int
	bad   *Error
	marks *marks // where fields begin, nil when nobody looks
}

func (r *reader) fail(problem string) {
	if r.bad == nil {
		r.bad = &Error{Problem: problem, At: r.off}
		r.off = len(r.b)
	}
}

// done returns the first problem; bytes that are left over are one.
func (r *reader) done() error {
	if r.off < len(r.b) {
		r.fail("bytes after the end")
	}
	if r.bad == nil {
		return nil
	}
	return r.bad
}

func (r *reader) left() int { return len(r.b) - r.off }

// take returns the next n bytes, or nil if there are fewer. Its capacity ends with it: whoever
// appends to the result copies.
func (r *reader) take(n int) []byte {
	if n > r.left() {
		r.fail("end of input")
		return nil
	}
	from := r.off
	r.off += n
	return r.b[from:r.off:r.off]
}

func (r *reader) uint8() uint8 {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint16() uint16 {
	if b := r.take(2); b != nil {
		return order.Uint16(b)
	}
	return 0
}

func (r *reader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return order.Uint32(b)
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if b := r.take(8); b != nil {
		return order.Uint64(b)
	}
	return 0
}

// bool refuses all but 0 and 1, which is stricter than jute: only we write what it reads.
func (r *reader) bool() bool {
	v := r.uint8()
	if v > 1 {
		r.fail("boolean that is neither 0 nor 1")
	}
	return v == 1
}

// length returns a length of things that take at least size bytes each, or -1 for null.
func (r *reader) length(size int) int {
	n := r.uint32()
	switch {
	case r.bad != nil || n == null:
		return -1
	case uint64(n)*uint64(size) > uint64(r.left()):
		r.fail("length beyond the input")
		return -1
	}
	return int(n)
}

func (r *reader) string() string {
	n := r.length(1)
	if n < 0 {
		r.fail("string without a length")
		return ""
	}
	return string(r.take(n))
}

func (r *reader) buffer() []byte {
	n := r.length(1)
	if n < 0 {
		return nil
	}
	return r.take(n)
}

func readVector[T any](r *reader, size int, one func(*reader, *T)) []T {
	r.marks.count(r.off)
	n := r.length(size)
	if n < 0 {
		return nil
	}
	items := make([]T, n)
	v := r.marks.enter()
	for i := range items {
		r.marks.item(v, i)
		one(r, &items[i])
	}
	r.marks.leave(v)
	if r.bad != nil {
		return nil
	}
	return items
}

func readStringItem(r *reader, s *string) {
	r.at("", "ustring")
	*s = r.string()
}

const stringSize = 4
