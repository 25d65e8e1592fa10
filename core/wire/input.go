package wire

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// The fields of an input that are written only when they are not zero, in this order.
const (
	inPeer = 1 << iota // From, Chan
	inConn
	inAddr
	inSeq
	inZxid
	inMsg
	inReq
	inCause
	inEnd
)

func inputBits(in *step.Input) uint32 {
	return bit(in.From != 0 || in.Chan != 0, inPeer) | bit(in.Conn != 0, inConn) |
		bit(in.Addr != "", inAddr) | bit(in.Seq != 0, inSeq) | bit(in.Zxid != 0, inZxid) |
		bit(in.Msg != nil, inMsg) | bit(in.Req != nil, inReq) | bit(!in.Cause.IsZero(), inCause)
}

// AppendInputs appends what happened to a server, in order, as flight recordings keep it.
func AppendInputs(b []byte, inputs []step.Input) []byte {
	return appendVector(b, inputs, appendInput)
}

func appendInput(b []byte, in *step.Input) []byte {
	bits := inputBits(in)
	b = order.AppendUint16(append(b, byte(in.Kind)), uint16(bits))
	b = order.AppendUint64(order.AppendUint64(b, uint64(in.At)), uint64(in.WallMs))
	if bits&inPeer != 0 {
		b = append(b, byte(in.From), byte(in.Chan))
	}
	b = append64(b, bits&inConn, uint64(in.Conn))
	b = appendStringIf(b, bits&inAddr, in.Addr)
	b = append64(b, bits&inSeq, in.Seq)
	b = append64(b, bits&inZxid, uint64(in.Zxid))
	if bits&inMsg != 0 {
		b = appendSized(b, func(b []byte) []byte { return AppendMessage(b, in.Msg) })
	}
	if bits&inReq != 0 {
		b = appendRequest(b, in.Req)
	}
	if bits&inCause != 0 {
		b = appendRef(b, in.Cause)
	}
	return b
}

// DecodeInputs returns the inputs that b is, and nothing but them.
func DecodeInputs(b []byte) ([]step.Input, error) {
	r := reader{b: b}
	inputs := readVector(&r, inputSize, readInput)
	return inputs, r.done()
}

const inputSize = 1 + 2 + 8 + 8

func readInput(r *reader, in *step.Input) {
	in.Kind = step.InputKind(r.uint8())
	bits := uint32(r.uint16())
	in.At, in.WallMs = zk.Instant(r.uint64()), int64(r.uint64())
	if bits&inPeer != 0 {
		in.From, in.Chan = r.server(), zk.Channel(r.uint8())
	}
	in.Conn = zk.ConnID(r.uint64If(bits&inConn, "conn"))
	in.Addr = r.stringIf(bits&inAddr, "addr")
	in.Seq = r.uint64If(bits&inSeq, "seq")
	in.Zxid = zk.Zxid(r.uint64If(bits&inZxid, "zxid"))
	if bits&inMsg != 0 {
		m, err := DecodeMessage(r.buffer())
		r.judge(err)
		in.Msg = &m
	}
	if bits&inReq != 0 {
		in.Req = new(zk.Request)
		readRequest(r, in.Req)
	}
	if bits&inCause != 0 {
		in.Cause = r.ref()
	}
	r.judgeInput(in, bits)
}

// judgeInput refuses what no driver brings to a node.
func (r *reader) judgeInput(in *step.Input, bits uint32) {
	switch {
	case bits >= inEnd || r.bad == nil && inputBits(in) != bits:
		r.fail("input with fields that are not there")
	case in.Kind > step.ClientDown:
		r.fail("unknown input")
	case (in.Kind == step.PeerMsg) != (in.Msg != nil):
		r.fail("message that did not arrive")
	case (in.Kind == step.ClientMsg) != (in.Req != nil):
		r.fail("request that did not arrive")
	}
}
