package sim

import (
	"slices"

	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// act does what check has allowed.
func (w *World) act(c *Command, cause trace.Ref) {
	switch c.Verb {
	case Partition:
		w.partition(c.Groups, cause)
	case Heal:
		w.heal(c.targets(), cause)
	case HealLink, Cut, Delay, Loss, Drop, Hold, Duplicate, Reset, Bandwidth:
		w.actLink(c, cause)
	case Release:
		w.endHolds(c)
	case NewClient:
		w.newClient(c, c.Client)
	case Pause, Resume, Unplug, Move, Expire, CloseClient, Request:
		w.actClient(c, cause)
	case Quirk:
		w.setQuirks(zk.Quirk(c.N))
	case ReadOnly:
		w.setReadOnly(c.N != 0)
	case Chaos:
		w.startChaos(c.D)
	case Fire:
		w.Fire(uint64(c.N))
	case Note:
	default:
		w.actServers(c, cause)
	}
}

func (w *World) actServers(c *Command, cause trace.Ref) {
	for id := range c.From.All() {
		s := &w.servers[id]
		switch c.Verb {
		case Start:
			w.start(s)
		case Kill, Power:
			w.kill(s, crash{power: c.Verb == Power, keep: int(c.N)}, cause)
		case Pause:
			w.pause(s, cause)
		case Resume:
			w.resume(s, cause)
		case Wipe:
			w.wipe(s, c.N, cause)
		case SlowDisk:
			s.disk.fsync, s.disk.failing = c.D, false
			w.emitWorld(trace.Event{
				Kind: trace.DiskSlowed, Cause: cause, Peer: id, N: int64(c.D),
			})
		case Skew:
			s.skewMs = c.D.Milliseconds()
			w.emitWorld(trace.Event{Kind: trace.Skewed, Cause: cause, Peer: id, N: s.skewMs})
		case Drift:
			w.drift(s, c.N, cause)
		case FailDisk:
			s.disk.failing = true
		case CrashAt:
			w.points = append(w.points, crashPoint{server: id, kind: c.Kind, typ: c.Type, how: c.N})
		}
	}
}

func (w *World) actLink(c *Command, cause trace.Ref) {
	switch c.Verb {
	case Drop, Hold, Duplicate:
		if !c.Flight.IsZero() {
			w.seize(c)
			return
		}
		w.addRule(c)
		return
	}
	if c.Client != 0 {
		w.plugTold(w.slot(c.Client), cause)
		return
	}
	for from := range c.From.All() {
		for to := range c.To.Without(from).All() {
			if c.Verb == Reset && c.From.Has(to) && c.To.Has(from) && to < from {
				continue // its turn has been
			}
			w.changeLink(c, from, to, cause)
			if c.Both && !(c.From.Has(to) && c.To.Has(from)) { // else its turn comes
				w.changeLink(c, to, from, cause)
			}
		}
	}
}

func (w *World) changeLink(c *Command, from, to zk.ServerID, cause trace.Ref) {
	switch c.Verb {
	case HealLink:
		w.mend(from, to, cause)
	case Cut:
		w.cut(from, to, cause)
	case Delay:
		w.link(from, to).delay = c.D
		w.emitWorld(trace.Event{
			Kind: trace.Delayed, Cause: cause, Peer: from, Other: to, N: int64(c.D),
		})
	case Loss:
		w.link(from, to).loss = c.Chance
		w.emitWorld(trace.Event{
			Kind: trace.Lossy, Cause: cause, Peer: from, Other: to, N: int64(c.Chance),
		})
	case Reset:
		w.reset(from, to)
	case Bandwidth:
		w.limit(from, to, c.N, cause)
	}
}

func (w *World) actClient(c *Command, cause trace.Ref) {
	if c.Client == 0 { // Pause and Resume of servers
		w.actServers(c, cause)
		return
	}
	k := w.slot(c.Client)
	switch c.Verb {
	case Pause:
		w.pauseClient(k, cause)
	case Resume:
		w.resumeClient(k, cause)
	case Unplug, Expire:
		k.expiring = c.Verb == Expire
		if !k.unplugged {
			k.unplugged = true
			w.emitWorld(trace.Event{Kind: trace.Cut, Cause: cause, Peer: k.letter})
		}
	case Move:
		k.slowBye = c.D
		w.stepClient(k, client.Input{Kind: client.Move, Server: c.Server, Cause: cause})
		k.slowBye = 0
	case CloseClient:
		w.submit(k, &zk.Request{Op: zk.OpCloseSession}, c.Line, cause)
	case Request:
		w.submit(k, c.Req, c.Line, cause)
	}
}

// submit hands a request to a client.
func (w *World) submit(k *clientSlot, req *zk.Request, line string, cause trace.Ref) {
	w.stepClient(k, client.Input{Kind: client.Submit, Req: req, Line: line, Cause: cause})
}

// setQuirks switches quirks on running servers, if they allow it, and on those that start later.
func (w *World) setQuirks(q zk.Quirk) {
	w.cfg.Quirks = q
	for id := range w.all.All() {
		s := &w.servers[id]
		s.cfg.Quirks = q
		if n, ok := s.machine.(interface{ SetQuirks(zk.Quirk) }); ok {
			n.SetQuirks(q)
		}
	}
}

// setReadOnly switches read-only mode on servers as setQuirks does quirks, and tells the clients.
func (w *World) setReadOnly(on bool) {
	w.cfg.ReadOnly = on
	for id := range w.all.All() {
		s := &w.servers[id]
		s.cfg.ReadOnlyMode = on
		if n, ok := s.machine.(interface{ SetReadOnlyMode(bool) }); ok {
			n.SetReadOnlyMode(on)
		}
	}
	for i := range w.clients {
		if c := w.clients[i].session; c != nil {
			c.TakeReadOnly(on)
		}
	}
}

// What Wipe may spare: N is one of these.
const (
	WipeDisk int64 = iota
	WipeSnapshots
	WipeRecord      // only one, in the middle of the log
	WipeNewest      // only the newest snapshot
	WipeLogBit      // only a bit of the log is wrong, before what was synced last
	WipeSnapshotBit // only a bit of the newest snapshot is wrong
)

// WipeParts are the words for what Wipe takes of a disk, from WipeSnapshots on.
var WipeParts = [...]string{"snapshots", "record", "newest", "logbit", "snapbit"}

// wipe empties the disk, or part of it; a running server loses power first.
func (w *World) wipe(s *server, what int64, cause trace.Ref) {
	if s.machine != nil {
		w.kill(s, crash{power: true}, cause)
	}
	s.disk.harm(what)
	w.emitWorld(trace.Event{Kind: trace.Wiped, Cause: cause, Peer: s.cfg.ID, N: what})
}

func (w *World) pause(s *server, cause trace.Ref) {
	s.paused = true
	w.setWake(s, s.wakeAt)
	w.emitWorld(trace.Event{Kind: trace.Paused, Cause: cause, Peer: s.cfg.ID})
}

// resume lets the process run on. What came meanwhile keeps its place in the queue, before anything
// that comes from now on.
func (w *World) resume(s *server, cause trace.Ref) {
	w.emitWorld(trace.Event{Kind: trace.Resumed, Cause: cause, Peer: s.cfg.ID})
	s.paused = false
	for _, it := range s.inbox {
		w.queue.push(it)
	}
	s.inbox = nil
	w.setWake(s, s.wakeAt)
}

func (w *World) pauseClient(k *clientSlot, cause trace.Ref) {
	k.paused = true
	w.setClientWake(k, k.wakeAt)
	w.emitWorld(trace.Event{Kind: trace.Paused, Cause: cause, Peer: k.letter})
}

func (w *World) resumeClient(k *clientSlot, cause trace.Ref) {
	w.emitWorld(trace.Event{Kind: trace.Resumed, Cause: cause, Peer: k.letter})
	k.paused = false
	for _, it := range k.inbox {
		w.queue.push(it)
	}
	k.inbox = nil
	w.setClientWake(k, k.wakeAt)
}

func (w *World) plugTold(k *clientSlot, cause trace.Ref) {
	w.emitWorld(trace.Event{Kind: trace.Mended, Cause: cause, Peer: k.letter})
	w.plug(k)
}

func (w *World) cut(from, to zk.ServerID, cause trace.Ref) {
	w.link(from, to).cut = true
	w.emitWorld(trace.Event{Kind: trace.Cut, Cause: cause, Peer: from, Other: to})
}

// mend lets messages pass again, without delay or loss.
func (w *World) mend(from, to zk.ServerID, cause trace.Ref) {
	l := w.link(from, to)
	l.cut, l.delay, l.loss, l.bandwidth = false, 0, 0, 0
	w.emitWorld(trace.Event{Kind: trace.Mended, Cause: cause, Peer: from, Other: to})
	w.sendAgain(from, to)
	w.reconcile(from, to)
}

// touched reports whether the link is not as it was at the start.
func (l *link) touched() bool {
	return l.cut || l.delay != 0 || l.loss != 0 || l.bandwidth != 0
}

// partition cuts exactly the links between groups.
func (w *World) partition(groups []zk.ServerSet, cause trace.Ref) {
	for from := range w.all.All() {
		for to := range w.all.Without(from).All() {
			apart := !slices.ContainsFunc(groups, func(g zk.ServerSet) bool {
				return g.Has(from) && g.Has(to)
			})
			l := w.link(from, to)
			switch {
			case apart && !l.cut:
				w.cut(from, to, cause)
			case !apart && l.cut:
				w.mend(from, to, cause)
			}
		}
	}
}

// heal mends the links of the servers. Without servers it mends all, ends all rules, disarms crash
// points and plugs all clients in.
func (w *World) heal(servers zk.ServerSet, cause trace.Ref) {
	for from := range w.all.All() {
		for to := range w.all.Without(from).All() {
			concerned := servers == 0 || servers.Has(from) || servers.Has(to)
			if concerned && w.link(from, to).touched() {
				w.mend(from, to, cause)
			}
		}
	}
	if servers != 0 {
		return
	}
	w.rules, w.points = nil, nil
	w.release(Everyone, Everyone)
	for i := range w.clients {
		if k := &w.clients[i]; k.session != nil && k.unplugged {
			w.plugTold(k, cause)
		}
	}
}

func (w *World) addRule(c *Command) {
	left := c.Count
	if left == 0 && c.Verb != Hold {
		left = 1
	}
	if left == 0 {
		left = -1
	}
	w.rules = append(slices.Clip(w.rules), rule{c.Verb, c.From, c.To, c.Type, left})
}

// endHolds ends Hold rules and sends on what they held.
func (w *World) endHolds(c *Command) {
	from, to := c.From, c.To
	if from == 0 {
		from = Everyone
	}
	if to == 0 {
		to = Everyone
	}
	w.rules = slices.DeleteFunc(slices.Clone(w.rules), func(r rule) bool {
		return r.verb == Hold && r.from&from != 0 && r.to&to != 0 &&
			(c.Type == zk.NoMsg || c.Type == r.typ)
	})
	w.release(from, to)
}

// crashPoint is a CrashAt that waits for its event.
type crashPoint struct {
	server zk.ServerID
	kind   trace.Kind
	typ    zk.MsgType // of a message; NoMsg for any
	how    int64
	hit    bool
}

// marks reports whether the event is what the point waits for.
func (p *crashPoint) marks(e *trace.Event) bool {
	return p.server == e.Node && p.kind == e.Kind && (p.typ == zk.NoMsg || p.typ == e.Type)
}

// isMute reports whether a server is to stop before it sends what goes with these events.
func (w *World) isMute(events []trace.Event) bool {
	for i := range w.points {
		if p := &w.points[i]; p.how == crashMute {
			for j := range events {
				if p.marks(&events[j]) {
					return true
				}
			}
		}
	}
	return false
}

// watchPoints notes what an event sets off: crash points, and the end of an Expire.
func (w *World) watchPoints(e *trace.Event) {
	for i := range w.points {
		if p := &w.points[i]; p.marks(e) {
			p.hit = true
		}
	}
	if e.Kind != trace.SessionExpired {
		return
	}
	for i := range w.clients {
		if k := &w.clients[i]; k.expiring && k.session.ID() == e.Sess {
			w.points = append(w.points, crashPoint{server: k.letter, hit: true})
		}
	}
}

// strikePoints carries out what watchPoints noted, once the step is over.
func (w *World) strikePoints() {
	for i := 0; i < len(w.points); i++ {
		p := w.points[i]
		if !p.hit {
			continue
		}
		w.points = slices.Delete(w.points, i, i+1)
		i--
		w.strike(&p)
	}
}

func (w *World) strike(p *crashPoint) {
	if k := w.slot(p.server); k != nil {
		if k.expiring {
			w.plugTold(k, trace.Ref{})
		}
		return
	}
	s := &w.servers[p.server]
	switch {
	case s.machine == nil:
		return
	case p.how == crashPause:
		if !s.paused {
			w.pause(s, trace.Ref{})
		}
	default:
		w.kill(s, crash{power: p.how == crashPower}, trace.Ref{})
	}
	if w.struck != nil {
		w.struck(p)
	}
}
