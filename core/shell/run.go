package shell

import (
	"slices"

	"github.com/zabscope/zabscope/core/zk"
)

// nodesMax bounds how many znodes one ls -R or deleteall visits.
const nodesMax = 100_000

// Run is one command on its way. Request says what to send next, Answer takes the reply, and after
// Done the outcome is in Err and Output. Clone makes an independent copy.
type Run struct {
	cmd     Command
	req     zk.Request
	done    bool
	err     zk.Err
	output  string
	visit   []string // paths still to list; ls -R takes the last, deleteall the first
	found   []string // paths in the order of the visit
	deletes int      // how many of found, from its end, a multi has deleted
}

// Start returns the command's run. A command that sends nothing is done at once.
func (c *Command) Start() *Run {
	r := &Run{cmd: *c, req: c.Req}
	if c.Req.Op == zk.OpNone {
		r.done, r.output = true, c.Local
	}
	return r
}

// Done reports whether the outcome is known.
func (r *Run) Done() bool { return r.done }

// Request returns what to send now. It is owned by the run and valid until Answer.
func (r *Run) Request() *zk.Request { return &r.req }

// Err returns the outcome, zk.OK for success.
func (r *Run) Err() zk.Err { return r.err }

// Output returns what zkCli prints, without a newline at its end; "" for the silent commands.
func (r *Run) Output() string { return r.output }

// Command returns what runs.
func (r *Run) Command() *Command { return &r.cmd }

// Clone returns a copy that may go on independently.
func (r *Run) Clone() *Run {
	c := *r
	c.visit, c.found = slices.Clone(r.visit), slices.Clone(r.found)
	return &c
}

// Answer takes the reply to Request. The reply is not kept.
func (r *Run) Answer(err zk.Err, reply *zk.Reply) {
	if r.done {
		return
	}
	switch {
	case r.cmd.recurse:
		r.answerList(err, reply)
	case r.cmd.batch > 0:
		r.answerDelete(err, reply)
	default:
		r.finish(err, reply)
	}
}

func (r *Run) finish(err zk.Err, reply *zk.Reply) {
	r.done, r.err = true, err
	switch {
	case r.cmd.Req.Op == zk.OpMulti && len(reply.Results) > 0:
		r.output = multiOutput(&r.cmd, reply)
	case err != zk.OK:
		r.output = Sentence(&r.cmd, err)
	default:
		r.output = Format(&r.cmd, reply)
	}
}

// answerList is one step of ls -R: depth first, each path when it is reached. A znode that was
// deleted on the way is left out.
func (r *Run) answerList(err zk.Err, reply *zk.Reply) {
	if err != zk.OK && (err != zk.ErrNoNode || len(r.found) == 0) {
		r.finish(err, reply)
		return
	}
	if err == zk.OK {
		r.found = append(r.found, r.req.Path)
		children := sorted(reply.Children)
		for _, child := range slices.Backward(children) {
			r.visit = append(r.visit, join(r.req.Path, child))
		}
	}
	if len(r.visit) == 0 || len(r.found) >= nodesMax {
		r.done, r.output = true, lines(r.found)
		return
	}
	last := len(r.visit) - 1
	r.req.Path, r.req.Watch = r.visit[last], false
	r.visit = r.visit[:last]
}

// answerDelete is one step of deleteall: first it lists the subtree breadth first, then it deletes
// it from the end, batch by batch.
func (r *Run) answerDelete(err zk.Err, reply *zk.Reply) {
	if r.req.Op == zk.OpMulti {
		r.answerBatch(err, reply)
		return
	}
	if err != zk.OK && (err != zk.ErrNoNode || len(r.found) == 0) {
		r.finish(err, reply)
		return
	}
	if err == zk.OK {
		r.found = append(r.found, r.req.Path)
		for _, child := range sorted(reply.Children) {
			r.visit = append(r.visit, join(r.req.Path, child))
		}
	}
	if len(r.visit) > 0 && len(r.found) < nodesMax {
		r.req.Path, r.visit = r.visit[0], r.visit[1:]
		return
	}
	r.nextBatch()
}

func (r *Run) answerBatch(err zk.Err, reply *zk.Reply) {
	if err != zk.OK || failedOp(reply) != zk.OK {
		r.done, r.err = true, err
		if err == zk.OK {
			r.err = failedOp(reply)
		}
		r.output = "Failed to delete some node(s) in the subtree!"
		return
	}
	r.nextBatch()
}

func (r *Run) nextBatch() {
	left := len(r.found) - r.deletes
	if left <= 0 {
		r.done = true
		return
	}
	n := min(left, r.cmd.batch)
	r.req = zk.Request{Op: zk.OpMulti}
	for _, path := range slices.Backward(r.found[left-n : left]) {
		op := zk.Request{Op: zk.OpDelete, Path: path, Version: -1}
		r.req.Ops = append(r.req.Ops, op)
	}
	r.deletes += n
}

// failedOp returns the code of the operation that made a multi fail, zk.OK when none did.
func failedOp(reply *zk.Reply) zk.Err {
	for _, o := range reply.Results {
		if o.Err != zk.OK && o.Err != zk.ErrRuntimeInconsistency {
			return o.Err
		}
	}
	return zk.OK
}

func sorted(names []string) []string {
	out := slices.Clone(names)
	slices.Sort(out)
	return out
}
