package sim

import (
	"math/rand/v2"
	"time"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// Random runs look now and then whether what the page and the flight recorder rest on holds: a copy
// of the world goes the same way, and a server is what its bytes say. Neither changes the run.
const (
	inspectEvery = 20 * time.Second
	rewindFor    = 100 * time.Millisecond
)

// inspector draws what to look at.
type inspector struct {
	rng rand.PCG
	due zk.Instant
}

func newInspector(seed uint64) inspector {
	return inspector{newStream(seed, "inspect", 0, 0), zk.Instant(inspectEvery)}
}

// inspect looks at one thing and returns false if the run is over.
func (r *run) inspect() bool {
	p := &r.inspector.rng
	r.inspector.due = r.world.Now().Add(aroundMs(p, inspectEvery, inspectEvery/2))
	if below(p, 2) == 0 {
		return r.reborn(r.world.drawServer(p))
	}
	return r.rewind()
}

// reborn puts the server that its bytes describe in the place of the server. Archives do not carry
// what known mistakes remember.
func (r *run) reborn(id zk.ServerID) bool {
	n := r.world.Node(id)
	if n == nil || r.opts.Machine != nil || r.opts.Quirks != 0 {
		return true
	}
	var again *node.Node
	err := wire.ReadArchive(wire.AppendArchive(nil, n.Archive), func(a step.Archive) {
		again = node.Restore(a)
	})
	if err != nil || again.StateHash() != n.StateHash() {
		return r.breaks("ArchiveIsWhole", "server "+id.String()+" is not what its bytes say")
	}
	var out step.Output
	again.Describe(&out)
	if len(out.Trace) == 0 || out.Trace[0].Kind != trace.Booted ||
		again.StateHash() != n.StateHash() {
		return r.breaks("ArchiveIsWhole", "server "+id.String()+" is changed by its description")
	}
	r.world.servers[id].machine = nodeMachine{again}
	return true
}

// rewind lets a copy of the world go ahead and requires that the world comes to the same state.
func (r *run) rewind() bool {
	w := r.world
	c, end := w.Clone(), w.Now().Add(rewindFor)
	c.Sink = func(*trace.Event) {}
	c.RunTo(end)
	if !r.runTo(end) {
		return false
	}
	if c.StateHash() != w.StateHash() || c.Fingerprint() != w.Fingerprint() {
		return r.breaks("CloneIsExact", "a copy of the world went another way")
	}
	return true
}

// breaks ends the run with a violation.
func (r *run) breaks(name, detail string) bool {
	r.report.Violation, r.report.Detail = name, detail
	return false
}
