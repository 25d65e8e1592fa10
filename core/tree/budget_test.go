package tree_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// kept makes the compiler do what is measured.
var kept *tree.DB

// crowd returns a tree with n znodes below /p.
func crowd(tb testing.TB, n int) (*tree.DB, []string) {
	db := newPair(tb).applied
	db.Prepare(create("/p"), tree.Meta{Zxid: db.Zxid() + 1})
	var paths []string
	for i := range n {
		path := fmt.Sprintf("/p/node-%06d", i)
		txn := db.Prepare(create(path), tree.Meta{Zxid: db.Zxid() + 1})
		require.Equal(tb, zk.OpCreate, txn.Op)
		paths = append(paths, path)
	}
	return db, paths
}

func TestReadsDoNotAllocate(t *testing.T) {
	db, paths := crowd(t, 1000)
	for _, op := range []zk.Op{zk.OpExists, zk.OpGetData} {
		req := &zk.Request{Op: op, Path: paths[500]}
		require.Zero(t, testing.AllocsPerRun(100, func() { db.Read(req) }), op)
	}
	require.Zero(t, testing.AllocsPerRun(100, func() { db.Get(paths[7]) }))
	require.Zero(t, testing.AllocsPerRun(100, func() { db.EphemeralCount(alice) }))
}

func TestWritesStayWithinTheirBudget(t *testing.T) {
	db, _ := crowd(t, 1000)
	ahead := db.Clone()
	n := 0
	req := createAs("/p/fresh-", zk.PersistentSequential, alice)
	changes := make([]tree.Change, 0, 8)
	require.LessOrEqual(t, testing.AllocsPerRun(1000, func() {
		n++
		txn := ahead.Prepare(req, tree.Meta{Zxid: zk.Zxid(5000 + n)})
		_, _, changes = db.Apply(&txn, changes[:0])
	}), 12.0, "create, both trees")
	set := setData("/p/node-000500", "x", -1)
	require.LessOrEqual(t, testing.AllocsPerRun(1000, func() {
		n++
		txn := ahead.Prepare(set, tree.Meta{Zxid: zk.Zxid(5000 + n)})
		_, _, changes = db.Apply(&txn, changes[:0])
	}), 2.0, "setData, both trees")
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { kept = db.Clone() }), 1.0)
}

func BenchmarkEdit(b *testing.B) {
	for _, n := range []int{10, 1000, 20_000} {
		db, paths := crowd(b, n)
		txn := zk.Txn{Op: zk.OpSetData, Data: []byte("x")}
		step := func(i int) {
			txn.Zxid, txn.Path = zk.Zxid(i), paths[i%n]
			db.Apply(&txn, nil)
		}
		b.Run(fmt.Sprintf("owned/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				step(i)
			}
		})
		b.Run(fmt.Sprintf("frozen/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				db.Clone()
				step(i)
			}
		})
	}
}

func BenchmarkCreate(b *testing.B) {
	db, _ := crowd(b, 1000)
	req := createAs("/p/fresh-", zk.PersistentSequential, alice)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		db.Prepare(req, tree.Meta{Zxid: zk.Zxid(5000 + i)})
	}
}

func BenchmarkClone(b *testing.B) {
	db, _ := crowd(b, 20_000)
	b.ReportAllocs()
	for b.Loop() {
		kept = db.Clone()
	}
}

func BenchmarkGetData(b *testing.B) {
	db, paths := crowd(b, 20_000)
	req := &zk.Request{Op: zk.OpGetData}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		req.Path = paths[i%len(paths)]
		db.Read(req)
	}
}
