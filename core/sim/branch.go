package sim

import (
	"slices"

	"github.com/zabscope/zabscope/core/zk"
)

// Branch is one course of events. Branches share their beginnings.
type Branch struct {
	ID     int        // rises with every fork; the first branch has 0
	From   int        // the ID of the branch that it left
	Name   string     // "main", or what the fork was called; "" for one made by acting in the past
	Fork   uint64     // the step at which it left the other one
	Done   int        // the commands that lay behind it there
	ForkAt zk.Instant // the instant at which it did
	Head   uint64     // its last known step
	Time   zk.Instant // its last known instant
}

// branch is a Branch with what it takes to run it again.
type branch struct {
	Branch
	journal     []Entry
	checkpoints []checkpoint // by rising step; the first is the start of the run
	marks       []Mark
}

// Branches returns all branches, oldest first, and the index of the current one.
func (t *Timeline) Branches() (list []Branch, current int) {
	for i := range t.branches {
		list = append(list, t.branches[i].Branch)
	}
	return list, t.current
}

// Fork goes on in a new branch that knows nothing beyond the position. If there are too many
// branches, the oldest that is not current is forgotten.
func (t *Timeline) Fork(name string) {
	b := t.now()
	fork := branch{}
	t.forks++
	fork.ID, fork.From, fork.Name = t.forks, b.ID, name
	fork.Fork, fork.Done, fork.ForkAt = t.world.Steps(), t.done, t.world.Now()
	fork.Head, fork.Time = t.world.Steps(), t.world.Now()
	fork.journal = slices.Clip(b.journal[:t.done])
	for _, c := range b.checkpoints {
		if c.world.Steps() <= fork.Head && c.entries <= t.done {
			fork.checkpoints = append(fork.checkpoints, c)
		}
	}
	for _, m := range b.marks {
		if m.Step <= fork.Head && m.At <= fork.Time {
			fork.marks = append(fork.marks, m)
		}
	}
	b.rest()
	t.branches = append(t.branches, fork)
	if len(t.branches) > branchMax {
		oldest := 0
		if t.current == 0 {
			oldest = 1
		}
		t.branches = slices.Delete(t.branches, oldest, oldest+1)
	}
	t.current = len(t.branches) - 1
}

// rest frees most of the memory of a branch that is not current.
func (b *branch) rest() { b.thin(b.Head, branchKept) }

// thin drops checkpoints until at most so many are left: those that are far from a step.
func (b *branch) thin(step uint64, most int) {
	for age := uint64(checkpointAge); len(b.checkpoints) > most && age > 0; age /= 2 {
		b.checkpoints = thin(b.checkpoints, step, age)
	}
}

// Switch goes to the end of another branch, given by its index in Branches. It returns false if
// there is no such branch.
func (t *Timeline) Switch(i int) bool {
	if i < 0 || i >= len(t.branches) {
		return false
	}
	if i != t.current {
		t.now().rest()
		t.current = i
		list := t.now().checkpoints
		t.restore(&list[len(list)-1])
	}
	head := t.now().Branch
	t.Seek(head.Head)
	t.SeekTime(head.Time)
	return true
}

// Forget drops a branch that is not current, given by its index in Branches. It returns false if
// there is no such branch.
func (t *Timeline) Forget(i int) bool {
	if i < 0 || i >= len(t.branches) || i == t.current {
		return false
	}
	t.branches = slices.Delete(t.branches, i, i+1)
	if i < t.current {
		t.current--
	}
	return true
}

// Undo goes back to just before the last command behind the position and forgets it, in a new
// branch. It returns false if there is none.
func (t *Timeline) Undo() bool {
	if t.done == 0 {
		return false
	}
	e := t.now().journal[t.done-1]
	t.Return(Place{Step: e.Step, Done: t.done - 1, At: e.At})
	t.Fork("")
	return true
}
