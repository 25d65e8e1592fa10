package step

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// Archive carries the state of a machine to bytes, or back. A machine names each part of its state
// once, in its method Archive, which serves both ways: what is written and what is read cannot
// differ. Each call writes what v points to, or replaces it by what was read. After a bad value
// every later one is zero; who made the Archive judges it once, at its end.
type Archive interface {
	// Reads says the direction: true when the state comes from bytes.
	Reads() bool
	// Fail refuses what was read.
	Fail(problem string)
	Word(v *uint64)
	Text(v *string)
	Buffer(v *[]byte) // nil stays nil
	// Count carries the length of a list, of which not more is read than the bytes can hold.
	Count(n int) int
	Txn(v *zk.Txn)
	Request(v *zk.Request)
	Message(v *Message) // the zero Message stays one
	Tree(v **tree.DB)   // nil stays nil
}

// word is what fits into 64 bits.
type word interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64 | ~int32 | ~int64 | ~int
}

// Number carries a number of any size.
func Number[T word](a Archive, v *T) {
	n := uint64(*v)
	a.Word(&n)
	*v = T(n)
	if uint64(*v) != n {
		a.Fail("number out of range")
	}
}

// Flag carries a boolean.
func Flag(a Archive, v *bool) {
	n := uint8(0)
	if *v {
		n = 1
	}
	Number(a, &n)
	if *v = n == 1; n > 1 {
		a.Fail("boolean that is neither 0 nor 1")
	}
}

// List carries a list item by item; an empty one may come back as nil.
func List[T any](a Archive, v *[]T, each func(a Archive, item *T)) {
	n := a.Count(len(*v))
	if a.Reads() {
		*v = nil
		if n > 0 {
			*v = make([]T, n)
		}
	}
	for i := range *v {
		each(a, &(*v)[i])
	}
}

// ArchiveRef carries the name of an event.
func ArchiveRef(a Archive, v *trace.Ref) {
	Number(a, &v.Seq)
	Number(a, &v.Node)
	Number(a, &v.Boot)
}

// ArchiveVote carries a vote.
func ArchiveVote(a Archive, v *zk.Vote) {
	Number(a, &v.Leader)
	Number(a, &v.Epoch)
	Number(a, &v.Zxid)
}

// ArchiveTouch carries a sign of life.
func ArchiveTouch(a Archive, v *zk.SessionTouch) {
	Number(a, &v.Session)
	Number(a, &v.TimeoutMs)
	Flag(a, &v.Valid)
}
