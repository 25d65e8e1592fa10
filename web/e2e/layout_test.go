package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// box is where an element is, in CSS pixels.
type box struct{ X, Y, Width, Height float64 }

func (b *tab) box(selector string) box {
	b.t.Helper()
	return ask[box](b, `(({x, y, width, height}) => ({X: x, Y: y, Width: width, Height: height}))(
		document.querySelector(`+quote(selector)+`).getBoundingClientRect())`)
}

// strike presses the mouse in the middle of an element.
func (b *tab) strike(selector string) {
	b.t.Helper()
	at := b.box(selector)
	b.do(chromedp.MouseClickXY(at.X+at.Width/2, at.Y+at.Height/2))
}

// focus puts the keyboard on an element.
func (b *tab) focus(selector string) {
	b.t.Helper()
	ask[any](b, "document.querySelector("+quote(selector)+").focus()")
}

// focused returns the id, else the action, of what has the keyboard.
func (b *tab) focused() string {
	b.t.Helper()
	return ask[string](b, `(({id, dataset}) => id || dataset.action || "")(document.activeElement)`)
}

func TestDocksAreResizedByKeysButtonsAndDrag(t *testing.T) {
	b := open(t, "/en/play")
	usual := b.box("#side").Width
	ask[any](b, "document.activeElement.blur()")
	b.do(chromedp.KeyEvent("["))
	wider := b.box("#side").Width
	require.Greater(t, wider, usual, "the key [")
	b.do(chromedp.KeyEvent("]"))
	require.InDelta(t, usual, b.box("#side").Width, 1, "the key ]")
	b.strike("#side [data-action=bigger]")
	require.InDelta(t, wider, b.box("#side").Width, 1, "the button")
	low := b.box("#bottom").Height
	b.focus("#bottom .grip")
	b.do(chromedp.KeyEvent("\u0304")) // arrow up
	require.Greater(t, b.box("#bottom").Height, low, "an arrow on the edge")
	edge := b.box("#side .grip")
	b.do(chromedp.DragAndDropXY(edge.X+5, edge.Y+300, edge.X-95, edge.Y+300, 6))
	require.InDelta(t, wider+100, b.box("#side").Width, 8, "a drag")
	kept := b.box("#side").Width
	b.visit("/en/play")
	require.InDelta(t, kept, b.box("#side").Width, 1, "remembered")
	b.strike("#side .dock-fold")
	require.Less(t, b.box("#side").Width, 60.0, "folded")
}

func TestOneSheetHasAllTabsOnSmallScreens(t *testing.T) {
	for _, w := range []size{{1024, 768}, {820, 1180}, {390, 844}} {
		b := blank(t, w)
		b.visit("/en/play")
		require.Equal(t, 1.0, ask[float64](b, `[...document.querySelectorAll("[role=tablist]")]
			.filter((l) => l.checkVisibility() && l.closest(".side, .bottom")).length`))
		b.focus("#tab-lesson")
		b.do(chromedp.KeyEvent("\u0303")) // arrow right
		require.Equal(t, "tab-inspector", b.focused())
		require.True(t, ask[bool](b, `document.getElementById("pane-inspector").checkVisibility()`))
		b.focus("#tab-console")
		b.do(chromedp.KeyEvent("\r"))
		require.True(t, ask[bool](b, `document.getElementById("pane-console").checkVisibility() &&
			!document.getElementById("pane-inspector").checkVisibility()`))
		b.resize(desktop)
		require.True(t, ask[bool](b, `document.getElementById("pane-console").checkVisibility() &&
			document.getElementById("pane-inspector").checkVisibility()`), "two docks again")
	}
}

func TestThePhonesSheetHasThreeHeights(t *testing.T) {
	b := blank(t, size{390, 844})
	b.visit("/en/play")
	half := b.box("#side").Height
	b.strike("#side [data-action=smaller]")
	b.calm()
	require.InDelta(t, 72, b.box("#side").Height, 1)
	require.Greater(t, b.box("#stage").Height, 350.0, "the stage takes the room")
	b.strike("#tab-inspector")
	b.calm()
	require.InDelta(t, half, b.box("#side").Height, 1, "a tab opens the sheet")
	b.strike("#side [data-action=bigger]")
	b.calm()
	require.Greater(t, b.box("#side").Height, 500.0)
	b.tidy("en", "the whole screen")
	grip := b.box("#side .grip")
	b.do(chromedp.DragAndDropXY(grip.X+190, grip.Y+8, grip.X+190, 838, 6))
	b.calm()
	require.InDelta(t, 72, b.box("#side").Height, 1, "dragged down")
}

// spaced is the text spacing that WCAG 1.4.12 wants a page to bear.
const spaced = `(() => {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync("* {line-height: 1.5 !important; letter-spacing: 0.12em !important;" +
		"word-spacing: 0.16em !important} p {margin-block-end: 2em !important}");
	document.adoptedStyleSheets.push(sheet);
})()`

func TestPageReflowsWhenZoomedAndSpaced(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		b := blank(t, size{720, 450}) // 1440×900 at 200 %
		b.visit("/" + lang + "/play")
		b.elect()
		b.tidy(lang, "at 200 %")
		b.resize(size{320, 256}) // 1280×1024 at 400 %
		b.tidy(lang, "at 400 %")
		require.Greater(t, b.box("#stage").Height, 150.0, "the stage can be used at 400 %")
		b.resize(desktop)
		ask[any](b, spaced)
		b.calm()
		b.tidy(lang, "with text spacing")
		b.resize(size{390, 844})
		b.tidy(lang, "with text spacing, on a phone")
	}
}

// small lists the controls that are smaller than a size, but for words in a line of text.
const small = `(least, within) => [...document.querySelectorAll(within)].filter((el) => {
	if (!el.checkVisibility({visibilityProperty: true})) return false;
	const box = el.getBoundingClientRect();
	const label = el.closest("label")?.getBoundingClientRect();
	const width = Math.max(box.width, label?.width ?? 0);
	const row = el.closest("tr, li")?.getBoundingClientRect(); // their room
	const height = Math.max(box.height, label?.height ?? 0, row?.height ?? 0);
	if (box.width < 2 || getComputedStyle(el).display === "inline") return false;
	return width < least - 0.5 || height < least - 0.5;
}).map((el) => (el.id || el.dataset.action || el.className) + " " +
	Math.round(el.getBoundingClientRect().width) + "x" +
	Math.round(el.getBoundingClientRect().height))`

func TestControlsAreBigEnough(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	found := ask[[]string](b, "("+small+`)(24, "button, a, input, select, summary")`)
	require.Empty(t, found, "at least 24 px with a mouse")
	for _, w := range []size{{390, 844}, {820, 1180}} {
		b := blank(t, w)
		b.fingers()
		b.visit("/en/play")
		b.elect()
		found := ask[[]string](b, "("+small+")(44, `.header :is(button, a, summary),"+
			".toolbar button, .transport :is(.transport-button, .transport-play, .scrub),"+
			".tab, .dock-tool, .button-primary, .try`)")
		require.Empty(t, found, "44 px for a finger at %v", w)
	}
}

func TestSettingsAreKeptAndObeyed(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.strike("[data-action=settings]")
	b.strike(".setting-choice:has([data-setting=theme][value=dark])")
	b.strike(".setting-choice:has([data-setting=voice][value=brief])")
	b.strike("label:has(#keys-on)")
	b.do(chromedp.KeyEvent("\x1b"))
	require.Equal(t, "settings", b.focused(), "the dialog gives the focus back")
	ask[any](b, "document.activeElement.blur()")
	b.do(chromedp.KeyEvent("g"))
	b.do(chromedp.KeyEvent("?"))
	require.Equal(t, "standard", ask[string](b, `document.getElementById("detail").value`),
		"keys are off")
	require.False(t, ask[bool](b, `document.getElementById("dialog-help").open`))
	b.visit("/en/play")
	require.Equal(t, "dark", ask[string](b, "document.documentElement.dataset.theme"))
	require.False(t, ask[bool](b, `document.getElementById("keys-on").checked`))
	b.strike("[data-action=settings]")
	b.strike("[data-action=reset-settings]")
	b.strike("#dialog-settings [data-action=close-dialog]")
	ask[any](b, "document.activeElement.blur()")
	b.do(chromedp.KeyEvent("g"))
	require.Equal(t, "full", ask[string](b, `document.getElementById("detail").value`))
	b.do(chromedp.KeyEvent("g"))
	require.Equal(t, "simple", ask[string](b, `document.getElementById("detail").value`))
}

func TestPageWorksWhereStorageIsForbidden(t *testing.T) {
	b := blank(t, desktop)
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument,
		page.AddScriptToEvaluateOnNewDocumentParams{Source: `
			for (const name of ["localStorage", "sessionStorage"])
				Object.defineProperty(window, name, {get() { throw new DOMException("no"); }});`})
	require.NoError(t, err)
	b.visit("/en/play")
	b.elect()
	b.do(chromedp.KeyEvent("g"))
	require.Equal(t, "full", ask[string](b, `document.getElementById("detail").value`))
	b.do(chromedp.KeyEvent("["))
}

func TestStepsAreNarratedAndServiceIsAnnounced(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.wait(`document.querySelectorAll("#narration p").length > 0`)
	before := ask[float64](b, `document.querySelectorAll("#narration p").length`)
	b.command(":kill leader")
	b.command(":until leader == none")
	b.wait(`!document.getElementById("announce").textContent.startsWith("Serving")`)
	b.wait(`document.querySelectorAll("#narration p").length > ` + number(before))
	b.command(":until leader != none")
	b.wait(`document.getElementById("announce").textContent.startsWith("Serving")`)
	require.Zero(t, ask[float64](b, `document.querySelectorAll("[aria-live=assertive]").length`))
}

func TestWithLessMotionMessagesAreArrowsThatStay(t *testing.T) {
	b := blank(t, desktop)
	b.prefer("prefers-reduced-motion", "reduce")
	b.visit("/en/play")
	require.True(t, ask[bool](b, `document.documentElement.hasAttribute("data-still")`))
	require.Equal(t, "false", ask[string](b,
		`document.querySelector("[data-action=play]").getAttribute("aria-pressed")`))
	require.Zero(t, ask[float64](b, `document.getAnimations()
		.filter((a) => a.playState === "running").length`))
	b.do(chromedp.KeyEvent("."))
	b.calm()
	b.shoot("still-step")
}

// cutOff lists the tabs that cannot be seen whole where they are.
const cutOff = `[...document.querySelectorAll(".dock-head [role=tab]")].filter((tab) => {
	const at = tab.getBoundingClientRect();
	return !document.elementFromPoint(at.left + 3, at.top + 20)?.closest("[role=tab]") ||
		document.elementFromPoint(at.right - 3, at.top + 20)?.closest("[role=tab]") !== tab;
}).map((tab) => tab.textContent)`

func TestEveryTabIsInSight(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		for _, w := range []size{desktop, {1280, 720}, {1024, 768}, {820, 1180}} {
			b := blank(t, w)
			b.visit("/" + lang + "/play")
			require.Empty(t, ask[[]string](b, cutOff), "%s %v", lang, w)
			rows := `[...new Set([...document.querySelectorAll("#side .tab")]
				.map((tab) => tab.getBoundingClientRect().top))]`
			tops := ask[[]float64](b, rows)
			if w == desktop {
				require.Len(t, tops, 1, "one row")
				b.pressOn("#tab-inspector")
				require.Equal(t, tops, ask[[]float64](b, rows), "whichever is open")
			}
		}
		b := blank(t, size{390, 844})
		b.visit("/" + lang + "/play")
		tabs := ask[int](b, `document.querySelectorAll(".tab:not(dialog *)").length`)
		require.Equal(t, tabs, ask[int](b, `document.getElementById("all-tabs").length`), "all")
		ask[any](b, `(() => { const list = document.getElementById("all-tabs");
			list.value = "metrics"; list.dispatchEvent(new Event("change", {bubbles: true})); })()`)
		b.wait(`document.getElementById("pane-metrics").checkVisibility()`)
	}
}

func TestTheConsoleShowsSixLinesBesideAFullStage(t *testing.T) {
	b := open(t, "/en/play")
	line := ask[float64](b, `parseFloat(getComputedStyle(document.getElementById("console-log"))
		.lineHeight)`)
	require.GreaterOrEqual(t, b.box("#console-log").Height/line, 6.0)
	stage, dock := b.box("#stage"), b.box("#bottom")
	require.LessOrEqual(t, stage.Y+stage.Height, dock.Y, "it does not cover the stage")
	require.Greater(t, stage.Height, 500.0)
	b.strike("#bottom [data-action=bigger]")
	require.GreaterOrEqual(t, b.box("#console-log").Height/line, 10.0, "one press makes it large")
}

// The time line is what one looks at while time goes by; buttons and speed leave it the room.
func TestTheTimeLineHasRoom(t *testing.T) {
	for _, c := range []struct {
		window size
		least  float64
	}{
		{desktop, 340}, {size{1280, 800}, 200}, {size{1024, 768}, 400}, {size{820, 1180}, 300},
		{size{820, 600}, 400}, {size{800, 560}, 400}, {phone, 200},
	} {
		b := blank(t, c.window)
		b.visit("/en/play")
		line, transport := b.box("#scrub"), b.box("#transport")
		require.GreaterOrEqual(t, line.Width, c.least, "%v", c.window)
		require.LessOrEqual(t, line.X+line.Width, transport.X+transport.Width, "%v", c.window)
		require.LessOrEqual(t, transport.Height, 104.0, "%v", c.window)
	}
}

// Each client has a button that chooses it.
func TestTheConsoleShowsItsClients(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	for _, letter := range []string{"A", "B"} {
		b.command(":client " + letter)
		b.wait(`document.querySelector("[data-action=console-of][data-letter=` + letter + `]")`)
		require.Positive(t, b.box("[data-letter="+letter+"]").Width)
	}
	b.strike("[data-letter=B]")
	b.wait(`document.getElementById("console-prompt").textContent.startsWith("B")`)
}

func TestAPhoneShowsAQuestionWithItsAnswersUnderTheStage(t *testing.T) {
	b := blank(t, size{390, 844})
	b.visit("/en/play/08-broadcast-quorum")
	ask[any](b, "document.querySelector('.predict:enabled').scrollIntoView({block: 'start'})")
	question, lock := b.box("[open] .predict"), b.box("[open] [data-action=predict-lock]")
	require.GreaterOrEqual(t, question.Y, b.box("#pane-lesson").Y-1)
	require.LessOrEqual(t, question.Y+question.Height, lock.Y, "the answers are above the button")
	require.LessOrEqual(t, lock.Y+lock.Height, 844.0)
	require.GreaterOrEqual(t, b.box("#stage").Height, 200.0)
}
