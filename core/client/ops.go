package client

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// submit takes an operation. It is sent at once on a live session, else it waits for the attempt
// that is under way and shares its fate.
func (s *Session) submit(req *zk.Request, line string, cause trace.Ref) {
	s.opN++
	o := op{n: s.opN, req: req}
	o.call = s.emit(trace.Event{
		Kind: trace.Invoked, Cause: cause, N: o.n, Path: line, Sess: s.id, Msg: req,
	})
	switch {
	case s.state == Expired:
		s.answer(&o, zk.ErrSessionExpired, nil, o.call)
		return
	case s.state == Closed || s.closing:
		s.answer(&o, zk.ErrConnectionLoss, nil, o.call)
		return
	case req.Op == zk.OpRemoveWatches && !s.watches.holds(req):
		s.answer(&o, zk.ErrNoWatcher, nil, o.call)
		return
	}
	if req.Op == zk.OpCloseSession && !s.closeNow(&o) {
		return
	}
	s.ops = append(s.ops, o)
	if s.state == Connected {
		s.sendOp(&s.ops[len(s.ops)-1])
	}
}

// closeNow notes that the session is closing. Without a server to tell, it closes on the spot, and
// the ensemble will notice by the timeout.
func (s *Session) closeNow(o *op) (goesOn bool) {
	s.closing = true
	if s.state == Connected {
		return true
	}
	s.out.Hangup = true
	s.finish(Closed, o.call)
	s.answer(o, zk.OK, nil, o.call)
	return false
}

func (s *Session) sendOp(o *op) {
	s.xid++
	o.xid = s.xid
	req := *o.req
	req.Xid, req.Session = o.xid, 0
	s.send(&req, o.call)
}

// onReply is for the oldest operation that is waiting: replies come in order.
func (s *Session) onReply(to *step.ToClient, cause trace.Ref) {
	if to.Xid < 0 { // a ping or setWatches
		s.sawZxid(to.Zxid)
		return
	}
	if len(s.ops) == 0 || s.ops[0].xid != to.Xid {
		s.giveUp() // a server that answers what was not asked is not to be trusted
		return
	}
	o := s.ops[0]
	s.ops = append(s.ops[:0], s.ops[1:]...)
	s.watches.onReply(o.req, to.Err)
	s.answer(&o, to.Err, to, cause)
	switch {
	case o.req.Op == zk.OpCloseSession, o.req.Op == zk.OpAuth && to.Err != zk.OK:
		s.out.Hangup = true // who is not who it says it is has no session either, as in Apache
		s.finish(Closed, cause)
	case o.req.Op == zk.OpAuth:
		again := *o.req
		again.Xid = xidAuth
		s.auths = append(s.auths, &again)
	case o.req.Op == zk.OpRemoveWatches && to.Err == zk.OK:
		for _, event := range s.watches.drop(o.req) {
			s.emit(trace.Event{
				Kind: trace.EventSeen, Cause: cause, Path: o.req.Path, N: int64(event), Sess: s.id,
			})
		}
	}
}

const xidAuth = -4

// answer gives an operation its one result. Last is the zxid that the client had seen before.
func (s *Session) answer(o *op, err zk.Err, to *step.ToClient, cause trace.Ref) {
	e := trace.Event{
		Kind: trace.Returned, Cause: cause, N: o.n, Path: err.String(), Sess: s.id,
		Last: s.lastZxid,
	}
	if to != nil {
		e.Msg = to
		if isSeen(to.Zxid) {
			e.Zxid = to.Zxid
		}
		s.sawZxid(to.Zxid)
	}
	s.emit(e)
}

// failAll ends all operations with one error, oldest first.
func (s *Session) failAll(err zk.Err, cause trace.Ref) {
	for i := range s.ops {
		s.answer(&s.ops[i], err, nil, cause)
	}
	clear(s.ops)
	s.ops = s.ops[:0]
}

// isSeen reports whether a reply says how far the server's state is: 0 and -1 do not, as in Apache.
func isSeen(z zk.Zxid) bool { return int64(z) > 0 }

func (s *Session) sawZxid(z zk.Zxid) {
	if isSeen(z) {
		s.lastZxid = max(s.lastZxid, z)
	}
}

func (s *Session) onEvent(to *step.ToClient, cause trace.Ref) {
	s.watches.onEvent(to.Reply.Event, to.Reply.Path)
	s.sawZxid(to.Zxid)
	s.emit(trace.Event{
		Kind: trace.EventSeen, Cause: cause, Path: to.Reply.Path, N: int64(to.Reply.Event),
		Sess: s.id, Zxid: to.Zxid, Msg: to,
	})
}
