package replay

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// step carries out one step and returns what was seen.
func (r *Runner) step(s *Step) (result, []event, error) {
	var got result
	var events []event
	var err error
	replies := 0
	switch s.Op {
	case "connect":
		got, err = r.connect(s)
		return got, r.drain("", 0), err
	case "4lw":
		got, err = r.word(s)
	case "tcp":
		got, err = r.bytes(s)
	case "sleep":
		events = r.sleep(s)
	default:
		if r.conns[s.S] == nil { // its connect was refused
			return result{Closed: true}, nil, nil
		}
		got, events, replies = r.use(s)
	}
	return got, append(events, r.drain(s.S, replies)...), err
}

// use carries out a step on an open connection.
func (r *Runner) use(s *Step) (got result, events []event, replies int) {
	switch s.Op {
	case "drop":
		r.drop(r.conns[s.S])
	case "close":
		got, events = r.closeSession(s)
	case "await":
		got, events = r.await(s)
	case "await_events":
		events = r.awaitEvents(s)
	case "await_closed":
		got, events = r.awaitClosed(s)
	case "pipeline":
		got.Results, events = r.exchange(s.S, s.Ops)
		replies = len(s.Ops)
	default:
		got, events = r.request(s)
		replies = 1
	}
	return got, events, replies
}

// connect opens a connection of the case.
func (r *Runner) connect(s *Step) (result, error) {
	req := r.handshake(s)
	c, granted, err := r.dial(s, &req)
	switch {
	case errors.Is(err, errClosed):
		return result{Closed: true}, nil
	case errors.Is(err, errSilent):
		return result{NoReply: true}, nil
	case err != nil:
		return result{}, err
	}
	got := result{
		Timeout: &granted.TimeoutMs, ReadOnly: &granted.ReadOnly, Session: "0",
		Passwd: fmt.Sprintf("len %d", len(c.secret)),
	}
	if c.session == 0 {
		if granted.TimeoutMs <= 0 {
			_, err := c.next(zk.OpNone, silence)
			got.Closed = errors.Is(err, errClosed)
		}
		c.conn.Close()
		return got, nil
	}
	c.last = r.base
	if old := r.conns[s.Resume]; old != nil {
		c.last, c.lastXid = old.last, old.lastXid
		got.Passwd = "different"
		if slices.Equal(old.secret, c.secret) {
			got.Passwd = "same"
		}
	}
	if r.sessions[c.session] == "" {
		r.sessions[c.session] = s.S
	}
	got.Session = r.sessions[c.session]
	r.keep(s.S, c)
	return got, nil
}

func (r *Runner) handshake(s *Step) zk.Request {
	const future = 1_000_000
	req := zk.Request{Op: zk.OpConnect, TimeoutMs: 10_000, ReadOnly: s.ReadOnly}
	if s.Timeout != nil {
		req.TimeoutMs = *s.Timeout
	}
	old := r.conns[s.Resume]
	if old != nil {
		req.Session, req.Password = old.session, slices.Clone(old.secret)
	}
	if old != nil && s.BadPasswd {
		req.Password[0] ^= 0xff
	}
	if s.UnknownSession {
		req.Session, req.Password = 0x1234567, []byte("0123456789abcdef")
	}
	switch {
	case s.LastZxid == "future":
		req.LastZxid = r.base + future
	case s.LastZxid == "seen" && old != nil:
		req.LastZxid = old.last
	}
	return req
}

// keep makes c the connection of its label.
func (r *Runner) keep(label string, c *client) {
	if old := r.conns[label]; old == nil {
		r.labels = append(r.labels, label)
	} else if !old.closed {
		old.conn.Close()
	}
	r.conns[label] = c
}

func (r *Runner) drop(c *client) {
	c.conn.Close()
	c.closed = true
}

// closeSession ends the session and waits for the server to close the connection.
func (r *Runner) closeSession(s *Step) (result, []event) {
	results, events := r.exchange(s.S, []Step{{Op: "closeSession"}})
	got := results[0]
	c := r.conns[s.S]
	if !c.closed {
		_, err := c.next(zk.OpNone, silence)
		got.Closed = errors.Is(err, errClosed)
		if err == nil {
			got.Xid = "a frame after closeSession"
		}
		r.drop(c)
	}
	return got, events
}

// everywhere drains all connections, none of which is the step's own.
func (r *Runner) everywhere() []event { return r.drain("", -1) }

func (r *Runner) sleep(s *Step) []event {
	const nap = 50 * time.Millisecond
	var events []event
	for end := r.deadline(s); r.net.Now() < end; {
		r.net.Wait(nap)
		events = append(events, r.everywhere()...)
	}
	return events
}

func (r *Runner) deadline(s *Step) time.Duration {
	return r.net.Now() + time.Duration(s.Ms)*time.Millisecond
}

// await asks for a path until the answer is the wanted one.
func (r *Runner) await(s *Step) (result, []event) {
	const nap = 30 * time.Millisecond
	var events []event
	for end := r.deadline(s); ; {
		results, seen := r.exchange(s.S, []Step{{Op: "exists", Path: s.Path}})
		for _, e := range seen {
			e.At = -1
			events = append(events, e)
		}
		got := results[0]
		got.Stat = nil
		if got.Closed || got.Err == nil || int32(*got.Err) == *s.Want || r.net.Now() > end {
			return got, events
		}
		r.net.Wait(nap)
		events = append(events, r.everywhere()...)
	}
}

func (r *Runner) awaitEvents(s *Step) []event {
	const nap = 20 * time.Millisecond
	var events []event
	own := 0
	for end := r.deadline(s); own < s.N && r.net.Now() < end; {
		for _, e := range r.everywhere() {
			events = append(events, e)
			if e.S == s.S {
				own++
			}
		}
		r.net.Wait(nap)
	}
	return events
}

// awaitClosed waits for the server to close a connection on which nobody speaks.
func (r *Runner) awaitClosed(s *Step) (result, []event) {
	const nap = 50 * time.Millisecond
	var events []event
	c := r.conns[s.S]
	for end := r.deadline(s); !c.closed && r.net.Now() < end; {
		one, err := c.next(zk.OpNone, nap)
		if err == nil && one.isEvent() {
			events = append(events, r.event(s.S, -1, &one))
		}
	}
	return result{Closed: c.closed}, events
}

// hangUps are the outcomes after which a server may close the connection.
var hangUps = []zk.Err{
	zk.ErrAuthFailed, zk.ErrUnimplemented, zk.ErrMarshalling, zk.ErrSessionMoved,
	zk.ErrSessionExpired,
}

func (r *Runner) request(s *Step) (result, []event) {
	const chance = 150 * time.Millisecond
	results, events := r.exchange(s.S, []Step{*s})
	got := results[0]
	if got.Closed || got.Err == nil || !slices.Contains(hangUps, *got.Err) {
		return got, events
	}
	one, err := r.conns[s.S].next(zk.OpNone, chance)
	if err == nil && one.isEvent() {
		events = append(events, r.event(s.S, 1, &one))
	}
	got.Closed = errors.Is(err, errClosed)
	return got, events
}

// bytes sends bytes that are no frames on a connection of their own.
func (r *Runner) bytes(s *Step) (result, error) {
	const chance = 700 * time.Millisecond
	b, err := hex.DecodeString(s.BodyHex)
	if err != nil {
		return result{}, err
	}
	conn, err := r.net.Connect(s.Server)
	if err != nil {
		return result{}, err
	}
	defer conn.Close()
	conn.Write(b)
	frame, err := conn.Next(chance)
	if err != nil {
		return result{Closed: errors.Is(err, errClosed), NoReply: errors.Is(err, errSilent)}, nil
	}
	return r.granted(s, frame)
}

// granted shows the answer to a handshake that a case wrote by hand, and closes the session, so
// that it does not expire in a later case.
func (r *Runner) granted(s *Step, frame []byte) (result, error) {
	const prefix = 4
	answer, err := wire.DecodeConnectReply(frame)
	if err != nil {
		return result{}, err
	}
	got := result{Body: fmt.Sprintf("connect-response len=%d timeout=%d", prefix+len(frame),
		answer.Reply.TimeoutMs)}
	if answer.Reply.Session == 0 {
		return got, nil
	}
	c, _, err := r.dial(s, &zk.Request{
		TimeoutMs: 4000, Session: answer.Reply.Session, Password: answer.Reply.Password,
	})
	if err != nil {
		return got, err
	}
	_, err = c.call(&Step{Op: "closeSession"})
	c.conn.Close()
	return got, err
}
