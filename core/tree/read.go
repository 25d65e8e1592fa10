package tree

import (
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// Read answers the reads that the tree alone can answer; any other operation is ErrUnimplemented.
// It needs the request's Identities, and for getEphemerals its Session. exists and getData do not
// allocate. Watches are the caller's.
func (d *DB) Read(req *zk.Request) (zk.Reply, zk.Err) {
	switch req.Op {
	case zk.OpExists:
		return d.readExists(req)
	case zk.OpGetData, zk.OpGetChildren, zk.OpGetChildren2, zk.OpGetACL,
		zk.OpGetAllChildrenNumber:
		return d.readNode(req, req.Identities)
	case zk.OpGetEphemerals:
		return zk.Reply{Children: d.ephemeralsBelow(req.Session, req.Path)}, zk.OK
	case zk.OpMultiRead:
		return d.readMany(req)
	}
	return zk.Reply{}, zk.ErrUnimplemented
}

func (d *DB) readExists(req *zk.Request) (zk.Reply, zk.Err) {
	if strings.IndexByte(req.Path, 0) >= 0 {
		return zk.Reply{}, zk.ErrBadArguments
	}
	z := d.root.find(req.Path)
	if z == nil {
		return zk.Reply{}, zk.ErrNoNode
	}
	return zk.Reply{Stat: z.stat()}, zk.OK
}

func (d *DB) readNode(req *zk.Request, ids []zk.Identity) (zk.Reply, zk.Err) {
	z := d.root.find(req.Path)
	if z == nil {
		return zk.Reply{}, zk.ErrNoNode
	}
	perm := zk.PermRead
	if req.Op == zk.OpGetACL {
		perm |= zk.PermAdmin
	}
	if !allowed(z.acl, perm, ids) {
		return zk.Reply{}, zk.ErrNoAuth
	}
	if req.Op == zk.OpGetAllChildrenNumber {
		return zk.Reply{Num: d.descendants(z, req.Path)}, zk.OK
	}
	return z.answer(req.Op, ids), zk.OK
}

func (z *znode) answer(op zk.Op, ids []zk.Identity) zk.Reply {
	switch op {
	case zk.OpGetData:
		return zk.Reply{Data: z.data, Stat: z.stat()}
	case zk.OpGetChildren:
		return zk.Reply{Children: z.children()}
	case zk.OpGetChildren2:
		return zk.Reply{Children: z.children(), Stat: z.stat()}
	}
	return zk.Reply{ACL: shownACL(z.acl, ids), Stat: z.stat()}
}

// descendants counts what is below a znode. Apache keeps the root under two names, so that by its
// empty one it is below itself (DataTree.java getAllChildrenNumber).
func (d *DB) descendants(z *znode, path string) int32 {
	switch path {
	case "/":
		return int32(d.nodes - 1)
	case "":
		return int32(d.nodes)
	}
	var u usage
	u.add(z)
	return int32(u.Count - 1)
}

// ephemeralsBelow lists a session's ephemerals whose paths begin with prefix, a blank one or the
// root for all of them.
func (d *DB) ephemeralsBelow(session zk.SessionID, prefix string) []string {
	all := d.ephemeralsOf(session)
	if blank := strings.Trim(prefix, blanks); blank == "" || blank == "/" {
		return all
	}
	var paths []string
	for _, path := range all {
		if strings.HasPrefix(path, prefix) {
			paths = append(paths, path)
		}
	}
	return paths
}

// blanks is what Java trims.
const blanks = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\v\f\r\x0e\x0f" +
	"\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f "

// readMany answers a multiRead: each operation has an error of its own.
func (d *DB) readMany(req *zk.Request) (zk.Reply, zk.Err) {
	results := make([]zk.OpResult, len(req.Ops))
	for i := range req.Ops {
		op := &req.Ops[i]
		if op.Op != zk.OpGetData && op.Op != zk.OpGetChildren {
			return zk.Reply{}, zk.ErrMarshalling
		}
		reply, err := d.readNode(op, req.Identities)
		if err != zk.OK {
			results[i] = zk.OpResult{Op: zk.OpError, Err: err}
			continue
		}
		results[i] = zk.OpResult{
			Op: op.Op, Data: reply.Data, Stat: reply.Stat, Children: reply.Children,
		}
	}
	return zk.Reply{Results: results}, zk.OK
}
