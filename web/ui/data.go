package ui

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// DataView is what a person chose in the data panel. The zero value shows no row.
type DataView struct {
	From, Count int    // the rows that are in sight
	Selected    string // a path, "" for none
	Differing   bool
	Filter      string
	Toggled     map[string]bool // znodes that are not as open as they come
	Before      *view.State     // what is different since then is marked
}

// systemPath comes folded: nobody looks for it.
const systemPath = "/zookeeper"

// IsShut reports whether a znode's children are hidden.
func (v *DataView) IsShut(path string) bool { return v.Toggled[path] != (path == systemPath) }

// Merge lists the znodes as the view wants them.
func (v *DataView) Merge(m *view.Model) *view.Merged {
	return m.Merge(view.Merging{
		Before: v.Before, Differing: v.Differing, Text: v.Filter, Shut: v.IsShut,
	})
}

// DataPanel is the merged tree: its head, the rows in sight and the selected znode.
type DataPanel struct {
	Text    text.Printer
	Total   int    // rows, in sight or not
	From    int    // the first row in sight
	Active  string // the place of the chosen row, "" when it is not in sight
	Summary string
	Differ  bool // some znode differs
	Empty   bool // nothing but ZooKeeper's own znodes
	Nothing bool // the filter hides everything
	Servers []zk.ServerID
	Stale   []string // reads that were stale, in words
	Rows    []DataRow
	Detail  *DataDetail
}

// DataRow is one znode on all servers. One without a Name is a place that is free.
type DataRow struct {
	Slot    int    // its place on the page
	N       int    // its place in the list
	Key     string // tells whether N still is the same znode
	Name    string
	Depth   int
	Kids    int
	Open    bool
	Icon    string // persistent, ephemeral, container or ttl
	Kind    string // in words
	Owner   string // the client of an ephemeral
	Serial  bool   // its name has a number from its parent
	Value   string
	Version string
	Mark    string // added, changed or removed
	Pips    []string
	Differs bool
	Draft   bool // no server has it committed
	Picked  bool
	Stale   bool // a client has just read an old state of it
	Spoken  string
}

// depthShown is how far rows are set in at most.
const depthShown = 9

// BuildData draws the rows in sight of a merged tree.
func BuildData(m *view.Model, g *view.Merged, v *DataView, t text.Printer) DataPanel {
	p := DataPanel{
		Text: t, Total: g.Len(), Differ: g.Differ > 0,
		Summary: t.T("data.summary", "n", m.Committed().Tree.ZnodeCount(), "d", g.Differ),
		Stale:   staleReads(m, "", t),
	}
	p.From = max(0, min(v.From, g.Len()-v.Count))
	filters := v.Differing || v.Filter != ""
	p.Nothing = filters && g.Len() == 0
	p.Empty = !filters && !hasUserZnodes(m, g)
	for i := range g.Servers {
		p.Servers = append(p.Servers, g.Servers[i].ID)
	}
	for slot := range v.Count {
		row := DataRow{Slot: slot}
		if n := p.From + slot; n < g.Len() {
			row = dataRow(m, g, v, n, t)
			row.Slot = slot
		}
		if row.Picked {
			p.Active = "znode-" + itoa(slot)
		}
		p.Rows = append(p.Rows, row)
	}
	p.Detail = buildDataDetail(m, g, v.Selected, t)
	return p
}

// firstData is the panel of a page that no simulator has filled yet.
func firstData(m *view.Model, t text.Printer) DataPanel {
	v := DataView{}
	return BuildData(m, v.Merge(m), &v, t)
}

// hasUserZnodes reports whether any server has a znode that ZooKeeper did not come with.
func hasUserZnodes(m *view.Model, g *view.Merged) bool {
	own := tree.New().ZnodeCount()
	for i := range g.Servers {
		if st := g.Servers[i].Ahead; st != nil && st.Tree.ZnodeCount() > own {
			return true
		}
	}
	return m.Committed().Tree.ZnodeCount() > own
}

var changeMarks = [...]string{"", "added", "changed", "removed"}

func dataRow(m *view.Model, g *view.Merged, v *DataView, n int, t text.Printer) DataRow {
	r := g.Row(n)
	z := r.Main.Znode()
	row := DataRow{
		N: n, Key: RowKey(r.Path), Name: rowName(r.Path), Depth: min(r.Depth, depthShown),
		Kids: r.Kids, Open: r.Open && r.Kids > 0, Icon: znodeIcon(z.Owner),
		Owner: ownerLetter(m, z.Owner), Serial: isSerial(r.Path),
		Value: preview(z.Data, 24), Version: "v" + itoa(int(z.Stat.Version)),
		Mark: changeMarks[r.Change], Differs: r.Differs(), Picked: r.Path == v.Selected,
		Draft: r.Committed.IsZero() && r.Change != view.Removed,
		Stale: len(staleReads(m, r.Path, t)) > 0,
	}
	row.Kind = znodeKind(z.Owner, t)
	for _, p := range r.Pips {
		row.Pips = append(row.Pips, p.String())
	}
	row.Spoken = t.T("data.row", "name", row.Name, "kind", row.Kind, "value", row.Value,
		"version", row.Version, "pips", spokenPips(g, r.Pips, t))
	return row
}

// RowKey returns a short name of a path that tells rows apart.
func RowKey(path string) string {
	h := uint32(2166136261) // FNV-1a
	for i := range len(path) {
		h = (h ^ uint32(path[i])) * 16777619
	}
	return strconv.FormatUint(uint64(h), 36)
}

// nameLength and valueLength bound what is shown of names and values that may be very long.
const nameLength, valueLength = 80, 400

func rowName(path string) string {
	if path == "/" {
		return path
	}
	return shorten(visible(cutText(tree.Name(path), nameLength*4)), nameLength)
}

// cutText returns at most n bytes of a text, so that nobody reads a megabyte to show a line of it.
func cutText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// preview shows the beginning of a znode's data: as text if it is text, or else in hex.
func preview(data []byte, n int) string {
	if len(data) == 0 {
		return ""
	}
	s := cutText(string(data[:min(len(data), n*4+4)]), n*4)
	if utf8.ValidString(s) {
		return shorten(visible(s), n)
	}
	const digits = "0123456789abcdef"
	var hex strings.Builder
	for _, b := range data[:min(len(data), n/2)] {
		hex.WriteByte(digits[b>>4])
		hex.WriteByte(digits[b&15])
	}
	if len(data) > n/2 {
		hex.WriteString("…")
	}
	return "0x" + hex.String()
}

// znodeIcon tells the kinds of znodes apart by their owner.
func znodeIcon(owner zk.SessionID) string {
	switch {
	case owner.IsSession():
		return "ephemeral"
	case owner == zk.ContainerOwner:
		return "container"
	case owner.TTL() > 0:
		return "ttl"
	}
	return "persistent"
}

// znodeKind is the kind in words, with the time to live.
func znodeKind(owner zk.SessionID, t text.Printer) string {
	kind := t.T("data.kind." + znodeIcon(owner))
	if ttl := owner.TTL(); ttl > 0 {
		kind += " · " + duration(time.Duration(ttl)*time.Millisecond)
	}
	return kind
}

func ownerLetter(m *view.Model, owner zk.SessionID) string {
	if !owner.IsSession() {
		return ""
	}
	for i := range m.Sessions {
		if s := &m.Sessions[i]; s.ID == owner && s.Client != 0 {
			return s.Client.String()
		}
	}
	return "?"
}

// isSerial reports whether the name ends with the ten digits of a sequential znode.
func isSerial(path string) bool {
	if len(path) < 11 {
		return false
	}
	for _, c := range []byte(path[len(path)-10:]) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// spokenPips says on which servers the znode is not as committed.
func spokenPips(g *view.Merged, pips []view.Pip, t text.Printer) string {
	var parts []string
	for i, p := range pips {
		if p.Differs() {
			parts = append(parts, t.T("data.at", "n", g.Servers[i].ID, "pip", pipWord(p, t)))
		}
	}
	if len(parts) == 0 {
		return t.T("data.pip.same")
	}
	return strings.Join(parts, "; ")
}

func pipWord(p view.Pip, t text.Printer) string { return t.T("data.pip." + p.String()) }

// staleReads says which clients' last reads were stale, of one znode or, for "", of any.
func staleReads(m *view.Model, path string, t text.Printer) []string {
	var out []string
	for _, c := range m.Clients {
		if r := c.LastRead(); r != nil && r.Stale && (path == "" || r.Path == path) {
			out = append(out, c.ID.String()+": "+StaleText(r, t))
		}
	}
	return out
}

// StaleText says how a read was stale.
func StaleText(r *view.Read, t text.Printer) string {
	return t.T("data.stale", "n", r.Server, "got", readVersion(r.Got, t),
		"have", readVersion(r.Have, t))
}

// FreshText says how fresh a read was, and whether it was stale. It says nothing of a read that
// nothing can be said against.
func FreshText(r *view.Read, t text.Printer) (says string, stale bool) {
	switch {
	case r.Stale:
		return StaleText(r, t), true
	case r.Behind:
		return t.T("data.lagging", "n", r.Server), false
	}
	return "", false
}

func readVersion(v view.ReadVersion, t text.Printer) string {
	if !v.Exists {
		return t.T("data.absent")
	}
	return t.T("data.version", "v", v.Version)
}
