package view_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
)

// feed applies events, numbering them and setting their time to one millisecond after another
// unless they have one.
func feed(m *view.Model, events ...trace.Event) {
	for i := range events {
		e := events[i]
		if e.Seq == 0 {
			e.Ref = trace.Ref{Node: e.Node, Boot: 1, Seq: m.RowsSeen() + 1}
		}
		if e.At == 0 {
			e.At = m.Now + zk.Instant(time.Millisecond)
		}
		m.Apply(&e)
	}
}

func by(n zk.ServerID, e trace.Event) trace.Event {
	e.Node = n
	return e
}

// cluster is three voters that run, with 3 as an established leader of epoch 1.
func cluster() *view.Model {
	m := view.New(zk.SetOf(1, 2, 3), 0)
	for id := range m.Voters.All() {
		feed(m, by(id, trace.Event{Kind: trace.Booted, Set: m.Voters}),
			by(id, trace.Event{Kind: trace.RoleChanged, Role: zk.Following, Peer: 3}))
	}
	feed(m, by(3, trace.Event{Kind: trace.RoleChanged, Role: zk.Leading, Peer: 3}))
	for id := range m.Voters.All() {
		feed(m, by(id, trace.Event{Kind: trace.EpochAccepted, Epoch: 1, Peer: 3}),
			by(id, trace.Event{Kind: trace.EpochEntered, Epoch: 1}),
			by(id, trace.Event{Kind: trace.PhaseChanged, Phase: zk.Broadcast}))
	}
	feed(m, by(3, trace.Event{Kind: trace.Established, Epoch: 1, Set: m.Voters}))
	return m
}

func cut(a, b zk.ServerID) []trace.Event {
	return []trace.Event{
		{Kind: trace.Cut, Peer: a, Other: b}, {Kind: trace.Cut, Peer: b, Other: a},
	}
}

func TestLadderShowsWhichRungDecided(t *testing.T) {
	mine := zk.Vote{Leader: 2, Epoch: 3, Zxid: zk.MakeZxid(3, 8)}
	for _, c := range []struct {
		theirs zk.Vote
		why    zk.Why
		states [3]view.RungState
		signs  [3]string
	}{
		{zk.Vote{Leader: 1, Epoch: 4}, zk.ByEpoch,
			[3]view.RungState{view.RungDecided, view.RungSkipped, view.RungSkipped},
			[3]string{">", "<", "<"}},
		{zk.Vote{Leader: 1, Epoch: 3, Zxid: zk.MakeZxid(3, 9)}, zk.ByZxid,
			[3]view.RungState{view.RungTied, view.RungDecided, view.RungSkipped},
			[3]string{"=", ">", "<"}},
		{zk.Vote{Leader: 5, Epoch: 3, Zxid: mine.Zxid}, zk.ByServerID,
			[3]view.RungState{view.RungTied, view.RungTied, view.RungDecided},
			[3]string{"=", "=", ">"}},
	} {
		m := view.New(zk.SetOf(1, 2, 5), 0)
		feed(m, by(2, trace.Event{Kind: trace.RoundStarted, N: 1, Vote: mine}))
		feed(m, by(2, trace.Event{
			Kind: trace.VoteChanged, N: 1, Vote: c.theirs, Prev: mine, Why: c.why, Peer: 5,
		}))
		b := &m.Server(2).Ballot
		require.Equal(t, c.theirs, b.Vote)
		require.True(t, b.Duel.Won)
		for i, r := range b.Duel.Rungs() {
			require.Equal(t, c.states[i], r.State, "%s rung %d", c.why, i)
			require.Equal(t, c.signs[i], r.Sign, "%s rung %d", c.why, i)
		}
	}
}

func TestTallyCountsThisRoundOnly(t *testing.T) {
	m := view.New(zk.SetOf(1, 2, 3), 0)
	vote := zk.Vote{Leader: 3}
	feed(m, by(2, trace.Event{Kind: trace.RoundStarted, N: 1, Vote: zk.Vote{Leader: 2}}),
		by(2, trace.Event{Kind: trace.VoteCounted, N: 1, Peer: 1, Vote: zk.Vote{Leader: 1},
			Why: zk.WorseVote}),
		by(2, trace.Event{Kind: trace.VoteChanged, N: 1, Peer: 3, Vote: vote,
			Prev: zk.Vote{Leader: 2}, Why: zk.ByServerID}),
		by(2, trace.Event{Kind: trace.VoteCounted, N: 1, Peer: 3, Vote: vote, Why: zk.SameVote}))
	b := &m.Server(2).Ballot
	require.Len(t, b.Tally, 3)
	require.Equal(t, []view.Candidate{{ID: 3, From: zk.SetOf(2, 3)}, {ID: 1, From: zk.SetOf(1)}},
		b.Candidates())
	later := trace.Event{
		Kind: trace.RoundStarted, N: 2, Vote: zk.Vote{Leader: 2}, Why: zk.ByRound,
	}
	feed(m, by(2, trace.Event{
		Kind: trace.LeaderHeard, N: 1, Peer: 3, Vote: vote, Role: zk.Leading,
	}), by(2, trace.Event{Kind: trace.VoteIgnored, Peer: 1, Why: zk.OlderRound}), by(2, later))
	b = &m.Server(2).Ballot
	require.Len(t, b.Tally, 1, "only its own vote")
	require.Empty(t, b.Ignored)
	require.Len(t, b.Elsewhere, 1, "a later round keeps the answers of those with a leader")
	feed(m, by(2, trace.Event{Kind: trace.RoundStarted, N: 3, Vote: zk.Vote{Leader: 2}}))
	require.Empty(t, m.Server(2).Ballot.Elsewhere)
}

func TestCellsFollowTheLog(t *testing.T) {
	m := cluster()
	z := func(n uint32) zk.Zxid { return zk.MakeZxid(1, n) }
	for n := uint32(1); n <= 70; n++ {
		feed(m, by(1, trace.Event{Kind: trace.Logged, Zxid: z(n)}))
	}
	feed(m, by(1, trace.Event{Kind: trace.Durable, Zxid: z(69), Epoch: 1, N: 1}),
		by(1, trace.Event{Kind: trace.Committed, Zxid: z(67), Why: zk.LeaderSaidSo}))
	strip := m.Server(1).Strip(view.CellsShown)
	require.Equal(t, 62, strip.Hidden)
	var states []view.CellState
	for _, c := range strip.Cells[4:] {
		states = append(states, c.State)
	}
	require.Equal(t, []view.CellState{
		view.CellCommitted, view.CellPersisted, view.CellPersisted, view.CellReceived,
	}, states)

	feed(m, by(1, trace.Event{Kind: trace.Truncated, Zxid: z(68), Last: z(70)}))
	s := m.Server(1)
	require.Equal(t, z(68), s.LastLogged)
	require.Len(t, s.Fallen, 2)
	require.Equal(t, view.CellTruncated, s.CellState(&s.Fallen[0]))
	m.Tick(m.Now.Add(view.FallenFor + time.Millisecond))
	require.Empty(t, m.Server(1).Fallen)

	feed(m, by(1, trace.Event{Kind: trace.Logged, Zxid: zk.MakeZxid(2, 1)}))
	cells := m.Server(1).Strip(2).Cells
	require.False(t, cells[0].NewEpoch)
	require.True(t, cells[1].NewEpoch)
}

func TestProposalCollectsAcksUntilItCommits(t *testing.T) {
	m := cluster()
	z := zk.MakeZxid(1, 1)
	feed(m, by(3, trace.Event{Kind: trace.Proposed, Zxid: z, Txn: &zk.Txn{Zxid: z}}),
		by(3, trace.Event{Kind: trace.Proposed, Zxid: z + 1, Txn: &zk.Txn{Zxid: z + 1}}),
		by(3, trace.Event{Kind: trace.Acked, Zxid: z + 1, Peer: 1, Set: zk.SetOf(1)}))
	require.Equal(t, zk.SetOf(1), m.Server(3).Outstanding[0].Acks, "and what is before")
	feed(m, by(3, trace.Event{Kind: trace.Acked, Zxid: z, Peer: 3, Set: zk.SetOf(1, 3)}),
		by(3, trace.Event{Kind: trace.Committed, Zxid: z, Why: zk.QuorumAcked}))
	require.Len(t, m.Server(3).Outstanding, 1)
	require.Equal(t, 1, m.Metrics.Commits)
	require.Equal(t, 4*time.Millisecond, m.Metrics.LastLatency)
}

func TestIslandsExistOnlyWhenTheClusterIsSplit(t *testing.T) {
	m := cluster()
	require.Empty(t, m.Islands())
	require.Equal(t, view.ServiceOK, m.Service().State)
	feed(m, cut(3, 1)...)
	require.Empty(t, m.Islands(), "over 2 they still reach each other")
	feed(m, cut(3, 2)...)
	require.Equal(t, []view.Island{
		{Name: "A", Members: zk.SetOf(1, 2), Voters: 2, Quorum: true},
		{Name: "B", Members: zk.SetOf(3), Voters: 1, Leader: 3, Led: true},
	}, m.Islands())
	require.Equal(t, 1, m.IslandOf(3))
	require.True(t, m.OldLeader(3))
	require.Equal(t, view.ServiceElecting, m.Service().State)

	feed(m, trace.Event{Kind: trace.Crashed, Peer: 1})
	require.Equal(t, view.ServiceNoQuorum, m.Service().State)
	for _, pair := range [][2]zk.ServerID{{3, 1}, {1, 3}, {3, 2}, {2, 3}} {
		feed(m, trace.Event{Kind: trace.Mended, Peer: pair[0], Other: pair[1]})
	}
	require.Empty(t, m.Islands())
	require.Empty(t, m.Links)
	require.False(t, m.OldLeader(3))
	require.Positive(t, m.Metrics.Unavailable)
}

func TestFlightsEndAndAreForgotten(t *testing.T) {
	m := cluster()
	sent := func(n uint64, e trace.Event) trace.Event {
		e.Ref = trace.Ref{Boot: 1, Seq: 1000 + n}
		e.Kind, e.Other = trace.Sent, 3
		return e
	}
	ref := func(n uint64) trace.Ref { return trace.Ref{Boot: 1, Seq: 1000 + n} }
	feed(m, sent(1, trace.Event{Peer: 1, Type: zk.Proposal, Zxid: zk.MakeZxid(1, 13), N: 1}),
		sent(2, trace.Event{Peer: 2, Type: zk.Notification, Vote: zk.Vote{Leader: 3}}),
		sent(3, trace.Event{Peer: 1, Type: zk.Commit, Zxid: zk.MakeZxid(1, 13)}),
		trace.Event{Kind: trace.Dropped, Cause: ref(2), Why: zk.WhyCut},
		trace.Event{Kind: trace.Held, Cause: ref(3)},
		by(1, trace.Event{Kind: trace.Arrived, Cause: ref(1)}))
	require.Len(t, m.Flights, 3)
	require.Equal(t, view.FlightArrived, m.Flights[0].State)
	require.Equal(t, "P c13", m.Flights[0].Tag)
	require.Equal(t, m.Now, m.Flights[0].T1)
	require.Equal(t, view.FlightDropped, m.Flights[1].State)
	require.Equal(t, "V→3", m.Flights[1].Tag)
	require.Equal(t, view.FlightHeld, m.Flights[2].State)
	require.Equal(t, 1, m.InFlight())

	m.Tick(m.Now.Add(view.EndedFor + 50*time.Millisecond))
	require.Len(t, m.Flights, 1, "what is held stays")
	feed(m, trace.Event{Kind: trace.Released, Cause: ref(3), N: int64(m.Now) + 9})
	require.Equal(t, view.FlightFlying, m.Flights[0].State)
}

func TestWatchesThatStay(t *testing.T) {
	m := cluster()
	set := func(kind view.WatchKind, path string) trace.Event {
		return by(1, trace.Event{Kind: trace.WatchSet, Sess: 7, Path: path, N: int64(kind)})
	}
	removed := func(which zk.WatcherType) trace.Event {
		return by(1, trace.Event{Kind: trace.WatchRemoved, Sess: 7, Path: "/x", N: int64(which)})
	}
	feed(m, set(view.WatchPersistent, "/x"), set(view.WatchRecursive, "/x"),
		set(view.WatchData, "/x"), set(view.WatchRecursive, "/y"))
	require.Equal(t, 3, m.Server(1).Watches)
	require.Equal(t, "recursive", m.Watches[0].Kind.String(), "the last who sets it decides")
	for range 2 {
		feed(m, by(1, trace.Event{Kind: trace.WatchFired, Sess: 7, Path: "/x", N: 3}))
	}
	require.True(t, m.Watches[0].Armed())
	require.False(t, m.Watches[1].Armed())
	feed(m, removed(zk.WatcherData))
	require.True(t, m.Watches[0].Armed(), "half of it is left")
	feed(m, removed(zk.WatcherAny))
	require.False(t, m.Watches[0].Armed())
	require.True(t, m.Watches[2].Armed())
	require.Equal(t, 1, m.Server(1).Watches)
}

func TestClientsOpsAndWatches(t *testing.T) {
	m := cluster()
	feed(m, by('A', trace.Event{Kind: trace.ClientState, N: 2, Peer: 1, Sess: 7}),
		by(1, trace.Event{Kind: trace.SessionOpened, Sess: 7, N: 4000, Peer: 1}),
		by('A', trace.Event{Kind: trace.Invoked, N: 1, Path: "get -w /x", Sess: 7}),
		by(1, trace.Event{Kind: trace.WatchSet, Sess: 7, Path: "/x"}))
	require.Equal(t, []zk.ServerID{'A'}, m.ClientsAt(1))
	require.False(t, m.Client('A').Last().Done)
	require.Equal(t, zk.ServerID('A'), m.Sessions[0].Client)
	require.Equal(t, 1, m.Server(1).Sessions)
	require.Equal(t, zk.ServerID('A'), m.Watches[0].Client)

	feed(m, by('A', trace.Event{Kind: trace.Returned, N: 1, Path: "ok", Sess: 7, Zxid: 9}),
		by(1, trace.Event{Kind: trace.WatchFired, Sess: 7, Path: "/x", N: 3}),
		by('A', trace.Event{Kind: trace.EventSeen, Path: "/x", N: 3}))
	require.Equal(t, "ok", m.Client('A').Last().Err)
	require.Equal(t, zk.Zxid(9), m.Client('A').LastZxid)
	require.Equal(t, zk.NodeDataChanged, m.Watches[0].Fired)
	require.Zero(t, m.Server(1).Watches)
	require.Len(t, m.Client('A').Seen, 1)

	feed(m, by(1, trace.Event{Kind: trace.SessionClosed, Sess: 7}))
	require.Zero(t, m.Server(1).Sessions)
	m.Tick(m.Now.Add(view.GoneFor + time.Second))
	require.Empty(t, m.Sessions)
	require.Empty(t, m.Watches)
}

func TestMarksAreThinnedLightestFirst(t *testing.T) {
	m := cluster()
	feed(m, trace.Event{Kind: trace.Crashed, Peer: 2})
	for n := range uint32(3000) {
		z := zk.MakeZxid(1, n)
		feed(m, by(3, trace.Event{Kind: trace.Committed, Zxid: z, Why: zk.QuorumAcked}))
	}
	require.LessOrEqual(t, len(m.Marks), 600)
	kinds := map[trace.Kind]int{}
	for _, k := range m.Marks {
		kinds[k.Kind]++
	}
	require.Equal(t, 1, kinds[trace.Crashed])
	require.Equal(t, 1, kinds[trace.Established])
	require.Greater(t, kinds[trace.Committed], 100)
}

func TestRowsAreTheLastEventsNewestFirst(t *testing.T) {
	m := cluster()
	for range 3 * view.RowsKept {
		feed(m, trace.Event{Kind: trace.Noted})
	}
	n, next := 0, m.RowsSeen()
	for e := range m.Rows() {
		require.Equal(t, next, e.Seq)
		next--
		n++
	}
	require.InDelta(t, view.RowsKept, n, 64)
	_, ok := m.Find(trace.Ref{Boot: 1, Seq: m.RowsSeen() - 100})
	require.True(t, ok)
}

func TestCloneIsIndependent(t *testing.T) {
	a := cluster()
	feed(a, by(1, trace.Event{Kind: trace.Logged, Zxid: zk.MakeZxid(1, 1)}))
	b := a.Clone()
	rev := b.Rev
	feed(a, by(1, trace.Event{Kind: trace.Logged, Zxid: zk.MakeZxid(1, 2)}),
		by('A', trace.Event{Kind: trace.ClientState, N: 2, Peer: 1, Sess: 7}),
		trace.Event{Kind: trace.Cut, Peer: 1, Other: 2}, trace.Event{Kind: trace.Noted, Path: "a"})
	feed(b, by(1, trace.Event{Kind: trace.Logged, Zxid: zk.MakeZxid(1, 3)}),
		trace.Event{Kind: trace.Noted, Path: "b"})
	require.Len(t, b.Server(1).Cells, 2)
	require.Equal(t, zk.MakeZxid(1, 3), b.Server(1).Cells[1].Zxid)
	require.Equal(t, zk.MakeZxid(1, 2), a.Server(1).Cells[1].Zxid)
	require.Empty(t, b.Clients)
	require.Empty(t, b.Links)
	require.Greater(t, b.Rev.Servers, rev.Servers)
	for _, c := range []struct {
		m    *view.Model
		want string
	}{{a, "a"}, {b, "b"}} {
		for e := range c.m.Rows() {
			require.Equal(t, c.want, e.Path)
			break
		}
	}
}

func BenchmarkClone(b *testing.B) {
	m := cluster()
	e := by(1, trace.Event{Kind: trace.Logged})
	e.Ref = trace.Ref{Node: 1, Boot: 1, Seq: 1}
	for b.Loop() {
		e.Zxid++
		m.Apply(&e)
		m = m.Clone()
	}
}

func BenchmarkApply(b *testing.B) {
	m := cluster()
	sent := by(3, trace.Event{Kind: trace.Sent, Type: zk.Proposal, Peer: 1, Other: 3})
	came := by(1, trace.Event{Kind: trace.Arrived, Type: zk.Proposal, Peer: 3, Other: 1})
	b.ReportAllocs()
	for b.Loop() {
		sent.Ref = trace.Ref{Node: 3, Boot: 1, Seq: sent.Seq + 1}
		sent.At += 1_000_000
		came.At, came.Cause = sent.At, sent.Ref
		m.Apply(&sent)
		m.Apply(&came)
	}
}

func TestServersOfWhichNothingIsHeardMayDoAnything(t *testing.T) {
	m := view.New(zk.SetOf(1, 2, 3), 0)
	m.Source = view.Recorded
	feed(m, by(3, trace.Event{Kind: trace.Booted, Set: m.Voters}),
		by(3, trace.Event{Kind: trace.RoleChanged, Role: zk.Leading, Peer: 3}),
		by(3, trace.Event{Kind: trace.EpochEntered, Epoch: 1}),
		by(3, trace.Event{Kind: trace.PhaseChanged, Phase: zk.Broadcast}),
		by(3, trace.Event{Kind: trace.Established, Epoch: 1, Set: m.Voters}))
	require.Equal(t, view.ServiceUnknown, m.Service().State)
	require.Equal(t, zk.SetOf(1, 2), m.Service().Unheard)
	require.False(t, m.OldLeader(3), "others may follow it")
	feed(m, trace.Event{Kind: trace.Crashed, Peer: 1}, trace.Event{Kind: trace.Crashed, Peer: 2})
	require.Equal(t, view.ServiceNoQuorum, m.Service().State)
	require.True(t, m.OldLeader(3))
	feed(m, trace.Event{Kind: trace.Missed, Peer: 3, N: -1})
	require.Equal(t, zk.SetOf(3), m.Service().Unheard)
	require.Empty(t, m.Outages)
}

// told is a message as a real node tells it: nobody knows when it will arrive.
func told(from, to zk.ServerID, seq uint64, kind zk.MsgType) trace.Event {
	e := by(from, trace.Event{Kind: trace.Sent, Other: from, Peer: to, Type: kind})
	e.Ref = trace.Ref{Node: from, Boot: 1, Seq: seq}
	return e
}

// linked returns the events of links between two servers, told by both.
func linked(a, b zk.ServerID) (events []trace.Event) {
	for _, c := range []zk.Channel{zk.ElectionChannel, zk.QuorumChannel} {
		events = append(events, by(a, trace.Event{Kind: trace.LinkUp, Peer: b, N: int64(c)}),
			by(b, trace.Event{Kind: trace.LinkUp, Peer: a, N: int64(c)}))
	}
	return events
}

// flying returns a cluster with four messages between servers 1 and 2.
func flying(t *testing.T) *view.Model {
	m := cluster()
	feed(m, linked(1, 2)...)
	feed(m, told(1, 2, 101, zk.Notification), told(1, 2, 102, zk.Ack),
		told(1, 2, 103, zk.Notification), told(2, 1, 101, zk.Notification))
	require.Equal(t, 4, m.InFlight())
	return m
}

func TestMessageForWhoCannotReceiveItNeverLeaves(t *testing.T) {
	m := cluster()
	feed(m, told(1, 3, 101, zk.Notification))
	require.Empty(t, m.Flights, "there is no link to server 3")
	feed(m, linked(1, 3)...)
	feed(m, told(1, 3, 102, zk.Notification))
	require.Equal(t, 1, m.InFlight())
}

func TestMessageEndsWithTheConnectionThatCarriedIt(t *testing.T) {
	election := int64(zk.ElectionChannel)
	for name, row := range map[string]struct {
		e    trace.Event
		left int
	}{
		"the sender lost it": {
			by(1, trace.Event{Kind: trace.LinkDown, Peer: 2, N: election}), 1,
		},
		"the sender has another": {
			by(1, trace.Event{Kind: trace.LinkUp, Peer: 2, N: election}), 2,
		},
		"the receiver starts again": {
			by(2, trace.Event{
				Kind: trace.Booted, Set: zk.SetOf(1, 2, 3), Ref: trace.Ref{Boot: 2, Seq: 1},
			}), 0,
		},
		"the receiver is heard of no more": {trace.Event{Kind: trace.Missed, Peer: 2, N: -1}, 1},
		"something was missed":             {trace.Event{Kind: trace.Missed, Peer: 2, N: 4}, 1},
	} {
		m := flying(t)
		feed(m, row.e)
		require.Equal(t, row.left, m.InFlight(), name)
	}
}

func TestMessageThatNobodyTellsOfAnyMoreGoes(t *testing.T) {
	m := flying(t)
	m.Tick(m.Now.Add(view.UnheardFor - 10*time.Millisecond))
	require.Equal(t, 4, m.InFlight())
	m.Tick(m.Now.Add(view.EndedFor))
	require.Zero(t, m.InFlight())

	m = flying(t)
	feed(m, trace.Event{Kind: trace.Paused, Peer: 2},
		trace.Event{Kind: trace.Delayed, Peer: 2, Other: 1, N: int64(time.Minute)})
	m.Tick(m.Now.Add(2 * view.UnheardFor))
	require.Equal(t, 4, m.InFlight(), "these have reasons to be late")
}

func TestMessageThatABrokenLinkLostDoesNotHangInTheAir(t *testing.T) {
	m := flying(t)
	feed(m, by(2, trace.Event{Kind: trace.Arrived, Other: 2, Peer: 1, Type: zk.Notification,
		Cause: trace.Ref{Node: 1, Boot: 1, Seq: 103}}))
	require.Equal(t, 2, m.InFlight(), "the earlier vote is lost; another channel is not concerned")

	m = flying(t)
	feed(m, by(1, trace.Event{Kind: trace.LinkDown, Peer: 2, N: int64(zk.ElectionChannel)}))
	require.Equal(t, 1, m.InFlight(), "nothing comes or goes over that link")

	m = flying(t)
	feed(m, by(0, trace.Event{Kind: trace.Crashed, Peer: 2}))
	require.Equal(t, 1, m.InFlight(), "what the dead one has sent may still arrive")
}
