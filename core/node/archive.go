package node

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/watch"
	"github.com/zabscope/zabscope/core/zab"
	"github.com/zabscope/zabscope/core/zk"
)

// Archive carries the settings.
func (c *Config) Archive(a step.Archive) {
	step.Number(a, &c.ID)
	step.Number(a, &c.Voters)
	step.Number(a, &c.Observers)
	step.Number(a, &c.TickTime)
	step.Number(a, &c.InitLimit)
	step.Number(a, &c.SyncLimit)
	step.Number(a, &c.FinalizeWait)
	step.Flag(a, &c.FinalizeAlways)
	step.Number(a, &c.MinSessionTimeoutMs)
	step.Number(a, &c.MaxSessionTimeoutMs)
	step.Number(a, &c.CommitLogCount)
	step.Number(a, &c.SnapCount)
	step.Number(a, &c.CounterStart)
	step.Number(a, &c.Seed)
	a.Buffer(&c.Secret)
	step.Number(a, &c.Quirks)
	step.Number(a, &c.ContainerCheckInterval)
	step.Flag(a, &c.ExtendedTypes)
	step.Flag(a, &c.ForceSnapSync)
	step.Flag(a, &c.EnforceQuota)
	a.Text(&c.SuperDigest)
	step.Flag(a, &c.ReadOnlyMode)
	a.Text(&c.Members)
	l := &c.Limits
	for _, v := range [...]*int{&l.PathBytes, &l.PathDepth, &l.MultiOps, &l.Ephemerals, &l.Watches,
		&l.AllWatches, &l.Znodes, &l.DataBytes} {
		step.Number(a, v)
	}
	if c.ID < 1 || c.ID > zk.ServerMax || c.TickTime <= 0 || c.SnapCount < 1 ||
		c.CommitLogCount < 1 {
		a.Fail("settings of no server")
	}
}

// Archive carries what the disk held.
func (b *Boot) Archive(a step.Archive) {
	step.Number(a, &b.Accepted)
	step.Number(a, &b.Current)
	a.Tree(&b.Snap)
	step.List(a, &b.Log, func(a step.Archive, t *zk.Txn) { a.Txn(t) })
	step.Number(a, &b.Seq)
	step.Number(a, &b.Number)
	step.Flag(a, &b.Damaged)
	step.Number(a, &b.At)
	step.Number(a, &b.WallMs)
}

// Restore returns the server whose settings and state a holds; a has the last word on whether they
// were any.
func Restore(a step.Archive) *Node {
	n := &Node{watches: watch.New()}
	n.leader, n.learner, n.replica = zab.Restored(&n.zabs)
	n.Archive(a)
	return n
}

// Archive carries the settings and all state that can affect the future, so that the server that
// Restore makes of it answers equal inputs with equal outputs.
func (n *Node) Archive(a step.Archive) {
	n.cfg.Archive(a)
	if a.Reads() {
		n.configure()
	}
	step.Number(a, &n.s.Node)
	step.Number(a, &n.s.Boot)
	step.Number(a, &n.s.Seq)
	step.Number(a, &n.s.Now)
	n.archiveRandom(a)
	step.Number(a, &n.role)
	n.election.Archive(a)
	n.election.Rebind(&n.elections)
	n.replica.Archive(a)
	n.archiveRoles(a)
	step.Number(a, &n.restless)
	step.List(a, &n.early, func(a step.Archive, e *early) {
		a.Message(&e.msg)
		step.Number(a, &e.at)
		step.Flag(a, &e.looking)
	})
	n.archiveReadOnly(a)
	step.Number(a, &n.lookingSince)
	step.Flag(a, &n.serving)
	step.List(a, &n.conns, archiveConn)
	n.watches.Archive(a)
	n.live.archive(a)
	step.Number(a, &n.reapAt)
	step.List(a, &n.touched, step.ArchiveTouch)
	step.Number(a, &n.syncs)
	step.Number(a, &n.sinceSnap)
	step.Number(a, &n.snapAfter)
}

func (n *Node) archiveRandom(a step.Archive) {
	state, err := n.rng.MarshalBinary()
	step.Assert(err == nil, "RandomState")
	a.Buffer(&state)
	if a.Reads() && n.rng.UnmarshalBinary(state) != nil {
		a.Fail("state of no random numbers")
	}
}

// archiveRoles carries the role that the server has.
func (n *Node) archiveRoles(a step.Archive) {
	leads, learns := n.leader != nil, n.learner != nil
	step.Flag(a, &leads)
	step.Flag(a, &learns)
	if leads && learns {
		a.Fail("leader that follows")
	}
	if leads {
		n.leader.Archive(a, n.replica)
	}
	if learns {
		n.learner.Archive(a)
	}
	if !leads {
		n.leader = nil
	}
	if !learns {
		n.learner = nil
	}
}

// archiveReadOnly carries whether reads are served without a leader. The state that they see is
// what the log says, which does not change meanwhile.
func (n *Node) archiveReadOnly(a step.Archive) {
	reads := n.readOnly != nil
	step.Flag(a, &reads)
	if a.Reads() && reads {
		n.readOnly = n.logged()
	}
}

func archiveConn(a step.Archive, c *conn) {
	step.Number(a, &c.id)
	step.Number(a, &c.state)
	step.Number(a, &c.session)
	step.Number(a, &c.timeoutMs)
	step.List(a, &c.ids, archiveIdentity)
	step.List(a, &c.queue, archivePending)
}

func archiveIdentity(a step.Archive, id *zk.Identity) {
	a.Text(&id.Scheme)
	a.Text(&id.ID)
}

func archivePending(a step.Archive, p *pending) {
	a.Request(&p.req)
	step.Number(a, &p.sync)
	step.Flag(a, &p.done)
	step.Number(a, &p.err)
	step.Number(a, &p.zxid)
	archiveReply(a, &p.reply)
	step.ArchiveRef(a, &p.cause)
}

// archiveReply carries a reply that waits for those before it.
func archiveReply(a step.Archive, r *zk.Reply) {
	a.Text(&r.Path)
	a.Buffer(&r.Data)
	archiveStat(a, &r.Stat)
	step.List(a, &r.Children, step.Archive.Text)
	step.List(a, &r.ACL, archiveACL)
	step.List(a, &r.Results, archiveResult)
	step.Number(a, &r.Num)
	step.List(a, &r.Who, archiveIdentity)
	step.Flag(a, &r.ReadOnly)
	step.Number(a, &r.Event)
	step.Number(a, &r.Session)
	step.Number(a, &r.TimeoutMs)
	a.Buffer(&r.Password)
}

func archiveResult(a step.Archive, r *zk.OpResult) {
	step.Number(a, &r.Op)
	step.Number(a, &r.Err)
	a.Text(&r.Path)
	archiveStat(a, &r.Stat)
	a.Buffer(&r.Data)
	step.List(a, &r.Children, step.Archive.Text)
}

func archiveACL(a step.Archive, e *zk.ACL) {
	step.Number(a, &e.Perms)
	a.Text(&e.Scheme)
	a.Text(&e.ID)
}

func archiveStat(a step.Archive, s *zk.Stat) {
	step.Number(a, &s.Czxid)
	step.Number(a, &s.Mzxid)
	step.Number(a, &s.Ctime)
	step.Number(a, &s.Mtime)
	step.Number(a, &s.Version)
	step.Number(a, &s.Cversion)
	step.Number(a, &s.Aversion)
	step.Number(a, &s.EphemeralOwner)
	step.Number(a, &s.DataLength)
	step.Number(a, &s.NumChildren)
	step.Number(a, &s.Pzxid)
}

// archive carries when sessions expire; their buckets follow from that.
func (l *liveness) archive(a step.Archive) {
	step.Number(a, &l.tick)
	step.List(a, &l.sessions, func(a step.Archive, s *liveSession) {
		step.Number(a, &s.id)
		step.Number(a, &s.timeoutMs)
		step.Number(a, &s.expireAt)
		step.Number(a, &s.owner)
		step.Flag(a, &s.closing)
	})
	if !a.Reads() {
		return
	}
	for i := range l.sessions {
		if s := &l.sessions[i]; !s.closing {
			l.put(s.expireAt)
		}
	}
}
