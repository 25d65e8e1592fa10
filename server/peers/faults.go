package peers

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/zabscope/zabscope/core/zk"
)

// Faults break the links of one server on purpose, in the direction in which it sends. What is cut
// stays where it is, as TCP keeps what nobody acknowledges: it goes on its way when the cut is
// mended, unless the connection has been given up meanwhile.
type Faults struct {
	mu      sync.Mutex
	changed sync.Cond
	ways    map[zk.ServerID]way
}

// way is what is wrong on the way to a peer.
type way struct {
	cut   bool
	delay time.Duration
}

// NewFaults returns faults of which there are none yet.
func NewFaults() *Faults {
	f := &Faults{ways: map[zk.ServerID]way{}}
	f.changed.L = &f.mu
	return f
}

// Cut lets nothing more pass to the peer.
func (f *Faults) Cut(peer zk.ServerID) { f.change(peer, func(w *way) { w.cut = true }) }

// Delay lets everything to the peer take so much longer.
func (f *Faults) Delay(peer zk.ServerID, d time.Duration) {
	f.change(peer, func(w *way) { w.delay = d })
}

// Heal mends the way to the peer.
func (f *Faults) Heal(peer zk.ServerID) { f.change(peer, func(w *way) { *w = way{} }) }

func (f *Faults) change(peer zk.ServerID, by func(*way)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w := f.ways[peer]
	by(&w)
	f.ways[peer] = w
	f.changed.Broadcast()
}

// listener wraps what it accepts.
func (f *Faults) listener(l net.Listener) net.Listener { return &faultyListener{l, f} }

type faultyListener struct {
	net.Listener
	faults *Faults
}

// Accept returns a connection of which it is not known yet whom it is with.
func (l *faultyListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.faults.wrap(conn, 0), nil
}

// wrap returns the connection to a peer, 0 if that is to be found out.
func (f *Faults) wrap(conn net.Conn, peer zk.ServerID) net.Conn {
	c := &faultyConn{Conn: conn, faults: f, peer: peer}
	go c.carry()
	return c
}

// faultyConn sends in a goroutine of its own, so that bytes can be late.
type faultyConn struct {
	net.Conn
	faults *Faults

	// The rest is guarded by the mutex of faults.
	peer   zk.ServerID
	queue  []parcel
	bytes  int
	closed bool
	failed error
}

// parcel is bytes on their way.
type parcel struct {
	b    []byte
	sent time.Time
}

// onTheWay is how many bytes may be under way before the sender waits, as for a TCP window.
const onTheWay = 1 << 20

// isWith says whom the connection is with.
func (c *faultyConn) isWith(peer zk.ServerID) {
	if c == nil {
		return
	}
	c.faults.mu.Lock()
	defer c.faults.mu.Unlock()
	c.peer = peer
	c.faults.changed.Broadcast()
}

// Write takes the bytes; they arrive when the way allows it.
func (c *faultyConn) Write(b []byte) (int, error) {
	f := c.faults
	f.mu.Lock()
	defer f.mu.Unlock()
	for c.bytes > onTheWay && !c.closed && c.failed == nil {
		f.changed.Wait()
	}
	switch {
	case c.closed:
		return 0, net.ErrClosed
	case c.failed != nil:
		return 0, c.failed
	}
	c.queue = append(c.queue, parcel{append([]byte(nil), b...), time.Now()})
	c.bytes += len(b)
	f.changed.Broadcast()
	return len(b), nil
}

// Close ends the connection. What is under way is lost if it is cut, and else still sent.
func (c *faultyConn) Close() error {
	c.faults.mu.Lock()
	c.closed = true
	c.faults.changed.Broadcast()
	idle := len(c.queue) == 0 || c.faults.ways[c.peer].cut
	c.faults.mu.Unlock()
	if idle {
		return c.Conn.Close()
	}
	return nil // carry does it
}

// carry sends the parcels, each when its time has come, until the connection ends.
func (c *faultyConn) carry() {
	for {
		p, ok := c.next()
		if !ok {
			_ = c.Conn.Close()
			return
		}
		_, err := c.Conn.Write(p.b)
		c.faults.mu.Lock()
		c.bytes -= len(p.b)
		c.failed = err
		c.faults.changed.Broadcast()
		c.faults.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// next waits for the first parcel and for its way to be free.
func (c *faultyConn) next() (parcel, bool) {
	f := c.faults
	f.mu.Lock()
	defer f.mu.Unlock()
	for {
		w := f.ways[c.peer]
		switch {
		case c.closed && (len(c.queue) == 0 || w.cut):
			return parcel{}, false
		case len(c.queue) == 0 || w.cut:
			f.changed.Wait()
		default:
			late := time.Until(c.queue[0].sent.Add(w.delay))
			if late <= 0 {
				p := c.queue[0]
				c.queue = c.queue[1:]
				return p, true
			}
			f.waitFor(late)
		}
	}
}

// waitFor waits for a change, or for so long.
func (f *Faults) waitFor(d time.Duration) {
	t := time.AfterFunc(d, f.changed.Broadcast)
	defer t.Stop()
	f.changed.Wait()
}

// connKey carries a request's connection.
type connKey struct{}

func withConn(ctx context.Context, conn net.Conn) context.Context {
	if sealed, is := conn.(*tls.Conn); is {
		conn = sealed.NetConn()
	}
	return context.WithValue(ctx, connKey{}, conn)
}

// connOf returns the connection that brought a request.
func connOf(r *http.Request) net.Conn {
	conn, _ := r.Context().Value(connKey{}).(net.Conn)
	return conn
}
