package sim

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Defaults of a Config's durations.
const (
	DefaultLatencyMean   = 10 * time.Millisecond
	DefaultLatencyJitter = 4 * time.Millisecond
	DefaultFsyncMean     = 5 * time.Millisecond
)

// Config decides a world, together with the commands given to it. Zero durations mean the defaults;
// a negative jitter means none.
type Config struct {
	Voters, Observers          int // servers 1 to Voters vote, those after them observe
	Seed                       uint64
	Node                       func(*node.Config) // adjusts each server's config; nil or pure
	LatencyMean, LatencyJitter time.Duration      // between servers
	FsyncMean                  time.Duration
	Quirks                     zk.Quirk
	ReadOnly                   bool          // without a leader servers serve reads
	Codec                      bool          // every message between servers goes through its bytes
	WakeLate                   time.Duration // servers wake up to this much late
	Addresses                  bool          // servers know the addresses of clients
	// Machine starts what runs on a server; nil means node.New. Theory machines and tests use it.
	Machine func(cfg node.Config, boot node.Boot, out *step.Output) Machine
}

// Machine is what runs on a server.
type Machine interface {
	Step(in *step.Input, out *step.Output)
	CloneMachine() Machine
	StateHash() uint64
}

// nodeMachine makes a node a Machine.
type nodeMachine struct{ *node.Node }

// CloneMachine returns an independent copy.
func (n nodeMachine) CloneMachine() Machine { return nodeMachine{n.Clone()} }

func (n nodeMachine) inner() *node.Node { return n.Node }

// server is one computer: its disk, and the process on it while one runs.
type server struct {
	cfg     node.Config
	machine Machine // nil while no process runs
	disk    disk
	inbox   []item // what came while the process was paused, in order
	conns   []conn // client connections that its kernel holds open
	wakeAt  zk.Instant
	late    rand.PCG // how late it wakes
	skewMs  int64
	clock   rate
	boots   uint16
	paused  bool
}

// World is the whole simulation, a value: a Clone goes its own way.
type World struct {
	cfg     Config
	now     zk.Instant
	steps   uint64
	nextSeq uint64 // of the last item
	nextRef uint64 // Seq of the world's last event
	nextID  uint64 // of the last client connection
	gens    uint32 // of the last connection between servers
	hash    trace.Hash
	voters  zk.ServerSet
	all     zk.ServerSet
	queue   queue
	servers []server // by id; 0 is unused
	links   []link   // from*len(servers)+to
	rules   []rule
	held    []flight
	clients []clientSlot // by letter from 'A'
	wakes   []zk.Instant // of servers by id, then clients by letter; Never for none
	points  []crashPoint
	struck  func(*crashPoint) // hears of crash points that were hit; nil for nobody
	chaos   chaos
	fail    *Failure

	// Sink receives every event as it happens; the event may not be kept. Without a Sink events
	// wait for TakeEvents. Clones have none.
	Sink   func(*trace.Event)
	events []trace.Event

	// Scratch: no part of the state.
	recent  []trace.Event // a ring of the last events, for Failure
	emitted uint64        // events so far: where the ring goes on
	chunk   []step.Message
	in      step.Input
	out     step.Output
	cin     client.Input
	cout    client.Output
	fates   []fate
}

// New returns a world in which all servers are down and all disks empty.
func New(cfg Config) *World {
	cfg = withDefaults(cfg)
	n := cfg.Voters + cfg.Observers
	step.Assert(cfg.Voters > 0 && n <= int(zk.ServerMax), "WorldSize")
	w := &World{
		cfg: cfg, servers: make([]server, n+1), links: make([]link, (n+1)*(n+1)),
		wakes: make([]zk.Instant, n+1),
	}
	var observers zk.ServerSet
	for id := zk.ServerID(1); int(id) <= n; id++ {
		if int(id) <= cfg.Voters {
			w.voters = w.voters.With(id)
		} else {
			observers = observers.With(id)
		}
	}
	w.all = w.voters | observers
	for id := range w.all.All() {
		w.servers[id] = w.newServer(id, observers)
		for to := range w.all.All() {
			w.link(id, to).stream = newStream(cfg.Seed, "net", id, to)
		}
	}
	for i := range w.wakes {
		w.wakes[i] = zk.Never
	}
	return w
}

func withDefaults(cfg Config) Config {
	if cfg.LatencyMean == 0 {
		cfg.LatencyMean = DefaultLatencyMean
	}
	if cfg.LatencyJitter == 0 {
		cfg.LatencyJitter = DefaultLatencyJitter
	}
	if cfg.FsyncMean == 0 {
		cfg.FsyncMean = DefaultFsyncMean
	}
	if cfg.Machine == nil {
		cfg.Machine = newNode
	}
	return cfg
}

func newNode(cfg node.Config, boot node.Boot, out *step.Output) Machine {
	return nodeMachine{node.New(cfg, boot, out)}
}

func (w *World) newServer(id zk.ServerID, observers zk.ServerSet) server {
	cfg := node.DefaultConfig(id, w.voters, observers)
	cfg.Seed = mixSeed(w.cfg.Seed, "node", id, 0)
	cfg.Secret = []byte("zabscope simulation")
	cfg.Quirks, cfg.ReadOnlyMode = w.cfg.Quirks, w.cfg.ReadOnly
	cfg.ExtendedTypes = true // all kinds of znodes can be made
	if w.cfg.Node != nil {
		w.cfg.Node(&cfg)
	}
	return server{
		cfg: cfg, wakeAt: zk.Never, disk: disk{stream: newStream(w.cfg.Seed, "disk", id, 0)},
		late: newStream(w.cfg.Seed, "late", id, 0),
	}
}

// Now returns the world time.
func (w *World) Now() zk.Instant { return w.now }

// Steps returns how many steps were made.
func (w *World) Steps() uint64 { return w.steps }

// Seed returns the seed of the run.
func (w *World) Seed() uint64 { return w.cfg.Seed }

// Fingerprint returns the fold of every event so far, in the order in which they happened.
func (w *World) Fingerprint() trace.Hash { return w.hash }

// Failure returns what stopped the world, nil if nothing did.
func (w *World) Failure() *Failure { return w.fail }

// Servers returns the voters and the observers.
func (w *World) Servers() (voters, observers zk.ServerSet) { return w.voters, w.all &^ w.voters }

// Machine returns what runs on the server, nil if nothing does.
func (w *World) Machine(id zk.ServerID) Machine {
	if !w.all.Has(id) {
		return nil
	}
	return w.servers[id].machine
}

// Node returns the node that runs on the server, nil if none does. It may only be read.
func (w *World) Node(id zk.ServerID) *node.Node {
	if n, ok := w.Machine(id).(interface{ inner() *node.Node }); ok {
		return n.inner()
	}
	return nil
}

// NodeConfig returns the configuration of the server; zero if there is no such server.
func (w *World) NodeConfig(id zk.ServerID) node.Config {
	if !w.all.Has(id) {
		return node.Config{}
	}
	return w.servers[id].cfg
}

// Up reports whether a process runs on the server, be it paused.
func (w *World) Up(id zk.ServerID) bool { return w.Machine(id) != nil }

// Paused reports whether the server's process or the client stands still.
func (w *World) Paused(id zk.ServerID) bool {
	if c := w.slot(id); c != nil {
		return c.paused
	}
	return w.all.Has(id) && w.servers[id].paused
}

// Cut reports whether nothing passes from one server to another.
func (w *World) Cut(from, to zk.ServerID) bool {
	return w.all.Has(from) && w.all.Has(to) && w.link(from, to).cut
}

// Delay returns how much longer messages take from one server to another.
func (w *World) Delay(from, to zk.ServerID) time.Duration {
	if !w.all.Has(from) || !w.all.Has(to) {
		return 0
	}
	return w.link(from, to).delay
}

// Loss returns how many of 2^32 messages from one server to another are lost.
func (w *World) Loss(from, to zk.ServerID) uint32 {
	if !w.all.Has(from) || !w.all.Has(to) {
		return 0
	}
	return w.link(from, to).loss
}

// Island returns the number of the island that the server is on, counted from 0 by the lowest
// member. Servers are on one island if a chain of links that pass both ways joins them.
func (w *World) Island(id zk.ServerID) int {
	island, rest := 0, w.all
	for rest != 0 {
		members := w.islandOf(firstOf(rest))
		if members.Has(id) {
			return island
		}
		rest &^= members
		island++
	}
	return 0
}

func firstOf(s zk.ServerSet) zk.ServerID {
	for id := range s.All() {
		return id
	}
	return 0
}

func (w *World) islandOf(id zk.ServerID) zk.ServerSet {
	members := zk.SetOf(id)
	for grown := true; grown; {
		grown = false
		for a := range members.All() {
			for b := range (w.all &^ members).All() {
				if !w.link(a, b).cut && !w.link(b, a).cut {
					members, grown = members.With(b), true
				}
			}
		}
	}
	return members
}

// Clone returns an independent copy without a Sink and without events that wait for TakeEvents.
func (w *World) Clone() *World {
	c := &World{}
	*c = *w
	c.queue = slices.Clone(w.queue)
	c.servers = slices.Clone(w.servers)
	for i := range c.servers {
		c.servers[i].own()
	}
	c.links = slices.Clone(w.links)
	c.rules = slices.Clone(w.rules)
	c.held = slices.Clone(w.held)
	c.wakes = slices.Clone(w.wakes)
	c.points = slices.Clone(w.points)
	c.clients = slices.Clone(w.clients)
	for i := range c.clients {
		c.clients[i].own()
	}
	c.Sink, c.struck, c.events, c.recent, c.chunk, c.fates = nil, nil, nil, nil, nil, nil
	c.in, c.out, c.cin, c.cout = step.Input{}, step.Output{}, client.Input{}, client.Output{}
	return c
}

// own makes a copied server independent of the original.
func (s *server) own() {
	if s.machine != nil {
		s.machine = s.machine.CloneMachine()
	}
	s.inbox = slices.Clone(s.inbox)
	s.conns = slices.Clone(s.conns)
	s.disk.own()
}

// push puts an item into the queue behind all that is due at the same instant.
func (w *World) push(it item) {
	w.nextSeq++
	it.seq = w.nextSeq
	w.queue.push(it)
}

// newItem makes an item that happens right now, without the queue; it may still have to wait for a
// paused process.
func (w *World) newItem(it item) item {
	w.nextSeq++
	it.due, it.seq = w.now, w.nextSeq
	return it
}

// setWake notes when the server wants to be woken.
func (w *World) setWake(s *server, at zk.Instant) {
	s.wakeAt = at
	at = s.clock.when(at)
	switch {
	case s.paused || s.machine == nil:
		at = zk.Never
	case w.cfg.WakeLate > 0 && at != zk.Never:
		at = at.Add(time.Duration(below(&s.late, uint64(w.cfg.WakeLate))))
	}
	w.wakes[s.cfg.ID] = at
}

// queuePaused keeps an item for a paused process. It reports whether it did.
func (w *World) queuePaused(s *server, it *item) bool {
	if !s.paused {
		return false
	}
	it.landed = true
	s.inbox = append(s.inbox, *it)
	return true
}

// emitWorld writes an event of the world itself.
func (w *World) emitWorld(e trace.Event) trace.Ref {
	w.nextRef++
	e.Ref = trace.Ref{Seq: w.nextRef, Boot: 1}
	w.emit(&e)
	return e.Ref
}

// recentMax is how many events a Failure shows.
const recentMax = 50

// emit takes an event into the stream.
func (w *World) emit(e *trace.Event) {
	e.At = w.now
	w.hash = w.hash.Add(e)
	w.remember(e)
	w.watchPoints(e)
	if w.Sink != nil {
		w.Sink(e)
		return
	}
	w.events = append(w.events, *e)
}

// TakeEvents returns the events since the last call, if there is no Sink.
func (w *World) TakeEvents() []trace.Event {
	events := w.events
	w.events = nil
	return events
}

func (w *World) remember(e *trace.Event) {
	if w.recent == nil {
		w.recent, w.emitted = make([]trace.Event, recentMax), 0
	}
	w.recent[w.emitted%recentMax] = *e
	w.emitted++
}

// recentEvents returns the last events in order.
func (w *World) recentEvents() []trace.Event {
	if w.emitted < recentMax {
		return slices.Clone(w.recent[:w.emitted])
	}
	i := w.emitted % recentMax
	return slices.Concat(w.recent[i:], w.recent[:i])
}
