package view

import (
	"slices"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

func duration(n int64) time.Duration { return time.Duration(n) }

func millis(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// onNoted reads off a line whether rules for messages may be at work: they leave no other trace.
func (m *Model) onNoted(e *trace.Event) {
	verb, rest, _ := strings.Cut(strings.TrimSpace(e.Path), " ")
	switch verb {
	case ":drop", ":hold", ":duplicate":
		m.Ruled = true
	case ":heal":
		m.Ruled = m.Ruled && strings.Trim(rest, " *") != ""
	}
}

func (m *Model) onCrashed(e *trace.Event) {
	if !isServer(e.Peer) {
		return
	}
	s := m.edit(e.Peer)
	s.Up, s.Paused, s.Lost, s.Told = false, false, false, true
	s.Role, s.Phase, s.Leader, s.Why = zk.Down, zk.Election, 0, zk.NoWhy
	s.Linked = [2]zk.ServerSet{}
	s.stopLeading()
	m.loseWatches(s, 0)
	m.loseTo(e.Peer)
	m.Rev.Votes++
	m.Rev.Data++
}

func (m *Model) onPaused(e *trace.Event) {
	paused := e.Kind == trace.Paused
	if e.Peer.IsClient() {
		m.client(e.Peer).Paused = paused
		return
	}
	m.edit(e.Peer).Paused = paused
}

// onMissed marks a server of whom something was not seen. What is known of it may be old.
func (m *Model) onMissed(e *trace.Event) {
	if m.Server(e.Peer) != nil {
		s := m.edit(e.Peer)
		s.Missed, s.Lost = max(1, e.At), e.N < 0
		m.Rev.Status++
		m.loseTo(e.Peer)
	}
}

func (m *Model) retireMissed() {
	for id, s := range &m.servers {
		if s != nil && s.Missed != 0 && m.Now.Sub(s.Missed) > MissedFor {
			m.edit(zk.ServerID(id)).Missed = 0
		}
	}
}

func (m *Model) onWiped(e *trace.Event) {
	if e.N != 0 {
		return // what is left shows when the server starts
	}
	s := m.edit(e.Peer)
	s.Cells, s.Older, s.Fallen = nil, 0, nil
	s.Accepted, s.Current, s.DurableAccepted, s.DurableEpoch = 0, 0, 0, 0
	s.LastLogged, s.LastDurable, s.Committed, s.Applied = 0, 0, 0, 0
	s.Snapshot, s.Digest = 0, 0
	s.Ballot = Ballot{}
	m.wipeData(s)
}

// onBooted replaces all that a process remembers by what its disk held.
func (m *Model) onBooted(s *Server, e *trace.Event) {
	m.Rev.Status++
	if e.Set != 0 {
		m.Voters = e.Set
	}
	s.Up, s.Paused, s.Boot, s.Lost, s.Told = true, false, e.Boot, false, true
	s.Role, s.Phase, s.Leader, s.Why = e.Role, zk.Election, 0, zk.Restarted
	s.Observer = !m.Voters.Has(s.ID)
	if s.Observer {
		m.Observers = m.Observers.With(s.ID)
	}
	s.Linked = [2]zk.ServerSet{}
	s.Ballot = Ballot{}
	s.stopLeading()
	s.Current, s.DurableEpoch = e.Epoch, e.Epoch
	s.Accepted, s.DurableAccepted = zk.Epoch(e.N), zk.Epoch(e.N)
	s.LastLogged, s.LastDurable = e.Zxid, e.Zxid
	s.cutCells(e.Zxid, e.At)
	s.Snapshot, s.Committed, s.Applied, s.Digest = e.Last, e.Last, e.Last, 0
	m.loseWatches(s, 0)
	m.loseTo(s.ID)
	m.lose(func(f *Flight) bool { return f.ID.Node == s.ID && f.ID.Boot < e.Boot })
	m.forgetSessions(s)
	if told, ok := e.Msg.(Told); ok {
		s.save(&State{e.Last, told.Tree})
	}
	m.loadSnap(s, e.Last)
}

func (m *Model) onLink(e *trace.Event) {
	l := m.editLink(e.Peer, e.Other)
	switch e.Kind {
	case trace.Cut:
		l.Cut = true
	case trace.Delayed:
		l.Delay = duration(e.N)
	case trace.Lossy:
		l.Loss = uint32(min(e.N, 1<<32-1))
	case trace.Mended:
		*l = Link{From: e.Peer, To: e.Other}
	}
	m.Links = slices.DeleteFunc(m.Links, func(l Link) bool {
		return !l.Cut && l.Delay == 0 && l.Loss == 0
	})
}

func (m *Model) editLink(from, to zk.ServerID) *Link {
	m.Rev.Links++
	own(m, ownLinks, &m.Links)
	at, found := slices.BinarySearchFunc(m.Links, Link{From: from, To: to}, compareLink)
	if !found {
		m.Links = slices.Insert(m.Links, at, Link{From: from, To: to})
	}
	return &m.Links[at]
}

func compareLink(a, b Link) int {
	if a.From != b.From {
		return int(a.From) - int(b.From)
	}
	return int(a.To) - int(b.To)
}

// onConnection notes a connection that a node opened or lost. A leader that loses a learner's
// quorum connection forgets the learner.
func (m *Model) onConnection(e *trace.Event) {
	if !isServer(e.Node) || e.N < 0 || e.N > 1 {
		return
	}
	s := m.edit(e.Node)
	m.Rev.Links++
	m.loseOn(s.ID, e.Peer, e.N) // what went into the connection before
	if e.Kind == trace.LinkUp {
		s.Linked[e.N] = s.Linked[e.N].With(e.Peer)
		return
	}
	s.Linked[e.N] = s.Linked[e.N].Without(e.Peer)
	m.loseOn(e.Peer, s.ID, e.N)
	if e.N == int64(zk.QuorumChannel) {
		s.forgetLearner(e.Peer)
	}
}

func (m *Model) onRefused(e *trace.Event) {
	if !isServer(e.Node) || !isServer(e.Peer) {
		return
	}
	s := m.edit(e.Node)
	m.Rev.Links++
	s.Linked[zk.QuorumChannel] = s.Linked[zk.QuorumChannel].Without(e.Peer)
	s.forgetLearner(e.Peer)
}

// onViolated splits the name of the invariant from what was seen: "Agreement: …".
func (m *Model) onViolated(e *trace.Event) {
	own(m, ownViolations, &m.Violations)
	m.Rev.Checks++
	name, detail, _ := strings.Cut(e.Path, " ")
	m.Violations = append(m.Violations, Violation{
		Ref: e.Ref, At: e.At, Name: strings.TrimSuffix(name, ":"), Detail: detail,
		Peer: e.Peer, Zxid: e.Zxid,
	})
}
