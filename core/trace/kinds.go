package trace

import "strconv"

// Kind says what happened.
type Kind uint8

// The kinds, by family. The table below documents their fields.
const (
	NoKind Kind = iota
	// The world's hand: Node is 0, Peer the server it is about.
	Crashed
	Paused
	Resumed
	Wiped
	Cut
	Mended
	Delayed
	Lossy
	DiskSlowed
	Skewed
	Noted
	// Messages.
	Sent
	Arrived
	Dropped
	Held
	Released
	LinkUp
	LinkDown
	Refused
	// Election.
	Booted
	RoundStarted
	VoteChanged
	VoteCounted
	VoteIgnored
	LeaderHeard
	QuorumReached
	Elected
	RoleChanged
	// ZAB.
	PhaseChanged
	EpochProposed
	EpochAccepted
	EpochEntered
	SyncChosen
	Truncated
	SnapTaken
	Logged
	Durable
	Proposed
	Acked
	Committed
	Applied
	LearnerSynced
	Established
	LeaderLost
	// State.
	SessionOpened
	SessionMoved
	SessionLeft
	SessionClosed
	SessionExpired
	WatchSet
	WatchFired
	// Clients: Node is the client's letter.
	ClientState
	Invoked
	Returned
	EventSeen
	// Checks.
	Violated
	// Snapshotted is of the ZAB family, the others of the state. They stand last so that the kinds
	// before them keep their numbers, which are in every fingerprint.
	Snapshotted
	WatchRemoved
	WentReadOnly
	// Missed and those after it are of the world's family.
	Missed
	Limited
	Drifted
	kindEnd
)

// KindCount is the number of kinds; valid values are below it.
const KindCount = int(kindEnd)

// Group is a family of kinds, for filters.
type Group string

// The families.
const (
	GroupWorld    Group = "world"
	GroupMessage  Group = "message"
	GroupElection Group = "election"
	GroupZab      Group = "zab"
	GroupState    Group = "state"
	GroupClient   Group = "client"
	GroupCheck    Group = "check"
)

// Info describes one kind: its name, family, the fields it fills beyond Ref, Cause and At, and
// what it means. The reference page and the readers of NDJSON are made from this table.
type Info struct {
	Name   string
	Group  Group
	Fields string
	Doc    string
}

var infos = [kindEnd]Info{
	NoKind: {"", "", "", ""},
	Crashed: {
		"Crashed", GroupWorld, "Peer N",
		"Server Peer stopped. N is 1 when unsynced writes were lost too (power), 2 when it " +
			"stopped itself because an fsync failed, 0 for a kill.",
	},
	Paused: {
		"Paused", GroupWorld, "Peer",
		"The process or client Peer stands still; its connections stay open.",
	},
	Resumed: {
		"Resumed", GroupWorld, "Peer",
		"Peer runs again.",
	},
	Wiped: {
		"Wiped", GroupWorld, "Peer N",
		"The disk of server Peer is empty now; or, if N is not 0, it has lost part of what it " +
			"held: 1 its snapshots, 2 a record in the middle of its log, 3 its newest snapshot. " +
			"With 4 a bit of its log is wrong, with 5 one of its newest snapshot.",
	},
	Cut: {
		"Cut", GroupWorld, "Peer Other",
		"Nothing passes from Peer to Other any more.",
	},
	Mended: {
		"Mended", GroupWorld, "Peer Other",
		"Messages pass from Peer to Other again, without delay, loss or limit.",
	},
	Delayed: {
		"Delayed", GroupWorld, "Peer Other N",
		"Messages from Peer to Other take N nanoseconds longer.",
	},
	Lossy: {
		"Lossy", GroupWorld, "Peer Other N",
		"N of 2^32 messages from Peer to Other are lost.",
	},
	DiskSlowed: {
		"DiskSlowed", GroupWorld, "Peer N",
		"Each fsync of server Peer takes N nanoseconds; 0 is normal again.",
	},
	Skewed: {
		"Skewed", GroupWorld, "Peer N",
		"The wall clock of server Peer is N milliseconds off.",
	},
	Noted: {
		"Noted", GroupWorld, "Path",
		"A line of the command language was carried out; Path is the line.",
	},
	Sent: {
		"Sent", GroupMessage, "Peer Other Type Epoch Zxid Vote Role N Sess",
		"Other sent a message of Type to Peer. N is when it will arrive in a simulation, " +
			"0 when unknown. Role and Vote are a NOTIFICATION's, whose round is Last's low " +
			"part.",
	},
	Arrived: {
		"Arrived", GroupMessage, "Peer Other Type Epoch Zxid Vote Role Sess",
		"Other received what Peer had sent; Cause is its Sent.",
	},
	Dropped: {
		"Dropped", GroupMessage, "Peer Other Type Zxid Why",
		"What Other sent to Peer is lost; Cause is its Sent.",
	},
	Held: {
		"Held", GroupMessage, "Peer Other Type Zxid",
		"What Other sent to Peer waits on the way until it is released; Cause is its " +
			"Sent.",
	},
	Released: {
		"Released", GroupMessage, "Peer Other Type N",
		"What was held goes on; Cause is its Sent, N when it will arrive.",
	},
	LinkUp: {
		"LinkUp", GroupMessage, "Peer N",
		"The node's connection to Peer is open; N is 0 for the election and 1 for the " +
			"quorum channel.",
	},
	LinkDown: {
		"LinkDown", GroupMessage, "Peer N",
		"The node's connection to Peer is gone; N as in LinkUp.",
	},
	Refused: {
		"Refused", GroupMessage, "Peer Type Why",
		"The node refused what Peer sent and closed the connection.",
	},
	Booted: {
		"Booted", GroupElection, "Role Epoch Zxid Last Set N Msg Why",
		"The server started from its disk: Epoch is currentEpoch, N acceptedEpoch, Zxid " +
			"the last logged, Last the newest snapshot's zxid, Set the voters, without the " +
			"server if it is an observer. Role is Looking. Msg has the digests of the snapshots. " +
			"Why is DamagedLog when something durable is missing: then it holds no history and " +
			"has no vote until a leader's snapshot is durable.",
	},
	RoundStarted: {
		"RoundStarted", GroupElection, "N Vote Why",
		"The node entered election round N with the initial vote Vote. Its tally is " +
			"empty.",
	},
	VoteChanged: {
		"VoteChanged", GroupElection, "N Vote Prev Why Peer",
		"The node changed its vote from Prev to Vote after hearing Peer; Why is the rung " +
			"that decided.",
	},
	VoteCounted: {
		"VoteCounted", GroupElection, "N Vote Peer Role Why",
		"The vote of Peer in round N is in the tally. Role is Peer's state.",
	},
	VoteIgnored: {
		"VoteIgnored", GroupElection, "N Vote Peer Role Why",
		"The vote of Peer in its round N was not counted, for the reason Why.",
	},
	LeaderHeard: {
		"LeaderHeard", GroupElection, "N Vote Peer Role",
		"Peer, which is not looking, says that it follows or is Vote.Leader, since round " +
			"N.",
	},
	QuorumReached: {
		"QuorumReached", GroupElection, "N Vote Set",
		"Set, a quorum, agrees on Vote in round N.",
	},
	Elected: {
		"Elected", GroupElection, "N Vote Set Why Role",
		"The node decided for Vote.Leader; Role is what it becomes. Set are the voters it " +
			"relies on.",
	},
	RoleChanged: {
		"RoleChanged", GroupElection, "Role Peer Why",
		"The node's role is Role now; Peer is its leader, 0 while looking.",
	},
	PhaseChanged: {
		"PhaseChanged", GroupZab, "Phase Role Peer",
		"The node's ZAB phase is Phase now.",
	},
	EpochProposed: {
		"EpochProposed", GroupZab, "Epoch Set",
		"The leader fixed the new epoch after hearing acceptedEpoch from Set.",
	},
	EpochAccepted: {
		"EpochAccepted", GroupZab, "Epoch Peer",
		"The node promised Epoch to leader Peer: acceptedEpoch is on its way to disk.",
	},
	EpochEntered: {
		"EpochEntered", GroupZab, "Epoch",
		"currentEpoch is Epoch now, on its way to disk behind the history it stands for.",
	},
	SyncChosen: {
		"SyncChosen", GroupZab, "Peer Type Zxid Last N Why",
		"The leader chose how learner Peer, whose last zxid is Last, catches up: Type is " +
			"DIFF, TRUNC or SNAP, Zxid its argument, N the transactions that follow.",
	},
	Truncated: {
		"Truncated", GroupZab, "Zxid Last",
		"The learner cut its log back from Last to Zxid.",
	},
	SnapTaken: {
		"SnapTaken", GroupZab, "Zxid N",
		"The learner replaced its tree with the leader's at Zxid; N is its digest.",
	},
	Logged: {
		"Logged", GroupZab, "Zxid Txn",
		"The transaction was handed to the disk; it is not durable yet.",
	},
	Durable: {
		"Durable", GroupZab, "Zxid Epoch N",
		"Everything up to Zxid is on disk; Epoch is the durable currentEpoch and N the " +
			"durable acceptedEpoch.",
	},
	Proposed: {
		"Proposed", GroupZab, "Zxid Txn Sess",
		"The leader proposed the transaction.",
	},
	Acked: {
		"Acked", GroupZab, "Zxid Peer Set",
		"Peer has everything up to Zxid on disk, says its ACK; Set are all that have " +
			"acknowledged Zxid.",
	},
	Committed: {
		"Committed", GroupZab, "Zxid Set Why N",
		"The node knows that everything up to Zxid is committed. On a leader Set are " +
			"those that acknowledged it; Why is QuorumAcked, LeaderSaidSo or InitialHistory.",
	},
	Applied: {
		"Applied", GroupZab, "Zxid N Txn",
		"The transaction is in the node's tree; N is the digest of the whole tree, its " +
			"sessions included, after it.",
	},
	LearnerSynced: {
		"LearnerSynced", GroupZab, "Peer Epoch Set",
		"The leader counted Peer's acknowledgement of NEWLEADER; Set are all so far.",
	},
	Established: {
		"Established", GroupZab, "Epoch Zxid Last Set",
		"The leader has its quorum of NEWLEADER acknowledgements and serves: its history " +
			"up to Zxid is committed.",
	},
	LeaderLost: {
		"LeaderLost", GroupZab, "Peer Why Epoch",
		"The node gave up leading or following Peer.",
	},
	SessionOpened: {
		"SessionOpened", GroupState, "Sess N Zxid Peer",
		"The session is in the node's table with a timeout of N ms. After Booted, " +
			"SnapTaken and a Truncated that undid applied transactions, each session that is " +
			"left is told anew.",
	},
	SessionMoved: {
		"SessionMoved", GroupState, "Sess Peer",
		"The session is attached to this node now.",
	},
	SessionLeft: {
		"SessionLeft", GroupState, "Sess N",
		"The session's connection to this node is gone; N watches went with it. The " +
			"session itself may live on elsewhere.",
	},
	SessionClosed: {
		"SessionClosed", GroupState, "Sess Zxid N",
		"The session left the node's table; N ephemerals went with it.",
	},
	SessionExpired: {
		"SessionExpired", GroupState, "Sess Why",
		"The leader decided that the session has timed out.",
	},
	WatchSet: {
		"WatchSet", GroupState, "Sess Path Type N",
		"A watch was set; N is 0 for data, 1 for exists, 2 for children, which are one-shot, 3 " +
			"for a persistent and 4 for a recursive one.",
	},
	WatchFired: {
		"WatchFired", GroupState, "Sess Path N Zxid",
		"A watch fired with event type N.",
	},
	ClientState: {
		"ClientState", GroupClient, "Peer Sess N Path",
		"The client is attached to server Peer; N is 0 disconnected, 1 connecting, 2 " +
			"connected, 3 expired, 4 closed.",
	},
	Invoked: {
		"Invoked", GroupClient, "N Path Sess Msg",
		"The client began its N-th operation; Path is the line it was given.",
	},
	Returned: {
		"Returned", GroupClient, "N Path Sess Zxid Last Msg",
		"The client's N-th operation returned; Path is the error name, ok for success, " +
			"Zxid is the zxid of the reply.",
	},
	EventSeen: {
		"EventSeen", GroupClient, "Path N Sess Zxid",
		"The client received the watch event N for Path.",
	},
	Violated: {
		"Violated", GroupCheck, "Path Peer Zxid",
		"An invariant does not hold; Path is its name and what was seen.",
	},
	Snapshotted: {
		"Snapshotted", GroupZab, "Zxid N",
		"The server began to save its applied state at Zxid beside its log; N is the state's " +
			"digest.",
	},
	WatchRemoved: {
		"WatchRemoved", GroupState, "Sess Path N",
		"The client took back its watches on the path: N is 1 for those of children, 2 for " +
			"those of data, 3 for all.",
	},
	WentReadOnly: {
		"WentReadOnly", GroupState, "Zxid",
		"The server has found no leader for a while and serves reads now, of the state at Zxid, " +
			"to clients that take that. Its next RoleChanged ends it.",
	},
	Missed: {
		"Missed", GroupWorld, "Peer N",
		"What server Peer did is not known here: N events are missing, 0 when nobody knows how " +
			"many, -1 when no more come. No simulation and no node says this, only who " +
			"gathers traces.",
	},
	Limited: {
		"Limited", GroupWorld, "Peer Other N",
		"At most N bytes a second leave Peer for Other; 0 is any number again.",
	},
	Drifted: {
		"Drifted", GroupWorld, "Peer N",
		"The clock of server Peer runs N thousandths faster than it should, slower if N is " +
			"negative.",
	},
}

// Info returns the kind's row of the table.
func (k Kind) Info() Info {
	if int(k) >= len(infos) {
		return Info{Name: "Kind(" + strconv.Itoa(int(k)) + ")"}
	}
	return infos[k]
}

// String returns the kind's name, "VoteChanged".
func (k Kind) String() string { return k.Info().Name }

// ParseKind finds a kind by name.
func ParseKind(name string) (Kind, bool) {
	for k, info := range infos {
		if info.Name == name && k != 0 {
			return Kind(k), true
		}
	}
	return NoKind, false
}
