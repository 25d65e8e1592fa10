package ui

import (
	"math"
	"slices"

	"github.com/zabscope/zabscope/core/zk"
)

// Curve is a quadratic Bézier curve from A to B with control point C. From and To are the curve's
// parameters where it leaves the first glyph and reaches the second.
type Curve struct {
	A, C, B  Point
	From, To float64
}

// At returns the curve's point at t, 0 to 1.
func (c Curve) At(t float64) Point {
	u := 1 - t
	return Point{
		u*u*c.A.X + 2*u*t*c.C.X + t*t*c.B.X,
		u*u*c.A.Y + 2*u*t*c.C.Y + t*t*c.B.Y,
	}
}

// bows are the sideways distances of a curve's control point that are tried, best first.
var bows = []float64{0, 70, -70, 130, -130, 200, -200, 280, -280, 380, -380}

// curveSteps is how finely a curve is followed when it is tested against glyphs.
const curveSteps = 32

// curve returns the line between two servers, bowed around every server that stands in its way.
func (l *Layout) curve(a, b zk.ServerID, all zk.ServerSet) Curve {
	others := all.Without(a).Without(b)
	best, bestHits := Curve{}, math.MaxInt
	for _, bow := range bows {
		c := bowed(l.at[a], l.at[b], bow)
		if hits := l.hits(c, others); hits < bestHits {
			best, bestHits = c, hits
		}
		if bestHits == 0 {
			break
		}
	}
	best.From, best.To = l.leave(best, a, true), l.leave(best, b, false)
	return best
}

func bowed(a, b Point, bow float64) Curve {
	d := b.sub(a)
	normal := Point{-d.Y, d.X}.scale(1 / math.Max(1, d.length()))
	return Curve{A: a, C: middle(a, b).add(normal.scale(bow)).rounded(), B: b, To: 1}
}

// hits counts the points of a curve that come too close to a foreign glyph or leave the stage.
func (l *Layout) hits(c Curve, others zk.ServerSet) int {
	n := 0
	for i := 1; i < curveSteps; i++ {
		p := c.At(float64(i) / curveSteps)
		if p != p.clampTo(Point{edge, edge}, l.sheet.Size.sub(Point{edge, edge})) {
			n++
		}
		for id := range others.All() {
			if covers(l.at[id], p, 16) {
				n++
			}
		}
	}
	return n
}

// leave returns the parameter where the curve crosses the border of the glyph at one of its ends.
func (l *Layout) leave(c Curve, id zk.ServerID, first bool) float64 {
	for i := range 2 * curveSteps {
		t := float64(i) / (2 * curveSteps)
		if !first {
			t = 1 - t
		}
		if !covers(l.at[id], c.At(t), 4) {
			return t
		}
	}
	return 0.5
}

// covers reports whether p lies on the glyph at centre, grown by margin.
func covers(centre, p Point, margin float64) bool {
	d := p.sub(centre)
	return math.Abs(d.X) < GlyphWidth/2+margin && math.Abs(d.Y) < GlyphHeight/2+margin
}

// hull returns the convex hull of the padded glyphs of a set, clockwise on the screen.
func (l *Layout) hull(set zk.ServerSet) []Point {
	var corners []Point
	const w, h = GlyphWidth/2 + hullPadding, GlyphHeight/2 + hullPadding
	for id := range set.All() {
		p := l.at[id]
		for _, s := range [...]Point{{-w, -h}, {w, -h}, {w, h}, {-w, h}} {
			corners = append(corners, p.add(s))
		}
	}
	return convex(corners)
}

// convex is Andrew's monotone chain.
func convex(points []Point) []Point {
	slices.SortFunc(points, func(a, b Point) int {
		if a.X != b.X {
			return compare(a.X, b.X)
		}
		return compare(a.Y, b.Y)
	})
	points = slices.Compact(points)
	if len(points) < 3 {
		return points
	}
	lower := chain(points)
	slices.Reverse(points)
	upper := chain(points)
	return append(lower[:len(lower)-1], upper[:len(upper)-1]...)
}

func chain(points []Point) []Point {
	var out []Point
	for _, p := range points {
		for len(out) > 1 && turn(out[len(out)-2], out[len(out)-1], p) <= 0 {
			out = out[:len(out)-1]
		}
		out = append(out, p)
	}
	return out
}

func turn(a, b, c Point) float64 {
	return (b.X-a.X)*(c.Y-a.Y) - (b.Y-a.Y)*(c.X-a.X)
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// span is one straight piece of a tear, from one end to the other.
type span struct{ from, to Point }

// tears returns the middle lines of the gaps between neighbouring islands.
func (l *Layout) tears() []span {
	var out []span
	for i := range l.isles {
		if next, ok := l.neighbour(i); ok {
			out = append(out, l.tear(l.isles[i].all, l.isles[next].all))
		}
	}
	return out
}

// besideTags returns the longest part of a tear that comes near no tag.
func besideTags(whole span, isles []IsleShape) span {
	const parts = 64
	d := whole.to.sub(whole.from)
	at := func(i int) Point { return whole.from.add(d.scale(float64(i) / parts)) }
	across := Point{-d.Y, d.X}.scale((tearHalf + toothDepth) / math.Max(1, d.length()))
	best, length := whole, 0
	for from, i := 0, 0; i <= parts; i++ {
		if nearTag(at(i), across, isles) {
			from = i + 1
			continue
		}
		if i-from > length {
			best, length = span{from: at(from), to: at(i)}, i-from
		}
	}
	return best
}

// nearTag reports whether the stroke across a place comes near a tag.
func nearTag(p, across Point, isles []IsleShape) bool {
	for _, i := range isles {
		for share := -1.0; share <= 1; share += 0.25 {
			d := p.add(across.scale(share)).sub(i.TagAt)
			if math.Abs(d.X) < i.TagWide/2+tagMargin && math.Abs(d.Y) < i.Letter+tagMargin {
				return true
			}
		}
	}
	return false
}

// neighbour returns the nearest island with a higher index, which makes a tree of tears.
func (l *Layout) neighbour(i int) (int, bool) {
	best, distance := -1, math.Inf(1)
	for j := i + 1; j < len(l.isles); j++ {
		d := l.centre(l.isles[i].all).sub(l.centre(l.isles[j].all)).length()
		if d < distance {
			best, distance = j, d
		}
	}
	return best, best >= 0
}

// tear returns the line that separates two sets best, as long as the sets are high beside it.
func (l *Layout) tear(first, second zk.ServerSet) span {
	d, _ := l.bestSplit(first, second)
	_, high := l.extent(first, d)
	low, _ := l.extent(second, d)
	normal := Point{-d.Y, d.X}
	from, to := l.extent(first|second, normal)
	from, to = from+hullPadding, to-hullPadding
	origin := d.scale((high + low) / 2)
	if math.Abs(d.Y) > 0.7 {
		origin.Y -= l.sheet.letter + 3 // the tag of the lower island has its half of the water
	}
	low2, high2 := Point{4, 34}, l.sheet.Size.sub(Point{4, 4})
	return span{
		from: origin.add(normal.scale(from)).clampTo(low2, high2),
		to:   origin.add(normal.scale(to)).clampTo(low2, high2),
	}
}
