package ui

import (
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

// lineOf returns what an action of a target prints, and why it cannot be done.
func lineOf(m *view.Model, target, name, choice string) (line, why string) {
	a := Pick(BuildActions(m, target, text.In(text.EN)), name)
	if a == nil {
		return "", "no such action"
	}
	return a.Choose(choice)
}

func TestActionsPrintTheirLines(t *testing.T) {
	m := sampleBroadcast()
	for _, c := range []struct{ target, action, choice, line string }{
		{"server-3", "kill", "", ":kill 3"}, {"server-3", "powerloss", "", ":power 3"},
		{"server-3", "pause-process", "", ":pause 3"}, {"server-3", "wipe", "", ":wipe 3"},
		{"server-3", "isolate", "", ":partition 1,2,4,5,6|3"},
		{"server-3", "slowdisk", "", ":slowdisk 3 500ms"},
		{"server-3", "slowdisk", "2000ms", ":slowdisk 3 2000ms"},
		{"server-3", "slowdisk", "70ms", ":slowdisk 3 70ms"},
		{"server-3", "skew", "-3000ms", ":skew 3 -3000ms"},
		{"server-3", "client", "", ":client C@3"},
		{"link-1-4", "cut", "", ":cut 1<>4"}, {"link-1-4", "cut-ab", "", ":cut 1>4"},
		{"link-1-4", "cut-ba", "", ":cut 4>1"}, {"link-1-4", "delay", "", ":delay 1<>4 200ms"},
		{"link-1-4", "delay", "3000ms", ":delay 1<>4 3000ms"},
		{"link-1-4", "delay", "77ms", ":delay 1<>4 77ms"},
		{"link-1-4", "loss", "60%", ":loss 1<>4 60%"},
		{"link-1-4", "loss", "5%", ":loss 1<>4 5%"},
		{"link-1-4", "drop-1-4", "NOTIFICATION", ":drop NOTIFICATION 1>4"},
		{"link-1-4", "hold-4-1", "ACK", ":hold ACK 4>1"},
		{"client-A", "write", "", "A: create -s /n-"}, {"client-A", "read", "", "A: ls /"},
		{"client-A", "close", "", "A: close"}, {"client-A", "unplug", "", ":unplug A"},
		{"client-A", "move", "3", ":move A 3"}, {"client-A", "pause-process", "", ":pause A"},
		{"client-A", "expire", "", ":expire A"}, {"stage", "client", "", ":client C"},
	} {
		line, why := lineOf(m, c.target, c.action, c.choice)
		require.Empty(t, why, "%s %s", c.target, c.action)
		require.Equal(t, c.line, line, "%s %s %s", c.target, c.action, c.choice)
	}
}

func TestWhatWouldChangeNothingSaysWhy(t *testing.T) {
	m := sampleBroadcast()
	for _, c := range []struct{ target, action, choice, why string }{
		{"server-3", "restart", "", "Node 3 is running already"},
		{"server-3", "resume", "", "Node 3 is not paused"},
		{"server-3", "heal", "", "All links of node 3 are sound"},
		{"server-3", "slowdisk", "0ms", "It is normal already"},
		{"link-1-4", "heal-link", "", "This link is sound"},
		{"link-1-4", "delay", "0ms", "It is normal already"},
		{"client-A", "plug", "", "Client A is plugged in"},
		{"client-A", "resume", "", "Client A is not paused"},
		{"client-A", "renew", "", "The session of client A is still there"},
		{"stage", "heal-all", "", "All links are sound and all clients are plugged in"},
		{"stage", "start-all", "", "All nodes are running"},
		{"stage", "release", "", "No message is held"},
	} {
		line, why := lineOf(m, c.target, c.action, c.choice)
		require.Empty(t, line, "%s %s", c.target, c.action)
		require.Equal(t, c.why, why, "%s %s %s", c.target, c.action, c.choice)
	}
	chinese := Pick(BuildActions(m, "server-3", text.In(text.ZH)), "restart")
	require.Equal(t, "节点 3 正在运行", chinese.Why)
}

func TestAfterAnActionItsOppositeCanBeDone(t *testing.T) {
	m := sampleBroadcast()
	world := func(e trace.Event) {
		e.At = m.Now
		m.Apply(&e)
	}
	world(trace.Event{Kind: trace.Crashed, Peer: 3})
	world(trace.Event{Kind: trace.Paused, Peer: 2})
	world(trace.Event{Kind: trace.Paused, Peer: 'A'})
	world(trace.Event{Kind: trace.Cut, Peer: 'B'})
	world(trace.Event{Kind: trace.Cut, Peer: 1, Other: 4})
	world(trace.Event{Kind: trace.Delayed, Peer: 1, Other: 2, N: int64(200 * time.Millisecond)})
	world(trace.Event{Kind: trace.Delayed, Peer: 2, Other: 1, N: int64(200 * time.Millisecond)})
	world(trace.Event{Kind: trace.DiskSlowed, Peer: 5, N: int64(500 * time.Millisecond)})
	world(trace.Event{Kind: trace.Noted, Path: ":hold COMMIT 1>*"})
	for _, c := range []struct{ target, action, choice, line, why string }{
		{"server-3", "restart", "", ":start 3", ""},
		{"server-3", "kill", "", "", "Node 3 is down"},
		{"server-2", "resume", "", ":resume 2", ""},
		{"server-2", "pause-process", "", "", "Node 2 is paused already"},
		{"server-5", "slowdisk", "", "", "It is so already"},
		{"server-5", "slowdisk", "0ms", ":slowdisk 5 0ms", ""},
		{"client-A", "resume", "", ":resume A", ""},
		{"client-A", "write", "", "", "Client A is paused"},
		{"client-B", "plug", "", ":heal B", ""},
		{"client-B", "unplug", "", "", "Client B is unplugged"},
		{"link-1-4", "heal-link", "", ":heal 1<>4", ""},
		{"link-1-4", "cut", "", ":cut 1<>4", ""},
		{"link-1-4", "cut-ab", "", "", "Nothing passes this way already"},
		{"link-1-2", "delay", "", "", "It is so already"},
		{"link-1-2", "delay", "0ms", ":delay 1<>2 0ms", ""},
		{"stage", "heal-all", "", ":heal", ""}, {"stage", "release", "", ":release", ""},
		{"stage", "start-all", "", ":start *", ""},
	} {
		line, why := lineOf(m, c.target, c.action, c.choice)
		require.Equal(t, c.line, line, "%s %s %s", c.target, c.action, c.choice)
		require.Equal(t, c.why, why, "%s %s %s", c.target, c.action, c.choice)
	}
	world(trace.Event{Kind: trace.Noted, Path: ":heal"})
	require.False(t, m.Ruled)
}

func TestEveryLineOfEveryActionIsRead(t *testing.T) {
	for _, s := range Samples() {
		targets := []string{"stage", "server-1", "server-3", "servers-1,2", "link-1-2", "client-A"}
		for i := range s.Model.Flights {
			targets = append(targets, "message-"+s.Model.Flights[i].ID.String())
		}
		for _, target := range targets {
			for _, a := range BuildActions(s.Model, target, text.In(text.EN)) {
				require.NotContains(t, a.Word+a.Why, "action.", a.Name)
				requireRead(t, a.Line)
				for _, c := range a.Choices {
					require.True(t, c.Why != "" || c.Line != "", "%s %s", a.Name, c.Value)
					requireRead(t, c.Line)
				}
			}
		}
	}
}

func requireRead(t *testing.T, joined string) {
	for line := range strings.SplitSeq(joined, "; ") {
		if line != "" {
			_, err := scenario.ParseLine(line)
			require.Nil(t, err, "%s: %v", line, err)
		}
	}
}

func TestATypedAmountStaysInItsRange(t *testing.T) {
	a := Amount{Unit: "ms", Min: 0, Max: 1000}
	require.True(t, a.fits("0ms") && a.fits("1000ms"))
	for _, bad := range []string{"", "ms", "1001ms", "-1ms", "5",
		"5s", "1 ms", "1ms\n:kill 1", "1e2ms"} {
		require.False(t, a.fits(bad), bad)
	}
}

func TestForecast(t *testing.T) {
	set := zk.SetOf
	for _, c := range []struct {
		name   string
		before func(*view.Model)
		damage Damage
		want   string
	}{
		{"a follower", nil, Damage{Gone: set(4)},
			"Nothing changes for the service: 4 of 5 remain, node 5 leads."},
		{"the leader", nil, Damage{Gone: set(5)},
			"Leader lost: 4 of 5 remain, a majority; a new election follows."},
		{"a majority", nil, Damage{Gone: set(1, 2, 3)},
			"2 of 5 remain: no quorum, writes stop."},
		{"the leader apart", nil, Damage{Apart: set(5)},
			"Leader lost: 4 of 5 remain, a majority; a new election follows."},
		{"the leader with a majority", nil, Damage{Apart: set(5, 1, 2)},
			"Nothing changes for the service: 3 of 5 remain, node 5 leads."},
		{"link to a follower", nil, Damage{Cut: [2]zk.ServerID{2, 5}},
			"Node 2 loses leader 5; the majority goes on."},
		{"link between followers", nil, Damage{Cut: [2]zk.ServerID{1, 2}},
			"Nothing changes while node 5 leads: here only votes pass."},
		{"one too many", gone(1, 2), Damage{Gone: set(4)},
			"2 of 5 remain: no quorum, writes stop."},
		{"too late", gone(1, 2, 3), Damage{Gone: set(4)},
			"No quorum already: 2 of 5 reach each other."},
		{"nothing", nil, Damage{}, ""},
	} {
		m := led(5)
		if c.before != nil {
			c.before(m)
		}
		require.Equal(t, c.want, Forecast(m, c.damage, text.In(text.EN)), c.name)
	}
	require.Equal(t, "失去 Leader: 剩 4/5，仍是多数，将重新选举。",
		Forecast(led(5), Damage{Gone: set(5)}, text.In(text.ZH)))
}

// led returns a running cluster of n voters that the last one leads.
func led(n int) *view.Model {
	m := newSample(n, 0).m
	for s := range m.Servers() {
		role := zk.Following
		if s.ID == zk.ServerID(n) {
			role = zk.Leading
		}
		s.Up, s.Role, s.Phase, s.Leader = true, role, zk.Broadcast, zk.ServerID(n)
		s.Established = role == zk.Leading
	}
	return m
}

// gone makes servers crash.
func gone(ids ...zk.ServerID) func(*view.Model) {
	return func(m *view.Model) {
		for _, id := range ids {
			m.Apply(&trace.Event{At: m.Now, Kind: trace.Crashed, Peer: id})
		}
	}
}
