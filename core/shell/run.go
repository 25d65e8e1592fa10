package shell

import (
	"slices"

	"github.com/zabscope/zabscope/core/zk"
)

// nodesMax bounds how many znodes one command visits.
const nodesMax = 100_000

// plan says how a command goes on from one reply to the next request.
type plan uint8

const (
	planOne       plan = iota // one request, one reply
	planList                  // ls -R
	planSetACL                // setAcl -R
	planDelete                // deleteall
	planListQuota             // listquota
	planSetQuota              // setquota
	planDelQuota              // delquota
)

// Run is a command in flight. Until Done, Request is what to send and Answer takes its reply; after
// Done the outcome is in Err and Text. Clone makes an independent copy.
type Run struct {
	cmd     Command
	req     zk.Request
	done    bool
	err     zk.Err
	text    Text
	visit   []string // paths still to list; ls -R takes the last, deleteall the first
	found   []string // paths in the order of the visit
	set     []string // setAcl -R: paths to set before the visit goes on
	deletes int      // how many of found, from its end, a multi has deleted
	answers []answer // of a quota command, in order
}

// answer is a reply that a quota command has had.
type answer struct {
	err   zk.Err
	reply *zk.Reply
}

// Start returns the command's run. A command that sends nothing is done at once.
func (c *Command) Start() *Run {
	r := &Run{cmd: *c, req: c.Req}
	for _, line := range c.said {
		r.text.complain(line)
	}
	switch {
	case c.plan >= planListQuota:
		r.playQuota()
	case c.Req.Op == zk.OpNone:
		r.done, r.text = true, c.Local
	}
	return r
}

// Done reports whether the outcome is known.
func (r *Run) Done() bool { return r.done }

// Request returns what to send now. It is owned by the run and valid until Answer.
func (r *Run) Request() *zk.Request { return &r.req }

// Err returns the outcome, zk.OK for success.
func (r *Run) Err() zk.Err { return r.err }

// Text returns what zkCli prints.
func (r *Run) Text() Text { return r.text }

// Output returns what zkCli prints on both streams; "" for the silent commands.
func (r *Run) Output() string { return r.text.String() }

// Command returns what runs.
func (r *Run) Command() *Command { return &r.cmd }

// Clone returns a copy that may go on independently.
func (r *Run) Clone() *Run {
	c := *r
	c.visit, c.found = slices.Clone(r.visit), slices.Clone(r.found)
	c.set, c.answers = slices.Clone(r.set), slices.Clone(r.answers)
	return &c
}

// Answer takes the reply to Request, which is never written again.
func (r *Run) Answer(err zk.Err, reply *zk.Reply) {
	if r.done {
		return
	}
	switch r.cmd.plan {
	case planList, planSetACL:
		r.answerWalk(err, reply)
	case planDelete:
		r.answerDelete(err, reply)
	case planListQuota, planSetQuota, planDelQuota:
		r.answers = append(r.answers, answer{err, reply})
		r.playQuota()
	default:
		r.finish(err, reply)
	}
}

// finish ends a command of one request.
func (r *Run) finish(err zk.Err, reply *zk.Reply) {
	switch {
	case r.cmd.Req.Op == zk.OpMulti && len(reply.Results) > 0:
		r.done, r.err = true, err
		r.text.print(multiOutput(&r.cmd, reply))
	case err != zk.OK:
		r.fail(err)
	default:
		r.done = true
		format(&r.text, &r.cmd, reply)
	}
}

// fail ends the command because of the reply to the request under way.
func (r *Run) fail(err zk.Err) {
	r.done, r.err = true, err
	if r.req.Op == zk.OpSync {
		r.text.print(syncFailed(err))
		return
	}
	r.text.complain(Sentence(r.req.Op, r.req.Path, err))
}

func sorted(names []string) []string {
	out := slices.Clone(names)
	slices.Sort(out)
	return out
}
