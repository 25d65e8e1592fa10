package ui

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// watching lets a world take a model along.
type watching struct{ *view.Model }

func (w watching) Observe(e *trace.Event) { w.Apply(e) }

func (w watching) CloneObserver() sim.Observer { return watching{w.Clone()} }

// played returns the model of five servers after lines of the command language.
func played(t *testing.T, lines ...string) *view.Model {
	t.Helper()
	f, err := scenario.FreePlay(5, 0, 7)
	require.Nil(t, err)
	s, err := scenario.NewSession(f, scenario.Options{
		Observers: []sim.Observer{watching{Empty(5, 0)}},
	})
	require.Nil(t, err)
	for _, line := range append([]string{":until service == available"}, lines...) {
		res := s.Command(line)
		require.Nil(t, res.Err, "%s: %v", line, res.Err)
	}
	return s.Observer(0).(watching).Model
}

// parted is a cluster in which every kind of pip can be seen, and a stale read.
func parted(t *testing.T) *view.Model {
	return played(t, ":client A@1", ":client B@5!", ":client C@4!", ":wait 1s",
		`A: create /app "hello <b>"`, "A: create -e -s /app/member-", "A: create /old", ":wait 1s",
		"A: get -w /app", "A: ls -w /", "A: stat -w /none", ":wait 1s",
		":partition 1,2,3|4,5", "B: create /mine draft", ":until leader == 3", ":wait 1s",
		"A: set /app world", "A: create /fresh 1", "A: delete /old", ":wait 300ms", ":kill 2")
}

func TestDataPanelIsAsReviewed(t *testing.T) {
	m := parted(t)
	for _, lang := range []text.Lang{text.ZH, text.EN} {
		v := DataView{Count: 10, Selected: "/app"}
		p := BuildData(m, v.Merge(m), &v, text.In(lang))
		golden(t, "data-meta-"+lang.Tag()+".html", DataMeta(p))
		golden(t, "data-row-"+lang.Tag()+".html", Znode(p.Rows[1]))
		golden(t, "data-detail-"+lang.Tag()+".html", DataInfo(p.Detail, p.Text))
		golden(t, "watches-"+lang.Tag()+".html", Watches(BuildWatches(m, p.Text)))
	}
}

// TestKindsOfZnodesAreTold goes by what clients are not shown: the owner of a container or of a
// znode with a time to live is no session.
func TestKindsOfZnodesAreTold(t *testing.T) {
	m := played(t, ":client A@1", ":wait 1s", "A: create /a", "A: create -e /b", "A: create -c /c",
		"A: create -t 60000 /d", ":wait 1s")
	for lang, want := range map[text.Lang][]string{
		text.EN: {"persistent", "ephemeral", "container", "with a time to live · 60 s"},
		text.ZH: {"持久", "临时", "容器", "带 TTL · 60 s"},
	} {
		v := DataView{Count: 10, Selected: "/d"}
		p := BuildData(m, v.Merge(m), &v, text.In(lang))
		var kinds, icons []string
		for _, row := range p.Rows[1:5] {
			kinds, icons = append(kinds, row.Kind), append(icons, row.Icon)
		}
		require.Equal(t, want, kinds)
		require.Equal(t, []string{"persistent", "ephemeral", "container", "ttl"}, icons)
		require.Equal(t, want[3], p.Detail.Kind)
		golden(t, "data-kinds-"+lang.Tag()+".html", Znode(p.Rows[3]))
	}
}

func TestRowsInSightAreTheOnlyOnes(t *testing.T) {
	m := played(t, ":client A@1", ":wait 1s",
		"A: multi "+strings.Repeat("create -s /n- x; ", 500), ":wait 1s")
	v := DataView{From: 450, Count: 20}
	p := BuildData(m, v.Merge(m), &v, text.In(text.EN))
	require.Equal(t, 502, p.Total) // with the root and /zookeeper
	require.Equal(t, 450, p.From)
	require.Len(t, p.Rows, 20)
	require.Equal(t, "n-0000000449", p.Rows[0].Name)
	v.From = 9999
	p = BuildData(m, v.Merge(m), &v, text.In(text.EN))
	require.Equal(t, 482, p.From, "the end is in sight when the page asks for more than there is")
	require.Equal(t, "zookeeper", p.Rows[19].Name)
}

func TestHostileZnodesStayInTheirRow(t *testing.T) {
	name := "\u202eevil<script>" + strings.Repeat("w", 5000)
	m := played(t, ":client A@1", ":wait 1s", `A: create "/`+name+`" "<img src=x>`+
		strings.Repeat("\u202eD", 200_000)+`"`, ":wait 1s")
	v := DataView{Count: 5, Selected: "/" + name}
	p := BuildData(m, v.Merge(m), &v, text.In(text.EN))
	row := render(t, Znode(p.Rows[2]))
	require.Less(t, len(row), 2000)
	require.NotContains(t, row, "\u202e")
	require.NotContains(t, row, "<script>")
	require.NotContains(t, row, "<img")
	detail := render(t, DataInfo(p.Detail, p.Text))
	require.Less(t, len(detail), 6000)
	require.NotContains(t, detail, "\u202e")
	require.NotContains(t, detail, "<script>")
	require.Contains(t, detail, "800011 B")
}

func TestPreviewTellsTextFromBytes(t *testing.T) {
	require.Equal(t, "", preview(nil, 10))
	require.Equal(t, "节点", preview([]byte("节点"), 10))
	require.Equal(t, "aaaaaaaaa…", preview([]byte(strings.Repeat("a", 1<<20)), 10))
	require.Equal(t, "0x00ff10", preview([]byte{0, 0xff, 0x10}, 10))
	require.Equal(t, "a␀b", preview([]byte("a\x00b"), 10))
	require.Equal(t, "节节节节节节节节节…", preview([]byte(strings.Repeat("节", 99)), 10))
}
