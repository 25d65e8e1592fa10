package e2e

import (
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// The keys that are held while the mouse acts.
const (
	alt   = int64(chromedp.ModifierAlt)
	shift = int64(chromedp.ModifierShift)
)

// mouse sends one event of the left button.
func (b *tab) mouse(kind input.DispatchMouseEventType, at point, held int64) {
	b.t.Helper()
	e := input.DispatchMouseEventParams{Type: kind, X: at.X, Y: at.Y, Modifiers: held}
	if kind != input.DispatchMouseEventTypeMouseMoved {
		e.Button, e.ClickCount = input.MouseButtonLeft, 1
	}
	if kind != input.DispatchMouseEventTypeMouseReleased {
		e.Buttons = 1
	}
	_, err := chromedp.Call(b.ctx, input.DispatchMouseEvent, e)
	require.NoError(b.t, err)
}

// click presses and lets go of the left button while keys are held.
func (b *tab) click(at point, held int64) {
	b.t.Helper()
	b.mouse(input.DispatchMouseEventTypeMousePressed, at, held)
	b.mouse(input.DispatchMouseEventTypeMouseReleased, at, held)
}

// stroke drags the mouse along points.
func (b *tab) stroke(points ...point) {
	b.t.Helper()
	b.mouse(input.DispatchMouseEventTypeMousePressed, points[0], 0)
	for _, p := range between(points) {
		b.mouse(input.DispatchMouseEventTypeMouseMoved, p, 0)
	}
	b.mouse(input.DispatchMouseEventTypeMouseReleased, points[len(points)-1], 0)
}

// touch sends one event of the fingers that are down.
func (b *tab) touch(kind input.DispatchTouchEventType, fingers ...point) {
	b.t.Helper()
	e := input.DispatchTouchEventParams{Type: kind, TouchPoints: []*input.TouchPoint{}}
	for i, p := range fingers {
		id := float64(i + 1)
		e.TouchPoints = append(e.TouchPoints, &input.TouchPoint{X: p.X, Y: p.Y, ID: &id})
	}
	_, err := chromedp.Call(b.ctx, input.DispatchTouchEvent, e)
	require.NoError(b.t, err)
}

// swipe drags one finger along points, and rests before it lifts: else the browser takes it for a
// fling, and the next tap only ends that.
func (b *tab) swipe(points ...point) {
	b.t.Helper()
	b.touch(input.DispatchTouchEventTypeTouchStart, points[0])
	for _, p := range between(points) {
		b.touch(input.DispatchTouchEventTypeTouchMove, p)
	}
	b.rest()
	b.touch(input.DispatchTouchEventTypeTouchMove, points[len(points)-1])
	b.touch(input.DispatchTouchEventTypeTouchEnd)
}

// rest lets a moment go by in which a finger does not move.
func (b *tab) rest() {
	b.t.Helper()
	ask[any](b, "new Promise((done) => setTimeout(() => done(null), 150))")
}

// poke touches a point for a moment.
func (b *tab) poke(at point) {
	b.t.Helper()
	b.touch(input.DispatchTouchEventTypeTouchStart, at)
	b.touch(input.DispatchTouchEventTypeTouchEnd)
}

// between adds points on the way.
func between(points []point) []point {
	const steps = 8
	var out []point
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		for s := 1; s <= steps; s++ {
			share := float64(s) / steps
			out = append(out, point{a.X + (b.X-a.X)*share, a.Y + (b.Y-a.Y)*share})
		}
	}
	return out
}

// paper returns the place in the window of a point in the stage's own coordinates.
func (b *tab) paper(x, y float64) point {
	b.t.Helper()
	return ask[point](b, fmt.Sprintf(`(() => {
		const p = new DOMPoint(%f, %f)
			.matrixTransform(document.getElementById("stage-svg").getScreenCTM());
		return {x: p.x, y: p.y};
	})()`, x, y))
}

// wire returns a point of a link, by the share of the way from its first server.
func (b *tab) wire(name string, share float64) point {
	b.t.Helper()
	return ask[point](b, fmt.Sprintf(`(() => {
		const line = document.querySelector("#link-%s .wire-hit");
		const p = line.getPointAtLength(line.getTotalLength() * %f)
			.matrixTransform(line.getScreenCTM());
		return {x: p.x, y: p.y};
	})()`, name, share))
}

// control returns the middle of a control, once it stands still: bars move while they open.
func (b *tab) control(selector string) point {
	b.t.Helper()
	b.wait("document.querySelector(" + quote(selector) + ")?.checkVisibility()")
	return ask[point](b, fmt.Sprintf(`(async () => {
		let at = {x: NaN, y: NaN}, still = 0;
		for (let frame = 0; frame < 120 && still < 6; frame++) {
			const el = document.querySelector(%s);
			el?.scrollIntoView({block: "nearest", inline: "nearest"});
			const r = el?.getBoundingClientRect() ?? new DOMRect();
			const now = {x: r.x + r.width / 2, y: r.y + r.height / 2};
			still = now.x === at.x && now.y === at.y ? still + 1 : 0;
			at = now;
			await new Promise(requestAnimationFrame);
		}
		return at;
	})()`, quote(selector)))
}

// pressOn clicks a control.
func (b *tab) pressOn(selector string) {
	b.t.Helper()
	b.click(b.control(selector), 0)
}

// keys types on whatever has the focus.
func (b *tab) keys(keys string, held ...chromedp.Modifier) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(held...)))
}

// choose selects servers with the keyboard, and waits until all are.
func (b *tab) choose(servers ...int) {
	b.t.Helper()
	var marks []string
	for i, id := range servers {
		digit := fmt.Sprint(id)
		if i == 0 {
			b.keys(digit)
		} else {
			b.keys(digit, chromedp.ModifierShift)
		}
		marks = append(marks, fmt.Sprintf("#server-%d[data-selected]", id))
	}
	b.wait(fmt.Sprintf("document.querySelectorAll(%s).length === %d",
		quote(strings.Join(marks, ",")), len(servers)))
}
