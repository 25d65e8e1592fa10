package e2e

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/scenarios"
)

// learner plays a lesson through the page's controls.
type learner struct {
	*tab
	file    *scenario.File
	answers []scenario.Answer // the right ones, by step
	native  string            // fingerprint of the whole run
}

// learn opens a lesson and works out natively what is right.
func learn(t *testing.T, b *tab, lang, name string) *learner {
	t.Helper()
	f, err := scenarios.Load(name)
	require.NoError(t, err)
	s := session(t, f)
	report := s.RunAll()
	l := &learner{tab: b, file: f, native: report.Fingerprint}
	for _, r := range s.Results() {
		l.answers = append(l.answers, r.Answers[0])
	}
	b.visit("/" + lang + "/play/" + name)
	ask[any](b, "window.zabscope.speed(10000)")
	return l
}

// part is a selector below a step's live part.
func (l *learner) part(i int, selector string) string {
	return "#step-" + l.file.Steps[i].ID + " " + selector
}

// has waits for an element.
func (b *tab) has(selector string) {
	b.t.Helper()
	b.wait("document.querySelector(" + quote(selector) + ")")
}

// press clicks an element with the pointer, once it has come to rest and nothing lies over it.
func (l *learner) press(selector string) {
	l.t.Helper()
	l.has(selector)
	at := ask[point](l.tab, `new Promise((rest) => {
		let last = "";
		const look = () => {
			const el = document.querySelector(`+quote(selector)+`);
			el?.scrollIntoView({block: "center", behavior: "instant"});
			const r = el?.getBoundingClientRect();
			const at = {x: r?.x + r?.width / 2, y: r?.y + r?.height / 2};
			const hit = r && el.contains(document.elementFromPoint(at.x, at.y));
			if (hit && last === JSON.stringify(at)) return rest(at);
			last = JSON.stringify(at);
			setTimeout(look, 60);
		};
		look();
	})`)
	l.do(chromedp.MouseClickXY(at.X, at.Y))
}

// count returns how many elements a selector finds.
func (b *tab) count(selector string) int {
	b.t.Helper()
	return ask[int](b, "document.querySelectorAll("+quote(selector)+").length")
}

// tell answers a step's question with the pointer: rightly, or as wrongly as it can.
func (l *learner) tell(i int, right bool) {
	l.t.Helper()
	a := l.answers[i]
	switch a.Kind {
	case "pick-server":
		l.point(i, a.Value, right)
	case "number":
		l.number(i, a.Value, right)
	case "order":
		l.order(i, a.Options, right)
	default:
		l.options(i, a.Options, right)
	}
	l.press(l.part(i, "[data-action=predict-lock]:not([disabled])"))
	l.has(l.part(i, "fieldset:disabled"))
}

// point clicks a server on the stage.
func (l *learner) point(i int, value string, right bool) {
	l.t.Helper()
	id, err := strconv.Atoi(value)
	require.NoError(l.t, err)
	if !right {
		id = id%l.file.Voters + 1
	}
	require.Equal(l.t, "block", ask[string](l.tab,
		"getComputedStyle(document.querySelector('.stage-ask')).display"), "the stage asks")
	at := l.glyph(id)
	l.do(chromedp.MouseClickXY(at.X, at.Y))
	l.has(fmt.Sprintf("#server-%d[data-guess]", id))
	l.has(l.part(i, fmt.Sprintf("input[value='%d']:checked", id)))
	require.True(l.t, ask[bool](l.tab, "document.querySelector('#pane-inspector').hidden"),
		"a click answers and does not select")
}

func (l *learner) number(i int, value string, right bool) {
	l.t.Helper()
	n, err := strconv.Atoi(value)
	require.NoError(l.t, err)
	if !right {
		n++
	}
	for k := range n {
		l.press(l.part(i, "[data-action=predict-more]"))
		l.has(l.part(i, fmt.Sprintf("input[value='%d']", k+1)))
	}
}

func (l *learner) options(i int, right []int, rightly bool) {
	l.t.Helper()
	for o := range l.file.Steps[i].Question().Options {
		if slices.Contains(right, o) == rightly {
			l.press(l.part(i, fmt.Sprintf("label:nth-child(%d)", o+1)))
			l.has(l.part(i, fmt.Sprintf("input[value='%d']:checked", o)))
		}
	}
}

// order moves the options up, one place at a time.
func (l *learner) order(i int, want []int, right bool) {
	l.t.Helper()
	want = slices.Clone(want)
	if !right {
		slices.Reverse(want)
	}
	items := "[...document.querySelectorAll(" + quote(l.part(i, ".predict-order li")) + ")]"
	for place, value := range want {
		for {
			now := ask[[]string](l.tab, items+".map(e => e.dataset.value)")
			at := slices.Index(now, strconv.Itoa(value))
			if at == place {
				break
			}
			l.press(l.part(i, fmt.Sprintf("[data-action=predict-up][data-value='%d']", value)))
			l.wait(fmt.Sprintf("%s[%d].dataset.value === '%d'", items, at-1, value))
		}
	}
}

// run runs a step to its end and looks at what the page says about the answer.
func (l *learner) run(i int, right bool) {
	l.t.Helper()
	l.press(l.part(i, "[data-action=lesson-run]"))
	l.has("#live-" + l.file.Steps[i].ID + "[data-state=done]")
	l.has(l.part(i, fmt.Sprintf(".reveal[data-right='%v']", right)))
	tail := "#tail-" + l.file.Steps[i].ID
	require.Zero(l.t, l.count(tail+" li[data-state=failed]"))
	require.Equal(l.t, len(l.file.Steps[i].Checks()), l.count(tail+" li[data-state=ok]"))
}

// play goes through the whole lesson.
func (l *learner) play(right bool) {
	l.t.Helper()
	for i := range l.file.Steps {
		l.tell(i, right)
		l.run(i, right)
		if l.answers[i].Shown {
			l.show(i)
		}
		if i+1 < len(l.file.Steps) {
			l.press("#foot-" + l.file.Steps[i].ID + " [data-action=lesson-next]")
			l.has("#step-" + l.file.Steps[i+1].ID + "[open]")
		}
	}
	l.has("#lesson-end[data-over=true]")
	require.Zero(l.t, ask[float64](l.tab, "document.documentElement.scrollHeight - innerHeight"),
		"nothing makes the page longer than its window")
	require.Equal(l.t, l.native, l.fingerprint())
	require.Empty(l.t, l.now().Violations)
}

// show looks at the evidence and comes back.
func (l *learner) show(i int) {
	l.t.Helper()
	end := l.now().Time
	l.press(l.part(i, "[data-action=lesson-show]"))
	l.has(l.part(i, "[data-action=lesson-back]"))
	a := l.answers[i]
	require.InDelta(l.t, float64(a.At)/1e6, l.now().Time, 0.001)
	glyph := "#server-" + a.Node.String()
	if a.Node.IsClient() {
		glyph = "#client-" + a.Node.String()
	}
	l.has(glyph + "[data-selected]")
	l.press(l.part(i, "[data-action=lesson-back]"))
	l.wait("!document.querySelector('[data-action=lesson-back]')")
	require.InDelta(l.t, end, l.now().Time, 0.001)
}

func TestLessonsArePlayedInTheBrowser(t *testing.T) {
	for _, name := range scenarios.Names() {
		for _, lang := range []string{"en", "zh"} {
			for _, right := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s/%s/right=%v", name, lang, right), func(t *testing.T) {
					l := learn(t, blank(t, desktop), lang, name)
					l.play(right)
				})
			}
		}
	}
}
