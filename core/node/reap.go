package node

import "github.com/zabscope/zabscope/core/zk"

// reapsAt is when the leader must look for containers and znodes whose time to live is over; while
// there are none of them, never.
func (n *Node) reapsAt() zk.Instant {
	if !n.serving || n.cfg.ContainerCheckInterval <= 0 || n.replica.Prepared == nil ||
		!n.replica.Prepared.HasTransient() {
		return zk.Never
	}
	return n.reapAt
}

// reap proposes the deletion of what nobody uses any more, with what is proposed already in mind.
func (n *Node) reap() {
	if n.leader.Gone != zk.NoWhy || n.reapsAt() > n.s.Now {
		return
	}
	every := n.cfg.ContainerCheckInterval
	n.reapAt = n.reapAt.Add((n.s.Now.Sub(n.reapAt)/every + 1) * every)
	for _, path := range n.replica.Prepared.Reapable(n.wall) {
		n.propose(&zk.Request{Op: zk.OpDeleteContainer, Path: path}, 0)
	}
}
