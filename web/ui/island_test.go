package ui

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
)

func TestAnIslandLiesWhereItsServersWereDragged(t *testing.T) {
	for _, side := range []zk.ServerSet{
		zk.SetOf(1), zk.SetOf(3), zk.SetOf(5), zk.SetOf(1, 2), zk.SetOf(4, 5), zk.SetOf(1, 2, 5),
	} {
		m := split(5, side)
		for _, c := range []struct {
			sheet *Sheet
			at    Point
			is    func(a, b Point) bool
		}{
			{Wide, Point{930, 300}, func(a, b Point) bool { return a.X > b.X }},
			{Wide, Point{70, 300}, func(a, b Point) bool { return a.X < b.X }},
			{Tall, Point{320, 620}, func(a, b Point) bool { return a.Y > b.Y }},
			{Tall, Point{320, 40}, func(a, b Point) bool { return a.Y < b.Y }},
		} {
			l := Place(m, c.sheet, Haul{side, c.at})
			requireApart(t, l, m)
			mine, others := l.centre(side), l.centre(m.Voters&^side)
			require.True(t, c.is(mine, others), "%v dragged to %v on %s", side, c.at, c.sheet.Name)
		}
	}
}

func TestIslandsAreLetteredAsOneReads(t *testing.T) {
	for side := zk.ServerSet(2); side < zk.SetOf(5); side += 2 {
		m := split(5, side)
		cutOff(m, zk.SetOf(5))
		for _, sheet := range []*Sheet{Wide, Tall} {
			l := Place(m, sheet)
			for i := range l.isles[1:] {
				a, b := l.centre(l.isles[i].all), l.centre(l.isles[i+1].all)
				require.Less(t, l.isles[i].Name, l.isles[i+1].Name)
				require.True(t, sheet.upright && a.Y <= b.Y || !sheet.upright && a.X <= b.X)
			}
		}
		list := BuildList(m, View{}, text.In(text.EN))
		for _, row := range list.Rows {
			id, _ := SelectedServer(row.Target)
			require.Equal(t, Place(m, Wide).IsleOf(id), row.Cells[5].Text, "server %d", id)
		}
	}
}

func TestATagNamesTheLeaderOfItsIsland(t *testing.T) {
	m := led(5)
	cutOff(m, zk.SetOf(1, 2))
	isles := BuildStage(m, View{}, text.In(text.EN)).Isles
	require.Equal(t, "Island A · nodes 3 4 5 · 3/5 · node 5 leads ✓", isles[0].Tag)
	require.Equal(t, "Island B · nodes 1 2 · 2/5 · no quorum", isles[1].Tag)
	require.Contains(t, BuildStage(m, View{}, text.In(text.ZH)).Isles[0].Tag, "节点 5 是 Leader ✓")

	m.Apply(&trace.Event{At: m.Now, Kind: trace.Paused, Peer: 5})
	require.Contains(t, BuildStage(m, View{}, text.In(text.EN)).Isles[0].Tag, "can elect a leader")
	m = led(5)
	cutOff(m, zk.SetOf(4, 5))
	for _, i := range BuildStage(m, View{}, text.In(text.EN)).Isles {
		require.NotContains(t, i.Tag, "leads", "the old leader has no majority")
	}
}

func TestServersKeepOffTheEdgeOfTheSheetAndOffEachOther(t *testing.T) {
	for _, sheet := range []*Sheet{Wide, Tall, crowd, tallCrowd} {
		few := sheet == Wide || sheet == Tall
		for voters := 1; voters <= 9; voters++ {
			for observers := range 5 {
				if few && (voters+observers >= crowdFrom || observers >= crowdObservers) {
					continue
				}
				m := Empty(voters, observers)
				l := Place(m, sheet)
				for s := range m.Servers() {
					at := l.At(s.ID)
					margin := Point{GlyphWidth/2 + 26, GlyphHeight/2 + 8} // a leader is wider
					require.Equal(t, at, at.clampTo(margin, sheet.Size.sub(margin)),
						"%s, %d and %d: server %d", sheet.Name, voters, observers, s.ID)
					for o := range m.Servers() {
						d := l.At(o.ID).sub(at)
						require.False(t, o.ID != s.ID && abs(d.X) < GlyphWidth &&
							abs(d.Y) < GlyphHeight, "%s, %d and %d: %d on %d", sheet.Name, voters,
							observers, s.ID, o.ID)
					}
				}
			}
		}
	}
}
