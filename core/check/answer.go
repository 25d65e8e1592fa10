package check

import (
	"strconv"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// answer is what a reply shows of znodes.
type answer struct {
	path         string // of a create: the znode that was made
	stat         zk.Stat
	data, kids   uint64 // hashes
	hasStat      bool
	hasData      bool
	hasKids      bool
	done, failed int // parts of a multi
}

// answerOf reads the fields of a reply.
func answerOf(reply trace.Detail) answer {
	var a answer
	reply.Fields(func(name, value string) bool {
		switch name {
		case "path":
			a.path = value
		case "stat":
			a.stat, a.hasStat = zk.ParseStat(value)
		case "dataHash":
			a.data, a.hasData = parseHash(value)
		case "childrenHash":
			a.kids, a.hasKids = parseHash(value)
		case "result":
			if value == "error" {
				a.failed++
			} else {
				a.done++
			}
		}
		return true
	})
	return a
}

func parseHash(s string) (uint64, bool) {
	h, err := strconv.ParseUint(s, 16, 64)
	return h, err == nil
}

// shows reports whether the answer is what a version looks like.
func (a *answer) shows(v *version) bool {
	return (!a.hasStat || a.stat == v.stat) && (!a.hasData || a.data == zk.DataHash(v.data)) &&
		(!a.hasKids || a.kids == v.kids)
}

// checkAnswer compares a reply with what the committed history makes of the znode at its zxid.
func (c *Checker) checkAnswer(e *trace.Event, asked *op) {
	if e.Msg == nil {
		return
	}
	a := answerOf(e.Msg)
	if a.hasStat {
		c.checkStat(e, &a.stat)
	}
	c.require(a.done == 0 || a.failed == 0, multiAtomic, e, e.Node, "a multi is done in part")
	if c.blind || c.state.model.forked || e.Zxid > c.done.last() {
		return
	}
	switch asked.kind {
	case isRead:
		c.checkRead(e, asked, &a)
	case isWrite:
		c.checkResult(e, asked, &a)
	}
}

// checkStat requires that the numbers of a stat agree with each other.
func (c *Checker) checkStat(e *trace.Event, s *zk.Stat) {
	stored := s.Cversion + s.NumChildren
	ok := s.Czxid <= s.Mzxid && s.Mzxid <= e.Zxid && s.Czxid <= s.Pzxid && s.Pzxid <= e.Zxid &&
		s.NumChildren >= 0 && s.DataLength >= 0 && stored%2 == 0 &&
		(s.EphemeralOwner == 0 || s.NumChildren == 0)
	c.require(ok, statAlgebra, e, e.Node, "the numbers of a stat do not fit each other")
}

// checkRead is for the reads of one znode.
func (c *Checker) checkRead(e *trace.Event, asked *op, a *answer) {
	if !isZnodeRead(asked.name) || asked.path == "" || isOwn(asked.path) {
		return
	}
	v := c.state.model.at(asked.path, e.Zxid)
	if v != nil && v.guess {
		return
	}
	switch e.Path {
	case zk.ErrNoNode.String():
		if v == nil {
			return
		}
	case zk.OK.String():
		if v != nil && a.shows(v) {
			return
		}
	default:
		return
	}
	c.report(readValidity, e, e.Node, e.Zxid,
		"what it is shown of "+asked.path+" is not its state at "+e.Zxid.Short())
	if c.isPart(e, asked.path, a) {
		c.report(multiAtomic, e, e.Node, e.Zxid, "it is shown "+asked.path+" as a part of a multi "+
			"left it")
	}
}

// isPart reports whether a wrong read shows a znode without the last that a multi did to it.
func (c *Checker) isPart(e *trace.Event, path string, a *answer) bool {
	v := c.state.model.newest(path)
	for v != nil && v.zxid > e.Zxid {
		v = v.prev
	}
	if v == nil || !v.multi {
		return false
	}
	was := v.prev
	if was == nil || was.gone {
		return e.Path == zk.ErrNoNode.String()
	}
	return e.Path == zk.OK.String() && a.shows(was)
}

func isZnodeRead(name string) bool {
	switch name {
	case "exists", "getData", "getChildren", "getChildren2", "getACL":
		return true
	}
	return false
}

// checkResult requires that a write returns what its transaction did.
func (c *Checker) checkResult(e *trace.Event, asked *op, a *answer) {
	t := c.ownTxn(e, asked)
	if t == nil {
		return
	}
	ok, path := true, t.Path
	switch t.Op {
	case zk.OpError:
		ok = e.Path == t.Err.String()
	case zk.OpMulti:
		ok = a.done+a.failed == 0 || (a.failed > 0) == hasFailed(t)
	case zk.OpCreate, zk.OpSetData, zk.OpSetACL:
		v := c.state.model.at(path, e.Zxid)
		ok = e.Path == zk.OK.String() && (a.path == "" || a.path == path) &&
			(v == nil || v.guess || isOwn(path) || a.shows(v))
	}
	c.require(ok, linearizableWrites, e, e.Node, "its result is not what the transaction did")
}

func hasFailed(t *zk.Txn) bool { return len(t.Subs) > 0 && t.Subs[0].Op == zk.OpError }
