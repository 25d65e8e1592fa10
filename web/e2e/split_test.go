package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// point is a place in the window, in CSS pixels.
type point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// glyph returns the centre of a server's picture.
func (b *tab) glyph(server int) point {
	b.t.Helper()
	return ask[point](b, fmt.Sprintf(`(() => {
		const r = document.querySelector('[data-server="%d"]').getBoundingClientRect();
		return {x: r.x + r.width / 2, y: r.y + r.height / 2};
	})()`, server))
}

// stage returns a point of the stage, by its share of the width and of the height.
func (b *tab) stage(across, down float64) point {
	b.t.Helper()
	return ask[point](b, fmt.Sprintf(`(() => {
		const r = document.querySelector('#stage-picture').getBoundingClientRect();
		return {x: r.x + r.width * %f, y: r.y + r.height * %f};
	})()`, across, down))
}

// drag pulls one point to another with the pointer.
func (b *tab) drag(from, to point) {
	b.t.Helper()
	b.do(chromedp.DragAndDropXY(from.X, from.Y, to.X, to.Y, 16))
}

// islands returns the island of each server, by id.
func (s state) islands() map[int]int {
	on := map[int]int{}
	for _, server := range s.Servers {
		on[server.ID] = server.Island
	}
	return on
}

func TestDraggingTwoServersAwaySplitsTheEnsemble(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()

	b.drag(b.glyph(1), b.stage(0.96, 0.06))
	b.until("1 is alone", func(s state) bool {
		on := s.islands()
		return on[1] != on[2] && on[2] == on[3] && on[3] == on[4] && on[4] == on[5]
	})
	b.wait("document.querySelectorAll('[data-isle]').length === 2")
	b.settle()
	b.drag(b.glyph(2), b.glyph(1))
	b.until("1 and 2 are together, and the others", func(s state) bool {
		on := s.islands()
		return on[1] == on[2] && on[2] != on[3] && on[3] == on[4] && on[4] == on[5]
	})
	b.wait("document.querySelectorAll('[data-isle]').length === 2")

	b.command(":until state[1] == LOOKING && state[2] == LOOKING")
	for _, tag := range []string{"2/5", "3/5"} {
		b.wait("[...document.querySelectorAll('.isle-tag')].some(e => e.textContent.includes('" +
			tag + "'))")
	}
	b.wait(`document.querySelector('[data-server="1"]').dataset.role === 'LOOKING'`)
	b.wait(`document.querySelector('[data-server="2"]').dataset.role === 'LOOKING'`)
	require.Equal(t, 5, b.now().Leader, "the majority goes on")

	b.command(":client B@3!")
	b.command("B: create /split 1")
	b.command(":until result(B#1) == ok")
	b.command(":until value(4, \"/split\") == \"1\"")
	b.command(":wait 2s")
	before := b.now()
	require.NotEqual(t, before.committed(3), before.committed(1), "the minority missed the write")

	b.command(":heal")
	b.command(":until agree(*) && state[1] == FOLLOWING && state[2] == FOLLOWING")
	after := b.now()
	require.Equal(t, after.committed(3), after.committed(1))
	require.Equal(t, 1, after.Epoch, "the leader never lost its majority")
	require.Empty(t, after.Violations)
	b.wait("document.querySelectorAll('[data-isle]').length === 0")
}

// committed returns a server's last committed zxid.
func (s state) committed(id int) string {
	for _, server := range s.Servers {
		if server.ID == id {
			return server.Committed
		}
	}
	return ""
}
