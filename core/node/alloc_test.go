package node

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// serving returns three servers of which 3 leads, with /a in the tree and a session on server 3.
func serving(t *testing.T) *bench {
	b := newBench(t, 3, 0)
	b.run(3 * time.Second)
	b.push(0, 3, step.Input{Kind: step.ClientUp, Conn: 1})
	b.send(3, zk.Request{Op: zk.OpConnect, TimeoutMs: 12_000})
	b.run(time.Second)
	b.send(3, zk.Request{
		Op: zk.OpCreate, Xid: 1, Path: "/a", Data: []byte("0"), ACL: zk.OpenACL,
	})
	b.run(time.Second)
	b.queue = nil
	return b
}

// proposals makes server 3 propose n writes and returns what it sent to server 2.
func (b *bench) proposals(n int) []step.Message {
	var out step.Output
	var sent []step.Message
	for i := range n {
		out.Reset()
		b.nodes[3].Step(&step.Input{
			Kind: step.ClientMsg, Conn: 1, At: b.now,
			Req: &zk.Request{
				Op: zk.OpSetData, Xid: int32(i + 2), Path: "/a", Data: []byte("1"), Version: -1,
			},
		}, &out)
		for _, m := range out.Sends {
			if m.To == 2 && m.Type == zk.Proposal {
				sent = append(sent, m)
			}
		}
	}
	return sent
}

const allocRuns = 400

func TestAckStepsDoNotAllocate(t *testing.T) {
	b := serving(t)
	sent := b.proposals(allocRuns + 1)
	require.Len(t, sent, allocRuns+1)
	var out step.Output
	next := 0
	got := testing.AllocsPerRun(allocRuns, func() {
		ack := step.Message{Type: zk.Ack, From: 2, To: 3, Zxid: sent[next].Zxid}
		next++
		out.Reset()
		b.nodes[3].Step(&step.Input{
			Kind: step.PeerMsg, From: 2, Chan: zk.QuorumChannel, Msg: &ack, At: b.now,
		}, &out)
	})
	require.Zero(t, got)
	// The leader's own disk has not spoken, so nothing is committed by one follower alone.
	require.Equal(t, allocRuns+1, b.nodes[3].Status().Outstanding)
}

func TestCommittingAckStepsDoNotAllocate(t *testing.T) {
	b := serving(t)
	sent := b.proposals(allocRuns + 1)
	var out step.Output
	b.nodes[3].Step(&step.Input{
		Kind: step.Synced, Seq: b.nodes[3].replica.Seq(), At: b.now,
	}, &out)
	next := 0
	got := testing.AllocsPerRun(allocRuns, func() {
		ack := step.Message{Type: zk.Ack, From: 2, To: 3, Zxid: sent[next].Zxid}
		next++
		out.Reset()
		b.nodes[3].Step(&step.Input{
			Kind: step.PeerMsg, From: 2, Chan: zk.QuorumChannel, Msg: &ack, At: b.now,
		}, &out)
	})
	require.Zero(t, got)
	require.Zero(t, b.nodes[3].Status().Outstanding)
}

func TestCommitStepsDoNotAllocate(t *testing.T) {
	b := serving(t)
	sent := b.proposals(allocRuns + 1)
	var out step.Output
	for i := range sent {
		out.Reset()
		b.nodes[2].Step(&step.Input{
			Kind: step.PeerMsg, From: 3, Chan: zk.QuorumChannel, Msg: &sent[i], At: b.now,
		}, &out)
	}
	next := 0
	got := testing.AllocsPerRun(allocRuns, func() {
		commit := step.Message{Type: zk.Commit, From: 3, To: 2, Zxid: sent[next].Zxid}
		next++
		out.Reset()
		b.nodes[2].Step(&step.Input{
			Kind: step.PeerMsg, From: 3, Chan: zk.QuorumChannel, Msg: &commit, At: b.now,
		}, &out)
	})
	require.Zero(t, got)
	require.Equal(t, sent[allocRuns].Zxid, b.nodes[2].Status().Applied)
}

func TestPingStepsDoNotAllocate(t *testing.T) {
	b := serving(t)
	var out step.Output
	for _, p := range []struct{ from, to zk.ServerID }{{3, 2}, {2, 3}} {
		got := testing.AllocsPerRun(allocRuns, func() {
			ping := step.Message{Type: zk.Ping, From: p.from, To: p.to}
			out.Reset()
			b.nodes[p.to].Step(&step.Input{
				Kind: step.PeerMsg, From: p.from, Chan: zk.QuorumChannel, Msg: &ping, At: b.now,
			}, &out)
		})
		require.Zero(t, got, "PING from %d to %d", p.from, p.to)
	}
}

func BenchmarkAck(b *testing.B) {
	w := serving(&testing.T{})
	var out step.Output
	ack := step.Message{Type: zk.Ack, From: 2, To: 3, Zxid: w.nodes[3].Status().LastLogged}
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		w.nodes[3].Step(&step.Input{
			Kind: step.PeerMsg, From: 2, Chan: zk.QuorumChannel, Msg: &ack, At: w.now,
		}, &out)
	}
}
