package check

import (
	"slices"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// ViolationsMax is how many violations a checker keeps. Each invariant is reported once for each
// server or client, so that one mistake does not drown the next.
const ViolationsMax = 256

// Violation says that an invariant does not hold.
type Violation struct {
	Name    string      // one of Names
	At      zk.Instant  // when it was seen
	Detail  string      // what was seen, one English clause
	Ref     trace.Ref   // the event that showed it
	Server  zk.ServerID // the server, or the letter of the client, that it is about
	Zxid    zk.Zxid     // the transaction it is about, 0 for none
	Outside bool        // a voter had lost its disk before: the fault model was left
}

// Checker folds the events of one ensemble. Make it with New.
type Checker struct {
	voters  zk.ServerSet
	now     zk.Instant
	blind   bool                    // the trace began in the middle: histories are unknown
	told    bool                    // the event that is folded describes: it is not judged
	fast    [zk.ServerMax + 1]int64 // thousandths that a server's clock was too fast, at most
	wiped   zk.ServerSet
	blank   zk.ServerSet // wiped, and nothing written since
	servers []server     // index is the server's id
	peers   []peer       // what server i knows of j, at i*len(servers)+j
	refs    []trace.Ref  // the last event of each node; index is the id or letter

	epochs   []epoch   // in the order of their numbers
	kept     []zk.Zxid // what voter j had on disk in the i-th epoch, at i*64+j
	done     history   // everything committed
	digests  []digest  // of the tree after each applied zxid, rising
	acked    zk.Zxid   // the highest zxid that a client was told
	returned zk.Zxid   // the highest zxid of a write that has returned
	proposed zk.Zxid   // the highest zxid that was proposed

	calm    calm
	again   again
	state   state
	clients []client // index is the letter less 'A'
	heal    heal

	seen       [nameEnd]zk.ServerSet
	violations []Violation
}

// New returns a checker for an ensemble with these voters. The empty set stands for the voters that
// the first Booted event names.
func New(voters zk.ServerSet) *Checker { return &Checker{voters: voters} }

// Observe takes the next event. The checker keeps nothing of it but its transaction.
func (c *Checker) Observe(e *trace.Event) {
	if c.isTold(e) {
		c.take(e)
		return
	}
	c.now = e.At
	if e.Kind == trace.Missed {
		c.onMissed(e)
		return
	}
	c.explain(e)
	c.fold(e)
}

// fold takes one event into what is known of its server or client, and judges it.
func (c *Checker) fold(e *trace.Event) {
	switch {
	case e.Kind <= trace.Noted || e.Kind >= trace.Limited:
		c.onWorld(e)
	case e.Kind <= trace.Refused:
		c.onMessage(e)
	case e.Kind <= trace.RoleChanged:
		c.onElection(e)
	case e.Kind <= trace.LeaderLost:
		c.onZab(e)
	case e.Kind <= trace.WatchFired:
		c.onState(e)
	case e.Kind <= trace.EventSeen:
		c.onClient(e)
	case e.Kind == trace.Snapshotted:
		c.checkRestored(e, e.Zxid, uint64(e.N))
	case e.Kind == trace.WatchRemoved:
		c.onState(e)
	case e.Kind == trace.WentReadOnly:
		c.server(e.Node).alone = true
	}
}

// Violations returns what was found so far, in order. The caller must not write to it.
func (c *Checker) Violations() []Violation { return slices.Clip(c.violations) }

// Outside reports whether a voter lost its disk, so that nothing is promised any more. It ends when
// all voters are empty: that is a new ensemble.
func (c *Checker) Outside() bool { return c.wiped&c.voters != 0 }

// Clone returns an independent copy. Histories share memory: both copies append behind what they
// share, the copy in memory of its own.
func (c *Checker) Clone() *Checker {
	o := *c
	o.servers = slices.Clone(c.servers)
	for i := range o.servers {
		s := &o.servers[i]
		s.log = s.log.clip(len(s.log))
	}
	o.peers = slices.Clone(c.peers)
	o.refs = slices.Clone(c.refs)
	o.epochs = slices.Clone(c.epochs)
	for i := range o.epochs {
		p := &o.epochs[i]
		p.sent = p.sent.clip(len(p.sent))
		p.chain = p.chain.clip(len(p.chain))
	}
	o.kept = slices.Clone(c.kept)
	o.done = c.done.clip(len(c.done))
	o.digests = slices.Clip(c.digests)
	o.state = c.state.clone()
	o.clients = slices.Clone(c.clients)
	for i := range o.clients {
		o.clients[i].clip()
	}
	o.violations = slices.Clip(c.violations)
	return &o
}

// explain checks that causes come before what they cause.
func (c *Checker) explain(e *trace.Event) {
	last := trace.Ref{}
	if int(e.Cause.Node) < len(c.refs) {
		last = c.refs[e.Cause.Node]
	}
	late := e.Cause.Boot > last.Boot || e.Cause.Boot == last.Boot && e.Cause.Seq > last.Seq
	if e.Cause.Node == e.Node && e.Cause.Boot == e.Boot { // a sampled node leaves some out
		late = e.Cause.Seq >= e.Seq
	}
	if late && !last.IsZero() {
		c.report(explains, e, e.Node, 0, "its cause "+e.Cause.String()+" has not happened")
	}
	unexplained := e.Kind == trace.Elected || e.Kind == trace.Committed
	if unexplained && e.Cause.IsZero() {
		c.report(explains, e, e.Node, e.Zxid, e.Kind.String()+" names no cause")
	}
	c.note(e)
}

// note remembers the event as the last of its node.
func (c *Checker) note(e *trace.Event) {
	if n := int(e.Node) + 1; n > len(c.refs) {
		c.refs = append(c.refs, make([]trace.Ref, n-len(c.refs))...)
	}
	c.refs[e.Node] = e.Ref
}

// report notes that n does not hold for a server or client.
func (c *Checker) report(n name, e *trace.Event, about zk.ServerID, z zk.Zxid, detail string) {
	bit := zk.ServerSet(1) << (about & 63)
	if c.told || c.seen[n]&bit != 0 || len(c.violations) >= ViolationsMax {
		return
	}
	c.seen[n] |= bit
	c.violations = append(c.violations, Violation{
		Name: n.String(), At: e.At, Detail: detail, Ref: e.Ref, Server: about, Zxid: z,
		Outside: c.Outside(),
	})
}

// require reports n when ok is false.
func (c *Checker) require(
	ok bool, n name, e *trace.Event, about zk.ServerID, detail string,
) {
	if !ok {
		c.report(n, e, about, e.Zxid, detail)
	}
}
