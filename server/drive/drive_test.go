package drive_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/drive"
	"github.com/zabscope/zabscope/server/store"
)

const patience = 10 * time.Second

// rig is a driven node and what it said to clients.
type rig struct {
	*drive.Driver
	t       *testing.T
	replies chan step.ToClient
}

func start(t *testing.T, disk drive.Disk, change func(*drive.Config)) *rig {
	t.Helper()
	r := &rig{t: t, replies: make(chan step.ToClient, 10_000)}
	cfg := drive.Config{
		Node: node.DefaultConfig(1, zk.ServerSet(0).With(1), 0), Disk: disk,
		Clients: func(out []step.ToClient) {
			for i := range out {
				r.replies <- out[i]
			}
		},
	}
	if change != nil {
		change(&cfg)
	}
	d, err := drive.Start(cfg)
	require.NoError(t, err)
	r.Driver = d
	t.Cleanup(func() { _ = d.Stop() })
	return r
}

// serve waits until the node takes clients.
func (r *rig) serve() {
	r.t.Helper()
	require.Eventually(r.t, func() bool { return r.status().Serving }, patience, time.Millisecond)
}

func (r *rig) status() (s node.Status) {
	r.Ask(func(n *node.Node) { s = n.Status() })
	return s
}

func (r *rig) send(conn zk.ConnID, req zk.Request) {
	r.t.Helper()
	require.True(r.t, r.Post(step.Input{Kind: step.ClientMsg, Conn: conn, Req: &req}))
}

func (r *rig) reply() step.ToClient {
	r.t.Helper()
	select {
	case reply := <-r.replies:
		return reply
	case <-time.After(patience):
		r.t.Fatal("no reply")
		return step.ToClient{}
	}
}

// connect opens a session on a connection.
func (r *rig) connect(conn zk.ConnID) step.ToClient {
	r.t.Helper()
	require.True(r.t, r.Post(step.Input{Kind: step.ClientUp, Conn: conn}))
	r.send(conn, zk.Request{Op: zk.OpConnect, TimeoutMs: 10_000})
	hello := r.reply()
	require.NotZero(r.t, hello.Reply.Session)
	return hello
}

func (r *rig) create(conn zk.ConnID, xid int32, path string) {
	r.t.Helper()
	r.send(conn, zk.Request{Op: zk.OpCreate, Xid: xid, Path: path, ACL: zk.OpenACL})
}

func TestAloneServerServesAndRemembers(t *testing.T) {
	disk := &store.Memory{}
	first := start(t, disk, nil)
	first.serve()
	first.connect(1)
	first.create(1, 1, "/a")
	made := first.reply()
	require.Equal(t, zk.OK, made.Err)
	require.Equal(t, "/a", made.Reply.Path)
	require.NoError(t, first.Stop())
	require.False(t, first.Post(step.Input{Kind: step.Wake}), "a stopped driver takes nothing")
	require.False(t, first.Ask(func(*node.Node) { t.Error("a stopped driver has no node") }))

	second := start(t, disk, nil)
	second.serve()
	require.Greater(t, second.status().Current, made.Zxid.Epoch())
	second.connect(1)
	second.send(1, zk.Request{Op: zk.OpExists, Xid: 2, Path: "/a"})
	require.Equal(t, zk.OK, second.reply().Err)
}

func TestSilentSessionExpiresByTheClock(t *testing.T) {
	r := start(t, &store.Memory{}, func(c *drive.Config) {
		c.Node.TickTime = 20 * time.Millisecond
		c.Node.MinSessionTimeoutMs = 40
	})
	r.serve()
	require.True(t, r.Post(step.Input{Kind: step.ClientUp, Conn: 1}))
	r.send(1, zk.Request{Op: zk.OpConnect, TimeoutMs: 50})
	require.EqualValues(t, 50, r.reply().Reply.TimeoutMs)
	require.Equal(t, step.Close, r.reply().Kind)
	require.Zero(t, r.status().Sessions)
}

// gate is a disk whose flushes wait.
type gate struct {
	store.Memory
	open    chan struct{}
	flushes atomic.Int64
}

func (g *gate) Append(writes []step.Write) error {
	<-g.open
	g.flushes.Add(1)
	return g.Memory.Append(writes)
}

func TestWritesWaitForTheDiskAndShareItsFlushes(t *testing.T) {
	g := &gate{open: make(chan struct{}, 1000)}
	for range 100 {
		g.open <- struct{}{}
	}
	r := start(t, g, nil)
	r.serve()
	r.connect(1)
	for len(g.open) > 0 {
		<-g.open
	}
	before := g.flushes.Load()
	const writes = 200
	for i := range int32(writes) {
		r.create(1, i+1, "/a-"+string(rune('a'+i%26))+string(rune('a'+i/26)))
	}
	time.Sleep(20 * time.Millisecond) // nothing can come: this only gives a mistake a chance
	require.Empty(t, r.replies, "a write was answered before it was durable")
	close(g.open)
	for i := range int32(writes) {
		reply := r.reply()
		require.Equal(t, i+1, reply.Xid)
		require.Equal(t, zk.OK, reply.Err)
	}
	require.Less(t, g.flushes.Load()-before, int64(writes/2), "every write had its own flush")
}

func TestFullLeaderStopsTakingInput(t *testing.T) {
	g := &gate{open: make(chan struct{}, 1000)}
	for range 100 {
		g.open <- struct{}{}
	}
	r := start(t, g, nil)
	r.serve()
	r.connect(1)
	r.connect(2)
	r.connect(3)
	for len(g.open) > 0 {
		<-g.open
	}
	var posted atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range int32(2_700) {
			req := zk.Request{Op: zk.OpSetData, Xid: i + 1, Path: "/", Version: -1}
			if !r.Post(step.Input{
				Kind: step.ClientMsg, Conn: zk.ConnID(1 + i%3), Req: &req,
			}) {
				return
			}
			posted.Add(1)
		}
	}()
	stuck := func() bool {
		n := posted.Load()
		time.Sleep(50 * time.Millisecond)
		return n >= 1_000 && n == posted.Load()
	}
	require.Eventually(t, stuck, patience, time.Millisecond)
	require.Less(t, posted.Load(), int64(2_700), "everything was taken in")
	require.LessOrEqual(t, r.status().Outstanding, 1_001)
	close(g.open)
	<-done
	for range 2_700 {
		require.Equal(t, step.Reply, r.reply().Kind, "a client was dropped, not slowed down")
	}
}

// broken is a disk that fails after a number of flushes.
type broken struct {
	store.Memory
	left atomic.Int64
}

var errDisk = errors.New("no space left")

func (b *broken) Append(writes []step.Write) error {
	if b.left.Add(-1) < 0 {
		return errDisk
	}
	return b.Memory.Append(writes)
}

func TestNodeWithAQuirkDoesNotStart(t *testing.T) {
	_, err := drive.Start(drive.Config{Node: node.Config{Quirks: zk.QuirkSkipTrunc}})
	require.ErrorContains(t, err, "quirk skipTrunc: only the simulator")
}

func TestDiskErrorEndsTheNode(t *testing.T) {
	b := &broken{}
	b.left.Store(1000)
	r := start(t, b, nil)
	r.serve()
	r.connect(1)
	b.left.Store(0)
	r.create(1, 1, "/a")
	select {
	case <-r.Done():
	case <-time.After(patience):
		t.Fatal("the node goes on without a disk")
	}
	require.ErrorIs(t, r.Stop(), errDisk)
	require.Empty(t, r.replies, "a write that is not durable was answered")
}

func TestBrokenInvariantEndsTheNode(t *testing.T) {
	r := start(t, &store.Memory{}, nil)
	r.serve()
	r.connect(1)
	r.create(1, 1, "/a")
	r.reply()
	r.Ask(func(n *node.Node) { n.Tree().SetZxid(0) }) // forgets what it has applied
	r.create(1, 2, "/b")
	select {
	case <-r.Done():
	case <-time.After(patience):
		t.Fatal("the node goes on with a broken tree")
	}
	var v step.Violation
	require.ErrorAs(t, r.Stop(), &v)
	require.Equal(t, "DigestAgreement", v.Name)
}
