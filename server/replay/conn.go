package replay

import (
	"encoding/binary"
	"time"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// client is one connection of a case with the session that it opened.
type client struct {
	conn    Conn
	role    string // of the server
	session zk.SessionID
	secret  []byte // the session's password
	lastXid int32
	last    zk.Zxid // the highest in a reply that the case asked for
	closed  bool    // by either side
	quiet   bool    // the runner must not ping it
}

// reply is one frame from the server: a watch event or a reply, decoded as far as it goes.
type reply struct {
	step.ToClient
	frame []byte
	state int32 // of a watch event
}

func (r *reply) isEvent() bool { return r.Kind == step.WatchEvent }

func (c *client) send(s *Step, zxid func(string) zk.Zxid) (xid int32) {
	xid = s.xid(&c.lastXid)
	c.conn.Write(s.frame(xid, zxid))
	return xid
}

// next returns the next frame, decoded as the reply to op if it is one.
func (c *client) next(op zk.Op, within time.Duration) (reply, error) {
	frame, err := c.conn.Next(within)
	if err != nil {
		c.closed = c.closed || err == errClosed
		return reply{}, err
	}
	r := reply{frame: frame}
	if r.ToClient, err = wire.DecodeReply(frame, op); err != nil {
		// Not what op answers: the header alone, and the rest is shown as bytes.
		if r.ToClient, err = wire.DecodeReply(frame, zk.OpNone); err != nil {
			return reply{}, err
		}
	}
	if r.isEvent() {
		r.state = int32(binary.BigEndian.Uint32(frame[replyHeader+4:]))
		return r, nil
	}
	c.last = max(c.last, positive(r.Zxid))
	return r, nil
}

// replyHeader is xid, zxid and err.
const replyHeader = 4 + 8 + 4

// positive is the zxid, or 0 for the -1 of a reply that has none.
func positive(z zk.Zxid) zk.Zxid {
	if int64(z) < 0 {
		return 0
	}
	return z
}

// call sends one request and waits for its reply, past events.
func (c *client) call(s *Step) (reply, error) {
	xid := c.send(s, func(string) zk.Zxid { return 0 })
	for {
		r, err := c.next(s.op(), patience)
		if err != nil || !r.isEvent() && r.Xid == xid {
			return r, err
		}
	}
}

// patience is how long a server may take to answer.
const patience = 8 * time.Second
