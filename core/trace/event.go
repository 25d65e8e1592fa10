package trace

import (
	"strconv"

	"github.com/zabscope/zabscope/core/zk"
)

// Ref names one event for ever: the Seq-th event of the Boot-th start of Node. Node 0 is the
// world, Nodes 'A' to 'Z' are clients. The zero Ref names nothing.
type Ref struct {
	Seq  uint64 // dense from 1 for each (Node, Boot)
	Node zk.ServerID
	Boot uint16
}

// IsZero reports whether the Ref names nothing.
func (r Ref) IsZero() bool { return r == Ref{} }

// String returns "2.17" for the 17th event of server 2, "2b3.17" after its third start, "w.4" for
// the world and "A.9" for a client.
func (r Ref) String() string {
	if r.IsZero() {
		return "-"
	}
	who := r.Node.String()
	if r.Node == 0 {
		who = "w"
	}
	if r.Boot > 1 {
		who += "b" + strconv.Itoa(int(r.Boot))
	}
	return who + "." + strconv.FormatUint(r.Seq, 10)
}

// Event is one thing that happened. It is a flat value that owns nothing: Txn and Msg point to
// immutable values that are shared. kinds.go says which fields a kind fills.
type Event struct {
	Ref
	Cause Ref        // what made this happen; zero for an act from outside
	At    zk.Instant // world time in a simulation, the node's own clock on a real node
	Kind  Kind
	Why   zk.Why
	Role  zk.Role
	Phase zk.Phase
	Type  zk.MsgType
	Peer  zk.ServerID
	Other zk.ServerID
	Epoch zk.Epoch
	Zxid  zk.Zxid
	Last  zk.Zxid
	Vote  zk.Vote
	Prev  zk.Vote
	Set   zk.ServerSet
	Sess  zk.SessionID
	N     int64
	Path  string
	Txn   *zk.Txn
	Msg   Detail // Sent and Arrived: the world's own copy; of a node's events Booted alone has one
}

// Detail is a message or request that can be read field by field. Its fields never change.
type Detail interface {
	// Fields yields the names and values that the message's type uses, in wire order.
	Fields(yield func(name, value string) bool)
}

// Hash folds events into a fingerprint: equal runs have equal hashes. Start from 0.
type Hash uint64

// Add returns the hash of the stream with e appended. Msg is left out: Sent has the same facts.
func (h Hash) Add(e *Event) Hash {
	h = h.mix(e.Seq<<24 | uint64(e.Node)<<16 | uint64(e.Boot))
	h = h.mix(e.Cause.Seq<<24 | uint64(e.Cause.Node)<<16 | uint64(e.Cause.Boot))
	h = h.mix(uint64(e.At))
	h = h.mix(uint64(e.Kind) | uint64(e.Why)<<8 | uint64(e.Role)<<16 | uint64(e.Phase)<<24 |
		uint64(e.Type)<<32 | uint64(e.Peer)<<40 | uint64(e.Other)<<48)
	h = h.mix(uint64(e.Epoch)).mix(uint64(e.Zxid)).mix(uint64(e.Last))
	h = h.mixVote(e.Vote).mixVote(e.Prev)
	h = h.mix(uint64(e.Set)).mix(uint64(e.Sess)).mix(uint64(e.N))
	for i := 0; i < len(e.Path); i++ {
		h = h.mix(uint64(e.Path[i]))
	}
	return h
}

// String returns 16 hex digits.
func (h Hash) String() string {
	s := strconv.FormatUint(uint64(h), 16)
	return "0000000000000000"[len(s):] + s
}

func (h Hash) mixVote(v zk.Vote) Hash {
	return h.mix(uint64(v.Zxid)).mix(uint64(v.Epoch)<<8 | uint64(v.Leader))
}

// mix is one round of a multiply-xorshift hash (constants of SplitMix64).
func (h Hash) mix(x uint64) Hash {
	v := (uint64(h) ^ x) + 0x9e3779b97f4a7c15
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	return Hash(v ^ v>>27)
}
