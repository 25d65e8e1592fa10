package scenario

import (
	"slices"

	"github.com/zabscope/zabscope/core/shell"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/zk"
)

// runState is where the script and the clients' lines are. It is a value: clone gives a copy that
// goes its own way, and what is shared is never written.
type runState struct {
	step    int  // index of the current step, -1 before the first
	running bool // the step has begun and has not ended
	line    int  // the next of its lines
	began   zk.Instant
	from    int    // the first record of the step
	before  *facts // when the step began; never written
	forked  bool   // the step has a :fork
	sibling bool   // the step before had one
	fork    sim.Place
	forks   int // how often the script has gone back to an earlier place
	wait    wait
	drain   zk.Instant // when the step's end was reached; Never before
	checks  []checkState
	failed  []Failure // of the current step

	starts  []sim.Place // where each step began, by index
	results []StepResult
	calls   []*lineCall // finished, in the order of their results; elements are never written
	open    []*lineCall // under way or waiting for their turn; replaced, never written
	nextID  int         // of the next lineCall
	quirks  zk.Quirk
}

// waitKind says what the script waits for.
type waitKind uint8

const (
	waitNothing waitKind = iota
	waitTime             // until is reached
	waitTruth            // expr holds, at latest at until
	waitSteps            // the world is at step steps
)

// wait is what lets time pass in a script.
type wait struct {
	kind  waitKind
	until zk.Instant
	steps uint64
	expr  *Expr
	since int // the first record that a bare event may be
	line  *Line
}

// checkState is how far a check of the running step is decided.
type checkState struct {
	decided bool
	ok      bool
	seen    string // what its parts were when it failed
}

// lineCall is one client line. It is replaced when something changes.
type lineCall struct {
	id     int // dense from 1, in the order of the lines
	step   int
	client zk.ServerID
	text   string
	said   string     // the part of text that is for zkCli
	run    *shell.Run // nil when it is finished
	op     int64      // the client's operation that is under way; 0 while it waits for its turn
	result call
}

// Failure is a check that did not hold, or a line that could not be carried out.
type Failure struct {
	Step string `json:"step"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

// StepResult is what came of a step that has ended.
type StepResult struct {
	ID      string    `json:"id"`
	OK      bool      `json:"ok"`
	Failed  []Failure `json:"failed"`
	Answers []Answer  `json:"answers"`

	forks int // how often the script had gone back when the step ended
}

// Answer is the right answer to a prediction, computed from the run.
type Answer struct {
	Kind    string `json:"kind"`
	Value   string `json:"value"`   // pick-server and number
	Options []int  `json:"options"` // choice and multi: the true ones; order: all, in their order

	Shown bool        `json:"shown"` // the deciding event is known
	At    zk.Instant  `json:"at"`    // of that event
	Node  zk.ServerID `json:"node"`  // whom it happened to, a server or a client
}

func newRunState() *runState {
	return &runState{step: -1, nextID: 1, drain: zk.Never}
}

func (r *runState) clone() *runState {
	c := *r
	c.checks = slices.Clone(r.checks)
	c.failed = slices.Clip(r.failed)
	c.starts = slices.Clip(r.starts)
	c.results = slices.Clip(r.results)
	c.calls = slices.Clip(r.calls)
	c.open = slices.Clone(r.open)
	return &c
}

// busy reports whether an operation of the client is under way.
func (r *runState) busy(letter zk.ServerID) bool {
	for _, c := range r.open {
		if c.client == letter {
			return true
		}
	}
	return false
}

// find returns the n-th line of a client in a step, counted from 1 in the order of the lines.
func (r *runState) find(step int, letter zk.ServerID, n int64) *lineCall {
	mine := slices.DeleteFunc(r.of(letter), func(c *lineCall) bool { return c.step != step })
	if n < 1 || n > int64(len(mine)) {
		return nil
	}
	return mine[n-1]
}

// of returns all lines of a client in their order.
func (r *runState) of(letter zk.ServerID) []*lineCall {
	var mine []*lineCall
	for _, list := range [][]*lineCall{r.calls, r.open} {
		for _, c := range list {
			if c.client == letter {
				mine = append(mine, c)
			}
		}
	}
	slices.SortFunc(mine, func(a, b *lineCall) int { return a.id - b.id })
	return mine
}

// shell returns what a client's shell remembers. A line that was refused is none of its lines.
func (r *runState) shell(letter zk.ServerID) shell.State {
	var state shell.State
	for _, c := range r.of(letter) {
		state.Take(c.said)
	}
	return state
}

// byID returns the call with the id, nil if there is none.
func (r *runState) byID(id int) *lineCall {
	for _, list := range [][]*lineCall{r.open, r.calls} {
		for i := len(list) - 1; i >= 0; i-- { // who asks, asks for one of the last
			if list[i].id == id {
				return list[i]
			}
		}
	}
	return nil
}
