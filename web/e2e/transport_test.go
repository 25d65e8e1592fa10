package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// pop opens a popover of the transport with a real click on its button.
func (b *tab) pop(id string) {
	b.t.Helper()
	b.do(chromedp.Click(`[popovertarget="pop-` + id + `"]`))
	b.wait("document.querySelector('#pop-" + id + "').matches(':popover-open')")
}

func TestStepsGoByTheChosenUnitBothWays(t *testing.T) {
	b := open(t, "/en/play?autoplay=0")
	b.elect()
	b.command(":kill leader")
	b.command(":wait 20s")
	b.pop("steps")
	end := b.now().Time
	b.do(chromedp.Click(`tr[data-unit=round] [data-action=back]`))
	b.until("a round back", func(s state) bool { return s.Time < end })
	first, then := b.now().Time, b.fingerprint()
	b.do(chromedp.Click(`tr[data-unit=round] [data-action=back]`))
	b.until("another round back", func(s state) bool { return s.Time < first })
	b.do(chromedp.KeyEvent("\x1b"))
	b.do(chromedp.Click(`.transport-buttons > [data-action=step]`))
	b.until("forward by the same unit", func(s state) bool { return s.Time == first })
	require.Equal(t, then, b.fingerprint())
	ask[any](b, "window.zabscope.seek(1e9)")
	b.do(chromedp.Click(`.transport-buttons > [data-action=step]`))
	b.toasted("120 s")
	require.Equal(t, end, b.now().Time)
}

func TestSpeedHasNamedStops(t *testing.T) {
	b := open(t, "/zh/play?autoplay=0")
	rate := func(text string) {
		b.wait("document.querySelector('#speed-value').textContent.includes(" + quote(text) + ")")
	}
	rate("1/50")
	b.do(chromedp.Click(`[data-action=slower]`))
	rate("1/100")
	b.do(chromedp.KeyEvent("="))
	rate("1/50")
	b.pop("speed")
	b.do(chromedp.Click(`[data-action="speed-to"][data-value="1"]`))
	rate("1/1000")
	b.pop("speed")
	b.do(chromedp.Click(`[data-action="speed-to"][data-value="10000"]`))
	rate("10×")
	b.do(chromedp.KeyEvent("0"))
	rate("1/50")
}

func TestBranchesCanBeSwitchedAndAForkUndone(t *testing.T) {
	b := open(t, "/en/play?autoplay=0")
	b.elect()
	b.command(":kill leader")
	b.command(":wait 20s")
	end := b.now().Time
	ask[any](b, fmt.Sprintf("window.zabscope.seek(%f)", end-19_500))
	b.command(":kill 4")
	b.wait("document.querySelector('.toast[data-kind=fork]')")
	b.pop("branches")
	b.wait("document.querySelectorAll('#branches .time-row').length === 2")
	require.Equal(t, 2, b.now().roles()["DOWN"])
	b.do(chromedp.Click("#branch-0"))
	b.until("main has one down", func(s state) bool { return s.roles()["DOWN"] == 1 })
	b.do(chromedp.Click("#branch-1"))
	b.until("the other two", func(s state) bool { return s.roles()["DOWN"] == 2 })
	b.do(chromedp.SendKeys("#fork-name", "what if"), chromedp.Click("#fork-form button"))
	b.wait("document.querySelector('#branches').textContent.includes('what-if')")
	b.do(chromedp.KeyEvent("\x1b"))
	ask[any](b, "window.zabscope.seek(1000)")
	b.command(":kill 1")
	b.wait("document.querySelectorAll('.toast[data-kind=fork] button').length > 0")
	ask[any](b, "[...document.querySelectorAll('.toast[data-kind=fork] button')].pop().click()")
	b.until("back to before it", func(s state) bool { return s.roles()["DOWN"] == 0 })
	b.wait("document.querySelectorAll('#branches .time-row').length === 3")
}

func TestMarksInWordsSeek(t *testing.T) {
	b := open(t, "/zh/play?autoplay=0")
	b.elect()
	b.command(":kill leader")
	b.command(":wait 5s")
	b.pop("marks")
	b.wait("document.querySelector('#marks').textContent.includes('节点 5 宕机')")
	ask[any](b, `[...document.querySelectorAll('#marks [data-action=seek]')]
		.find((row) => row.textContent.includes('节点 5 宕机')).click()`)
	b.wait("document.querySelector('#marks [data-past=false]')")
	require.Equal(t, "DOWN", b.now().Servers[4].Role)
	require.Less(t, b.now().Time, 3000.0)
}

func TestTransportLooks(t *testing.T) {
	for _, c := range []struct {
		name, lang, theme, pop string
		window                 size
	}{
		{"desktop-light-zh", "zh", "light", "branches", desktop},
		{"desktop-dark-en", "en", "dark", "marks", desktop},
		{"small-light-en", "en", "light", "steps", size{800, 560}},
		{"phone-light-zh", "zh", "light", "speed", size{390, 844}},
		{"phone-dark-en", "en", "dark", "pauses", size{390, 844}},
		{"desktop-light-en", "en", "light", "pauses", desktop},
	} {
		b := blank(t, c.window)
		b.prefer("prefers-color-scheme", c.theme)
		b.visit("/" + c.lang + "/play?autoplay=0")
		b.elect()
		b.command(":kill leader")
		b.command(":wait 5s")
		ask[any](b, "window.zabscope.seek(2000)")
		b.command(":kill 1")
		b.command(":wait 1s")
		b.typeLine(":wait 1h")
		b.wait(working)
		b.pop(c.pop)
		wide := ask[bool](b, "document.documentElement.scrollWidth > innerWidth")
		require.False(t, wide, "%s scrolls sideways", c.name)
		b.shoot("transport-" + c.name)
	}
}

func TestBreakpointPausesWithABanner(t *testing.T) {
	b := open(t, "/en/play?autoplay=0")
	ask[any](b, "window.zabscope.speed(1000)")
	b.pop("pauses")
	b.do(chromedp.SendKeys("#break-when", "leader != none"),
		chromedp.Click("#break-form button"))
	b.wait("document.querySelector('#breaks').textContent.includes('leader != none')")
	b.do(chromedp.KeyEvent("\x1b"))
	b.do(chromedp.Click(".transport-play"))
	b.wait("!document.querySelector('#paused').hidden")
	require.Contains(t, ask[string](b, "document.querySelector('#paused-text').textContent"),
		"Breakpoint 1: when leader != none")
	require.NotZero(t, b.now().Leader)
	b.wait(paused)
	b.pop("pauses")
	b.do(chromedp.Click("#breaks [data-action=unbreak]"))
	b.wait("!document.querySelector('#breaks [data-action=unbreak]')")
	b.do(chromedp.KeyEvent("\x1b"))
	b.do(chromedp.Click("#paused [data-action=go-on]"))
	b.wait("document.querySelector('#paused').hidden")
}

func TestClockPausesAtWhatThePersonChose(t *testing.T) {
	b := open(t, "/zh/play?autoplay=0")
	ask[any](b, "window.zabscope.speed(1000)")
	b.pop("pauses")
	b.do(chromedp.Click(`input[name="auto-quorum"][value="pause"]`))
	b.do(chromedp.KeyEvent("\x1b"))
	b.do(chromedp.Click(".transport-play"))
	b.wait("!document.querySelector('#paused').hidden")
	require.Contains(t, ask[string](b, "document.querySelector('#paused-text').textContent"),
		"已暂停")
	b.do(chromedp.Reload())
	b.ready()
	require.True(t, ask[bool](b,
		`document.querySelector('input[name="auto-quorum"][value="pause"]').checked`))
	b.do(chromedp.Click(".transport-play"))
	b.wait("!document.querySelector('#paused').hidden")
}
