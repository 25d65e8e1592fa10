// Package watch holds the watches of one server: who wants to be told about which path. They are
// the server's own, volatile state: no transaction carries them and they do not survive it. A
// watch is one-shot and is for a path and a connection: set twice, it fires once.
//
// Like the tree, a Table is a persistent value, so that a simulation can go back in time.
package watch

import (
	"iter"
	"math/bits"

	"github.com/zabscope/zabscope/core/cow"
	"github.com/zabscope/zabscope/core/zk"
)

// Kind says what a watch was set by.
type Kind uint8

// The kinds. Data and Exists watches are the same once they are set, as in Apache.
const (
	Data   Kind = iota // getData
	Exists             // exists, also of a znode that is missing
	Child              // getChildren
)

// kinds is a set of watches of one connection on one path.
type kinds uint8

const (
	dataBit kinds = 1 << iota
	childBit
)

func (k Kind) bit() kinds {
	if k == Child {
		return childBit
	}
	return dataBit
}

func (s kinds) len() int { return bits.OnesCount8(uint8(s)) }

// Table is the set of all watches of one server. The zero value is empty.
type Table struct {
	own    *cow.Owner // nil after Clone
	paths  cow.Map[string, cow.Map[zk.ConnID, kinds]]
	conns  cow.Map[zk.ConnID, cow.Map[string, struct{}]] // the same, for Drop
	size   int
	digest uint64
}

// New returns an empty table.
func New() *Table { return &Table{} }

// Clone returns a copy in constant time. Both may be edited afterwards; neither sees the other.
func (t *Table) Clone() *Table {
	if t.own != nil { // a frozen table may be cloned by many readers: do not write to it
		t.own = nil
	}
	c := *t
	return &c
}

// Len returns the number of watches.
func (t *Table) Len() int { return t.size }

// Digest returns a hash of the watches: equal tables have equal digests.
func (t *Table) Digest() uint64 { return t.digest }

// Set adds a watch of conn on path and reports whether it is new.
func (t *Table) Set(kind Kind, path string, conn zk.ConnID) bool {
	watchers, _ := t.paths.Get(path)
	old, _ := watchers.Get(conn)
	if old&kind.bit() != 0 {
		return false
	}
	t.put(path, conn, old, old|kind.bit())
	return true
}

// Fire calls fn for every connection that waited for the event on path, and forgets their watches.
// Connections come in rising order; a deletion tells those with a data watch first, then those
// that have only a child watch, each connection once. fn may set watches.
func (t *Table) Fire(ev zk.EventType, path string, fn func(zk.ConnID)) {
	watchers, ok := t.paths.Get(path)
	if !ok {
		return
	}
	fires := fired(ev)
	var buf [16]zk.ConnID
	told := buf[:0]
	for _, want := range [...]kinds{dataBit, childBit} {
		for conn, has := range watchers.All() {
			first := want == dataBit || has&dataBit == 0 || fires&dataBit == 0
			if has&want&fires != 0 && first {
				told = append(told, conn)
			}
		}
	}
	for _, conn := range told {
		has, _ := watchers.Get(conn)
		t.put(path, conn, has, has&^fires)
		watchers, _ = t.paths.Get(path)
	}
	for _, conn := range told {
		fn(conn)
	}
}

func fired(ev zk.EventType) kinds {
	switch ev {
	case zk.NodeCreated, zk.NodeDataChanged:
		return dataBit
	case zk.NodeDeleted:
		return dataBit | childBit
	case zk.NodeChildrenChanged:
		return childBit
	}
	return 0
}

// Drop forgets all watches of a connection that is gone.
func (t *Table) Drop(conn zk.ConnID) {
	paths, ok := t.conns.Get(conn)
	if !ok {
		return
	}
	dropped := make([]string, 0, paths.Len())
	for path := range paths.All() {
		dropped = append(dropped, path)
	}
	for _, path := range dropped {
		watchers, _ := t.paths.Get(path)
		has, _ := watchers.Get(conn)
		t.put(path, conn, has, 0)
	}
}

// Each calls fn for every watch, by rising path, then connection, data watches first. fn must not
// change the table.
func (t *Table) Each(fn func(kind Kind, path string, conn zk.ConnID)) {
	for path, watchers := range t.paths.All() {
		for conn, has := range watchers.All() {
			if has&dataBit != 0 {
				fn(Data, path, conn)
			}
			if has&childBit != 0 {
				fn(Child, path, conn)
			}
		}
	}
}

// Paths yields the paths that conn watches, in rising order. The table must not change meanwhile.
func (t *Table) Paths(conn zk.ConnID) iter.Seq[string] {
	paths, _ := t.conns.Get(conn)
	return func(yield func(string) bool) {
		for path := range paths.All() {
			if !yield(path) {
				return
			}
		}
	}
}

// put replaces what conn has on path; 0 removes it. Invariant: conns has a path exactly where
// paths has the connection, and no inner map is empty.
func (t *Table) put(path string, conn zk.ConnID, old, now kinds) {
	if t.own == nil {
		t.own = new(cow.Owner)
	}
	t.size += now.len() - old.len()
	t.digest += hash(path, conn, now) - hash(path, conn, old)
	link(&t.paths, t.own, path, conn, now, now == 0)
	link(&t.conns, t.own, conn, path, struct{}{}, now == 0)
}

func hash(path string, conn zk.ConnID, has kinds) uint64 {
	if has == 0 {
		return 0
	}
	h := uint64(0xcbf29ce484222325) ^ uint64(conn)<<8 ^ uint64(has) // FNV-1a
	for i := range len(path) {
		h = (h ^ uint64(path[i])) * 0x100000001b3
	}
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
