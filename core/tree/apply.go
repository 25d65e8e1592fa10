package tree

import "github.com/zabscope/zabscope/core/zk"

// Change is something that a watch may have waited for.
type Change struct {
	Event zk.EventType
	Path  string
}

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
	case zk.OpCreate, zk.OpCreate2:
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
	exists := d.root.find(t.Path) != nil
	if exists || d.root.find(parentPath) == nil || ValidatePath(t.Path) != zk.OK {
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
	note(changes, zk.NodeCreated, t.Path)
	note(changes, zk.NodeChildrenChanged, parentPath)
	reply := zk.Reply{Path: t.Path}
	if t.Op == zk.OpCreate2 || t.Asked == zk.OpCreate2 {
		reply.Stat = z.stat()
	}
	return reply, true
}

func (d *DB) applyDelete(path string, zxid zk.Zxid, changes *[]Change) bool {
	z := d.root.find(path)
	if z == nil || z == d.root || z.kids.Len() > 0 {
		return false
	}
	parentPath := Parent(path)
	parent := d.edit(parentPath)
	parent.pzxid = zxid
	d.resum(parent)
	d.detach(parent, z)
	note(changes, zk.NodeDeleted, path)
	note(changes, zk.NodeChildrenChanged, parentPath)
	return true
}

func (d *DB) applySetData(t, head *zk.Txn, changes *[]Change) (zk.Reply, bool) {
	if d.root.find(t.Path) == nil {
		return zk.Reply{}, false
	}
	z := d.edit(t.Path)
	z.setData(t.Data)
	z.version, z.mzxid, z.mtime = t.Version, head.Zxid, head.TimeMs
	d.resum(z)
	note(changes, zk.NodeDataChanged, t.Path)
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
		sub := &t.Subs[i]
		fits := isMultiOp(sub.Op) || sub.Op == zk.OpError
		var reply zk.Reply
		if fits {
			reply, fits = d.apply(sub, t, changes)
		}
		if !fits {
			*d = *before
			return zk.Reply{}, false
		}
		results[i] = zk.OpResult{Op: sub.Asked, Path: reply.Path, Stat: reply.Stat}
		if sub.Op == zk.OpError {
			results[i] = zk.OpResult{Op: zk.OpError, Err: sub.Err}
		}
	}
	return zk.Reply{Results: results}, true
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

func note(changes *[]Change, event zk.EventType, path string) {
	if changes != nil {
		*changes = append(*changes, Change{Event: event, Path: path})
	}
}
