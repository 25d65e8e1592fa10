package replay

import (
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// delay is what a message between servers and a write to a disk take.
const delay = time.Millisecond

// Ensemble is a Transport to servers in this process. Their clock advances only while a case waits,
// and then at once. Links and disks never fail, but what goes over a link is bytes, as on a real
// one.
type Ensemble struct {
	now     zk.Instant
	servers []server // by id; 0 is unused
	queue   deliveries
	pushed  int
	lastID  zk.ConnID
	ports   map[zk.ConnID]*port
}

type server struct {
	node   *node.Node
	wakeAt zk.Instant
	out    step.Output
}

// delivery is an input on its way to a server.
type delivery struct {
	at    zk.Instant
	order int
	to    zk.ServerID
	in    step.Input
}

type deliveries []delivery

func (d deliveries) Len() int { return len(d) }
func (d deliveries) Less(i, j int) bool {
	return d[i].at < d[j].at || d[i].at == d[j].at && d[i].order < d[j].order
}
func (d deliveries) Swap(i, j int) { d[i], d[j] = d[j], d[i] }

// Push adds x, for the heap.
func (d *deliveries) Push(x any) { *d = append(*d, x.(delivery)) }

// Pop takes the last, for the heap.
func (d *deliveries) Pop() any {
	last := (*d)[len(*d)-1]
	*d = (*d)[:len(*d)-1]
	return last
}

// Boot starts so many voters, adjusts the config of each, and waits until all serve.
func Boot(voters int, adjust func(*node.Config)) (*Ensemble, error) {
	e := &Ensemble{servers: make([]server, voters+1), ports: map[zk.ConnID]*port{}}
	var all zk.ServerSet
	for id := 1; id <= voters; id++ {
		all = all.With(zk.ServerID(id))
	}
	for id := range all.All() {
		cfg := node.DefaultConfig(id, all, 0)
		adjust(&cfg)
		s := &e.servers[id]
		s.out.Reset()
		s.node = node.New(cfg, node.Boot{Number: 1, WallMs: wallMs(0)}, &s.out)
		e.take(id)
	}
	for id := range all.All() {
		for peer := range all.Without(id).All() {
			e.push(id, step.Input{Kind: step.PeerUp, From: peer})
		}
	}
	const election = time.Minute
	for e.now < zk.Instant(election) {
		if e.isServing() {
			return e, nil
		}
		e.Wait(delay)
	}
	return nil, errors.New("no leader after a minute")
}

func (e *Ensemble) isServing() bool {
	for i := range e.servers[1:] {
		if !e.servers[1+i].node.Status().Serving {
			return false
		}
	}
	return true
}

// wallMs is the wall clock: some day, and the time since the start.
func wallMs(now zk.Instant) int64 {
	const someDay = 1_700_000_000_000
	return someDay + now.Ms()
}

// Connect opens a connection, which takes as long as the servers need to agree on what was before.
func (e *Ensemble) Connect(role string) (Conn, error) {
	const handshake = 5 * delay
	e.Wait(handshake)
	id, err := e.find(role)
	if err != nil {
		return nil, err
	}
	e.lastID++
	p := &port{ensemble: e, server: id, id: e.lastID}
	e.ports[p.id] = p
	e.step(id, &step.Input{Kind: step.ClientUp, Conn: p.id, Addr: "127.0.0.1"})
	return p, nil
}

// find returns the server of a role. Followers are counted by id.
func (e *Ensemble) find(role string) (zk.ServerID, error) {
	if len(e.servers) == 2 {
		return 1, nil
	}
	followers := 0
	for id := zk.ServerID(1); int(id) < len(e.servers); id++ {
		name := "leader"
		if e.servers[id].node.Status().Role != zk.Leading {
			followers++
			name = fmt.Sprintf("follower%d", followers)
		}
		if name == role || role == "" {
			return id, nil
		}
	}
	return 0, fmt.Errorf("no %s", role)
}

// Word has no answer here: the words belong to the TCP port.
func (e *Ensemble) Word(_, _ string) (string, error) { return "", ErrNoWords }

// Wait lets the servers live for so long.
func (e *Ensemble) Wait(d time.Duration) {
	for end := e.now.Add(d); e.advance(end); {
	}
}

// Now is the time since the servers started.
func (e *Ensemble) Now() time.Duration { return time.Duration(e.now) }

// advance lets the next thing happen if it happens by then, and otherwise passes the time.
func (e *Ensemble) advance(until zk.Instant) bool {
	next, id := zk.Never, zk.ServerID(0)
	for i := range e.servers[1:] {
		if at := max(e.now, e.servers[1+i].wakeAt); e.servers[1+i].wakeAt != zk.Never && at < next {
			next, id = at, zk.ServerID(1+i)
		}
	}
	if len(e.queue) > 0 && e.queue[0].at <= until && e.queue[0].at <= next {
		d := heap.Pop(&e.queue).(delivery)
		e.now = d.at
		e.step(d.to, &d.in)
		return true
	}
	if next > until {
		e.now = until
		return false
	}
	e.now = next
	e.step(id, &step.Input{Kind: step.Wake})
	return true
}

func (e *Ensemble) push(to zk.ServerID, in step.Input) {
	e.pushed++
	heap.Push(&e.queue, delivery{at: e.now.Add(delay), order: e.pushed, to: to, in: in})
}

func (e *Ensemble) step(id zk.ServerID, in *step.Input) {
	s := &e.servers[id]
	in.At, in.WallMs = e.now, wallMs(e.now)
	s.out.Reset()
	s.node.Step(in, &s.out)
	e.take(id)
}

// take does what a server wants done.
func (e *Ensemble) take(id zk.ServerID) {
	out := &e.servers[id].out
	e.servers[id].wakeAt = out.WakeAt
	for i := range out.Sends {
		e.send(&out.Sends[i])
	}
	for i := range out.Writes {
		w := &out.Writes[i]
		in := step.Input{Kind: step.Synced, Seq: w.Seq}
		if w.Kind == step.SaveSnapshot {
			in = step.Input{Kind: step.SnapSaved, Zxid: w.Zxid}
		}
		e.push(id, in)
	}
	for _, l := range out.Links {
		kind := step.PeerDown
		if l.Open {
			kind = step.PeerUp
			e.push(id, step.Input{Kind: kind, From: l.Peer, Chan: l.Chan})
		}
		e.push(l.Peer, step.Input{Kind: kind, From: id, Chan: l.Chan})
	}
	for i := range out.Clients {
		if p := e.ports[out.Clients[i].Conn]; p != nil {
			p.take(&out.Clients[i])
		}
	}
}

// send carries a message as bytes.
func (e *Ensemble) send(m *step.Message) {
	arrived, err := wire.DecodeMessage(wire.AppendMessage(nil, m))
	if err != nil {
		panic(err) // our own message is no message
	}
	e.push(m.To, step.Input{
		Kind: step.PeerMsg, From: m.From, Chan: m.Type.Channel(), Msg: &arrived, Cause: m.Cause,
	})
}

// port is a client connection as its server's driver sees it.
type port struct {
	ensemble     *Ensemble
	server       zk.ServerID
	id           zk.ConnID
	in           []byte   // what is no whole frame yet
	out          [][]byte // frames for the client, without their lengths
	greeted      bool     // the first frame has come
	readOnlyByte bool     // it had the last field
	closed       bool     // by the server
}

// Write hands the server every frame that is whole.
func (p *port) Write(b []byte) {
	const prefix = 4
	for p.in = append(p.in, b...); len(p.in) >= prefix && !p.closed; {
		n := binary.BigEndian.Uint32(p.in)
		if n > wire.FrameMax {
			p.hangUp()
			return
		}
		if uint32(len(p.in)-prefix) < n {
			return
		}
		frame := slices.Clone(p.in[prefix : prefix+n])
		p.in = p.in[prefix+n:]
		p.receive(frame)
	}
}

func (p *port) receive(frame []byte) {
	var req zk.Request
	var err error
	if p.greeted {
		req, err = wire.DecodeRequest(frame)
	} else {
		req, p.readOnlyByte, err = wire.DecodeConnect(frame)
	}
	if err != nil && !req.Malformed {
		p.hangUp()
		return
	}
	p.greeted = true
	p.ensemble.step(p.server, &step.Input{Kind: step.ClientMsg, Conn: p.id, Req: &req})
}

func (p *port) hangUp() {
	p.Close()
	p.closed = true
}

func (p *port) take(t *step.ToClient) {
	const prefix = 4
	switch {
	case t.Kind == step.Close:
		p.closed = true
	case t.Kind == step.Reply && t.Op == zk.OpConnect:
		p.out = append(p.out, wire.AppendConnectReply(nil, t, p.readOnlyByte)[prefix:])
	default:
		p.out = append(p.out, wire.AppendReply(nil, t)[prefix:])
	}
}

// Next returns the next frame.
func (p *port) Next(within time.Duration) ([]byte, error) {
	for end := p.ensemble.now.Add(within); len(p.out) == 0; {
		if p.closed {
			return nil, errClosed
		}
		if !p.ensemble.advance(end) && len(p.out) == 0 && !p.closed {
			return nil, errSilent
		}
	}
	frame := p.out[0]
	p.out = p.out[1:]
	return frame, nil
}

// Close tells the server that the connection is gone.
func (p *port) Close() {
	if _, open := p.ensemble.ports[p.id]; open {
		delete(p.ensemble.ports, p.id)
		p.ensemble.step(p.server, &step.Input{Kind: step.ClientDown, Conn: p.id})
	}
}
