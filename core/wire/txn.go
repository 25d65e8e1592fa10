package wire

import (
	"bytes"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// The fields of a transaction that are written only when they are not zero, in the order in which
// they are written. A slice is zero when it is nil.
const (
	txnSession = 1 << iota
	txnTime
	txnAsked
	txnCxid
	txnErr
	txnVersion
	txnTimeout
	txnOwner
	txnDigest
	txnPath
	txnData
	txnACL
	txnPaths
	txnSubs
	txnEnd
)

const (
	txnSize = 2 + 8 + 4 // the smallest transaction: bits, zxid, op
	aclSize = 4 + 4 + 4
)

// AppendTxn appends the bytes of t. Its Subs have no Subs of their own.
func AppendTxn(b []byte, t *zk.Txn) []byte {
	bits := txnBits(t)
	b = order.AppendUint16(b, uint16(bits))
	b = order.AppendUint64(b, uint64(t.Zxid))
	b = order.AppendUint32(b, uint32(t.Op))
	b = appendTxnNumbers(b, t, bits)
	b = appendStringIf(b, bits&txnPath, t.Path)
	b = appendBufferIf(b, bits&txnData, t.Data)
	if bits&txnACL != 0 {
		b = appendVector(b, t.ACL, appendACL)
	}
	if bits&txnPaths != 0 {
		b = appendVector(b, t.Paths, appendStringItem)
	}
	if bits&txnSubs != 0 {
		b = appendVector(b, t.Subs, appendSub)
	}
	return b
}

// DecodeTxn returns the transaction that b is, and nothing but it.
func DecodeTxn(b []byte) (zk.Txn, error) {
	r := reader{b: b}
	var t zk.Txn
	readTxn(&r, &t)
	if err := r.done(); err != nil {
		return zk.Txn{}, err
	}
	return t, nil
}

func txnBits(t *zk.Txn) uint32 {
	return bit(t.Session != 0, txnSession) | bit(t.TimeMs != 0, txnTime) |
		bit(t.Asked != 0, txnAsked) | bit(t.Cxid != 0, txnCxid) | bit(t.Err != 0, txnErr) |
		bit(t.Version != 0, txnVersion) | bit(t.TimeoutMs != 0, txnTimeout) |
		bit(t.Owner != 0, txnOwner) | bit(t.Digest != 0, txnDigest) |
		bit(t.Path != "", txnPath) | bit(t.Data != nil, txnData) | bit(t.ACL != nil, txnACL) |
		bit(t.Paths != nil, txnPaths) | bit(t.Subs != nil, txnSubs)
}

func bit(on bool, b uint32) uint32 {
	if on {
		return b
	}
	return 0
}

func appendTxnNumbers(b []byte, t *zk.Txn, bits uint32) []byte {
	b = append64(b, bits&txnSession, uint64(t.Session))
	b = append64(b, bits&txnTime, uint64(t.TimeMs))
	b = append32(b, bits&txnAsked, uint32(t.Asked))
	b = append32(b, bits&txnCxid, uint32(t.Cxid))
	b = append32(b, bits&txnErr, uint32(t.Err))
	b = append32(b, bits&txnVersion, uint32(t.Version))
	b = append32(b, bits&txnTimeout, uint32(t.TimeoutMs))
	b = append64(b, bits&txnOwner, uint64(t.Owner))
	return append64(b, bits&txnDigest, t.Digest)
}

func append32(b []byte, on uint32, v uint32) []byte {
	if on == 0 {
		return b
	}
	return order.AppendUint32(b, v)
}

func append64(b []byte, on uint32, v uint64) []byte {
	if on == 0 {
		return b
	}
	return order.AppendUint64(b, v)
}

func appendSub(b []byte, t *zk.Txn) []byte {
	step.Assert(t.Subs == nil, "MultiInMulti")
	return AppendTxn(b, t)
}

func appendACL(b []byte, a *zk.ACL) []byte {
	b = order.AppendUint32(b, uint32(a.Perms))
	return appendString(appendString(b, a.Scheme), a.ID)
}

func readTxn(r *reader, t *zk.Txn) {
	r.at("fields", "bits")
	bits := uint32(r.uint16())
	if bits >= txnEnd {
		r.fail("unknown field")
	}
	r.at("zxid", "zxid")
	t.Zxid = zk.Zxid(r.uint64())
	r.at("type", "op")
	t.Op = zk.Op(r.uint32())
	readTxnNumbers(r, t, bits)
	t.Path = r.stringIf(bits&txnPath, "path")
	t.Data = r.bufferIf(bits&txnData, "data")
	if bits&txnACL != 0 {
		t.ACL = r.acl()
	}
	if bits&txnPaths != 0 {
		r.list("paths")
		t.Paths = readVector(r, stringSize, readStringItem)
	}
	if bits&txnSubs != 0 {
		r.list("txns")
		t.Subs = readVector(r, txnSize, readSub)
	}
	if txnBits(t) != bits {
		r.fail("field that is said to be there and is zero")
	}
}

func readTxnNumbers(r *reader, t *zk.Txn, bits uint32) {
	t.Session = zk.SessionID(r.uint64If(bits&txnSession, "session"))
	t.TimeMs = int64(r.uint64If(bits&txnTime, "time"))
	t.Asked = zk.Op(r.uint32If(bits&txnAsked, "asked"))
	t.Cxid = int32(r.uint32If(bits&txnCxid, "cxid"))
	t.Err = zk.Err(r.uint32If(bits&txnErr, "err"))
	t.Version = int32(r.uint32If(bits&txnVersion, "version"))
	t.TimeoutMs = int32(r.uint32If(bits&txnTimeout, "timeout"))
	t.Owner = zk.SessionID(r.uint64If(bits&txnOwner, "owner"))
	t.Digest = r.uint64If(bits&txnDigest, "digest")
}

func readSub(r *reader, t *zk.Txn) {
	if readTxn(r, t); t.Subs != nil {
		r.fail("multi inside a multi")
	}
}

func (r *reader) uint32If(on uint32, name string) uint32 {
	if on == 0 {
		return 0
	}
	r.at(name, "int")
	return r.uint32()
}

func (r *reader) uint64If(on uint32, name string) uint64 {
	if on == 0 {
		return 0
	}
	r.at(name, "long")
	return r.uint64()
}

// openACL is what nearly every list is; reading it gives the shared value.
var openACL = appendVector(nil, zk.OpenACL, appendACL)

func (r *reader) acl() []zk.ACL {
	if r.marks == nil && bytes.HasPrefix(r.b[r.off:], openACL) {
		r.off += len(openACL)
		return zk.OpenACL
	}
	r.list("acl")
	return readVector(r, aclSize, readACL)
}

func readACL(r *reader, a *zk.ACL) {
	r.at("perms", "int")
	a.Perms = zk.Perm(r.uint32())
	r.at("id.scheme", "ustring")
	a.Scheme = r.string()
	r.at("id.id", "ustring")
	a.ID = r.string()
}
