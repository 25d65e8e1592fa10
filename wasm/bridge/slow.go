package bridge

import (
	"strings"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// choice is what the clock does about a kind of event while time flows.
type choice uint8

const (
	choiceSlow choice = iota // the slider's speed for a moment, no glide
	choiceIgnore
	choicePause
)

// The kinds of events that a person chooses about, by index into ui.AutoKinds.
const (
	autoState = iota
	autoVote
	autoQuorum
	autoEpoch
	autoSync
	autoAcks
	autoCommit
	autoReply
	autoError
	autoWatch
	autoExpired
	autoStale
	autoService
	autoLeaders
	autoCount
	autoNone = -1
)

// autos is what the clock does about each kind, and what it has to remember for that.
type autos struct {
	choices [autoCount]choice
	pauses  bool   // one of them is to pause
	serving bool   // clients could be served
	leaders bool   // two led at once
	paused  string // why the clock has stopped, "" when a person stopped it
}

// auto takes the choices: "state=pause vote=ignore"; what is not named is slow.
func (b *Bridge) auto(a *Args) (any, error) {
	b.autos.choices, b.autos.pauses = [autoCount]choice{}, false
	for word := range strings.FieldsSeq(a.Text) {
		name, what, _ := strings.Cut(word, "=")
		for i, kind := range ui.AutoKinds {
			if kind != name {
				continue
			}
			switch what {
			case "ignore":
				b.autos.choices[i] = choiceIgnore
			case "pause":
				b.autos.choices[i] = choicePause
				b.autos.pauses = true
			}
		}
	}
	return nil, nil
}

// autoKinds are the kinds that an event of each kind is always of.
var autoKinds = map[trace.Kind]int{
	trace.RoleChanged: autoState, trace.VoteChanged: autoVote, trace.QuorumReached: autoQuorum,
	trace.EpochEntered: autoEpoch, trace.SyncChosen: autoSync, trace.Truncated: autoSync,
	trace.SnapTaken: autoSync, trace.WatchFired: autoWatch, trace.SessionExpired: autoExpired,
}

// kindOf returns what a person would call an event, autoNone if there is no choice about it.
func (b *Bridge) kindOf(e *trace.Event) int {
	switch e.Kind {
	case trace.Committed:
		if e.Why == zk.QuorumAcked {
			return autoAcks
		}
		return autoCommit
	case trace.Returned:
		return b.kindOfReply(e)
	}
	if k, ok := autoKinds[e.Kind]; ok {
		if changed := b.kindOfChange(e); changed != autoNone {
			return changed
		}
		return k
	}
	return b.kindOfChange(e)
}

func (b *Bridge) kindOfReply(e *trace.Event) int {
	if e.Path != zk.OK.String() {
		return autoError
	}
	if c := b.seen().Client(e.Node); c != nil {
		if r := c.LastRead(); r != nil && r.Stale {
			return autoStale
		}
	}
	return autoReply
}

// seen is the page's model, whose clock may stand still.
func (b *Bridge) seen() *view.Model { return b.observer().m }

// changes are the kinds of events after which the service, or who leads, may be another one.
var changes = map[trace.Kind]bool{
	trace.RoleChanged: true, trace.Established: true, trace.LeaderLost: true, trace.Crashed: true,
	trace.Booted: true, trace.Cut: true, trace.Mended: true, trace.PhaseChanged: true,
	trace.Paused: true, trace.Resumed: true,
}

// kindOfChange tells whether an event lost or regained the service, or made two lead at once.
func (b *Bridge) kindOfChange(e *trace.Event) int {
	if !changes[e.Kind] {
		return autoNone
	}
	m := b.seen()
	serving, leaders := m.Service().State == view.ServiceOK, 0
	for s := range m.Servers() {
		if s.Up && s.Role == zk.Leading {
			leaders++
		}
	}
	was := b.autos
	b.autos.serving, b.autos.leaders = serving, leaders > 1
	switch {
	case b.autos.leaders && !was.leaders:
		return autoLeaders
	case serving != was.serving:
		return autoService
	}
	return autoNone
}

// react slows or stops the clock as the person chose.
func (b *Bridge) react(e *trace.Event) {
	k := b.kindOf(e)
	switch {
	case k == autoNone && view.IsInteresting(e), k != autoNone && b.autos.choices[k] == choiceSlow:
		b.clock.slow = b.clock.real + slowFor
	case k == autoNone || b.autos.choices[k] == choiceIgnore:
		return
	case b.clock.ticking:
		b.halt(b.narrate(e))
	}
}

// halt stops the clock and says why.
func (b *Bridge) halt(what string) {
	if b.clock.halted {
		return
	}
	b.clock.halted = true
	b.autos.paused = b.text.T("time.paused", "what", ui.Visible(what))
}

// watches reports whether the clock must look after every step.
func (b *Bridge) watches() bool { return b.autos.pauses || len(b.session.Breaks()) > 0 }

// broke reports whether the clock has to stop, for a breakpoint or for what just happened.
func (b *Bridge) broke() bool {
	if hit, ok := b.session.Hit(); ok {
		b.halt(b.text.T("time.broke", "n", hit.ID, "line", strings.TrimPrefix(hit.Line, ":break ")))
	}
	if !b.clock.halted {
		return false
	}
	b.clock.halted = false
	what := b.autos.paused
	b.stopWork()
	b.clock.playing, b.autos.paused = false, what
	return true
}

// keepBreaks makes the breakpoints of the run before again, those that make sense in the new one.
func keepBreaks(before, s *scenario.Session) {
	if before == nil {
		return
	}
	for _, b := range before.Breaks() {
		s.Command(b.Line)
	}
}
