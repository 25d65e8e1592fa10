package client

import "github.com/zabscope/zabscope/core/zk"

// StateHash returns a hash of all that can affect what the session does.
func (s *Session) StateHash() uint64 {
	seed, _ := s.rng.AppendBinary(nil)
	return uint64(hash(s.Shape(0)).str(string(seed)).u64(s.seq, uint64(s.failed)))
}

// Shape is StateHash without the number of the last event and the random numbers to come, and with
// instants counted from now: two sessions of equal shape do the same with equal inputs, but for how
// long they wait before they try again.
func (s *Session) Shape(now zk.Instant) uint64 {
	h := hash(14695981039346656037)
	h = h.u64(uint64(s.cfg.ID), uint64(s.cfg.Boot), uint64(s.cfg.Servers))
	h = h.u64(uint64(s.state), uint64(s.server), uint64(s.next), uint64(min(s.failed, backOffs)))
	h = h.u64(uint64(s.id), uint64(s.timeoutMs), uint64(s.lastZxid), uint64(s.xid), uint64(s.opN))
	h = h.u64(s.lastSent.Until(now), s.lastHeard.Until(now))
	if s.state == Disconnected {
		h = h.u64(s.retryAt.Until(now))
	}
	for _, id := range s.order {
		h = h.u64(uint64(id))
	}
	for i, on := range [...]bool{s.closing, s.local, s.readOnly} {
		if on {
			h = h.u64(1 << i)
		}
	}
	for i := range s.ops {
		h = h.op(&s.ops[i])
	}
	h = h.paths(s.watches.data).paths(s.watches.exist).paths(s.watches.child)
	h = h.paths(s.watches.persistent).paths(s.watches.recursive)
	for _, a := range s.auths {
		h = h.str(a.Scheme).str(string(a.Auth))
	}
	return uint64(h.str(string(s.password)))
}

// hash is FNV-1a over words, then bytes.
type hash uint64

func (h hash) u64(words ...uint64) hash {
	for _, w := range words {
		h = (h ^ hash(w)) * 1099511628211
		h ^= h >> 29
	}
	return h
}

func (h hash) str(s string) hash {
	for i := 0; i < len(s); i++ {
		h = (h ^ hash(s[i])) * 1099511628211
	}
	return h.u64(uint64(len(s)))
}

func (h hash) paths(paths []string) hash {
	for _, p := range paths {
		h = h.str(p)
	}
	return h.u64(uint64(len(paths)))
}

func (h hash) op(o *op) hash {
	return h.u64(uint64(o.n), uint64(o.xid), opWord(o.req)).str(o.req.Path).str(string(o.req.Data))
}

func opWord(r *zk.Request) uint64 { return uint64(uint32(r.Op))<<32 | uint64(uint32(r.Version)) }
