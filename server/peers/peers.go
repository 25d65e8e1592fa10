package peers

import (
	"crypto/rand"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// Config is what the links of one server need to know. Timing, Limits, Log and Faults may be zero.
type Config struct {
	Self      zk.ServerID
	Voters    zk.ServerSet
	Observers zk.ServerSet
	Addresses map[zk.ServerID]string // host:port of every other server; names are looked up anew
	Cluster   string                 // the ensemble's name; the same on all servers
	TLS       *tls.Config            // of both directions; nil for none
	Secret    []byte                 // the same on all servers, and nowhere else
	Timing    Timing
	Limits    Limits
	Log       *slog.Logger // nil drops
	Faults    *Faults      // nil: links cannot be broken on purpose
}

// Timing says how long things may take. The zero value of a field is DefaultTiming's.
type Timing struct {
	Handshake time.Duration // from connecting to the proof
	KeepAlive time.Duration // between pings
	Silence   time.Duration // until a ping must be answered
	RetryMin  time.Duration // after the first failure to connect; it doubles
	RetryMax  time.Duration
	SecondAsk time.Duration // what an older connection has to answer when a second one comes
}

// DefaultTiming suits servers on one network.
var DefaultTiming = Timing{
	Handshake: 2 * time.Second, KeepAlive: time.Second, Silence: 5 * time.Second,
	RetryMin: 20 * time.Millisecond, RetryMax: 500 * time.Millisecond,
	SecondAsk: 500 * time.Millisecond,
}

// Limits bound what others may cost. The zero value of a field is DefaultLimits'.
type Limits struct {
	Conns       int           // at one time that are no links yet
	Handshakes  int           // at one time
	FailureRate float64       // failed handshakes of one address a second, in the long run
	Failures    float64       // of them at once
	Snapshots   int           // being sent at one time
	SnapshotMin time.Duration // for any snapshot to be taken by the learner
	SnapshotBps int           // bytes a second that it must take beyond that
}

// DefaultLimits are the limits of a server that is told nothing else.
var DefaultLimits = Limits{
	Conns: 256, Handshakes: 64, FailureRate: 5, Failures: 50, Snapshots: 10,
	SnapshotMin: 10 * time.Second, SnapshotBps: 1 << 20,
}

func (l *Limits) snapshotTime(bytes int) time.Duration {
	return l.SnapshotMin + time.Duration(bytes/l.SnapshotBps)*time.Second
}

// Node is the server behind the links; drive.Driver is one.
type Node interface {
	// FromPeer brings an input. It may block for a moment, and returns false when the node has
	// ended.
	FromPeer(in step.Input) bool
}

// Net is the links of one server. Make it with New; Serve brings it to life.
type Net struct {
	cfg       Config
	instance  [8]byte
	lastID    atomic.Uint64
	refused   atomic.Int64
	snapshots chan struct{}
	slots     chan struct{} // one for each handshake that is under way
	conns     atomic.Int64  // that have not become WebSockets
	strangers strangers
	notices   notices
	server    *http.Server
	client    *http.Client

	mu     sync.Mutex
	node   Node
	links  map[zk.ConnID]*link
	closed chan struct{} // closed by Close
	ended  sync.WaitGroup
}

// New returns the links of a server before any is open.
func New(cfg Config) *Net {
	cfg.fill()
	n := &Net{
		cfg: cfg, links: map[zk.ConnID]*link{}, closed: make(chan struct{}),
		snapshots: make(chan struct{}, cfg.Limits.Snapshots),
		slots:     make(chan struct{}, cfg.Limits.Handshakes),
		strangers: strangers{rate: cfg.Limits.FailureRate, burst: cfg.Limits.Failures},
	}
	_, _ = rand.Read(n.instance[:]) // never fails
	n.client = n.newClient()
	n.server = n.newServer()
	return n
}

func (c *Config) fill() {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	t, l := &c.Timing, &c.Limits
	for _, f := range []struct{ of, instead *time.Duration }{
		{&t.Handshake, &DefaultTiming.Handshake}, {&t.KeepAlive, &DefaultTiming.KeepAlive},
		{&t.Silence, &DefaultTiming.Silence}, {&t.RetryMin, &DefaultTiming.RetryMin},
		{&t.RetryMax, &DefaultTiming.RetryMax}, {&t.SecondAsk, &DefaultTiming.SecondAsk},
		{&l.SnapshotMin, &DefaultLimits.SnapshotMin},
	} {
		if *f.of == 0 {
			*f.of = *f.instead
		}
	}
	for _, f := range []struct{ of, instead *int }{
		{&l.Conns, &DefaultLimits.Conns},
		{&l.Handshakes, &DefaultLimits.Handshakes}, {&l.Snapshots, &DefaultLimits.Snapshots},
		{&l.SnapshotBps, &DefaultLimits.SnapshotBps},
	} {
		if *f.of == 0 {
			*f.of = *f.instead
		}
	}
	if l.Failures == 0 {
		l.FailureRate, l.Failures = DefaultLimits.FailureRate, DefaultLimits.Failures
	}
}

// Serve takes links for the node from the listener, which it owns, and keeps its own election links
// open, until Close.
func (n *Net) Serve(l net.Listener, node Node) error {
	n.mu.Lock()
	n.node = node
	if n.isClosed() {
		n.mu.Unlock()
		return l.Close()
	}
	for peer := range n.members().Without(n.cfg.Self).All() {
		if peer < n.cfg.Self {
			n.ended.Go(func() { n.keepElection(peer) })
		}
	}
	n.mu.Unlock()
	if n.cfg.Faults != nil {
		l = n.cfg.Faults.listener(l)
	}
	if n.cfg.TLS != nil {
		l = tls.NewListener(l, n.cfg.TLS)
	}
	if err := n.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// members are all servers of the ensemble.
func (n *Net) members() zk.ServerSet { return n.cfg.Voters | n.cfg.Observers }

// Open begins a link to a peer, and returns its number. PeerUp or PeerDown with this number says
// what became of it. Before Serve nothing does.
func (n *Net) Open(peer zk.ServerID, ch zk.Channel) zk.ConnID {
	id := n.nextID()
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.node == nil || n.isClosed() {
		return id
	}
	n.ended.Go(func() {
		if err := n.dial(id, peer, ch); err != nil {
			n.notice(peer, ch, err)
			n.post(step.Input{Kind: step.PeerDown, From: peer, Chan: ch, Conn: id})
		}
	})
	return id
}

// HangUp ends a link after what was sent on it.
func (n *Net) HangUp(id zk.ConnID) {
	if l := n.find(id); l != nil {
		l.hangUp()
	}
}

// Send queues a message on a link, to leave with Flush. It never blocks, and drops what is for a
// link that has ended.
func (n *Net) Send(id zk.ConnID, m *step.Message) {
	if l := n.find(id); l != nil {
		l.send(m)
	}
}

// Flush lets what was queued on a link leave.
func (n *Net) Flush(id zk.ConnID) {
	if l := n.find(id); l != nil {
		l.poke()
	}
}

// Refused counts the handshakes and links that were refused for what the other side did.
func (n *Net) Refused() int64 { return n.refused.Load() }

// Close writes what waits on the links, ends them and returns when all are gone.
func (n *Net) Close() {
	n.mu.Lock()
	if n.isClosed() {
		n.mu.Unlock()
		return
	}
	close(n.closed)
	for _, l := range n.links {
		l.hangUp()
	}
	n.mu.Unlock()
	_ = n.server.Close()
	n.ended.Wait()
}

func (n *Net) isClosed() bool {
	select {
	case <-n.closed:
		return true
	default:
		return false
	}
}

func (n *Net) nextID() zk.ConnID { return zk.ConnID(n.lastID.Add(1)) }

func (n *Net) post(in step.Input) bool { return n.node.FromPeer(in) }

func (n *Net) find(id zk.ConnID) *link {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.links[id]
}

// admit takes a link in, unless this server is ending.
func (n *Net) admit(l *link) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.isClosed() {
		return false
	}
	n.links[l.id] = l
	n.ended.Add(1)
	return true
}

func (n *Net) forget(l *link) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.links, l.id)
	n.ended.Done()
}

// between returns the newest link to a peer on a channel, if there is one.
func (n *Net) between(peer zk.ServerID, ch zk.Channel) *link {
	n.mu.Lock()
	defer n.mu.Unlock()
	var newest *link
	for _, l := range n.links {
		if l.peer == peer && l.channel == ch && (newest == nil || l.id > newest.id) {
			newest = l
		}
	}
	return newest
}

// wait sleeps, and reports whether this server goes on.
func (n *Net) wait(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-n.closed:
		return false
	}
}
