package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// sameLines are given to simulated servers and to real ones. After each line time passes until the
// servers that run serve again, and all have what is committed.
var sameLines = []string{
	":client A",
	"A: create /a 1",
	":kill 3",
	"A: create /b 2",
	":start 3",
	"A: set /a 3",
	":partition 3|1,2",
	"A: create /b/c 4",
	":heal",
	":kill 2",
	"A: delete /b/c",
	":start 2",
	"A: create -s /b/n- 5",
}

// ending is what both runs must agree on.
type ending struct {
	roles []string // of the servers, with their leader
	tree  []string // of every server: path, data and version of each znode
	told  []string // the kinds of events, with their reasons, of which the page tells a story
}

// endingOf describes the end of a run.
func endingOf(m *view.Model, events []trace.Event) ending {
	var e ending
	for s := range m.Servers() {
		e.roles = append(e.roles, fmt.Sprint(s.ID, " ", s.Role, " of ", s.Leader))
		if s.State() == nil {
			e.tree = append(e.tree, "unknown")
			continue
		}
		for n := range s.State().Tree.Walk() {
			if !strings.HasPrefix(n.Path, "/zookeeper") {
				e.tree = append(e.tree, fmt.Sprint(s.ID, " ", n.Path, " ", string(n.Data), " ",
					n.Stat.Version))
			}
		}
	}
	for i := range events {
		e.tell(&events[i])
	}
	slices.Sort(e.told)
	return e
}

// tell notes what every run of these lines has to tell. How many votes are heard, in which order,
// and whether a link breaks before or after a vote is chance.
func (e *ending) tell(event *trace.Event) {
	kind := event.Kind.String()
	switch event.Kind {
	case trace.Crashed, trace.Booted, trace.RoundStarted, trace.QuorumReached, trace.Elected,
		trace.EpochProposed, trace.EpochAccepted, trace.EpochEntered, trace.LearnerSynced,
		trace.Established, trace.LeaderLost, trace.Proposed, trace.Acked, trace.Logged,
		trace.Durable, trace.Applied, trace.Cut, trace.Mended, trace.VoteCounted,
		trace.SessionOpened, trace.Invoked, trace.Returned:
	case trace.RoleChanged:
		kind += " " + event.Role.String()
	case trace.PhaseChanged:
		kind += " " + event.Phase.String()
	case trace.Committed:
		kind += " " + event.Why.String()
	case trace.SyncChosen:
		kind += " " + event.Type.String()
	default:
		return
	}
	if text.Narrate(text.EN, event) != "" && !slices.Contains(e.told, kind) {
		e.told = append(e.told, kind)
	}
}

// atRest reports whether the servers that run, and are not cut off, serve and agree, and the
// clients are connected.
func atRest(m *view.Model) bool {
	l := m.Leader()
	if l == nil || !l.Established {
		return false
	}
	for _, c := range m.Clients {
		if c.Phase != view.ClientConnected {
			return false
		}
	}
	for s := range m.Servers() {
		apart := m.Link(s.ID, l.ID).Cut
		if s.Up && !apart && (!s.Serving() || s.Leader != l.ID || s.Applied != l.Applied) {
			return false
		}
	}
	return true
}

// endSimulated gives the lines to simulated servers.
func endSimulated(t *testing.T) ending {
	t.Helper()
	file, bad := scenario.Parse("same", "---\ntitle: Same\ncluster: 3 voters\nseed: 7\n---\n"+
		"## One {#one}\n\n```run\n:start 1-3\n```\n")
	require.Nil(t, bad)
	model := view.New(zk.SetOf(1, 2, 3), 0)
	var events []trace.Event
	s, bad := scenario.NewSession(file, scenario.Options{OnEvent: func(e *trace.Event) {
		model.Apply(e)
		events = append(events, *e)
	}})
	require.Nil(t, bad)
	give := func(line string) {
		require.True(t, s.Command(line).OK, line)
		require.True(t, s.Command(":wait 100ms").OK)
		for i := 0; !atRest(model) || waits(model); i++ {
			require.Less(t, i, 600, "%s: nothing comes of it", line)
			require.True(t, s.Command(":wait 100ms").OK)
		}
	}
	give(":start 1-3")
	for _, line := range sameLines {
		give(line)
	}
	return endingOf(model, events)
}

// allUp reports whether every server runs: only one is down at a time.
func allUp(m *view.Model) bool {
	for s := range m.Servers() {
		if !s.Up {
			return false
		}
	}
	return true
}

// waits reports whether a client has no answer yet.
func waits(m *view.Model) bool {
	for _, c := range m.Clients {
		if o := c.Last(); o != nil && !o.Done {
			return true
		}
	}
	return false
}

// endReal gives the lines to real servers.
func endReal(t *testing.T) ending {
	t.Helper()
	p := runEnsemble(t, "--allow-faults", "--addr", "127.0.0.1:0")
	w := p.watch(p.find(`Bearer ([0-9a-f]+)`))
	w.eventually(atRest)
	for _, line := range sameLines {
		answer := w.do(line)
		require.Equal(t, true, answer["ok"], "%s: %v", line, answer)
		time.Sleep(200 * time.Millisecond)      // what it begins may go on after the answer
		if strings.HasPrefix(line, ":start ") { // a process takes the time that it takes
			w.eventually(allUp)
		}
		w.eventually(atRest)
	}
	w.settle()
	w.innocent()
	w.mu.Lock()
	defer w.mu.Unlock()
	return endingOf(w.model, w.events)
}

func TestSameFaultsComeToTheSameEndOnRealServers(t *testing.T) {
	want, got := endSimulated(t), endReal(t)
	require.Equal(t, want.roles, got.roles)
	require.Equal(t, want.tree, got.tree)
	require.Len(t, want.tree, 3*4, "%v", want.tree) // the root and three znodes on each server
	require.Equal(t, want.told, got.told)
	require.Greater(t, len(want.told), 20, "%v", want.told)
}
