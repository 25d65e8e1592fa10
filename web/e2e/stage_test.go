package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// covered lists which of the picture's parts lie under the controls of the stage.
const covered = `(() => {
	const boxes = (what) => [...document.querySelectorAll(what)].filter((el) =>
		el.checkVisibility({visibilityProperty: true})).map((el) =>
		[el, el.getBoundingClientRect()]);
	const over = boxes(".stage-foot > *, .toolbar, .toast, .stage-hint");
	return boxes(".server-shape, .client-body, .isle-tag").flatMap(([el, a]) => over
		.filter(([, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom &&
			b.top < a.bottom && b.width > 0)
		.map(([c]) => (el.parentElement.id || el.className.baseVal) + " under " + c.className));
})()`

func TestNothingLiesOverTheServersAndTheClients(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		b := blank(t, desktop)
		b.visit("/" + lang + "/play")
		b.elect()
		for i, letter := range "ABCDEF" {
			b.command(fmt.Sprintf(":client %c@%d!", letter, min(5, i+1)))
		}
		b.command(":wait 1s")
		b.command("A: create /app 1")
		for _, lines := range [][]string{{}, {":partition 1,2|3,4,5"}, {":partition 1,2|3,4|5"}} {
			for _, line := range lines {
				b.command(line)
			}
			for _, w := range windows {
				b.resize(w.size)
				require.Empty(t, ask[[]string](b, covered), "%s %v at %s", lang, lines, w.name)
			}
			b.resize(size{800, 560})
			require.Empty(t, ask[[]string](b, covered), "%s %v at 800x560", lang, lines)
			b.resize(desktop)
		}
		b.command(":heal")
		b.command(":kill 5")
		b.command(":wait 20s")
		b.wait("document.querySelector('.toast[data-kind=verdict]')")
		for _, w := range windows[:4] {
			b.resize(w.size)
			require.Empty(t, ask[[]string](b, covered), "%s, a toast at %s", lang, w.name)
		}
	}
}

// overlapping lists which of the stage's parts lie over each other: the picture, what is said below
// it, and the controls.
const overlapping = `(() => {
	const parts = ["#stage-picture", ".stage-hint", ".actionbar", ".legend > summary", ".corner",
		".stage-foot > .detail"].map((what) => [what, document.querySelector(what)])
		.filter(([, el]) => el?.checkVisibility({visibilityProperty: true}))
		.map(([what, el]) => [what, el.getBoundingClientRect()]);
	return parts.flatMap(([what, a], i) => parts.slice(i + 1)
		.filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 &&
			a.top < b.bottom - 1 && b.top < a.bottom - 1)
		.map(([other]) => what + " over " + other));
})()`

func TestWhatIsSaidBelowTheStageCoversNothing(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		b := blank(t, desktop)
		b.visit("/" + lang + "/play")
		b.elect()
		for _, w := range windows {
			b.resize(w.size)
			ask[any](b, "document.activeElement.blur()")
			b.choose(4)
			b.wait("!document.getElementById('actionbar').hidden")
			require.Empty(t, ask[[]string](b, overlapping), "%s, a selection at %s", lang, w.name)
			require.True(t, ask[bool](b, `[".legend > summary", ".corner"].every((what) =>
				document.querySelector(what).checkVisibility({visibilityProperty: true}))`),
				"%s, the controls at %s", lang, w.name)
			b.choose(2, 3)
			require.Empty(t, ask[[]string](b, overlapping), "%s, two at %s", lang, w.name)
			b.keys("\u001b")
			b.wait("document.getElementById('actionbar').hidden")
			if w.width < 700 {
				b.pressOn("[data-action=edit-stage]")
			}
			b.pressOn("[data-tool=tool-cut]")
			require.Empty(t, ask[[]string](b, overlapping), "%s, a tool at %s", lang, w.name)
			b.mouse("mouseMoved", b.wire("3-5", 0.4), 0)
			b.wait("document.getElementById('stage-hint-means').innerText !== ''")
			require.Empty(t, ask[[]string](b, overlapping), "%s, a forecast at %s", lang, w.name)
			b.pressOn("[data-tool=tool-select]")
			if w.width < 700 {
				b.pressOn("[data-action=edit-stage]")
			}
		}
	}
}

func TestTheStageStandsStillWhateverItsHeaderSays(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		for _, w := range []size{desktop, {390, 844}} {
			b := blank(t, w)
			b.visit("/" + lang + "/play")
			said, at := map[string]bool{}, map[box]bool{}
			look := func() {
				b.calm()
				said[ask[string](b, "document.querySelector('.status-state').innerText")] = true
				at[b.box("#stage-picture")] = true
				lamp, state := b.box(".status-lamp"), b.box(".status-state")
				require.InDelta(t, state.Y+state.Height/2, lamp.Y+lamp.Height/2, 1,
					"the sign stands beside its words")
			}
			for range 8 {
				look()
				b.command(":wait 25ms")
			}
			b.elect()
			for _, line := range []string{
				":kill leader", ":wait 20ms", ":wait 20ms", ":wait 100ms", ":cut 1<>2", ":kill 2",
				":kill 3", ":wait 30s", ":start *", ":wait 1s",
			} {
				b.command(line)
				look()
			}
			require.Greater(t, len(said), 4, "%v", said)
			require.Len(t, at, 1, "%s at %v: %v", lang, w, at)
		}
	}
}

// TestTheStageStandsStillWhateverIsSelected selects with a mouse, and where fingers have larger
// controls.
func TestTheStageStandsStillWhateverIsSelected(t *testing.T) {
	for _, window := range []size{desktop, {1280, 800}, {1024, 768}} {
		for _, touch := range []bool{false, true} {
			b := blank(t, window)
			if touch {
				b.do(chromedp.EmulateViewport(window.width, window.height, chromedp.EmulateTouch))
			}
			b.visit("/en/play")
			b.elect()
			b.command(":cut 1<>4")
			at := map[box]bool{b.box("#stage-picture"): true}
			for i, id := range []int{1, 4, 2} {
				b.click(b.glyph(id), []int64{0, shift}[min(i, 1)])
				b.wait(fmt.Sprintf(
					"document.querySelectorAll('.server[data-selected]').length === %d", i+1))
				b.calm()
				at[b.box("#stage-picture")] = true
			}
			require.Len(t, at, 1, "%v, touch %v: %v", window, touch, at)
		}
	}
}

func TestAnIslandIsOnTheSideToWhichItWasDragged(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.drag(b.glyph(4), b.stage(0.97, 0.6))
	b.wait("document.querySelectorAll('[data-isle]').length === 2")
	b.settle()
	require.Greater(t, b.glyph(4).X, b.glyph(2).X, "4 lies to the right of the others")
	letters := ask[[]string](b, `[...document.querySelectorAll("[data-isle]")]
		.sort((a, b) => a.getBoundingClientRect().x - b.getBoundingClientRect().x)
		.map((isle) => isle.dataset.isle)`)
	require.Equal(t, []string{"A", "B"}, letters)
}

func TestTheMenuSaysWholeWhyNot(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		b := open(t, "/"+lang+"/play")
		b.elect()
		b.command(":client A@1")
		b.command(":wait 1s")
		b.command(":unplug A")
		ask[any](b, `(() => {
			const client = document.querySelector("#client-A .client-body");
			const {x, y} = client.getBoundingClientRect();
			client.dispatchEvent(new MouseEvent("contextmenu",
				{bubbles: true, clientX: x + 9, clientY: y + 9}));
		})()`)
		b.wait("document.querySelectorAll('#menu:popover-open .menu-why').length > 1")
		require.Empty(t, ask[[]string](b, `[...document.querySelectorAll(".menu-why")]
			.filter((why) => why.checkVisibility() && why.scrollWidth > why.clientWidth + 1)
			.map((why) => why.textContent)`))
		require.NotEmpty(t, ask[string](b, `document.getElementById("menu-hint").innerText.trim()`))
		ask[any](b, "document.activeElement.blur()")
		require.NotEmpty(t, ask[string](b, `document.getElementById("menu-hint").innerText.trim()`))
	}
}

func TestSkippingIdleKeepsOffTheTimeline(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		b := open(t, "/"+lang+"/play")
		ask[any](b, `(() => {
			document.getElementById("glide").hidden = false;
			document.getElementById("glide-text").textContent = "12.3 s";
		})()`)
		for _, w := range append(windows[:len(windows):len(windows)], struct {
			name string
			size
		}{"800x560", size{800, 560}}) {
			b.resize(w.size)
			glide, scrub := b.box("#glide"), b.box("#scrub")
			apart := glide.X+glide.Width <= scrub.X || glide.Y+glide.Height <= scrub.Y+4 ||
				scrub.Y+scrub.Height <= glide.Y
			require.True(t, apart, "%s at %s: %v %v", lang, w.name, glide, scrub)
		}
	}
}
