package node

import (
	"time"

	"github.com/zabscope/zabscope/core/watch"
	"github.com/zabscope/zabscope/core/zk"
)

// SessionInfo is what a leader knows of a session's life.
type SessionInfo struct {
	ID        zk.SessionID
	TimeoutMs int32
	Left      time.Duration // until it expires, if it stays silent
}

// Sessions returns the sessions by rising id, as the leader sees them; nothing elsewhere.
func (n *Node) Sessions() []SessionInfo {
	all := make([]SessionInfo, 0, len(n.live.sessions))
	for i := range n.live.sessions {
		s := &n.live.sessions[i]
		all = append(all, SessionInfo{s.id, s.timeoutMs, s.expireAt.Sub(n.s.Now)})
	}
	return all
}

// Watches returns a copy of the watches of this server's clients.
func (n *Node) Watches() *watch.Table { return n.watches.Clone() }
