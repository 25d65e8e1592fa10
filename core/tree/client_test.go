package tree_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

var everything = tree.Meta{EnforceQuota: true, ExtendedTypes: true}

// TestModesAndTheirOperations: which flags each kind of create takes, and what it makes of them.
func TestModesAndTheirOperations(t *testing.T) {
	const ttl = 5000
	bad := zk.ErrBadArguments
	for _, c := range []struct {
		op    zk.Op
		mode  zk.CreateMode
		ttl   int64
		err   zk.Err
		owner zk.SessionID
	}{
		{zk.OpCreate, zk.Persistent, 0, zk.OK, 0},
		{zk.OpCreate, zk.Ephemeral, 0, zk.OK, alice},
		{zk.OpCreate, zk.Container, 0, zk.OK, 0},
		{zk.OpCreate, zk.PersistentWithTTL, ttl, bad, 0},
		{zk.OpCreate, -1, 0, bad, 0},
		{zk.OpCreate2, zk.EphemeralSequential, 0, zk.OK, alice},
		{zk.OpCreate2, 7, 0, bad, 0},
		{zk.OpCreateContainer, zk.Container, 0, zk.OK, zk.ContainerOwner},
		{zk.OpCreateContainer, zk.Persistent, 0, zk.OK, zk.ContainerOwner},
		{zk.OpCreateContainer, zk.Ephemeral, 0, zk.OK, zk.ContainerOwner},
		{zk.OpCreateContainer, zk.PersistentWithTTL, ttl, bad, 0},
		{zk.OpCreateTTL, zk.PersistentWithTTL, ttl, zk.OK, zk.TTLOwner(ttl)},
		{zk.OpCreateTTL, zk.PersistentSequentialWithTTL, 1, zk.OK, zk.TTLOwner(1)},
		{zk.OpCreateTTL, zk.PersistentWithTTL, zk.TTLMax, zk.OK, zk.TTLOwner(zk.TTLMax)},
		{zk.OpCreateTTL, zk.PersistentWithTTL, zk.TTLMax + 1, bad, 0},
		{zk.OpCreateTTL, zk.PersistentWithTTL, 0, bad, 0},
		{zk.OpCreateTTL, zk.PersistentWithTTL, -1, bad, 0},
		{zk.OpCreateTTL, zk.Persistent, ttl, bad, 0},
		{zk.OpCreateTTL, zk.Persistent, -1, bad, 0}, // kills Apache 3.8.0
		{zk.OpCreateTTL, zk.Ephemeral, ttl, bad, 0},
	} {
		p := newPair(t)
		req := createAs("/x", c.mode, alice)
		req.Op, req.TTL = c.op, c.ttl
		_, err := p.writeAs(t, req, everything)
		require.Equal(t, c.err, err, "%+v", c)
		if err != zk.OK {
			continue
		}
		require.Equal(t, c.owner, p.last.Owner, "%+v", c)
		shown := zk.SessionID(0)
		if c.owner == alice {
			shown = alice
		}
		require.Equal(t, shown, p.stat(t, p.last.Path).EphemeralOwner)
		_, err = p.write(t, create(p.last.Path+"/kid"))
		require.Equal(t, shown != 0, err == zk.ErrNoChildrenForEphemerals)
	}
}

func TestTTLNeedsExtendedTypes(t *testing.T) {
	p := newPair(t)
	_, err := p.writeAs(t, createTTL("/x", 1), tree.Meta{EnforceQuota: true})
	require.Equal(t, zk.ErrUnimplemented, err)
}

func TestReapable(t *testing.T) {
	p := newPair(t)
	require.False(t, p.ahead.HasTransient())
	container := create("/c")
	container.Op = zk.OpCreateContainer
	p.must(t, container)
	_, err := p.writeAs(t, createTTL("/t", 1000), everything)
	require.Equal(t, zk.OK, err)
	require.True(t, p.ahead.HasTransient())
	born := p.stat(t, "/t").Mtime
	require.Empty(t, p.ahead.Reapable(born+1000), "one is unused, the other's time is not over")
	require.Equal(t, []string{"/t"}, p.ahead.Reapable(born+1001))
	p.must(t, create("/c/kid"), create("/t/kid"))
	require.Empty(t, p.ahead.Reapable(born+99_999), "both have children")
	p.must(t, remove("/c/kid", -1), remove("/t/kid", -1))
	require.Equal(t, []string{"/c", "/t"}, p.ahead.Reapable(born+99_999))
	p.must(t, &zk.Request{Op: zk.OpDeleteContainer, Path: "/c"})
	require.Equal(t, zk.OpDelete, p.last.Op)
	p.must(t, &zk.Request{Op: zk.OpDeleteContainer, Path: "/t"})
	require.False(t, p.ahead.HasTransient())
	require.False(t, p.applied.HasTransient())
}

func TestOwnersSurviveASnapshot(t *testing.T) {
	p := newPair(t)
	container := create("/c")
	container.Op = zk.OpCreateContainer
	p.must(t, container, create("/c/k"), remove("/c/k", -1))
	again := restoredCopy(t, p.applied)
	require.Equal(t, []string{"/c"}, again.Reapable(0))
}

func quota(t *testing.T, p *pair, limits string) {
	node := create("/zookeeper/quota/q")
	file := create("/zookeeper/quota/q/zookeeper_limits")
	file.Data = []byte(limits)
	p.must(t, node, file, create("/zookeeper/quota/q/zookeeper_stats"))
}

func usage(t *testing.T, p *pair) string {
	data, _, ok := p.applied.Get("/zookeeper/quota/q/zookeeper_stats")
	require.True(t, ok)
	return string(data)
}

func TestQuotaCounts(t *testing.T) {
	p := newPair(t)
	p.must(t, setDataOf(create("/q"), "12345"))
	quota(t, p, "count=1,bytes=-1")
	require.Equal(t, "count=1,bytes=5", usage(t, p), "what is there is counted")
	p.must(t, setDataOf(create("/q/a"), "12"), create("/quite-another"))
	require.Equal(t, "count=2,bytes=7", usage(t, p), "a soft limit refuses nothing")
	p.must(t, setData("/q/a", "1234", -1))
	require.Equal(t, "count=2,bytes=9", usage(t, p))
	stats := p.stat(t, "/zookeeper/quota/q/zookeeper_stats")
	require.Zero(t, stats.Version, "nobody wrote the stats")
	require.Equal(t, stats.Czxid, stats.Mzxid)
	p.must(t, remove("/q/a", -1))
	require.Equal(t, "count=1,bytes=5", usage(t, p))
	_, err := p.write(t, multi(create("/q/b"), create("/q/b")))
	require.Equal(t, zk.OK, err)
	require.Equal(t, "count=1,bytes=5", usage(t, p), "what is rolled back does not count")
}

func setDataOf(req *zk.Request, data string) *zk.Request {
	req.Data = []byte(data)
	return req
}

func TestHardQuotaRefuses(t *testing.T) {
	for _, c := range []struct {
		name     string
		limits   string
		req      *zk.Request
		enforced zk.Err
	}{
		{"count", "count=-1,bytes=-1=;countHardLimit=1", create("/q/a"), zk.ErrQuotaExceeded},
		{"bytes of create", "count=-1,bytes=-1=;byteHardLimit=8", create("/q/a"),
			zk.ErrQuotaExceeded},
		{"bytes of setData", "byteHardLimit=8", setData("/q", "123456789", -1),
			zk.ErrQuotaExceeded},
		{"bytes that fit", "byteHardLimit=8", setData("/q", "12345678", -1), zk.OK},
		{"quota before version", "byteHardLimit=8", setData("/q", "123456789", 7),
			zk.ErrQuotaExceeded},
		{"soft", "count=1,bytes=1", create("/q/a"), zk.OK},
		{"nonsense", "countHardLimit=many", create("/q/a"), zk.ErrMarshalling},
		{"elsewhere", "countHardLimit=0", create("/quite-another"), zk.OK},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPair(t)
			p.must(t, setDataOf(create("/q"), "12345"))
			quota(t, p, c.limits)
			_, err := p.writeAs(t, c.req, everything)
			require.Equal(t, c.enforced, err)
			if err == zk.OK {
				return
			}
			c.req.Version = -1
			p.must(t, c.req) // not enforced
		})
	}
}

func TestIdentitiesOpenAccessLists(t *testing.T) {
	bob := zk.Identity{Scheme: "digest", ID: "bob:hash"}
	p := newPair(t)
	own := createWith("/bobs", []zk.ACL{{Perms: zk.PermAll, Scheme: "auth"}})
	_, err := p.write(t, own)
	require.Equal(t, zk.ErrInvalidACL, err)
	own.Identities = []zk.Identity{{Scheme: "ip", ID: "1.2.3.4"}, bob}
	p.must(t, own)
	require.Equal(t, []zk.ACL{{Perms: zk.PermAll, Scheme: "digest", ID: "bob:hash"}}, p.last.ACL)
	for _, op := range []*zk.Request{
		setData("/bobs", "x", -1), create("/bobs/kid"), remove("/bobs/kid", -1),
		setACL("/bobs", zk.OpenACL, -1), check("/bobs", -1),
	} {
		_, err := p.write(t, op)
		require.Equal(t, zk.ErrNoAuth, err, op.Op)
		if op.Op == zk.OpSetACL {
			continue // not in a multi
		}
		p.must(t, multi(op))
		require.Equal(t, zk.ErrNoAuth, p.last.Subs[0].Err, op.Op)
		whole := multi(op)
		whole.Identities = []zk.Identity{bob}
		p.must(t, whole)
		require.Equal(t, zk.OK, p.last.Subs[0].Err, op.Op)
	}
}

func TestReadsThatNeedIdentities(t *testing.T) {
	bob := []zk.Identity{{Scheme: "digest", ID: "bob:hash"}}
	p := newPair(t)
	p.must(t, createWith("/bobs", []zk.ACL{{Perms: zk.PermAll, Scheme: "digest", ID: "bob:hash"}}))
	for _, op := range []zk.Op{zk.OpGetData, zk.OpGetChildren, zk.OpGetChildren2, zk.OpGetACL,
		zk.OpGetAllChildrenNumber} {
		_, err := p.applied.Read(&zk.Request{Op: op, Path: "/bobs"})
		require.Equal(t, zk.ErrNoAuth, err, op)
		_, err = p.applied.Read(&zk.Request{Op: op, Path: "/bobs", Identities: bob})
		require.Equal(t, zk.OK, err, op)
	}
	_, err := p.applied.Read(&zk.Request{Op: zk.OpExists, Path: "/bobs"})
	require.Equal(t, zk.OK, err, "exists asks nobody")
}

func TestCountingAndListing(t *testing.T) {
	p := newPair(t)
	p.must(t, create("/a"), create("/a/b"), create("/a/b/c"), create("/ab"),
		createAs("/a/e", zk.Ephemeral, alice), createAs("/e", zk.Ephemeral, alice),
		createAs("/bobs", zk.Ephemeral, bob))
	number := func(path string) int32 {
		reply, err := p.applied.Read(&zk.Request{Op: zk.OpGetAllChildrenNumber, Path: path})
		require.Equal(t, zk.OK, err)
		return reply.Num
	}
	require.Equal(t, int32(3), number("/a"))
	require.Equal(t, int32(0), number("/ab"))
	require.Equal(t, int32(p.applied.ZnodeCount()-1), number("/"))
	require.Equal(t, int32(p.applied.ZnodeCount()), number(""))
	for prefix, want := range map[string][]string{
		"": {"/a/e", "/e"}, "/": {"/a/e", "/e"}, " \t": {"/a/e", "/e"}, "/a": {"/a/e"},
		"/e": {"/e"}, "/b": nil, "a": nil,
	} {
		reply, err := p.applied.Read(
			&zk.Request{Op: zk.OpGetEphemerals, Path: prefix, Session: alice})
		require.Equal(t, zk.OK, err)
		require.Equal(t, want, reply.Children, "%q", prefix)
	}
}

func TestMultiReadHasAnErrorForEachRead(t *testing.T) {
	p := newPair(t)
	p.must(t, create("/a"), createWith("/shut", world(0)))
	get := func(op zk.Op, path string) zk.Request { return zk.Request{Op: op, Path: path} }
	reply, err := p.applied.Read(&zk.Request{Op: zk.OpMultiRead, Ops: []zk.Request{
		get(zk.OpGetData, "/a"), get(zk.OpGetData, "/none"), get(zk.OpGetChildren, "/shut"),
		get(zk.OpGetChildren, "/zookeeper"),
	}})
	require.Equal(t, zk.OK, err)
	require.Equal(t, []zk.OpResult{
		{Op: zk.OpGetData, Data: []byte("data"), Stat: p.stat(t, "/a")},
		{Op: zk.OpError, Err: zk.ErrNoNode},
		{Op: zk.OpError, Err: zk.ErrNoAuth},
		{Op: zk.OpGetChildren, Children: []string{"config", "quota"}},
	}, reply.Results)
	_, err = p.applied.Read(&zk.Request{Op: zk.OpMultiRead,
		Ops: []zk.Request{get(zk.OpExists, "/a")}})
	require.Equal(t, zk.ErrMarshalling, err)
}

func TestResultsOfCreatesInAMulti(t *testing.T) {
	p := newPair(t)
	as := func(op zk.Op, path string) *zk.Request {
		req := create(path)
		switch req.Op = op; op {
		case zk.OpCreateTTL:
			req.Mode, req.TTL = zk.PersistentWithTTL, 7
		case zk.OpCreateContainer:
			req.Mode = zk.Container
		}
		return req
	}
	reply, err := p.writeAs(t, multi(as(zk.OpCreate, "/a"), as(zk.OpCreate2, "/b"),
		as(zk.OpCreateContainer, "/c"), as(zk.OpCreateTTL, "/d")), everything)
	require.Equal(t, zk.OK, err)
	require.Equal(t, []zk.OpResult{
		{Op: zk.OpCreate, Path: "/a"},
		{Op: zk.OpCreate, Path: "/b"},
		{Op: zk.OpCreate2, Path: "/c", Stat: p.stat(t, "/c")},
		{Op: zk.OpCreate2, Path: "/d", Stat: p.stat(t, "/d")},
	}, reply.Results)
}

// TestFlagsDecideWhatAMultiCreates: in a multi Apache goes by the flags, whatever the operation,
// and breaks down at a time to live that is not a createTTL's, if it gets there.
func TestFlagsDecideWhatAMultiCreates(t *testing.T) {
	with := func(op zk.Op, path string, mode zk.CreateMode) *zk.Request {
		req := create(path)
		req.Op, req.Mode = op, mode
		return req
	}
	p := newPair(t)
	reply, err := p.writeAs(t, multi(with(zk.OpCreateContainer, "/a", zk.Persistent),
		with(zk.OpCreate, "/b", zk.Container),
		with(zk.OpCreateTTL, "/c", zk.Ephemeral)), everything)
	require.Equal(t, zk.OK, err)
	require.Equal(t, []zk.OpResult{
		{Op: zk.OpCreate, Path: "/a"},
		{Op: zk.OpCreate2, Path: "/b", Stat: p.stat(t, "/b")},
		{Op: zk.OpCreate, Path: "/c"},
	}, reply.Results)
	require.NotZero(t, p.stat(t, "/c").EphemeralOwner)

	bad := with(zk.OpCreate2, "/e", zk.PersistentWithTTL)
	_, err = p.writeAs(t, multi(create("/d"), bad), everything)
	require.Equal(t, zk.ErrMarshalling, err)
	reply, err = p.writeAs(t, multi(create("/a"), bad), everything)
	require.Equal(t, zk.OK, err)
	require.Equal(t, zk.ErrNodeExists, reply.Results[0].Err)
	_, err = p.writeAs(t, create("/d"), everything)
	require.Equal(t, zk.OK, err, "the multi that broke down changed nothing")
}
