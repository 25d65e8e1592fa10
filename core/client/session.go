package client

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// State is the state of a session as its client sees it. The numbers are those of the ClientState
// event.
type State uint8

// The states. Expired and Closed are final.
const (
	Disconnected State = iota // waits before it tries the next server
	Connecting                // asked a server, no session confirmed yet
	Connected
	Expired
	Closed
)

var stateNames = [...]string{"DISCONNECTED", "CONNECTING", "CONNECTED", "EXPIRED", "CLOSED"}

// String returns the state in capitals, "CONNECTED".
func (s State) String() string {
	if int(s) >= len(stateNames) {
		return "UNKNOWN"
	}
	return stateNames[s]
}

// Limits of a session.
const (
	DefaultTimeoutMs = 12_000                 // asked for when the config names no timeout
	backOffFirst     = 100 * time.Millisecond // before the first new attempt; doubles each time
	backOffMax       = time.Second
	backOffs         = 5 // attempts after which the back-off is backOffMax
	pingEveryMax     = 10 * time.Second
)

// Config says who the client is and what it asks for. It never changes.
type Config struct {
	ID        zk.ServerID  // a letter, 'A' to 'Z'
	Boot      uint16       // how many clients had this letter before, plus 1
	Servers   zk.ServerSet // where it may connect
	First     zk.ServerID  // the server to try first; 0 for any
	Pinned    bool         // never leaves First
	TimeoutMs int32        // the session timeout to ask for; 0 is DefaultTimeoutMs
	Seed      uint64       // decides the order of servers and the back-off
	Ops       int64        // number of the last operation of the client that had this letter
}

// op is an operation between its Invoked and its Returned event.
type op struct {
	n    int64
	xid  int32 // 0 while it has not been sent
	req  *zk.Request
	call trace.Ref // its Invoked
}

// Session is one client with at most one session. It is a value that only Step and Start change.
type Session struct {
	cfg    Config
	rng    rand.PCG
	state  State
	server zk.ServerID   // the server it talks to or tries; 0 for none
	order  []zk.ServerID // the servers in the order in which they are tried; never written
	next   int           // index into order
	failed int           // attempts since the last success

	id        zk.SessionID
	password  []byte
	timeoutMs int32   // asked for until the session exists, then negotiated
	local     bool    // the session is a read-only server's own: no other server knows it
	readOnly  bool    // a server that only serves reads will do
	lastZxid  zk.Zxid // the largest zxid seen in a reply or an event
	xid       int32   // of the last operation that was sent; rises across connections, as in Apache
	opN       int64   // number of the last operation
	ops       []op    // in the order they were given; those with an xid come first
	closing   bool    // closeSession has been asked for
	watches   watches
	auths     []*zk.Request // who it has said it is, which every connection must hear anew

	lastSent  zk.Instant
	lastHeard zk.Instant // or the moment the connection was asked for
	retryAt   zk.Instant // while Disconnected

	seq uint64 // of the last event
	now zk.Instant
	out *Output // only during a step
}

// New returns a session that does nothing until Start.
func New(cfg Config) *Session {
	if cfg.TimeoutMs == 0 {
		cfg.TimeoutMs = DefaultTimeoutMs
	}
	s := &Session{cfg: cfg, timeoutMs: cfg.TimeoutMs, opN: cfg.Ops}
	s.rng = *rand.NewPCG(cfg.Seed, uint64(cfg.ID)<<16|uint64(cfg.Boot))
	s.order = s.shuffled()
	return s
}

// Start makes the first attempt to connect.
func (s *Session) Start(at zk.Instant, out *Output) {
	s.begin(at, out)
	s.dial(trace.Ref{})
	s.end()
}

// Step takes one input and fills out, which the caller has reset.
func (s *Session) Step(in *Input, out *Output) {
	s.begin(in.At, out)
	switch in.Kind {
	case Wake:
		s.wake()
	case Up:
		s.up()
	case Down:
		s.down(in.Cause)
	case Receive:
		s.receive(in.To, in.Cause)
	case Submit:
		s.submit(in.Req, in.Line, in.Cause)
	case Move:
		s.move(in.Server, in.Cause)
	}
	s.end()
}

// Clone returns an independent copy.
func (s *Session) Clone() *Session {
	c := *s
	c.ops = append([]op(nil), s.ops...)
	c.watches = s.watches.clone()
	c.auths = slices.Clip(s.auths)
	c.out = nil
	return &c
}

// TakeReadOnly says whether a server without a leader will do, for reads, from the next attempt to
// connect. It does at first not.
func (s *Session) TakeReadOnly(on bool) { s.readOnly = on }

// State returns the state.
func (s *Session) State() State { return s.state }

// Server returns the server that the client talks to or tries, 0 for none.
func (s *Session) Server() zk.ServerID { return s.server }

// ID returns the session id, 0 before there is a session.
func (s *Session) ID() zk.SessionID { return s.id }

// TimeoutMs returns the negotiated session timeout, before that the one asked for.
func (s *Session) TimeoutMs() int32 { return s.timeoutMs }

// LastZxid returns the largest zxid that the client has seen.
func (s *Session) LastZxid() zk.Zxid { return s.lastZxid }

// Pinned reports whether the client never leaves its server.
func (s *Session) Pinned() bool { return s.cfg.Pinned }

// OpN returns the number of the last operation that was submitted, 0 for none.
func (s *Session) OpN() int64 { return s.opN }

// InFlight returns the number of operations that have not returned.
func (s *Session) InFlight() int { return len(s.ops) }

// Boot returns how many clients have had this letter, this one included.
func (s *Session) Boot() uint16 { return s.cfg.Boot }

func (s *Session) begin(at zk.Instant, out *Output) { s.now, s.out = at, out }

func (s *Session) end() {
	s.out.WakeAt = s.wakeAt()
	s.out = nil
}

// emit writes one event of the client.
func (s *Session) emit(e trace.Event) trace.Ref {
	s.seq++
	e.Ref = trace.Ref{Seq: s.seq, Node: s.cfg.ID, Boot: s.cfg.Boot}
	e.At = s.now
	s.out.Trace = append(s.out.Trace, e)
	return e.Ref
}

// enter changes the state and tells it.
func (s *Session) enter(state State, cause trace.Ref) trace.Ref {
	s.state = state
	path := ""
	if s.cfg.Pinned {
		path = "pinned"
	}
	return s.emit(trace.Event{
		Kind: trace.ClientState, Cause: cause, Peer: s.server, Sess: s.id, N: int64(state),
		Path: path,
	})
}

// send puts a request on the connection.
func (s *Session) send(req *zk.Request, cause trace.Ref) {
	s.lastSent = s.now
	s.out.Sends = append(s.out.Sends, Send{Req: req, Cause: cause})
}

func (s *Session) receive(to *step.ToClient, cause trace.Ref) {
	s.lastHeard = s.now
	switch {
	case to.Kind == step.WatchEvent:
		s.onEvent(to, cause)
	case to.Kind == step.Close:
		s.down(cause)
	case to.Op == zk.OpConnect:
		s.onConnect(to, cause)
	default:
		s.onReply(to, cause)
	}
}
