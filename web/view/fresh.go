package view

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// Read is a client's read against the newest committed state of the moment when it was asked. What
// was committed while the answer was on its way makes no read stale.
type Read struct {
	Op        zk.Op       // OpGetData, OpExists, OpGetChildren, OpGetChildren2 or OpGetACL
	Path      string      // of the znode
	Server    zk.ServerID // that answered, 0 before
	Zxid      zk.Zxid     // of the reply: what the server had applied
	Committed zk.Zxid     // when the read was asked
	Behind    bool        // the server lacked something committed
	Stale     bool        // and that changed what the read returned
	Got, Have ReadVersion // what was returned, and what it should have been; when Stale

	asked *State // of Committed; nil after the reply
}

// ReadVersion is the version of what a read looks at.
type ReadVersion struct {
	Exists  bool
	Version int32 // of the data, of the children (cversion) or of the ACL
}

// newRead returns what to know of an operation that begins, nil when it reads nothing.
func newRead(msg trace.Detail, committed *State) *Read {
	if msg == nil {
		return nil
	}
	r := Read{Committed: committed.Zxid, asked: committed}
	for name, value := range msg.Fields {
		switch name {
		case "op":
			r.Op = readOp(value)
		case "path":
			r.Path = value
		}
	}
	if r.Op == 0 || r.Path == "" {
		return nil
	}
	return &r
}

func readOp(name string) zk.Op {
	for _, op := range [...]zk.Op{
		zk.OpGetData, zk.OpExists, zk.OpGetChildren, zk.OpGetChildren2, zk.OpGetACL,
	} {
		if op.String() == name {
			return op
		}
	}
	return 0
}

// answered compares a read with what was committed when it was asked. It returns a new Read: the
// old one may be another model's.
func (m *Model) answered(r *Read, server zk.ServerID, e *trace.Event) *Read {
	done := *r
	done.Server, done.Zxid, done.asked = server, e.Zxid, nil
	done.Behind = e.Zxid != 0 && e.Zxid < r.Committed
	if read := m.stateAt(server, e.Zxid); done.Behind && read != nil {
		got, have := read.Tree.Find(r.Path), r.asked.Tree.Find(r.Path)
		done.Got, done.Have = r.version(got), r.version(have)
		done.Stale = done.Got != done.Have || !r.isOfChildren() && !got.Same(have)
	}
	return &done
}

// stateAt returns what a server had applied when its zxid was z, as far as that is remembered.
func (m *Model) stateAt(server zk.ServerID, z zk.Zxid) *State {
	s := m.Server(server)
	if s == nil || s.replica.now == nil || s.replica.now.Zxid <= z {
		return nowOf(s)
	}
	for _, st := range m.data.states {
		if st.Zxid == z {
			return st
		}
	}
	return nil
}

func nowOf(s *Server) *State {
	if s == nil {
		return nil
	}
	return s.replica.now
}

func (r *Read) isOfChildren() bool { return r.Op == zk.OpGetChildren || r.Op == zk.OpGetChildren2 }

func (r *Read) version(z tree.Ref) ReadVersion {
	if z.IsZero() {
		return ReadVersion{}
	}
	stat := z.Znode().Stat
	switch {
	case r.isOfChildren():
		return ReadVersion{true, stat.Cversion}
	case r.Op == zk.OpGetACL:
		return ReadVersion{true, stat.Aversion}
	}
	return ReadVersion{true, stat.Version}
}

// LastRead returns the client's newest answered operation as a read, nil when that was no read or
// there is none.
func (c *Client) LastRead() *Read {
	for i := len(c.Ops) - 1; i >= 0; i-- {
		if o := &c.Ops[i]; o.Done {
			if o.Read == nil || o.Err != zk.OK.String() && o.Err != zk.ErrNoNode.String() {
				return nil
			}
			return o.Read
		}
	}
	return nil
}

// StaleRead returns what the client read last as long as that is behind the times: it is still at
// the server that answered, and that server still lacks what was committed then. Else it is nil.
func (m *Model) StaleRead(c *Client) *Read {
	r := c.LastRead()
	if r == nil || !r.Stale || c.Phase != ClientConnected || c.Server != r.Server {
		return nil
	}
	if s := m.Server(r.Server); s == nil || s.Applied >= r.Committed {
		return nil
	}
	return r
}

// Op returns the client's operation with a number, nil when it is no longer kept.
func (c *Client) Op(n int64) *ClientOp {
	for i := range c.Ops {
		if c.Ops[i].N == n {
			return &c.Ops[i]
		}
	}
	return nil
}
