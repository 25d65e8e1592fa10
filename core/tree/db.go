// Package tree is the replicated state of one server as a persistent value: znodes, sessions with
// their ephemerals, ACLs, and a digest of it all.
//
// A leader must validate a request against the state after all requests before it, of which some
// are not committed yet. Apache keeps change records beside its tree and takes them back by hand
// (ZOOKEEPER-1624). Here Clone is free, so a leader keeps two trees: the applied one, and one that
// is ahead. Prepare turns a request into a transaction and moves the tree that is ahead; Apply runs
// a transaction on the applied tree, by the same code on every server; a leader that loses its
// office drops the tree that is ahead. There is nothing to undo. The same value gives exact
// snapshots and lets a simulation go back in time.
package tree

import (
	"iter"

	"github.com/zabscope/zabscope/core/cow"
	"github.com/zabscope/zabscope/core/zk"
)

// DB is the whole replicated state after one transaction. It is not safe for concurrent use, but a
// DB that is no longer edited may be read and cloned by any number of goroutines.
type DB struct {
	own      *cow.Owner // nil after Clone: the next edit takes a new one
	root     *znode
	sessions cow.Map[zk.SessionID, int32] // timeouts, ms

	// ephemerals finds the znodes of a session. Invariant: it lists exactly the znodes that a
	// session owns, in the session table or not (a bug may leave some behind, ZOOKEEPER-1144), so
	// it follows from the znodes. No set in it is empty.
	ephemerals cow.Map[zk.SessionID, pathSet]
	transient  pathSet // the containers and the znodes with a time to live; it follows too

	zxid   zk.Zxid
	digest uint64
	nodes  int
	size   int // bytes of all paths and data
}

// Znode is one znode with all that a snapshot must keep.
type Znode struct {
	Path           string
	Data           []byte // shared, never written
	ACL            []zk.ACL
	Stat           zk.Stat // as clients see it
	Owner          zk.SessionID
	StoredCversion int32 // counts creates of children; Stat.Cversion follows from it
}

// New returns the state before the first transaction: the root and the znodes of ZooKeeper itself.
func New() *DB {
	d := &DB{}
	own, empty := d.token(), []byte{}
	d.root = newZnode(own, "/", empty, zk.OpenACL)
	d.nodes = 1
	d.resum(d.root)
	system := newZnode(own, systemPath, empty, zk.OpenACL)
	d.attach(d.root, system)
	d.attach(system, newZnode(own, ConfigPath, empty, readACL))
	d.attach(system, newZnode(own, quotaPath, empty, zk.OpenACL))
	return d
}

// Clone returns a copy in constant time. Both may be edited afterwards; neither sees the other.
func (d *DB) Clone() *DB {
	if d.own != nil { // a frozen tree may be cloned by many readers: do not write to it
		d.own = nil
	}
	c := *d
	return &c
}

// token returns the mark of the znodes that d may edit in place.
func (d *DB) token() *cow.Owner {
	if d.own == nil {
		d.own = new(cow.Owner)
	}
	return d.own
}

// Zxid returns the zxid of the last transaction, 0 before the first.
func (d *DB) Zxid() zk.Zxid { return d.zxid }

// SetZxid moves the zxid without a change, as a new epoch does.
func (d *DB) SetZxid(z zk.Zxid) { d.zxid = z }

// Digest returns a hash of all znodes and sessions: equal states have equal digests. The zxid is
// not part of it.
func (d *DB) Digest() uint64 { return d.digest }

// Get returns a znode's data and stat, and whether it exists. It does not allocate.
func (d *DB) Get(path string) (data []byte, stat zk.Stat, ok bool) {
	z := d.root.find(path)
	if z == nil {
		return nil, zk.Stat{}, false
	}
	return z.data, z.stat(), true
}

// Children returns the names of a znode's children in rising order, and whether the znode exists.
func (d *DB) Children(path string) ([]string, bool) {
	z := d.root.find(path)
	if z == nil {
		return nil, false
	}
	return z.children(), true
}

// Size returns the bytes of the paths and the data of all znodes.
func (d *DB) Size() int { return d.size }

// ZnodeCount returns the number of znodes, with the root and ZooKeeper's own.
func (d *DB) ZnodeCount() int { return d.nodes }

// Walk yields all znodes, parents before children and children in rising order. The DB must not
// change meanwhile.
func (d *DB) Walk() iter.Seq[Znode] {
	root := d.root
	return func(yield func(Znode) bool) { root.walk(yield) }
}

func (z *znode) walk(yield func(Znode) bool) bool {
	if !yield(z.export()) {
		return false
	}
	for _, kid := range z.kids.All() {
		if !kid.walk(yield) {
			return false
		}
	}
	return true
}

func (z *znode) export() Znode {
	return Znode{Path: z.path, Data: z.data, ACL: z.acl, Stat: z.stat(), Owner: z.owner,
		StoredCversion: z.cversion}
}

func (z *znode) children() []string {
	names := make([]string, 0, z.kids.Len())
	for name := range z.kids.All() {
		names = append(names, name)
	}
	return names
}
