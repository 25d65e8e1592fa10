package ui

import (
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// buildWires returns the line between every pair of servers, healthy or not, by rising ids.
func buildWires(
	m *view.Model, l *Layout, islands map[zk.ServerID]string, v View, t text.Printer,
) []Wire {
	all := m.Voters | m.Observers
	electing := anyLooking(m)
	var out []Wire
	for a := range all.All() {
		for b := range all.All() {
			if a >= b {
				continue
			}
			w := Wire{A: a, B: b, Curve: l.curve(a, b, all)}
			w.Kind = wireKind(m.Server(a), m.Server(b), electing)
			if islands[a] != islands[b] {
				w.Kind = "apart"
			}
			w.faults(m.Link(a, b), m.Link(b, a))
			w.Spoken = w.spoken(t)
			w.Selected = v.Has("link-" + w.Name())
			out = append(out, w)
		}
	}
	return out
}

// Name returns the wire's name in ids and data attributes, "1-4".
func (w Wire) Name() string { return w.A.String() + "-" + w.B.String() }

// drawn reports whether the wire is seen while nobody is looking for a leader.
func (w *Wire) drawn() bool {
	return w.Kind == "quorum" || w.Kind != "apart" && w.Cut+w.Delay+w.Loss != ""
}

func anyLooking(m *view.Model) bool {
	for s := range m.Servers() {
		if s.Up && s.Role == zk.Looking {
			return true
		}
	}
	return false
}

func wireKind(a, b *view.Server, electing bool) string {
	switch {
	case !a.Up || !b.Up:
		return "idle"
	case a.Leader == b.ID && b.Role == zk.Leading, b.Leader == a.ID && a.Role == zk.Leading:
		return "quorum"
	case electing && !a.Observer && !b.Observer:
		return "mesh"
	}
	return "idle"
}

func (w *Wire) faults(there, back view.Link) {
	switch {
	case there.Cut && back.Cut:
		w.Cut = "both"
	case there.Cut:
		w.Cut = "ab"
	case back.Cut:
		w.Cut = "ba"
	}
	if d := max(there.Delay, back.Delay); d > 0 {
		w.Delay = "+" + duration(d.Round(time.Millisecond))
	}
	if loss := max(there.Loss, back.Loss); loss > 0 {
		w.Loss = percent(loss)
	}
}

func (w *Wire) spoken(t text.Printer) string {
	parts := []string{t.T("link.spoken", "a", w.A, "b", w.B)}
	if w.Cut != "" {
		parts = append(parts, t.T("link.cut."+w.Cut, "a", w.A, "b", w.B))
	}
	if w.Delay != "" {
		parts = append(parts, t.T("link.delay", "d", w.Delay))
	}
	if w.Loss != "" {
		parts = append(parts, t.T("link.loss", "p", w.Loss))
	}
	return strings.Join(parts, " · ")
}
