// Package node is one ZooKeeper server as a pure machine: it composes election, zab, tree and
// watch, and adds what needs all of them, the path of a client's request from preparing to the
// reply, and the liveness of sessions.
//
// A Node is a value that only Step changes. Whatever it wants done is in step.Output; whatever
// happens comes as a step.Input. The same code runs in a browser, in a test and in a process.
package node

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/zabscope/zabscope/core/election"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/watch"
	"github.com/zabscope/zabscope/core/zab"
	"github.com/zabscope/zabscope/core/zk"
)

// Config is what one server is told before it starts. DefaultConfig gives Apache's sample values.
type Config struct {
	ID                  zk.ServerID
	Voters              zk.ServerSet
	Observers           zk.ServerSet
	TickTime            time.Duration
	InitLimit           int           // ticks for connecting and synchronizing
	SyncLimit           int           // ticks of silence between leader and learner
	FinalizeWait        time.Duration // how long an election waits for a better vote
	FinalizeAlways      bool          // wait also when every linked voter agrees
	MinSessionTimeoutMs int32
	MaxSessionTimeoutMs int32
	CommitLogCount      int // committed transactions kept for DIFF
	SnapCount           int // transactions between snapshots, randomised down to half
	CounterStart        uint32
	Seed                uint64
	Secret              []byte // key of session passwords; the same on all servers
	Quirks              zk.Quirk

	// ContainerCheckInterval is how often a leader looks for containers and znodes whose time to
	// live is over, znode.container.checkIntervalMs; 0 is never.
	ContainerCheckInterval time.Duration
	// ExtendedTypes allows znodes with a time to live, zookeeper.extendedTypesEnabled.
	ExtendedTypes bool
	// ForceSnapSync lets a leader bring every learner to its state by SNAP,
	// zookeeper.forceSnapshotSync.
	ForceSnapSync bool
	// EnforceQuota lets the hard limits of quotas refuse writes, zookeeper.enforceQuota.
	EnforceQuota bool
	// SuperDigest is who may do everything, as digest writes it: "super:" and a hash; "" is nobody
	// (zookeeper.DigestAuthenticationProvider.superDigest).
	SuperDigest string
	// ReadOnlyMode lets a server that finds no leader serve reads to clients that ask for that,
	// readonlymode.enabled.
	ReadOnlyMode bool
	// Members is what /zookeeper/config says: the servers, one a line; "" as on a server alone.
	Members string
	// Limits bound what clients can make the server hold; the zero value does not.
	Limits Limits
}

// DefaultConfig returns the settings of Apache's zoo_sample.cfg.
func DefaultConfig(id zk.ServerID, voters, observers zk.ServerSet) Config {
	return Config{
		ID: id, Voters: voters, Observers: observers,
		TickTime: 2 * time.Second, InitLimit: 10, SyncLimit: 5,
		FinalizeWait:        200 * time.Millisecond,
		MinSessionTimeoutMs: 4_000, MaxSessionTimeoutMs: 40_000,
		CommitLogCount: 500, SnapCount: 100_000,
		Secret:                 []byte("zabscope"),
		ContainerCheckInterval: time.Minute,
	}
}

// Boot is what the disk held: all that a restarted server knows of its past.
type Boot struct {
	Accepted zk.Epoch
	Current  zk.Epoch
	Snap     *tree.DB // nil when there is none
	Log      []zk.Txn // after Snap, in order
	Seq      uint64   // highest Seq found durable
	Number   uint16   // which start of this server, from 1
	Damaged  bool     // an earlier record is bad: no vote, SNAP only
	At       zk.Instant
	WallMs   int64
	Older    []Saved // the snapshots before Snap; only the trace tells of them
}

// Saved is a snapshot on a disk.
type Saved struct {
	Zxid   zk.Zxid
	Digest uint64 // of its state
}

// Node is one server. Make it with New.
type Node struct {
	cfg       Config
	elections election.Config
	zabs      zab.Config

	s    step.Scribe
	rng  rand.PCG
	wall int64 // wall clock of the step that runs, Unix ms

	role     zk.Role
	election election.Election
	leader   *zab.Leader  // set while Leading
	learner  *zab.Learner // set while Following or Observing
	replica  *zab.Replica
	restless zk.Why  // why a new election is due once the disk is quiet; NoWhy if none is
	early    []early // notifications that came while the server had no vote

	// readOnly is what reads see while no leader is known; nil unless they are served so.
	readOnly     *tree.DB
	lookingSince zk.Instant

	serving   bool
	conns     []conn // by rising id
	watches   *watch.Table
	live      liveness          // a leader's view of all sessions, or those of read-only mode
	reapAt    zk.Instant        // when a leader looks for containers next
	touched   []zk.SessionTouch // a learner's sessions since the last PING
	syncs     uint64            // number of the last sync that was forwarded
	sinceSnap int
	snapAfter int
	changes   []tree.Change // scratch of deliver
	mistakes  mistakes
}

// New starts a server from what its disk held. The boot events and the first messages are in out.
func New(cfg Config, boot Boot, out *step.Output) *Node {
	n := &Node{cfg: cfg, role: zk.Looking, watches: watch.New()}
	n.configure()
	n.rng = *rand.NewPCG(cfg.Seed, uint64(boot.Number)<<8|uint64(cfg.ID))
	n.s = step.Scribe{Node: cfg.ID, Boot: boot.Number, Out: out, Now: boot.At}
	n.wall = boot.WallMs
	n.election.Init(&n.elections)
	n.replica = zab.NewReplica(&n.zabs, boot.Snap, boot.Log)
	n.replica.Restore(boot.Accepted, boot.Current, boot.Seq, boot.Damaged)
	n.drawSnapAfter()
	n.boot(boot)
	n.settle()
	n.finish(out)
	return n
}

// configure gives the machines inside what they need to know.
func (n *Node) configure() {
	cfg := &n.cfg
	n.elections = election.Config{
		Self: cfg.ID, Voters: cfg.Voters, FinalizeWait: cfg.FinalizeWait,
		FinalizeAlways: cfg.FinalizeAlways, Quirks: cfg.Quirks,
	}
	n.zabs = zab.Config{
		Self: cfg.ID, Voters: cfg.Voters, Observers: cfg.Observers, TickTime: cfg.TickTime,
		InitLimit: cfg.InitLimit, SyncLimit: cfg.SyncLimit, CommitLogCount: cfg.CommitLogCount,
		CounterStart: cfg.CounterStart, ForceSnapSync: cfg.ForceSnapSync, Quirks: cfg.Quirks,
	}
}

func (n *Node) boot(boot Boot) {
	e := trace.Event{
		Kind: trace.Booted, Role: zk.Looking, Epoch: boot.Current, N: int64(boot.Accepted),
		Zxid: n.replica.LastLogged(), Set: n.cfg.Voters,
	}
	if boot.Snap != nil {
		e.Last, e.Msg = boot.Snap.Zxid(), restored{boot.Snap.Digest(), boot.Older}
	}
	if boot.Damaged {
		e.Why = zk.DamagedLog
	}
	n.s.Cause = n.s.Emit(e)
	n.replica.TellSessions(&n.s, n.s.Cause)
	n.restless = zk.Restarted
	n.lookingSince = boot.At
}

// restored is what a server found on its disk, for those who know what was saved.
type restored struct {
	digest uint64
	older  []Saved
}

// Fields yields the digest of the snapshot in hexadecimal, then the zxid and digest of each older
// one.
func (r restored) Fields(yield func(name, value string) bool) {
	if !yield("digest", strconv.FormatUint(r.digest, 16)) {
		return
	}
	for _, s := range r.older {
		sum := strconv.FormatUint(s.Digest, 16)
		if !yield("olderZxid", s.Zxid.String()) || !yield("olderDigest", sum) {
			return
		}
	}
}

// Step takes one input and fills out with everything that follows from it.
func (n *Node) Step(in *step.Input, out *step.Output) {
	n.s.Out, n.s.Now, n.s.Cause, n.wall = out, in.At, in.Cause, in.WallMs
	n.take(in)
	n.settle()
	n.finish(out)
}

// Full reports whether the driver should stop reading client sockets for now.
func (n *Node) Full() bool { return n.leader != nil && n.leader.Outstanding() >= outstandingMax }

// outstandingMax is Apache's globalOutstandingLimit.
const outstandingMax = 1000

func (n *Node) take(in *step.Input) {
	switch in.Kind {
	case step.Wake:
		n.onWake()
	case step.PeerUp:
		n.onPeerUp(in)
	case step.PeerDown:
		n.onPeerDown(in)
	case step.PeerMsg:
		n.onPeerMsg(in)
	case step.Synced:
		n.onSynced(in)
	case step.SnapSaved:
		n.onSnapSaved(in)
	case step.ClientUp:
		n.onClientUp(in)
	case step.ClientMsg:
		n.onClientMsg(in)
	case step.ClientDown:
		n.onClientDown(in)
	}
}

func (n *Node) finish(out *step.Output) {
	out.WakeAt = n.election.WakeAt()
	if n.leader != nil {
		out.WakeAt = min(out.WakeAt, n.leader.WakeAt(), n.live.wakeAt(), n.reapsAt())
	}
	if n.learner != nil {
		out.WakeAt = min(out.WakeAt, n.learner.WakeAt())
	}
	if n.role == zk.Looking {
		out.WakeAt = min(out.WakeAt, n.readOnlyAt(), n.live.wakeAt())
	}
	n.s.Out = nil
}

func (n *Node) onWake() {
	n.election.OnWake(&n.s)
	if n.leader != nil {
		n.leader.OnWake(n.replica, &n.s)
		n.expireSessions()
		n.reap()
	}
	if n.learner != nil {
		n.learner.OnWake(&n.s)
	}
	if n.readOnlyAt() <= n.s.Now {
		n.serveReadOnly()
	}
	if n.readOnly != nil {
		n.expireReadOnly()
	}
	if !n.cfg.ReadOnlyMode {
		n.stopReadOnly()
	}
}

func (n *Node) onSynced(in *step.Input) {
	n.replica.OnSynced(&n.s, in.Seq)
	if n.leader != nil {
		n.leader.OnDurable(n.replica, &n.s)
	}
}

func (n *Node) onSnapSaved(in *step.Input) {
	if n.replica.Installed(&n.s, in.Zxid) && n.learner != nil {
		n.learner.OnInstalled(n.replica, &n.s)
	}
}

func (n *Node) onPeerMsg(in *step.Input) {
	m := in.Msg
	n.s.Cause = n.s.Emit(trace.Event{
		Kind: trace.Arrived, Peer: in.From, Other: n.cfg.ID, Type: m.Type, Role: m.State,
		Epoch: m.Epoch, Zxid: m.Zxid, Vote: m.Vote, Last: zk.Zxid(m.Round), Sess: sessionOf(m),
	})
	if m.From != in.From || m.To != n.cfg.ID || m.Type.Channel() != in.Chan {
		n.refuse(in, zk.BadMessage)
		return
	}
	if in.Chan == zk.ElectionChannel {
		n.onNotification(m)
		return
	}
	switch {
	case n.leader != nil:
		n.fromLearner(m)
	case n.learner != nil && m.From == n.learner.Leader:
		n.fromLeader(m)
	default:
		n.refuse(in, zk.WrongOrder)
	}
}

func sessionOf(m *step.Message) zk.SessionID {
	if m.Req != nil {
		return m.Req.Session
	}
	if len(m.Sess) > 0 {
		return m.Sess[0].Session
	}
	return 0
}

func (n *Node) refuse(in *step.Input, why zk.Why) {
	n.s.Emit(trace.Event{Kind: trace.Refused, Peer: in.From, Type: in.Msg.Type, Why: why})
	n.s.Out.Links = append(n.s.Out.Links, step.Link{Peer: in.From, Chan: in.Chan})
}

func (n *Node) fromLearner(m *step.Message) {
	switch m.Type {
	case zk.Forward:
		n.onForward(m)
	case zk.Revalidate:
		n.onRevalidate(m)
	case zk.Ping:
		n.leader.OnMessage(n.replica, &n.s, m)
		n.touchAll(m.Sess)
	default:
		n.leader.OnMessage(n.replica, &n.s, m)
	}
}

func (n *Node) fromLeader(m *step.Message) {
	switch m.Type {
	case zk.Sync:
		n.learner.Heard(&n.s)
		n.onSyncAnswer(m.Round)
	case zk.Revalidate:
		n.learner.Heard(&n.s)
		n.onRevalidated(m)
	default:
		n.learner.OnMessage(n.replica, &n.s, m)
		if n.learner.PingDue() {
			n.answerPing()
		}
	}
}

func (n *Node) answerPing() {
	m := step.Message{Type: zk.Ping, To: n.learner.Leader, Zxid: n.replica.LastDurable()}
	if len(n.touched) > 0 {
		m.Sess = n.touched
		n.touched = nil // given away with the message
	}
	n.s.Send(m)
}

// SetQuirks switches known mistakes on or off in a running server, for lessons.
func (n *Node) SetQuirks(q zk.Quirk) {
	n.cfg.Quirks, n.elections.Quirks, n.zabs.Quirks = q, q, q
}
