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
	r.at("fields", "bits")
	bits := r.uint32()
	if bits >= reqEnd {
		r.fail("unknown field")
	}
	r.at("type", "op")
	q.Op = zk.Op(r.uint32())
	q.Watch = bits&reqWatch != 0
	q.ReadOnly = bits&reqReadOnly != 0
	q.Malformed = bits&reqMalformed != 0
	readRequestNumbers(r, q, bits)
	q.Path = r.stringIf(bits&reqPath, "path")
	q.Data = r.bufferIf(bits&reqData, "data")
	if bits&reqACL != 0 {
		q.ACL = r.acl()
	}
	q.Password = r.bufferIf(bits&reqPassword, "password")
	q.DataWatches = r.watches(bits&reqDataWatches, "dataWatches")
	q.ExistWatches = r.watches(bits&reqExistWatches, "existWatches")
	q.ChildWatches = r.watches(bits&reqChildWatches, "childWatches")
	q.PersistentWatches = r.watches(bits&reqPersistentWatches, "persistentWatches")
	q.RecursiveWatches = r.watches(bits&reqRecursiveWatches, "recursiveWatches")
	q.Scheme = r.stringIf(bits&reqScheme, "scheme")
	q.Auth = r.bufferIf(bits&reqAuth, "auth")
	if bits&reqIdentities != 0 {
		r.list("identities")
		q.Identities = readVector(r, identitySize, readIdentity)
	}
	q.Joining = r.stringIf(bits&reqJoining, "joining")
	q.Leaving = r.stringIf(bits&reqLeaving, "leaving")
	q.Members = r.stringIf(bits&reqMembers, "members")
	if bits&reqOps != 0 {
		r.list("ops")
		q.Ops = readVector(r, requestSize, readPart)
	}
	if requestBits(q) != bits {
		r.fail("field that is said to be there and is zero")
	}
}

func readRequestNumbers(r *reader, q *zk.Request, bits uint32) {
	q.Mode = zk.CreateMode(r.uint32If(bits&reqMode, "mode"))
	q.WatchMode = zk.AddWatchMode(r.uint32If(bits&reqWatchMode, "watchMode"))
	q.Watcher = zk.WatcherType(r.uint32If(bits&reqWatcher, "watcher"))
	q.Xid = int32(r.uint32If(bits&reqXid, "xid"))
	q.Version = int32(r.uint32If(bits&reqVersion, "version"))
	q.TimeoutMs = int32(r.uint32If(bits&reqTimeout, "timeout"))
	q.TTL = int64(r.uint64If(bits&reqTTL, "ttl"))
	q.Session = zk.SessionID(r.uint64If(bits&reqSession, "session"))
	q.LastZxid = zk.Zxid(r.uint64If(bits&reqLastZxid, "lastZxid"))
}

func (r *reader) stringIf(on uint32, name string) string {
	if on == 0 {
		return ""
	}
	r.at(name, "ustring")
	return r.string()
}

func (r *reader) bufferIf(on uint32, name string) []byte {
	if on == 0 {
		return nil
	}
	r.at(name, "buffer")
	return r.buffer()
}

func (r *reader) watches(on uint32, name string) []string {
	if on == 0 {
		return nil
	}
	r.list(name)
	return readVector(r, stringSize, readStringItem)
}

func readIdentity(r *reader, id *zk.Identity) {
	r.at("scheme", "ustring")
	id.Scheme = r.string()
	r.at("id", "ustring")
	id.ID = r.string()
}

func readPart(r *reader, q *zk.Request) {
	if readRequest(r, q); q.Ops != nil {
		r.fail("multi inside a multi")
	}
}
