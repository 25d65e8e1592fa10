package ui

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
)

func TestServersAreAddedToTheSelectionAndTakenOut(t *testing.T) {
	var v View
	v.Add("server-4")
	v.Add("server-1")
	require.Equal(t, "server-4", v.Selected)
	require.Equal(t, []string{"server-4", "server-1"}, v.Targets())
	require.Equal(t, "servers-1,4", v.Target())
	require.True(t, v.Has("server-1"))

	v.Add("server-4")
	require.Equal(t, "server-1", v.Target(), "one is left")
	v.Add("link-1-2")
	require.Equal(t, "link-1-2", v.Target(), "a link is selected alone")
	v.Add("server-3")
	require.Equal(t, "server-3", v.Target())

	v.Choose("servers-2,3,5")
	require.Equal(t, zk.SetOf(2, 3, 5), v.Servers())
	v.Choose("")
	require.Empty(t, v.Targets())
}

func TestSeveralServersAreActedOnWithOneLine(t *testing.T) {
	m := Empty(5, 0)
	for s := range m.Servers() {
		m.Server(s.ID).Up = s.ID != 5
	}
	lines := map[string]string{}
	for _, a := range BuildActions(m, "servers-1,2,5", text.In(text.EN)) {
		lines[a.Name] = a.Line
	}
	require.Equal(t, ":kill 1,2", lines["kill"])
	require.Equal(t, ":start 5", lines["restart"])
	require.Equal(t, ":pause 1,2", lines["pause-process"])
	require.Equal(t, ":partition 1,2,5|3,4", lines["isolate"])
	require.Equal(t, ":client A@1; :client B@2; :client C@5", lines["client"])
	require.NotContains(t, lines, "cut")
	for _, a := range BuildActions(m, "servers-1,4", text.In(text.EN)) {
		lines[a.Name] = a.Line
	}
	require.Equal(t, ":cut 1<>4", lines["cut"], "two servers stand for their link")
	require.Equal(t, ":cut 4>1", lines["cut-ba"])
}

func TestSameIslandsMakeTheSameLine(t *testing.T) {
	m := split(5, 0)
	require.Equal(t, ":partition 1,2|3,4,5", IsolateLine(m, zk.SetOf(1, 2)))
	require.Equal(t, ":partition 1,2|3,4,5", IsolateLine(m, zk.SetOf(3, 4, 5)))
	require.Empty(t, IsolateLine(m, m.Voters), "there is nothing to cut off")

	m = split(5, zk.SetOf(1, 2))
	require.Equal(t, ":partition 1,2|3|4,5", IsolateLine(m, zk.SetOf(3)))
	require.Equal(t, ":partition 1|2,3,4,5", JoinLine(m, zk.SetOf(2), 5))
	require.Equal(t, ":heal 1,2", JoinLine(m, zk.SetOf(1, 2), 5))
}
