package wire

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// The fields of a request that are written only when they are not zero, in the order in which they
// are written. Watch, ReadOnly and Malformed have no bytes: their bit is their value.
const (
	reqMode = 1 << iota
	reqWatchMode
	reqWatcher
	reqWatch
	reqReadOnly
	reqMalformed
	reqXid
	reqVersion
	reqTimeout
	reqTTL
	reqSession
	reqLastZxid
	reqPath
	reqData
	reqACL
	reqPassword
	reqDataWatches
	reqExistWatches
	reqChildWatches
	reqPersistentWatches
	reqRecursiveWatches
	reqScheme
	reqAuth
	reqIdentities
	reqJoining
	reqLeaving
	reqMembers
	reqOps
	reqEnd
)

const (
	requestSize  = 4 + 4 // the smallest request: bits, op
	identitySize = 4 + 4
)

func requestBits(q *zk.Request) uint32 {
	return bit(q.Mode != 0, reqMode) | bit(q.WatchMode != 0, reqWatchMode) |
		bit(q.Watcher != 0, reqWatcher) | bit(q.Watch, reqWatch) |
		bit(q.ReadOnly, reqReadOnly) | bit(q.Malformed, reqMalformed) |
		bit(q.Xid != 0, reqXid) | bit(q.Version != 0, reqVersion) |
		bit(q.TimeoutMs != 0, reqTimeout) | bit(q.TTL != 0, reqTTL) |
		bit(q.Session != 0, reqSession) | bit(q.LastZxid != 0, reqLastZxid) |
		bit(q.Path != "", reqPath) | bit(q.Data != nil, reqData) | bit(q.ACL != nil, reqACL) |
		bit(q.Password != nil, reqPassword) | bit(q.DataWatches != nil, reqDataWatches) |
		bit(q.ExistWatches != nil, reqExistWatches) |
		bit(q.ChildWatches != nil, reqChildWatches) |
		bit(q.PersistentWatches != nil, reqPersistentWatches) |
		bit(q.RecursiveWatches != nil, reqRecursiveWatches) |
		bit(q.Scheme != "", reqScheme) | bit(q.Auth != nil, reqAuth) |
		bit(q.Identities != nil, reqIdentities) | bit(q.Joining != "", reqJoining) |
		bit(q.Leaving != "", reqLeaving) | bit(q.Members != "", reqMembers) |
		bit(q.Ops != nil, reqOps)
}

func appendRequest(b []byte, q *zk.Request) []byte {
	bits := requestBits(q)
	b = order.AppendUint32(b, bits)
	b = order.AppendUint32(b, uint32(q.Op))
	b = appendRequestNumbers(b, q, bits)
	b = appendStringIf(b, bits&reqPath, q.Path)
	b = appendBufferIf(b, bits&reqData, q.Data)
	if bits&reqACL != 0 {
		b = appendVector(b, q.ACL, appendACL)
	}
	b = appendBufferIf(b, bits&reqPassword, q.Password)
	b = appendWatches(b, bits&reqDataWatches, q.DataWatches)
	b = appendWatches(b, bits&reqExistWatches, q.ExistWatches)
	b = appendWatches(b, bits&reqChildWatches, q.ChildWatches)
	b = appendWatches(b, bits&reqPersistentWatches, q.PersistentWatches)
	b = appendWatches(b, bits&reqRecursiveWatches, q.RecursiveWatches)
	b = appendStringIf(b, bits&reqScheme, q.Scheme)
	b = appendBufferIf(b, bits&reqAuth, q.Auth)
	if bits&reqIdentities != 0 {
		b = appendVector(b, q.Identities, appendIdentity)
	}
	b = appendStringIf(b, bits&reqJoining, q.Joining)
	b = appendStringIf(b, bits&reqLeaving, q.Leaving)
	b = appendStringIf(b, bits&reqMembers, q.Members)
	if bits&reqOps != 0 {
		b = appendVector(b, q.Ops, appendPart)
	}
	return b
}

func appendRequestNumbers(b []byte, q *zk.Request, bits uint32) []byte {
	b = append32(b, bits&reqMode, uint32(q.Mode))
	b = append32(b, bits&reqWatchMode, uint32(q.WatchMode))
	b = append32(b, bits&reqWatcher, uint32(q.Watcher))
	b = append32(b, bits&reqXid, uint32(q.Xid))
	b = append32(b, bits&reqVersion, uint32(q.Version))
	b = append32(b, bits&reqTimeout, uint32(q.TimeoutMs))
	b = append64(b, bits&reqTTL, uint64(q.TTL))
	b = append64(b, bits&reqSession, uint64(q.Session))
	return append64(b, bits&reqLastZxid, uint64(q.LastZxid))
}

func appendStringIf(b []byte, on uint32, s string) []byte {
	if on == 0 {
		return b
	}
	return appendString(b, s)
}

func appendBufferIf(b []byte, on uint32, data []byte) []byte {
	if on == 0 {
		return b
	}
	return appendBuffer(b, data)
}

func appendWatches(b []byte, on uint32, paths []string) []byte {
	if on == 0 {
		return b
	}
	return appendVector(b, paths, appendStringItem)
}

func appendIdentity(b []byte, id *zk.Identity) []byte {
	return appendString(appendString(b, id.Scheme), id.ID)
}

func appendPart(b []byte, q *zk.Request) []byte {
	step.Assert(q.Ops == nil, "MultiInMulti")
	return appendRequest(b, q)
}

func readRequest(r *reader, q *zk.Request) {
	bits := r.uint32()
	if bits >= reqEnd {
		r.fail("unknown field")
	}
	q.Op = zk.Op(r.uint32())
	q.Watch = bits&reqWatch != 0
	q.ReadOnly = bits&reqReadOnly != 0
	q.Malformed = bits&reqMalformed != 0
	readRequestNumbers(r, q, bits)
	q.Path = r.stringIf(bits & reqPath)
	q.Data = r.bufferIf(bits & reqData)
	if bits&reqACL != 0 {
		q.ACL = r.acl()
	}
	q.Password = r.bufferIf(bits & reqPassword)
	q.DataWatches = r.watches(bits & reqDataWatches)
	q.ExistWatches = r.watches(bits & reqExistWatches)
	q.ChildWatches = r.watches(bits & reqChildWatches)
	q.PersistentWatches = r.watches(bits & reqPersistentWatches)
	q.RecursiveWatches = r.watches(bits & reqRecursiveWatches)
	q.Scheme = r.stringIf(bits & reqScheme)
	q.Auth = r.bufferIf(bits & reqAuth)
	if bits&reqIdentities != 0 {
		q.Identities = readVector(r, identitySize, readIdentity)
	}
	q.Joining = r.stringIf(bits & reqJoining)
	q.Leaving = r.stringIf(bits & reqLeaving)
	q.Members = r.stringIf(bits & reqMembers)
	if bits&reqOps != 0 {
		q.Ops = readVector(r, requestSize, readPart)
	}
	if requestBits(q) != bits {
		r.fail("field that is said to be there and is zero")
	}
}

func readRequestNumbers(r *reader, q *zk.Request, bits uint32) {
	q.Mode = zk.CreateMode(r.uint32If(bits & reqMode))
	q.WatchMode = zk.AddWatchMode(r.uint32If(bits & reqWatchMode))
	q.Watcher = zk.WatcherType(r.uint32If(bits & reqWatcher))
	q.Xid = int32(r.uint32If(bits & reqXid))
	q.Version = int32(r.uint32If(bits & reqVersion))
	q.TimeoutMs = int32(r.uint32If(bits & reqTimeout))
	q.TTL = int64(r.uint64If(bits & reqTTL))
	q.Session = zk.SessionID(r.uint64If(bits & reqSession))
	q.LastZxid = zk.Zxid(r.uint64If(bits & reqLastZxid))
}

func (r *reader) stringIf(on uint32) string {
	if on == 0 {
		return ""
	}
	return r.string()
}

func (r *reader) bufferIf(on uint32) []byte {
	if on == 0 {
		return nil
	}
	return r.buffer()
}

func (r *reader) watches(on uint32) []string {
	if on == 0 {
		return nil
	}
	return readVector(r, stringSize, readStringItem)
}

func readIdentity(r *reader, id *zk.Identity) { id.Scheme, id.ID = r.string(), r.string() }

func readPart(r *reader, q *zk.Request) {
	if readRequest(r, q); q.Ops != nil {
		r.fail("multi inside a multi")
	}
}
