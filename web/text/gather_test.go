package text_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
)

func follows(node, leader zk.ServerID) trace.Event {
	return trace.Event{
		Kind: trace.RoleChanged, Ref: trace.Ref{Node: node, Seq: 1, Boot: 1},
		Role: zk.Following, Peer: leader,
	}
}

func TestWhatHappenedToSeveralServersIsToldOnce(t *testing.T) {
	events := []trace.Event{
		follows(1, 5), follows(2, 5), {Kind: trace.Crashed, Peer: 3}, follows(4, 5),
	}
	require.Equal(t, "Nodes 1, 2, 4: LOOKING → FOLLOWING, their leader is 5; Node 3 went down",
		text.NarrateAll(text.EN, events, 0))
	require.Equal(t, "节点 1、2、4: LOOKING → FOLLOWING，Leader 是 5；节点 3 宕机",
		text.NarrateAll(text.ZH, events, 0))
}

func TestStoriesThatDifferAreNotJoined(t *testing.T) {
	events := []trace.Event{follows(1, 5), follows(2, 4)}
	require.Equal(t, "Node 1: LOOKING → FOLLOWING, its leader is 5; "+
		"Node 2: LOOKING → FOLLOWING, its leader is 4", text.NarrateAll(text.EN, events, 0))
	require.Equal(t, text.Narrate(text.EN, &events[0]), text.NarrateAll(text.EN, events[:1], 0))
}

func TestALongStoryIsCutAndSaysHowMuchIsMissing(t *testing.T) {
	var events []trace.Event
	for id := range 20 {
		events = append(events, trace.Event{Kind: trace.Cut, Peer: zk.ServerID(id + 1), Other: 30})
	}
	require.Contains(t, text.NarrateAll(text.EN, events, 2), "; and 10 more events")
}
