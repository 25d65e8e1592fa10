package node

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// deserted returns server 1 of three, which wrote /a with the others and then lost them both, and
// the session that wrote it.
func deserted(t *testing.T, readOnlyMode bool) (*bench, zk.Reply) {
	b := newBenchOf(t, 3, 0, func(c *Config) { c.ReadOnlyMode = readOnlyMode })
	b.run(3 * time.Second)
	session := b.dial(1, 1).Reply
	require.Equal(t, zk.OK, b.one(1, 1, create("/a", zk.OpenACL)).Err)
	b.stop(2)
	b.stop(3)
	b.run(100 * time.Millisecond)
	require.False(t, b.nodes[1].Status().Serving)
	return b, session
}

func readOnlyConnect() zk.Request {
	return zk.Request{Op: zk.OpConnect, TimeoutMs: 5_000, ReadOnly: true}
}

func TestReadsAreServedWithoutALeader(t *testing.T) {
	b, _ := deserted(t, true)
	require.Equal(t, step.Close, b.dialWith(1, 2, readOnlyConnect()).Kind, "it still looks")
	b.run(2 * time.Second)
	require.True(t, b.nodes[1].Status().ReadOnly)
	connected := b.dialWith(1, 3, readOnlyConnect()).Reply
	require.True(t, connected.ReadOnly)
	require.NotZero(t, connected.Session)
	require.Equal(t, step.Close, b.dial(1, 4).Kind, "who wants to write is turned away")

	got := b.one(1, 3, zk.Request{Op: zk.OpGetData, Path: "/a", Watch: true})
	require.Equal(t, zk.OK, got.Err)
	require.Equal(t, []byte("x"), got.Reply.Data)
	for _, op := range []zk.Op{zk.OpSync, zk.OpCreate, zk.OpMulti, zk.OpCheck, zk.OpReconfig} {
		got := b.one(1, 3, zk.Request{Op: op, Path: "/a", Xid: 9})
		require.Equal(t, zk.ErrNotReadOnly, got.Err, op)
	}
	require.Equal(t, zk.OK, b.one(1, 3, zk.Request{Op: zk.OpPing, Xid: -2}).Err)
	closed := b.ask(1, 3, zk.Request{Op: zk.OpCloseSession, Xid: 10})
	require.Len(t, closed, 2)
	require.Equal(t, zk.OK, closed[0].Err)
	require.Equal(t, step.Close, closed[1].Kind)
}

func TestDamagedServerServesNoReads(t *testing.T) {
	b, _ := deserted(t, true)
	b.nodes[1].replica.Damaged = true
	b.run(10 * time.Second)
	require.False(t, b.nodes[1].Status().ReadOnly)
}

func TestReadOnlyModeIsOffUnlessAskedFor(t *testing.T) {
	b, _ := deserted(t, false)
	b.run(10 * time.Second)
	require.False(t, b.nodes[1].Status().ReadOnly)
	require.Equal(t, step.Close, b.dialWith(1, 2, readOnlyConnect()).Kind)
}

func TestReadOnlySessions(t *testing.T) {
	b, global := deserted(t, true)
	b.run(3 * time.Second)
	with := func(session zk.Reply) zk.Request {
		req := readOnlyConnect()
		req.Session, req.Password = session.Session, session.Password
		return req
	}
	require.Equal(t, step.Close, b.dialWith(1, 2, with(global)).Kind,
		"a session of the ensemble is for a leader to renew")
	own := b.dialWith(1, 3, readOnlyConnect()).Reply
	again := b.dialWith(1, 4, with(own)).Reply
	require.Equal(t, own.Session, again.Session)
	require.Equal(t, step.Close, b.clients[len(b.clients)-2].Kind, "the older connection")
	guessed := own
	guessed.Password = []byte("guessed")
	refused := b.dialWith(1, 5, with(guessed))
	require.Equal(t, zk.OpConnect, refused.Op)
	require.Zero(t, refused.Reply.Session)
	require.Equal(t, own.Session, b.dialWith(1, 6, with(own)).Reply.Session)
	b.run(10 * time.Second)
	last := b.clients[len(b.clients)-1]
	require.Equal(t, zk.ConnID(6), last.Conn, "it was silent for too long")
	require.Equal(t, step.Close, last.Kind)
}

func TestFindingALeaderEndsReadOnlyMode(t *testing.T) {
	b, _ := deserted(t, true)
	b.run(3 * time.Second)
	b.dialWith(1, 2, readOnlyConnect())
	b.revive(2)
	b.run(5 * time.Second)
	st := b.nodes[1].Status()
	require.True(t, st.Serving)
	require.False(t, st.ReadOnly)
	require.Equal(t, step.Close, b.clients[len(b.clients)-1].Kind)
	require.NotZero(t, b.dial(1, 3).Reply.Session)
}

func TestReadOnlyServesWhatTheLogSays(t *testing.T) {
	b := newBenchOf(t, 3, 0, func(c *Config) { c.ReadOnlyMode = true })
	b.stop(2)
	b.stop(3)
	var out step.Output
	out.Reset()
	session := zk.SessionID(7)
	log := []zk.Txn{
		{Zxid: 1<<32 | 1, Op: zk.OpCreateSession, Session: session, TimeoutMs: 5_000},
		{Zxid: 1<<32 | 2, Op: zk.OpCreate, Session: session, Path: "/a", ACL: zk.OpenACL,
			Version: 2},
	}
	b.nodes[1] = New(b.nodes[1].cfg, Boot{Number: 2, Log: log, Accepted: 1, Current: 1}, &out)
	b.take(1, &out)
	b.run(3 * time.Second)
	b.dialWith(1, 1, readOnlyConnect())
	got := b.one(1, 1, zk.Request{Op: zk.OpExists, Path: "/a"})
	require.Equal(t, zk.OK, got.Err)
	require.Equal(t, log[1].Zxid, got.Zxid)
}

func TestConfigTellsTheMembers(t *testing.T) {
	const members = "server.1=zk1:2888:3888:participant\nversion=0"
	b := newBenchOf(t, 1, 0, func(c *Config) { c.Members = members })
	b.run(time.Second)
	b.dial(1, 1)
	got := b.one(1, 1, zk.Request{Op: zk.OpGetData, Path: "/zookeeper/config"})
	require.Equal(t, members, string(got.Reply.Data))
	require.Equal(t, int32(len(members)), got.Reply.Stat.DataLength)
	got = b.one(1, 1, zk.Request{Op: zk.OpExists, Path: "/zookeeper/config"})
	require.Equal(t, int32(len(members)), got.Reply.Stat.DataLength)
	require.Equal(t, zk.ErrReconfigDisabled,
		b.one(1, 1, zk.Request{Op: zk.OpReconfig, Xid: 1}).Err)
}
