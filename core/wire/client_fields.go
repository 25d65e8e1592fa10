package wire

import (
	"encoding/hex"
	"strconv"
	"unicode/utf8"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// Field is one value in a frame of the clients' protocol, for people to look at.
type Field struct {
	Off, Len int // within the frame without its length
	Name     string
	Type     string // jute's: int, long, boolean, ustring, buffer; rest for what is no field
	Value    string
}

// Dissect lists the fields of a request in wire order; first says that it is the connection's first
// frame. What cannot be decoded, or is too much, comes as one last field.
func Dissect(frame []byte, first bool) []Field {
	var fields []Field
	p := packet{reader: reader{b: frame}, fields: &fields}
	var req zk.Request
	if first {
		p.connect(&req)
		return p.remainder(frame)
	}
	p.header(&req)
	p.body(&req)
	return p.remainder(frame)
}

// DissectReply lists the fields of what a server sent in answer to a request of operation op, or of
// a watch event.
func DissectReply(frame []byte, op zk.Op) []Field {
	var fields []Field
	p := packet{reader: reader{b: frame}, fields: &fields}
	t := step.ToClient{Op: op}
	if op == zk.OpConnect {
		p.connectReply(&t.Reply)
		return p.remainder(frame)
	}
	p.reply(&t)
	return p.remainder(frame)
}

// packet reads a frame of the clients' protocol. Every value has a name, and where somebody wants
// to see the fields they are noted on the way: what is shown is what was decoded.
type packet struct {
	reader
	fields *[]Field // nil when nobody looks
	prefix string   // of the names, only when somebody looks
	paths  *recent  // nil for no memory
}

func (p *packet) note(from int, name, kind, value string) {
	if p.bad == nil {
		*p.fields = append(*p.fields, Field{
			Off: from, Len: p.off - from, Name: p.prefix + name, Type: kind, Value: value,
		})
	}
}

// remainder adds what no field covers.
func (p *packet) remainder(frame []byte) []Field {
	from := 0
	if n := len(*p.fields); n > 0 {
		last := (*p.fields)[n-1]
		from = last.Off + last.Len
	}
	if from == len(frame) {
		return *p.fields
	}
	what := "bytes after the end"
	if p.bad != nil {
		what = p.bad.Problem
	}
	rest := Field{Off: from, Len: len(frame) - from, Name: what, Type: "rest"}
	rest.Value = hex.EncodeToString(frame[from:min(len(frame), from+shownMax)])
	return append(*p.fields, rest)
}

// shownMax is how many bytes of a string, a buffer or a rest a field shows.
const shownMax = 64

// item makes the names that follow those of the i-th of several. Names cost nothing when nobody
// looks: a constant is no allocation.
func (p *packet) item(name string, i int) {
	if p.fields != nil {
		p.prefix = name + "[" + strconv.Itoa(i) + "]."
	}
}

func (p *packet) int(name string) int32 {
	from := p.off
	v := int32(p.uint32())
	if p.fields != nil {
		p.note(from, name, "int", strconv.Itoa(int(v)))
	}
	return v
}

func (p *packet) long(name string) int64 {
	from := p.off
	v := int64(p.uint64())
	if p.fields != nil {
		shown := strconv.FormatInt(v, 10) + " (0x" + strconv.FormatUint(uint64(v), 16) + ")"
		p.note(from, name, "long", shown)
	}
	return v
}

func (p *packet) boolean(name string) bool {
	from := p.off
	v := p.uint8() != 0
	if p.fields != nil {
		p.note(from, name, "boolean", strconv.FormatBool(v))
	}
	return v
}

func (p *packet) buffer(name string) []byte { return p.bytes(name, "buffer") }

// bytes reads a length and that many bytes, nil for null.
func (p *packet) bytes(name, kind string) []byte {
	from := p.off
	n := p.length(1)
	if n < 0 {
		if p.fields != nil {
			p.note(from, name, kind, "null (len -1)")
		}
		return nil
	}
	v := p.take(n)
	if p.fields != nil {
		shown := strconv.Quote(string(v[:min(n, shownMax)]))
		p.note(from, name, kind, "len "+strconv.Itoa(n)+" "+shown)
	}
	return v
}

// ustring reads a string, "" for null.
func (p *packet) ustring(name string) string { return text(p.bytes(name, "ustring")) }

// text is a string as Java would see it: every sequence that is no UTF-8 is U+FFFD.
func text(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return string([]rune(string(b)))
}

// path reads a path that must not be null.
func (p *packet) path() string {
	b := p.bytes("path", "ustring")
	if b == nil {
		p.fail("path that is null")
	}
	if p.paths != nil {
		return p.paths.text(b)
	}
	return text(b)
}

// rest reads all that is left as a string.
func (p *packet) rest(name string) string {
	from := p.off
	v := text(p.take(p.left()))
	if p.fields != nil {
		p.note(from, name, "bytes", strconv.Quote(v[:min(len(v), shownMax)]))
	}
	return v
}

// count reads the length of a vector whose items take at least size bytes each: -1 for null, 0 for
// any other negative length.
func (p *packet) count(name string, size int) int {
	from := p.off
	n := int(int32(p.uint32()))
	if p.fields != nil {
		p.note(from, name+".count", "int", strconv.Itoa(n))
	}
	switch {
	case n < -1:
		return 0
	case n > p.left()/size:
		p.fail("length beyond the input")
		return -1
	}
	return n
}

// ustrings reads a vector of strings; one that is null comes as one that is empty.
func (p *packet) ustrings(name string) []string {
	return p.items(name, max(0, p.count(name, stringSize)))
}

// watched reads the paths of watches. Apache stumbles over a list that is null, and over a path
// that is null unless the watch stays, but has set the watches before it by then. So whole is false
// and the paths before it are all that there are.
func (p *packet) watched(name string, stay bool) (paths []string, whole bool) {
	n := p.count(name, stringSize)
	if n <= 0 {
		return nil, n == 0
	}
	whole = true
	for i := range n {
		b := p.bytes(p.nth(name, i), "ustring")
		whole = whole && (stay || b != nil)
		if whole {
			paths = append(paths, text(b))
		}
	}
	return paths, whole
}

func (p *packet) items(name string, n int) []string {
	items := make([]string, n)
	for i := range items {
		items[i] = p.ustring(p.nth(name, i))
	}
	return items
}

// nth names one of several; see item.
func (p *packet) nth(name string, i int) string {
	if p.fields == nil {
		return name
	}
	return name + "[" + strconv.Itoa(i) + "]"
}

func (p *packet) acl() []zk.ACL {
	n := p.count("acl", aclSize)
	if n < 0 {
		return nil
	}
	acl := make([]zk.ACL, n)
	outer := p.prefix
	for i := range acl {
		p.item(outer+"acl", i)
		acl[i].Perms = zk.Perm(p.int("perms"))
		acl[i].Scheme = p.ustring("id.scheme")
		acl[i].ID = p.ustring("id.id")
	}
	p.prefix = outer
	return acl
}
