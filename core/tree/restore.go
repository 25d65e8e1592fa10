package tree

import (
	"errors"
	"iter"

	"github.com/zabscope/zabscope/core/zk"
)

// Restore builds the state that Sessions and Walk described. Ephemerals of sessions, and the
// lengths, counts and cversions in Stat, are not read: they follow from the rest. Nodes come with
// parents first, so the first one is the root.
func Restore(z zk.Zxid, sessions []Session, nodes iter.Seq[Znode]) (*DB, error) {
	d := &DB{zxid: z}
	for i := range sessions {
		if sessions[i].ID == 0 || d.HasSession(sessions[i].ID) {
			return nil, errors.New("snapshot: a session without an id, or twice")
		}
		d.addSession(sessions[i].ID, sessions[i].TimeoutMs)
	}
	for n := range nodes {
		if err := d.restore(&n); err != nil {
			return nil, err
		}
	}
	if d.root == nil {
		return nil, errors.New("snapshot: no root")
	}
	return d, nil
}

func (d *DB) restore(n *Znode) error {
	if d.root == nil {
		if n.Path != "/" {
			return errors.New("snapshot: the first znode is not the root")
		}
		d.root = d.stored(n)
		d.nodes = 1
		d.resum(d.root)
		return nil
	}
	if ValidatePath(n.Path) != zk.OK {
		return errors.New("snapshot: bad path")
	}
	if d.root.find(n.Path) != nil {
		return errors.New("snapshot: znode twice: " + n.Path)
	}
	parent := d.root.find(Parent(n.Path))
	if parent == nil {
		return errors.New("snapshot: no parent: " + n.Path)
	}
	d.attach(parent, d.stored(n))
	return nil
}

func (d *DB) stored(n *Znode) *znode {
	z := newZnode(d.token(), n.Path, n.Data, shareACL(n.ACL))
	z.czxid, z.mzxid, z.pzxid = n.Stat.Czxid, n.Stat.Mzxid, n.Stat.Pzxid
	z.ctime, z.mtime = n.Stat.Ctime, n.Stat.Mtime
	z.version, z.aversion, z.cversion = n.Stat.Version, n.Stat.Aversion, n.StoredCversion
	z.owner = n.Owner
	return z
}
