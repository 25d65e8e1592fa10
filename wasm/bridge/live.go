package bridge

import (
	"bytes"
	"encoding/base64"
	"errors"
	"slices"
	"strconv"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/live"
	"github.com/zabscope/zabscope/web/view"
)

// watching is a run of real nodes, or a file. It is fed with lines: events as trace.AppendNDJSON
// writes them, and notices of the relay, of which a file has none: then its events are in order.
type watching struct {
	*recording
	source  view.Source
	rights  view.Rights
	cluster string
	merger  live.Merger
	from    zk.ServerID // the node that the next events are of
	relayed bool        // from is set
	trees   []told      // that wait for the event that they belong to
	sampled []part
	early   []trace.Event // of a file, before it says who votes
	read    [256]uint64   // of a file: the last event of each node, see place
	clock   zk.Instant    // of its last event
	shift   zk.Instant    // from its clock to the page's time
	done    func(n *notice)
}

// told is the tree of a node that tells what it is.
type told struct {
	node zk.ServerID
	tree *tree.DB
}

// notice is a line of the relay. One of its parts is there.
type notice struct {
	Hello   *hello  `json:"hello"`
	From    *part   `json:"from"`
	State   *part   `json:"state"`
	Ready   *part   `json:"ready"`
	Gap     *part   `json:"gap"`
	Gone    *part   `json:"gone"`
	Sampled *part   `json:"sampled"`
	Tree    *branch `json:"tree"`

	Done   int    `json:"done"` // the number of a line that the page gave
	OK     bool   `json:"ok"`
	Output string `json:"output"`
	Error  string `json:"error"`
}

// hello is the relay's first line.
type hello struct {
	Servers []member `json:"servers"`
	Rights  string   `json:"rights"`
	Cluster string   `json:"cluster"`
}

// sets returns who votes, and who observes.
func (h *hello) sets() (voters, observers zk.ServerSet) {
	for _, s := range h.Servers {
		if s.Voter {
			voters = voters.With(s.ID)
		} else {
			observers = observers.With(s.ID)
		}
	}
	return voters, observers
}

type member struct {
	ID    zk.ServerID `json:"id"`
	Voter bool        `json:"voter"`
}

// part says which node's stream a line is about, and where in it.
type part struct {
	Node  zk.ServerID `json:"node"`
	Ms    float64     `json:"ms"`
	After int64       `json:"after"`
	Next  int64       `json:"next"`
	Kept  int         `json:"kept"`
	Of    int         `json:"of"`
}

// branch is a node's tree as a snapshot has it, in base64; empty when it is too large to be told.
type branch struct {
	Node     zk.ServerID `json:"node"`
	Snapshot string      `json:"snapshot"`
}

var errLine = errors.New("this is not a line of a trace")

// feed takes lines. What cannot be read ends it.
func (w *watching) feed(text []byte) error {
	for n := 1; len(text) > 0; n++ {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		text = rest
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if err := w.line(line); err != nil {
			return errors.New("line " + strconv.Itoa(n) + ": " + err.Error())
		}
	}
	w.flow()
	return nil
}

// flow folds what the merger lets go.
func (w *watching) flow() {
	for _, e := range w.merger.Next() {
		w.put(&e)
	}
	if w.source == view.Live {
		w.until(w.merger.Now())
	}
}

func (w *watching) line(line []byte) error {
	if bytes.HasPrefix(line, []byte(`{"ref"`)) {
		e, err := trace.DecodeNDJSON(line)
		if err == nil {
			w.event(&e)
		}
		return err
	}
	var n notice
	if err := decode(line, &n); err != nil {
		return err
	}
	return w.notice(&n)
}

func (w *watching) event(e *trace.Event) {
	if !w.relayed {
		w.take(e)
		return
	}
	if e.Kind == trace.Applied && e.Txn == nil {
		i := slices.IndexFunc(w.trees, func(t told) bool {
			return t.node == e.Node && t.tree.Zxid() == e.Zxid
		})
		if i >= 0 {
			e.Msg = view.Told{Tree: w.trees[i].tree}
			w.trees = slices.Delete(w.trees, i, i+1)
		}
	}
	w.merger.Add(w.from, e)
}

// take takes the next event of a file. A node that has started again begins with another clock.
func (w *watching) take(e *trace.Event) {
	w.shift += max(0, w.clock-e.At)
	w.clock = e.At
	e.At += w.shift
	if w.log.end > 0 {
		w.judged(e)
		return
	}
	w.early = append(w.early, *e)
	if e.Kind == trace.Booted {
		w.open(e.Set, 0)
	}
}

// open begins the recording of a file: these servers are in it.
func (w *watching) open(voters, observers zk.ServerSet) {
	seen := w.seen
	w.recording = newRecording(w.source, view.New(voters, observers))
	w.seen = seen
	for i := range w.early {
		w.judged(&w.early[i])
	}
	w.early = nil
}

// judged puts an event of a file. When what caused it is not there, because the file is that of one
// server, what needs the whole history is not judged from now on.
func (w *watching) judged(e *trace.Event) {
	if c := e.Cause; place(c) > w.read[c.Node] && c.Node != e.Node && c.Node <= zk.ServerMax {
		w.head.check.Observe(&trace.Event{Kind: trace.Missed, Peer: c.Node, At: e.At})
		w.read[c.Node] = place(c)
	}
	w.read[e.Node] = place(e.Ref)
	w.put(e)
}

// place is where in the stream of its node an event is.
func place(r trace.Ref) uint64 { return uint64(r.Boot)<<48 | r.Seq }

func (w *watching) notice(n *notice) error {
	switch {
	case n.Hello != nil:
		w.greet(n.Hello)
	case n.From != nil:
		w.from, w.relayed = n.From.Node, true
		w.merger.Clock(n.From.Ms)
	case n.State != nil:
		w.from, w.relayed = n.State.Node, true
		w.merger.Tell(w.from, true)
	case n.Ready != nil:
		w.merger.Tell(n.Ready.Node, false)
	case n.Gap != nil:
		w.merger.Miss(n.Gap.Node, max(0, n.Gap.Next-n.Gap.After-1))
	case n.Gone != nil:
		w.merger.Miss(n.Gone.Node, -1)
		w.sample(*n.Gone)
	case n.Sampled != nil:
		w.sample(*n.Sampled)
	case n.Tree != nil:
		return w.grow(n.Tree)
	case n.Done != 0:
		w.done(n)
	default:
		return errLine
	}
	return nil
}

// greet begins a connection. What was seen before one that broke stays.
func (w *watching) greet(h *hello) {
	rights := slices.Index([]string{"watch", "act", "faults"}, h.Rights)
	w.rights = view.Rights(max(0, rights))
	w.relayed, w.sampled, w.trees = false, nil, nil
	if w.source == view.Recorded && w.log.end == 0 {
		w.open(h.sets())
	}
	w.merger.Begin()
	w.flow()
}

func (w *watching) sample(p part) {
	w.sampled = slices.DeleteFunc(w.sampled, func(o part) bool { return o.Node == p.Node })
	if p.Kept < p.Of {
		w.sampled = append(w.sampled, p)
	}
}

// grow keeps a tree until the event comes that says that the node has applied it.
func (w *watching) grow(b *branch) error {
	snapshot, err := base64.StdEncoding.DecodeString(b.Snapshot)
	if err != nil || len(snapshot) == 0 {
		return err
	}
	db, err := wire.DecodeSnapshot(snapshot)
	if err == nil {
		w.trees = append(w.trees, told{b.Node, db})
	}
	return err
}

// pass lets ms go by in which nothing may come.
func (w *watching) pass(ms float64) {
	if w.source == view.Live {
		w.merger.Wait(ms)
		w.flow()
	}
}
