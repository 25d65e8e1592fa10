package ui

import (
	"strings"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// WatchesPanel is the list of one-shot watches, the newest first.
type WatchesPanel struct {
	Text   text.Printer
	Rows   []WatchLine
	Armed  int // those that still wait
	Hidden int // rows that are not shown
}

// WatchLine is one watch in words.
type WatchLine struct {
	Client string // its letter, "?" when unknown
	Path   string
	Kind   string // data, exists or children, as ZooKeeper says
	Server string // that holds it
	SetAt  string
	State  string // armed, fired or lost
	Ended  string // when it fired or was lost, "" while it waits
	Event  string // what it fired with, as ZooKeeper says
	Again  string // the line that sets it again, "" when that cannot be typed
}

// watchesShown is how many watches are listed.
const watchesShown = 40

// BuildWatches lists the watches of a cluster.
func BuildWatches(m *view.Model, t text.Printer) WatchesPanel {
	p := WatchesPanel{Text: t, Hidden: max(0, len(m.Watches)-watchesShown)}
	for i := len(m.Watches) - 1; i >= 0; i-- {
		w := &m.Watches[i]
		if w.Armed() {
			p.Armed++
		}
		if len(p.Rows) < watchesShown {
			p.Rows = append(p.Rows, watchLine(m, w))
		}
	}
	return p
}

func watchLine(m *view.Model, w *view.Watch) WatchLine {
	l := WatchLine{
		Client: "?", Path: shorten(visible(cutText(w.Path, 600)), 150), Kind: w.Kind.String(),
		Server: w.Server.String(), SetAt: Seconds(w.SetAt), State: "armed",
	}
	if w.Client != 0 {
		l.Client = w.Client.String()
	}
	switch {
	case w.Fired != 0:
		l.State, l.Event, l.Ended = "fired", w.Fired.String(), Seconds(w.FireAt)
		l.Again = watchAgain(m, w)
	case w.Lost:
		l.State, l.Ended = "lost", Seconds(w.FireAt)
	}
	return l
}

// watchAgain returns the line with which the client sets a watch again, if it is there to do so.
func watchAgain(m *view.Model, w *view.Watch) string {
	c := m.Client(w.Client)
	if c == nil || c.Phase != view.ClientConnected || c.Sess != w.Sess || !isPlain(w.Path) {
		return ""
	}
	command := [...]string{"get -w ", "stat -w ", "ls -w "}[min(w.Kind, view.WatchChildren)]
	if w.Fired == zk.NodeDeleted { // get and ls set no watch on what does not exist
		command = "stat -w "
	}
	return w.Client.String() + ": " + command + w.Path
}

// isPlain reports whether a path can be typed as one word.
func isPlain(path string) bool {
	return len(path) <= 200 && path == visible(path) && !strings.ContainsAny(path, " \"'\\;#")
}
