package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

func TestAnAckBeforeTheDiskIsCounted(t *testing.T) {
	e := toyEnv()
	early, err := ParseExpr("early_acks == 1")
	require.Nil(t, err)
	ack := trace.Event{Kind: trace.Sent, Type: zk.Ack, Other: 3, Peer: 5, Zxid: zk.MakeZxid(2, 1)}
	promise := ack
	promise.Zxid = zk.MakeZxid(2, 0)
	e.facts.Observe(&promise)
	require.False(t, early.truth(e), "the ACK of NEWLEADER is none")
	e.facts.Observe(&ack)
	require.True(t, early.truth(e))
	durable := trace.Event{
		Ref: trace.Ref{Node: 3, Seq: 9, Boot: 1}, Kind: trace.Durable, Zxid: ack.Zxid, Epoch: 2,
	}
	e.facts.Observe(&durable)
	e.facts.Observe(&ack)
	require.True(t, early.truth(e), "what is on disk may be acknowledged")
}

func TestAQuestionNamesWhatDecided(t *testing.T) {
	text := "---\ntitle: T\ncluster: 3 voters\n---\nHello.\n\n## One {#one}\n\n" +
		"```predict pick-server\nWho?\n@ Elected(node=3)\n```\n\n" +
		"```run\n:start 1-3\n:until leader != none\n```\n"
	f, bad := Parse("t", text)
	require.Nil(t, bad, "%v", bad)
	s, bad := NewSession(f, Options{})
	require.Nil(t, bad)
	res, bad := s.RunStep()
	require.Nil(t, bad)
	a := res.Answers[0]
	require.True(t, a.Shown)
	require.Equal(t, zk.ServerID(3), a.Node)
	require.Positive(t, a.At)
	require.Less(t, a.At, s.Now())

	_, bad = Parse("t", "---\ntitle: T\ncluster: 3 voters\n---\n## One {#one}\n"+
		"```predict pick-server\nWho?\n@ leader == 3\n```\n")
	require.NotNil(t, bad, "a state is no event")
}
