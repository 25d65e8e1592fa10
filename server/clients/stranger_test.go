package clients_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/clients"
	"github.com/zabscope/zabscope/server/store"
)

// The tests are numbered like the table of bad input that the client port must withstand.

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func length(n int32) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) }

func TestA01FrameOfBadLengthEndsItsConnectionAlone(t *testing.T) {
	s := start(t, nil)
	other := s.connect()
	for _, n := range []int32{wire.FrameMax + 1, 1<<31 - 1, -1, -1 << 31} {
		fresh := s.dial()
		fresh.raw(length(n))
		fresh.requireClosed()
		open := s.connect()
		open.raw(length(n))
		open.requireClosed()
	}
	require.Equal(t, "8", s.number("zabscope_bad_frames"))
	other.requireLives()
}

func TestA01AnnouncedBytesTakeNoMemory(t *testing.T) {
	s := start(t, nil)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	const strangers = 50
	for range strangers {
		s.connect().raw(length(wire.FrameMax))
	}
	s.connect().requireLives()
	runtime.GC()
	runtime.ReadMemStats(&after)
	grown := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	require.Less(t, grown, int64(strangers*wire.FrameMax/4))
}

func TestA02OtherProtocolsAreToldApart(t *testing.T) {
	s := start(t, nil)
	for first, hint := range map[string]string{
		"GET / HTTP/1.1\r\n\r\n":   "HTTP",
		"\x16\x03\x01\x02\x00\x01": "TLS",
		"nope":                     "jute.maxbuffer",
	} {
		c := s.dial()
		c.raw([]byte(first))
		c.requireClosed()
		require.Contains(t, s.log.String(), hint)
	}
}

func TestA03WhoDribblesIsCutOff(t *testing.T) {
	s := start(t, func(s *setup) {
		s.port.Limits.Handshake = 100 * time.Millisecond
		s.port.Limits.Frame = 100 * time.Millisecond
	})
	silent, word, connect := s.dial(), s.dial(), s.dial()
	word.raw([]byte("ru"))
	connect.raw(wire.AppendConnect(nil, &zk.Request{Op: zk.OpConnect}, true)[:20])
	for _, c := range []*client{silent, word, connect} {
		c.requireClosed()
	}
	frame := s.connect()
	frame.raw(append(length(100), 1, 2, 3))
	frame.requireClosed()

	idle := s.connect()
	time.Sleep(300 * time.Millisecond) // longer than a frame may take: an idle client is none
	idle.requireLives()
}

func TestA03ConnectionsOfOneAddressAndOfAllAreCounted(t *testing.T) {
	s := start(t, func(s *setup) { s.port.ConnsPerIP = 3 })
	var in []*client
	for range 3 {
		in = append(in, s.connect())
	}
	s.dial().requireClosed()
	in[0].close()
	require.Eventually(t, func() bool {
		c := s.dial()
		defer c.close()
		c.raw([]byte("ruok"))
		return string(c.rest()) == "imok"
	}, patience, time.Millisecond)
	in[1].requireLives()

	limits := clients.DefaultLimits
	require.Equal(t, 10*time.Second, limits.Handshake)
	require.Equal(t, 30*time.Second, limits.Frame)
	all := start(t, func(s *setup) { s.port.ConnsPerIP, s.port.Limits.Conns = -1, 2 })
	all.connect()
	all.connect()
	all.dial().requireClosed()
}

func TestA04WhoDoesNotReadIsSlowedDownThenCutOff(t *testing.T) {
	s := start(t, func(s *setup) {
		s.port.Limits.QueuedBytes = 4 << 20
		s.port.Limits.Write = 200 * time.Millisecond
	})
	greedy, other := s.connect(), s.connect()
	require.Equal(t, zk.OK, greedy.call(zk.Request{
		Op: zk.OpCreate, Path: "/big", Data: make([]byte, 1_000_000), ACL: zk.OpenACL,
	}).Err)
	get := wire.AppendClientRequest(nil, &zk.Request{Op: zk.OpGetData, Xid: 7, Path: "/big"})
	for range 200 { // 200 MB of answers
		if _, err := greedy.Write(get); err != nil {
			break
		}
	}
	gone := func() bool { return s.number("num_alive_connections") == "2" } // other, and mntr's own
	require.Eventually(t, gone, patience, 10*time.Millisecond)
	other.requireLives()
}

// gate is a disk whose flushes wait while it is shut.
type gate struct {
	store.Memory
	shut atomic.Bool
}

func (g *gate) Append(writes []step.Write) error {
	for g.shut.Load() {
		time.Sleep(time.Millisecond)
	}
	return g.Memory.Append(writes)
}

func TestA04OutstandingRequestsAreBounded(t *testing.T) {
	g := &gate{}
	s := start(t, func(s *setup) {
		s.disk, s.port.Limits.Outstanding = g, 50
	})
	c := s.connect()
	g.shut.Store(true)
	const writes = 500
	go func() {
		for i := range int32(writes) {
			_, _ = c.Write(wire.AppendClientRequest(nil, &zk.Request{
				Op: zk.OpSetData, Xid: i + 1, Path: "/", Version: -1,
			}))
		}
	}()
	full := func() bool { return s.number("outstanding_requests") == "50" }
	require.Eventually(t, full, patience, time.Millisecond)
	time.Sleep(20 * time.Millisecond) // nothing more may be taken in: a chance for a mistake
	require.True(t, full())
	g.shut.Store(false)
	for i := range int32(writes) {
		c.asks = append(c.asks, zk.OpSetData)
		require.Equal(t, i+1, c.next().Xid)
	}
}

func TestA05MalformedBodiesChangeNothing(t *testing.T) {
	s := start(t, nil)
	c := s.connect()
	before := c.call(zk.Request{Op: zk.OpGetChildren2, Path: "/"})
	path := "000000022f61" // "/a"
	for name, body := range map[string]string{
		"string beyond the frame": "7fffffff",
		"string of length -2":     "fffffffe",
		"nothing":                 "",
		"huge vector":             path + "00000000" + "7fffffff",
		"vector beyond the frame": path + "00000000" + "00000002" + "0000001f",
		"data of length -5":       path + "fffffffb",
	} {
		reply := c.body(zk.OpCreate, unhex(body))
		require.Equal(t, zk.ErrMarshalling, reply.Err, name)
	}
	null := "ffffffff"
	reply := c.body(zk.OpSetWatches, unhex("0000000000000001"+null))
	require.Equal(t, zk.ErrMarshalling, reply.Err, "a vector that is missing")
	reply = c.body(zk.OpCreate, unhex(path+null+null+"00000000"))
	require.Equal(t, zk.ErrInvalidACL, reply.Err, "a null vector is read, and is no ACL")
	reply = c.body(zk.OpCreate, unhex(path+null+"fffffffe"+"00000000"))
	require.Equal(t, zk.ErrInvalidACL, reply.Err, "a vector of length -2 is read as empty")
	reply = c.body(zk.OpExists, unhex("000000012f"+"07"+"deadbeef"))
	require.Equal(t, zk.OK, reply.Err, "any byte is a boolean, and what follows is not read")
	after := c.call(zk.Request{Op: zk.OpGetChildren2, Path: "/"})
	require.Equal(t, before.Reply, after.Reply)
}

func TestA06BadPathsAreRefused(t *testing.T) {
	s := start(t, nil)
	c := s.connect()
	for _, path := range []string{
		"a", "//", "/\x00", "/.", "/..", "/a\x01", "/\x7f", "/\ufff5", "/\ue000",
	} {
		require.Equal(t, zk.ErrBadArguments, c.create(path).Err, "%q", path)
	}
	require.Equal(t, zk.OK, c.create("/a").Err)
	for _, path := range []string{"/a/", "/a/.", "/a/..", "/a/\x00b", "/a/b\x1f"} {
		require.Equal(t, zk.ErrBadArguments, c.create(path).Err, "%q", path)
	}
	require.Equal(t, []string{"a", "zookeeper"},
		slices.Sorted(slices.Values(
			c.call(zk.Request{Op: zk.OpGetChildren, Path: "/"}).Reply.Children)))
}

func TestA07LongPathsAreRefusedWithoutAZxid(t *testing.T) {
	s := start(t, nil)
	c := s.connect()
	zxid := c.create("/a").Zxid
	long, deep := "/"+strings.Repeat("n", 4<<10), strings.Repeat("/d", 65)
	for _, path := range []string{long, deep} {
		for _, op := range []zk.Op{zk.OpCreate, zk.OpExists, zk.OpGetData, zk.OpDelete} {
			reply := c.call(zk.Request{Op: op, Path: path, ACL: zk.OpenACL})
			require.Equal(t, zk.ErrBadArguments, reply.Err, "%s", op)
		}
		reply := c.call(zk.Request{Op: zk.OpMulti, Ops: []zk.Request{
			{Op: zk.OpCreate, Path: "/b", ACL: zk.OpenACL},
			{Op: zk.OpCreate, Path: path, ACL: zk.OpenACL},
		}})
		require.Equal(t, zk.ErrBadArguments, reply.Err)
	}
	require.Equal(t, zxid+1, c.create("/c").Zxid)
}

func TestA07ListThatIsTooLongIsAnError(t *testing.T) {
	s := start(t, func(s *setup) { s.port.FrameMax = 4 << 10 })
	c := s.connect()
	for i := range 100 {
		c.send(zk.Request{
			Op: zk.OpCreate, ACL: zk.OpenACL, Path: fmt.Sprintf("/%060d", i),
		})
	}
	for range 100 {
		require.Equal(t, zk.OK, c.next().Err)
	}
	for _, op := range []zk.Op{zk.OpGetChildren, zk.OpGetChildren2} {
		require.Equal(t, zk.ErrMarshalling, c.call(zk.Request{Op: op, Path: "/"}).Err)
	}
	c.requireLives()
}

func TestA08OperationsOfServersAreNotForClients(t *testing.T) {
	s := start(t, nil)
	for _, op := range []zk.Op{zk.OpError, 999, -5, 0, 23} {
		c := s.connect()
		require.Equal(t, zk.ErrUnimplemented, c.body(op, nil).Err, "%d", op)
		c.requireClosed()
	}
	c := s.connect()
	sessions := s.number("global_sessions")
	c.raw(append(length(8), 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xf6)) // createSession
	for c.frame() != nil {
	}
	require.Equal(t, sessions, s.number("global_sessions"))
	c = s.connect()
	require.Equal(t, zk.OK, c.call(zk.Request{
		Op: zk.OpCreateContainer, Path: "/c", ACL: zk.OpenACL, Mode: zk.Container,
	}).Err)
	reply := c.body(zk.OpDeleteContainer, append(length(2), "/c"...))
	require.Equal(t, zk.ErrBadArguments, reply.Err)
	require.Equal(t, zk.OK, c.call(zk.Request{Op: zk.OpExists, Path: "/c"}).Err)
}

func TestA09MultiInMultiAndHugeMultiAreRefused(t *testing.T) {
	s := start(t, func(s *setup) { s.node.Limits.MultiOps = 3 })
	c := s.connect()
	nested := zk.Request{Op: zk.OpMulti, Ops: []zk.Request{
		{Op: zk.OpMulti, Ops: []zk.Request{{Op: zk.OpDelete, Path: "/x"}}},
	}}
	require.Equal(t, zk.ErrMarshalling, c.call(nested).Err)
	many := zk.Request{Op: zk.OpMulti}
	for i := range 4 {
		many.Ops = append(many.Ops, zk.Request{
			Op: zk.OpCreate, Path: fmt.Sprintf("/m%d", i), ACL: zk.OpenACL,
		})
	}
	require.Equal(t, zk.ErrBadArguments, c.call(many).Err)
	require.Equal(t, zk.ErrNoNode, c.call(zk.Request{Op: zk.OpExists, Path: "/m0"}).Err)
	many.Ops = many.Ops[:3]
	require.Equal(t, zk.OK, c.call(many).Err)
}

func TestA10GuessedSessionsAreRefusedAndSlowedDown(t *testing.T) {
	const penalty = 300 * time.Millisecond
	s := start(t, func(s *setup) { s.port.Limits.Penalty = penalty })
	owner := s.dial()
	mine := owner.hello(zk.Request{TimeoutMs: 10_000})
	guess := func(password []byte) (zk.Reply, time.Duration) {
		c, began := s.dial(), time.Now()
		reply := c.hello(zk.Request{
			Session: mine.Session, Password: password, TimeoutMs: 10_000,
		})
		return reply, time.Since(began)
	}
	for range 5 {
		reply, _ := guess(bytes.Repeat([]byte{1}, 16))
		require.Zero(t, reply.Session)
		require.Zero(t, reply.TimeoutMs)
	}
	owner.requireClosed() // a guess ends the connection, as at Apache's server, not the session
	reply, took := guess(mine.Password)
	require.Equal(t, mine.Session, reply.Session, "the owner is let in")
	require.GreaterOrEqual(t, took, penalty, "after so many guesses everybody there waits")
}

func TestA10RefusedClientIsHungUpOn(t *testing.T) {
	s := start(t, func(s *setup) { s.port.Limits.FailureRate = clients.Rate{Burst: 1_000} })
	for range 300 {
		c := s.dial()
		require.Zero(t, c.hello(zk.Request{Session: 7, Password: make([]byte, 16)}).Session)
		c.requireClosed()
		c.close()
	}
}

func TestA11TimeoutsAreClampedAndSessionsCounted(t *testing.T) {
	s := start(t, func(s *setup) { s.port.Limits.Sessions = 3 })
	for asked, want := range map[int32]int32{0: 1_000, 1<<31 - 1: 10_000, -5: 1_000} {
		require.Equal(t, want, s.dial().hello(zk.Request{TimeoutMs: asked}).TimeoutMs)
	}
	late := s.dial()
	late.raw(wire.AppendConnect(nil, &zk.Request{Op: zk.OpConnect}, true))
	late.requireClosed()
}

func TestA11SessionsOfOneAddressHaveARate(t *testing.T) {
	s := start(t, func(s *setup) {
		s.port.Limits.SessionRate = clients.Rate{PerSecond: 0.001, Burst: 2}
	})
	s.connect()
	s.connect()
	late := s.dial()
	late.raw(wire.AppendConnect(nil, &zk.Request{Op: zk.OpConnect}, true))
	late.requireClosed()
}

func TestA12EphemeralsOfOneSessionAreBounded(t *testing.T) {
	s := start(t, func(s *setup) { s.node.Limits.Ephemerals = 2 })
	c := s.connect()
	ephemeral := func(path string) zk.Request {
		return zk.Request{
			Op: zk.OpCreate, Path: path, ACL: zk.OpenACL, Mode: zk.Ephemeral,
		}
	}
	require.Equal(t, zk.OK, c.call(ephemeral("/1")).Err)
	both := zk.Request{Op: zk.OpMulti, Ops: []zk.Request{ephemeral("/2"), ephemeral("/3")}}
	require.Equal(t, zk.ErrQuotaExceeded, c.call(both).Err)
	require.Equal(t, zk.OK, c.call(ephemeral("/2")).Err)
	require.Equal(t, zk.ErrQuotaExceeded, c.call(ephemeral("/3")).Err)
	require.Equal(t, zk.OK, c.create("/3").Err)
	require.Equal(t, zk.OK, c.call(zk.Request{Op: zk.OpDelete, Path: "/1", Version: -1}).Err)
	require.Equal(t, zk.OK, c.call(ephemeral("/4")).Err)
	require.Equal(t, zk.OK, c.call(zk.Request{Op: zk.OpCloseSession}).Err)
	require.Equal(t, "0", s.number("ephemerals_count"), "they go in one transaction")
}

func TestA13WatchesAreBounded(t *testing.T) {
	s := start(t, func(s *setup) { s.node.Limits.Watches, s.node.Limits.AllWatches = 2, 3 })
	c := s.connect()
	watch := func(c *client, path string) zk.Err {
		return c.call(zk.Request{Op: zk.OpExists, Path: path, Watch: true}).Err
	}
	require.Equal(t, zk.ErrNoNode, watch(c, "/1"))
	require.Equal(t, zk.ErrNoNode, watch(c, "/2"))
	require.Equal(t, zk.ErrQuotaExceeded, watch(c, "/3"))
	require.Equal(t, zk.ErrQuotaExceeded, c.call(zk.Request{
		Op: zk.OpAddWatch, Path: "/", WatchMode: zk.WatchPersistentRecursive,
	}).Err)
	require.Equal(t, zk.ErrQuotaExceeded, c.call(zk.Request{
		Op: zk.OpSetWatches, Xid: wire.XidSetWatches, DataWatches: []string{"/"},
	}).Err)
	require.Equal(t, "2", s.number("watch_count"))
	other := s.connect()
	require.Equal(t, zk.ErrNoNode, watch(other, "/1"))
	require.Equal(t, zk.ErrQuotaExceeded, watch(other, "/2"), "all together have three")
	c.close()
	require.Eventually(t, func() bool { return watch(other, "/2") == zk.ErrNoNode },
		patience, 5*time.Millisecond)
}

// TestA13HerdLeavesHeartbeatsAlive: one change tells forty clients of a thousand watches each, and
// whoever watches nothing is answered meanwhile.
func TestA13HerdLeavesHeartbeatsAlive(t *testing.T) {
	s := start(t, nil)
	const herd, each = 40, 1_000
	var paths []string
	tree := zk.Request{Op: zk.OpMulti}
	for i := range each {
		paths = append(paths, fmt.Sprintf("/herd/%04d", i))
		tree.Ops = append(tree.Ops, zk.Request{
			Op: zk.OpCreate, Path: paths[i], ACL: zk.OpenACL,
		})
	}
	c, other := s.connect(), s.connect()
	require.Equal(t, zk.OK, c.create("/herd").Err)
	var told []*client
	for range herd {
		told = append(told, s.connect())
		require.Equal(t, zk.OK, told[len(told)-1].call(zk.Request{
			Op: zk.OpSetWatches, Xid: wire.XidSetWatches, ExistWatches: paths,
		}).Err)
	}
	c.send(tree)
	began := time.Now()
	for range 10 {
		require.Equal(t, zk.OK, other.call(zk.Request{Op: zk.OpPing, Xid: wire.XidPing}).Err)
	}
	require.Less(t, time.Since(began), patience/2)
	require.Equal(t, zk.OK, c.next().Err)
	for _, watcher := range told {
		for i := range each {
			require.Equal(t, paths[i], watcher.next().Reply.Path)
		}
	}
}

func TestA14ZnodesAndDataAreBounded(t *testing.T) {
	s := start(t, func(s *setup) { s.node.Limits.Znodes, s.node.Limits.DataBytes = 6, 1_000 })
	c := s.connect() // there are four znodes of ZooKeeper's own
	require.Equal(t, zk.OK, c.create("/1").Err)
	require.Equal(t, zk.ErrQuotaExceeded, c.call(zk.Request{
		Op: zk.OpSetData, Path: "/1", Version: -1, Data: make([]byte, 1_000),
	}).Err)
	require.Equal(t, zk.OK, c.create("/2").Err)
	require.Equal(t, zk.ErrQuotaExceeded, c.create("/3").Err)
	require.Equal(t, zk.OK, c.call(zk.Request{Op: zk.OpDelete, Path: "/1", Version: -1}).Err)
	require.Equal(t, zk.OK, c.create("/3").Err)
}

func TestA15OnlySrvrIsAnsweredByDefault(t *testing.T) {
	s := start(t, func(s *setup) { s.port.Words = nil })
	for _, word := range strings.Fields("ruok stat mntr isro conf envi cons wchs wchc wchp dump" +
		" dirs crst srst gtmk stmk hash") {
		require.Equal(t, word+" is not executed because it is not in the whitelist.\n",
			s.word(word))
	}
	require.Contains(t, s.word("srvr"), "Mode: standalone\n")
}

func TestA16WatchTellsNothingOfWhatMayNotBeRead(t *testing.T) {
	s := start(t, nil)
	owner, spy := s.connect(), s.connect()
	auth := zk.Request{
		Op: zk.OpAuth, Xid: wire.XidAuth, Scheme: "digest", Auth: []byte("bob:secret"),
	}
	require.Equal(t, zk.OK, owner.call(auth).Err)
	require.Equal(t, zk.OK, spy.call(zk.Request{
		Op: zk.OpAddWatch, Path: "/", WatchMode: zk.WatchPersistentRecursive,
	}).Err)
	mine := []zk.ACL{{Perms: zk.PermAll, Scheme: "auth"}}
	require.Equal(t, zk.OK, owner.call(zk.Request{
		Op: zk.OpCreate, Path: "/secret", ACL: mine,
	}).Err)
	require.Equal(t, zk.OK, owner.call(zk.Request{
		Op: zk.OpCreate, Path: "/secret/plan", ACL: mine,
	}).Err)
	require.Equal(t, zk.OK, owner.create("/open").Err)
	event := spy.next()
	require.Equal(t, "/open", event.Reply.Path, "the first thing that a spy hears of")
}

func TestA17AddressIsTheSockets(t *testing.T) {
	s := start(t, nil)
	c := s.connect()
	for id, want := range map[string]zk.Err{
		"127.0.0.1": zk.OK, "10.0.0.1": zk.ErrNoAuth, "127.0.0.0/8": zk.OK,
	} {
		path := "/ip-" + strings.ReplaceAll(id, "/", "-")
		require.Equal(t, zk.OK, c.call(zk.Request{
			Op: zk.OpCreate, Path: path, ACL: []zk.ACL{{Perms: zk.PermAll, Scheme: "ip", ID: id}},
		}).Err)
		require.Equal(t, want, c.call(zk.Request{Op: zk.OpGetData, Path: path}).Err, id)
	}
	claim := zk.Request{Op: zk.OpAuth, Xid: wire.XidAuth, Scheme: "ip", Auth: []byte("10.0.0.1")}
	require.Equal(t, zk.OK, c.call(claim).Err, "what is claimed is not looked at")
	require.Equal(t, zk.ErrNoAuth,
		c.call(zk.Request{Op: zk.OpGetData, Path: "/ip-10.0.0.1"}).Err)
}

func TestA18PasswordsAreNotTriedInARow(t *testing.T) {
	s := start(t, func(s *setup) {
		s.port.Limits.AuthRate = clients.Rate{PerSecond: 20, Burst: 2}
	})
	c, began := s.connect(), time.Now()
	for i := range 8 {
		require.Equal(t, zk.OK, c.call(zk.Request{
			Op: zk.OpAuth, Xid: wire.XidAuth, Scheme: "digest",
			Auth: fmt.Appendf(nil, "bob:guess-%d", i),
		}).Err)
	}
	require.GreaterOrEqual(t, time.Since(began), 250*time.Millisecond)
	require.NotContains(t, s.log.String(), "guess")
}

func TestA18ThereIsNoSuperUserByDefault(t *testing.T) {
	s := start(t, nil)
	c := s.connect()
	require.Equal(t, zk.OK, c.call(zk.Request{
		Op: zk.OpAuth, Xid: wire.XidAuth, Scheme: "digest", Auth: []byte("super:admin"),
	}).Err)
	require.Equal(t, zk.OK, c.call(zk.Request{
		Op: zk.OpCreate, Path: "/shut", ACL: []zk.ACL{{Scheme: "world", ID: "anyone"}},
	}).Err)
	require.Equal(t, zk.ErrNoAuth, c.call(zk.Request{Op: zk.OpGetData, Path: "/shut"}).Err)
	require.NotContains(t, s.word("cons")+s.word("dump")+s.word("conf"), "admin")
}

func TestA19PingFloodIsSlowedDown(t *testing.T) {
	s := start(t, func(s *setup) {
		s.port.Limits.PingRate = clients.Rate{PerSecond: 10, Burst: 10}
	})
	c, began := s.connect(), time.Now()
	for range 210 {
		c.send(zk.Request{Op: zk.OpPing, Xid: wire.XidPing})
	}
	for range 210 {
		require.Equal(t, int32(wire.XidPing), c.next().Xid)
	}
	require.GreaterOrEqual(t, time.Since(began), 200*time.Millisecond)
}

func TestA19SyncsAreOutstanding(t *testing.T) {
	g := &gate{}
	s := start(t, func(s *setup) { s.disk = g })
	c := s.connect()
	g.shut.Store(true)
	c.send(zk.Request{Op: zk.OpCreate, Path: "/a", ACL: zk.OpenACL})
	c.send(zk.Request{Op: zk.OpSync, Path: "/a"})
	two := func() bool { return s.number("outstanding_requests") == "2" }
	require.Eventually(t, two, patience, time.Millisecond)
	g.shut.Store(false)
	require.Equal(t, zk.OpCreate, c.next().Op)
	require.Equal(t, "/a", c.next().Reply.Path)
}

func TestA20NothingComesBeforeOrAfterASession(t *testing.T) {
	s := start(t, nil)
	early := s.dial()
	early.raw(wire.AppendClientRequest(nil, &zk.Request{Op: zk.OpExists, Xid: 1, Path: "/"}))
	early.requireClosed()

	twice := s.connect()
	twice.raw(wire.AppendConnect(nil, &zk.Request{Op: zk.OpConnect, TimeoutMs: 5_000}, true))
	for twice.frame() != nil {
	}

	same := s.connect() // a repeated xid is the client's own affair: the corpus answers it
	for range 2 {
		require.Equal(t, int32(77),
			same.call(zk.Request{Op: zk.OpExists, Xid: 77, Path: "/"}).Xid)
	}
	require.Equal(t, zk.OK, same.call(zk.Request{Op: zk.OpCloseSession}).Err)
	same.requireClosed()
}
