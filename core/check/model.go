package check

import (
	"iter"
	"strings"

	"github.com/zabscope/zabscope/core/cow"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// model is what the committed history makes of the znodes: for each path the versions that it has
// had, the newest first. A server may lag, so a read is compared with the version of its own zxid.
// ZooKeeper's own znodes are left out: what is in them comes from elsewhere too.
type model struct {
	znodes cow.Map[string, *version]
	own    *cow.Owner // nil after a clone
	forked bool       // history was changed afterwards, which is reported: nothing is compared
}

// version is a znode as one transaction left it. It is immutable but while it is made, and shared
// by all clones.
type version struct {
	zxid  zk.Zxid
	prev  *version // nil for the first
	stat  zk.Stat
	made  int32    // creates of children, which numbers sequential ones
	kids  uint64   // the sum of the hashes of the children's names
	data  []byte   // shared with the transaction
	acl   []zk.ACL // too
	what  change
	gone  bool
	multi bool // done by a multi
	open  bool // everybody may read it
	guess bool // made up: a parent that the history does not mention
}

// change says what a transaction did to a znode, as far as watches see it.
type change uint8

const (
	created change = 1 << iota
	deleted
	dataChanged
	kidsChanged
)

// first is the root before the first transaction.
var first = version{
	stat: zk.Stat{NumChildren: 1, Cversion: -1}, kids: zk.NameHash("zookeeper"), open: true,
	acl: zk.OpenACL,
}

// isOwn reports whether a path is one of ZooKeeper's own.
func isOwn(path string) bool { return path == "/zookeeper" || isWithin(path, "/zookeeper") }

// clone freezes the model and returns an independent copy.
func (m *model) clone() model {
	m.own = nil
	return *m
}

// newest returns the latest version of a path, nil when there never was one.
func (m *model) newest(path string) *version {
	if v, ok := m.znodes.Get(path); ok {
		return v
	}
	if path == "/" {
		return &first
	}
	return nil
}

// at returns the version of a path at a zxid, nil when it did not exist then.
func (m *model) at(path string, z zk.Zxid) *version {
	v := m.newest(path)
	for v != nil && v.zxid > z {
		v = v.prev
	}
	if v == nil || v.gone {
		return nil
	}
	return v
}

// below yields the znodes at a path and below it, as they are at a zxid.
func (m *model) below(path string, z zk.Zxid) iter.Seq2[string, *version] {
	return func(yield func(string, *version) bool) {
		for at := range m.znodes.All() {
			if !isWithin(at, path) {
				continue
			}
			if v := m.at(at, z); v != nil && !yield(at, v) {
				return
			}
		}
	}
}

// edit returns a new version of a path, which begins as a copy of the one before.
func (m *model) edit(path string, head *zk.Txn, what change) *version {
	v := &version{}
	if prev := m.newest(path); prev != nil {
		*v = *prev
		v.prev = prev
	}
	v.zxid, v.what, v.multi = head.Zxid, what, head.Op == zk.OpMulti
	if m.own == nil {
		m.own = new(cow.Owner)
	}
	m.znodes.Put(m.own, path, v)
	return v
}

// learn takes a transaction that has just been committed.
func (c *Checker) learn(e *trace.Event, t *zk.Txn) {
	if t != nil && !c.blind {
		c.perform(e, t, t)
	}
}

// perform carries out t, which is head itself or a part of it.
func (c *Checker) perform(e *trace.Event, t, head *zk.Txn) {
	switch t.Op {
	case zk.OpCreateSession:
		s := c.state.session(t.Session)
		s.opened, s.closed, s.timeoutMs = true, 0, t.TimeoutMs
	case zk.OpCloseSession:
		c.closeSession(e, t)
	case zk.OpCreate, zk.OpCreate2:
		c.create(e, t, head)
	case zk.OpDelete:
		c.remove(e, t.Path, head)
	case zk.OpSetData:
		c.setData(e, t, head)
	case zk.OpSetACL:
		c.setACL(e, t, head)
	case zk.OpCheck:
		v := c.state.model.newest(t.Path)
		fits := v != nil && (v.guess || !v.gone && (t.Version == -1 || t.Version == v.stat.Version))
		c.require(fits || isOwn(t.Path), linearizableWrites, e, e.Node,
			"a check is done that does not hold")
	case zk.OpMulti:
		c.performMulti(e, t)
	}
}

// performMulti carries out all parts. If one has failed, all must have.
func (c *Checker) performMulti(e *trace.Event, t *zk.Txn) {
	failed := 0
	for i := range t.Subs {
		if t.Subs[i].Op == zk.OpError {
			failed++
		}
		c.perform(e, &t.Subs[i], t)
	}
	if failed != 0 && failed != len(t.Subs) {
		c.report(multiAtomic, e, e.Node, t.Zxid, t.Zxid.Short()+" does a part of a multi")
	}
}

func (c *Checker) create(e *trace.Event, t, head *zk.Txn) {
	if t.Owner.IsSession() {
		s := c.state.session(t.Owner)
		if !s.opened || s.closed != 0 {
			c.report(ephemeralLifetime, e, e.Node, head.Zxid,
				t.Path+" is created for a session that is not open")
		}
		s.owns++
		s.apart = s.apart || isOwn(t.Path)
	}
	if isOwn(t.Path) {
		return
	}
	m := &c.state.model
	path, name := parentOf(t.Path)
	p := m.edit(path, head, kidsChanged)
	p.guess = p.guess || p.prev == nil || p.prev.gone
	if t.Version <= p.made {
		c.report(sequenceUnique, e, e.Node, head.Zxid,
			"the number of children made below "+path+" does not rise")
	}
	p.made = max(p.made, t.Version)
	p.setKids(head.Zxid, 1, zk.NameHash(name))
	prev := m.newest(t.Path)
	c.require(prev == nil || prev.gone || prev.guess, linearizableWrites, e, e.Node,
		"a znode is made that is there")
	v := m.edit(t.Path, head, created)
	*v = version{
		zxid: v.zxid, prev: prev, data: t.Data, what: created, multi: v.multi,
		acl: t.ACL, open: isOpen(t.ACL), stat: zk.Stat{
			Czxid: head.Zxid, Mzxid: head.Zxid, Pzxid: head.Zxid, Ctime: head.TimeMs,
			Mtime: head.TimeMs, DataLength: int32(len(t.Data)),
		},
	}
	if t.Owner.IsSession() {
		v.stat.EphemeralOwner = t.Owner
	}
}

// setKids notes a child more or less.
func (v *version) setKids(z zk.Zxid, more int32, hash uint64) {
	v.stat.Pzxid = z
	v.stat.NumChildren += more
	v.stat.Cversion = 2*v.made - v.stat.NumChildren
	v.kids += hash
}

// remove takes a znode away. One that the history did not make is left alone.
func (c *Checker) remove(e *trace.Event, path string, head *zk.Txn) {
	m := &c.state.model
	was := m.newest(path)
	if was == nil || was.gone {
		return
	}
	if owner := was.stat.EphemeralOwner; owner != 0 {
		c.state.session(owner).owns--
	}
	m.edit(path, head, deleted).gone = true
	above, name := parentOf(path)
	p := m.edit(above, head, kidsChanged)
	p.setKids(head.Zxid, -1, -zk.NameHash(name))
	c.require(was.stat.NumChildren == 0 && p.stat.NumChildren >= 0 || was.guess || p.guess,
		statAlgebra, e, e.Node, "a znode goes before its children")
}

func (c *Checker) setData(e *trace.Event, t, head *zk.Txn) {
	v := c.state.model.change(t.Path, head, dataChanged)
	if v == nil {
		return
	}
	c.require(t.Version == v.stat.Version+1 || v.guess, statAlgebra, e, e.Node,
		"a version does not count the writes since the create")
	v.stat.Version, v.stat.Mzxid, v.stat.Mtime = t.Version, head.Zxid, head.TimeMs
	v.stat.DataLength, v.data = int32(len(t.Data)), t.Data
}

func (c *Checker) setACL(e *trace.Event, t, head *zk.Txn) {
	v := c.state.model.change(t.Path, head, 0)
	if v == nil {
		return
	}
	c.require(t.Version == v.stat.Aversion+1 || v.guess, statAlgebra, e, e.Node,
		"an aversion does not count the changes of the ACL")
	v.stat.Aversion, v.acl, v.open = t.Version, t.ACL, isOpen(t.ACL)
}

// change returns a new version of a znode that exists, nil for others.
func (m *model) change(path string, head *zk.Txn, what change) *version {
	if v := m.newest(path); v == nil || v.gone || isOwn(path) {
		return nil
	}
	return m.edit(path, head, what)
}

// closeSession removes the ephemerals that the transaction names; none may be left.
func (c *Checker) closeSession(e *trace.Event, t *zk.Txn) {
	m := &c.state.model
	gone := 0
	for _, path := range t.Paths {
		if v := m.newest(path); v != nil && !v.gone && v.stat.EphemeralOwner == t.Session {
			gone++
		}
		c.remove(e, path, t)
	}
	s := c.state.session(t.Session)
	c.checkCloses(e, s)
	s.closed, s.gone = t.Zxid, gone
	c.require(s.owns == 0, ephemeralLifetime, e, e.Node,
		"an ephemeral outlives its session, which the transaction closes")
}

// parentOf splits a path into that of the parent and the name.
func parentOf(path string) (above, name string) {
	i := strings.LastIndexByte(path, '/')
	if i <= 0 {
		return "/", path[i+1:]
	}
	return path[:i], path[i+1:]
}

// isOpen reports whether everybody may read what has this ACL.
func isOpen(acl []zk.ACL) bool {
	for i := range acl {
		if acl[i].Scheme == "world" && acl[i].Perms&zk.PermRead != 0 {
			return true
		}
	}
	return len(acl) == 0
}
