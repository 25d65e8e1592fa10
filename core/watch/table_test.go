package watch_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
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

func TestPersistentWatchStays(t *testing.T) {
	w := watch.New()
	require.True(t, w.Set(watch.Persistent, "/a", 1))
	require.False(t, w.Set(watch.Persistent, "/a", 1))
	require.Equal(t, 2, w.Len())
	for range 2 {
		require.Equal(t, []zk.ConnID{1}, fired(w, zk.NodeCreated, "/a"))
		require.Equal(t, []zk.ConnID{1}, fired(w, zk.NodeChildrenChanged, "/a"))
		require.Equal(t, []zk.ConnID{1}, fired(w, zk.NodeDeleted, "/a"), "once, by two watches")
	}
	require.Empty(t, fired(w, zk.NodeCreated, "/a/b"))
}

func TestRecursiveWatchSeesBelow(t *testing.T) {
	w := watch.New()
	w.Set(watch.Recursive, "/a", 2)
	w.Set(watch.Recursive, "/", 1)
	w.Set(watch.Data, "/a/b", 3)
	for range 2 {
		require.Empty(t, fired(w, zk.NodeChildrenChanged, "/a"))
		require.Equal(t, []zk.ConnID{1, 2}, fired(w, zk.NodeDataChanged, "/a"))
		require.Equal(t, []zk.ConnID{1}, fired(w, zk.NodeDataChanged, "/ab"))
		require.Equal(t, []zk.ConnID{1}, fired(w, zk.NodeDataChanged, "/"))
		require.Equal(t, []zk.ConnID{1, 2}, fired(w, zk.NodeDeleted, "/a/x/y"))
	}
	require.Equal(t, []zk.ConnID{1, 2, 3}, fired(w, zk.NodeCreated, "/a/b"))
	require.Equal(t, []zk.ConnID{1, 2}, fired(w, zk.NodeCreated, "/a/b"))
}

// TestTheLastWhoSetsDecides: Apache forgets a persistent watch when a one-shot watch that took its
// place fires, on that side alone.
func TestTheLastWhoSetsDecides(t *testing.T) {
	w := watch.New()
	w.Set(watch.Persistent, "/a", 1)
	require.True(t, w.Set(watch.Data, "/a", 1))
	require.Equal(t, []zk.ConnID{1}, fired(w, zk.NodeDataChanged, "/a"))
	require.Empty(t, fired(w, zk.NodeDataChanged, "/a"))
	require.Equal(t, []zk.ConnID{1}, fired(w, zk.NodeChildrenChanged, "/a"))
	require.True(t, w.Set(watch.Recursive, "/a", 1))
	require.Empty(t, fired(w, zk.NodeChildrenChanged, "/a"))
	require.True(t, w.Set(watch.Persistent, "/a", 1))
	require.Empty(t, fired(w, zk.NodeDataChanged, "/a/b"))
}

func TestRemoveTakesTheTypeThatIsAskedFor(t *testing.T) {
	for _, c := range []struct {
		set   watch.Kind
		which zk.WatcherType
		left  int // -1 for nothing removed
	}{
		{watch.Data, zk.WatcherData, 0}, {watch.Exists, zk.WatcherData, 0},
		{watch.Data, zk.WatcherChildren, -1}, {watch.Data, zk.WatcherAny, 0},
		{watch.Child, zk.WatcherChildren, 0}, {watch.Child, zk.WatcherData, -1},
		{watch.Child, zk.WatcherAny, 0},
		{watch.Persistent, zk.WatcherData, 1}, {watch.Persistent, zk.WatcherChildren, 1},
		{watch.Persistent, zk.WatcherAny, 0},
		{watch.Recursive, zk.WatcherData, 1}, {watch.Recursive, zk.WatcherAny, 0},
	} {
		w := watch.New()
		w.Set(c.set, "/a", 1)
		require.Equal(t, c.left >= 0, w.Has(c.which, "/a"), "%+v", c)
		require.False(t, w.Has(c.which, "/a/b"), "what covers a path is not on it")
		require.False(t, w.Remove(c.which, "/a", 2))
		require.Equal(t, c.left >= 0, w.Remove(c.which, "/a", 1), "%+v", c)
		if c.left >= 0 {
			require.Equal(t, c.left, w.Len(), "%+v", c)
		}
		require.False(t, w.Remove(c.which, "/a", 1))
	}
}

type key struct {
	path string
	conn zk.ConnID
	kind watch.Kind
}

// fork keeps beside a table the same as plainly as possible: two maps of modes, like Apache.
type fork struct {
	table *watch.Table
	model map[key]watch.Kind // key.kind is Data or Child, the side; the value Data means one-shot
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

// check builds the table anew: persistent watches, of some only one side, then one-shot ones.
func (f *fork) check(t require.TestingT) {
	again, keys := watch.New(), f.keys()
	for _, k := range keys {
		other := key{k.path, k.conn, watch.Data + watch.Child - k.kind}
		mode := f.model[k]
		if mode == watch.Data {
			continue
		}
		again.Set(mode, k.path, k.conn)
		if f.model[other] != mode {
			again.Remove(typeOf(other.kind), k.path, k.conn)
		}
	}
	for _, k := range keys {
		if f.model[k] == watch.Data {
			again.Set(k.kind, k.path, k.conn)
		}
	}
	require.Equal(t, len(keys), f.table.Len())
	require.Equal(t, again.Digest(), f.table.Digest())
}

func typeOf(side watch.Kind) zk.WatcherType {
	if side == watch.Child {
		return zk.WatcherChildren
	}
	return zk.WatcherData
}

func (f *fork) set(kind watch.Kind, path string, conn zk.ConnID) bool {
	before := maps.Clone(f.model)
	switch kind {
	case watch.Data, watch.Exists:
		f.model[key{path, conn, watch.Data}] = watch.Data
	case watch.Child:
		f.model[key{path, conn, watch.Child}] = watch.Data
	default:
		f.model[key{path, conn, watch.Data}] = kind
		f.model[key{path, conn, watch.Child}] = kind
	}
	return !maps.Equal(before, f.model)
}

// fire is the model's Fire.
func (f *fork) fire(ev zk.EventType, path string) []zk.ConnID {
	var told []zk.ConnID
	for _, side := range []watch.Kind{watch.Data, watch.Child} {
		isData := side == watch.Data
		if ev == zk.NodeChildrenChanged && isData || ev < zk.NodeDeleted && !isData ||
			ev == zk.NodeDataChanged && !isData {
			continue
		}
		var now []zk.ConnID
		for _, k := range f.keys() {
			mode := f.model[k]
			isHere := k.path == path && mode != watch.Recursive
			isAbove := mode == watch.Recursive && ev != zk.NodeChildrenChanged &&
				(k.path == path || strings.HasPrefix(path, strings.TrimSuffix(k.path, "/")+"/"))
			if k.kind != side || !isHere && !isAbove {
				continue
			}
			if mode == watch.Data {
				delete(f.model, k)
			}
			if !slices.Contains(told, k.conn) && !slices.Contains(now, k.conn) {
				now = append(now, k.conn)
			}
		}
		slices.Sort(now)
		told = append(told, now...)
	}
	return told
}

func TestTableEqualsPlainMapsAcrossForks(t *testing.T) {
	path := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"/", "/a", "/a/b", "/a/b/c", "/ab", "/b"}).Draw(t, "path")
	})
	conn := rapid.Custom(func(t *rapid.T) zk.ConnID {
		return zk.ConnID(rapid.IntRange(1, 40).Draw(t, "conn"))
	})
	kinds := []watch.Kind{watch.Data, watch.Data, watch.Exists, watch.Child, watch.Child,
		watch.Persistent, watch.Recursive}
	rapid.Check(t, func(t *rapid.T) {
		forks := []*fork{{table: watch.New(), model: map[key]watch.Kind{}}}
		pick := func() *fork { return forks[rapid.IntRange(0, len(forks)-1).Draw(t, "fork")] }
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				f := pick()
				for range rapid.IntRange(1, 60).Draw(t, "n") {
					kind := rapid.SampledFrom(kinds).Draw(t, "kind")
					p, c := path.Draw(t, "p"), conn.Draw(t, "c")
					require.Equal(t, f.set(kind, p, c), f.table.Set(kind, p, c))
				}
			},
			"remove": func(t *rapid.T) {
				f, p, c := pick(), path.Draw(t, "p"), conn.Draw(t, "c")
				which := zk.WatcherType(rapid.IntRange(1, 3).Draw(t, "type"))
				_, data := f.model[key{p, c, watch.Data}]
				_, child := f.model[key{p, c, watch.Child}]
				isThere := data && which != zk.WatcherChildren || child && which != zk.WatcherData
				anybody := false
				for k := range f.model {
					isOfType := k.kind == watch.Data && which != zk.WatcherChildren ||
						k.kind == watch.Child && which != zk.WatcherData
					anybody = anybody || k.path == p && isOfType
				}
				require.Equal(t, anybody, f.table.Has(which, p))
				require.Equal(t, isThere, f.table.Remove(which, p, c))
				if which != zk.WatcherChildren {
					delete(f.model, key{p, c, watch.Data})
				}
				if which != zk.WatcherData {
					delete(f.model, key{p, c, watch.Child})
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
				maps.DeleteFunc(f.model, func(k key, _ watch.Kind) bool { return k.conn == c })
				for range f.table.Paths(c) {
					t.Fatal("a dropped connection watches a path")
				}
			},
			"fork": func(t *rapid.T) {
				if len(forks) == 4 {
					return
				}
				f := pick()
				forks = append(forks, &fork{table: f.table.Clone(), model: maps.Clone(f.model)})
			},
			"": func(t *rapid.T) {
				for _, f := range forks {
					f.check(t)
				}
			},
		})
	})
}

func TestEachListsWhatIsSet(t *testing.T) {
	w := watch.New()
	var want []key
	for i, kind := range []watch.Kind{watch.Data, watch.Child, watch.Persistent, watch.Recursive} {
		w.Set(kind, "/a", zk.ConnID(i))
		want = append(want, key{"/a", zk.ConnID(i), kind})
	}
	w.Set(watch.Persistent, "/b", 1)
	w.Remove(zk.WatcherData, "/b", 1)
	w.Set(watch.Child, "/c", 1)
	w.Set(watch.Exists, "/c", 1)
	want = append(want, key{"/b", 1, watch.Persistent}, key{"/c", 1, watch.Data},
		key{"/c", 1, watch.Child})
	var got []key
	w.Each(func(kind watch.Kind, path string, conn zk.ConnID) {
		got = append(got, key{path, conn, kind})
	})
	require.Equal(t, want, got)
}

func BenchmarkSetAndFire(b *testing.B) {
	w := watch.New()
	b.ReportAllocs()
	for b.Loop() {
		w.Set(watch.Data, "/a", 1)
		w.Fire(zk.NodeDataChanged, "/a", func(zk.ConnID) {})
	}
}

// BenchmarkHerd is one change that so many connections watch: they are told, and watch again.
func BenchmarkHerd(b *testing.B) {
	for _, n := range []zk.ConnID{1_000, 10_000} {
		w, told := watch.New(), 0
		setAll := func() {
			for conn := range n {
				w.Set(watch.Child, "/herd", conn)
			}
		}
		b.Run(fmt.Sprintf("do=set/watchers=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				setAll()
			}
		})
		b.Run(fmt.Sprintf("do=set+fire/watchers=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				setAll()
				w.Fire(zk.NodeChildrenChanged, "/herd", func(zk.ConnID) { told++ })
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/watcher")
		})
	}
}

// BenchmarkPersistentHerd is one change that so many persistent recursive watches cover.
func BenchmarkPersistentHerd(b *testing.B) {
	const n = 10_000
	w, told := watch.New(), 0
	for conn := range zk.ConnID(n) {
		w.Set(watch.Recursive, "/herd", conn)
	}
	b.ReportAllocs()
	for b.Loop() {
		w.Fire(zk.NodeDataChanged, "/herd/a/b", func(zk.ConnID) { told++ })
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/watcher")
}
