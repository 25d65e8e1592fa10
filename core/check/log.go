package check

import (
	"encoding/binary"

	"github.com/zabscope/zabscope/core/zk"
)

// entry is one transaction of a history.
type entry struct {
	zxid   zk.Zxid
	hash   uint64 // of the transaction
	prefix uint64 // of all transactions up to this one
	txn    *zk.Txn
}

// history is a sequence of transactions with strictly rising zxids. It is append-only: elements are
// never written again, and whatever shortens it clips the capacity, so histories share memory.
type history []entry

// add returns the history with a transaction at its end.
func (h history) add(z zk.Zxid, hash uint64, txn *zk.Txn) history {
	return append(h, follow(h.prefix(len(h)), z, hash, txn))
}

// follow returns the entry that comes after a history with the prefix hash before.
func follow(before uint64, z zk.Zxid, hash uint64, txn *zk.Txn) entry {
	return entry{zxid: z, hash: hash, prefix: mix(mix(before, uint64(z)), hash), txn: txn}
}

// clip returns the first n entries, with no room behind them.
func (h history) clip(n int) history { return h[:n:n] }

// last returns the zxid of the last entry, 0 for the empty history.
func (h history) last() zk.Zxid {
	if len(h) == 0 {
		return 0
	}
	return h[len(h)-1].zxid
}

// prefix returns the hash of the first n entries.
func (h history) prefix(n int) uint64 {
	if n == 0 {
		return 0
	}
	return h[n-1].prefix
}

// upTo returns how many entries have a zxid of at most z. Most questions are about the end.
func (h history) upTo(z zk.Zxid) int {
	hi := len(h)
	step := 1
	for hi > 0 && h[hi-1].zxid > z {
		hi = max(0, hi-step)
		step *= 2
	}
	lo, hi := hi, min(len(h), hi+step)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if h[mid].zxid > z {
			hi = mid
			continue
		}
		lo = mid + 1
	}
	return lo
}

// find returns the index of z, -1 when the history does not have it.
func (h history) find(z zk.Zxid) int {
	n := h.upTo(z)
	if n == 0 || h[n-1].zxid != z {
		return -1
	}
	return n - 1
}

// has reports whether z is in the history; every history has the zero zxid.
func (h history) has(z zk.Zxid) bool { return z == 0 || h.find(z) >= 0 }

// agree returns the length of the longest common prefix of h and o.
func (h history) agree(o history) int {
	n := min(len(h), len(o))
	if h.prefix(n) == o.prefix(n) {
		return n
	}
	lo, hi := 0, n
	for lo+1 < hi {
		mid := int(uint(lo+hi) / 2)
		if h.prefix(mid) == o.prefix(mid) {
			lo = mid
			continue
		}
		hi = mid
	}
	return lo
}

// mix is one round of a multiply-xorshift hash (constants of SplitMix64).
func mix(h, x uint64) uint64 {
	v := (h ^ x) + 0x9e3779b97f4a7c15
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	v = (v ^ v>>27) * 0x94d049bb133111eb
	return v ^ v>>31
}

// txnHash returns a hash of everything in the transaction that decides what it does.
func txnHash(t *zk.Txn) uint64 {
	h := mix(uint64(t.Zxid), uint64(t.Session))
	h = mix(h, uint64(t.TimeMs))
	h = mix(h, uint64(uint32(t.Op))<<32|uint64(uint32(t.Cxid)))
	h = mix(h, uint64(uint32(t.Err))<<32|uint64(uint32(t.Version)))
	h = mix(h, uint64(uint32(t.TimeoutMs))^uint64(t.Owner)<<1)
	h = mixString(h, t.Path)
	h = mixBytes(h, t.Data)
	for i := range t.ACL {
		h = mixString(mixString(mix(h, uint64(t.ACL[i].Perms)), t.ACL[i].Scheme), t.ACL[i].ID)
	}
	for _, p := range t.Paths {
		h = mixString(h, p)
	}
	for i := range t.Subs {
		h = mix(h, txnHash(&t.Subs[i]))
	}
	return h
}

func mixString(h uint64, s string) uint64 {
	h = mix(h, uint64(len(s)))
	word := uint64(0)
	for i := 0; i < len(s); i++ {
		word = word<<8 | uint64(s[i])
		if i&7 == 7 {
			h, word = mix(h, word), 0
		}
	}
	return mix(h, word)
}

func mixBytes(h uint64, b []byte) uint64 {
	h = mix(h, uint64(len(b)))
	for ; len(b) >= 8; b = b[8:] {
		h = mix(h, binary.LittleEndian.Uint64(b))
	}
	word := uint64(0)
	for _, c := range b {
		word = word<<8 | uint64(c)
	}
	return mix(h, word)
}
