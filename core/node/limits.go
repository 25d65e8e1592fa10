package node

import (
	"strings"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// Limits bound what clients can make a server hold. A limit of 0 is none.
type Limits struct {
	PathBytes  int // of one path
	PathDepth  int // elements of one path
	MultiOps   int // in one multi
	Ephemerals int // of one session, because they all go in one transaction
	Watches    int // of one connection
	AllWatches int // of one server
	Znodes     int
	DataBytes  int // paths and data of all znodes
}

// DefaultLimits are those of a server that strangers can reach.
func DefaultLimits() Limits {
	return Limits{
		PathBytes: 4 << 10, PathDepth: 64, MultiOps: 10_000, Ephemerals: 10_000,
		Watches: 50_000, AllWatches: 1_000_000, Znodes: 5_000_000, DataBytes: 1 << 30,
	}
}

func exceeds(n, limit int) bool { return limit > 0 && n > limit }

// refuses says what is wrong with the size of a request. It is refused as a whole, before anything
// is prepared, and takes no zxid.
func (l *Limits) refuses(req *zk.Request) zk.Err {
	if exceeds(len(req.Ops), l.MultiOps) || l.isFar(req.Path) {
		return zk.ErrBadArguments
	}
	for i := range req.Ops {
		if l.isFar(req.Ops[i].Path) {
			return zk.ErrBadArguments
		}
	}
	return zk.OK
}

func (l *Limits) isFar(path string) bool {
	return exceeds(len(path), l.PathBytes) || exceeds(strings.Count(path, "/"), l.PathDepth)
}

// growth is what a write would add.
type growth struct{ znodes, bytes, ephemerals int }

func (g *growth) add(req *zk.Request) {
	switch req.Op {
	case zk.OpCreate, zk.OpCreate2, zk.OpCreateContainer, zk.OpCreateTTL:
		g.znodes++
		g.bytes += len(req.Path) + len(req.Data)
		if req.Mode.IsEphemeral() {
			g.ephemerals++
		}
	case zk.OpSetData:
		g.bytes += len(req.Data)
	}
	for i := range req.Ops {
		g.add(&req.Ops[i])
	}
}

// full reports whether the state has no room for what a write would add. What only takes away is
// always welcome.
func (l *Limits) full(db *tree.DB, req *zk.Request) bool {
	var g growth
	g.add(req)
	return g.znodes > 0 && exceeds(db.ZnodeCount()+g.znodes, l.Znodes) ||
		g.bytes > 0 && exceeds(db.Size()+g.bytes, l.DataBytes) ||
		g.ephemerals > 0 && exceeds(db.EphemeralCount(req.Session)+g.ephemerals, l.Ephemerals)
}

// mayWatch reports whether a connection may have so many watches more.
func (n *Node) mayWatch(c *conn, more int) bool {
	l := &n.cfg.Limits
	return !exceeds(n.watches.LenOf(c.id)+more, l.Watches) &&
		!exceeds(n.watches.Len()+more, l.AllWatches)
}

// watchesAsked counts the watches that a request would set.
func watchesAsked(req *zk.Request) int {
	n := len(req.DataWatches) + len(req.ExistWatches) + len(req.ChildWatches) +
		len(req.PersistentWatches) + len(req.RecursiveWatches)
	if req.Watch || req.Op == zk.OpAddWatch {
		n++
	}
	return n
}
