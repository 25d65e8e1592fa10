package watch

import (
	"cmp"

	"github.com/zabscope/zabscope/core/cow"
)

// link sets outer[a][b] to val, or removes it, and keeps no empty inner map.
func link[A, B cmp.Ordered, V any](
	outer *cow.Map[A, cow.Map[B, V]], own *cow.Owner, a A, b B, val V, remove bool,
) {
	inner, ok := outer.Get(a)
	if remove {
		inner.Delete(own, b)
	} else {
		inner.Put(own, b, val)
	}
	switch {
	case inner.Len() > 0:
		outer.Put(own, a, inner)
	case ok:
		outer.Delete(own, a)
	}
}
