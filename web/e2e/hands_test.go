package e2e

import (
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// waysOf are all ways to do a deed: those that every deed has, and its own.
func waysOf(d deed) []way {
	ways := []way{
		{"context menu", d.byMenu}, {"keyboard", d.byKeys}, {"finger", d.byFinger},
		{"list", d.byList},
	}
	if d.key != "" {
		ways = append(ways, way{"the letter " + d.key, func(b *tab) {
			d.reach(b)
			b.keys(d.key)
		}})
	}
	if d.tool != "" {
		ways = append(ways, way{d.tool, func(b *tab) {
			b.pressOn(`[data-tool="` + d.tool + `"]`)
			b.click(b.middle(d.target), 0)
		}})
	}
	return append(ways, d.more...)
}

// clear puts the page into its usual state: nothing is selected, no tool, no menu, the picture.
func (b *tab) clear() {
	b.t.Helper()
	for ask[bool](b, `document.querySelector("#menu:popover-open") !== null ||
		!document.getElementById("actionbar").hidden ||
		document.querySelector("[data-tool=tool-select]").ariaPressed !== "true"`) {
		b.keys("\x1b")
		b.current()
	}
	if ask[bool](b, "!document.getElementById('stage-list').hidden") {
		b.keys("l")
	}
	b.current()
}

// current waits until the page shows what the simulator knows.
func (b *tab) current() {
	b.t.Helper()
	ask[any](b, `(async () => {
		const main = document.querySelector("script[type=module]").src;
		const { player } = await import(main);
		for (let still = 0; still < 2; still++) {
			await new Promise(requestAnimationFrame);
			if (player.simulator.busy || player.frame.more) still = -1;
		}
	})()`)
}

// list shows the list view.
func (b *tab) list() {
	b.t.Helper()
	b.keys("l")
	b.wait("!document.getElementById('stage-list').hidden")
	b.current()
}

// enter presses Enter as a keyboard does: whoever takes the key down gets no character either.
func (b *tab) enter() {
	b.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{
		input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp,
	} {
		e := input.DispatchKeyEventParams{
			Type: kind, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13,
		}
		if kind == input.DispatchKeyEventTypeKeyDown {
			e.Text = "\r"
		}
		_, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, e)
		require.NoError(b.t, err)
	}
}

// servers are those of a group, "1" and "4" of "servers-1,4".
func (d deed) servers() []string {
	list, ok := strings.CutPrefix(d.target, "servers-")
	if !ok {
		return nil
	}
	return strings.Split(list, ",")
}

func (d deed) byMenu(b *tab) {
	at := b.middle(d.target)
	if group := d.servers(); group != nil {
		for i, id := range group {
			at = b.middle("server-" + id)
			b.click(at, []int64{0, shift}[min(i, 1)])
		}
		b.wait(fmt.Sprintf("document.querySelectorAll('.server[data-selected]').length === %d",
			len(group)))
	}
	b.do(chromedp.MouseClickXY(at.X, at.Y, chromedp.ButtonRight))
	b.take(openPage, d, func(at point) { b.click(at, 0) })
}

// reach puts the keyboard on the target: by its number, by the arrows, or on nothing for the stage.
func (d deed) reach(b *tab) {
	kind, name, _ := strings.Cut(d.target, "-")
	switch kind {
	case "server":
		b.keys(name)
		b.wait("document.activeElement.id === " + quote(d.target))
	case "servers":
		for i, id := range d.servers() {
			b.keys(id, []chromedp.Modifier{0, chromedp.ModifierShift}[min(i, 1)])
		}
		b.wait(fmt.Sprintf("document.querySelectorAll('.server[data-selected]').length === %d",
			len(d.servers())))
	case "stage":
		ask[any](b, "document.activeElement.blur()")
	case "message":
		b.click(b.middle(d.target), 0)
		b.wait("!document.getElementById('actionbar').hidden")
	default:
		ask[any](b, "document.getElementById("+quote(d.target)+").focus()")
	}
}

func (d deed) byKeys(b *tab) {
	kind, _, _ := strings.Cut(d.target, "-")
	switch {
	case kind == "message" || d.target == "link-1-4": // what moves, or is not drawn, is in the list
		b.list()
		b.focus(d.row(b) + " [data-action=menu]")
		b.enter()
	case kind == "stage":
		d.reach(b)
		b.keys("m")
	default:
		d.reach(b)
		b.enter()
	}
	b.wait("document.querySelector('#menu:popover-open')")
	b.walkTo("action", d.action)
	b.enter()
	if d.choice == "" {
		return
	}
	b.wait("document.activeElement.closest('[data-page]')?.dataset.page === " + quote(d.action))
	if d.typed {
		for !ask[bool](b, "document.activeElement.matches('input')") {
			b.keys("\t")
		}
		b.replace(d.choice)
	} else {
		b.walkTo("choice", d.choice)
	}
	b.enter()
}

func (d deed) byFinger(b *tab) {
	at, bar := b.middle(d.target), "#actionbar"
	if group := d.servers(); group != nil {
		b.poke(b.control(`[data-tool="tool-lasso"]`))
		b.swipe(b.band(group[0], group[1])...)
	} else if d.target != "stage" {
		b.poke(at)
	}
	if d.target != "stage" {
		b.wait("!document.getElementById('actionbar').hidden")
	}
	if d.target == "stage" || !b.offers(bar, d) && d.servers() == nil {
		b.touch(input.DispatchTouchEventTypeTouchStart, at)
		b.wait("document.querySelector('#menu:popover-open')")
		b.touch(input.DispatchTouchEventTypeTouchEnd)
		bar = openPage
	}
	b.take(bar, d, b.poke)
}

func (d deed) byList(b *tab) {
	b.list()
	press := func(at point) { b.click(at, 0) }
	b.take(d.row(b), d, press)
}

// row returns a selector of what the list view has for the target. A link that is not in use is
// chosen by its two servers, a group by its boxes.
func (d deed) row(b *tab) string {
	b.t.Helper()
	kind, name, _ := strings.Cut(d.target, "-")
	switch kind {
	case "stage":
		return "#list-cluster"
	case "server":
		return "#row-" + name
	case "servers":
		for _, id := range d.servers() {
			b.pressOn("#choose-" + id)
		}
		b.wait(fmt.Sprintf("document.querySelectorAll('#list tr[data-selected]').length === %d",
			len(d.servers())))
		return "#row-" + d.servers()[0]
	case "link":
		if !ask[bool](b, "document.getElementById('row-"+d.target+"') !== null") {
			return b.pair(name)
		}
	}
	return `[id="row-` + d.target + `"]`
}

// pair chooses two servers of the list by typing, and returns what acts on their link.
func (b *tab) pair(name string) string {
	b.t.Helper()
	for i, id := range strings.Split(name, "-") {
		b.focus("#list-pair-" + string(rune('a'+i)))
		b.keys(id)
	}
	b.wait("document.getElementById('list-pair-menu').dataset.target === 'link-" + name + "'")
	return ".list-pair"
}

// offers reports whether there is a control for the deed itself.
func (b *tab) offers(root string, d deed) bool {
	b.t.Helper()
	return ask[bool](b, "document.querySelector("+quote(root+" "+d.control())+") !== null")
}

func (d deed) control() string { return "[data-action=" + quote(d.action) + "]" }

// take presses the control of a deed, else the one that opens the menu, and then what the deed has
// to be told.
func (b *tab) take(root string, d deed, press func(point)) {
	b.t.Helper()
	if root == openPage {
		b.wait("document.querySelector('#menu:popover-open')")
	} else if !b.offers(root, d) {
		press(b.spot(root + " [data-action=menu]"))
		b.wait("document.querySelector('#menu:popover-open')")
		root = openPage
	}
	press(b.spot(root + " " + d.control()))
	switch {
	case d.typed:
		press(b.spot(openPage + "input"))
		b.replace(d.choice)
		press(b.spot(openPage + "[type=submit]"))
	case d.choice != "":
		press(b.spot(item("choice", d.choice)))
	}
}

// replace types a number with a unit over what an input has.
func (b *tab) replace(choice string) {
	b.t.Helper()
	b.wait("document.activeElement.matches('input')")
	ask[any](b, "document.activeElement.select()")
	b.keys(strings.TrimRight(choice, "ms%"))
}

// spot returns the middle of a control as soon as nothing lies over it.
func (b *tab) spot(selector string) point {
	b.t.Helper()
	b.wait("document.querySelector(" + quote(selector) + ")?.checkVisibility()")
	return ask[point](b, fmt.Sprintf(`(async () => {
		let at = {x: 0, y: 0};
		for (let frame = 0; frame < 120; frame++) {
			const el = document.querySelector(%s);
			el?.scrollIntoView({block: "nearest", inline: "nearest"});
			const r = el?.getBoundingClientRect() ?? new DOMRect();
			const last = at;
			at = {x: r.x + r.width / 2, y: r.y + r.height / 2};
			const top = document.elementFromPoint(at.x, at.y);
			if (at.x === last.x && at.y === last.y && el && (el.contains(top) || top?.contains(el)))
				break;
			await new Promise(requestAnimationFrame);
		}
		return at;
	})()`, quote(selector)))
}

// middle returns a point of what a target is drawn as: the centre of a glyph, a place of a link
// that no other crosses, or open water for the stage.
func (b *tab) middle(target string) point {
	b.t.Helper()
	kind, name, _ := strings.Cut(target, "-")
	switch kind {
	case "stage":
		return b.stage(0.04, 0.5)
	case "link":
		return b.wire(name, 0.5)
	case "message":
		return b.particle(name)
	case "servers":
		return point{}
	}
	return ask[point](b, fmt.Sprintf(`(() => {
		const el = document.getElementById(%q);
		const r = (el.querySelector(".client-body") ?? el).getBoundingClientRect();
		return {x: r.x + r.width / 2, y: r.y + r.height / 2};
	})()`, target)) // a client's words stand beside its body
}

// particle returns where a message is drawn, by asking the page what is near each point.
func (b *tab) particle(id string) point {
	b.t.Helper()
	ask[any](b, `(async () => {
		if (window.messagesDrawn) return;
		const main = document.querySelector("script[type=module]").src;
		const { Particles } = await import(new URL("particles.js", main).href);
		const hit = Particles.prototype.hit;
		Particles.prototype.hit = function (...args) {
			window.messagesDrawn = this;
			return hit.apply(this, args);
		};
	})()`)
	b.mouse(input.DispatchMouseEventTypeMousePressed, b.stage(0.04, 0.5), 0)
	b.mouse(input.DispatchMouseEventTypeMouseReleased, b.stage(0.04, 0.5), 0)
	b.wait("window.messagesDrawn")
	return ask[point](b, fmt.Sprintf(`new Promise((done) => {
		const look = () => {
			for (let x = 0; x < 1000; x += 4) for (let y = 0; y < 620; y += 4)
				if (window.messagesDrawn.hit(x, y, 6) === %q)
					return done(new DOMPoint(x, y)
						.matrixTransform(document.getElementById("stage-svg").getScreenCTM()));
			requestAnimationFrame(look);
		};
		look();
	}).then(({x, y}) => ({x, y}))`, id))
}

// frameOf returns the corners of a rectangle round servers.
func (b *tab) frameOf(servers ...int) []point {
	b.t.Helper()
	ids := strings.Trim(strings.ReplaceAll(fmt.Sprint(servers), " ", ","), "[]")
	return ask[[]point](b, fmt.Sprintf(`(() => {
		const boxes = [%s].map((id) => document.getElementById("server-" + id))
			.map((el) => el.getBoundingClientRect());
		const left = Math.min(...boxes.map((r) => r.left)) - 12;
		const right = Math.max(...boxes.map((r) => r.right)) + 12;
		const top = Math.min(...boxes.map((r) => r.top)) - 12;
		const bottom = Math.max(...boxes.map((r) => r.bottom)) + 12;
		return [{x: left, y: top}, {x: right, y: top}, {x: right, y: bottom}, {x: left, y: bottom}];
	})()`, ids))
}

// band returns the corners of a narrow strip over two servers, from its left end on: at the right
// there may be toasts.
func (b *tab) band(one, other string) []point {
	b.t.Helper()
	const long, wide = 0.3, 0.12
	p, q := b.middle("server-"+one), b.middle("server-"+other)
	if p.X > q.X {
		p, q = q, p
	}
	dx, dy := (q.X-p.X)*long, (q.Y-p.Y)*long
	nx, ny := -(q.Y-p.Y)*wide, (q.X-p.X)*wide
	return []point{
		{p.X - dx + nx, p.Y - dy + ny}, {q.X + dx + nx, q.Y + dy + ny},
		{q.X + dx - nx, q.Y + dy - ny}, {p.X - dx - nx, p.Y - dy - ny},
	}
}

// amid returns the point half-way.
func amid(p, q point) point { return point{(p.X + q.X) / 2, (p.Y + q.Y) / 2} }

// openWater is far from every server.
func (b *tab) openWater() point { return b.stage(0.95, 0.09) }

// message is one on its way.
type message struct{ id, from, to string }

// vote lets the leader die and goes on until a NOTIFICATION is on its way.
func (b *tab) vote() message {
	b.t.Helper()
	b.clear()
	b.command(":kill 5")
	b.list()
	for range 400 {
		row := ask[[]string](b, `(() => {
			const row = [...document.querySelectorAll("#list-messages tbody tr")]
				.find((tr) => tr.textContent.includes("NOTIFICATION"));
			return row ? [row.id, row.cells[1].textContent] : [];
		})()`)
		if len(row) > 0 {
			from, to, _ := strings.Cut(row[1], " → ")
			id := strings.TrimPrefix(row[0], "row-message-")
			return message{id, strings.TrimSpace(from), strings.TrimSpace(to)}
		}
		b.command(":wait 2ms")
		b.current()
	}
	require.Fail(b.t, "nobody votes")
	return message{}
}
