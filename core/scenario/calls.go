package scenario

import (
	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/shell"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/zk"
)

// send takes a client line: it is sent at once, or after the client's lines before it. The result
// comes later.
func (s *Session) send(l *Line) (*lineCall, *Error) {
	if err := s.clientFor(l); err != nil {
		return nil, err
	}
	command, err := s.run.command(l)
	if err != nil {
		return nil, err
	}
	r := s.run
	c := &lineCall{
		id: r.nextID, step: r.step, client: l.Client, text: l.Text, said: l.said,
		run: command.Start(),
	}
	switch {
	case command.Name == "connect":
		if err := s.connect(l); err != nil {
			return nil, err
		}
		r.local(c, call{done: true})
	case c.run.Done():
		r.local(c, call{done: true, output: c.run.Output()})
	case r.busy(l.Client):
		if err := s.do(sim.Command{Verb: sim.Note, Line: l.Text}); err != nil {
			return nil, err
		}
		r.open = append(r.open, c)
	case s.tl.World().Client(l.Client).State() == client.Closed:
		r.local(c, call{done: true, err: zk.ErrConnectionLoss, output: shell.NotConnected})
	default:
		op, err := s.submit(c, l.Text)
		if err != nil {
			return nil, err
		}
		c.op = op
		r.open = append(r.open, c)
	}
	r.nextID++
	return c, nil
}

// command returns what a client line asks for, which may depend on the client's lines before.
func (r *runState) command(l *Line) (shell.Command, *Error) {
	if !l.shell.OfSession() {
		return l.shell, nil
	}
	state := r.shell(l.Client)
	command, err := state.Take(l.said)
	return command, shellError(err)
}

// local ends a line that asked nothing of a server.
func (r *runState) local(c *lineCall, result call) {
	c.run, c.result = nil, result
	r.calls = append(r.calls, c)
}

// connect moves a client to another server, with its session; one that is over begins anew.
func (s *Session) connect(l *Line) *Error {
	k := s.tl.World().Client(l.Client)
	switch {
	case k.State() >= client.Expired:
		return s.do(sim.Command{
			Verb: sim.NewClient, Client: l.Client, Server: l.Server, Line: l.Text,
		})
	case l.Server == 0 || l.Server == k.Server():
		return nil
	}
	return s.do(sim.Command{Verb: sim.Move, Client: l.Client, Server: l.Server, Line: l.Text})
}

// submit gives the client the request that the call needs next, and returns the operation's number.
func (s *Session) submit(c *lineCall, text string) (int64, *Error) {
	req := *c.run.Request()
	cmd := sim.Command{Verb: sim.Request, Client: c.client, Req: &req, Line: text}
	if err := s.do(cmd); err != nil {
		return 0, err
	}
	return s.tl.World().Client(c.client).OpN(), nil
}

// collect takes the results that have come, and sends what waited for them.
func (s *Session) collect() bool {
	for i, c := range s.run.open {
		if c.op == 0 {
			if s.firstOf(c.client) == c {
				s.sendQueued(i, c)
				return true
			}
			continue
		}
		if f := s.facts().client(c.client); f.op == c.op {
			s.answered(i, c, f)
			return true
		}
	}
	return false
}

// firstOf returns the oldest open call of a client.
func (s *Session) firstOf(letter zk.ServerID) *lineCall {
	for _, c := range s.run.open {
		if c.client == letter {
			return c
		}
	}
	return nil
}

// sendQueued sends a line whose turn has come. If the world refuses it, that is its result.
func (s *Session) sendQueued(i int, c *lineCall) {
	next := *c
	op, err := s.submit(c, "")
	if err != nil {
		next.result = call{done: true, err: zk.ErrSystem, output: err.Error()}
		s.close(i, &next)
		return
	}
	next.op = op
	s.run.open[i] = &next
}

// answered takes the reply of an operation: the line is done, or needs another request.
func (s *Session) answered(i int, c *lineCall, f *clientFacts) {
	next := *c
	next.run = c.run.Clone()
	err, _ := zk.ParseErr(f.err)
	reply := &zk.Reply{}
	if f.reply != nil {
		reply = &f.reply.Reply
		next.result.hasRun, next.result.data = true, reply.Data
		next.result.zxid = f.zxid
	}
	next.run.Answer(err, reply)
	if next.run.Done() {
		next.result.done = true
		next.result.err, next.result.output = next.run.Err(), next.run.Output()
		s.close(i, &next)
		return
	}
	op, bad := s.submit(&next, "")
	if bad != nil {
		next.result = call{done: true, err: zk.ErrSystem, output: bad.Error()}
		s.close(i, &next)
		return
	}
	next.op = op
	s.run.open[i] = &next
}

// close moves a call from the open to the finished ones.
func (s *Session) close(i int, c *lineCall) {
	r := s.run
	c.run = nil
	open := make([]*lineCall, 0, len(r.open))
	open = append(open, r.open[:i]...)
	r.open = append(open, r.open[i+1:]...)
	r.calls = append(r.calls, c)
}
