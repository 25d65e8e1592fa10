package wire

import (
	"unicode/utf8"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// The clients' protocol is Apache's own, byte for byte. A connection carries frames: a length of
// four bytes, big-endian, and that many bytes. What is appended here is whole frames, length first;
// what is decoded is a frame without its length, as a driver has it once it has read it.
//
// A server decodes as leniently as Apache does: bytes after a record are ignored, a boolean is any
// byte, a vector of a negative length is empty. What Apache refuses, for a negative length of a
// string or a path that is null, is refused.

// FrameMax is the longest frame that a server takes, jute.maxbuffer. A driver closes a connection
// that announces more, or less than nothing, before it reads the frame.
const FrameMax = 0xfffff

// The xids that are no client's choice.
const (
	XidWatchEvent = -1
	XidPing       = -2
	XidAuth       = -4
	XidSetWatches = -8
)

// opSASL is the one operation that only the wire knows: no mechanism is on offer, so the answer is
// always the null token.
const opSASL zk.Op = 102

const (
	passwordSize  = 16
	syncConnected = 3  // the state in every watch event
	noErr         = -1 // in the headers of a multi that are not about a result
)

// DecodeConnect returns the request that opens a connection, of Op OpConnect. readOnlyByte tells
// whether the client sent the last field, which clients of 3.4 do not have: it is answered in kind.
// After an error the driver closes the connection.
func DecodeConnect(frame []byte) (req zk.Request, readOnlyByte bool, err error) {
	p := packet{reader: reader{b: frame}}
	readOnlyByte = p.connect(&req)
	if p.bad != nil {
		return zk.Request{}, false, p.bad
	}
	return req, readOnlyByte, nil
}

// DecodeRequest returns the request of a frame after the first. With an error the request says how
// bad the frame is: Malformed when its header could be read, so that the server gives the answer
// (MarshallingError, or the end of the connection for auth), and without an Op when it could not,
// so that the driver closes the connection. An operation that nobody knows is no error here, and a
// setWatches that is Malformed at a null list is none either: the lists before it count. Data and
// Auth alias the frame, which is given away.
func DecodeRequest(frame []byte) (zk.Request, error) { return decodeRequest(frame, nil) }

// Decoder decodes the requests of one connection. It remembers the latest paths: who asks for one
// of them again takes no memory. The zero value is ready.
type Decoder struct{ paths recent }

// Request is DecodeRequest.
func (d *Decoder) Request(frame []byte) (zk.Request, error) {
	return decodeRequest(frame, &d.paths)
}

// recent are the latest paths, of which none is long.
type recent struct {
	paths [8]string
	next  int
}

const rememberedMax = 256 // bytes of a path

func (r *recent) text(b []byte) string {
	for i := range r.paths {
		if r.paths[i] == string(b) {
			return r.paths[i]
		}
	}
	s := text(b)
	if len(s) <= rememberedMax {
		r.paths[r.next%len(r.paths)] = s
		r.next++
	}
	return s
}

func decodeRequest(frame []byte, paths *recent) (zk.Request, error) {
	p := packet{reader: reader{b: frame}, paths: paths}
	var req zk.Request
	p.header(&req)
	if p.bad != nil {
		return zk.Request{}, p.bad
	}
	p.body(&req)
	if p.bad != nil {
		return zk.Request{Op: req.Op, Xid: req.Xid, Malformed: true}, p.bad
	}
	return req, nil
}

// DecodeConnectReply returns a server's answer to connect: in its Reply, Session 0 is a refusal.
func DecodeConnectReply(frame []byte) (step.ToClient, error) {
	p := packet{reader: reader{b: frame}}
	t := step.ToClient{Op: zk.OpConnect}
	p.connectReply(&t.Reply)
	if p.bad != nil {
		return step.ToClient{}, p.bad
	}
	return t, nil
}

// DecodeReply returns what a server sent after its answer to connect: a WatchEvent, or the Reply to
// a request of operation op, which a client knows because replies come in the order of requests.
// Data aliases the frame.
func DecodeReply(frame []byte, op zk.Op) (step.ToClient, error) {
	p := packet{reader: reader{b: frame}}
	t := step.ToClient{Op: op}
	p.reply(&t)
	if p.bad != nil {
		return step.ToClient{}, p.bad
	}
	return t, nil
}

// openFrame reserves the length that sealFrame fills in.
func openFrame(b []byte) []byte { return append(b, 0, 0, 0, 0) }

func sealFrame(b []byte, from int) []byte {
	order.PutUint32(b[from:], uint32(len(b)-from-4))
	return b
}

func appendInt(b []byte, v int32) []byte  { return order.AppendUint32(b, uint32(v)) }
func appendLong(b []byte, v int64) []byte { return order.AppendUint64(b, uint64(v)) }

// appendText writes a string as Apache's server does: a character that takes two units of UTF-16 is
// written as two characters of three bytes each (CESU-8).
func appendText(b []byte, s string) []byte {
	from := len(b)
	b = appendString(b, s)
	for i := range len(s) {
		if s[i] >= firstOfFour {
			b = appendUnits(b[:from+4], s)
			order.PutUint32(b[from:], uint32(len(b)-from-4))
			break
		}
	}
	return b
}

const (
	firstOfFour = 0xf0 // the least first byte of a character that takes four in UTF-8
	endOfThree  = 1 << 16
)

func appendUnits(b []byte, s string) []byte {
	for _, c := range s {
		if c < endOfThree {
			b = utf8.AppendRune(b, c)
			continue
		}
		const high, low, bits = 0xd800, 0xdc00, 0x3ff
		c -= endOfThree
		b = appendUnit(appendUnit(b, high|c>>10), low|c&bits)
	}
	return b
}

// appendUnit writes half a character, which package utf8 would refuse to do.
func appendUnit(b []byte, c rune) []byte {
	const first, next, bits = 0xe0, 0x80, 0x3f
	return append(b, first|byte(c>>12), next|byte(c>>6)&bits, next|byte(c)&bits)
}

// appendTexts writes a vector, which servers never send as null.
func appendTexts(b []byte, items []string) []byte {
	b = appendInt(b, int32(len(items)))
	for _, s := range items {
		b = appendText(b, s)
	}
	return b
}
