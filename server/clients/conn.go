package clients

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// conn is one client's connection. Its reader runs in serve, its writer in write.
type conn struct {
	port   *Port
	id     zk.ConnID
	socket net.Conn
	from   netip.AddrPort
	began  time.Time
	r      *bufio.Reader
	in     wire.Decoder  // of the reader alone, as pings
	gone   chan struct{} // closed by hangUp
	pings  bucket        // of the reader alone

	oldClient bool // its connect had no readOnly byte; set before anything is posted

	mu      sync.Mutex
	changed sync.Cond // of the outbox, the outstanding requests, or closing
	out     outbox
	asked   []asked // requests without an answer, in order
	closing bool    // nothing more is delivered; what is in the outbox is still written
	held    bool    // nothing more is asked: the port is draining
	facts   connFacts
}

// asked is a request that waits for its answer.
type asked struct {
	xid int32
	op  zk.Op
	at  time.Time
}

func newConn(p *Port, id zk.ConnID, socket net.Conn, from netip.AddrPort) *conn {
	c := &conn{
		port: p, id: id, socket: socket, from: from, began: time.Now(),
		r: bufio.NewReader(socket), gone: make(chan struct{}),
	}
	c.changed.L = &c.mu
	c.facts.heard = c.began
	return c
}

// hangUp ends the connection at once, whoever waits for what.
func (c *conn) hangUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cutOff()
}

// cutOff is hangUp for who holds the mutex.
func (c *conn) cutOff() {
	if c.isGone() {
		return
	}
	close(c.gone)
	_ = c.socket.Close()
	c.closing = true
	c.changed.Broadcast()
}

// errDone ends a connection that has had its answer.
var errDone = errors.New("done")

// serve reads from the connection until it ends.
func (c *conn) serve() {
	p := c.port
	defer p.stats.dropped.Add(1)
	defer p.door.leave(c.from.Addr())
	defer c.hangUp()
	defer p.forget(c)
	_ = c.socket.SetDeadline(time.Now().Add(p.cfg.Limits.Handshake))
	req, err := c.handshake()
	if err != nil {
		c.report(err)
		return
	}
	p.ended.Go(c.write)
	up := step.Input{Kind: step.ClientUp, Conn: c.id, Addr: c.from.Addr().String()}
	if !p.node.Post(up) {
		return
	}
	defer p.node.Post(step.Input{Kind: step.ClientDown, Conn: c.id})
	if c.post(req) == nil {
		c.readUntil(time.Time{})
		c.report(c.read())
	}
	c.linger()
}

// report tells of an end that was not the client's own, or the node's.
func (c *conn) report(err error) {
	var bad *badFrame
	if !errors.As(err, &bad) {
		return
	}
	c.port.stats.badFrames.Add(1)
	c.port.cfg.Log.Warn("client dropped", "from", c.from.String(), "why", bad.why)
}

// badFrame is what nobody who speaks the protocol sends.
type badFrame struct{ why string }

func (b *badFrame) Error() string { return b.why }

// handshake reads what a connection begins with: a four-letter word, which is answered here, or the
// request for a session.
func (c *conn) handshake() (*zk.Request, error) {
	var head [4]byte
	if _, err := io.ReadFull(c.r, head[:]); err != nil {
		return nil, err
	}
	if isWord(string(head[:])) {
		c.received(len(head))
		c.answerWord(string(head[:]))
		return nil, errDone
	}
	if hint := stranger(head); hint != "" {
		return nil, &badFrame{hint}
	}
	frame, err := c.body(head)
	if err != nil {
		return nil, err
	}
	c.received(len(head) + len(frame))
	req, hasReadOnly, err := wire.DecodeConnect(frame)
	if err != nil {
		return nil, &badFrame{"no connect request: " + err.Error()}
	}
	c.oldClient = !hasReadOnly
	if err := c.mayConnect(&req); err != nil {
		return nil, err
	}
	return &req, nil
}

// stranger recognises other protocols by their first bytes.
func stranger(head [4]byte) string {
	switch {
	case head[0] == 0x16 && head[1] == 3:
		return "TLS on the plain client port: this server has no secureClientPort"
	case slices.Contains([]string{"GET ", "POST", "HEAD", "PUT ", "OPTI"}, string(head[:])):
		return "HTTP on the client port: use a ZooKeeper client"
	}
	return ""
}

// mayConnect keeps those out who want too many sessions, and slows those down who guess.
func (c *conn) mayConnect(req *zk.Request) error {
	p, from := c.port, c.from.Addr()
	if req.Session != 0 {
		if p.door.isGuessing(from) {
			c.pause(p.cfg.Limits.Penalty)
		}
		return nil
	}
	sessions := 0
	p.node.Ask(func(n *node.Node) { sessions = n.Status().Sessions })
	if sessions >= p.cfg.Limits.Sessions || !p.door.mayOpen(from) {
		p.stats.rejected.Add(1)
		return errDone
	}
	return nil
}

// pause waits, unless the connection ends.
func (c *conn) pause(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-c.gone:
	}
}

// read takes requests until the connection ends.
func (c *conn) read() error {
	for {
		req, err := c.request()
		if err != nil {
			return err
		}
		if err := c.post(req); err != nil {
			return err
		}
	}
}

// request reads the next frame. It may take for ever to begin, but not to end.
func (c *conn) request() (*zk.Request, error) {
	if _, err := c.r.Peek(1); err != nil {
		return nil, err
	}
	c.readUntil(time.Now().Add(c.port.cfg.Limits.Frame))
	var head [4]byte
	if _, err := io.ReadFull(c.r, head[:]); err != nil {
		return nil, err
	}
	frame, err := c.body(head)
	if err != nil {
		return nil, err
	}
	c.readUntil(time.Time{})
	c.received(len(head) + len(frame))
	req, err := c.in.Request(frame)
	if err != nil && !req.Malformed {
		return nil, &badFrame{err.Error()}
	}
	return &req, nil
}

// readUntil sets when reading must have ended, zero for never. A connection that closes keeps the
// deadline that wakes its reader.
func (c *conn) readUntil(deadline time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closing {
		_ = c.socket.SetReadDeadline(deadline)
	}
}

// bodyStep is how much memory is given for a frame before any of it has come.
const bodyStep = 64 << 10

// body reads a frame whose length is known. Memory grows with what arrives, not with what was
// announced.
func (c *conn) body(head [4]byte) ([]byte, error) {
	size := int(int32(binary.BigEndian.Uint32(head[:])))
	if size < 0 || size > c.port.cfg.FrameMax {
		return nil, &badFrame{"a frame longer than jute.maxbuffer, or of negative length"}
	}
	frame := make([]byte, 0, min(size, bodyStep))
	for len(frame) < size {
		if len(frame) == cap(frame) {
			frame = slices.Grow(frame, min(size-len(frame), len(frame)))
		}
		end := min(cap(frame), size)
		n, err := io.ReadFull(c.r, frame[len(frame):end])
		frame = frame[:len(frame)+n]
		if err != nil {
			return nil, err
		}
	}
	return frame, nil
}

// post brings a request to the node, when the client has few enough without an answer.
func (c *conn) post(req *zk.Request) error {
	switch {
	case req.Op == zk.OpPing && !c.pings.take(c.port.cfg.Limits.PingRate, time.Now()):
		c.pause(pingPause)
	case req.Op == zk.OpAuth:
		for !c.port.door.mayAuth(c.from.Addr()) && !c.isGone() {
			c.pause(authPause)
		}
	}
	if !c.ask(req) || !c.port.node.Post(step.Input{
		Kind: step.ClientMsg, Conn: c.id, Req: req,
	}) {
		return errDone
	}
	return nil
}

// Who pings more often than any client does is slowed down; who tries passwords one after the other
// is kept to the rate.
const (
	pingPause = time.Millisecond
	authPause = 50 * time.Millisecond
)

func (c *conn) isGone() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

// ask waits for room and notes the request. It returns false when the connection is closing.
func (c *conn) ask(req *zk.Request) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	limits := &c.port.cfg.Limits
	for !c.closing && (c.held || len(c.asked) >= limits.Outstanding ||
		c.out.bytes > limits.QueuedBytes/readWhile) {
		c.changed.Wait()
	}
	if c.closing {
		return false
	}
	c.asked = append(c.asked, asked{xid: req.Xid, op: req.Op, at: time.Now()})
	return true
}

// readWhile is the part of the bytes a client may leave unread up to which its requests are taken.
const readWhile = 4

// linger reads on for a moment after the end was sent: a socket that is closed with something
// unread in it would take back what the client has not read yet.
func (c *conn) linger() {
	c.mu.Lock()
	for !c.isGone() && (len(c.out.waiting) > 0 || c.out.writing) {
		c.changed.Wait()
	}
	c.mu.Unlock()
	if c.isGone() {
		return
	}
	if half, ok := c.socket.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		_ = c.socket.SetReadDeadline(time.Now().Add(lingerMax))
		_, _ = io.Copy(io.Discard, io.LimitReader(c.r, lingerBytes))
	}
}

const (
	lingerMax   = time.Second
	lingerBytes = 1 << 20
)
