package election

import "github.com/zabscope/zabscope/core/zk"

// ballot is what one server said.
type ballot struct {
	vote  zk.Vote
	round uint64
	state zk.Role
}

// tally holds the last ballot of each server. Index is the server id; set says which count.
type tally struct {
	set     zk.ServerSet
	ballots []ballot
}

func (t *tally) put(from zk.ServerID, b ballot) {
	for len(t.ballots) <= int(from) {
		t.ballots = append(t.ballots, ballot{})
	}
	t.set = t.set.With(from)
	t.ballots[from] = b
}

func (t *tally) get(from zk.ServerID) (ballot, bool) {
	if !t.set.Has(from) {
		return ballot{}, false
	}
	return t.ballots[from], true
}

func (t *tally) clear() { t.set = 0 }

func (t *tally) clone() tally {
	return tally{set: t.set, ballots: append([]ballot(nil), t.ballots...)}
}

// agreeing returns the servers whose ballot equals a looking server's vote in every field.
func (t *tally) agreeing(v zk.Vote) zk.ServerSet {
	var set zk.ServerSet
	for id := range t.set.All() {
		if t.ballots[id].vote == v {
			set = set.With(id)
		}
	}
	return set
}

// following returns the servers that agree with the answer (v, round) of a server that has a
// leader: those with a leader too need the same leader and epoch (ZOOKEEPER-1805), lookers all.
func (t *tally) following(v zk.Vote, round uint64) zk.ServerSet {
	var set zk.ServerSet
	for id := range t.set.All() {
		b := t.ballots[id]
		if b.state == zk.Looking && (b.vote != v || b.round != round) {
			continue
		}
		if b.vote.Leader == v.Leader && b.vote.Epoch == v.Epoch {
			set = set.With(id)
		}
	}
	return set
}

// hash folds the tally with mix.
func (t *tally) hash(h uint64, mix func(h, x uint64) uint64) uint64 {
	h = mix(h, uint64(t.set))
	for id := range t.set.All() {
		b := t.ballots[id]
		h = mix(h, uint64(b.vote.Zxid))
		h = mix(h, uint64(b.vote.Epoch)<<8|uint64(b.vote.Leader))
		h = mix(h, b.round<<8|uint64(b.state))
	}
	return h
}

// Hash folds all state that can affect the future with mix; deadlines count from now.
func (e *Election) Hash(h uint64, now zk.Instant, mix func(h, x uint64) uint64) uint64 {
	h = mix(h, e.Round)
	h = mix(h, uint64(e.Vote.Zxid))
	h = mix(h, uint64(e.Vote.Epoch)<<8|uint64(e.Vote.Leader))
	h = mix(h, uint64(e.initial.Zxid)^uint64(e.initial.Epoch)<<8^uint64(e.initial.Leader))
	h = mix(h, uint64(e.linked))
	h = mix(h, e.finalizeAt.Until(now)^e.resendAt.Until(now)<<1)
	h = mix(h, uint64(e.resendIn))
	if e.active {
		h = mix(h, 1)
	}
	h = e.recv.hash(h, mix)
	return e.outside.hash(h, mix)
}
