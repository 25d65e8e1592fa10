package client

import (
	"slices"

	"github.com/zabscope/zabscope/core/zk"
)

// watches are the paths that the client has a watch on, so that it can set them again at another
// server. Each list is sorted and has no path twice.
type watches struct {
	data, exist, child    []string
	persistent, recursive []string
}

func (w *watches) clone() watches {
	return watches{
		slices.Clone(w.data), slices.Clone(w.exist), slices.Clone(w.child),
		slices.Clone(w.persistent), slices.Clone(w.recursive),
	}
}

// onReply notes the watch that a read has left at the server, by Apache's rule: a watch on a znode
// that is missing is left by exists only.
func (w *watches) onReply(req *zk.Request, err zk.Err) {
	switch {
	case req.Op == zk.OpAddWatch && err == zk.OK:
		w.stand(req)
	case !req.Watch:
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

// stand notes a standing watch, which takes the place of one of the other kind.
func (w *watches) stand(req *zk.Request) {
	if req.WatchMode == zk.WatchPersistent {
		w.persistent, w.recursive = add(w.persistent, req.Path), remove(w.recursive, req.Path)
		return
	}
	w.recursive, w.persistent = add(w.recursive, req.Path), remove(w.persistent, req.Path)
}

// removal is one list out of which removeWatches takes a path, and what the application hears.
type removal struct {
	from  *[]string
	event zk.EventType
}

// removals returns the lists that removeWatches means, by Apache's rule (ZKWatchManager.java): a
// standing watch is neither a data nor a child watch.
func (w *watches) removals(which zk.WatcherType) []removal {
	data := []removal{{&w.data, zk.DataWatchRemoved}, {&w.exist, zk.DataWatchRemoved}}
	child := removal{&w.child, zk.ChildWatchRemoved}
	switch which {
	case zk.WatcherData:
		return data
	case zk.WatcherChildren:
		return []removal{child}
	}
	return append(data, child, removal{&w.persistent, zk.PersistentWatchRemoved},
		removal{&w.recursive, zk.PersistentWatchRemoved})
}

// holds reports whether there is anything for removeWatches to remove.
func (w *watches) holds(req *zk.Request) bool {
	for _, r := range w.removals(req.Watcher) {
		if slices.Contains(*r.from, req.Path) {
			return true
		}
	}
	return false
}

// drop forgets what removeWatches has removed, and returns the events that tell of it.
func (w *watches) drop(req *zk.Request) []zk.EventType {
	var events []zk.EventType
	for _, r := range w.removals(req.Watcher) {
		if !slices.Contains(*r.from, req.Path) {
			continue
		}
		*r.from = remove(*r.from, req.Path)
		if !slices.Contains(events, r.event) {
			events = append(events, r.event)
		}
	}
	return events
}

// request returns the setWatches that restores all watches, nil when there are none. Servers of 3.5
// do not know the form for standing watches: it is taken only when there are any.
func (w *watches) request(last zk.Zxid) *zk.Request {
	standing := len(w.persistent) + len(w.recursive)
	if len(w.data)+len(w.exist)+len(w.child)+standing == 0 {
		return nil
	}
	all := w.clone()
	req := &zk.Request{
		Op: zk.OpSetWatches, Xid: -8, LastZxid: last,
		DataWatches: all.data, ExistWatches: all.exist, ChildWatches: all.child,
		PersistentWatches: all.persistent, RecursiveWatches: all.recursive,
	}
	if standing > 0 {
		req.Op = zk.OpSetWatches2
	}
	return req
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
