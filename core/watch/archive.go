package watch

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// watcher is one line of the table.
type watcher struct {
	path  string
	conn  zk.ConnID
	modes entry
}

// Archive carries the table.
func (t *Table) Archive(a step.Archive) {
	var all []watcher
	for path, watchers := range t.paths.All() {
		for conn, e := range watchers.All() {
			all = append(all, watcher{path, conn, e})
		}
	}
	step.List(a, &all, func(a step.Archive, w *watcher) {
		a.Text(&w.path)
		step.Number(a, &w.conn)
		step.Number(a, &w.modes)
		if w.modes == 0 || w.modes > 15 {
			a.Fail("watch of no kind")
			w.modes = 1
		}
	})
	if !a.Reads() {
		return
	}
	*t = Table{}
	for i := range all {
		t.put(all[i].path, all[i].conn, t.entry(all[i].path, all[i].conn), all[i].modes)
	}
}
