package view

import (
	"slices"

	"github.com/zabscope/zabscope/core/zk"
)

// token marks who may edit a part in place: a part belongs to the model whose owner it carries.
type token struct{ _ byte }

// shared says which of a Model's own slices may be edited in place, one bit each.
type shared uint16

const (
	ownLinks shared = 1 << iota
	ownFlights
	ownClients
	ownSessions
	ownWatches
	ownViolations
	ownMarks
	ownStates
	ownOutages
	ownHistory
	ownEndings
)

// Clone returns a copy that can be changed without m noticing, and the other way round. It copies
// a few hundred words; parts are copied by whoever changes them first.
func (m *Model) Clone() *Model {
	c := *m
	m.owner, m.owns = new(token), 0
	c.owner, c.owns = new(token), 0
	return &c
}

// own makes *s editable in place: it copies it unless the bit says that it was copied already.
func own[T any](m *Model, bit shared, s *[]T) {
	if m.owns&bit != 0 {
		return
	}
	*s = append(make([]T, 0, len(*s)+8), *s...)
	m.owns |= bit
}

// edit returns a server that may be changed, and counts the change. A server that the model has
// not heard of, as in a recorded file without a header, is added as a voter.
func (m *Model) edit(id zk.ServerID) *Server {
	s := m.servers[id]
	if s == nil {
		s = &Server{ID: id, Role: zk.Down, owner: m.owner}
		m.Voters = m.Voters.With(id)
		m.servers[id] = s
	}
	if s.owner != m.owner {
		s = s.copy()
		s.owner = m.owner
		m.servers[id] = s
	}
	s.Rev++
	m.Rev.Servers++
	return s
}

func (s *Server) copy() *Server {
	c := *s
	c.Cells = slices.Clone(s.Cells)
	c.Fallen = slices.Clone(s.Fallen)
	c.Outstanding = slices.Clone(s.Outstanding)
	c.Learners = slices.Clone(s.Learners)
	c.Ballot.Tally = slices.Clone(s.Ballot.Tally)
	c.Ballot.Ignored = slices.Clone(s.Ballot.Ignored)
	c.Ballot.Elsewhere = slices.Clone(s.Ballot.Elsewhere)
	return &c
}

// client returns a client that may be changed, made on its first mention.
func (m *Model) client(letter zk.ServerID) *Client {
	m.Rev.Clients++
	own(m, ownClients, &m.Clients)
	i, found := slices.BinarySearchFunc(m.Clients, letter, func(c *Client, l zk.ServerID) int {
		return int(c.ID) - int(l)
	})
	if !found {
		c := &Client{ID: letter, owner: m.owner}
		m.Clients = slices.Insert(m.Clients, i, c)
		return c
	}
	c := m.Clients[i]
	if c.owner != m.owner {
		copied := *c
		copied.Ops, copied.Seen = slices.Clone(c.Ops), slices.Clone(c.Seen)
		copied.owner = m.owner
		c = &copied
		m.Clients[i] = c
	}
	return c
}
