package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// deed is something that can be done to a target, and the line that does the same.
type deed struct{ target, action, choice, line string }

// deeds are actions of each kind: plain ones and such that have to be told something.
var deeds = []deed{
	{"server-5", "kill", "", ":kill 5"},
	{"server-2", "isolate", "", ":partition 1,3,4,5|2"},
	{"server-3", "slowdisk", "2000ms", ":slowdisk 3 2000ms"},
	{"server-4", "island", "alone", ":partition 1,2,3,5|4"},
	{"link-2-5", "cut", "", ":cut 2<>5"},
	{"link-2-5", "delay", "1000ms", ":delay 2<>5 1000ms"},
	{"link-2-5", "drop-5-2", "PROPOSAL", ":drop PROPOSAL 5>2"},
	{"client-A", "unplug", "", ":unplug A"},
	{"client-A", "write", "", "A: create -s /n-"},
	{"client-A", "move", "2", ":move A 2"},
}

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

// middle returns a point of what a target is drawn as: the centre of a glyph, or half-way a link.
func (b *tab) middle(target string) point {
	b.t.Helper()
	return ask[point](b, fmt.Sprintf(`(() => {
		const el = document.getElementById(%q);
		const path = el.querySelector("path");
		if (!el.id.startsWith("link-") || !path) {
			const r = el.getBoundingClientRect();
			return {x: r.x + r.width / 2, y: r.y + r.height / 2};
		}
		const p = path.getPointAtLength(path.getTotalLength() * 0.4);
		const q = new DOMPoint(p.x, p.y).matrixTransform(path.getScreenCTM());
		return {x: q.x, y: q.y};
	})()`, target))
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

// chooseByPointer picks an action from the open menu.
func (b *tab) chooseByPointer(d deed) {
	b.t.Helper()
	b.clickOn(item("action", d.action))
	if d.choice != "" {
		b.clickOn(item("choice", d.choice))
	}
	b.wait("!document.querySelector('#menu:popover-open')")
}

// chooseByKeys walks down the open menu with the arrows and presses Enter.
func (b *tab) chooseByKeys(d deed) {
	b.t.Helper()
	b.wait("document.querySelector('#menu:popover-open')")
	b.walkTo("action", d.action)
	b.do(chromedp.KeyEvent("\r"))
	if d.choice != "" {
		b.wait("document.activeElement.closest('[data-page]')?.dataset.page === " + quote(d.action))
		b.walkTo("choice", d.choice)
		b.do(chromedp.KeyEvent("\r"))
	}
	b.wait("!document.querySelector('#menu:popover-open')")
}

const arrowDown = "\u0301" // as the key events of chromedp name it

func (b *tab) walkTo(name, value string) {
	b.t.Helper()
	for range 40 {
		if ask[string](b, "document.activeElement.dataset."+name+" ?? ''") == value {
			return
		}
		b.do(chromedp.KeyEvent(arrowDown))
	}
	require.Fail(b.t, "the arrows never come to "+value)
}

// ways are how a person can do something.
var ways = map[string]func(*tab, deed){
	"context menu": func(b *tab, d deed) {
		p := b.middle(d.target)
		b.do(chromedp.MouseClickXY(p.X, p.Y, chromedp.ButtonRight))
		b.chooseByPointer(d)
	},
	"keyboard": func(b *tab, d deed) {
		ask[any](b, "document.getElementById("+quote(d.target)+").focus()")
		b.do(chromedp.KeyEvent("\r"))
		b.chooseByKeys(d)
	},
	"list": func(b *tab, d deed) {
		ask[any](b, "document.activeElement.blur()")
		b.do(chromedp.KeyEvent("l"))
		b.wait("!document.getElementById('stage-list').hidden")
		row := "row-" + strings.TrimPrefix(d.target, "server-")
		b.clickOn("#" + row + " [data-action=menu]")
		b.chooseByPointer(d)
		b.clickOn(".tool[data-action=list]")
		b.wait("document.getElementById('stage-list').hidden")
	},
}

func TestActionsAreTheirLinesFromEverywhere(t *testing.T) {
	b := quiet(t)
	before := b.fingerprint()
	for _, d := range deeds {
		b.command(d.line)
		want := b.fingerprint()
		require.NotEqual(t, before, want, d.line)
		b.command(":undo")
		require.Equal(t, before, b.fingerprint(), "undo %s", d.line)
		for name, way := range ways {
			b.settle()
			way(b, d)
			b.changes(before, d.line+" by "+name)
			require.Equal(t, want, b.fingerprint(), "%s by %s", d.line, name)
			b.wait("[...document.querySelectorAll('.console-line')].at(-1).textContent.includes(" +
				quote(strings.TrimPrefix(d.line, "A: ")) + ")")
			b.command(":undo")
			require.Equal(t, before, b.fingerprint(), "undo %s by %s", d.line, name)
		}
	}
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

func TestIslandsAndServersAreChosenInTheList(t *testing.T) {
	b := quiet(t)
	b.do(chromedp.KeyEvent("l"))
	choose := func(id, value string) {
		ask[any](b, fmt.Sprintf(`(() => {
			const el = document.getElementById(%q);
			el.value = %q;
			el.dispatchEvent(new Event("change", {bubbles: true}));
		})()`, id, value))
	}
	choose("island-2", "alone")
	b.until("2 is alone", func(s state) bool { return s.islands()[2] != s.islands()[1] })
	b.wait("[...document.getElementById('island-3').options].some(o => o.value === 'with-2')")
	choose("island-3", "with-2")
	b.until("3 is with it", func(s state) bool {
		return s.islands()[3] == s.islands()[2] && s.islands()[2] != s.islands()[1]
	})
	choose("move-A", "1")
	b.command(":wait 1s")
	b.wait("document.getElementById('move-A').options[0].textContent === '1'")
	b.clickOn("#row-client-A [data-action=unplug]")
	b.wait("document.querySelector('#row-client-A .list-fault')?.textContent === 'unplugged'")
}

func TestAMessageIsDroppedAndHeldFromTheList(t *testing.T) {
	b := quiet(t)
	b.command("A: create /y 1")
	b.command(":wait 12ms")
	before := b.fingerprint()
	b.do(chromedp.KeyEvent("l"))
	const row = "#list-messages tbody tr"
	b.wait("document.querySelector('" + row + "')")
	id := strings.TrimPrefix(ask[string](b, "document.querySelector('"+row+"').id"), "row-message-")
	for _, action := range []string{"drop", "hold"} {
		b.command(":" + action + " " + id)
		want := b.fingerprint()
		require.NotEqual(t, before, want)
		b.command(":undo")
		b.wait("document.querySelector('" + row + "')")
		b.clickOn(row + " [data-action=menu]")
		b.chooseByPointer(deed{action: action})
		require.Equal(t, want, b.fingerprint(), action)
		b.command(":undo")
	}
}

func TestANumberIsTypedInTheMenuAndKeysUndoIt(t *testing.T) {
	b := quiet(t)
	before := b.fingerprint()
	b.command(":delay 2<>5 77ms")
	want := b.fingerprint()
	b.command(":undo")

	ask[any](b, "document.getElementById('link-2-5').focus()")
	b.do(chromedp.KeyEvent("\r"))
	b.wait("document.querySelector('#menu:popover-open')")
	b.walkTo("action", "delay")
	b.do(chromedp.KeyEvent("\r"))
	b.wait("document.activeElement.closest('[data-page]')?.dataset.page === 'delay'")
	for !ask[bool](b, "document.activeElement.matches('input')") {
		b.do(chromedp.KeyEvent("\t"))
	}
	ask[any](b, "document.activeElement.select()")
	b.do(chromedp.KeyEvent("77"), chromedp.KeyEvent("\r"))
	b.wait("!document.querySelector('#menu:popover-open')")
	require.Equal(t, want, b.fingerprint())

	control := chromedp.KeyModifiers(chromedp.ModifierCtrl)
	b.do(chromedp.KeyEvent("z", control))
	require.Equal(t, before, b.fingerprint(), "Ctrl-Z")
	shifted := chromedp.KeyModifiers(chromedp.ModifierCtrl, chromedp.ModifierShift)
	b.do(chromedp.KeyEvent("z", shifted))
	require.Equal(t, want, b.fingerprint(), "Ctrl-Shift-Z")
}
