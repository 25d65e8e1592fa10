package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// pipsOf is an expression for the pips of a znode's row, "" when it is not listed.
func pipsOf(name string) string {
	return `[...([...document.querySelectorAll("#data-rows .znode")]
		.find((r) => r.querySelector(".znode-name").textContent === ` + quote(name) + `)
		?.querySelectorAll("[data-p]") ?? [])].map((p) => p.dataset.p).join(" ")`
}

// waitPips waits until a znode's row has pips, or with "" until it is not listed.
func (b *tab) waitPips(name, pips string) {
	b.t.Helper()
	b.wait(pipsOf(name) + " === " + quote(pips))
}

func (b *tab) rows() int {
	b.t.Helper()
	return ask[int](b, `document.querySelectorAll("#data-rows .znode").length`)
}

func TestDataTreeShowsWhoLagsBehind(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.pressOn("#tab-data")
	b.wait(`document.querySelector("#data-meta .try")`)
	b.pressOn("#data-meta .try")
	b.command(":wait 1s")
	b.waitPips("app", "same same same same same")
	b.command(":client B@4!")
	b.command(":wait 1s")
	b.command(":partition 1,2,5|3,4")
	b.command("A@5: set /app world")
	b.command(":wait 300ms")
	b.waitPips("app", "same same behind behind same")
	b.shoot("data-en-light")

	require.Equal(t, 3, b.rows()) // the root, /app and /zookeeper
	b.pressOn("#data-differing")
	b.waitPips("zookeeper", "")
	require.Equal(t, 2, b.rows())
	b.pressOn("#data-differing")
	b.waitPips("zookeeper", "same same same same same")

	b.command("B: get /app")
	b.command(":wait 50ms")
	const stale = "Stale read: node 4 returned version 0; version 1 is already committed"
	b.wait(`document.querySelector("#data-meta .data-stale")?.textContent
		.includes("` + stale + `")`)
	b.wait(`document.querySelector("#client-B .client-stale")`)
	b.wait(`document.querySelector("#console-log .console-fresh[data-stale]")?.textContent
		.includes("` + stale + `")`)
	b.pressOn(`#data-rows .znode[data-depth="1"] .znode-name`)
	b.wait(`document.querySelector("#data-detail .data-table [data-off]")`)
	b.shoot("data-detail-en-light")
	b.command(":heal")
	b.command(":wait 20s")
	b.waitPips("app", "same same same same same")
	b.command("B: get /app")
	b.command(":wait 1s")
	b.wait(`!document.querySelector("#client-B .client-stale")`)
}

func TestAttack_U06_DataTreeIsInertAndWindowed(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.pressOn("#tab-data")
	width := ask[int](b, `document.querySelector("#side").scrollWidth`)
	b.command(":client A")
	b.command(`A: create "/<img src=x>" "<img src=x onerror=alert(1)>"`)
	b.command(`A: create "/` + "\u202eevil" + strings.Repeat("w", 300) + `" ` +
		strings.Repeat("D", 100_000))
	b.command(":wait 1s")
	b.waitPips("<img src=x>", "same same same same same")
	require.Zero(t, ask[int](b, `document.querySelectorAll("img").length`))
	words := ask[string](b, `document.querySelector("#pane-data").textContent`)
	require.NotContains(t, words, "\u202e")
	require.Equal(t, width, ask[int](b, `document.querySelector("#side").scrollWidth`), "widened")
	b.pressOn(`#data-rows .znode:nth-child(3) .znode-name`)
	b.wait(`!document.querySelector("#data-detail").hidden`)
	require.LessOrEqual(t, ask[int](b, `document.querySelector("#data-detail").scrollWidth`), width)
	b.shoot("data-hostile")
}

func TestDataTreeKeepsToItsWindowAndWalksByKeys(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.pressOn("#tab-data")
	b.command(":client A")
	b.command("A: create /many")
	for i := range 10 {
		var line strings.Builder
		for j := range 1000 {
			fmt.Fprintf(&line, "create /many/n%04d x; ", i*1000+j)
		}
		b.command("A: multi " + line.String())
		b.command(":wait 500ms")
	}
	b.wait(`document.querySelector("#data-meta").dataset.total === "10003"`)
	require.Less(t, b.rows(), 60)
	require.Greater(t, b.rows(), 10)
	b.key(`#data-rows`, kb.End)
	b.wait(`document.querySelector(".znode[aria-selected=true] .znode-name")
		?.textContent === "zookeeper"`)
	b.key(`#data-rows`, kb.ArrowUp)
	b.waitPips("n9999", "same same same same same")
	b.wait(`(() => {
		const row = document.querySelector(".znode[aria-selected=true]").getBoundingClientRect();
		const room = document.querySelector("#data-scroll").getBoundingClientRect();
		return row.top >= room.top && row.bottom <= room.bottom + 1;
	})()`)
	b.shoot("data-many")
	require.Less(t, b.rows(), 60)
	b.wait(`document.getElementById(document.querySelector("#data-rows")
		.getAttribute("aria-activedescendant")).textContent.includes("n9999")`)
	b.key(`#data-rows`, kb.ArrowLeft) // to the parent, which folds
	b.key(`#data-rows`, kb.ArrowLeft)
	b.wait(`document.querySelector("#data-meta").dataset.total === "3"`)
	b.wait(`document.querySelector("#data-detail h3").textContent === "/many"`)
	require.Equal(t, 3, b.rows())
	b.key(`#data-rows`, kb.ArrowRight)
	b.wait(`document.querySelector("#data-meta").dataset.total === "10003"`)
	b.do(chromedp.SendKeys(chromedp.CSS("#data-text"), "n0042"))
	b.wait(`document.querySelector("#data-meta").dataset.total === "3"`)
	b.waitPips("n0042", "same same same same same")
}

// key presses a key on something that has the focus then.
func (b *tab) key(selector, key string) {
	b.t.Helper()
	ask[any](b, "document.querySelector("+quote(selector)+").focus()")
	b.do(chromedp.KeyEvent(key))
}

func TestDataTreeLooksRight(t *testing.T) {
	for name, window := range map[string]size{"desktop": desktop, "phone": {390, 844}} {
		b := blank(t, window)
		b.visit("/zh/play")
		ask[any](b, `document.documentElement.dataset.theme = "dark"`)
		b.elect()
		ask[any](b, `document.querySelector("#tab-data").click()`)
		b.command(":client A@1")
		b.command(":client B@5!")
		b.command(":wait 1s")
		b.command("A: create /app hello")
		b.command("A: create -e -s /app/member- 10.0.0.1")
		b.command("A: get -w /app")
		b.command(":wait 1s")
		b.command(":partition 1,2,3|4,5")
		b.command("B: create /mine draft")
		b.command(":until leader == 3")
		b.command(":wait 1s")
		b.command("A: set /app world")
		b.command("A: create /fresh 1")
		b.command(":wait 400ms")
		b.command("B: get /app")
		b.command(":wait 50ms")
		b.waitPips("app", "same same same behind behind")
		ask[any](b, `document.querySelector("#data-rows .znode[data-depth='1']").click()`)
		b.wait(`document.querySelector("#data-detail .data-table")`)
		ask[any](b, `document.querySelector("#pane-data").scrollIntoView()`)
		b.shoot("data-dark-" + name)
		wide := ask[int](b, "document.documentElement.scrollWidth - innerWidth")
		require.LessOrEqual(t, wide, 0, name)
	}
}

func TestWatchesAreStruckThroughWhenTheyFire(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.pressOn("#tab-sessions")
	b.wait(`document.querySelector("#watches .try")`)
	b.pressOn("#watches .try") // A: ls -w /
	b.command(":wait 1s")
	const first = `document.querySelector("#watches .watch")`
	b.wait(first + `?.dataset.state === "armed"`)
	require.Equal(t, 1, ask[int](b, `document.querySelectorAll("#watches .watch").length`))
	b.command(":client B@4!")
	b.command(":wait 1s")
	b.command("B: create /x")
	b.command(":wait 1s")
	b.wait(first + `.dataset.state === "fired"`)
	require.Equal(t, "line-through", ask[string](b,
		"getComputedStyle("+first+`.querySelector(".watch-path")).textDecorationLine`))
	b.shoot("watches")
	b.pressOn("#watches .watch-again")
	b.command(":wait 1s")
	b.wait(first + `.dataset.state === "armed"`)
	b.pressOn("#tab-data")
	b.command("B: get -w /x")
	b.command(":wait 1s")
	b.wait(pipsOf("x") + ` !== ""`)
	ask[any](b, `[...document.querySelectorAll(".znode")]
		.find((r) => r.textContent.includes("x")).click()`)
	b.wait(`document.querySelector(".data-watchers")?.textContent.includes("data")`)
}
