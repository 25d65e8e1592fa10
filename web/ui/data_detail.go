package ui

import (
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// DataDetail is one znode as each server has it.
type DataDetail struct {
	Path     string
	Name     string // in one line
	Icon     string
	Kind     string
	Gone     bool // no server has it
	Value    string
	Size     string
	Columns  []DataColumn
	Facts    []DataFact
	ACL      []ACLLine
	Watchers []DataWatcher
}

// DataColumn is one server in the table of a znode.
type DataColumn struct {
	ID  zk.ServerID
	Pip string
	Say string
}

// DataFact is one row of that table.
type DataFact struct {
	Name  string
	Cells []DataCell
}

// DataCell is what one server has.
type DataCell struct {
	Text string
	Off  bool // not as committed
}

// ACLLine is one entry of a znode's ACL.
type ACLLine struct {
	Who   string
	Perms []PermToggle
}

// PermToggle is one permission, granted or not.
type PermToggle struct {
	Letter, Word string
	On           bool
}

// DataWatcher is a client that waits for a change of the znode.
type DataWatcher struct{ Client, Kind string }

// buildDataDetail draws the znode of a path, nil for none.
func buildDataDetail(m *view.Model, g *view.Merged, path string, t text.Printer) *DataDetail {
	if path == "" {
		return nil
	}
	committed := m.Committed().Tree.Find(path)
	shown := committed
	d := &DataDetail{Path: path, Name: shorten(visible(cutText(path, 800)), 200)}
	var refs []tree.Ref
	for i := range g.Servers {
		pip, ref, ahead := g.PipOf(i, m.Committed(), path)
		refs = append(refs, ref)
		for _, other := range []tree.Ref{ref, ahead} {
			if shown.IsZero() {
				shown = other
			}
		}
		d.Columns = append(d.Columns, DataColumn{
			ID: g.Servers[i].ID, Pip: pip.String(), Say: pipWord(pip, t),
		})
	}
	if d.Gone = shown.IsZero(); d.Gone {
		return d
	}
	z := shown.Znode()
	d.Icon, d.Kind = znodeIcon(z.Owner), znodeKind(z.Owner, t)
	if owner := ownerLetter(m, z.Owner); owner != "" {
		d.Kind += " · " + owner
	}
	d.Value = preview(z.Data, valueLength)
	d.Size = t.T("data.bytes", "n", len(z.Data))
	d.Facts = dataFacts(m, committed, refs, t)
	d.ACL = aclLines(z.ACL, t)
	d.Watchers = watchersOf(m, path)
	return d
}

// dataFacts compares what the servers have, fact by fact.
func dataFacts(m *view.Model, committed tree.Ref, refs []tree.Ref, t text.Printer) []DataFact {
	facts := []struct {
		name string
		of   func(z tree.Znode) string
	}{
		{t.T("data.value"), func(z tree.Znode) string { return preview(z.Data, 14) }},
		{t.T("data.version"), func(z tree.Znode) string { return itoa(int(z.Stat.Version)) }},
		{"mzxid", func(z tree.Znode) string { return ZxidText(z.Stat.Mzxid) }},
		{"czxid", func(z tree.Znode) string { return ZxidText(z.Stat.Czxid) }},
		{"pzxid", func(z tree.Znode) string { return ZxidText(z.Stat.Pzxid) }},
		{t.T("data.owner"), func(z tree.Znode) string { return ownerText(m, z) }},
		{t.T("data.children"), func(z tree.Znode) string { return itoa(int(z.Stat.NumChildren)) }},
	}
	var out []DataFact
	for _, f := range facts {
		want := "–"
		if !committed.IsZero() {
			want = f.of(committed.Znode())
		}
		row := DataFact{Name: f.name}
		for _, ref := range refs {
			cell := DataCell{Text: "–"}
			if !ref.IsZero() {
				cell.Text = f.of(ref.Znode())
			}
			cell.Off = cell.Text != want
			row.Cells = append(row.Cells, cell)
		}
		out = append(out, row)
	}
	return out
}

func ownerText(m *view.Model, z tree.Znode) string {
	if letter := ownerLetter(m, z.Owner); letter != "" {
		return letter
	}
	return "–"
}

// perms are the permissions in the order of zkCli, "cdrwa".
var perms = [...]struct {
	letter string
	perm   zk.Perm
}{
	{"c", zk.PermCreate}, {"d", zk.PermDelete}, {"r", zk.PermRead}, {"w", zk.PermWrite},
	{"a", zk.PermAdmin},
}

// aclMax bounds how many entries of an ACL are shown.
const aclMax = 12

func aclLines(acl []zk.ACL, t text.Printer) []ACLLine {
	var out []ACLLine
	for _, a := range acl[:min(len(acl), aclMax)] {
		line := ACLLine{Who: shorten(visible(cutText(a.Scheme+":"+a.ID, 400)), 60)}
		for _, p := range perms {
			line.Perms = append(line.Perms, PermToggle{
				Letter: p.letter, Word: t.T("data.perm." + p.letter), On: a.Perms&p.perm != 0,
			})
		}
		out = append(out, line)
	}
	return out
}

// watchersOf lists who waits for a change of a znode, each client once for each kind.
func watchersOf(m *view.Model, path string) []DataWatcher {
	var out []DataWatcher
	for i := range m.Watches {
		if w := &m.Watches[i]; w.Path == path && w.Armed() {
			letter := "?"
			if w.Client != 0 {
				letter = w.Client.String()
			}
			out = append(out, DataWatcher{Client: letter, Kind: w.Kind.String()})
		}
	}
	return out
}
