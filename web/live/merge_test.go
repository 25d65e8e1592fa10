package live

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

func ref(node zk.ServerID, seq uint64) trace.Ref { return trace.Ref{Node: node, Seq: seq, Boot: 1} }

func (m *Merger) add(node zk.ServerID, seq uint64, cause trace.Ref, at zk.Instant) {
	m.Add(node, &trace.Event{Ref: ref(node, seq), Cause: cause, At: at, Kind: trace.Sent})
}

func refs(events []trace.Event) []string {
	var out []string
	for i := range events {
		if e := &events[i]; e.Kind == trace.Missed {
			out = append(out, "missed "+e.Peer.String())
		} else {
			out = append(out, e.Ref.String())
		}
	}
	return out
}

func TestEventWaitsForItsCauseWhateverTheClocksSay(t *testing.T) {
	var m Merger
	m.Clock(1000)
	m.add(1, 1, trace.Ref{}, 5)
	m.add(2, 1, ref(1, 2), 3_000_000) // its clock is years behind, and its cause has not come
	m.add(2, 2, trace.Ref{}, 3_000_000)
	require.Equal(t, []string{"1.1"}, refs(m.Next()))
	m.Clock(1400)
	m.add(1, 2, trace.Ref{}, 400_000_005)
	got := m.Next()
	require.Equal(t, []string{"1.2", "2.1", "2.2"}, refs(got))
	for i := 1; i < len(got); i++ {
		require.GreaterOrEqual(t, got[i].At, got[i-1].At, "times fall")
	}
}

func TestMissingCauseIsWaitedForHalfASecondAndThenSaid(t *testing.T) {
	var m Merger
	m.Clock(0)
	m.add(1, 1, trace.Ref{}, 0)
	m.add(2, 1, ref(1, 9), 0)
	require.Equal(t, []string{"1.1"}, refs(m.Next()))
	m.Wait(PatienceMs)
	require.Empty(t, m.Next())
	m.Wait(1)
	require.Equal(t, []string{"missed 1", "2.1"}, refs(m.Next()))
	m.add(2, 2, ref(1, 10), 0)
	require.Equal(t, []string{"2.2"}, refs(m.Next()), "one silence is said once")
	m.add(1, 20, trace.Ref{}, 0)
	require.Equal(t, []string{"1.20"}, refs(m.Next()))
	m.add(2, 3, ref(1, 21), 0)
	require.Empty(t, m.Next(), "it is heard of again, so it is waited for")
}

func TestNodeThatIsGoneIsNotWaitedFor(t *testing.T) {
	var m Merger
	m.Clock(0)
	m.add(1, 1, trace.Ref{}, 0)
	m.Miss(1, -1)
	m.add(2, 1, ref(1, 2), 0) // the end of what node 1 did was lost with it
	require.Equal(t, []string{"1.1", "missed 1", "2.1"}, refs(m.Next()))
}

func TestWhatIsToldWaitsForNothing(t *testing.T) {
	var m Merger
	m.Clock(0)
	m.add(1, 1, trace.Ref{}, 0)
	m.Tell(2, true)
	m.add(2, 40, ref(1, 30), 0)
	m.Tell(2, false)
	m.add(2, 41, ref(1, 2), 0)
	require.Equal(t, []string{"1.1", "missed 1", "2.40"}, refs(m.Next()))
	m.add(1, 2, trace.Ref{}, 0)
	require.Equal(t, []string{"1.2", "2.41"}, refs(m.Next()))
}

func TestNewConnectionGoesOnInTime(t *testing.T) {
	var m Merger
	m.Clock(50_000)
	m.add(1, 1, trace.Ref{}, 0)
	m.Clock(51_000)
	m.add(1, 2, trace.Ref{}, 1_000_000_000)
	require.Equal(t, zk.Instant(1_000_000_000), m.Next()[1].At)
	m.Begin()
	m.Clock(7) // another relay, another clock
	m.add(1, 90, trace.Ref{}, 9_000_000_000)
	got := m.Next()
	require.Equal(t, []string{"missed 1", "1.90"}, refs(got))
	require.Equal(t, zk.Instant(1_000_000_000), got[1].At)
}

func TestServerStopsAfterAllThatItDid(t *testing.T) {
	var m Merger
	m.Clock(0)
	m.add(1, 1, trace.Ref{}, 0)
	m.add(2, 1, ref(1, 2), 0)
	crash := trace.Event{Kind: trace.Crashed, Peer: 2, Ref: ref(0, 1)}
	m.Add(0, &crash)
	require.Equal(t, []string{"1.1"}, refs(m.Next()))
	m.add(1, 2, trace.Ref{}, 0)
	require.Equal(t, []string{"1.2", "2.1", "w.1"}, refs(m.Next()))
}

func TestClientIsToldNothingBeforeItsServerHasIt(t *testing.T) {
	var m Merger
	m.Clock(0)
	m.Add(1, &trace.Event{Ref: ref(1, 1), Kind: trace.Applied, Zxid: 7})
	m.Add('A', &trace.Event{Ref: ref('A', 1), Kind: trace.Returned, Zxid: 8})
	m.Add('A', &trace.Event{Ref: ref('A', 2), Kind: trace.EventSeen, Path: "/w", N: 3, Sess: 5})
	m.Add('A', &trace.Event{Ref: ref('A', 3), Kind: trace.Returned, Zxid: 8})
	require.Equal(t, []string{"1.1"}, refs(m.Next()))
	m.Add(2, &trace.Event{Ref: ref(2, 1), Kind: trace.Applied, Zxid: 8})
	m.Add(2, &trace.Event{Ref: ref(2, 2), Kind: trace.WatchFired, Path: "/w", N: 3, Sess: 5})
	require.Equal(t, []string{"2.1", "A.1", "2.2", "A.2", "A.3"}, refs(m.Next()))
	m.Add('A', &trace.Event{Ref: ref('A', 4), Kind: trace.Returned, Zxid: 9})
	require.Empty(t, m.Next())
	m.Wait(PatienceMs + 1)
	require.Equal(t, []string{"A.4"}, refs(m.Next()), "it waits for ever")
}
