package bridge

import (
	"fmt"
	"strconv"

	"github.com/a-h/templ"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// glowFor is how long a change in the data tree is marked, in real ms; rowsMax how many rows a page
// may have at once.
const (
	glowFor = 3000.0
	rowsMax = 160
)

// dataTree is what the page shows of the data tree.
type dataTree struct {
	look   ui.DataView
	past   []pastState // committed states of the last moments, oldest first
	merged *view.Merged
	key    string // of what was drawn last
	listed string // of what merged was made from
	turn   uint64 // rises when the person looks elsewhere
	shape  uint64 // rises when other rows are listed, or a mark goes
}

// pastState is the committed state as it was until a moment of real time.
type pastState struct {
	state *view.State
	until float64
}

// begin returns what stays when another run is shown: the room and the filter.
func (d *dataTree) begin() dataTree {
	return dataTree{look: ui.DataView{
		Count: d.look.Count, Filter: d.look.Filter, Differing: d.look.Differing,
	}}
}

// renderWatches draws the list of watches.
func (b *Bridge) renderWatches(m *view.Model, f *Frame) {
	r := m.Rev
	b.panel(f, "watches", panelEvery, fmt.Sprint(b.text.Lang, r.Watches, r.Clients),
		func() templ.Component { return ui.Watches(ui.BuildWatches(m, b.text)) })
}

// renderData draws the rows in sight and what stands around them.
func (b *Bridge) renderData(m *view.Model, f *Frame) {
	if inSight, told := b.show.visible["data"]; told && !inSight {
		return
	}
	d := &b.data
	if b.jumped {
		d.past = nil
	}
	d.remember(m.Committed(), b.clock.real, b.clock.playing)
	if len(d.past) > 1 {
		f.More = f.More || b.clock.playing
	}
	r := m.Rev
	listed := fmt.Sprint(b.show.generation, " ", r.Data, " ", r.Status, " ", d.shape)
	key := fmt.Sprint(listed, " ", r.Watches, " ", r.Sessions, " ", d.turn, b.text.Lang)
	if p := b.show.panels["data-meta"]; key == d.key ||
		p != nil && b.clock.playing && !b.show.urgent && b.clock.real-p.at < panelEvery {
		f.More = f.More || key != d.key
		return
	}
	d.key = key
	if listed != d.listed || d.merged == nil {
		d.merged, d.listed = d.look.Merge(m), listed
	}
	p := ui.BuildData(m, d.merged, &d.look, b.text)
	b.sendData(f, key, p)
}

// sendData sends the parts of the panel that are not as the page has them.
func (b *Bridge) sendData(f *Frame, key string, p ui.DataPanel) {
	before := len(f.Panels)
	slots := fmt.Sprint(len(p.Rows), b.text.Lang)
	b.panel(f, "data-rows", 0, slots, func() templ.Component {
		return ui.DataSlots(len(p.Rows), b.text)
	})
	fresh := len(f.Panels) > before // the places are new: fill them all
	b.panel(f, "data-meta", 0, key, func() templ.Component { return ui.DataMeta(p) })
	for i := range p.Rows {
		id := "znode-" + strconv.Itoa(i)
		if fresh {
			delete(b.show.panels, id)
		}
		b.panel(f, id, 0, key, func() templ.Component { return ui.Znode(p.Rows[i]) })
	}
	b.panel(f, "data-detail", 0, key, func() templ.Component {
		return ui.DataInfo(p.Detail, b.text)
	})
}

// remember keeps the committed states of the last seconds, or while time stands still the one
// before the last step. After a seek all that was is forgotten.
func (d *dataTree) remember(now *view.State, real float64, playing bool) {
	if n := len(d.past); n == 0 || now.Zxid < d.past[n-1].state.Zxid {
		d.past = append(d.past[:0], pastState{state: now})
	}
	last := len(d.past) - 1
	if d.past[last].state != now {
		d.past = append(d.past, pastState{state: now})
		last++
	}
	d.past[last].until = real
	for len(d.past) > 2 && !playing || len(d.past) > 1 && real-d.past[0].until > glowFor {
		d.past = d.past[1:]
	}
	if d.look.Before != d.past[0].state {
		d.look.Before = d.past[0].state
		d.shape++
	}
}

// dataWindow tells which rows the page has room for.
func (b *Bridge) dataWindow(a *Args) (any, error) {
	b.data.look.From, b.data.look.Count = max(0, a.From), max(0, min(rowsMax, a.Count))
	b.data.turn++
	return nil, nil
}

// dataFilter chooses which znodes are listed.
func (b *Bridge) dataFilter(a *Args) (any, error) {
	b.data.look.Filter, b.data.look.Differing, b.data.look.From = a.Text, a.On, 0
	b.data.shape++
	return nil, nil
}

// DataPlace says which row is chosen now, -1 for none, for the page to scroll there.
type DataPlace struct {
	Row int `json:"row"`
}

// dataPick chooses a row, or with unit "toggle" folds or unfolds it. A row that has moved since the
// page was drawn is found by its key. Without a row, nothing is chosen any more.
func (b *Bridge) dataPick(a *Args) (any, error) {
	d := &b.data
	d.turn++
	n, found := d.find(a.N, a.Key)
	if !found {
		d.look.Selected = ""
		return DataPlace{-1}, nil
	}
	d.look.Selected = d.merged.Path(n)
	if a.Unit == "toggle" {
		d.toggle(d.look.Selected)
	}
	return DataPlace{n}, nil
}

func (d *dataTree) find(n int, key string) (int, bool) {
	if d.merged == nil || key == "" {
		return 0, false
	}
	if n >= 0 && n < d.merged.Len() && ui.RowKey(d.merged.Path(n)) == key {
		return n, true
	}
	for i := range d.merged.Len() {
		if ui.RowKey(d.merged.Path(i)) == key {
			return i, true
		}
	}
	return 0, false
}

func (d *dataTree) toggle(path string) {
	d.shape++
	if d.look.Toggled == nil {
		d.look.Toggled = map[string]bool{}
	}
	if d.look.Toggled[path] {
		delete(d.look.Toggled, path)
		return
	}
	d.look.Toggled[path] = true
}

// row returns the row of the chosen path, -1 when it is not listed.
func (d *dataTree) row() int {
	if d.merged == nil || d.look.Selected == "" {
		return -1
	}
	for i := range d.merged.Len() {
		if d.merged.Path(i) == d.look.Selected {
			return i
		}
	}
	return -1
}

// dataKey moves the choice as the keys of a tree do (ARIA practices): up and down by rows, left to
// fold or to the parent, right to unfold or to the first child.
func (b *Bridge) dataKey(a *Args) (any, error) {
	d := &b.data
	d.turn++
	if d.merged == nil || d.merged.Len() == 0 {
		return DataPlace{-1}, nil
	}
	at := d.row()
	to := d.move(b.model(), at, a.Key, max(1, d.look.Count-6))
	to = max(0, min(d.merged.Len()-1, to))
	d.look.Selected = d.merged.Path(to)
	return DataPlace{to}, nil
}

// move returns the row that a key leads to from the row at, which is -1 for none.
func (d *dataTree) move(m *view.Model, at int, key string, page int) int {
	switch key {
	case "ArrowDown":
		return at + 1
	case "ArrowUp":
		return max(0, at-1)
	case "PageDown":
		return at + page
	case "PageUp":
		return at - page
	case "Home":
		return 0
	case "End":
		return d.merged.Len() - 1
	case "ArrowLeft", "ArrowRight", "Enter":
		if at >= 0 {
			return d.fold(m, at, key)
		}
	}
	return at
}

// fold unfolds or folds the row at, or goes where there is nothing to fold.
func (d *dataTree) fold(m *view.Model, at int, key string) int {
	row := d.merged.Row(at)
	switch {
	case key == "Enter" && row.Kids > 0, key == "ArrowRight" && row.Kids > 0 && !row.Open,
		key == "ArrowLeft" && row.Kids > 0 && row.Open:
		d.toggle(row.Path)
		d.merged = d.look.Merge(m)
	case key == "ArrowRight" && row.Kids > 0:
		return at + 1
	case key == "ArrowLeft":
		for i := at - 1; i >= 0; i-- {
			if d.merged.Path(i) == tree.Parent(row.Path) {
				return i
			}
		}
	}
	return at
}
