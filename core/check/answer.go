package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// answer is what a reply, or a part of one, shows of znodes.
type answer struct {
	op    string // of a part: Apache's name, or "error"
	err   string // of a part that is an error
	path  string // of a create: the znode that was made
	stat  zk.Stat
	sums  [sumEnd]uint64
	has   uint8 // bit i: sums[i] is there
	stats bool  // stat is there
	parts []answer
}

// The sums of an answer: hashes, and the number of znodes below one.
const (
	dataSum = iota
	kidsSum
	aclSum
	countSum
	sumEnd
)

// sumNames are the fields of a reply that have the sums.
var sumNames = [sumEnd]string{"dataHash", "childrenHash", "aclHash", "count"}

// answerOf reads the fields of a reply. What follows a "result" is about that part.
func answerOf(reply trace.Detail) answer {
	var whole answer
	a := &whole
	reply.Fields(func(name, value string) bool {
		switch name {
		case "result":
			whole.parts = append(whole.parts, answer{op: value})
			a = &whole.parts[len(whole.parts)-1]
		case "err":
			a.err = value
		case "path":
			a.path = value
		case "stat":
			a.stat, a.stats = zk.ParseStat(value)
		default:
			a.readSum(name, value)
		}
		return true
	})
	return whole
}

func (a *answer) readSum(name, value string) {
	i := slices.Index(sumNames[:], name)
	if i < 0 {
		return
	}
	base := 16
	if i == countSum {
		base = 10
	}
	if h, err := strconv.ParseUint(value, base, 64); err == nil {
		a.sums[i] = h
		a.has |= 1 << i
	}
}

func parseHash(s string) (uint64, bool) {
	h, err := strconv.ParseUint(s, 16, 64)
	return h, err == nil
}

// is reports whether a sum is as it should be, or not shown.
func (a *answer) is(sum int, want uint64) bool { return a.has&(1<<sum) == 0 || a.sums[sum] == want }

// shows reports whether the answer is what a version looks like.
func (a *answer) shows(v *version) bool {
	return (!a.stats || a.stat == v.stat) && a.is(dataSum, zk.DataHash(v.data)) &&
		a.is(kidsSum, v.kids) && a.showsACL(v)
}

// showsACL lets the hashes of passwords be hidden from who may not change the list.
func (a *answer) showsACL(v *version) bool {
	return a.is(aclSum, zk.ACLHash(v.acl)) ||
		!v.allows(zk.PermAdmin, nil).surely() && a.is(aclSum, zk.ACLHash(hidden(v.acl)))
}

// hidden is an access list without the hashes of passwords.
func hidden(acl []zk.ACL) []zk.ACL {
	acl = slices.Clone(acl)
	for i := range acl {
		if user, _, ok := strings.Cut(acl[i].ID, ":"); ok && acl[i].Scheme == "digest" {
			acl[i].ID = user + ":x"
		}
	}
	return acl
}

// checkAnswer compares a reply with what the committed history makes of the znode at its zxid.
func (c *Checker) checkAnswer(e *trace.Event, k *client, asked *op) {
	if e.Msg == nil {
		return
	}
	a := answerOf(e.Msg)
	if a.stats {
		c.checkStat(e, &a.stat)
	}
	if asked.name != "multiRead" {
		c.require(!a.isHalf(), multiAtomic, e, e.Node, "a multi is done in part")
	}
	if c.blind || c.state.model.forked || e.Zxid > c.done.last() {
		return
	}
	switch asked.kind {
	case isRead:
		c.checkReads(e, k, asked, &a)
	case isWrite:
		c.checkResult(e, k, asked, &a)
	}
}

// isHalf reports whether some parts failed and others did not.
func (a *answer) isHalf() bool {
	failed := 0
	for i := range a.parts {
		if a.parts[i].op == "error" {
			failed++
		}
	}
	return failed != 0 && failed != len(a.parts)
}

// checkStat requires that the numbers of a stat agree with each other.
func (c *Checker) checkStat(e *trace.Event, s *zk.Stat) {
	stored := s.Cversion + s.NumChildren
	ok := s.Czxid <= s.Mzxid && s.Mzxid <= e.Zxid && s.Czxid <= s.Pzxid && s.Pzxid <= e.Zxid &&
		s.NumChildren >= 0 && s.DataLength >= 0 && stored%2 == 0 &&
		(s.EphemeralOwner == 0 || s.NumChildren == 0)
	c.require(ok, statAlgebra, e, e.Node, "the numbers of a stat do not fit each other")
}

// look is one read.
type look struct {
	name, path, err string
	shown           *answer
}

// checkReads judges a read, or each part of a multiRead.
func (c *Checker) checkReads(e *trace.Event, k *client, asked *op, a *answer) {
	if asked.name != "multiRead" {
		c.checkRead(e, k, &look{asked.name, asked.path, e.Path, a})
		return
	}
	parts := asked.parts()
	if e.Path != zk.OK.String() {
		return
	}
	if len(parts) != len(a.parts) {
		c.report(readValidity, e, e.Node, e.Zxid, "it is shown more or fewer than it asked for")
		return
	}
	for i := range parts {
		l := look{parts[i].name, parts[i].path, a.parts[i].err, &a.parts[i]}
		if l.err == "" {
			l.err = zk.OK.String()
		}
		c.checkRead(e, k, &l)
	}
}

// checkRead compares what one read shows with the history.
func (c *Checker) checkRead(e *trace.Event, k *client, l *look) {
	if c.isTrue(e, k, l) {
		return
	}
	c.report(readValidity, e, e.Node, e.Zxid,
		"what it is shown of "+l.path+" is not its state at "+e.Zxid.Short())
	if c.isPart(e, l) {
		c.report(multiAtomic, e, e.Node, e.Zxid, "it is shown "+l.path+" as a part of a multi "+
			"left it")
	}
}

// isTrue reports whether a read shows what it must, as far as the history tells.
func (c *Checker) isTrue(e *trace.Event, k *client, l *look) bool {
	m := &c.state.model
	if l.name == "getEphemerals" {
		return l.err != zk.OK.String() || c.showsEphemerals(e, l)
	}
	perm, isOfOne := readPerm(l.name)
	if !isOfOne || l.path == "" || isOwn(l.path) {
		return true
	}
	v := m.at(l.path, e.Zxid)
	if v != nil && v.guess {
		return true
	}
	switch l.err {
	case zk.ErrNoNode.String():
		return v == nil
	case zk.ErrNoAuth.String():
		return v != nil && perm != 0 && !v.allows(perm, k).surely()
	case zk.OK.String():
		if v == nil || perm != 0 && v.allows(perm, k) == no {
			return false
		}
		return l.shown.shows(v) && l.shown.counts(m, l.path, e.Zxid)
	}
	return true
}

// readPerm returns what a read of one znode needs, 0 for nothing, and whether it is one.
func readPerm(name string) (perm zk.Perm, isOfOne bool) {
	switch name {
	case "exists":
		return 0, true
	case "getData", "getChildren", "getChildren2", "getAllChildrenNumber":
		return zk.PermRead, true
	case "getACL":
		return zk.PermRead | zk.PermAdmin, true
	}
	return 0, false
}

// counts reports whether the number of znodes below a path is right. Below the root are some of
// ZooKeeper's own.
func (a *answer) counts(m *model, path string, z zk.Zxid) bool {
	if a.has&(1<<countSum) == 0 || path == "/" {
		return true
	}
	below := uint64(0)
	for at, v := range m.below(path, z) {
		if v.guess {
			return true
		}
		if at != path {
			below++
		}
	}
	return a.is(countSum, below)
}

// showsEphemerals compares a list of ephemerals. What begins or ends with a blank is not judged:
// Java takes it off.
func (c *Checker) showsEphemerals(e *trace.Event, l *look) bool {
	s, n := c.state.session(e.Sess), len(l.path)
	if s.apart || n > 0 && (l.path[0] <= ' ' || l.path[n-1] <= ' ') {
		return true
	}
	sum := uint64(0)
	for path, v := range c.state.model.below("/", e.Zxid) {
		if v.stat.EphemeralOwner == e.Sess && (l.path == "/" || strings.HasPrefix(path, l.path)) {
			sum += zk.NameHash(path)
		}
	}
	return l.shown.is(kidsSum, sum)
}

// isPart reports whether a wrong read shows a znode without the last that a multi did to it.
func (c *Checker) isPart(e *trace.Event, l *look) bool {
	v := c.state.model.newest(l.path)
	for v != nil && v.zxid > e.Zxid {
		v = v.prev
	}
	if v == nil || !v.multi {
		return false
	}
	was := v.prev
	if was == nil || was.gone {
		return l.err == zk.ErrNoNode.String()
	}
	return l.err == zk.OK.String() && l.shown.shows(was)
}
