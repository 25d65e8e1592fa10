// Package watch holds the watches of one server: who wants to be told about which path. They are
// the server's own, volatile state: no transaction carries them and they do not survive it. A
// watch is for a path and a connection: set twice, it fires once. One-shot watches go when they
// fire, persistent ones stay, and recursive ones see what is below their path too.
//
// Like the tree, a Table is a persistent value, so that a simulation can go back in time.
package watch

import (
	"iter"
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/cow"
	"github.com/zabscope/zabscope/core/zk"
)

// Kind says what a watch was set by.
type Kind uint8

// The kinds. Data and Exists watches are the same once they are set, as in Apache.
const (
	Data       Kind = iota // getData
	Exists                 // exists, also of a znode that is missing
	Child                  // getChildren
	Persistent             // addWatch: a data and a child watch that stay
	Recursive              // addWatch: the same for all that is below, without child events
)

// Apache has two tables, of data watches and of child watches, and in each an entry of a connection
// and a path has one mode, which the last who sets it decides (WatchManager.java). So a one-shot
// watch takes the place of a persistent one, and takes it away with it when it fires.
type mode uint8

const (
	unset mode = iota
	once
	stays
	covers // stays, and is for all that is below the path
)

// entry holds the modes of one connection on one path: two bits for the data watch, then two for
// the child watch.
type entry uint8

// side is one of the two tables, as the shift of its mode in an entry.
type side uint8

const (
	dataSide  side = 0
	childSide side = 2
)

func (e entry) mode(s side) mode          { return mode(e >> s & 3) }
func (e entry) with(s side, m mode) entry { return e&^(3<<s) | entry(m)<<s }
func (e entry) count(has func(mode) bool) int {
	n := 0
	for _, s := range [...]side{dataSide, childSide} {
		if has(e.mode(s)) {
			n++
		}
	}
	return n
}

func isSet(m mode) bool  { return m != unset }
func isDeep(m mode) bool { return m == covers }

// Table is the set of all watches of one server. The zero value is empty.
type Table struct {
	own    *cow.Owner // nil after Clone
	paths  cow.Map[string, cow.Map[zk.ConnID, entry]]
	conns  cow.Map[zk.ConnID, cow.Map[string, struct{}]] // the same, for Drop
	size   int
	deep   int // how many cover what is below their paths
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

// Len returns the number of watches; a persistent one is a data watch and a child watch.
func (t *Table) Len() int { return t.size }

// LenOf returns the number of paths that a connection watches.
func (t *Table) LenOf(conn zk.ConnID) int {
	paths, _ := t.conns.Get(conn)
	return paths.Len()
}

// Digest returns a hash of the watches: equal tables have equal digests.
func (t *Table) Digest() uint64 { return t.digest }

// Set adds a watch of conn on path, or gives another mode to the one that is there, and reports
// whether that changed the table.
func (t *Table) Set(kind Kind, path string, conn zk.ConnID) bool {
	old := t.entry(path, conn)
	now := old
	switch kind {
	case Data, Exists:
		now = now.with(dataSide, once)
	case Child:
		now = now.with(childSide, once)
	case Persistent:
		now = now.with(dataSide, stays).with(childSide, stays)
	case Recursive:
		now = now.with(dataSide, covers).with(childSide, covers)
	}
	if now == old {
		return false
	}
	t.put(path, conn, old, now)
	return true
}

// Has reports whether anybody has a watch of the type on exactly this path. That it need not be the
// connection that asks is Apache's way (WatchManager.containsWatcher).
func (t *Table) Has(which zk.WatcherType, path string) bool {
	watchers, _ := t.paths.Get(path)
	for _, e := range watchers.All() {
		if e != e.without(which) {
			return true
		}
	}
	return false
}

// Remove takes the watches of the type that conn has on exactly this path, and reports whether
// there were any. Of a persistent watch it may take one half.
func (t *Table) Remove(which zk.WatcherType, path string, conn zk.ConnID) bool {
	old := t.entry(path, conn)
	now := old.without(which)
	if now == old {
		return false
	}
	t.put(path, conn, old, now)
	return true
}

func (e entry) without(which zk.WatcherType) entry {
	if which == zk.WatcherData || which == zk.WatcherAny {
		e = e.with(dataSide, unset)
	}
	if which == zk.WatcherChildren || which == zk.WatcherAny {
		e = e.with(childSide, unset)
	}
	return e
}

// Fire calls fn for every connection that waited for the event on path, and forgets the one-shot
// watches among theirs. Connections come in rising order; a deletion tells those with a data watch
// first, then those that have only a child watch, each connection once. fn may set watches.
func (t *Table) Fire(ev zk.EventType, path string, fn func(zk.ConnID)) {
	var buf [16]zk.ConnID
	told := buf[:0]
	switch ev {
	case zk.NodeCreated, zk.NodeDataChanged:
		told = t.take(told, dataSide, true, path)
	case zk.NodeDeleted:
		told = t.take(told, dataSide, true, path)
		told = t.take(told, childSide, true, path)
	case zk.NodeChildrenChanged:
		told = t.take(told, childSide, false, path)
	}
	for _, conn := range told {
		fn(conn)
	}
}

// take appends the connections that a table tells about an event, without those that are told
// already, and forgets their one-shot watches. deep says whether the event is one for watches of
// what is below their path.
func (t *Table) take(told []zk.ConnID, s side, deep bool, path string) []zk.ConnID {
	before := len(told)
	watchers, _ := t.paths.Get(path)
	for conn, e := range watchers.All() {
		if m := e.mode(s); m == once || m == stays || m == covers && deep {
			told = append(told, conn)
		}
	}
	t.forget(told[before:], s, path)
	if deep && t.deep > 0 {
		told = t.above(told, s, path)
	}
	slices.Sort(told[before:])
	return unique(told, before)
}

// forget removes the one-shot watches of the connections.
func (t *Table) forget(conns []zk.ConnID, s side, path string) {
	for _, conn := range conns {
		if old := t.entry(path, conn); old.mode(s) == once {
			t.put(path, conn, old, old.with(s, unset))
		}
	}
}

// above appends the connections whose watches cover path from higher up.
func (t *Table) above(told []zk.ConnID, s side, path string) []zk.ConnID {
	for path != "/" && path != "" {
		path = path[:max(0, strings.LastIndexByte(path, '/'))]
		if path == "" {
			path = "/"
		}
		watchers, _ := t.paths.Get(path)
		for conn, e := range watchers.All() {
			if e.mode(s) == covers {
				told = append(told, conn)
			}
		}
	}
	return told
}

// unique removes from conns[from:], which is sorted, what repeats in it or is before it already.
func unique(conns []zk.ConnID, from int) []zk.ConnID {
	end := from
	for i := from; i < len(conns); i++ {
		isRepeated := i > from && conns[i] == conns[i-1]
		if _, before := slices.BinarySearch(conns[:from], conns[i]); !before && !isRepeated {
			conns[end] = conns[i]
			end++
		}
	}
	return conns[:end]
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
		t.put(path, conn, t.entry(path, conn), 0)
	}
}

// Each calls fn for every watch, by rising path, then connection, data watches first. What is left
// of a persistent watch comes once. fn must not change the table.
func (t *Table) Each(fn func(kind Kind, path string, conn zk.ConnID)) {
	for path, watchers := range t.paths.All() {
		for conn, e := range watchers.All() {
			data, child := e.mode(dataSide), e.mode(childSide)
			if data != unset {
				fn(dataKinds[data], path, conn)
			}
			if child == once || child != unset && child != data {
				fn(childKinds[child], path, conn)
			}
		}
	}
}

var (
	dataKinds  = [...]Kind{once: Data, stays: Persistent, covers: Recursive}
	childKinds = [...]Kind{once: Child, stays: Persistent, covers: Recursive}
)

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

func (t *Table) entry(path string, conn zk.ConnID) entry {
	watchers, _ := t.paths.Get(path)
	e, _ := watchers.Get(conn)
	return e
}

// put replaces what conn has on path; 0 removes it. Invariant: conns has a path exactly where
// paths has the connection, and no inner map is empty.
func (t *Table) put(path string, conn zk.ConnID, old, now entry) {
	if t.own == nil {
		t.own = new(cow.Owner)
	}
	t.size += now.count(isSet) - old.count(isSet)
	t.deep += now.count(isDeep) - old.count(isDeep)
	t.digest += hash(path, conn, now) - hash(path, conn, old)
	link(&t.paths, t.own, path, conn, now, now == 0)
	link(&t.conns, t.own, conn, path, struct{}{}, now == 0)
}

func hash(path string, conn zk.ConnID, e entry) uint64 {
	if e == 0 {
		return 0
	}
	h := uint64(0xcbf29ce484222325) ^ uint64(conn)<<8 ^ uint64(e) // FNV-1a
	for i := range len(path) {
		h = (h ^ uint64(path[i])) * 0x100000001b3
	}
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
