package tree

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/zabscope/zabscope/core/zk"
)

// hashed is an element of a Java HashSet.
type hashed struct {
	path string
	hash uint32
	made zk.Zxid
}

// closingOrder puts a session's ephemerals in the order in which Apache removes them, which whoever
// watches several of them sees. It keeps them in a HashSet and walks over a clone of it, which has
// a table of another size (PrepRequestProcessor.java).
func (d *DB) closingOrder(paths []string) []string {
	if len(paths) < 2 {
		return paths
	}
	set := make([]hashed, len(paths))
	for i, path := range paths {
		set[i] = hashed{path, javaHash(path), d.root.find(path).czxid}
	}
	grown, cloned := max(16, tableSize(len(paths))), tableSize(len(paths))
	slices.SortFunc(set, func(a, b hashed) int {
		return cmp.Or(
			cmp.Compare(a.hash&(cloned-1), b.hash&(cloned-1)),
			cmp.Compare(a.hash&(grown-1), b.hash&(grown-1)),
			cmp.Compare(a.made, b.made),
			cmp.Compare(a.path, b.path),
		)
	})
	for i := range set {
		paths[i] = set[i].path
	}
	return paths
}

// tableSize is the number of buckets that HashMap.clone makes for n elements.
func tableSize(n int) uint32 { return 1 << bits.Len(uint(n*4/3)) }

// javaHash is String.hashCode with the spreading of HashMap. No path has a character of two units.
func javaHash(path string) uint32 {
	h := uint32(0)
	for _, r := range path {
		h = h*31 + uint32(r)
	}
	return h ^ h>>16
}
