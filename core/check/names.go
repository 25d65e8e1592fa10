package check

// name is an invariant. Its order is that of the tables.
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
	initialHistory
	commitConsistency
	historyConsistency
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
	restoredState
	zxidDense
	quorumOfVoters
	electedHasQuorum
	electedIsMax
	sameWinner
	votesNeverRegress
	linearizableWrites
	sessionFIFO
	atMostOnceReply
	readYourWrites
	readsNeverGoBack
	readValidity
	committedBeforeReply
	noLostAck
	watchBeforeRead
	watchOnce
	watchDelivered
	watchCatchUp
	ephemeralLifetime
	noEarlyExpiry
	sequenceUnique
	multiAtomic
	statAlgebra
	explains
	elects
	converges
	serves
	settles
	ephemeralsGo
	noLivelock
	nameEnd
)

// names are as the design documents write them.
var names = [nameEnd]string{
	leadership1:              "Leadership1",
	leadership2:              "Leadership2",
	prefixConsistency:        "PrefixConsistency",
	integrity:                "Integrity",
	agreement:                "Agreement",
	totalOrder:               "TotalOrder",
	localPrimaryOrder:        "LocalPrimaryOrder",
	globalPrimaryOrder:       "GlobalPrimaryOrder",
	primaryIntegrity:         "PrimaryIntegrity",
	initialHistory:           "InitialHistoryIntegrity",
	commitConsistency:        "CommitConsistency",
	historyConsistency:       "HistoryConsistency",
	stateInconsistent:        "stateInconsistent",
	proposalInconsistent:     "proposalInconsistent",
	commitInconsistent:       "commitInconsistent",
	ackInconsistent:          "ackInconsistent",
	messageIllegal:           "messageIllegal",
	committedLogMonotonicity: "CommittedLogMonotonicity",
	processConsistency:       "ProcessConsistency",
	leaderLogCompleteness:    "LeaderLogCompleteness",
	committedLogDurability:   "CommittedLogDurability",
	ackAfterDurable:          "AckAfterDurable",
	epochOrder:               "EpochOrder",
	doublePromise:            "DoublePromise",
	digestAgreement:          "DigestAgreement",
	restoredState:            "RestoredState",
	zxidDense:                "ZxidDense",
	quorumOfVoters:           "QuorumOfVoters",
	electedHasQuorum:         "ElectedHasQuorum",
	electedIsMax:             "ElectedIsMax",
	sameWinner:               "SameWinner",
	votesNeverRegress:        "VotesNeverRegress",
	linearizableWrites:       "LinearizableWrites",
	sessionFIFO:              "SessionFIFO",
	atMostOnceReply:          "AtMostOnceReply",
	readYourWrites:           "ReadYourWrites",
	readsNeverGoBack:         "ReadsNeverGoBack",
	readValidity:             "ReadValidity",
	committedBeforeReply:     "CommittedBeforeReply",
	noLostAck:                "NoLostAck",
	watchBeforeRead:          "WatchBeforeRead",
	watchOnce:                "WatchOnce",
	watchDelivered:           "WatchDelivered",
	watchCatchUp:             "WatchCatchUp",
	ephemeralLifetime:        "EphemeralLifetime",
	noEarlyExpiry:            "NoEarlyExpiry",
	sequenceUnique:           "SequenceUnique",
	multiAtomic:              "MultiAtomic",
	statAlgebra:              "StatAlgebra",
	explains:                 "Explains",
	elects:                   "Elects",
	converges:                "Converges",
	serves:                   "Serves",
	settles:                  "Settles",
	ephemeralsGo:             "EphemeralsGo",
	noLivelock:               "NoLivelock",
}

// table says of each invariant which of S1 to S21, D1 to D13, C1 to C10 and L1 to L6 it stands for,
// and what it promises. It is apart from names because a page does not link it.
var table = [nameEnd]struct{ ids, meaning string }{
	leadership1: {
		"S1",
		"no two servers that are up lead the same epoch at the same time",
	},
	leadership2: {"S2", "over the whole run each epoch has at most one leader"},
	prefixConsistency: {
		"S3",
		"the committed histories of two servers agree on their common length",
	},
	integrity: {
		"S4",
		"what a server delivers was proposed by a leader, and is delivered once",
	},
	agreement: {
		"S5",
		"of two transactions delivered by two servers one of the servers delivers both",
	},
	totalOrder: {"S6", "all servers deliver in the same order"},
	localPrimaryOrder: {
		"S7",
		"the proposals of one leader are delivered in its order, without a gap",
	},
	globalPrimaryOrder: {
		"S8",
		"transactions of an earlier epoch are delivered before later ones",
	},
	primaryIntegrity: {
		"S9",
		"a leader has delivered all committed transactions of older epochs before it proposes",
	},
	initialHistory: {
		"S10",
		"the history that a leader begins with is a prefix of what every later leader begins " +
			"with",
	},
	commitConsistency: {
		"S11",
		"who delivers a transaction of an epoch has delivered all that its leader began with",
	},
	historyConsistency: {
		"S12",
		"of two servers in one established epoch the history of one is a prefix of the " +
			"other's",
	},
	stateInconsistent: {
		"S17",
		"a step of the handshake happens in its phase and with its quorum only",
	},
	proposalInconsistent: {
		"S18",
		"what is logged follows the last logged zxid, and a cut is at a zxid that is in the " +
			"log",
	},
	commitInconsistent: {
		"S19",
		"a commit is for logged transactions that a quorum has on disk",
	},
	ackInconsistent: {
		"S20",
		"the ACKs of a follower rise, name known transactions, and come after that of " +
			"NEWLEADER",
	},
	messageIllegal: {
		"S21",
		"nobody says what only another role says, or obeys who is not its leader",
	},
	committedLogMonotonicity: {
		"S13",
		"the committed history of a server never shrinks or changes",
	},
	processConsistency: {
		"S14",
		"once a learner took NEWLEADER its log is a prefix of its leader's history",
	},
	leaderLogCompleteness: {
		"S15",
		"from the moment it leads a leader has everything ever committed",
	},
	committedLogDurability: {
		"S16",
		"no cut, snapshot or restart removes a committed transaction",
	},
	ackAfterDurable: {
		"D4 D5",
		"no promise and no ACK is said before its write is on disk",
	},
	epochOrder: {
		"D1 D2",
		"currentEpoch <= acceptedEpoch, both only rise; currentEpoch is written after its " +
			"history",
	},
	doublePromise: {"D3", "a server promises each epoch at most once"},
	digestAgreement: {
		"D9",
		"servers that applied the same zxid have the same tree, sessions and ACLs",
	},
	restoredState: {
		"D10",
		"a snapshot, saved or read at a start, is the state that was applied at its zxid",
	},
	zxidDense: {"D8", "zxids rise by one within an epoch, from 1"},
	quorumOfVoters: {
		"D11",
		"a quorum is made of ACKs that were counted, of more than half of the voters",
	},
	electedHasQuorum: {
		"",
		"who decides an election has heard the same vote from a quorum, or from a led quorum",
	},
	electedIsMax: {
		"D12",
		"the winner's vote is at least the first vote of each that elected it",
	},
	sameWinner: {
		"D12",
		"where nothing is lost and nobody restarts all who decide a round decide for one " +
			"server",
	},
	votesNeverRegress: {"", "within a round a vote changes only to a better one"},
	linearizableWrites: {
		"C1",
		"a write, and a sync under a steady leader, comes after all that had returned when it " +
			"began, and a write does what its transaction says",
	},
	sessionFIFO:     {"C2", "replies come in the order of the requests"},
	atMostOnceReply: {"C2", "each request gets at most one reply, and its own"},
	readYourWrites: {
		"C3",
		"a reply shows all writes of its own session that have returned",
	},
	readsNeverGoBack: {
		"C2 C4",
		"the zxids that a session sees never fall, across reconnects too",
	},
	readValidity: {
		"C5",
		"every read shows the committed state at exactly the zxid of its reply",
	},
	committedBeforeReply: {"D6", "what a reply shows is committed"},
	noLostAck: {
		"D7",
		"an acknowledged write is in the history of every later leader",
	},
	watchBeforeRead: {
		"C6",
		"a client sees the watch event before a reply that reflects the change",
	},
	watchOnce:      {"C6", "a one-shot watch fires at most once"},
	watchDelivered: {"C6", "a watch whose change a reply reflects has fired"},
	watchCatchUp: {
		"C6",
		"a watch that is set again fires at once exactly when its client has missed a change",
	},
	ephemeralLifetime: {"C7", "an ephemeral znode exists only while its session does"},
	noEarlyExpiry: {
		"C7",
		"no session expires within its timeout after the leader last heard of it",
	},
	sequenceUnique: {"C8", "the number that names sequential children only rises"},
	multiAtomic: {
		"C9",
		"a multi is done as a whole or not at all, and no reply shows a part of it",
	},
	statAlgebra: {
		"C10",
		"the zxids, versions and counts of a znode's stat agree with each other and with its " +
			"changes",
	},
	explains: {"", "every event names causes that have happened"},
	elects:   {"L1", "soon after the faults end there is a leader"},
	converges: {
		"L2",
		"soon after the faults end all servers serve and have caught up",
	},
	serves: {"L3", "soon after the faults end every operation returns"},
	settles: {
		"L4",
		"when nothing is asked any more, nothing is outstanding and all servers hold the same " +
			"state",
	},
	ephemeralsGo: {
		"L5",
		"a session that has expired is closed soon, and its ephemerals are gone",
	},
	noLivelock: {"L6", "after the faults end there are few elections"},
}

// Deterministic is the one invariant that is judged by two traces, not by one: equal seeds have
// equal runs. sim.Twice judges it.
const Deterministic = "Deterministic"

// String returns the invariant's name as the design documents write it.
func (n name) String() string { return names[n] }

// Names lists all invariants, in the order of the table.
func Names() []string { return names[:] }

// Meaning returns what the invariant promises, in one line, and "" for an unknown name.
func Meaning(name string) string {
	if name == Deterministic {
		return "the same seed and build have the same events, twice"
	}
	for i := range table {
		if names[i] == name {
			return table[i].meaning
		}
	}
	return ""
}

// IDs returns the numbers under which the specifications list the invariant, "C2 C4", and "" for
// one that they do not have and for an unknown name.
func IDs(name string) string {
	if name == Deterministic {
		return "D13"
	}
	for i := range table {
		if names[i] == name {
			return table[i].ids
		}
	}
	return ""
}
