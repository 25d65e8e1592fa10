package node

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// alone returns one server that serves, with everything on that Apache has off.
func alone(t *testing.T) *bench {
	b := newBenchOf(t, 1, 0, func(c *Config) {
		c.ExtendedTypes, c.EnforceQuota = true, true
		c.ContainerCheckInterval = 500 * time.Millisecond
		c.SuperDigest = "super:xQJmxLMiHGwaqBvst5y6rkB6HQs="
	})
	b.run(time.Second)
	return b
}

// dial opens a connection with a session of its own, from 127.0.0.1.
func (b *bench) dial(server zk.ServerID, conn zk.ConnID) step.ToClient {
	return b.dialWith(server, conn, zk.Request{Op: zk.OpConnect, TimeoutMs: 12_000})
}

func (b *bench) dialWith(server zk.ServerID, conn zk.ConnID, req zk.Request) step.ToClient {
	b.push(0, server, step.Input{Kind: step.ClientUp, Conn: conn, Addr: "127.0.0.1"})
	got := b.ask(server, conn, req)
	require.NotEmpty(b.t, got)
	return got[0]
}

// ask sends requests in one go and returns what comes back on their connection within a moment.
func (b *bench) ask(server zk.ServerID, conn zk.ConnID, reqs ...zk.Request) []step.ToClient {
	before := len(b.clients)
	for i := range reqs {
		b.push(0, server, step.Input{Kind: step.ClientMsg, Conn: conn, Req: &reqs[i]})
	}
	b.run(100 * time.Millisecond)
	var got []step.ToClient
	for _, c := range b.clients[before:] {
		if c.Conn == conn {
			got = append(got, c)
		}
	}
	return got
}

// one asks once and returns the only answer.
func (b *bench) one(server zk.ServerID, conn zk.ConnID, req zk.Request) step.ToClient {
	got := b.ask(server, conn, req)
	require.Len(b.t, got, 1, "%+v", req)
	require.Equal(b.t, step.Reply, got[0].Kind)
	require.Equal(b.t, req.Xid, got[0].Xid)
	return got[0]
}

func create(path string, acl []zk.ACL) zk.Request {
	return zk.Request{Op: zk.OpCreate, Path: path, Xid: 1, ACL: acl, Data: []byte("x")}
}

func digestAuth(text string) zk.Request {
	return zk.Request{Op: zk.OpAuth, Xid: -4, Scheme: "digest", Auth: []byte(text)}
}

func TestIdentitiesBelongToTheConnection(t *testing.T) {
	b := alone(t)
	session := b.dial(1, 1).Reply
	me := func(conn zk.ConnID) []zk.Identity {
		return b.one(1, conn, zk.Request{Op: zk.OpWhoAmI}).Reply.Who
	}
	ip := zk.Identity{Scheme: "ip", ID: "127.0.0.1"}
	require.Equal(t, []zk.Identity{ip}, me(1))
	for range 2 {
		said := b.one(1, 1, digestAuth("bob:pw"))
		require.Equal(t, zk.OK, said.Err)
		require.Zero(t, said.Zxid)
	}
	require.Equal(t, []zk.Identity{ip, {Scheme: "digest", ID: "bob"}}, me(1))
	mine := []zk.ACL{{Perms: zk.PermAll, Scheme: "auth"}}
	require.Equal(t, zk.OK, b.one(1, 1, create("/bobs", mine)).Err)
	acl := b.one(1, 1, zk.Request{Op: zk.OpGetACL, Path: "/bobs"}).Reply.ACL
	require.Equal(t, []zk.ACL{
		{Perms: zk.PermAll, Scheme: "digest", ID: "bob:ikIaKsbtGweaHnb/jKn7OHqbunM="},
	}, acl, "base64 of the SHA-1 of bob:pw")

	b.push(0, 1, step.Input{Kind: step.ClientDown, Conn: 1})
	b.dialWith(1, 2, zk.Request{Op: zk.OpConnect, TimeoutMs: 12_000,
		Session: session.Session, Password: session.Password})
	require.Equal(t, []zk.Identity{ip}, me(2), "a resumed session has to prove it again")
	read := zk.Request{Op: zk.OpGetData, Path: "/bobs"}
	require.Equal(t, zk.ErrNoAuth, b.one(1, 2, read).Err)
}

func TestSuperMayDoEverything(t *testing.T) {
	b := alone(t)
	b.dial(1, 1)
	shut := []zk.ACL{{Scheme: "world", ID: "anyone"}}
	require.Equal(t, zk.OK, b.one(1, 1, create("/shut", shut)).Err)
	read := zk.Request{Op: zk.OpGetData, Path: "/shut"}
	require.Equal(t, zk.OK, b.one(1, 1, digestAuth("super:wrong")).Err)
	require.Equal(t, zk.ErrNoAuth, b.one(1, 1, read).Err)
	require.Equal(t, zk.OK, b.one(1, 1, digestAuth("super:admin")).Err)
	require.Equal(t, zk.OK, b.one(1, 1, read).Err)
}

func TestAuthThatFailsEndsTheConnection(t *testing.T) {
	for _, c := range []struct {
		scheme string
		auth   []byte
		err    zk.Err
	}{
		{"ip", nil, zk.OK},
		{"digest", []byte{}, zk.OK},
		{"digest", []byte("nocolon"), zk.OK},
		{"digest", nil, zk.ErrAuthFailed},
		{"world", []byte("anyone"), zk.ErrAuthFailed},
		{"kerberos", []byte("x"), zk.ErrAuthFailed},
	} {
		b := alone(t)
		b.dial(1, 1)
		got := b.ask(1, 1, zk.Request{Op: zk.OpAuth, Scheme: c.scheme, Auth: c.auth})
		require.Equal(t, c.err, got[0].Err, "%+v", c)
		require.Equal(t, c.err != zk.OK, len(got) == 2 && got[1].Kind == step.Close, "%+v", c)
	}
	b := alone(t)
	b.dial(1, 1)
	got := b.ask(1, 1, zk.Request{Op: zk.OpAuth, Malformed: true})
	require.Len(t, got, 1)
	require.Equal(t, step.Close, got[0].Kind)
}

func TestFollowersForwardIdentities(t *testing.T) {
	b := newBench(t, 3, 0)
	b.run(3 * time.Second)
	b.dial(1, 1)
	b.one(1, 1, digestAuth("bob:pw"))
	mine := []zk.ACL{{Perms: zk.PermAll, Scheme: "auth"}}
	require.Equal(t, zk.OK, b.one(1, 1, create("/bobs", mine)).Err)
	write := zk.Request{Op: zk.OpSetData, Xid: 2, Path: "/bobs", Version: -1}
	require.Equal(t, zk.OK, b.one(1, 1, write).Err)
	b.dial(2, 2)
	require.Equal(t, zk.ErrNoAuth, b.one(2, 2, write).Err)
}

func TestUnknownOperationsEndTheConnection(t *testing.T) {
	for _, op := range []zk.Op{999, 0, -1, 10, 23, 108} {
		b := alone(t)
		b.dial(1, 1)
		got := b.ask(1, 1, zk.Request{Op: op, Xid: 5})
		require.Len(t, got, 2)
		require.Equal(t, step.ToClient{
			Conn: 1, Op: op, Xid: 5, Err: zk.ErrUnimplemented, Zxid: ^zk.Zxid(0),
			Cause: got[0].Cause,
		}, got[0])
		require.Equal(t, step.Close, got[1].Kind)
	}
	b := alone(t)
	b.dial(1, 1)
	got := b.ask(1, 1, zk.Request{Op: zk.OpCreateSession})
	require.Len(t, got, 1)
	require.Equal(t, step.Close, got[0].Kind, "sessions are for servers to make")
	b.dial(1, 2)
	require.Equal(t, zk.OK, b.one(1, 2, zk.Request{Op: zk.OpSASL}).Err)
}

func TestMalformedRequestsGoOn(t *testing.T) {
	b := alone(t)
	b.dial(1, 1)
	before := b.nodes[1].Status().Applied
	for _, op := range []zk.Op{zk.OpExists, zk.OpSync, zk.OpSetWatches, zk.OpMultiRead} {
		got := b.one(1, 1, zk.Request{Op: op, Malformed: true})
		require.Equal(t, zk.ErrMarshalling, got.Err, op)
		require.Equal(t, before, got.Zxid, op)
	}
	for i, op := range []zk.Op{zk.OpCreate, zk.OpMulti, zk.OpCheck, zk.OpCreateTTL} {
		got := b.one(1, 1, zk.Request{Op: op, Malformed: true})
		require.Equal(t, zk.ErrMarshalling, got.Err, op)
		require.Equal(t, before+zk.Zxid(i+1), got.Zxid, "a write takes a zxid")
	}
}

func TestACheckThatHoldsHasNoAnswer(t *testing.T) {
	b := alone(t)
	b.dial(1, 1)
	require.Equal(t, zk.ErrBadVersion,
		b.one(1, 1, zk.Request{Op: zk.OpCheck, Xid: 1, Path: "/", Version: 7}).Err)
	before := b.nodes[1].Status().Applied
	require.Empty(t, b.ask(1, 1, zk.Request{Op: zk.OpCheck, Xid: 2, Path: "/", Version: -1}))
	got := b.one(1, 1, zk.Request{Op: zk.OpExists, Xid: 3, Path: "/"})
	require.Equal(t, before+1, got.Zxid)
}

func TestPingWaitsItsTurn(t *testing.T) {
	b := alone(t)
	b.dial(1, 1)
	got := b.ask(1, 1, create("/a", zk.OpenACL), zk.Request{Op: zk.OpPing, Xid: -2},
		zk.Request{Op: zk.OpExists, Xid: 2, Path: "/a"})
	require.Len(t, got, 3)
	require.Equal(t, []int32{1, -2, 2}, []int32{got[0].Xid, got[1].Xid, got[2].Xid})
	require.Equal(t, got[0].Zxid, got[1].Zxid)
}

func TestLeaderReapsContainersAndTTLs(t *testing.T) {
	b := newBenchOf(t, 3, 0, func(c *Config) {
		c.ExtendedTypes, c.ContainerCheckInterval = true, 500*time.Millisecond
	})
	b.run(3 * time.Second)
	b.dial(1, 1)
	of := func(op zk.Op, xid int32, path string, mode zk.CreateMode, ttl int64) zk.Request {
		return zk.Request{Op: op, Xid: xid, Path: path, Mode: mode, TTL: ttl, ACL: zk.OpenACL}
	}
	for _, got := range b.ask(1, 1,
		of(zk.OpCreateContainer, 1, "/c", zk.Container, 0),
		of(zk.OpCreate, 2, "/c/kid", zk.Persistent, 0),
		of(zk.OpCreateContainer, 3, "/unused", zk.Container, 0),
		of(zk.OpCreateTTL, 4, "/t", zk.PersistentWithTTL, 1_000),
		zk.Request{Op: zk.OpExists, Xid: 5, Path: "/t", Watch: true},
		zk.Request{Op: zk.OpDelete, Xid: 6, Path: "/c/kid", Version: -1},
	) {
		require.Equal(t, zk.OK, got.Err)
	}
	b.run(700 * time.Millisecond)
	exists := func(path string) bool {
		_, _, ok := b.nodes[2].Tree().Get(path)
		return ok
	}
	require.False(t, exists("/c"))
	require.True(t, exists("/t"), "its time is not over")
	b.run(time.Second)
	require.False(t, exists("/t"))
	require.True(t, exists("/unused"), "it never had a child")
	last := b.clients[len(b.clients)-1]
	require.Equal(t, zk.NodeDeleted, last.Reply.Event)
	require.Equal(t, "/t", last.Reply.Path)
}

// TestNoContainersNoWaking: a leader without containers has nothing to wake up for.
func TestNoContainersNoWaking(t *testing.T) {
	b := alone(t)
	require.Equal(t, zk.Never, b.nodes[1].reapsAt())
}

func TestOldConnectionOfAMovedSessionIsClosed(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to zk.ServerID
		req      zk.Request
		burns    bool
	}{
		{"read at the leader", 3, 1, zk.Request{Op: zk.OpExists, Path: "/"}, false},
		{"sync at the leader", 3, 1, zk.Request{Op: zk.OpSync, Path: "/"}, false},
		{"write at the leader", 3, 1, create("/x", zk.OpenACL), true},
		{"write at a follower", 1, 2, create("/x", zk.OpenACL), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, 3, 0)
			b.run(3 * time.Second)
			session := b.dial(c.from, 1).Reply
			moved := b.dialWith(c.to, 2, zk.Request{Op: zk.OpConnect, TimeoutMs: 5_000,
				Session: session.Session, Password: session.Password})
			require.Equal(t, session.Session, moved.Reply.Session)
			require.Equal(t, int32(5_000), moved.Reply.TimeoutMs, "negotiated anew")
			before := b.nodes[3].Status().Applied
			got := b.ask(c.from, 1, c.req)
			require.Len(t, got, 1)
			require.Equal(t, step.Close, got[0].Kind, "without an answer")
			burnt := b.nodes[3].Status().Applied - before
			require.Equal(t, c.burns, burnt == 1)
			require.Equal(t, zk.OK, b.one(c.to, 2, create("/y", zk.OpenACL)).Err)
		})
	}
}

func TestFollowerReadsWithAMovedSession(t *testing.T) {
	b := newBench(t, 3, 0)
	b.run(3 * time.Second)
	session := b.dial(1, 1).Reply
	b.dialWith(2, 2, zk.Request{Op: zk.OpConnect, TimeoutMs: 5_000,
		Session: session.Session, Password: session.Password})
	read := zk.Request{Op: zk.OpExists, Path: "/"}
	require.Equal(t, zk.OK, b.one(1, 1, read).Err, "a follower does not know that it moved")
}

func TestResumedSessionLivesByItsNewTimeout(t *testing.T) {
	b := newBench(t, 3, 0)
	b.run(3 * time.Second)
	b.push(0, 1, step.Input{Kind: step.ClientUp, Conn: 1})
	session := b.ask(1, 1, zk.Request{Op: zk.OpConnect, TimeoutMs: 30_000})[0].Reply
	b.push(0, 1, step.Input{Kind: step.ClientDown, Conn: 1})
	b.dialWith(1, 2, zk.Request{Op: zk.OpConnect, TimeoutMs: 4_000,
		Session: session.Session, Password: session.Password})
	b.run(10 * time.Second)
	require.Zero(t, b.nodes[3].Status().Sessions)
}

func TestWatchesThatStay(t *testing.T) {
	b := alone(t)
	b.dial(1, 1)
	b.dial(1, 2)
	add := func(mode zk.AddWatchMode) zk.Err {
		req := zk.Request{Op: zk.OpAddWatch, Path: "/a", WatchMode: mode}
		return b.one(1, 1, req).Err
	}
	require.Equal(t, zk.ErrMarshalling, add(2))
	require.Equal(t, zk.OK, add(zk.WatchPersistentRecursive))
	for i, path := range []string{"/a", "/a/b"} {
		before := len(b.clients)
		b.one(1, 2, create(path, zk.OpenACL))
		events := b.clients[before:]
		require.Len(t, events, 2)
		require.Equal(t, step.WatchEvent, events[0].Kind)
		require.Equal(t, zk.NodeCreated, events[0].Reply.Event)
		require.Equal(t, path, events[0].Reply.Path, i)
	}
	look := func(op zk.Op, which zk.WatcherType) zk.Err {
		return b.one(1, 1, zk.Request{Op: op, Path: "/a", Watcher: which}).Err
	}
	require.Equal(t, zk.ErrMarshalling, look(zk.OpCheckWatches, 0))
	require.Equal(t, zk.ErrMarshalling, look(zk.OpRemoveWatches, 4))
	require.Equal(t, zk.OK, look(zk.OpCheckWatches, zk.WatcherData))
	require.Equal(t, zk.OK, look(zk.OpRemoveWatches, zk.WatcherAny))
	require.Equal(t, zk.ErrNoWatcher, look(zk.OpRemoveWatches, zk.WatcherAny))
	require.Equal(t, zk.ErrNoWatcher, look(zk.OpCheckWatches, zk.WatcherAny))
	require.Zero(t, b.nodes[1].Status().Watches)
}

func TestSetWatches2BringsStandingWatchesBack(t *testing.T) {
	b := alone(t)
	b.dial(1, 1)
	require.Equal(t, zk.OK, b.one(1, 1, zk.Request{
		Op: zk.OpSetWatches2, Xid: -8, PersistentWatches: []string{"/a"},
		RecursiveWatches: []string{"/b"},
	}).Err)
	require.Equal(t, 4, b.nodes[1].Status().Watches)
}

func TestWatchesBeforeANullAreSet(t *testing.T) {
	b := alone(t)
	b.dial(1, 1)
	b.dial(1, 2)
	require.Equal(t, zk.ErrMarshalling, b.one(1, 1, zk.Request{
		Op: zk.OpSetWatches, Xid: -8, Malformed: true, ExistWatches: []string{"/a"},
	}).Err)
	require.Equal(t, 1, b.nodes[1].Status().Watches)
	before := len(b.clients)
	b.one(1, 2, create("/a", zk.OpenACL))
	require.Equal(t, step.WatchEvent, b.clients[before].Kind)
}

// TestCheckWatchesStumblesWhereApacheDoes: it asks about anybody's watches, and wants a slash.
func TestCheckWatchesStumblesWhereApacheDoes(t *testing.T) {
	b := alone(t)
	b.dial(1, 1)
	b.dial(1, 2)
	for _, path := range []string{"/", "", "a"} {
		b.one(1, 2, zk.Request{Op: zk.OpAddWatch, Path: path})
	}
	for path, want := range map[string]zk.Err{
		"/": zk.OK, "/a": zk.ErrNoWatcher, "": zk.ErrNoWatcher, "a": zk.ErrMarshalling,
	} {
		req := zk.Request{Op: zk.OpCheckWatches, Path: path, Watcher: zk.WatcherAny}
		require.Equal(t, want, b.one(1, 1, req).Err, path)
	}
}

// TestZxidsOfClientsHaveASign: nothing is before a negative one that a client makes up.
func TestZxidsOfClientsHaveASign(t *testing.T) {
	b := alone(t)
	const negative = ^zk.Zxid(4)
	granted := b.dialWith(1, 1, zk.Request{Op: zk.OpConnect, TimeoutMs: 9_000, LastZxid: negative})
	require.NotZero(t, granted.Reply.Session)
	got := b.ask(1, 1, zk.Request{
		Op: zk.OpSetWatches, LastZxid: negative, DataWatches: []string{"/"},
	})
	require.Len(t, got, 2)
	require.Equal(t, zk.NodeDataChanged, got[0].Reply.Event)
}

// TestUnreadableChangesAreNotTold is CVE-2024-23944, with the identities of the watcher.
func TestUnreadableChangesAreNotTold(t *testing.T) {
	b := alone(t)
	b.dial(1, 1)
	b.dial(1, 2)
	b.one(1, 1, digestAuth("bob:pw"))
	for conn := zk.ConnID(1); conn <= 2; conn++ {
		b.one(1, conn, zk.Request{Op: zk.OpExists, Path: "/bobs", Watch: true})
	}
	before := len(b.clients)
	b.ask(1, 1, create("/bobs", []zk.ACL{{Perms: zk.PermAll, Scheme: "auth"}}))
	require.Len(t, b.clients[before:], 2, "the event and the reply, both for bob")
	require.Equal(t, step.WatchEvent, b.clients[before].Kind)
	require.Equal(t, zk.ConnID(1), b.clients[before].Conn)
	require.Zero(t, b.nodes[1].Status().Watches, "the other watch is used up in silence")
}
