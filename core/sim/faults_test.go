package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// has reports whether the server's tree has the znode.
func has(w *World, id zk.ServerID, path string) bool {
	_, _, ok := w.Node(id).Tree().Get(path)
	return ok
}

func kinds(events []trace.Event, kind trace.Kind) []trace.Event {
	var list []trace.Event
	for _, e := range events {
		if e.Kind == kind {
			list = append(list, e)
		}
	}
	return list
}

func TestQueueGivesItemsInOrder(t *testing.T) {
	rng := newStream(3, "queue", 0, 0)
	var q queue
	for seq := range uint64(500) {
		q.push(item{due: zk.Instant(below(&rng, 40)), seq: seq + 1})
	}
	for range 100 {
		q.removeAt(int(below(&rng, uint64(len(q)))))
	}
	last := item{due: -1}
	for n := len(q); n > 0; n-- {
		it := q.pop()
		require.True(t, last.before(&it))
		require.Equal(t, -1, q.find(it.seq))
		last = it
	}
}

func TestChannelsKeepTheirOrder(t *testing.T) {
	w := settled(t, Config{Voters: 5, Seed: 2, LatencyJitter: 10 * time.Millisecond})
	do(t, w, Command{Verb: Delay, From: zk.SetOf(5), To: zk.SetOf(1), D: 300 * time.Millisecond})
	for i := range 40 {
		if i == 20 {
			do(t, w, Command{Verb: HealLink, From: zk.SetOf(5), To: zk.SetOf(1)})
		}
		do(t, w, Command{Verb: Request, Client: 'A', Req: create("/n" + string(rune('A'+i)))})
		w.RunTo(w.Now().Add(3 * time.Millisecond))
	}
	w.RunTo(w.Now().Add(time.Second))
	type way struct {
		from, to zk.ServerID
		ch       zk.Channel
	}
	last := map[way]uint64{}
	for _, e := range kinds(w.TakeEvents(), trace.Arrived) {
		if e.Node == 0 {
			continue
		}
		k := way{e.Peer, e.Other, e.Type.Channel()}
		require.Greater(t, e.Cause.Seq, last[k], "%v", k)
		last[k] = e.Cause.Seq
	}
	require.NotZero(t, w.Converged())
}

func TestSentSaysWhenItArrives(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 2})
	due := map[trace.Ref]int64{}
	for _, e := range w.TakeEvents() {
		switch e.Kind {
		case trace.Sent:
			require.NotNil(t, e.Msg)
			due[e.Ref] = e.N
		case trace.Arrived:
			require.Equal(t, due[e.Cause], int64(e.At))
		}
	}
}

func TestCutIsSilentAndHealTells(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 2})
	do(t, w, Command{Verb: Cut, From: zk.SetOf(3), To: zk.SetOf(1)})
	w.TakeEvents()
	w.RunTo(w.Now().Add(2 * time.Second))
	require.Empty(t, kinds(w.TakeEvents(), trace.LinkDown))
	require.True(t, w.Cut(3, 1))
	require.False(t, w.Cut(1, 3))
	do(t, w, Command{Verb: Kill, From: zk.SetOf(3)})
	w.RunTo(w.Now().Add(time.Second))
	for _, e := range kinds(w.TakeEvents(), trace.LinkDown) {
		require.NotEqual(t, zk.ServerID(1), e.Node, "the news cannot pass the cut")
	}
	do(t, w, Command{Verb: Heal})
	w.RunTo(w.Now().Add(time.Second))
	require.NotEmpty(t, kinds(w.TakeEvents(), trace.LinkDown))
}

// TestShortCutTakesAllThatWasOnItsWayBehindIt: a connection that has lost what was on its way
// brings nothing that was sent after that.
func TestShortCutTakesAllThatWasOnItsWayBehindIt(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 2})
	do(t, w, Command{Verb: Delay, From: zk.SetOf(3), To: zk.SetOf(1), D: 400 * time.Millisecond})
	w.TakeEvents()
	for range 20 {
		do(t, w, Command{Verb: Request, Client: 'A', Req: create("/x")})
		w.RunTo(w.Now().Add(20 * time.Millisecond))
	}
	do(t, w, Command{Verb: Cut, From: zk.SetOf(3), To: zk.SetOf(1)})
	w.RunTo(w.Now().Add(100 * time.Millisecond))
	do(t, w, Command{Verb: Heal})
	w.RunTo(w.Now().Add(time.Second))
	holed, lost := false, 0
	for _, e := range w.TakeEvents() {
		if e.Kind == trace.LinkUp && e.Node == 1 && e.N == 1 {
			break
		}
		if e.Other != 3 && e.Peer != 3 || e.Type.Channel() != zk.QuorumChannel {
			continue
		}
		if e.Kind == trace.Dropped && e.Peer == 1 {
			holed, lost = true, lost+1
		}
		require.False(t, holed && e.Kind == trace.Arrived && e.Other == 1, "%s", e)
	}
	require.Greater(t, lost, 5)
}

func TestLossOnTheElectionChannelIsOneByOne(t *testing.T) {
	w := New(Config{Voters: 3, Seed: 2})
	do(t, w, Command{Verb: Loss, From: Everyone, To: Everyone, Chance: 1 << 30})
	do(t, w, Command{Verb: Start, From: Everyone})
	w.RunTo(at(5 * time.Second))
	arrived, lost := 0, 0
	for _, e := range w.TakeEvents() {
		if e.Type != zk.Notification {
			continue
		}
		if e.Kind == trace.Arrived {
			arrived++
		}
		if e.Kind == trace.Dropped {
			lost++
		}
	}
	require.Positive(t, arrived)
	require.Positive(t, lost)
}

func TestDuplicateRepeatsNotifications(t *testing.T) {
	w := New(Config{Voters: 3, Seed: 2})
	do(t, w, Command{Verb: Duplicate, From: Everyone, To: Everyone, Count: 5})
	do(t, w, Command{Verb: Start, From: Everyone})
	w.RunTo(at(3 * time.Second))
	times := map[trace.Ref]int{}
	twice := 0
	for _, e := range kinds(w.TakeEvents(), trace.Arrived) {
		if times[e.Cause]++; times[e.Cause] == 2 {
			twice++
		}
	}
	require.Equal(t, 5, twice)
	require.NotZero(t, w.Converged())
}

func TestPowerLosesWhatASlowDiskHasNotSynced(t *testing.T) {
	lost := 0
	for seed := range uint64(20) {
		w := settled(t, Config{Voters: 3, Seed: seed + 1})
		do(t, w, Command{Verb: SlowDisk, From: zk.SetOf(1), D: time.Minute})
		for i := range 10 {
			req := create("/n" + string(rune('a'+i)))
			do(t, w, Command{Verb: Request, Client: 'A', Req: req})
			w.RunTo(w.Now().Add(20 * time.Millisecond))
		}
		before := len(w.DiskLog(1))
		do(t, w, Command{Verb: Power, From: zk.SetOf(1)})
		if after := len(w.DiskLog(1)); after < before {
			lost++
		}
		do(t, w, Command{Verb: SlowDisk, From: zk.SetOf(1)})
		do(t, w, Command{Verb: Start, From: zk.SetOf(1)})
		w.RunTo(w.Now().Add(5 * time.Second))
		require.NotZero(t, w.Converged())
		require.True(t, has(w, 1, "/nj"))
	}
	require.Greater(t, lost, 10)
}

func TestKillLosesNothingThatTheSystemWasGiven(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 1})
	do(t, w, Command{Verb: SlowDisk, From: zk.SetOf(1), D: time.Minute})
	do(t, w, Command{Verb: Request, Client: 'A', Req: create("/x")})
	w.RunTo(w.Now().Add(100 * time.Millisecond))
	before := w.DiskLog(1)
	do(t, w, Command{Verb: Kill, From: zk.SetOf(1)})
	require.Equal(t, before, w.DiskLog(1))
}

// Of two survivors one notices the death of the leader later than it hears the other's vote. It
// must not wait until that is sent again.
func TestLateSurvivorHasHeardTheVote(t *testing.T) {
	for seed := range uint64(100) {
		w := settled(t, Config{Voters: 3, Seed: seed})
		do(t, w, Command{Verb: Delay, From: zk.SetOf(3), To: zk.SetOf(1), D: 60 * time.Millisecond})
		do(t, w, Command{Verb: Kill, From: zk.SetOf(3)})
		w.TakeEvents()
		w.RunTo(w.Now().Add(150 * time.Millisecond))
		require.Len(t, kinds(w.TakeEvents(), trace.Elected), 2, "seed %d", seed)
	}
}

func TestWipedServerIsFilledAgain(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 1})
	do(t, w, Command{Verb: Request, Client: 'A', Req: create("/x")})
	w.RunTo(w.Now().Add(time.Second))
	do(t, w, Command{Verb: Wipe, From: zk.SetOf(1)})
	require.False(t, w.Up(1))
	require.Empty(t, w.DiskLog(1))
	do(t, w, Command{Verb: Start, From: zk.SetOf(1)})
	w.RunTo(w.Now().Add(3 * time.Second))
	require.True(t, has(w, 1, "/x"))
}

func small(c *node.Config) { c.CommitLogCount, c.SnapCount = 3, 8 }

func TestSnapshotReplacesTheLogOfALearnerFarBehind(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 1, Node: small})
	do(t, w, Command{Verb: Kill, From: zk.SetOf(1)})
	for i := range 30 {
		do(t, w, Command{Verb: Request, Client: 'A', Req: create("/n" + string(rune('A'+i)))})
		w.RunTo(w.Now().Add(200 * time.Millisecond))
	}
	w.TakeEvents()
	do(t, w, Command{Verb: Start, From: zk.SetOf(1)})
	w.RunTo(w.Now().Add(3 * time.Second))
	require.NotEmpty(t, kinds(w.TakeEvents(), trace.SnapTaken))
	require.NotZero(t, w.Converged())
	do(t, w, Command{Verb: Power, From: Everyone})
	do(t, w, Command{Verb: Start, From: Everyone})
	w.RunTo(w.Now().Add(5 * time.Second))
	require.NotZero(t, w.Converged())
	require.True(t, has(w, 1, "/n^"))
}

func TestUnpluggedClientMovesOnWhenPluggedIn(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 4})
	id := w.Client('A').ID()
	do(t, w, Command{Verb: Unplug, Client: 'A'})
	do(t, w, Command{Verb: Request, Client: 'A', Req: create("/x")})
	w.RunTo(w.Now().Add(time.Second))
	require.False(t, has(w, 1, "/x"))
	do(t, w, Command{Verb: HealLink, Client: 'A'})
	w.RunTo(w.Now().Add(time.Second))
	require.Equal(t, client.Connected, w.Client('A').State())
	require.Equal(t, id, w.Client('A').ID(), "the session lives on")
	require.Equal(t, []string{"ConnectionLoss"}, returned(w))
}

func TestPausedClientLosesItsSession(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 4})
	req := create("/mine")
	req.Mode = zk.Ephemeral
	do(t, w, Command{Verb: Request, Client: 'A', Req: req})
	w.RunTo(w.Now().Add(time.Second))
	do(t, w, Command{Verb: Pause, Client: 'A'})
	require.Error(t, w.Do(Command{Verb: Request, Client: 'A', Req: create("/x")}))
	w.RunTo(w.Now().Add(20 * time.Second))
	require.False(t, has(w, 1, "/mine"))
	do(t, w, Command{Verb: Resume, Client: 'A'})
	w.RunTo(w.Now().Add(3 * time.Second))
	require.Equal(t, client.Expired, w.Client('A').State())
}

func TestClosedClientCanBeMadeAgain(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 4})
	do(t, w, Command{Verb: CloseClient, Client: 'A'})
	w.RunTo(w.Now().Add(time.Second))
	require.Equal(t, client.Closed, w.Client('A').State())
	do(t, w, Command{Verb: NewClient, Client: 'A', Server: 2, Pinned: true})
	w.RunTo(w.Now().Add(time.Second))
	require.Equal(t, client.Connected, w.Client('A').State())
	require.Equal(t, zk.ServerID(2), w.Client('A').Server())
	require.Equal(t, uint16(2), w.Client('A').Boot())
}

func TestCrashAtStrikesAtItsEvent(t *testing.T) {
	w := New(Config{Voters: 3, Seed: 4})
	do(t, w, Command{Verb: CrashAt, From: zk.SetOf(3), Kind: trace.EpochProposed, N: 1})
	do(t, w, Command{Verb: Start, From: Everyone})
	w.RunTo(at(5 * time.Second))
	require.False(t, w.Up(3))
	events := w.TakeEvents()
	crashed, proposed := kinds(events, trace.Crashed), kinds(events, trace.EpochProposed)
	require.Len(t, crashed, 1)
	require.Equal(t, proposed[0].At, crashed[0].At)
	require.Equal(t, zk.ServerID(2), w.Converged())
}

func TestEnvironment_E07_SkewMovesTheTimeOfTransactionsOnly(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 4})
	do(t, w, Command{Verb: Skew, From: zk.SetOf(3), D: time.Hour})
	do(t, w, Command{Verb: Request, Client: 'A', Req: create("/x")})
	w.RunTo(w.Now().Add(time.Second))
	_, stat, _ := w.Node(1).Tree().Get("/x")
	require.InDelta(t, wallStartMs+3_600_000+4000, stat.Ctime, 100)
}

// TestMinorityServesReadsOnly: a new client is let in, reads what is there, may not write, and gets
// a session of the ensemble when its server finds the leader again.
func TestMinorityServesReadsOnly(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 4})
	do(t, w, Command{Verb: Request, Client: 'A', Req: create("/x")})
	w.RunTo(w.Now().Add(time.Second))
	do(t, w, Command{Verb: ReadOnly, N: 1})
	do(t, w, Command{Verb: Partition, Groups: []zk.ServerSet{zk.SetOf(1), zk.SetOf(2, 3)}})
	do(t, w, Command{Verb: NewClient, Client: 'B', Server: 1, Pinned: true})
	w.RunTo(w.Now().Add(30 * time.Second))
	require.True(t, w.Node(1).Status().ReadOnly)
	b := w.Client('B')
	require.Equal(t, client.Connected, b.State())
	local := b.ID()
	w.TakeEvents()
	do(t, w, Command{Verb: Request, Client: 'B', Req: &zk.Request{Op: zk.OpGetData, Path: "/x"}})
	do(t, w, Command{Verb: Request, Client: 'B', Req: create("/y")})
	w.RunTo(w.Now().Add(time.Second))
	var said []string
	for _, e := range kinds(w.TakeEvents(), trace.Returned) {
		said = append(said, e.Path)
	}
	require.Equal(t, []string{"ok", zk.ErrNotReadOnly.String()}, said)

	do(t, w, Command{Verb: Heal})
	w.RunTo(w.Now().Add(20 * time.Second))
	b = w.Client('B')
	require.Equal(t, client.Connected, b.State())
	require.NotEqual(t, local, b.ID())
	require.True(t, w.Node(3).Tree().HasSession(b.ID()))
}

func TestReadOnlyModeEnds(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 4, ReadOnly: true})
	do(t, w, Command{Verb: Kill, From: zk.SetOf(2, 3)})
	w.RunTo(w.Now().Add(30 * time.Second))
	require.True(t, w.Node(1).Status().ReadOnly)
	do(t, w, Command{Verb: ReadOnly})
	w.RunTo(w.Now().Add(time.Minute))
	require.False(t, w.Node(1).Status().ReadOnly)
}

func TestChaosEndsHealed(t *testing.T) {
	for seed := range uint64(10) {
		w := settled(t, Config{Voters: 5, Observers: 1, Seed: seed + 1})
		do(t, w, Command{Verb: Chaos, D: 30 * time.Second})
		w.RunTo(w.Now().Add(31 * time.Second))
		for id := range w.all.All() {
			require.True(t, w.Up(id) && !w.Paused(id))
		}
		w.RunTo(w.Now().Add(time.Minute))
		require.NotZero(t, w.Converged(), "seed %d", seed+1)
	}
}
