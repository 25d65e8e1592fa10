package ui

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// Stage is the picture of a cluster: everything that is drawn, placed and in words.
type Stage struct {
	Text    text.Printer
	Glyphs  []Glyph
	Wires   []Wire
	Isles   []IsleShape
	Tears   []Tear
	Clients []ClientShape
	Layout  *Layout
	Focus   View
}

// View is what a person chose to look at. The zero value is the start of every page.
type View struct {
	Selected string      // "server-3", "link-1-4", "client-A", "message-2.17", "" for nothing
	Also     []string    // further servers, "server-4"; never written to
	VotesOf  zk.ServerID // whose ballot box; 0 lets the page choose
	LastDuel bool        // the comparison that was made last, not the one that decided
	Level    Level
	Filter   EventFilter
	Log      LogWindow
	Client   zk.ServerID // the console's client; 0 for the first
	Tall     bool        // the stage is a phone's
	Hauls    []Haul      // where hands put servers, oldest first; never written to

	SessionsFrom int         // first row of the page of sessions
	Guess        zk.ServerID // the answer to a lesson's open question, 0 for none
}

// Glyph is one server on the stage.
type Glyph struct {
	ID       zk.ServerID
	At       Point
	Role     zk.Role
	Icon     string
	Blank    bool   // nothing is known of it
	Word     string // "LEADING", as Apache writes it
	Spoken   string // the whole state in one sentence, for screen readers
	Line     string // "ep 4 · last e4·c13"
	Phases   [3]PhaseMark
	Cells    []CellShape
	Slots    []float64 // left edges of the cells that are still free
	Older    int
	Tray     string // ACK tally of the oldest proposal, on a leader
	Paused   bool
	Slow     string // extra time per fsync, "" for a normal disk
	Ribbon   string // "" unless the server needs a warning
	Note     string // the ribbon in fewer words, where it stands within the glyph; else ""
	Sign     string // its icon, for a small stage
	Waits    bool   // it has a leader, or leads, but answers no client yet
	Selected bool
	Guess    bool // a learner says that it is the one
}

// PhaseMark is one segment of the arc over a glyph: discovery, synchronization or broadcast.
type PhaseMark string

// The states of a segment.
const (
	PhaseAhead PhaseMark = "ahead"
	PhaseNow   PhaseMark = "now"
	PhaseDone  PhaseMark = "done"
)

// CellShape is one cell of a log strip. X is its left edge within the glyph.
type CellShape struct {
	X     float64
	State string // received, persisted, committed, truncated
	Epoch bool   // an epoch starts here: a divider stands before it
	Zxid  string
	Title string
}

// Wire is the line between two servers, in both directions.
type Wire struct {
	A, B     zk.ServerID // A < B
	Curve    Curve
	Kind     string // quorum, mesh, apart (on different islands) or idle
	Cut      string // "", both, "ab" (A hears nothing of... from A to B) or "ba"
	Delay    string // the longest extra delay, "200 ms"
	Loss     string // the highest loss, "30%"
	Spoken   string
	Selected bool
}

// IsleShape is one island while the cluster is partitioned.
type IsleShape struct {
	Name    string
	Path    string
	Quorum  bool
	Tag     string
	Short   string // the tag's gist, for a small stage
	TagAt   Point
	TagWide float64
	Letter  float64 // size of the tag's letters
}

// Tear is a torn edge between two islands: two jagged lines.
type Tear struct{ Left, Right string }

// BuildStage draws m.
func BuildStage(m *view.Model, v View, t text.Printer) Stage {
	s := BuildLayers(m, PlaceFor(m, v), v, t)
	for server := range m.Servers() {
		s.Glyphs = append(s.Glyphs, BuildGlyph(m, server, s.Layout.At(server.ID), v, t))
	}
	return s
}

// BuildLayers draws what lies around the servers: islands, links and clients.
func BuildLayers(m *view.Model, l *Layout, v View, t text.Printer) Stage {
	s := Stage{Text: t, Layout: l, Focus: v}
	islandOf := map[zk.ServerID]string{}
	for _, i := range l.isles {
		for id := range i.all.All() {
			islandOf[id] = i.Name
		}
	}
	s.Isles = l.isleShapes(m, t, "island.tag")
	if tagsOverlap(s.Isles) {
		s.Isles = l.isleShapes(m, t, "island.tag.short")
	}
	for _, tear := range l.tears() {
		tear = besideTags(tear, s.Isles)
		s.Tears = append(s.Tears, Tear{jaggedPath(tear, -tearHalf), jaggedPath(tear, tearHalf)})
	}
	s.Wires = buildWires(m, l, islandOf, v, t)
	s.Clients = s.buildClients(m, v, t)
	return s
}

// isleShapes draws the islands, with tags in the words of a key.
func (l *Layout) isleShapes(m *view.Model, t text.Printer, key string) []IsleShape {
	var out []IsleShape
	for _, i := range l.isles {
		mark := ""
		if i.Quorum {
			mark = " ✓"
		}
		tag := t.T(key, "name", i.Name, "servers", nodes(i.all, t), "quorum", prospect(i.Island, t),
			"count", share(m, i.Voters, t))
		wide := textWidth(tag, l.sheet.letter) + 24
		out = append(out, IsleShape{
			Name: i.Name, Path: roundedPath(l.hull(i.all), 26), Quorum: i.Quorum, Tag: tag,
			Short: i.Name + " " + itoa(i.Voters) + "/" + itoa(m.Voters.Len()) + mark,
			TagAt: l.tagAt(i.all, wide), TagWide: wide, Letter: l.sheet.letter,
		})
	}
	return out
}

// prospect says what an island can do: it is led, could be, or cannot.
func prospect(i view.Island, t text.Printer) string {
	switch {
	case i.Quorum && i.Led:
		return t.T("island.led", "n", i.Leader)
	case i.Quorum:
		return t.T("island.quorum")
	}
	return t.T("island.noquorum")
}

// nodes lists the servers of an island.
func nodes(set zk.ServerSet, t text.Printer) string {
	key := "island.nodes"
	if set.Len() == 1 {
		key = "island.node"
	}
	return t.T(key, "servers", serverList(set))
}

// share writes a part of the voters, "3/5", and says that it is voters where others are, too.
func share(m *view.Model, voters int, t text.Printer) string {
	key := "count.all"
	if m.Observers != 0 {
		key = "count.voters"
	}
	return t.T(key, "k", voters, "n", m.Voters.Len())
}

// tagAt returns the middle of a tag over the hull of a set.
func (l *Layout) tagAt(set zk.ServerSet, wide float64) Point {
	top := l.sheet.Size.Y
	for id := range set.All() {
		top = min(top, l.at[id].Y)
	}
	return Point{
		clamp(l.centre(set).X, wide/2+4, l.sheet.Size.X-wide/2-4),
		max(l.sheet.letter+2, top-GlyphHeight/2-hullPadding-6-l.sheet.letter),
	}
}

func tagsOverlap(isles []IsleShape) bool {
	for i := range isles {
		for j := range i {
			d := isles[i].TagAt.sub(isles[j].TagAt)
			if math.Abs(d.Y) < 28 && math.Abs(d.X) < (isles[i].TagWide+isles[j].TagWide)/2+6 {
				return true
			}
		}
	}
	return false
}

// labelSize is the size of what is written on the stage, in its units: 11 CSS pixels where the
// stage is drawn at four fifths, as at 1440×900.
const labelSize = 14

// textWidth estimates how wide a line of text is: Han characters are square, others about half.
func textWidth(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		if r > 0x2e80 {
			w += size
			continue
		}
		w += size * 0.56
	}
	return w
}

// BuildGlyph draws one server at a place.
func BuildGlyph(m *view.Model, s *view.Server, at Point, v View, t text.Printer) Glyph {
	g := Glyph{
		ID: s.ID, At: at, Role: s.Role, Word: s.Role.String(), Paused: s.Paused,
		Icon: roleIcon(s.Role), Blank: isBlank(m, s),
		Line:     serverLine(s),
		Phases:   phaseMarks(s),
		Older:    s.Older + max(0, len(s.Cells)-view.CellsShown),
		Selected: v.Has("server-" + s.ID.String()),
		Guess:    v.Guess == s.ID,
		Ribbon:   ribbon(m, s, t),
		Waits:    waits(s),
	}
	if g.Blank {
		g.Word, g.Line, g.Icon = "?", "", "question"
	}
	g.Tray = tray(m, s)
	g.Cells = buildCells(s, t)
	for i := len(g.Cells); i < view.CellsShown; i++ {
		g.Slots = append(g.Slots, slotAt(g.Cells, i))
	}
	if s.Fsync > 0 {
		g.Slow = "+" + duration(s.Fsync)
	}
	g.Spoken = t.T("server.spoken", "n", s.ID, "role", s.Role,
		"phase", t.T("phase."+strings.ToLower(s.Phase.String())), "epoch", s.Current,
		"last", s.LastLogged.Short(), "committed", s.Committed.Short())
	if g.Blank {
		g.Spoken = t.T("server.title", "n", s.ID)
	}
	if g.Ribbon != "" {
		g.Sign = "warn"
		if g.Waits {
			g.Sign = "ttl"
		}
		if g.Ribbon == t.T("server.waits") {
			g.Note, g.Tray = t.T("server.waits.short"), ""
		}
		g.Spoken += " · " + g.Ribbon
	}
	return g
}

// lineLength is how many characters fit into a glyph.
const lineLength = 19

// serverLine returns the epoch and the last logged zxid, or only that when both are too long.
func serverLine(s *view.Server) string {
	last := "last " + ZxidText(s.LastLogged)
	line := "ep " + strconv.FormatUint(uint64(s.Current), 10) + " · " + last
	if utf8.RuneCountInString(line) > lineLength {
		return last
	}
	return line
}

// RoleWord returns the role in the reader's language, "Leader".
func RoleWord(r zk.Role, t text.Printer) string {
	return t.T("role." + strings.ToLower(r.String()))
}

func phaseMarks(s *view.Server) [3]PhaseMark {
	marks := [3]PhaseMark{PhaseAhead, PhaseAhead, PhaseAhead}
	if !s.Up {
		return marks
	}
	for i := range marks {
		switch place := int(s.Phase) - 1; {
		case i < place, s.Phase == zk.Broadcast:
			marks[i] = PhaseDone
		case i == place:
			marks[i] = PhaseNow
		}
	}
	return marks
}

// tray returns the tally of the oldest transaction that waits for its quorum, "c13 ✓✓· 2/3".
func tray(m *view.Model, s *view.Server) string {
	if s.Role != zk.Leading || len(s.Outstanding) == 0 {
		return ""
	}
	p := s.Outstanding[0]
	need, have := m.Voters.Len()/2+1, (p.Acks & m.Voters).Len()
	pips := strings.Repeat("✓", min(have, need)) + strings.Repeat("·", max(0, need-have))
	return "c" + strconv.FormatUint(uint64(p.Zxid.Counter()), 10) + " " + pips + " " +
		strconv.Itoa(have) + "/" + strconv.Itoa(need)
}

// ribbon warns of a leader that leads nobody any more, and of a server that is not ready yet.
func ribbon(m *view.Model, s *view.Server, t text.Printer) string {
	if m.OldLeader(s.ID) {
		return t.T("oldleader.short")
	}
	switch {
	case m.Unheard(s):
		return unheard(m, t)
	case s.Missed != 0:
		return t.T("server.missed")
	case waits(s):
		return t.T("server.waits")
	}
	if leader, _ := m.Barred(s); leader != 0 {
		return t.T("server.barred", "id", leader)
	}
	return ""
}

// slowAt is where a glyph tells of a slow disk: below it, or above it where a ribbon is below.
func slowAt(g Glyph) string {
	if g.Ribbon != "" && g.Note == "" {
		return translate(Point{0, -62})
	}
	return translate(Point{0, 62})
}

// isBlank reports whether nothing has ever been heard of a server that is not simulated.
func isBlank(m *view.Model, s *view.Server) bool { return m.Unheard(s) && !s.Told }

// unheard says why nothing is known of a server.
func unheard(m *view.Model, t text.Printer) string {
	if m.Source == view.Recorded {
		return t.T("server.unrecorded")
	}
	return t.T("server.lost")
}

// stateWord is ZooKeeper's word for what a server is, "?" where nobody knows.
func stateWord(m *view.Model, s *view.Server) string {
	if isBlank(m, s) {
		return "?"
	}
	return s.Role.String()
}

// waits reports whether a server has its role but does not serve yet: before UPTODATE, or on a
// leader before its quorum has acknowledged NEWLEADER.
func waits(s *view.Server) bool {
	return s.Up && s.Role != zk.Looking && s.Role != zk.Down && !s.Serving()
}

// The geometry of a log strip within its glyph.
const (
	cellPitch    = 15.0
	dividerWidth = 8.0
	cellsLeft    = -GlyphWidth/2 + 12
)

func buildCells(s *view.Server, t text.Printer) []CellShape {
	cells := s.Cells[max(0, len(s.Cells)-view.CellsShown):]
	x := cellsLeft
	if s.Older+len(s.Cells)-len(cells) > 0 {
		x += 28
	}
	out := make([]CellShape, 0, len(cells)+len(s.Fallen))
	for i, c := range cells {
		first := i > 0 && cells[i-1].Zxid.Epoch() != c.Zxid.Epoch()
		if first {
			x += dividerWidth
		}
		out = append(out, cellShape(c, s.CellState(&c), x, first, t))
		x += cellPitch
	}
	for _, c := range s.Fallen[:min(len(s.Fallen), view.CellsShown-min(len(cells), 5))] {
		out = append(out, cellShape(c, view.CellTruncated, x, false, t))
		x += cellPitch
	}
	return out
}

// slotAt returns the left edge of the i-th place of a strip, where no cell is yet.
func slotAt(cells []CellShape, i int) float64 {
	if n := len(cells); n > 0 {
		return cells[n-1].X + cellPitch*float64(i-n+1)
	}
	return cellsLeft + cellPitch*float64(i)
}

var cellStates = [...]string{"received", "persisted", "committed", "truncated"}

func cellShape(c view.Cell, state view.CellState, x float64, first bool, t text.Printer) CellShape {
	title := c.Zxid.Short()
	if c.Txn != nil {
		title += " " + c.Txn.Op.String() + " " + c.Txn.Path
	}
	word := cellStates[state]
	return CellShape{
		X: x, State: word, Epoch: first, Zxid: c.Zxid.Short(),
		Title: visible(title) + " · " + t.T("cell."+word),
	}
}
