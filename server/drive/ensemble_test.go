package drive_test

import (
	"bytes"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/drive"
	"github.com/zabscope/zabscope/server/peers"
	"github.com/zabscope/zabscope/server/store"
)

// member is a rig with links to the other servers of an ensemble.
type member struct {
	*rig
	links *peers.Net
	disk  *store.Memory
}

// assembly is an ensemble in this process, over real links.
type assembly struct {
	t         *testing.T
	voters    zk.ServerSet
	observers zk.ServerSet
	addresses map[zk.ServerID]string
	faults    map[zk.ServerID]*peers.Faults
	members   map[zk.ServerID]*member
}

func assemble(t *testing.T, voters, observers zk.ServerSet) *assembly {
	t.Helper()
	a := &assembly{
		t: t, voters: voters, observers: observers, addresses: map[zk.ServerID]string{},
		faults: map[zk.ServerID]*peers.Faults{}, members: map[zk.ServerID]*member{},
	}
	listeners := map[zk.ServerID]net.Listener{}
	for id := range (voters | observers).All() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		listeners[id], a.addresses[id] = l, l.Addr().String()
		a.faults[id] = peers.NewFaults()
	}
	for id, l := range listeners {
		a.start(id, l, &store.Memory{})
	}
	return a
}

// start starts a server on a disk; a nil listener takes its old address again.
func (a *assembly) start(id zk.ServerID, l net.Listener, disk *store.Memory) {
	a.t.Helper()
	if l == nil {
		var err error
		l, err = net.Listen("tcp", a.addresses[id])
		require.NoError(a.t, err)
	}
	links := peers.New(peers.Config{
		Self: id, Voters: a.voters, Observers: a.observers, Addresses: a.addresses,
		Cluster: "test", Secret: []byte("a secret of the tests"), Faults: a.faults[id],
		Log: slog.New(slog.DiscardHandler),
		Timing: peers.Timing{
			KeepAlive: 200 * time.Millisecond, Silence: 500 * time.Millisecond,
			Handshake: 500 * time.Millisecond,
		},
	})
	m := &member{links: links, disk: disk}
	m.rig = start(a.t, disk, func(c *drive.Config) {
		c.Node = node.DefaultConfig(id, a.voters, a.observers)
		c.Node.TickTime = 200 * time.Millisecond
		c.Node.MinSessionTimeoutMs = 400
		c.Peers = links
	})
	served := make(chan error, 1)
	go func() { served <- links.Serve(l, m) }()
	a.t.Cleanup(func() {
		links.Close()
		require.NoError(a.t, <-served)
	})
	a.members[id] = m
}

// stop ends a server and keeps its disk.
func (a *assembly) stop(id zk.ServerID) *store.Memory {
	m := a.members[id]
	delete(a.members, id)
	require.NoError(a.t, m.Stop())
	m.links.Close()
	return m.disk
}

// leader waits until all who run serve one leader, and returns it.
func (a *assembly) leader() (leader zk.ServerID) {
	a.t.Helper()
	require.Eventually(a.t, func() bool {
		leader = 0
		for _, m := range a.members {
			s := m.status()
			if !s.Serving || leader != 0 && s.Leader != leader {
				return false
			}
			leader = s.Leader
		}
		return true
	}, patience, 5*time.Millisecond, "no leader that all follow")
	return leader
}

// other returns a server that runs and is not the given one.
func (a *assembly) other(than zk.ServerID) zk.ServerID {
	for id := range a.members {
		if id != than {
			return id
		}
	}
	return 0
}

func TestEnsembleOverLinksWritesAnywhereAndReadsEverywhere(t *testing.T) {
	a := assemble(t, zk.SetOf(1, 2, 3), zk.SetOf(4))
	a.leader()
	for id, m := range a.members {
		m.connect(1)
		m.create(1, 1, "/by-"+id.String())
		require.Equal(t, zk.OK, m.reply().Err)
	}
	for _, m := range a.members {
		m.send(1, zk.Request{Op: zk.OpSync, Xid: 2, Path: "/"})
		require.Equal(t, zk.OK, m.reply().Err)
		m.send(1, zk.Request{Op: zk.OpGetChildren, Xid: 3, Path: "/"})
		require.Subset(t, m.reply().Reply.Children, []string{"by-1", "by-2", "by-3", "by-4"})
	}
}

func TestLeaderStopsAndComesBackAsFollower(t *testing.T) {
	a := assemble(t, zk.SetOf(1, 2, 3), 0)
	first := a.leader()
	m := a.members[first]
	m.connect(1)
	m.create(1, 1, "/kept")
	require.Equal(t, zk.OK, m.reply().Err)

	began := time.Now()
	disk := a.stop(first)
	second := a.leader()
	t.Logf("outage %v", time.Since(began))
	require.NotEqual(t, first, second)
	w := a.members[a.other(second)]
	w.connect(1)
	w.create(1, 1, "/later")
	require.Equal(t, zk.OK, w.reply().Err)

	a.start(first, nil, disk)
	require.Equal(t, second, a.leader())
	back := a.members[first]
	back.connect(1)
	for _, path := range []string{"/kept", "/later"} {
		back.send(1, zk.Request{Op: zk.OpSync, Xid: 2, Path: "/"})
		require.Equal(t, zk.OK, back.reply().Err)
		back.send(1, zk.Request{Op: zk.OpExists, Xid: 3, Path: path})
		require.Equal(t, zk.OK, back.reply().Err, path)
	}
}

func TestLeaderBehindACutIsReplacedAndFollowsWhenItHeals(t *testing.T) {
	a := assemble(t, zk.SetOf(1, 2, 3), 0)
	first := a.leader()
	cut := func(by func(f *peers.Faults, peer zk.ServerID)) {
		for id := range a.voters.Without(first).All() {
			by(a.faults[first], id)
			by(a.faults[id], first)
		}
	}
	cut((*peers.Faults).Cut)
	require.Eventually(t, func() bool {
		s := a.members[a.other(first)].status()
		return s.Serving && s.Leader != first
	}, patience, 5*time.Millisecond, "the majority goes on")
	require.Eventually(t, func() bool {
		return a.members[first].status().Role == zk.Looking
	}, patience, 5*time.Millisecond, "who has no majority stops leading")
	cut((*peers.Faults).Heal)
	require.NotEqual(t, first, a.leader())
}

func TestServerThatIsFarBehindGetsASnapshot(t *testing.T) {
	a := assemble(t, zk.SetOf(1, 2, 3), 0)
	leader := a.leader()
	behind := a.other(leader)
	a.stop(behind)
	m := a.members[leader]
	m.connect(1)
	const writes = 700 // more than commitLogCount
	for i := range int32(writes) {
		m.send(1, zk.Request{Op: zk.OpSetData, Xid: i + 1, Path: "/", Version: -1,
			Data: bytes.Repeat([]byte{byte(i)}, 1000)})
	}
	for range writes {
		require.Equal(t, zk.OK, m.reply().Err)
	}
	disk := &store.Memory{}
	a.start(behind, nil, disk) // on an empty disk
	a.leader()
	boot, err := disk.Boot()
	require.NoError(t, err)
	require.NotNil(t, boot.Snap, "it got the log, not a snapshot")
	back := a.members[behind]
	back.connect(1)
	back.send(1, zk.Request{Op: zk.OpGetData, Xid: 1, Path: "/"})
	got := back.reply()
	require.EqualValues(t, writes, got.Reply.Stat.Version)
	require.Len(t, got.Reply.Data, 1000)
}

func TestFullLeaderStillHearsItsPeers(t *testing.T) {
	a := assemble(t, zk.SetOf(1, 2, 3), 0)
	leader := a.leader()
	m := a.members[leader]
	for conn := range zk.ConnID(3) {
		m.connect(conn + 1)
	}
	a.stop(a.other(leader)) // every commit needs the one that is left
	late := a.faults[a.other(leader)]
	late.Delay(leader, 100*time.Millisecond)
	const writes = 2_700
	for i := range int32(writes) {
		m.send(zk.ConnID(1+i%3), zk.Request{
			Op: zk.OpSetData, Xid: i + 1, Path: "/", Version: -1,
		})
	}
	for range writes {
		require.Equal(t, zk.OK, m.reply().Err)
	}
}

func TestMessagesOfAnOldLinkNeverReachTheNode(t *testing.T) {
	links := &desk{}
	r := start(t, &store.Memory{}, func(c *drive.Config) {
		c.Node = node.DefaultConfig(1, zk.SetOf(1, 2, 3, 4, 5), 0)
		c.Peers = links
	})
	heard := func(in step.Input) {
		in.From, in.Chan = 2, zk.ElectionChannel
		require.True(t, r.FromPeer(in))
	}
	vote := func(link zk.ConnID, round uint64) {
		heard(step.Input{Kind: step.PeerMsg, Conn: link, Msg: &step.Message{
			Type: zk.Notification, From: 2, To: 1, State: zk.Looking, Round: round,
			Vote: zk.Vote{Leader: 2},
		}})
	}
	round := func() uint64 { return r.status().Round }
	vote(7, 50) // no such link
	heard(step.Input{Kind: step.PeerUp, Conn: 7})
	vote(7, 60)
	require.Eventually(t, func() bool { return round() == 60 }, patience, time.Millisecond)
	heard(step.Input{Kind: step.PeerUp, Conn: 9})
	vote(7, 70)
	heard(step.Input{Kind: step.PeerDown, Conn: 7})
	heard(step.Input{Kind: step.PeerUp, Conn: 8})
	vote(8, 75)
	vote(9, 80)
	require.Eventually(t, func() bool { return round() == 80 }, patience, time.Millisecond)
	require.Equal(t, []zk.ConnID{7, 8}, links.hungUp())
}

func TestWhatIsForNobodyDoesNotStopTheClock(t *testing.T) {
	for _, in := range []step.Input{
		{Kind: step.PeerMsg, Msg: &step.Message{Type: zk.Notification}}, {Kind: step.PeerDown},
	} {
		r := start(t, &store.Memory{}, func(c *drive.Config) {
			c.Node.TickTime, c.Node.MinSessionTimeoutMs = 20*time.Millisecond, 40
			c.Peers = &desk{}
		})
		r.serve()
		require.True(t, r.Post(step.Input{Kind: step.ClientUp, Conn: 1}))
		r.send(1, zk.Request{Op: zk.OpConnect, TimeoutMs: 50})
		require.NotZero(t, r.reply().Reply.Session)
		in.From, in.Conn = 2, 7 // no such link
		require.True(t, r.FromPeer(in))
		require.Equal(t, step.Close, r.reply().Kind, "the session never expires")
	}
}
