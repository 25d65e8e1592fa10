package zk

import (
	"iter"
	"math/bits"
	"strconv"
)

// ServerID is a server's myid, 1 to 63; 0 means none, and the world where an event needs an actor.
// In traces and on the stage the values 65 to 90 are clients, named by the letters A to Z.
type ServerID uint8

// ServerMax is the largest myid.
const ServerMax ServerID = 63

// IsClient reports whether the id stands for a client, which no protocol set ever holds.
func (s ServerID) IsClient() bool { return s >= 'A' && s <= 'Z' }

// String returns the decimal myid, or the letter of a client.
func (s ServerID) String() string {
	if s.IsClient() {
		return string(rune(s))
	}
	return strconv.Itoa(int(s))
}

// ServerSet is a set of servers as a bitmap; the zero value is empty. Bit n is server n.
type ServerSet uint64

// SetOf returns the set of the given servers.
func SetOf(ids ...ServerID) ServerSet {
	var s ServerSet
	for _, id := range ids {
		s = s.With(id)
	}
	return s
}

// With returns the set and id. Ids above ServerMax are no members of any set.
func (s ServerSet) With(id ServerID) ServerSet {
	if id > ServerMax {
		return s
	}
	return s | 1<<id
}

// Without returns the set less id.
func (s ServerSet) Without(id ServerID) ServerSet { return s &^ (1 << (id & 63)) }

// Has reports whether id is a member.
func (s ServerSet) Has(id ServerID) bool { return id <= ServerMax && s>>id&1 == 1 }

// Len returns the number of members.
func (s ServerSet) Len() int { return bits.OnesCount64(uint64(s)) }

// HasMajority reports whether the members of s that are in voters are more than half of voters.
func (s ServerSet) HasMajority(voters ServerSet) bool {
	return (s&voters).Len()*2 > voters.Len()
}

// All yields the members in rising order.
func (s ServerSet) All() iter.Seq[ServerID] {
	return func(yield func(ServerID) bool) {
		for rest := uint64(s); rest != 0; rest &= rest - 1 {
			if !yield(ServerID(bits.TrailingZeros64(rest))) {
				return
			}
		}
	}
}

// Max returns the largest member, 0 for the empty set.
func (s ServerSet) Max() ServerID {
	if s == 0 {
		return 0
	}
	return ServerID(63 - bits.LeadingZeros64(uint64(s)))
}

// String returns the members joined by commas, "1,2,5".
func (s ServerSet) String() string {
	var b []byte
	for id := range s.All() {
		if len(b) > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(b, uint64(id), 10)
	}
	return string(b)
}

// Role is a server's state, numbered as Apache numbers it.
type Role uint8

// The four states of a server, and Down, which only the outside can see.
const (
	Looking Role = iota
	Following
	Leading
	Observing
	Down
)

var roleNames = [...]string{"LOOKING", "FOLLOWING", "LEADING", "OBSERVING", "DOWN"}

// String returns Apache's word, "LOOKING".
func (r Role) String() string { return nameOf(roleNames[:], int(r)) }

// Phase is a server's place in ZAB.
type Phase uint8

// The phases in the order a server passes them.
const (
	Election Phase = iota
	Discovery
	Synchronization
	Broadcast
)

var phaseNames = [...]string{"ELECTION", "DISCOVERY", "SYNCHRONIZATION", "BROADCAST"}

// String returns Apache's word, "DISCOVERY".
func (p Phase) String() string { return nameOf(phaseNames[:], int(p)) }

func nameOf(names []string, i int) string {
	if i < 0 || i >= len(names) || names[i] == "" {
		return "UNKNOWN(" + strconv.Itoa(i) + ")"
	}
	return names[i]
}
