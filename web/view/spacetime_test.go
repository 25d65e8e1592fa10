package view

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// tape keeps a whole trace.
type tape struct{ events []trace.Event }

func (t *tape) Observe(e *trace.Event)      { t.events = append(t.events, *e) }
func (t *tape) CloneObserver() sim.Observer { return &tape{append([]trace.Event{}, t.events...)} }

// drawn runs lines in free play with five servers and returns their diagram.
func drawn(t *testing.T, lines ...string) (*Spacetime, []trace.Event) {
	t.Helper()
	file, err := scenario.FreePlay(5, 0, 7)
	require.Nil(t, err)
	s, err := scenario.NewSession(file, scenario.Options{Observers: []sim.Observer{&tape{}}})
	require.Nil(t, err)
	for _, line := range lines {
		require.Nil(t, s.Command(line).Err, line)
	}
	events := s.Observer(0).(*tape).events
	m := New(zk.SetOf(1, 2, 3, 4, 5), 0)
	st := NewSpacetime(m.Lives())
	for i := range events {
		st.Add(uint64(i+1), &events[i])
	}
	return st, events
}

func everyType(zk.MsgType) bool { return true }

// checked wants each message to be what its events say.
func checked(t *testing.T, st *Spacetime, events []trace.Event) {
	t.Helper()
	ends := map[trace.Ref]trace.Event{}
	for i := range events {
		switch e := &events[i]; e.Kind {
		case trace.Arrived, trace.Dropped:
			if _, twice := ends[e.Cause]; !twice {
				ends[e.Cause] = *e
			}
		}
	}
	require.Equal(t, count(events, trace.Sent), len(st.Passages))
	for _, p := range st.Passages {
		sent := &events[p.Number-1]
		require.Equal(t, []zk.ServerID{sent.Other, sent.Peer}, []zk.ServerID{p.From, p.To})
		require.Equal(t, sent.At, p.T0)
		end, over := ends[sent.Ref]
		switch {
		case !over:
			require.LessOrEqual(t, p.State, FlightHeld)
		case end.Kind == trace.Dropped:
			require.Equal(t, FlightDropped, p.State)
			require.Equal(t, end.At, p.End)
		default:
			require.Equal(t, FlightArrived, p.State)
			require.Equal(t, end.At, p.T1)
		}
	}
}

func count(events []trace.Event, kind trace.Kind) int {
	n := 0
	for i := range events {
		if events[i].Kind == kind {
			n++
		}
	}
	return n
}

func TestSpacetimeHasEachMessageWithItsEnd(t *testing.T) {
	st, events := drawn(t, ":until leader != none", ":client A@4", ":wait 1s",
		"A: create /app 1", ":hold COMMIT 5>*", ":wait 40ms", ":release",
		":partition 1,2|3,4,5", ":wait 9s", ":heal", ":kill leader", ":wait 3s")
	checked(t, st, events)
	lost := 0
	for _, p := range st.Passages {
		if p.State == FlightDropped {
			lost++
		}
	}
	require.Positive(t, lost)
	require.NotEmpty(t, st.Rules)
	for _, r := range st.Rules {
		require.Equal(t, trace.Committed, events[r.Number-1].Kind)
		require.Equal(t, zk.QuorumAcked, events[r.Number-1].Why)
	}
}

func TestSpacetimeShowsAHeldMessageUntilItIsReleased(t *testing.T) {
	st, events := drawn(t, ":until leader != none", ":wait 1s", ":client A@4", ":wait 1s",
		":hold PROPOSAL 5>*", "A: create /app 1", ":wait 50ms")
	held := 0
	for i := range st.Passages {
		if p := &st.Passages[i]; p.State == FlightHeld {
			held++
			require.True(t, p.during(events[len(events)-1].At+zk.Instant(time.Hour)))
		}
	}
	require.Positive(t, held)
}

func TestLifeLinesTurnAsTheModelDoes(t *testing.T) {
	st, events := drawn(t, ":until leader != none", ":client A@1", ":wait 1s", ":pause 3",
		":wait 1s", ":partition 1,2|3,4,5", ":wait 20s", ":resume 3", ":heal", ":kill 5",
		":wait 5s", ":start 5", ":wait 5s")
	m := New(zk.SetOf(1, 2, 3, 4, 5), 0)
	for i := range events {
		m.Apply(&events[i])
		if i+1 < len(events) && events[i+1].At == events[i].At {
			continue // several at once: only what they come to is in the diagram
		}
		lives, later := st.LivesAt(events[i].At, events[i].At)
		require.Empty(t, later)
		now := m.Lives()
		for id := range lives.of {
			require.Equal(t, now.of[id], lives.of[id], "%d at %v", id, events[i].At)
		}
	}
	apart := map[zk.ServerID]bool{}
	for _, turn := range st.Turns {
		apart[turn.ID] = apart[turn.ID] || turn.Life.Apart
	}
	require.Equal(t, []bool{true, true, false, false, false},
		[]bool{apart[1], apart[2], apart[3], apart[4], apart[5]})
	require.Equal(t, []zk.ServerID{1, 2, 3, 4, 5, 'A'}, st.Lanes())
}

func TestSpacetimeWindowHasWhatOverlapsIt(t *testing.T) {
	st := NewSpacetime(&Lives{})
	at := func(ms int) zk.Instant { return zk.Instant(ms) * 1e6 }
	for n := range 1000 {
		sent := trace.Event{Ref: trace.Ref{Seq: uint64(n + 1), Node: 1}, Kind: trace.Sent,
			Other: 1, Peer: 2, Type: zk.Ack, At: at(n), N: int64(at(n + 10))}
		st.Add(uint64(n+1), &sent)
		if n%100 == 50 {
			st.Add(uint64(n+1), &trace.Event{Kind: trace.Dropped, Cause: sent.Ref, At: at(n + 4)})
		}
	}
	list, every, all := st.Window(at(100), at(110), 50, everyType)
	require.Equal(t, []int{1, 21, 21}, []int{every, all, len(list)})
	require.Equal(t, at(90), list[0].T0)
	require.Equal(t, at(110), list[20].T0)

	list, every, all = st.Window(0, at(1000), 50, everyType)
	require.Equal(t, []int{25, 1000}, []int{every, all})
	require.LessOrEqual(t, len(list), 50)
	lost := 0
	for _, p := range list {
		if p.State == FlightDropped {
			lost++
		}
	}
	require.Equal(t, 10, lost, "what was lost is never left out")

	none, _, _ := st.Window(0, at(1000), 50, func(m zk.MsgType) bool { return m == zk.Ping })
	require.Empty(t, none)
}

func TestSpacetimeForgetsTheBeginning(t *testing.T) {
	st, events := drawn(t, ":until leader != none", ":wait 10s")
	m := New(zk.SetOf(1, 2, 3, 4, 5), 0)
	first := len(events) / 2
	for i := range events[:first] {
		m.Apply(&events[i])
	}
	st.Forget(uint64(first+1), m.Lives())
	whole := NewSpacetime(m.Lives())
	for i := first; i < len(events); i++ {
		whole.Add(uint64(i+1), &events[i])
	}
	require.Equal(t, whole.Turns, st.Turns)
	require.Equal(t, whole.Passages, st.Passages)
	require.Equal(t, whole.Rules, st.Rules)
	require.Equal(t, whole.Start, st.Start)
}

// BenchmarkSpacetimeWindow looks at a window of a long trace, as a page does ten times a second.
func BenchmarkSpacetimeWindow(b *testing.B) {
	st := NewSpacetime(&Lives{})
	for n := range 100_000 {
		st.Add(uint64(n+1), &trace.Event{Ref: trace.Ref{Seq: uint64(n + 1), Node: 1},
			Kind: trace.Sent, Other: 1, Peer: 2, At: zk.Instant(n) * 1e6})
		st.Add(uint64(n+1), &trace.Event{Kind: trace.Arrived, At: zk.Instant(n)*1e6 + 5e6,
			Cause: trace.Ref{Seq: uint64(n + 1), Node: 1}})
	}
	for b.Loop() {
		st.Window(99_000e6, 99_500e6, 150, everyType)
	}
}
