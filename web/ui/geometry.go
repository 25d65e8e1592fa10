package ui

import (
	"math"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
)

// Geometry is where everything is, in numbers, for the page to move things and messages: a server
// is x and y; a wire and a client's tether are a curve's ax ay cx cy bx by and the shares at which
// it leaves the first end and reaches the second.
type Geometry struct {
	Sheet   string               `json:"sheet"` // its name
	Size    [2]float64           `json:"size"`  // of the sheet
	Servers map[string][]float64 `json:"servers"`
	Wires   map[string][]float64 `json:"wires"`
	Clients map[string][]float64 `json:"clients"`
}

// Geometry returns the numbers of a drawn stage.
func (s *Stage) Geometry(m *view.Model) Geometry {
	g := Geometry{
		Sheet:   s.Layout.sheet.Name,
		Size:    [2]float64{s.Layout.sheet.Size.X, s.Layout.sheet.Size.Y},
		Servers: map[string][]float64{}, Wires: map[string][]float64{},
		Clients: map[string][]float64{},
	}
	for server := range m.Servers() {
		at := s.Layout.At(server.ID)
		g.Servers[server.ID.String()] = []float64{at.X, at.Y}
	}
	for _, w := range s.Wires {
		g.Wires[w.Name()] = w.Curve.numbers()
	}
	for _, c := range s.Clients {
		if c.Tether != "" {
			g.Clients[c.ID.String()] = c.line.numbers()
		}
	}
	return g
}

func (c Curve) numbers() []float64 {
	return []float64{c.A.X, c.A.Y, c.C.X, c.C.Y, c.B.X, c.B.Y, hundredth(c.From), hundredth(c.To)}
}

func hundredth(v float64) float64 { return math.Round(v*1000) / 1000 }

// Drop is what letting go of a dragged server would do.
type Drop struct {
	Kind string `json:"kind"` // isolate, join, or "" for nothing
	Line string `json:"line"` // the command
	Path string `json:"path"` // outline of the island that it would be on
	N    string `json:"n"`
}

// openWater is how far from its place a server must be dragged to leave the others.
const openWater = 120.0

// DropAt tells what letting go of a server at a place would do: on another island it joins that, on
// its own nothing happens, and in open water it is on an island of its own.
func (l *Layout) DropAt(m *view.Model, id zk.ServerID, at Point) Drop {
	if s := m.Server(id); s == nil {
		return Drop{}
	}
	moved := *l
	moved.at[id] = at
	set := zk.SetOf(id)
	for _, i := range l.isles {
		rest := i.all &^ set
		if rest == 0 || !moved.lands(rest, at) {
			continue
		}
		if i.all.Has(id) {
			return Drop{}
		}
		return Drop{
			Kind: "join", Line: JoinLine(m, set, rest.Max()), N: id.String(),
			Path: roundedPath(moved.hull(rest|set), 26),
		}
	}
	all := m.Voters | m.Observers
	alone := len(l.isles) > 0 && l.aloneAt(id)
	inside := len(l.isles) == 0 && moved.lands(all&^set, at)
	if alone || inside || at.sub(l.at[id]).length() < openWater {
		return Drop{}
	}
	return Drop{
		Kind: "isolate", Line: IsolateLine(m, set), N: id.String(),
		Path: roundedPath(moved.hull(set), 26),
	}
}

func (l *Layout) aloneAt(id zk.ServerID) bool {
	for _, i := range l.isles {
		if i.all == zk.SetOf(id) {
			return true
		}
	}
	return false
}

// lands reports whether a place lies on the hull of a set.
func (l *Layout) lands(set zk.ServerSet, at Point) bool {
	hull := l.hull(set)
	for i, p := range hull {
		if turn(p, hull[(i+1)%len(hull)], at) < 0 {
			return false
		}
	}
	return len(hull) > 2
}

// SameAs reports whether everything stands where it stands in o.
func (l *Layout) SameAs(o *Layout) bool {
	if o == nil || l.sheet != o.sheet || l.at != o.at || len(l.isles) != len(o.isles) {
		return false
	}
	for i := range l.isles {
		if l.isles[i].all != o.isles[i].all {
			return false
		}
	}
	return true
}
