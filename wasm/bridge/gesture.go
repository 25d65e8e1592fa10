package bridge

import (
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/ui"
)

// tools name the actions of each tool: on servers, or on links. The first that the target has is
// the one.
var tools = map[string]struct{ server, link []string }{
	"tool-cut":    {link: []string{"cut", "heal-link"}},
	"tool-delay":  {link: []string{"delay", "heal-link"}},
	"tool-loss":   {link: []string{"loss", "heal-link"}},
	"tool-kill":   {server: []string{"kill", "restart"}},
	"tool-client": {server: []string{"client"}},
}

// oneWay are the actions of the scissors on one direction of a link.
var oneWay = map[bool][]string{true: {"cut-ab", "heal-link"}, false: {"cut-ba", "heal-link"}}

// Hint says what a click with the chosen tool would do. Says is "" when it would only select.
type Hint struct {
	Says     string `json:"says"`
	Line     string `json:"line"`
	Forecast string `json:"forecast"` // what it would mean for the service
}

// pointed returns what a click of a tool means, nil when it means to select.
func (b *Bridge) pointed(a *Args) *ui.Action {
	m := b.model()
	names := tools[a.Tool].server
	if from, to, ok := ui.LinkEnds(a.Target); ok {
		names = tools[a.Tool].link
		if a.Alt && a.Tool == "tool-cut" {
			names = oneWay[ui.PlaceFor(m, b.look).Forward(from, to, ui.Point{X: a.X, Y: a.Y})]
		}
	}
	return ui.Pick(ui.BuildActions(m, a.Target, b.text), names...)
}

// tool does what the chosen tool does to what was clicked.
func (b *Bridge) tool(a *Args) (any, error) {
	if does := b.pointed(a); does != nil {
		return b.carryOutAction(does, a)
	}
	return b.choose(a)
}

func (b *Bridge) hint(a *Args) (any, error) {
	does := b.pointed(a)
	if does == nil {
		return Hint{}, nil
	}
	line, why := does.Choose("")
	if why != "" {
		return Hint{Says: why}, nil
	}
	return Hint{Says: does.Word, Line: line, Forecast: does.Forecast}, nil
}

// drag tells what letting go of a server, or of a client's plug, would do here, and does it on a
// drop.
func (b *Bridge) drag(a *Args) (any, error) {
	m := b.model()
	l, at := ui.PlaceFor(m, b.look), ui.Point{X: a.X, Y: a.Y}
	if letter, ok := strings.CutPrefix(a.Target, "client-"); ok && len(letter) == 1 {
		return b.let(l.PlugAt(m, zk.ServerID(letter[0]), at), a.Drop)
	}
	id := server(a.Target)
	set := ui.SelectedServers(b.whole(a.Target))
	return b.let(l.DropAt(m, set, id, at), a.Drop)
}

// knife tells what a straight cut through the stage would do, and does it on a drop.
func (b *Bridge) knife(a *Args) (any, error) {
	m := b.model()
	from, to := ui.Point{X: a.X, Y: a.Y}, ui.Point{X: a.X2, Y: a.Y2}
	return b.let(ui.PlaceFor(m, b.look).KnifeAt(m, from, to), a.Drop)
}

func (b *Bridge) let(drop ui.Drop, now bool) (any, error) {
	if !now || drop.Line == "" {
		drop.Forecast = ui.Forecast(b.model(), ui.Damage{Apart: drop.Apart}, b.text)
		return drop, nil
	}
	b.show.urgent = true
	if drop.Haul.Set != 0 {
		b.look.Hauls = append(slices.Clone(b.look.Hauls), drop.Haul)
	}
	return b.lines(drop.Line)
}
