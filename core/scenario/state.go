package scenario

import (
	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// State is what the page API tells of the position. Zxids are written as Apache writes them.
type State struct {
	TMs        Millis           `json:"t_ms"`
	Source     string           `json:"source"` // "sim"
	Epoch      zk.Epoch         `json:"epoch"`
	Leader     zk.ServerID      `json:"leader"` // 0 when there is none
	Groups     []StateGroup     `json:"groups"`
	Servers    []StateServer    `json:"servers"`
	Clients    []StateClient    `json:"clients"`
	Links      []StateLink      `json:"links"`
	InFlight   int              `json:"inFlight"` // messages between servers that are under way
	Violations []StateViolation `json:"violations"`
}

// StateGroup is one ensemble; a run has one.
type StateGroup struct {
	ID     int         `json:"id"`
	Leader zk.ServerID `json:"leader"`
	Epoch  zk.Epoch    `json:"epoch"`
}

// StateServer is one server.
type StateServer struct {
	ID            zk.ServerID `json:"id"`
	Group         int         `json:"group"`
	Role          string      `json:"role"` // LOOKING, FOLLOWING, LEADING, OBSERVING or DOWN
	Phase         string      `json:"phase"`
	Epoch         zk.Epoch    `json:"epoch"`
	AcceptedEpoch zk.Epoch    `json:"acceptedEpoch"`
	LastZxid      string      `json:"lastZxid"`
	CommittedZxid string      `json:"committedZxid"`
	Up            bool        `json:"up"`
	Paused        bool        `json:"paused"`
	Island        int         `json:"island"` // servers on one island can talk with each other
}

// StateClient is one client; Server is 0 while it is not connected.
type StateClient struct {
	Name    string      `json:"name"`
	Server  zk.ServerID `json:"server"`
	Session string      `json:"session"`
	State   string      `json:"state"`
}

// StateLink is one direction between two servers. Loss is in percent.
type StateLink struct {
	From    zk.ServerID `json:"from"`
	To      zk.ServerID `json:"to"`
	Cut     bool        `json:"cut"`
	DelayMs int64       `json:"delay_ms"`
	Loss    int64       `json:"loss"`
}

// StateViolation is an invariant that broke.
type StateViolation struct {
	Name string `json:"name"`
	TMs  Millis `json:"t_ms"`
}

// State returns the state at the position.
func (s *Session) State() State {
	f := s.facts()
	st := State{
		TMs: Millis(s.Now()), Source: "sim", Epoch: f.epoch(), Leader: f.leader(),
		Servers: []StateServer{}, Clients: []StateClient{}, Links: []StateLink{},
		Violations: []StateViolation{},
	}
	st.Groups = []StateGroup{{ID: 1, Leader: st.Leader, Epoch: st.Epoch}}
	all := f.voters | f.observers
	for id := range all.All() {
		st.Servers = append(st.Servers, s.stateServer(id))
		for to := range all.Without(id).All() {
			st.Links = append(st.Links, f.stateLink(id, to))
		}
	}
	for i := range f.clients {
		if f.clients[i].made {
			st.Clients = append(st.Clients, f.clients[i].stateOf(zk.ServerID('A'+i)))
		}
	}
	for _, p := range s.tl.World().Pending() {
		if p.Msg != nil {
			st.InFlight++
		}
	}
	for _, v := range s.Violations() {
		st.Violations = append(st.Violations, StateViolation{v.Name, Millis(v.At)})
	}
	return st
}

func (s *Session) stateServer(id zk.ServerID) StateServer {
	v := s.facts().server(id)
	return StateServer{
		ID: id, Group: 1, Role: v.role.String(), Phase: v.phase.String(), Epoch: v.current,
		AcceptedEpoch: v.accepted, LastZxid: v.last.String(), CommittedZxid: v.done.String(),
		Up: v.up, Paused: v.paused, Island: s.tl.World().Island(id),
	}
}

func (f *facts) stateLink(from, to zk.ServerID) StateLink {
	l := f.link(from, to)
	return StateLink{
		From: from, To: to, Cut: l.cut, DelayMs: l.delay / 1e6,
		Loss: (l.loss*100 + 1<<31) >> 32,
	}
}

func (c *clientFacts) stateOf(letter zk.ServerID) StateClient {
	st := StateClient{
		Name: letter.String(), Server: c.server, State: client.State(c.state).String(),
		Session: "",
	}
	if c.session != 0 {
		st.Session = step.SessionString(c.session)
	}
	return st
}
