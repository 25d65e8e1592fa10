package bridge

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
)

// playFor plays with three clients that together write so many times a simulated second and with a
// fault every minute, and returns how many bytes more are in use at the end.
func playFor(t testing.TB, length time.Duration, rate int) (bytes int64, events uint64) {
	b := New(endless)
	do := func(text string) {
		var a answerOf
		require.NoError(t, decode(b.Call([]byte(text)), &a))
		require.Empty(t, a.Error, text)
	}
	do(`{"do":"load","voters":5,"seed":7,"lang":"en","speed":10000,"play":true}`)
	for _, line := range []string{
		":until leader != none", ":client A", ":client B", ":client C", "A: create /m 0",
	} {
		do(`{"do":"command","line":"` + line + `"}`)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	faults := []string{":kill leader", ":start *", ":partition 1,2|3,4,5", ":heal"}
	for n := 0; b.session.Now() < zk.Instant(length); n++ {
		b.execute(string(rune('A'+n%3)) + ": create -s /m/n- 0123456789")
		if minute := 60 * rate; n%minute == minute-1 {
			b.execute(faults[n/minute%len(faults)])
		}
		b.Tick(100 / float64(rate)) // at ten thousand simulated ms per second
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	l := b.log()
	require.LessOrEqual(t, l.end-l.first, uint64(logChunk*logChunks))
	return int64(after.HeapAlloc) - int64(before.HeapAlloc), l.end
}

func TestPlayKeepsLittleMemory(t *testing.T) {
	bytes, events := playFor(t, 4*time.Minute, 4)
	require.Less(t, bytes, int64(60<<20), "%d events", events)
}

// BenchmarkLongPlay fails when half an hour of play with four writes a second, or twelve minutes
// with twenty-four, keep more than 256 MB.
func BenchmarkLongPlay(b *testing.B) {
	for name, play := range map[string]struct {
		length time.Duration
		rate   int
	}{"30min4": {30 * time.Minute, 4}, "12min24": {12 * time.Minute, 24}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				bytes, events := playFor(b, play.length, play.rate)
				b.ReportMetric(float64(bytes)/(1<<20), "MB")
				b.ReportMetric(float64(events), "events")
				require.Less(b, bytes, int64(256<<20))
			}
		})
	}
}
