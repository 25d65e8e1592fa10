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

// BenchmarkTree is what one operation costs a server with so many znodes, a thousand to a parent.
// Preparing a write carries it out.
func BenchmarkTree(b *testing.B) {
	for _, n := range []int{1_000, 100_000, 1_000_000} {
		db, paths := forest(b, n)
		run := func(op string, one func(i int)) {
			b.Run(fmt.Sprintf("op=%s/znodes=%d", op, n), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					one(i * 7919 % n)
				}
			})
		}
		write := func(req *zk.Request) { db.Prepare(req, tree.Meta{Zxid: db.Zxid() + 1}) }
		for _, op := range []zk.Op{zk.OpExists, zk.OpGetData, zk.OpGetChildren2} {
			req := &zk.Request{Op: op}
			run(op.String(), func(i int) {
				if req.Path = paths[i]; op == zk.OpGetChildren2 {
					req.Path = tree.Parent(req.Path)
				}
				db.Read(req)
			})
		}
		set := setData("", "x", -1)
		run("setData", func(i int) {
			set.Path = paths[i]
			write(set)
		})
		made, gone := create(""), remove("", -1)
		run("create+delete", func(i int) {
			made.Path = paths[i] + "x"
			gone.Path = made.Path
			write(made)
			write(gone)
		})
	}
}

// forest returns a tree of about n znodes, and the paths of the leaves.
func forest(tb testing.TB, n int) (*tree.DB, []string) {
	const perParent = 1000
	db := newPair(tb).applied
	paths := make([]string, 0, n)
	for i := range n {
		parent := fmt.Sprintf("/p%04d", i/perParent)
		if i%perParent == 0 {
			db.Prepare(create(parent), tree.Meta{Zxid: db.Zxid() + 1})
		}
		path := fmt.Sprintf("%s/node-%06d", parent, i)
		txn := db.Prepare(create(path), tree.Meta{Zxid: db.Zxid() + 1})
		require.Equal(tb, zk.OpCreate, txn.Op)
		paths = append(paths, path)
	}
	return db, paths
}

func BenchmarkClone(b *testing.B) {
	db, _ := crowd(b, 20_000)
	b.ReportAllocs()
	for b.Loop() {
		kept = db.Clone()
	}
}
