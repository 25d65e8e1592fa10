package zk

import "strings"

// Quirk switches known mistakes back on, for lessons and to prove that the checkers see them. The
// zero value, none, is the correct protocol. Only a simulation takes any.
type Quirk uint64

// The quirks. The first five and the ninth are mistakes of our own; the others are bugs that Apache
// had, by the names that scenarios/museum gives them.
const (
	QuirkQuorumHalf    Quirk = 1 << iota // N/2 of N voters, rounded down, count as a quorum
	QuirkAckBeforeSync                   // PROPOSAL is acknowledged before it is on disk
	QuirkIgnoreEpoch                     // an old leader's messages are still accepted
	QuirkSkipTrunc                       // TRUNC keeps the learner's extra transactions
	QuirkElectByID                       // votes are compared by myid alone
	// A learner keeps its DIFF in memory until UPTODATE and acknowledges NEWLEADER without it.
	QuirkLogDiffAfterUpToDate
	// currentEpoch is written before the history.
	QuirkEpochBeforeHistory
	// closeSession forgets the ephemerals.
	QuirkEphemeralsStay
	QuirkVoteRegress // a worse vote is adopted too
	// Who lost its leader reports what its tree has, not what its log has.
	QuirkRetainDbWithoutFastForward
	// NEWLEADER is acknowledged while the history is on its way to the disk, behind the epoch.
	QuirkAckNewLeaderBeforeFlush
	// A proposal that came during synchronization is acknowledged before NEWLEADER.
	QuirkAsyncLogDuringSync
	// At NEWLEADER a learner forgets which proposals are not committed yet.
	QuirkForgetOutstandingAtNewLeader
	// What a learner got in its DIFF it does not pass on when it leads.
	QuirkDiffTxnNotInCommittedLog
	// Writes under way when a role ends still reach the disk, but count no more.
	QuirkLogThreadOutlivesServer
	// A learner whose last transaction lies in the leader's window gets DIFF, known or not.
	QuirkDiffWithoutTruncCheck
	QuirkTruncOffByOne // TRUNC cuts one transaction more than it should
	// There are no epoch files: the epoch of the last transaction stands for them.
	QuirkEpochFromLastZxid
	// A learner counts the transactions of a DIFF as received when it is announced.
	QuirkLastZxidSetAtDiffHeader
	// A snapshot of the leader goes to disk only at NEWLEADER; till then it counts in memory.
	QuirkKeepPartialSnapInMemory
	// What follows a TRUNC goes to disk only at NEWLEADER; till then it counts in memory.
	QuirkKeepPartialTruncInMemory
	// While the disk hangs, proposals count in memory; who leaves its leader drops their writes.
	QuirkApplyBeforeOwnLog
	// The snapshot of a leader is named after its last proposal, not after what it holds.
	QuirkSnapLabelAfterQueueing
	// A server whose log is of a later epoch than currentEpoch refuses to start.
	QuirkStrictBootEpochCheck
	// A snapshot holds more than its name says, and what it holds already cannot be replayed.
	QuirkStrictReplay
	// A snapshot may hold half a multi.
	QuirkZxidAtFirstSubTxn
	// A snapshot has the sessions of a later moment than its znodes.
	QuirkSessionsAfterTree
	// A log that begins behind a snapshot which is not there is replayed over an empty tree.
	QuirkBootFromLogsWithoutSnapshot
	// Nobody looks whether the records of a log follow each other.
	QuirkNoContinuityCheckAtBoot
)

// historic are the quirks of versions that take whatever a leader sends, with a hole before it or
// not (ZOOKEEPER-4925 brought the check).
const historic = QuirkRetainDbWithoutFastForward | QuirkDiffTxnNotInCommittedLog |
	QuirkLogThreadOutlivesServer | QuirkDiffWithoutTruncCheck | QuirkTruncOffByOne |
	QuirkLastZxidSetAtDiffHeader | QuirkKeepPartialSnapInMemory | QuirkKeepPartialTruncInMemory |
	QuirkApplyBeforeOwnLog

// TakesHoles reports whether a learner does not look whether a proposal continues its log.
func (q Quirk) TakesHoles() bool { return q&historic != 0 }

// quirks names them in the order of their bits. Tickets are the numbers in Apache's JIRA that name
// this quirk and no other, as the museum counts.
var quirks = [...]struct{ name, tickets string }{
	{"quorumHalf", ""}, {"ackBeforeSync", ""}, {"ignoreEpoch", ""}, {"skipTrunc", ""},
	{"electByID", ""}, {"logDiffAfterUpToDate", "3911"}, {"epochBeforeHistory", "4643 4785"},
	{"ephemeralsStay", "1144"}, {"voteRegress", ""}, {"retainDbWithoutFastForward", "2845"},
	{"ackNewLeaderBeforeFlush", "4646 3023"}, {"asyncLogDuringSync", "4685"},
	{"forgetOutstandingAtNewLeader", "4394"}, {"diffTxnNotInCommittedLog", "4925"},
	{"logThreadOutlivesServer", "4712 4541"}, {"diffWithoutTruncCheck", "1154"},
	{"truncOffByOne", "1156"}, {"epochFromLastZxid", "335 1081 1082"},
	{"lastZxidSetAtDiffHeader", "2355"}, {"keepPartialSnapInMemory", "3642"},
	{"keepPartialTruncInMemory", "5094"}, {"applyBeforeOwnLog", "4882"},
	{"snapLabelAfterQueueing", "3104"}, {"strictBootEpochCheck", "1653"}, {"strictReplay", "1573"},
	{"zxidAtFirstSubTxn", ""}, {"sessionsAfterTree", ""},
	{"bootFromLogsWithoutSnapshot", "2325 3781 3056"}, {"noContinuityCheckAtBoot", ""},
}

// Has reports whether all quirks of o are on.
func (q Quirk) Has(o Quirk) bool { return q&o == o }

// String returns the names joined by commas, "" for none.
func (q Quirk) String() string {
	s := ""
	for i := range quirks {
		if q.Has(1 << i) {
			if s != "" {
				s += ","
			}
			s += quirks[i].name
		}
	}
	return s
}

// ParseQuirk finds one quirk by name, or by a ticket, "ZOOKEEPER-3911" or "3911".
func ParseQuirk(name string) (Quirk, bool) {
	number := strings.TrimPrefix(name, "ZOOKEEPER-")
	for i := range quirks {
		if quirks[i].name == name {
			return 1 << i, true
		}
		for ticket := range strings.FieldsSeq(quirks[i].tickets) {
			if ticket == number {
				return 1 << i, true
			}
		}
	}
	return 0, false
}

// QuirkNames lists all names, in the order of their bits.
func QuirkNames() []string {
	names := make([]string, len(quirks))
	for i := range quirks {
		names[i] = quirks[i].name
	}
	return names
}
