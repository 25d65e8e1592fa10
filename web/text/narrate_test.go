package text_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
)

var (
	older = zk.Vote{Leader: 2, Epoch: 3, Zxid: zk.MakeZxid(3, 8)}
	newer = zk.Vote{Leader: 5, Epoch: 3, Zxid: zk.MakeZxid(3, 8)}
)

// change is server 2's change of vote by myid.
func change(to, from zk.Vote) trace.Event {
	return trace.Event{
		Kind: trace.VoteChanged, Ref: trace.Ref{Node: 2, Seq: 1, Boot: 1}, Vote: to, Prev: from,
		Why: zk.ByServerID,
	}
}

func TestSamplesOfNarration(t *testing.T) {
	txn := &zk.Txn{Zxid: zk.MakeZxid(4, 13), Op: zk.OpCreate, Path: "/x"}
	node2 := trace.Ref{Node: 2, Seq: 1, Boot: 1}
	for _, c := range []struct {
		e      trace.Event
		zh, en string
	}{
		{change(newer, older),
			"节点 2 改投 5: epoch 相同，zxid 相同，myid 更大",
			"Node 2 switches to 5: same epoch, same zxid, larger myid"},
		{change(older, newer),
			"节点 2 改投 2，但按规则它的票更差: 这是被打开的错误（quirk）",
			"Node 2 switches to 2, a worse vote by the rule: " +
				"the mistake (quirk) that was switched on"},
		{trace.Event{Kind: trace.QuorumReached, Ref: node2, Vote: newer, Set: zk.SetOf(1, 2, 5)},
			"节点 2 看到 5 得到 3 票（1、2、5），超过半数",
			"Node 2 sees 3 votes for 5 (1, 2, 5), a majority"},
		{trace.Event{Kind: trace.Sent, Other: 5, Peer: 'A', Type: zk.ClientReply,
			Msg: trace.Pairs{{"op", "create"}, {"err", "ok"}}},
			"节点 5 向客户端 A 发送 REPLY create ok", "Node 5 sends REPLY create ok to client A"},
		{trace.Event{Kind: trace.Arrived, Other: 5, Peer: 3, Type: zk.Ack, Zxid: txn.Zxid},
			"节点 5 收到节点 3 的 ACK e4·c13", "Node 5 receives ACK e4·c13 from node 3"},
		{trace.Event{Kind: trace.Proposed, Ref: node2, Zxid: txn.Zxid, Txn: txn},
			"Leader 提案 e4·c13: create /x", "Leader proposes e4·c13: create /x"},
		{trace.Event{Kind: trace.SyncChosen, Ref: node2, Peer: 3, Type: zk.Diff, N: 7,
			Why: zk.InWindow},
			"节点 3 补齐 7 个事务（DIFF）: 所缺的事务都还在 Leader 的内存窗口里",
			"Node 3 catches up 7 txns (DIFF): all it lacks is still in the leader's memory window"},
		{trace.Event{Kind: trace.LeaderLost, Ref: node2, Peer: 2, Why: zk.LostQuorum},
			"节点 2 失去多数派，放弃 Leader", "Node 2 lost its majority and stops leading"},
		{trace.Event{Kind: trace.Skewed, Peer: 2, N: -3000},
			"节点 2 的系统时钟偏差 -3 s", "The wall clock of node 2 is -3 s off"},
		{trace.Event{Kind: trace.Lossy, Peer: 1, Other: 4, N: 3 << 32 / 10},
			"链路 1 → 4 会丢失 30% 的消息", "The link 1 → 4 loses 30% of its messages"},
		{trace.Event{Kind: trace.Returned, Ref: trace.Ref{Node: 'A'}, N: 3, Path: "NoNode"},
			"客户端 A 的操作 3 返回 NoNode: 节点不存在",
			"Operation 3 of client A returned NoNode: the znode does not exist"},
	} {
		require.Equal(t, c.zh, text.Narrate(text.ZH, &c.e))
		require.Equal(t, c.en, text.Narrate(text.EN, &c.e))
	}
}

// TestEveryEventIsNarrated tries every kind with every rule, message, role and number that changes
// its sentence: no key and no empty place may ever be shown.
func TestEveryEventIsNarrated(t *testing.T) {
	for k := trace.Kind(1); int(k) < trace.KindCount; k++ {
		for _, e := range variants(k) {
			for _, lang := range []text.Lang{text.ZH, text.EN} {
				said := text.Narrate(lang, &e)
				require.NotEqual(t, e.Text(), said, "%s has no sentence", e.Text())
				require.NotRegexp(t, `\{\w+\}|^say\.|why\.|part\.|: ?$`, said, e.Text())
			}
		}
	}
}

// variants returns events of a kind that a cluster can emit.
func variants(k trace.Kind) []trace.Event {
	base := trace.Event{
		Kind: k, Ref: trace.Ref{Node: 2, Seq: 1, Boot: 1}, Peer: 3, Other: 2, Epoch: 4,
		Zxid: zk.MakeZxid(4, 2), Last: zk.MakeZxid(4, 1), Vote: newer, Prev: older,
		Set: zk.SetOf(1, 2, 3), Sess: 77, Path: "/x", Type: zk.Proposal, Role: zk.Following,
	}
	var all []trace.Event
	for _, n := range []int64{0, 1, 2, int64(time.Second)} {
		if n > 4 && k == trace.ClientState {
			n = 4
		}
		e := base
		e.N = n
		for _, why := range whys(k) {
			e.Why = why
			e.Role = zk.Following
			all = append(all, e)
			e.Role = zk.Looking
			all = append(all, e)
			own := e
			own.Peer, own.Vote.Leader, own.Prev.Leader, own.Zxid = 2, 2, 0, 0
			own.Txn = &zk.Txn{Op: zk.OpError, Asked: zk.OpCreate, Err: zk.ErrNoNode}
			all = append(all, own)
		}
	}
	if k == trace.SyncChosen {
		all = nil
		for _, kind := range []zk.MsgType{zk.Diff, zk.Trunc, zk.Snap} {
			base.Type, base.Why = kind, zk.BehindWindow
			all = append(all, base)
		}
	}
	return all
}

// whys lists the rules with which a kind comes.
func whys(k trace.Kind) []zk.Why {
	switch k {
	case trace.VoteChanged:
		return []zk.Why{zk.ByEpoch, zk.ByZxid, zk.ByServerID}
	case trace.VoteCounted:
		return []zk.Why{zk.SameVote, zk.WorseVote}
	case trace.VoteIgnored:
		return []zk.Why{zk.OlderRound, zk.NotVoter, zk.WorseVote}
	case trace.Committed:
		return []zk.Why{zk.QuorumAcked, zk.LeaderSaidSo, zk.InitialHistory}
	}
	return []zk.Why{zk.LostQuorum, zk.ByRound}
}

func TestExplainWhyNodeFiveWon(t *testing.T) {
	at := func(n zk.ServerID, seq uint64) trace.Ref { return trace.Ref{Node: n, Seq: seq, Boot: 1} }
	chain := []trace.Event{
		{Ref: at(2, 1), Kind: trace.RoundStarted, N: 1, Vote: older},
		{Ref: at(5, 1), Kind: trace.Sent, Other: 5, Peer: 2, Type: zk.Notification},
		{Ref: at(2, 2), Kind: trace.Arrived, Other: 2, Peer: 5, Type: zk.Notification},
		{Ref: at(2, 3), Kind: trace.VoteChanged, N: 1, Vote: newer, Prev: older,
			Why: zk.ByServerID},
		{Ref: at(2, 4), Kind: trace.QuorumReached, N: 1, Vote: newer, Set: zk.SetOf(1, 2, 5)},
		{Ref: at(2, 5), Kind: trace.Elected, N: 1, Vote: newer, Set: zk.SetOf(1, 2, 5),
			Why: zk.EveryLinkedAgrees},
	}
	require.Equal(t, "节点 2 在第 1 轮改投 5: epoch 和 zxid 都相同，只好比 myid，5 > 2。"+
		"推举 5 的有节点 1、2、5，共 3 票，超过半数。于是选定 5: 连通的投票者都已同意。",
		text.ExplainWhy(text.ZH, chain))
	require.Equal(t, "In round 1 node 2 switched to 5: epoch and zxid are equal, so myid decided, "+
		"5 > 2. Nodes 1, 2, 5 voted for 5: 3 votes, a majority. "+
		"So 5 was chosen: every voter it can reach agrees.", text.ExplainWhy(text.EN, chain))
}

func TestExplainOtherChains(t *testing.T) {
	for k := trace.Kind(1); int(k) < trace.KindCount; k++ {
		for _, e := range variants(k) {
			before := trace.Event{Kind: trace.Crashed, Peer: 1}
			for _, chain := range [][]trace.Event{{e}, {before, e}, {before, before, before, e}} {
				said := text.ExplainWhy(text.EN, chain)
				require.NotContains(t, said, "{")
				require.NotContains(t, said, "explain.")
				require.True(t, strings.HasSuffix(said, "."), said)
			}
		}
	}
	require.Empty(t, text.ExplainWhy(text.ZH, nil))
}
