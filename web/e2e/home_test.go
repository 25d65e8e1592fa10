package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/scenarios"
)

// loaded reports whether the tab has asked for the simulator.
func (b *tab) loaded() bool {
	for _, url := range b.asked() {
		if strings.HasSuffix(url, ".wasm") || strings.HasSuffix(url, "/worker.js") {
			return true
		}
	}
	return false
}

// first runs a script in every page before its own.
func (b *tab) first(script string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument,
		page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	require.NoError(b.t, err)
}

// tabTo presses Tab until an element that the selector names has the focus.
func (b *tab) tabTo(selector string) {
	b.t.Helper()
	const enough = 150
	for range enough {
		if ask[bool](b, "document.activeElement.matches("+quote(selector)+")") {
			return
		}
		b.do(chromedp.KeyEvent(kb.Tab))
	}
	require.Fail(b.t, "Tab does not reach "+selector)
}

func TestFrontPageRunsALessonOnRequestOnly(t *testing.T) {
	titles := map[string]string{
		"en": "Roles and one write", "zh": "角色与一次写入",
	}
	for lang, title := range titles {
		t.Run(lang, func(t *testing.T) {
			b := blank(t, desktop)
			b.navigate("/" + lang + "/")
			require.Equal(t, len(scenarios.Names()), b.count("[data-lesson-link]"))
			require.Equal(t, 6, b.count("#home-live [data-server]"), "the first lesson")
			require.Equal(t, 1, b.count("#home-live [data-server][data-role=LEADING]"))
			require.Contains(t, ask[string](b, "document.body.innerText"), title)
			b.fits()
			require.False(t, b.loaded())
			b.hit("[data-action=live]")
			b.has("iframe.home-frame")
			inside := "document.querySelector('iframe').contentWindow"
			b.wait(inside + ".zabscope !== undefined")
			ask[any](b, inside+".zabscope.ready")
			require.Equal(t, 5, ask[int](b, inside+".zabscope.state().then(s => s.leader)"))
		})
	}
}

func TestFrontPageKnowsHowFarALearnerIs(t *testing.T) {
	b := blank(t, desktop)
	b.first("sessionStorage.clear()") // another tab, so that the run itself is not kept
	l := learn(t, b, "en", "01-roles")
	l.tell(0, true)
	l.run(0, true)
	b.navigate("/en/")
	b.has("[data-lesson-link='01-roles'][data-progress=begun]")
	link := "document.querySelector(\"[data-lesson-link='01-roles'] .lesson-part\").textContent"
	require.Equal(t, "1/4", ask[string](b, link))
	require.Contains(t, ask[string](b, "document.querySelector('#home-learn').textContent"),
		"Roles and one write")
	b.visit("/en/play/01-roles")
	b.has("#step-look[data-was]")
	b.has("#lesson-resume[hidden]")
	l.tell(0, true)
	l.run(0, true)
	b.hit("#foot-look [data-action=lesson-next]")
	b.has("#step-write[open]")
	b.visit("/en/play/01-roles")
	b.has("#lesson-resume:not([hidden])")
	b.hit("#lesson-resume-go")
	b.has("#live-write[data-state=current]")
	b.has("#step-write[open]")
}

func TestLessonsWorkWhereNothingCanBeStored(t *testing.T) {
	b := blank(t, desktop)
	b.first(`Object.defineProperty(window, "localStorage", {
		get() { throw new DOMException("denied", "SecurityError"); },
	})`)
	l := learn(t, b, "en", "01-roles")
	l.tell(0, true)
	l.run(0, true)
	b.has("#step-look[data-was]")
	b.navigate("/en/")
	require.Zero(t, b.count("[data-progress=begun]"), "nothing is remembered")
}

func TestALessonIsFinishedByKeysWithReducedMotion(t *testing.T) {
	const name = "05-runtime-election"
	b := blank(t, desktop)
	b.prefer("prefers-reduced-motion", "reduce")
	l := learn(t, b, "en", name)
	for i, step := range l.file.Steps {
		if a := l.answers[i]; a.Kind == "pick-server" {
			b.tabTo("#stage-svg [tabindex='0']")
			b.do(chromedp.KeyEvent(a.Value))
			b.has("#server-" + a.Value + ":focus")
			b.do(chromedp.KeyEvent("\r"))
			b.has("#server-" + a.Value + "[data-guess]")
		} else {
			b.tabTo(l.part(i, "input"))
			b.do(chromedp.KeyEvent(" "))
			b.has(l.part(i, "input[value='0']:checked"))
			for n := range a.Options[0] {
				b.do(chromedp.KeyEvent(kb.ArrowDown))
				b.has(l.part(i, fmt.Sprintf("input[value='%d']:checked", n+1)))
			}
		}
		b.has(l.part(i, "[data-action=predict-lock]:not([disabled])"))
		b.tabTo(l.part(i, "[data-action=predict-lock]"))
		b.do(chromedp.KeyEvent("\r"))
		b.has(l.part(i, "[data-action=lesson-run]"))
		b.tabTo(l.part(i, "[data-action=lesson-run]"))
		b.do(chromedp.KeyEvent(" "))
		b.has(l.part(i, ".reveal[data-right=true]"))
		if i+1 < len(l.file.Steps) {
			b.tabTo("#foot-" + step.ID + " [data-action=lesson-next]")
			b.do(chromedp.KeyEvent("\r"))
			b.has("#step-" + l.file.Steps[i+1].ID + "[open]")
		}
	}
	b.has("#lesson-end[data-over=true]")
	require.Equal(t, l.native, b.fingerprint())
}
