package tree

import "github.com/zabscope/zabscope/core/zk"

// HasTransient reports whether there are containers or znodes with a time to live.
func (d *DB) HasTransient() bool { return d.transient.Len() > 0 }

// Reapable returns the paths, in rising order, of the containers that have lost their last child
// and of the childless znodes that were not written for their time to live (ContainerManager.java).
// The leader deletes them.
func (d *DB) Reapable(wallMs int64) []string {
	var paths []string
	for path := range d.transient.All() {
		z := d.root.find(path)
		if z.kids.Len() > 0 {
			continue
		}
		ttl := z.owner.TTL()
		isIdle := ttl != 0 && wallMs-z.mtime > ttl
		isLeft := z.owner == zk.ContainerOwner && z.cversion > 0
		if isIdle || isLeft {
			paths = append(paths, path)
		}
	}
	return paths
}
