package main

import (
	"fmt"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/peers"
	"github.com/zabscope/zabscope/server/store"
)

// parseFault reads a world line that breaks or mends something of an ensemble of these servers.
func parseFault(line string, leader zk.ServerID, all zk.ServerSet) (sim.Command, error) {
	l, err := scenario.ParseLine(line)
	if err != nil {
		return sim.Command{}, err
	}
	c, err := l.Command(leader, all)
	if err != nil {
		return sim.Command{}, err
	}
	switch c.Verb {
	case sim.Cut, sim.Delay, sim.Heal, sim.HealLink, sim.Partition, sim.Kill, sim.Power, sim.Start,
		sim.Pause, sim.Resume, sim.SlowDisk:
	default:
		return sim.Command{}, fmt.Errorf("%q cannot be done to real servers, only in the simulator"+
			" (zabscope play); these can: :cut 1>4 :delay 1>4 200ms :partition 1,2|3 :heal"+
			" :slowdisk 2 200ms :kill 3 :power 3 :start 3 :pause 3 :resume 3", line)
	}
	if c.Client != 0 {
		return sim.Command{}, fmt.Errorf("%q is about a client; real clients are not ours", line)
	}
	for _, named := range append(c.Groups, c.From, c.To) {
		if unknown := named &^ all; named != sim.Everyone && unknown != 0 {
			return sim.Command{}, fmt.Errorf("there is no server %s, only %s", unknown, all)
		}
	}
	return c, nil
}

// faults break one server on purpose: its disk, and what it sends.
type faults struct {
	self  zk.ServerID
	all   zk.ServerSet
	links *peers.Faults
	disk  *store.Faulty
}

// do carries out a line as far as it is about this server's disk or about what it sends.
func (f *faults) do(line string) error {
	c, err := parseFault(line, 0, f.all)
	if err != nil {
		return err
	}
	if c.Verb == sim.SlowDisk {
		if (c.From | zk.ServerSet(0).With(c.Server)).Has(f.self) {
			f.disk.Set(store.Faults{SyncDelay: c.D})
		}
		return nil
	}
	for peer := range f.all.Without(f.self).All() {
		if !concerns(&c, f.self, peer) {
			continue
		}
		switch c.Verb {
		case sim.Cut, sim.Partition:
			f.links.Cut(peer)
		case sim.Delay:
			f.links.Delay(peer, c.D)
		case sim.Heal, sim.HealLink:
			f.links.Heal(peer)
		}
	}
	return nil
}

// faults returns what breaks this server, nil where that is not allowed.
func (n *native) faults() *faults {
	if !n.who.faults {
		return nil
	}
	return &faults{
		self: n.who.id, all: n.cfg.Voters() | n.cfg.Observers(),
		links: peers.NewFaults(), disk: &store.Faulty{Files: store.OS{}},
	}
}

// ways returns what the links must ask, nil without faults.
func (f *faults) ways() *peers.Faults {
	if f == nil {
		return nil
	}
	return f.links
}

// files returns the disk's files, nil for the usual ones.
func (f *faults) files() store.Files {
	if f == nil {
		return nil
	}
	return f.disk
}

// concerns reports whether the command is about what from sends to to.
func concerns(c *sim.Command, from, to zk.ServerID) bool {
	switch c.Verb {
	case sim.Partition:
		return groupOf(c.Groups, from) != groupOf(c.Groups, to)
	case sim.Heal:
		return c.From == 0 || c.From.Has(from) || c.From.Has(to)
	}
	return c.From.Has(from) && c.To.Has(to) || c.Both && c.From.Has(to) && c.To.Has(from)
}

// groupOf returns the number of a server's group; those in none form one more.
func groupOf(groups []zk.ServerSet, id zk.ServerID) int {
	for i, g := range groups {
		if g.Has(id) {
			return i
		}
	}
	return len(groups)
}
