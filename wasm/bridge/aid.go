package bridge

import (
	"fmt"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// saysEvery is how much real time in ms lies between two messages to screen readers while time
// flows; heardMax bounds the events that one message is made of.
const (
	saysEvery = 2000.0
	heardMax  = 64
)

// voice is how much is narrated.
type voice uint8

// The voices.
const (
	voiceNormal   voice = iota
	voiceBrief          // leaders, crashes, what the user did
	voiceDetailed       // everything that the standard level of detail shows
)

// speech is what people who listen are told: a log of what happened, and now and then a status.
type speech struct {
	voice   voice
	heard   []trace.Event // not told yet, oldest first
	missed  int           // events that there was no room for
	at      float64       // real ms of the last message
	service view.ServiceState
	greeted bool      // service is known
	seen    [4]uint64 // what service depends on
	results int       // of the scenario, that were told
}

var voices = map[string]voice{
	"brief": voiceBrief, "normal": voiceNormal, "detailed": voiceDetailed,
}

// voice chooses how much is narrated.
func (b *Bridge) voice(a *Args) (any, error) {
	v, ok := voices[a.Name]
	if !ok {
		return nil, fmt.Errorf("unknown voice %q", a.Name)
	}
	b.speech.voice = v
	return nil, nil
}

// level chooses how much is drawn and listed.
func (b *Bridge) level(a *Args) (any, error) {
	level, ok := ui.ParseLevel(a.Name)
	if !ok {
		return nil, fmt.Errorf("unknown level %q", a.Name)
	}
	b.look.Level = level
	return nil, nil
}

// hear keeps an event that is going to be told.
func (b *Bridge) hear(e *trace.Event) {
	if !b.speaks(e) {
		return
	}
	s := &b.speech
	if len(s.heard) == heardMax {
		s.drop()
		s.missed++
	}
	s.heard = append(s.heard, *e)
}

// drop makes room: what is least worth hearing goes first.
func (s *speech) drop() {
	victim := 0
	for i := range s.heard {
		if !isHeadline(&s.heard[i]) {
			victim = i
			break
		}
	}
	s.heard = append(s.heard[:victim], s.heard[victim+1:]...)
}

// speaks reports whether an event is told: when stepping almost every one, when time flows those
// that one would look up for.
func (b *Bridge) speaks(e *trace.Event) bool {
	stepping := !b.flows()
	switch b.speech.voice {
	case voiceBrief:
		return isHeadline(e)
	case voiceDetailed:
		return stepping || isHeadline(e) || isStory(e) || view.LevelOf(e) <= view.Standard
	}
	return stepping && e.Kind != trace.Sent || isHeadline(e) || isStory(e)
}

// isHeadline reports whether an event is told even to those who want to hear little.
func isHeadline(e *trace.Event) bool {
	switch e.Kind {
	case trace.RoleChanged:
		return e.Role == zk.Leading
	case trace.Established, trace.Violated, trace.SessionExpired:
		return true
	case trace.LeaderLost:
		return e.Peer == e.Node
	case trace.Noted:
		return false
	}
	return e.Kind.Info().Group == trace.GroupWorld
}

// isStory reports whether an event is told while time flows.
func isStory(e *trace.Event) bool {
	switch e.Kind {
	case trace.RoleChanged, trace.Elected, trace.LeaderLost, trace.Truncated, trace.SnapTaken,
		trace.WatchFired:
		return true
	case trace.Committed:
		return e.Why == zk.QuorumAcked
	}
	return false
}

// spoken returns the next message of the narration: everything at once while paused, every two
// seconds otherwise.
func (b *Bridge) spoken() string {
	s := &b.speech
	if len(s.heard) == 0 || b.flows() && b.clock.real-s.at < saysEvery {
		return ""
	}
	message := text.NarrateAll(b.text.Lang, s.heard, s.missed)
	s.heard, s.missed, s.at = s.heard[:0], 0, b.clock.real
	return message
}

// announced returns what is to be told as a status: a step of the lesson came to its end, or the
// service was lost or is back.
func (b *Bridge) announced(m *view.Model) string {
	s := &b.speech
	if b.session != nil {
		if n := len(b.session.Results()); n != s.results {
			grown := n > s.results
			s.results = n
			if grown {
				return b.stepResult(n - 1)
			}
		}
	}
	seen := [4]uint64{b.show.generation, m.Rev.Status, m.Rev.Servers, m.Rev.Links}
	if s.seen == seen {
		return ""
	}
	s.seen = seen
	now := m.Service().State
	if s.greeted && s.service == now {
		return ""
	}
	known := s.greeted
	s.service, s.greeted = now, true
	if !known {
		return ""
	}
	return ui.BuildStatus(m, b.text).State
}

// stepResult says how a step of the scenario ended.
func (b *Bridge) stepResult(i int) string {
	result := &b.session.Results()[i]
	file := b.lesson.told
	if file == nil {
		file = b.session.File()
	}
	at := file.StepIndex(result.ID)
	if at < 0 {
		return ""
	}
	step := &file.Steps[at]
	checks := len(b.session.File().Steps[at].Checks())
	switch {
	case len(result.Failed) > 0:
		return b.text.T("aid.step.failed", "step", step.Title, "k", len(result.Failed),
			"n", checks)
	case checks > 0:
		return b.text.T("aid.step.passed", "step", step.Title, "n", checks)
	}
	return b.text.T("aid.step.done", "step", step.Title)
}
