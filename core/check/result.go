package check

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// wish is one operation that a client asked for, alone or as a part.
type wish struct {
	name, path string
	version    int32
	versioned  bool // version is one that the znode must have
	isRequest  bool // the request itself is here, not what a file says of it
	numbered   bool // its znode gets a number
}

func wishOf(r *zk.Request) wish {
	w := wish{
		name: r.Op.String(), path: r.Path, version: r.Version, isRequest: true,
		numbered: r.Mode.IsSequential(),
	}
	switch r.Op {
	case zk.OpDelete, zk.OpSetData, zk.OpSetACL, zk.OpCheck:
		w.versioned = r.Version != -1
	}
	return w
}

// wish returns what was asked for as a whole.
func (o *op) wish() wish {
	if r, ok := o.asked.(*zk.Request); ok {
		return wishOf(r)
	}
	w := wish{name: o.name, path: o.path, numbered: true}
	if o.asked == nil {
		return w
	}
	if n, err := strconv.ParseInt(field(o.asked, "version"), 10, 32); err == nil {
		w.version, w.versioned = int32(n), n != -1
	}
	return w
}

// parts returns the operations of a multi or multiRead. A file says their names and paths.
func (o *op) parts() []wish {
	var parts []wish
	if r, ok := o.asked.(*zk.Request); ok {
		for i := range r.Ops {
			parts = append(parts, wishOf(&r.Ops[i]))
		}
		return parts
	}
	if o.asked == nil {
		return nil
	}
	o.asked.Fields(func(name, value string) bool {
		switch name {
		case "op", "xid", "path", "watch", "malformed":
		default:
			parts = append(parts, wish{name: name, path: value, numbered: true})
		}
		return true
	})
	return parts
}

func (w *wish) creates() bool { return strings.HasPrefix(w.name, "create") }

// subject returns the znode whose access list decides, and the permission that it must give.
func (w *wish) subject(m *model, z zk.Zxid) (*version, zk.Perm) {
	above, _ := parentOf(w.path)
	switch {
	case w.creates():
		return m.at(above, z), zk.PermCreate
	case w.name == "delete":
		return m.at(above, z), zk.PermDelete
	}
	perm := zk.PermRead
	switch w.name {
	case "setData":
		perm = zk.PermWrite
	case "setACL":
		perm = zk.PermAdmin
	}
	return m.at(w.path, z), perm
}

// mayFail reports whether the state at a zxid lets the operation fail with an error. What depends
// on how it was asked is believed.
func (w *wish) mayFail(m *model, z zk.Zxid, err zk.Err, k *client) bool {
	v, above := m.at(w.path, z), (*version)(nil)
	if w.path != "/" {
		path, _ := parentOf(w.path)
		above = m.at(path, z)
	}
	if isOwn(w.path) || v != nil && v.guess || above != nil && above.guess {
		return true
	}
	switch err {
	case zk.ErrNoNode:
		return w.creates() && above == nil || !w.creates() && v == nil
	case zk.ErrNodeExists:
		return w.creates() && w.isTaken(m, z, v, above)
	case zk.ErrNotEmpty:
		return w.name == "delete" && v != nil && v.stat.NumChildren > 0
	case zk.ErrBadVersion:
		return v != nil && !w.creates() && (!w.isRequest && !w.versioned || w.differs(v))
	case zk.ErrNoChildrenForEphemerals:
		return w.creates() && above != nil && above.stat.EphemeralOwner != 0
	case zk.ErrNoAuth:
		s, perm := w.subject(m, z)
		return s != nil && !s.allows(perm, k).surely()
	}
	return true
}

// isTaken reports whether the name of a znode to make is in use, with its number if it gets one.
func (w *wish) isTaken(m *model, z zk.Zxid, v, above *version) bool {
	if !w.isRequest || !w.numbered {
		if v != nil {
			return true
		}
	}
	if !w.numbered || above == nil {
		return false
	}
	digits := strconv.Itoa(int(above.made))
	zeros := strings.Repeat("0", max(0, 10-len(digits)))
	return above.made < 0 || m.at(w.path+zeros+digits, z) != nil
}

// differs reports whether a znode has another version than was asked for.
func (w *wish) differs(v *version) bool {
	have := v.stat.Version
	if w.name == "setACL" {
		have = v.stat.Aversion
	}
	return w.versioned && w.version != have
}

// fits reports whether a transaction that changed something is what was asked for, in the state
// before it.
func (w *wish) fits(m *model, t *zk.Txn, before zk.Zxid, k *client) bool {
	path := t.Path == w.path || w.creates() && w.numbered && strings.HasPrefix(t.Path, w.path)
	if !path || isOwn(t.Path) {
		return path
	}
	v := m.at(t.Path, before)
	s, perm := w.subject(m, before)
	return (v == nil || v.guess || !w.differs(v)) &&
		(s == nil || s.guess || s.allows(perm, k) != no)
}

// disturbs reports whether what a part does may decide on a later part of the same multi.
func (w *wish) disturbs(o *wish) bool {
	mine, _ := parentOf(w.path)
	others, _ := parentOf(o.path)
	return w.path == o.path || w.path == others || mine == o.path ||
		w.numbered && strings.HasPrefix(o.path, w.path) || o.numbered && mine == others
}

// checkResult requires that a write returns what its transaction did, and that the transaction is
// the answer of the history at its place to what was asked.
func (c *Checker) checkResult(e *trace.Event, k *client, asked *op, a *answer) {
	t := c.ownTxn(e, asked)
	if t == nil {
		return
	}
	m, w := &c.state.model, asked.wish()
	right := w.name == "" || t.Asked == 0 || w.name == t.Asked.String()
	switch t.Op {
	case zk.OpError:
		right = right && e.Path == t.Err.String()
		c.checkRefused(e, k, &w, t.Err)
	case zk.OpMulti:
		right = right && c.isDone(e, k, asked.parts(), t.Subs, a.parts)
	case zk.OpCreate, zk.OpDelete, zk.OpSetData, zk.OpSetACL:
		right = right && e.Path == zk.OK.String() && a.isOf(m, t, e.Zxid) &&
			(w.name == "" || w.fits(m, t, e.Zxid-1, k))
	}
	c.require(right, linearizableWrites, e, e.Node, "its result is not what the transaction did")
}

// checkRefused requires that the history at e.Zxid lets a write fail so.
func (c *Checker) checkRefused(e *trace.Event, k *client, w *wish, err zk.Err) {
	may := w.name == "" || w.mayFail(&c.state.model, e.Zxid, err, k)
	if err == zk.ErrSessionExpired {
		s := c.state.session(e.Sess)
		may = !s.opened || s.closed != 0 && s.closed < e.Zxid
	}
	if !may {
		c.report(linearizableWrites, e, e.Node, e.Zxid, w.name+" "+w.path+" fails with "+
			err.String()+", where the history gives no reason")
	}
}

// isOf reports whether the answer shows what a transaction left, alone or as a part of the one at
// z.
func (a *answer) isOf(m *model, t *zk.Txn, z zk.Zxid) bool {
	if a.path != "" && a.path != t.Path {
		return false
	}
	if !a.stats || isOwn(t.Path) {
		return true
	}
	v := m.newest(t.Path)
	for v != nil && v.zxid > z {
		v = v.prev
	}
	found := v == nil
	for ; v != nil && v.zxid == z; v = v.prev {
		found = found || v.guess || !v.gone && a.stat == v.stat
	}
	return found
}

// isDone compares the results of a multi, one by one.
func (c *Checker) isDone(
	e *trace.Event, k *client, parts []wish, did []zk.Txn, shown []answer,
) bool {
	if e.Path != zk.OK.String() || len(shown) != 0 && len(shown) != len(did) {
		return false
	}
	m := &c.state.model
	for i := range did {
		t := &did[i]
		if i < len(shown) && !shown[i].isResult(m, t, e.Zxid) {
			return false
		}
		if len(parts) != len(did) || isDisturbed(parts, i) {
			continue
		}
		switch w := &parts[i]; {
		case t.Op != zk.OpError:
			if !w.fits(m, t, e.Zxid-1, k) {
				return false
			}
		case t.Err != zk.OK && t.Err != zk.ErrRuntimeInconsistency:
			c.checkRefused(e, k, w, t.Err)
		}
	}
	return true
}

func isDisturbed(parts []wish, i int) bool {
	for j := range i {
		if parts[j].disturbs(&parts[i]) {
			return true
		}
	}
	return false
}

// isResult reports whether a part of an answer is that of a part of a multi.
func (a *answer) isResult(m *model, t *zk.Txn, z zk.Zxid) bool {
	if t.Op == zk.OpError || a.op == "error" {
		return t.Op == zk.OpError && a.op == "error" && (a.err == "" || a.err == t.Err.String())
	}
	kind := a.op == t.Op.String() || t.Op == zk.OpCreate && a.op == "create2"
	return kind && a.isOf(m, t, z)
}
