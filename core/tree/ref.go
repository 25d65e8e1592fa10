package tree

import (
	"iter"

	"github.com/zabscope/zabscope/core/zk"
)

// Ref points to a znode of a DB that is no longer edited, with all that lies below it. Trees share
// what is the same in them, so two equal Refs are equal subtrees, which tells where two states
// differ without reading them. The zero Ref points to nothing.
type Ref struct{ z *znode }

// Root returns the root of the tree.
func (d *DB) Root() Ref { return Ref{d.root} }

// Find returns the znode of a path, the zero Ref if there is none.
func (d *DB) Find(path string) Ref { return Ref{d.root.find(path)} }

// IsZero reports whether the Ref points to nothing.
func (r Ref) IsZero() bool { return r.z == nil }

// Znode returns what a snapshot keeps of the znode. The Ref must not be zero.
func (r Ref) Znode() Znode { return r.z.export() }

// Path returns the znode's path, "" of the zero Ref.
func (r Ref) Path() string {
	if r.z == nil {
		return ""
	}
	return r.z.path
}

// Mzxid returns the transaction that wrote the znode last, 0 of the zero Ref.
func (r Ref) Mzxid() zk.Zxid {
	if r.z == nil {
		return 0
	}
	return r.z.mzxid
}

// KidCount returns the number of children; the zero Ref has none.
func (r Ref) KidCount() int {
	if r.z == nil {
		return 0
	}
	return r.z.kids.Len()
}

// Kids yields the children with their names, in rising order of names.
func (r Ref) Kids() iter.Seq2[string, Ref] {
	return func(yield func(string, Ref) bool) {
		if r.z == nil {
			return
		}
		for name, kid := range r.z.kids.All() {
			if !yield(name, Ref{kid}) {
				return
			}
		}
	}
}

// Same reports whether two znodes are equal themselves, whatever their children are. Two that do
// not exist are the same.
func (r Ref) Same(o Ref) bool {
	a, b := r.z, o.z
	if a == b {
		return true
	}
	if a == nil || b == nil {
		return false
	}
	return a.czxid == b.czxid && a.mzxid == b.mzxid && a.dataHash == b.dataHash &&
		a.aversion == b.aversion && a.aclHash == b.aclHash && a.owner == b.owner
}
