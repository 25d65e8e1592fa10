// Package zab is ZooKeeper's atomic broadcast: discovery, synchronization and broadcast, for the
// leader, the follower and the observer ("Zab 1.0"; Junqueira, Reed, Serafini, DSN 2011).
//
// A role is a value made after an election and thrown away when it ends; nothing has to be stopped
// or drained. What must outlive it, the log, the epochs and the trees, is in Replica. A role never
// speaks before the disk has said so: what depends on a write is held in the Replica until Synced.
//
// The package decides who has which transaction when. It does not know clients: package node
// prepares requests, applies what is committed and answers.
package zab

import (
	"time"

	"github.com/zabscope/zabscope/core/zk"
)

// Config is what the roles need to know. It is shared and never written.
type Config struct {
	Self           zk.ServerID
	Voters         zk.ServerSet
	Observers      zk.ServerSet
	TickTime       time.Duration
	InitLimit      int // ticks for connecting and synchronizing
	SyncLimit      int // ticks of silence that a leader or learner accepts
	CommitLogCount int // committed transactions kept in memory for DIFF
	CounterStart   uint32
	ForceSnapSync  bool // every learner gets a SNAP
	Quirks         zk.Quirk
}

func (c *Config) ticks(n int) time.Duration { return time.Duration(n) * c.TickTime }

// isQuorum reports whether set is a majority of the voters.
func (c *Config) isQuorum(set zk.ServerSet) bool {
	if c.Quirks.Has(zk.QuirkQuorumHalf) {
		return (set & c.Voters).Len() >= max(1, c.Voters.Len()/2)
	}
	return set.HasMajority(c.Voters)
}
