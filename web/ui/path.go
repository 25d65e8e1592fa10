package ui

import (
	"math"
	"strconv"
)

// pathBuilder writes the d attribute of an SVG path with one decimal.
type pathBuilder struct{ b []byte }

func (p *pathBuilder) command(letter byte, points ...Point) {
	p.b = append(p.b, letter)
	for i, q := range points {
		if i > 0 {
			p.b = append(p.b, ' ')
		}
		p.b = appendNumber(p.b, q.X)
		p.b = append(p.b, ' ')
		p.b = appendNumber(p.b, q.Y)
	}
}

func (p *pathBuilder) close() string { return string(append(p.b, 'Z')) }

func appendNumber(b []byte, v float64) []byte {
	return strconv.AppendFloat(b, math.Round(v*10)/10, 'f', -1, 64)
}

// number prints a coordinate for an attribute.
func number(v float64) string { return string(appendNumber(nil, v)) }

// Path returns the curve as the d attribute of a path.
func (c Curve) Path() string {
	var p pathBuilder
	p.command('M', c.A)
	p.command('Q', c.C, c.B)
	return string(p.b)
}

// roundedPath draws a polygon whose corners are rounded by radius.
func roundedPath(points []Point, radius float64) string {
	var p pathBuilder
	n := len(points)
	for i, corner := range points {
		before, after := points[(i+n-1)%n], points[(i+1)%n]
		in := towards(corner, before, radius)
		if i == 0 {
			p.command('M', in)
		} else {
			p.command('L', in)
		}
		p.command('Q', corner, towards(corner, after, radius))
	}
	return p.close()
}

// towards returns the point that lies distance from a on the way to b, at most half way.
func towards(a, b Point, distance float64) Point {
	d := b.sub(a)
	length := math.Max(1, d.length())
	return a.add(d.scale(math.Min(distance, length/2) / length))
}

// The size of one tooth of a torn edge, how far its two lines lie from its middle, and how far they
// keep from the tag of an island.
const (
	toothLength, toothDepth = 26.0, 11.0
	tearHalf                = 13.0
	tagMargin               = 6.0
)

// jaggedPath draws a torn edge along a span, sideways by offset. It is always the same edge for
// the same place.
func jaggedPath(s span, offset float64) string {
	d := s.to.sub(s.from)
	length := math.Max(1, d.length())
	unit := d.scale(1 / length)
	normal := Point{-unit.Y, unit.X}
	teeth := max(2, int(length/toothLength))
	var p pathBuilder
	for i := range teeth + 1 {
		along := length * float64(i) / float64(teeth)
		side := toothDepth * (float64(i%2)*2 - 1) * (0.7 + 0.3*math.Sin(float64(i)*2.4))
		point := s.from.add(unit.scale(along)).add(normal.scale(side + offset))
		if i == 0 {
			p.command('M', point)
			continue
		}
		p.command('L', point)
	}
	return string(p.b)
}
