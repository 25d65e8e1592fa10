package wire

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// The fields of a request that are written only when they are not zero, in the order in which they
// are written. Watch has no bytes: its bit is its value.
const (
	reqMode = 1 << iota
	reqWatch
	reqXid
	reqVersion
	reqTimeout
	reqSession
	reqLastZxid
	reqPath
	reqData
	reqACL
	reqPassword
	reqDataWatches
	reqExistWatches
	reqChildWatches
	reqOps
	reqEnd
)

const requestSize = 2 + 4 // the smallest request: bits, op

func requestBits(q *zk.Request) uint16 {
	return bit(q.Mode != 0, reqMode) | bit(q.Watch, reqWatch) | bit(q.Xid != 0, reqXid) |
		bit(q.Version != 0, reqVersion) | bit(q.TimeoutMs != 0, reqTimeout) |
		bit(q.Session != 0, reqSession) | bit(q.LastZxid != 0, reqLastZxid) |
		bit(q.Path != "", reqPath) | bit(q.Data != nil, reqData) | bit(q.ACL != nil, reqACL) |
		bit(q.Password != nil, reqPassword) | bit(q.DataWatches != nil, reqDataWatches) |
		bit(q.ExistWatches != nil, reqExistWatches) |
		bit(q.ChildWatches != nil, reqChildWatches) | bit(q.Ops != nil, reqOps)
}

func appendRequest(b []byte, q *zk.Request) []byte {
	bits := requestBits(q)
	b = order.AppendUint16(b, bits)
	b = order.AppendUint32(b, uint32(q.Op))
	b = append32(b, bits&reqMode, uint32(q.Mode))
	b = append32(b, bits&reqXid, uint32(q.Xid))
	b = append32(b, bits&reqVersion, uint32(q.Version))
	b = append32(b, bits&reqTimeout, uint32(q.TimeoutMs))
	b = append64(b, bits&reqSession, uint64(q.Session))
	b = append64(b, bits&reqLastZxid, uint64(q.LastZxid))
	if bits&reqPath != 0 {
		b = appendString(b, q.Path)
	}
	if bits&reqData != 0 {
		b = appendBuffer(b, q.Data)
	}
	if bits&reqACL != 0 {
		b = appendVector(b, q.ACL, appendACL)
	}
	if bits&reqPassword != 0 {
		b = appendBuffer(b, q.Password)
	}
	b = appendWatches(b, bits&reqDataWatches, q.DataWatches)
	b = appendWatches(b, bits&reqExistWatches, q.ExistWatches)
	b = appendWatches(b, bits&reqChildWatches, q.ChildWatches)
	if bits&reqOps != 0 {
		b = appendVector(b, q.Ops, appendPart)
	}
	return b
}

func appendWatches(b []byte, on uint16, paths []string) []byte {
	if on == 0 {
		return b
	}
	return appendVector(b, paths, appendStringItem)
}

func appendPart(b []byte, q *zk.Request) []byte {
	step.Assert(q.Ops == nil, "MultiInMulti")
	return appendRequest(b, q)
}

func readRequest(r *reader, q *zk.Request) {
	bits := r.bits(reqEnd)
	q.Op = zk.Op(r.uint32())
	q.Watch = bits&reqWatch != 0
	q.Mode = zk.CreateMode(r.uint32If(bits & reqMode))
	q.Xid = int32(r.uint32If(bits & reqXid))
	q.Version = int32(r.uint32If(bits & reqVersion))
	q.TimeoutMs = int32(r.uint32If(bits & reqTimeout))
	q.Session = zk.SessionID(r.uint64If(bits & reqSession))
	q.LastZxid = zk.Zxid(r.uint64If(bits & reqLastZxid))
	if bits&reqPath != 0 {
		q.Path = r.string()
	}
	if bits&reqData != 0 {
		q.Data = r.buffer()
	}
	if bits&reqACL != 0 {
		q.ACL = r.acl()
	}
	if bits&reqPassword != 0 {
		q.Password = r.buffer()
	}
	q.DataWatches = r.watches(bits & reqDataWatches)
	q.ExistWatches = r.watches(bits & reqExistWatches)
	q.ChildWatches = r.watches(bits & reqChildWatches)
	if bits&reqOps != 0 {
		q.Ops = readVector(r, requestSize, readPart)
	}
	if requestBits(q) != bits {
		r.fail("field that is said to be there and is zero")
	}
}

func (r *reader) watches(on uint16) []string {
	if on == 0 {
		return nil
	}
	return readVector(r, stringSize, readStringItem)
}

func readPart(r *reader, q *zk.Request) {
	if readRequest(r, q); q.Ops != nil {
		r.fail("multi inside a multi")
	}
}
