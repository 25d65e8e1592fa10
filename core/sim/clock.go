package sim

import (
	"math/bits"
	"math/rand/v2"
	"time"

	"github.com/zabscope/zabscope/core/zk"
)

// wallStartMs is what all wall clocks show at the start of a run: 2026-01-01 00:00:00 UTC.
const wallStartMs = 1_767_225_600_000

// wallMs returns what the wall clock of the server shows.
func (w *World) wallMs(s *server) int64 { return wallStartMs + w.now.Ms() + s.skewMs }

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
