package zk

import (
	"strconv"
	"time"
)

// Epoch is the number of a leadership, 0 before the first leader. It is the high half of a Zxid.
type Epoch uint32

// epochJumpMax is how far ahead of all that it has promised a server believes another one.
const epochJumpMax = 1 << 30

// IsAbsurd reports whether no correct server can be in this epoch, as seen by one that has promised
// own: it is too far ahead, or has none after it.
func (e Epoch) IsAbsurd(own Epoch) bool {
	return e > own && e-own > epochJumpMax || e == ^Epoch(0)
}

// Zxid identifies a transaction: the high 32 bits are the epoch of the leader that proposed it,
// the low 32 bits count its proposals from 1. A counter of 0 is never a transaction: it marks the
// start of an epoch (NEWLEADER). The zero Zxid means "no transaction yet".
type Zxid uint64

// MakeZxid joins an epoch and a counter.
func MakeZxid(epoch Epoch, counter uint32) Zxid { return Zxid(epoch)<<32 | Zxid(counter) }

// Epoch returns the high half.
func (z Zxid) Epoch() Epoch { return Epoch(z >> 32) }

// Counter returns the low half, 0 for the start of an epoch.
func (z Zxid) Counter() uint32 { return uint32(z) }

// Follows reports whether z may come directly after prev in a log: the next counter of the same
// epoch, or the first of a later one (ZOOKEEPER-4925).
func (z Zxid) Follows(prev Zxid) bool {
	if z.Epoch() == prev.Epoch() {
		return z.Counter() == prev.Counter()+1
	}
	return z.Epoch() > prev.Epoch() && z.Counter() == 1
}

// String returns Apache's form, "0x300000007".
func (z Zxid) String() string { return "0x" + strconv.FormatUint(uint64(z), 16) }

// Short returns the stage's form, "e3·c7".
func (z Zxid) Short() string {
	return "e" + strconv.FormatUint(uint64(z.Epoch()), 10) +
		"·c" + strconv.FormatUint(uint64(z.Counter()), 10)
}

// CounterMax is the last counter that a leader may propose; the next one forces an election
// (ZOOKEEPER-1277).
const CounterMax = 0xfffffffe

// Instant is a moment on one monotonic clock, in nanoseconds from that clock's start.
type Instant int64

// Never is the instant that does not come; a WakeAt of Never asks for no wake-up.
const Never Instant = 1<<63 - 1

// Add returns the instant d later; Never stays Never.
func (t Instant) Add(d time.Duration) Instant {
	if t == Never {
		return Never
	}
	return t + Instant(d)
}

// Sub returns the time from u to t.
func (t Instant) Sub(u Instant) time.Duration { return time.Duration(t - u) }

// Until returns how far t is from now, as a word for a hash: Never stays what it is.
func (t Instant) Until(now Instant) uint64 {
	if t == Never {
		return uint64(Never)
	}
	return uint64(t - now)
}

// Ms returns whole milliseconds since the clock's start.
func (t Instant) Ms() int64 { return int64(t) / int64(time.Millisecond) }
