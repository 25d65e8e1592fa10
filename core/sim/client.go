package sim

import (
	"slices"
	"strconv"
	"time"

	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// clientLatency is how long everything takes between a client and a server.
const clientLatency = 5 * time.Millisecond

// conn is a client connection in the kernel of a server.
type conn struct {
	id     zk.ConnID
	client zk.ServerID
}

// clientSlot is one letter: the newest client that has it, and its connection.
type clientSlot struct {
	session   *client.Session // nil for a letter that was skipped
	conn      zk.ConnID       // the connection that it uses or asks for; 0 for none
	inbox     []item          // what came while it was paused
	wakeAt    zk.Instant
	letter    zk.ServerID
	paused    bool
	unplugged bool
	slowBye   time.Duration // how much later its server hears that it has left
	expiring  bool          // plugged in again once its session has expired
	lossy     bool          // the connection has lost something: it cannot be used any more
}

func (c *clientSlot) own() {
	if c.session != nil {
		c.session = c.session.Clone()
	}
	c.inbox = slices.Clone(c.inbox)
}

// slot returns the client with the letter, nil if there is none.
func (w *World) slot(letter zk.ServerID) *clientSlot {
	i := int(letter) - 'A'
	if i < 0 || i >= len(w.clients) || w.clients[i].session == nil {
		return nil
	}
	return &w.clients[i]
}

// Client returns the client with the letter, nil if there is none. It may only be read.
func (w *World) Client(letter zk.ServerID) *client.Session {
	if c := w.slot(letter); c != nil {
		return c.session
	}
	return nil
}

// Clients returns the letters of all clients in order, "AB".
func (w *World) Clients() string {
	var letters []byte
	for i := range w.clients {
		if w.clients[i].session != nil {
			letters = append(letters, byte(w.clients[i].letter))
		}
	}
	return string(letters)
}

// Unplugged reports whether the client's cable is out.
func (w *World) Unplugged(letter zk.ServerID) bool {
	c := w.slot(letter)
	return c != nil && c.unplugged
}

// newClient makes a client, or gives the letter of one that is over to a new one.
func (w *World) newClient(cmd *Command, letter zk.ServerID) {
	for len(w.clients) <= int(letter)-'A' {
		w.clients = append(w.clients, clientSlot{
			letter: 'A' + zk.ServerID(len(w.clients)), wakeAt: zk.Never,
		})
		w.wakes = append(w.wakes, zk.Never)
	}
	c := &w.clients[letter-'A']
	cfg := client.Config{
		ID: letter, Boot: 1, Servers: w.all, First: cmd.Server, Pinned: cmd.Pinned,
		TimeoutMs: cmd.TimeoutMs, Seed: mixSeed(w.cfg.Seed, "load", letter, 0),
	}
	if old := c.session; old != nil {
		cfg.Boot, cfg.Ops = old.Boot()+1, old.OpN()
	}
	*c = clientSlot{session: client.New(cfg), letter: letter}
	c.session.TakeReadOnly(w.cfg.ReadOnly)
	w.cout.Reset()
	c.session.Start(w.now, &w.cout)
	w.absorbClient(c)
}

func (w *World) wakeClient(c *clientSlot) { w.stepClient(c, client.Input{Kind: client.Wake}) }

func (w *World) stepClient(c *clientSlot, in client.Input) {
	w.cin = in
	w.cin.At = w.now
	w.cout.Reset()
	c.session.Step(&w.cin, &w.cout)
	w.absorbClient(c)
}

// absorbClient carries out what a client put out.
func (w *World) absorbClient(c *clientSlot) {
	out := &w.cout
	for i := range out.Trace {
		w.emit(&out.Trace[i])
	}
	if out.Hangup {
		w.clientHangsUp(c)
	}
	if out.Dial != 0 {
		w.nextID++
		c.conn, c.lossy = zk.ConnID(w.nextID), false
		w.pushClient(item{kind: itemClientDial, to: out.Dial, from: c.letter, n: w.nextID})
	}
	for i := range out.Sends {
		w.sendRequest(c, &out.Sends[i])
	}
	w.setClientWake(c, out.WakeAt)
}

func (w *World) setClientWake(c *clientSlot, at zk.Instant) {
	c.wakeAt = at
	if c.paused {
		at = zk.Never
	}
	w.wakes[len(w.servers)+int(c.letter-'A')] = at
}

// pushClient sends an item over the way between clients and servers, which keeps the order.
func (w *World) pushClient(it item) zk.Instant {
	it.due = w.now.Add(clientLatency)
	w.push(it)
	return it.due
}

// clientHangsUp closes the client's connection; the server hears of it if the cable is in.
func (w *World) clientHangsUp(c *clientSlot) {
	if c.conn == 0 {
		return
	}
	for id := range w.all.All() {
		if w.servers[id].hasConn(c.conn) && !c.unplugged {
			it := item{kind: itemConnDown, to: id, from: c.letter, n: uint64(c.conn)}
			it.due = w.now.Add(clientLatency + c.slowBye)
			w.push(it)
		}
	}
	c.conn = 0
}

func (s *server) hasConn(id zk.ConnID) bool {
	return slices.ContainsFunc(s.conns, func(c conn) bool { return c.id == id })
}

func (s *server) dropConn(id zk.ConnID) {
	s.conns = slices.DeleteFunc(s.conns, func(c conn) bool { return c.id == id })
}

// sendRequest puts a client's request on its way.
func (w *World) sendRequest(c *clientSlot, send *client.Send) {
	it := item{
		kind: itemRequest, to: c.session.Server(), from: c.letter, n: uint64(c.conn), req: send.Req,
	}
	e := trace.Event{
		Kind: trace.Sent, Cause: send.Cause, Peer: it.to, Other: c.letter,
		Type: requestType(send.Req.Op), Sess: c.session.ID(), Msg: send.Req,
	}
	lost := c.unplugged || c.lossy
	if !lost {
		e.N = int64(w.now.Add(clientLatency))
	}
	it.cause = w.emitWorld(e).Seq
	if lost {
		c.lossy = true
		w.dropClient(&it, zk.WhyCut)
		return
	}
	w.pushClient(it)
}

func requestType(op zk.Op) zk.MsgType {
	switch op {
	case zk.OpConnect:
		return zk.ClientConnect
	case zk.OpPing:
		return zk.ClientPing
	case zk.OpCloseSession:
		return zk.ClientClose
	}
	return zk.ClientRequest
}

func replyType(t *step.ToClient) zk.MsgType {
	switch {
	case t.Kind == step.WatchEvent:
		return zk.ClientEvent
	case t.Kind == step.Close:
		return zk.ClientClose
	case t.Op == zk.OpPing:
		return zk.ClientPing
	}
	return zk.ClientReply
}

// itemType returns the type of client traffic.
func itemType(it *item) zk.MsgType {
	if it.req != nil {
		return requestType(it.req.Op)
	}
	return replyType(it.rep)
}

func itemDetail(it *item) trace.Detail {
	if it.req != nil {
		return it.req
	}
	return it.rep
}

// dropClient tells that client traffic is lost.
func (w *World) dropClient(it *item, why zk.Why) {
	w.emitWorld(trace.Event{
		Kind: trace.Dropped, Cause: trace.Ref{Seq: it.cause, Boot: 1}, Peer: it.to, Other: it.from,
		Type: itemType(it), Why: why, Msg: itemDetail(it),
	})
}

// arrived tells that client traffic has come.
func (w *World) arrived(it *item, sess zk.SessionID) trace.Ref {
	return w.emitWorld(trace.Event{
		Kind: trace.Arrived, Cause: trace.Ref{Seq: it.cause, Boot: 1}, Peer: it.from, Other: it.to,
		Type: itemType(it), Sess: sess, Msg: itemDetail(it),
	})
}

// clientDialled is the kernel of the server that a client asks for a connection.
func (w *World) clientDialled(it *item) {
	c, s := w.slot(it.from), &w.servers[it.to]
	if c.unplugged || c.conn != zk.ConnID(it.n) {
		return
	}
	answer := item{kind: itemClientUp, to: it.from, from: it.to, n: it.n}
	if s.machine == nil {
		answer.kind = itemClientDown
		w.pushClient(answer)
		return
	}
	s.conns = append(s.conns, conn{zk.ConnID(it.n), it.from})
	w.pushClient(answer)
	tell := w.newItem(item{kind: itemConnUp, to: it.to, from: it.from, n: it.n})
	w.connChanged(&tell)
}

// connChanged tells a server that a client connection is open or gone.
func (w *World) connChanged(it *item) {
	s := &w.servers[it.to]
	if s.machine == nil || !s.hasConn(zk.ConnID(it.n)) || w.queuePaused(s, it) {
		return
	}
	kind := step.ClientUp
	if it.kind == itemConnDown {
		kind = step.ClientDown
		s.dropConn(zk.ConnID(it.n))
	}
	in := step.Input{Kind: kind, Conn: zk.ConnID(it.n)}
	if w.cfg.Addresses && kind == step.ClientUp {
		in.Addr = "10.0.0." + strconv.Itoa(int(it.from-'A')+1)
	}
	w.step(s, in)
}

// requestArrives brings a request to a server.
func (w *World) requestArrives(it *item) {
	c, s := w.slot(it.from), &w.servers[it.to]
	switch {
	case s.machine == nil:
		w.dropClient(it, zk.WhyReceiverDown)
	case !it.landed && c.unplugged:
		c.lossy = true
		w.dropClient(it, zk.WhyCut)
	case !s.hasConn(zk.ConnID(it.n)):
		w.dropClient(it, zk.WhyLinkBroken)
	case !w.queuePaused(s, it):
		ref := w.arrived(it, c.session.ID())
		w.step(s, step.Input{
			Kind: step.ClientMsg, Conn: zk.ConnID(it.n), Req: it.req, Cause: ref,
		})
	}
}

// sendToClient puts what a server answers on its way.
func (w *World) sendToClient(s *server, to *step.ToClient) {
	i := slices.IndexFunc(s.conns, func(c conn) bool { return c.id == to.Conn })
	if i < 0 {
		return
	}
	letter := s.conns[i].client
	if to.Kind == step.Close {
		s.dropConn(to.Conn)
		w.pushClient(item{kind: itemClientDown, to: letter, from: s.cfg.ID, n: uint64(to.Conn)})
		return
	}
	rep := *to
	it := item{kind: itemReply, to: letter, from: s.cfg.ID, n: uint64(to.Conn), rep: &rep}
	c := w.slot(letter)
	e := trace.Event{
		Kind: trace.Sent, Cause: to.Cause, Peer: letter, Other: s.cfg.ID, Type: replyType(to),
		Zxid: to.Zxid, Sess: c.session.ID(), Msg: it.rep,
	}
	lost := c.conn == to.Conn && (c.unplugged || c.lossy)
	if !lost {
		e.N = int64(w.now.Add(clientLatency))
	}
	it.cause = w.emitWorld(e).Seq
	if lost {
		c.lossy = true
		w.dropClient(&it, zk.WhyCut)
		return
	}
	w.pushClient(it)
}

// replyArrives brings an answer or a watch event to a client.
func (w *World) replyArrives(it *item) {
	c := w.slot(it.to)
	switch {
	case c.conn != zk.ConnID(it.n):
		w.dropClient(it, zk.WhyLinkBroken)
	case !it.landed && c.unplugged:
		c.lossy = true
		w.dropClient(it, zk.WhyCut)
	case !c.queuePaused(it):
		ref := w.arrived(it, c.session.ID())
		w.stepClient(c, client.Input{Kind: client.Receive, To: it.rep, Cause: ref})
	}
}

// clientLink tells a client that its connection is open or gone.
func (w *World) clientLink(it *item) {
	c := w.slot(it.to)
	if c.conn != zk.ConnID(it.n) || !it.landed && c.unplugged || c.queuePaused(it) {
		return
	}
	kind := client.Up
	if it.kind == itemClientDown {
		kind, c.conn = client.Down, 0
	}
	w.stepClient(c, client.Input{Kind: kind})
}

func (c *clientSlot) queuePaused(it *item) bool {
	if !c.paused {
		return false
	}
	it.landed = true
	c.inbox = append(c.inbox, *it)
	return true
}

// plug puts the cable in again. What was lost meanwhile has broken the connection: now both ends
// hear of it.
func (w *World) plug(c *clientSlot) {
	c.unplugged, c.expiring = false, false
	alive := false
	for id := range w.all.All() {
		s := &w.servers[id]
		for _, k := range s.conns {
			if k.client != c.letter {
				continue
			}
			if k.id == c.conn && !c.lossy {
				alive = true
				continue
			}
			w.pushClient(item{kind: itemConnDown, to: id, from: c.letter, n: uint64(k.id)})
		}
	}
	if c.conn != 0 && !alive && c.session.State() == client.Connected {
		w.pushClient(item{kind: itemClientDown, to: c.letter, n: uint64(c.conn)})
	}
}
