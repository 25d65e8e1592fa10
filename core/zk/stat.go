package zk

import (
	"strconv"
	"strings"
)

// Stat is a znode's metadata as clients see it, in wire order. Times are Unix milliseconds.
type Stat struct {
	Czxid, Mzxid   Zxid
	Ctime, Mtime   int64
	Version        int32 // setData since create
	Cversion       int32 // creates and deletes of children
	Aversion       int32 // setACL since create
	EphemeralOwner SessionID
	DataLength     int32
	NumChildren    int32
	Pzxid          Zxid // last create or delete of a child
}

// statFields is how many numbers a Stat has.
const statFields = 11

// String returns the numbers in wire order, zxids and the owner in hexadecimal.
func (s Stat) String() string {
	b := make([]byte, 0, 96)
	for i, v := range s.numbers() {
		if i > 0 {
			b = append(b, ' ')
		}
		if isHex(i) {
			b = strconv.AppendUint(append(b, "0x"...), uint64(v), 16)
			continue
		}
		b = strconv.AppendInt(b, v, 10)
	}
	return string(b)
}

// ParseStat reads what String writes.
func ParseStat(text string) (s Stat, ok bool) {
	var n [statFields]int64
	for i := range n {
		word, rest, _ := strings.Cut(text, " ")
		text = rest
		digits, isMarked := strings.CutPrefix(word, "0x")
		if isMarked != isHex(i) {
			return Stat{}, false
		}
		var err error
		if isMarked {
			var v uint64
			v, err = strconv.ParseUint(digits, 16, 64)
			n[i] = int64(v)
		} else {
			n[i], err = strconv.ParseInt(word, 10, 64)
		}
		if err != nil {
			return Stat{}, false
		}
	}
	return Stat{
		Czxid: Zxid(n[0]), Mzxid: Zxid(n[1]), Ctime: n[2], Mtime: n[3], Version: int32(n[4]),
		Cversion: int32(n[5]), Aversion: int32(n[6]), EphemeralOwner: SessionID(n[7]),
		DataLength: int32(n[8]), NumChildren: int32(n[9]), Pzxid: Zxid(n[10]),
	}, text == ""
}

func (s *Stat) numbers() [statFields]int64 {
	return [statFields]int64{
		int64(s.Czxid), int64(s.Mzxid), s.Ctime, s.Mtime, int64(s.Version), int64(s.Cversion),
		int64(s.Aversion), int64(s.EphemeralOwner), int64(s.DataLength), int64(s.NumChildren),
		int64(s.Pzxid),
	}
}

// isHex reports whether the i-th number is a zxid or a session.
func isHex(i int) bool { return i < 2 || i == 7 || i == 10 }

// DataHash returns a hash of a znode's data, by which a trace tells data without holding it
// (FNV-1a).
func DataHash(data []byte) uint64 {
	h := uint64(fnvOffset)
	for _, c := range data {
		h = (h ^ uint64(c)) * fnvPrime
	}
	return h
}

// NameHash returns a hash of a child's name. The hashes of children are added up, so that their
// order does not matter.
func NameHash(name string) uint64 {
	h := uint64(fnvOffset)
	for i := 0; i < len(name); i++ {
		h = (h ^ uint64(name[i])) * fnvPrime
	}
	return h ^ h>>29
}

// ACLHash returns a hash of an access list, by which a trace tells the list without holding it. The
// order of the entries matters.
func ACLHash(acl []ACL) uint64 {
	h := uint64(fnvOffset)
	for i := range acl {
		for _, part := range [...]uint64{
			uint64(acl[i].Perms), NameHash(acl[i].Scheme), NameHash(acl[i].ID),
		} {
			h = (h ^ part) * fnvPrime
		}
	}
	return h
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)
