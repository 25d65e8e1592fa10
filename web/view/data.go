package view

import (
	"slices"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// State is the tree of znodes as it was after one transaction. It never changes, and models share
// it: what two states have in common is there once.
type State struct {
	Zxid zk.Zxid
	Tree *tree.DB // frozen; only to be read
}

// Told is the tree of a server that tells what it is, beside an Applied event without transaction;
// or that its disk held, beside a Booted one.
type Told struct{ Tree *tree.DB }

// Fields yields nothing: a tree is no message.
func (Told) Fields(func(name, value string) bool) {}

// statesKept is how many of the last states a model remembers, so that servers which apply the same
// transaction come to share one; savedKept how many snapshots of a server.
const (
	statesKept = 64
	savedKept  = 4
)

// data is what a model knows of the znodes.
type data struct {
	blank     *State   // before the first transaction
	committed *State   // the newest that a majority stands for
	states    []*State // the last ones of any server, oldest first
}

// replica is what a model knows of one server's tree.
type replica struct {
	now     *State   // nil when it is not known
	saved   []*State // the newest snapshots of its disk, oldest first; never edited in place
	offered *State   // what a leader sends it as a SNAP
}

// State returns the tree that the server answers reads from, or that it had when it stopped; nil
// when the trace does not tell.
func (s *Server) State() *State { return s.replica.now }

// Committed returns the newest state that a server has applied: what a majority stands for.
func (m *Model) Committed() *State { return m.data.committed }

// Ahead returns what the server's tree becomes when all that is in its log is committed; the tree
// itself when the log has nothing more, or when the model does not know it.
func (s *Server) Ahead() *State {
	from := s.replica.now
	if from == nil || s.LastLogged <= s.Applied {
		return from
	}
	return s.replay(from, s.LastLogged)
}

// replay runs what the log holds after a state, up to z, as far as the model still has it.
func (s *Server) replay(from *State, z zk.Zxid) *State {
	db := from.Tree.Clone()
	last := from.Zxid
	for i := range s.Cells {
		c := &s.Cells[i]
		if c.Zxid <= from.Zxid || c.Zxid > z {
			continue
		}
		if c.Txn == nil {
			break
		}
		if _, err, _ := db.Apply(c.Txn, nil); err == zk.ErrDataInconsistency {
			break
		}
		last = c.Zxid
	}
	if last == from.Zxid {
		return from
	}
	return &State{last, db}
}

// onApplied moves a server's tree by one transaction. The first server to do so makes the state;
// the digest in the event tells the others that it is theirs too.
func (m *Model) onApplied(s *Server, e *trace.Event) {
	s.Applied, s.Digest = e.Zxid, uint64(e.N)
	m.Rev.Data++
	before := s.replica.now
	if told, ok := e.Msg.(Told); ok {
		m.remember(&State{e.Zxid, told.Tree})
	}
	s.replica.now = m.state(e.Zxid, uint64(e.N))
	if s.replica.now == nil && before != nil && e.Txn != nil {
		s.replica.now = m.next(before, e)
	}
	if st := s.replica.now; st != nil && st.Zxid > m.data.committed.Zxid {
		m.data.committed = st
	}
}

// state finds a state that is remembered, nil if none is. A digest of 0 is not known and finds
// nothing.
func (m *Model) state(z zk.Zxid, digest uint64) *State {
	for _, st := range slices.Backward(m.data.states) {
		if digest != 0 && st.Zxid == z && st.Tree.Digest() == digest {
			return st
		}
	}
	return nil
}

// next makes the state after a transaction, nil when it does not fit.
func (m *Model) next(before *State, e *trace.Event) *State {
	db := before.Tree.Clone()
	_, err, _ := db.Apply(e.Txn, nil)
	if err == zk.ErrDataInconsistency || e.N != 0 && db.Digest() != uint64(e.N) {
		return nil
	}
	return m.remember(&State{e.Zxid, db})
}

func (m *Model) remember(st *State) *State {
	own(m, ownStates, &m.data.states)
	if extra := len(m.data.states) + 1 - statesKept; extra > 0 {
		m.data.states = slices.Delete(m.data.states, 0, extra)
	}
	m.data.states = append(m.data.states, st)
	return st
}

// offer remembers what a leader's SNAP for a learner holds: what it has applied, and before it
// serves the rest of its log too.
func (m *Model) offer(leader *Server, learner zk.ServerID) {
	st := leader.replica.now
	if leader.Phase != zk.Broadcast {
		if st == nil || m.data.committed.Zxid > st.Zxid {
			st = m.data.committed
		}
		st = leader.replay(st, leader.LastLogged)
	}
	m.edit(learner).replica.offered = st
}

// takeSnap gives the server the tree of a leader's SNAP.
func (m *Model) takeSnap(s *Server, e *trace.Event) {
	m.Rev.Data++
	st := s.replica.offered
	if st == nil || e.N != 0 && st.Tree.Digest() != uint64(e.N) {
		st = m.state(e.Zxid, uint64(e.N))
	}
	s.replica.now, s.replica.offered = st, nil
	if st != nil {
		s.save(&State{e.Zxid, st.Tree})
	}
}

// save remembers a snapshot. It may not be on disk yet when the server stops: Booted tells.
func (s *Server) save(st *State) {
	keep := s.replica.saved[max(0, len(s.replica.saved)+1-savedKept):]
	s.replica.saved = append(append(make([]*State, 0, savedKept), keep...), st)
}

func (m *Model) onSnapshotted(s *Server) {
	if s.replica.now != nil {
		s.save(s.replica.now)
	}
}

// loadSnap gives the server the tree that its disk holds at z, which is all that it has after a
// restart: its log waits until a leader says what is committed.
func (m *Model) loadSnap(s *Server, z zk.Zxid) {
	m.Rev.Data++
	s.replica.now, s.replica.offered = nil, nil
	if z == 0 {
		s.replica.now = m.data.blank
	}
	for _, st := range s.replica.saved {
		if st.Zxid == z {
			s.replica.now = st
		}
	}
	if st := s.replica.now; st != nil {
		s.Digest = st.Tree.Digest()
	}
}

// cutBack takes what a server had applied above z away again, which no correct cluster does.
func (m *Model) cutBack(s *Server, z zk.Zxid) {
	s.replica.now = nil
	for _, st := range m.data.states {
		if st.Zxid == z {
			s.replica.now, s.Digest = st, st.Tree.Digest()
		}
	}
}

// wipeData empties a server's tree. When no other server's log reaches it, the newest committed
// state is lost with it.
func (m *Model) wipeData(s *Server) {
	m.Rev.Data++
	s.replica = replica{now: m.data.blank}
	left := m.data.blank
	for other := range m.Servers() {
		if other.LastLogged >= m.data.committed.Zxid {
			return
		}
		if st := other.replica.now; st != nil && st.Zxid > left.Zxid {
			left = st
		}
	}
	m.data.committed = left
}
