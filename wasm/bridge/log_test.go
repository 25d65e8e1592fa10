package bridge

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// fill puts the events of a run into a log: events is how many, other what course they are of.
func fill(l *eventLog, from, to uint64, sums []uint64, course zk.Instant) []uint64 {
	for n := from; n <= to; n++ {
		e := trace.Event{Ref: trace.Ref{Seq: n}, At: course, Kind: trace.Applied}
		before := sums[n-1]
		sum := nextSum(before, &e)
		sums = append(sums[:n], sum)
		l.put(n, &e, before, sum)
	}
	return sums
}

func TestLogKeepsTheLastEventsOnly(t *testing.T) {
	l := newLog()
	fill(l, 1, 3*logChunk*logChunks, []uint64{0}, 0)
	require.Len(t, l.chunks, logChunks)
	require.Equal(t, uint64(3*logChunk*logChunks), l.end)
	require.Equal(t, l.end, l.at(l.end).Seq)
	require.Equal(t, l.first, l.at(l.first).Seq)
	require.GreaterOrEqual(t, l.end-l.first, uint64((logChunks-1)*logChunk))
}

func TestLogFollowsTheBranch(t *testing.T) {
	l := newLog()
	sums := fill(l, 1, 5000, []uint64{0}, 0)
	main := append([]uint64{}, sums...)
	epoch := l.epoch

	fill(l, 2001, 3000, sums, 0) // lived again
	require.Equal(t, uint64(5000), l.end)
	require.Equal(t, epoch, l.epoch)

	fill(l, 2001, 2600, append([]uint64{}, main...), 7) // another course
	require.Equal(t, uint64(2600), l.end)
	require.Equal(t, zk.Instant(7), l.at(2001).At)
	require.Equal(t, zk.Instant(0), l.at(2000).At)
	require.NotEqual(t, epoch, l.epoch)

	fill(l, 2301, 2400, append([]uint64{}, main...), 0) // the first again, from a checkpoint
	require.Equal(t, uint64(2301), l.first, "what came before is of another course")
	require.Equal(t, uint64(2400), l.end)
}

func TestSearchFindsTheSameInSlices(t *testing.T) {
	l := newLog()
	sums := fill(l, 1, 4000, []uint64{0}, 0)
	third := func(e *trace.Event) bool { return e.Seq%3 == 0 }
	var s seen
	for s.update(l, 170, third) {
		sums = fill(l, l.end+1, l.end+10, sums, 0)
	}
	require.Equal(t, int(l.end/3), s.len())
	for i := range s.len() {
		require.Equal(t, uint64(3*i+3), s.at(i))
	}
}

func TestLogShowsAWindowAndExplains(t *testing.T) {
	p := free(t)
	p.call("play", args{"on": false})
	p.do(":until leader != none")
	p.call("filter", args{"text": "VoteChanged"})
	p.call("events-window", args{"n": 0, "count": 12, "on": false})
	f := p.tick(0)
	html, _ := f.panel("events-rows")
	require.Contains(t, html, `data-from="0"`)
	require.Contains(t, html, "VoteChanged")
	require.NotContains(t, html, "Applied")
	require.Less(t, len(html), 9000)

	_, rest, _ := strings.Cut(html, `data-action="why" data-value="`)
	number, _, _ := strings.Cut(rest, `"`)
	var n int
	for _, c := range number {
		n = 10*n + int(c-'0')
	}
	p.call("why", args{"n": n})
	f = p.tick(0)
	why, _ := f.panel("events-why")
	require.Contains(t, why, "duel-ladder")
	require.Contains(t, why, "hears that node")

	part := as[EventsPart](p, p.call("events-export", args{"n": 0}))
	require.Contains(t, part.Text, `"kind":"Booted"`)
}
