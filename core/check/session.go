package check

import (
	"slices"
	"strconv"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// clientConnected is the N of ClientState for a client that has a session and a server.
const clientConnected = 2

// client is what the trace says about one client.
type client struct {
	boot    uint16
	state   int64
	server  zk.ServerID
	sess    zk.SessionID
	proved  bool    // it has said who it is, or tried
	local   bool    // sess is of a server alone: what it shows need not be committed
	seen    zk.Zxid // the highest zxid that the session was shown
	wrote   zk.Zxid // its last write that has returned
	pending []op    // operations without a result, in order; append-only
}

// op is an operation that was asked for.
type op struct {
	n        int64
	kind     opKind
	name     string // Apache's name of the operation
	path     string
	asked    trace.Detail
	after    zk.Zxid    // the highest zxid that anybody had proposed before
	returned zk.Zxid    // the highest write of anybody's that had returned before
	at       zk.Instant // when it was asked for
	epoch    zk.Epoch   // of the leader that serves the client's server, 0 when it has none
}

// opKind is what an operation asks for, as far as that matters.
type opKind uint8

const (
	isRead opKind = iota
	isWrite
	isSync
)

func (k *client) clip() { k.pending = slices.Clip(k.pending) }

// client returns the state of a client, nil for an id that is no letter.
func (c *Checker) client(letter zk.ServerID) *client {
	if !letter.IsClient() {
		return nil
	}
	i := int(letter - 'A')
	if i >= len(c.clients) {
		c.clients = append(c.clients, make([]client, i+1-len(c.clients))...)
	}
	return &c.clients[i]
}

// onClient takes what a client says. A letter that is used again is another client.
func (c *Checker) onClient(e *trace.Event) {
	k := c.client(e.Node)
	if k == nil {
		return
	}
	if k.boot != e.Boot {
		*k = client{boot: e.Boot}
	}
	switch e.Kind {
	case trace.ClientState:
		c.onClientState(e, k)
	case trace.Invoked:
		o := op{
			n: e.N, at: e.At, after: c.proposed, returned: c.returned, epoch: c.servedIn(k.server),
		}
		o.read(e.Msg)
		k.proved = k.proved || o.name == "auth"
		k.pending = append(k.pending, o)
	case trace.Returned:
		c.onReturned(e, k)
	case trace.EventSeen:
		c.state.session(e.Sess).see(e)
	}
}

// read takes what is asked for; unknown requests count as reads.
func (o *op) read(request trace.Detail) {
	o.asked = request
	if r, ok := request.(*zk.Request); ok {
		o.name, o.path = r.Op.String(), r.Path
	} else if request != nil {
		o.name, o.path = field(request, "op"), field(request, "path")
	}
	switch o.name {
	case "create", "create2", "createContainer", "createTTL", "delete", "setData", "setACL",
		"multi", "closeSession", "check", "deleteContainer", "reconfig":
		o.kind = isWrite
	case "sync":
		o.kind = isSync
	}
}

// servedIn returns the epoch in which a server serves, when no later one is established: what its
// leader says is then the latest. Otherwise it is 0.
func (c *Checker) servedIn(id zk.ServerID) zk.Epoch {
	if id == 0 || int(id) >= len(c.servers) || c.blind {
		return 0
	}
	s := &c.servers[id]
	for i := len(c.epochs) - 1; i >= 0; i-- {
		if p := &c.epochs[i]; p.established {
			if s.up && s.phase == zk.Broadcast && s.entered == p.num {
				return p.num
			}
			return 0
		}
	}
	return 0
}

// onClientState follows the connection. Watch events of the old one are lost: what they had told,
// the next server will.
func (c *Checker) onClientState(e *trace.Event, k *client) {
	k.state, k.server = e.N, e.Peer
	if e.Sess == 0 {
		return
	}
	if k.sess != e.Sess {
		if k.local {
			c.state.inherit(k.sess, e.Sess)
		}
		k.sess, k.seen, k.wrote = e.Sess, 0, 0
	}
	if e.N == clientConnected {
		k.local = c.server(e.Peer).alone
	}
	s := c.state.session(e.Sess)
	s.client = e.Node
	s.disown()
}

// onReturned is the result of an operation. Replies are for the oldest; what the client itself gave
// up on, which has no zxid, comes when it likes.
func (c *Checker) onReturned(e *trace.Event, k *client) {
	i := slices.IndexFunc(k.pending, func(o op) bool { return o.n == e.N })
	var asked op
	if i >= 0 {
		asked = k.pending[i]
		c.checkPatience(e, e.Node, &asked)
	}
	switch {
	case i < 0:
		c.report(atMostOnceReply, e, e.Node, e.Zxid,
			"an operation returned twice, or was never asked for")
		return
	case i > 0:
		c.require(e.Zxid == 0, sessionFIFO, e, e.Node,
			"an operation returned before one that was asked for earlier")
		k.pending = slices.Delete(slices.Clone(k.pending), i, i+1)
	default:
		k.pending = k.pending[1:]
	}
	if e.Zxid != 0 && e.Zxid.Counter() != 0 && !k.local {
		c.checkOrder(e, k, &asked)
		c.onReply(e, k)
		c.checkAnswer(e, k, &asked)
	}
}

// checkOrder requires that operations take effect between their beginning and their end. The place
// of a write is its zxid. A sync has one as long as one leader serves: all that had returned before
// it began is applied when it returns.
func (c *Checker) checkOrder(e *trace.Event, k *client, asked *op) {
	c.require(e.Zxid >= k.wrote, readYourWrites, e, e.Node,
		"a reply does not show the last write of its session")
	switch {
	case asked.kind == isWrite && c.ownTxn(e, asked) != nil:
		c.checkWrite(e, asked)
		k.wrote, c.returned = max(k.wrote, e.Zxid), max(c.returned, e.Zxid)
	case asked.kind == isSync && e.Path == zk.OK.String():
		steady := asked.epoch != 0 && c.servedIn(k.server) == asked.epoch
		c.require(e.Zxid >= asked.returned || !steady, linearizableWrites, e, e.Node,
			"a sync does not reach what had returned when it began")
	}
}

// ownTxn returns the transaction that a reply is about, nil when it is none of its session's. A
// server refuses what is too large without one: such a reply only tells how far the server is. That
// may have been so before it was asked, or be what the request before it came to.
func (c *Checker) ownTxn(e *trace.Event, asked *op) *zk.Txn {
	i := c.done.find(e.Zxid)
	if i < 0 || c.done[i].txn == nil || c.blind {
		return nil
	}
	t := c.done[i].txn
	refused := e.Path == zk.ErrBadArguments.String()
	if t.Session != e.Sess || refused && (t.Err != zk.ErrBadArguments || e.Zxid <= asked.after ||
		!isReplyTo(e, t.Cxid)) {
		return nil
	}
	return t
}

// isReplyTo reports whether a reply is to the request with this xid, as far as it tells.
func isReplyTo(e *trace.Event, xid int32) bool {
	if e.Msg == nil {
		return true
	}
	said := field(e.Msg, "xid")
	return said == "" || said == strconv.Itoa(int(xid))
}

// checkWrite requires that the result of a write is that of this request: its transaction was
// proposed after it was asked for, and comes after all that had returned by then.
func (c *Checker) checkWrite(e *trace.Event, asked *op) {
	if e.Zxid <= asked.after {
		c.report(atMostOnceReply, e, e.Node, e.Zxid,
			"it is given the result of "+e.Zxid.Short()+", which was proposed before it asked")
	}
	c.require(e.Zxid > asked.returned, linearizableWrites, e, e.Node,
		"a write comes before one that had returned when it began")
}

// onReply is a result that a server gave: it shows the state at e.Zxid.
func (c *Checker) onReply(e *trace.Event, k *client) {
	c.checkShown(e)
	if e.Zxid < k.seen {
		c.report(readsNeverGoBack, e, e.Node, e.Zxid,
			"it is shown "+e.Zxid.Short()+" after "+k.seen.Short())
	}
	k.seen = max(k.seen, e.Zxid)
	s := c.state.session(e.Sess)
	c.checkWatches(e, k, s)
	for i := range s.fired {
		if f := &s.fired[i]; f.zxid <= e.Zxid {
			c.report(watchBeforeRead, e, e.Node, e.Zxid,
				"a reply shows "+e.Zxid.Short()+" before the watch event for "+f.path)
			return
		}
	}
}

// checkShown requires that what a client is shown is committed.
func (c *Checker) checkShown(e *trace.Event) {
	if c.blind {
		return
	}
	c.acked = max(c.acked, e.Zxid)
	if !c.done.has(e.Zxid) {
		c.report(committedBeforeReply, e, e.Node, e.Zxid,
			"it is shown "+e.Zxid.Short()+", which is not committed")
	}
}
