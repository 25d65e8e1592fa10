package ui

import (
	"strings"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
)

// Drop is what letting go at the end of a gesture would do.
type Drop struct {
	Kind string `json:"kind"` // isolate, join, heal, knife, move, or "" for nothing
	Line string `json:"line"` // the command
	Path string `json:"path"` // outline of the island that comes about, or of the server meant
	N    string `json:"n"`    // the servers, "1 2", or the client
	To   string `json:"to"`   // the server that a client moves to

	Haul     Haul         `json:"-"`        // where the servers were let go, for their island
	Apart    zk.ServerSet `json:"-"`        // the servers that would be cut off from the others
	Forecast string       `json:"forecast"` // what that would mean for the service
}

// openWater is how far from its place a server must be dragged to leave the others.
const openWater = 120.0

// DropAt tells what letting go of servers would do when one of them, id, is dragged to a place: on
// another island they join that, on their own nothing happens, and in open water they are on an
// island of their own.
func (l *Layout) DropAt(m *view.Model, set zk.ServerSet, id zk.ServerID, at Point) Drop {
	if m.Server(id) == nil {
		return Drop{}
	}
	set = set.With(id)
	way := at.sub(l.at[id])
	moved := *l
	for other := range set.All() {
		moved.at[other] = l.at[other].add(way)
	}
	drop := Drop{N: serverList(set), Haul: Haul{set, at}}
	for _, i := range l.isles {
		rest := i.all &^ set
		if rest == 0 || !moved.lands(rest, at) {
			continue
		}
		if i.all&set == set {
			return Drop{}
		}
		return drop.join(JoinLine(m, set, rest.Max()), moved.outline(rest|set))
	}
	rest := (m.Voters | m.Observers) &^ set
	inside := len(l.isles) == 0 && moved.lands(rest, at)
	line := IsolateLine(m, set)
	if apart(m, set) || inside || rest == 0 || way.length() < openWater {
		return Drop{}
	}
	drop.Kind, drop.Line, drop.Path = "isolate", line, moved.outline(set)
	drop.Apart = set
	return drop
}

func (d Drop) join(line, path string) Drop {
	d.Kind, d.Line, d.Path = "join", line, path
	if strings.HasPrefix(line, ":heal") {
		d.Kind = "heal"
	}
	return d
}

// outline returns the shore of an island of these servers.
func (l *Layout) outline(set zk.ServerSet) string { return roundedPath(l.hull(set), 26) }

// knifeMin is how long a cut must be, in the stage's coordinates.
const knifeMin = 60.0

// KnifeAt tells what a straight cut from one place through another would do: the servers on the
// side that has fewer of them become one island.
func (l *Layout) KnifeAt(m *view.Model, from, to Point) Drop {
	cut := to.sub(from)
	var left, right zk.ServerSet
	for s := range m.Servers() {
		if turn(from, to, l.at[s.ID]) < 0 {
			left = left.With(s.ID)
		} else {
			right = right.With(s.ID)
		}
	}
	if left.Len() > right.Len() || left.Len() == right.Len() && left.Has(lowest(left|right)) {
		left, right = right, left
	}
	if cut.length() < knifeMin || left == 0 || apart(m, left) {
		return Drop{}
	}
	return Drop{
		Kind: "knife", Line: IsolateLine(m, left), N: serverList(left),
		Path: l.outline(left) + l.outline(right), Apart: left,
	}
}

// plugReach is how near to a server a client's plug must be let go.
const plugReach = 26.0

// PlugAt tells what letting go of a client's plug would do: it moves to the server there.
func (l *Layout) PlugAt(m *view.Model, client zk.ServerID, at Point) Drop {
	c := m.Client(client)
	if c == nil || c.Phase == view.ClientClosed || c.Phase == view.ClientExpired {
		return Drop{}
	}
	for s := range m.Servers() {
		if s.ID == c.Server || !covers(l.at[s.ID], at, plugReach) {
			continue
		}
		return Drop{
			Kind: "move", Line: ":move " + client.String() + " " + s.ID.String(),
			Path: l.outline(zk.SetOf(s.ID)), N: client.String(), To: s.ID.String(),
		}
	}
	return Drop{}
}

// Forward reports whether a place lies nearer to the first server of a link than to the second: a
// one-way cut there stops what the first one sends.
func (l *Layout) Forward(a, b zk.ServerID, at Point) bool {
	return at.sub(l.at[a]).length() <= at.sub(l.at[b]).length()
}

// LinkEnds reads the two servers out of a target, "link-1-4".
func LinkEnds(target string) (zk.ServerID, zk.ServerID, bool) {
	name, ok := strings.CutPrefix(target, "link-")
	if !ok {
		return 0, 0, false
	}
	return ends(name)
}
