package trace

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zabscope/zabscope/core/zk"
)

// depthMax bounds how deep values nest: an event's transaction has transactions inside at most.
const depthMax = 8

var (
	errSyntax = errors.New("not a JSON object of the trace format")
	errDeep   = errors.New("JSON nests too deep")
)

// Pairs is a Detail that was read from a file.
type Pairs [][2]string

// Fields yields the pairs in order.
func (p Pairs) Fields(yield func(name, value string) bool) {
	for _, f := range p {
		if !yield(f[0], f[1]) {
			return
		}
	}
}

// DecodeNDJSON reads one line that AppendNDJSON wrote. It accepts any bytes without a panic, skips
// members that it does not know and refuses kinds and words that it does not know.
func DecodeNDJSON(line []byte) (Event, error) {
	r := reader{b: line}
	var e Event
	r.object(func(name string) { r.member(&e, name) })
	r.space()
	if r.err == nil && r.i < len(r.b) {
		r.fail(errSyntax)
	}
	if r.err == nil && e.Kind == NoKind {
		r.fail(errors.New("the event has no kind"))
	}
	return e, r.err
}

// ParseRef reads what Ref.String writes.
func ParseRef(s string) (Ref, error) {
	bad := errors.New("no event reference: " + strconv.Quote(s))
	if s == "-" {
		return Ref{}, nil
	}
	who, seq, ok := strings.Cut(s, ".")
	n, err := strconv.ParseUint(seq, 10, 64)
	if !ok || err != nil || n == 0 {
		return Ref{}, bad
	}
	r := Ref{Seq: n, Boot: 1}
	if len(who) > 0 && who[0] >= 'A' && who[0] <= 'Z' {
		r.Node, who = zk.ServerID(who[0]), "0"+who[1:]
	}
	id, boot, restarted := strings.Cut(strings.TrimPrefix(who, "w"), "b")
	if restarted {
		n, err := strconv.ParseUint(boot, 10, 16)
		if err != nil {
			return Ref{}, bad
		}
		r.Boot = uint16(n)
	}
	if r.Node == 0 && !strings.HasPrefix(who, "w") {
		n, err := strconv.ParseUint(id, 10, 8)
		if err != nil || zk.ServerID(n) > zk.ServerMax {
			return Ref{}, bad
		}
		r.Node = zk.ServerID(n)
	}
	return r, nil
}

// member reads the value of one member of an event.
func (r *reader) member(e *Event, name string) {
	switch name {
	case "ref":
		e.Ref = r.ref()
	case "cause":
		e.Cause = r.ref()
	case "at":
		e.At = zk.Instant(r.int(64))
	case "kind":
		e.Kind = word(r, ParseKind)
	case "peer":
		e.Peer = zk.ServerID(r.uint(8))
	case "other":
		e.Other = zk.ServerID(r.uint(8))
	case "epoch":
		e.Epoch = zk.Epoch(r.uint(32))
	case "zxid":
		e.Zxid = zk.Zxid(r.hex())
	case "last":
		e.Last = zk.Zxid(r.hex())
	case "session":
		e.Sess = zk.SessionID(r.hex())
	case "n":
		e.N = r.int(64)
	case "path":
		e.Path = r.string()
	default:
		r.richMember(e, name)
	}
}

func (r *reader) richMember(e *Event, name string) {
	switch name {
	case "why":
		e.Why = word(r, parseWhy)
	case "role":
		e.Role = word(r, parseRole)
	case "phase":
		e.Phase = word(r, parsePhase)
	case "type":
		e.Type = word(r, zk.ParseMsgType)
	case "vote":
		e.Vote = r.vote()
	case "prev":
		e.Prev = r.vote()
	case "set":
		r.array(func() { e.Set = e.Set.With(zk.ServerID(r.uint(8))) })
	case "txn":
		t := r.txn()
		e.Txn = &t
	case "msg":
		e.Msg = r.pairs()
	default:
		r.skip()
	}
}

func (r *reader) vote() zk.Vote {
	var v zk.Vote
	r.object(func(name string) {
		switch name {
		case "leader":
			v.Leader = zk.ServerID(r.uint(8))
		case "epoch":
			v.Epoch = zk.Epoch(r.uint(32))
		case "zxid":
			v.Zxid = zk.Zxid(r.hex())
		default:
			r.skip()
		}
	})
	return v
}

func (r *reader) pairs() Pairs {
	pairs := Pairs{}
	r.array(func() {
		var pair [2]string
		n := 0
		r.array(func() {
			if s := r.string(); n < 2 {
				pair[n] = s
			}
			n++
		})
		pairs = append(pairs, pair)
	})
	return pairs
}

func (r *reader) txn() zk.Txn {
	var t zk.Txn
	r.object(func(name string) { r.txnMember(&t, name) })
	return t
}

func (r *reader) txnMember(t *zk.Txn, name string) {
	switch name {
	case "zxid":
		t.Zxid = zk.Zxid(r.hex())
	case "session":
		t.Session = zk.SessionID(r.hex())
	case "time":
		t.TimeMs = r.int(64)
	case "op":
		t.Op = zk.Op(r.int(32))
	case "asked":
		t.Asked = zk.Op(r.int(32))
	case "cxid":
		t.Cxid = int32(r.int(32))
	case "err":
		t.Err = zk.Err(r.int(32))
	case "version":
		t.Version = int32(r.int(32))
	case "timeout":
		t.TimeoutMs = int32(r.int(32))
	case "owner":
		t.Owner = zk.SessionID(r.hex())
	case "digest":
		t.Digest = r.hex()
	case "path":
		t.Path = r.string()
	case "data":
		t.Data = r.base64()
	default:
		r.txnList(t, name)
	}
}

func (r *reader) txnList(t *zk.Txn, name string) {
	switch name {
	case "acl":
		r.array(func() { t.ACL = append(t.ACL, r.acl()) })
	case "paths":
		r.array(func() { t.Paths = append(t.Paths, r.string()) })
	case "subs":
		r.array(func() { t.Subs = append(t.Subs, r.txn()) })
	default:
		r.skip()
	}
}

func (r *reader) acl() zk.ACL {
	var a zk.ACL
	r.object(func(name string) {
		switch name {
		case "perms":
			a.Perms = zk.Perm(r.int(32))
		case "scheme":
			a.Scheme = r.string()
		case "id":
			a.ID = r.string()
		default:
			r.skip()
		}
	})
	return a
}

// reader reads JSON from the front. After the first error it reads zero values only.
type reader struct {
	b     []byte
	i     int
	depth int
	err   error
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = errors.New("byte " + strconv.Itoa(r.i) + ": " + err.Error())
	}
	r.i = len(r.b)
}

func (r *reader) space() {
	for r.i < len(r.b) && strings.IndexByte(" \t\r\n", r.b[r.i]) >= 0 {
		r.i++
	}
}

// take skips white space and then c, and reports whether it was there.
func (r *reader) take(c byte) bool {
	r.space()
	if r.i >= len(r.b) || r.b[r.i] != c {
		return false
	}
	r.i++
	return true
}

func (r *reader) need(c byte) {
	if !r.take(c) {
		r.fail(errSyntax)
	}
}

// object reads an object and calls member with the reader at each value.
func (r *reader) object(member func(name string)) {
	r.nested('{', '}', func() {
		name := r.string()
		r.need(':')
		if r.err == nil {
			member(name)
		}
	})
}

// array reads an array and calls item with the reader at each value.
func (r *reader) array(item func()) { r.nested('[', ']', item) }

func (r *reader) nested(open, end byte, item func()) {
	r.need(open)
	if r.depth++; r.depth > depthMax {
		r.fail(errDeep)
	}
	defer func() { r.depth-- }()
	if r.take(end) {
		return
	}
	for r.err == nil {
		item()
		if r.take(end) {
			return
		}
		r.need(',')
	}
}

// string reads a JSON string.
func (r *reader) string() string {
	r.need('"')
	var b []byte
	for r.err == nil {
		if r.i >= len(r.b) {
			r.fail(errSyntax)
			break
		}
		c := r.b[r.i]
		r.i++
		switch {
		case c == '"':
			return string(b)
		case c == '\\':
			b = r.escape(b)
		default:
			b = append(b, c)
		}
	}
	return ""
}

const escapes = "\"\"\\\\//b\bf\fn\nr\rt\t" // pairs: the letter and what it stands for

// escape reads what follows a backslash. Surrogates are not joined: the writer never makes any.
func (r *reader) escape(b []byte) []byte {
	if r.i >= len(r.b) {
		r.fail(errSyntax)
		return b
	}
	c := r.b[r.i]
	r.i++
	if c == 'u' && r.i+4 <= len(r.b) {
		v, err := strconv.ParseUint(string(r.b[r.i:r.i+4]), 16, 16)
		r.i += 4
		if err != nil {
			r.fail(errSyntax)
		}
		return utf8.AppendRune(b, rune(v))
	}
	for i := 0; i < len(escapes); i += 2 {
		if escapes[i] == c {
			return append(b, escapes[i+1])
		}
	}
	r.fail(errSyntax)
	return b
}

// bare reads a number or a word without quotes.
func (r *reader) bare() string {
	r.space()
	from := r.i
	for r.i < len(r.b) && strings.IndexByte(" \t\r\n,:]}[{\"", r.b[r.i]) < 0 {
		r.i++
	}
	return string(r.b[from:r.i])
}

// number reads a number, or one in a string.
func (r *reader) number() string {
	r.space()
	if r.i < len(r.b) && r.b[r.i] == '"' {
		return r.string()
	}
	return r.bare()
}

func (r *reader) int(bits int) int64 {
	v, err := strconv.ParseInt(r.number(), 10, bits)
	if err != nil {
		r.fail(errSyntax)
	}
	return v
}

func (r *reader) uint(bits int) uint64 {
	v, err := strconv.ParseUint(r.number(), 10, bits)
	if err != nil {
		r.fail(errSyntax)
	}
	return v
}

func (r *reader) hex() uint64 {
	digits, ok := strings.CutPrefix(r.string(), "0x")
	v, err := strconv.ParseUint(digits, 16, 64)
	if !ok || err != nil {
		r.fail(errSyntax)
	}
	return v
}

func (r *reader) base64() []byte {
	data, err := base64.StdEncoding.DecodeString(r.string())
	if err != nil {
		r.fail(err)
	}
	return data
}

func (r *reader) ref() Ref {
	ref, err := ParseRef(r.string())
	if err != nil {
		r.fail(err)
	}
	return ref
}

// skip reads a value of any shape.
func (r *reader) skip() {
	r.space()
	if r.i >= len(r.b) {
		r.fail(errSyntax)
		return
	}
	switch r.b[r.i] {
	case '{':
		r.object(func(string) { r.skip() })
	case '[':
		r.array(r.skip)
	case '"':
		_ = r.string()
	default:
		if r.bare() == "" {
			r.fail(errSyntax)
		}
	}
}

// word reads a string that parse must know.
func word[T any](r *reader, parse func(string) (T, bool)) T {
	name := r.string()
	v, ok := parse(name)
	if !ok {
		r.fail(errors.New("unknown word " + strconv.Quote(name)))
	}
	return v
}

func parseWhy(name string) (zk.Why, bool) {
	for w := range zk.Why(zk.WhyCount) {
		if w.String() == name {
			return w, true
		}
	}
	return zk.NoWhy, false
}

func parseRole(name string) (zk.Role, bool) {
	for r := zk.Looking; r <= zk.Down; r++ {
		if r.String() == name {
			return r, true
		}
	}
	return zk.Looking, false
}

func parsePhase(name string) (zk.Phase, bool) {
	for p := zk.Election; p <= zk.Broadcast; p++ {
		if p.String() == name {
			return p, true
		}
	}
	return zk.Election, false
}
