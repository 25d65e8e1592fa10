package sim

import (
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// Opening is where an exploration of three servers begins: before any of them has started, or once
// they have a leader, server 3, and client A is connected to it.
type Opening struct {
	Settled bool
	Quirks  zk.Quirk // on from there
}

// openingVoters and openingSeed make the world of every exploration. What the seed draws is only
// how the opening goes: an exploration has all delays.
const (
	openingVoters = 3
	openingSeed   = 1
)

// moment is a command, after so much time has passed.
type moment struct {
	wait time.Duration
	Command
}

// moments are the commands of the opening.
func (o Opening) moments() []moment {
	start := moment{Command: Command{Verb: Start, From: Everyone}}
	if !o.Settled {
		return []moment{start}
	}
	client := Command{Verb: NewClient, Client: 'A', Server: 3, Pinned: true, TimeoutMs: 40_000}
	quirk := Command{Verb: Quirk, N: int64(o.Quirks)}
	return []moment{start, {3 * time.Second, client}, {500 * time.Millisecond, quirk}}
}

// early returns the quirks that are on from the start.
func (o Opening) early() zk.Quirk {
	if o.Settled {
		return 0
	}
	return o.Quirks
}

// World returns a world at the opening, with a witness that has seen it all.
func (o Opening) World(judge func(*World) Judge) (*World, Witness) {
	w := New(Config{Voters: openingVoters, Seed: openingSeed, Quirks: o.early()})
	j := judge(w).(Witness)
	w.Sink = j.Observe
	for _, m := range o.moments() {
		w.RunTo(w.now.Add(m.wait))
		err := w.Do(m.Command)
		step.Assert(err == nil, "PossibleOpening")
	}
	return w, j
}

// Scenario writes the way to the violation as a scenario file.
func (o Opening) Scenario(x *Exploration) string {
	var b strings.Builder
	b.WriteString("---\ntitle: An order of events breaks " + x.Violation + "\n")
	b.WriteString("topics: [exploration]\nlevel: deep\ncluster: " +
		strconv.Itoa(openingVoters) + " voters\n")
	if q := o.early(); q != 0 {
		b.WriteString("config: quirk=" + strings.ReplaceAll(q.String(), ",", ", quirk=") + "\n")
	}
	b.WriteString("seed: " + strconv.Itoa(openingSeed) + "\n---\n")
	b.WriteString("Found by trying every order of events: " + x.Detail + ".\n\n")
	b.WriteString("## Replay {#replay}\n\n```run\n")
	for _, m := range o.moments() {
		if m.wait > 0 {
			b.WriteString(":wait " + durationText(m.wait) + "\n")
		}
		b.WriteString(m.String() + "\n")
	}
	for i := range x.Path {
		b.WriteString(x.Path[i].String() + "\n")
	}
	b.WriteString("```\n\n```expect\nviolated " + x.Violation + "\n```\n")
	return b.String()
}
