package sim

import (
	"math/bits"
	"math/rand/v2"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// wallStartMs is what all wall clocks show at the start of a run: 2026-01-01 00:00:00 UTC.
const wallStartMs = 1_767_225_600_000

// DriftMax is how many thousandths a clock may run too fast or too slow.
const DriftMax = 500

// rate is how a server's clock runs: from the instant since, when it showed shown, on.
type rate struct {
	drift        int64 // thousandths too fast
	since, shown zk.Instant
}

// at returns what the clock shows at an instant of the world.
func (r *rate) at(now zk.Instant) zk.Instant {
	if *r == (rate{}) {
		return now
	}
	return r.shown + (now-r.since)*zk.Instant(1000+r.drift)/1000
}

// when returns the first instant of the world at which the clock shows t.
func (r *rate) when(t zk.Instant) zk.Instant {
	if t == zk.Never || *r == (rate{}) {
		return t
	}
	per := zk.Instant(1000 + r.drift)
	return r.since + ((t-r.shown)*1000+per-1)/per
}

// drift lets the server's clock run faster or slower from now on. It never jumps.
func (w *World) drift(s *server, thousandths int64, cause trace.Ref) {
	s.clock = rate{drift: thousandths, since: w.now, shown: s.clock.at(w.now)}
	w.setWake(s, s.wakeAt)
	w.emitWorld(trace.Event{Kind: trace.Drifted, Cause: cause, Peer: s.cfg.ID, N: thousandths})
}

// wallMs returns what the wall clock of the server shows.
func (w *World) wallMs(s *server) int64 {
	return wallStartMs + s.clock.at(w.now).Ms() + s.skewMs
}

// newStream returns the stream of random numbers of one subject: a link, a disk, a client.
func newStream(seed uint64, subject string, a, b zk.ServerID) rand.PCG {
	return *rand.NewPCG(seed, mixSeed(seed, subject, a, b))
}

// mixSeed derives one number from a seed and a subject.
func mixSeed(seed uint64, subject string, a, b zk.ServerID) uint64 {
	h := fold(offset, seed)
	for i := 0; i < len(subject); i++ {
		h = fold(h, uint64(subject[i]))
	}
	return fold(h, uint64(a)<<8|uint64(b))
}

// below draws a number from 0 to n-1; n must not be 0.
func below(p *rand.PCG, n uint64) uint64 {
	high, _ := bits.Mul64(p.Uint64(), n)
	return high
}

// around draws a duration from mean-spread to mean+spread.
func around(p *rand.PCG, mean, spread time.Duration) time.Duration {
	if spread <= 0 {
		return mean
	}
	return max(0, mean-spread+time.Duration(below(p, uint64(2*spread)+1)))
}

// aroundMs is around in whole milliseconds, which read better.
func aroundMs(p *rand.PCG, mean, spread time.Duration) time.Duration {
	return around(p, mean, spread).Round(time.Millisecond)
}

// offset is where a fold of words begins.
const offset uint64 = 14695981039346656037

// fold mixes one word into a hash.
func fold(h, x uint64) uint64 {
	h = (h ^ x) * 0x9e3779b97f4a7c15
	return h ^ h>>32
}

// foldStream mixes the state of a stream into a hash.
func foldStream(h uint64, p *rand.PCG) uint64 {
	var buf [32]byte
	b, _ := p.AppendBinary(buf[:0]) // documented never to fail
	for _, c := range b {
		h = fold(h, uint64(c))
	}
	return h
}
