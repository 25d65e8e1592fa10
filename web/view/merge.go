package view

import (
	"strings"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// Pip is how one server's znode stands to the committed one.
type Pip uint8

// The pips.
const (
	PipSame    Pip = iota // as committed
	PipNone               // not there, and that is as committed
	PipLogged             // a change is in the server's log and waits for its commit
	PipBehind             // an older state, or one that is deleted by now
	PipMissing            // not there yet
	PipDown               // the server does not run
	PipUnknown            // the trace does not tell
)

var pipNames = [...]string{"same", "none", "logged", "behind", "missing", "down", "unknown"}

// String returns the pip's name, "behind".
func (p Pip) String() string { return pipNames[p] }

// Differs reports whether a running server does not have what is committed, or has more.
func (p Pip) Differs() bool { return p == PipLogged || p == PipBehind || p == PipMissing }

// Change is what became of a znode since an earlier state.
type Change uint8

// The changes.
const (
	Unchanged Change = iota
	Added
	Changed
	Removed
)

// Merging says which znodes of all servers' trees are listed.
type Merging struct {
	Before    *State            // changes since then are marked; nil for none
	Differing bool              // only znodes that differ, and what they lie in
	Text      string            // only znodes with this in their path, and what they lie in
	Shut      func(string) bool // whether a znode's children are hidden
}

// Merged is the trees of all servers as one list of rows: parents before children, children in
// rising order of names.
type Merged struct {
	Servers []MergedServer
	Differ  int // znodes that differ, listed or not

	width int // refs of a row: one for each distinct tree
	rows  []mergedRow
	refs  []tree.Ref
	now   bool // whether marks are made; the last tree is then the one before
}

// MergedServer is one column of pips.
type MergedServer struct {
	ID             zk.ServerID
	State, Ahead   *State // of the server; nil when not known
	up             bool
	now, ahead     int // columns of refs, -1 when not known
	applied, saved zk.Zxid
}

type mergedRow struct {
	depth int32
	open  bool // its children are listed
}

// MergedRow is one znode on all servers.
type MergedRow struct {
	Path      string
	Depth     int
	Kids      int // children, those of the committed state if it is there
	Open      bool
	Committed tree.Ref // zero when it is not committed
	Main      tree.Ref // the committed znode, or else the first that some server has
	Change    Change
	Pips      []Pip // one for each server
}

// Differs reports whether the znode is not the same everywhere.
func (r *MergedRow) Differs() bool {
	for _, p := range r.Pips {
		if p.Differs() {
			return true
		}
	}
	return false
}

// Merge lists the znodes of all servers.
func (m *Model) Merge(how Merging) *Merged {
	g := &Merged{now: how.Before != nil}
	w := merger{Merged: g, how: how, trees: []tree.Ref{m.data.committed.Tree.Root()}}
	w.how.Text = strings.ToLower(how.Text)
	for s := range m.Servers() {
		col := MergedServer{
			ID: s.ID, State: s.State(), up: s.Up, now: -1, ahead: -1, applied: s.Applied,
			saved: s.LastLogged,
		}
		if col.State != nil {
			col.Ahead = w.ahead(m, s)
			col.now, col.ahead = w.column(col.State), w.column(col.Ahead)
		}
		g.Servers = append(g.Servers, col)
	}
	if how.Before != nil {
		w.trees = append(w.trees, how.Before.Tree.Root())
	}
	g.width = len(w.trees)
	w.visit(w.trees, 0, true)
	return g
}

// Len returns the number of rows.
func (g *Merged) Len() int { return len(g.rows) }

// Row returns the i-th row.
func (g *Merged) Row(i int) MergedRow {
	refs := g.at(i)
	r := MergedRow{
		Depth: int(g.rows[i].depth), Open: g.rows[i].open, Committed: refs[0], Main: mainOf(refs),
		Change: g.change(refs), Pips: make([]Pip, len(g.Servers)),
	}
	r.Path, r.Kids = r.Main.Path(), r.Main.KidCount()
	if r.Committed.IsZero() {
		for _, ref := range refs {
			r.Kids = max(r.Kids, ref.KidCount())
		}
	}
	for j := range g.Servers {
		r.Pips[j] = g.pip(&g.Servers[j], refs)
	}
	return r
}

// Path returns the path of the i-th row.
func (g *Merged) Path(i int) string { return mainOf(g.at(i)).Path() }

// Depth returns how many znodes the i-th row lies in.
func (g *Merged) Depth(i int) int { return int(g.rows[i].depth) }

func (g *Merged) at(i int) []tree.Ref { return g.refs[i*g.width : (i+1)*g.width] }

func mainOf(refs []tree.Ref) tree.Ref {
	for _, ref := range refs {
		if !ref.IsZero() {
			return ref
		}
	}
	return tree.Ref{}
}

func (g *Merged) change(refs []tree.Ref) Change {
	if !g.now {
		return Unchanged
	}
	before, now := refs[g.width-1], refs[0]
	switch {
	case before.Same(now):
		return Unchanged
	case before.IsZero():
		return Added
	case now.IsZero():
		return Removed
	}
	return Changed
}

func (g *Merged) pip(s *MergedServer, refs []tree.Ref) Pip {
	switch {
	case !s.up:
		return PipDown
	case s.now < 0:
		return PipUnknown
	}
	committed, have, ahead := refs[0], refs[s.now], refs[s.ahead]
	waits := committed.Mzxid() > s.applied && committed.Mzxid() <= s.saved
	switch {
	case !ahead.Same(have):
		return PipLogged
	case have.Same(committed) && have.IsZero():
		return PipNone
	case have.Same(committed):
		return PipSame
	case waits: // further back in the log than the model remembers
		return PipLogged
	case have.IsZero():
		return PipMissing
	}
	return PipBehind
}

// PipOf returns how the znode of the i-th server stands to the committed one, and both.
func (g *Merged) PipOf(i int, committed *State, path string) (pip Pip, have, ahead tree.Ref) {
	col := g.Servers[i]
	if col.State != nil {
		have, ahead = col.State.Tree.Find(path), col.Ahead.Tree.Find(path)
		col.now, col.ahead = 1, 2
	}
	return g.pip(&col, []tree.Ref{committed.Tree.Find(path), have, ahead}), have, ahead
}

// merger walks down all trees at once.
type merger struct {
	*Merged
	how   Merging
	trees []tree.Ref // distinct roots; the first is the committed one
}

// ahead returns what the server's tree becomes. A server with the same tree and the same log as one
// before it needs no work.
func (w *merger) ahead(m *Model, s *Server) *State {
	for i := range w.Servers {
		other := m.Server(w.Servers[i].ID)
		if other.replica.now == s.replica.now && other.sameEnd(s) {
			return w.Servers[i].Ahead
		}
	}
	return s.Ahead()
}

// sameEnd reports whether the logs end with the same transaction.
func (s *Server) sameEnd(o *Server) bool {
	n, k := len(s.Cells), len(o.Cells)
	return s.LastLogged == o.LastLogged && n > 0 && k > 0 && s.Cells[n-1].Txn == o.Cells[k-1].Txn
}

// column returns the place of a tree among the distinct ones.
func (w *merger) column(st *State) int {
	root := st.Tree.Root()
	for i, other := range w.trees {
		if other == root {
			return i
		}
	}
	w.trees = append(w.trees, root)
	return len(w.trees) - 1
}

// visit lists a znode and what lies below it, and reports whether it is listed. Below a hidden one
// only differences are counted.
func (w *merger) visit(refs []tree.Ref, depth int, shown bool) bool {
	settled := w.settled(refs)
	if settled && (!shown || w.how.Differing) {
		return false
	}
	own := w.differs(refs)
	if own {
		w.Differ++
	}
	path := mainOf(refs).Path()
	row, kept := len(w.rows), !w.filters() || w.matches(path, own)
	open := w.filters() || w.how.Shut == nil || !w.how.Shut(path)
	if shown {
		w.rows = append(w.rows, mergedRow{depth: int32(depth), open: open})
		w.refs = append(w.refs, refs...)
	}
	if (shown && open) || !settled {
		w.visitKids(refs, func(kids []tree.Ref) {
			kept = w.visit(kids, depth+1, shown && open) || kept
		})
	}
	if shown && !kept {
		w.rows, w.refs = w.rows[:row], w.refs[:row*w.width]
	}
	return shown && kept
}

func (w *merger) filters() bool { return w.how.Differing || w.how.Text != "" }

func (w *merger) matches(path string, differs bool) bool {
	return (differs || !w.how.Differing) &&
		(w.how.Text == "" || strings.Contains(strings.ToLower(path), w.how.Text))
}

// settled reports whether all servers that run have the committed znode with all below it, and
// nothing has changed there.
func (w *merger) settled(refs []tree.Ref) bool {
	for i := range w.Servers {
		s := &w.Servers[i]
		if s.up && s.now >= 0 && (refs[s.now] != refs[0] || refs[s.ahead] != refs[0]) {
			return false
		}
	}
	return true
}

func (w *merger) differs(refs []tree.Ref) bool {
	for i := range w.Servers {
		if w.pip(&w.Servers[i], refs).Differs() {
			return true
		}
	}
	return false
}

// kidList is the children of one tree's znode.
type kidList struct {
	names []string
	refs  []tree.Ref
}

// visitKids yields what the trees have for each name of a child in any of them.
func (w *merger) visitKids(refs []tree.Ref, yield func([]tree.Ref)) {
	if !haveKids(refs) {
		return
	}
	var lists []kidList
	listOf, distinct := make([]int, w.width), []tree.Ref{}
	for i, ref := range refs {
		at := indexOf(distinct, ref)
		if at < 0 {
			at = len(distinct)
			distinct = append(distinct, ref)
			lists = append(lists, kidsOf(ref))
		}
		listOf[i] = at
	}
	heads, kids := make([]tree.Ref, len(lists)), make([]tree.Ref, w.width)
	for nextKid(lists, heads) {
		for i, at := range listOf {
			kids[i] = heads[at]
		}
		yield(kids)
	}
}

func haveKids(refs []tree.Ref) bool {
	for _, ref := range refs {
		if ref.KidCount() > 0 {
			return true
		}
	}
	return false
}

func indexOf(list []tree.Ref, ref tree.Ref) int {
	for i := range list {
		if list[i] == ref {
			return i
		}
	}
	return -1
}

func kidsOf(ref tree.Ref) kidList {
	n := ref.KidCount()
	l := kidList{make([]string, 0, n), make([]tree.Ref, 0, n)}
	for name, kid := range ref.Kids() {
		l.names, l.refs = append(l.names, name), append(l.refs, kid)
	}
	return l
}

// nextKid takes the smallest name off the lists that have it, and reports whether there was one.
func nextKid(lists []kidList, heads []tree.Ref) bool {
	first, found := "", false
	for i := range lists {
		if names := lists[i].names; len(names) > 0 && (!found || names[0] < first) {
			first, found = names[0], true
		}
	}
	for i := range lists {
		l := &lists[i]
		heads[i] = tree.Ref{}
		if len(l.names) > 0 && l.names[0] == first {
			heads[i] = l.refs[0]
			l.names, l.refs = l.names[1:], l.refs[1:]
		}
	}
	return found
}
