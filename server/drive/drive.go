package drive

import (
	"fmt"
	"sync"
	"time"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

const (
	inboxMax = 1024 // inputs that wait before Post blocks
	batchMax = 256  // steps before the outputs are handed on
)

// Config is what a driver works with. Node and Disk are needed.
type Config struct {
	Node  node.Config
	Disk  Disk
	Peers Peers // nil for a server alone
	// Clients takes what goes to clients, in order. It is called by the driver's goroutine and must
	// not block; the slice is the driver's again when it returns.
	Clients func([]step.ToClient)
	// Trace takes the events of the steps, under the same rules. Nil drops them.
	Trace func([]trace.Event)
	// Recorder hears of every step. Nil is none.
	Recorder Recorder
}

// Recorder keeps what happens to a node, so that it can be played again. All but Ended is called by
// the driver's goroutine and must not block.
type Recorder interface {
	// Began tells how the node has started.
	Began(cfg node.Config, boot node.Boot)
	// Takes tells what the node is about to take; in and what it points to are the driver's again
	// when it returns.
	Takes(n *node.Node, in *step.Input)
	// Said tells what the node has put out for it.
	Said(events []trace.Event, replies []step.ToClient)
	// Ended tells why nothing more will come; nil is an orderly end.
	Ended(err error)
}

// Driver runs one node. Start makes one; Stop ends it.
type Driver struct {
	cfg   Config
	disk  Disk
	began time.Time

	inbox   chan step.Input // from clients
	peers   chan step.Input
	durable chan step.Input
	asks    chan func(*node.Node)
	log     spindle
	saves   spindle

	quit     chan struct{} // closed when the driver must end
	quitting sync.Once
	err      error // why; set before quit is closed
	ended    sync.WaitGroup

	// The rest belongs to the goroutine that owns the node.
	node  *node.Node
	in    step.Input
	out   step.Output
	ends  ends
	alarm *time.Timer
	// stepped says that out is the node's, and not what Reset has left.
	stepped bool
}

// Start starts a node from what its disk holds and drives it until Stop. A node that makes mistakes
// on purpose is for simulations only.
func Start(cfg Config) (*Driver, error) {
	if q := cfg.Node.Quirks; q != 0 {
		return nil, fmt.Errorf("quirk %s: only the simulator switches mistakes on", q)
	}
	boot, err := cfg.Disk.Boot()
	if err != nil {
		return nil, err
	}
	d := &Driver{
		cfg: cfg, disk: cfg.Disk, began: time.Now(),
		inbox: make(chan step.Input, inboxMax), peers: make(chan step.Input, inboxMax),
		durable: make(chan step.Input, 1),
		asks:    make(chan func(*node.Node)), log: newSpindle(), saves: newSpindle(),
		quit: make(chan struct{}), alarm: time.NewTimer(time.Hour),
	}
	boot.At, boot.WallMs = d.now()
	if cfg.Recorder != nil {
		cfg.Recorder.Began(cfg.Node, boot)
	}
	d.node = node.New(cfg.Node, boot, &d.out)
	d.stepped = true
	d.ended.Go(d.run)
	d.ended.Go(func() { d.log.run(d.quit, d.appendLog) })
	d.ended.Go(func() { d.saves.run(d.quit, d.saveSnapshots) })
	return d, nil
}

// Post brings an input from a client; At and WallMs are filled in. It blocks while the node has
// more to do than it can hold, and returns false when the driver has ended.
func (d *Driver) Post(in step.Input) bool { return d.bring(d.inbox, in) }

// FromPeer brings an input from a link, whose number is in.Conn. Peers are heard also when the node
// is full: what they say is what makes room.
func (d *Driver) FromPeer(in step.Input) bool { return d.bring(d.peers, in) }

func (d *Driver) bring(to chan<- step.Input, in step.Input) bool {
	select {
	case <-d.quit: // the channel may have room
		return false
	default:
	}
	select {
	case to <- in:
		return true
	case <-d.quit:
		return false
	}
}

// Ask lets fn look at the node between two steps and returns when it has. fn must be quick and keep
// nothing but clones. It returns false, without a call, when the driver has ended.
func (d *Driver) Ask(fn func(*node.Node)) bool {
	done := make(chan struct{})
	select {
	case d.asks <- func(n *node.Node) { fn(n); close(done) }:
		<-done
		return true
	case <-d.quit:
		return false
	}
}

// Done is closed when the driver ends, by Stop or by itself.
func (d *Driver) Done() <-chan struct{} { return d.quit }

// Stop ends the driver, lets the disk finish what it was given, closes it and returns why the
// driver had ended before, if it had.
func (d *Driver) Stop() error {
	d.fail(nil)
	d.ended.Wait()
	if d.cfg.Recorder != nil {
		d.cfg.Recorder.Ended(d.err)
	}
	if err := d.disk.Close(); d.err == nil && err != nil {
		return fmt.Errorf("close the disk: %w", err)
	}
	return d.err
}

// fail ends the driver; the first reason counts.
func (d *Driver) fail(err error) {
	d.quitting.Do(func() {
		d.err = err
		close(d.quit)
	})
}

// now returns both clocks: the one that never goes back, and the wall's.
func (d *Driver) now() (zk.Instant, int64) {
	now := time.Now()
	return zk.Instant(now.Sub(d.began)), now.UnixMilli()
}

// run owns the node.
func (d *Driver) run() {
	defer d.alarm.Stop()
	d.carryOut() // what the start put out
	for d.next() {
		if !d.batch() {
			return
		}
		d.carryOut()
	}
}

// next waits for something to happen and leaves it in d.in. It returns false when the driver ends.
func (d *Driver) next() bool {
	for {
		select {
		case <-d.quit:
			return false
		case d.in = <-d.open():
			return true
		case d.in = <-d.peers:
			return true
		case d.in = <-d.durable:
			return true
		case <-d.alarm.C:
			d.in = step.Input{Kind: step.Wake}
			return true
		case ask := <-d.asks:
			ask(d.node)
		}
	}
}

// open returns the inbox while the node can hold more: a full leader hears only its peers and its
// disk.
func (d *Driver) open() <-chan step.Input {
	if d.node.Full() {
		return nil
	}
	return d.inbox
}

// batch steps through what is already waiting. It returns false when an invariant broke.
func (d *Driver) batch() bool {
	for range batchMax {
		if !d.take() {
			return false
		}
		select {
		case d.in = <-d.open():
		case d.in = <-d.peers:
		case d.in = <-d.durable:
		default:
			return true
		}
	}
	return d.take()
}

// take brings d.in to the node, unless it comes over a link that the node knows nothing of. What
// the node wants of its links is done before it hears anything more.
func (d *Driver) take() bool {
	ok := true
	switch d.in.Kind {
	case step.PeerUp:
		ok = d.linkUp()
	case step.PeerDown:
		ok = d.linkDown()
	case step.PeerMsg:
		ok = !d.ends.isUp(&d.in) || d.step()
	default:
		ok = d.step()
	}
	if ok && len(d.out.Links) > 0 {
		d.carryOut()
	}
	return ok
}

// step lets the node take d.in. A broken invariant ends the driver.
func (d *Driver) step() (ok bool) {
	defer func() {
		if ok {
			return
		}
		cause := recover()
		broken, is := cause.(step.Violation)
		if !is {
			panic(cause)
		}
		d.fail(fmt.Errorf("%w after %d events of this batch; the last: %s\nstatus: %+v",
			broken, len(d.out.Trace), lastEvent(d.out.Trace), d.node.Status()))
	}()
	d.in.At, d.in.WallMs = d.now()
	d.stepped = true
	if d.cfg.Recorder == nil {
		d.node.Step(&d.in, &d.out)
		return true
	}
	events, replies := len(d.out.Trace), len(d.out.Clients)
	d.cfg.Recorder.Takes(d.node, &d.in)
	d.node.Step(&d.in, &d.out)
	d.cfg.Recorder.Said(d.out.Trace[events:], d.out.Clients[replies:])
	return true
}

func lastEvent(events []trace.Event) string {
	if len(events) == 0 {
		return "none"
	}
	e := &events[len(events)-1]
	return e.Ref.String() + " " + e.Kind.String()
}

// carryOut does what the steps since the last time asked for. Where there was none, because what
// came was for nobody, the alarm stays as it is.
func (d *Driver) carryOut() {
	if !d.stepped {
		return
	}
	for i := range d.out.Writes {
		w := &d.out.Writes[i]
		if w.Kind == step.SaveSnapshot {
			d.saves.put(w)
			continue
		}
		d.log.put(w)
	}
	d.speak()
	if len(d.out.Clients) > 0 {
		d.cfg.Clients(d.out.Clients)
	}
	if d.cfg.Trace != nil && len(d.out.Trace) > 0 {
		d.cfg.Trace(d.out.Trace)
	}
	d.wakeAt(d.out.WakeAt)
	d.out.Reset()
	d.stepped = false
}

// wakeAt sets the alarm. An alarm that has gone off meanwhile costs one early Wake, which the node
// ignores.
func (d *Driver) wakeAt(at zk.Instant) {
	if at == zk.Never {
		d.alarm.Stop()
		return
	}
	now, _ := d.now()
	d.alarm.Reset(max(0, at.Sub(now)))
}
