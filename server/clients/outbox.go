package clients

import (
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// outbox holds what the node has answered and the client has not been sent. It is guarded by the
// connection's mutex.
type outbox struct {
	waiting []step.ToClient
	bytes   int  // of waiting and of what is being written, about
	writing bool // the writer has taken something that is not sent yet
}

// deliver takes one thing for the client. Who leaves too much unread is cut off.
func (c *conn) deliver(t *step.ToClient) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return
	}
	if t.Kind == step.Close {
		delete(c.port.conns, c.id) // the port's mutex is held by Deliver
		c.closing = true
		_ = c.socket.SetReadDeadline(time.Now()) // wakes the reader
	} else {
		c.out.waiting = append(c.out.waiting, *t)
		c.out.bytes += weight(t)
		c.answered(t)
	}
	if c.out.bytes > c.port.cfg.Limits.QueuedBytes {
		c.port.stats.slow.Add(1)
		c.port.cfg.Log.Warn("client dropped", "from", c.from.String(), "why", "it does not read")
		c.cutOff()
	}
	c.changed.Broadcast()
}

// weight is about how many bytes a reply has on the wire.
func weight(t *step.ToClient) int {
	n := 100 + len(t.Reply.Path) + len(t.Reply.Data)
	for _, s := range t.Reply.Children {
		n += 4 + len(s)
	}
	for i := range t.Reply.Results {
		n += 100 + len(t.Reply.Results[i].Path) + len(t.Reply.Results[i].Data)
	}
	return n
}

// answered finds the request of a reply. Replies come in the order of requests, but pings, which
// are answered at once, overtake others; so of two requests with one xid the older is meant.
func (c *conn) answered(t *step.ToClient) {
	c.told(t)
	if t.Kind == step.WatchEvent {
		return
	}
	at := slices.IndexFunc(c.asked, func(a asked) bool {
		return a.xid == t.Xid && a.op == t.Op || a.op == zk.OpConnect && t.Op == zk.OpConnect
	})
	if at < 0 {
		return
	}
	took := time.Since(c.asked[at].at)
	c.facts.answered(t, took)
	c.port.stats.answered(took)
	if hear := c.port.cfg.Answered; hear != nil {
		hear(t.Op, took)
	}
	from := at
	if t.Xid >= 0 { // nothing before it will be answered any more
		from = 0
	}
	c.asked = slices.Delete(c.asked, from, at+1)
	if t.Op == zk.OpConnect && t.Reply.Session == 0 {
		c.port.door.failed(c.from.Addr())
	}
}

// write sends what is delivered until the connection ends.
func (c *conn) write() {
	var b []byte
	var batch []step.ToClient
	for {
		batch = c.take(batch)
		if len(batch) == 0 {
			return
		}
		sent := 0
		for i := range batch {
			b = c.append(b, &batch[i])
			sent += weight(&batch[i])
			if len(b) < writeMin && i+1 < len(batch) {
				continue
			}
			if !c.send(b) {
				c.hangUp()
				c.wrote(sent)
				return
			}
			b = b[:0]
			if cap(b) > writeKeep {
				b = nil
			}
		}
		c.wrote(sent)
		clear(batch)
	}
}

const (
	writeMin  = 64 << 10  // bytes that are gathered before a write
	writeKeep = 256 << 10 // bytes of a buffer that is used again
)

// take waits for something to write and returns it, in place of what spare has. Nothing says that
// the end has come.
func (c *conn) take(spare []step.ToClient) []step.ToClient {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.out.waiting) == 0 && !c.closing {
		c.changed.Wait()
	}
	if c.isGone() {
		c.out.waiting = nil
	}
	batch := c.out.waiting
	c.out.waiting, c.out.writing = spare[:0], len(batch) > 0
	c.changed.Broadcast()
	return batch
}

func (c *conn) wrote(bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out.writing = false
	c.out.bytes -= bytes
	c.changed.Broadcast()
}

// append encodes a reply. A list that does not fit into a frame of the client's is an error.
func (c *conn) append(b []byte, t *step.ToClient) []byte {
	from := len(b)
	if t.Op == zk.OpConnect && t.Kind == step.Reply {
		return wire.AppendConnectReply(b, t, !c.oldClient)
	}
	b = wire.AppendReply(b, t)
	if len(t.Reply.Children) > 0 && len(b)-from-4 > c.port.cfg.FrameMax {
		b = wire.AppendReply(b[:from], &step.ToClient{
			Kind: t.Kind, Op: t.Op, Xid: t.Xid, Zxid: t.Zxid, Err: zk.ErrMarshalling,
		})
	}
	return b
}

func (c *conn) send(b []byte) bool {
	_ = c.socket.SetWriteDeadline(time.Now().Add(c.port.cfg.Limits.Write))
	n, err := c.socket.Write(b)
	c.port.stats.sentBytes.Add(uint64(n))
	return err == nil
}

// hold takes no more requests.
func (c *conn) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = true
}

// drain waits until the client has the answers to what it has asked, or for so long.
func (c *conn) drain(until time.Time) {
	timer := time.AfterFunc(time.Until(until), func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.changed.Broadcast()
	})
	defer timer.Stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.closing && time.Now().Before(until) &&
		(len(c.asked) > 0 || len(c.out.waiting) > 0 || c.out.writing) {
		c.changed.Wait()
	}
}
