package sim

import (
	"time"

	"github.com/zabscope/zabscope/core/zk"
)

// plainFault strikes with one of the kinds that a Chaos command has too.
func plainFault(kind Swarm) strike {
	return func(r *run) bool { return r.do(r.world.drawKind(&r.rng, kind)) }
}

// messageFault loses, holds or repeats the next messages of a type on some links.
func messageFault(verb Verb) strike {
	return func(r *run) bool {
		c := r.world.drawLinkFault(&r.rng, SwarmCut, zk.SetOf(r.world.drawServer(&r.rng)))
		c.Verb, c.Count = verb, int(1+below(&r.rng, 3))
		c.Type = zk.MsgType(1 + below(&r.rng, uint64(zk.Revalidate)))
		if verb == Duplicate {
			c.Type = zk.Notification
		}
		if verb == Hold {
			r.later(r.upTo(6*time.Second), Command{Verb: Release})
		}
		return r.do(c)
	}
}

// heavyTail lets the delay of all links from one server jump about, now and then by seconds.
func (r *run) heavyTail() bool {
	c := Command{Verb: Delay, From: zk.SetOf(r.world.drawServer(&r.rng)), To: r.world.all}
	at := time.Duration(0)
	for range 8 {
		c.D = 4 * time.Millisecond
		for below(&r.rng, 2) == 0 && c.D < 4*time.Second {
			c.D *= 2
		}
		r.later(at, c)
		at += r.upTo(800 * time.Millisecond)
	}
	c.D = 0
	r.later(at, c)
	return true
}

func (r *run) cutBoth() bool {
	c := Command{Verb: Cut, Both: true}
	c.From, c.To = zk.SetOf(r.world.drawServer(&r.rng)), zk.SetOf(r.world.drawServer(&r.rng))
	return r.do(c)
}

// shuffled returns all servers in a drawn order.
func (r *run) shuffled() []zk.ServerID {
	var list []zk.ServerID
	for id := range r.world.all.All() {
		list = append(list, id)
	}
	for i := len(list) - 1; i > 0; i-- {
		j := below(&r.rng, uint64(i+1))
		list[i], list[j] = list[j], list[i]
	}
	return list
}

func setOfAll(list []zk.ServerID) zk.ServerSet {
	var s zk.ServerSet
	for _, id := range list {
		s = s.With(id)
	}
	return s
}

// halves splits the servers in the middle.
func (r *run) halves() bool {
	list := r.shuffled()
	half := setOfAll(list[:len(list)/2])
	return r.isolate(half)
}

// isolate cuts a group off from the rest.
func (r *run) isolate(group zk.ServerSet) bool {
	return r.do(Command{Verb: Partition, Groups: []zk.ServerSet{group, r.world.all &^ group}})
}

func (r *run) isolateOne() bool { return r.isolate(zk.SetOf(r.world.drawServer(&r.rng))) }

func (r *run) isolateLeader() bool {
	leader := r.leader()
	return leader != 0 && r.isolate(zk.SetOf(leader))
}

// leader returns the server that leads, the one of the latest epoch if several do; 0 for none.
func (r *run) leader() zk.ServerID {
	leader, epoch := zk.ServerID(0), zk.Epoch(0)
	for id := range r.world.voters.All() {
		n := r.world.Node(id)
		if n == nil || r.world.Paused(id) {
			continue
		}
		if st := n.Status(); st.Role == zk.Leading && st.Accepted >= epoch {
			leader, epoch = id, st.Accepted
		}
	}
	return leader
}

// bridge cuts the servers in two groups that only one server sees both of.
func (r *run) bridge() bool {
	list := r.shuffled()
	half := (len(list) - 1) / 2
	return r.do(Command{
		Verb: Cut, From: setOfAll(list[:half]), To: setOfAll(list[half : len(list)-1]), Both: true,
	})
}

// ring lets each server see only two others.
func (r *run) ring() bool {
	list, done := r.shuffled(), false
	for i, id := range list {
		next, prev := list[(i+1)%len(list)], list[(i+len(list)-1)%len(list)]
		far := r.world.all.Without(id).Without(next).Without(prev)
		if far != 0 && r.do(Command{Verb: Cut, From: zk.SetOf(id), To: far}) {
			done = true
		}
	}
	return done
}

// flap cuts and mends a link again and again.
func (r *run) flap() bool {
	list := r.shuffled()
	if len(list) < 2 {
		return false
	}
	a, b := zk.SetOf(list[0]), zk.SetOf(list[1])
	at := time.Duration(0)
	for range 3 + below(&r.rng, 6) {
		r.later(at, Command{Verb: Cut, From: a, To: b, Both: true})
		at += r.upTo(time.Second)
		r.later(at, Command{Verb: HealLink, From: a, To: b, Both: true})
		at += r.upTo(time.Second)
	}
	return true
}

// swizzle cuts servers off one by one and brings them back in another order (FoundationDB's
// swizzle-clog).
func (r *run) swizzle() bool {
	at := time.Duration(0)
	chosen := r.shuffled()
	chosen = chosen[:1+below(&r.rng, uint64(len(chosen)))]
	for _, id := range chosen {
		r.later(at, Command{Verb: Cut, From: zk.SetOf(id), To: r.world.all, Both: true})
		at += r.upTo(700 * time.Millisecond)
	}
	for _, id := range r.shuffled() {
		r.later(at, Command{Verb: Heal, From: zk.SetOf(id)})
		at += r.upTo(700 * time.Millisecond)
	}
	return true
}

// resetLinks ends the connections between one server and another, or all others.
func (r *run) resetLinks() bool {
	c := Command{Verb: Reset, From: zk.SetOf(r.world.drawServer(&r.rng))}
	if c.To = zk.SetOf(r.world.drawServer(&r.rng)); below(&r.rng, 3) == 0 {
		c.To = r.world.all
	}
	return r.do(c)
}

// limitLinks makes a link slow enough that a SNAP takes seconds and heartbeats wait behind it, or
// so slow that not even they get through in time.
func (r *run) limitLinks() bool {
	c := Command{Verb: Bandwidth, From: zk.SetOf(r.world.drawServer(&r.rng)), To: r.world.all}
	if below(&r.rng, 2) == 0 {
		c.To = zk.SetOf(r.world.drawServer(&r.rng))
	}
	if below(&r.rng, 2) == 0 {
		c.From, c.To = c.To, c.From
	}
	c.N = int64(50) << below(&r.rng, 8)
	return r.do(c)
}
