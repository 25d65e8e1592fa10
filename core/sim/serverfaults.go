package sim

import (
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// killLeader ends the leader with the next proposal that it makes: it is outstanding then.
func (r *run) killLeader() bool {
	leader := r.leader()
	return leader != 0 && r.do(Command{
		Verb: CrashAt, Kind: trace.Proposed, From: zk.SetOf(leader),
		N: int64(below(&r.rng, 2)), // a kill, or the power
	})
}

// killMinority ends as many voters at once as the ensemble can do without.
func (r *run) killMinority() bool {
	var group zk.ServerSet
	for _, id := range r.shuffled() {
		if r.world.voters.Has(id) && group.Len() < (r.world.voters.Len()-1)/2 {
			group = group.With(id)
		}
	}
	verb := [...]Verb{Kill, Power}[below(&r.rng, 2)]
	return group != 0 && r.do(Command{Verb: verb, From: group})
}

// everybody stops all servers at once, and lets them go on one after the other.
func everybody(verb Verb) strike {
	return func(r *run) bool {
		back, longest := Start, 3*time.Second
		if verb == Pause {
			back, longest = Resume, 12*time.Second
		}
		at := r.upTo(longest)
		for _, id := range r.shuffled() {
			r.later(at, Command{Verb: back, From: zk.SetOf(id)})
			at += r.upTo(500 * time.Millisecond)
		}
		return r.do(Command{Verb: verb, From: r.world.all})
	}
}

func (r *run) power() bool {
	return r.do(Command{Verb: Power, From: zk.SetOf(r.world.drawServer(&r.rng))})
}

// pauseLeader lets the leader stand still for so long that others have a new one, and then go on
// with stale timers.
func (r *run) pauseLeader() bool {
	leader := zk.SetOf(r.leader())
	if leader == zk.SetOf(0) || !r.do(Command{Verb: Pause, From: leader}) {
		return false
	}
	r.later(r.upTo(25*time.Second), Command{Verb: Resume, From: leader})
	return true
}

// rolling restarts one server after the other.
func (r *run) rolling() bool {
	at := time.Duration(0)
	for _, id := range r.shuffled() {
		r.later(at, Command{Verb: Kill, From: zk.SetOf(id)})
		at += r.upTo(2 * time.Second)
		r.later(at, Command{Verb: Start, From: zk.SetOf(id)})
		at += r.upTo(3 * time.Second)
	}
	return true
}

// stuckDisk lets the fsyncs of a server hang, and then succeed.
func (r *run) stuckDisk() bool {
	who := zk.SetOf(r.world.drawServer(&r.rng))
	stuck := 3*time.Second + r.upTo(25*time.Second)
	r.later(r.upTo(2*time.Second), Command{Verb: SlowDisk, From: who})
	return r.do(Command{Verb: SlowDisk, From: who, D: stuck})
}

// wipeObserver empties the disk of a server without a vote: it has promised nothing.
func (r *run) wipeObserver() bool {
	_, observers := r.world.Servers()
	if observers == 0 {
		return false
	}
	who := zk.SetOf(firstOf(observers))
	r.later(r.upTo(2*time.Second), Command{Verb: Start, From: who})
	return r.do(Command{Verb: Wipe, From: who})
}

// failDisk lets the next fsync of a server fail, and starts the process again that ends by it.
func (r *run) failDisk() bool {
	who := zk.SetOf(r.world.drawServer(&r.rng))
	r.later(r.upTo(5*time.Second), Command{Verb: Start, From: who})
	return r.do(Command{Verb: FailDisk, From: who})
}

// harmFault takes from a disk a part of what is durable. Of the voters it harms a minority at most:
// whoever has lost something takes no part in a vote until a leader has made up for it.
func harmFault(what int64) strike {
	return func(r *run) bool {
		w := r.world
		who := zk.SetOf(w.drawServer(&r.rng))
		if hurt := (w.harmed() | who) & w.voters; hurt.Len() > (w.voters.Len()-1)/2 {
			return false
		}
		r.later(r.upTo(2*time.Second), Command{Verb: Start, From: who})
		return r.do(Command{Verb: Wipe, From: who, N: what}) && w.harmed()&who != 0
	}
}

// driftClocks lets the clock of one server, or each, run faster or slower: by 5 % at most, or now
// and then by far more.
func (r *run) driftClocks() bool {
	most := [...]int64{50, 50, 50, 300}[below(&r.rng, 4)]
	who := zk.SetOf(r.world.drawServer(&r.rng))
	if below(&r.rng, 2) == 0 {
		who = r.world.all
	}
	for id := range who.All() {
		n := int64(below(&r.rng, uint64(2*most+1))) - most
		r.do(Command{Verb: Drift, From: zk.SetOf(id), N: n})
	}
	return true
}

// toggleReadOnly lets servers without a leader serve reads for a while.
func (r *run) toggleReadOnly() bool {
	r.later(r.upTo(30*time.Second), Command{Verb: ReadOnly})
	return r.do(Command{Verb: ReadOnly, N: 1})
}

// The ways in which a server stops at a crash point.
const (
	crashKill = iota
	crashPower
	crashPause
	crashMute // a kill after the writes of the step and before anything is sent
)

// crashFault arms one of the named crash points, and often brings a server to pass it.
func crashFault(how int64) strike {
	return func(r *run) bool {
		p := &CrashPoints[below(&r.rng, uint64(len(CrashPoints)))]
		who := r.drawArmed()
		switch below(&r.rng, 3) {
		case 0:
			r.restart(zk.SetOf(r.leader()))
		case 1:
			r.restart(zk.SetOf(firstOf(who)))
		}
		return r.do(Command{Verb: CrashAt, Kind: p.Kind, Type: p.Type, From: who, N: how})
	}
}

// halfSync lets a server come back as a learner whose connection breaks when it has its history,
// just before NEWLEADER. Often its new leader ends too: the learner goes on to the next election
// without a restart, which follows later and shows what its disk has. It was away long enough to be
// far behind, or it was the leader and has a proposal that nobody else has.
func (r *run) halfSync() bool {
	who := zk.SetOf(r.world.drawServer(&r.rng))
	end := Command{Verb: Kill, From: who}
	if leader := r.leader(); leader != 0 && below(&r.rng, 2) == 0 {
		who = zk.SetOf(leader)
		end = Command{Verb: CrashAt, Kind: trace.Proposed, From: who, N: crashMute}
	}
	back := 3*time.Second + r.upTo(8*time.Second)
	r.later(back, Command{
		Verb: Drop, From: r.world.all, To: who, Type: zk.NewLeader, Count: 1,
	})
	r.later(back, Command{Verb: Start, From: who})
	if below(&r.rng, 4) > 0 {
		r.laterDo(back+r.upTo(2*time.Second), func(r *run) {
			r.restart(zk.SetOf(r.leader()))
			r.later(2*time.Second+r.upTo(8*time.Second), Command{Verb: Kill, From: who})
			r.later(11*time.Second, Command{Verb: Start, From: who})
		})
	}
	return r.do(end)
}

// drawArmed draws who has a crash point: the leader, everybody, or anybody.
func (r *run) drawArmed() zk.ServerSet {
	switch leader := r.leader(); below(&r.rng, 3) {
	case 0:
		if leader != 0 {
			return zk.SetOf(leader)
		}
	case 1:
		return r.world.all
	}
	return zk.SetOf(r.world.drawServer(&r.rng))
}

// restart ends servers soon and starts them again a little later.
func (r *run) restart(who zk.ServerSet) {
	at := r.upTo(300 * time.Millisecond)
	r.later(at, Command{Verb: Kill, From: who & r.world.all})
	r.later(at+r.upTo(2*time.Second), Command{Verb: Start, From: who & r.world.all})
}
