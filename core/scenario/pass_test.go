package scenario

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
)

// inPieces gives a line and lets its time pass in pieces of odd sizes, some of them short of the
// next event.
func inPieces(t *testing.T, s *Session, line string, piece int) Result {
	t.Helper()
	r := s.Begin(line)
	if r.Pass == nil {
		return r
	}
	for n := 0; !r.Pass.Ended(); n++ {
		require.Less(t, n, 10_000_000, line)
		until := zk.Never
		if n%3 == 1 {
			until = s.Now().Add(time.Duration(n%17) * 300 * time.Microsecond)
		}
		r.Pass.Go(1+n%piece, until)
	}
	return r.Pass.Result()
}

func TestTimeInPiecesIsTheSameRun(t *testing.T) {
	lines := []string{
		":client A", ":until leader != none", ":chaos 20s", "A: create -s /n- x", ":wait 7s",
		":step 100", ":kill leader", ":until leader != none", ":until leader == 9", ":wait 1ms",
	}
	for seed := range uint64(50) {
		f, err := FreePlay(5, 0, 1000+seed)
		require.Nil(t, err)
		whole, err := NewSession(f, Options{})
		require.Nil(t, err)
		pieces, err := NewSession(f, Options{})
		require.Nil(t, err)
		for _, line := range lines {
			want, got := whole.Command(line), inPieces(t, pieces, line, 1+int(seed)%7)
			require.Equal(t, want.OK, got.OK, "seed %d, %s", seed, line)
			require.Equal(t, want.Output, got.Output, "seed %d, %s", seed, line)
			require.Equal(t, whole.Fingerprint(), pieces.Fingerprint(), "seed %d, %s", seed, line)
		}
	}
}

func TestReplayInPiecesSaysHowFarItIs(t *testing.T) {
	s := serving(t)
	for i := range 5 {
		ok(t, s, "A: create /x"+strconv.Itoa(i))
		ok(t, s, ":wait 3s")
	}
	j := s.Journal()
	r, err := NewReplay(&j, nil, Options{})
	require.Nil(t, err)
	last := zk.Instant(0)
	for more := true; more; {
		more, err = r.Go(7)
		require.Nil(t, err)
		now, goal := r.Progress()
		require.LessOrEqual(t, last, now)
		require.LessOrEqual(t, now, goal)
		last = now
	}
	require.Equal(t, s.Now(), r.Session().Now())
	require.Equal(t, s.Fingerprint(), r.Session().Fingerprint())
}

func TestReplayOfHostileLinesGoesOnInPieces(t *testing.T) {
	j := Journal{V: 1, Seed: 1, Nodes: 3, T: Millis(20 * time.Hour)}
	for range 3 {
		j.Journal = append(j.Journal, JournalEntry{Step: 0, Line: ":wait 5h"})
	}
	r, err := NewReplay(&j, nil, Options{})
	require.Nil(t, err)
	more, err := r.Go(5)
	require.Nil(t, err)
	require.True(t, more)
	require.Less(t, r.Session().Now(), zk.Instant(time.Minute))
}
