package live

import (
	"math/bits"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// More transactions than a screen can show are sampled as a whole: of 2^shift in a row one is kept,
// the same one on every node.
const (
	shownMax   = 2500 // transactions a second that are all shown
	shownFew   = 128  // about how many a second are kept beyond that
	sampleSpan = 250 * time.Millisecond
	calmFor    = 2 * time.Second // below shownMax, before all are shown again
)

// sieve chooses which events of a node are shown. It is used by one goroutine.
type sieve struct {
	shift   uint
	from    zk.Instant // of the span that is counted
	applied int
	calm    zk.Instant // since when there has been little to do; 0 while there is much

	// The last zxid of each stream of events about transactions, in which zxids only rise.
	own   [trace.KindCount]zk.Zxid
	disk  trace.Event // the last Durable
	acked [zk.ServerMax + 1]zk.Zxid
	said  [2][zk.MsgTypeCount][zk.ServerMax + 1]zk.Zxid
}

// of returns of how many transactions one is shown.
func (s *sieve) of() int { return 1 << s.shift }

// measure counts the events' transactions, and reports whether of has changed.
func (s *sieve) measure(events []trace.Event) (changed bool) {
	for i := range events {
		if events[i].Kind == trace.Applied {
			s.applied++
		}
	}
	now := events[len(events)-1].At
	span := now.Sub(s.from)
	if span < sampleSpan {
		return false
	}
	rate := int(int64(s.applied) * int64(time.Second) / int64(span))
	s.from, s.applied = now, 0
	return s.adjust(rate, now)
}

func (s *sieve) adjust(rate int, now zk.Instant) (changed bool) {
	before := s.shift
	switch {
	case rate > shownMax:
		s.calm = 0
		s.shift = max(s.shift, uint(bits.Len(uint(rate/shownFew))))
	case s.shift == 0:
	case s.calm == 0:
		s.calm = now
	case now.Sub(s.calm) >= calmFor:
		s.shift = 0
	}
	return s.shift != before
}

// keeps reports whether the event is shown.
func (s *sieve) keeps(e *trace.Event) bool {
	if s.shift == 0 {
		return true
	}
	switch e.Kind {
	case trace.Logged, trace.Proposed, trace.Applied:
		return s.crosses(&s.own[e.Kind], e.Zxid)
	case trace.Committed:
		return s.crosses(&s.own[e.Kind], e.Zxid) || e.Why == zk.InitialHistory
	case trace.Durable:
		before := s.disk
		s.disk = *e
		return s.crosses(&s.own[e.Kind], e.Zxid) || before.Epoch != e.Epoch || before.N != e.N
	case trace.Acked:
		return s.crosses(&s.acked[e.Peer&zk.ServerMax], e.Zxid)
	case trace.Sent, trace.Arrived:
		return s.keepsMessage(e)
	}
	return true
}

// keepsMessage chooses by what both ends of a link know, so that a message is shown at both or at
// none.
func (s *sieve) keepsMessage(e *trace.Event) bool {
	switch e.Type {
	case zk.Proposal, zk.Ack, zk.Commit, zk.Inform:
		return s.crosses(&s.said[e.Kind-trace.Sent][e.Type][e.Peer&zk.ServerMax], e.Zxid)
	case zk.Forward:
		return uint64(e.Sess)*0x9e3779b97f4a7c15>>(64-s.shift) == 0
	}
	return true
}

// crosses reports whether the stream that was at *last and is at z now has passed a transaction
// that is kept. A new epoch always has.
func (s *sieve) crosses(last *zk.Zxid, z zk.Zxid) bool {
	before := *last
	*last = z
	return before>>s.shift != z>>s.shift
}
