package bridge

import (
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
)

// The clock turns real into simulated time.
const (
	DefaultSpeed = 20.0 // simulated ms per real second
	speedMin     = 0.1
	speedMax     = 10000.0 // also of a glide
	glideMax     = 50.0    // how much faster quiet time goes by
	glideEase    = 150.0   // real ms until a glide is at full speed
	slowFor      = 600.0   // real ms at the slider's speed after something interesting
	quietAfter   = 15 * time.Millisecond
	stepsAtOnce  = 64
	realDtMax    = 250.0 // a page that was away does not catch up
)

type clock struct {
	playing bool
	speed   float64
	real    float64 // real ms since the start
	glide   float64 // real ms for which the clock has been gliding, 0 when it does not
	skipped zk.Instant
	slow    float64    // real ms until which no glide begins, because something happened
	last    zk.Instant // of the last event that is worth seeing
	woke    bool       // such an event came during this slice
	ticking bool       // time passes by the clock right now
	halted  bool       // something happened at which it has to stop
	step    uint64     // of the position when it was last moved by the clock
	at      zk.Instant // the same
	rate    float64    // simulated ms per real second in the last slice
}

// setSpeed takes a rate in simulated ms per real second.
func (c *clock) setSpeed(speed float64) {
	if speed > 0 {
		c.speed = min(speedMax, max(speedMin, speed))
	}
}

// advance plays for dt real milliseconds, at most one slice.
func (b *Bridge) advance(dt float64) {
	c := &b.clock
	dt = min(max(dt, 0), realDtMax)
	c.real += dt
	if !c.playing || dt == 0 || b.job != nil || b.session.Timeline().World().Failure() != nil {
		c.glide, c.rate = 0, c.speed
		return
	}
	from := b.session.Now()
	gliding := c.real >= c.slow && b.quiet()
	if gliding {
		c.glide += dt
	} else {
		c.glide, c.skipped = 0, from
	}
	until := from.Add(time.Duration(dt * c.pace() * 1000)) // dt ms at pace ms/s is dt*pace µs
	b.rearm()
	c.ticking = true
	b.run(until, gliding)
	c.ticking = false
	c.step, c.at = b.session.Timeline().Position(), b.session.Now()
	c.rate = float64(b.session.Now().Sub(from)) / 1e6 / dt * 1000
	b.lesson.watch(b)
}

// pace returns simulated ms per real second now.
func (c *clock) pace() float64 {
	if c.glide == 0 {
		return c.speed
	}
	fast := max(c.speed, min(speedMax, c.speed*glideMax))
	return c.speed + (fast-c.speed)*min(1, c.glide/glideEase)
}

// run goes on until an instant. A glide goes step by step and ends at the first event that is worth
// seeing.
func (b *Bridge) run(until zk.Instant, gliding bool) {
	left := b.budget()
	b.clock.woke = false
	steps := stepsAtOnce
	if gliding || b.lesson.running || b.watches() {
		steps = 1
	}
	until = min(until, b.session.BreakAt())
	for more := true; more && left(); {
		more = b.pass(steps, until)
		if b.broke() {
			return
		}
		if gliding && b.clock.woke {
			b.clock.glide = 0
			return
		}
		if b.lesson.ended(b) {
			return
		}
	}
}

// rearm makes the breakpoints wait for what comes next, when time has jumped.
func (b *Bridge) rearm() {
	if b.clock.step != b.session.Timeline().Position() || b.clock.at != b.session.Now() {
		b.session.Rearm()
	}
}

// quiet reports whether nothing that a person would watch is going on.
func (b *Bridge) quiet() bool {
	if b.session.Now().Sub(b.clock.last) < quietAfter {
		return false
	}
	m := b.model()
	for i := range m.Flights {
		f := &m.Flights[i]
		if f.State == view.FlightFlying && f.Type.Family() != zk.FamilyHeartbeat {
			return false
		}
	}
	return true
}

// notice is told of every event while time goes forward.
func (b *Bridge) notice(e *trace.Event) {
	if isNoise(e) {
		return
	}
	b.clock.woke, b.clock.last = true, e.At
	b.react(e)
	b.tell(e)
}

// tell passes on an event that is worth seeing.
func (b *Bridge) tell(e *trace.Event) {
	if e.Kind == trace.ClientState && e.N == int64(view.ClientExpired) && len(b.toasts) < 2 {
		b.toasts = append(b.toasts, Toast{Kind: "note", Text: b.narrate(e)})
	}
	if id := haloOf(e); id != 0 && len(b.halo) < 16 {
		b.halo = append(b.halo, "server-"+id.String())
	}
	b.hear(e)
	if b.wants && len(b.events) < eventsMax {
		b.events = append(b.events, b.event(e))
	}
}

// isNoise reports whether an event is only a heartbeat.
func isNoise(e *trace.Event) bool {
	switch e.Kind {
	case trace.Sent, trace.Arrived:
		return e.Type.Family() == zk.FamilyHeartbeat
	case trace.SessionMoved:
		return true
	}
	return false
}

// haloOf returns the server at which something worth a look happened, 0 for none.
func haloOf(e *trace.Event) zk.ServerID {
	if e.Node == 0 || e.Node.IsClient() {
		return 0
	}
	switch e.Kind {
	case trace.RoleChanged, trace.VoteChanged, trace.QuorumReached, trace.EpochEntered,
		trace.Truncated, trace.SnapTaken, trace.Established, trace.SessionExpired,
		trace.WatchFired:
		return e.Node
	case trace.Committed:
		if e.Why == zk.QuorumAcked {
			return e.Node
		}
	}
	return 0
}
