package zk

import "strconv"

// Vote is one server's choice of a leader: the candidate and what the voter knows of its history.
// The zero Vote votes for nobody and loses to every vote.
type Vote struct {
	Leader ServerID // the candidate
	Epoch  Epoch    // the candidate's currentEpoch, "peerEpoch"
	Zxid   Zxid     // the candidate's last logged zxid
}

// Beats reports whether v wins against o in Apache's order: epoch, then zxid, then myid. The
// second result is the rung that decided, ByEpoch, ByZxid or ByServerID; SameVote when equal.
func (v Vote) Beats(o Vote) (bool, Why) {
	switch {
	case v.Epoch != o.Epoch:
		return v.Epoch > o.Epoch, ByEpoch
	case v.Zxid != o.Zxid:
		return v.Zxid > o.Zxid, ByZxid
	case v.Leader != o.Leader:
		return v.Leader > o.Leader, ByServerID
	}
	return false, SameVote
}

// String returns "(5, e3·c8, ep3)".
func (v Vote) String() string {
	return "(" + v.Leader.String() + ", " + v.Zxid.Short() +
		", ep" + strconv.FormatUint(uint64(v.Epoch), 10) + ")"
}
