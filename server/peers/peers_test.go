package peers

import (
	"bytes"
	"strconv"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

func TestElectionLinksOpenByThemselvesBetweenAllPairs(t *testing.T) {
	all := ensemble(t, 3, nil)
	for id := zk.ServerID(1); id <= 3; id++ {
		for peer := zk.ServerID(1); peer <= 3; peer++ {
			if peer != id {
				all[id].up(t, peer, zk.ElectionChannel)
			}
		}
	}
	for id := 1; id <= 3; id++ {
		require.Len(t, all[id].desk.of(step.PeerUp, zk.ElectionChannel), 2, "one link for a pair")
		require.Empty(t, all[id].desk.of(step.PeerUp, zk.QuorumChannel), "nobody asked for it")
	}
	link := all[1].up(t, 2, zk.ElectionChannel)
	all[1].say(link, notification(1, 2, 7))
	eventually(t, func() bool {
		got := all[2].desk.of(step.PeerMsg, zk.ElectionChannel)
		return len(got) == 1 && got[0].From == 1 && got[0].Msg.Round == 7
	}, "the notification")
}

func TestQuorumLinkIsFIFOAndWhole(t *testing.T) {
	all := ensemble(t, 2, nil)
	all[1].up(t, 2, zk.ElectionChannel)
	id := all[1].Open(2, zk.QuorumChannel)
	require.Equal(t, id, all[1].up(t, 2, zk.QuorumChannel))
	back := all[2].up(t, 1, zk.QuorumChannel)

	const messages = 5_000
	large := bytes.Repeat([]byte("large "), 50_000)
	for i := range messages {
		m := &step.Message{Type: zk.Ack, From: 1, To: 2, Zxid: zk.Zxid(i)}
		if i%1000 == 500 { // longer than a frame
			m = &step.Message{
				Type: zk.Proposal, From: 1, To: 2, Zxid: zk.Zxid(i),
				Txns: []zk.Txn{{Zxid: zk.Zxid(i), Op: zk.OpSetData, Path: "/a", Data: large}},
			}
		}
		all[1].say(id, m)
	}
	all[1].HangUp(id)
	eventually(t, func() bool {
		return len(all[2].desk.of(step.PeerDown, zk.QuorumChannel)) == 1
	}, "the end")
	for i, in := range all[2].desk.of(step.PeerMsg, zk.QuorumChannel) {
		require.Equal(t, zk.Zxid(i), in.Msg.Zxid)
		require.Equal(t, back, in.Conn)
		if in.Msg.Type == zk.Proposal {
			require.Equal(t, large, in.Msg.Txns[0].Data)
		}
	}
	require.Equal(t, messages, len(all[2].desk.of(step.PeerMsg, zk.QuorumChannel)))
	eventually(t, func() bool {
		return len(all[1].desk.of(step.PeerDown, zk.QuorumChannel)) == 1
	}, "the end on the side that hung up")
}

func TestSnapshotArrives(t *testing.T) {
	all := ensemble(t, 2, nil)
	id := all[2].Open(1, zk.QuorumChannel)
	all[2].up(t, 1, zk.QuorumChannel)
	db := tree.New()
	write := func(req zk.Request) {
		req.Session = 1
		txn := db.Prepare(&req, tree.Meta{Zxid: db.Zxid() + 1})
		require.Equal(t, zk.OK, txn.Err)
	}
	write(zk.Request{Op: zk.OpCreateSession, TimeoutMs: 1000})
	for i := range 300 {
		write(zk.Request{
			Op: zk.OpCreate, Path: "/n" + strconv.Itoa(i), ACL: zk.OpenACL,
			Data: bytes.Repeat([]byte{byte(i)}, 1000),
		})
	}
	all[2].say(id, &step.Message{Type: zk.Snap, From: 2, To: 1, Zxid: db.Zxid(), Snap: db.Clone()})
	all[2].say(id, ack(2, 1, 5))
	eventually(t, func() bool {
		return len(all[1].desk.of(step.PeerMsg, zk.QuorumChannel)) == 2
	}, "the snapshot and what follows")
	got := all[1].desk.of(step.PeerMsg, zk.QuorumChannel)[0].Msg
	require.Equal(t, db.Digest(), got.Snap.Digest())
	require.Empty(t, all[2].snapshots, "the place is free again")
}

func TestRefusedConnectionIsPeerDown(t *testing.T) {
	all := ensemble(t, 2, func(c *Config) {
		if c.Self == 1 {
			c.Addresses = map[zk.ServerID]string{2: "127.0.0.1:1"} // nobody listens there
		}
	})
	began := time.Now()
	id := all[1].Open(2, zk.QuorumChannel)
	eventually(t, func() bool {
		down := all[1].desk.of(step.PeerDown, zk.QuorumChannel)
		return len(down) == 1 && down[0].Conn == id && down[0].From == 2
	}, "the answer")
	require.Less(t, time.Since(began), time.Second)
	require.Contains(t, all[1].log.String(), "connection refused")
}

func TestElectionLinkComesBackUnderANewNumber(t *testing.T) {
	all := ensemble(t, 2, nil)
	first := all[2].up(t, 1, zk.ElectionChannel)
	all[2].find(first).cut()
	eventually(t, func() bool {
		return len(all[1].desk.of(step.PeerUp, zk.ElectionChannel)) == 2
	}, "the second link")
	heard := all[1].desk.all()
	require.Equal(t, []step.InputKind{step.PeerUp, step.PeerDown, step.PeerUp},
		[]step.InputKind{heard[0].Kind, heard[1].Kind, heard[2].Kind})
	require.Equal(t, heard[0].Conn, heard[1].Conn)
	require.Greater(t, heard[2].Conn, heard[1].Conn)
	all[2].say(first, notification(2, 1, 1)) // lost: that link is no more
	eventually(t, func() bool {
		return len(all[2].desk.of(step.PeerUp, zk.ElectionChannel)) == 2
	}, "the other end of the second link")
	all[2].say(all[2].up(t, 1, zk.ElectionChannel), notification(2, 1, 2))
	eventually(t, func() bool {
		got := all[1].desk.of(step.PeerMsg, zk.ElectionChannel)
		return len(got) == 1 && got[0].Msg.Round == 2
	}, "only what was sent on the new link")
}

func TestBrokenConnectionIsNoBadPeer(t *testing.T) {
	s := lone(t, nil)
	v := knock(t, s, zk.ElectionChannel, nil)
	_, out := v.join(s, s.helloOf2(nil))
	v.write(out.close(nil, appendMessage(nil, notification(2, 1, 1))))
	w, err := v.ws.Writer(v.ctx, websocket.MessageBinary)
	require.NoError(t, err)
	_, err = w.Write(make([]byte, 5_000)) // a frame without its end
	require.NoError(t, err)
	require.NoError(t, v.ws.CloseNow())
	eventually(t, func() bool {
		return len(s.desk.of(step.PeerDown, zk.ElectionChannel)) == 1
	}, "the end")
	require.Zero(t, s.Refused())
}

func TestSilentPeerLosesItsLink(t *testing.T) {
	all := ensemble(t, 2, func(c *Config) {
		c.Timing.KeepAlive, c.Timing.Silence = 50*time.Millisecond, 200*time.Millisecond
		c.Faults = NewFaults()
	})
	all[1].up(t, 2, zk.ElectionChannel)
	all[2].up(t, 1, zk.ElectionChannel)
	all[2].cfg.Faults.Cut(1) // 1 hears nothing of 2, and 2 has no answer to its pings
	eventually(t, func() bool {
		return len(all[1].desk.of(step.PeerDown, zk.ElectionChannel)) == 1
	}, "1 gives up")
	all[2].cfg.Faults.Heal(1)
	eventually(t, func() bool {
		return len(all[1].desk.of(step.PeerUp, zk.ElectionChannel)) == 2
	}, "the link is back")
}

func TestCutHoldsOneWayAndDelayDelays(t *testing.T) {
	all := ensemble(t, 2, func(c *Config) { c.Faults = NewFaults() })
	there, back := all[1].up(t, 2, zk.ElectionChannel), all[2].up(t, 1, zk.ElectionChannel)
	all[1].cfg.Faults.Cut(2)
	all[1].say(there, notification(1, 2, 1))
	all[2].say(back, notification(2, 1, 1))
	eventually(t, func() bool {
		return len(all[1].desk.of(step.PeerMsg, zk.ElectionChannel)) == 1
	}, "the other way is open")
	require.Empty(t, all[2].desk.of(step.PeerMsg, zk.ElectionChannel))
	const late = 150 * time.Millisecond
	all[1].cfg.Faults.Heal(2)
	eventually(t, func() bool {
		return len(all[2].desk.of(step.PeerMsg, zk.ElectionChannel)) == 1
	}, "what was held arrives")
	all[1].cfg.Faults.Delay(2, late)
	began := time.Now()
	all[1].say(there, notification(1, 2, 2))
	eventually(t, func() bool {
		return len(all[2].desk.of(step.PeerMsg, zk.ElectionChannel)) == 2
	}, "what was late arrives")
	require.GreaterOrEqual(t, time.Since(began), late)
}

func TestClosedNetIsGone(t *testing.T) {
	all := ensemble(t, 2, nil)
	all[1].up(t, 2, zk.ElectionChannel)
	began := time.Now()
	all[1].Close()
	eventually(t, func() bool {
		return len(all[2].desk.of(step.PeerDown, zk.ElectionChannel)) == 1
	}, "the other side hears of it")
	require.Less(t, time.Since(began), closeWait)
	all[1].Close()
	all[1].Open(2, zk.QuorumChannel)
	require.Empty(t, all[1].desk.of(step.PeerUp, zk.QuorumChannel))
}
