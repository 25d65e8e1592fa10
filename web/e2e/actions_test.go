package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// quiet opens free play at a moment at which nothing moves.
func quiet(t *testing.T) *tab {
	t.Helper()
	b := open(t, "/en/play?autoplay=0")
	for _, line := range []string{
		":until leader == 5", ":client A@4", ":wait 2s", "A: create /x 1", ":wait 2s",
	} {
		b.command(line)
	}
	b.settle()
	return b
}

// clickOn clicks the middle of an element with the pointer.
func (b *tab) clickOn(selector string, opts ...chromedp.MouseOption) {
	b.t.Helper()
	p := b.control(selector)
	b.do(chromedp.MouseClickXY(p.X, p.Y, opts...))
}

const openPage = "#menu:popover-open [data-page]:not([hidden]) "

// item is a selector of a menu's item.
func item(name, value string) string {
	return openPage + "[data-" + name + "=" + quote(value) + "]"
}

// The arrows, as the key events of chromedp name them.
const (
	arrowDown = "\u0301"
	arrowUp   = "\u0304"
)

// walkTo goes through the open menu with the arrows until the focus is on what has a value.
func (b *tab) walkTo(name, value string) {
	b.t.Helper()
	down := ask[int](b, fmt.Sprintf(`(() => {
		const here = document.activeElement;
		const all = [...here.closest("[data-page]").querySelectorAll("[role=menuitem]")];
		const at = all.findIndex((el) => el.dataset.%s === %q);
		return at - all.indexOf(here);
	})()`, name, value))
	if down != 0 {
		arrow := map[bool]string{true: arrowDown, false: arrowUp}[down > 0]
		b.do(chromedp.KeyEvent(strings.Repeat(arrow, max(down, -down))))
	}
	require.Equal(b.t, value, ask[string](b, "document.activeElement.dataset."+name+" ?? ''"))
}

func TestAnActionThatWouldChangeNothingSaysWhy(t *testing.T) {
	b := quiet(t)
	before := b.fingerprint()
	p := b.middle("server-3")
	b.do(chromedp.MouseClickXY(p.X, p.Y, chromedp.ButtonRight))
	restart := item("action", "restart")
	b.wait("document.querySelector(" + quote(restart) + ")")
	attr := func(name string) string {
		return ask[string](b, "document.querySelector("+quote(restart)+").getAttribute("+
			quote(name)+")")
	}
	require.Equal(t, "true", attr("aria-disabled"))
	require.Equal(t, "Node 3 is running already", attr("aria-description"))
	b.walkTo("action", "restart")
	b.wait("document.getElementById('menu-hint').textContent === 'Node 3 is running already'")
	b.clickOn(restart)
	b.wait("document.querySelector('.toast')?.textContent === 'Node 3 is running already'")
	require.Equal(t, before, b.fingerprint())

	b.walkTo("action", "kill")
	b.wait("document.getElementById('menu-hint').textContent.startsWith(" +
		"'Nothing changes for the service: 4 of 5 remain')")
}

func TestAFaultEndsInAVerdictThatLeadsBack(t *testing.T) {
	b := quiet(t)
	began := b.now().Time
	b.command(":kill 5")
	b.command(":wait 10s")
	b.wait("document.querySelector('.toast[data-kind=verdict]')")
	text := ask[string](b, "document.querySelector('.toast[data-kind=verdict]').textContent")
	require.Regexp(t, `^Leader 5 lost → epoch 2 → \d\.\d s → node 4 leads\. No committed`, text)
	b.wait("document.getElementById('narration').textContent.includes('node 4 leads')")
	b.clickOn(".toast[data-kind=verdict] button")
	b.until("the beginning is shown", func(s state) bool { return s.Time == began })

	b.clickOn("[data-action=seek-end]")
	b.until("the end is shown", func(s state) bool { return s.Time > began })
	b.clickOn("#tab-events")
	b.clickOn("#verdicts button")
	b.until("the beginning is shown again", func(s state) bool { return s.Time == began })
}

// TestAHintFollowsItsControl looks at a hint that stands while what its control would do changes.
func TestAHintFollowsItsControl(t *testing.T) {
	b := quiet(t)
	b.list()
	b.command(":wait 100ms")
	heal := "#stage-list [data-action=heal-all]"
	says := func(words string) {
		b.wait("document.getElementById('hint').textContent.includes(" + quote(words) + ")")
	}
	b.keys("\t") // from here on focus is seen
	ask[bool](b, "document.querySelector("+quote(heal)+").focus() ?? true")
	says("All links are sound")
	b.command(":partition 1,2|*")
	b.wait("!document.getElementById('hint').textContent.includes('All links are sound')")
	require.False(t, ask[bool](b, "document.getElementById('hint').hidden"))
}
