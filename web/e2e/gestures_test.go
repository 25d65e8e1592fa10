package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// phone is a small window.
var phone = size{390, 844}

// changes waits until the trace is another one.
func (b *tab) changes(before, what string) {
	b.t.Helper()
	for range 600 {
		if b.fingerprint() != before {
			return
		}
		ask[any](b, "new Promise(requestAnimationFrame)")
	}
	b.shoot("gesture-stuck")
	require.Fail(b.t, "nothing happened", what)
}

// standing opens a page with a leader and a client at server 1, standing still.
func standing(t *testing.T) *tab {
	t.Helper()
	b := blank(t, desktop)
	b.do(chromedp.EmulateViewport(desktop.width, desktop.height, chromedp.EmulateTouch))
	b.visit("/en/play?seed=7&autoplay=0")
	b.elect()
	b.command(":client A@1")
	b.command(":wait 1s")
	return b
}

func TestDragShowsWhatItWouldDoAndEscapeGivesItUp(t *testing.T) {
	b := standing(t)
	before := b.fingerprint()
	from, to := b.glyph(2), b.paper(955, 50)
	b.mouse(input.DispatchMouseEventTypeMousePressed, from, 0)
	for _, p := range between([]point{from, to}) {
		b.mouse(input.DispatchMouseEventTypeMouseMoved, p, 0)
	}
	b.wait("document.getElementById('isle-preview')")
	b.wait("document.getElementById('stage-hint-line').innerText === ':partition 1,3,4,5|2'")
	b.keys("\x1b")
	b.wait("!document.getElementById('isle-preview')")
	b.mouse(input.DispatchMouseEventTypeMouseReleased, to, 0)
	b.pressOn(`[data-tool="tool-cut"]`)
	b.mouse(input.DispatchMouseEventTypeMouseMoved, b.wire("1-4", 0.5), 0)
	b.wait("document.getElementById('stage-hint-line').innerText.includes(':cut 1')")
	b.keys("\x1b")
	b.wait(`document.querySelector('[data-tool="tool-select"]').ariaPressed === "true"`)
	require.Equal(t, before, b.fingerprint())
}

func TestTwoFingersZoomTheStageAndOneScrollsThePage(t *testing.T) {
	b := blank(t, phone)
	window := func(height int64) {
		b.do(chromedp.EmulateViewport(phone.width, height, chromedp.EmulateMobile,
			chromedp.EmulateTouch))
	}
	window(phone.height)
	b.visit("/en/play?seed=7&autoplay=0")
	b.elect()
	middle := b.stage(0.5, 0.5)
	spread := func(by float64) []point {
		return []point{{middle.X - by, middle.Y}, {middle.X + by, middle.Y}}
	}
	b.touch(input.DispatchTouchEventTypeTouchStart, spread(30)...)
	for by := 35.0; by <= 90; by += 5 {
		b.touch(input.DispatchTouchEventTypeTouchMove, spread(by)...)
	}
	b.touch(input.DispatchTouchEventTypeTouchEnd)
	b.rest()
	width := "document.getElementById('stage-svg').viewBox.baseVal.width"
	require.Less(t, ask[float64](b, width), 400.0, "the stage is drawn larger")
	b.settle()
	b.shoot("gesture-phone-near")
	b.poke(b.control(`[data-action="zoom-reset"]`))
	b.wait(width + " > 600")

	window(500) // too low for the whole page
	b.wait("document.documentElement.scrollHeight > innerHeight + 100")
	start := b.stage(0.5, 0.5)
	b.swipe(start, point{start.X, start.Y - 200})
	b.wait("scrollY > 40")
	ask[any](b, "void scrollTo(0, 0)")
	b.wait("scrollY === 0")
	window(phone.height)
	b.poke(b.control(`[data-action="edit-stage"]`))
	b.poke(b.control(`[data-tool="tool-knife"]`))
	b.settle()
	b.touch(input.DispatchTouchEventTypeTouchStart, b.stage(0.05, 0.45))
	for _, p := range between([]point{b.stage(0.05, 0.45), b.stage(0.95, 0.4)}) {
		b.touch(input.DispatchTouchEventTypeTouchMove, p)
	}
	b.wait("document.getElementById('isle-preview')")
	b.shoot("gesture-phone-knife")
	b.touch(input.DispatchTouchEventTypeTouchEnd)
	b.wait("document.querySelectorAll('[data-isle]').length === 2")
	require.Zero(t, ask[float64](b, "scrollY"), "the knife does not scroll the page")
}

func TestGestureScreenshots(t *testing.T) {
	for _, theme := range []string{"light", "dark"} {
		b := blank(t, desktop)
		b.prefer("prefers-color-scheme", theme)
		b.visit("/zh/play?seed=7")
		b.elect()
		b.command(":client A@1")
		b.command(":wait 1s")
		b.settle()
		b.choose(1, 2)
		b.drawn("gesture-"+theme+"-drag", b.glyph(2), b.paper(930, 80))
		b.drawn("gesture-"+theme+"-plug", b.control("#client-A .client-body"),
			b.glyph(3))
		b.pressOn(`[data-tool="tool-lasso"]`)
		b.drawn("gesture-"+theme+"-lasso", b.paper(380, 20), b.paper(900, 30), b.paper(920, 330),
			b.paper(600, 340))
		b.pressOn(`[data-tool="tool-knife"]`)
		b.drawn("gesture-"+theme+"-knife", b.paper(300, 40), b.paper(900, 420))
		b.pressOn(`[data-tool="tool-cut"]`)
		b.mouse(input.DispatchMouseEventTypeMouseMoved, b.wire("1-4", 0.5), 0)
		b.wait("document.getElementById('stage-hint-line').innerText !== ''")
		b.shoot("gesture-" + theme + "-scissors")
	}
}

// drawn takes a picture in the middle of a stroke, and gives the stroke up.
func (b *tab) drawn(name string, points ...point) {
	b.t.Helper()
	b.mouse(input.DispatchMouseEventTypeMousePressed, points[0], 0)
	for _, p := range between(points) {
		b.mouse(input.DispatchMouseEventTypeMouseMoved, p, 0)
	}
	b.rest()
	b.shoot(name)
	b.keys("\x1b")
	b.mouse(input.DispatchMouseEventTypeMouseReleased, points[len(points)-1], 0)
}
