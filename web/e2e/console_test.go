package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// typed gives keys to what has the focus.
func (b *tab) typed(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// value returns what stands in the console's input.
func (b *tab) value() string {
	b.t.Helper()
	return ask[string](b, `document.getElementById("console-input").value`)
}

func TestConsoleCompletesByKeys(t *testing.T) {
	b := open(t, "/en/play?autoplay=0")
	b.command(":until leader != none")
	b.command("A: create /app 1")
	b.command(":wait 2s")
	b.do(chromedp.Focus("#console-input"))
	b.wait(`document.activeElement.id === "console-input"`)
	b.typed("cre" + kb.Tab)
	b.wait(`document.getElementById("console-input").value === "create "`)
	b.typed("/a" + kb.Tab)
	b.wait(`document.getElementById("console-input").value === "create /app"`)
	ask[any](b, `void (document.getElementById("console-input").value = "")`)
	b.typed(":k" + kb.Tab)
	b.wait(`document.getElementById("console-input").value === ":kill "`)
	b.typed(kb.Tab)
	b.wait(`document.querySelectorAll("#console-options [role=option]").length > 3`)
	b.typed(kb.ArrowDown + kb.Tab) // an Enter from here also submits, unlike that of a keyboard
	b.wait(`document.getElementById("console-input").value === ":kill leader"`)
	b.typed(kb.Enter)
	b.wait(`document.querySelectorAll('.server[data-role=LEADING]').length === 0`)
	require.Empty(t, b.value())
	b.typed(kb.ArrowUp)
	require.Equal(t, ":kill leader", b.value(), "the history")
}

func TestConsoleFormWritesTheLine(t *testing.T) {
	b := open(t, "/en/play?autoplay=0")
	b.command(":until leader != none")
	b.do(chromedp.Click(`[data-action="console-form"]`))
	b.do(chromedp.SetValue(`#console-builder [name=path]`, "no slash"))
	b.do(chromedp.Click(`#console-builder [type=submit]`))
	b.wait(`document.getElementById("builder-line").dataset.state === "error"`)
	b.do(chromedp.SetValue(`#console-builder [name=path]`, "/form"))
	b.do(chromedp.Click(`#console-builder [value="-e"]`))
	b.do(chromedp.SetValue(`#console-builder [name=data]`, "two words"))
	ask[any](b, `document.getElementById("console-builder").dispatchEvent(new Event("input"))`)
	require.Equal(t, `create -e /form "two words"`,
		ask[string](b, `document.getElementById("builder-line").textContent`))
	b.do(chromedp.Click(`#console-builder [type=submit]`))
	b.command(":wait 2s")
	require.Contains(t, b.command("A: get /form"), "sent")
	b.command(":wait 2s")
	b.wait(`document.getElementById("console-log").innerText.includes("two words")`)
	b.shoot("console-form")
}

func TestConsoleSaysWhyALineWaits(t *testing.T) {
	b := open(t, "/zh/play?autoplay=0")
	b.command(":until leader != none")
	b.command(":client A@1")
	b.command(":wait 1s")
	b.command(":kill 3,4,5")
	b.command(":wait 1s")
	b.command("A: create /x 1")
	b.wait(`[...document.querySelectorAll(".console-explain")].at(-1)?.innerText.match(
		/多数派|还没有 Leader|客户端 A 处于|已暂停/)`)
}

func TestAReloadKeepsTheConsoleAndTheAnswers(t *testing.T) {
	b := open(t, "/en/play?autoplay=0")
	b.elect()
	typed := []string{":client A", "create /kept 1", ":wait 1s"}
	for _, line := range typed {
		b.focus("#console-input")
		b.do(chromedp.KeyEvent(line + "\r"))
		b.wait("document.getElementById('console-log').innerText.includes(" + quote(line) + ")")
	}
	b.wait(`document.getElementById("console-log").innerText.includes("Created /kept")`)
	b.wait(`Object.values(sessionStorage).some((run) => run.includes("Created /kept"))`)
	b.do(chromedp.Reload())
	b.ready()
	b.wait(`document.getElementById("console-log").innerText.includes("Created /kept")`)
	b.focus("#console-input")
	for i := range typed {
		b.do(chromedp.KeyEvent(kb.ArrowUp))
		require.Equal(t, typed[len(typed)-1-i],
			ask[string](b, `document.getElementById("console-input").value`))
	}

	b.visit("/zh/play/05-runtime-election")
	b.hit("#live-crash input[value='4']")
	b.has("#foot-crash [data-action=predict-lock]:not([disabled])")
	b.hit("#foot-crash [data-action=predict-lock]")
	b.has("#foot-crash [data-action=lesson-run]")
	b.wait(`Object.values(sessionStorage).some((run) => run.includes('"locked":true'))`)
	b.do(chromedp.Reload())
	b.ready()
	b.has("#foot-crash [data-action=lesson-run]")
	require.True(t, ask[bool](b, `document.querySelector("#live-crash input[value='4']").checked`))
}
