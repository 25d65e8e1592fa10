package bridge

import (
	"fmt"

	"github.com/a-h/templ"

	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// renderList draws the tables of the list view. Each row of a server, and each other table, is a
// panel of its own: messages change all the time, links and clients seldom.
func (b *Bridge) renderList(f *Frame, m *view.Model, look string) {
	if inSight, told := b.show.visible["list"]; told && !inSight {
		return
	}
	r := m.Rev
	b.panel(f, "list", panelEvery, fmt.Sprint(b.text.Lang, m.Voters, m.Observers),
		func() templ.Component { return ui.ListTable(ui.BuildList(m, b.look, b.text)) })
	all := fmt.Sprint(b.text.Lang, r.Links, r.Clients, r.Status)
	b.panel(f, "list-cluster", panelEvery, all, func() templ.Component {
		return ui.ListCluster(ui.BuildActions(m, "stage", b.text), b.text)
	})
	for s := range m.Servers() {
		b.panel(f, "row-"+s.ID.String(), panelEvery, fmt.Sprint(look, all, s.Rev),
			func() templ.Component {
				return ui.ListRow(ui.BuildListRow(m, s, b.look, b.text), b.text)
			})
	}
	b.panel(f, "list-links", panelEvery, fmt.Sprint(look, r.Status, r.Links, r.Flights),
		func() templ.Component { return ui.ListTable(ui.BuildListLinks(m, b.look, b.text)) })
	b.panel(f, "list-pair", panelEvery, fmt.Sprint(b.text.Lang, m.Voters, m.Observers),
		func() templ.Component { return ui.ListPairForm(ui.BuildListPair(m, b.text)) })
	b.panel(f, "list-clients", panelEvery, fmt.Sprint(look, r.Clients, r.Status, r.Links),
		func() templ.Component {
			return ui.ListTable(ui.BuildListClients(m, b.look, b.text))
		})
	b.panel(f, "list-messages", panelEvery, fmt.Sprint(b.text.Lang, r.Flights),
		func() templ.Component { return ui.ListTable(ui.BuildListMessages(m, b.text)) })
}
