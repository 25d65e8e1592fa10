package bridge

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/web/ui"
)

func TestMenuToolAndDragSpeakTheCommandLanguage(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.do(":wait 1s")
	menu := as[HTML](p, p.call("menu", args{"target": "server-1"}))
	require.Contains(t, menu.HTML, `data-line=":kill 1"`)
	p.call("act", args{"action": "kill", "target": "server-1"})
	require.False(t, p.state().Servers[0].Up)
	p.call("act", args{"action": "restart", "target": "server-1"})
	p.call("tool", args{"tool": "tool-cut", "target": "link-1-4"})
	cut := 0
	for _, l := range p.state().Links {
		if l.Cut {
			cut++
		}
	}
	require.Equal(t, 2, cut)
	p.do(":heal")
	preview := p.call("drag", args{"target": "server-2", "x": 990, "y": 10})
	require.Contains(t, string(preview), `"kind":"isolate"`)
	p.call("drag", args{"target": "server-2", "x": 990, "y": 10, "drop": true})
	s := p.state()
	require.NotEqual(t, s.Servers[0].Island, s.Servers[1].Island)
	f := p.tick(0)
	isles, ok := f.panel("stage-isles")
	require.True(t, ok)
	require.Contains(t, isles, "isle-land")
}

func TestSelectionIsActedOnAsAWhole(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.call("select", args{"target": "server-1"})
	p.call("select", args{"target": "server-2", "add": true})
	f := p.tick(16)
	require.Equal(t, "servers-1,2", f.Page.Selected)
	bar, ok := f.panel("actionbar")
	require.True(t, ok)
	require.Contains(t, bar, `data-line=":partition 1,2|3,4,5"`)
	require.Contains(t, bar, `data-line=":kill 1,2"`)
	menu := as[HTML](p, p.call("menu", args{"target": "server-2"}))
	require.Contains(t, menu.HTML, `data-line=":pause 1,2"`, "a part stands for the whole")
	p.call("act", args{"action": "isolate", "target": f.Page.Selected})
	s := p.state()
	require.Equal(t, s.Servers[0].Island, s.Servers[1].Island)
	require.NotEqual(t, s.Servers[1].Island, s.Servers[2].Island)
	require.Equal(t, ":partition 1,2|3,4,5", p.last())

	whole := as[ui.Drop](p, p.call("drag", args{"target": "server-1", "x": 0, "y": 0}))
	require.NotContains(t, whole.Line, "partition 1|", "the whole selection moves")
	p.call("select", args{"target": ""})
	require.Empty(t, p.tick(16).Page.Selected)
}

// last returns the newest line of the journal.
func (p *page) last() string {
	p.t.Helper()
	journal := p.b.session.Journal().Journal
	require.NotEmpty(p.t, journal)
	return journal[len(journal)-1].Line
}

func TestKnifeMakesTheSmallerSideAnIsland(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	const upper = 200.0 // 1 stands above this line, and nobody else
	cut := args{"x": 200, "y": upper - 40, "x2": 800, "y2": upper - 40}
	drop := as[ui.Drop](p, p.call("knife", cut))
	require.Equal(t, ":partition 1|2,3,4,5", drop.Line)
	require.NotEmpty(t, drop.Path)
	for _, s := range p.state().Servers {
		require.Equal(t, p.state().Servers[0].Island, s.Island, "a preview does nothing")
	}
	cut["drop"] = true
	p.call("knife", cut)
	require.Equal(t, drop.Line, p.last())
	cut["x2"] = 210
	require.Empty(t, as[ui.Drop](p, p.call("knife", cut)).Line, "too short for a cut")
}

func TestScissorsCutOneWayFromTheNearerEnd(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	g := p.tick(0).Geometry
	click := args{
		"tool": "tool-cut", "target": "link-1-3", "alt": true,
		"x": g.Servers["3"][0], "y": g.Servers["3"][1],
	}
	hint := as[Hint](p, p.call("hint", click))
	require.Equal(t, ":cut 3>1", hint.Line)
	require.NotEmpty(t, hint.Says)
	p.call("tool", click)
	require.Equal(t, ":cut 3>1", p.last())
}

func TestPlugOfAClientIsPulledToAnotherServer(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.do(":client A@1")
	p.do(":wait 1s")
	g := p.tick(0).Geometry
	pull := args{"target": "client-A", "x": g.Servers["3"][0], "y": g.Servers["3"][1]}
	drop := as[ui.Drop](p, p.call("drag", pull))
	require.Equal(t, ui.Drop{
		Kind: "move", Line: ":move A 3", Path: drop.Path, N: "A", To: "3",
	}, drop)
	pull["drop"] = true
	p.call("drag", pull)
	p.do(":wait 1s")
	require.EqualValues(t, 3, p.b.model().Client('A').Server)
	require.Empty(t, as[ui.Drop](p, p.call("drag", pull)).Line, "it is there")
}
