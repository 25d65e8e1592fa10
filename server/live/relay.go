package live

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Config is what a relay works with.
type Config struct {
	Servers []Server
	Cluster string
	Version string
	// NodeToken is what the feeds of the servers ask for.
	NodeToken string
	// Keys say what a page may do that has a token.
	Keys []Key
	// ViewerBytes may wait for one viewer before events are left out; 8 MiB if 0.
	ViewerBytes int
	// KnowsHost reports whether a Host header is one of this process.
	KnowsHost func(host string) bool
	// Do carries out a line about servers and links. Nil: nobody may.
	Do  func(line string) error
	Log *slog.Logger
}

// Key is a token and what it allows.
type Key struct {
	Token  string
	Rights Rights
}

// Relay gives viewers what all nodes do.
type Relay struct {
	cfg   Config
	began time.Time
	ctx   context.Context // ends with the relay
	end   context.CancelFunc
	work  sync.WaitGroup

	mu      sync.Mutex
	viewers []*viewer
	inlets  []*inlet // one for each server
	idle    *time.Timer
	world   world
	letters letters
}

// LingerFor is how long the nodes are listened to after the last viewer has left: a page that is
// loaded again comes back at once.
const LingerFor = 5 * time.Second

// NewRelay returns a relay that listens to nobody yet.
func NewRelay(cfg Config) *Relay {
	r := &Relay{cfg: cfg, began: time.Now()}
	r.ctx, r.end = context.WithCancel(context.Background())
	for _, s := range cfg.Servers {
		r.inlets = append(r.inlets, newInlet(r, s))
	}
	r.letters.relay = r
	return r
}

// Close ends everything.
func (r *Relay) Close() {
	r.end()
	r.letters.close()
	r.work.Wait()
}

func (r *Relay) ms() int64 { return time.Since(r.began).Milliseconds() }

func (r *Relay) now() zk.Instant { return zk.Instant(time.Since(r.began)) }

// join takes a viewer in. With the first one the relay begins to listen to the nodes.
func (r *Relay) join(v *viewer) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.viewers) >= viewersMax {
		return &refusal{codeTooMany, "there are too many viewers of this ensemble already"}
	}
	v.out.must(line{Hello: &Hello{
		Servers: r.cfg.Servers, Rights: v.rights, Cluster: r.cfg.Cluster, Version: r.cfg.Version,
	}}.append(nil))
	r.viewers = append(r.viewers, v)
	if r.idle != nil {
		r.idle.Stop()
		r.idle = nil
	}
	for _, in := range r.inlets {
		in.open()
	}
	r.catchUp(v)
	return nil
}

// catchUp tells a viewer everything that it cannot know. The caller has the mutex.
func (r *Relay) catchUp(v *viewer) {
	clear(v.knows)
	v.lost = false
	v.learn(r.world.describe(r.ms()))
	for _, l := range r.letters.all() {
		v.learn(l.describe(r.ms()))
	}
	for _, in := range r.inlets {
		in.tell(v)
	}
}

func (r *Relay) leave(v *viewer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.viewers = slices.DeleteFunc(r.viewers, func(o *viewer) bool { return o == v })
	if len(r.viewers) == 0 {
		r.idle = time.AfterFunc(LingerFor, r.rest)
	}
}

// rest stops listening to the nodes when nobody has come back.
func (r *Relay) rest() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.viewers) > 0 {
		return
	}
	for _, in := range r.inlets {
		in.shut()
	}
}

// toAll gives every viewer a frame that needs no other to be understood. The caller has the mutex.
func (r *Relay) toAll(frame []byte) {
	for _, v := range r.viewers {
		if !v.lost && !v.out.put(frame) {
			v.lost = true
		}
	}
}

// own gives every viewer events of the relay itself. The caller has the mutex.
func (r *Relay) own(events []trace.Event) {
	e := &events[len(events)-1]
	head := from{source{e.Node, e.Boot}, events[0].Seq - 1, e.Seq, r.ms()}
	frame, _ := appendEvents(line{From: &head}.append(nil), events)
	for _, v := range r.viewers {
		if head.After == 0 {
			v.knows[e.Node] = 0
		}
		v.take(&head, frame)
	}
}

// described returns a description of a node that the relay plays itself.
func described(at trace.Ref, ms int64, events []trace.Event) (*from, []byte) {
	who := source{at.Node, at.Boot}
	head := &from{who, at.Seq, at.Seq, ms}
	frame := line{State: &state{source: who}}.append(line{From: head}.append(nil))
	for i := range events {
		events[i].Ref, events[i].Cause = at, trace.Ref{}
	}
	frame, _ = appendEvents(frame, events)
	return head, line{Ready: &who}.append(frame)
}
