package wire

import (
	"encoding/hex"
	"strconv"

	"github.com/zabscope/zabscope/core/zk"
)

// DissectMessage lists the fields of a message between servers in wire order. What cannot be
// decoded comes as one last field.
func DissectMessage(b []byte) []Field {
	m := &marks{}
	_, err := decodeMessage(reader{b: b, marks: m})
	if bad, ok := err.(*Error); ok {
		m.fail(bad)
	}
	return m.finish(b)
}

// marks are the places where fields begin, noted by the decoder on its way. All methods do nothing
// on nil, when nobody looks.
type marks struct {
	fields []Field
	prefix string // of the names
	list   string // the vector that comes next
}

// at notes that a field begins here.
func (r *reader) at(name, kind string) {
	if r.marks != nil && r.bad == nil {
		r.marks.add(r.off, name, kind)
	}
}

// list names the vector that comes next.
func (r *reader) list(name string) {
	if r.marks != nil {
		r.marks.list = name
	}
}

func (m *marks) add(at int, name, kind string) {
	if n := len(m.prefix); name == "" && n > 0 {
		name = m.prefix[:n-1] // a vector of values without names: "paths[0]"
	} else {
		name = m.prefix + name
	}
	m.fields = append(m.fields, Field{Off: at, Name: name, Type: kind})
}

// count notes the length of a vector.
func (m *marks) count(at int) {
	if m != nil {
		m.add(at, m.list+".count", "int")
	}
}

// vector is where the names of a vector's items come from.
type vector struct{ outer, list string }

// enter begins the items of a vector.
func (m *marks) enter() vector {
	if m == nil {
		return vector{}
	}
	return vector{m.prefix, m.list}
}

// item makes the names that follow those of the vector's i-th item.
func (m *marks) item(v vector, i int) {
	if m != nil {
		m.prefix = v.outer + v.list + "[" + strconv.Itoa(i) + "]."
	}
}

func (m *marks) leave(v vector) {
	if m != nil {
		m.prefix = v.outer
	}
}

// fail makes what cannot be decoded the last field.
func (m *marks) fail(bad *Error) {
	for n := len(m.fields); n > 0 && m.fields[n-1].Off >= bad.At; n-- {
		m.fields = m.fields[:n-1]
	}
	m.fields = append(m.fields, Field{Off: bad.At, Name: bad.Problem, Type: "rest"})
}

// finish fills in how long the fields are and what they hold.
func (m *marks) finish(b []byte) []Field {
	for i := range m.fields {
		end := len(b)
		if i+1 < len(m.fields) {
			end = m.fields[i+1].Off
		}
		f := &m.fields[i]
		f.Len = end - f.Off
		f.Value = shown(f.Type, b[f.Off:end])
	}
	return m.fields
}

// shown says what the bytes of a field are.
func shown(kind string, b []byte) string {
	var v uint64
	for _, c := range b[:min(len(b), 8)] {
		v = v<<8 | uint64(c)
	}
	switch kind {
	case "message":
		return zk.MsgType(v).String()
	case "role":
		return zk.Role(v).String()
	case "op":
		return strconv.Itoa(int(int32(v))) + " (" + zk.Op(int32(v)).String() + ")"
	case "boolean":
		return strconv.FormatBool(v != 0)
	case "byte", "short":
		return strconv.FormatUint(v, 10)
	case "int":
		return strconv.Itoa(int(int32(v)))
	case "bits":
		return "0x" + strconv.FormatUint(v, 16)
	case "long", "zxid", "session":
		return strconv.FormatInt(int64(v), 10) + " (0x" + strconv.FormatUint(v, 16) + ")"
	case "ustring", "buffer":
		return shownText(b)
	}
	return hex.EncodeToString(b[:min(len(b), shownMax)])
}

// shownText says what a length and the bytes after it are.
func shownText(b []byte) string {
	if len(b) < 4 || order.Uint32(b) == null {
		return "null (len -1)"
	}
	text := b[4:]
	return "len " + strconv.Itoa(len(text)) + " " +
		strconv.Quote(string(text[:min(len(text), shownMax)]))
}
