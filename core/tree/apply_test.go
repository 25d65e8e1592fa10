package tree_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

type event struct {
	event zk.EventType
	path  string
}

func events(changes []tree.Change) []event {
	var out []event
	for _, c := range changes {
		out = append(out, event{c.Event, c.Path})
	}
	return out
}

func TestChangesComeInApachesOrder(t *testing.T) {
	p := newPair(t)
	p.must(t, create("/a"))
	require.Equal(t, []event{{zk.NodeCreated, "/a"}, {zk.NodeChildrenChanged, "/"}},
		events(p.changes))
	p.must(t, setData("/a", "x", -1))
	require.Equal(t, []event{{zk.NodeDataChanged, "/a"}}, events(p.changes))
	p.must(t, setACL("/a", zk.OpenACL, -1))
	require.Empty(t, p.changes)
	p.must(t, multi(create("/a/b"), check("/a", -1), setData("/a/b", "", -1), remove("/a/b", -1)))
	require.Equal(t, []event{
		{zk.NodeCreated, "/a/b"}, {zk.NodeChildrenChanged, "/a"},
		{zk.NodeDataChanged, "/a/b"},
		{zk.NodeDeleted, "/a/b"}, {zk.NodeChildrenChanged, "/a"},
	}, events(p.changes))
	p.must(t, createAs("/e", zk.Ephemeral, bob), createAs("/a/e", zk.Ephemeral, bob), closing(bob))
	require.Equal(t, []event{
		{zk.NodeDeleted, "/e"}, {zk.NodeChildrenChanged, "/"},
		{zk.NodeDeleted, "/a/e"}, {zk.NodeChildrenChanged, "/a"},
	}, events(p.changes), "in the order of Java's hashes")
}

func TestApplyAppendsToWhatIsThere(t *testing.T) {
	p := newPair(t)
	p.must(t, create("/a"))
	p.last.Path, p.last.Zxid = "/b", 9
	_, _, changes := p.applied.Apply(&p.last, []tree.Change{{Path: "/first"}})
	require.Equal(t, []event{{0, "/first"}, {zk.NodeCreated, "/b"},
		{zk.NodeChildrenChanged, "/"}}, events(changes))
}

func TestChangeOfAnUnreadableZnodeIsNotForEverybody(t *testing.T) {
	p := populate(t)
	p.must(t, setData("/hidden", "", -1))
	require.False(t, p.changes[0].Readable(nil))
	p.must(t, create("/hidden/kid"))
	require.True(t, p.changes[0].Readable(nil), "the child itself is open")
	require.False(t, p.changes[1].Readable(nil), "its parent's list is not")
	p.must(t, remove("/hidden/kid", -1), remove("/hidden", -1))
	require.False(t, p.changes[0].Readable(nil), "the list outlives the znode")
}

func TestApplyRefusesWhatDoesNotFit(t *testing.T) {
	for name, txn := range map[string]zk.Txn{
		"create existing":   {Op: zk.OpCreate, Path: "/a", ACL: zk.OpenACL},
		"create orphan":     {Op: zk.OpCreate, Path: "/no/x", ACL: zk.OpenACL},
		"create for nobody": {Op: zk.OpCreate, Path: "/x", ACL: zk.OpenACL, Owner: 99},
		"create bad path":   {Op: zk.OpCreate, Path: "x", ACL: zk.OpenACL},
		"delete missing":    {Op: zk.OpDelete, Path: "/no"},
		"delete parent":     {Op: zk.OpDelete, Path: "/a"},
		"delete root":       {Op: zk.OpDelete, Path: "/"},
		"setData missing":   {Op: zk.OpSetData, Path: "/no"},
		"setACL missing":    {Op: zk.OpSetACL, Path: "/no"},
		"session again":     {Op: zk.OpCreateSession, Session: alice},
		"session 0":         {Op: zk.OpCreateSession},
		"close unknown":     {Op: zk.OpCloseSession, Session: 99},
		"close other's":     {Op: zk.OpCloseSession, Session: bob, Paths: []string{"/eph"}},
		"close missing":     {Op: zk.OpCloseSession, Session: alice, Paths: []string{"/no"}},
		"no transaction":    {Op: zk.OpGetData, Path: "/a"},
		"multi of sessions": {Op: zk.OpMulti, Subs: []zk.Txn{
			{Op: zk.OpCloseSession, Session: bob}}},
		"multi of multi": {Op: zk.OpMulti, Subs: []zk.Txn{{Op: zk.OpMulti}}},
		"multi that half fits": {Op: zk.OpMulti, Subs: []zk.Txn{
			{Op: zk.OpCreate, Path: "/m", ACL: zk.OpenACL}, {Op: zk.OpDelete, Path: "/no"}}},
	} {
		t.Run(name, func(t *testing.T) {
			db := populate(t).applied
			zxid, before := db.Zxid(), state(db)
			txn.Zxid = zxid + 1
			reply, err, changes := db.Apply(&txn, nil)
			require.Equal(t, zk.ErrDataInconsistency, err)
			require.Equal(t, zk.Reply{}, reply)
			require.Empty(t, changes)
			require.Equal(t, before, state(db))
			require.Equal(t, zxid, db.Zxid())
		})
	}
}

// TestApplyIsAtomicForAnyTxn applies nonsense: it must not panic, and what it refuses must leave
// no mark.
func TestApplyIsAtomicForAnyTxn(t *testing.T) {
	path := rapid.SampledFrom([]string{"", "/", "x", "/a", "/a/kid", "/eph", "/b", "/b/c", "/a/",
		"//", "/a//b", "/zookeeper", "/eph/x"})
	op := rapid.SampledFrom([]zk.Op{zk.OpCreate, zk.OpDelete, zk.OpSetData, zk.OpSetACL,
		zk.OpCheck, zk.OpError, zk.OpCreateSession, zk.OpCloseSession, zk.OpMulti, 77})
	session := rapid.SampledFrom([]zk.SessionID{0, alice, bob, 99})
	rapid.Check(t, func(rt *rapid.T) {
		txn := func(zxid zk.Zxid) zk.Txn {
			return zk.Txn{Zxid: zxid, Op: op.Draw(rt, "op"), Path: path.Draw(rt, "path"),
				Session: session.Draw(rt, "session"), Owner: session.Draw(rt, "owner"),
				ACL: zk.OpenACL, Paths: rapid.SliceOfN(path, 0, 3).Draw(rt, "paths")}
		}
		db := populate(t).applied
		for range rapid.IntRange(1, 8).Draw(rt, "txns") {
			one := txn(db.Zxid() + 1)
			for range rapid.IntRange(0, 3).Draw(rt, "subs") {
				one.Subs = append(one.Subs, txn(one.Zxid))
			}
			before := state(db)
			_, err, _ := db.Apply(&one, nil)
			if err == zk.ErrDataInconsistency {
				require.Equal(rt, before, state(db))
			}
			restoredCopy(rt, db)
		}
	})
}
