package ui

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
)

func TestFilterPicksOutFamilyServerAndText(t *testing.T) {
	en := text.In(text.EN)
	commit := trace.Event{
		Ref: trace.Ref{Node: 3}, Kind: trace.Committed, Zxid: zk.MakeZxid(2, 7),
		Why: zk.QuorumAcked,
	}
	ping := trace.Event{Kind: trace.Sent, Type: zk.Ping, Other: 3, Peer: 1}
	expired := trace.Event{Ref: trace.Ref{Node: 3}, Kind: trace.SessionExpired, Sess: 5}
	for _, c := range []struct {
		name string
		f    EventFilter
		want [3]bool
	}{
		{"all but heartbeats", EventFilter{}, [3]bool{true, false, true}},
		{"messages", EventFilter{Group: trace.GroupMessage}, [3]bool{false, true, false}},
		{"server 3", EventFilter{Who: 3}, [3]bool{true, false, true}},
		{"server 1", EventFilter{Who: 1, Group: trace.GroupMessage}, [3]bool{false, true, false}},
		{"client A", EventFilter{Who: 'A', Sess: 5}, [3]bool{false, false, true}},
		{"a zxid", EventFilter{Text: "e2·c7"}, [3]bool{true, false, false}},
		{"a word", EventFilter{Text: "EXPIRED"}, [3]bool{false, false, true}},
	} {
		var got [3]bool
		for i, e := range []*trace.Event{&commit, &ping, &expired} {
			got[i] = c.f.Passes(e, en)
		}
		require.Equal(t, c.want, got, c.name)
	}
}

func TestWhyOfAVoteShowsItsThreeRungs(t *testing.T) {
	e := trace.Event{
		Ref: trace.Ref{Node: 2, Seq: 9, Boot: 1}, Kind: trace.VoteChanged, Why: zk.ByZxid, Peer: 5,
		Vote: zk.Vote{Leader: 5, Epoch: 3, Zxid: zk.MakeZxid(3, 8)},
		Prev: zk.Vote{Leader: 2, Epoch: 3, Zxid: zk.MakeZxid(3, 7)},
	}
	p := BuildWhy([]trace.Event{e}, text.In(text.EN))
	require.NotNil(t, p.Duel)
	require.Equal(t, "tied", p.Duel.Rungs[0].State)
	require.Equal(t, "decided", p.Duel.Rungs[1].State)
	require.Equal(t, "skipped", p.Duel.Rungs[2].State)
	require.NotEmpty(t, p.Tells)
	require.Len(t, p.Causes, 1)
}

func TestWhyListsTheLastCauses(t *testing.T) {
	chain := make([]trace.Event, 20)
	for i := range chain {
		chain[i] = trace.Event{Kind: trace.Committed, At: zk.Instant(i)}
	}
	p := BuildWhy(chain, text.In(text.ZH))
	require.Len(t, p.Causes, causesShown)
	require.Equal(t, 20-causesShown, p.Hidden)
}
