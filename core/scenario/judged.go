package scenario

import (
	"github.com/zabscope/zabscope/core/check"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
)

// judged lets the timeline take core/check along, with the observers of the options: these hear of
// an event, and then of what it has broken.
type judged struct {
	*check.Checker
	told uint64 // so many violations
	rest []sim.Observer
}

// judgeBoot tells the events of the judge from those of the world: both are of node 0.
const judgeBoot = 2

// Observe judges an event and tells of it.
func (j *judged) Observe(e *trace.Event) {
	j.Checker.Observe(e)
	j.tell(e)
	for list := j.Violations(); j.told < uint64(len(list)); {
		v := &list[j.told]
		j.told++
		j.tell(&trace.Event{
			Ref: trace.Ref{Seq: j.told, Boot: judgeBoot}, Cause: v.Ref, At: e.At,
			Kind: trace.Violated, Path: v.Name + ": " + v.Detail, Peer: v.Server, Zxid: v.Zxid,
		})
	}
}

func (j *judged) tell(e *trace.Event) {
	for _, o := range j.rest {
		o.Observe(e)
	}
}

// CloneObserver returns an independent copy.
func (j *judged) CloneObserver() sim.Observer {
	c := &judged{Checker: j.Clone(), told: j.told}
	for _, o := range j.rest {
		c.rest = append(c.rest, o.CloneObserver())
	}
	return c
}
