package bridge

import (
	"fmt"

	"github.com/a-h/templ"

	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// Leases are the sessions of the clients on the stage, by letter: when each expires and how long
// the longest lease is, in simulated ms.
type Leases map[string][]float64

// renderSessions draws the wheel and the table of sessions, and sends the leases.
func (b *Bridge) renderSessions(m *view.Model, f *Frame) {
	r := m.Rev
	tick := int64(m.Now) / int64(m.TickTime)
	key := fmt.Sprint(r.Sessions, r.Clients, m.LeaseKeeper(), b.text.Lang, b.look.SessionsFrom,
		m.Committed().Zxid, ui.ClientFates(m), r.Links)
	panel := func() ui.SessionsPanel { return ui.BuildSessions(m, b.look, b.text) }
	b.panel(f, "sessions-wheel", panelEvery, fmt.Sprint(key, tick),
		func() templ.Component { return ui.SessionsWheel(panel()) })
	b.panel(f, "sessions-table", panelEvery, key,
		func() templ.Component { return ui.SessionsTable(panel()) })
	b.newLeases(m, f, key)
}

func (b *Bridge) newLeases(m *view.Model, f *Frame, key string) {
	key = fmt.Sprint(b.show.generation, key)
	if b.show.leases == key {
		return
	}
	b.show.leases = key
	leases := Leases{}
	for _, c := range m.Clients {
		if expires, longest, ok := ui.LeaseOf(m, c); ok {
			leases[c.ID.String()] = []float64{expires, longest}
		}
	}
	f.Leases = &leases
}

// sessionsPage turns the table of sessions to the page that begins with the n-th.
func (b *Bridge) sessionsPage(a *Args) (any, error) {
	b.look.SessionsFrom = max(0, a.N)
	return nil, nil
}
