package shell

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
)

func outputOf(t *testing.T, line string, err zk.Err, reply zk.Reply) string {
	t.Helper()
	c, bad := Parse(line)
	require.Nil(t, bad, line)
	r := c.Start()
	require.False(t, r.Done())
	r.Answer(err, &reply)
	require.True(t, r.Done())
	require.Equal(t, err, r.Err())
	return r.Output()
}

func TestOutputIsWhatZkCliPrints(t *testing.T) {
	stat := zk.Stat{Czxid: 0x100000002, Mzxid: 0x100000003, Pzxid: 0x100000002, Ctime: 0,
		Mtime: 1_700_000_000_123, Version: 1, EphemeralOwner: 0x10000c2f1a50000, DataLength: 3}
	block := "cZxid = 0x100000002\nctime = Thu Jan 01 00:00:00 UTC 1970\nmZxid = 0x100000003\n" +
		"mtime = Tue Nov 14 22:13:20 UTC 2023\npZxid = 0x100000002\ncversion = 0\n" +
		"dataVersion = 1\naclVersion = 0\nephemeralOwner = 0x10000c2f1a50000\n" +
		"dataLength = 3\nnumChildren = 0"
	for _, c := range []struct {
		line  string
		err   zk.Err
		reply zk.Reply
		want  string
	}{
		{"create -s /x/n-", zk.OK, zk.Reply{Path: "/x/n-0000000000"}, "Created /x/n-0000000000"},
		{"get /x", zk.OK, zk.Reply{Data: []byte("abc")}, "abc"},
		{"get /x", zk.OK, zk.Reply{}, "null"},
		{"get -s /x", zk.OK, zk.Reply{Data: []byte("abc"), Stat: stat}, "abc\n" + block},
		{"set /x 1", zk.OK, zk.Reply{Stat: stat}, ""},
		{"set -s /x 1", zk.OK, zk.Reply{Stat: stat}, block},
		{"stat /x", zk.OK, zk.Reply{Stat: stat}, block},
		{"ls /", zk.OK, zk.Reply{Children: []string{"zookeeper", "a"}}, "[a, zookeeper]"},
		{"ls /x", zk.OK, zk.Reply{}, "[]"},
		{"delete /x", zk.OK, zk.Reply{}, ""},
		{"sync /", zk.OK, zk.Reply{Path: "/"}, "Sync is OK"},
		{"sync /", zk.ErrConnectionLoss, zk.Reply{}, "Sync has failed. rc=-4"},
		{"getAcl /", zk.OK, zk.Reply{ACL: zk.OpenACL}, "'world,'anyone\n: cdrwa"},
		{"get /x", zk.ErrNoNode, zk.Reply{}, "Node does not exist: /x"},
		{"create /x", zk.ErrNodeExists, zk.Reply{}, "Node already exists: /x"},
		{"delete /x", zk.ErrNotEmpty, zk.Reply{}, "Node not empty: /x"},
		{"set -v 1 /x 2", zk.ErrBadVersion, zk.Reply{}, "version No is not valid : /x"},
		{"create /e/c", zk.ErrNoChildrenForEphemerals, zk.Reply{},
			"Ephemerals cannot have children: /e/c"},
		{"get /x", zk.ErrConnectionLoss, zk.Reply{}, "KeeperErrorCode = ConnectionLoss for /x"},
		{"get /x", zk.ErrSessionExpired, zk.Reply{}, "KeeperErrorCode = Session expired for /x"},
		{"multi create /a ; set /b 1", zk.ErrNoNode, zk.Reply{Results: []zk.OpResult{
			{Op: zk.OpError, Err: zk.OK}, {Op: zk.OpError, Err: zk.ErrNoNode}}},
			"error /a: ok\nerror /b: NoNode"},
	} {
		require.Equal(t, c.want, outputOf(t, c.line, c.err, c.reply), c.line)
	}
}

// treeOf answers requests from a toy tree, which stands for a server.
func drive(r *Run, children map[string][]string, deleted *[]string) {
	for !r.Done() {
		req := r.Request()
		if req.Op == zk.OpMulti {
			for _, op := range req.Ops {
				*deleted = append(*deleted, op.Path)
			}
			r.Answer(zk.OK, &zk.Reply{Results: make([]zk.OpResult, len(req.Ops))})
			continue
		}
		kids, ok := children[req.Path]
		if !ok {
			r.Answer(zk.ErrNoNode, &zk.Reply{})
			continue
		}
		r.Answer(zk.OK, &zk.Reply{Children: kids})
	}
}

func TestLsRecursiveTellsAllChildrenBeforeItVisitsThem(t *testing.T) {
	c, err := Parse("ls -R /")
	require.Nil(t, err)
	r := c.Start()
	drive(r, map[string][]string{"/": {"b", "a"}, "/a": {"x"}, "/a/x": nil, "/b": nil}, nil)
	require.Equal(t, "/\n/a\n/b\n/a/x", r.Output())
}

func TestLsRecursiveGoesOnWhereAZnodeIsDeletedOnTheWay(t *testing.T) {
	c, _ := Parse("ls -R /")
	r := c.Start()
	drive(r, map[string][]string{"/": {"a", "b"}, "/b": {"c"}, "/b/c": nil}, nil)
	require.Equal(t, "/\n/a\n/b\n/b/c", r.Output())
}

func TestDeleteAllDeletesChildrenFirstInBatches(t *testing.T) {
	c, err := Parse("deleteall /a -b 2")
	require.Nil(t, err)
	r := c.Start()
	var deleted []string
	drive(r, map[string][]string{"/a": {"x", "y"}, "/a/x": {"z"}, "/a/x/z": nil, "/a/y": nil},
		&deleted)
	require.Equal(t, []string{"/a/x/z", "/a/y", "/a/x", "/a"}, deleted)
	require.Equal(t, zk.OK, r.Err())
	require.Empty(t, r.Output())
}

func TestDeleteAllSaysWhenAZnodeStays(t *testing.T) {
	c, _ := Parse("deleteall /a")
	r := c.Start()
	r.Answer(zk.OK, &zk.Reply{})
	r.Answer(zk.OK, &zk.Reply{Results: []zk.OpResult{{Err: zk.ErrNotEmpty}}})
	require.Equal(t, zk.ErrNotEmpty, r.Err())
	require.Equal(t, "Failed to delete some node(s) in the subtree!", r.Output())
}

func TestCloneGoesItsOwnWay(t *testing.T) {
	c, _ := Parse("ls -R /")
	a := c.Start()
	a.Answer(zk.OK, &zk.Reply{})
	a.Answer(zk.OK, &zk.Reply{Children: []string{"a", "b"}})
	b := a.Clone()
	drive(a, map[string][]string{"/a": nil, "/b": nil}, nil)
	drive(b, map[string][]string{"/a": {"x"}, "/a/x": nil}, nil)
	require.Equal(t, "/\n/a\n/b", a.Output())
	require.Equal(t, "/\n/a\n/b\n/a/x", b.Output())
}

func TestHelpListsEveryCommand(t *testing.T) {
	c, err := Parse("help")
	require.Nil(t, err)
	r := c.Start()
	require.True(t, r.Done())
	for _, s := range specs() {
		require.Contains(t, r.Output(), "\t"+s.name+" ")
	}
}

func TestDateAgreesWithJava(t *testing.T) {
	for ms, want := range map[int64]string{
		0:                 "Thu Jan 01 00:00:00 UTC 1970",
		951_782_400_000:   "Tue Feb 29 00:00:00 UTC 2000",
		1_709_164_800_000: "Thu Feb 29 00:00:00 UTC 2024",
		-1:                "Wed Dec 31 23:59:59 UTC 1969",
		4_102_444_799_999: "Thu Dec 31 23:59:59 UTC 2099",
	} {
		require.Equal(t, want, Date(ms))
	}
}

func TestWatchEventAndPrompt(t *testing.T) {
	require.Equal(t, "\nWATCHER::\n\nWatchedEvent state:SyncConnected type:NodeDataChanged"+
		" path:/x", Event("SyncConnected", zk.NodeDataChanged, "/x"))
	require.Equal(t, "\nWATCHER::\n\nWatchedEvent state:Closed type:None path:null",
		Event("Closed", zk.EventNone, ""))
	require.Equal(t, "[zk: node3(CONNECTED) 0] ", Prompt("node3", "CONNECTED", 0))
}
