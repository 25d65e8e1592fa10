package step

import (
	"strconv"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// Message is what servers say to each other: one flat struct for all types, which keeps sending
// free of allocation. Which fields a type uses (From, To, Type and Cause always):
//
//	NOTIFICATION  State Round Vote
//	FOLLOWERINFO, OBSERVERINFO  Epoch (accepted)
//	LEADERINFO    Epoch (new)
//	ACKEPOCH      Epoch (current) NoVote Zxid (last durable) Floor State (Down: damaged log)
//	DIFF, TRUNC   Zxid
//	SNAP          Zxid Snap
//	NEWLEADER     Epoch Zxid (epoch<<32)
//	UPTODATE      Epoch
//	PROPOSAL      Zxid (of the last) Txns
//	ACK           Zxid
//	COMMIT        Zxid (everything up to it)
//	INFORM        Zxid Txns
//	PING          Zxid (committed, from the leader); Sess (from the learner)
//	REQUEST       Req (Session and Xid filled); for a sync, Op is OpSync and Round its number
//	SYNC          Sess[0].Session, Round (the learner's number of the sync)
//	REVALIDATE    Sess[0], Round (the connection that asked)
type Message struct {
	Type     zk.MsgType
	State    zk.Role
	From, To zk.ServerID
	NoVote   bool   // ACKEPOCH: the promise was given before and counts for nothing
	Round    uint64 // electionEpoch, "logicalclock"
	Epoch    zk.Epoch
	Zxid     zk.Zxid
	Floor    zk.Zxid
	Vote     zk.Vote
	Txns     []zk.Txn // immutable, shared with the sender's log; a batch is one message
	Snap     *tree.DB // frozen
	Req      *zk.Request
	Sess     []zk.SessionTouch
	Cause    trace.Ref // the sender's Sent event
}

// Fields yields the fields that the message's type uses, in wire order. It makes *Message a
// trace.Detail.
func (m *Message) Fields(yield func(name, value string) bool) {
	for _, f := range m.fields() {
		if !yield(f[0], f[1]) {
			return
		}
	}
}

func (m *Message) fields() [][2]string {
	epoch := [2]string{"epoch", strconv.FormatUint(uint64(m.Epoch), 10)}
	zxid := [2]string{"zxid", m.Zxid.String()}
	switch m.Type {
	case zk.Notification:
		return [][2]string{
			{"state", m.State.String()},
			{"leader", m.Vote.Leader.String()},
			{"zxid", m.Vote.Zxid.String()},
			{"electionEpoch", strconv.FormatUint(m.Round, 10)},
			{"peerEpoch", strconv.FormatUint(uint64(m.Vote.Epoch), 10)},
		}
	case zk.FollowerInfo, zk.ObserverInfo:
		return [][2]string{{"acceptedEpoch", epoch[1]}, {"sid", m.From.String()}}
	case zk.LeaderInfo:
		return [][2]string{{"newEpoch", epoch[1]}}
	case zk.AckEpoch:
		current := epoch[1]
		if m.NoVote {
			current = "-1"
		}
		return [][2]string{{"currentEpoch", current}, {"lastZxid", zxid[1]},
			{"floor", m.Floor.String()}}
	case zk.NewLeader, zk.UpToDate:
		return [][2]string{epoch, zxid}
	case zk.Proposal, zk.Inform:
		return m.txnFields(zxid)
	case zk.Ping, zk.Revalidate, zk.Sync:
		return m.sessionFields(zxid)
	case zk.Forward:
		return m.requestFields()
	}
	return [][2]string{zxid}
}

func (m *Message) txnFields(zxid [2]string) [][2]string {
	fields := [][2]string{zxid}
	for i := range m.Txns {
		t := &m.Txns[i]
		what := t.Zxid.String() + " " + t.Op.String() + " " + t.Path
		fields = append(fields, [2]string{"txn", what})
	}
	return fields
}

func (m *Message) sessionFields(zxid [2]string) [][2]string {
	fields := [][2]string{zxid}
	for _, s := range m.Sess {
		fields = append(fields, [2]string{"session", SessionString(s.Session)})
	}
	return fields
}

func (m *Message) requestFields() [][2]string {
	if m.Req == nil {
		return nil
	}
	return [][2]string{
		{"session", SessionString(m.Req.Session)},
		{"cxid", strconv.Itoa(int(m.Req.Xid))},
		{"op", m.Req.Op.String()},
		{"path", m.Req.Path},
	}
}

// SessionString returns a session id as Apache prints it, "0x10000c2f1a50000".
func SessionString(s zk.SessionID) string { return "0x" + strconv.FormatUint(uint64(s), 16) }
