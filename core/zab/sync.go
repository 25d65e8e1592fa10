package zab

import (
	"slices"

	"github.com/zabscope/zabscope/core/zk"
)

// syncInput is a learner's history, as ACKEPOCH reports it, and the leader's, as far as its memory
// goes.
type syncInput struct {
	last      zk.Zxid   // the learner's last logged zxid
	floor     zk.Zxid   // the oldest zxid that the learner can go back to
	damaged   bool      // the learner's log has a hole
	forced    bool      // SNAP unless the learner has more than what is committed
	committed zk.Zxid   // the leader's commit point: its whole log before it serves
	base      zk.Zxid   // the zxid before the first of window
	window    []zk.Zxid // the leader's log in memory, rising, its open proposals included
	careless  bool      // with a quirk: what is below the window's end is taken for known
}

// syncChoice is how a learner catches up: a first message of kind with zxid, then every
// transaction above after.
type syncChoice struct {
	kind  zk.MsgType
	zxid  zk.Zxid
	after zk.Zxid
	why   zk.Why
}

// chooseSync decides between DIFF, TRUNC and SNAP. The learner's log is a prefix of its primary's
// history, so if its last transaction is unknown here, the largest known one below it is the last
// that both have (DSN 2011, lemma on histories of established epochs); everything above it was
// never committed and is cut, across epochs too, where Apache would send a snapshot.
func chooseSync(in syncInput) syncChoice {
	c := in.committed
	if in.damaged {
		return syncChoice{kind: zk.Snap, zxid: c, after: c, why: zk.DamagedLog}
	}
	if in.forced && in.last <= c { // else it would take back what the learner has acknowledged
		return syncChoice{kind: zk.Snap, zxid: c, after: c, why: zk.SnapForced}
	}
	at, known := slices.BinarySearch(in.window, in.last)
	known = known || in.last == in.base
	if known && in.last == c {
		return syncChoice{kind: zk.Diff, zxid: c, after: c, why: zk.SameHistory}
	}
	if known {
		return syncChoice{kind: zk.Diff, zxid: c, after: in.last, why: zk.InWindow}
	}
	if in.last < in.base {
		return syncChoice{kind: zk.Snap, zxid: c, after: c, why: zk.BehindWindow}
	}
	common := in.base
	if at > 0 {
		common = in.window[at-1]
	}
	if in.careless && at < len(in.window) {
		return syncChoice{kind: zk.Diff, zxid: c, after: common, why: zk.InWindow}
	}
	if common < in.floor {
		return syncChoice{kind: zk.Snap, zxid: c, after: c, why: zk.BelowFloor}
	}
	return syncChoice{kind: zk.Trunc, zxid: common, after: common, why: zk.AheadOfLeader}
}
