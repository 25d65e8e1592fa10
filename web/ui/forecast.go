package ui

import (
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// Damage is a fault that has not happened: servers that would stop or stand still, servers that
// would be cut off from all others, or two servers between which nothing would pass.
type Damage struct {
	Gone  zk.ServerSet
	Apart zk.ServerSet
	Cut   [2]zk.ServerID // 0, 0 for none
}

// Forecast says in one sentence what a fault would mean for the service, "" for no fault.
func Forecast(m *view.Model, d Damage, t text.Printer) string {
	if d == (Damage{}) {
		return ""
	}
	sentence := outlook(m, &d, t)
	if letters := strandedClients(m, d.Gone); letters != "" {
		sentence += " " + t.T("forecast.clients", "letters", letters)
	}
	return sentence
}

func outlook(m *view.Model, d *Damage, t text.Printer) string {
	best, n, leader := d.largest(m), m.Voters.Len(), m.Leader()
	before := (&Damage{}).largest(m)
	args := []any{"k", best.Len(), "n", n}
	switch {
	case !before.HasMajority(m.Voters):
		return t.T("forecast.already", "k", before.Len(), "n", n)
	case !best.HasMajority(m.Voters):
		return t.T("forecast.noquorum", args...)
	case leader == nil:
		return t.T("forecast.electing", args...)
	case !d.follows(m, leader).HasMajority(m.Voters):
		return t.T("forecast.leader", args...)
	}
	args = append(args, "l", leader.ID)
	if lost := serving(m, leader) &^ d.follows(m, leader); lost != 0 && d.Cut[0] != 0 {
		return t.T("forecast.follower", append(args, "f", serverList(lost))...)
	}
	if d.Cut[0] != 0 {
		return t.T("forecast.votes", args...)
	}
	return t.T("forecast.nothing", args...)
}

// passes reports whether messages would go both ways between two servers.
func (d *Damage) passes(m *view.Model, a, b zk.ServerID) bool {
	if m.Link(a, b).Cut || m.Link(b, a).Cut || d.Apart.Has(a) != d.Apart.Has(b) {
		return false
	}
	return d.Cut != [2]zk.ServerID{a, b} && d.Cut != [2]zk.ServerID{b, a}
}

// works reports whether the server would run.
func (d *Damage) works(s *view.Server) bool { return s.Up && !s.Paused && !d.Gone.Has(s.ID) }

// largest returns the most voters that would all run and reach each other.
func (d *Damage) largest(m *view.Model) zk.ServerSet {
	var best zk.ServerSet
	for s := range m.Servers() {
		if d.works(s) && m.Voters.Has(s.ID) {
			if group := d.around(m, s.ID); group.Len() > best.Len() {
				best = group
			}
		}
	}
	return best
}

// around returns the voters that would be joined to one by a chain of links.
func (d *Damage) around(m *view.Model, start zk.ServerID) zk.ServerSet {
	group := zk.SetOf(start)
	for grown := true; grown; {
		grown = false
		for s := range m.Servers() {
			if group.Has(s.ID) || !d.works(s) || !m.Voters.Has(s.ID) {
				continue
			}
			for member := range group.All() {
				if d.passes(m, member, s.ID) {
					group, grown = group.With(s.ID), true
					break
				}
			}
		}
	}
	return group
}

// follows returns the voters that would go on with the leader, itself included; none without it.
func (d *Damage) follows(m *view.Model, leader *view.Server) zk.ServerSet {
	if !d.works(leader) {
		return 0
	}
	set := zk.SetOf(leader.ID)
	for id := range serving(m, leader).All() {
		if d.works(m.Server(id)) && d.passes(m, leader.ID, id) {
			set = set.With(id)
		}
	}
	return set
}

// serving returns the voters that follow the leader now, itself included.
func serving(m *view.Model, leader *view.Server) zk.ServerSet {
	set := zk.SetOf(leader.ID)
	for s := range m.Servers() {
		if s.Up && s.Leader == leader.ID && m.Voters.Has(s.ID) {
			set = set.With(s.ID)
		}
	}
	return set
}

// strandedClients lists the clients that would have to find another server.
func strandedClients(m *view.Model, gone zk.ServerSet) string {
	letters := ""
	for id := range gone.All() {
		for _, c := range m.ClientsAt(id) {
			if letters != "" {
				letters += " "
			}
			letters += c.String()
		}
	}
	return letters
}
