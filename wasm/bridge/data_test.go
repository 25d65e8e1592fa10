package bridge

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// planted is free play that stands still with a leader and client A, and the data tree in sight.
func planted(t *testing.T) *page {
	t.Helper()
	p := free(t)
	p.call("sight", args{"show": []string{"data"}})
	p.call("data-window", args{"from": 0, "count": 12})
	for _, line := range []string{
		":until service == available", ":client A@1", ":wait 1s", "A: create /a 1",
		"A: create /a/b 2", "A: create /c 3", ":wait 1s",
	} {
		p.do(line)
	}
	p.call("play", args{"on": false})
	return p
}

// names lists what a frame says of the rows, by place; "" for one that is free.
func names(f *frameOf) map[int]string {
	out := map[int]string{}
	for _, panel := range f.Panels {
		if slot, ok := strings.CutPrefix(panel[0], "znode-"); ok {
			n, _ := strconv.Atoi(slot)
			_, rest, _ := strings.Cut(panel[1], `<bdi class="znode-name">`)
			out[n], _, _ = strings.Cut(rest, "<")
		}
	}
	return out
}

func TestDataTreeSendsOnlyTheRowsThatChanged(t *testing.T) {
	p := planted(t)
	f := p.tick(0)
	got := names(&f)
	require.Len(t, got, 12)
	require.Equal(t, []string{"/", "a", "b", "c", "zookeeper", ""},
		[]string{got[0], got[1], got[2], got[3], got[4], got[5]})
	require.Empty(t, p.tick(0).Panels)

	p.do("A: set /a/b new")
	p.do(":wait 1s")
	f = p.tick(0)
	require.Equal(t, map[int]string{2: "b"}, names(&f))
	size := 0
	for _, panel := range f.Panels {
		if strings.HasPrefix(panel[0], "znode-") || strings.HasPrefix(panel[0], "data-") {
			size += len(panel[1])
		}
	}
	require.Less(t, size, 4096)
	row, _ := f.panel("znode-2")
	require.Contains(t, row, `data-mark="changed"`)

	p.call("sight", args{"hide": []string{"data"}})
	p.do("A: set /a/b newer")
	p.do(":wait 1s")
	f = p.tick(0)
	require.Empty(t, names(&f), "it is out of sight")
}

func TestDataTreeMarksFadeWithRealTime(t *testing.T) {
	p := planted(t)
	p.tick(0)
	p.do("A: delete /c")
	p.do(":wait 1s")
	f := p.tick(16)
	row, _ := f.panel("znode-3")
	require.Contains(t, row, `data-mark="removed"`)
	gone := false
	for _, f := range p.play(4000) {
		got := names(&f)
		gone = gone || got[3] == "zookeeper"
	}
	require.True(t, gone, "what is removed is listed for a moment only")
}

func TestDataTreeWalksByKeys(t *testing.T) {
	p := planted(t)
	p.tick(0)
	walk := func(key string) int {
		t.Helper()
		place := as[DataPlace](p, p.call("data-key", args{"key": key}))
		p.tick(0)
		return place.Row
	}
	require.Equal(t, 0, walk("ArrowDown"))
	require.Equal(t, 1, walk("ArrowDown"))
	require.Equal(t, 2, walk("ArrowRight"), "to the first child")
	require.Equal(t, 1, walk("ArrowLeft"), "to the parent")
	require.Equal(t, 1, walk("ArrowLeft"), "folds")
	require.Equal(t, 3, walk("End"))
	require.Equal(t, 0, walk("Home"))
	require.Equal(t, 1, walk("ArrowDown"))
	require.Equal(t, 1, walk("Enter"), "unfolds")
	require.Equal(t, 4, walk("PageDown"))
	require.Equal(t, 0, walk("PageUp"))

	require.Equal(t, -1, as[DataPlace](p, p.call("data-pick", args{"n": 1, "key": "no"})).Row)
	p.call("data-filter", args{"text": "/a/b", "on": false})
	f := p.tick(0)
	meta, _ := f.panel("data-meta")
	require.Contains(t, meta, `data-total="3"`)
}
