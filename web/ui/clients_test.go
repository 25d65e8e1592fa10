package ui

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// crews are where six clients are: 0 is nowhere.
var crews = [][]zk.ServerID{
	{1, 2, 3, 4, 5, 6}, {1, 1, 2, 2, 3, 3}, {5, 5, 5, 5, 5, 5}, {3, 3, 3, 3, 3, 3},
	{1, 1, 1, 1, 1, 1}, {0, 0, 0, 4, 5, 2}, {0, 0, 0, 0, 0, 0},
}

// manned returns a running cluster of five voters and an observer, with the clients of a crew.
func manned(crew []zk.ServerID) *sample {
	s := newSample(5, 1)
	s.lead(1, 5, zk.SetOf(1, 2, 3, 4, 6))
	for i, server := range crew {
		s.client('A'+zk.ServerID(i), server)
	}
	return s
}

func TestClientsStandWhereThereIsRoom(t *testing.T) {
	for _, sheet := range []*Sheet{Wide, Tall} {
		for _, crew := range crews {
			requireRoom(t, manned(crew).m, sheet)
			for side := zk.ServerSet(2); side < zk.SetOf(6); side += 2 { // without server 6
				m := manned(crew).m
				cutOffAll(m, side)
				requireRoom(t, m, sheet)
			}
		}
		m := manned(crews[0]).m
		cutOffAll(m, zk.SetOf(1, 2))
		cutOffAll(m, zk.SetOf(5))
		requireRoom(t, m, sheet)
	}
}

// requireRoom wants each client off the others, off the servers and off the links.
func requireRoom(t *testing.T, m *view.Model, sheet *Sheet) {
	t.Helper()
	l := Place(m, sheet)
	s := BuildLayers(m, l, View{}, text.In(text.EN))
	require.Len(t, s.Clients, 6)
	for i, c := range s.Clients {
		require.Equal(t, c.At, c.At.clampTo(Point{22, 22}, sheet.Size.sub(Point{22, 22})))
		for server := range m.Servers() {
			require.False(t, covers(l.At(server.ID), c.At, 24), "%s %v on %d", sheet.Name, c,
				server.ID)
		}
		for _, o := range s.Clients[:i] {
			require.Greater(t, o.At.sub(c.At).length(), 60.0, "%s %v %v", sheet.Name, c, o)
		}
		for _, w := range s.Wires {
			if w.Kind != "quorum" {
				continue
			}
			for k := range 60 {
				d := w.Curve.At(float64(k) / 60).sub(c.At).length()
				require.Greater(t, d, 23.0, "%s %s on link %s", sheet.Name, c.ID, w.Name())
			}
		}
		for _, isle := range s.Isles {
			d := isle.TagAt.sub(c.At)
			require.False(t, abs(d.X) < isle.TagWide/2+15 && abs(d.Y) < isle.Letter+15,
				"%s %v on the tag of %s", sheet.Name, c, isle.Tag)
		}
	}
}

func cutOffAll(m *view.Model, side zk.ServerSet) {
	voters := m.Voters
	m.Voters |= m.Observers // the observers are cut off, too
	cutOff(m, side)
	m.Voters = voters
}

func TestAClientWithoutAServerIsNotSaidToBeAtNodeZero(t *testing.T) {
	for lang, says := range map[text.Lang]string{
		text.EN: "not connected to any node", text.ZH: "未连接任何节点",
	} {
		m := manned([]zk.ServerID{0}).m
		say := text.In(lang)
		v := View{Selected: "client-A"}
		require.Contains(t, BuildStage(m, v, say).Clients[0].Spoken, says)
		in := render(t, Inspect(BuildInspector(m, v, say)))
		require.Contains(t, in, says)
		require.NotContains(t, in, say.T("server.title", "n", 0))
	}
}

func TestAServerThatDoesNotServeYetIsMarked(t *testing.T) {
	for lang, says := range map[text.Lang]string{
		text.EN: "Not serving clients yet", text.ZH: "尚未对外服务",
	} {
		s := manned(nil)
		say := text.In(lang)
		follower := s.m.Server(3)
		require.Empty(t, BuildGlyph(s.m, follower, Point{}, View{}, say).Sign)
		s.of(3, trace.PhaseChanged, trace.Event{Phase: zk.Synchronization, Role: zk.Following})
		g := BuildGlyph(s.m, follower, Point{}, View{}, say)
		require.True(t, g.Waits)
		require.Equal(t, says, g.Ribbon)
		require.NotContains(t, render(t, ServerGlyph(g)), `class="server-ribbon"`)
		require.LessOrEqual(t, textWidth(g.Note, 16), 134.0, "it fits into the glyph, round or not")
		require.Contains(t, g.Spoken, says)
		require.Contains(t, render(t, ServerGlyph(g)), `class="server-sign"`)
		require.Equal(t, says, BuildListRow(s.m, follower, View{}, say).Cells[0].Badge)
	}
}

func TestTheStatusSaysWhoIsCounted(t *testing.T) {
	m := manned(nil).m
	require.Equal(t, "Serving 5/5 voters, 1/1 observers", BuildStatus(m, text.In(text.EN)).State)
	require.Equal(t, "可服务: 投票者 5/5，观察者 1/1", BuildStatus(m, text.In(text.ZH)).State)
	cutOffAll(m, zk.SetOf(6))
	require.Equal(t, "Serving 5/5 voters, 0/1 observers", BuildStatus(m, text.In(text.EN)).State)
	l := Place(m, Wide)
	tags := BuildLayers(m, l, View{}, text.In(text.EN)).Isles
	require.Contains(t, tags[l.isleOf(6)].Tag, "node 6 · 0/5 voters")
	s := newSample(5, 0)
	s.lead(1, 5, zk.SetOf(1, 2, 3, 4))
	require.Equal(t, "Serving 5/5", BuildStatus(s.m, text.In(text.EN)).State)
}

func TestAClientKeepsItsPlaceWhenItsServerOrItsSessionIsGone(t *testing.T) {
	en := text.In(text.EN)
	drawn := func(s *sample) ClientShape { return BuildStage(s.m, View{}, en).Clients[0] }
	for _, phase := range []view.ClientPhase{
		view.ClientDisconnected, view.ClientExpired, view.ClientClosed,
	} {
		s := manned([]zk.ServerID{3, 3, 2})
		before := drawn(s)
		require.NotEmpty(t, before.Tether)
		s.of('A', trace.ClientState, trace.Event{N: int64(phase)})
		after := drawn(s)
		require.Equal(t, before.At, after.At, phase)
		require.Empty(t, after.Tether, phase)
		switch phase {
		case view.ClientExpired:
			require.Equal(t, "expired", after.Caption)
		case view.ClientClosed:
			require.Equal(t, "closed", after.Caption)
		}
	}
}

func TestAnUnpluggedClientShowsItsPlug(t *testing.T) {
	s := manned([]zk.ServerID{3})
	shape := func() ClientShape { return BuildStage(s.m, View{}, text.In(text.EN)).Clients[0] }
	whole := shape()
	require.Empty(t, whole.Plug)
	s.put(trace.Event{Kind: trace.Cut, Peer: 'A'})
	require.Equal(t, []string{"Unplugged: A"}, BuildStatus(s.m, text.In(text.EN)).Faults)
	out := shape()
	require.Equal(t, whole.At, out.At)
	require.NotEmpty(t, out.Plug)
	require.NotEqual(t, whole.Tether, out.Tether, "the cable does not reach the server")
	s.of('A', trace.ClientState, trace.Event{N: int64(view.ClientConnecting), Peer: 5})
	require.Equal(t, out.Plug, shape().Plug, "it looks for a server, but the plug is out")
	s.put(trace.Event{Kind: trace.Mended, Peer: 'A'})
	require.Empty(t, shape().Plug)
}

func TestAClientKeepsItsPlaceWhenAnotherServerLeads(t *testing.T) {
	for server := range zk.SetOf(1, 2, 3, 4, 6).All() {
		s := manned([]zk.ServerID{server})
		place := func() Point { return BuildStage(s.m, View{}, text.In(text.EN)).Clients[0].At }
		before := place()
		s.put(trace.Event{Kind: trace.Crashed, Peer: 5})
		require.Equal(t, before, place(), "%d, the leader is gone", server)
		for id := range zk.SetOf(1, 2, 3, 4).All() {
			s.of(id, trace.RoleChanged, trace.Event{Role: zk.Looking})
		}
		require.Equal(t, before, place(), "%d, they look", server)
		s.lead(2, 4, zk.SetOf(1, 2, 3, 6))
		require.Equal(t, before, place(), "%d, 4 leads", server)
	}
}

func TestWhatAClientSaysKeepsOffItsServer(t *testing.T) {
	en := text.In(text.EN)
	s := manned([]zk.ServerID{1})
	s.of('A', trace.Invoked, trace.Event{N: 1, Path: "A: create /app 1"})
	c := BuildStage(s.m, View{}, en).Clients[0]
	require.Greater(t, c.At.X, Place(s.m, Wide).At(1).X+GlyphWidth/2, "A stands beside its server")
	require.Equal(t, "start", c.Side)
}

func TestWhatAClientSaysStaysOnTheSheet(t *testing.T) {
	l := Place(newSample(5, 1).m, Tall)
	wide := Tall.Size.X
	for side, x := range map[string]float64{"start": 40, "": wide / 2, "end": wide - 40} {
		for _, lang := range []text.Lang{text.ZH, text.EN} {
			c := ClientShape{At: Point{x, 20}}
			c.Lease = &Countdown{Says: text.In(lang).T("client.left", "t", "13.6")}
			c.turn(l, 0)
			require.Equal(t, side, c.Side)
		}
	}
}
