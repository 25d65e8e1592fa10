package node

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zabscope/zabscope/core/zk"
)

// TestBucketsSayWhenTheFirstSessionExpires holds the buckets against a look at all sessions.
func TestBucketsSayWhenTheFirstSessionExpires(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, now := liveness{tick: time.Second}, zk.Instant(0)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 1500).Draw(t, "ms")) * time.Millisecond)
			id := zk.SessionID(rapid.IntRange(1, 5).Draw(t, "id"))
			timeout := rapid.Int32Range(1000, 8000).Draw(t, "timeout")
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				l.add(id, timeout, 1, now)
			case 1:
				l.remove(id)
			case 2:
				l.close(id)
			default:
				l.touch(zk.SessionTouch{Session: id, TimeoutMs: timeout}, now)
			}
			first, count := zk.Never, 0
			for _, s := range l.sessions {
				if !s.closing {
					first, count = min(first, s.expireAt), count+1
				}
			}
			require.Equal(t, first, l.wakeAt())
			for _, b := range l.buckets {
				count -= b.count
			}
			require.Zero(t, count)
		}
	})
}

// crowded returns n sessions whose timeouts are spread over forty ticks.
func crowded(n int) (*liveness, []zk.SessionTouch) {
	l, touches := &liveness{tick: 2 * time.Second}, make([]zk.SessionTouch, n)
	for i := range touches {
		timeout := int32(4_000 + i%36_000)
		touches[i] = zk.SessionTouch{Session: zk.SessionID(i + 1), TimeoutMs: timeout}
		l.add(touches[i].Session, touches[i].TimeoutMs, 1, 0)
	}
	return l, touches
}

func TestTouchingASessionDoesNotAllocate(t *testing.T) {
	l, touches := crowded(10_000)
	i := 0
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		l.touch(touches[i], zk.Instant(time.Second))
		i++
	}))
}

// BenchmarkSessions is what a request costs a leader with so many sessions: the session's next
// expiry, and when the leader must wake.
func BenchmarkSessions(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("op=touch/sessions=%d", n), func(b *testing.B) {
			l, touches := crowded(n)
			b.ReportAllocs()
			now, woke := zk.Instant(0), zk.Instant(0)
			for i := 0; b.Loop(); i++ {
				now = now.Add(100 * time.Microsecond)
				l.touch(touches[i%n], now)
				woke = max(woke, l.wakeAt())
			}
		})
		b.Run(fmt.Sprintf("op=churn/sessions=%d", n), func(b *testing.B) {
			l, touches := crowded(n)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				t := touches[i%n]
				l.remove(t.Session)
				l.add(t.Session, t.TimeoutMs, 1, zk.Instant(i)*1000)
			}
		})
	}
}
