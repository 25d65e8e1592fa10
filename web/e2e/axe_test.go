package e2e

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

//go:embed axe/axe.min.js
var axeSource string

//go:embed axe/SHA256SUMS
var axeSums string

func TestAxeIsTheFileThatWasTaken(t *testing.T) {
	sum := sha256.Sum256([]byte(axeSource))
	require.Contains(t, axeSums, hex.EncodeToString(sum[:])+"  axe.min.js")
}

// finding is a rule of axe that the page breaks.
type finding struct {
	ID, Impact string
	Where      []string
}

// accessible wants axe to find nothing serious in what the page shows now. What is written inside a
// glyph of the stage is part of a drawing, and a znode's row is a line of a table; their names say
// the same in a sentence (TestGlyphsAreNamedByWhatTheyShow), so the rule about labels in names is
// not for them.
func (b *tab) accessible(what string) {
	b.t.Helper()
	if !ask[bool](b, "window.axe !== undefined") {
		ask[any](b, axeSource+"; null")
	}
	found := ask[[]finding](b, `axe.run(document, {resultTypes: ["violations"]}).then((r) =>
		r.violations.filter((v) => v.impact === "serious" || v.impact === "critical").map((v) => ({
			...v, nodes: v.nodes.filter((n) => v.id !== "label-content-name-mismatch" ||
				!document.querySelector(n.target[0])?.closest("#stage-svg, [role=treeitem]")),
		})).filter((v) => v.nodes.length).map((v) => ({
			ID: v.id, Impact: v.impact,
			Where: v.nodes.slice(0, 9).map((n) =>
				n.target.join(" ") + ": " + n.any.concat(n.all, n.none).map((c) => c.message)[0]),
		})))`)
	require.Empty(b.t, found, "%s", what)
}

// opened are the things that can lie over the page, with how a person gets there.
var opened = []struct{ what, open, shut string }{
	{"the settings", `document.querySelector("[data-action=settings]").click()`,
		`document.getElementById("dialog-settings").close()`},
	{"the help", `document.querySelector("[data-action=help]").click()`,
		`document.getElementById("dialog-help").close()`},
	{"the share dialog", `document.querySelector("[data-action=share]").click()`,
		`document.getElementById("dialog-share").close()`},
	{"the legend", `document.getElementById("legend").open = true`,
		`document.getElementById("legend").open = false`},
	{"the scenarios", `document.querySelector(".header-scenarios").open = true`,
		`document.querySelector(".header-scenarios").open = false`},
	{"the list", `document.querySelector(".tool[data-action=list]").click()`,
		`document.querySelector(".tool[data-action=list]").click()`},
	{"a menu", `document.getElementById("server-2").focus() ?? document.getElementById("server-2")
		.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}))`,
		`document.dispatchEvent(new KeyboardEvent("keydown", {key: "Escape", bubbles: true}))`},
}

func TestPlayHasNothingSeriousToAxe(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		for _, theme := range []string{"light", "dark"} {
			t.Run(lang+" "+theme, func(t *testing.T) {
				b := blank(t, desktop)
				b.prefer("prefers-color-scheme", theme)
				b.visit("/" + lang + "/play")
				b.elect()
				b.command("A: create /app 1")
				b.command(":partition 1,2|3,4,5")
				b.command(":wait 8s")
				b.settle()
				b.accessible("the page")
				b.everyTab()
				for _, o := range opened {
					ask[any](b, o.open+"; null")
					b.settle()
					b.accessible(o.what)
					ask[any](b, o.shut+"; null")
				}
			})
		}
	}
}

// everyTab looks at each tab of the docks.
func (b *tab) everyTab() {
	b.t.Helper()
	names := ask[string](b, `[...document.querySelectorAll("[role=tab]")]
		.map((tab) => tab.dataset.tab).join(" ")`)
	for _, name := range strings.Fields(names) {
		ask[any](b, `document.getElementById("tab-`+name+`").click(); null`)
		b.settle()
		b.accessible("the tab " + name)
	}
}

func TestLessonsHaveNothingSeriousToAxe(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			b := open(t, "/"+lang+"/play")
			lessons := ask[[]string](b, `[...document.querySelectorAll(".header-scenarios nav a")]
				.map((a) => a.href.slice(`+number(float64(len(shared.origin)))+`))
				.filter((p) => p.includes("/play/"))`)
			require.NotEmpty(t, lessons)
			for _, path := range lessons {
				b.visit(path)
				b.accessible(path)
			}
		})
	}
}

func TestSmallScreensHaveNothingSeriousToAxe(t *testing.T) {
	for _, window := range []size{{390, 844}, {820, 1180}} {
		b := blank(t, window)
		b.visit("/en/play")
		b.elect()
		b.accessible("the page")
		ask[any](b, `window.zabscope.pause(), document.querySelector(".header-more").click(), null`)
		b.accessible("the menu of the header")
	}
}

func TestGlyphsAreNamedByWhatTheyShow(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		b := open(t, "/"+lang+"/play")
		b.elect()
		require.Empty(t, ask[[]string](b, unnamed))
	}
}

// unnamed lists the names of glyphs that lack what is written in the glyph.
const unnamed = `[...document.querySelectorAll("#stage-servers > .server")]
	.filter((g) => ![".server-id", ".server-word"].every((part) =>
		g.getAttribute("aria-label").includes(g.querySelector(part).textContent)))
	.map((g) => g.getAttribute("aria-label"))`

func TestFrontPageAndEmbedsHaveNothingSeriousToAxe(t *testing.T) {
	for path, theme := range map[string]string{
		"/en/embed/play": "light", "/zh/embed/05-runtime-election": "dark",
		"/en/": "dark", "/zh/": "light", "/": "light",
	} {
		b := blank(t, size{800, 560})
		b.prefer("prefers-color-scheme", theme)
		b.do(chromedp.Navigate(shared.origin + path))
		b.wait("document.readyState === 'complete'")
		b.accessible(path)
	}
}
