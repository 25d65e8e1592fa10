package trace

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"

	"github.com/zabscope/zabscope/core/zk"
)

// exactMax is the largest whole number that every reader of JSON keeps exactly; larger ones are
// written as strings.
const exactMax = 1<<53 - 1

// AppendNDJSON appends the event to b as one line of newline-delimited JSON. Fields that are zero
// are left out, zxids and sessions are strings in Apache's hexadecimal form, at is in nanoseconds,
// a Msg is a list of name and value pairs. DecodeNDJSON reads it back.
func AppendNDJSON(b []byte, e *Event) []byte {
	w := objectWriter{b: append(b, '{')}
	w.str("ref", e.Ref.String())
	if !e.Cause.IsZero() {
		w.str("cause", e.Cause.String())
	}
	w.raw("at", strconv.FormatInt(int64(e.At), 10))
	w.str("kind", e.Kind.String())
	w.names(e)
	w.num("peer", int64(e.Peer))
	w.num("other", int64(e.Other))
	w.num("epoch", int64(e.Epoch))
	w.hex("zxid", uint64(e.Zxid))
	w.hex("last", uint64(e.Last))
	w.vote("vote", e.Vote)
	w.vote("prev", e.Prev)
	w.set("set", e.Set)
	w.hex("session", uint64(e.Sess))
	w.num("n", e.N)
	w.str("path", e.Path)
	if e.Txn != nil {
		w.key("txn")
		w.b = appendTxn(w.b, e.Txn)
	}
	w.detail("msg", e.Msg)
	return append(w.b, '}', '\n')
}

// names writes the fields that are words. Role and phase count from a word of their own, so they
// are written wherever the kind has them.
func (w *objectWriter) names(e *Event) {
	if e.Why != zk.NoWhy {
		w.str("why", e.Why.String())
	}
	if e.Role != zk.Looking {
		w.str("role", e.Role.String())
	}
	if e.Phase != zk.Election {
		w.str("phase", e.Phase.String())
	}
	if e.Type != zk.NoMsg {
		w.str("type", e.Type.String())
	}
}

// objectWriter writes the members of one JSON object. Members whose value is zero are left out.
type objectWriter struct {
	b    []byte
	some bool
}

func (w *objectWriter) key(name string) {
	if w.some {
		w.b = append(w.b, ',')
	}
	w.some = true
	w.b = append(appendString(w.b, name), ':')
}

func (w *objectWriter) raw(name, value string) {
	w.key(name)
	w.b = append(w.b, value...)
}

func (w *objectWriter) str(name, value string) {
	if value != "" {
		w.key(name)
		w.b = appendString(w.b, value)
	}
}

func (w *objectWriter) num(name string, v int64) {
	if v == 0 {
		return
	}
	w.key(name)
	if v > exactMax || v < -exactMax {
		w.b = appendString(w.b, strconv.FormatInt(v, 10))
		return
	}
	w.b = strconv.AppendInt(w.b, v, 10)
}

func (w *objectWriter) hex(name string, v uint64) { w.str(name, hexText(v)) }

func (w *objectWriter) vote(name string, v zk.Vote) {
	if v == (zk.Vote{}) {
		return
	}
	w.key(name)
	o := objectWriter{b: append(w.b, '{')}
	o.num("leader", int64(v.Leader))
	o.num("epoch", int64(v.Epoch))
	o.hex("zxid", uint64(v.Zxid))
	w.b = append(o.b, '}')
}

func (w *objectWriter) set(name string, s zk.ServerSet) {
	if s != 0 {
		w.raw(name, "["+s.String()+"]")
	}
}

func (w *objectWriter) detail(name string, d Detail) {
	if d == nil {
		return
	}
	w.key(name)
	w.b = append(w.b, '[')
	some := false
	for field, value := range d.Fields {
		if some {
			w.b = append(w.b, ',')
		}
		some = true
		w.b = append(appendString(append(w.b, '['), field), ',')
		w.b = append(appendString(w.b, value), ']')
	}
	w.b = append(w.b, ']')
}

func appendTxn(b []byte, t *zk.Txn) []byte {
	w := objectWriter{b: append(b, '{')}
	w.hex("zxid", uint64(t.Zxid))
	w.hex("session", uint64(t.Session))
	w.num("time", t.TimeMs)
	w.num("op", int64(t.Op))
	w.num("asked", int64(t.Asked))
	w.num("cxid", int64(t.Cxid))
	w.num("err", int64(t.Err))
	w.num("version", int64(t.Version))
	w.num("timeout", int64(t.TimeoutMs))
	w.hex("owner", uint64(t.Owner))
	w.hex("digest", t.Digest)
	w.str("path", t.Path)
	w.data("data", t.Data)
	list(&w, "acl", t.ACL, appendACL)
	list(&w, "paths", t.Paths, appendString)
	list(&w, "subs", t.Subs, func(b []byte, s zk.Txn) []byte { return appendTxn(b, &s) })
	return append(w.b, '}')
}

// data writes bytes in base64; an empty value that is not nil is an empty string.
func (w *objectWriter) data(name string, data []byte) {
	if data != nil {
		w.key(name)
		w.b = appendString(w.b, base64.StdEncoding.EncodeToString(data))
	}
}

func list[T any](w *objectWriter, name string, values []T, add func([]byte, T) []byte) {
	if len(values) == 0 {
		return
	}
	w.key(name)
	w.b = append(w.b, '[')
	for i, v := range values {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = add(w.b, v)
	}
	w.b = append(w.b, ']')
}

func appendACL(b []byte, a zk.ACL) []byte {
	w := objectWriter{b: append(b, '{')}
	w.num("perms", int64(a.Perms))
	w.str("scheme", a.Scheme)
	w.str("id", a.ID)
	return append(w.b, '}')
}

const hexDigits = "0123456789abcdef"

// appendString writes a JSON string. Bytes that are not UTF-8 become U+FFFD; line and paragraph
// separators are escaped, so that the line may stand in a script.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < 0x20 || r == 0x2028 || r == 0x2029:
			b = append(b, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15],
				hexDigits[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
