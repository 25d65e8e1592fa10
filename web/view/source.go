package view

import "slices"

// Source says where the events of a model come from, and with it what can be done to its servers.
type Source uint8

// The sources.
const (
	Simulated Source = iota
	Live             // real nodes, as they go
	Recorded         // a file
)

// String returns the word of the page API: "sim", "live" or "recorded".
func (s Source) String() string { return [...]string{"sim", "live", "recorded"}[s] }

// Unheard reports whether nothing is known of a server: it is not in the recording, or it is not
// heard of any more. A simulation knows all.
func (m *Model) Unheard(s *Server) bool { return m.Source != Simulated && (s.Lost || !s.Told) }

// Rights are what a person may do to real nodes.
type Rights uint8

// The rights, each with those before it.
const (
	MayWatch Rights = iota
	MayAct          // clients and their requests
	MayBreak        // servers, links and disks
)

// The lines that real nodes can be given: those that break or mend something, and those of clients.
var (
	breaking = []string{
		"start", "kill", "power", "pause", "resume", "cut", "delay", "partition", "heal",
		"slowdisk",
	}
	acting = []string{"client", "unplug", "close"}
)

// Needs returns the right that a world line with the verb needs on real nodes, without its colon;
// false when only a simulation can do it.
func Needs(verb string) (Rights, bool) {
	if slices.Contains(acting, verb) {
		return MayAct, true
	}
	return MayBreak, slices.Contains(breaking, verb)
}

// Breaks reports whether the verb does harm, so that a person is asked first.
func Breaks(verb string) bool {
	needs, ok := Needs(verb)
	return ok && needs == MayBreak && verb != "start" && verb != "resume" && verb != "heal"
}

// Refuses says why a line cannot be carried out here: this is recorded, only a simulation (sim) can
// do it, or the person may not act or break anything; "" when it can. The verb is that of a world
// line, "" for a line of a client.
func (m *Model) Refuses(verb string) string {
	if m.Source == Simulated {
		return ""
	}
	needs, real := MayAct, true
	if verb != "" {
		needs, real = Needs(verb)
	}
	switch {
	case m.Source == Recorded:
		return "recorded"
	case !real:
		return "sim"
	case m.Rights < needs && needs == MayAct:
		return "act"
	case m.Rights < needs:
		return "break"
	}
	return ""
}
