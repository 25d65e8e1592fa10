// Package live puts the traces of several real nodes into one order that a page, or a checker, can
// fold. Nodes have clocks of their own, so the order is that of causes and of nothing else: an
// event comes after the one that made it happen. Of what remains, that which was received first
// comes first. The time of an event is only for drawing.
package live

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

const (
	// PatienceMs is how long, by receipt time, an event waits for its cause.
	PatienceMs = 500.0
	queueMax   = 8192 // events of one node that wait
)

// Merger merges streams. The zero value has none.
type Merger struct {
	streams []*stream // as they appeared; few
	ready   []trace.Event
	ms      float64 // receipt time, by the receiver's clock
	zero    float64 // ms at which time began here
	began   bool
	count   uint64     // of what was received
	end     zk.Instant // of the last event
	shown   shown
}

// stream is what comes from one node; node 0 is the world.
type stream struct {
	id      zk.ServerID
	known   trace.Ref // the last event that was passed on
	queue   []waiting // oldest first
	telling bool      // its state is told: what follows waits for nothing
	silent  bool      // it is not waited for: it is gone, or was waited for in vain
	missed  bool      // and something that it did was missed
	boot    uint16
	offset  zk.Instant // from its clock to the time here: the least delay that was seen
}

// waiting is an event that waits for its turn.
type waiting struct {
	e     trace.Event
	n     uint64  // place in the order in which it was received
	since float64 // ms since when it is the first and its cause is missing
	told  bool
}

// Begin begins a connection: all nodes are going to tell what they are. What follows is missing
// between what was known before and that.
func (m *Merger) Begin() {
	for _, s := range m.streams {
		if s.id > 0 && s.id <= zk.ServerMax && !s.silent && !s.known.IsZero() {
			m.pass(&trace.Event{Kind: trace.Missed, Peer: s.id}, m.end)
		}
	}
	m.streams, m.began = nil, false
}

// Now returns the present time here, which began with the first event at 0.
func (m *Merger) Now() zk.Instant { return max(m.end, zk.Instant((m.ms-m.zero)*1e6)) }

// Clock tells the receipt time of what follows, in ms. It does not go back but for a Begin.
func (m *Merger) Clock(ms float64) {
	if !m.began {
		m.began, m.zero, m.ms = true, ms-float64(m.end)/1e6, ms
	}
	m.ms = max(ms, m.ms)
}

// Wait lets ms go by.
func (m *Merger) Wait(ms float64) { m.ms += ms }

// Tell says that the next events of a node tell what it is, or that they do no more.
func (m *Merger) Tell(node zk.ServerID, on bool) { m.stream(node).telling = on }

// Add takes the next event of a node.
func (m *Merger) Add(node zk.ServerID, e *trace.Event) {
	s := m.stream(node)
	s.silent = false
	now := zk.Instant((m.ms - m.zero) * 1e6)
	if s.boot != e.Boot || s.offset == 0 {
		s.boot, s.offset = e.Boot, now-e.At
	}
	s.offset = min(s.offset, now-e.At)
	m.queue(s, *e, e.At+s.offset)
}

// Miss says that n events of a node are missing here, 0 for an unknown number, and less when there
// are going to be no more.
func (m *Merger) Miss(node zk.ServerID, n int64) {
	e := trace.Event{Kind: trace.Missed, Peer: node, N: n}
	m.queue(m.stream(node), e, zk.Instant((m.ms-m.zero)*1e6))
}

func (m *Merger) queue(s *stream, e trace.Event, at zk.Instant) {
	e.At = max(at, 0)
	m.count++
	s.queue = append(s.queue, waiting{e: e, n: m.count, told: s.telling})
}

func (m *Merger) stream(id zk.ServerID) *stream {
	for _, s := range m.streams {
		if s.id == id {
			return s
		}
	}
	s := &stream{id: id}
	m.streams = append(m.streams, s)
	return s
}

// Next returns the events that need not wait any more, in order. Their times never fall.
func (m *Merger) Next() []trace.Event {
	for s := m.first(); s != nil; s = m.first() {
		w := s.queue[0]
		if s.queue = s.queue[1:]; len(s.queue) == 0 {
			s.queue = nil // gives the memory back
		}
		m.take(s, &w)
	}
	ready := m.ready
	m.ready = nil
	return ready
}

// first returns the stream whose first event was received first, of those that need not wait.
func (m *Merger) first() *stream {
	var first, late *stream
	for _, s := range m.streams {
		if len(s.queue) == 0 || m.isEarly(&s.queue[0]) {
			continue
		}
		w := &s.queue[0]
		o := m.ahead(s, w.e.Cause)
		switch {
		case !w.told && (o != nil && !o.silent || m.shown.isHasty(&w.e)):
			if w.since == 0 {
				w.since = max(m.ms, 1e-9)
			}
			if m.ms-w.since > PatienceMs || len(s.queue) > queueMax {
				late = s
			}
		case first == nil || w.n < first.queue[0].n:
			first = s
		}
	}
	if first == nil && late != nil {
		if o := m.ahead(late, late.queue[0].e.Cause); o != nil {
			o.silent = true
		}
		return late
	}
	return first
}

// isEarly reports whether a server is said to have stopped, of which something still waits that was
// received before.
func (m *Merger) isEarly(w *waiting) bool {
	if w.e.Kind != trace.Crashed {
		return false
	}
	s := m.stream(w.e.Peer)
	return len(s.queue) > 0 && s.queue[0].n < w.n
}

// ahead returns the stream of the cause of an event of s, if it has not come so far.
func (m *Merger) ahead(s *stream, cause trace.Ref) *stream {
	if cause.IsZero() || cause.Node == s.id || cause.Node == 0 {
		return nil
	}
	for _, o := range m.streams {
		if o.id != cause.Node {
			continue
		}
		if k := o.known; k.Boot < cause.Boot || k.Boot == cause.Boot && k.Seq < cause.Seq {
			return o
		}
	}
	return nil
}

// take passes an event on. When its cause never came, that is said before.
func (m *Merger) take(s *stream, w *waiting) {
	e := &w.e
	if e.Kind == trace.Missed {
		s.silent, s.missed = e.N < 0, true
	} else {
		s.known, s.silent, s.missed = e.Ref, false, false
	}
	if o := m.ahead(s, e.Cause); o != nil && !o.missed && !o.known.IsZero() {
		o.missed = true
		m.pass(&trace.Event{Kind: trace.Missed, Peer: o.id}, m.end)
	}
	m.pass(e, e.At)
}

func (m *Merger) pass(e *trace.Event, at zk.Instant) {
	m.end = max(m.end, at)
	e.At = m.end
	m.shown.note(e)
	m.ready = append(m.ready, *e)
}
