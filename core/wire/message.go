package wire

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// The fields of a message beyond Type, From, To and Cause, in the order in which they are written.
const (
	hasState = 1 << iota
	hasRound
	hasEpoch
	hasNoVote
	hasZxid
	hasFloor
	hasVote
	hasTxns
	hasSess
	hasReq
	hasSnap
)

// fieldsOf is the table in the comment of step.Message. A type that is not here is not sent between
// servers.
var fieldsOf = [zk.MsgTypeCount]uint32{
	zk.Notification: hasState | hasRound | hasVote,
	zk.FollowerInfo: hasEpoch,
	zk.ObserverInfo: hasEpoch,
	zk.LeaderInfo:   hasEpoch,
	zk.AckEpoch:     hasState | hasEpoch | hasNoVote | hasZxid | hasFloor,
	zk.Diff:         hasZxid,
	zk.Trunc:        hasZxid,
	zk.Snap:         hasZxid | hasSnap,
	zk.NewLeader:    hasEpoch | hasZxid,
	zk.UpToDate:     hasEpoch,
	zk.Proposal:     hasZxid | hasTxns,
	zk.Ack:          hasZxid,
	zk.Commit:       hasZxid,
	zk.Inform:       hasZxid | hasTxns,
	zk.Ping:         hasZxid | hasSess,
	zk.Forward:      hasRound | hasReq,
	zk.Sync:         hasRound | hasSess,
	zk.Revalidate:   hasRound | hasSess,
}

const sessSize = 8 + 4 + 1

// AppendMessage appends the bytes of m: the fields that its type uses and no others. A SNAP has a
// Snap, a REQUEST a Req, a SYNC and a REVALIDATE one Sess.
func AppendMessage(b []byte, m *step.Message) []byte {
	fields := fieldsOfType(m.Type)
	step.Assert(fields != 0, "ServerMessage")
	b = append(b, byte(m.Type), byte(m.From), byte(m.To))
	b = appendRef(b, m.Cause)
	b = appendNumbers(b, m, fields)
	switch {
	case fields&hasTxns != 0:
		return appendVector(b, m.Txns, AppendTxn)
	case fields&hasSess != 0:
		return appendVector(b, m.Sess, appendTouch)
	case fields&hasReq != 0:
		return appendRequest(b, m.Req)
	case fields&hasSnap != 0:
		return AppendSnapshot(b, m.Snap)
	}
	return b
}

// DecodeMessage returns the message that b is, and nothing but it. Fields that its type does not
// use are zero.
func DecodeMessage(b []byte) (step.Message, error) {
	return decodeMessage(reader{b: b})
}

func decodeMessage(r reader) (step.Message, error) {
	var m step.Message
	r.at("type", "message")
	m.Type = zk.MsgType(r.uint8())
	r.at("from", "byte")
	m.From = r.server()
	r.at("to", "byte")
	m.To = r.server()
	fields := fieldsOfType(m.Type)
	if fields == 0 {
		r.fail("type that servers do not send")
	}
	m.Cause = r.ref()
	readNumbers(&r, &m, fields)
	err := r.bodyOrEnd(&m, fields)
	if err != nil {
		return step.Message{}, err
	}
	return m, nil
}

func fieldsOfType(t zk.MsgType) uint32 {
	if int(t) >= len(fieldsOf) {
		return 0
	}
	return fieldsOf[t]
}

func appendNumbers(b []byte, m *step.Message, fields uint32) []byte {
	if fields&hasState != 0 {
		b = append(b, byte(m.State))
	}
	b = append64(b, fields&hasRound, m.Round)
	b = append32(b, fields&hasEpoch, uint32(m.Epoch))
	if fields&hasNoVote != 0 {
		b = appendBool(b, m.NoVote)
	}
	b = append64(b, fields&hasZxid, uint64(m.Zxid))
	b = append64(b, fields&hasFloor, uint64(m.Floor))
	if fields&hasVote != 0 {
		b = append(b, byte(m.Vote.Leader))
		b = order.AppendUint32(b, uint32(m.Vote.Epoch))
		b = order.AppendUint64(b, uint64(m.Vote.Zxid))
	}
	return b
}

func appendTouch(b []byte, s *zk.SessionTouch) []byte {
	b = order.AppendUint64(b, uint64(s.Session))
	b = order.AppendUint32(b, uint32(s.TimeoutMs))
	return appendBool(b, s.Valid)
}

func appendRef(b []byte, ref trace.Ref) []byte {
	b = order.AppendUint64(b, ref.Seq)
	b = append(b, byte(ref.Node))
	return order.AppendUint16(b, ref.Boot)
}

func readNumbers(r *reader, m *step.Message, fields uint32) {
	if fields&hasState != 0 {
		r.at("state", "role")
		m.State = r.role()
	}
	m.Round = r.uint64If(fields&hasRound, "round")
	m.Epoch = zk.Epoch(r.uint32If(fields&hasEpoch, "epoch"))
	if fields&hasNoVote != 0 {
		r.at("noVote", "boolean")
		m.NoVote = r.bool()
	}
	m.Zxid = zk.Zxid(r.uint64If(fields&hasZxid, "zxid"))
	m.Floor = zk.Zxid(r.uint64If(fields&hasFloor, "floor"))
	if fields&hasVote != 0 {
		r.at("vote.leader", "byte")
		m.Vote.Leader = r.server()
		r.at("vote.epoch", "int")
		m.Vote.Epoch = zk.Epoch(r.uint32())
		r.at("vote.zxid", "zxid")
		m.Vote.Zxid = zk.Zxid(r.uint64())
	}
}

func (r *reader) bodyOrEnd(m *step.Message, fields uint32) error {
	if fields&(hasTxns|hasSess|hasReq|hasSnap) == 0 {
		return r.done()
	}
	return readBody(*r, m, fields)
}

// readBody takes the reader by value: it lets it escape, which costs an allocation that messages
// without a body do not pay.
func readBody(from reader, m *step.Message, fields uint32) error {
	r := &from
	switch {
	case fields&hasTxns != 0:
		r.list("txns")
		m.Txns = readVector(r, txnSize, readTxn)
	case fields&hasSess != 0:
		r.list("sessions")
		m.Sess = readVector(r, sessSize, readTouch)
		if fields&hasRound != 0 && len(m.Sess) != 1 {
			r.fail("not exactly one session")
		}
	case fields&hasReq != 0:
		m.Req = new(zk.Request)
		readRequest(r, m.Req)
	case fields&hasSnap != 0:
		r.at("snapshot", "rest")
		r.marks = nil // a tree is no list of fields
		m.Snap = r.snapshot()
	}
	return r.done()
}

func readTouch(r *reader, s *zk.SessionTouch) {
	r.at("session", "session")
	s.Session = zk.SessionID(r.uint64())
	r.at("timeout", "int")
	s.TimeoutMs = int32(r.uint32())
	r.at("valid", "boolean")
	s.Valid = r.bool()
}

func (r *reader) ref() trace.Ref {
	var ref trace.Ref
	r.at("cause.event", "long")
	ref.Seq = r.uint64()
	r.at("cause.node", "byte")
	ref.Node = zk.ServerID(r.uint8())
	r.at("cause.boot", "short")
	ref.Boot = r.uint16()
	return ref
}

func (r *reader) server() zk.ServerID {
	id := zk.ServerID(r.uint8())
	if id > zk.ServerMax {
		r.fail("server id above 63")
	}
	return id
}

func (r *reader) role() zk.Role {
	v := zk.Role(r.uint8())
	if v > zk.Down {
		r.fail("unknown role")
	}
	return v
}
