package sim

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// legal says in which roles and phases a type of message may arrive.
type legal struct {
	typ    zk.MsgType
	roles  []zk.Role
	phases []zk.Phase
}

var (
	leading  = []zk.Role{zk.Leading}
	followed = []zk.Role{zk.Following}
	observed = []zk.Role{zk.Observing}
	learning = []zk.Role{zk.Following, zk.Observing}
	anyRole  = []zk.Role{zk.Following, zk.Leading, zk.Observing}

	joining    = []zk.Phase{zk.Discovery}
	syncing    = []zk.Phase{zk.Synchronization}
	serving    = []zk.Phase{zk.Broadcast}
	sinceSync  = []zk.Phase{zk.Synchronization, zk.Broadcast}
	everyPhase = []zk.Phase{zk.Discovery, zk.Synchronization, zk.Broadcast}
)

// legals are the pairs of a message and a phase that a correct ensemble knows. An observer has
// nothing that its leader lacks, so no TRUNC comes to it.
var legals = [...]legal{
	{zk.Notification, []zk.Role{zk.Looking}, []zk.Phase{zk.Election}},
	{zk.Notification, anyRole, everyPhase},
	{zk.FollowerInfo, leading, everyPhase},
	{zk.ObserverInfo, leading, everyPhase},
	{zk.LeaderInfo, learning, joining},
	{zk.AckEpoch, leading, everyPhase},
	{zk.Diff, learning, syncing},
	{zk.Trunc, followed, syncing},
	{zk.Snap, learning, syncing},
	{zk.NewLeader, learning, syncing},
	{zk.UpToDate, learning, syncing},
	{zk.Proposal, followed, sinceSync},
	{zk.Commit, followed, sinceSync},
	{zk.Inform, observed, sinceSync},
	{zk.Ack, leading, sinceSync},
	{zk.Ping, leading, sinceSync},
	{zk.Ping, learning, sinceSync},
	{zk.Forward, leading, serving},
	{zk.Sync, learning, serving},
	{zk.Revalidate, leading, serving},
	{zk.Revalidate, learning, serving},
}

// syncRows is the table by which a leader chooses how a learner catches up.
var syncRows = [...]struct {
	typ zk.MsgType
	why zk.Why
}{
	{zk.Diff, zk.SameHistory}, {zk.Diff, zk.InWindow}, {zk.Trunc, zk.AheadOfLeader},
	{zk.Snap, zk.BehindWindow}, {zk.Snap, zk.BelowFloor}, {zk.Snap, zk.SnapForced},
}

// reasons are decisions that must be made for each of their reasons.
var reasons = [...]struct {
	kind trace.Kind
	whys []zk.Why
}{
	{trace.VoteChanged, []zk.Why{zk.ByEpoch, zk.ByZxid, zk.ByServerID}},
	{trace.RoundStarted, []zk.Why{zk.Restarted, zk.ByRound, zk.LostLeader, zk.LostQuorum}},
	{trace.VoteIgnored, []zk.Why{zk.OlderRound}},
	{trace.Elected, []zk.Why{zk.EveryLinkedAgrees, zk.FinalizeWaited, zk.ExistingLeader}},
	{trace.LeaderLost, []zk.Why{
		zk.LostLeader, zk.LostQuorum, zk.EpochTimeout, zk.SyncTimeout, zk.ConnectFailed,
		zk.CounterRollover, zk.OldEpoch,
	}},
	{trace.Refused, []zk.Why{zk.WrongOrder, zk.OldEpoch, zk.FresherLearner}},
	{trace.Committed, []zk.Why{zk.QuorumAcked, zk.LeaderSaidSo, zk.InitialHistory}},
	{trace.Dropped, []zk.Why{
		zk.WhyCut, zk.WhyLoss, zk.WhyDropped, zk.WhyLinkBroken, zk.WhyReceiverDown,
	}},
}

// goalOps are the operations that must succeed now and then.
var goalOps = [...]zk.Op{
	zk.OpCreate, zk.OpCreate2, zk.OpCreateContainer, zk.OpCreateTTL, zk.OpDelete, zk.OpExists,
	zk.OpGetData, zk.OpSetData, zk.OpGetACL, zk.OpSetACL, zk.OpGetChildren, zk.OpGetChildren2,
	zk.OpSync, zk.OpMulti, zk.OpMultiRead, zk.OpAddWatch, zk.OpRemoveWatches, zk.OpCheckWatches,
	zk.OpGetEphemerals, zk.OpGetAllChildrenNumber, zk.OpWhoAmI, zk.OpAuth, zk.OpSASL,
	zk.OpCloseSession,
}

// goalErrs are the failures that clients must see now and then.
var goalErrs = [...]zk.Err{
	zk.ErrConnectionLoss, zk.ErrMarshalling, zk.ErrBadArguments, zk.ErrNoNode, zk.ErrNoAuth,
	zk.ErrBadVersion, zk.ErrNoChildrenForEphemerals, zk.ErrNodeExists, zk.ErrNotEmpty,
	zk.ErrSessionExpired, zk.ErrInvalidACL, zk.ErrNotReadOnly, zk.ErrNoWatcher,
	zk.ErrReconfigDisabled, zk.ErrQuotaExceeded, zk.ErrUnimplemented,
}

var watchKinds = [...]string{"data", "exists", "child", "persistent", "recursive"}

// List returns all goals, those that were not reached with a count of 0. Faults and crash points
// are goals too, but a run's Report counts them.
func (g *Goals) List() []Goal {
	var list []Goal
	add := func(n int, name string) { list = append(list, Goal{name, n}) }
	for _, l := range legals {
		for _, role := range l.roles {
			for _, phase := range l.phases {
				add(g.arrivals[l.typ][role][phase],
					l.typ.String()+" at a server that is "+role.String()+" in "+phase.String())
			}
		}
	}
	for _, s := range syncRows {
		add(g.syncs[s.typ][s.why], s.typ.String()+" because "+s.why.String())
	}
	for _, r := range reasons {
		for _, why := range r.whys {
			add(g.whys[r.kind][why], r.kind.String()+" because "+why.String())
		}
	}
	for k := trace.NoKind + 1; k < trace.Kind(trace.KindCount); k++ {
		if k != trace.Violated && k != trace.Missed { // Missed is of real servers that are watched
			add(g.kinds[k], "event "+k.String())
		}
	}
	return g.listClients(list)
}

// listClients appends the goals about clients, and what is rare.
func (g *Goals) listClients(list []Goal) []Goal {
	for _, op := range goalOps {
		list = append(list, Goal{op.String() + " succeeds", g.ops[uint8(op)]})
	}
	for _, err := range goalErrs {
		list = append(list, Goal{"a client is told " + err.String(), g.errs[-err&127]})
	}
	for kind, name := range watchKinds {
		list = append(list, Goal{"a " + name + " watch is set", g.watches[kind]})
	}
	for event := zk.NodeCreated; event <= zk.NodeChildrenChanged; event++ {
		list = append(list, Goal{"a watch fires " + event.String(), g.events[event]})
	}
	for r, name := range rareNames {
		list = append(list, Goal{name, g.rare[r]})
	}
	return list
}
