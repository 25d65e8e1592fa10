package cli

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Event is what an application hears of its session: a watch fired, or with the type EventNone the
// session is in another State, in ZooKeeper's words.
type Event struct {
	State string
	Type  zk.EventType
	Path  string
}

// Client is a session with an ensemble. Its methods may be called from any goroutine; what they
// do, and Tell, happens in one goroutine of its own.
type Client struct {
	hosts Hosts
	tell  func(Event)
	hear  func([]trace.Event) // of what the session does; may be nil
	began time.Time

	inbox chan func()
	gone  chan struct{} // closed when the loop has ended

	// Of the loop.
	session *client.Session
	link    *link
	out     client.Output
	waiting map[int64]chan<- result
	denied  bool // the session ended because the server did not believe who it is
	plugOut bool // no connection comes about

	mu     sync.Mutex
	status Status
	change chan struct{} // closed and replaced with every new status
}

// Status is how a session is.
type Status struct {
	State  client.State
	Denied bool // Closed because of addauth
	Tries  int  // attempts to connect that have failed since the last that did not
	Err    error
}

// Over reports whether the session has ended for good.
func (s Status) Over() bool { return s.State >= client.Expired }

// String returns the state in the words of zkCli's prompt.
func (s Status) String() string {
	switch {
	case s.Denied:
		return "AUTH_FAILED"
	case s.Over():
		return "CLOSED"
	case s.State == client.Connected:
		return "CONNECTED"
	}
	return "CONNECTING"
}

type result struct {
	err   zk.Err
	reply *zk.Reply
}

// Open begins a session with the timeout that is asked for. tell hears of it.
func Open(hosts Hosts, timeout time.Duration, tell func(Event)) *Client {
	who := client.Config{ID: 'A', Boot: 1, TimeoutMs: int32(timeout.Milliseconds())}
	return OpenAs(hosts, who, tell, nil)
}

// OpenAs begins the session of a client of which more is known than a timeout: its letter, where it
// goes first. Its servers are those of hosts, numbered from 1. hear takes the trace of what it
// does, unless it is nil; it must not block and keep nothing.
func OpenAs(hosts Hosts, cfg client.Config, tell func(Event), hear func([]trace.Event)) *Client {
	c := &Client{
		hosts: hosts, tell: tell, hear: hear, began: time.Now(), inbox: make(chan func()),
		gone: make(chan struct{}), waiting: map[int64]chan<- result{},
		change: make(chan struct{}),
	}
	cfg.Seed = rand.Uint64()
	for i := range hosts.Addresses {
		cfg.Servers = cfg.Servers.With(zk.ServerID(i + 1))
	}
	c.session = client.New(cfg)
	go c.loop()
	return c
}

// Do carries out one request. A session that is over, or has no connection, says so with its code.
// The line is what the user wrote, for the trace.
func (c *Client) Do(req *zk.Request, line string) (zk.Err, *zk.Reply) {
	answer := make(chan result, 1)
	if !c.ask(func() { c.submit(c.hosts.below(req), line, answer) }) {
		return zk.ErrConnectionLoss, &zk.Reply{}
	}
	select {
	case r := <-answer:
		return r.err, c.hosts.strip(req.Op, r.reply)
	case <-c.gone:
		return zk.ErrConnectionLoss, &zk.Reply{}
	}
}

// Close ends the session, at the server too if there is one, within patience.
func (c *Client) Close(patience time.Duration) {
	answer := make(chan result, 1)
	req := &zk.Request{Op: zk.OpCloseSession}
	if c.ask(func() { c.submit(req, "close", answer) }) {
		select {
		case <-answer:
		case <-c.gone:
		case <-time.After(patience):
		}
	}
	c.stop()
}

// stop ends the loop and the connection.
func (c *Client) stop() {
	c.ask(func() {
		if c.link != nil {
			c.link.close()
		}
		close(c.gone)
	})
}

// Status returns how the session is.
func (c *Client) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}

// Await waits until the status is good, for patience at most, and returns the last.
func (c *Client) Await(patience time.Duration, good func(Status) bool) Status {
	deadline := time.After(patience)
	for {
		c.mu.Lock()
		status, change := c.status, c.change
		c.mu.Unlock()
		if good(status) {
			return status
		}
		select {
		case <-change:
		case <-deadline:
			return status
		}
	}
}

// ask lets the loop do something; it returns false when that has ended.
func (c *Client) ask(do func()) bool {
	select {
	case c.inbox <- do:
		return true
	case <-c.gone:
		return false
	}
}

// loop does everything that the session does, one thing after the other.
func (c *Client) loop() {
	c.out.Reset()
	c.session.Start(c.now(), &c.out)
	c.absorb()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(c.untilWake())
		select {
		case do := <-c.inbox:
			do()
		case <-timer.C:
			c.step(client.Input{Kind: client.Wake})
		case <-c.gone:
			return
		}
		if c.isGone() {
			return
		}
	}
}

func (c *Client) isGone() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

func (c *Client) now() zk.Instant { return zk.Instant(time.Since(c.began)) }

func (c *Client) untilWake() time.Duration {
	if c.out.WakeAt == zk.Never {
		return time.Hour
	}
	return max(0, time.Duration(c.out.WakeAt-c.now()))
}

func (c *Client) submit(req *zk.Request, line string, answer chan<- result) {
	c.waiting[c.session.OpN()+1] = answer
	c.step(client.Input{Kind: client.Submit, Req: req, Line: line})
}

// Unplug pulls the client's cable out, or puts it in again.
func (c *Client) Unplug(out bool) {
	c.ask(func() {
		c.plugOut = out
		if out && c.link != nil {
			c.learn(linkEvent{link: c.link, err: errUnplugged})
		}
	})
}

// Move lets the client leave its server for another one, within its session.
func (c *Client) Move(to zk.ServerID) {
	c.ask(func() { c.step(client.Input{Kind: client.Move, Server: to}) })
}

func (c *Client) step(in client.Input) {
	in.At = c.now()
	c.out.Reset()
	c.session.Step(&in, &c.out)
	c.absorb()
}

// absorb carries out what the session put out, and tells of it: first events, then results.
func (c *Client) absorb() {
	if c.hear != nil && len(c.out.Trace) > 0 { // what is asked is told before the server has it
		c.hear(c.out.Trace)
	}
	if c.out.Hangup && c.link != nil {
		c.link.close()
		c.link = nil
	}
	if c.out.Dial != 0 {
		c.dial(c.hosts.Addresses[c.out.Dial-1])
	}
	for _, send := range c.out.Sends {
		c.link.send(send.Req, c.patience())
	}
	for i := range c.out.Trace {
		c.tellEvent(&c.out.Trace[i])
	}
	for i := range c.out.Trace {
		c.giveResult(&c.out.Trace[i])
	}
}

func (c *Client) patience() time.Duration {
	return time.Duration(c.session.TimeoutMs()) * time.Millisecond
}

var errUnplugged = errors.New("the client's cable is out")

func (c *Client) dial(address string) {
	if c.plugOut {
		address = ""
	}
	c.link = dial(address, c.patience(), func(e linkEvent) { c.ask(func() { c.learn(e) }) })
}

// learn takes what a connection tells; an older one is of no interest.
func (c *Client) learn(e linkEvent) {
	switch {
	case e.link != c.link:
	case e.open:
		c.step(client.Input{Kind: client.Up})
	case e.to != nil:
		c.step(client.Input{Kind: client.Receive, To: e.to})
	default:
		c.link.close()
		c.link = nil
		c.failed(e.err)
		c.step(client.Input{Kind: client.Down})
	}
}

// failed notes why there is no connection.
func (c *Client) failed(err error) {
	c.update(func(s *Status) {
		s.Err = err
		s.Tries++
	})
}

func (c *Client) update(change func(*Status)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.status)
	close(c.change)
	c.change = make(chan struct{})
}

// tellEvent tells of a watch, or that the session is in another state.
func (c *Client) tellEvent(e *trace.Event) {
	switch e.Kind {
	case trace.EventSeen:
		c.tell(Event{"SyncConnected", zk.EventType(e.N), c.hosts.above(e.Path)})
	case trace.ClientState:
		c.tellState(client.State(e.N))
	case trace.Returned:
		if to, ok := e.Msg.(*step.ToClient); ok && to.Op == zk.OpAuth && to.Err != zk.OK {
			c.denied = true
		}
	}
}

// tellState says in ZooKeeper's words what has become of the session.
func (c *Client) tellState(state client.State) {
	before := c.Status().State
	c.update(func(s *Status) {
		s.State, s.Denied = state, state == client.Closed && c.denied
		if state == client.Connected {
			s.Tries, s.Err = 0, nil
		}
	})
	switch {
	case state == client.Connected:
		c.tell(Event{"SyncConnected", zk.EventNone, ""})
	case state == client.Disconnected && before == client.Connected:
		c.tell(Event{"Disconnected", zk.EventNone, ""})
	case state == client.Expired:
		c.tell(Event{"Expired", zk.EventNone, ""})
	case state == client.Closed && c.denied:
		c.tell(Event{"AuthFailed", zk.EventNone, ""})
	case state == client.Closed:
		c.tell(Event{"Closed", zk.EventNone, ""})
	}
}

func (c *Client) giveResult(e *trace.Event) {
	answer := c.waiting[e.N]
	if e.Kind != trace.Returned || answer == nil {
		return
	}
	delete(c.waiting, e.N)
	code, known := zk.ParseErr(e.Path)
	if !known {
		code = zk.ErrSystem
	}
	r := result{code, &zk.Reply{}}
	if to, ok := e.Msg.(*step.ToClient); ok {
		r.reply = &to.Reply
	}
	answer <- r
}

// Explain says why there is no connection, and what to do about it.
func (c *Client) Explain() error {
	status := c.Status()
	if status.Err == nil {
		return fmt.Errorf("no ZooKeeper server answers at %s; is the address right, and does the"+
			" ensemble have a leader?", c.hosts.Text)
	}
	return fmt.Errorf("cannot reach a ZooKeeper server at %s: %w; start one (zabscope node), or"+
		" name another with --server host:port", c.hosts.Text, status.Err)
}
