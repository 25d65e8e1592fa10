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

// Access lists that do not let everybody do everything.
var (
	readOnly = []zk.ACL{{Perms: zk.PermRead, Scheme: "world", ID: "anyone"}}
	another  = []zk.ACL{{Perms: zk.PermAll, Scheme: "digest", ID: "u:Jq7wMyA"}}
)

var twoReads = &zk.Request{Op: zk.OpMultiRead, Ops: []zk.Request{
	{Op: zk.OpGetData, Path: "/x"}, {Op: zk.OpGetChildren, Path: "/none"},
}}

// refuse lets a request after withX fail.
func refuse(s *story, request *zk.Request, err zk.Err) {
	withX(s)
	s.add('A', invoked(1, request))
	t := s.write(zk.Txn{Op: zk.OpError, Session: sess, Err: err, Asked: request.Op})
	s.reply(1, t.Zxid, err.String())
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
	{"ReadValidity", "an access list is another one", func(s *story) {
		create, write := withX(s)
		s.ask(1, zk.OpGetACL)
		s.reply(1, write.Zxid, "ok", statOf(written(create, write)),
			[2]string{"aclHash", hex(zk.ACLHash(readOnly))})
	}},
	{"ReadValidity", "what everybody may read is refused", func(s *story) {
		_, write := withX(s)
		s.ask(1, zk.OpGetData)
		s.reply(1, write.Zxid, "NoAuth")
	}},
	{"ReadValidity", "who has proved nothing reads what is another's", func(s *story) {
		create, _ := withX(s)
		t := s.write(zk.Txn{Op: zk.OpSetACL, Path: "/x", Version: 1, ACL: another})
		s.ask(1, zk.OpGetACL)
		stat := made(create)
		stat.Mzxid, stat.Version, stat.DataLength, stat.Aversion = t.Zxid-1, 1, 3, 1
		s.reply(1, t.Zxid, "ok", statOf(stat), [2]string{"aclHash", hex(zk.ACLHash(another))})
	}},
	{"ReadValidity", "a refusal is for a znode that is not there", func(s *story) {
		_, write := withX(s)
		s.add('A', invoked(1, &zk.Request{Op: zk.OpGetData, Path: "/none"}))
		s.reply(1, write.Zxid, "NoAuth")
	}},
	{"ReadValidity", "the number of znodes below one is wrong", func(s *story) {
		withX(s)
		t := s.write(zk.Txn{Op: zk.OpCreate, Path: "/x/y", Version: 1})
		s.ask(1, zk.OpGetAllChildrenNumber)
		s.reply(1, t.Zxid, "ok", [2]string{"count", "2"})
	}},
	{"ReadValidity", "an ephemeral is not listed", func(s *story) {
		withX(s)
		t := s.write(zk.Txn{Op: zk.OpCreate, Path: "/e", Owner: sess, Version: 2})
		s.add('A', invoked(1, &zk.Request{Op: zk.OpGetEphemerals, Path: "/"}))
		s.reply(1, t.Zxid, "ok", [2]string{"childrenHash", "0"})
	}},
	{"ReadValidity", "a part of a multiRead shows other data", func(s *story) {
		create, write := withX(s)
		s.add('A', invoked(1, twoReads))
		s.reply(1, write.Zxid, "ok", [2]string{"result", "getData"},
			statOf(written(create, write)), [2]string{"dataHash", hex(zk.DataHash(nil))},
			[2]string{"result", "error"}, [2]string{"err", "NoNode"})
	}},
	{"ReadValidity", "a part of a multiRead finds what is not there", func(s *story) {
		create, write := withX(s)
		s.add('A', invoked(1, twoReads))
		s.reply(1, write.Zxid, "ok", [2]string{"result", "getData"},
			statOf(written(create, write)), [2]string{"result", "getChildren"})
	}},
	{"LinearizableWrites", "a version that fits is refused", func(s *story) {
		refuse(s, &zk.Request{Op: zk.OpSetData, Path: "/x", Version: 1}, zk.ErrBadVersion)
	}},
	{"LinearizableWrites", "a version is refused where none was asked for", func(s *story) {
		refuse(s, &zk.Request{Op: zk.OpDelete, Path: "/x", Version: -1}, zk.ErrBadVersion)
	}},
	{"LinearizableWrites", "a create finds what is not there", func(s *story) {
		refuse(s, &zk.Request{Op: zk.OpCreate, Path: "/y"}, zk.ErrNodeExists)
	}},
	{"LinearizableWrites", "a create does not find the parent, which is there", func(s *story) {
		refuse(s, &zk.Request{Op: zk.OpCreate, Path: "/x/y"}, zk.ErrNoNode)
	}},
	{"LinearizableWrites", "a write does not find what is there", func(s *story) {
		refuse(s, &zk.Request{Op: zk.OpSetData, Path: "/x", Version: -1}, zk.ErrNoNode)
	}},
	{"LinearizableWrites", "a znode without children is not empty", func(s *story) {
		refuse(s, &zk.Request{Op: zk.OpDelete, Path: "/x", Version: -1}, zk.ErrNotEmpty)
	}},
	{"LinearizableWrites", "a znode that stays may have no children", func(s *story) {
		refuse(s, &zk.Request{Op: zk.OpCreate, Path: "/x/y"}, zk.ErrNoChildrenForEphemerals)
	}},
	{"LinearizableWrites", "what everybody may write is refused", func(s *story) {
		refuse(s, &zk.Request{Op: zk.OpSetData, Path: "/x", Version: -1}, zk.ErrNoAuth)
	}},
	{"LinearizableWrites", "a session that is open has expired", func(s *story) {
		refuse(s, &zk.Request{Op: zk.OpSetData, Path: "/x", Version: -1}, zk.ErrSessionExpired)
	}},
	{"LinearizableWrites", "a part of a multi fails without a reason", func(s *story) {
		withX(s)
		s.add('A', invoked(1, &zk.Request{Op: zk.OpMulti, Ops: []zk.Request{
			{Op: zk.OpCreate, Path: "/y"}, {Op: zk.OpCheck, Path: "/x", Version: 1},
		}}))
		t := s.write(zk.Txn{Op: zk.OpMulti, Session: sess, Subs: []zk.Txn{
			{Op: zk.OpError}, {Op: zk.OpError, Err: zk.ErrBadVersion},
		}})
		s.reply(1, t.Zxid, "ok")
	}},
	{"LinearizableWrites", "a part of a multi returns another error", func(s *story) {
		withX(s)
		s.add('A', invoked(1, &zk.Request{Op: zk.OpMulti}))
		t := s.write(zk.Txn{Op: zk.OpMulti, Session: sess, Subs: []zk.Txn{
			{Op: zk.OpError, Err: zk.ErrNoNode},
		}})
		s.reply(1, t.Zxid, "ok", [2]string{"result", "error"}, [2]string{"err", "BadVersion"})
	}},
	{"LinearizableWrites", "a part of a multi returns another stat", func(s *story) {
		create, _ := withX(s)
		s.add('A', invoked(1, &zk.Request{Op: zk.OpMulti}))
		t := s.write(zk.Txn{Op: zk.OpMulti, Session: sess, Subs: []zk.Txn{
			{Op: zk.OpSetData, Path: "/x", Version: 2},
		}})
		s.reply(1, t.Zxid, "ok", [2]string{"result", "setData"}, statOf(made(create)))
	}},
	{"LinearizableWrites", "a part of a multi returns another path", func(s *story) {
		withX(s)
		s.add('A', invoked(1, &zk.Request{Op: zk.OpMulti}))
		t := s.write(zk.Txn{Op: zk.OpMulti, Session: sess, Subs: []zk.Txn{
			{Op: zk.OpCreate, Path: "/y", Version: 2},
		}})
		s.reply(1, t.Zxid, "ok", [2]string{"result", "create"}, [2]string{"path", "/z"})
	}},
	{"LinearizableWrites", "a write is done though another version was asked for", func(s *story) {
		withX(s)
		s.add('A', invoked(1, &zk.Request{Op: zk.OpSetData, Path: "/x", Version: 7}))
		t := s.write(zk.Txn{Op: zk.OpSetData, Session: sess, Path: "/x", Version: 2})
		s.reply(1, t.Zxid, "ok")
	}},
	{"LinearizableWrites", "a delete takes another znode", func(s *story) {
		withX(s)
		s.add('A', invoked(1, &zk.Request{Op: zk.OpDelete, Path: "/y", Version: -1}))
		t := s.write(zk.Txn{Op: zk.OpDelete, Session: sess, Path: "/x"})
		s.reply(1, t.Zxid, "ok")
	}},
	{"LinearizableWrites", "a delete that is done is said to have failed", func(s *story) {
		withX(s)
		s.add('A', invoked(1, &zk.Request{Op: zk.OpDelete, Path: "/x", Version: -1}))
		t := s.write(zk.Txn{Op: zk.OpDelete, Session: sess, Path: "/x"})
		s.reply(1, t.Zxid, "NoNode")
	}},
	{"LinearizableWrites", "who has proved nothing writes what is another's", func(s *story) {
		withX(s)
		s.write(zk.Txn{Op: zk.OpSetACL, Path: "/x", Version: 1, ACL: another})
		s.add('A', invoked(1, &zk.Request{Op: zk.OpSetData, Path: "/x", Version: -1}))
		t := s.write(zk.Txn{Op: zk.OpSetData, Session: sess, Path: "/x", Version: 2})
		s.reply(1, t.Zxid, "ok")
	}},
	{"LinearizableWrites", "a check is done that does not hold", func(s *story) {
		withX(s)
		s.write(zk.Txn{Op: zk.OpMulti, Subs: []zk.Txn{
			{Op: zk.OpCheck, Path: "/x", Version: 5},
		}})
	}},
	{"LinearizableWrites", "a znode is made twice", func(s *story) {
		withX(s)
		s.write(zk.Txn{Op: zk.OpCreate, Path: "/x", Version: 2})
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

// TestWritesFailForAReason: what the history gives a reason for may fail.
func TestWritesFailForAReason(t *testing.T) {
	for _, row := range []struct {
		request zk.Request
		err     zk.Err
	}{
		{zk.Request{Op: zk.OpSetData, Path: "/x", Version: 7}, zk.ErrBadVersion},
		{zk.Request{Op: zk.OpSetACL, Path: "/x", Version: 1}, zk.ErrBadVersion},
		{zk.Request{Op: zk.OpSetData, Path: "/y", Version: -1}, zk.ErrNoNode},
		{zk.Request{Op: zk.OpCreate, Path: "/x"}, zk.ErrNodeExists},
		{zk.Request{Op: zk.OpCreate, Path: "/y/z"}, zk.ErrNoNode},
		{zk.Request{Op: zk.OpDelete, Path: "/", Version: -1}, zk.ErrBadArguments},
		{zk.Request{Op: zk.OpCreate, Path: "/zookeeper/config"}, zk.ErrNodeExists},
		{zk.Request{Op: zk.OpMulti}, zk.ErrMarshalling},
	} {
		s := newStory()
		refuse(s, &row.request, row.err)
		require.Empty(t, s.c.Violations(), "%v", row)
	}
}

// TestPartsOfAMultiSeeWhatIsBeforeThem: a part may fail for what an earlier one has done.
func TestPartsOfAMultiSeeWhatIsBeforeThem(t *testing.T) {
	s := newStory()
	withX(s)
	s.add('A', invoked(1, &zk.Request{Op: zk.OpMulti, Ops: []zk.Request{
		{Op: zk.OpDelete, Path: "/x", Version: -1}, {Op: zk.OpSetData, Path: "/x", Version: -1},
	}}))
	txn := s.write(zk.Txn{Op: zk.OpMulti, Session: sess, Subs: []zk.Txn{
		{Op: zk.OpError}, {Op: zk.OpError, Err: zk.ErrNoNode},
	}})
	s.reply(1, txn.Zxid, "ok", [2]string{"result", "error"}, [2]string{"err", "ok"},
		[2]string{"result", "error"}, [2]string{"err", "NoNode"})
	require.Empty(t, s.c.Violations())
}

// TestWhoHasProvedSomethingMayBeAnybody: an access list that the trace cannot judge is believed,
// and the hashes of passwords in it may be hidden.
func TestWhoHasProvedSomethingMayBeAnybody(t *testing.T) {
	s := newStory()
	create, write := withX(s)
	set := s.write(zk.Txn{Op: zk.OpSetACL, Path: "/x", Version: 1, ACL: another})
	stat := written(create, write)
	stat.Aversion = 1
	s.ask(1, zk.OpGetData)
	s.reply(1, set.Zxid, "NoAuth")
	s.add('A', invoked(2, &zk.Request{Op: zk.OpAuth, Scheme: "digest"}))
	s.ret(2, 0)
	for i, shown := range [][]zk.ACL{another, {{Perms: zk.PermAll, Scheme: "digest", ID: "u:x"}}} {
		s.ask(int64(3+i), zk.OpGetACL)
		s.reply(int64(3+i), set.Zxid, "ok", statOf(stat),
			[2]string{"aclHash", hex(zk.ACLHash(shown))})
	}
	require.Empty(t, s.c.Violations())
}

// TestMuchAtOnceIsCompared: counts, lists of ephemerals and the parts of a multiRead.
func TestMuchAtOnceIsCompared(t *testing.T) {
	s := newStory()
	create, write := withX(s)
	s.write(zk.Txn{Op: zk.OpCreate, Path: "/x/y", Version: 1})
	txn := s.write(zk.Txn{Op: zk.OpCreate, Path: "/e", Owner: sess, Version: 2})
	s.ask(1, zk.OpGetAllChildrenNumber)
	s.reply(1, txn.Zxid, "ok", [2]string{"count", "1"})
	for i, path := range []string{"/", "", "/e", "/x"} {
		sum := zk.NameHash("/e")
		if path == "/x" {
			sum = 0
		}
		n := int64(2 + i)
		s.add('A', invoked(n, &zk.Request{Op: zk.OpGetEphemerals, Path: path}))
		s.reply(n, txn.Zxid, "ok", [2]string{"childrenHash", hex(sum)})
	}
	stat := written(create, write)
	stat.Cversion, stat.NumChildren, stat.Pzxid = 1, 1, txn.Zxid-1
	s.add('A', invoked(6, twoReads))
	s.reply(6, txn.Zxid, "ok", [2]string{"result", "getData"}, statOf(stat),
		[2]string{"dataHash", hex(zk.DataHash([]byte("new")))},
		[2]string{"result", "error"}, [2]string{"err", "NoNode"})
	require.Empty(t, s.c.Violations())
}
