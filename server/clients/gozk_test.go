package clients_test

import (
	"io"
	"log"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"
)

// peer is a client of somebody else's making: go-zookeeper.
type peer struct {
	*zk.Conn
	t      *testing.T
	events <-chan zk.Event
	calls  int
}

func newPeer(t *testing.T, addr string) *peer {
	t.Helper()
	conn, events, err := zk.Connect([]string{addr}, 5*time.Second,
		zk.WithLogger(log.New(io.Discard, "", 0)))
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	p := &peer{Conn: conn, t: t, events: events}
	for p.event(p.events).State != zk.StateHasSession {
	}
	return p
}

func (p *peer) event(from <-chan zk.Event) zk.Event {
	p.t.Helper()
	select {
	case e := <-from:
		require.NoError(p.t, e.Err)
		return e
	case <-time.After(patience):
		p.t.Fatal("no event")
		return zk.Event{}
	}
}

// ok counts a call that must succeed.
func (p *peer) ok(err error) {
	p.t.Helper()
	p.calls++
	require.NoError(p.t, err)
}

// refused counts a call that must fail, with this error.
func (p *peer) refused(want, err error) {
	p.t.Helper()
	p.calls++
	require.ErrorIs(p.t, err, want)
}

func (p *peer) make(path, data string, flags int32) string {
	p.t.Helper()
	made, err := p.Create(path, []byte(data), flags, zk.WorldACL(zk.PermAll))
	p.ok(err)
	return made
}

// TestGoClientWorksAsWithApache takes a server of its own, or the one that ZABSCOPE_PEER names: it
// may be Apache's, which proves the test.
func TestGoClientWorksAsWithApache(t *testing.T) {
	addr := os.Getenv("ZABSCOPE_PEER")
	if addr == "" {
		addr = start(t, nil).addr
	}
	p, q := newPeer(t, addr), newPeer(t, addr)
	znodes(p)
	sequences(p)
	watches(p, q)
	transactions(p)
	permissions(p, q)
	words(p, addr)
	ephemerals(p, q) // the last: it ends q
	require.Greater(t, p.calls+q.calls, 40)
}

func znodes(p *peer) {
	require.Equal(p.t, "/app", p.make("/app", "v0", 0))
	data, stat, err := p.Get("/app")
	p.ok(err)
	require.Equal(p.t, "v0", string(data))
	require.Equal(p.t, stat.Czxid, stat.Mzxid)
	stat, err = p.Set("/app", []byte("v1"), stat.Version)
	p.ok(err)
	require.EqualValues(p.t, 1, stat.Version)
	_, err = p.Set("/app", []byte("v2"), 0)
	p.refused(zk.ErrBadVersion, err)
	_, err = p.Create("/app", nil, 0, zk.WorldACL(zk.PermAll))
	p.refused(zk.ErrNodeExists, err)
	_, err = p.Create("/no/parent", nil, 0, zk.WorldACL(zk.PermAll))
	p.refused(zk.ErrNoNode, err)
	p.make("/app/child", "", 0)
	p.refused(zk.ErrNotEmpty, p.Delete("/app", -1))
	p.refused(zk.ErrBadVersion, p.Delete("/app/child", 7))
	children, stat, err := p.Children("/app")
	p.ok(err)
	require.Equal(p.t, []string{"child"}, children)
	require.EqualValues(p.t, 1, stat.NumChildren)
	p.ok(p.Delete("/app/child", 0))
	found, _, err := p.Exists("/app/child")
	p.ok(err)
	require.False(p.t, found)
	_, err = p.CreateContainer("/box", []byte("c"), zk.FlagContainer, zk.WorldACL(zk.PermAll))
	p.ok(err)
	_, err = p.CreateTTL("/lease", []byte("t"), zk.FlagTTL, zk.WorldACL(zk.PermAll), time.Hour)
	p.ok(err)
	_, err = p.Sync("/app")
	p.ok(err)
}

func sequences(p *peer) {
	p.make("/queue", "", 0)
	first := p.make("/queue/n-", "a", zk.FlagSequence)
	second := p.make("/queue/n-", "b", zk.FlagSequence)
	require.Equal(p.t, "/queue/n-0000000000", first)
	require.Equal(p.t, "/queue/n-0000000001", second)
	lock := zk.NewLock(p.Conn, "/lock", zk.WorldACL(zk.PermAll))
	p.ok(lock.Lock())
	p.ok(lock.Unlock())
}

func watches(p, q *peer) {
	found, _, soon, err := q.ExistsW("/news")
	q.ok(err)
	require.False(p.t, found)
	_, _, kids, err := q.ChildrenW("/app")
	q.ok(err)
	p.make("/news", "1", 0)
	require.Equal(p.t, zk.EventNodeCreated, q.event(soon).Type)
	_, _, changed, err := q.GetW("/news")
	q.ok(err)
	_, err = p.Set("/news", []byte("2"), -1)
	p.ok(err)
	require.Equal(p.t, zk.EventNodeDataChanged, q.event(changed).Type)
	_, _, gone, err := q.GetW("/news")
	q.ok(err)
	p.ok(p.Delete("/news", -1))
	require.Equal(p.t, zk.EventNodeDeleted, q.event(gone).Type)
	p.make("/app/k", "", 0)
	e := q.event(kids)
	require.Equal(p.t, zk.EventNodeChildrenChanged, e.Type)
	require.Equal(p.t, "/app", e.Path)
}

func transactions(p *peer) {
	open := zk.WorldACL(zk.PermAll)
	results, err := p.Multi(
		&zk.CreateRequest{Path: "/m", Data: []byte("1"), Acl: open},
		&zk.CreateRequest{Path: "/m/a", Acl: open},
		&zk.SetDataRequest{Path: "/m", Data: []byte("2"), Version: 0},
		&zk.CheckVersionRequest{Path: "/m", Version: 1},
		&zk.DeleteRequest{Path: "/m/a", Version: -1},
	)
	p.ok(err)
	require.Len(p.t, results, 5)
	require.Equal(p.t, "/m/a", results[1].String)
	require.EqualValues(p.t, 1, results[2].Stat.Version)
	results, err = p.Multi(
		&zk.CreateRequest{Path: "/m/b", Acl: open},
		&zk.CheckVersionRequest{Path: "/m", Version: 9},
	)
	p.refused(zk.ErrBadVersion, err)
	require.Len(p.t, results, 2)
	found, _, err := p.Exists("/m/b")
	p.ok(err)
	require.False(p.t, found, "all or nothing")
}

func permissions(p, q *peer) {
	p.ok(p.AddAuth("digest", []byte("bob:secret")))
	_, err := p.Create("/private", []byte("x"), 0, zk.DigestACL(zk.PermAll, "bob", "secret"))
	p.ok(err)
	_, _, err = q.Get("/private")
	q.refused(zk.ErrNoAuth, err)
	_, err = q.Set("/private", nil, -1)
	q.refused(zk.ErrNoAuth, err)
	acl, _, err := p.GetACL("/private")
	p.ok(err)
	require.Equal(p.t, "digest", acl[0].Scheme)
	_, err = p.SetACL("/private", zk.WorldACL(zk.PermRead), -1)
	p.ok(err)
	data, _, err := q.Get("/private")
	q.ok(err)
	require.Equal(p.t, "x", string(data))
	_, err = q.Create("/bad", nil, 0, nil)
	q.refused(zk.ErrInvalidACL, err)
}

// words are what a monitor would ask, read by the client's own parser. (That of srvr wants a date
// as Apache wrote it before 3.5.)
func words(p *peer, addr string) {
	require.Equal(p.t, []bool{true}, zk.FLWRuok([]string{addr}, patience))
	conns, _ := zk.FLWCons([]string{addr}, patience) // its own line confuses it, at Apache's too
	require.True(p.t, slices.ContainsFunc(conns[0].Clients, func(c *zk.ServerClient) bool {
		return c.SessionID == p.SessionID()
	}))
}

func ephemerals(p, q *peer) {
	q.make("/members", "", 0)
	q.make("/members/q", "", zk.FlagEphemeral)
	_, stat, err := p.Get("/members/q")
	p.ok(err)
	require.Equal(p.t, q.SessionID(), stat.EphemeralOwner)
	_, err = q.Create("/members/q/kid", nil, 0, zk.WorldACL(zk.PermAll))
	q.refused(zk.ErrNoChildrenForEphemerals, err)
	_, _, gone, err := p.ExistsW("/members/q")
	p.ok(err)
	q.Close()
	require.Equal(p.t, zk.EventNodeDeleted, p.event(gone).Type)
	names, _, err := p.Children("/")
	p.ok(err)
	require.True(p.t, slices.Contains(names, "members"))
}
