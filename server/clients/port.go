package clients

import (
	"errors"
	"log/slog"
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

// Node is the server behind the port; drive.Driver is one.
type Node interface {
	// Post brings an input. It blocks while the node is full and returns false when it has ended.
	Post(in step.Input) bool
	// Ask lets fn look at the node between two steps; false says that the node has ended.
	Ask(fn func(*node.Node)) bool
}

// Config is what a port works with. The zero value of a field is Apache's default.
type Config struct {
	ConnsPerIP int // maxClientCnxns; negative is without limit
	FrameMax   int // jute.maxbuffer
	Words      []string
	Standalone bool
	Members    string // of an ensemble, as /zookeeper/config has them
	Voters     int    // of an ensemble
	// Refused counts the peers that were refused; nil for a server alone.
	Refused  func() int64
	Version  string // "3.8.0-…, built on …", as srvr tells
	Settings func() []Setting
	Disk     func() (snapshots, log int64) // bytes, for dirs
	Servers  []Server                      // of an ensemble, for the AdminServer
	// Snapshot tells the newest snapshot of this start, and when it was saved (Unix ms); nil knows
	// of none.
	Snapshot func() (zk.Zxid, int64)
	// Answered hears how long the answer to a request took. It is called for each answer and must
	// not block. Nil hears nothing.
	Answered func(op zk.Op, took time.Duration)
	Limits   Limits
	Log      *slog.Logger // nil drops
}

// Setting is one line of conf.
type Setting struct{ Name, Value string }

// Server is a member of the ensemble, as it is configured.
type Server struct {
	ID                       zk.ServerID
	Quorum, Election, Client string // addresses
	Observer                 bool
	Line                     string // "host:2888:3888:participant;host:2181"
}

// Limits bound what strangers may do. The zero value of a field is DefaultLimits'.
type Limits struct {
	Conns       int           // at once, from anywhere; see affordable for what 0 means
	Sessions    int           // in the ensemble, before new ones are refused
	Outstanding int           // requests of one connection that are not answered
	QueuedBytes int           // of answers that a client does not read, before its end
	Handshake   time.Duration // from the first byte to the session
	Frame       time.Duration // from a frame's first byte to its last
	Write       time.Duration // until a client has taken what is sent
	SessionRate Rate          // new sessions of one address
	AuthRate    Rate          // auth requests of one address
	PingRate    Rate          // pings of one connection, before they slow it down
	FailureRate Rate          // refused sessions of one address
	Penalty     time.Duration // what a connection of an address with too many of them waits
}

// DefaultLimits are the limits of a node that is told nothing else.
var DefaultLimits = Limits{
	Conns: 10_000, Sessions: 10_000, Outstanding: 1_000, QueuedBytes: 64 << 20,
	Handshake: 10 * time.Second, Frame: 30 * time.Second, Write: 30 * time.Second,
	SessionRate: Rate{PerSecond: 100, Burst: 1_000},
	AuthRate:    Rate{PerSecond: 10, Burst: 100},
	PingRate:    Rate{PerSecond: 10, Burst: 100},
	FailureRate: Rate{PerSecond: 5.0 / 60, Burst: 5},
	Penalty:     200 * time.Millisecond,
}

// descriptorsKept are the open files that clients leave to peers, logs and snapshots.
const descriptorsKept = 128

// affordable returns how many connections there may be, when so many files may be open, or any
// number if that is negative.
func affordable(wanted, descriptors int) int {
	if descriptors < 0 {
		return wanted
	}
	return min(wanted, max(1, descriptors-descriptorsKept))
}

// connsPerIP is Apache's maxClientCnxns.
const connsPerIP = 60

// Port serves clients. Make it with New; Deliver takes what the node has for them.
type Port struct {
	cfg   Config
	node  Node
	stats stats
	door  door
	mask  traceMask

	digests   digests
	watchers  watchers
	proposals proposals

	mu       sync.Mutex
	listener net.Listener
	conns    map[zk.ConnID]*conn
	lastID   zk.ConnID
	closed   bool
	ended    sync.WaitGroup
}

// New returns a port without a node, which Serve brings.
func New(cfg Config) *Port {
	cfg.fill()
	p := &Port{cfg: cfg, conns: map[zk.ConnID]*conn{}}
	p.stats.began = time.Now()
	p.door.limits = &p.cfg.Limits
	p.door.perIP = cfg.ConnsPerIP
	p.mask.set(defaultTraceMask)
	return p
}

func (c *Config) fill() {
	if c.ConnsPerIP == 0 {
		c.ConnsPerIP = connsPerIP
	}
	if c.FrameMax == 0 {
		c.FrameMax = wire.FrameMax
	}
	if c.Words == nil {
		c.Words = []string{"srvr"}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Settings == nil {
		c.Settings = func() []Setting { return nil }
	}
	if c.Disk == nil {
		c.Disk = func() (int64, int64) { return 0, 0 }
	}
	c.Limits.fill()
}

func (l *Limits) fill() {
	d := &DefaultLimits
	if l.Conns == 0 {
		l.Conns = affordable(d.Conns, descriptorsMax())
	}
	for _, f := range []struct{ of, instead *int }{
		{&l.Sessions, &d.Sessions}, {&l.Outstanding, &d.Outstanding},
		{&l.QueuedBytes, &d.QueuedBytes},
	} {
		if *f.of == 0 {
			*f.of = *f.instead
		}
	}
	for _, f := range []struct{ of, instead *time.Duration }{
		{&l.Handshake, &d.Handshake}, {&l.Frame, &d.Frame}, {&l.Write, &d.Write},
		{&l.Penalty, &d.Penalty},
	} {
		if *f.of == 0 {
			*f.of = *f.instead
		}
	}
	for _, f := range []struct{ of, instead *Rate }{
		{&l.SessionRate, &d.SessionRate}, {&l.AuthRate, &d.AuthRate},
		{&l.PingRate, &d.PingRate}, {&l.FailureRate, &d.FailureRate},
	} {
		if *f.of == (Rate{}) {
			*f.of = *f.instead
		}
	}
}

// Serve accepts clients for the node until Close. It owns the listener.
func (p *Port) Serve(l net.Listener, n Node) error {
	p.mu.Lock()
	p.listener, p.node = l, n
	closed := p.closed
	p.mu.Unlock()
	if closed {
		return l.Close()
	}
	for {
		socket, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil { // out of file descriptors, for instance: those who are in go on
			p.cfg.Log.Warn("cannot accept a client", "error", err)
			time.Sleep(acceptPause)
			continue
		}
		p.admit(socket)
	}
}

// acceptPause keeps a failing accept from spinning.
const acceptPause = 50 * time.Millisecond

// admit starts a connection, if there is room for one more from where it comes.
func (p *Port) admit(socket net.Conn) {
	from := address(socket)
	p.stats.requests.Add(1)
	if !p.door.enter(from.Addr()) {
		p.stats.rejected.Add(1)
		_ = socket.Close()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		_ = socket.Close()
		return
	}
	p.lastID++
	c := newConn(p, p.lastID, socket, from)
	p.conns[c.id] = c
	p.ended.Go(c.serve)
}

// address returns where a client is, an IPv4 address always as one.
func address(socket net.Conn) netip.AddrPort {
	from, err := netip.ParseAddrPort(socket.RemoteAddr().String())
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
}

// forget takes a connection out, so that nothing is delivered to it any more.
func (p *Port) forget(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c.id)
}

// Deliver hands what the node answers to its connections, in order. It never blocks.
func (p *Port) Deliver(out []step.ToClient) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range out {
		if c := p.conns[out[i].Conn]; c != nil {
			c.deliver(&out[i])
		}
	}
}

// list returns the connections by rising id.
func (p *Port) list() []*conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]*conn, 0, len(p.conns))
	for _, c := range p.conns {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *conn) int { return int(a.id - b.id) })
	return all
}

// Drain takes no more requests and waits, not longer than most, until those that were taken are
// answered and the answers sent.
func (p *Port) Drain(most time.Duration) {
	end := time.Now().Add(most)
	for _, c := range p.list() {
		c.hold()
	}
	for _, c := range p.list() {
		c.drain(end)
	}
}

// Close ends every connection and returns when all are gone. Sessions go on without them, until
// they expire.
func (p *Port) Close() {
	p.mu.Lock()
	p.closed = true
	if p.listener != nil {
		_ = p.listener.Close()
	}
	for _, c := range p.conns {
		c.hangUp()
	}
	p.mu.Unlock()
	p.ended.Wait()
}
