package ui

import (
	"strconv"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// ListView is the stage as a table.
type ListView struct {
	Text text.Printer
	Rows []ListRow
}

// ListRow is one server.
type ListRow struct {
	ID                       zk.ServerID
	Role, Word, Icon, Phase  string
	Epoch, Logged, Committed string
	Island                   string
	Sessions                 int
	Selected                 bool
	Actions                  []Action
}

// BuildList lists the servers of m.
func BuildList(m *view.Model, v View, t text.Printer) ListView {
	l := ListView{Text: t}
	isles := m.Islands()
	for s := range m.Servers() {
		target := "server-" + s.ID.String()
		row := ListRow{
			ID: s.ID, Role: s.Role.String(), Word: s.Role.String(), Icon: roleIcon(s.Role),
			Phase: s.Phase.String(), Epoch: strconv.FormatUint(uint64(s.Current), 10),
			Logged: ZxidText(s.LastLogged), Committed: ZxidText(s.Committed), Sessions: s.Sessions,
			Selected: v.Has(target), Actions: BuildActions(m, target, t), Island: "–",
		}
		if i := m.IslandOf(s.ID); i >= 0 && len(isles) > 1 {
			row.Island = isles[i].Name
		}
		if !s.Up {
			row.Phase = "–"
		}
		l.Rows = append(l.Rows, row)
	}
	return l
}
