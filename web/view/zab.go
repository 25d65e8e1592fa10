package view

import (
	"slices"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

func (m *Model) onRoleChanged(s *Server, e *trace.Event) {
	m.Rev.Status++
	s.Role, s.Leader, s.Why = e.Role, e.Peer, e.Why
	switch {
	case e.Role == zk.Leading:
		s.Leader = s.ID
	case e.Peer == 0: // looking, and an observer without a leader
		s.Phase = zk.Election
		m.loseWatches(s, 0)
	}
	s.stopLeading()
}

func (s *Server) stopLeading() {
	s.Outstanding, s.Learners = nil, nil
	s.Established, s.SyncAcks, s.EpochSet = false, 0, 0
}

func (m *Model) onPhaseChanged(s *Server, e *trace.Event) {
	m.Rev.Status++
	s.Phase = e.Phase
	if e.Phase == zk.Broadcast { // from now on lookers are told this epoch (ZOOKEEPER-1732)
		s.Ballot.Vote.Epoch = max(s.Current, s.Accepted)
	}
}

func (m *Model) onEpochEntered(s *Server, e *trace.Event) {
	m.Rev.Status++
	s.Current = e.Epoch
}

func (m *Model) onEstablished(s *Server, e *trace.Event) {
	m.Rev.Status++
	m.Metrics.Elections++
	s.Established, s.SyncAcks = true, e.Set
	m.startLeases(s)
	m.endElection(e)
}

func (m *Model) onSyncChosen(s *Server, e *trace.Event) {
	if e.Type == zk.Snap && isServer(e.Peer) {
		m.offer(s, e.Peer)
	}
	*s.learner(e.Peer) = Learner{
		ID: e.Peer, Last: e.Last, Sync: e.Type, SyncTo: e.Zxid, Count: int(e.N), Why: e.Why,
	}
}

func (s *Server) onLearnerSynced(e *trace.Event) {
	s.SyncAcks = e.Set
	if e.Peer != s.ID {
		s.learner(e.Peer).Synced = true
	}
}

func (s *Server) learner(id zk.ServerID) *Learner {
	at, found := slices.BinarySearchFunc(s.Learners, id, compareLearner)
	if !found {
		s.Learners = slices.Insert(s.Learners, at, Learner{ID: id})
	}
	return &s.Learners[at]
}

func (s *Server) forgetLearner(id zk.ServerID) {
	if at, found := slices.BinarySearchFunc(s.Learners, id, compareLearner); found {
		s.Learners = slices.Delete(s.Learners, at, at+1)
	}
}

func compareLearner(l Learner, id zk.ServerID) int { return int(l.ID) - int(id) }

func (s *Server) onLogged(e *trace.Event) {
	s.LastLogged = e.Zxid
	s.Cells = append(s.Cells, Cell{Zxid: e.Zxid, Txn: e.Txn, At: e.At})
	if extra := len(s.Cells) - CellsKept; extra > 0 {
		s.Cells = slices.Delete(s.Cells, 0, extra)
		s.Older += extra
	}
}

func (s *Server) onDurable(e *trace.Event) {
	s.LastDurable = e.Zxid
	s.DurableEpoch, s.DurableAccepted = e.Epoch, zk.Epoch(e.N)
}

func (m *Model) onTruncated(s *Server, e *trace.Event) {
	m.Rev.Status++
	s.cutCells(e.Zxid, e.At)
	if s.Applied > e.Zxid { // committed nowhere else: the tree is rebuilt
		m.forgetSessions(s)
		s.Digest = 0
		m.cutBack(s, e.Zxid)
	}
	m.Rev.Data++
	s.LastLogged = e.Zxid
	s.Committed, s.Applied = min(s.Committed, e.Zxid), min(s.Applied, e.Zxid)
}

// cutCells takes the cells above z off the log's end; they stay to be seen for a moment.
func (s *Server) cutCells(z zk.Zxid, at zk.Instant) {
	n := len(s.Cells)
	for n > 0 && s.Cells[n-1].Zxid > z {
		n--
	}
	for _, c := range s.Cells[n:] {
		c.At = at
		s.Fallen = append(s.Fallen, c)
	}
	s.Cells = s.Cells[:n]
}

func (m *Model) retireFallen() {
	for id, s := range &m.servers {
		if s != nil && len(s.Fallen) > 0 && m.Now.Sub(s.Fallen[0].At) > FallenFor {
			m.edit(zk.ServerID(id)).Fallen = nil
		}
	}
}

func (m *Model) onSnapTaken(s *Server, e *trace.Event) {
	m.Rev.Status++
	s.cutCells(0, e.At)
	s.Older = 0
	m.forgetSessions(s)
	s.Snapshot, s.LastLogged, s.Committed, s.Applied = e.Zxid, e.Zxid, e.Zxid, e.Zxid
	s.Digest = uint64(e.N)
	m.takeSnap(s, e)
}

func (s *Server) onProposed(e *trace.Event) {
	s.Outstanding = append(s.Outstanding, Proposal{Zxid: e.Zxid, Txn: e.Txn, At: e.At})
}

func (s *Server) onAcked(e *trace.Event) {
	for i := range s.Outstanding {
		if p := &s.Outstanding[i]; p.Zxid <= e.Zxid {
			p.Acks = p.Acks.With(e.Peer)
		}
	}
	if e.Peer != s.ID {
		s.learner(e.Peer).Acked = e.Zxid
	}
}

func (m *Model) onCommitted(s *Server, e *trace.Event) {
	m.Rev.Status++
	m.Metrics.judged++ // a commit does not change who is served
	s.Committed = e.Zxid
	if e.Why != zk.QuorumAcked {
		return
	}
	n := 0
	for n < len(s.Outstanding) && s.Outstanding[n].Zxid <= e.Zxid {
		m.Metrics.LastLatency = e.At.Sub(s.Outstanding[n].At)
		m.Metrics.Commits++
		h := m.stretch()
		h.Commits++
		h.Waited += m.Metrics.LastLatency
		n++
	}
	s.Outstanding = slices.Delete(s.Outstanding, 0, n)
}

// CellState says how far a transaction in this server's log has come.
func (s *Server) CellState(c *Cell) CellState {
	switch {
	case c.Zxid > s.LastLogged:
		return CellTruncated
	case c.Zxid <= s.Committed:
		return CellCommitted
	case c.Zxid <= s.LastDurable:
		return CellPersisted
	}
	return CellReceived
}

// Strip is the end of a log as it is drawn: the last cells, how many are hidden before them, and
// those that fall off now.
type Strip struct {
	Hidden int
	Cells  []StripCell
	Fallen []Cell
}

// StripCell is one drawn cell.
type StripCell struct {
	Cell
	State    CellState
	NewEpoch bool // a divider goes before it: its epoch is another than that of the cell before
	Snapshot bool // the newest snapshot ends here
}

// Strip returns the last n cells as they are drawn.
func (s *Server) Strip(n int) Strip {
	from := max(0, len(s.Cells)-n)
	strip := Strip{Hidden: s.Older + from, Fallen: s.Fallen}
	for i := from; i < len(s.Cells); i++ {
		c := &s.Cells[i]
		newEpoch := i == 0 && s.Older == 0
		if i > 0 {
			newEpoch = s.Cells[i-1].Zxid.Epoch() != c.Zxid.Epoch()
		}
		strip.Cells = append(strip.Cells, StripCell{
			Cell: *c, State: s.CellState(c), Snapshot: c.Zxid == s.Snapshot, NewEpoch: newEpoch,
		})
	}
	return strip
}

// Serving reports whether the server answers clients.
func (s *Server) Serving() bool {
	return s.Up && s.Role != zk.Looking && s.Phase == zk.Broadcast
}
