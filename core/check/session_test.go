package check

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// TestServersAloneMayShowWhatIsNotCommitted: that is what read-only mode is; what a session of the
// ensemble is shown afterwards is judged again.
func TestServersAloneMayShowWhatIsNotCommitted(t *testing.T) {
	s := newStory()
	s.lead(3)
	lost := s.txn(zk.Txn{})
	s.add(1, trace.Event{Kind: trace.WentReadOnly, Zxid: lost.Zxid})
	s.add('A', trace.Event{Kind: trace.ClientState, N: clientConnected, Sess: sess, Peer: 1})
	s.invoke(1)
	s.ret(1, lost.Zxid)
	require.Empty(t, found(s.c))
	s.add('A', trace.Event{Kind: trace.ClientState, N: clientConnected, Sess: sess + 1, Peer: 3})
	s.invoke(2)
	s.ret(2, lost.Zxid)
	require.Equal(t, []string{"CommittedBeforeReply"}, found(s.c))
}

func TestClientInvariants(t *testing.T) { testKillers(t, clientKillers) }

var clientKillers = []killer{
	{"SessionFIFO", "the second reply comes first", func(s *story) {
		s.lead(3)
		s.open()
		s.invoke(1)
		s.invoke(2)
		s.ret(2, s.logs[3])
	}},
	{"AtMostOnceReply", "two replies", func(s *story) {
		s.lead(3)
		s.open()
		s.invoke(1)
		s.ret(1, s.logs[3])
		s.ret(1, s.logs[3])
	}},
	{"AtMostOnceReply", "the result of an older write", func(s *story) {
		s.lead(3)
		s.open()
		t := s.write(zk.Txn{Op: zk.OpSetData, Session: sess})
		s.add('A', trace.Event{
			Kind: trace.Invoked, N: 1, Sess: sess, Msg: &zk.Request{Op: zk.OpSetData},
		})
		s.ret(1, t.Zxid)
	}},
	{"ReadYourWrites", "a read at another server shows less than the write", func(s *story) {
		s.lead(3)
		s.open()
		old := s.logs[3]
		s.ask(1, zk.OpSetData)
		s.ret(1, s.write(zk.Txn{Op: zk.OpSetData, Session: sess}).Zxid)
		s.ask(2, zk.OpGetData)
		s.ret(2, old)
	}},
	{"LinearizableWrites", "a write is put before one that had returned", func(s *story) {
		s.lead(3)
		s.open()
		s.ask(1, zk.OpSetData)
		first := s.write(zk.Txn{Op: zk.OpSetData, Session: sess})
		s.ask(2, zk.OpSetData)
		s.ret(1, s.write(zk.Txn{Op: zk.OpSetData, Session: sess}).Zxid)
		s.ask(3, zk.OpSetData)
		s.ret(2, first.Zxid)
		s.ret(3, first.Zxid)
	}},
	{"LinearizableWrites", "a sync is answered too early", func(s *story) {
		s.lead(3)
		s.open()
		old := s.logs[3]
		s.ask(1, zk.OpSetData)
		s.ret(1, s.write(zk.Txn{Op: zk.OpSetData, Session: sess}).Zxid)
		s.add('B', trace.Event{Kind: trace.ClientState, N: clientConnected, Sess: 7, Peer: 2})
		s.add('B', trace.Event{Kind: trace.Invoked, N: 1, Sess: 7,
			Msg: &zk.Request{Op: zk.OpSync}})
		s.add('B', trace.Event{Kind: trace.Returned, N: 1, Sess: 7, Zxid: old, Path: "ok"})
	}},
	{"ReadsNeverGoBack", "an older state at the next server", func(s *story) {
		s.lead(3)
		s.open()
		old := s.logs[3]
		t := s.write(zk.Txn{})
		s.invoke(1)
		s.ret(1, t.Zxid)
		s.add('A', trace.Event{Kind: trace.ClientState, N: clientConnected, Sess: sess, Peer: 2})
		s.invoke(2)
		s.ret(2, old)
	}},
	{"CommittedBeforeReply", "a reply shows a proposal", func(s *story) {
		s.lead(3)
		s.open()
		t := s.txn(zk.Txn{})
		s.propose(t)
		s.invoke(1)
		s.ret(1, t.Zxid)
	}},
	{"WatchBeforeRead", "the reply overtakes the event", func(s *story) {
		s.lead(3)
		s.open()
		s.setWatch("/x")
		t := s.write(zk.Txn{})
		s.invoke(1)
		s.fire("/x", t.Zxid)
		s.ret(1, t.Zxid)
		s.see("/x", t.Zxid)
	}},
	{"WatchOnce", "a watch fires twice", func(s *story) {
		s.lead(3)
		s.open()
		s.setWatch("/x")
		s.fire("/x", s.write(zk.Txn{}).Zxid)
		s.fire("/x", s.write(zk.Txn{}).Zxid)
	}},
	{"EphemeralLifetime", "an ephemeral outlives its session", func(s *story) {
		s.lead(3)
		s.open()
		s.write(zk.Txn{Op: zk.OpCreate, Path: "/e", Owner: sess, Version: 1})
		s.write(zk.Txn{Op: zk.OpCloseSession, Session: sess})
	}},
	{"EphemeralLifetime", "an ephemeral of a closed session", func(s *story) {
		s.lead(3)
		s.open()
		s.write(zk.Txn{Op: zk.OpCloseSession, Session: sess})
		s.write(zk.Txn{Op: zk.OpCreate, Path: "/e", Owner: sess, Version: 1})
	}},
	{"EphemeralLifetime", "one server forgets an ephemeral", func(s *story) {
		s.lead(3)
		s.open()
		s.write(zk.Txn{Op: zk.OpMulti, Subs: []zk.Txn{
			{Op: zk.OpCreate, Path: "/e", Owner: sess, Version: 1},
		}})
		t := s.write(zk.Txn{Op: zk.OpCloseSession, Session: sess, Paths: []string{"/e"}})
		s.add(1, trace.Event{Kind: trace.SessionClosed, Sess: sess, Zxid: t.Zxid})
	}},
	{"NoEarlyExpiry", "a session expires after a PING that told of it", func(s *story) {
		s.lead(3)
		s.open()
		s.at += zk.Instant(10 * time.Second)
		s.message(1, 3, trace.Event{
			Type: zk.Ping, Sess: 7, Msg: trace.Pairs{{"session", "0x7"}, {"session", sessText}},
		})
		s.at += zk.Instant(5 * time.Second)
		s.add(3, trace.Event{Kind: trace.SessionExpired, Sess: sess, N: 6000})
	}},
	{"NoEarlyExpiry", "a session expires after a request to the leader", func(s *story) {
		s.lead(3)
		s.open()
		s.at += zk.Instant(10 * time.Second)
		s.add(0, trace.Event{
			Kind: trace.Arrived, Type: zk.ClientRequest, Peer: 'A', Other: 3, Sess: sess,
		})
		s.at += zk.Instant(5 * time.Second)
		s.add(3, trace.Event{Kind: trace.SessionExpired, Sess: sess, N: 6000})
	}},
	{"NoEarlyExpiry", "a new leader gives a session less than its timeout", func(s *story) {
		s.lead(3)
		s.open()
		s.at += zk.Instant(10 * time.Second)
		s.lose(1, 2, 3)
		s.lead(2)
		s.at += zk.Instant(5 * time.Second)
		s.add(2, trace.Event{Kind: trace.SessionExpired, Sess: sess, N: 6000})
	}},
	{"WatchDelivered", "a read shows a change, the watch is silent", func(s *story) {
		create, _ := withX(s)
		s.setWatch("/x")
		t := s.write(zk.Txn{Op: zk.OpSetData, Path: "/x", Version: 2})
		stat := made(create)
		stat.Mzxid, stat.Version = t.Zxid, 2
		s.ask(1, zk.OpGetData)
		s.reply(1, t.Zxid, "ok", statOf(stat))
	}},
	{"WatchDelivered", "a standing watch is told of the first change only", func(s *story) {
		withX(s)
		s.add(1, trace.Event{Kind: trace.WatchSet, Sess: sess, Path: "/x", N: persistentWatch})
		t := s.write(zk.Txn{Op: zk.OpSetData, Path: "/x", Version: 2})
		s.fire("/x", t.Zxid)
		s.see("/x", t.Zxid)
		t = s.write(zk.Txn{Op: zk.OpSetData, Path: "/x", Version: 3})
		s.invoke(1)
		s.ret(1, t.Zxid)
	}},
	{"WatchDelivered", "a delete fires the watch of data, not that of children", func(s *story) {
		withX(s)
		s.add(1, trace.Event{Kind: trace.WatchSet, Sess: sess, Path: "/", N: 2})
		t := s.write(zk.Txn{Op: zk.OpDelete, Path: "/x"})
		s.invoke(1)
		s.ret(1, t.Zxid)
	}},
	{"WatchCatchUp", "a watch is set again though its znode was written", func(s *story) {
		create, _ := withX(s)
		s.setWatch("/x")
		s.again(create.Zxid)
		s.add(2, trace.Event{Kind: trace.WatchSet, Sess: sess, Path: "/x", Cause: s.last})
	}},
	{"WatchCatchUp", "a watch fires for what its client has seen", func(s *story) {
		_, write := withX(s)
		s.setWatch("/x")
		s.again(write.Zxid)
		s.add(2, trace.Event{
			Kind: trace.WatchFired, Sess: sess, Path: "/x", N: int64(zk.NodeDataChanged),
			Zxid: write.Zxid, Cause: s.last,
		})
	}},
	{"WatchCatchUp", "a watch for a znode to come is set though it is there", func(s *story) {
		create, _ := withX(s)
		s.again(create.Zxid)
		s.add(2, trace.Event{Kind: trace.WatchSet, Sess: sess, Path: "/x", N: 1, Cause: s.last})
	}},
	{"WatchCatchUp", "a watch of children is set again though a child has come", func(s *story) {
		withX(s)
		s.again(1)
		s.add(2, trace.Event{Kind: trace.WatchSet, Sess: sess, Path: "/", N: 2, Cause: s.last})
	}},
	{"SequenceUnique", "a number is used again", func(s *story) {
		s.lead(3)
		s.write(zk.Txn{Op: zk.OpCreate, Path: "/q/n-0000000000", Version: 1})
		s.write(zk.Txn{Op: zk.OpCreate, Path: "/q/n-0000000000", Version: 1})
	}},
}

func TestWhatTheClientGaveUpReturnsInAnyOrder(t *testing.T) {
	s := newStory()
	s.lead(3)
	s.open()
	s.invoke(1)
	s.invoke(2)
	s.ret(2, 0) // refused on the spot, since the session is closing
	s.ret(1, s.logs[3])
	require.Empty(t, s.c.Violations())
}

func TestWatchThatGotLostFiresAgainElsewhere(t *testing.T) {
	s := newStory()
	s.lead(3)
	s.open()
	s.setWatch("/x")
	z := s.write(zk.Txn{}).Zxid
	s.fire("/x", z) // on its way when the connection breaks
	s.add('A', trace.Event{Kind: trace.ClientState, Sess: sess})
	s.add('A', trace.Event{Kind: trace.ClientState, N: clientConnected, Sess: sess, Peer: 2})
	s.fire("/x", z) // server 1 has not noticed yet
	s.add(2, trace.Event{
		Kind: trace.WatchFired, Sess: sess, Path: "/x", N: int64(zk.NodeDataChanged), Zxid: z,
	})
	s.see("/x", z)
	s.invoke(1)
	s.ret(1, z)
	require.Empty(t, s.c.Violations())
}

// TestCatchingUpLeavesWhatWasJustSetAgain: of two watches on a path one may be set again and the
// other fire at once.
func TestCatchingUpLeavesWhatWasJustSetAgain(t *testing.T) {
	s := newStory()
	withX(s)
	s.setWatch("/x")
	s.add(1, trace.Event{Kind: trace.WatchSet, Sess: sess, Path: "/x", N: 2})
	gone := s.write(zk.Txn{Op: zk.OpDelete, Path: "/x"})
	s.again(1)
	asked := s.last
	s.add(2, trace.Event{Kind: trace.WatchSet, Sess: sess, Path: "/x", N: 1, Cause: asked})
	s.add(2, trace.Event{
		Kind: trace.WatchFired, Sess: sess, Path: "/x", N: int64(zk.NodeDeleted),
		Zxid: gone.Zxid, Cause: asked,
	})
	s.see("/x", gone.Zxid)
	back := s.write(zk.Txn{Op: zk.OpCreate, Path: "/x", Version: 2})
	s.add(2, trace.Event{
		Kind: trace.WatchFired, Sess: sess, Path: "/x", N: int64(zk.NodeCreated), Zxid: back.Zxid,
	})
	require.Empty(t, s.c.Violations())
}

func TestRecreatedParentCountsFromZero(t *testing.T) {
	s := newStory()
	s.lead(3)
	s.write(zk.Txn{Op: zk.OpCreate, Path: "/q", Version: 1})
	s.write(zk.Txn{Op: zk.OpCreate, Path: "/q/a", Version: 1})
	s.write(zk.Txn{Op: zk.OpDelete, Path: "/q/a"})
	s.write(zk.Txn{Op: zk.OpDelete, Path: "/q"})
	s.write(zk.Txn{Op: zk.OpCreate, Path: "/q", Version: 2})
	s.write(zk.Txn{Op: zk.OpCreate, Path: "/q/a", Version: 1})
	require.Empty(t, s.c.Violations())
}

// TestStandingWatches fires watches that stay, where they may fire and where not.
func TestStandingWatches(t *testing.T) {
	for _, c := range []struct {
		name  string
		kind  int64
		path  string
		event zk.EventType
		legal bool
	}{
		{"persistent", persistentWatch, "/x", zk.NodeDataChanged, true},
		{"persistent, children", persistentWatch, "/x", zk.NodeChildrenChanged, true},
		{"persistent, below", persistentWatch, "/x/y", zk.NodeDataChanged, false},
		{"recursive", recursiveWatch, "/x", zk.NodeDeleted, true},
		{"recursive, below", recursiveWatch, "/x/y/z", zk.NodeCreated, true},
		{"recursive, beside", recursiveWatch, "/xy", zk.NodeCreated, false},
		{"recursive, children", recursiveWatch, "/x", zk.NodeChildrenChanged, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory()
			s.lead(3)
			s.open()
			s.add(1, trace.Event{Kind: trace.WatchSet, Sess: sess, Path: "/x", N: c.kind})
			fired := trace.Event{
				Kind: trace.WatchFired, Sess: sess, Path: c.path, N: int64(c.event),
			}
			for range 2 {
				fired.Zxid = s.write(zk.Txn{}).Zxid
				s.add(1, fired)
			}
			require.Equal(t, c.legal, len(s.c.Violations()) == 0)
			if !c.legal {
				return
			}
			s.add(1, trace.Event{Kind: trace.WatchRemoved, Sess: sess, Path: "/x",
				N: int64(zk.WatcherAny)})
			s.add(1, fired)
			require.Len(t, s.c.Violations(), 1, "after it was taken back")
		})
	}
}

func TestContainersHaveNoSession(t *testing.T) {
	s := newStory()
	s.lead(3)
	s.write(zk.Txn{Op: zk.OpCreate, Path: "/c", Version: 1, Owner: zk.ContainerOwner})
	s.write(zk.Txn{Op: zk.OpCreate, Path: "/t", Version: 2, Owner: zk.TTLOwner(5)})
	require.Empty(t, s.c.Violations())
}

// TestWhatIsTooLargeHasNoTransaction: a server refuses it at once, with the zxid that it has
// reached, which may be that of the session's last write.
func TestWhatIsTooLargeHasNoTransaction(t *testing.T) {
	s := newStory()
	s.lead(3)
	s.open()
	refuse := zk.ErrBadArguments
	s.ask(1, zk.OpSetData)
	last := s.write(zk.Txn{Op: zk.OpSetData, Session: sess}).Zxid
	s.ret(1, last)
	s.ask(2, zk.OpMulti)
	s.reply(2, last, refuse.String())
	s.ask(3, zk.OpDelete) // refused, and with a transaction
	last = s.write(zk.Txn{Op: zk.OpError, Asked: zk.OpDelete, Err: refuse, Session: sess}).Zxid
	s.reply(3, last, refuse.String())
	s.ask(4, zk.OpMulti)
	s.reply(4, last, refuse.String())
	s.ask(5, zk.OpDelete)
	s.ask(6, zk.OpMulti) // before anybody has proposed the delete
	last = s.write(zk.Txn{
		Op: zk.OpError, Asked: zk.OpDelete, Err: refuse, Session: sess, Cxid: 5,
	}).Zxid
	s.reply(5, last, refuse.String(), [2]string{"xid", "5"})
	s.reply(6, last, refuse.String(), [2]string{"xid", "6"})
	require.Empty(t, found(s.c))
}
