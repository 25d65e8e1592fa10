package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// lost returns how many messages between two servers were lost because their connection broke.
func lost(events []trace.Event, a, b zk.ServerID) int {
	n := 0
	for _, e := range kinds(events, trace.Dropped) {
		pair := e.Peer == a && e.Other == b || e.Peer == b && e.Other == a
		if pair && e.Why == zk.WhyLinkBroken {
			n++
		}
	}
	return n
}

func TestResetIsSeenAtBothEndsAtOnceAndTheyConnectAgain(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 1})
	w.TakeEvents()
	do(t, w, Command{Verb: Request, Client: 'A', Req: create("/x")})
	w.RunTo(w.Now().Add(15 * time.Millisecond)) // the PROPOSAL is on its way
	now := w.Now()
	do(t, w, Command{Verb: Reset, From: zk.SetOf(1), To: zk.SetOf(3)})
	events := w.TakeEvents()
	down := kinds(events, trace.LinkDown)
	require.Len(t, down, 4, "two connections with two ends each")
	for _, e := range down {
		require.Equal(t, now, e.At)
	}
	w.RunTo(w.Now().Add(5 * time.Second))
	events = w.TakeEvents()
	require.Positive(t, lost(events, 1, 3))
	require.NotEmpty(t, kinds(events, trace.LinkUp))
	require.Equal(t, zk.ServerID(3), w.Converged())
}

func TestResetOfAPausedServerIsNewsWhenItRunsOn(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 1})
	do(t, w, Command{Verb: Pause, From: zk.SetOf(1)})
	do(t, w, Command{Verb: Reset, From: zk.SetOf(1), To: w.all})
	w.TakeEvents()
	w.RunTo(w.Now().Add(time.Second))
	do(t, w, Command{Verb: Resume, From: zk.SetOf(1)})
	w.RunTo(w.Now().Add(5 * time.Second))
	require.Equal(t, zk.ServerID(3), w.Converged())
}

// bulky gives all znodes so much data that a SNAP needs seconds on a slow link.
func bulky(t *testing.T, w *World) {
	t.Helper()
	for i := range 12 {
		req := create("/n" + string(rune('A'+i)))
		req.Data = make([]byte, 1000)
		do(t, w, Command{Verb: Request, Client: 'A', Req: req})
		w.RunTo(w.Now().Add(100 * time.Millisecond))
	}
}

func TestBandwidthMakesASnapSlowAndHeartbeatsWaitBehindIt(t *testing.T) {
	tests := []struct {
		bytes int64
		joins bool
	}{
		{100_000, true},
		{2000, true}, // six seconds, within initLimit
		{400, false}, // thirty
	}
	for _, test := range tests {
		w := settled(t, Config{Voters: 3, Seed: 1, Node: small})
		do(t, w, Command{Verb: Kill, From: zk.SetOf(1)})
		bulky(t, w)
		do(t, w, Command{
			Verb: Bandwidth, From: zk.SetOf(3), To: zk.SetOf(1), N: test.bytes,
		})
		do(t, w, Command{Verb: Start, From: zk.SetOf(1)})
		began := w.Now()
		w.TakeEvents()
		w.RunTo(w.Now().Add(28 * time.Second))
		events := w.TakeEvents()
		took := kinds(events, trace.SnapTaken)
		if !test.joins {
			require.Empty(t, took)
			require.NotEmpty(t, kinds(events, trace.LeaderLost), "it gives up after initLimit")
		} else {
			require.Greater(t, took[0].At.Sub(began), time.Duration(12000*1e9/test.bytes))
			require.NotZero(t, w.Converged())
		}
		do(t, w, Command{Verb: Heal})
		w.RunTo(w.Now().Add(15 * time.Second))
		require.Equal(t, zk.ServerID(3), w.Converged(), "%d bytes a second", test.bytes)
		require.True(t, has(w, 1, "/nL"))
	}
}

func TestBandwidthIsSharedByBothChannelsAndKeepsTheOrder(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 1})
	do(t, w, Command{Verb: Bandwidth, From: zk.SetOf(3), To: zk.SetOf(1), N: 500})
	w.TakeEvents()
	for i := range 6 {
		do(t, w, Command{Verb: Request, Client: 'A', Req: create("/n" + string(rune('A'+i)))})
	}
	w.RunTo(w.Now().Add(20 * time.Millisecond))
	do(t, w, Command{Verb: Heal}) // what waits leaves at once
	w.RunTo(w.Now().Add(100 * time.Millisecond))
	require.True(t, has(w, 1, "/nF"))
}

func TestDriftChangesTimersAndNothingJumps(t *testing.T) {
	pings := func(n int64) int {
		w := settled(t, Config{Voters: 3, Seed: 1})
		do(t, w, Command{Verb: Drift, From: zk.SetOf(3), N: n})
		w.TakeEvents()
		w.RunTo(w.Now().Add(100 * time.Second))
		require.Equal(t, zk.ServerID(3), w.Converged())
		sent := 0
		for _, e := range kinds(w.TakeEvents(), trace.Sent) {
			if e.Node == 3 && e.Peer == 1 && e.Type == zk.Ping {
				sent++
			}
		}
		return sent
	}
	usual := pings(0)
	require.InDelta(t, float64(usual)*1.1, pings(100), 2)
	require.InDelta(t, float64(usual)*0.9, pings(-100), 2)
}

func TestClockShowsWhatItShowedWhenItsRateChanges(t *testing.T) {
	var r rate
	now := zk.Instant(0)
	for _, n := range []int64{50, -50, 500, -500, 0, 7} {
		now = now.Add(1234567891)
		before := r.at(now)
		r = rate{drift: n, since: now, shown: before}
		require.Equal(t, before, r.at(now))
		for _, wait := range []time.Duration{0, 1, 2, 999, time.Second, time.Hour} {
			due := before.Add(wait)
			when := r.when(due)
			require.GreaterOrEqual(t, r.at(when), due, "no early Wake")
			if wait > 0 {
				require.Less(t, r.at(when-1), due, "nor a late one")
			}
		}
	}
	require.Equal(t, zk.Never, r.when(zk.Never))
	w := New(Config{Voters: 3})
	require.Error(t, w.Do(Command{Verb: Drift, From: zk.SetOf(1), N: DriftMax + 1}))
}

// TestEnvironment_E01_AFailedFsyncEndsTheProcess: it acknowledges nothing of what it could not make
// durable, and its next start goes on with what is there.
func TestEnvironment_E01_AFailedFsyncEndsTheProcess(t *testing.T) {
	for seed := range uint64(20) {
		w := settled(t, Config{Voters: 3, Seed: seed + 1})
		last := w.Node(1).Status().LastLogged
		do(t, w, Command{Verb: FailDisk, From: zk.SetOf(1)})
		w.TakeEvents()
		do(t, w, Command{Verb: Request, Client: 'A', Req: create("/x")})
		w.RunTo(w.Now().Add(time.Second))
		require.False(t, w.Up(1))
		events := w.TakeEvents()
		require.Len(t, kinds(events, trace.Crashed), 1)
		require.Equal(t, int64(2), kinds(events, trace.Crashed)[0].N)
		for _, e := range kinds(events, trace.Sent) {
			ack := e.Node == 1 && e.Type == zk.Ack && e.Zxid > last
			require.False(t, ack, "it acknowledged what is on no disk")
		}
		do(t, w, Command{Verb: Start, From: zk.SetOf(1)})
		w.RunTo(w.Now().Add(5 * time.Second))
		require.Equal(t, zk.ServerID(3), w.Converged())
		require.True(t, has(w, 1, "/x"))
	}
}

func TestAFailingDiskCanBeMended(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 1})
	do(t, w, Command{Verb: FailDisk, From: zk.SetOf(1)})
	do(t, w, Command{Verb: SlowDisk, From: zk.SetOf(1)})
	do(t, w, Command{Verb: Request, Client: 'A', Req: create("/x")})
	w.RunTo(w.Now().Add(time.Second))
	require.True(t, w.Up(1))
}

// TestEnvironment_E03_RotInTheLogIsMadeUpForByASnap: the server says so when it starts, votes for
// nobody, and is a learner until a leader's snapshot is durable.
func TestEnvironment_E03_RotInTheLogIsMadeUpForByASnap(t *testing.T) {
	for _, what := range []int64{WipeLogBit, WipeRecord} {
		for seed := range uint64(10) {
			w := settled(t, Config{Voters: 3, Seed: seed + 1})
			bulky(t, w)
			do(t, w, Command{Verb: Kill, From: Everyone})
			do(t, w, Command{Verb: Wipe, From: zk.SetOf(3), N: what})
			require.Equal(t, zk.SetOf(3), w.harmed())
			w.TakeEvents()
			do(t, w, Command{Verb: Start, From: zk.SetOf(1, 3)})
			w.RunTo(w.Now().Add(20 * time.Second))
			events := w.TakeEvents()
			require.Empty(t, kinds(events, trace.Established), "1 and 3 are no quorum")
			booted := kinds(events, trace.Booted)
			require.Equal(t, zk.DamagedLog, booted[1].Why)
			require.Zero(t, booted[1].Zxid)
			do(t, w, Command{Verb: Start, From: zk.SetOf(2)})
			w.RunTo(w.Now().Add(90 * time.Second))
			require.Contains(t, []zk.ServerID{1, 2}, w.Converged())
			require.NotEmpty(t, kinds(w.TakeEvents(), trace.SnapTaken))
			require.True(t, has(w, 3, "/nL"))
			require.Zero(t, w.harmed())
			do(t, w, Command{Verb: Kill, From: Everyone})
			do(t, w, Command{Verb: Start, From: zk.SetOf(1, 3)})
			w.RunTo(w.Now().Add(20 * time.Second))
			require.Equal(t, zk.ServerID(3), w.Converged(), "now it votes again")
		}
	}
}

// TestEnvironment_E04_OlderSnapshotAndLogReplaceARottenOne: what the log tells as well is not lost.
func TestEnvironment_E04_OlderSnapshotAndLogReplaceARottenOne(t *testing.T) {
	for _, what := range []int64{WipeSnapshotBit, WipeNewest} {
		w := settled(t, Config{Voters: 3, Seed: 1, Node: func(c *node.Config) { c.SnapCount = 4 }})
		bulky(t, w)
		require.NotEmpty(t, w.servers[1].disk.snaps)
		last := w.Node(1).Status().LastLogged
		do(t, w, Command{Verb: Wipe, From: zk.SetOf(1), N: what})
		require.Equal(t, zk.SetOf(1), w.harmed())
		w.TakeEvents()
		do(t, w, Command{Verb: Start, From: zk.SetOf(1)})
		booted := kinds(w.TakeEvents(), trace.Booted)[0]
		require.Equal(t, zk.NoWhy, booted.Why)
		require.Equal(t, last, booted.Zxid)
		require.Zero(t, w.harmed())
	}
}

// TestEnvironment_E04_ALogThatNeedsItsSnapshotIsDamagedWithoutIt is the other half: after a SNAP
// there is one snapshot, and the log begins behind it.
func TestEnvironment_E04_ALogThatNeedsItsSnapshotIsDamagedWithoutIt(t *testing.T) {
	for _, what := range []int64{WipeSnapshotBit, WipeNewest, WipeSnapshots} {
		window := func(c *node.Config) { c.CommitLogCount = 3 }
		w := settled(t, Config{Voters: 3, Seed: 1, Node: window})
		bulky(t, w)
		do(t, w, Command{Verb: Wipe, From: zk.SetOf(1)})
		do(t, w, Command{Verb: Start, From: zk.SetOf(1)})
		w.RunTo(w.Now().Add(5 * time.Second))
		require.Len(t, w.servers[1].disk.snaps, 1)
		do(t, w, Command{Verb: Wipe, From: zk.SetOf(1), N: what})
		w.TakeEvents()
		do(t, w, Command{Verb: Start, From: zk.SetOf(1)})
		require.Equal(t, zk.DamagedLog, kinds(w.TakeEvents(), trace.Booted)[0].Why, "%d", what)
		w.RunTo(w.Now().Add(5 * time.Second))
		require.Equal(t, zk.ServerID(3), w.Converged())
		require.True(t, has(w, 1, "/nL"))
	}
}

// TestOldConnectionOfASessionIsOpenForAWhile: a client that left without a word has two.
func TestOldConnectionOfASessionIsOpenForAWhile(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 1})
	do(t, w, Command{Verb: NewClient, Client: 'B', Server: 1})
	w.RunTo(w.Now().Add(time.Second))
	id, old := w.Client('B').ID(), w.slot('B').conn
	do(t, w, Command{Verb: Request, Client: 'B', Req: create("/x")})
	do(t, w, Command{Verb: Move, Client: 'B', Server: 2, D: 3 * time.Second})
	w.RunTo(w.Now().Add(time.Second))
	require.Equal(t, zk.ServerID(2), w.Client('B').Server())
	require.Equal(t, id, w.Client('B').ID())
	require.True(t, w.servers[1].hasConn(old))
	require.True(t, w.servers[2].hasConn(w.slot('B').conn))
	do(t, w, Command{Verb: Request, Client: 'B', Req: create("/y")})
	w.RunTo(w.Now().Add(3 * time.Second))
	require.False(t, w.servers[1].hasConn(old))
	require.Contains(t, returned(w), "ok")
	require.True(t, has(w, 1, "/y"))
}

// TestEnvironment_E03_WhoLostSomethingNeverLeads: others may have voted for what it was before, and
// say so when it asks. Found by seed 301 of ten minutes.
func TestEnvironment_E03_WhoLostSomethingNeverLeads(t *testing.T) {
	for seed := range uint64(60) {
		w := settled(t, Config{Voters: 3, Seed: seed + 1})
		bulky(t, w)
		do(t, w, Command{Verb: Kill, From: Everyone})
		do(t, w, Command{Verb: Start, From: Everyone})
		w.RunTo(w.Now().Add(time.Duration(seed) * 2 * time.Millisecond))
		do(t, w, Command{Verb: Wipe, From: zk.SetOf(3), N: WipeLogBit})
		w.TakeEvents()
		do(t, w, Command{Verb: Start, From: zk.SetOf(3)})
		w.RunTo(w.Now().Add(60 * time.Second))
		whole := false
		for _, e := range w.TakeEvents() {
			whole = whole || e.Kind == trace.SnapTaken && e.Node == 3
			leads := e.Kind == trace.RoleChanged && e.Role == zk.Leading && e.Node == 3
			require.False(t, leads && !whole, "seed %d", seed+1)
		}
		require.NotZero(t, w.Converged(), "seed %d", seed+1)
		require.True(t, has(w, 3, "/nL"))
	}
}
