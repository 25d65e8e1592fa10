package view

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Level is how much detail a page shows.
type Level uint8

// The levels of detail.
const (
	Simple   Level = iota // votes, PROPOSAL, ACK, COMMIT, client requests
	Standard              // and discovery, synchronization, sessions
	Full                  // and heartbeats, disk and links
)

// LevelOfType returns the lowest level at which messages of a type are shown.
func LevelOfType(t zk.MsgType) Level {
	switch t.Family() {
	case zk.FamilyHeartbeat:
		return Full
	case zk.FamilyDiscovery, zk.FamilySync:
		return Standard
	}
	return Simple
}

// LevelOf returns the lowest level at which an event is listed.
func LevelOf(e *trace.Event) Level {
	switch e.Kind {
	case trace.Sent, trace.Arrived, trace.LinkUp, trace.LinkDown, trace.Logged, trace.Durable,
		trace.Applied, trace.VoteCounted, trace.SessionMoved, trace.Snapshotted, trace.NoKind:
		return Full
	case trace.Dropped, trace.Held, trace.Released:
		if e.Why == zk.WhyLinkBroken || e.Why == zk.WhyReceiverDown {
			return Full
		}
		return LevelOfType(e.Type)
	case trace.PhaseChanged:
		if e.Phase == zk.Election { // LeaderLost has said it
			return Full
		}
		return Standard
	case trace.Committed:
		if e.Why == zk.LeaderSaidSo {
			return Standard
		}
	case trace.EpochAccepted, trace.EpochEntered, trace.LearnerSynced,
		trace.VoteIgnored, trace.LeaderHeard, trace.Acked, trace.SessionOpened,
		trace.SessionClosed, trace.WatchSet, trace.WatchRemoved, trace.Refused,
		trace.ClientState:
		return Standard
	}
	return Simple
}

// IsInteresting reports whether the event is worth stopping at: the step of "one event".
func IsInteresting(e *trace.Event) bool {
	if e.Kind.Info().Group == trace.GroupWorld {
		return e.Kind != trace.Noted
	}
	return LevelOf(e) == Simple
}
