package check

// name is an invariant. Its order is that of the table.
type name uint8

const (
	leadership1 name = iota
	leadership2
	prefixConsistency
	integrity
	agreement
	totalOrder
	localPrimaryOrder
	globalPrimaryOrder
	primaryIntegrity
	stateInconsistent
	proposalInconsistent
	commitInconsistent
	ackInconsistent
	messageIllegal
	committedLogMonotonicity
	processConsistency
	leaderLogCompleteness
	committedLogDurability
	ackAfterDurable
	epochOrder
	doublePromise
	digestAgreement
	zxidDense
	electedHasQuorum
	electedIsMax
	votesNeverRegress
	sessionFIFO
	atMostOnceReply
	readsNeverGoBack
	committedBeforeReply
	noLostAck
	watchBeforeRead
	watchOnce
	ephemeralLifetime
	sequenceUnique
	explains
	elects
	converges
	nameEnd
)

var table = [nameEnd]struct{ name, meaning string }{
	{"Leadership1", "no two servers that are up lead the same epoch at the same time"},
	{"Leadership2", "over the whole run each epoch has at most one leader"},
	{"PrefixConsistency", "the committed histories of two servers agree on their common length"},
	{"Integrity", "what a server delivers was proposed by a leader, and is delivered once"},
	{"Agreement", "of two transactions delivered by two servers one of the servers delivers both"},
	{"TotalOrder", "all servers deliver in the same order"},
	{"LocalPrimaryOrder", "the proposals of one leader are delivered in its order, without a gap"},
	{"GlobalPrimaryOrder", "transactions of an earlier epoch are delivered before later ones"},
	{"PrimaryIntegrity",
		"a leader has delivered all committed transactions of older epochs before it proposes"},
	{"stateInconsistent", "a step of the handshake happens in its phase and with its quorum only"},
	{"proposalInconsistent",
		"what is logged follows the last logged zxid, and a cut is at a zxid that is in the log"},
	{"commitInconsistent", "a commit is for logged transactions that a quorum has on disk"},
	{"ackInconsistent",
		"the ACKs of a follower rise, name known transactions, and come after that of NEWLEADER"},
	{"messageIllegal", "nobody says what only another role says, or obeys who is not its leader"},
	{"CommittedLogMonotonicity", "the committed history of a server never shrinks or changes"},
	{"ProcessConsistency",
		"once a learner took NEWLEADER its log is a prefix of its leader's history"},
	{"LeaderLogCompleteness", "from the moment it leads a leader has everything ever committed"},
	{"CommittedLogDurability", "no cut, snapshot or restart removes a committed transaction"},
	{"AckAfterDurable", "no promise and no ACK is said before its write is on disk"},
	{"EpochOrder",
		"currentEpoch <= acceptedEpoch, both only rise; currentEpoch is written after its history"},
	{"DoublePromise", "a server promises each epoch at most once"},
	{"DigestAgreement", "servers that applied the same zxid have the same tree"},
	{"ZxidDense", "zxids rise by one within an epoch, from 1"},
	{"ElectedHasQuorum",
		"who decides an election has heard the same vote from a quorum, or from a led quorum"},
	{"ElectedIsMax", "the winner's vote is at least the first vote of each that elected it"},
	{"VotesNeverRegress", "within a round a vote changes only to a better one"},
	{"SessionFIFO", "replies come in the order of the requests"},
	{"AtMostOnceReply", "each request gets at most one reply, and its own"},
	{"ReadsNeverGoBack", "the zxids that a session sees never fall, across reconnects too"},
	{"CommittedBeforeReply", "what a reply shows is committed"},
	{"NoLostAck", "an acknowledged write is in the history of every later leader"},
	{"WatchBeforeRead", "a client sees the watch event before a reply that reflects the change"},
	{"WatchOnce", "a one-shot watch fires at most once"},
	{"EphemeralLifetime", "an ephemeral znode exists only while its session does"},
	{"SequenceUnique", "the number that names sequential children only rises"},
	{"Explains", "every event names causes that have happened"},
	{"Elects", "soon after the faults end there is a leader"},
	{"Converges", "soon after the faults end all servers serve and hold the same state"},
}

// String returns the invariant's name as the design documents write it.
func (n name) String() string { return table[n].name }

// Names lists all invariants, in the order of the table.
func Names() []string {
	names := make([]string, nameEnd)
	for i := range table {
		names[i] = table[i].name
	}
	return names
}

// Meaning returns what the invariant promises, in one line, and "" for an unknown name.
func Meaning(name string) string {
	for i := range table {
		if table[i].name == name {
			return table[i].meaning
		}
	}
	return ""
}
