package sim

import (
	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Failure is a broken assertion inside a server: it stops the world.
type Failure struct {
	Seed   uint64
	Step   uint64 // the step in which it happened
	At     zk.Instant
	Server zk.ServerID
	Name   string        // of the invariant
	Events []trace.Event // the last ones before it, at most 50
	Status []node.Status // of every server that runs
}

// next returns when the next thing is due, and who is to be woken then, -1 for the queue's top. At
// one instant the queue goes first, then servers by id, then clients.
func (w *World) next() (due zk.Instant, who int) {
	due, who = zk.Never, -1
	if len(w.queue) > 0 {
		due = w.queue[0].due
	}
	for i, at := range w.wakes {
		if at < due {
			due, who = at, i
		}
	}
	return due, who
}

// NextAt returns when the next step will happen, zk.Never if nothing will.
func (w *World) NextAt() zk.Instant {
	due, _ := w.next()
	if w.fail != nil {
		return zk.Never
	}
	if due != zk.Never {
		due = max(due, w.now)
	}
	return due
}

// Step lets the next thing happen. It returns false if nothing ever will, or if the world has
// failed. A step may be without events: a connection request that arrives, for example.
func (w *World) Step() bool {
	due, who := w.next()
	if due == zk.Never || w.fail != nil {
		return false
	}
	w.now = max(w.now, due)
	w.steps++
	if who >= 0 {
		w.wake(who)
	} else {
		it := w.queue.pop()
		w.happen(&it)
	}
	w.strikePoints()
	return true
}

// RunTo steps through everything that is due up to the instant, which is Now afterwards.
func (w *World) RunTo(t zk.Instant) {
	for w.NextAt() <= t && w.Step() {
	}
	if w.fail == nil {
		w.now = max(w.now, t)
	}
}

// wake steps a server or client whose deadline has come.
func (w *World) wake(who int) {
	if who < len(w.servers) {
		w.step(&w.servers[who], step.Input{Kind: step.Wake})
		return
	}
	w.wakeClient(&w.clients[who-len(w.servers)])
}

func (w *World) happen(it *item) {
	switch it.kind {
	case itemMessage:
		w.deliver(it)
	case itemPeerUp:
		w.peerUp(it)
	case itemPeerDown:
		w.peerDown(it)
	case itemDial:
		w.dialled(it)
	case itemFsync:
		w.fsynced(it)
	case itemSnap:
		w.snapped(it)
	case itemSynced, itemSnapSaved:
		w.diskTells(it)
	case itemClientDial:
		w.clientDialled(it)
	case itemConnUp, itemConnDown:
		w.connChanged(it)
	case itemRequest:
		w.requestArrives(it)
	case itemClientUp, itemClientDown:
		w.clientLink(it)
	case itemReply:
		w.replyArrives(it)
	case itemChaos:
		w.chaosStrikes()
	}
}

// step lets the server take one input and carries out what it puts out.
func (w *World) step(s *server, in step.Input) {
	w.in = in
	w.in.At, w.in.WallMs = s.clock.at(w.now), w.wallMs(s)
	w.out.Reset()
	if w.stepCaught(s) {
		w.absorb(s)
	}
}

// stepCaught steps the machine. A broken assertion in it becomes a Failure.
func (w *World) stepCaught(s *server) (ok bool) {
	defer func() {
		if ok {
			return
		}
		cause := recover()
		v, is := cause.(step.Violation)
		if !is {
			panic(cause)
		}
		w.stop(s, v.Name)
	}()
	s.machine.Step(&w.in, &w.out)
	return true
}

// stop ends the run with the evidence. The events of the step that broke are in it.
func (w *World) stop(s *server, name string) {
	for i := range w.out.Trace {
		w.emit(&w.out.Trace[i])
	}
	f := &Failure{Seed: w.cfg.Seed, Step: w.steps, At: w.now, Server: s.cfg.ID, Name: name}
	w.fail = f
	w.emitWorld(trace.Event{Kind: trace.Violated, Path: name, Peer: s.cfg.ID})
	f.Events = w.recentEvents()
	for id := range w.all.All() {
		if n := w.Node(id); n != nil {
			f.Status = append(f.Status, n.Status())
		}
	}
}

// absorb carries out what a server put out: first the network takes the messages, so that the
// events can say when they will arrive, then the events, then everything else.
func (w *World) absorb(s *server) {
	out := &w.out
	w.fates = w.fates[:0]
	mute := len(w.points) > 0 && w.isMute(out.Trace)
	for i := range out.Sends {
		m := w.copyMessage(&out.Sends[i])
		f := fate{why: zk.WhyLinkBroken}
		if !mute {
			f = w.send(m)
		}
		w.fates = append(w.fates, f)
		if e := sentEvent(out.Trace, m.Cause); e != nil {
			e.N, e.Msg = int64(f.due), m
		}
	}
	for i := range out.Trace {
		w.emit(&out.Trace[i])
	}
	w.tellFates()
	w.write(s, out.Writes)
	for i := range out.Clients {
		if !mute {
			w.sendToClient(s, &out.Clients[i])
		}
	}
	for _, l := range out.Links {
		if l.Open {
			w.openLink(s.cfg.ID, l.Peer, l.Chan)
		} else {
			w.closeLink(s.cfg.ID, l.Peer, l.Chan)
		}
	}
	w.setWake(s, out.WakeAt)
}

// sentEvent finds the Sent event of a message: Seqs in one Output are dense.
func sentEvent(events []trace.Event, ref trace.Ref) *trace.Event {
	if len(events) == 0 {
		return nil
	}
	i := ref.Seq - events[0].Seq
	if i >= uint64(len(events)) || events[i].Ref != ref {
		return nil
	}
	return &events[i]
}

// tellFates tells of messages that went nowhere.
func (w *World) tellFates() {
	for i, f := range w.fates {
		m := &w.out.Sends[i]
		switch {
		case f.held:
			w.emitWorld(trace.Event{
				Kind: trace.Held, Cause: m.Cause, Peer: m.To, Other: m.From, Type: m.Type,
				Zxid: m.Zxid,
			})
		case f.why != zk.NoWhy:
			w.drop(w.copyMessage(m), f.why)
		}
	}
}
