package tree_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// full is all that can be read of a DB.
type full struct {
	digest   uint64
	sessions []tree.Session
	nodes    []tree.Znode
}

// state leaves the zxid out: a failed write moves it.
func state(db *tree.DB) full {
	return full{digest: db.Digest(), sessions: slices.Collect(db.Sessions()),
		nodes: slices.Collect(db.Walk())}
}

func children(t testing.TB, db *tree.DB, path string) []string {
	t.Helper()
	names, ok := db.Children(path)
	require.True(t, ok, path)
	return names
}

func freshRoot() zk.Stat {
	_, stat, _ := tree.New().Get("/")
	return stat
}

func restored(t require.TestingT, sessions []tree.Session, nodes []tree.Znode) *tree.DB {
	db, err := tree.Restore(0, sessions, slices.Values(nodes))
	require.NoError(t, err)
	return db
}

// restoredCopy goes through what a snapshot keeps.
func restoredCopy(t require.TestingT, db *tree.DB) *tree.DB {
	want := state(db)
	sessions := slices.Clone(want.sessions)
	for i := range sessions {
		sessions[i].Ephemerals = nil // they follow from the znodes
	}
	nodes := slices.Clone(want.nodes)
	for i := range nodes {
		s := &nodes[i].Stat
		s.Cversion, s.DataLength, s.NumChildren = 0, 0, 0
	}
	got, err := tree.Restore(db.Zxid(), sessions, slices.Values(nodes))
	require.NoError(t, err)
	require.Equal(t, want, state(got))
	require.Equal(t, db.Zxid(), got.Zxid())
	require.Equal(t, db.ZnodeCount(), got.ZnodeCount())
	require.Equal(t, db.SessionCount(), got.SessionCount())
	return got
}

func TestNewHasZooKeepersOwnZnodes(t *testing.T) {
	db := tree.New()
	var paths []string
	for n := range db.Walk() {
		paths = append(paths, n.Path)
		require.NotNil(t, n.Data, "empty, not missing")
	}
	require.Equal(t, []string{"/", "/zookeeper", "/zookeeper/config", "/zookeeper/quota"}, paths)
	require.Equal(t, 4, db.ZnodeCount())
	require.Equal(t, tree.New().Digest(), db.Digest())
	_, stat, ok := db.Get("") // an alias of the root
	require.True(t, ok)
	require.Equal(t, freshRoot(), stat)
}

func TestRestoreRoundTrip(t *testing.T) {
	p := populate(t)
	p.must(t, createAs("/a/e", zk.Ephemeral, bob), remove("/a/kid", -1))
	noData := create("/no-data")
	noData.Data = nil
	p.must(t, noData)
	db := restoredCopy(t, p.applied)
	_, err := p.write(t, closing(bob))
	require.Equal(t, zk.OK, err)
	_, err, _ = db.Apply(&p.last, nil)
	require.Equal(t, zk.OK, err)
	require.Equal(t, p.applied.Digest(), db.Digest(), "and both go on alike")
}

func TestRestoreRefusesWhatIsNoTree(t *testing.T) {
	root, a, b := tree.Znode{Path: "/"}, tree.Znode{Path: "/a"}, tree.Znode{Path: "/a/b"}
	for name, c := range map[string]struct {
		sessions []tree.Session
		nodes    []tree.Znode
	}{
		"empty":         {nil, nil},
		"root late":     {nil, []tree.Znode{a, root}},
		"two roots":     {nil, []tree.Znode{root, root}},
		"no parent":     {nil, []tree.Znode{root, b, a}},
		"twice":         {nil, []tree.Znode{root, a, a}},
		"bad path":      {nil, []tree.Znode{root, {Path: "a"}}},
		"session 0":     {[]tree.Session{{}}, []tree.Znode{root}},
		"session twice": {[]tree.Session{{ID: 1}, {ID: 1}}, []tree.Znode{root}},
	} {
		_, err := tree.Restore(0, c.sessions, slices.Values(c.nodes))
		require.Error(t, err, name)
	}
}

func TestClonesDoNotSeeEachOther(t *testing.T) {
	p := populate(t)
	frozen := p.applied.Clone()
	want := state(frozen)
	other := frozen.Clone()
	p.must(t, setData("/a", "mine", -1), remove("/a/kid", -1), create("/mine"))
	txn := other.Prepare(createAs("/a/kid/deep", zk.Ephemeral, bob), tree.Meta{Zxid: 99})
	require.Equal(t, zk.OpCreate, txn.Op)
	require.Equal(t, want, state(frozen))
	require.Equal(t, []string{"deep"}, children(t, other, "/a/kid"))
	require.Equal(t, []string{}, children(t, p.applied, "/a"))
	require.Zero(t, p.applied.EphemeralCount(bob))
}

// TestFrozenTreeHasManyReaders is for the race detector: a disk may write a snapshot of a tree that
// several servers clone and edit.
func TestFrozenTreeHasManyReaders(t *testing.T) {
	frozen := populate(t).applied.Clone()
	want := state(frozen)
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			own := frozen.Clone()
			for range 50 {
				own.Prepare(create("/a/x"+string(rune('0'+i))), tree.Meta{Zxid: own.Zxid() + 1})
				own.Prepare(closing(bob), tree.Meta{Zxid: own.Zxid() + 1})
				restoredCopy(t, frozen)
			}
		})
	}
	group.Wait()
	require.Equal(t, want, state(frozen))
}

func TestDigestCoversWhatClientsCanRead(t *testing.T) {
	base := func() ([]tree.Session, []tree.Znode) {
		return []tree.Session{{ID: 1, TimeoutMs: 10}}, []tree.Znode{{Path: "/", ACL: zk.OpenACL},
			{Path: "/a", Data: []byte{}, ACL: zk.OpenACL}}
	}
	seen := map[uint64]int{}
	for i, change := range []func(s *tree.Session, n *tree.Znode){
		func(*tree.Session, *tree.Znode) {},
		func(s *tree.Session, _ *tree.Znode) { s.ID = 2 },
		func(s *tree.Session, _ *tree.Znode) { s.TimeoutMs = 11 },
		func(_ *tree.Session, n *tree.Znode) { n.Path = "/b" },
		func(_ *tree.Session, n *tree.Znode) { n.Data = nil },
		func(_ *tree.Session, n *tree.Znode) { n.Data = []byte{0} },
		func(_ *tree.Session, n *tree.Znode) { n.Data = []byte{0, 0} },
		func(_ *tree.Session, n *tree.Znode) { n.Data = []byte("12345678") },
		func(_ *tree.Session, n *tree.Znode) { n.Data = []byte("123456789") },
		func(_ *tree.Session, n *tree.Znode) { n.ACL = world(zk.PermRead) },
		func(_ *tree.Session, n *tree.Znode) { n.Stat.Czxid++ },
		func(_ *tree.Session, n *tree.Znode) { n.Stat.Mzxid++ },
		func(_ *tree.Session, n *tree.Znode) { n.Stat.Pzxid++ },
		func(_ *tree.Session, n *tree.Znode) { n.Stat.Ctime++ },
		func(_ *tree.Session, n *tree.Znode) { n.Stat.Mtime++ },
		func(_ *tree.Session, n *tree.Znode) { n.Stat.Version++ },
		func(_ *tree.Session, n *tree.Znode) { n.Stat.Aversion++ },
		func(_ *tree.Session, n *tree.Znode) { n.StoredCversion++ },
		func(_ *tree.Session, n *tree.Znode) { n.Owner = 1 },
	} {
		sessions, nodes := base()
		change(&sessions[0], &nodes[1])
		digest := restored(t, sessions, nodes).Digest()
		old, dup := seen[digest]
		require.False(t, dup, "changes %d and %d look alike", old, i)
		seen[digest] = i
	}
}

func TestReads(t *testing.T) {
	p := populate(t)
	p.must(t, create("/a/b"))
	read := func(op zk.Op, path string) (zk.Reply, zk.Err) {
		return p.applied.Read(&zk.Request{Op: op, Path: path})
	}
	stat := p.stat(t, "/a")
	for _, c := range []struct {
		op    zk.Op
		path  string
		reply zk.Reply
		err   zk.Err
	}{
		{zk.OpExists, "/a", zk.Reply{Stat: stat}, zk.OK},
		{zk.OpGetData, "/a", zk.Reply{Data: []byte("1"), Stat: stat}, zk.OK},
		{zk.OpGetChildren, "/a", zk.Reply{Children: []string{"b", "kid"}}, zk.OK},
		{zk.OpGetChildren2, "/a", zk.Reply{Children: []string{"b", "kid"}, Stat: stat}, zk.OK},
		{zk.OpGetACL, "/a", zk.Reply{ACL: zk.OpenACL, Stat: stat}, zk.OK},
		{zk.OpExists, "/hidden", zk.Reply{Stat: p.stat(t, "/hidden")}, zk.OK},
		{zk.OpGetData, "/hidden", zk.Reply{}, zk.ErrNoAuth},
		{zk.OpGetChildren, "/hidden", zk.Reply{}, zk.ErrNoAuth},
		{zk.OpExists, "/no", zk.Reply{}, zk.ErrNoNode},
		{zk.OpGetData, "/no", zk.Reply{}, zk.ErrNoNode},
		{zk.OpGetChildren2, "no", zk.Reply{}, zk.ErrNoNode},
		{zk.OpGetData, "/a/", zk.Reply{}, zk.ErrNoNode},
		{zk.OpExists, "/a\x00", zk.Reply{}, zk.ErrBadArguments},
		{zk.OpCreate, "/a", zk.Reply{}, zk.ErrUnimplemented},
	} {
		reply, err := read(c.op, c.path)
		require.Equal(t, c.err, err, "%s %s", c.op, c.path)
		require.Equal(t, c.reply, reply, "%s %s", c.op, c.path)
	}
}

func TestGetACLHidesPasswordHashes(t *testing.T) {
	p := newPair(t)
	secret := zk.ACL{Perms: zk.PermAll, Scheme: "digest", ID: "bob:ikIaKsbtGweaHnb"}
	p.must(t, createWith("/a", append(world(zk.PermRead), secret)))
	reply, err := p.applied.Read(&zk.Request{Op: zk.OpGetACL, Path: "/a"})
	require.Equal(t, zk.OK, err)
	require.Equal(t, "bob:x", reply.ACL[1].ID)
	require.Equal(t, secret, p.last.ACL[1], "the stored list is whole")
}

func TestValidatePath(t *testing.T) {
	for _, good := range []string{"/", "/a", "/a/b", "/a.b", "/...", "/.a", "/a..", "/é", "/名",
		"/ ", "/~", "/\u00a0", "/\uf900", "/\uffef", "/zookeeper"} {
		require.Equal(t, zk.OK, tree.ValidatePath(good), "%q", good)
	}
	for _, bad := range []string{"", "a", "a/b", "//", "/a/", "/a//b", "/.", "/..", "/a/.", "/./a",
		"/a/../b", "/\x00", "/a\x01", "/\x1f", "/\x7f", "/\u009f", "/\ue000", "/\uf8ff",
		"/\ufff0", "/\U0001f600", "/\xff", "/\xed\xa0\x80"} {
		require.Equal(t, zk.ErrBadArguments, tree.ValidatePath(bad), "%q", bad)
	}
}

// TestPathsAreApaches draws paths of what the rule is about and holds the verdict against the loop
// of PathUtils.java, unit by unit.
func TestPathsAreApaches(t *testing.T) {
	pieces := []string{"/", "/", ".", ".", "a", "b", "é", "名", " ", "~", "\x00", "\x1f", "\x7f",
		"\u009f", "\u00a0", "\ud7ff", "\ue000", "\uf8ff", "\uf900", "\uffef", "\ufff0", "😀",
		"\xff"}
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "parts")
		path := strings.Join(parts, "")
		if rapid.IntRange(0, 9).Draw(t, "rooted") > 0 {
			path = "/" + path
		}
		require.Equal(t, apacheTakes(path), tree.ValidatePath(path) == zk.OK, "%q", path)
	})
}

// apacheTakes is validatePath of PathUtils.java.
func apacheTakes(path string) bool {
	chars := utf16.Encode([]rune(path))
	switch n := len(chars); {
	case n == 0 || chars[0] != '/':
		return false
	case n == 1:
		return true
	case chars[n-1] == '/':
		return false
	}
	for i := 1; i < len(chars); i++ {
		c, last := chars[i], chars[i-1]
		ends := i+1 == len(chars) || chars[i+1] == '/'
		if c == '/' && last == '/' || c == '.' && last == '/' && ends ||
			c == '.' && last == '.' && chars[i-2] == '/' && ends || c <= 0x1f ||
			c >= 0x7f && c <= 0x9f || c >= 0xd800 && c <= 0xf8ff || c >= 0xfff0 {
			return false
		}
	}
	return true
}

func TestPathParts(t *testing.T) {
	for _, c := range [][3]string{{"/", "/", ""}, {"/a", "/", "a"}, {"/a/b", "/a", "b"}} {
		require.Equal(t, c[1], tree.Parent(c[0]))
		require.Equal(t, c[2], tree.Name(c[0]))
		if c[2] != "" {
			require.Equal(t, c[0], tree.Join(c[1], c[2]))
		}
	}
}

func TestRefsTellWhereTwoStatesDiffer(t *testing.T) {
	before := tree.New()
	for _, path := range []string{"/a", "/a/b", "/c"} {
		txn := zk.Txn{Zxid: before.Zxid() + 1, Op: zk.OpCreate, Path: path, ACL: zk.OpenACL}
		_, err, _ := before.Apply(&txn, nil)
		require.Equal(t, zk.OK, err)
	}
	after := before.Clone()
	set := zk.Txn{Zxid: 9, Op: zk.OpSetData, Path: "/a/b", Data: []byte("1"), Version: 1}
	_, err, _ := after.Apply(&set, nil)
	require.Equal(t, zk.OK, err)

	require.NotEqual(t, before.Root(), after.Root())
	require.Equal(t, before.Find("/c"), after.Find("/c"), "what is the same is shared")
	require.True(t, before.Find("/a").Same(after.Find("/a")), "only its child has changed")
	require.False(t, before.Find("/a/b").Same(after.Find("/a/b")))
	require.True(t, before.Find("/none").Same(after.Find("/none")))
	require.False(t, before.Find("/none").Same(after.Find("/c")))
	names := []string{}
	for name, kid := range after.Root().Kids() {
		names = append(names, name)
		require.Equal(t, "/"+name, kid.Path())
	}
	require.Equal(t, children(t, after, "/"), names)
	require.Equal(t, 3, after.Root().KidCount())
	require.Equal(t, []byte("1"), after.Find("/a/b").Znode().Data)
}
