package client

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// InputKind says what happened to the client.
type InputKind uint8

// The inputs.
const (
	Wake    InputKind = iota // the clock reached the WakeAt last asked for
	Up                       // the connection that was dialled is open
	Down                     // it was refused or is gone
	Receive                  // To arrived on it
	Submit                   // the application asks for Req
	Move                     // the application wants another Server
)

// Input is one thing that happened to one client. The driver gives nothing of an older connection
// once another was dialled or this one was hung up.
type Input struct {
	Kind   InputKind
	At     zk.Instant // never less than the previous Input's At
	To     *step.ToClient
	Server zk.ServerID
	Req    *zk.Request // never written afterwards; Xid and Session are ignored
	Line   string      // what the user typed, for the trace
	Cause  trace.Ref
}

// Send is one request on its way to the server. Req is never written again.
type Send struct {
	Req   *zk.Request
	Cause trace.Ref
}

// Output is what a step gives back. The driver does Hangup first, then Dial, then Sends in order.
type Output struct {
	Hangup bool        // close the connection or stop dialling
	Dial   zk.ServerID // connect to this server; 0 for none
	Sends  []Send
	Trace  []trace.Event
	WakeAt zk.Instant // earliest deadline; zk.Never if none
}

// Reset empties the output and keeps its memory.
func (o *Output) Reset() {
	clear(o.Sends)
	o.Sends, o.Trace = o.Sends[:0], o.Trace[:0]
	o.Hangup, o.Dial, o.WakeAt = false, 0, zk.Never
}
