package metrics

import (
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// fold is what the events say between two of them. It belongs to the goroutine of the driver.
type fold struct {
	role     zk.Role
	phase    zk.Phase
	lookedAt zk.Instant // when the server began to look
	idleAt   zk.Instant // when it ceased to serve
	joinAt   zk.Instant // when it began to catch up
	loggedAt zk.Instant // of the oldest transaction that is not durable, zk.Never for none
	proposed map[zk.Zxid]zk.Instant
	agreed   zk.Zxid // the last that had its quorum
	fired    fired
}

// fired counts the watches of one change.
type fired struct {
	path  string
	event zk.EventType
	cause trace.Ref
	n     int
}

// Observe takes the events of the node, in order. It never blocks.
func (m *Metrics) Observe(events []trace.Event) {
	wall := time.Now().UnixMilli()
	for i := range events {
		m.observe(&events[i], wall)
	}
	m.tellFired()
}

func (m *Metrics) observe(e *trace.Event, wall int64) {
	switch e.Kind {
	case trace.Booted, trace.RoleChanged, trace.Elected, trace.PhaseChanged:
		m.observeRole(e)
	case trace.Proposed, trace.Acked, trace.Committed:
		m.observeProposal(e)
	case trace.Logged, trace.Durable, trace.Applied:
		m.observeTxn(e, wall)
	case trace.Arrived:
		m.observeArrival(e)
	case trace.SyncChosen:
		m.observeSync(e)
	case trace.SessionExpired:
		m.count("stale_sessions_expired")
	case trace.WatchFired:
		m.observeWatch(e)
	}
}

func (m *Metrics) observeRole(e *trace.Event) {
	f := &m.fold
	switch {
	case e.Kind == trace.Elected:
		m.took("election_time", e.At.Sub(f.lookedAt))
	case e.Kind == trace.PhaseChanged:
		m.observePhase(e)
	case e.Kind == trace.Booted || e.Role == zk.Looking:
		m.count("looking_count")
		if f.phase == zk.Broadcast || e.Kind == trace.Booted {
			f.idleAt = e.At
		}
		f.lookedAt, f.role, f.phase = e.At, zk.Looking, 0
		clear(f.proposed)
	default:
		f.role = e.Role
	}
}

func (m *Metrics) observePhase(e *trace.Event) {
	f := &m.fold
	f.role, f.phase = e.Role, e.Phase
	switch e.Phase {
	case zk.Synchronization:
		f.joinAt = e.At
	case zk.Broadcast:
		m.took("unavailable_time", e.At.Sub(f.idleAt))
		switch e.Role {
		case zk.Leading:
			m.took("leader_unavailable_time", e.At.Sub(f.idleAt))
		case zk.Following:
			m.took("follower_sync_time", e.At.Sub(f.joinAt))
		case zk.Observing:
			m.took("observer_sync_time", e.At.Sub(f.joinAt))
		}
	}
}

// proposedMax bounds what is remembered of proposals: an ensemble that has no quorum proposes no
// more than that.
const proposedMax = 10_000

func (m *Metrics) observeProposal(e *trace.Event) {
	f := &m.fold
	switch e.Kind {
	case trace.Proposed:
		m.count("proposal_count")
		if len(f.proposed) < proposedMax {
			f.proposed[e.Zxid] = e.At
		}
	case trace.Acked:
		if at, known := f.proposed[e.Zxid]; known {
			m.acks.WithLabelValues(e.Peer.String()).
				Observe(float64(e.At.Sub(at)) / float64(time.Millisecond))
		}
	case trace.Committed:
		m.observeQuorum(e)
	}
}

// observeQuorum notes every proposal that a commit covers.
func (m *Metrics) observeQuorum(e *trace.Event) {
	f := &m.fold
	from := max(f.agreed+1, zk.MakeZxid(e.Zxid.Epoch(), 1))
	for z := from; z <= e.Zxid && len(f.proposed) > 0; z++ {
		if at, known := f.proposed[z]; known {
			m.took("quorum_ack_latency", e.At.Sub(at))
		}
	}
	f.agreed = e.Zxid
}

func (m *Metrics) observeTxn(e *trace.Event, wall int64) {
	f := &m.fold
	switch e.Kind {
	case trace.Logged:
		f.loggedAt = min(f.loggedAt, e.At)
		if f.role != zk.Leading && e.Txn != nil {
			m.took("proposal_latency", since(wall, e.Txn))
		}
	case trace.Durable:
		if f.loggedAt != zk.Never {
			m.took("sync_process_time", e.At.Sub(f.loggedAt))
			f.loggedAt = zk.Never
		}
	case trace.Applied:
		if f.role == zk.Leading {
			m.count("commit_count")
			delete(f.proposed, e.Zxid)
		}
		if e.Txn != nil && f.phase == zk.Broadcast {
			m.took("propagation_latency", since(wall, e.Txn))
		}
	}
}

// since is the age of a transaction by the clocks of two machines, which may differ.
func since(wall int64, t *zk.Txn) time.Duration {
	return time.Duration(max(0, wall-t.TimeMs)) * time.Millisecond
}

func (m *Metrics) observeArrival(e *trace.Event) {
	switch e.Type {
	case zk.Proposal:
		m.count("learner_proposal_received_count")
	case zk.Commit:
		m.count("learner_commit_received_count")
	}
}

func (m *Metrics) observeSync(e *trace.Event) {
	if e.Type == zk.Snap {
		m.count("snap_count")
		return
	}
	m.count("diff_count")
}

// observeWatch gathers the watches that one change has fired, which come one after the other.
func (m *Metrics) observeWatch(e *trace.Event) {
	w := &m.fold.fired
	if w.n > 0 && (w.path != e.Path || w.event != zk.EventType(e.N) || w.cause != e.Cause) {
		m.tellFired()
	}
	w.path, w.event, w.cause = e.Path, zk.EventType(e.N), e.Cause
	w.n++
}

// tellFired ends a count.
func (m *Metrics) tellFired() {
	w := &m.fold.fired
	name := map[zk.EventType]string{
		zk.NodeCreated: "node_created_watch_count", zk.NodeDeleted: "node_deleted_watch_count",
		zk.NodeDataChanged:     "node_changed_watch_count",
		zk.NodeChildrenChanged: "node_children_watch_count",
	}[w.event]
	if w.n > 0 && name != "" {
		m.summaries[name].Observe(float64(w.n))
	}
	*w = fired{}
}
