package step

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Scribe numbers and writes the events of one server. Node, Boot and Seq are state of the server;
// Out, Now and Cause belong to the step that runs and are set anew by each.
type Scribe struct {
	Node  zk.ServerID
	Boot  uint16
	Seq   uint64
	Out   *Output
	Now   zk.Instant
	Cause trace.Ref // cause of events that name none: what arrived in this step
}

// Emit writes one event: it fills Ref, At and, where the caller left it empty, Cause. The returned
// Ref is for naming the event as a cause.
func (s *Scribe) Emit(e trace.Event) trace.Ref {
	s.Seq++
	e.Ref = trace.Ref{Seq: s.Seq, Node: s.Node, Boot: s.Boot}
	e.At = s.Now
	if e.Cause.IsZero() {
		e.Cause = s.Cause
	}
	s.Out.Trace = append(s.Out.Trace, e)
	return e.Ref
}

// Send sends a message and writes its Sent event. m.From is filled; m.Cause may name the cause of
// the sending and names the Sent event in what leaves.
func (s *Scribe) Send(m Message) {
	m.From = s.Node
	e := trace.Event{
		Kind: trace.Sent, Cause: m.Cause, Peer: m.To, Other: m.From, Type: m.Type, Role: m.State,
		Epoch: m.Epoch, Zxid: m.Zxid, Vote: m.Vote, Last: zk.Zxid(m.Round),
	}
	if len(m.Sess) > 0 {
		e.Sess = m.Sess[0].Session
	}
	if m.Req != nil {
		e.Sess = m.Req.Session
	}
	m.Cause = s.Emit(e)
	s.Out.Sends = append(s.Out.Sends, m)
}
