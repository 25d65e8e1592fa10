package wire

import (
	"hash/crc32"
	"iter"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// A snapshot is
//
//	magic uint32 | zxid uint64 | digest uint64 | sessions | znodes | crc uint32
//
// with both vectors in the order in which the tree yields them. What follows from the rest is not
// written: a session's ephemerals, a znode's DataLength, NumChildren and Cversion.
const snapshotMagic = 0x5a53_4e31 // "ZSN1"

const (
	snapshotMin = 4 + 8 + 8 + 4 + 4 + 4
	sessionSize = 8 + 4
	znodeSize   = 4 + 4 + 1 + 6*8 + 3*4
)

// AppendSnapshot appends the whole state as bytes that prove themselves: a checksum seals them, and
// the tree that is read back must have the digest that this one has.
func AppendSnapshot(b []byte, db *tree.DB) []byte {
	const piece = 1 << 16
	for p := range SnapshotPieces(db, piece) {
		b = append(b, p...)
	}
	return b
}

// SnapshotPieces yields the bytes of AppendSnapshot in pieces of about size bytes, for who need not
// hold them all. The memory of a piece is used for the next one.
func SnapshotPieces(db *tree.DB, size int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		p := pieces{b: make([]byte, 0, size), size: size, yield: yield, more: true}
		p.b = order.AppendUint32(p.b, snapshotMagic)
		p.b = order.AppendUint64(p.b, uint64(db.Zxid()))
		p.b = order.AppendUint64(p.b, db.Digest())
		p.b = order.AppendUint32(p.b, uint32(db.SessionCount()))
		for s := range db.Sessions() {
			p.b = order.AppendUint64(p.b, uint64(s.ID))
			p.b = order.AppendUint32(p.b, uint32(s.TimeoutMs))
			p.next()
		}
		p.b = order.AppendUint32(p.b, uint32(db.ZnodeCount()))
		for n := range db.Walk() {
			p.b = appendZnode(p.b, &n)
			if p.next(); !p.more {
				return
			}
		}
		p.seal()
	}
}

// pieces gathers bytes until there are enough, and hands them on.
type pieces struct {
	b     []byte
	crc   uint32 // of what was handed on
	size  int
	yield func([]byte) bool
	more  bool // somebody still wants pieces
}

// next hands a full piece on.
func (p *pieces) next() {
	if len(p.b) < p.size || !p.more {
		return
	}
	p.crc = crc32.Update(p.crc, crcTable, p.b)
	p.more = p.yield(p.b)
	p.b = p.b[:0]
}

// seal ends the last piece with the checksum of all.
func (p *pieces) seal() {
	if p.more {
		p.yield(order.AppendUint32(p.b, crc32.Update(p.crc, crcTable, p.b)))
	}
}

// DecodeSnapshot returns the state that b is, and nothing but it. The tree shares the memory of b.
func DecodeSnapshot(b []byte) (*tree.DB, error) {
	r := reader{b: b}
	if err := newer("snapshot", r.uint32(), snapshotMagic); err != nil {
		return nil, err
	}
	r = reader{b: b}
	db := r.snapshot()
	if err := r.done(); err != nil {
		return nil, err
	}
	return db, nil
}

func appendZnode(b []byte, n *tree.Znode) []byte {
	b = appendString(b, n.Path)
	b = appendBuffer(b, n.Data)
	b = appendZnodeACL(b, n.ACL)
	s := &n.Stat
	b = order.AppendUint64(b, uint64(s.Czxid))
	b = order.AppendUint64(b, uint64(s.Mzxid))
	b = order.AppendUint64(b, uint64(s.Pzxid))
	b = order.AppendUint64(b, uint64(s.Ctime))
	b = order.AppendUint64(b, uint64(s.Mtime))
	b = order.AppendUint64(b, uint64(n.Owner))
	b = order.AppendUint32(b, uint32(s.Version))
	b = order.AppendUint32(b, uint32(s.Aversion))
	return order.AppendUint32(b, uint32(n.StoredCversion))
}

// appendZnodeACL writes one byte for the list that nearly all znodes have.
func appendZnodeACL(b []byte, acl []zk.ACL) []byte {
	if len(acl) == 1 && acl[0] == zk.OpenACL[0] {
		return append(b, 0)
	}
	return appendVector(append(b, 1), acl, appendACL)
}

// snapshot reads up to the end of the input, because the checksum is its last four bytes.
func (r *reader) snapshot() *tree.DB {
	body := r.sealed()
	if body.uint32() != snapshotMagic {
		body.fail("not a snapshot")
	}
	zxid, digest := zk.Zxid(body.uint64()), body.uint64()
	sessions := readVector(&body, sessionSize, readSession)
	db, err := tree.Restore(zxid, sessions, body.znodes())
	switch {
	case body.done() != nil:
		r.fail(body.bad.Problem)
	case err != nil:
		r.fail(err.Error())
	case db.Digest() != digest:
		r.fail("snapshot with another digest")
	default:
		return db
	}
	return nil
}

// znodes yields znodes while they can be read.
func (r *reader) znodes() iter.Seq[tree.Znode] {
	return func(yield func(tree.Znode) bool) {
		for range r.length(znodeSize) {
			var n tree.Znode
			readZnode(r, &n)
			if r.bad != nil || !yield(n) {
				return
			}
		}
	}
}

// sealed takes all that is left and returns a reader of what the checksum covers.
func (r *reader) sealed() reader {
	b := r.take(r.left())
	if len(b) < snapshotMin {
		r.fail("snapshot too short")
		return reader{bad: r.bad}
	}
	end := len(b) - 4
	if crc32.Checksum(b[:end], crcTable) != order.Uint32(b[end:]) {
		r.fail("snapshot with a bad checksum")
		return reader{bad: r.bad}
	}
	return reader{b: b[:end]}
}

func readSession(r *reader, s *tree.Session) {
	s.ID = zk.SessionID(r.uint64())
	s.TimeoutMs = int32(r.uint32())
}

func readZnode(r *reader, n *tree.Znode) {
	n.Path = r.string()
	n.Data = r.buffer()
	n.ACL = readZnodeACL(r)
	s := &n.Stat
	s.Czxid = zk.Zxid(r.uint64())
	s.Mzxid = zk.Zxid(r.uint64())
	s.Pzxid = zk.Zxid(r.uint64())
	s.Ctime = int64(r.uint64())
	s.Mtime = int64(r.uint64())
	n.Owner = zk.SessionID(r.uint64())
	s.Version = int32(r.uint32())
	s.Aversion = int32(r.uint32())
	n.StoredCversion = int32(r.uint32())
}

func readZnodeACL(r *reader) []zk.ACL {
	if !r.bool() {
		return zk.OpenACL
	}
	acl := r.acl()
	if len(acl) == 1 && acl[0] == zk.OpenACL[0] {
		r.fail("open access list written out")
	}
	return acl
}
