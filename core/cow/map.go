// Package cow holds an ordered map that can be copied in no time: a B-tree whose nodes are shared
// between copies until somebody edits them.
//
// Sharing needs no counting. Whoever edits shows an Owner; a node made by the same Owner is edited
// in place, any other node is copied first and the copy belongs to the editor. To freeze a map,
// forget the Owner and take a new one for the next edit: from then on nothing old is written. The
// tree of znodes, its sessions and the watches of a server are such maps, which is what makes
// snapshots exact, clones free and time travel cheap.
package cow

import (
	"cmp"
	"iter"
	"slices"
)

// Owner marks the nodes that one holder may edit in place. Two Owners are different when their
// addresses are; a nil Owner owns nothing and must not be used for edits.
type Owner struct{ _ byte }

// A node other than the root has itemsMin to itemsMax items; itemsMax is 2*itemsMin+1, so that two
// of the smallest nodes and the item between them fill one.
const (
	itemsMin = 15
	itemsMax = 2*itemsMin + 1
)

// Map is an ordered map. The zero value is empty. Assigning a Map shares all of its nodes: that is
// safe as long as the two copies are edited under different Owners that are both newer.
type Map[K cmp.Ordered, V any] struct {
	root *node[K, V] // nil when empty
	size int
}

type item[K cmp.Ordered, V any] struct {
	key K
	val V
}

// node is a leaf when kids is nil; otherwise kids[i] holds what lies before items[i].
type node[K cmp.Ordered, V any] struct {
	own   *Owner
	items []item[K, V]
	kids  []*node[K, V]
}

// Len returns the number of keys.
func (m *Map[K, V]) Len() int { return m.size }

// Get returns the value of key, and whether there is one. It does not allocate.
func (m *Map[K, V]) Get(key K) (val V, ok bool) {
	for n := m.root; n != nil; {
		i, found := n.find(key)
		if found {
			return n.items[i].val, true
		}
		if n.leaf() {
			break
		}
		n = n.kids[i]
	}
	return val, false
}

// Slot returns the place of key's value, which the caller may write until the Map is edited again
// or frozen. The key must exist; without it the answer is nil.
func (m *Map[K, V]) Slot(own *Owner, key K) *V {
	if m.root == nil {
		return nil
	}
	m.root = m.root.owned(own)
	for n := m.root; ; {
		i, found := n.find(key)
		if found {
			return &n.items[i].val
		}
		if n.leaf() {
			return nil
		}
		n = n.kid(own, i)
	}
}

// Put sets the value of key and reports whether the key is new.
func (m *Map[K, V]) Put(own *Owner, key K, val V) bool {
	if m.root == nil {
		m.root = &node[K, V]{own: own}
	}
	m.root = m.root.owned(own)
	if m.root.full() {
		m.root = &node[K, V]{own: own, kids: []*node[K, V]{m.root}}
		m.root.split(own, 0)
	}
	added := m.root.put(own, key, val)
	if added {
		m.size++
	}
	return added
}

// Delete removes key and reports whether it was there; if it was not, nothing is copied.
func (m *Map[K, V]) Delete(own *Owner, key K) bool {
	if _, ok := m.Get(key); !ok {
		return false
	}
	m.root = m.root.owned(own)
	m.root.remove(own, key)
	m.size--
	if len(m.root.items) > 0 {
		return true
	}
	if m.root.leaf() {
		m.root = nil
	} else {
		m.root = m.root.kids[0]
	}
	return true
}

// All yields keys and values in rising order of keys. The Map must not be edited meanwhile.
func (m *Map[K, V]) All() iter.Seq2[K, V] {
	root := m.root
	return func(yield func(K, V) bool) { root.walk(yield) }
}

func (n *node[K, V]) leaf() bool { return n.kids == nil }
func (n *node[K, V]) full() bool { return len(n.items) >= itemsMax }

// find returns the position of key, or the position where it would be.
func (n *node[K, V]) find(key K) (int, bool) {
	low, high := 0, len(n.items)
	for low < high {
		mid := int(uint(low+high) >> 1)
		if n.items[mid].key < key {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, low < len(n.items) && n.items[low].key == key
}

// owned returns n if own may edit it, and else a copy that own may edit. It is not inlined because
// the compiler writes every caller once for each kind of key and value.
//
//go:noinline
func (n *node[K, V]) owned(own *Owner) *node[K, V] {
	if n.own == own {
		return n
	}
	return &node[K, V]{own: own, items: slices.Clone(n.items), kids: slices.Clone(n.kids)}
}

// kid returns kids[i] ready for edits; n itself is already owned. See owned for the directive.
//
//go:noinline
func (n *node[K, V]) kid(own *Owner, i int) *node[K, V] {
	k := n.kids[i].owned(own)
	n.kids[i] = k
	return k
}

// insert puts e at position i. See owned for the directive.
//
//go:noinline
func insert[E any](list []E, i int, e E) []E {
	list = append(list, e)
	copy(list[i+1:], list[i:])
	list[i] = e
	return list
}

// cut takes the element at position i out. See owned for the directive.
//
//go:noinline
func cut[E any](list []E, i int) []E {
	copy(list[i:], list[i+1:])
	last := len(list) - 1
	clear(list[last:])
	return list[:last]
}

// put works on an owned node that is not full, so that a split below always has room for the item
// it sends up.
func (n *node[K, V]) put(own *Owner, key K, val V) bool {
	for {
		i, found := n.find(key)
		if found {
			n.items[i].val = val
			return false
		}
		if n.leaf() {
			n.items = insert(n.items, i, item[K, V]{key, val})
			return true
		}
		if n.kids[i].full() {
			n.split(own, i)
			continue // the item that came up may be on either side of key
		}
		n = n.kid(own, i)
	}
}

// split halves the full kids[i] and takes its middle item up.
func (n *node[K, V]) split(own *Owner, i int) {
	left := n.kid(own, i)
	right := &node[K, V]{own: own, items: slices.Clone(left.items[itemsMin+1:])}
	if !left.leaf() {
		right.kids = slices.Clone(left.kids[itemsMin+1:])
		clear(left.kids[itemsMin+1:])
		left.kids = left.kids[:itemsMin+1]
	}
	middle := left.items[itemsMin]
	clear(left.items[itemsMin:])
	left.items = left.items[:itemsMin]
	n.items = insert(n.items, i, middle)
	n.kids = insert(n.kids, i+1, right)
}

// remove takes an existing key out of an owned node. Before it goes down, the kid gets an item to
// spare, so it never has to come back up.
func (n *node[K, V]) remove(own *Owner, key K) {
	for {
		i, found := n.find(key)
		if n.leaf() {
			n.items = cut(n.items, i)
			return
		}
		if len(n.kids[i].items) <= itemsMin {
			n.feed(own, i)
			continue // feeding moves items about
		}
		k := n.kid(own, i)
		if found {
			n.items[i] = k.removeLast(own)
			return
		}
		n = k
	}
}

func (n *node[K, V]) removeLast(own *Owner) item[K, V] {
	for !n.leaf() {
		last := len(n.kids) - 1
		if len(n.kids[last].items) <= itemsMin {
			n.feed(own, last)
			continue
		}
		n = n.kid(own, last)
	}
	last := len(n.items) - 1
	it := n.items[last]
	n.items = cut(n.items, last)
	return it
}

// feed gives the poorest kid kids[i] more than itemsMin items: from a richer neighbour or by
// merging with one.
func (n *node[K, V]) feed(own *Owner, i int) {
	switch {
	case i > 0 && len(n.kids[i-1].items) > itemsMin:
		n.feedFromLeft(own, i)
	case i < len(n.items) && len(n.kids[i+1].items) > itemsMin:
		n.feedFromRight(own, i)
	case i < len(n.items):
		n.merge(own, i)
	default:
		n.merge(own, i-1)
	}
}

func (n *node[K, V]) feedFromLeft(own *Owner, i int) {
	from, to := n.kid(own, i-1), n.kid(own, i)
	last := len(from.items) - 1
	to.items = insert(to.items, 0, n.items[i-1])
	n.items[i-1] = from.items[last]
	from.items = cut(from.items, last)
	if !from.leaf() {
		to.kids = insert(to.kids, 0, from.kids[last+1])
		from.kids = cut(from.kids, last+1)
	}
}

func (n *node[K, V]) feedFromRight(own *Owner, i int) {
	from, to := n.kid(own, i+1), n.kid(own, i)
	to.items = append(to.items, n.items[i])
	n.items[i] = from.items[0]
	from.items = cut(from.items, 0)
	if !from.leaf() {
		to.kids = append(to.kids, from.kids[0])
		from.kids = cut(from.kids, 0)
	}
}

// merge joins kids[i], items[i] and kids[i+1] in one node.
func (n *node[K, V]) merge(own *Owner, i int) {
	left, right := n.kid(own, i), n.kids[i+1]
	left.items = append(append(left.items, n.items[i]), right.items...)
	left.kids = append(left.kids, right.kids...)
	n.items = cut(n.items, i)
	n.kids = cut(n.kids, i+1)
}

func (n *node[K, V]) walk(yield func(K, V) bool) bool {
	if n == nil {
		return true
	}
	for i := range n.items {
		if !n.leaf() && !n.kids[i].walk(yield) {
			return false
		}
		if !yield(n.items[i].key, n.items[i].val) {
			return false
		}
	}
	return n.leaf() || n.kids[len(n.items)].walk(yield)
}
