package tree

import (
	"math/bits"

	"github.com/zabscope/zabscope/core/zk"
)

// The digest of a tree is the sum, modulo 2^64, of one hash for each znode and one for each
// session. A sum can be kept up to date by subtracting the old hash and adding the new one, and it
// does not depend on the order of changes (AdHash, ZOOKEEPER-3114).

// seed values keep different kinds of things apart.
const (
	seedZnode   = 0x9e3779b97f4a7c15
	seedSession = 0xd1b54a32d192ed03
	seedText    = 0x8cb92ba72f3d8dd7
	seedNil     = 0xaaaaaaaaaaaaaaab
)

// mix adds a word to a hash (MurmurHash3's body).
func mix(h, word uint64) uint64 {
	word *= 0x87c37b91114253d5
	word = bits.RotateLeft64(word, 31)
	word *= 0x4cf5ad432745937f
	return bits.RotateLeft64(h^word, 27)*5 + 0x52dce729
}

// finish makes every bit depend on every other (MurmurHash3's finaliser).
func finish(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

func hashText[T string | []byte](text T) uint64 {
	h := mix(seedText, uint64(len(text)))
	for len(text) >= 8 {
		low := uint64(text[0]) | uint64(text[1])<<8 | uint64(text[2])<<16 | uint64(text[3])<<24
		high := uint64(text[4]) | uint64(text[5])<<8 | uint64(text[6])<<16 | uint64(text[7])<<24
		h = mix(h, low|high<<32)
		text = text[8:]
	}
	var last uint64
	for i := range len(text) {
		last |= uint64(text[i]) << (8 * i)
	}
	return finish(mix(h, last))
}

// hashData tells no data from empty data, as clients can.
func hashData(data []byte) uint64 {
	if data == nil {
		return seedNil
	}
	return hashText(data)
}

func hashACL(acl []zk.ACL) uint64 {
	h := mix(seedText, uint64(len(acl)))
	for i := range acl {
		h = mix(h, uint64(acl[i].Perms))
		h = mix(h, hashText(acl[i].Scheme))
		h = mix(h, hashText(acl[i].ID))
	}
	return finish(h)
}

func hashSession(id zk.SessionID, timeoutMs int32) uint64 {
	return finish(mix(mix(seedSession, uint64(id)), uint64(uint32(timeoutMs))))
}

// hash covers everything that a client could read of the znode itself; its children are covered by
// their own hashes.
func (z *znode) hash() uint64 {
	h := mix(seedZnode, z.pathHash)
	h = mix(h, z.dataHash)
	h = mix(h, z.aclHash)
	h = mix(h, uint64(z.czxid))
	h = mix(h, uint64(z.mzxid))
	h = mix(h, uint64(z.pzxid))
	h = mix(h, uint64(z.ctime))
	h = mix(h, uint64(z.mtime))
	h = mix(h, uint64(uint32(z.version))|uint64(uint32(z.cversion))<<32)
	h = mix(h, uint64(uint32(z.aversion)))
	return finish(mix(h, uint64(z.owner)))
}
