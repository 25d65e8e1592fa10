package zk

// Why is the rule behind a decision, carried by every event that records one. The zero value
// means that no choice was made. web/text has a sentence for each in every language.
type Why uint8

// Rules of the election (Hunt et al. 2010, and Apache's FastLeaderElection).
const (
	NoWhy              Why = iota
	ByEpoch                // the vote with the larger peerEpoch wins
	ByZxid                 // equal epochs: the larger zxid wins
	ByServerID             // equal epochs and zxids: the larger myid wins
	SameVote               // the votes are equal
	ByRound                // the sender is in a later round: adopt it, start from the initial vote
	OlderRound             // the sender is in an earlier round: ignored, and told
	NotVoter               // sender or candidate has no vote
	WorseVote              // counted, but it does not beat ours
	NotLooking             // nobody asked: we have a leader
	EveryLinkedAgrees      // every voter whose election link is up gave the same vote
	FinalizeWaited         // nothing better came within finalizeWait
	ExistingLeader         // a quorum with the leader itself says that it leads
	Restarted              // the server has just started
	LostLeader             // the leader is gone or has nothing to say
	LostQuorum             // the leader lost its majority
	EpochTimeout           // no quorum of FOLLOWERINFO or ACKEPOCH within initLimit
	SyncTimeout            // no quorum of NEWLEADER acknowledgements within initLimit
	ConnectFailed          // the elected leader did not accept the connection
	FresherLearner         // a learner's history is fresher than the leader's
	OldEpoch               // the message is from an epoch that is over
	PromisedEpoch          // this epoch was promised before: no second promise
	CounterRollover        // the counter is used up; an election must raise the epoch
	SameHistory            // the learner has exactly the leader's history: empty DIFF
	InWindow               // the learner's last zxid is in the window: DIFF
	AheadOfLeader          // the learner has transactions that the leader never had: TRUNC
	BehindWindow           // the learner is behind the window: SNAP
	BelowFloor             // the cut lies below what the learner can go back to: SNAP
	DamagedLog             // the learner's log is damaged: SNAP
	QuorumAcked            // a quorum has it on disk
	LeaderSaidSo           // COMMIT arrived
	InitialHistory         // part of the history that an established leader brought
	WrongOrder             // a message that cannot come here or now
	BadMessage             // fields that no correct peer sends
	ProposalOutOfOrder     // a PROPOSAL that does not follow the last one
	CommitOutOfOrder       // a COMMIT that is not for the first pending proposal
	SessionTimeout         // nothing heard of the session within its timeout
	ClosedByClient         // the client closed the session
	WhyCut                 // lost at a cut link
	WhyLoss                // lost by chance
	WhyDropped             // dropped by request
	WhyLinkBroken          // the connection had already broken
	WhyReceiverDown        // nobody listens
	SnapForced             // every learner gets a SNAP, because the leader is told so
	whyEnd
)

var whyNames = [...]string{
	"", "ByEpoch", "ByZxid", "ByServerID", "SameVote", "ByRound", "OlderRound", "NotVoter",
	"WorseVote", "NotLooking", "EveryLinkedAgrees", "FinalizeWaited", "ExistingLeader",
	"Restarted", "LostLeader", "LostQuorum", "EpochTimeout", "SyncTimeout", "ConnectFailed",
	"FresherLearner", "OldEpoch", "PromisedEpoch", "CounterRollover", "SameHistory", "InWindow",
	"AheadOfLeader", "BehindWindow", "BelowFloor", "DamagedLog", "QuorumAcked", "LeaderSaidSo",
	"InitialHistory", "WrongOrder", "BadMessage", "ProposalOutOfOrder", "CommitOutOfOrder",
	"SessionTimeout", "ClosedByClient", "Cut", "Loss", "Dropped", "LinkBroken", "ReceiverDown",
	"SnapForced",
}

// String returns the rule's name, "ByServerID", and "" for NoWhy.
func (w Why) String() string {
	if w == NoWhy {
		return ""
	}
	return nameOf(whyNames[:], int(w))
}

// WhyCount is the number of rules; valid values are below it.
const WhyCount = int(whyEnd)
