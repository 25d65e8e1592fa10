package zab

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// desk is one server's replica with a role and the paper it writes on.
type desk struct {
	cfg Config
	r   *Replica
	s   step.Scribe
	out step.Output
}

func newDesk(self zk.ServerID) *desk {
	d := &desk{cfg: Config{
		Self: self, Voters: zk.SetOf(1, 2, 3), Observers: zk.SetOf(4), TickTime: 2 * time.Second,
		InitLimit: 10, SyncLimit: 5, CommitLogCount: 500,
	}}
	d.out.Reset()
	d.s = step.Scribe{Node: self, Boot: 1, Out: &d.out}
	d.r = NewReplica(&d.cfg, nil, nil)
	return d
}

// sent returns the types sent since the last call, and forgets them.
func (d *desk) sent() []zk.MsgType {
	var types []zk.MsgType
	for _, m := range d.out.Sends {
		types = append(types, m.Type)
	}
	d.out.Reset()
	return types
}

func (d *desk) sync(l *Leader) {
	d.r.OnSynced(&d.s, d.r.Seq())
	if l != nil {
		l.OnDurable(d.r, &d.s)
	}
}

func (d *desk) toLearner(l *Learner, m step.Message) {
	m.From, m.To = l.Leader, d.cfg.Self
	l.OnMessage(d.r, &d.s, &m)
}

func (d *desk) toLeader(l *Leader, from zk.ServerID, m step.Message) {
	m.From, m.To = from, d.cfg.Self
	l.OnMessage(d.r, &d.s, &m)
}

func txn(z zk.Zxid) []zk.Txn {
	return []zk.Txn{{Zxid: z, Op: zk.OpError, Err: zk.ErrNoNode}}
}

// following returns a learner of server 3 that has sent ACKEPOCH for epoch 2.
func following(d *desk) *Learner {
	l := NewLearner(&d.cfg, d.r, &d.s, 3)
	l.OnLink(d.r, &d.s)
	d.toLearner(l, step.Message{Type: zk.LeaderInfo, Epoch: 2})
	d.sync(nil)
	d.out.Reset()
	return l
}

func TestAckEpochOnlyAfterThePromiseIsDurable(t *testing.T) {
	d := newDesk(1)
	l := NewLearner(&d.cfg, d.r, &d.s, 3)
	l.OnLink(d.r, &d.s)
	require.Equal(t, []zk.MsgType{zk.FollowerInfo}, d.sent())
	d.toLearner(l, step.Message{Type: zk.LeaderInfo, Epoch: 1})
	require.Empty(t, d.sent())
	d.sync(nil)
	require.Equal(t, []zk.MsgType{zk.AckEpoch}, d.sent())
	require.Equal(t, zk.Epoch(1), d.r.Accepted)
}

func TestSecondPromiseOfAnEpochCountsForNothing(t *testing.T) {
	d := newDesk(1)
	following(d)
	again := NewLearner(&d.cfg, d.r, &d.s, 3)
	again.OnLink(d.r, &d.s)
	d.out.Reset()
	d.toLearner(again, step.Message{Type: zk.LeaderInfo, Epoch: 2})
	require.Len(t, d.out.Sends, 1)
	require.True(t, d.out.Sends[0].NoVote)
}

func TestOldLeaderIsRefused(t *testing.T) {
	d := newDesk(1)
	following(d)
	old := NewLearner(&d.cfg, d.r, &d.s, 2)
	old.OnLink(d.r, &d.s)
	d.toLearner(old, step.Message{Type: zk.LeaderInfo, Epoch: 1})
	require.Equal(t, zk.OldEpoch, old.Gone)
	require.Equal(t, zk.Epoch(2), d.r.Accepted)
}

func TestNewLeaderAckComesAfterHistoryAndEpochAreDurable(t *testing.T) {
	d := newDesk(1)
	l := following(d)
	d.toLearner(l, step.Message{Type: zk.Diff, Zxid: z(1, 1)})
	d.toLearner(l, step.Message{Type: zk.Proposal, Zxid: z(1, 1), Txns: txn(z(1, 1))})
	d.toLearner(l, step.Message{Type: zk.Commit, Zxid: z(1, 1)})
	d.toLearner(l, step.Message{Type: zk.NewLeader, Epoch: 2, Zxid: z(2, 0)})
	var kinds []step.WriteKind
	for _, w := range d.out.Writes {
		kinds = append(kinds, w.Kind)
	}
	require.Equal(t, []step.WriteKind{step.AppendTxns, step.EnterEpoch}, kinds)
	require.Empty(t, d.sent())
	d.r.OnSynced(&d.s, d.r.Seq()-1)
	require.Empty(t, d.sent(), "the history alone is not enough")
	d.sync(nil)
	require.Equal(t, []zk.MsgType{zk.Ack}, d.sent())
	require.Zero(t, d.r.Committed, "delivered at UPTODATE, not before")
	d.toLearner(l, step.Message{Type: zk.UpToDate, Epoch: 2})
	require.Equal(t, z(1, 1), d.r.Committed)
}

func TestProposalsDuringSyncAreAckedAfterNewLeader(t *testing.T) {
	d := newDesk(1)
	l := following(d)
	d.toLearner(l, step.Message{Type: zk.Diff})
	d.toLearner(l, step.Message{Type: zk.Proposal, Zxid: z(2, 1), Txns: txn(z(2, 1))})
	d.sync(nil)
	require.Empty(t, d.sent())
	d.toLearner(l, step.Message{Type: zk.NewLeader, Epoch: 2, Zxid: z(2, 0)})
	d.sync(nil)
	require.Len(t, d.out.Sends, 2)
	require.Equal(t, z(2, 0), d.out.Sends[0].Zxid)
	require.Equal(t, z(2, 1), d.out.Sends[1].Zxid)
}

func TestFollowerAcksOnlyAfterSync(t *testing.T) {
	d := newDesk(1)
	l := broadcasting(d)
	d.toLearner(l, step.Message{Type: zk.Proposal, Zxid: z(2, 1), Txns: txn(z(2, 1))})
	d.toLearner(l, step.Message{Type: zk.Commit, Zxid: z(2, 1)})
	require.Equal(t, z(2, 1), d.r.Committed, "a commit does not wait for the own disk")
	require.Empty(t, d.sent())
	d.sync(nil)
	require.Equal(t, []zk.MsgType{zk.Ack}, d.sent())
}

// broadcasting returns a follower of server 3 in broadcast of epoch 2, with an empty history.
func broadcasting(d *desk) *Learner {
	l := following(d)
	d.toLearner(l, step.Message{Type: zk.Diff})
	d.toLearner(l, step.Message{Type: zk.NewLeader, Epoch: 2, Zxid: z(2, 0)})
	d.sync(nil)
	d.toLearner(l, step.Message{Type: zk.UpToDate, Epoch: 2})
	d.out.Reset()
	return l
}

func TestOneAckCoversAGroupCommit(t *testing.T) {
	d := newDesk(1)
	l := broadcasting(d)
	for c := uint32(1); c <= 3; c++ {
		d.toLearner(l, step.Message{Type: zk.Proposal, Zxid: z(2, c), Txns: txn(z(2, c))})
	}
	d.sync(nil)
	require.Len(t, d.out.Sends, 1)
	require.Equal(t, z(2, 3), d.out.Sends[0].Zxid)
}

func TestProposalWithAGapIsRefused(t *testing.T) {
	d := newDesk(1)
	l := broadcasting(d)
	d.toLearner(l, step.Message{Type: zk.Proposal, Zxid: z(2, 2), Txns: txn(z(2, 2))})
	require.Equal(t, zk.ProposalOutOfOrder, l.Gone)
	require.Zero(t, d.r.LastLogged())
}

func TestCommitOfAnUnknownProposalIsRefused(t *testing.T) {
	d := newDesk(1)
	l := broadcasting(d)
	d.toLearner(l, step.Message{Type: zk.Commit, Zxid: z(2, 1)})
	require.Equal(t, zk.CommitOutOfOrder, l.Gone)
}

func TestNothingIsLoggedBehindASnapshotThatIsNotDurable(t *testing.T) {
	d := newDesk(1)
	l := following(d)
	source := newDesk(3)
	snap := source.r.Applied.Clone()
	snap.SetZxid(z(1, 9))
	d.toLearner(l, step.Message{Type: zk.Snap, Zxid: z(1, 9), Snap: snap})
	d.toLearner(l, step.Message{Type: zk.Proposal, Zxid: z(2, 1), Txns: txn(z(2, 1))})
	d.toLearner(l, step.Message{Type: zk.NewLeader, Epoch: 2, Zxid: z(2, 0)})
	require.Len(t, d.out.Writes, 1)
	require.Equal(t, step.SaveSnapshot, d.out.Writes[0].Kind)
	d.out.Reset()
	require.True(t, d.r.Installed(&d.s, z(1, 9)))
	l.OnInstalled(d.r, &d.s)
	require.Len(t, d.out.Writes, 2)
	require.Empty(t, d.out.Sends)
	d.sync(nil)
	require.Len(t, d.out.Sends, 2)
	require.Equal(t, z(2, 0), d.out.Sends[0].Zxid)
	require.Equal(t, z(2, 1), d.out.Sends[1].Zxid)
}

// TestWhoLostSomethingVotesAgainWithTheEpochOfItsNewHistory: what it lost may have been of epoch 1.
// Voting with epoch 0 and the leader's history, it would lose to a server of epoch 1 that lacks the
// end of that history. Found by seed 656 of ten minutes.
func TestWhoLostSomethingVotesAgainWithTheEpochOfItsNewHistory(t *testing.T) {
	d := newDesk(1)
	d.r.Restore(1, 0, 0, true)
	l := following(d)
	snap := newDesk(3).r.Applied.Clone()
	snap.SetZxid(z(1, 9))
	d.toLearner(l, step.Message{Type: zk.Snap, Zxid: z(1, 9), Snap: snap})
	require.True(t, d.r.Installed(&d.s, z(1, 9)))
	l.OnInstalled(d.r, &d.s)
	require.True(t, d.r.Damaged, "the history is whole, but its epoch is not known")
	d.toLearner(l, step.Message{Type: zk.NewLeader, Epoch: 2, Zxid: z(2, 0)})
	require.False(t, d.r.Damaged)
}

// leading returns a leader of epoch 1 that serves: 1 is synchronized, 2 never came.
func leading(d *desk) *Leader {
	l := NewLeader(&d.cfg, d.r, &d.s)
	l.OnLink(&d.s, 1)
	d.toLeader(l, 1, step.Message{Type: zk.FollowerInfo})
	d.sync(l)
	d.toLeader(l, 1, step.Message{Type: zk.AckEpoch})
	d.toLeader(l, 1, step.Message{Type: zk.Ack, Zxid: z(1, 0)})
	d.sync(l)
	d.out.Reset()
	return l
}

func TestLeaderOffersTheEpochAfterItsOwnPromiseIsDurable(t *testing.T) {
	d := newDesk(3)
	l := NewLeader(&d.cfg, d.r, &d.s)
	l.OnLink(&d.s, 1)
	d.toLeader(l, 1, step.Message{Type: zk.FollowerInfo, Epoch: 6})
	require.Equal(t, zk.Epoch(7), l.Epoch, "one above the largest accepted epoch")
	require.Empty(t, d.sent())
	d.sync(l)
	require.Equal(t, []zk.MsgType{zk.LeaderInfo}, d.sent())
}

func TestLeaderServesAfterAQuorumIncludingItselfIsSynchronized(t *testing.T) {
	d := newDesk(3)
	l := NewLeader(&d.cfg, d.r, &d.s)
	l.OnLink(&d.s, 1)
	d.toLeader(l, 1, step.Message{Type: zk.FollowerInfo})
	d.sync(l)
	d.toLeader(l, 1, step.Message{Type: zk.AckEpoch})
	require.Equal(t, zk.Synchronization, l.Phase)
	d.toLeader(l, 1, step.Message{Type: zk.Ack, Zxid: z(1, 0)})
	require.False(t, l.Established(), "its own currentEpoch is not durable")
	d.sync(l)
	require.True(t, l.Established())
}

func TestLearnerWithAFresherHistoryIsRefused(t *testing.T) {
	d := newDesk(3)
	l := NewLeader(&d.cfg, d.r, &d.s)
	l.OnLink(&d.s, 1)
	d.toLeader(l, 1, step.Message{Type: zk.FollowerInfo})
	d.sync(l)
	d.out.Reset()
	d.toLeader(l, 1, step.Message{Type: zk.AckEpoch, Zxid: z(0, 1)})
	require.Equal(t, zk.Discovery, l.Phase)
	require.Len(t, d.out.Links, 1)
	require.False(t, d.out.Links[0].Open)
}

func TestCommitNeedsAQuorumOnDiskAndKeepsOrder(t *testing.T) {
	d := newDesk(3)
	l := leading(d)
	for c := uint32(1); c <= 2; c++ {
		l.Propose(d.r, &d.s, txn(z(1, c))[0])
	}
	d.toLeader(l, 1, step.Message{Type: zk.Ack, Zxid: z(1, 1)})
	require.Zero(t, d.r.Committed, "one follower of three, and the leader's own disk is silent")
	d.sync(l)
	require.Equal(t, z(1, 1), d.r.Committed)
	d.toLeader(l, 1, step.Message{Type: zk.Ack, Zxid: z(1, 2)})
	require.Equal(t, z(1, 2), d.r.Committed)
}

func TestObserverGetsInformAndItsAckCountsForNothing(t *testing.T) {
	d := newDesk(3)
	l := leading(d)
	l.OnLink(&d.s, 4)
	d.toLeader(l, 4, step.Message{Type: zk.ObserverInfo})
	d.toLeader(l, 4, step.Message{Type: zk.AckEpoch})
	d.toLeader(l, 4, step.Message{Type: zk.Ack, Zxid: z(1, 0)})
	d.sent()
	l.Propose(d.r, &d.s, txn(z(1, 1))[0])
	require.Equal(t, []zk.MsgType{zk.Proposal}, d.sent(), "to the follower alone")
	d.sync(l)
	require.Zero(t, d.r.Committed)
	d.toLeader(l, 1, step.Message{Type: zk.Ack, Zxid: z(1, 1)})
	require.Equal(t, []zk.MsgType{zk.Commit, zk.Inform}, d.sent())
}

func TestLeaderWithoutAMajorityGivesUp(t *testing.T) {
	d := newDesk(3)
	l := leading(d)
	for l.Gone == zk.NoWhy && d.s.Now < zk.Instant(time.Minute) {
		d.s.Now = l.WakeAt()
		l.OnWake(d.r, &d.s)
	}
	require.Equal(t, zk.LostQuorum, l.Gone)
	require.LessOrEqual(t, d.s.Now, zk.Instant(14*time.Second))
}

func TestCounterRolloverEndsLeading(t *testing.T) {
	d := newDesk(3)
	d.cfg.CounterStart = zk.CounterMax - 1
	l := leading(d)
	next, ok := l.NextZxid()
	require.True(t, ok)
	l.Propose(d.r, &d.s, txn(next)[0])
	_, ok = l.NextZxid()
	require.False(t, ok)
	require.Equal(t, zk.CounterRollover, l.Gone)
}

func TestSyncIsAnsweredBehindTheCommitsBeforeIt(t *testing.T) {
	d := newDesk(3)
	l := leading(d)
	l.Propose(d.r, &d.s, txn(z(1, 1))[0])
	d.sent()
	l.Sync(d.r, &d.s, &step.Message{From: 1, Round: 9, Req: &zk.Request{Op: zk.OpSync}})
	require.Empty(t, d.sent())
	d.sync(l)
	d.toLeader(l, 1, step.Message{Type: zk.Ack, Zxid: z(1, 1)})
	require.Equal(t, []zk.MsgType{zk.Commit, zk.Sync}, d.sent())
}

func TestDurableEventsFollowTheDisk(t *testing.T) {
	d := newDesk(1)
	l := broadcasting(d)
	d.toLearner(l, step.Message{Type: zk.Proposal, Zxid: z(2, 1), Txns: txn(z(2, 1))})
	require.Zero(t, d.r.LastDurable())
	d.out.Reset()
	d.sync(nil)
	require.Equal(t, trace.Durable, d.out.Trace[0].Kind)
	require.Equal(t, z(2, 1), d.out.Trace[0].Zxid)
}

func TestSyncIsAnsweredBeforeALaterCommit(t *testing.T) {
	d := newDesk(3)
	l := leading(d)
	l.Propose(d.r, &d.s, txn(z(1, 1))[0])
	l.Sync(d.r, &d.s, &step.Message{From: 1, Round: 9, Req: &zk.Request{Op: zk.OpSync}})
	l.Propose(d.r, &d.s, txn(z(1, 2))[0])
	d.sync(l)
	d.sent()
	d.toLeader(l, 1, step.Message{Type: zk.Ack, Zxid: z(1, 2)}) // one ACK for both
	require.Equal(t, []zk.MsgType{zk.Commit, zk.Sync, zk.Commit}, d.sent())
}

func TestLeaderMakesWayForALearnerThatPromisedALaterEpoch(t *testing.T) {
	d := newDesk(3)
	l := leading(d)
	l.OnLink(&d.s, 2)
	d.toLeader(l, 2, step.Message{Type: zk.FollowerInfo, Epoch: 9})
	require.Equal(t, zk.OldEpoch, l.Gone)
}

func TestAttack_P06_AbsurdEpochsAreRefused(t *testing.T) {
	for _, absurd := range []zk.Epoch{1<<30 + 1, ^zk.Epoch(0)} {
		d := newDesk(3)
		leader := NewLeader(&d.cfg, d.r, &d.s)
		leader.OnLink(&d.s, 1)
		d.toLeader(leader, 1, step.Message{Type: zk.FollowerInfo, Epoch: absurd})
		require.Equal(t, []step.Link{{Peer: 1, Chan: zk.QuorumChannel}}, d.out.Links)
		require.Zero(t, leader.Epoch, "its epoch is not counted")

		d = newDesk(1)
		learner := NewLearner(&d.cfg, d.r, &d.s, 3)
		learner.OnLink(d.r, &d.s)
		d.toLearner(learner, step.Message{Type: zk.LeaderInfo, Epoch: absurd})
		require.Equal(t, zk.BadMessage, learner.Gone)
		require.Zero(t, d.r.Accepted, "no promise is given")
	}
}

func TestAttack_P06_TransactionsOfALaterEpochAreRefused(t *testing.T) {
	d := newDesk(1)
	l := following(d) // of epoch 2
	d.toLearner(l, step.Message{Type: zk.Diff, Zxid: z(9, 1)})
	require.Equal(t, zk.BadMessage, l.Gone)

	d = newDesk(1)
	l = following(d)
	d.toLearner(l, step.Message{Type: zk.Diff})
	d.toLearner(l, step.Message{Type: zk.Proposal, Zxid: z(9, 1), Txns: txn(z(9, 1))})
	require.Equal(t, zk.ProposalOutOfOrder, l.Gone)
	require.Empty(t, d.out.Writes)
}

func TestWhatNoLearnerSaysIsRefused(t *testing.T) {
	info, promise := step.Message{Type: zk.FollowerInfo}, step.Message{Type: zk.AckEpoch}
	for name, c := range map[string]struct {
		from zk.ServerID
		said []step.Message // the last is too much
	}{
		"a leader's PROPOSAL":  {1, []step.Message{{Type: zk.Proposal, Txns: txn(z(1, 1))}}},
		"FOLLOWERINFO twice":   {1, []step.Message{info, info}},
		"ACKEPOCH of no epoch": {1, []step.Message{promise}},
		"ACKEPOCH twice":       {1, []step.Message{info, promise, promise}},
		"ACK before NEWLEADER": {1, []step.Message{info, {Type: zk.Ack, Zxid: z(1, 0)}}},
		"ACK of another epoch": {1, []step.Message{info, promise, {Type: zk.Ack, Zxid: z(2, 0)}}},
		"ACK of a PROPOSAL too soon": {1, []step.Message{info, promise,
			{Type: zk.Ack, Zxid: z(1, 1)}}},
		"an observer's ACK": {4, []step.Message{{Type: zk.ObserverInfo},
			{Type: zk.Ack, Zxid: z(1, 1)}}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(3)
			l := NewLeader(&d.cfg, d.r, &d.s)
			l.OnLink(&d.s, c.from)
			for _, m := range c.said {
				require.Empty(t, d.out.Links)
				d.toLeader(l, c.from, m)
				d.sync(l)
			}
			require.Equal(t, []step.Link{{Peer: c.from, Chan: zk.QuorumChannel}}, d.out.Links)
			before := l.Hash(0, d.s.Now, func(h, x uint64) uint64 { return h*31 + x })
			d.out.Reset()
			d.toLeader(l, c.from, info)
			require.Empty(t, d.out.Trace, "what was on its way is not heard")
			after := l.Hash(0, d.s.Now, func(h, x uint64) uint64 { return h*31 + x })
			require.Equal(t, before, after)
		})
	}
}

func TestWhatNoLeaderSaysIsRefused(t *testing.T) {
	diff := step.Message{Type: zk.Diff}
	const follower, observer = 1, 4
	for name, c := range map[string]struct {
		self zk.ServerID
		said []step.Message // the last is too much
		why  zk.Why
	}{
		"a learner's FOLLOWERINFO": {follower, []step.Message{{Type: zk.FollowerInfo}}, 0},
		"LEADERINFO twice":         {follower, []step.Message{{Type: zk.LeaderInfo, Epoch: 2}}, 0},
		"DIFF twice":               {follower, []step.Message{diff, diff}, 0},
		"SNAP of nothing":          {follower, []step.Message{{Type: zk.Snap}}, zk.BadMessage},
		"TRUNC below the floor":    {follower, []step.Message{{Type: zk.Trunc}}, zk.BelowFloor},
		"PROPOSAL before DIFF":     {follower, []step.Message{{Type: zk.Proposal}}, 0},
		"PROPOSAL of nothing":      {follower, []step.Message{diff, {Type: zk.Proposal}}, 0},
		"PROPOSAL to an observer": {observer, []step.Message{diff,
			{Type: zk.Proposal, Txns: txn(z(2, 1))}}, 0},
		"INFORM to a follower": {follower, []step.Message{diff,
			{Type: zk.Inform, Txns: txn(z(2, 1))}}, 0},
		"COMMIT before DIFF":    {follower, []step.Message{{Type: zk.Commit}}, 0},
		"COMMIT to an observer": {observer, []step.Message{diff, {Type: zk.Commit}}, 0},
		"NEWLEADER before DIFF": {follower, []step.Message{{Type: zk.NewLeader, Epoch: 2}}, 0},
		"NEWLEADER of another epoch": {follower, []step.Message{diff,
			{Type: zk.NewLeader, Epoch: 3}}, 0},
		"UPTODATE before NEWLEADER": {follower, []step.Message{diff,
			{Type: zk.UpToDate, Epoch: 2}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(c.self)
			snap := d.r.Applied.Clone()
			snap.SetZxid(z(1, 5))
			d.r = NewReplica(&d.cfg, snap, nil)
			l := following(d)
			for _, m := range c.said {
				require.Equal(t, zk.NoWhy, l.Gone)
				d.toLearner(l, m)
			}
			if c.why == zk.NoWhy {
				c.why = zk.WrongOrder
			}
			require.Equal(t, c.why, l.Gone)
			require.Empty(t, d.out.Writes)
			require.Empty(t, d.out.Sends)
		})
	}
}
