package sim

import (
	"math/rand/v2"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// chaos is the state of a Chaos command.
type chaos struct {
	stream rand.PCG
	swarm  Swarm
	until  zk.Instant
	runs   uint64 // Chaos commands so far
}

// Swarm is the set of faults that a random run draws from. Each run first draws which faults exist
// at all: a fault that is everywhere hides what only its absence lets happen. None of them is
// outside the fault model: no disk lies or is wiped.
type Swarm uint16

// The kinds of random faults.
const (
	SwarmKill Swarm = 1 << iota
	SwarmPower
	SwarmPause
	SwarmPartition
	SwarmCut
	SwarmLoss
	SwarmDelay
	SwarmDrop
	SwarmDisk
	SwarmSkew
	SwarmUnplug
	swarmEnd
)

var swarmNames = [...]string{
	"kill", "power", "pause", "partition", "cut", "loss", "delay", "drop", "slowdisk", "skew",
	"unplug",
}

// String returns the kinds joined by commas.
func (s Swarm) String() string {
	text := ""
	for i, name := range swarmNames {
		if s>>i&1 == 0 {
			continue
		}
		if text != "" {
			text += ","
		}
		text += name
	}
	return text
}

// drawSwarm draws which faults exist: each with a chance of one half, and at least one.
func drawSwarm(p *rand.PCG) Swarm {
	for {
		if s := Swarm(p.Uint64()) & (swarmEnd - 1); s != 0 {
			return s
		}
	}
}

// startChaos begins random faults; they end, and are undone, after the duration.
func (w *World) startChaos(d time.Duration) {
	w.chaos.runs++
	w.chaos.stream = *rand.NewPCG(mixSeed(w.cfg.Seed, "chaos", 0, 0), w.chaos.runs)
	w.chaos.swarm = drawSwarm(&w.chaos.stream)
	running := w.chaos.until > w.now
	w.chaos.until = max(w.chaos.until, w.now.Add(d))
	if !running {
		w.push(item{due: w.now, kind: itemChaos})
	}
}

// chaosStrikes lets one fault happen and plans the next.
func (w *World) chaosStrikes() {
	if w.now >= w.chaos.until {
		w.repair()
		return
	}
	c := w.drawFault(&w.chaos.stream, w.chaos.swarm)
	c.Line = c.String()
	if w.check(&c) == nil {
		w.act(&c, w.emitWorld(trace.Event{Kind: trace.Noted, Path: c.Line}))
	}
	next := w.now.Add(faultGap(&w.chaos.stream))
	w.push(item{due: min(next, w.chaos.until), kind: itemChaos})
}

// repair undoes all faults: what is paused runs on, what is down starts, links and disks are well.
func (w *World) repair() {
	for _, c := range w.cures() {
		c.Line = c.String()
		if w.check(&c) == nil {
			w.act(&c, w.emitWorld(trace.Event{Kind: trace.Noted, Path: c.Line}))
		}
	}
}

// cures lists the commands that undo all faults.
func (w *World) cures() []Command {
	list := w.repairs()
	for id := range w.all.All() {
		if w.servers[id].clock.drift != 0 {
			list = append(list, Command{Verb: Drift, From: zk.SetOf(id)})
		}
	}
	return list
}

// repairs lists the commands that undo all faults but drifting clocks, which hinder nobody.
func (w *World) repairs() []Command {
	list := []Command{{Verb: Heal}}
	for id := range w.all.All() {
		s := &w.servers[id]
		if s.disk.fsync != 0 || s.disk.failing {
			list = append(list, Command{Verb: SlowDisk, From: zk.SetOf(id)})
		}
		switch {
		case s.machine == nil:
			list = append(list, Command{Verb: Start, From: zk.SetOf(id)})
		case s.paused:
			list = append(list, Command{Verb: Resume, From: zk.SetOf(id)})
		}
	}
	for i := range w.clients {
		if k := &w.clients[i]; k.session != nil && k.paused {
			list = append(list, Command{Verb: Resume, Client: k.letter})
		}
	}
	return list
}

// faultGap draws the time to the next fault: mostly short, sometimes long enough for an election.
func faultGap(p *rand.PCG) time.Duration {
	if below(p, 4) == 0 {
		return aroundMs(p, 6*time.Second, 4*time.Second)
	}
	return aroundMs(p, 700*time.Millisecond, 650*time.Millisecond)
}

// drawFault draws the next command. Whoever is down, paused or cut off comes back with a chance
// that rises with the damage, so that runs do not end in a heap of ruins.
func (w *World) drawFault(p *rand.PCG, swarm Swarm) Command {
	if below(p, 10) < 3+w.damage() {
		if c, ok := w.drawRepair(p); ok {
			return c
		}
	}
	for {
		kind := Swarm(1) << below(p, uint64(len(swarmNames)))
		if kind&swarm != 0 {
			return w.drawKind(p, kind)
		}
	}
}

// damage counts what is wrong, at most 4.
func (w *World) damage() uint64 {
	n := uint64(0)
	for id := range w.all.All() {
		if s := &w.servers[id]; s.machine == nil || s.paused {
			n++
		}
	}
	for i := range w.links {
		if w.links[i].cut {
			n++
			break
		}
	}
	return min(n, 4)
}

// drawRepair draws one of the repairs, healing last.
func (w *World) drawRepair(p *rand.PCG) (Command, bool) {
	list := w.repairs()
	if len(list) == 1 && w.damage() == 0 {
		return Command{}, false
	}
	return list[below(p, uint64(len(list)))], true
}

func (w *World) drawKind(p *rand.PCG, kind Swarm) Command {
	who := w.drawServer(p)
	target := zk.SetOf(who)
	switch kind {
	case SwarmKill:
		return Command{Verb: Kill, From: target}
	case SwarmPower:
		return Command{Verb: Power, From: w.drawPowered(p, target)}
	case SwarmPause:
		return Command{Verb: Pause, From: target}
	case SwarmPartition:
		return w.drawPartition(p)
	case SwarmDisk:
		slow := aroundMs(p, time.Second, 990*time.Millisecond)
		return Command{Verb: SlowDisk, From: target, D: slow}
	case SwarmSkew:
		off := aroundMs(p, time.Hour, time.Hour) - 30*time.Minute
		return Command{Verb: Skew, From: target, D: off}
	case SwarmUnplug:
		if letters := w.Clients(); letters != "" {
			i := below(p, uint64(len(letters)))
			return Command{Verb: Unplug, Client: zk.ServerID(letters[i])}
		}
	}
	return w.drawLinkFault(p, kind, target)
}

// drawPowered sometimes takes the power of everybody at once.
func (w *World) drawPowered(p *rand.PCG, target zk.ServerSet) zk.ServerSet {
	if below(p, 8) == 0 {
		return w.all
	}
	return target
}

func (w *World) drawLinkFault(p *rand.PCG, kind Swarm, from zk.ServerSet) Command {
	c := Command{Verb: Cut, From: from, To: zk.SetOf(w.drawServer(p))}
	if c.To == from || below(p, 3) == 0 {
		c.To = w.all
	}
	if below(p, 2) == 0 {
		c.From, c.To = c.To, c.From
	}
	switch kind {
	case SwarmLoss:
		c.Verb, c.Chance = Loss, uint32((1+below(p, 25))<<32/100)
	case SwarmDelay:
		c.Verb, c.D = Delay, aroundMs(p, 500*time.Millisecond, 499*time.Millisecond)
	case SwarmDrop:
		c.Verb = [...]Verb{Drop, Hold, Duplicate}[below(p, 3)]
		c.Type = zk.MsgType(1 + below(p, uint64(zk.Revalidate)))
		c.Count = int(1 + below(p, 3))
		if c.Verb == Duplicate {
			c.Type = zk.Notification
		}
	}
	return c
}

func (w *World) drawServer(p *rand.PCG) zk.ServerID {
	n := below(p, uint64(w.all.Len()))
	for id := range w.all.All() {
		if n == 0 {
			return id
		}
		n--
	}
	return 0
}

// drawPartition draws two groups, neither of them empty.
func (w *World) drawPartition(p *rand.PCG) Command {
	for {
		group := zk.ServerSet(p.Uint64()) & w.all
		if group != 0 && group != w.all {
			return Command{Verb: Partition, Groups: []zk.ServerSet{group, w.all &^ group}}
		}
		if w.all.Len() < 2 {
			return Command{Verb: Pause, From: w.all}
		}
	}
}
