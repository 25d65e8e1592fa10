package wire

import "github.com/zabscope/zabscope/core/zk"

// AppendConnect appends the frame that opens a connection. Without readOnlyByte it is that of a
// client of 3.4.
func AppendConnect(b []byte, req *zk.Request, readOnlyByte bool) []byte {
	from := len(b)
	b = appendInt(openFrame(b), 0)
	b = appendLong(b, int64(req.LastZxid))
	b = appendInt(b, req.TimeoutMs)
	b = appendLong(b, int64(req.Session))
	b = appendPassword(b, req.Password)
	if readOnlyByte {
		b = appendBool(b, req.ReadOnly)
	}
	return sealFrame(b, from)
}

// appendPassword writes sixteen zeros for no password, as clients and servers do.
func appendPassword(b, password []byte) []byte {
	if password == nil {
		b = appendInt(b, passwordSize)
		return append(b, make([]byte, passwordSize)...)
	}
	return appendBuffer(b, password)
}

// AppendClientRequest appends the frame of any request but connect. Its Xid is the caller's choice;
// see XidPing and its like for those that are none.
func AppendClientRequest(b []byte, req *zk.Request) []byte {
	from := len(b)
	b = appendInt(openFrame(b), req.Xid)
	b = appendInt(b, int32(req.Op))
	b = appendBody(b, req)
	return sealFrame(b, from)
}

func appendBody(b []byte, req *zk.Request) []byte {
	switch req.Op {
	case zk.OpCreate, zk.OpCreate2, zk.OpCreateContainer, zk.OpCreateTTL:
		return appendCreate(b, req)
	case zk.OpDelete, zk.OpCheck:
		return appendInt(appendString(b, req.Path), req.Version)
	case zk.OpSetData:
		b = appendBuffer(appendString(b, req.Path), req.Data)
		return appendInt(b, req.Version)
	case zk.OpSetACL:
		b = appendVector(appendString(b, req.Path), req.ACL, appendACL)
		return appendInt(b, req.Version)
	case zk.OpExists, zk.OpGetData, zk.OpGetChildren, zk.OpGetChildren2:
		return appendBool(appendString(b, req.Path), req.Watch)
	case zk.OpGetACL, zk.OpSync, zk.OpGetEphemerals, zk.OpGetAllChildrenNumber:
		return appendString(b, req.Path)
	case zk.OpMulti, zk.OpMultiRead:
		return appendMulti(b, req.Ops)
	case zk.OpSetWatches, zk.OpSetWatches2:
		return appendSetWatches(b, req)
	case zk.OpAddWatch:
		return appendInt(appendString(b, req.Path), int32(req.WatchMode))
	case zk.OpRemoveWatches, zk.OpCheckWatches:
		return appendInt(appendString(b, req.Path), int32(req.Watcher))
	case zk.OpAuth:
		return appendBuffer(appendString(appendInt(b, 0), req.Scheme), req.Auth)
	case zk.OpReconfig:
		return appendReconfig(b, req)
	case zk.OpDeleteContainer:
		return append(b, req.Path...) // the bare path: servers send it to themselves
	case opSASL:
		return appendBuffer(b, req.Auth)
	}
	return b
}

func appendCreate(b []byte, req *zk.Request) []byte {
	b = appendBuffer(appendString(b, req.Path), req.Data)
	b = appendInt(appendVector(b, req.ACL, appendACL), int32(req.Mode))
	if req.Op == zk.OpCreateTTL {
		b = appendLong(b, req.TTL)
	}
	return b
}

func appendMulti(b []byte, ops []zk.Request) []byte {
	for i := range ops {
		b = appendMultiHeader(b, ops[i].Op, false, noErr)
		b = appendBody(b, &ops[i])
	}
	return appendMultiEnd(b)
}

func appendMultiHeader(b []byte, op zk.Op, done bool, err int32) []byte {
	return appendInt(appendBool(appendInt(b, int32(op)), done), err)
}

func appendMultiEnd(b []byte) []byte { return appendMultiHeader(b, zk.OpError, true, noErr) }

func appendSetWatches(b []byte, req *zk.Request) []byte {
	b = appendLong(b, int64(req.LastZxid))
	b = appendPaths(b, req.DataWatches)
	b = appendPaths(b, req.ExistWatches)
	b = appendPaths(b, req.ChildWatches)
	if req.Op == zk.OpSetWatches2 {
		b = appendPaths(b, req.PersistentWatches)
		b = appendPaths(b, req.RecursiveWatches)
	}
	return b
}

// appendPaths writes a vector of paths, which clients never send as null.
func appendPaths(b []byte, paths []string) []byte {
	b = appendInt(b, int32(len(paths)))
	for i := range paths {
		b = appendString(b, paths[i])
	}
	return b
}

func appendReconfig(b []byte, req *zk.Request) []byte {
	b = appendOptional(b, req.Joining)
	b = appendOptional(b, req.Leaving)
	b = appendOptional(b, req.Members)
	return appendLong(b, int64(req.LastZxid))
}

// appendOptional writes a string whose absence is null.
func appendOptional(b []byte, s string) []byte {
	if s == "" {
		return order.AppendUint32(b, null)
	}
	return appendString(b, s)
}

func (p *packet) connect(q *zk.Request) (readOnlyByte bool) {
	q.Op = zk.OpConnect
	p.int("protocolVersion")
	q.LastZxid = zk.Zxid(p.long("lastZxidSeen"))
	q.TimeoutMs = p.int("timeOut")
	q.Session = zk.SessionID(p.long("sessionId"))
	q.Password = p.buffer("passwd")
	if p.left() == 0 {
		return false
	}
	q.ReadOnly = p.boolean("readOnly")
	return true
}

func (p *packet) header(q *zk.Request) {
	q.Xid = p.int("xid")
	q.Op = zk.Op(p.int("type"))
}

func (p *packet) body(q *zk.Request) {
	switch q.Op {
	case zk.OpCreate, zk.OpCreate2, zk.OpCreateContainer, zk.OpCreateTTL:
		p.create(q)
	case zk.OpDelete:
		q.Path, q.Version = p.path(), p.int("version")
	case zk.OpCheck:
		q.Path, q.Version = p.ustring("path"), p.int("version")
	case zk.OpSetData:
		q.Path, q.Data, q.Version = p.ustring("path"), p.buffer("data"), p.int("version")
	case zk.OpSetACL:
		q.Path, q.ACL, q.Version = p.ustring("path"), p.acl(), p.int("version")
	case zk.OpExists, zk.OpGetData, zk.OpGetChildren, zk.OpGetChildren2:
		q.Path, q.Watch = p.path(), p.boolean("watch")
	case zk.OpGetACL, zk.OpGetAllChildrenNumber:
		q.Path = p.path()
	case zk.OpSync, zk.OpGetEphemerals:
		q.Path = p.ustring("path")
	case zk.OpMulti, zk.OpMultiRead:
		p.multi(q)
	case zk.OpSetWatches, zk.OpSetWatches2:
		p.setWatches(q)
	case zk.OpAddWatch:
		q.Path, q.WatchMode = p.ustring("path"), zk.AddWatchMode(p.int("mode"))
	case zk.OpRemoveWatches:
		q.Path, q.Watcher = p.ustring("path"), zk.WatcherType(p.int("type"))
	case zk.OpCheckWatches:
		q.Path, q.Watcher = p.path(), zk.WatcherType(p.int("type"))
	case zk.OpAuth:
		p.int("type")
		q.Scheme, q.Auth = p.ustring("scheme"), p.buffer("auth")
	case zk.OpReconfig:
		p.reconfig(q)
	case zk.OpDeleteContainer:
		q.Path = p.rest("path")
	case opSASL:
		q.Auth = p.buffer("token")
	}
}

func (p *packet) create(q *zk.Request) {
	q.Path = p.path()
	q.Data = p.buffer("data")
	q.ACL = p.acl()
	q.Mode = zk.CreateMode(p.int("flags"))
	if q.Op == zk.OpCreateTTL {
		q.TTL = p.long("ttl")
	}
}

// multi reads operations up to the end marker. A multi has writes, a multiRead has reads, and
// neither has another inside.
func (p *packet) multi(q *zk.Request) {
	for p.bad == nil {
		p.item("op", len(q.Ops))
		op, done, _ := p.multiHeader()
		if done || p.bad != nil {
			break
		}
		if !canBePart(q.Op, op) {
			p.fail("operation that a " + q.Op.String() + " cannot have")
			break
		}
		q.Ops = append(q.Ops, zk.Request{Op: op})
		p.body(&q.Ops[len(q.Ops)-1])
	}
	p.prefix = ""
}

// multiHeader reads what is before every part and, with done, at the end.
func (p *packet) multiHeader() (op zk.Op, done bool, err zk.Err) {
	outer := p.prefix
	if p.fields != nil {
		p.prefix += "header."
		if p.left() > 4 && p.b[p.off+4] != 0 {
			p.prefix = "end."
		}
	}
	op = zk.Op(p.int("type"))
	done = p.boolean("done")
	err = zk.Err(p.int("err"))
	p.prefix = outer
	return op, done, err
}

func canBePart(multi, op zk.Op) bool {
	switch op {
	case zk.OpCreate, zk.OpCreate2, zk.OpCreateContainer, zk.OpCreateTTL, zk.OpDelete,
		zk.OpSetData, zk.OpCheck:
		return multi == zk.OpMulti
	case zk.OpGetData, zk.OpGetChildren:
		return multi == zk.OpMultiRead
	}
	return false
}

// setWatches reads as far as Apache would set watches: after a null the request is malformed, and
// yet the watches before it count.
func (p *packet) setWatches(q *zk.Request) {
	q.LastZxid = zk.Zxid(p.long("relativeZxid"))
	p.watches(q, &q.DataWatches, "dataWatches", false)
	p.watches(q, &q.ExistWatches, "existWatches", false)
	p.watches(q, &q.ChildWatches, "childWatches", false)
	if q.Op == zk.OpSetWatches2 {
		p.watches(q, &q.PersistentWatches, "persistentWatches", true)
		p.watches(q, &q.RecursiveWatches, "persistentRecursiveWatches", true)
	}
}

func (p *packet) watches(q *zk.Request, list *[]string, name string, stay bool) {
	paths, whole := p.watched(name, stay)
	if !q.Malformed {
		*list, q.Malformed = paths, !whole
	}
}

func (p *packet) reconfig(q *zk.Request) {
	q.Joining = p.ustring("joiningServers")
	q.Leaving = p.ustring("leavingServers")
	q.Members = p.ustring("newMembers")
	q.LastZxid = zk.Zxid(p.long("curConfigId"))
}
