package shell

import (
	"slices"

	"github.com/zabscope/zabscope/core/zk"
)

// answerWalk is one step of ls -R and setAcl -R, in the order of Apache's visitSubTreeDFS: a znode
// is read, then all its children are told, then each of them is listed.
func (r *Run) answerWalk(err zk.Err, reply *zk.Reply) {
	switch {
	case r.req.Op == zk.OpSetACL:
		r.answerSetACL(err)
		return
	case err == zk.ErrNoNode && len(r.found) > 0: // deleted on the way
	case err != zk.OK:
		r.tellFound()
		r.fail(err)
		return
	case r.req.Op == zk.OpGetData:
		r.tell([]string{r.req.Path})
		r.visit = []string{r.req.Path}
	default:
		r.enterChildren(reply)
	}
	r.nextOfWalk()
}

// enterChildren tells the children of the znode that was listed and will visit the first of them
// next.
func (r *Run) enterChildren(reply *zk.Reply) {
	var paths []string
	for _, child := range sorted(reply.Children) {
		paths = append(paths, join(r.req.Path, child))
	}
	r.tell(paths)
	slices.Reverse(paths)
	r.visit = append(r.visit, paths...)
}

func (r *Run) tell(paths []string) {
	r.found = append(r.found, paths...)
	if r.cmd.plan == planSetACL {
		r.set = append(r.set, paths...)
	}
}

// nextOfWalk asks for what comes next: the access lists first, then a listing.
func (r *Run) nextOfWalk() {
	switch {
	case len(r.set) > 0:
		r.req = zk.Request{
			Op: zk.OpSetACL, Path: r.set[0], ACL: r.cmd.Req.ACL, Version: r.cmd.Req.Version,
		}
		r.set = r.set[1:]
	case len(r.visit) > 0 && len(r.found) < nodesMax:
		last := len(r.visit) - 1
		r.req = zk.Request{
			Op: zk.OpGetChildren2, Path: r.visit[last], Watch: r.cmd.Req.Watch,
		}
		r.visit = r.visit[:last]
	default:
		r.done = true
		r.tellFound()
	}
}

// tellFound prints the paths that ls -R has come to.
func (r *Run) tellFound() {
	if r.cmd.plan == planList && len(r.found) > 0 {
		r.text.print(lines(r.found))
	}
}

// answerSetACL notes which access list could not be set, and goes on.
func (r *Run) answerSetACL(err zk.Err) {
	if err != zk.OK { // without a newline, as in Apache
		r.text.Out += keeperMessage(r.req.Path, err)
		r.text.HasOut, r.text.Open = true, true
	}
	r.nextOfWalk()
}

// answerDelete is one step of deleteall: first it lists the subtree breadth first, then it deletes
// it from the end, batch by batch.
func (r *Run) answerDelete(err zk.Err, reply *zk.Reply) {
	if r.req.Op == zk.OpMulti {
		r.answerBatch(err, reply)
		return
	}
	if err != zk.OK && (err != zk.ErrNoNode || len(r.found) == 0) {
		r.fail(err)
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
	if err == zk.OK {
		err = failedOp(reply)
	}
	if err != zk.OK {
		r.done, r.err = true, err
		r.text.complain("Failed to delete some node(s) in the subtree!")
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
