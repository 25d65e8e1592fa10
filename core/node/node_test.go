package node

import (
	"container/heap"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// bench is the smallest world that a few nodes can live in: links that never fail, disks that need
// 5 ms, clients that only write down what they receive. core/sim is the real one.
type bench struct {
	t       *testing.T
	now     zk.Instant
	nodes   []*Node // by id
	config  []Config
	queue   deliveries
	seq     int
	clients []step.ToClient
	events  []trace.Event
}

type delivery struct {
	at  zk.Instant
	seq int
	to  zk.ServerID
	in  step.Input
}

type deliveries []delivery

func (d deliveries) Len() int { return len(d) }
func (d deliveries) Less(i, j int) bool {
	return d[i].at < d[j].at || d[i].at == d[j].at && d[i].seq < d[j].seq
}
func (d deliveries) Swap(i, j int) { d[i], d[j] = d[j], d[i] }
func (d *deliveries) Push(x any)   { *d = append(*d, x.(delivery)) }
func (d *deliveries) Pop() any {
	last := (*d)[len(*d)-1]
	*d = (*d)[:len(*d)-1]
	return last
}

func newBench(t *testing.T, voters, observers int) *bench {
	return newBenchOf(t, voters, observers, func(*Config) {})
}

func newBenchOf(t *testing.T, voters, observers int, set func(*Config)) *bench {
	b := &bench{t: t, nodes: make([]*Node, voters+observers+1)}
	b.config = make([]Config, len(b.nodes))
	var v, o zk.ServerSet
	for i := 1; i <= voters; i++ {
		v = v.With(zk.ServerID(i))
	}
	for i := voters + 1; i <= voters+observers; i++ {
		o = o.With(zk.ServerID(i))
	}
	for id := range (v | o).All() {
		var out step.Output
		out.Reset()
		b.config[id] = DefaultConfig(id, v, o)
		set(&b.config[id])
		b.nodes[id] = New(b.config[id], Boot{Number: 1}, &out)
		b.take(id, &out)
	}
	for id := range (v | o).All() {
		for peer := range (v | o).Without(id).All() {
			b.push(time.Millisecond, id, step.Input{Kind: step.PeerUp, From: peer})
		}
	}
	return b
}

func (b *bench) push(after time.Duration, to zk.ServerID, in step.Input) {
	b.seq++
	heap.Push(&b.queue, delivery{at: b.now.Add(after), seq: b.seq, to: to, in: in})
}

func (b *bench) take(id zk.ServerID, out *step.Output) {
	b.events = append(b.events, out.Trace...)
	b.clients = append(b.clients, out.Clients...)
	for _, m := range out.Sends {
		b.push(10*time.Millisecond, m.To, step.Input{
			Kind: step.PeerMsg, From: id, Chan: m.Type.Channel(), Msg: &m, Cause: m.Cause,
		})
	}
	for _, w := range out.Writes {
		in := step.Input{Kind: step.Synced, Seq: w.Seq}
		if w.Kind == step.SaveSnapshot {
			in = step.Input{Kind: step.SnapSaved, Zxid: w.Zxid}
		}
		b.push(5*time.Millisecond, id, in)
	}
	for _, l := range out.Links {
		kind := step.PeerDown
		if l.Open {
			kind = step.PeerUp
			b.push(10*time.Millisecond, id, step.Input{Kind: kind, From: l.Peer, Chan: l.Chan})
		}
		b.push(10*time.Millisecond, l.Peer, step.Input{Kind: kind, From: id, Chan: l.Chan})
	}
	if out.WakeAt != zk.Never {
		b.push(max(0, out.WakeAt.Sub(b.now)), id, step.Input{Kind: step.Wake})
	}
}

func (b *bench) run(d time.Duration) {
	end := b.now.Add(d)
	var out step.Output
	for len(b.queue) > 0 && b.queue[0].at <= end {
		next := heap.Pop(&b.queue).(delivery)
		b.now = next.at
		n := b.nodes[next.to]
		if n == nil {
			continue
		}
		next.in.At, next.in.WallMs = b.now, b.now.Ms()
		out.Reset()
		n.Step(&next.in, &out)
		b.take(next.to, &out)
	}
	b.now = end
}

func (b *bench) stop(id zk.ServerID) {
	b.nodes[id] = nil
	for peer, n := range b.nodes {
		if n == nil {
			continue
		}
		for _, ch := range []zk.Channel{zk.ElectionChannel, zk.QuorumChannel} {
			b.push(time.Millisecond, zk.ServerID(peer),
				step.Input{Kind: step.PeerDown, From: id, Chan: ch})
		}
	}
}

// revive starts a server anew with an empty disk.
func (b *bench) revive(id zk.ServerID) {
	var out step.Output
	out.Reset()
	b.nodes[id] = New(b.config[id], Boot{Number: 2, At: b.now}, &out)
	b.take(id, &out)
	for peer, n := range b.nodes {
		if n == nil || zk.ServerID(peer) == id {
			continue
		}
		b.push(time.Millisecond, id, step.Input{Kind: step.PeerUp, From: zk.ServerID(peer)})
		b.push(time.Millisecond, zk.ServerID(peer), step.Input{Kind: step.PeerUp, From: id})
	}
}

func (b *bench) send(id zk.ServerID, req zk.Request) {
	b.push(time.Millisecond, id, step.Input{Kind: step.ClientMsg, Conn: 1, Req: &req})
}

func TestFiveServersElectTheLargestID(t *testing.T) {
	b := newBench(t, 5, 1)
	b.run(3 * time.Second)
	for id := zk.ServerID(1); id <= 6; id++ {
		st := b.nodes[id].Status()
		require.Equal(t, zk.ServerID(5), st.Leader, "server %d", id)
		require.Equal(t, zk.Broadcast, st.Phase, "server %d", id)
		require.Equal(t, zk.Epoch(1), st.Current, "server %d", id)
	}
}

func TestWriteThroughFollowerReachesAll(t *testing.T) {
	b := newBench(t, 5, 1)
	b.run(3 * time.Second)
	b.push(0, 2, step.Input{Kind: step.ClientUp, Conn: 1})
	b.send(2, zk.Request{Op: zk.OpConnect, TimeoutMs: 12_000})
	b.run(time.Second)
	require.Len(t, b.clients, 1)
	require.NotZero(t, b.clients[0].Reply.Session)
	b.send(2, zk.Request{
		Op: zk.OpCreate, Xid: 1, Path: "/x", Data: []byte("1"), ACL: zk.OpenACL,
	})
	b.send(2, zk.Request{Op: zk.OpGetData, Xid: 2, Path: "/x", Watch: true})
	b.run(time.Second)
	require.Len(t, b.clients, 3)
	require.Equal(t, zk.OK, b.clients[1].Err)
	require.Equal(t, "/x", b.clients[1].Reply.Path)
	require.Equal(t, []byte("1"), b.clients[2].Reply.Data)
	for id := 1; id <= 6; id++ {
		data, _, ok := b.nodes[id].Tree().Get("/x")
		require.True(t, ok, "server %d", id)
		require.Equal(t, []byte("1"), data)
		require.Equal(t, b.nodes[1].Status().Digest, b.nodes[id].Status().Digest)
	}
}

func TestLeaderCrashElectsNextWithEpochPlusOne(t *testing.T) {
	b := newBench(t, 5, 0)
	b.run(3 * time.Second)
	b.stop(5)
	b.run(15 * time.Second)
	for id := 1; id <= 4; id++ {
		st := b.nodes[id].Status()
		require.Equal(t, zk.ServerID(4), st.Leader, "server %d", id)
		require.Equal(t, zk.Epoch(2), st.Current, "server %d", id)
		require.True(t, st.Serving)
	}
}

func TestSessionExpiresAndTakesItsEphemerals(t *testing.T) {
	b := newBench(t, 3, 0)
	b.run(3 * time.Second)
	b.push(0, 1, step.Input{Kind: step.ClientUp, Conn: 1})
	b.send(1, zk.Request{Op: zk.OpConnect, TimeoutMs: 4_000})
	b.run(time.Second)
	b.send(1, zk.Request{
		Op: zk.OpCreate, Xid: 1, Path: "/e", Mode: zk.Ephemeral, ACL: zk.OpenACL,
	})
	b.run(time.Second)
	_, _, ok := b.nodes[3].Tree().Get("/e")
	require.True(t, ok)
	b.run(10 * time.Second)
	_, _, ok = b.nodes[3].Tree().Get("/e")
	require.False(t, ok)
	require.Equal(t, step.Close, b.clients[len(b.clients)-1].Kind)
}

// TestResumingClosesTheOlderConnection: a client that resumes its session before the server knows
// that the connection is gone gets it, and the older connection is closed.
func TestResumingClosesTheOlderConnection(t *testing.T) {
	b := newBench(t, 1, 0)
	b.run(3 * time.Second)
	b.push(0, 1, step.Input{Kind: step.ClientUp, Conn: 1})
	b.send(1, zk.Request{Op: zk.OpConnect, TimeoutMs: 4_000})
	b.run(time.Second)
	granted := b.clients[0].Reply
	b.push(0, 1, step.Input{Kind: step.ClientUp, Conn: 2})
	b.push(0, 1, step.Input{Kind: step.ClientMsg, Conn: 2, Req: &zk.Request{
		Op: zk.OpConnect, TimeoutMs: 4_000, Session: granted.Session, Password: granted.Password,
	}})
	b.run(time.Second)
	require.Len(t, b.clients, 3)
	require.Equal(t, step.Close, b.clients[1].Kind)
	require.Equal(t, zk.ConnID(1), b.clients[1].Conn)
	require.Equal(t, zk.ConnID(2), b.clients[2].Conn)
	require.Equal(t, granted.Session, b.clients[2].Reply.Session)
}

// TestAWrongPasswordClosesTheOlderConnectionToo is Apache's way: it closes before it looks.
func TestAWrongPasswordClosesTheOlderConnectionToo(t *testing.T) {
	b := newBench(t, 1, 0)
	b.run(3 * time.Second)
	b.push(0, 1, step.Input{Kind: step.ClientUp, Conn: 1})
	b.send(1, zk.Request{Op: zk.OpConnect, TimeoutMs: 4_000})
	b.run(time.Second)
	session := b.clients[0].Reply.Session
	b.push(0, 1, step.Input{Kind: step.ClientUp, Conn: 2})
	b.push(0, 1, step.Input{Kind: step.ClientMsg, Conn: 2, Req: &zk.Request{
		Op: zk.OpConnect, TimeoutMs: 4_000, Session: session, Password: []byte("wrong"),
	}})
	b.run(time.Second)
	require.Len(t, b.clients, 4)
	require.Equal(t, zk.ConnID(1), b.clients[1].Conn)
	require.Equal(t, step.Close, b.clients[1].Kind)
	require.Zero(t, b.clients[2].Reply.Session)
	require.Equal(t, zk.ConnID(2), b.clients[3].Conn)
	require.Equal(t, step.Close, b.clients[3].Kind)
}

// TestResumingWhatIsJustOverIsRefusedInWords: the end of a session may reach a server between a
// client's wish to resume it there and the leader's answer.
func TestResumingWhatIsJustOverIsRefusedInWords(t *testing.T) {
	b := newBench(t, 3, 0)
	b.run(3 * time.Second)
	b.push(0, 3, step.Input{Kind: step.ClientUp, Conn: 1})
	b.send(3, zk.Request{Op: zk.OpConnect, TimeoutMs: 4_000})
	b.run(time.Second)
	granted := b.clients[0].Reply
	b.clients = nil
	b.send(3, zk.Request{Op: zk.OpCloseSession, Xid: 1})
	b.push(30*time.Millisecond, 1, step.Input{Kind: step.ClientUp, Conn: 2})
	b.push(30*time.Millisecond, 1, step.Input{Kind: step.ClientMsg, Conn: 2, Req: &zk.Request{
		Op: zk.OpConnect, TimeoutMs: 4_000, Session: granted.Session, Password: granted.Password,
	}})
	b.run(time.Second)
	var answers []step.ToClient
	for _, a := range b.clients {
		if a.Conn == 2 {
			answers = append(answers, a)
		}
	}
	require.Len(t, answers, 2)
	require.Equal(t, zk.OpConnect, answers[0].Op)
	require.Zero(t, answers[0].Reply.Session)
	require.Equal(t, step.Close, answers[1].Kind)
}

func TestCloneGoesItsOwnWay(t *testing.T) {
	b := newBench(t, 3, 0)
	b.run(3 * time.Second)
	c := b.nodes[3].Clone()
	require.Equal(t, b.nodes[3].StateHash(), c.StateHash())
	before := c.StateHash()
	b.push(0, 3, step.Input{Kind: step.ClientUp, Conn: 1})
	b.send(3, zk.Request{Op: zk.OpConnect, TimeoutMs: 4_000})
	b.run(time.Second)
	require.Equal(t, before, c.StateHash())
}

// TestForgedMessagesCloseTheirLink sends what no correct server says. Server 3 leads.
func TestForgedMessagesCloseTheirLink(t *testing.T) {
	for name, c := range map[string]struct {
		to   zk.ServerID
		ch   zk.Channel
		said step.Message
	}{
		"of another sender":  {3, zk.QuorumChannel, step.Message{Type: zk.Ping, From: 1, To: 3}},
		"to another server":  {3, zk.QuorumChannel, step.Message{Type: zk.Ping, From: 2, To: 1}},
		"on the wrong port":  {3, zk.ElectionChannel, step.Message{Type: zk.Ping, From: 2, To: 3}},
		"from no leader":     {1, zk.QuorumChannel, step.Message{Type: zk.Ping, From: 2, To: 1}},
		"REQUEST of nothing": {3, zk.QuorumChannel, step.Message{Type: zk.Forward, From: 2, To: 3}},
		"REVALIDATE of nobody": {3, zk.QuorumChannel,
			step.Message{Type: zk.Revalidate, From: 2, To: 3}},
		"REQUEST to read": {3, zk.QuorumChannel, step.Message{Type: zk.Forward, From: 2, To: 3,
			Req: &zk.Request{Op: zk.OpGetData, Path: "/"}}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, 3, 0)
			b.run(3 * time.Second)
			before := b.nodes[3].Status()
			var out step.Output
			out.Reset()
			b.nodes[c.to].Step(&step.Input{
				Kind: step.PeerMsg, From: 2, Chan: c.ch, At: b.now, Msg: &c.said,
			}, &out)
			require.Equal(t, []step.Link{{Peer: 2, Chan: c.ch}}, out.Links)
			require.Empty(t, out.Sends)
			require.Equal(t, trace.Refused, out.Trace[1].Kind)
			require.Equal(t, before.LastLogged, b.nodes[3].Status().LastLogged)
		})
	}
}

// TestNothingIsServedBeforeASession: what comes before connect ends the connection; what comes
// before its answer waits for it.
func TestNothingIsServedBeforeASession(t *testing.T) {
	b := newBench(t, 3, 0)
	b.run(3 * time.Second)
	read := zk.Request{Op: zk.OpExists, Path: "/", Xid: 7}
	b.push(0, 1, step.Input{Kind: step.ClientUp, Conn: 1})
	got := b.ask(1, 1, read)
	require.Len(t, got, 1)
	require.Equal(t, step.Close, got[0].Kind)
	require.Empty(t, b.ask(1, 1, read), "there is no such connection any more")

	b.push(0, 1, step.Input{Kind: step.ClientUp, Conn: 2})
	got = b.ask(1, 2, zk.Request{Op: zk.OpConnect, TimeoutMs: 4_000}, read)
	require.Len(t, got, 2)
	require.Equal(t, zk.OpConnect, got[0].Op)
	require.NotZero(t, got[0].Reply.Session)
	require.Equal(t, read.Xid, got[1].Xid)
}
