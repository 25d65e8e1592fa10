package check

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
)

func TestAnswerInvariants(t *testing.T) { testKillers(t, answerKillers) }

// withX begins with a session of client A and a znode that was written once.
func withX(s *story) (create, write *zk.Txn) {
	s.lead(3)
	s.open()
	create = s.write(zk.Txn{Op: zk.OpCreate, Path: "/x", Version: 1})
	write = s.write(zk.Txn{Op: zk.OpSetData, Path: "/x", Version: 1, Data: []byte("new")})
	return create, write
}

// written is the stat of the znode of withX.
func written(create, write *zk.Txn) zk.Stat {
	stat := made(create)
	stat.Mzxid, stat.Version, stat.DataLength = write.Zxid, 1, 3
	return stat
}

var answerKillers = []killer{
	{"ReadValidity", "a read shows the data of before", func(s *story) {
		create, write := withX(s)
		s.ask(1, zk.OpGetData)
		s.reply(1, write.Zxid, "ok", statOf(made(create)))
	}},
	{"ReadValidity", "a read finds nothing where there is a znode", func(s *story) {
		_, write := withX(s)
		s.ask(1, zk.OpExists)
		s.reply(1, write.Zxid, "NoNode")
	}},
	{"ReadValidity", "a read finds what is deleted", func(s *story) {
		create, _ := withX(s)
		gone := s.write(zk.Txn{Op: zk.OpDelete, Path: "/x"})
		s.ask(1, zk.OpExists)
		s.reply(1, gone.Zxid, "ok", statOf(made(create)))
	}},
	{"ReadValidity", "the data are others", func(s *story) {
		create, write := withX(s)
		s.ask(1, zk.OpGetData)
		s.reply(1, write.Zxid, "ok", statOf(written(create, write)),
			[2]string{"dataHash", hex(zk.DataHash([]byte("old")))})
	}},
	{"ReadValidity", "a child is missing", func(s *story) {
		_, write := withX(s)
		s.add('A', invoked(1, &zk.Request{Op: zk.OpGetChildren, Path: "/"}))
		s.reply(1, write.Zxid, "ok", [2]string{"childrenHash", hex(zk.NameHash("zookeeper"))})
	}},
	{"LinearizableWrites", "a write returns another stat than it has left", func(s *story) {
		withX(s)
		s.ask(1, zk.OpSetData)
		t := s.write(zk.Txn{Op: zk.OpSetData, Session: sess, Path: "/x", Version: 2})
		s.reply(1, t.Zxid, "ok", statOf(made(t)))
	}},
	{"LinearizableWrites", "a write that failed is said to be done", func(s *story) {
		withX(s)
		s.ask(1, zk.OpSetData)
		t := s.write(zk.Txn{Op: zk.OpError, Session: sess, Err: zk.ErrBadVersion})
		s.reply(1, t.Zxid, "ok")
	}},
	{"MultiAtomic", "a transaction does half of a multi", func(s *story) {
		withX(s)
		s.write(zk.Txn{Op: zk.OpMulti, Subs: []zk.Txn{
			{Op: zk.OpSetData, Path: "/x", Version: 2}, {Op: zk.OpError, Err: zk.ErrNoNode},
		}})
	}},
	{"MultiAtomic", "a reply says that half of a multi is done", func(s *story) {
		_, write := withX(s)
		s.ask(1, zk.OpMulti)
		s.reply(1, write.Zxid, "ok", [2]string{"result", "create"}, [2]string{"result", "error"})
	}},
	{"MultiAtomic", "a read shows one of two znodes that a multi made", func(s *story) {
		withX(s)
		t := s.write(zk.Txn{Op: zk.OpMulti, Subs: []zk.Txn{
			{Op: zk.OpCreate, Path: "/a", Version: 2}, {Op: zk.OpCreate, Path: "/b", Version: 3},
		}})
		s.add('A', invoked(1, &zk.Request{Op: zk.OpExists, Path: "/a"}))
		s.reply(1, t.Zxid, "ok", statOf(made(t)))
		s.add('A', invoked(2, &zk.Request{Op: zk.OpExists, Path: "/b"}))
		s.reply(2, t.Zxid, "NoNode")
	}},
	{"StatAlgebra", "a znode was written before it was made", func(s *story) {
		create, write := withX(s)
		stat := written(create, write)
		stat.Mzxid = create.Zxid - 1
		s.ask(1, zk.OpGetData)
		s.reply(1, write.Zxid, "ok", statOf(stat))
	}},
	{"StatAlgebra", "the count of children contradicts the cversion", func(s *story) {
		create, write := withX(s)
		stat := written(create, write)
		stat.Cversion, stat.NumChildren = 1, 2
		s.ask(1, zk.OpGetData)
		s.reply(1, write.Zxid, "ok", statOf(stat))
	}},
	{"StatAlgebra", "a write does not raise the version by one", func(s *story) {
		withX(s)
		s.write(zk.Txn{Op: zk.OpSetData, Path: "/x", Version: 3})
	}},
	{"StatAlgebra", "a znode is deleted before its children", func(s *story) {
		withX(s)
		s.write(zk.Txn{Op: zk.OpCreate, Path: "/x/y", Version: 1})
		s.write(zk.Txn{Op: zk.OpDelete, Path: "/x"})
	}},
}

// TestReadsOfServersThatLagAreCompared: a read is right when it shows the state of its own zxid.
func TestReadsOfServersThatLagAreCompared(t *testing.T) {
	s := newStory()
	create, write := withX(s)
	s.ask(1, zk.OpGetData)
	s.reply(1, create.Zxid, "ok", statOf(made(create)),
		[2]string{"dataHash", hex(zk.DataHash(nil))})
	s.ask(2, zk.OpGetData)
	s.reply(2, write.Zxid, "ok", statOf(written(create, write)),
		[2]string{"dataHash", hex(zk.DataHash([]byte("new")))})
	s.add('A', invoked(3, &zk.Request{Op: zk.OpGetChildren2, Path: "/"}))
	root := zk.Stat{NumChildren: 2, Pzxid: create.Zxid}
	s.reply(3, write.Zxid, "ok", statOf(root),
		[2]string{"childrenHash", hex(zk.NameHash("x") + zk.NameHash("zookeeper"))})
	gone := s.write(zk.Txn{Op: zk.OpDelete, Path: "/x"})
	s.ask(4, zk.OpExists)
	s.reply(4, gone.Zxid, "NoNode")
	s.add('A', invoked(5, &zk.Request{Op: zk.OpExists, Path: "/"}))
	root = zk.Stat{NumChildren: 1, Cversion: 1, Pzxid: gone.Zxid}
	s.reply(5, gone.Zxid, "ok", statOf(root))
	require.Empty(t, s.c.Violations())
}

func TestMultiThatFailsIsDoneNowhere(t *testing.T) {
	s := newStory()
	withX(s)
	s.ask(1, zk.OpMulti)
	txn := s.write(zk.Txn{Op: zk.OpMulti, Session: sess, Subs: []zk.Txn{
		{Op: zk.OpError}, {Op: zk.OpError, Err: zk.ErrNoNode},
	}})
	s.reply(1, txn.Zxid, "ok", [2]string{"result", "error"}, [2]string{"result", "error"})
	require.Empty(t, s.c.Violations())
}
