package watch_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zabscope/zabscope/core/watch"
	"github.com/zabscope/zabscope/core/zk"
)

func fired(t *watch.Table, ev zk.EventType, path string) []zk.ConnID {
	var told []zk.ConnID
	t.Fire(ev, path, func(conn zk.ConnID) { told = append(told, conn) })
	return told
}

func TestWatchFiresOnce(t *testing.T) {
	w := watch.New()
	require.True(t, w.Set(watch.Data, "/a", 1))
	require.False(t, w.Set(watch.Data, "/a", 1), "set twice")
	require.False(t, w.Set(watch.Exists, "/a", 1), "data and exists watches are one")
	require.Equal(t, 1, w.Len())
	require.Equal(t, []zk.ConnID{1}, fired(w, zk.NodeDataChanged, "/a"))
	require.Empty(t, fired(w, zk.NodeDataChanged, "/a"))
	require.Equal(t, 0, w.Len())
	require.Zero(t, w.Digest())
}

func TestEventsFireTheirKind(t *testing.T) {
	for _, c := range []struct {
		ev          zk.EventType
		data, child bool
	}{
		{zk.NodeCreated, true, false},
		{zk.NodeDataChanged, true, false},
		{zk.NodeDeleted, true, true},
		{zk.NodeChildrenChanged, false, true},
		{zk.EventNone, false, false},
	} {
		for _, kind := range []watch.Kind{watch.Data, watch.Exists, watch.Child} {
			w := watch.New()
			w.Set(kind, "/a", 1)
			want := c.data && kind != watch.Child || c.child && kind == watch.Child
			require.Equal(t, want, len(fired(w, c.ev, "/a")) == 1, "%s %d", c.ev, kind)
			require.Equal(t, want, w.Len() == 0)
			require.Empty(t, fired(w, c.ev, "/b"))
		}
	}
}

func TestDeletionTellsEachConnectionOnce(t *testing.T) {
	w := watch.New()
	for _, conn := range []zk.ConnID{5, 3, 9} {
		w.Set(watch.Data, "/a", conn)
	}
	for _, conn := range []zk.ConnID{4, 3, 10, 1} {
		w.Set(watch.Child, "/a", conn)
	}
	w.Set(watch.Child, "/", 3)
	require.Equal(t, []zk.ConnID{3, 5, 9, 1, 4, 10}, fired(w, zk.NodeDeleted, "/a"),
		"data watches in rising order, then child watches of those not told")
	require.Equal(t, 1, w.Len(), "the parent's watch is another path's")
}

func TestChildEventKeepsDataWatch(t *testing.T) {
	w := watch.New()
	w.Set(watch.Data, "/a", 1)
	w.Set(watch.Child, "/a", 1)
	require.Equal(t, []zk.ConnID{1}, fired(w, zk.NodeChildrenChanged, "/a"))
	require.Equal(t, []zk.ConnID{1}, fired(w, zk.NodeDataChanged, "/a"))
}

func TestFireMaySetWatchesAgain(t *testing.T) {
	w := watch.New()
	for conn := range zk.ConnID(40) {
		w.Set(watch.Data, "/a", conn)
	}
	count := 0
	w.Fire(zk.NodeDataChanged, "/a", func(conn zk.ConnID) {
		require.True(t, w.Set(watch.Data, "/a", conn))
		count++
	})
	require.Equal(t, 40, count)
	require.Equal(t, 40, w.Len())
}

type key struct {
	path string
	conn zk.ConnID
	kind watch.Kind
}

type fork struct {
	table *watch.Table
	model map[key]bool
}

func (f *fork) keys() []key {
	var keys []key
	for k := range f.model {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.conn, b.conn),
			cmp.Compare(a.kind, b.kind))
	})
	return keys
}

func (f *fork) check(t require.TestingT) {
	var got []key
	f.table.Each(func(kind watch.Kind, path string, conn zk.ConnID) {
		got = append(got, key{path, conn, kind})
	})
	want := f.keys()
	require.Equal(t, want, got)
	require.Equal(t, len(want), f.table.Len())
	again := watch.New()
	for _, k := range slices.Backward(want) {
		again.Set(k.kind, k.path, k.conn)
	}
	require.Equal(t, again.Digest(), f.table.Digest())
}

// fire is the model's Fire.
func (f *fork) fire(ev zk.EventType, path string) []zk.ConnID {
	var told []zk.ConnID
	for _, kind := range []watch.Kind{watch.Data, watch.Child} {
		isData := kind == watch.Data
		if ev == zk.NodeChildrenChanged && isData || ev < zk.NodeDeleted && !isData ||
			ev == zk.NodeDataChanged && !isData {
			continue
		}
		for _, k := range f.keys() {
			if k.path != path || k.kind != kind {
				continue
			}
			delete(f.model, k)
			if !slices.Contains(told, k.conn) {
				told = append(told, k.conn)
			}
		}
	}
	return told
}

func TestTableEqualsPlainSetAcrossForks(t *testing.T) {
	path := rapid.Custom(func(t *rapid.T) string {
		return fmt.Sprintf("/%d", rapid.IntRange(0, 60).Draw(t, "path"))
	})
	conn := rapid.Custom(func(t *rapid.T) zk.ConnID {
		return zk.ConnID(rapid.IntRange(1, 40).Draw(t, "conn"))
	})
	rapid.Check(t, func(t *rapid.T) {
		forks := []*fork{{table: watch.New(), model: map[key]bool{}}}
		pick := func() *fork { return forks[rapid.IntRange(0, len(forks)-1).Draw(t, "fork")] }
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				f := pick()
				for range rapid.IntRange(1, 100).Draw(t, "n") {
					kind := rapid.SampledFrom([]watch.Kind{watch.Data, watch.Exists, watch.Child}).
						Draw(t, "kind")
					k := key{path.Draw(t, "p"), conn.Draw(t, "c"), kind}
					if kind == watch.Exists {
						k.kind = watch.Data
					}
					require.Equal(t, !f.model[k], f.table.Set(kind, k.path, k.conn))
					f.model[k] = true
				}
			},
			"fire": func(t *rapid.T) {
				f, p := pick(), path.Draw(t, "p")
				ev := zk.EventType(rapid.IntRange(1, 4).Draw(t, "event"))
				require.Equal(t, f.fire(ev, p), fired(f.table, ev, p))
			},
			"drop": func(t *rapid.T) {
				f, c := pick(), conn.Draw(t, "c")
				f.table.Drop(c)
				for _, k := range f.keys() {
					if k.conn == c {
						delete(f.model, k)
					}
				}
				for range f.table.Paths(c) {
					t.Fatal("a dropped connection watches a path")
				}
			},
			"fork": func(t *rapid.T) {
				if len(forks) == 4 {
					return
				}
				f := pick()
				other := &fork{table: f.table.Clone(), model: map[key]bool{}}
				for k := range f.model {
					other.model[k] = true
				}
				forks = append(forks, other)
			},
			"": func(t *rapid.T) {
				for _, f := range forks {
					f.check(t)
				}
			},
		})
	})
}

func BenchmarkSetAndFire(b *testing.B) {
	w := watch.New()
	b.ReportAllocs()
	for b.Loop() {
		w.Set(watch.Data, "/a", 1)
		w.Fire(zk.NodeDataChanged, "/a", func(zk.ConnID) {})
	}
}

func BenchmarkHerd(b *testing.B) {
	w := watch.New()
	b.ReportAllocs()
	for b.Loop() {
		for conn := range zk.ConnID(1000) {
			w.Set(watch.Child, "/herd", conn)
		}
		w.Fire(zk.NodeChildrenChanged, "/herd", func(zk.ConnID) {})
	}
}
