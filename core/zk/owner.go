package zk

// The owner of a znode says what kind it is: 0 persistent, the id of a session ephemeral, and two
// marks that are no ids, because the server in their top byte does not exist (EphemeralType.java).
// Clients are shown the sessions alone.
const (
	ContainerOwner SessionID = -1 << 63
	ttlMark        SessionID = -1 << 56 // the time to live is in the lower bits
)

// TTLMax is the longest time to live, in ms.
const TTLMax = 1<<40 - 1

// TTLOwner marks a znode that goes when it was unused for ms milliseconds, 1 to TTLMax.
func TTLOwner(ms int64) SessionID { return ttlMark | SessionID(ms) }

// TTL returns the time to live in ms that the owner says, 0 if it says none.
func (s SessionID) TTL() int64 {
	if s&ttlMark != ttlMark {
		return 0
	}
	return int64(s & TTLMax)
}

// IsSession reports whether the owner is a session, so that the znode is ephemeral.
func (s SessionID) IsSession() bool {
	return s != 0 && s != ContainerOwner && s&ttlMark != ttlMark
}
