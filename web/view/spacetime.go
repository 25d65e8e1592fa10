package view

import (
	"slices"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Spacetime is a trace as the space-time diagram needs it: messages on their way, how the life
// lines change, and commits, each by rising time. Any window of it can be drawn at once.
type Spacetime struct {
	Passages []Passage
	Turns    []Turn
	Rules    []Rule
	Start    Lives  // before the first Turn
	Rev      uint64 // rises with every change

	now  Lives
	open map[trace.Ref]int // where messages on their way stand in Passages, with gone added
	gone int               // so many passages are forgotten
}

// Passage is one message.
type Passage struct {
	Number   uint64 // of its Sent event in the trace
	From, To zk.ServerID
	Type     zk.MsgType
	State    FlightState
	Why      zk.Why     // of a loss
	T0       zk.Instant // when it was sent
	T1       zk.Instant // when it arrives, or would have; 0 when unknown
	End      zk.Instant // when it was lost or held, or arrived; 0 while flying
}

// Turn is a change of one life line.
type Turn struct {
	Number uint64 // of the event
	At     zk.Instant
	ID     zk.ServerID
	Life   Life
}

// Rule is a commit: the leader counted a quorum of acknowledgements.
type Rule struct {
	Number uint64 // of the event
	At     zk.Instant
	Zxid   zk.Zxid
}

// NewSpacetime returns the diagram of a trace that begins with the given lives.
func NewSpacetime(start *Lives) *Spacetime {
	return &Spacetime{Start: *start, now: *start, open: map[trace.Ref]int{}}
}

// Add takes the n-th event of the trace. Events come in order.
func (s *Spacetime) Add(n uint64, e *trace.Event) {
	switch e.Kind {
	case trace.Sent:
		s.Rev++
		s.open[e.Ref] = s.gone + len(s.Passages)
		s.Passages = append(s.Passages, Passage{
			Number: n, From: e.Other, To: e.Peer, Type: e.Type, T0: e.At, T1: zk.Instant(e.N),
		})
	case trace.Arrived, trace.Dropped, trace.Held, trace.Released:
		s.follow(e)
	case trace.Committed:
		if e.Why == zk.QuorumAcked {
			s.Rev++
			s.Rules = append(s.Rules, Rule{n, e.At, e.Zxid})
		}
	default:
		s.turn(n, e)
	}
}

// follow tells of a message what became of it.
func (s *Spacetime) follow(e *trace.Event) {
	i, ok := s.open[e.Cause]
	if !ok || i < s.gone {
		return
	}
	s.Rev++
	p := &s.Passages[i-s.gone]
	p.End, p.Why = e.At, e.Why
	switch e.Kind {
	case trace.Arrived:
		p.State, p.T1 = FlightArrived, e.At
	case trace.Dropped:
		p.State = FlightDropped
	case trace.Held:
		p.State = FlightHeld
		return
	case trace.Released:
		p.State, p.T1, p.End = FlightFlying, zk.Instant(e.N), 0
		return
	}
	delete(s.open, e.Cause)
}

// turn notes how an event changes life lines. Of several changes in one instant the last counts.
func (s *Spacetime) turn(n uint64, e *trace.Event) {
	before := s.now.of
	if !s.now.apply(e) {
		return
	}
	for id := range s.now.of {
		if s.now.of[id] == before[id] {
			continue
		}
		s.Rev++
		turn := Turn{n, e.At, zk.ServerID(id), s.now.of[id]}
		if i := s.sameInstant(&turn); i >= 0 {
			s.Turns[i] = turn
			continue
		}
		s.Turns = append(s.Turns, turn)
	}
}

func (s *Spacetime) sameInstant(turn *Turn) int {
	for i := len(s.Turns) - 1; i >= 0 && s.Turns[i].At == turn.At; i-- {
		if s.Turns[i].ID == turn.ID {
			return i
		}
	}
	return -1
}

// Forget drops what comes from events before the first, when the lives were as given.
func (s *Spacetime) Forget(first uint64, start *Lives) {
	cut := 0
	for cut < len(s.Passages) && s.Passages[cut].Number < first {
		cut++
	}
	s.gone += cut
	s.Passages = slices.Delete(s.Passages, 0, cut)
	for sent, i := range s.open {
		if i < s.gone {
			delete(s.open, sent)
		}
	}
	s.Turns = slices.DeleteFunc(s.Turns, func(t Turn) bool { return t.Number < first })
	s.Rules = slices.DeleteFunc(s.Rules, func(r Rule) bool { return r.Number < first })
	s.Start = *start
	s.Rev++
}

// LivesAt returns the life lines at a moment, and how they change from then to another one.
func (s *Spacetime) LivesAt(from, to zk.Instant) (*Lives, []Turn) {
	lives, begin := s.Start, 0
	for begin < len(s.Turns) && s.Turns[begin].At <= from {
		lives.of[s.Turns[begin].ID] = s.Turns[begin].Life
		begin++
	}
	end := begin
	for end < len(s.Turns) && s.Turns[end].At <= to {
		end++
	}
	return &lives, s.Turns[begin:end]
}

// Lanes returns everybody who has a life line, servers first.
func (s *Spacetime) Lanes() []zk.ServerID {
	var all []zk.ServerID
	for id := range s.now.of {
		if s.now.of[id].There {
			all = append(all, zk.ServerID(id))
		}
	}
	return all
}

// Window returns the wanted messages that are on their way between two moments, by when they were
// sent. When there are more than most, only each n-th of them and the lost ones are returned, which
// every says; all counts them.
func (s *Spacetime) Window(
	from, to zk.Instant, most int, wanted func(zk.MsgType) bool,
) (list []*Passage, every, all int) {
	lost := 0
	for i := range s.Passages {
		p := &s.Passages[i]
		if p.T0 > to {
			break
		}
		if !p.during(from) || !wanted(p.Type) {
			continue
		}
		list = append(list, p)
		if p.State == FlightDropped {
			lost++
		}
	}
	all = len(list)
	if all <= most {
		return list, 1, all
	}
	return thinned(list, lost, most)
}

// thinned keeps each n-th message, and up to a half of what there may be lost ones.
func thinned(list []*Passage, lost, most int) (kept []*Passage, every, all int) {
	all = len(list)
	keepLost := lost <= most/2
	room := most
	if keepLost {
		room -= lost
	}
	every = (all + room - 1) / room
	for i, p := range list {
		if i%every == 0 || keepLost && p.State == FlightDropped {
			kept = append(kept, p)
		}
	}
	return kept, every, all
}

// during reports whether the message is on its way at a moment or later. One that never left its
// sender, because there was no connection, never is.
func (p *Passage) during(from zk.Instant) bool {
	switch p.State {
	case FlightHeld:
		return true
	case FlightDropped:
		return max(p.End, p.T1) >= from && (p.Why != zk.WhyLinkBroken || p.End > p.T0)
	}
	return p.T1 == 0 || p.T1 >= from
}
