package sim

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// CrashPoint is a moment in the life of a server between two steps that reach the disk or another
// machine. Kind and Type are those of the event that marks it.
type CrashPoint struct {
	Kind trace.Kind
	Type zk.MsgType // of Sent and Arrived, NoMsg otherwise
	Doc  string
}

// Name returns the point as a crash-at line has it: "EpochAccepted", "Sent:ACKEPOCH".
func (p *CrashPoint) Name() string { return pointName(p.Kind, p.Type) }

func pointName(kind trace.Kind, typ zk.MsgType) string {
	if typ == zk.NoMsg {
		return kind.String()
	}
	return kind.String() + ":" + typ.String()
}

// CrashPoints are the moments that random runs aim at, in the order in which a server passes them.
var CrashPoints = [...]CrashPoint{
	{trace.Booted, 0, "it has read its disk and said nothing yet"},
	{trace.RoundStarted, 0, "it has voted for itself"},
	{trace.VoteChanged, 0, "it follows a better vote"},
	{trace.Sent, zk.Notification, "others may count its vote"},
	{trace.Arrived, zk.Notification, "it has counted a vote"},
	{trace.QuorumReached, 0, "it waits for a better vote"},
	{trace.RoleChanged, 0, "it has left the election, or has lost its leader"},
	{trace.Sent, zk.FollowerInfo, "it has told its acceptedEpoch"},
	{trace.Sent, zk.ObserverInfo, "an observer has introduced itself"},
	{trace.Arrived, zk.FollowerInfo, "the leader knows one acceptedEpoch more"},
	{trace.EpochProposed, 0, "the leader has chosen an epoch, which is on no disk"},
	{trace.EpochAccepted, 0, "acceptedEpoch is issued and not durable"},
	{trace.Sent, zk.LeaderInfo, "the leader's promise is durable, others may promise"},
	{trace.Arrived, zk.LeaderInfo, "it knows the epoch and has promised nothing"},
	{trace.Sent, zk.AckEpoch, "its promise is durable and on its way"},
	{trace.Arrived, zk.AckEpoch, "the leader has one promise more"},
	{trace.EpochEntered, 0, "currentEpoch is issued behind the history, neither is durable"},
	{trace.SyncChosen, 0, "the leader has chosen how a learner catches up"},
	{trace.Sent, zk.Diff, "a DIFF is on its way"},
	{trace.Sent, zk.Trunc, "a TRUNC is on its way"},
	{trace.Sent, zk.Snap, "a SNAP is on its way"},
	{trace.Arrived, zk.Diff, "the learner's history is about to come"},
	{trace.Truncated, 0, "the cut of the log is issued and not durable"},
	{trace.SnapTaken, 0, "in the middle of a SNAP: the new state is not on disk"},
	{trace.Sent, zk.NewLeader, "the leader has sent all of its history"},
	{trace.Arrived, zk.NewLeader, "the learner has its history and has not acknowledged it"},
	{trace.LearnerSynced, 0, "the leader has counted an acknowledgement of NEWLEADER"},
	{trace.Established, 0, "the leader may serve, and nobody knows"},
	{trace.Sent, zk.UpToDate, "a learner may serve"},
	{trace.Arrived, zk.UpToDate, "the learner serves"},
	{trace.Sent, zk.Forward, "a write is on its way to the leader"},
	{trace.Arrived, zk.Forward, "the leader has a write, which it has proposed"},
	{trace.Proposed, 0, "a transaction has its zxid and is on no disk"},
	{trace.Sent, zk.Proposal, "a transaction is on its way"},
	{trace.Arrived, zk.Proposal, "the learner has a transaction"},
	{trace.Logged, 0, "a transaction is handed to the disk and not durable"},
	{trace.Durable, 0, "writes are durable, and what waited for them is said"},
	{trace.Sent, zk.Ack, "an ACK is on its way"},
	{trace.Arrived, zk.Ack, "the leader has an ACK"},
	{trace.Acked, 0, "the leader has counted an ACK"},
	{trace.Committed, 0, "a transaction is committed here"},
	{trace.Sent, zk.Commit, "others may commit"},
	{trace.Arrived, zk.Commit, "the follower may commit"},
	{trace.Sent, zk.Inform, "an observer may apply"},
	{trace.Arrived, zk.Inform, "the observer has a committed transaction"},
	{trace.Applied, 0, "the change shows, and the client has its reply"},
	{trace.Snapshotted, 0, "a snapshot is begun and not renamed yet"},
	{trace.SessionOpened, 0, "a session exists, and its client does not know"},
	{trace.SessionExpired, 0, "the leader has proposed to close a session"},
	{trace.SessionMoved, 0, "a session has come from another server"},
	{trace.Sent, zk.Revalidate, "it asks whether a session lives, or answers"},
	{trace.Sent, zk.Sync, "the leader answers a sync"},
	{trace.Sent, zk.Ping, "a heartbeat is on its way"},
	{trace.WatchFired, 0, "a client is told of a change"},
	{trace.LeaderLost, 0, "leading or following is over"},
	{trace.LinkDown, 0, "a connection is gone"},
}

// PointCounts says how often each of CrashPoints was struck.
type PointCounts [len(CrashPoints)]int

// struck counts a crash point that was hit.
func (r *run) struck(p *crashPoint) {
	for i := range CrashPoints {
		if CrashPoints[i].Kind == p.kind && CrashPoints[i].Type == p.typ {
			r.report.Points[i]++
		}
	}
}
