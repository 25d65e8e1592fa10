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
	from := len(b)
	b = order.AppendUint32(b, snapshotMagic)
	b = order.AppendUint64(b, uint64(db.Zxid()))
	b = order.AppendUint64(b, db.Digest())
	b = appendSessions(b, db)
	b = appendZnodes(b, db)
	return order.AppendUint32(b, crc32.Checksum(b[from:], crcTable))
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

func appendSessions(b []byte, db *tree.DB) []byte {
	count := 0
	b, at := appendCount(b)
	for s := range db.Sessions() {
		b = order.AppendUint64(b, uint64(s.ID))
		b = order.AppendUint32(b, uint32(s.TimeoutMs))
		count++
	}
	order.PutUint32(b[at:], uint32(count))
	return b
}

func appendZnodes(b []byte, db *tree.DB) []byte {
	count := 0
	b, at := appendCount(b)
	for n := range db.Walk() {
		b = appendZnode(b, &n)
		count++
	}
	order.PutUint32(b[at:], uint32(count))
	return b
}

// appendCount leaves room for a count that is known later and says where.
func appendCount(b []byte) ([]byte, int) { return append(b, 0, 0, 0, 0), len(b) }

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
	nodes := readVector(&body, znodeSize, readZnode)
	if err := body.done(); err != nil {
		r.fail(body.bad.Problem)
		return nil
	}
	db, err := tree.Restore(zxid, sessions, each(nodes))
	switch {
	case err != nil:
		r.fail(err.Error())
	case db.Digest() != digest:
		r.fail("snapshot with another digest")
	}
	return db
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

// each yields the items of a slice by value.
func each[T any](items []T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, item := range items {
			if !yield(item) {
				return
			}
		}
	}
}
