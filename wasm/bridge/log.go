package bridge

import (
	"slices"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/web/view"
)

// The log of events keeps the last ones of the branch, in chunks of so many.
const (
	logChunk  = 1024
	logChunks = 98 // about 100 000 events
)

// eventLog is the end of the branch's trace. Events have numbers, 1 for the first of the run. It is
// fed by the observer, so going back in time and forth again feeds known events, and acting in the
// past feeds others under numbers that are known: then what was ahead is dropped.
type eventLog struct {
	chunks []*logPart // chunks[i] holds the numbers from (drop+i)*logChunk+1 on
	drop   uint64     // so many chunks are forgotten
	first  uint64     // number of the first event that is kept, 1 at least
	end    uint64     // number of the last one, first-1 when there is none
	epoch  uint64     // rises when events were dropped at the end
}

type logPart struct {
	events [logChunk]trace.Event
	sums   [logChunk]uint64
	lives  *view.Lives // where it begins
}

func newLog() *eventLog { return &eventLog{first: 1} }

// put takes the n-th event. Before and sum name everything up to the event before it and up to it.
func (l *eventLog) put(n uint64, e *trace.Event, before, sum uint64) {
	switch {
	case n >= l.first && n <= l.end && l.sum(n) == sum:
		return
	case n < l.first || n > l.end+1 || n > l.first && l.sum(n-1) != before:
		l.chunks, l.drop, l.first = nil, (n-1)/logChunk, n
		l.epoch++
	case n <= l.end:
		l.epoch++
	}
	l.end = n
	l.add(n, e, sum)
}

func (l *eventLog) add(n uint64, e *trace.Event, sum uint64) {
	at := (n-1)/logChunk - l.drop
	if l.chunks = l.chunks[:min(uint64(len(l.chunks)), at+1)]; uint64(len(l.chunks)) == at {
		l.chunks = append(l.chunks, &logPart{})
	}
	p, i := l.chunks[at], (n-1)%logChunk
	p.events[i], p.sums[i] = *e, sum
	if len(l.chunks) > logChunks {
		l.chunks = slices.Delete(l.chunks, 0, 1)
		l.drop++
		l.first = l.drop*logChunk + 1
	}
}

// begin notes the lives where a chunk begins. The model is as it was after the n-th event, which
// was the last one put.
func (l *eventLog) begin(n uint64, m *view.Model) {
	if p := l.chunks[(n-1)/logChunk-l.drop]; p.lives == nil {
		p.lives = m.Lives()
	}
}

// at returns the n-th event, which must be kept.
func (l *eventLog) at(n uint64) *trace.Event {
	return &l.chunks[(n-1)/logChunk-l.drop].events[(n-1)%logChunk]
}

func (l *eventLog) sum(n uint64) uint64 {
	return l.chunks[(n-1)/logChunk-l.drop].sums[(n-1)%logChunk]
}

// has reports whether the n-th event is kept.
func (l *eventLog) has(n uint64) bool { return n >= l.first && n <= l.end }

// nextSum folds an event's place into the name of all events before it.
func nextSum(sum uint64, e *trace.Event) uint64 {
	v := sum ^ uint64(e.At) ^ e.Seq<<40 ^ uint64(e.Node)<<24 ^ uint64(e.Boot)<<8 ^ uint64(e.Kind)
	v = (v + 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9
	return v ^ v>>27
}

// causesWithin is how many events before one are searched for what led to it.
const causesWithin = 6000

// why returns how the n-th event came about, oldest first, and its number.
func (l *eventLog) why(n uint64) []trace.Event {
	if !l.has(n) {
		return nil
	}
	from := max(l.first, n-min(n, causesWithin))
	events := make([]trace.Event, 0, n-from+1)
	for i := from; i <= n; i++ {
		events = append(events, *l.at(i))
	}
	return trace.Why(events, events[len(events)-1].Ref)
}

// seen holds the numbers of the events that pass a filter. The search begins at the end and goes
// both ways: backwards through what is known, forwards with what comes.
type seen struct {
	back  []uint64 // falling
	ahead []uint64 // rising
	low   uint64   // events from low to high have been looked at
	high  uint64
	epoch uint64
}

// update looks at no more than so many events and reports whether some are left.
func (s *seen) update(l *eventLog, most int, passes func(*trace.Event) bool) (more bool) {
	if s.low == 0 || s.epoch != l.epoch {
		*s = seen{low: l.end + 1, high: l.end, epoch: l.epoch}
	}
	for len(s.back) > 0 && s.back[len(s.back)-1] < l.first {
		s.back = s.back[:len(s.back)-1]
	}
	if cut, _ := slices.BinarySearch(s.ahead, l.first); cut > 0 {
		s.ahead = slices.Delete(s.ahead, 0, cut)
	}
	s.low = max(s.low, l.first)
	s.high = max(s.high, s.low-1)
	for ; most > 0 && s.high < l.end; most-- {
		s.high++
		if passes(l.at(s.high)) {
			s.ahead = append(s.ahead, s.high)
		}
	}
	for ; most > 0 && s.low > l.first; most-- {
		s.low--
		if passes(l.at(s.low)) {
			s.back = append(s.back, s.low)
		}
	}
	return s.high < l.end || s.low > l.first
}

func (s *seen) len() int { return len(s.back) + len(s.ahead) }

// at returns the number of the i-th event that passes, the oldest first.
func (s *seen) at(i int) uint64 {
	if n := len(s.back); i < n {
		return s.back[n-1-i]
	}
	return s.ahead[i-len(s.back)]
}
