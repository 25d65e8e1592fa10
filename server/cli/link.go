package cli

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// replyMax bounds a frame of a server: a listing may be longer than any request.
const replyMax = 64 << 20

// link is one TCP connection to a server. Its reader tells what comes; the loop writes.
type link struct {
	tell func(linkEvent)

	mu     sync.Mutex
	conn   net.Conn // nil until it is open
	closed bool
	ops    map[int32]zk.Op // of the requests that wait for a reply, by xid
}

// linkEvent is what happened to a connection: it is open, brought something, or is gone.
type linkEvent struct {
	link *link
	open bool
	to   *step.ToClient
	err  error // why it is gone
}

// dial connects in the background.
func dial(address string, patience time.Duration, tell func(linkEvent)) *link {
	l := &link{tell: tell, ops: map[int32]zk.Op{}}
	go l.run(address, patience)
	return l
}

func (l *link) run(address string, patience time.Duration) {
	if address == "" {
		l.tell(linkEvent{link: l, err: errUnplugged})
		return
	}
	conn, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		l.tell(linkEvent{link: l, err: err})
		return
	}
	if !l.take(conn) {
		return
	}
	l.tell(linkEvent{link: l, open: true})
	err = l.read(bufio.NewReader(conn))
	l.tell(linkEvent{link: l, err: fmt.Errorf("%s closed the connection: %w", address, err)})
}

// take makes the connection the link's, unless that was closed meanwhile.
func (l *link) take(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		_ = conn.Close()
		return false
	}
	l.conn = conn
	return true
}

// close ends the link; what it tells from then on is of no interest.
func (l *link) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.conn != nil {
		_ = l.conn.Close()
	}
}

// read takes frames until the connection ends. The first is the answer to connect.
func (l *link) read(r io.Reader) error {
	for first := true; ; first = false {
		frame, err := readFrame(r)
		if err != nil {
			return err
		}
		to, err := l.decode(frame, first)
		if err != nil {
			return err
		}
		l.tell(linkEvent{link: l, to: &to})
	}
}

func readFrame(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > replyMax {
		return nil, fmt.Errorf("a frame of %d bytes: this is no ZooKeeper server", n)
	}
	frame := make([]byte, n)
	_, err := io.ReadFull(r, frame)
	return frame, err
}

func (l *link) decode(frame []byte, first bool) (step.ToClient, error) {
	if first {
		return wire.DecodeConnectReply(frame)
	}
	op := zk.OpNone
	if len(frame) >= 4 {
		op = l.asked(int32(binary.BigEndian.Uint32(frame)))
	}
	return wire.DecodeReply(frame, op)
}

// asked returns the operation that a reply is for.
func (l *link) asked(xid int32) zk.Op {
	l.mu.Lock()
	defer l.mu.Unlock()
	op := l.ops[xid]
	if xid >= 0 {
		delete(l.ops, xid)
	}
	return op
}

// send writes one request. That it did not work will be told by the reader.
func (l *link) send(req *zk.Request, patience time.Duration) {
	var frame []byte
	if req.Op == zk.OpConnect {
		frame = wire.AppendConnect(nil, req, true)
	} else {
		frame = wire.AppendClientRequest(nil, req)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == nil || l.closed {
		return
	}
	l.ops[req.Xid] = req.Op
	_ = l.conn.SetWriteDeadline(time.Now().Add(patience))
	if _, err := l.conn.Write(frame); err != nil {
		_ = l.conn.Close()
	}
}
