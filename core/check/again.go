package check

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// again is a setWatches that a server has just received: what its client had seen by then decides
// which of its watches fire at once.
type again struct {
	ref  trace.Ref
	seen zk.Zxid
}

// onRequest takes what a client says to a server: it lives, and it may ask for its watches again.
func (c *Checker) onRequest(e *trace.Event) {
	if e.Type == zk.ClientPing || e.Type == zk.ClientRequest {
		c.touched(e.Sess, e.Other, e.At)
	}
	if r, ok := e.Msg.(*zk.Request); ok {
		if r.Op == zk.OpSetWatches || r.Op == zk.OpSetWatches2 {
			c.again = again{e.Ref, r.LastZxid}
		}
		return
	}
	if e.Msg == nil || !strings.HasPrefix(field(e.Msg, "op"), "setWatches") {
		return
	}
	digits, _ := strings.CutPrefix(field(e.Msg, "relativeZxid"), "0x")
	if z, err := strconv.ParseUint(digits, 16, 64); err == nil {
		c.again = again{e.Ref, zk.Zxid(z)}
	}
}

// isAgain returns the version at z of the znode whose watch a setWatches is about, and whether that
// is so and the version is known.
func (c *Checker) isAgain(e *trace.Event, z zk.Zxid) (v *version, ok bool) {
	if e.Cause != c.again.ref || e.Cause.IsZero() || c.blind || c.state.model.forked ||
		c.server(e.Node).alone || isOwn(e.Path) || z > c.done.last() {
		return nil, false
	}
	v = c.state.model.at(e.Path, z)
	return v, v == nil || !v.guess
}

// checkSetAgain requires of a watch that was set again that its client has missed nothing.
func (c *Checker) checkSetAgain(e *trace.Event) {
	v, known := c.isAgain(e, c.server(e.Node).applied)
	if !known {
		return
	}
	quiet := true
	switch e.N {
	case 0:
		quiet = v != nil && v.stat.Mzxid <= c.again.seen
	case 1:
		quiet = v == nil
	case 2:
		quiet = v != nil && v.stat.Pzxid <= c.again.seen
	}
	if !quiet {
		c.report(watchCatchUp, e, e.Node, 0,
			"a watch on "+e.Path+" is set again, whose client has missed a change")
	}
}

// checkCatchUp requires of a watch that fires as it is set again that its client has missed that.
func (c *Checker) checkCatchUp(e *trace.Event) {
	v, known := c.isAgain(e, e.Zxid)
	if !known {
		return
	}
	missed := false
	switch zk.EventType(e.N) {
	case zk.NodeDeleted:
		missed = v == nil
	case zk.NodeCreated:
		missed = v != nil
	case zk.NodeDataChanged:
		missed = v != nil && v.stat.Mzxid > c.again.seen
	case zk.NodeChildrenChanged:
		missed = v != nil && v.stat.Pzxid > c.again.seen
	}
	if !missed {
		c.report(watchCatchUp, e, e.Node, e.Zxid,
			"a watch on "+e.Path+" fires for what its client has seen, or what is not so")
	}
}
