package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// phone is a small window.
var phone = size{390, 844}

// way is one way to do something by hand.
type way struct {
	name string
	act  func(*tab)
}

// sameAs does in every way what a line does, from the same moment, and wants the same trace.
func (b *tab) sameAs(line string, ways ...way) {
	b.t.Helper()
	before := b.fingerprint()
	b.command(line)
	want := b.fingerprint()
	require.NotEqual(b.t, before, want, "the line does nothing")
	b.command(":undo")
	for _, w := range ways {
		require.Equal(b.t, before, b.fingerprint(), "back at the start, for %s", w.name)
		b.keys("\x1b")
		b.keys("\x1b")
		b.wait("!document.querySelector('.server[data-selected]')")
		b.settle()
		w.act(b)
		b.changes(before, w.name)
		require.Equal(b.t, want, b.fingerprint(), "%s is not %s but %s", w.name, line,
			ask[string](b, "document.getElementById('console-log').lastElementChild?.innerText"))
		b.command(":undo")
	}
}

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

func TestPartitionIsTheSameHoweverItIsMade(t *testing.T) {
	b := standing(t)
	circle := func(b *tab) []point {
		return []point{
			b.paper(390, 30), b.paper(900, 30), b.paper(920, 330), b.paper(600, 330),
			b.paper(400, 190),
		}
	}
	isolate := `#actionbar [data-action="isolate"]`
	b.sameAs(":partition 1,2|3,4,5",
		way{"keyboard", func(b *tab) {
			b.choose(1, 2)
			b.keys("p")
		}},
		way{"rectangle and action bar", func(b *tab) {
			b.stroke(b.paper(390, 15), b.paper(900, 330))
			b.pressOn(isolate)
		}},
		way{"lasso tool and action bar", func(b *tab) {
			b.pressOn(`[data-tool="tool-lasso"]`)
			b.stroke(circle(b)...)
			b.pressOn(isolate)
		}},
		way{"shift-click and menu", func(b *tab) {
			b.click(b.glyph(2), 0)
			b.click(b.glyph(1), shift)
			b.wait("document.querySelectorAll('.server[data-selected]').length === 2")
			b.menu("server-1", "isolate")
		}},
		way{"knife", func(b *tab) {
			b.pressOn(`[data-tool="tool-knife"]`)
			b.stroke(b.paper(300, 40), b.paper(900, 420))
		}},
		way{"drag of the selection", func(b *tab) {
			b.choose(1, 2)
			b.stroke(b.glyph(2), b.paper(930, 70))
		}},
		way{"finger with the lasso", func(b *tab) {
			b.poke(b.control(`[data-tool="tool-lasso"]`))
			b.swipe(circle(b)...)
			b.poke(b.control(isolate))
		}},
		way{"finger with the knife", func(b *tab) {
			b.poke(b.control(`[data-tool="tool-knife"]`))
			b.swipe(b.paper(300, 40), b.paper(900, 420))
		}},
	)
}

func TestOneServerIsIsolatedJoinedAndHealedByDrag(t *testing.T) {
	b := standing(t)
	for name, drag := range map[string]func(...point){"mouse": b.stroke, "finger": b.swipe} {
		t.Run(name, func(t *testing.T) {
			b.t = t
			b.sameAs(":partition 1,3,4,5|2", way{name + " to open water", func(b *tab) {
				drag(b.glyph(2), b.paper(955, 50))
			}})
			b.command(":partition 1,3,4,5|2")
			b.settle()
			b.sameAs(":partition 1,2|3,4,5", way{name + " to the other island", func(b *tab) {
				b.settle()
				drag(b.glyph(1), b.glyph(2))
			}})
			b.settle()
			b.sameAs(":heal 2", way{name + " back", func(b *tab) {
				b.settle()
				drag(b.glyph(2), b.paper(470, 420))
			}})
			b.command(":undo")
		})
	}
}

func TestLinkIsCutTheSameHoweverItIsCut(t *testing.T) {
	b := standing(t)
	scissors := func(b *tab) { b.pressOn(`[data-tool="tool-cut"]`) }
	b.sameAs(":cut 1<>4",
		way{"scissors", func(b *tab) {
			scissors(b)
			b.click(b.wire("1-4", 0.5), 0)
		}},
		way{"finger with the scissors", func(b *tab) {
			b.poke(b.control(`[data-tool="tool-cut"]`))
			b.poke(b.wire("1-4", 0.5))
		}},
		way{"menu", func(b *tab) { b.menu("link-1-4", "cut") }},
		way{"keyboard", func(b *tab) {
			b.choose(1, 4)
			b.menu("server-1", "cut")
		}},
	)
	b.sameAs(":cut 1>4",
		way{"alt-click near 1", func(b *tab) {
			scissors(b)
			b.click(b.wire("1-4", 0.22), alt)
		}},
		way{"menu", func(b *tab) { b.menu("link-1-4", "cut-ab") }},
	)
	b.sameAs(":cut 4>1", way{"alt-click near 4", func(b *tab) {
		scissors(b)
		b.click(b.wire("1-4", 0.78), alt)
	}}, way{"long press", func(b *tab) {
		b.touch(input.DispatchTouchEventTypeTouchStart, b.wire("1-4", 0.5))
		b.wait("document.querySelector('#menu:popover-open')")
		b.touch(input.DispatchTouchEventTypeTouchEnd)
		b.poke(b.control("#menu [data-action=cut-ba]"))
	}})
}

func TestServersAreKilledTheSameHoweverTheyAreKilled(t *testing.T) {
	b := standing(t)
	b.sameAs(":kill 3",
		way{"keyboard", func(b *tab) {
			b.choose(3)
			b.keys("k")
		}},
		way{"tool", func(b *tab) {
			b.pressOn(`[data-tool="tool-kill"]`)
			b.click(b.glyph(3), 0)
		}},
		way{"menu", func(b *tab) { b.menu("server-3", "kill") }},
		way{"finger", func(b *tab) {
			b.poke(b.glyph(3))
			b.poke(b.control(`#actionbar [data-action="kill"]`))
		}},
	)
	b.sameAs(":kill 1,2", way{"space, shift-space", func(b *tab) {
		ask[any](b, "void document.getElementById('server-1').focus()")
		b.keys(" ")
		ask[any](b, "void document.getElementById('server-2').focus()")
		b.keys(" ", chromedp.ModifierShift)
		b.wait("document.querySelectorAll('.server[data-selected]').length === 2")
		b.keys("k")
	}})
}

func TestClientMovesTheSameHoweverItIsMoved(t *testing.T) {
	b := standing(t)
	b.sameAs(":move A 3",
		way{"mouse", func(b *tab) { b.stroke(b.control("#client-A .client-body"), b.glyph(3)) }},
		way{"finger", func(b *tab) { b.swipe(b.control("#client-A .client-body"), b.glyph(3)) }},
	)
	b.command(":move A 3")
	b.command(":wait 1s")
	require.Equal(t, "3", ask[string](b, `document.querySelector("#client-A")
		.getAttribute("aria-label").match(/\d/)[0]`))
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
