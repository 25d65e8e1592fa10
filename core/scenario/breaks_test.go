package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
)

// untilHit lets time pass step by step until a breakpoint is hit, at most for a while.
func untilHit(s *Session, d time.Duration) (Break, bool) {
	for limit := s.Now().Add(d); s.Now() < limit; {
		s.Advance(1, min(limit, s.BreakAt()))
		if hit, ok := s.Hit(); ok {
			return hit, true
		}
	}
	return Break{}, false
}

func TestBreakpointsStopWhenSomethingBecomesTrue(t *testing.T) {
	s := serving(t)
	require.Equal(t, "1", ok(t, s, ":break when leader == none").Output)
	require.Equal(t, "2", ok(t, s, ":break when msgs(PROPOSAL,to=4) > 0").Output)
	require.Equal(t, "3", ok(t, s, ":break when done[2] >= e1·c4 || state[2] == LOOKING").Output)
	_, hit := untilHit(s, 2*time.Second)
	require.False(t, hit)
	ok(t, s, "A: create /x 1")
	first, hit := untilHit(s, 2*time.Second)
	require.True(t, hit)
	require.Equal(t, Break{2, ":break when msgs(PROPOSAL,to=4) > 0"}, first)
	ok(t, s, ":unbreak 3")
	_, hit = untilHit(s, 2*time.Second)
	require.False(t, hit, "the same message does not hit twice")
	ok(t, s, ":kill leader")
	_, hit = s.Hit()
	require.True(t, hit)
	require.Equal(t, CodeNoBreak, s.Command(":unbreak 3").Err.Code)
	ok(t, s, ":unbreak *")
	require.Empty(t, s.Breaks())
}

func TestBreakpointAtAnInstantAndAfterGoingBack(t *testing.T) {
	s := free(t, 3, 0)
	ok(t, s, ":break at 1500ms")
	for range 2 {
		_, hit := untilHit(s, 5*time.Second)
		require.True(t, hit)
		require.Equal(t, zk.Instant(1500*time.Millisecond), s.Now())
		s.SeekTime(zk.Instant(time.Second))
		s.Rearm()
	}
	j := s.Journal()
	require.Empty(t, j.Journal, "a link does not carry breakpoints")
}

func TestBreakpointsAreRefusedWithAReason(t *testing.T) {
	s := free(t, 3, 0)
	for line, code := range map[string]string{
		":break": CodeUsage, ":break when": CodeUsage, ":break if x": CodeUsage,
		":break at noon": CodeBadDuration, ":break when state[9] == LOOKING": CodeNoServer,
		":unbreak 0": CodeBadNumber, ":unbreak": CodeUsage,
	} {
		r := s.Command(line)
		require.NotNil(t, r.Err, line)
		require.Equal(t, code, r.Err.Code, line)
	}
	for range breaksMax {
		ok(t, s, ":break at 1h")
	}
	require.Equal(t, CodeBreaksFull, s.Command(":break at 1h").Err.Code)
}
