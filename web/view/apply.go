package view

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Apply folds one event into the model. Events come in the order of the trace; an event that makes
// no sense here (a torn recording) changes nothing but the log of events.
func (m *Model) Apply(e *trace.Event) {
	m.Tick(e.At)
	m.rows.add(e)
	m.Rev.Events++
	m.mark(e)
	switch e.Kind.Info().Group {
	case trace.GroupWorld:
		m.applyWorld(e)
	case trace.GroupMessage:
		m.applyMessage(e)
	case trace.GroupElection:
		m.applyElection(e)
	case trace.GroupZab:
		m.applyZab(e)
	case trace.GroupState:
		m.applyState(e)
	case trace.GroupClient:
		m.applyClient(e)
	case trace.GroupCheck:
		m.onViolated(e)
	}
	m.measure(e)
}

// Tick moves the model's clock to now, which no event need mark: what has been over for a while
// goes. A clock does not run backwards.
func (m *Model) Tick(now zk.Instant) {
	if now <= m.Now {
		return
	}
	before := m.Now
	m.Now = now
	m.pass(before)
	m.retireFlights()
	m.retireFallen()
	m.retireMissed()
	m.retireGone()
	m.retireOutage()
}

func (m *Model) applyWorld(e *trace.Event) {
	m.Rev.Status++
	switch e.Kind {
	case trace.Noted:
		m.onNoted(e)
	case trace.Crashed:
		m.onCrashed(e)
	case trace.Paused, trace.Resumed:
		m.onPaused(e)
	case trace.Wiped:
		m.onWiped(e)
	case trace.Cut, trace.Mended, trace.Delayed, trace.Lossy:
		m.onLink(e)
	case trace.Missed:
		m.onMissed(e)
	case trace.DiskSlowed:
		m.edit(e.Peer).Fsync = duration(e.N)
	case trace.Skewed:
		m.edit(e.Peer).Skew = millis(e.N)
	}
}

func (m *Model) applyMessage(e *trace.Event) {
	switch e.Kind {
	case trace.Sent:
		m.onSent(e)
	case trace.Arrived:
		m.endFlight(e, FlightArrived)
	case trace.Dropped:
		m.endFlight(e, FlightDropped)
	case trace.Held:
		m.endFlight(e, FlightHeld)
	case trace.Released:
		m.onReleased(e)
	case trace.LinkUp, trace.LinkDown:
		m.onConnection(e)
	case trace.Refused:
		m.onRefused(e)
	}
	m.hear(e)
}

func (m *Model) applyElection(e *trace.Event) {
	if !isServer(e.Node) {
		return
	}
	m.Rev.Votes++
	s := m.edit(e.Node)
	switch e.Kind {
	case trace.Booted:
		m.onBooted(s, e)
	case trace.RoundStarted:
		m.beginElection(e)
		s.Ballot.onRoundStarted(s.ID, e)
	case trace.VoteChanged:
		s.Ballot.onVoteChanged(s.ID, e)
	case trace.VoteCounted:
		s.Ballot.onVoteCounted(e)
	case trace.VoteIgnored:
		s.Ballot.onVoteIgnored(e)
	case trace.LeaderHeard:
		s.Ballot.onLeaderHeard(e)
	case trace.QuorumReached:
		s.Ballot.onQuorumReached(e)
	case trace.Elected:
		s.Ballot.onElected(e)
	case trace.RoleChanged:
		m.onRoleChanged(s, e)
	}
}

func (m *Model) applyZab(e *trace.Event) {
	if !isServer(e.Node) {
		return
	}
	s := m.edit(e.Node)
	switch e.Kind {
	case trace.PhaseChanged:
		m.onPhaseChanged(s, e)
	case trace.EpochProposed:
		s.EpochSet = e.Set
	case trace.EpochAccepted:
		s.Accepted = e.Epoch
	case trace.EpochEntered:
		m.onEpochEntered(s, e)
	case trace.SyncChosen:
		m.onSyncChosen(s, e)
	case trace.Truncated:
		m.onTruncated(s, e)
	case trace.SnapTaken:
		m.onSnapTaken(s, e)
	case trace.Snapshotted:
		m.onSnapshotted(s)
	case trace.LeaderLost:
		m.Rev.Status++
	case trace.LearnerSynced:
		s.onLearnerSynced(e)
	case trace.Established:
		m.onEstablished(s, e)
	default:
		m.applyTxn(s, e)
	}
}

// applyTxn handles the life of one transaction.
func (m *Model) applyTxn(s *Server, e *trace.Event) {
	switch e.Kind {
	case trace.Logged:
		m.Rev.Data++
		s.onLogged(e)
	case trace.Durable:
		s.onDurable(e)
	case trace.Proposed:
		s.onProposed(e)
		h := m.stretch()
		h.Outstanding = max(h.Outstanding, len(s.Outstanding))
		m.closeLease(e)
	case trace.Acked:
		s.onAcked(e)
	case trace.Committed:
		m.onCommitted(s, e)
	case trace.Applied:
		m.onApplied(s, e)
	}
}

func (m *Model) applyState(e *trace.Event) {
	switch e.Kind {
	case trace.SessionOpened:
		m.onSessionOpened(e)
	case trace.SessionMoved:
		m.onSessionMoved(e)
	case trace.SessionLeft:
		m.onSessionLeft(e)
	case trace.SessionClosed:
		m.onSessionClosed(e)
	case trace.SessionExpired:
		m.onSessionExpired(e)
	case trace.WatchSet:
		m.onWatchSet(e)
	case trace.WatchFired:
		m.onWatchFired(e)
	case trace.WatchRemoved:
		m.onWatchRemoved(e)
	}
}

func (m *Model) applyClient(e *trace.Event) {
	if !e.Node.IsClient() {
		return
	}
	c := m.client(e.Node)
	if c.Boot != e.Boot { // another client has the letter now
		*c = Client{ID: c.ID, Boot: e.Boot, owner: c.owner}
	}
	switch e.Kind {
	case trace.ClientState:
		m.onClientState(c, e)
	case trace.Invoked:
		c.onInvoked(e, m.data.committed)
	case trace.Returned:
		m.onReturned(c, e)
		m.Rev.Data++
	case trace.EventSeen:
		c.onEventSeen(e)
	}
}

func isServer(id zk.ServerID) bool { return id > 0 && id <= zk.ServerMax }
