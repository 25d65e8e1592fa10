package tree

import (
	"strings"

	"github.com/zabscope/zabscope/core/cow"
	"github.com/zabscope/zabscope/core/zk"
)

// znode is one node of the tree. It may be written only by the DB whose token it carries; every
// other DB copies it first.
type znode struct {
	own  *cow.Owner
	path string
	data []byte   // shared with the transaction, never written
	acl  []zk.ACL // shared, never written
	kids cow.Map[string, *znode]

	// sum is the znode's share of the digest; the hashes of the long parts are kept, so that a new
	// child does not cost a walk over its parent's data.
	sum, pathHash, dataHash, aclHash uint64

	size int // bytes of path and data, as they are counted in the DB

	czxid, mzxid, pzxid zk.Zxid
	ctime, mtime        int64
	owner               zk.SessionID // what kind of znode it is, see zk.ContainerOwner
	version, aversion   int32
	cversion            int32 // counts creates only; see stat
}

func newZnode(own *cow.Owner, path string, data []byte, acl []zk.ACL) *znode {
	z := &znode{own: own, path: path, pathHash: hashText(path)}
	z.setData(data)
	z.setACL(acl)
	return z
}

func (z *znode) setData(data []byte) { z.data, z.dataHash = data, hashData(data) }
func (z *znode) setACL(acl []zk.ACL) { z.acl, z.aclHash = acl, hashACL(acl) }

// stat is what clients see. The stored cversion counts creates; deletes follow from the number of
// children that are left (DataNode.java copyStat). Owners that are no sessions stay inside.
func (z *znode) stat() zk.Stat {
	s := zk.Stat{
		Czxid: z.czxid, Mzxid: z.mzxid, Pzxid: z.pzxid, Ctime: z.ctime, Mtime: z.mtime,
		Version: z.version, Aversion: z.aversion,
		Cversion:    2*z.cversion - int32(z.kids.Len()),
		DataLength:  int32(len(z.data)),
		NumChildren: int32(z.kids.Len()),
	}
	if z.owner.IsSession() {
		s.EphemeralOwner = z.owner
	}
	return s
}

func (z *znode) owned(own *cow.Owner) *znode {
	if z.own == own {
		return z
	}
	c := *z
	c.own = own
	return &c
}

// find returns the znode of a path below z, which is the root, or nil. "" is another name of "/",
// as in Apache; a path with an empty element finds nothing, because no znode has an empty name.
func (z *znode) find(path string) *znode {
	if path == "" || path == "/" {
		return z
	}
	if path[0] != '/' {
		return nil
	}
	for rest, more := path[1:], true; more; {
		var name string
		name, rest, more = strings.Cut(rest, "/")
		kid, ok := z.kids.Get(name)
		if !ok {
			return nil
		}
		z = kid
	}
	return z
}

// edit returns the znode of a path that exists, ready to be written, and copies what is shared on
// the way from the root.
func (d *DB) edit(path string) *znode {
	own := d.token()
	d.root = d.root.owned(own)
	z := d.root
	if path == "" || path == "/" {
		return z
	}
	for rest, more := path[1:], true; more; {
		var name string
		name, rest, more = strings.Cut(rest, "/")
		slot := z.kids.Slot(own, name)
		*slot = (*slot).owned(own)
		z = *slot
	}
	return z
}

// resum brings the digest up to date after z was written.
func (d *DB) resum(z *znode) {
	d.digest -= z.sum
	z.sum = z.hash()
	d.digest += z.sum
	d.size -= z.size
	z.size = len(z.path) + len(z.data)
	d.size += z.size
}

// attach adds a new znode to its parent, which exists and is already owned.
func (d *DB) attach(parent, z *znode) {
	parent.kids.Put(d.token(), Name(z.path), z)
	d.nodes++
	d.resum(z)
	switch {
	case z.owner.IsSession():
		d.addEphemeral(z.owner, z.path)
	case z.owner != 0:
		d.transient.Put(d.token(), z.path, struct{}{})
	}
}

// detach removes a znode without children from its parent, which is already owned.
func (d *DB) detach(parent, z *znode) {
	parent.kids.Delete(d.token(), Name(z.path))
	d.nodes--
	d.digest -= z.sum
	d.size -= z.size
	switch {
	case z.owner.IsSession():
		d.dropEphemeral(z.owner, z.path)
	case z.owner != 0:
		d.transient.Delete(d.token(), z.path)
	}
}
