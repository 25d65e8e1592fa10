package cow

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// fork is a Map, the plain map that it must equal, and the Owner that edits it.
type fork struct {
	tree  Map[int, int]
	model map[int]int
	own   *Owner
}

func (f *fork) check(t require.TestingT) {
	keys := slices.Sorted(maps.Keys(f.model))
	require.Equal(t, len(keys), f.tree.Len())
	i := 0
	for key, val := range f.tree.All() {
		require.Less(t, i, len(keys))
		require.Equal(t, keys[i], key)
		require.Equal(t, f.model[key], val)
		i++
	}
	require.Equal(t, len(keys), i)
	checkShape(t, f.tree.root, true)
}

// checkShape returns the depth, which is the same everywhere in a B-tree.
func checkShape(t require.TestingT, n *node[int, int], root bool) int {
	if n == nil {
		return 0
	}
	require.LessOrEqual(t, len(n.items), itemsMax)
	if !root {
		require.GreaterOrEqual(t, len(n.items), itemsMin)
	}
	if n.leaf() {
		return 1
	}
	require.Len(t, n.kids, len(n.items)+1)
	depth := checkShape(t, n.kids[0], false)
	for _, kid := range n.kids[1:] {
		require.Equal(t, depth, checkShape(t, kid, false))
	}
	return depth + 1
}

func TestMapEqualsPlainMapAcrossForks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		forks := []*fork{{model: map[int]int{}, own: new(Owner)}}
		key := rapid.IntRange(0, rapid.SampledFrom([]int{20, 400, 4000}).Draw(t, "keys"))
		pick := func() *fork { return forks[rapid.IntRange(0, len(forks)-1).Draw(t, "fork")] }
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				f, val := pick(), rapid.Int().Draw(t, "val")
				for _, k := range rapid.SliceOfN(key, 1, 200).Draw(t, "put") {
					_, had := f.model[k]
					require.Equal(t, !had, f.tree.Put(f.own, k, val))
					f.model[k] = val
				}
			},
			"delete": func(t *rapid.T) {
				f := pick()
				for _, k := range rapid.SliceOfN(key, 1, 200).Draw(t, "delete") {
					_, had := f.model[k]
					require.Equal(t, had, f.tree.Delete(f.own, k))
					delete(f.model, k)
				}
			},
			"slot": func(t *rapid.T) {
				f, k := pick(), key.Draw(t, "slot")
				slot := f.tree.Slot(f.own, k)
				_, had := f.model[k]
				require.Equal(t, had, slot != nil)
				if had {
					*slot, f.model[k] = -k, -k
				}
			},
			"get": func(t *rapid.T) {
				f, k := pick(), key.Draw(t, "get")
				got, ok := f.tree.Get(k)
				want, had := f.model[k]
				require.Equal(t, had, ok)
				require.Equal(t, want, got)
			},
			"fork": func(t *rapid.T) {
				if len(forks) == 5 {
					return
				}
				f := pick()
				f.own = new(Owner)
				forks = append(forks,
					&fork{tree: f.tree, model: maps.Clone(f.model), own: new(Owner)})
			},
			"": func(t *rapid.T) {
				for _, f := range forks {
					f.check(t)
				}
			},
		})
	})
}

// TestDeepMapGivesBackAllItsKeys takes every key out of a map of three levels or more, from both
// ends and across.
func TestDeepMapGivesBackAllItsKeys(t *testing.T) {
	const keys = 12_000
	for name, at := range map[string]func(i int) int{
		"rising":  func(i int) int { return i },
		"falling": func(i int) int { return keys - 1 - i },
		"across":  func(i int) int { return i * 7919 % keys },
	} {
		f := fork{model: map[int]int{}, own: new(Owner)}
		for i := range keys {
			f.tree.Put(f.own, at(i), i)
			f.model[at(i)] = i
		}
		require.Greater(t, checkShape(t, f.tree.root, true), 2, name)
		for i := range keys {
			require.True(t, f.tree.Delete(f.own, at(i)), name)
			delete(f.model, at(i))
			if i%1000 == 0 {
				f.check(t)
			}
		}
		require.Zero(t, f.tree.Len(), name)
	}
}

func TestMapStopsWhenAsked(t *testing.T) {
	var m Map[int, int]
	own := new(Owner)
	for i := range 1000 {
		m.Put(own, i, i)
	}
	for stop := range 1000 {
		last := -1
		for key := range m.All() {
			if last = key; key == stop {
				break
			}
		}
		require.Equal(t, stop, last)
	}
}

func BenchmarkPutOwned(b *testing.B) {
	m, own, keys := filled(20_000)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Put(own, keys[i%len(keys)], i)
	}
}

func BenchmarkPutAfterFreeze(b *testing.B) {
	m, _, keys := filled(20_000)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Put(new(Owner), keys[i%len(keys)], i)
	}
}

func filled(n int) (m Map[string, int], own *Owner, keys []string) {
	own = new(Owner)
	for i := range n {
		keys = append(keys, "node-"+strconv.Itoa(i))
		m.Put(own, keys[i], i)
	}
	return m, own, keys
}
