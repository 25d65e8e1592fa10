package tree

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// Meta is what the leader adds to a request.
type Meta struct {
	Zxid   zk.Zxid
	TimeMs int64 // the leader's wall clock, Unix ms
	Quirks zk.Quirk

	EnforceQuota  bool // hard limits of quotas refuse writes
	ExtendedTypes bool // znodes may have a time to live
}

// Prepare validates a write against d and decides everything about it: the result is a transaction
// that every server applies without a further decision, and d becomes the state after it. A write
// that fails still takes its zxid: its transaction has Op OpError and Err, and d keeps all but the
// zxid. A multi that fails stays an OpMulti whose Subs are all OpError: OK before the operation
// that failed, its own code, and ErrRuntimeInconsistency after it.
//
// The session must be in d, so a session that was closed ahead cannot write any more.
func (d *DB) Prepare(req *zk.Request, m Meta) zk.Txn {
	t := header(req, m)
	if err := d.prepare(req, m, &t); err != zk.OK {
		t = header(req, m)
		t.Op, t.Err = zk.OpError, err
	}
	d.zxid = m.Zxid
	t.Digest = d.digest
	return t
}

// header has one transaction for all kinds of create and one for both of delete; Asked decides on
// the reply.
func header(req *zk.Request, m Meta) zk.Txn {
	op := req.Op
	switch {
	case op.IsCreate():
		op = zk.OpCreate
	case op == zk.OpDeleteContainer:
		op = zk.OpDelete
	}
	return zk.Txn{Zxid: m.Zxid, Session: req.Session, TimeMs: m.TimeMs,
		Op: op, Asked: req.Op, Cxid: req.Xid}
}

func (d *DB) prepare(req *zk.Request, m Meta, t *zk.Txn) zk.Err {
	err := zk.ErrUnimplemented
	switch {
	case req.Malformed:
		return zk.ErrMarshalling
	case req.Op == zk.OpMulti:
		return d.prepareMulti(req, m, t)
	case req.Op == zk.OpReconfig:
		return zk.ErrReconfigDisabled
	case req.Op == zk.OpCreateSession:
		err = d.prepareCreateSession(req, t)
	case req.Op == zk.OpCloseSession:
		err = d.prepareCloseSession(req, m, t)
	case req.Op == zk.OpDeleteContainer:
		err = d.prepareDeleteContainer(req, t)
	case isMultiOp(req.Op) || req.Op == zk.OpSetACL:
		err = d.prepareOp(req, asker{req.Session, req.Identities, m}, t)
	}
	if err != zk.OK {
		return err
	}
	_, fits := d.apply(t, t, nil)
	return orInconsistent(fits)
}

// asker is on whose behalf an operation is prepared, and how.
type asker struct {
	session zk.SessionID
	ids     []zk.Identity
	Meta
}

// prepareOp validates one operation on znodes and fills the transaction for it. The order of the
// checks decides which error a client sees (PrepRequestProcessor.java).
func (d *DB) prepareOp(req *zk.Request, a asker, t *zk.Txn) zk.Err {
	if err := checkMode(req, a.ExtendedTypes); err != zk.OK {
		return err
	}
	if !d.HasSession(a.session) {
		return zk.ErrSessionExpired
	}
	switch req.Op {
	case zk.OpDelete:
		return d.prepareDelete(req, a, t)
	case zk.OpSetData:
		return d.prepareSetData(req, a, t)
	case zk.OpSetACL:
		return d.prepareSetACL(req, a, t)
	case zk.OpCheck:
		return d.prepareCheck(req, a, t)
	}
	return d.prepareCreate(req, a, t)
}

// isMultiOp reports whether an operation may be part of a multi. setACL may not, as in Apache.
func isMultiOp(op zk.Op) bool {
	return op.IsCreate() || op == zk.OpDelete || op == zk.OpSetData || op == zk.OpCheck
}

// checkMode refuses create flags that nobody defined, and a time to live where there is none or
// none where there must be one. Only createTTL carries one.
func checkMode(req *zk.Request, extended bool) zk.Err {
	switch {
	case !req.Op.IsCreate():
		return zk.OK
	case req.Mode < zk.Persistent || req.Mode > zk.PersistentSequentialWithTTL:
		return zk.ErrBadArguments
	case req.Mode.HasTTL() && !extended:
		return zk.ErrUnimplemented
	case req.Mode.HasTTL() != (req.Op == zk.OpCreateTTL):
		return zk.ErrBadArguments
	case req.Mode.HasTTL() && (req.TTL <= 0 || req.TTL > zk.TTLMax):
		return zk.ErrBadArguments
	}
	return zk.OK
}

func (d *DB) prepareCreate(req *zk.Request, a asker, t *zk.Txn) zk.Err {
	if !hasParent(req.Path) {
		return zk.ErrBadArguments
	}
	acl, err := fixACL(req.ACL, a.ids)
	if err != zk.OK {
		return err
	}
	parent := d.root.find(Parent(req.Path))
	if parent == nil {
		return zk.ErrNoNode
	}
	if !allowed(parent.acl, zk.PermCreate, a.ids) {
		return zk.ErrNoAuth
	}
	path := req.Path
	if req.Mode.IsSequential() {
		path += sequence(parent.cversion)
	}
	if err := ValidatePath(path); err != zk.OK {
		return err
	}
	if d.root.find(path) != nil {
		return zk.ErrNodeExists
	}
	if parent.owner.IsSession() {
		return zk.ErrNoChildrenForEphemerals
	}
	t.Path, t.Data, t.ACL, t.Version = path, req.Data, acl, parent.cversion+1
	t.Owner = ownerOf(req, a.session)
	return d.checkQuota(a.Meta, path, int64(len(req.Data)), 1)
}

// ownerOf says what kind of znode a request makes. A container is made by its own operation, and
// by no mode of another (PrepRequestProcessor.java pRequest2TxnCreate).
func ownerOf(req *zk.Request, session zk.SessionID) zk.SessionID {
	switch {
	case req.Op == zk.OpCreateContainer:
		return zk.ContainerOwner
	case req.Op == zk.OpCreateTTL:
		return zk.TTLOwner(req.TTL)
	case req.Mode.IsEphemeral():
		return session
	}
	return 0
}

func (d *DB) prepareDelete(req *zk.Request, a asker, t *zk.Txn) zk.Err {
	if !hasParent(req.Path) || isSystemPath(req.Path) {
		return zk.ErrBadArguments
	}
	parent := d.root.find(Parent(req.Path))
	if parent == nil {
		return zk.ErrNoNode
	}
	if !allowed(parent.acl, zk.PermDelete, a.ids) {
		return zk.ErrNoAuth
	}
	z := d.root.find(req.Path)
	if z == nil {
		return zk.ErrNoNode
	}
	if !versionFits(req.Version, z.version) {
		return zk.ErrBadVersion
	}
	if z.kids.Len() > 0 {
		return zk.ErrNotEmpty
	}
	t.Path = req.Path
	return zk.OK
}

// prepareDeleteContainer is for the leader itself, which has no session. What a client sends under
// this operation is refused, as it is in Apache, which misreads the path.
func (d *DB) prepareDeleteContainer(req *zk.Request, t *zk.Txn) zk.Err {
	if req.Session != 0 || !hasParent(req.Path) || isSystemPath(req.Path) {
		return zk.ErrBadArguments
	}
	z := d.root.find(req.Path)
	if z == nil {
		return zk.ErrNoNode
	}
	if z.kids.Len() > 0 {
		return zk.ErrNotEmpty
	}
	if z.owner.IsSession() {
		return zk.ErrBadVersion
	}
	t.Path = req.Path
	return zk.OK
}

func (d *DB) prepareSetData(req *zk.Request, a asker, t *zk.Txn) zk.Err {
	z, err := d.target(req.Path, zk.PermWrite, a.ids)
	if err != zk.OK {
		return err
	}
	grown := int64(len(req.Data) - len(z.data))
	if err := d.checkQuota(a.Meta, req.Path, grown, 0); err != zk.OK {
		return err
	}
	if !versionFits(req.Version, z.version) {
		return zk.ErrBadVersion
	}
	t.Path, t.Data, t.Version = req.Path, req.Data, z.version+1
	return zk.OK
}

func (d *DB) prepareSetACL(req *zk.Request, a asker, t *zk.Txn) zk.Err {
	if err := ValidatePath(req.Path); err != zk.OK {
		return err
	}
	acl, err := fixACL(req.ACL, a.ids)
	if err != zk.OK {
		return err
	}
	z, err := d.target(req.Path, zk.PermAdmin, a.ids)
	if err != zk.OK {
		return err
	}
	if !versionFits(req.Version, z.aversion) {
		return zk.ErrBadVersion
	}
	t.Path, t.ACL, t.Version = req.Path, acl, z.aversion+1
	return zk.OK
}

func (d *DB) prepareCheck(req *zk.Request, a asker, t *zk.Txn) zk.Err {
	z, err := d.target(req.Path, zk.PermRead, a.ids)
	if err != zk.OK {
		return err
	}
	if !versionFits(req.Version, z.version) {
		return zk.ErrBadVersion
	}
	t.Path, t.Version = req.Path, req.Version
	return zk.OK
}

// prepareMulti validates each operation against the state that the ones before it left.
func (d *DB) prepareMulti(req *zk.Request, m Meta, t *zk.Txn) zk.Err {
	if !d.HasSession(req.Session) {
		return zk.ErrSessionExpired
	}
	for i := range req.Ops {
		if !isMultiOp(req.Ops[i].Op) {
			return zk.ErrMarshalling
		}
	}
	before, a := d.Clone(), asker{req.Session, req.Identities, m}
	t.Subs = make([]zk.Txn, len(req.Ops))
	for i := range req.Ops {
		part, ok := partOf(req.Ops[i])
		sub := &t.Subs[i]
		*sub = header(&part, m)
		sub.Session, sub.Cxid = req.Session, req.Xid
		err := zk.ErrMarshalling
		if ok {
			err = d.prepareOp(&part, a, sub)
		}
		if err == zk.OK {
			_, fits := d.apply(sub, t, nil)
			err = orInconsistent(fits)
		}
		if err == zk.ErrMarshalling { // not a failure but a breakdown
			*d, t.Subs = *before, nil
			return err
		}
		if err != zk.OK {
			*d = *before
			failSubs(t.Subs, req, m, i, err)
			return zk.OK
		}
	}
	return zk.OK
}

// partOf is an operation of a multi as Apache understands it. Which kind of create it is, its flags
// alone decide; only a createTTL carries what those with a time to live need (Op.java).
func partOf(req zk.Request) (zk.Request, bool) {
	switch {
	case !req.Op.IsCreate():
	case req.Mode.HasTTL():
		return req, req.Op == zk.OpCreateTTL
	case req.Mode == zk.Container:
		req.Op = zk.OpCreateContainer
	default:
		req.Op = zk.OpCreate
	}
	return req, true
}

func failSubs(subs []zk.Txn, req *zk.Request, m Meta, failed int, err zk.Err) {
	for i := range subs {
		subs[i] = header(&req.Ops[i], m)
		subs[i].Session, subs[i].Cxid, subs[i].Op = req.Session, req.Xid, zk.OpError
		switch {
		case i == failed:
			subs[i].Err = err
		case i > failed:
			subs[i].Err = zk.ErrRuntimeInconsistency
		}
	}
}

func (d *DB) prepareCreateSession(req *zk.Request, t *zk.Txn) zk.Err {
	if req.Session == 0 || d.HasSession(req.Session) {
		return zk.ErrSystem
	}
	t.TimeoutMs = req.TimeoutMs
	return zk.OK
}

func (d *DB) prepareCloseSession(req *zk.Request, m Meta, t *zk.Txn) zk.Err {
	if !d.HasSession(req.Session) {
		return zk.ErrSessionExpired
	}
	if !m.Quirks.Has(zk.QuirkEphemeralsStay) {
		t.Paths = d.closingOrder(d.ephemeralsOf(req.Session))
	}
	return zk.OK
}

// target finds the znode that an operation is about.
func (d *DB) target(path string, perm zk.Perm, ids []zk.Identity) (*znode, zk.Err) {
	if err := ValidatePath(path); err != zk.OK {
		return nil, err
	}
	z := d.root.find(path)
	if z == nil {
		return nil, zk.ErrNoNode
	}
	if !allowed(z.acl, perm, ids) {
		return nil, zk.ErrNoAuth
	}
	return z, zk.OK
}

// hasParent is the weak check that comes before the parent is looked up: the rest of the path is
// judged later, so a missing parent is reported before a bad name.
func hasParent(path string) bool {
	return strings.IndexByte(path, '/') >= 0 && strings.IndexByte(path, 0) < 0
}

func versionFits(want, have int32) bool { return want == -1 || want == have }

// sequence formats a counter as Java's %010d does: at least ten characters, with the sign of a
// counter that went past the largest int32.
func sequence(n int32) string {
	const width = 10
	digits, sign := strconv.FormatInt(int64(n), 10), ""
	if n < 0 {
		digits, sign = digits[1:], "-"
	}
	zeros := max(0, width-len(sign)-len(digits))
	return sign + strings.Repeat("0", zeros) + digits
}

func orInconsistent(fits bool) zk.Err {
	if fits {
		return zk.OK
	}
	return zk.ErrDataInconsistency
}
