package ui

import (
	"cmp"
	"math"
	"slices"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
)

// The size of a glyph in the stage's coordinates.
const (
	GlyphWidth  = 172.0
	GlyphHeight = 96.0
)

// Sheet is the paper that a stage is drawn on: the size of the SVG's viewBox, the ellipse on which
// the voters stand, by myid clockwise from the top, and the places of the observers.
type Sheet struct {
	Name           string // wide, tall, crowd or tallcrowd, for the style sheets
	Size           Point
	centre, radius Point
	observers      []Point
	upright        bool    // higher than wide: islands lie above each other
	letter         float64 // size of the letters on an island's tag
}

// The sheets: a usual screen, a phone, and larger ones on which many servers are drawn smaller.
var (
	Wide = &Sheet{
		Name: "wide", Size: Point{1000, 620}, centre: Point{500, 300}, radius: Point{300, 185},
		observers: []Point{{872, 500}, {684, 562}}, letter: 14,
	}
	Tall = &Sheet{
		Name: "tall", Size: Point{640, 660}, centre: Point{320, 296}, radius: Point{226, 220},
		observers: []Point{{526, 592}, {114, 592}}, upright: true, letter: 16,
	}
	crowd = &Sheet{
		Name: "crowd", Size: Point{1400, 868}, centre: Point{700, 380}, radius: Point{520, 290},
		observers: []Point{{1280, 740}, {1080, 798}, {700, 798}, {320, 798}}, letter: 18,
	}
	tallCrowd = &Sheet{
		Name: "tallcrowd", Size: Point{920, 980}, centre: Point{460, 430}, radius: Point{360, 350},
		observers: []Point{{800, 910}, {600, 910}, {320, 910}, {120, 910}}, upright: true,
		letter: 24,
	}
)

// How many servers, and how many observers, are too many for a usual sheet.
const crowdFrom, crowdObservers = 8, 3

// sheetFor returns the sheet for so many servers.
func sheetFor(m *view.Model, tall bool) *Sheet {
	many := (m.Voters|m.Observers).Len() >= crowdFrom || m.Observers.Len() >= crowdObservers
	switch {
	case many && tall:
		return tallCrowd
	case many:
		return crowd
	case tall:
		return Tall
	}
	return Wide
}

// ViewBox returns the attribute of the SVG.
func (s *Sheet) ViewBox() string { return "0 0 " + number(s.Size.X) + " " + number(s.Size.Y) }

// Point is a place on the stage.
type Point struct{ X, Y float64 }

func (p Point) add(q Point) Point        { return Point{p.X + q.X, p.Y + q.Y} }
func (p Point) sub(q Point) Point        { return Point{p.X - q.X, p.Y - q.Y} }
func (p Point) scale(f float64) Point    { return Point{p.X * f, p.Y * f} }
func (p Point) dot(q Point) float64      { return p.X*q.X + p.Y*q.Y }
func (p Point) length() float64          { return math.Hypot(p.X, p.Y) }
func (p Point) rounded() Point           { return Point{math.Round(p.X), math.Round(p.Y)} }
func middle(p, q Point) Point            { return Point{(p.X + q.X) / 2, (p.Y + q.Y) / 2} }
func clamp(v, low, high float64) float64 { return max(low, min(high, v)) }
func (p Point) clampTo(low, high Point) Point {
	return Point{clamp(p.X, low.X, high.X), clamp(p.Y, low.Y, high.Y)}
}

// Layout says where each server stands. Servers keep their places for ever, except that islands
// drift apart while the cluster is partitioned.
type Layout struct {
	sheet *Sheet
	at    [zk.ServerMax + 1]Point
	isles []isle // from left to right; on an upright sheet from top to bottom
	hauls []Haul

	moored struct { // the places of the clients, as long as they stay with their servers
		key string
		at  []Point
	}
}

// Haul is where a hand let go of servers: the island that they come to lies on that side of the
// others.
type Haul struct {
	Set zk.ServerSet
	At  Point
}

// isle is an island with everything that stands on it: its running servers and those that are down
// but would belong to it.
type isle struct {
	view.Island
	all zk.ServerSet
}

// At returns the centre of a server's glyph.
func (l *Layout) At(id zk.ServerID) Point { return l.at[id&zk.ServerMax] }

// PlaceFor lays out the servers of m for a person's view.
func PlaceFor(m *view.Model, v View) *Layout {
	return Place(m, sheetFor(m, v.Tall), v.Hauls...)
}

// Place lays out the servers of m on a sheet.
func Place(m *view.Model, sheet *Sheet, hauls ...Haul) *Layout {
	l := &Layout{sheet: sheet, hauls: hauls}
	l.placeHome(m)
	l.isles = islesOf(m)
	if len(l.isles) < 2 {
		l.isles = nil
		return l
	}
	if !l.drift() {
		l.pack()
	}
	l.letter()
	return l
}

// letter names the islands in the order in which one reads the stage.
func (l *Layout) letter() {
	slices.SortStableFunc(l.isles, func(a, b isle) int {
		p, q := l.centre(a.all), l.centre(b.all)
		if l.sheet.upright {
			return cmp.Or(cmp.Compare(p.Y, q.Y), cmp.Compare(p.X, q.X))
		}
		return cmp.Or(cmp.Compare(p.X, q.X), cmp.Compare(p.Y, q.Y))
	})
	for i := range l.isles {
		l.isles[i].Name = view.IslandName(i)
	}
}

// isleOf returns the index of the island that a server stands on, -1 when there are none.
func (l *Layout) isleOf(id zk.ServerID) int {
	return slices.IndexFunc(l.isles, func(i isle) bool { return i.all.Has(id) })
}

// IsleOf returns the name of the island that a server stands on, "" when there are none.
func (l *Layout) IsleOf(id zk.ServerID) string {
	if i := l.isleOf(id); i >= 0 {
		return l.isles[i].Name
	}
	return ""
}

// bound returns where the middle of an island belongs: where a hand put it last, else its home.
func (l *Layout) bound(set zk.ServerSet) Point {
	for i := len(l.hauls) - 1; i >= 0; i-- {
		if h := l.hauls[i]; h.Set&set == h.Set {
			return h.At
		}
	}
	return l.centre(set)
}

// obeys reports whether two islands lie to each other as hands have put them.
func (l *Layout) obeys(home *Layout) bool {
	first, second := l.isles[0].all, l.isles[1].all
	if len(l.hauls) == 0 {
		return true
	}
	want := home.bound(second).sub(home.bound(first))
	is := l.centre(second).sub(l.centre(first))
	if l.sheet.upright {
		return want.Y*is.Y > 0
	}
	return want.X*is.X > 0
}

// shoreMargin is what stays free beside a server: a leader is wider, and so is what is selected.
const shoreMargin = 26.0

func (l *Layout) placeHome(m *view.Model) {
	i, n := 0, float64(m.Voters.Len())
	shore := Point{GlyphWidth/2 + shoreMargin, GlyphHeight / 2}
	for id := range m.Voters.All() {
		angle := 2 * math.Pi * float64(i) / n
		l.at[id] = Point{
			l.sheet.centre.X + l.sheet.radius.X*math.Sin(angle),
			l.sheet.centre.Y - l.sheet.radius.Y*math.Cos(angle),
		}.rounded().clampTo(shore, l.sheet.Size.sub(shore))
		i++
	}
	i = 0
	for id := range m.Observers.All() {
		l.at[id] = l.sheet.observers[i%len(l.sheet.observers)]
		i++
	}
}

// islesOf adds to each island the servers that are down but not cut off from it. Without a
// partition there is one island or none.
func islesOf(m *view.Model) []isle {
	var isles []isle
	for _, i := range m.Islands() {
		isles = append(isles, isle{Island: i, all: i.Members})
	}
	if len(isles) < 2 {
		return isles
	}
	for s := range m.Servers() {
		if !s.Up {
			home := slices.MaxFunc(isles, func(a, b isle) int {
				return cmp.Compare(reachable(m, s.ID, a.Members), reachable(m, s.ID, b.Members))
			})
			for i := range isles {
				if isles[i].Name == home.Name {
					isles[i].all = isles[i].all.With(s.ID)
				}
			}
		}
	}
	return isles
}

// reachable returns the percentage of members to which id has a link that is not cut.
func reachable(m *view.Model, id zk.ServerID, members zk.ServerSet) int {
	open := 0
	for other := range members.All() {
		if !m.Link(id, other).Cut && !m.Link(other, id).Cut {
			open++
		}
	}
	return 100 * open / max(1, members.Len())
}

// How far islands keep away from their hull, from each other and from the stage's edge.
const (
	hullPadding = 28.0
	driftGap    = 90.0
	tagSpace    = 34.0 // above a hull, for its tag
	edge        = 10.0
)

// drift moves two islands apart along the direction in which they overlap least, and reports
// whether both still fit on the stage.
func (l *Layout) drift() bool {
	if len(l.isles) != 2 {
		return false
	}
	first, second := l.isles[0].all, l.isles[1].all
	direction, gap := l.bestSplit(first, second)
	push := direction.scale(math.Max(driftGap, driftGap-gap) / 2)
	if push.length() > 170 {
		return false
	}
	moved := *l
	for id := range first.All() {
		moved.at[id] = l.at[id].sub(push).rounded()
	}
	for id := range second.All() {
		moved.at[id] = l.at[id].add(push).rounded()
	}
	if !moved.obeys(l) || !moved.recentre(first|second) {
		return false
	}
	l.at = moved.at
	return true
}

// bestSplit returns the unit vector along which second lies farthest beyond first, and how far
// apart their hulls are in that direction; negative when they overlap.
func (l *Layout) bestSplit(first, second zk.ServerSet) (Point, float64) {
	best, bestGap := Point{1, 0}, math.Inf(-1)
	for i := range 72 {
		angle := float64(i) * math.Pi / 36
		d := Point{math.Cos(angle), math.Sin(angle)}
		_, high := l.extent(first, d)
		low, _ := l.extent(second, d)
		if gap := low - high; gap > bestGap+0.01 {
			best, bestGap = d, gap
		}
	}
	return best, bestGap
}

// extent projects the padded glyphs of a set on a direction.
func (l *Layout) extent(set zk.ServerSet, d Point) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	half := math.Abs(d.X)*(GlyphWidth/2+hullPadding) + math.Abs(d.Y)*(GlyphHeight/2+hullPadding)
	for id := range set.All() {
		v := l.at[id].dot(d)
		low, high = min(low, v-half), max(high, v+half)
	}
	return low, high
}

// recentre moves everything so that hulls and tags fit on the stage; false when they cannot.
func (l *Layout) recentre(set zk.ServerSet) bool {
	left, right := l.extent(set, Point{1, 0})
	top, bottom := l.extent(set, Point{0, 1})
	top -= tagSpace
	if right-left > l.sheet.Size.X-2*edge || bottom-top > l.sheet.Size.Y-2*edge {
		return false
	}
	shift := Point{
		clamp(0, edge-left, l.sheet.Size.X-edge-right),
		clamp(0, edge-top, l.sheet.Size.Y-edge-bottom),
	}
	for id := range set.All() {
		l.at[id] = l.at[id].add(shift).rounded()
	}
	return true
}

// column is a vertical strip of the stage that holds one island, or several lone servers.
type column struct {
	isles []int // indices into Layout.isles
	width int   // in glyphs
}

// gapMin is the narrowest water between packed islands.
const gapMin = 98.0

// packMargin is what packed islands leave free at the left and the right.
const packMargin = 44.0

// rowsPerColumn is how many glyphs stand above each other on a packed island.
const rowsPerColumn = 3

// pack gives each island its own columns, from left to right by where its servers stand at home. A
// tall sheet is packed lying on its side and then turned.
func (l *Layout) pack() {
	if l.sheet.upright {
		l.packRows()
		return
	}
	columns, total := l.columns(true)
	free := l.sheet.Size.X - 2*packMargin - gapMin*float64(len(columns)-1)
	if float64(total)*(GlyphWidth+edge) > free {
		columns, total = l.columns(false)
	}
	gaps := float64(len(columns) - 1)
	room := l.sheet.Size.X - 2*packMargin
	gap := clamp((room-float64(total)*(GlyphWidth+30))/max(1, gaps), gapMin, driftGap+20)
	pitch := (room - gaps*gap) / float64(total)
	x := packMargin
	for _, c := range columns {
		width := pitch * float64(c.width)
		l.fill(c, x, x+width)
		x += width + gap
	}
}

// rowMargin is what rows leave free at the left and the right.
const rowMargin = 18.0

// packRows gives each island its own rows, from top to bottom.
func (l *Layout) packRows() {
	order := l.order(func(p Point) float64 { return p.Y })
	rows := 0
	for _, i := range order {
		rows += rowsOf(l.isles[i].all)
	}
	gap := 64.0
	pitch := (l.sheet.Size.Y - tagSpace - gap*float64(len(order)-1)) / float64(rows)
	y := tagSpace
	for _, i := range order {
		height := pitch * float64(rowsOf(l.isles[i].all))
		l.fillRows(l.isles[i].all, y, height)
		y += height + gap
	}
}

// rowsOf returns how many rows a set needs on a tall sheet.
func rowsOf(set zk.ServerSet) int { return (set.Len() + 2) / 3 }

// fillRows places a set between y and y+height, three in a row.
func (l *Layout) fillRows(set zk.ServerSet, y, height float64) {
	ids := slices.Collect(set.All())
	rows := rowsOf(set)
	per := (len(ids) + rows - 1) / rows
	for i, id := range ids {
		row, inRow := i/per, min(per, len(ids)-i/per*per)
		l.at[id] = Point{
			rowMargin + (l.sheet.Size.X-2*rowMargin)*(float64(i%per)+0.5)/float64(inRow),
			y + height*(float64(row)+0.5)/float64(rows),
		}.rounded()
	}
}

// order sorts the islands by a coordinate of their middle.
func (l *Layout) order(key func(Point) float64) []int {
	order := make([]int, len(l.isles))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(key(l.bound(l.isles[a].all)), key(l.bound(l.isles[b].all)))
	})
	return order
}

// columns orders the islands by their home and stacks lone servers. Three servers take two columns
// if there is room: a triangle looks better than a pole.
func (l *Layout) columns(room bool) (columns []column, total int) {
	for _, i := range l.order(func(p Point) float64 { return p.X }) {
		last := len(columns) - 1
		alone := l.isles[i].all.Len() == 1
		if alone && last >= 0 && l.isAlone(columns[last]) && len(l.isles) > 3 {
			columns[last].isles = append(columns[last].isles, i)
			continue
		}
		width := (l.isles[i].all.Len() + rowsPerColumn - 1) / rowsPerColumn
		if l.isles[i].all.Len() == rowsPerColumn && room {
			width = 2
		}
		columns = append(columns, column{isles: []int{i}, width: width})
		total += width
	}
	return columns, total
}

func (l *Layout) isAlone(c column) bool {
	return len(c.isles) < rowsPerColumn && l.isles[c.isles[0]].all.Len() == 1
}

func (l *Layout) centre(set zk.ServerSet) Point {
	var sum Point
	for id := range set.All() {
		sum = sum.add(l.at[id])
	}
	return sum.scale(1 / float64(max(1, set.Len())))
}

// fill places the servers of one column between two x coordinates.
func (l *Layout) fill(c column, left, right float64) {
	if len(c.isles) > 1 {
		l.stack(c, (left+right)/2)
		return
	}
	set := l.isles[c.isles[0]].all
	ids := slices.SortedStableFunc(set.All(), func(a, b zk.ServerID) int {
		return cmp.Compare(l.at[a].X, l.at[b].X)
	})
	pitch := (right - left) / float64(c.width)
	per := (len(ids) + c.width - 1) / c.width
	for i := range c.width {
		part := ids[min(len(ids), i*per):min(len(ids), (i+1)*per)]
		slices.SortStableFunc(part, func(a, b zk.ServerID) int {
			return cmp.Compare(l.at[a].Y, l.at[b].Y)
		})
		l.pole(part, left+pitch*(float64(i)+0.5))
	}
}

func (l *Layout) pole(ids []zk.ServerID, x float64) {
	middleY, reach := l.sheet.Size.Y/2, l.sheet.Size.Y*0.27
	for i, id := range ids {
		y := middleY
		if len(ids) > 1 {
			y += reach * (2*float64(i)/float64(len(ids)-1) - 1)
		}
		l.at[id] = Point{x, y}.rounded()
	}
}

// stack places lone servers above each other, with room for a tag on each.
func (l *Layout) stack(c column, x float64) {
	for i, index := range c.isles {
		y := tagSpace + (l.sheet.Size.Y-tagSpace)*(float64(i)+0.5)/float64(len(c.isles))
		l.at[l.isles[index].all.Max()] = Point{x, y}.rounded()
	}
}
