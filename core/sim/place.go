package sim

import "github.com/zabscope/zabscope/core/zk"

// Place is a position between two commands: commands that were given after the same step have
// places of their own.
type Place struct {
	Step uint64
	Done int // commands of the journal behind it
	At   zk.Instant
}

// Before reports whether p comes before o on the same branch.
func (p Place) Before(o Place) bool {
	if p.Step != o.Step {
		return p.Step < o.Step
	}
	if p.Done != o.Done {
		return p.Done < o.Done
	}
	return p.At < o.At
}

// Place returns the position.
func (t *Timeline) Place() Place {
	return Place{Step: t.world.Steps(), Done: t.done, At: t.world.Now()}
}

// Return goes to a place of the current branch, with exactly the commands that lie behind it.
func (t *Timeline) Return(p Place) {
	t.approach(func(w *World) bool { return w.Steps() < p.Step || w.Steps() == 0 })
	if t.done > p.Done {
		t.restore(&t.now().checkpoints[0])
	}
	for (t.done < p.Done || t.world.Steps() < p.Step) && t.InPast() && t.Step() {
	}
	t.idle(p.At)
	t.seeking = false
}
