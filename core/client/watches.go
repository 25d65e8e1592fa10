package client

import (
	"slices"

	"github.com/zabscope/zabscope/core/zk"
)

// watches are the paths that the client has a watch on, so that it can set them again at another
// server. Each list is sorted and has no path twice.
type watches struct {
	data, exist, child []string
}

func (w *watches) clone() watches {
	return watches{slices.Clone(w.data), slices.Clone(w.exist), slices.Clone(w.child)}
}

// onReply notes the watch that a read has left at the server, by Apache's rule: a watch on a znode
// that is missing is left by exists only.
func (w *watches) onReply(req *zk.Request, err zk.Err) {
	if !req.Watch {
		return
	}
	switch {
	case req.Op == zk.OpExists && err == zk.ErrNoNode:
		w.exist = add(w.exist, req.Path)
	case err != zk.OK:
	case req.Op == zk.OpExists || req.Op == zk.OpGetData:
		w.data = add(w.data, req.Path)
	case req.Op == zk.OpGetChildren || req.Op == zk.OpGetChildren2:
		w.child = add(w.child, req.Path)
	}
}

// onEvent forgets what has fired.
func (w *watches) onEvent(event zk.EventType, path string) {
	switch event {
	case zk.NodeCreated, zk.NodeDataChanged:
		w.data, w.exist = remove(w.data, path), remove(w.exist, path)
	case zk.NodeChildrenChanged:
		w.child = remove(w.child, path)
	case zk.NodeDeleted:
		w.data, w.exist = remove(w.data, path), remove(w.exist, path)
		w.child = remove(w.child, path)
	}
}

// request returns the setWatches that restores all watches, nil when there are none.
func (w *watches) request(last zk.Zxid) *zk.Request {
	if len(w.data)+len(w.exist)+len(w.child) == 0 {
		return nil
	}
	all := w.clone()
	return &zk.Request{
		Op: zk.OpSetWatches, Xid: -8, LastZxid: last,
		DataWatches: all.data, ExistWatches: all.exist, ChildWatches: all.child,
	}
}

func add(paths []string, path string) []string {
	i, found := slices.BinarySearch(paths, path)
	if found {
		return paths
	}
	return slices.Insert(paths, i, path)
}

func remove(paths []string, path string) []string {
	i, found := slices.BinarySearch(paths, path)
	if !found {
		return paths
	}
	return slices.Delete(paths, i, i+1)
}
