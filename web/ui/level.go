package ui

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
)

// Level is how much detail the page shows; the zero value is Standard.
type Level uint8

// The levels of detail.
const (
	Standard Level = iota
	Simple
	Full
)

// Levels are the names of the levels in the page, from the least to the most detail.
var Levels = []string{"simple", "standard", "full"}

// ParseLevel finds a level by its name in the page.
func ParseLevel(name string) (Level, bool) {
	switch name {
	case "simple":
		return Simple, true
	case "standard":
		return Standard, true
	case "full":
		return Full, true
	}
	return Standard, false
}

// detail is the level as web/view counts it.
func (l Level) detail() view.Level {
	return [...]view.Level{Standard: view.Standard, Simple: view.Simple, Full: view.Full}[l]
}

// Draws reports whether messages of a type are drawn. At the standard level a heartbeat is a pulse.
func (l Level) Draws(t zk.MsgType) bool {
	if t.Family() == zk.FamilyHeartbeat {
		return l != Simple
	}
	return view.LevelOfType(t) <= l.detail()
}

// Lists reports whether an event is listed where nothing else was asked for. A message is listed
// when it is sent and by its type; that it arrived is for the full level.
func (l Level) Lists(e *trace.Event) bool {
	if e.Kind == trace.Sent {
		return view.LevelOfType(e.Type) <= l.detail()
	}
	return view.LevelOf(e) <= l.detail()
}
