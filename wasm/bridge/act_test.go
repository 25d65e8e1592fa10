package bridge

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// deed is one thing that can be done: an action of a target, in one way.
type deed struct{ target, action, choice, line string }

// deeds lists all that can be done to the targets now.
func (p *page) deeds(targets ...string) []deed {
	var list []deed
	for _, target := range targets {
		for _, a := range ui.BuildActions(p.b.model(), target, p.b.text) {
			if a.Why != "" || a.Line == "" && len(a.Choices) == 0 {
				continue
			}
			if len(a.Choices) == 0 {
				list = append(list, deed{target, a.Name, "", a.Line})
			}
			for _, c := range a.Choices {
				if c.Why == "" {
					list = append(list, deed{target, a.Name, c.Value, c.Line})
				}
			}
			if a.Amount != nil {
				value := "7" + a.Amount.Unit
				line := strings.ReplaceAll(a.Amount.Form, "{}", value)
				list = append(list, deed{target, a.Name, value, line})
			}
		}
	}
	return list
}

// broken is a cluster in which every opposite can be done.
func broken(t *testing.T) *page {
	p := free(t)
	for _, line := range []string{
		":until leader != none", ":client A@1", ":client B@2", ":client C@3", ":client D@4",
		":wait 2s", "D: close", ":wait 1s", ":pause C", ":unplug B", ":kill 3", ":pause 2",
		":cut 1>4", ":delay 1<>5 200ms",
		":loss 4<>5 30%", ":slowdisk 4 500ms", ":skew 4 +3s", ":hold COMMIT *>1", "A: create /x 1",
		":wait 30ms",
	} {
		p.do(line)
	}
	return p
}

func TestEveryActionPrintsItsLineAndCanBeUndone(t *testing.T) {
	p := broken(t)
	targets := []string{
		"stage", "server-1", "server-2", "server-3", "server-4", "servers-1,3", "link-1-4",
		"link-1-5", "link-4-5", "link-1-2", "client-A", "client-B", "client-C", "client-D",
	}
	messages := 0
	for i := range p.b.model().Flights {
		f := &p.b.model().Flights[i]
		if f.State == view.FlightFlying && f.Type == zk.Forward || f.State == view.FlightHeld {
			targets = append(targets, "message-"+f.ID.String())
			messages++
		}
	}
	require.NotZero(t, messages)
	list := p.deeds(targets...)
	require.Greater(t, len(list), 150)
	seen := map[string]bool{}
	for _, d := range list {
		seen[d.action] = true
		p.undoes(t, d)
	}
	for _, name := range []string{
		"kill", "restart", "powerloss", "pause-process", "resume", "isolate", "heal", "wipe",
		"slowdisk", "skew", "client", "cut", "cut-ab", "cut-ba", "delay", "loss", "heal-link",
		"write", "read", "close", "renew", "unplug", "plug", "move", "expire", "drop", "hold",
		"drop-next", "release", "start-all",
	} {
		require.True(t, seen[name], name)
	}
}

// undoes carries out one deed, takes it back and does it again.
func (p *page) undoes(t *testing.T, d deed) {
	t.Helper()
	before, printed := p.fingerprint(), len(p.b.console.entries)
	p.call("act", args{"action": d.action, "target": d.target, "choice": d.choice})
	lines := []string{d.line}
	if strings.HasPrefix(d.line, ":") {
		lines = strings.Split(d.line, "; ")
	}
	n := min(printed+len(lines), entriesMax)
	for i, line := range lines {
		e := p.b.console.entries[n-len(lines)+i]
		full := e.Line
		if e.Prompt != "" {
			full = strings.TrimSuffix(e.Prompt, ">") + ": " + e.Line
		}
		require.Equal(t, line, full, "%+v", d)
		require.NotEqual(t, "error", e.State, "%+v", d)
	}
	after := p.fingerprint()
	require.NotEqual(t, before, after, "%+v", d)
	for range lines {
		p.do(":undo")
	}
	require.Equal(t, before, p.fingerprint(), "%+v", d)
	for range lines {
		p.call("redo", nil)
	}
	require.Equal(t, after, p.fingerprint(), "%+v", d)
	for range lines {
		p.do(":undo")
	}
}

func TestWhatCannotBeDoneIsRefusedWithItsReason(t *testing.T) {
	p := broken(t)
	before := p.fingerprint()
	for _, d := range []deed{
		{"server-3", "kill", "", "Node 3 is down"},
		{"link-1-5", "delay", "200ms", "It is so already"},
		{"client-B", "unplug", "", "Client B is unplugged"},
		{"client-C", "write", "", "Client C is paused"},
	} {
		out := p.send("act", args{"action": d.action, "target": d.target, "choice": d.choice})
		require.Equal(t, d.line, out.Error)
	}
	require.Equal(t, before, p.fingerprint())
}

func TestAVerdictFollowsALostLeader(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.do(":wait 3s")
	p.play(100)
	p.call("act", args{"action": "kill", "target": "server-5"})
	p.tick(16)
	began := float64(p.state().TMs) / 1e6
	p.do(":wait 10s")
	f := p.tick(16)
	var verdicts []Toast
	for _, toast := range f.Toasts {
		if toast.Kind == "verdict" {
			verdicts = append(verdicts, toast)
		}
	}
	require.Len(t, verdicts, 1)
	require.Regexp(t, `^Leader 5 lost → epoch 2 → \d\.\d s → node 4 leads\. No committed`,
		verdicts[0].Text)
	require.InDelta(t, began, verdicts[0].Ms, 20)
	p.call("seek", args{"ms": began})
	require.Empty(t, p.tick(16).Toasts, "who seeks is not told again")
}
