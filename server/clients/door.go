package clients

import (
	"net/netip"
	"sync"
	"time"
)

// Rate allows Burst at once and PerSecond in the long run.
type Rate struct {
	PerSecond float64
	Burst     float64
}

// bucket counts against a Rate. The zero value has used nothing.
type bucket struct {
	used float64
	at   time.Time
}

// take uses one and reports whether the rate allows it; what is refused is not used.
func (b *bucket) take(r Rate, now time.Time) bool {
	if !b.allows(r, now) {
		return false
	}
	b.used++
	return true
}

// allows reports whether the rate would allow one more.
func (b *bucket) allows(r Rate, now time.Time) bool {
	if !b.at.IsZero() {
		b.used = max(0, b.used-now.Sub(b.at).Seconds()*r.PerSecond)
	}
	b.at = now
	return b.used+1 <= r.Burst
}

// visitorsMax is how many addresses are remembered before those with nothing open are forgotten.
const visitorsMax = 10_000

// door knows who is in and who has misbehaved. It is safe for use by several goroutines.
type door struct {
	limits *Limits
	perIP  int

	mu       sync.Mutex
	in       int
	visitors map[netip.Addr]*visitor
}

// visitor is what the port knows of one address.
type visitor struct {
	in       int
	sessions bucket
	auths    bucket
	failures bucket
}

func (d *door) visitor(from netip.Addr) *visitor {
	v := d.visitors[from]
	if v != nil {
		return v
	}
	if d.visitors == nil || len(d.visitors) >= visitorsMax {
		d.sweep()
	}
	v = &visitor{}
	d.visitors[from] = v
	return v
}

// sweep forgets the addresses without a connection.
func (d *door) sweep() {
	kept := map[netip.Addr]*visitor{}
	for from, v := range d.visitors {
		if v.in > 0 {
			kept[from] = v
		}
	}
	d.visitors = kept
}

// enter lets a connection in, unless too many are.
func (d *door) enter(from netip.Addr) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	v := d.visitor(from)
	if d.in >= d.limits.Conns || d.perIP > 0 && v.in >= d.perIP {
		return false
	}
	d.in++
	v.in++
	return true
}

func (d *door) leave(from netip.Addr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.in--
	d.visitor(from).in--
}

// mayOpen reports whether the address may have one more new session now.
func (d *door) mayOpen(from netip.Addr) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.visitor(from).sessions.take(d.limits.SessionRate, time.Now())
}

// mayAuth reports whether the address may try to authenticate now.
func (d *door) mayAuth(from netip.Addr) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.visitor(from).auths.take(d.limits.AuthRate, time.Now())
}

// failed notes that the address has asked for a session that it does not own.
func (d *door) failed(from netip.Addr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.visitor(from).failures.take(d.limits.FailureRate, time.Now())
}

// isGuessing reports whether the address has asked for too many sessions that it does not own.
func (d *door) isGuessing(from netip.Addr) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !d.visitor(from).failures.allows(d.limits.FailureRate, time.Now())
}
