package view

import "github.com/zabscope/zabscope/core/zk"

// Islands returns the groups of running servers that cannot reach each other, by smallest member.
// It is empty while all of them can: a whole cluster has no islands. Servers are in one group when
// a chain of links that pass both ways joins them.
func (m *Model) Islands() []Island {
	var groups []zk.ServerSet
	for rest := m.up(); rest != 0; {
		group := spread(lowest(rest), rest, m.isCut)
		groups = append(groups, group)
		rest &^= group
	}
	if len(groups) < 2 {
		return nil
	}
	islands := make([]Island, len(groups))
	for i, g := range groups {
		islands[i] = Island{
			Name: IslandName(i), Members: g, Voters: (g & m.Voters).Len(),
			Quorum: g.HasMajority(m.Voters),
		}
		if leader := m.leaderAmong(g); leader != nil {
			islands[i].Leader = leader.ID
			islands[i].Led = leader.Established && !leader.Paused
		}
	}
	return islands
}

// IslandOf returns the index in Islands of the server's island, -1 when there is none.
func (m *Model) IslandOf(id zk.ServerID) int {
	for i, island := range m.Islands() {
		if island.Members.Has(id) {
			return i
		}
	}
	return -1
}

// IslandName returns the letter of an island, "A" for 0.
func IslandName(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return decimal(uint64(i + 1))
}

func lowest(set zk.ServerSet) zk.ServerID {
	for id := range set.All() {
		return id
	}
	return 0
}

func (m *Model) up() zk.ServerSet {
	var set zk.ServerSet
	for s := range m.Servers() {
		if s.Up {
			set = set.With(s.ID)
		}
	}
	return set
}

// awake returns the servers that run and are not paused, as far as is known.
func (m *Model) awake() zk.ServerSet {
	set := m.up()
	for s := range m.Servers() {
		if s.Paused || m.Unheard(s) {
			set = set.Without(s.ID)
		}
	}
	return set
}

// isCut reports whether nothing passes from one server to another.
type isCut func(from, to zk.ServerID) bool

// spread returns all of among that can be reached from start, where links are cut as told.
func spread(start zk.ServerID, among zk.ServerSet, cut isCut) zk.ServerSet {
	group := zk.SetOf(start)
	touches := func(id zk.ServerID) bool {
		for other := range group.All() {
			if !cut(id, other) && !cut(other, id) {
				return true
			}
		}
		return false
	}
	for grown := true; grown; {
		grown = false
		for id := range (among &^ group).All() {
			if touches(id) {
				group = group.With(id)
				grown = true
			}
		}
	}
	return group
}

func (m *Model) isCut(from, to zk.ServerID) bool { return m.Link(from, to).Cut }

func (m *Model) leaderAmong(set zk.ServerSet) *Server {
	var best *Server
	for s := range m.Servers() {
		if set.Has(s.ID) && s.Role == zk.Leading && (best == nil || s.Current > best.Current) {
			best = s
		}
	}
	return best
}

// OldLeader reports whether the server still leads although it cannot reach a majority any more,
// or although a later leader serves already: it just has not noticed.
func (m *Model) OldLeader(id zk.ServerID) bool {
	s := m.Server(id)
	if s == nil || s.Role != zk.Leading || !s.Established {
		return false
	}
	if !m.heard(s).HasMajority(m.Voters) {
		return true
	}
	for o := range m.Servers() {
		if o.Role == zk.Leading && o.Established && o.Current > s.Current {
			return true
		}
	}
	return false
}

// heard returns the servers that can exchange messages with s both ways, as far as is known, and s.
func (m *Model) heard(s *Server) zk.ServerSet {
	set := zk.SetOf(s.ID)
	for o := range m.Servers() {
		if (o.Up || m.Unheard(o)) && !m.isCut(s.ID, o.ID) && !m.isCut(o.ID, s.ID) {
			set = set.With(o.ID)
		}
	}
	return set
}

// Leader returns the leader that clients are served by: established, and of the highest epoch. It
// is nil while there is none.
func (m *Model) Leader() *Server {
	var best *Server
	for s := range m.Servers() {
		if s.Established && (best == nil || s.Current > best.Current) {
			best = s
		}
	}
	return best
}

// Service sums the cluster up for the status bar.
func (m *Model) Service() Service {
	v := Service{Voters: m.Voters.Len(), Observers: m.Observers.Len(), Faults: m.faults()}
	for s := range m.Servers() {
		v.Committed = max(v.Committed, s.Committed)
		v.Epoch = max(v.Epoch, s.Current)
		if m.Unheard(s) {
			v.Unheard = v.Unheard.With(s.ID)
		}
		if s.Up && s.Role == zk.Looking {
			v.Round = max(v.Round, s.Ballot.Round)
		}
	}
	for _, c := range m.Clients {
		if c.Phase == ClientConnected {
			v.Clients++
		}
	}
	v.Sessions = m.OpenSessions()
	m.countReach(&v)
	v.State = m.judge(&v)
	return v
}

func (m *Model) countReach(v *Service) {
	for rest := m.awake(); rest != 0; {
		group := spread(lowest(rest), rest, m.isCut)
		v.Reachable = max(v.Reachable, (group & m.Voters).Len())
		rest &^= group
	}
	var heard, led zk.ServerSet
	leader := m.Leader()
	if leader != nil {
		v.Leader, v.Epoch = leader.ID, leader.Current
		if !leader.Paused {
			heard = m.heard(leader)
		}
	}
	for s := range m.Servers() {
		switch {
		case !s.Serving() || s.Paused || v.Unheard.Has(s.ID):
		case !heard.Has(s.ID) || s.Leader != leader.ID:
			v.Stale = v.Stale.With(s.ID)
		case m.Observers.Has(s.ID):
			v.Watching++
			led = led.With(s.ID)
		default:
			v.Serving++
			led = led.With(s.ID)
		}
	}
	if (heard&m.Voters).Len()*2 <= v.Voters { // another leader may be there without their knowledge
		v.Stale |= led
	}
}

func (m *Model) judge(v *Service) ServiceState {
	switch unheard := (v.Unheard & m.Voters).Len(); {
	case v.Serving*2 > v.Voters:
		return ServiceOK
	case v.Reachable*2 > v.Voters:
		return ServiceElecting
	case (v.Reachable+unheard)*2 > v.Voters:
		return ServiceUnknown
	case m.up() == 0:
		return ServiceDown
	}
	return ServiceNoQuorum
}

func (m *Model) faults() int {
	n := len(m.Links)
	for s := range m.Servers() {
		if s.Boot > 0 && !s.Up || s.Paused {
			n++
		}
		if s.Fsync > 0 {
			n++
		}
	}
	return n
}

// Barred returns the leader that a looking server cannot join because a cut lies between the two,
// and the servers that tell of this leader. It is 0 where nothing keeps a server apart like that.
// A server joins only a leader whose own word it has.
func (m *Model) Barred(s *Server) (leader zk.ServerID, from zk.ServerSet) {
	if !s.Up || s.Role != zk.Looking {
		return 0, 0
	}
	for l := range m.Servers() {
		apart := m.isCut(s.ID, l.ID) || m.isCut(l.ID, s.ID)
		if l.ID == s.ID || !l.Up || l.Role != zk.Leading || !apart {
			continue
		}
		if from = s.Ballot.Believers(l.ID); from != 0 && !from.Has(l.ID) {
			return l.ID, from
		}
	}
	return 0, 0
}
