package zk

// Quirk switches known mistakes back on, for lessons and to prove that the checkers see them. The
// zero value, none, is the correct protocol.
type Quirk uint32

// The quirks. The first five are mistakes of our own; the others are bugs that Apache had.
const (
	QuirkQuorumHalf    Quirk = 1 << iota // N/2 of N voters, rounded down, count as a quorum
	QuirkAckBeforeSync                   // PROPOSAL is acknowledged before it is on disk
	QuirkIgnoreEpoch                     // an old leader's messages are still accepted
	QuirkSkipTrunc                       // TRUNC keeps the learner's extra transactions
	QuirkElectByID                       // votes are compared by myid alone
	// NEWLEADER is acknowledged before its history is durable (ZOOKEEPER-3911).
	QuirkLogDiffAfterUpToDate
	// currentEpoch is written before the history (ZOOKEEPER-4643).
	QuirkEpochBeforeHistory
	// closeSession forgets the ephemerals (the ZOOKEEPER-1144 family).
	QuirkEphemeralsStay
	QuirkVoteRegress // a worse vote is adopted too
)

var quirkNames = []struct {
	quirk Quirk
	name  string
}{
	{QuirkQuorumHalf, "quorumHalf"}, {QuirkAckBeforeSync, "ackBeforeSync"},
	{QuirkIgnoreEpoch, "ignoreEpoch"}, {QuirkSkipTrunc, "skipTrunc"},
	{QuirkElectByID, "electByID"}, {QuirkLogDiffAfterUpToDate, "logDiffAfterUpToDate"},
	{QuirkEpochBeforeHistory, "epochBeforeHistory"},
	{QuirkEphemeralsStay, "ephemeralsStay"}, {QuirkVoteRegress, "voteRegress"},
}

// Has reports whether all quirks of o are on.
func (q Quirk) Has(o Quirk) bool { return q&o == o }

// String returns the names joined by commas, "" for none.
func (q Quirk) String() string {
	s := ""
	for _, n := range quirkNames {
		if q.Has(n.quirk) {
			if s != "" {
				s += ","
			}
			s += n.name
		}
	}
	return s
}

// ParseQuirk finds one quirk by name.
func ParseQuirk(name string) (Quirk, bool) {
	for _, n := range quirkNames {
		if n.name == name {
			return n.quirk, true
		}
	}
	return 0, false
}

// QuirkNames lists all names, in the order of their bits.
func QuirkNames() []string {
	names := make([]string, len(quirkNames))
	for i, n := range quirkNames {
		names[i] = n.name
	}
	return names
}
