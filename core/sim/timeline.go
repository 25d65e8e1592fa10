package sim

import (
	"cmp"
	"slices"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Limits of a Timeline.
const (
	checkpointEvery = 64  // steps between the newest checkpoints
	checkpointAge   = 16  // older ones are apart by about their age divided by this
	checkpointMax   = 200 // on one branch; when there are more, they are thinned
	branchMax       = 8   // branches, the current one included
	branchKept      = 50  // checkpoints kept of a branch that is not current
	markMax         = 2000
)

// Observer reads the events of one run, in order, and keeps what it makes of them. A Timeline
// clones it with the world, so that it goes back in time too.
type Observer interface {
	Observe(e *trace.Event)
	CloneObserver() Observer
}

// Entry is one command of a journal: it was given after Step steps, at the instant At.
type Entry struct {
	Step    uint64
	At      zk.Instant
	Command Command
}

// Mark is a moment worth jumping to.
type Mark struct {
	Step uint64
	At   zk.Instant
	Kind trace.Kind
	Ref  trace.Ref
	Peer zk.ServerID
}

// checkpoint is the world with all observers after a step, when so many entries of the journal had
// been carried out. It is never changed: who goes back to it takes a clone.
type checkpoint struct {
	world     *World
	observers []Observer
	entries   int
}

// Timeline is a world with a past. A position is a step: Seek goes to any of them by replaying at
// most one gap between checkpoints. Acting in the past makes a new branch, the old one stays.
type Timeline struct {
	// OnEvent receives each event as the position moves forward by Do, Step and RunTo, but not
	// during a Seek. The event may not be kept.
	OnEvent func(*trace.Event)

	world     *World
	observers []Observer
	done      int      // so many entries of the journal are carried out
	branches  []branch // oldest first
	current   int      // index into branches
	forks     int      // the ID of the newest branch
	nearest   uint64   // step of the checkpoint behind the position
	seeking   bool
	fresh     bool // what happens now happens for the first time
}

// NewTimeline takes over a world and its observers.
func NewTimeline(w *World, observers ...Observer) *Timeline {
	t := &Timeline{world: w, observers: observers}
	t.branches = []branch{{Branch: Branch{Name: "main", Head: w.Steps()}}}
	t.attach()
	t.save()
	return t
}

// World returns the world at the position. It may only be read: an act on it would not be in the
// journal.
func (t *Timeline) World() *World { return t.world }

// Observer returns the i-th observer, as it is at the position.
func (t *Timeline) Observer(i int) Observer { return t.observers[i] }

// Position returns the step of the position.
func (t *Timeline) Position() uint64 { return t.world.Steps() }

// Head returns the last known step of the branch.
func (t *Timeline) Head() uint64 { return t.now().Head }

// HeadTime returns the last known instant of the branch.
func (t *Timeline) HeadTime() zk.Instant { return t.now().Time }

// InPast reports whether something that is known lies ahead of the position.
func (t *Timeline) InPast() bool {
	return t.world.Steps() < t.now().Head || t.done < len(t.now().journal)
}

// Marks returns the moments worth jumping to, of the whole branch. The slice may not be changed.
func (t *Timeline) Marks() []Mark { return t.now().marks }

// Journal returns the commands of the whole branch. The slice may not be changed.
func (t *Timeline) Journal() []Entry { return t.now().journal }

// Done returns how many commands of the journal lie behind the position.
func (t *Timeline) Done() int { return t.done }

func (t *Timeline) now() *branch { return &t.branches[t.current] }

// Do acts at the position. In the past that makes a new branch; the old one keeps what lay ahead.
func (t *Timeline) Do(c Command) error {
	probe := c
	if err := t.world.check(&probe); err != nil {
		return err
	}
	if t.InPast() {
		t.Fork("")
	}
	e := Entry{Step: t.world.Steps(), At: t.world.Now(), Command: c}
	t.fresh = true
	err := t.world.Do(c)
	t.fresh = false
	step.Assert(err == nil, "CheckedCommand")
	b := t.now()
	b.journal = append(b.journal, e)
	t.done++
	b.Head, b.Time = t.world.Steps(), t.world.Now()
	return nil
}

// Step goes forward by one known command, or else by one step. It returns false at the end of
// everything.
func (t *Timeline) Step() bool {
	b := t.now()
	if e := t.nextEntry(); e != nil {
		t.world.now = max(t.world.now, e.At)
		t.done++
		err := t.world.Do(e.Command)
		step.Assert(err == nil, "JournalReplay")
		return true
	}
	t.fresh = t.world.Steps() >= b.Head
	moved := t.world.Step()
	t.fresh = false
	if !moved {
		return false
	}
	b.Head = max(b.Head, t.world.Steps())
	b.Time = max(b.Time, t.world.Now())
	if t.world.Steps() >= t.nearest+checkpointEvery {
		t.save()
	}
	return true
}

// RunTo goes forward to the instant.
func (t *Timeline) RunTo(at zk.Instant) {
	for t.NextAt() <= at && t.Step() {
	}
	t.idle(at)
	b := t.now()
	b.Time = max(b.Time, t.world.Now())
}

// idle lets time pass in which nothing happens.
func (t *Timeline) idle(until zk.Instant) {
	if t.world.fail == nil {
		t.world.now = max(t.world.now, until)
	}
}

// NextAt returns when the next step or known command comes, zk.Never if none will.
func (t *Timeline) NextAt() zk.Instant {
	if e := t.nextEntry(); e != nil {
		return max(e.At, t.world.now)
	}
	return t.world.NextAt()
}

// nextEntry returns the known command that comes next, nil if a step comes before it.
func (t *Timeline) nextEntry() *Entry {
	journal := t.now().journal
	if t.done < len(journal) && journal[t.done].Step <= t.world.Steps() {
		return &journal[t.done]
	}
	return nil
}

// Seek goes to the state after the step and after the commands that were given there. It stops at
// the end of what is known.
func (t *Timeline) Seek(to uint64) {
	t.approach(func(w *World) bool { return w.Steps() <= to })
	for t.InPast() && (t.world.Steps() < to || t.nextEntry() != nil) && t.Step() {
	}
	t.seeking = false
}

// SeekTime goes to the state at the instant, with all that happened until then. It stops at the end
// of what is known.
func (t *Timeline) SeekTime(to zk.Instant) {
	to = min(to, t.HeadTime())
	t.approach(func(w *World) bool { return w.Now() <= to })
	for t.InPast() && t.NextAt() <= to && t.Step() {
	}
	t.idle(to)
	t.seeking = false
}

// approach goes to the last checkpoint that is not past the goal, unless the position itself is as
// near. fits says what is not past it.
func (t *Timeline) approach(fits func(*World) bool) {
	t.seeking = true
	list := t.now().checkpoints
	i, _ := slices.BinarySearchFunc(list, true, func(c checkpoint, _ bool) int {
		if fits(c.world) {
			return -1
		}
		return 1
	})
	c := &list[max(i, 1)-1]
	if !fits(t.world) || t.world.Steps() < c.world.Steps() {
		t.restore(c)
	}
}

// save keeps a checkpoint of the position, unless there is one.
func (t *Timeline) save() {
	b := t.now()
	t.nearest = t.world.Steps()
	i, found := slices.BinarySearchFunc(b.checkpoints, t.nearest, func(c checkpoint, s uint64) int {
		return cmp.Compare(c.world.Steps(), s)
	})
	if found {
		return
	}
	c := checkpoint{t.world.Clone(), cloneAll(t.observers), t.done}
	b.checkpoints = slices.Insert(b.checkpoints, i, c)
	b.thin(t.nearest, checkpointMax)
}

func (t *Timeline) restore(c *checkpoint) {
	t.world, t.observers, t.done = c.world.Clone(), cloneAll(c.observers), c.entries
	t.nearest = c.world.Steps()
	t.attach()
}

// thin drops checkpoints so that the further one is from a step, the further it is from the next
// one: by its distance divided by age. Any step can still be reached by replaying a gap, which is
// short near the step, and the first checkpoint stays.
func thin(list []checkpoint, at, age uint64) []checkpoint {
	kept := make([]checkpoint, 0, len(list))
	kept = append(kept, list[0])
	for i := 1; i < len(list); i++ {
		last := kept[len(kept)-1].world.Steps()
		if i+1 < len(list) && list[i+1].world.Steps()-last <= distance(last, at)/age {
			continue
		}
		kept = append(kept, list[i])
	}
	return kept
}

func distance(a, b uint64) uint64 { return max(a, b) - min(a, b) }

func cloneAll(list []Observer) []Observer {
	clones := make([]Observer, len(list))
	for i, o := range list {
		clones[i] = o.CloneObserver()
	}
	return clones
}

// attach lets the observers see what the world emits.
func (t *Timeline) attach() {
	t.world.Sink = func(e *trace.Event) {
		for _, o := range t.observers {
			o.Observe(e)
		}
		if t.fresh {
			t.mark(e)
		}
		if t.OnEvent != nil && !t.seeking {
			t.OnEvent(e)
		}
	}
}

// mark notes an event worth jumping to, when it happens for the first time.
func (t *Timeline) mark(e *trace.Event) {
	b := t.now()
	if !isMark(e.Kind) || len(b.marks) >= markMax {
		return
	}
	peer := e.Node
	if peer == 0 {
		peer = e.Peer
	}
	b.marks = append(b.marks, Mark{t.world.Steps(), e.At, e.Kind, e.Ref, peer})
}

func isMark(k trace.Kind) bool {
	switch k {
	case trace.Crashed, trace.Booted, trace.Paused, trace.Resumed, trace.Wiped, trace.Established,
		trace.LeaderLost, trace.SessionExpired, trace.Violated, trace.Noted:
		return true
	}
	return false
}
