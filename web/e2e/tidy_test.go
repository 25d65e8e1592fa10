package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/web/text"
)

// faults is a script that lists what is wrong with how the page is laid out: wider than the window,
// controls outside it, words that are cut off, and words that should not be there. What is meant to
// be cut off has data-clip.
const faults = `(keys, english) => {
	const out = [];
	const seen = (el) => el.checkVisibility({visibilityProperty: true, opacityProperty: true}) &&
		!el.closest(".hidden-visually, .skip, noscript, [data-clip], svg defs, .sprite");
	const name = (el) => el.id || el.className.baseVal || el.className || el.tagName;
	const scrolls = (el) => {
		for (let p = el.parentElement; p; p = p.parentElement)
			if (/auto|scroll/.test(getComputedStyle(p).overflowX)) return true;
		return false;
	};
	const parts = "button, a, input, select, summary, label, p, h1, h2";
	for (const el of document.querySelectorAll(parts)) {
		if (!seen(el)) continue;
		const box = el.getBoundingClientRect();
		if (box.width < 2 || getComputedStyle(el).clipPath !== "none") continue;
		if ((box.left < -1 || box.right > innerWidth + 1) && !scrolls(el))
			out.push("outside: " + name(el) + " " + el.textContent.trim().slice(0, 20));
	}
	if (document.documentElement.scrollWidth > innerWidth) {
		out.push("the page scrolls sideways");
		for (const el of document.querySelectorAll("body *"))
			if (el.getBoundingClientRect().right > innerWidth + 1 && seen(el) && !scrolls(el))
				out.push("too wide: " + name(el));
	}
	for (const el of document.querySelectorAll("body *")) {
		const own = [...el.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
		if (!own || el.closest("svg") || !seen(el)) continue;
		const style = getComputedStyle(el);
		if (style.clipPath !== "none") continue;
		const hides = /hidden|clip/;
		if (hides.test(style.overflowX) && el.scrollWidth > el.clientWidth + 1 ||
			hides.test(style.overflowY) && el.scrollHeight > el.clientHeight + 2)
			out.push("cut off: " + name(el) + " " + el.textContent.trim().slice(0, 30));
	}
	const known = new Set(keys);
	const foreign = /\p{Script=Han}/u;
	const words = (el, text) => {
		for (const word of text.split(/\s+/)) if (known.has(word)) out.push("a raw key: " + word);
		if (english && foreign.test(text) && !el.closest("[lang|=zh]"))
			out.push("Chinese: " + name(el) + " " + text.slice(0, 20));
	};
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const el = walk.currentNode.parentElement;
		if (el && !el.closest("script, style")) words(el, walk.currentNode.data.trim());
	}
	for (const el of document.querySelectorAll("[aria-label], [title], [placeholder]"))
		for (const a of ["aria-label", "title", "placeholder"])
			words(el, el.getAttribute(a) ?? "");
	return [...new Set(out)].slice(0, 12);
}`

// tidy wants nothing cut off, outside the window, or in the wrong words.
func (b *tab) tidy(lang, what string) {
	b.t.Helper()
	keys := `"` + strings.Join(text.Keys(), `","`) + `"`
	found := ask[[]string](b, fmt.Sprintf("(%s)([%s], %t)", faults, keys, lang == "en"))
	require.Empty(b.t, found, what)
}

// resize changes the window of an open page, and waits until it has been laid out and drawn anew.
func (b *tab) resize(window size) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(window.width, window.height))
	b.wait(fmt.Sprintf("innerWidth === %d", window.width))
	b.calm()
}

// calm waits for a few animation frames and for what moves to come to its end.
func (b *tab) calm() {
	b.t.Helper()
	ask[any](b, `new Promise((done) => {
		let left = 6;
		const next = () => left-- ? requestAnimationFrame(next) : done(null);
		next();
	})`)
	b.wait("document.getAnimations().every(a => a.playState !== 'running' ||" +
		" a.effect.getComputedTiming().iterations === Infinity)")
}

// fingers makes the browser claim a finger instead of a mouse.
func (b *tab) fingers() {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetTouchEmulationEnabled,
		emulation.SetTouchEmulationEnabledParams{Enabled: true})
	require.NoError(b.t, err)
	_, err = chromedp.Call(b.ctx, emulation.SetEmitTouchEventsForMouse,
		emulation.SetEmitTouchEventsForMouseParams{Enabled: false})
	require.NoError(b.t, err)
}

// windows are the sizes of ui.md, by the name in a picture's file.
var windows = []struct {
	name string
	size
}{
	{"1440x900", desktop}, {"1024x768", size{1024, 768}}, {"820x1180", size{820, 1180}},
	{"390x844", size{390, 844}}, {"320x568", size{320, 568}},
}

// wardrobe is what the user prefers to see.
var wardrobe = []struct{ name, feature, value string }{
	{"light", "prefers-color-scheme", "light"}, {"dark", "prefers-color-scheme", "dark"},
	{"forced", "forced-colors", "active"},
}

// TestEverySizeInEveryDress takes pictures of the playground, a lesson, the home page and an embed.
func TestEverySizeInEveryDress(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		for _, dress := range wardrobe {
			t.Run(lang+"-"+dress.name, func(t *testing.T) {
				b := blank(t, desktop)
				b.prefer(dress.feature, dress.value)
				b.visit("/" + lang + "/play")
				b.elect()
				b.command("A: create /app 1")
				b.command(":partition 1,2|3,4,5")
				b.command(":wait 8s")
				b.settle()
				b.everySize(lang, lang+"-"+dress.name+"-play")
				b.visit("/" + lang + "/play/05-runtime-election")
				b.everySize(lang, lang+"-"+dress.name+"-lesson")
				b.do(chromedp.Navigate(shared.origin + "/" + lang + "/"))
				b.wait("document.readyState === 'complete'")
				b.everySize(lang, lang+"-"+dress.name+"-home")
				b.visit("/" + lang + "/embed/05-runtime-election?ctl=0")
				b.everySize(lang, lang+"-"+dress.name+"-embed")
			})
		}
	}
}

func (b *tab) everySize(lang, name string) {
	b.t.Helper()
	for _, w := range windows {
		b.resize(w.size)
		b.tidy(lang, name+" at "+w.name)
		b.shoot(name + "-" + w.name)
	}
	b.resize(desktop)
}
