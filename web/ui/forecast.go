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
	w := newWhatIf(m)
	before := w.largest()
	w.damage = *d
	best, n, leader := w.largest(), m.Voters.Len(), m.Leader()
	args := []any{"k", best.Len(), "n", n}
	switch {
	case !before.HasMajority(m.Voters):
		return t.T("forecast.already", "k", before.Len(), "n", n)
	case !best.HasMajority(m.Voters):
		return t.T("forecast.noquorum", args...)
	case leader == nil:
		return t.T("forecast.electing", args...)
	}
	rest := w.follows(leader)
	if !rest.HasMajority(m.Voters) {
		return t.T("forecast.leader", args...)
	}
	args = append(args, "l", leader.ID)
	if lost := serving(m, leader) &^ rest; lost != 0 && d.Cut[0] != 0 {
		return t.T("forecast.follower", append(args, "f", serverList(lost))...)
	}
	if d.Cut[0] != 0 {
		return t.T("forecast.votes", args...)
	}
	return t.T("forecast.nothing", args...)
}

// whatIf is the cluster as it would be.
type whatIf struct {
	m       *view.Model
	damage  Damage
	blocked [zk.ServerMax + 1]zk.ServerSet // whom each server does not reach both ways now
}

func newWhatIf(m *view.Model) *whatIf {
	w := &whatIf{m: m}
	for _, l := range m.Links {
		if l.Cut && l.From <= zk.ServerMax && l.To <= zk.ServerMax {
			w.blocked[l.From] = w.blocked[l.From].With(l.To)
			w.blocked[l.To] = w.blocked[l.To].With(l.From)
		}
	}
	return w
}

// passes reports whether messages would go both ways between two servers.
func (w *whatIf) passes(a, b zk.ServerID) bool {
	d := &w.damage
	if w.blocked[a].Has(b) || d.Apart.Has(a) != d.Apart.Has(b) {
		return false
	}
	return d.Cut != [2]zk.ServerID{a, b} && d.Cut != [2]zk.ServerID{b, a}
}

// works reports whether the server would run.
func (w *whatIf) works(s *view.Server) bool {
	return s.Up && !s.Paused && !w.damage.Gone.Has(s.ID)
}

// largest returns the most voters that would all run and reach each other.
func (w *whatIf) largest() zk.ServerSet {
	var working, best zk.ServerSet
	for s := range w.m.Servers() {
		if w.works(s) && w.m.Voters.Has(s.ID) {
			working = working.With(s.ID)
		}
	}
	for rest := working; rest != 0; {
		group := w.around(lowest(rest), working)
		if rest &^= group; group.Len() > best.Len() {
			best = group
		}
	}
	return best
}

// around returns those of working that would be joined to one by a chain of links.
func (w *whatIf) around(start zk.ServerID, working zk.ServerSet) zk.ServerSet {
	group := zk.SetOf(start)
	for grown := true; grown; {
		grown = false
		for member := range group.All() {
			for id := range (working &^ group).All() {
				if w.passes(member, id) {
					group, grown = group.With(id), true
				}
			}
		}
	}
	return group
}

// follows returns the voters that would go on with the leader, itself included; none without it.
func (w *whatIf) follows(leader *view.Server) zk.ServerSet {
	if !w.works(leader) {
		return 0
	}
	set := zk.SetOf(leader.ID)
	for id := range serving(w.m, leader).All() {
		if w.works(w.m.Server(id)) && w.passes(leader.ID, id) {
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
