package main

import (
	"fmt"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/peers"
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
	case sim.Cut, sim.Delay, sim.Heal, sim.HealLink, sim.Partition, sim.Kill, sim.Start, sim.Pause,
		sim.Resume:
	default:
		return sim.Command{}, fmt.Errorf("%q cannot be done to real servers; these can: :cut 1>4"+
			" :delay 1>4 200ms :partition 1,2|3 :heal :kill 3 :start 3 :pause 3 :resume 3", line)
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

// linkFaults breaks what one server sends.
type linkFaults struct {
	self   zk.ServerID
	all    zk.ServerSet
	faults *peers.Faults
}

// do carries out a line about links, as far as this server is the sender.
func (f linkFaults) do(line string) error {
	c, err := parseFault(line, 0, f.all)
	if err != nil {
		return err
	}
	for peer := range f.all.Without(f.self).All() {
		if !concerns(&c, f.self, peer) {
			continue
		}
		switch c.Verb {
		case sim.Cut, sim.Partition:
			f.faults.Cut(peer)
		case sim.Delay:
			f.faults.Delay(peer, c.D)
		case sim.Heal, sim.HealLink:
			f.faults.Heal(peer)
		}
	}
	return nil
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
