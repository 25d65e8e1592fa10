package ui

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
)

func TestATearTouchesNoTag(t *testing.T) {
	for voters := 3; voters <= 9; voters++ {
		for side := zk.ServerSet(2); side < zk.SetOf(zk.ServerID(voters)); side += 2 {
			m := split(voters, side)
			for _, tall := range []bool{false, true} {
				for _, lang := range []text.Lang{text.EN, text.ZH} {
					requireTearsBesideTags(t, BuildStage(m, View{Tall: tall}, text.In(lang)))
				}
			}
		}
	}
}

func requireTearsBesideTags(t *testing.T, s Stage) {
	t.Helper()
	require.NotEmpty(t, s.Tears)
	for _, tear := range s.Tears {
		for _, path := range []string{tear.Left, tear.Right} {
			require.Greater(t, len(pathPoints(t, path)), 2)
			for _, i := range s.Isles {
				require.False(t, touches(t, path, i), "%s on %s: %s", path, i.Tag, i.TagAt)
			}
		}
	}
}

// touches reports whether a path comes closer than a few units to the tag of an island.
func touches(t *testing.T, path string, i IsleShape) bool {
	points := pathPoints(t, path)
	for n := range points[1:] {
		a, b := points[n], points[n+1]
		for step := range 21 {
			p := a.add(b.sub(a).scale(float64(step) / 20)).sub(i.TagAt)
			if math.Abs(p.X) < i.TagWide/2+4 && math.Abs(p.Y) < i.Letter+4 {
				return true
			}
		}
	}
	return false
}

func pathPoints(t *testing.T, path string) []Point {
	var out []Point
	command := func(r rune) bool { return r == 'M' || r == 'L' }
	for _, part := range strings.FieldsFunc(path, command) {
		x, y, ok := strings.Cut(strings.TrimSpace(part), " ")
		require.True(t, ok, part)
		px, err := strconv.ParseFloat(x, 64)
		require.NoError(t, err)
		py, err := strconv.ParseFloat(y, 64)
		require.NoError(t, err)
		out = append(out, Point{px, py})
	}
	return out
}
