package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// throttle makes the page's processor so many times slower.
func (b *tab) throttle(rate float64) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetCPUThrottlingRate,
		emulation.SetCPUThrottlingRateParams{Rate: rate})
	require.NoError(b.t, err)
}

// typeLine types a line into the console.
func (b *tab) typeLine(line string) {
	b.t.Helper()
	ask[any](b, "document.querySelector('#tab-console').click()")
	ask[any](b, "document.querySelector('#console-input').focus()")
	b.do(chromedp.KeyEvent(line + "\r"))
}

// renewed does something that loads the page again, and waits for the new one.
func (b *tab) renewed(act func()) {
	b.t.Helper()
	before := ask[float64](b, "performance.timeOrigin")
	act()
	require.Eventually(b.t, func() bool {
		// between two pages there is nobody to ask
		at, err := chromedp.Run(b.ctx, chromedp.Evaluate[float64]("performance.timeOrigin"))
		return err == nil && at != before
	}, patience, 50*time.Millisecond)
}

// toasted waits for a toast with a text.
func (b *tab) toasted(text string) {
	b.t.Helper()
	b.wait("[...document.querySelectorAll('.toast')].some((box) => box.textContent.includes(" +
		quote(text) + "))")
}

const (
	paused  = "document.querySelector('.transport-play').ariaPressed === 'false'"
	playing = "document.querySelector('.transport-play').ariaPressed === 'true'"
	working = "!document.querySelector('#work').hidden"
)

func TestUnknownLessonIsRefusedInBothLanguages(t *testing.T) {
	for lang, words := range map[string]string{"en": "There is no scenario", "zh": "没有名为"} {
		t.Run(lang, func(t *testing.T) {
			b := open(t, "/"+lang+"/play?autoplay=0")
			o := b.try(":load no-such-lesson")
			require.False(t, o.OK)
			require.Contains(t, o.Error, words)
			require.Contains(t, o.Error, "no-such-lesson")
			b.typeLine(":load no-such-lesson")
			b.wait("document.querySelector('#console-log').textContent.split(" +
				quote(words) + ").length > 2")
			require.True(t, b.try(":load 02-cold-start").OK)
			require.Equal(t, "02-cold-start", ask[string](b, "document.body.dataset.lesson"))
			b.command(":seed 77")
			require.Zero(t, b.now().Time)
			b.forgive("404")
		})
	}
}

func TestTypedWaitPlaysUntilItHolds(t *testing.T) {
	b := open(t, "/zh/play?autoplay=0")
	ask[any](b, "window.zabscope.speed(200)")
	b.typeLine(":until leader != none")
	b.wait(playing + " && " + working)
	early := b.now().Time
	b.wait(paused)
	s := b.now()
	require.NotZero(t, s.Leader)
	require.Greater(t, s.Time, early, "time passed before our eyes")
	b.wait("document.querySelector('#work').hidden")

	b.typeLine(":wait 1h")
	b.wait(working)
	b.do(chromedp.KeyEvent("\x1b"))
	b.wait(paused)
	b.wait("document.querySelector('#console-log').textContent.includes('停下')")
	require.Less(t, b.now().Time, 60_000.0)

	b.typeLine(":wait 30s")
	b.wait(working)
	ask[any](b, "document.querySelector('[data-action=hurry]').click()")
	b.wait(paused + " && document.querySelector('#work').hidden")
	require.Greater(t, b.now().Time, 30_000.0)
}

func TestAttack_U09_LongLinesLeaveTheWorkerFree(t *testing.T) {
	b := open(t, "/en/play?autoplay=0")
	b.elect()
	const race = `(async () => {
		const z = window.zabscope, long = z.command(":chaos 20h");
		const times = [];
		for (let i = 0; i < 20; i++) {
			const from = performance.now();
			await z.state();
			times.push(performance.now() - from);
			await new Promise(requestAnimationFrame);
		}
		const queued = z.command(":note");
		document.querySelector('[data-action=play]').click();
		const end = await long;
		times.sort((a, b) => a - b);
		return {ok: end.ok, error: end.error, median: times[10], next: (await queued).ok};
	})()`
	type result struct {
		OK     bool    `json:"ok"`
		Error  string  `json:"error"`
		Median float64 `json:"median"`
		Next   bool    `json:"next"`
	}
	r := ask[result](b, race)
	require.False(t, r.OK)
	require.Contains(t, r.Error, "Stopped at")
	require.Less(t, r.Median, 3000.0, "ms until an answer, however busy the machine")
	require.Greater(t, b.now().Time, 2000.0)
}

func TestAttack_U05_HostileLinkReplaysInSlicesAndCanBeStopped(t *testing.T) {
	b := open(t, "/en/play?autoplay=0")
	link := ask[string](b, `(async () => {
		const state = {v: 1, seed: 5, nodes: 5, t: 80000000, journal: [
			{step: 0, line: ":chaos 22h"}]};
		const stream = new Blob([JSON.stringify(state)]).stream()
			.pipeThrough(new CompressionStream("deflate-raw"));
		const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
		return "#s=1." + btoa(String.fromCharCode(...bytes)).replaceAll("+", "-")
			.replaceAll("/", "_").replace(/=+$/, "");
	})()`)
	other := blank(t, desktop)
	other.navigate("/en/play?autoplay=0" + link)
	other.wait("document.querySelector('#dialog-link')?.open")
	ask[any](other, "document.querySelector('[data-action=open-link]').click()")
	other.wait(working + " && document.querySelector('#work-bar').value > 0")
	ask[any](other, "document.querySelector('[data-action=stop-work]').click()")
	other.ready()
	other.toasted("Stopped at")
	require.Len(t, other.now().Servers, 5)
}

func TestReadyComesOnASlowProcessorToo(t *testing.T) {
	b := blank(t, desktop)
	b.throttle(8)
	b.visit("/en/play")
	b.until("time passes", func(s state) bool { return s.Time > 20 })
	require.False(t, ask[bool](b, "document.querySelector('#dialog-crash').open"))
}

// kept is an expression for where the tab keeps its run.
const kept = "'zabscope.run.' + location.pathname + location.search"

func TestReloadReturnsToTheRun(t *testing.T) {
	b := open(t, "/en/play?autoplay=0&seed=9")
	b.elect()
	b.command(":kill leader")
	b.command(":wait 5s")
	want, seen := b.fingerprint(), b.now()
	b.wait("sessionStorage.length > 0 && JSON.parse(sessionStorage.getItem(" + kept +
		")).run.t >= " + number(seen.Time-1))
	b.do(chromedp.Reload())
	b.ready()
	require.Equal(t, want, b.fingerprint())
	require.Equal(t, seen, b.now())
	b.toasted("Restored your run")
	b.renewed(func() { ask[any](b, "document.querySelector('.toast button').click()") })
	b.ready()
	b.until("a new run", func(s state) bool { return s.Time == 0 })

	ask[any](b, "sessionStorage.setItem("+kept+", '{\"v\":2')")
	b.do(chromedp.Reload())
	b.ready()
	b.toasted("cannot be restored")
	require.Zero(t, b.now().Time)
}

func TestPageWorksWithoutStorage(t *testing.T) {
	b := blank(t, desktop)
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument,
		page.AddScriptToEvaluateOnNewDocumentParams{Source: `
			for (const name of ["sessionStorage", "localStorage"])
				Object.defineProperty(window, name, {get() { throw Error("blocked"); }});`})
	require.NoError(t, err)
	b.visit("/en/play?autoplay=0")
	b.elect()
	b.command(":kill leader")
	b.do(chromedp.Reload())
	b.ready()
	require.Zero(t, b.now().Time)
}
