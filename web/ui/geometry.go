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

// Whole reports whether there are no islands.
func (l *Layout) Whole() bool { return len(l.isles) == 0 }

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
