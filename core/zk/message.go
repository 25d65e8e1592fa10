package zk

// MsgType names a message on the wire: between servers (Apache's names; its packet numbers are in
// MsgType.Number) and between a client and a server.
type MsgType uint8

// Messages between servers, then those of clients.
const (
	NoMsg MsgType = iota
	Notification
	FollowerInfo
	ObserverInfo
	LeaderInfo
	AckEpoch
	Diff
	Trunc
	Snap
	NewLeader
	UpToDate
	Proposal
	Ack
	Commit
	Inform
	Ping
	Forward // REQUEST: a learner forwards a client's write to the leader
	Sync
	Revalidate
	ClientConnect
	ClientRequest
	ClientReply
	ClientEvent
	ClientPing
	ClientClose
	msgTypeEnd
)

// MsgTypeCount is the number of message types; valid values are below it.
const MsgTypeCount = int(msgTypeEnd)

var msgNames = [...]string{
	"", "NOTIFICATION", "FOLLOWERINFO", "OBSERVERINFO", "LEADERINFO", "ACKEPOCH", "DIFF", "TRUNC",
	"SNAP", "NEWLEADER", "UPTODATE", "PROPOSAL", "ACK", "COMMIT", "INFORM", "PING", "REQUEST",
	"SYNC", "REVALIDATE", "CONNECT", "CLIENTREQUEST", "REPLY", "WATCHEVENT", "CLIENTPING", "CLOSE",
}

// String returns Apache's name, "FOLLOWERINFO".
func (m MsgType) String() string { return nameOf(msgNames[:], int(m)) }

// ParseMsgType finds a type by its name, as String prints it.
func ParseMsgType(name string) (MsgType, bool) {
	for i, n := range msgNames {
		if n == name && n != "" {
			return MsgType(i), true
		}
	}
	return NoMsg, false
}

var msgNumbers = [...]int{
	0, 0, 11, 16, 17, 18, 13, 14, 15, 10, 12, 2, 3, 4, 8, 5, 1, 7, 6, 0, 0, 0, 0, 0, 0,
}

// Number returns Apache's packet number, 0 where the type has none.
func (m MsgType) Number() int {
	if int(m) >= len(msgNumbers) {
		return 0
	}
	return msgNumbers[m]
}

// Family groups message types by what they are for; the stage draws one shape for each.
type Family uint8

// The families, in the order in which the legend shows them.
const (
	FamilyElection Family = iota
	FamilyDiscovery
	FamilySync
	FamilyProposal
	FamilyAck
	FamilyCommit
	FamilyClient
	FamilyHeartbeat
)

var msgFamilies = [...]Family{
	FamilyHeartbeat, FamilyElection, FamilyDiscovery, FamilyDiscovery, FamilyDiscovery,
	FamilyDiscovery, FamilySync, FamilySync, FamilySync, FamilySync, FamilySync, FamilyProposal,
	FamilyAck, FamilyCommit, FamilyCommit, FamilyHeartbeat, FamilyClient, FamilyClient,
	FamilyHeartbeat, FamilyClient, FamilyClient, FamilyClient, FamilyClient, FamilyHeartbeat,
	FamilyClient,
}

// Family returns the type's family.
func (m MsgType) Family() Family {
	if int(m) >= len(msgFamilies) {
		return FamilyHeartbeat
	}
	return msgFamilies[m]
}

// Channel is one of the two connections between a pair of servers: losing one is not losing the
// other, because Apache uses two ports.
type Channel uint8

// The two channels.
const (
	ElectionChannel Channel = iota // may lose, repeat and reorder
	QuorumChannel                  // FIFO and reliable until it breaks
)

// Channel returns the channel that carries the type.
func (m MsgType) Channel() Channel {
	if m == Notification {
		return ElectionChannel
	}
	return QuorumChannel
}
