package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// at returns the instant d after the start.
func at(d time.Duration) zk.Instant { return zk.Instant(d) }

// started returns a world in which all servers have just been started.
func started(t testing.TB, cfg Config) *World {
	w := New(cfg)
	require.NoError(t, w.Do(Command{Verb: Start, From: Everyone}))
	return w
}

// settled returns a world that follows one leader, with client A connected.
func settled(t testing.TB, cfg Config) *World {
	w := started(t, cfg)
	w.RunTo(at(3 * time.Second))
	require.NotZero(t, w.Converged(), "no leader after 3 s")
	require.NoError(t, w.Do(Command{Verb: NewClient, Client: 'A'}))
	w.RunTo(at(4 * time.Second))
	return w
}

func do(t testing.TB, w *World, c Command) {
	t.Helper()
	require.NoError(t, w.Do(c))
}

func create(path string) *zk.Request {
	return &zk.Request{Op: zk.OpCreate, Path: path, ACL: zk.OpenACL}
}

// returned collects the results of a client's operations.
func returned(w *World) []string {
	var results []string
	for _, e := range w.TakeEvents() {
		if e.Kind == trace.Returned {
			results = append(results, e.Path)
		}
	}
	return results
}

func TestFiveServersFollowTheLargestID(t *testing.T) {
	w := settled(t, Config{Voters: 5, Observers: 1, Seed: 7})
	require.Equal(t, zk.ServerID(5), w.Converged())
	require.Nil(t, w.Failure())
}

func TestWriteReachesEveryServer(t *testing.T) {
	w := settled(t, Config{Voters: 5, Seed: 7})
	do(t, w, Command{Verb: Request, Client: 'A', Req: create("/x"), Line: "A: create /x"})
	w.RunTo(at(5 * time.Second))
	require.Equal(t, []string{"ok"}, returned(w))
	for id := range w.all.All() {
		_, _, ok := w.Node(id).Tree().Get("/x")
		require.True(t, ok, "server %d", id)
	}
}

func TestSameSeedSameFingerprint(t *testing.T) {
	run := func(seed uint64) (trace.Hash, uint64) {
		w := settled(t, Config{Voters: 5, Observers: 1, Seed: seed, Codec: true})
		do(t, w, Command{Verb: Chaos, D: 20 * time.Second})
		for i := range 100 {
			w.RunTo(w.Now().Add(300 * time.Millisecond))
			req := create("/x" + string(rune('a'+i%26)))
			_ = w.Do(Command{Verb: Request, Client: 'A', Req: req})
		}
		return w.Fingerprint(), w.StateHash()
	}
	hash, state := run(11)
	again, stateAgain := run(11)
	require.Equal(t, hash, again)
	require.Equal(t, state, stateAgain)
	other, _ := run(12)
	require.NotEqual(t, hash, other)
}

func TestCodecChangesNothing(t *testing.T) {
	run := func(codec bool) trace.Hash {
		w := settled(t, Config{Voters: 3, Seed: 5, Codec: codec})
		do(t, w, Command{Verb: Request, Client: 'A', Req: create("/x")})
		w.RunTo(at(10 * time.Second))
		return w.Fingerprint()
	}
	require.Equal(t, run(false), run(true))
}

func TestCloneGoesItsOwnWay(t *testing.T) {
	w := settled(t, Config{Voters: 5, Seed: 3})
	c := w.Clone()
	before := w.StateHash()
	require.Equal(t, before, c.StateHash())
	do(t, c, Command{Verb: Chaos, D: 10 * time.Second})
	c.RunTo(at(30 * time.Second))
	require.Equal(t, before, w.StateHash(), "the clone's life changed the original")
	again := w.Clone()
	do(t, w, Command{Verb: Chaos, D: 10 * time.Second})
	w.RunTo(at(30 * time.Second))
	require.Equal(t, c.StateHash(), w.StateHash())
	require.Equal(t, c.Fingerprint(), w.Fingerprint())
	do(t, again, Command{Verb: Chaos, D: 10 * time.Second})
	again.RunTo(at(30 * time.Second))
	require.Equal(t, c.StateHash(), again.StateHash())
}

func TestCrashedServersComeBackFromTheirDisks(t *testing.T) {
	for _, verb := range []Verb{Kill, Power} {
		w := settled(t, Config{Voters: 3, Seed: 9})
		do(t, w, Command{Verb: Request, Client: 'A', Req: create("/kept")})
		w.RunTo(at(5 * time.Second))
		require.Equal(t, []string{"ok"}, returned(w))
		do(t, w, Command{Verb: verb, From: Everyone})
		w.RunTo(at(6 * time.Second))
		do(t, w, Command{Verb: Start, From: Everyone})
		w.RunTo(at(10 * time.Second))
		require.NotZero(t, w.Converged(), "%s", verb)
		_, _, ok := w.Node(1).Tree().Get("/kept")
		require.True(t, ok, "%s lost an acknowledged write", verb)
	}
}

func TestKilledLeaderIsReplaced(t *testing.T) {
	w := settled(t, Config{Voters: 5, Seed: 4})
	do(t, w, Command{Verb: Kill, From: zk.SetOf(5)})
	w.RunTo(at(8 * time.Second))
	require.Equal(t, zk.ServerID(4), w.Converged())
	do(t, w, Command{Verb: Start, From: zk.SetOf(5)})
	w.RunTo(at(12 * time.Second))
	require.Equal(t, zk.ServerID(4), w.Converged())
}

func TestMinorityLosesItsLeaderAndHealsAgain(t *testing.T) {
	w := settled(t, Config{Voters: 5, Seed: 4})
	do(t, w, Command{Verb: Partition, Groups: []zk.ServerSet{zk.SetOf(5, 1), zk.SetOf(2, 3, 4)}})
	require.Equal(t, 0, w.Island(1))
	require.Equal(t, 1, w.Island(2))
	w.RunTo(at(25 * time.Second))
	require.Equal(t, zk.Leading, w.Node(4).Status().Role)
	require.Equal(t, zk.Looking, w.Node(5).Status().Role)
	do(t, w, Command{Verb: Heal})
	w.RunTo(at(40 * time.Second))
	require.Equal(t, zk.ServerID(4), w.Converged())
}

func TestPausedServerFindsItsMessages(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 4})
	do(t, w, Command{Verb: Pause, From: zk.SetOf(1)})
	do(t, w, Command{Verb: Request, Client: 'A', Req: create("/x")})
	w.RunTo(at(5 * time.Second))
	_, _, ok := w.Node(1).Tree().Get("/x")
	require.False(t, ok)
	do(t, w, Command{Verb: Resume, From: zk.SetOf(1)})
	w.RunTo(at(6 * time.Second))
	_, _, ok = w.Node(1).Tree().Get("/x")
	require.True(t, ok)
}

func TestDroppedProposalTakesEverythingBehindIt(t *testing.T) {
	w := settled(t, Config{Voters: 5, Seed: 4})
	w.TakeEvents()
	do(t, w, Command{Verb: Drop, From: zk.SetOf(5), To: zk.SetOf(1), Type: zk.Proposal})
	do(t, w, Command{Verb: Request, Client: 'A', Req: create("/x")})
	w.RunTo(at(6 * time.Second))
	dropped := 0
	for _, e := range w.TakeEvents() {
		if e.Kind == trace.Dropped {
			require.Equal(t, zk.ServerID(1), e.Peer)
			dropped++
		}
	}
	require.GreaterOrEqual(t, dropped, 2)
	_, _, ok := w.Node(1).Tree().Get("/x")
	require.False(t, ok)
	w.RunTo(at(40 * time.Second))
	_, _, ok = w.Node(1).Tree().Get("/x")
	require.True(t, ok, "server 1 reconnects after its timeout and catches up")
}

func TestHeldMessagesWaitForRelease(t *testing.T) {
	w := settled(t, Config{Voters: 5, Seed: 4})
	do(t, w, Command{Verb: Hold, From: zk.SetOf(5), To: Everyone, Type: zk.Commit})
	do(t, w, Command{Verb: Request, Client: 'A', Req: create("/x")})
	w.RunTo(at(6 * time.Second))
	_, _, ok := w.Node(2).Tree().Get("/x")
	require.False(t, ok)
	do(t, w, Command{Verb: Release})
	w.RunTo(at(7 * time.Second))
	_, _, ok = w.Node(2).Tree().Get("/x")
	require.True(t, ok)
}

func TestExpiredClientLearnsIt(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 4})
	do(t, w, Command{Verb: Expire, Client: 'A'})
	w.RunTo(at(60 * time.Second))
	require.Equal(t, "EXPIRED", w.Client('A').State().String())
	do(t, w, Command{Verb: NewClient, Client: 'A'})
	w.RunTo(at(62 * time.Second))
	require.Equal(t, "CONNECTED", w.Client('A').State().String())
}

func TestCommandErrorsLeaveTheWorldAlone(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 4})
	before := w.StateHash()
	for _, c := range []Command{
		{Verb: Start, From: zk.SetOf(1)}, {Verb: Kill, From: zk.SetOf(9)}, {Verb: Kill},
		{Verb: Resume, From: zk.SetOf(1)}, {Verb: Cut, From: zk.SetOf(1), To: zk.SetOf(1)},
		{Verb: NewClient, Client: 'A'}, {Verb: Unplug, Client: 'B'}, {Verb: Fire, N: 1},
		{Verb: Duplicate, From: zk.SetOf(1), To: zk.SetOf(2), Type: zk.Ack}, {Verb: verbEnd},
		{Verb: Partition, Groups: []zk.ServerSet{zk.SetOf(1, 2, 3)}},
	} {
		require.Error(t, w.Do(c), "%s", c.Verb)
	}
	require.Equal(t, before, w.StateHash())
}

func TestFireDeliversByHand(t *testing.T) {
	w := settled(t, Config{Voters: 3, Seed: 4})
	for range 200 {
		list := w.Pending()
		require.NotEmpty(t, list)
		require.True(t, w.Fire(list[0].ID))
	}
	require.Nil(t, w.Failure())
}

// brittle is a machine that breaks an assertion when it is woken.
type brittle struct{}

func (brittle) Step(in *step.Input, _ *step.Output) { step.Assert(in.Kind != step.Wake, "Brittle") }
func (b brittle) CloneMachine() Machine             { return b }
func (brittle) StateHash() uint64                   { return 0 }

func TestBrokenAssertionStopsTheWorld(t *testing.T) {
	w := New(Config{Voters: 1, Machine: func(_ node.Config, _ node.Boot, out *step.Output) Machine {
		out.WakeAt = at(time.Second)
		return brittle{}
	}})
	do(t, w, Command{Verb: Start, From: Everyone, Line: ":start *"})
	w.RunTo(at(time.Minute))
	require.NotNil(t, w.Failure())
	require.Equal(t, "Brittle", w.Failure().Name)
	require.Equal(t, at(time.Second), w.Failure().At)
	require.False(t, w.Step())
	require.Error(t, w.Do(Command{Verb: Note}))
	events := w.TakeEvents()
	require.Equal(t, trace.Violated, events[len(events)-1].Kind)
}
