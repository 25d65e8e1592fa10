package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// counter counts events, and folds them as the world does.
type counter struct {
	n    int
	hash trace.Hash
}

func (c *counter) Observe(e *trace.Event) { c.n, c.hash = c.n+1, c.hash.Add(e) }

func (c *counter) CloneObserver() Observer {
	clone := *c
	return &clone
}

// story is a timeline of 40 s with faults, commands between steps, and writes.
func story(t testing.TB) *Timeline {
	line := NewTimeline(New(Config{Voters: 5, Seed: 21}), &counter{})
	act := func(c Command) { require.NoError(t, line.Do(c)) }
	act(Command{Verb: Start, From: Everyone, Line: ":start *"})
	line.RunTo(at(2 * time.Second))
	act(Command{Verb: NewClient, Client: 'A', Line: ":client A"})
	for i := range 100 {
		line.RunTo(at(2*time.Second + time.Duration(i)*200*time.Millisecond))
		req := create("/n")
		req.Mode = zk.PersistentSequential
		act(Command{Verb: Request, Client: 'A', Req: req, Line: "A: create -s /n"})
		if i == 30 {
			act(Command{Verb: Power, From: zk.SetOf(5), Line: ":power 5"})
		}
		if i == 60 {
			act(Command{Verb: Start, From: zk.SetOf(5), Line: ":start 5"})
		}
	}
	line.RunTo(at(40 * time.Second))
	return line
}

type snapshot struct {
	state uint64
	hash  trace.Hash
	seen  counter
}

func snap(t *Timeline) snapshot {
	return snapshot{t.World().StateHash(), t.World().Fingerprint(), *t.Observer(0).(*counter)}
}

func TestSeekBackAndForwardShowsTheSameStates(t *testing.T) {
	line := story(t)
	head := line.Head()
	require.Greater(t, len(line.now().checkpoints), 20)
	want := map[uint64]snapshot{}
	for step := uint64(0); step <= head; step += 97 {
		line.Seek(step)
		require.Equal(t, step, line.Position())
		want[step] = snap(line)
	}
	for step := head / 97 * 97; ; step -= 97 {
		line.Seek(step)
		require.Equal(t, want[step], snap(line), "step %d", step)
		if step == 0 {
			break
		}
	}
}

func TestCheckpointsEqualTheReplay(t *testing.T) {
	line := story(t)
	list := line.now().checkpoints
	line.restore(&list[0])
	for _, c := range list {
		for line.Position() < c.world.Steps() {
			line.Step()
		}
		require.Equal(t, c.world.StateHash(), line.World().StateHash())
		require.Equal(t, c.world.Fingerprint(), line.World().Fingerprint())
		require.Equal(t, c.observers[0], line.Observer(0))
	}
}

func TestSeekTimeStopsAtTheInstant(t *testing.T) {
	line := story(t)
	end := line.World().Fingerprint()
	for _, ms := range []int{39_999, 10_000, 10_001, 0, 2_000, 17_500, 40_000} {
		to := at(time.Duration(ms) * time.Millisecond)
		line.SeekTime(to)
		require.Equal(t, to, line.World().Now())
		require.True(t, !line.InPast() || line.NextAt() > to)
	}
	require.Equal(t, end, line.World().Fingerprint())
	line.SeekTime(at(time.Hour))
	require.Equal(t, at(40*time.Second), line.World().Now())
}

func TestEventsOfTheObserverMatchTheWorld(t *testing.T) {
	line := story(t)
	line.Seek(1234)
	require.Equal(t, line.World().Fingerprint(), line.Observer(0).(*counter).hash)
}

func TestActingInThePastForksAndKeepsTheOldBranch(t *testing.T) {
	line := story(t)
	end, journal := snap(line), len(line.Journal())
	line.SeekTime(at(10 * time.Second))
	require.NoError(t, line.Do(Command{Verb: Kill, From: zk.SetOf(1), Line: ":kill 1"}))
	list, current := line.Branches()
	require.Len(t, list, 2)
	require.Equal(t, 1, current)
	require.Less(t, len(line.Journal()), journal)
	line.RunTo(at(40 * time.Second))
	other := snap(line)
	require.NotEqual(t, end, other)
	require.True(t, line.Switch(0))
	require.Equal(t, end, snap(line))
	require.True(t, line.Switch(1))
	require.Equal(t, other, snap(line))
	require.False(t, line.Switch(2))
	require.Equal(t, [2]int{1, 0}, [2]int{list[1].ID, list[1].From})
	require.Equal(t, at(10*time.Second), list[1].ForkAt)
	require.False(t, line.Forget(1), "it is the current one")
	require.True(t, line.Forget(0))
	require.Equal(t, other, snap(line))
	list, current = line.Branches()
	require.Len(t, list, 1)
	require.Zero(t, current)
}

func TestBranchesAreLimited(t *testing.T) {
	line := story(t)
	for i := range 2 * branchMax {
		require.True(t, line.Switch(0))
		line.SeekTime(at(time.Duration(5+i%7) * time.Second))
		require.NoError(t, line.Do(Command{Verb: Note, Line: ":note"}))
	}
	list, current := line.Branches()
	require.Len(t, list, branchMax)
	require.Equal(t, branchMax-1, current)
}

func TestUndoForgetsTheLastCommand(t *testing.T) {
	line := story(t)
	line.SeekTime(at(10 * time.Second))
	before := snap(line)
	require.NoError(t, line.Do(Command{Verb: Kill, From: zk.SetOf(1)}))
	line.RunTo(at(12 * time.Second))
	require.True(t, line.Undo())
	require.Equal(t, at(10*time.Second), line.World().Now())
	require.Equal(t, before, snap(line))
}

func TestRefusedCommandInThePastDoesNotFork(t *testing.T) {
	line := story(t)
	line.SeekTime(at(10 * time.Second))
	require.Error(t, line.Do(Command{Verb: Kill, From: zk.SetOf(9)}))
	list, _ := line.Branches()
	require.Len(t, list, 1)
}

func TestCheckpointsAreThinned(t *testing.T) {
	line := story(t)
	line.RunTo(at(10 * time.Minute))
	b := line.now()
	require.LessOrEqual(t, len(b.checkpoints), checkpointMax)
	require.Zero(t, b.checkpoints[0].world.Steps())
	for i := 1; i < len(b.checkpoints); i++ {
		from := b.checkpoints[i-1].world.Steps()
		gap := b.checkpoints[i].world.Steps() - from
		require.LessOrEqual(t, gap, max(2*checkpointEvery, 2*(b.Head-from)/checkpointAge))
	}
}
