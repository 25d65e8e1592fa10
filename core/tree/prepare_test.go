package tree_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// populate makes the znodes that the tables below talk about.
func populate(t testing.TB) *pair {
	p := newPair(t)
	p.must(t,
		create("/a"), create("/a/kid"),
		createAs("/eph", zk.Ephemeral, alice),
		createWith("/closed", world(zk.PermRead)), // nobody may do anything but read
		createWith("/hidden", world(zk.PermAll&^zk.PermRead)),
		setData("/a", "1", 0),
	)
	return p
}

var acls = struct{ none, null, unknown, badWorld, badDigest, badIP, auth []zk.ACL }{
	none:      []zk.ACL{},
	unknown:   []zk.ACL{{Perms: zk.PermAll, Scheme: "kerberos", ID: "x"}},
	badWorld:  []zk.ACL{{Perms: zk.PermAll, Scheme: "world", ID: "someone"}},
	badDigest: []zk.ACL{{Perms: zk.PermAll, Scheme: "digest", ID: "nocolon"}},
	badIP:     []zk.ACL{{Perms: zk.PermAll, Scheme: "ip", ID: "300.1.1.1"}},
	auth:      []zk.ACL{{Perms: zk.PermAll, Scheme: "auth", ID: ""}},
}

func session(req *zk.Request, id zk.SessionID) *zk.Request {
	req.Session = id
	return req
}

const stranger = zk.SessionID(99) // has no session

type failure struct {
	name string
	req  *zk.Request
	want zk.Err
}

func createFailures() []failure {
	return []failure{
		{"create unknown flag", createAs("/x", 9, alice), zk.ErrBadArguments},
		{"create TTL that is off", createTTL("/x", 9), zk.ErrUnimplemented},
		{"create without session", createAs("/x", 0, stranger), zk.ErrSessionExpired},
		{"create no slash", create("x"), zk.ErrBadArguments},
		{"create empty path", create(""), zk.ErrBadArguments},
		{"create NUL", create("/x\x00"), zk.ErrBadArguments},
		{"create empty ACL", createWith("/x", acls.none), zk.ErrInvalidACL},
		{"create null ACL", createWith("/x", acls.null), zk.ErrInvalidACL},
		{"create unknown scheme", createWith("/x", acls.unknown), zk.ErrInvalidACL},
		{"create bad world", createWith("/x", acls.badWorld), zk.ErrInvalidACL},
		{"create bad digest", createWith("/x", acls.badDigest), zk.ErrInvalidACL},
		{"create bad ip", createWith("/x", acls.badIP), zk.ErrInvalidACL},
		{"create auth without identity", createWith("/x", acls.auth), zk.ErrInvalidACL},
		{"create no parent", create("/no/x"), zk.ErrNoNode},
		{"create not allowed", create("/closed/x"), zk.ErrNoAuth},
		{"create bad name", create("/a/.."), zk.ErrBadArguments},
		{"create trailing slash", create("/a/"), zk.ErrBadArguments},
		{"create double slash", create("//x"), zk.ErrBadArguments},
		{"create the root", create("/"), zk.ErrNodeExists},
		{"create existing", create("/a"), zk.ErrNodeExists},
		{"create below ephemeral", create("/eph/x"), zk.ErrNoChildrenForEphemerals},
	}
}

func otherFailures() []failure {
	return []failure{
		{"delete without session", session(remove("/a", -1), stranger), zk.ErrSessionExpired},
		{"delete no slash", remove("a", -1), zk.ErrBadArguments},
		{"delete the root", remove("/", -1), zk.ErrBadArguments},
		{"delete /zookeeper", remove("/zookeeper", -1), zk.ErrBadArguments},
		{"delete quota", remove("/zookeeper/quota", -1), zk.ErrBadArguments},
		{"delete config", remove("/zookeeper/config", -1), zk.ErrBadArguments},
		{"delete no parent", remove("/no/x", -1), zk.ErrNoNode},
		{"delete not allowed", remove("/closed/x", -1), zk.ErrNoAuth},
		{"delete missing", remove("/x", -1), zk.ErrNoNode},
		{"delete trailing slash", remove("/a/", -1), zk.ErrNoNode},
		{"delete version", remove("/a", 7), zk.ErrBadVersion},
		{"delete not empty", remove("/a", -1), zk.ErrNotEmpty},

		{"setData without session", session(setData("/a", "", -1), stranger), zk.ErrSessionExpired},
		{"setData bad path", setData("/a/", "", -1), zk.ErrBadArguments},
		{"setData missing", setData("/x", "", -1), zk.ErrNoNode},
		{"setData not allowed", setData("/closed", "", -1), zk.ErrNoAuth},
		{"setData version", setData("/a", "", 0), zk.ErrBadVersion},

		{"setACL without session", session(setACL("/a", zk.OpenACL, -1), stranger),
			zk.ErrSessionExpired},
		{"setACL bad path", setACL("a", zk.OpenACL, -1), zk.ErrBadArguments},
		{"setACL empty", setACL("/a", acls.none, -1), zk.ErrInvalidACL},
		{"setACL missing", setACL("/x", zk.OpenACL, -1), zk.ErrNoNode},
		{"setACL not allowed", setACL("/closed", zk.OpenACL, -1), zk.ErrNoAuth},
		{"setACL version", setACL("/a", zk.OpenACL, 1), zk.ErrBadVersion},

		{"check alone", check("/a", 7), zk.ErrBadVersion},
		{"reconfig", &zk.Request{Op: zk.OpReconfig, Session: alice}, zk.ErrReconfigDisabled},
		{"malformed", &zk.Request{Op: zk.OpDelete, Malformed: true, Session: alice},
			zk.ErrMarshalling},
		{"deleteContainer of a client", &zk.Request{Op: zk.OpDeleteContainer, Path: "/a",
			Session: alice}, zk.ErrBadArguments},
		{"read as write", &zk.Request{Op: zk.OpGetData, Path: "/a", Session: alice},
			zk.ErrUnimplemented},
		{"multi without session", session(multi(create("/x")), stranger), zk.ErrSessionExpired},
		{"multi of multi", multi(multi(create("/x"))), zk.ErrMarshalling},
		{"multi with setACL", multi(setACL("/a", zk.OpenACL, -1)), zk.ErrMarshalling},
		{"createSession again", &zk.Request{Op: zk.OpCreateSession, Session: bob}, zk.ErrSystem},
		{"createSession 0", &zk.Request{Op: zk.OpCreateSession}, zk.ErrSystem},
		{"closeSession unknown", closing(stranger), zk.ErrSessionExpired},
	}
}

func TestEachFailureHasItsError(t *testing.T) {
	for _, c := range append(createFailures(), otherFailures()...) {
		t.Run(c.name, func(t *testing.T) {
			p := populate(t)
			digest := p.applied.Digest()
			reply, err := p.write(t, c.req)
			require.Equal(t, c.want, err)
			require.Equal(t, zk.Reply{}, reply)
			require.Equal(t, zk.Txn{Zxid: p.ahead.Zxid(), TimeMs: p.last.TimeMs,
				Session: c.req.Session, Op: zk.OpError, Asked: c.req.Op, Err: c.want,
				Digest: digest}, p.last, "an error txn has its header and the code, no more")
			require.Empty(t, p.changes)
		})
	}
}

// TestFirstFailureWins pins which of two errors a client sees.
func TestFirstFailureWins(t *testing.T) {
	for _, c := range []struct {
		name string
		req  *zk.Request
		want zk.Err
	}{
		{"flag before session", createAs("/x", 9, 99), zk.ErrBadArguments},
		{"session before path", createAs("x", 0, 99), zk.ErrSessionExpired},
		{"path before ACL", createWith("x", acls.none), zk.ErrBadArguments},
		{"ACL before parent", createWith("/no/x", acls.none), zk.ErrInvalidACL},
		{"parent before bad name", create("/no/.."), zk.ErrNoNode},
		{"permission before bad name", create("/closed/.."), zk.ErrNoAuth},
		{"existing before ephemeral parent", create("/eph/x"), zk.ErrNoChildrenForEphemerals},
		{"delete: permission before existence", remove("/closed/no", 3), zk.ErrNoAuth},
		{"delete: version before children", remove("/a", 3), zk.ErrBadVersion},
		{"setData: permission before version", setData("/closed", "", 9), zk.ErrNoAuth},
		{"setACL: ACL before existence", setACL("/no", acls.none, -1), zk.ErrInvalidACL},
		{"setACL: path before ACL", setACL("no", acls.none, -1), zk.ErrBadArguments},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := populate(t).write(t, c.req)
			require.Equal(t, c.want, err)
		})
	}
}

func TestCreateSetsStatsOfNodeAndParent(t *testing.T) {
	p := newPair(t)
	p.must(t, create("/a"))
	req := createAs("/a/e", zk.Ephemeral, bob)
	req.Op = zk.OpCreate2
	reply, err := p.write(t, req)
	require.Equal(t, zk.OK, err)
	want := zk.Stat{Czxid: 4, Mzxid: 4, Pzxid: 4, Ctime: 4000, Mtime: 4000, EphemeralOwner: bob,
		DataLength: 4}
	require.Equal(t, zk.Reply{Path: "/a/e", Stat: want}, reply)
	require.Equal(t, want, p.stat(t, "/a/e"))
	require.Equal(t, zk.Stat{Czxid: 3, Mzxid: 3, Pzxid: 4, Ctime: 3000, Mtime: 3000, Cversion: 1,
		DataLength: 4, NumChildren: 1}, p.stat(t, "/a"))
	require.Equal(t, zk.OpCreate, p.last.Op, "create2 is a create with another answer")
	require.Equal(t, zk.OpCreate2, p.last.Asked)
}

func TestCversionCountsCreatesAndDeletes(t *testing.T) {
	p := newPair(t)
	p.must(t, create("/a"), create("/a/1"), create("/a/2"), remove("/a/1", -1))
	stat := p.stat(t, "/a")
	require.Equal(t, int32(3), stat.Cversion)
	require.Equal(t, int32(1), stat.NumChildren)
	require.Equal(t, zk.Zxid(6), stat.Pzxid, "a delete moves pzxid")
	require.Equal(t, zk.Zxid(3), stat.Mzxid, "and nothing else of the parent")
	require.Equal(t, int32(-1), freshRoot().Cversion,
		"a fresh root has one child that nobody created")
}

func TestSequenceIsTheParentsCreateCounter(t *testing.T) {
	p := newPair(t)
	sequential := func(path string) string {
		reply, err := p.write(t, createAs(path, zk.PersistentSequential, alice))
		require.Equal(t, zk.OK, err)
		return reply.Path
	}
	p.must(t, create("/q"))
	require.Equal(t, "/q/n-0000000000", sequential("/q/n-"))
	p.must(t, create("/q/plain"), remove("/q/plain", -1)) // creates count, deletes do not
	require.Equal(t, "/q/n-0000000002", sequential("/q/n-"))
	_, err := p.write(t, create("/q/n-0000000002"))
	require.Equal(t, zk.ErrNodeExists, err) // failed creates do not count
	require.Equal(t, "/q/0000000003", sequential("/q/"), "a name may be the number alone")
	require.Equal(t, "/0000000001", sequential("/"))
}

func TestSequenceOverflowsLikeJava(t *testing.T) {
	for counter, want := range map[int32]string{
		math.MaxInt32: "/q/2147483647",
		math.MinInt32: "/q/-2147483648",
		-5:            "/q/-000000005",
	} {
		nodes := []tree.Znode{{Path: "/", ACL: zk.OpenACL},
			{Path: "/q", ACL: zk.OpenACL, StoredCversion: counter}}
		db := restored(t, []tree.Session{{ID: alice}}, nodes)
		txn := db.Prepare(createAs("/q/", zk.PersistentSequential, alice), tree.Meta{Zxid: 1})
		require.Equal(t, want, txn.Path)
		require.Equal(t, counter+1, txn.Version)
	}
}

func TestSetDataAndSetACL(t *testing.T) {
	p := newPair(t)
	p.must(t, create("/a"))
	reply, err := p.write(t, setData("/a", "longer", 0))
	require.Equal(t, zk.OK, err)
	want := zk.Stat{Czxid: 3, Mzxid: 4, Pzxid: 3, Ctime: 3000, Mtime: 4000, Version: 1,
		DataLength: 6}
	require.Equal(t, zk.Reply{Stat: want}, reply)
	reply, err = p.write(t, setACL("/a", world(zk.PermAdmin), 0))
	require.Equal(t, zk.OK, err)
	want.Aversion = 1
	require.Equal(t, zk.Reply{Stat: want}, reply, "setACL moves neither mzxid nor mtime")
	require.Empty(t, p.changes, "and no watch sees it")
	_, err = p.applied.Read(&zk.Request{Op: zk.OpGetData, Path: "/a"})
	require.Equal(t, zk.ErrNoAuth, err)
}

func TestMultiSeesItsOwnEarlierOperations(t *testing.T) {
	p := newPair(t)
	create2 := create("/m/s-")
	create2.Op, create2.Mode = zk.OpCreate2, zk.EphemeralSequential
	reply, err := p.write(t, multi(
		create("/m"), create2, check("/m", 0), setData("/m", "x", 0), check("/m", 1),
		create("/m/gone"), remove("/m/gone", 0)))
	require.Equal(t, zk.OK, err)
	stat := zk.Stat{Czxid: 3, Mzxid: 3, Pzxid: 3, Ctime: 3000, Mtime: 3000, Version: 1,
		Cversion: 1, DataLength: 1, NumChildren: 1}
	require.Equal(t, []zk.OpResult{
		{Op: zk.OpCreate, Path: "/m"},
		{Op: zk.OpCreate, Path: "/m/s-0000000000"},
		{Op: zk.OpCheck},
		{Op: zk.OpSetData, Stat: stat},
		{Op: zk.OpCheck},
		{Op: zk.OpCreate, Path: "/m/gone"},
		{Op: zk.OpDelete},
	}, reply.Results)
	require.Equal(t, []string{"s-0000000000"}, children(t, p.applied, "/m"))
	require.Equal(t, 1, p.applied.EphemeralCount(alice))
	for _, sub := range p.last.Subs {
		require.Equal(t, p.last.Zxid, sub.Zxid)
	}
}

func TestMultiThatFailsChangesNothing(t *testing.T) {
	p := populate(t)
	before := state(p.applied)
	reply, err := p.write(t, multi(create("/m"), setData("/a", "x", -1), remove("/eph", -1),
		check("/a", 77), create("/n")))
	require.Equal(t, zk.OK, err, "the codes are in the results")
	var codes []zk.Err
	for _, result := range reply.Results {
		require.Equal(t, zk.OpError, result.Op)
		codes = append(codes, result.Err)
	}
	require.Equal(t, []zk.Err{zk.OK, zk.OK, zk.OK, zk.ErrBadVersion, zk.ErrRuntimeInconsistency},
		codes)
	require.Equal(t, zk.OpMulti, p.last.Op)
	require.Empty(t, p.changes)
	require.Equal(t, before, state(p.applied))
	require.Equal(t, before, state(p.ahead))
	_, err = p.write(t, createAs("/a/s", zk.PersistentSequential, alice))
	require.Equal(t, zk.OK, err)
	require.Equal(t, "/a/s0000000001", p.last.Path, "the parents' counters are back too")
}

func TestEmptyMultiIsFine(t *testing.T) {
	p := newPair(t)
	reply, err := p.write(t, multi())
	require.Equal(t, zk.OK, err)
	require.Empty(t, reply.Results)
}

func TestCloseSessionTakesItsEphemerals(t *testing.T) {
	p := populate(t)
	p.must(t, createAs("/a/e2", zk.Ephemeral, alice), createAs("/a/e1", zk.Ephemeral, alice),
		createAs("/a/b", zk.Ephemeral, bob), remove("/eph", -1))
	s, ok := p.applied.Session(alice)
	require.True(t, ok)
	require.Equal(t, tree.Session{ID: alice, TimeoutMs: 4000,
		Ephemerals: []string{"/a/e1", "/a/e2"}}, s)
	_, err := p.write(t, closing(alice))
	require.Equal(t, zk.OK, err)
	require.Equal(t, []string{"/a/e2", "/a/e1"}, p.last.Paths, "in the order of Java's hashes")
	require.Equal(t, []string{"b", "kid"}, children(t, p.applied, "/a"))
	require.Equal(t, 1, p.applied.SessionCount())
	_, err = p.write(t, create("/late"))
	require.Equal(t, zk.ErrSessionExpired, err, "a session that is closing cannot write")
	_, err = p.write(t, closing(alice))
	require.Equal(t, zk.ErrSessionExpired, err)
}

func TestQuirkLeavesEphemeralsBehind(t *testing.T) {
	p := populate(t)
	_, err := p.writeAs(t, closing(alice), tree.Meta{Quirks: zk.QuirkEphemeralsStay})
	require.Equal(t, zk.OK, err)
	require.Equal(t, alice, p.stat(t, "/eph").EphemeralOwner)
	restoredCopy(t, p.applied)
	p.must(t, &zk.Request{Op: zk.OpCreateSession, Session: alice})
	require.Equal(t, 1, p.applied.EphemeralCount(alice), "whose it is follows from the znode")
	restoredCopy(t, p.applied)
	_, err = p.write(t, session(remove("/eph", -1), bob))
	require.Equal(t, zk.OK, err, "it can still be deleted by hand")
	require.Zero(t, p.applied.EphemeralCount(alice))
}

func TestPrepareIsAheadUntilApplied(t *testing.T) {
	ahead := newPair(t).ahead
	applied := ahead.Clone()
	first := ahead.Prepare(create("/a"), tree.Meta{Zxid: 10})
	second := ahead.Prepare(create("/a/b"), tree.Meta{Zxid: 11})
	third := ahead.Prepare(create("/a"), tree.Meta{Zxid: 12})
	require.Equal(t, zk.OpCreate, second.Op)
	require.Equal(t, zk.ErrNodeExists, third.Err)
	_, _, ok := applied.Get("/a")
	require.False(t, ok)
	for _, txn := range []zk.Txn{first, second, third} {
		_, err, _ := applied.Apply(&txn, nil)
		require.Equal(t, txn.Err, err)
		require.Equal(t, txn.Digest, applied.Digest())
	}
	require.Equal(t, state(ahead), state(applied))
}
