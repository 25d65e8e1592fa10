package node

import (
	"strings"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/watch"
	"github.com/zabscope/zabscope/core/zk"
)

// read evaluates a read on the local tree, which may be behind the leader's, and sets its watch.
func (n *Node) read(c *conn, req *zk.Request) (zk.Reply, zk.Err) {
	if more := watchesAsked(req); more > 0 && !n.mayWatch(c, more) {
		return zk.Reply{}, zk.ErrQuotaExceeded
	}
	switch req.Op {
	case zk.OpPing:
		return zk.Reply{}, zk.OK
	case zk.OpSync:
		return zk.Reply{Path: req.Path}, zk.OK
	case zk.OpWhoAmI:
		return zk.Reply{Who: c.whoAmI()}, zk.OK
	case zk.OpSetWatches, zk.OpSetWatches2:
		n.setWatches(c, req)
		if req.Malformed {
			return zk.Reply{}, zk.ErrMarshalling
		}
		return zk.Reply{}, zk.OK
	case zk.OpAddWatch, zk.OpRemoveWatches, zk.OpCheckWatches:
		return zk.Reply{}, n.changeWatches(c, req)
	}
	reply, err := n.db().Read(req)
	if err == zk.OK && req.Path == tree.ConfigPath && n.cfg.Members != "" {
		n.showMembers(&reply, req.Op)
	}
	if req.Watch {
		n.setWatch(c, req, err)
	}
	return reply, err
}

// showMembers fills in the text of /zookeeper/config, which no transaction carries.
func (n *Node) showMembers(reply *zk.Reply, op zk.Op) {
	switch op {
	case zk.OpGetData:
		reply.Data = []byte(n.cfg.Members)
	case zk.OpExists, zk.OpGetChildren2, zk.OpGetACL:
	default:
		return
	}
	reply.Stat.DataLength = int32(len(n.cfg.Members))
}

// changeWatches adds a watch that stays, removes watches or says whether there are any.
func (n *Node) changeWatches(c *conn, req *zk.Request) zk.Err {
	switch {
	case req.Op == zk.OpAddWatch && req.WatchMode == zk.WatchPersistent:
		n.addWatch(c, watch.Persistent, req.Path)
		return zk.OK
	case req.Op == zk.OpAddWatch && req.WatchMode == zk.WatchPersistentRecursive:
		n.addWatch(c, watch.Recursive, req.Path)
		return zk.OK
	case req.Op == zk.OpAddWatch, req.Watcher < zk.WatcherChildren, req.Watcher > zk.WatcherAny:
		return zk.ErrMarshalling
	}
	if req.Op == zk.OpCheckWatches {
		return n.checkWatches(req)
	}
	if !n.watches.Remove(req.Watcher, req.Path, c.id) {
		return zk.ErrNoWatcher
	}
	n.s.Emit(trace.Event{
		Kind: trace.WatchRemoved, Sess: c.session, Path: req.Path, N: int64(req.Watcher),
	})
	return zk.OK
}

// checkWatches says whether there are watches. Apache looks for a path above this one too early,
// and stumbles when there is none (PathParentIterator.java).
func (n *Node) checkWatches(req *zk.Request) zk.Err {
	switch {
	case req.Path == "":
		return zk.ErrNoWatcher
	case !strings.Contains(req.Path, "/"):
		return zk.ErrMarshalling
	case !n.watches.Has(req.Watcher, req.Path):
		return zk.ErrNoWatcher
	}
	return zk.OK
}

// setWatch registers what a read asked for. Only exists watches a node that is not there.
func (n *Node) setWatch(c *conn, req *zk.Request, err zk.Err) {
	kind := watch.Data
	switch {
	case req.Op == zk.OpExists && err == zk.ErrNoNode:
		kind = watch.Exists
	case err != zk.OK:
		return
	case req.Op == zk.OpGetChildren || req.Op == zk.OpGetChildren2:
		kind = watch.Child
	}
	n.addWatch(c, kind, req.Path)
}

func (n *Node) addWatch(c *conn, kind watch.Kind, path string) {
	if n.watches.Set(kind, path, c.id) {
		n.s.Emit(trace.Event{
			Kind: trace.WatchSet, Sess: c.session, Path: path, N: int64(kind),
		})
	}
}

// setWatches restores the watches of a client that has come from elsewhere: what it has missed
// fires at once, the rest is set again (ZOOKEEPER-153).
func (n *Node) setWatches(c *conn, req *zk.Request) {
	db := n.db()
	for _, path := range req.DataWatches {
		_, stat, ok := db.Get(path)
		switch {
		case !ok:
			n.catchUp(c, zk.NodeDeleted, path)
		case isAfter(stat.Mzxid, req.LastZxid):
			n.catchUp(c, zk.NodeDataChanged, path)
		default:
			n.addWatch(c, watch.Data, path)
		}
	}
	for _, path := range req.ExistWatches {
		if _, _, ok := db.Get(path); ok {
			n.catchUp(c, zk.NodeCreated, path)
			continue
		}
		n.addWatch(c, watch.Exists, path)
	}
	for _, path := range req.ChildWatches {
		_, stat, ok := db.Get(path)
		switch {
		case !ok:
			n.catchUp(c, zk.NodeDeleted, path)
		case isAfter(stat.Pzxid, req.LastZxid):
			n.catchUp(c, zk.NodeChildrenChanged, path)
		default:
			n.addWatch(c, watch.Child, path)
		}
	}
	for _, path := range req.PersistentWatches {
		n.addWatch(c, watch.Persistent, path)
	}
	for _, path := range req.RecursiveWatches {
		n.addWatch(c, watch.Recursive, path)
	}
}

// isAfter compares as Apache does, for which a zxid has a sign: one that a client makes up may be
// negative, and is before all others.
func isAfter(z, than zk.Zxid) bool { return int64(z) > int64(than) }

func (n *Node) catchUp(c *conn, event zk.EventType, path string) {
	z := n.db().Zxid()
	cause := n.s.Emit(trace.Event{
		Kind: trace.WatchFired, Sess: c.session, Path: path, N: int64(event), Zxid: z,
	})
	n.toClient(c, step.ToClient{
		Kind: step.WatchEvent, Xid: -1, Zxid: z, Cause: cause,
		Reply: zk.Reply{Event: event, Path: path},
	})
}
