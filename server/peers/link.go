package peers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

const (
	frameMax   = 32 << 10 // plain bytes of a frame
	queueMax   = 100_000  // messages that wait
	keepMax    = 256 << 10
	closeWait  = 3 * time.Second // until the peer must have read the end
	pingsMax   = 5               // a second that a peer may send
	pingsBurst = 20
)

// link is one proved connection to a peer. Its reader runs in run, its writer in write.
type link struct {
	net      *Net
	id       zk.ConnID
	peer     zk.ServerID
	channel  zk.Channel
	instance [8]byte
	conn     net.Conn // below ws
	ws       *websocket.Conn
	in, out  *seal
	gone     chan struct{} // closed when the link has ended

	mu      sync.Mutex
	queue   []step.Message
	closing bool          // nothing more is taken; what waits is still written
	wake    chan struct{} // holds a token while there is something to do

	// Of the writer alone:
	snapshots int         // places of the net's that it holds
	budget    *time.Timer // ends the link when the snapshot has not gone in time
}

// run tells of the link, reads it until it ends, and tells of the end.
func (l *link) run() {
	n := l.net
	defer n.forget(l)
	defer l.cut()
	if !n.post(step.Input{Kind: step.PeerUp, From: l.peer, Chan: l.channel, Conn: l.id}) {
		return
	}
	n.cfg.Log.Debug("link opened", "peer", l.peer.String(), "channel", channelName(l.channel))
	var ended sync.WaitGroup
	ended.Go(l.write)
	ended.Go(l.keepAlive)
	err := l.read()
	close(l.gone)
	n.post(step.Input{Kind: step.PeerDown, From: l.peer, Chan: l.channel, Conn: l.id})
	l.report(err)
	l.cut()
	ended.Wait()
}

// cut ends the connection at once.
func (l *link) cut() {
	_ = l.conn.Close()
	_ = l.ws.CloseNow()
}

// report tells why a link has ended, loudly where the peer has broken the protocol.
func (l *link) report(err error) {
	log := l.net.cfg.Log
	var bad *badPeer
	if errors.As(err, &bad) {
		l.net.refused.Add(1)
		log.Warn("link refused", "peer", l.peer.String(), "channel", channelName(l.channel),
			"why", bad.Error())
		return
	}
	log.Debug("link ended", "peer", l.peer.String(), "channel", channelName(l.channel),
		"why", err.Error())
}

// badPeer is what no correct server sends.
type badPeer struct{ cause error }

func (b *badPeer) Error() string { return b.cause.Error() }
func (b *badPeer) Unwrap() error { return b.cause }

// read takes frames until the link ends, and always returns why it did.
func (l *link) read() error {
	frame := make([]byte, frameMax+sealSize+1)
	messages := inflow{channel: l.channel}
	for {
		n, err := readFrame(context.Background(), l.ws, frame)
		if err != nil {
			return err
		}
		// What is decoded shares the memory of plain, and keeps it.
		plain, err := l.in.open(make([]byte, 0, n), frame[:n])
		if err != nil {
			return l.refuse(err)
		}
		if err := messages.feed(plain, l.take); err != nil {
			return l.refuse(err)
		}
	}
}

// readFrame reads one binary message into frame and returns its length.
func readFrame(ctx context.Context, ws *websocket.Conn, frame []byte) (int, error) {
	kind, r, err := ws.Reader(ctx)
	if err != nil {
		return 0, err
	}
	n, err := io.ReadFull(r, frame)
	switch {
	case kind != websocket.MessageBinary:
		return 0, &badPeer{errors.New("a frame of text")}
	case err == nil:
		return 0, &badPeer{errors.New("a frame that is too long")}
	case err == io.EOF || err == io.ErrUnexpectedEOF: // the end of the message
		return n, nil // a connection that breaks within it is another, wrapped, error
	}
	return 0, err
}

// refuse closes the connection with the reason, unless it is only the node that has ended.
func (l *link) refuse(err error) error {
	if errors.Is(err, errEnded) {
		return err
	}
	closeWith(l.conn, l.ws, codeProtocol, err.Error())
	return &badPeer{err}
}

var errEnded = errors.New("this server has ended")

// take hands one message to the node.
func (l *link) take(b []byte) error {
	m, err := wire.DecodeMessage(b)
	if err != nil {
		return fmt.Errorf("a message that cannot be read: %w", err)
	}
	in := step.Input{
		Kind: step.PeerMsg, From: l.peer, Chan: l.channel, Conn: l.id, Msg: &m, Cause: m.Cause,
	}
	if !l.net.post(in) {
		return errEnded
	}
	return nil
}

// send queues a message, for poke. It never blocks; a peer that leaves too much waiting loses the
// link.
func (l *link) send(m *step.Message) {
	l.mu.Lock()
	if l.closing {
		l.mu.Unlock()
		return
	}
	l.queue = append(l.queue, *m)
	slow := len(l.queue) > queueMax
	l.mu.Unlock()
	if slow {
		l.giveUp("it does not take what waits for it")
	}
}

// hangUp ends the link when everything that was given to it has been written.
func (l *link) hangUp() {
	l.mu.Lock()
	l.closing = true
	l.mu.Unlock()
	l.poke()
}

// poke lets the writer look whether there is something to do.
func (l *link) poke() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// waiting returns what is to be written, in place of what spare has.
func (l *link) waiting(spare []step.Message) (all []step.Message, closing bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all = l.queue
	l.queue = spare[:0]
	return all, l.closing
}

// write sends what waits until the link ends: all that has gathered, cut into frames.
func (l *link) write() {
	var batch []step.Message
	var plain []byte
	frame := make([]byte, 0, frameMax+sealSize)
	for {
		select {
		case <-l.wake:
		case <-l.gone:
			return
		}
		var closing bool
		batch, closing = l.waiting(batch)
		for i := range batch {
			plain = l.append(plain, &batch[i])
			if len(plain) < frameMax && i+1 < len(batch) {
				continue
			}
			if !l.flush(plain, frame) {
				l.cut()
				return
			}
			plain = reuse(plain)
		}
		clear(batch)
		if closing {
			closeWith(l.conn, l.ws, websocket.StatusNormalClosure, "")
			return
		}
	}
}

// reuse keeps the memory of a buffer, unless it has become large.
func reuse(b []byte) []byte {
	if cap(b) > keepMax {
		return nil
	}
	return b[:0]
}

// append encodes a message. A snapshot waits until few enough others are under way.
func (l *link) append(plain []byte, m *step.Message) []byte {
	if m.Type != zk.Snap {
		return appendMessage(plain, m)
	}
	select {
	case l.net.snapshots <- struct{}{}:
	case <-l.gone:
		return plain
	}
	l.snapshots++
	plain = appendMessage(plain, m)
	l.budget = time.AfterFunc(l.net.cfg.Limits.snapshotTime(len(plain)), func() {
		l.giveUp("it takes a snapshot too slowly")
	})
	return plain
}

// flush sends plain in as many frames as it takes.
func (l *link) flush(plain, frame []byte) bool {
	defer l.snapshotSent()
	for len(plain) > 0 {
		n := min(len(plain), frameMax)
		frame = l.out.close(frame[:0], plain[:n])
		if l.ws.Write(context.Background(), websocket.MessageBinary, frame) != nil {
			return false
		}
		plain = plain[n:]
	}
	return true
}

func (l *link) snapshotSent() {
	if l.budget != nil {
		l.budget.Stop()
	}
	for ; l.snapshots > 0; l.snapshots-- {
		<-l.net.snapshots
	}
}

// keepAlive gives up a peer that does not answer.
func (l *link) keepAlive() {
	tick := time.NewTicker(l.net.cfg.Timing.KeepAlive)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-l.gone:
			return
		}
		if l.isClosing() {
			return // no ping may follow the end
		}
		if !l.answers(l.net.cfg.Timing.Silence) && !l.isClosing() {
			l.giveUp("it is silent")
			return
		}
	}
}

func (l *link) isClosing() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closing
}

// giveUp ends the link for what the peer does not do.
func (l *link) giveUp(why string) {
	select {
	case <-l.gone:
	default:
		l.net.cfg.Log.Info("link given up", "peer", l.peer.String(),
			"channel", channelName(l.channel), "why", why)
	}
	l.cut()
}

// answers reports whether the peer answers a ping in time.
func (l *link) answers(within time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	return l.ws.Ping(ctx) == nil
}

func channelName(ch zk.Channel) string {
	if ch == zk.ElectionChannel {
		return "election"
	}
	return "quorum"
}
