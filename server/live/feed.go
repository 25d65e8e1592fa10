package live

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// Bounds of a feed.
const (
	waitingMax     = 16 << 10 // events that wait to be written; more are left out
	memoryFor      = 10 * time.Second
	pace           = 15 * time.Millisecond // between two frames: events travel together
	subscribersMax = 4
	subscriberMax  = 16 << 20               // bytes that wait for one subscriber
	pictureMax     = 1 << 20                // bytes of a tree that is told
	describeEvery  = 250 * time.Millisecond // at most: it takes the node's time
)

// Feed tells subscribers what a node does. While there are none it drops the events where they are
// made, apart from those of the first seconds: who comes soon hears the start from its beginning.
type Feed struct {
	id    zk.ServerID
	token string
	on    atomic.Bool // somebody wants events
	wake  chan struct{}
	quit  chan struct{}
	done  sync.WaitGroup

	sieve sieve // of the node's goroutine

	mu          sync.Mutex
	ask         func(func(*node.Node)) bool // nil before Run
	waiting     []item
	events      int  // in waiting
	of          int  // of so many transactions one is shown; 0 before that is known
	memory      bool // nobody has come yet: waiting has everything since the start
	closed      bool
	subscribers []*subscriber
	asked       bool      // a description is on its way
	described   time.Time // when the last one was made
}

// item is something for the subscribers: events, or a description.
type item struct {
	events []trace.Event
	lost   bool // events before these were left out
	of     int  // from here on one of so many transactions is shown; 0 for no change
	told   *told
}

// told is what a node was between two steps.
type told struct {
	events []trace.Event
	tree   *tree.DB // frozen
}

// NewFeed returns the feed of a node. Subscribers must bring the token; without one nobody can, and
// nothing is remembered.
func NewFeed(id zk.ServerID, token string) *Feed {
	f := &Feed{
		id: id, token: token, wake: make(chan struct{}, 1), quit: make(chan struct{}),
		memory: token != "",
	}
	f.on.Store(f.memory)
	return f
}

// Publish takes the events of some steps, which it does not keep. It is called by the goroutine
// that owns the node, and never waits for a subscriber.
func (f *Feed) Publish(events []trace.Event) {
	if !f.on.Load() || len(events) == 0 {
		return
	}
	changed := f.sieve.measure(events)
	f.mu.Lock()
	defer f.mu.Unlock()
	if changed {
		f.of = f.sieve.of()
	}
	full := f.events+len(events) > waitingMax
	switch {
	case f.memory && (full || events[0].At > zk.Instant(memoryFor)):
		f.forget()
		return
	case full: // what waits goes, and who waits for it must be told the state
		f.waiting, f.events, f.asked = append(f.waiting[:0], item{lost: true, of: f.of}), 0, false
	case changed:
		f.waiting = append(f.waiting, item{of: f.of})
	}
	f.add(events)
	f.stir()
}

// add queues the events that are shown, with those that wait already.
func (f *Feed) add(events []trace.Event) {
	n := len(f.waiting)
	if n == 0 || f.waiting[n-1].told != nil || f.waiting[n-1].of != 0 {
		f.waiting = append(f.waiting, item{})
		n++
	}
	last := &f.waiting[n-1]
	for i := range events {
		if f.sieve.keeps(&events[i]) {
			last.events = append(last.events, events[i])
			f.events++
		}
	}
}

// forget drops everything until somebody subscribes.
func (f *Feed) forget() {
	f.waiting, f.events, f.memory = nil, 0, false
	f.on.Store(false)
}

func (f *Feed) stir() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// Run serves subscribers; ask lets a function look at the node between two steps, as drive.Driver
// does. It returns at once; Close ends it.
func (f *Feed) Run(ask func(func(*node.Node)) bool) {
	f.mu.Lock()
	f.ask = ask
	f.mu.Unlock()
	f.done.Go(f.pump)
}

// Close ends the feed and its subscribers.
func (f *Feed) Close() {
	f.mu.Lock()
	if !f.closed {
		f.closed = true
		close(f.quit)
	}
	f.forget()
	for _, s := range f.subscribers {
		s.cancel()
	}
	f.mu.Unlock()
	f.done.Wait()
}

// pump writes what waits as frames and gives them to the subscribers.
func (f *Feed) pump() {
	for {
		select {
		case <-f.wake:
		case <-f.quit:
			return
		}
		for _, it := range f.take() {
			f.hand(&it)
		}
		select {
		case <-time.After(pace):
		case <-f.quit:
			return
		}
	}
}

// take returns what waits; nothing while everything is remembered for who comes first.
func (f *Feed) take() []item {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.memory {
		return nil
	}
	items := f.waiting
	f.waiting, f.events = nil, 0
	return items
}

// hand gives one item to those whom it concerns.
func (f *Feed) hand(it *item) {
	switch {
	case it.told != nil:
		f.handTold(it.told)
	case it.of != 0:
		note := thin(f.id, it.of)
		f.each(func(s *subscriber) {
			s.out.must(note)
			s.lost = true // what comes now cannot be understood from what came before
		})
		f.describe()
	default:
		f.handEvents(it)
	}
}

func (f *Feed) handEvents(it *item) {
	if it.lost {
		f.each(func(s *subscriber) { s.lost = true })
		f.describe()
	}
	if len(it.events) == 0 {
		return
	}
	first, last := &it.events[0], &it.events[len(it.events)-1]
	head := from{source: source{f.id, last.Boot}, After: first.Seq - 1, Last: last.Seq}
	frame, short := appendEvents(line{From: &head}.append(nil), it.events)
	f.each(func(s *subscriber) {
		if s.lost || !s.out.put(frame) {
			s.lost = true
			return
		}
		s.lost = short
	})
	f.describe()
}

// handTold gives a description to those who have lost the thread, and to those who asked for it on
// behalf of somebody else.
func (f *Feed) handTold(t *told) {
	ref := t.events[0].Ref
	who := source{f.id, ref.Boot}
	head := line{From: &from{source: who, After: ref.Seq, Last: ref.Seq}}.append(nil)
	body := line{Tree: f.paint(t.tree)}.append(nil)
	body, _ = appendEvents(body, t.events)
	body = line{Ready: &who}.append(body)
	f.mu.Lock()
	f.asked = false
	f.mu.Unlock()
	f.each(func(s *subscriber) {
		if !s.lost && !s.asks {
			return
		}
		frame := line{State: &state{who, s.lost}}.append(slices.Clip(head))
		if s.out.put(append(frame, body...)) {
			s.lost, s.asks = false, false
		}
	})
}

// each calls fn for every subscriber.
func (f *Feed) each(fn func(*subscriber)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.subscribers {
		fn(s)
	}
}

// describe asks the node what it is, if somebody has lost the thread and has room for the answer.
func (f *Feed) describe() {
	f.mu.Lock()
	wanted := false
	for _, s := range f.subscribers {
		wanted = wanted || (s.lost || s.asks) && s.out.hasRoom()
	}
	wanted = wanted && !f.asked && !f.closed && f.ask != nil
	f.asked = f.asked || wanted
	rest := time.Until(f.described.Add(describeEvery))
	f.mu.Unlock()
	if wanted {
		time.AfterFunc(max(0, rest), func() { f.ask(f.look) })
	}
}

// look describes the node between two of its steps: behind the events of the one, before those of
// the other.
func (f *Feed) look(n *node.Node) {
	var out step.Output
	n.Describe(&out)
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.subscribers) == 0 { // who asked has gone, and what follows is dropped
		f.asked = false
		return
	}
	f.described = time.Now()
	f.waiting = append(f.waiting, item{told: &told{out.Trace, n.Tree().Clone()}})
	f.stir()
}
