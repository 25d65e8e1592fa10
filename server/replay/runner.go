package replay

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// Runner runs cases over one transport. Nobody else may write to its servers.
type Runner struct {
	net      Transport
	ensemble bool // drain with sync, which has gone through the leader, and not with ping
	admin    *client

	// Of the case that runs:
	view
	conns  map[string]*client
	labels []string // of conns, in order of their opening
}

// NewRunner returns a runner for one server, or for an ensemble.
func NewRunner(net Transport, ensemble bool) *Runner {
	return &Runner{net: net, ensemble: ensemble}
}

// Run runs a case and returns how it differed from what was recorded, a line for each difference.
// An error says that the case could not be run.
func (r *Runner) Run(c *Case) (differences []string, err error) {
	if err := r.begin(); err != nil {
		return nil, fmt.Errorf("begin %s: %w", c.Case, err)
	}
	defer r.end()
	for i := range c.Steps {
		s := &c.Steps[i]
		got, events, err := r.step(s)
		if err != nil {
			return nil, fmt.Errorf("%s, step %d, %s: %w", c.Case, i, s.Op, err)
		}
		at := fmt.Sprintf("step %d %s", i, s.Op)
		differences = append(differences, compare(at+".expect", s.Expect, got)...)
		differences = append(differences, compare(at+".events", s.Events, events)...)
	}
	return differences, nil
}

// Close ends the session that the runner cleans up with.
func (r *Runner) Close() {
	if r.admin != nil && !r.admin.closed {
		_, _ = r.admin.call(&Step{Op: "closeSession"})
		r.admin.conn.Close()
	}
}

// begin makes the tree clean and notes its zxid.
func (r *Runner) begin() error {
	if err := r.renewAdmin(); err != nil {
		return err
	}
	if err := r.clean(); err != nil {
		return err
	}
	root := "/"
	now, err := r.admin.call(&Step{Op: "exists", Path: &root})
	r.view = view{base: now.Zxid, sessions: map[zk.SessionID]string{}}
	r.conns, r.labels = map[string]*client{}, nil
	return err
}

const superUser = "super:admin"

func (r *Runner) renewAdmin() error {
	if r.admin != nil && !r.admin.closed {
		if _, err := r.admin.call(&Step{Op: "ping"}); err == nil {
			return nil
		}
		r.admin.conn.Close()
	}
	admin, _, err := r.dial(&Step{Server: "leader"}, &zk.Request{TimeoutMs: 40_000})
	if err != nil {
		return err
	}
	r.admin = admin
	_, err = admin.call(&Step{Op: "auth", Scheme: "digest", Auth: superUser})
	return err
}

// clean removes every znode that a case can have made and restores the root's ACL.
func (r *Runner) clean() error {
	for _, top := range []string{"/", "/zookeeper/quota"} {
		if err := r.removeBelow(top); err != nil {
			return err
		}
	}
	root := "/"
	_, err := r.admin.call(&Step{Op: "setACL", Path: &root})
	return err
}

func (r *Runner) removeBelow(path string) error {
	list, err := r.admin.call(&Step{Op: "getChildren", Path: &path})
	if err != nil {
		return err
	}
	for _, name := range list.Reply.Children {
		child := path + "/" + name
		if path == "/" {
			child = path + name
		}
		if child == "/zookeeper" {
			continue
		}
		if err := r.removeBelow(child); err != nil {
			return err
		}
		if _, err := r.admin.call(&Step{Op: "delete", Path: &child}); err != nil {
			return err
		}
	}
	return nil
}

// end closes every session of the case, those without a connection too, so that none expires in a
// later one.
func (r *Runner) end() {
	var done []zk.SessionID
	for _, label := range r.labels {
		c := r.conns[label]
		if !slices.Contains(done, c.session) && r.endSession(c) {
			done = append(done, c.session)
		}
		c.conn.Close()
	}
}

// endSession closes the session of a connection, which may be closed itself.
func (r *Runner) endSession(c *client) bool {
	if c.closed {
		again, granted, err := r.dial(&Step{Server: c.role}, &zk.Request{
			TimeoutMs: 4000, Session: c.session, Password: c.secret,
		})
		if err != nil || granted.Session == 0 {
			return false
		}
		c = again
	}
	_, err := c.call(&Step{Op: "closeSession"})
	c.conn.Close()
	return err == nil
}

// dial connects to the step's server and shakes hands. The error may be errClosed or errSilent.
func (r *Runner) dial(s *Step, req *zk.Request) (*client, zk.Reply, error) {
	conn, err := r.net.Connect(s.Server)
	if err != nil {
		return nil, zk.Reply{}, fmt.Errorf("connect: %w", err)
	}
	conn.Write(wire.AppendConnect(nil, req, !s.NoReadOnlyByte))
	frame, err := conn.Next(patience)
	if err != nil {
		conn.Close()
		return nil, zk.Reply{}, err
	}
	answer, err := wire.DecodeConnectReply(frame)
	c := &client{conn: conn, role: s.Server, quiet: s.Quiet}
	c.session, c.secret = answer.Reply.Session, answer.Reply.Password
	return c, answer.Reply, err
}

// symbol returns the finder of zxids that a connection's requests give in symbols.
func (r *Runner) symbol(c *client) func(string) zk.Zxid {
	const future = 1_000_000
	return func(s string) zk.Zxid {
		switch s {
		case "", "0":
			return 0
		case "seen":
			return c.last
		case "future":
			return c.last + future
		}
		n, ok := offset(s)
		if !ok {
			panic("zxid " + s)
		}
		return r.base + n
	}
}

// exchange sends steps back to back on a connection and reads all replies.
func (r *Runner) exchange(label string, steps []Step) ([]result, []event) {
	results := make([]result, len(steps))
	c := r.conns[label]
	if c.closed {
		for i := range results {
			results[i].Closed = true
		}
		return results, nil
	}
	xids := make([]int32, len(steps))
	for i := range steps {
		xids[i] = c.send(&steps[i], r.symbol(c))
	}
	var events []event
	for got := 0; got < len(steps); {
		one, err := c.next(steps[got].op(), silence)
		if err != nil {
			for i := got; i < len(steps); i++ {
				results[i] = result{
					NoReply: errors.Is(err, errSilent), Closed: errors.Is(err, errClosed),
				}
			}
			break
		}
		if one.isEvent() {
			events = append(events, r.event(label, got, &one))
			continue
		}
		results[got] = r.reply(&steps[got], xids[got], &one)
		got++
	}
	return results, events
}

// silence is how long a reply may take before the case says that there was none.
const silence = 3 * time.Second

// drain reads what has come on every connection, by a round trip: first on that of the step.
func (r *Runner) drain(own string, replies int) []event {
	var events []event
	labels := slices.Clone(r.labels)
	if i := slices.Index(labels, own); i >= 0 {
		labels = slices.Insert(slices.Delete(labels, i, i+1), 0, own)
	}
	for _, label := range labels {
		c := r.conns[label]
		if c.closed || c.quiet {
			continue
		}
		at := -1
		if label == own {
			at = replies
		}
		events = append(events, r.drainOne(c, label, at)...)
	}
	return events
}

// drainOne makes one round trip, which counts nothing for what the session has seen.
func (r *Runner) drainOne(c *client, label string, at int) []event {
	root := "/"
	probe := &Step{Op: "ping"}
	if r.ensemble {
		probe = &Step{Op: "sync", Path: &root}
	}
	seen := c.last
	defer func() { c.last = seen }()
	var events []event
	xid := c.send(probe, r.symbol(c))
	for {
		one, err := c.next(probe.op(), silence)
		switch {
		case err != nil:
			c.closed = true
			return append(events, event{S: label, At: at, Type: "ConnectionClosed"})
		case one.isEvent():
			events = append(events, r.event(label, at, &one))
		case one.Xid == xid:
			return events
		}
	}
}
