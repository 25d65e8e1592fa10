package tree

import (
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// Read answers exists, getData, getChildren, getChildren2 and getACL from this state; any other
// operation is ErrUnimplemented. exists and getData do not allocate. Watches are the caller's.
func (d *DB) Read(req *zk.Request) (zk.Reply, zk.Err) {
	switch req.Op {
	case zk.OpExists:
		return d.readExists(req)
	case zk.OpGetData, zk.OpGetChildren, zk.OpGetChildren2, zk.OpGetACL:
		return d.readNode(req)
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

func (d *DB) readNode(req *zk.Request) (zk.Reply, zk.Err) {
	z := d.root.find(req.Path)
	if z == nil {
		return zk.Reply{}, zk.ErrNoNode
	}
	perm := zk.PermRead
	if req.Op == zk.OpGetACL {
		perm |= zk.PermAdmin
	}
	if !allowed(z.acl, perm, nil) {
		return zk.Reply{}, zk.ErrNoAuth
	}
	return z.answer(req.Op), zk.OK
}

func (z *znode) answer(op zk.Op) zk.Reply {
	switch op {
	case zk.OpGetData:
		return zk.Reply{Data: z.data, Stat: z.stat()}
	case zk.OpGetChildren:
		return zk.Reply{Children: z.children()}
	case zk.OpGetChildren2:
		return zk.Reply{Children: z.children(), Stat: z.stat()}
	}
	return zk.Reply{ACL: shownACL(z.acl, nil), Stat: z.stat()}
}
