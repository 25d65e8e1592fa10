package tree

import "github.com/zabscope/zabscope/core/zk"

// Change is something that a watch may have waited for.
type Change struct {
	Event zk.EventType
	Path  string
	ACL   []zk.ACL // of the znode at Path when it changed
}

// Readable reports whether a connection with these identities may be told. One that may not is told
// nothing, but its watch is used up (CVE-2024-23944).
func (c *Change) Readable(ids []zk.Identity) bool { return allowed(c.ACL, zk.PermRead, ids) }

// Apply runs a transaction and appends what watches may see, in Apache's order. The error is the
// one that the client gets; for a failed multi it is OK and the codes are in Reply.Results.
// A transaction that was prepared for another state than this one is ErrDataInconsistency and
// changes nothing, not even the zxid. A multi is applied as a whole or not at all.
func (d *DB) Apply(t *zk.Txn, changes []Change) (zk.Reply, zk.Err, []Change) {
	seen := len(changes)
	reply, fits := d.apply(t, t, &changes)
	if !fits {
		return zk.Reply{}, zk.ErrDataInconsistency, changes[:seen]
	}
	d.zxid = t.Zxid
	if t.Op == zk.OpError {
		return zk.Reply{}, t.Err, changes
	}
	return reply, zk.OK, changes
}

// apply runs t, which is head itself or one of its Subs: zxid and time are the head's. A nil
// changes means that nobody wants to know.
func (d *DB) apply(t, head *zk.Txn, changes *[]Change) (reply zk.Reply, fits bool) {
	switch t.Op {
	case zk.OpCreate:
		return d.applyCreate(t, head, changes)
	case zk.OpDelete:
		return zk.Reply{}, d.applyDelete(t.Path, head.Zxid, changes)
	case zk.OpSetData:
		return d.applySetData(t, head, changes)
	case zk.OpSetACL:
		return d.applySetACL(t)
	case zk.OpMulti:
		return d.applyMulti(t, changes)
	case zk.OpCreateSession:
		return d.applyCreateSession(t)
	case zk.OpCloseSession:
		return zk.Reply{}, d.applyCloseSession(t, changes)
	case zk.OpCheck, zk.OpError:
		return zk.Reply{}, true
	}
	return zk.Reply{}, false
}

func (d *DB) applyCreate(t, head *zk.Txn, changes *[]Change) (zk.Reply, bool) {
	parentPath := Parent(t.Path)
	if !d.fitsCreate(t, parentPath) {
		return zk.Reply{}, false
	}
	z := newZnode(d.token(), t.Path, t.Data, t.ACL)
	z.czxid, z.mzxid, z.pzxid = head.Zxid, head.Zxid, head.Zxid
	z.ctime, z.mtime = head.TimeMs, head.TimeMs
	z.owner = t.Owner
	parent := d.edit(parentPath)
	parent.cversion, parent.pzxid = t.Version, head.Zxid
	d.resum(parent)
	d.attach(parent, z)
	note(changes, zk.NodeCreated, z)
	note(changes, zk.NodeChildrenChanged, parent)
	reply := zk.Reply{Path: t.Path}
	if t.Asked != zk.OpCreate {
		reply.Stat = z.stat()
	}
	d.recount(t.Path)
	d.account(t.Path, int64(len(t.Data)), 1)
	return reply, true
}

func (d *DB) fitsCreate(t *zk.Txn, parentPath string) bool {
	return ValidatePath(t.Path) == zk.OK && d.root.find(t.Path) == nil &&
		d.root.find(parentPath) != nil && (!t.Owner.IsSession() || d.HasSession(t.Owner))
}

func (d *DB) applyDelete(path string, zxid zk.Zxid, changes *[]Change) bool {
	z := d.root.find(path)
	if z == nil || z == d.root || z.kids.Len() > 0 {
		return false
	}
	parent := d.edit(Parent(path))
	parent.pzxid = zxid
	d.resum(parent)
	d.detach(parent, z)
	note(changes, zk.NodeDeleted, z)
	note(changes, zk.NodeChildrenChanged, parent)
	d.account(path, -int64(len(z.data)), -1)
	return true
}

func (d *DB) applySetData(t, head *zk.Txn, changes *[]Change) (zk.Reply, bool) {
	if d.root.find(t.Path) == nil {
		return zk.Reply{}, false
	}
	z := d.edit(t.Path)
	grown := int64(len(t.Data) - len(z.data))
	z.setData(t.Data)
	z.version, z.mzxid, z.mtime = t.Version, head.Zxid, head.TimeMs
	d.resum(z)
	note(changes, zk.NodeDataChanged, z)
	d.account(t.Path, grown, 0)
	return zk.Reply{Stat: z.stat()}, true
}

func (d *DB) applySetACL(t *zk.Txn) (zk.Reply, bool) {
	if d.root.find(t.Path) == nil {
		return zk.Reply{}, false
	}
	z := d.edit(t.Path)
	z.setACL(t.ACL)
	z.aversion = t.Version
	d.resum(z)
	return zk.Reply{Stat: z.stat()}, true
}

func (d *DB) applyMulti(t *zk.Txn, changes *[]Change) (zk.Reply, bool) {
	before := d.Clone()
	results := make([]zk.OpResult, len(t.Subs))
	for i := range t.Subs {
		fits := false
		if results[i], fits = d.applySub(&t.Subs[i], t, changes); !fits {
			*d = *before
			return zk.Reply{}, false
		}
	}
	return zk.Reply{Results: results}, true
}

// applySub runs one operation of a multi. The result of a container or of a time to live is that of
// a create2.
func (d *DB) applySub(t, head *zk.Txn, changes *[]Change) (zk.OpResult, bool) {
	if t.Op == zk.OpError {
		return zk.OpResult{Op: zk.OpError, Err: t.Err}, true
	}
	if !isMultiOp(t.Op) {
		return zk.OpResult{}, false
	}
	reply, fits := d.apply(t, head, changes)
	op := t.Op
	if t.Asked == zk.OpCreateContainer || t.Asked == zk.OpCreateTTL {
		op = zk.OpCreate2
	}
	return zk.OpResult{Op: op, Path: reply.Path, Stat: reply.Stat}, fits
}

func (d *DB) applyCreateSession(t *zk.Txn) (zk.Reply, bool) {
	if t.Session == 0 || d.HasSession(t.Session) {
		return zk.Reply{}, false
	}
	d.addSession(t.Session, t.TimeoutMs)
	return zk.Reply{Session: t.Session, TimeoutMs: t.TimeoutMs}, true
}

// applyCloseSession removes what the transaction names and no more: the leader has decided which
// ephemerals go.
func (d *DB) applyCloseSession(t *zk.Txn, changes *[]Change) bool {
	if !d.HasSession(t.Session) {
		return false
	}
	for _, path := range t.Paths {
		z := d.root.find(path)
		if z == nil || z.owner != t.Session || z.kids.Len() > 0 {
			return false
		}
	}
	for _, path := range t.Paths {
		d.applyDelete(path, t.Zxid, changes)
	}
	d.dropSession(t.Session)
	return true
}

func note(changes *[]Change, event zk.EventType, z *znode) {
	if changes != nil {
		*changes = append(*changes, Change{Event: event, Path: z.path, ACL: z.acl})
	}
}
