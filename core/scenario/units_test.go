package scenario

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// stop is what a page shows at a stop, short.
type stop struct {
	print trace.Hash
	now   zk.Instant
}

func stopOf(s *Session) stop { return stop{s.Fingerprint(), s.Now()} }

func TestStepsBackComeToTheStopsOfTheStepsForward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64Range(1, 1000).Draw(t, "seed")
		f, err := FreePlay(5, 0, seed)
		require.Nil(t, err)
		s, err := NewSession(f, Options{})
		require.Nil(t, err)
		for i := range rapid.IntRange(0, 4).Draw(t, "lines") {
			lines := []string{
				":kill leader", ":heal", ":client A", "A: create /x" + strconv.Itoa(i),
				":wait 700ms", ":chaos 5s", ":start 1-5", ":partition 1,2|3,4,5",
			}
			s.Command(rapid.SampledFrom(lines).Draw(t, "line"))
			s.Command(":wait " + strconv.Itoa(rapid.IntRange(1, 3000).Draw(t, "ms")) + "ms")
		}
		back := rapid.Int64Range(0, int64(s.Now())).Draw(t, "back")
		s.SeekTime(s.Now() - zk.Instant(back))
		u := Unit(rapid.IntRange(0, 2).Draw(t, "unit"))
		s.StepUnits(1, u) // to a stop
		stops := []stop{stopOf(s)}
		for range rapid.IntRange(1, 20).Draw(t, "n") {
			if s.StepUnits(1, u) == 0 {
				require.Equal(t, stops[len(stops)-1], stopOf(s), "nothing ahead: it stays")
				break
			}
			stops = append(stops, stopOf(s))
		}
		n := len(stops) - 1
		for i := n - 1; i >= 0; i-- {
			require.Equal(t, -1, s.StepUnits(-1, u))
			require.Equal(t, stops[i], stopOf(s), "stop %d", i)
		}
		require.Equal(t, n, s.StepUnits(n, u))
		require.Equal(t, stops[n], stopOf(s))
		require.Equal(t, -n, s.StepUnits(-n, u))
		require.Equal(t, stops[0], stopOf(s))
	})
}

func TestStepForwardStaysWhenNothingComes(t *testing.T) {
	s := serving(t)
	ok(t, s, ":wait 5s")
	here := stopOf(s)
	require.Zero(t, s.StepUnits(1, UnitRound), "a quiet ensemble elects and commits nothing")
	require.Equal(t, here, stopOf(s))
	s.SeekTime(s.Now() - zk.Instant(3*time.Second)) // in a known past as quiet as this
	then := stopOf(s)
	require.Zero(t, s.StepUnits(1, UnitRound))
	require.Equal(t, then, stopOf(s))
	require.Equal(t, -1, s.StepUnits(-1, UnitRound))
	require.Less(t, s.Now(), then.now)
}
