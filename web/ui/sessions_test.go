package ui

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// sessionsOf is an ensemble whose leader keeps time for n sessions with timeouts from 4 to 40 s.
func sessionsOf(n int) *view.Model {
	s := newSample(3, 0)
	s.lead(1, 3, zk.SetOf(1, 2))
	for i := range n {
		s.of(3, trace.SessionOpened, trace.Event{
			Sess: zk.SessionID(0x300_0000 + i), N: int64(4000 + i%37*1000), Peer: 3,
		})
	}
	return s.m
}

func TestThousandSessionsFitIntoAFewRowsAndChips(t *testing.T) {
	en := text.In(text.EN)
	m := sessionsOf(1000)
	p := BuildSessions(m, View{}, en)
	require.Equal(t, 1000, p.Total)
	require.Len(t, p.Rows, SessionsShown)
	require.Equal(t, -1, p.Before)
	require.Equal(t, SessionsShown, p.After)
	require.LessOrEqual(t, len(p.Wheel.Chips), bucketsMost*(chipsHigh-1))
	require.Less(t, len(render(t, SessionsTable(p))), 5000)

	shown := 0
	seen := map[string]bool{}
	for from := 0; from >= 0; {
		p = BuildSessions(m, View{SessionsFrom: from}, en)
		for _, r := range p.Rows {
			seen[r.ID] = true
		}
		shown += len(p.Rows)
		from = p.After
	}
	require.Equal(t, 1000, shown)
	require.Len(t, seen, 1000)
	require.Equal(t, 990, BuildSessions(m, View{SessionsFrom: 5000}, en).From-1)
}

func TestChipStandsInTheBucketAtWhoseEndItsSessionExpires(t *testing.T) {
	m := sessionsOf(1) // 4 s, heard of within the first tick: expires at 6 s
	en := text.In(text.EN)
	for _, now := range []time.Duration{time.Second, 3 * time.Second, 5 * time.Second} {
		m.Tick(zk.Instant(now))
		w := BuildSessions(m, View{}, en).Wheel
		require.Len(t, w.Chips, 1)
		for _, b := range w.Buckets {
			inside := b.X < w.Chips[0].At.X && w.Chips[0].At.X < b.X+b.Width
			ends6 := b.Label == "6"
			require.Equal(t, ends6, inside, "%s at %s", b.Label, now)
		}
		require.Less(t, w.Hand, w.Chips[0].At.X+w.Buckets[0].Width)
	}
}

func TestNobodyKeepsTimeWithoutALeader(t *testing.T) {
	m := sessionsOf(3)
	m.Apply(&trace.Event{At: m.Now, Kind: trace.Crashed, Peer: 3})
	p := BuildSessions(m, View{}, text.In(text.EN))
	require.Zero(t, p.Keeper)
	require.Empty(t, p.Wheel.Chips)
	require.Equal(t, "–", p.Rows[0].Expires)
}

func TestRingShowsWhatIsLeftOfTheLease(t *testing.T) {
	m := sampleBroadcast()
	expires, longest, ok := LeaseOf(m, m.Client('B'))
	require.True(t, ok)
	require.Equal(t, 6000.0, expires)
	require.Equal(t, 6000.0, longest, "timeout and a tick")
	_, _, ok = LeaseOf(m, m.Client('A'))
	require.False(t, ok, "its session is not in a table")
}

func TestLabelsOfTheWheelKeepApart(t *testing.T) {
	for _, n := range []int{1, 37} { // timeouts of 4 s, and up to 40 s
		for _, now := range []time.Duration{time.Second, 999 * time.Second, 99_999 * time.Second} {
			m := sessionsOf(n)
			m.Tick(zk.Instant(now))
			w := BuildSessions(m, View{}, text.In(text.EN)).Wheel
			end, labels := 0.0, 0
			for _, b := range w.Buckets {
				if b.Label == "" {
					continue
				}
				labels++
				start := b.X + b.Width - digitWidth*float64(len(b.Label))
				require.GreaterOrEqual(t, start, end, "%d sessions at %s: %s", n, now, b.Label)
				end = b.X + b.Width + labelGap
			}
			require.Greater(t, labels, 3)
			require.LessOrEqual(t, 2*w.Radius, w.Buckets[0].Width)
		}
	}
}

// unplugged is an ensemble with client A, whose cable is pulled at 1 s. Its session has a timeout
// of 12 s, an ephemeral and a watch.
func unplugged() *sample {
	s := newSample(3, 0)
	s.lead(1, 3, zk.SetOf(1, 2))
	s.session(3, 'A', 0x300_0000, 12_000)
	s.of(3, trace.WatchSet, trace.Event{Sess: 0x300_0000, Path: "/w"})
	s.at = zk.Instant(time.Second)
	s.put(trace.Event{Kind: trace.Cut, Peer: 'A'})
	return s
}

// expire lets the leader end the session of A at 14 s, and server 1 close it.
func (s *sample) expire() {
	const id = zk.SessionID(0x300_0000)
	s.at = zk.Instant(14 * time.Second)
	s.of(3, trace.SessionExpired, trace.Event{Sess: id, Why: zk.SessionTimeout, N: 12_000})
	s.of(3, trace.Proposed, trace.Event{Zxid: zk.MakeZxid(1, 2), Txn: &zk.Txn{
		Op: zk.OpCloseSession, Session: id, Paths: []string{"/a"},
	}})
	s.of(3, trace.SessionLeft, trace.Event{Sess: id, N: 1}) // the client is plugged in, too late
	s.of(3, trace.SessionClosed, trace.Event{Sess: id, N: 1})
	s.of(1, trace.SessionClosed, trace.Event{Sess: id, N: 1})
}

func TestSessionOfAClientThatIsCutOffCountsDown(t *testing.T) {
	en := text.In(text.EN)
	s := unplugged()
	s.m.Tick(zk.Instant(5800 * time.Millisecond))
	c := BuildLayers(s.m, Place(s.m, Wide), View{}, en).Clients[0]
	require.Equal(t, "session: 8.2 s left", c.Lease.Says)
	require.Equal(t, "session: {t} s left", c.Lease.Left)
	require.Equal(t, "14000.000000", c.Lease.Until)
	require.Contains(t, c.Spoken, "session: 8.2 s left, unless it reaches a server before")
	p := BuildSessions(s.m, View{}, en)
	require.Equal(t, "silent", p.Rows[0].State)
	require.Equal(t, "silent", p.Wheel.Chips[0].State)
	require.Equal(t, "A's session expires in 8.2 s, at 14 s, unless A reaches a server before: "+
		"its cable is out. Leader 3 hears nothing of it.", p.Dying[0].Says)
	require.Equal(t, "1 without a word from the client", p.Count)
	says, over := ExpiryText(s.m, 0x300_0000, "A", zk.Instant(time.Second), en)
	require.False(t, over)
	require.Contains(t, says, "Leader 3 hears nothing of it any more")
	require.Contains(t, says, "expire at 14 s, 13.0 s after this line")

	s.put(trace.Event{Kind: trace.Mended, Peer: 'A'})
	says, over = ExpiryText(s.m, 0x300_0000, "A", zk.Instant(time.Second), en)
	require.True(t, over)
	require.Equal(t, "A is heard of again: its session goes on.", says)
	require.Nil(t, BuildLayers(s.m, Place(s.m, Wide), View{}, en).Clients[0].Lease)
	require.Empty(t, BuildSessions(s.m, View{}, en).Count)
}

func TestEndOfASessionTellsWhatWentWithIt(t *testing.T) {
	en := text.In(text.EN)
	s := unplugged()
	s.expire()
	want := "The session of A expired at 14.000 s: leader 3 had heard nothing of it for its " +
		"timeout of 12 s. Deleted with it: /a. Watches gone with it: 1."
	require.EqualValues(t, 1, s.m.EndingsSeen, "two servers closed one session")
	require.Equal(t, want, EndingText(&s.m.Endings[0], en))
	p := BuildSessions(s.m, View{}, en)
	require.Equal(t, 1, p.Total)
	require.Zero(t, p.Open)
	require.Equal(t, want, p.Dying[0].Says)
	c := BuildLayers(s.m, Place(s.m, Wide), View{}, en).Clients[0]
	require.Equal(t, "session is over", c.Lease.Says)
	says, over := ExpiryText(s.m, 0x300_0000, "A", zk.Instant(time.Second), en)
	require.True(t, over)
	require.Equal(t, "The session was over at 14.000 s, 13.0 s after this line.", says)

	nobody := view.Ending{Sess: 0x30, At: zk.Instant(time.Second)}
	require.Equal(t, "The session of 0x30 ended at 1.000 s. It had no ephemerals and no watches.",
		EndingText(&nobody, en))
	many := view.Ending{At: zk.Instant(time.Second), Client: 'B'}
	for i := range 6 {
		many.Deleted = append(many.Deleted, "/"+strconv.Itoa(i))
	}
	require.Contains(t, EndingText(&many, en), "Deleted with it: /0 /1 /2 /3 and 2 more.")
}

func TestHeaderAndSessionsTellTheSameSessions(t *testing.T) {
	en := text.In(text.EN)
	clients := func(m *view.Model) Field { return BuildStatus(m, en).Fields[3] }
	s := newSample(3, 0)
	s.lead(1, 3, zk.SetOf(1, 2))
	s.session(3, 'A', 0x300_0000, 12_000)
	require.Equal(t, "1", clients(s.m).Value)
	require.Empty(t, clients(s.m).Note, "one session, one client")
	s.of('A', trace.ClientState, trace.Event{Ref: trace.Ref{Boot: 2}, Peer: 3, N: 2,
		Sess: 0x300_0001}) // another client has the letter, the old one's session goes on
	s.of(3, trace.SessionOpened, trace.Event{Sess: 0x300_0001, N: 12_000, Peer: 3})
	require.Equal(t, "1", clients(s.m).Value)
	require.Equal(t, "· 2 sessions", clients(s.m).Note)
	p := BuildSessions(s.m, View{}, en)
	require.Equal(t, 2, p.Open)
	require.Equal(t, "1 of connected clients · 1 without a word from the client", p.Count)
	require.Contains(t, p.Dying[0].Says, "its client is gone")
}

func TestHeaderSaysWhoOnlyAnswersReads(t *testing.T) {
	s := newSample(5, 0)
	s.lead(1, 5, zk.SetOf(1, 2, 3, 4))
	require.Empty(t, BuildStatus(s.m, text.In(text.EN)).Stale)
	for id := range zk.SetOf(1, 2, 3, 5).All() {
		s.put(trace.Event{Kind: trace.Cut, Peer: id, Other: 4})
		s.put(trace.Event{Kind: trace.Cut, Peer: 4, Other: id})
	}
	bar := BuildStatus(s.m, text.In(text.EN))
	require.Equal(t, "Serving 4/5", bar.State)
	require.Equal(t, "Still answers reads, perhaps stale: 4", bar.Stale)
	s.of(4, trace.RoleChanged, trace.Event{Role: zk.Looking})
	require.Empty(t, BuildStatus(s.m, text.In(text.EN)).Stale, "it has noticed")
	for id := range zk.SetOf(1, 2).All() {
		s.put(trace.Event{Kind: trace.Cut, Peer: id, Other: 5})
	}
	bar = BuildStatus(s.m, text.In(text.EN))
	require.Equal(t, "Still answers reads, perhaps stale: 1 2 3 5", bar.Stale,
		"a leader without a majority, and who listens to it, are no better")
}

func TestHeaderSaysWhoLeadsMeanwhile(t *testing.T) {
	leader := func(m *view.Model, lang text.Lang) string {
		return BuildStatus(m, text.In(lang)).Fields[1].Value
	}
	s := newSample(3, 0)
	require.Equal(t, "electing…", leader(s.m, text.EN))
	require.Equal(t, "选举中…", leader(s.m, text.ZH))
	s.of(3, trace.RoleChanged, trace.Event{Role: zk.Leading, Peer: 3})
	s.of(3, trace.PhaseChanged, trace.Event{Phase: zk.Discovery, Role: zk.Leading})
	require.Equal(t, "3, not yet", leader(s.m, text.EN))
	s.lead(1, 3, zk.SetOf(1, 2))
	require.Equal(t, "3", leader(s.m, text.EN))
	for id := range zk.SetOf(2, 3).All() {
		s.put(trace.Event{Kind: trace.Crashed, Peer: id})
	}
	s.of(1, trace.RoleChanged, trace.Event{Role: zk.Looking})
	require.Equal(t, "none", leader(s.m, text.EN), "nobody can be elected")
}

func TestHeaderCountsLinksNotDirections(t *testing.T) {
	s := newSample(5, 0)
	s.lead(1, 5, zk.SetOf(1, 2, 3, 4))
	links := func() []string { return BuildStatus(s.m, text.In(text.EN)).Faults }
	cut := func(from, to zk.ServerID) { s.put(trace.Event{Kind: trace.Cut, Peer: from, Other: to}) }
	cut(1, 2)
	require.Equal(t, []string{"Unhealthy links: 1, one way"}, links())
	cut(2, 1)
	require.Equal(t, []string{"Unhealthy links: 1"}, links())
	s.put(trace.Event{Kind: trace.Delayed, Peer: 4, Other: 3, N: int64(time.Second)})
	require.Equal(t, []string{"Unhealthy links: 2, 1 of them one way"}, links())
	require.Equal(t, []string{"2 条链路异常，其中 1 条单向"}, BuildStatus(s.m, text.In(text.ZH)).Faults)
}
