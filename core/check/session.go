package check

import (
	"slices"

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
	local   bool    // sess is of a server alone: what it shows need not be committed
	seen    zk.Zxid // the highest zxid that the session was shown
	pending []op    // operations without a result, in order; append-only
}

// op is an operation that was asked for.
type op struct {
	n     int64
	write bool
	after zk.Zxid // the highest zxid that anybody had proposed before
}

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
		k.pending = append(k.pending, op{n: e.N, write: isWrite(e.Msg), after: c.proposed})
	case trace.Returned:
		c.onReturned(e, k)
	case trace.EventSeen:
		c.state.session(e.Sess).see(e)
	}
}

// isWrite reports whether the request becomes a transaction; unknown requests count as reads.
func isWrite(request trace.Detail) bool {
	if request == nil {
		return false
	}
	switch field(request, "op") {
	case "create", "create2", "createContainer", "createTTL", "delete", "setData", "setACL",
		"multi", "closeSession":
		return true
	}
	return false
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
		k.sess, k.seen = e.Sess, 0
	}
	if e.N == clientConnected {
		k.local = c.server(e.Peer).alone
	}
	s := c.state.session(e.Sess)
	s.client = e.Node
	for _, f := range s.fired {
		s.watches = append(s.watches, watch{kind: f.kind, path: f.path})
	}
	s.fired = nil
}

// see is the client receiving a watch event.
func (s *session) see(e *trace.Event) {
	for i := range s.fired {
		if f := &s.fired[i]; f.event == e.N && f.path == e.Path {
			s.fired = slices.Delete(slices.Clone(s.fired), i, i+1)
			return
		}
	}
}

// onReturned is the result of an operation. Replies are for the oldest; what the client itself gave
// up on, which has no zxid, comes when it likes.
func (c *Checker) onReturned(e *trace.Event, k *client) {
	i := slices.IndexFunc(k.pending, func(o op) bool { return o.n == e.N })
	var asked op
	if i >= 0 {
		asked = k.pending[i]
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
		c.checkOwn(e, asked)
		c.onReply(e, k)
	}
}

// checkOwn requires that the result of a write is that of this request: its transaction was
// proposed after it was asked for.
func (c *Checker) checkOwn(e *trace.Event, asked op) {
	if !asked.write || e.Zxid > asked.after || c.blind {
		return
	}
	i := c.done.find(e.Zxid)
	if i >= 0 && c.done[i].txn != nil && c.done[i].txn.Session == e.Sess {
		c.report(atMostOnceReply, e, e.Node, e.Zxid,
			"it is given the result of "+e.Zxid.Short()+", which was proposed before it asked")
	}
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
