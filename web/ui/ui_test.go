package ui

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

func TestPageHasNoInlineScriptOrStyle(t *testing.T) {
	html := render(t, Page(PageModel{Text: text.In(text.ZH), Voters: 5}))
	require.NotRegexp(t, `<script(?:[^>]*)>[^<]`, html)
	require.NotRegexp(t, `<style|\sstyle=|\son\w+=|javascript:`, html)
	require.NotRegexp(t, `(?:src|href)="https?:`, html)
}

func TestEveryIconExists(t *testing.T) {
	html := render(t, Sprite())
	used := regexp.MustCompile(`href="#i-(\w+)"`)
	for _, s := range Samples() {
		for _, c := range panels(s, text.In(text.EN)) {
			for _, m := range used.FindAllStringSubmatch(render(t, c), -1) {
				require.Contains(t, html, `id="i-`+m[1]+`"`)
			}
		}
	}
}

func TestDataOfZnodesIsEscapedAndVisible(t *testing.T) {
	m := sampleBroadcast()
	path := "/<img src=x onerror=alert(1)>\u202e\x07"
	m.Apply(&trace.Event{
		Ref: trace.Ref{Node: 'B', Seq: 9, Boot: 1}, At: m.Now, Kind: trace.Invoked, N: 9,
		Path: path,
	})
	txn := &zk.Txn{Zxid: zk.MakeZxid(1, 14), Op: zk.OpCreate, Path: path}
	m.Apply(&trace.Event{
		Ref: trace.Ref{Node: 1, Seq: 900, Boot: 1}, At: m.Now, Kind: trace.Logged,
		Zxid: txn.Zxid, Txn: txn,
	})
	s := Sample{Name: "hostile", Model: m, View: View{Selected: "client-B"}}
	for name, c := range panels(s, text.In(text.ZH)) {
		html := render(t, c)
		require.NotContains(t, html, "<img", name)
		require.NotContains(t, html, "\u202e", name)
		require.NotContains(t, html, "\x07", name)
	}
}

func TestServersNeverOverlap(t *testing.T) {
	for _, tall := range []bool{false, true} {
		for voters := 1; voters <= 9; voters++ {
			for observers := range 5 {
				m := Empty(voters, observers)
				requireApart(t, PlaceFor(m, View{Tall: tall}), m)
			}
		}
	}
}

func TestEveryPartitionOfManyIsDrawnApart(t *testing.T) {
	m := split(9, zk.SetOf(1, 2, 3))
	for _, groups := range [][]zk.ServerSet{
		{zk.SetOf(4, 5, 6)}, {zk.SetOf(4), zk.SetOf(5)}, {zk.SetOf(1), zk.SetOf(9), zk.SetOf(5)},
	} {
		for _, g := range groups {
			cutOff(m, g)
		}
		for _, tall := range []bool{false, true} {
			requireApart(t, PlaceFor(m, View{Tall: tall}), m)
		}
	}
}

func TestEveryPartitionOfFiveIsDrawnApart(t *testing.T) {
	for _, sheet := range []*Sheet{Wide, Tall} {
		for groups := range 1 << 4 { // server 5 is on side 0, so no partition comes twice
			if groups == 0 {
				continue
			}
			m := split(5, zk.ServerSet(groups)<<1)
			l := Place(m, sheet)
			require.Len(t, l.isles, 2)
			requireApart(t, l, m)
			for _, p := range append(l.hull(l.isles[0].all), l.hull(l.isles[1].all)...) {
				require.Equal(t, p, p.clampTo(Point{}, sheet.Size), "groups %b", groups)
			}
		}
	}
}

// split returns a running cluster of n servers with side cut off from the others.
func split(n int, side zk.ServerSet) *view.Model {
	m := newSample(n, 0).m
	cutOff(m, side)
	return m
}

func cutOff(m *view.Model, side zk.ServerSet) {
	for a := range side.All() {
		for b := range (m.Voters &^ side).All() {
			m.Apply(&trace.Event{At: m.Now, Kind: trace.Cut, Peer: a, Other: b})
			m.Apply(&trace.Event{At: m.Now, Kind: trace.Cut, Peer: b, Other: a})
		}
	}
}

func requireApart(t *testing.T, l *Layout, m *view.Model) {
	for a := range m.Servers() {
		for b := range m.Servers() {
			d := l.At(a.ID).sub(l.At(b.ID))
			apart := max(abs(d.X)-GlyphWidth, abs(d.Y)-GlyphHeight)
			require.True(t, a == b || apart >= 4, "%d at %v, %d", a.ID, l.At(a.ID), b.ID)
		}
	}
}

func abs(v float64) float64 { return max(v, -v) }

func TestLinksBowAroundForeignServers(t *testing.T) {
	for voters := 3; voters <= 9; voters++ {
		m := Empty(voters, 0)
		l := PlaceFor(m, View{})
		for a := range m.Voters.All() {
			for b := range m.Voters.All() {
				if a < b {
					hits := l.hits(l.curve(a, b, m.Voters), m.Voters.Without(a).Without(b))
					require.Zero(t, hits, "%d-%d of %d", a, b, voters)
				}
			}
		}
	}
}

func TestDroppingAServerInOpenWaterIsolatesIt(t *testing.T) {
	m := sampleBroadcast()
	l := Place(m, Wide)
	home := l.At(3)
	require.Empty(t, l.DropAt(m, 0, 3, home).Line)
	require.Empty(t, l.DropAt(m, 0, 3, Point{500, 260}).Line, "among the others")
	require.Equal(t, ":partition 1,2,4,5,6|3", l.DropAt(m, 0, 3, Point{900, 60}).Line)
}

func TestDroppingAServerOnAnIslandJoinsIt(t *testing.T) {
	m := split(5, zk.SetOf(1, 2))
	l := Place(m, Wide)
	require.Equal(t, ":partition 1|2,3,4,5", l.DropAt(m, 0, 2, l.At(4).add(Point{0, 20})).Line)
	require.Empty(t, l.DropAt(m, 0, 2, l.At(1)).Line, "its own island")
	m = split(5, zk.SetOf(3))
	l = Place(m, Wide)
	require.Equal(t, ":heal 3", l.DropAt(m, 0, 3, l.At(1)).Line)
}

func TestStylesNameNoColourOutsideTheTokens(t *testing.T) {
	colour := regexp.MustCompile(`#[0-9A-Fa-f]{3,8}\b`)
	dir := filepath.Join("..", "..", "static", "css")
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "tokens.css" {
			return err
		}
		source, err := os.ReadFile(path)
		for _, line := range strings.Split(string(source), "\n") {
			require.NotRegexp(t, colour, strings.ReplaceAll(line, "url(#", ""), path)
		}
		return err
	}))
}
