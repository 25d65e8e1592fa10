package client

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// bench drives one session by hand.
type bench struct {
	t      *testing.T
	s      *Session
	now    zk.Instant
	out    Output
	events []trace.Event
}

func newBench(t *testing.T, cfg Config) *bench {
	if cfg.Servers == 0 {
		cfg.Servers = zk.SetOf(1, 2, 3)
	}
	cfg.ID, cfg.Boot = 'A', 1
	b := &bench{t: t, s: New(cfg)}
	b.s.Start(0, &b.out)
	b.take()
	return b
}

func (b *bench) take() { b.events = append(b.events, b.out.Trace...) }

func (b *bench) step(in Input) {
	b.out.Reset()
	in.At = b.now
	b.s.Step(&in, &b.out)
	b.take()
}

// wake lets time pass until the session wants to be woken.
func (b *bench) wake() {
	b.now = b.out.WakeAt
	b.step(Input{Kind: Wake})
}

// connect opens the connection and grants a session.
func (b *bench) connect(id zk.SessionID) {
	b.step(Input{Kind: Up})
	require.Len(b.t, b.out.Sends, 1)
	require.Equal(b.t, zk.OpConnect, b.out.Sends[0].Req.Op)
	b.grant(id)
}

func (b *bench) grant(id zk.SessionID) {
	b.step(Input{Kind: Receive, To: &step.ToClient{Op: zk.OpConnect, Reply: zk.Reply{
		Session: id, TimeoutMs: 6000, Password: []byte("secret"),
	}}})
}

func (b *bench) submit(req zk.Request) { b.step(Input{Kind: Submit, Req: &req, Line: "line"}) }

func (b *bench) reply(xid int32, err zk.Err, z zk.Zxid) {
	b.step(Input{Kind: Receive, To: &step.ToClient{Xid: xid, Err: err, Zxid: z}})
}

// results returns what the operations returned so far, in order.
func (b *bench) results() []string {
	var list []string
	for _, e := range b.events {
		if e.Kind == trace.Returned {
			list = append(list, e.Path)
		}
	}
	return list
}

func TestConnectsToTheFirstServerAndResumesElsewhere(t *testing.T) {
	b := newBench(t, Config{First: 2})
	require.Equal(t, zk.ServerID(2), b.out.Dial)
	b.connect(7)
	require.Equal(t, Connected, b.s.State())
	b.reply(-2, zk.OK, 9)
	b.step(Input{Kind: Down})
	require.Equal(t, Disconnected, b.s.State())
	b.wake()
	require.NotEqual(t, zk.ServerID(2), b.out.Dial)
	b.step(Input{Kind: Up})
	again := b.out.Sends[0].Req
	require.Equal(t, zk.SessionID(7), again.Session)
	require.Equal(t, []byte("secret"), again.Password)
	require.Equal(t, zk.Zxid(9), again.LastZxid)
}

func TestPinnedClientNeverLeaves(t *testing.T) {
	b := newBench(t, Config{First: 2, Pinned: true})
	for range 5 {
		require.Equal(t, zk.ServerID(2), b.out.Dial)
		b.step(Input{Kind: Down})
		b.wake()
	}
}

func TestBackOffGrowsToASecond(t *testing.T) {
	b := newBench(t, Config{})
	last := time.Duration(0)
	for range 8 {
		b.step(Input{Kind: Down})
		wait := b.out.WakeAt.Sub(b.now)
		require.GreaterOrEqual(t, wait+wait/4, last)
		require.LessOrEqual(t, wait, backOffMax+backOffMax/4)
		last = wait
		b.wake()
	}
	require.GreaterOrEqual(t, last, backOffMax)
}

func TestPingsAtAThirdAndGivesUpAtTwoThirds(t *testing.T) {
	b := newBench(t, Config{})
	b.connect(7)
	b.wake()
	require.Equal(t, zk.Instant(2*time.Second), b.now)
	require.Equal(t, zk.OpPing, b.out.Sends[0].Req.Op)
	b.wake()
	require.Equal(t, zk.Instant(4*time.Second), b.now)
	require.True(t, b.out.Hangup)
	require.Equal(t, Disconnected, b.s.State())
}

func TestOperationsArePipelinedAndReturnInOrder(t *testing.T) {
	b := newBench(t, Config{})
	b.connect(7)
	b.submit(zk.Request{Op: zk.OpCreate, Path: "/a"})
	require.Equal(t, int32(1), b.out.Sends[0].Req.Xid)
	b.submit(zk.Request{Op: zk.OpGetData, Path: "/b"})
	require.Equal(t, int32(2), b.out.Sends[0].Req.Xid)
	b.reply(1, zk.OK, 5)
	b.reply(2, zk.ErrNoNode, 5)
	require.Equal(t, []string{"ok", "NoNode"}, b.results())
	require.Zero(t, b.s.InFlight())
}

// A server says -1 for the zxid when it refuses an operation that it does not know.
func TestReplyWithoutAZxidIsNoProgress(t *testing.T) {
	b := newBench(t, Config{})
	b.connect(7)
	b.submit(zk.Request{Op: zk.OpCreate, Path: "/a"})
	b.reply(1, zk.OK, 5)
	b.submit(zk.Request{Op: 77, Path: "/a"})
	b.reply(2, zk.ErrUnimplemented, ^zk.Zxid(0))
	require.Equal(t, zk.Zxid(5), b.s.LastZxid())
}

func TestLostConnectionLosesWhatIsInFlightAndResendsNothing(t *testing.T) {
	b := newBench(t, Config{})
	b.connect(7)
	b.submit(zk.Request{Op: zk.OpCreate, Path: "/a"})
	b.step(Input{Kind: Down})
	require.Equal(t, []string{"ConnectionLoss"}, b.results())
	b.wake()
	b.connect(7)
	require.Empty(t, b.out.Sends)
}

func TestOperationWaitsForTheAttemptUnderWay(t *testing.T) {
	b := newBench(t, Config{})
	b.submit(zk.Request{Op: zk.OpCreate, Path: "/a"})
	require.Empty(t, b.out.Sends)
	b.connect(7)
	require.Len(t, b.out.Sends, 1)
	require.Equal(t, "/a", b.out.Sends[0].Req.Path)
}

func TestExpiredSessionFailsEverythingForEver(t *testing.T) {
	b := newBench(t, Config{})
	b.connect(7)
	b.step(Input{Kind: Down})
	b.submit(zk.Request{Op: zk.OpCreate, Path: "/a"})
	b.wake()
	b.step(Input{Kind: Up})
	b.grant(0)
	require.Equal(t, Expired, b.s.State())
	b.submit(zk.Request{Op: zk.OpCreate, Path: "/b"})
	require.Equal(t, []string{"SessionExpired", "SessionExpired"}, b.results())
	require.Equal(t, zk.Never, b.out.WakeAt)
}

func TestCloseEndsTheSession(t *testing.T) {
	b := newBench(t, Config{})
	b.connect(7)
	b.submit(zk.Request{Op: zk.OpCloseSession})
	b.submit(zk.Request{Op: zk.OpCreate, Path: "/late"})
	b.reply(1, zk.OK, 3)
	require.Equal(t, Closed, b.s.State())
	require.True(t, b.out.Hangup)
	require.Equal(t, []string{"ConnectionLoss", "ok"}, b.results())
}

func TestWatchesAreRestoredUnlessTheyFired(t *testing.T) {
	b := newBench(t, Config{})
	b.connect(7)
	for i, req := range []zk.Request{
		{Op: zk.OpGetData, Path: "/d", Watch: true},
		{Op: zk.OpGetData, Path: "/fired", Watch: true},
		{Op: zk.OpExists, Path: "/e", Watch: true}, {Op: zk.OpGetChildren, Path: "/c", Watch: true},
		{Op: zk.OpGetData, Path: "/none", Watch: true},
	} {
		b.submit(req)
		err := zk.OK
		if req.Op == zk.OpExists || req.Path == "/none" {
			err = zk.ErrNoNode
		}
		b.reply(int32(i+1), err, 8)
	}
	b.step(Input{Kind: Receive, To: &step.ToClient{
		Kind: step.WatchEvent, Zxid: 9, Reply: zk.Reply{Event: zk.NodeDataChanged, Path: "/fired"},
	}})
	b.step(Input{Kind: Down})
	b.wake()
	b.connect(7)
	require.Len(t, b.out.Sends, 1)
	req := b.out.Sends[0].Req
	require.Equal(t, zk.OpSetWatches, req.Op)
	require.Equal(t, zk.Zxid(9), req.LastZxid)
	require.Equal(t, []string{"/d"}, req.DataWatches)
	require.Equal(t, []string{"/e"}, req.ExistWatches)
	require.Equal(t, []string{"/c"}, req.ChildWatches)
}

func TestStrangeReplyIsNotTrusted(t *testing.T) {
	b := newBench(t, Config{})
	b.connect(7)
	b.submit(zk.Request{Op: zk.OpCreate, Path: "/a"})
	b.reply(4, zk.OK, 3)
	require.True(t, b.out.Hangup)
	require.Equal(t, []string{"ConnectionLoss"}, b.results())
}

func TestCloneGoesItsOwnWay(t *testing.T) {
	b := newBench(t, Config{})
	b.connect(7)
	b.submit(zk.Request{Op: zk.OpGetData, Path: "/a", Watch: true})
	before := b.s.StateHash()
	c := b.s.Clone()
	require.Equal(t, before, c.StateHash())
	var out Output
	c.Step(&Input{Kind: Receive, To: &step.ToClient{Xid: 1, Zxid: 4}}, &out)
	c.Step(&Input{Kind: Submit, Req: &zk.Request{Op: zk.OpSync}}, &out)
	require.NotEqual(t, before, c.StateHash())
	require.Equal(t, before, b.s.StateHash())
}

// ask submits an operation and answers it.
func (b *bench) ask(req zk.Request, err zk.Err) {
	b.t.Helper()
	b.submit(req)
	require.Len(b.t, b.out.Sends, 1)
	sent := b.out.Sends[0].Req
	b.step(Input{Kind: Receive, To: &step.ToClient{Op: sent.Op, Xid: sent.Xid, Err: err}})
}

func TestNewConnectionHearsWhoTheClientIsAndOfStandingWatches(t *testing.T) {
	b := newBench(t, Config{})
	b.connect(7)
	b.ask(zk.Request{Op: zk.OpAuth, Scheme: "digest", Auth: []byte("bob:pw")}, zk.OK)
	b.ask(zk.Request{Op: zk.OpAddWatch, Path: "/p", WatchMode: zk.WatchPersistent}, zk.OK)
	recursive := zk.WatchPersistentRecursive
	b.ask(zk.Request{Op: zk.OpAddWatch, Path: "/r", WatchMode: recursive}, zk.OK)
	b.ask(zk.Request{Op: zk.OpAddWatch, Path: "/no", WatchMode: recursive}, zk.ErrNoAuth)
	b.step(Input{Kind: Down})
	b.wake()
	b.step(Input{Kind: Up})
	b.grant(7)
	require.Len(t, b.out.Sends, 2)
	require.Equal(t, &zk.Request{
		Op: zk.OpAuth, Xid: -4, Scheme: "digest", Auth: []byte("bob:pw"),
	}, b.out.Sends[0].Req)
	again := b.out.Sends[1].Req
	require.Equal(t, zk.OpSetWatches2, again.Op)
	require.Equal(t, []string{"/p"}, again.PersistentWatches)
	require.Equal(t, []string{"/r"}, again.RecursiveWatches)
}

func TestRemoveWatchesIsAboutWatchesThatTheClientHas(t *testing.T) {
	b := newBench(t, Config{})
	b.connect(7)
	remove := zk.Request{Op: zk.OpRemoveWatches, Path: "/x", Watcher: zk.WatcherData}
	b.submit(remove)
	require.Empty(t, b.out.Sends, "nothing to remove, nothing to ask")
	require.Equal(t, "NoWatcher", b.events[len(b.events)-1].Path)
	b.ask(zk.Request{Op: zk.OpGetData, Path: "/x", Watch: true}, zk.OK)
	b.ask(remove, zk.OK)
	last := b.events[len(b.events)-1]
	require.Equal(t, trace.EventSeen, last.Kind)
	require.Equal(t, zk.DataWatchRemoved, zk.EventType(last.N))
	b.submit(remove)
	require.Empty(t, b.out.Sends)
}

func TestWhoIsNotBelievedHasNoSession(t *testing.T) {
	b := newBench(t, Config{})
	b.connect(7)
	b.ask(zk.Request{Op: zk.OpAuth, Scheme: "world", Auth: []byte("x")}, zk.ErrAuthFailed)
	require.True(t, b.out.Hangup)
	require.Equal(t, Closed, b.s.State())
}
