package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// stopwatch is put into a page before its own scripts: it counts what the main thread does for each
// animation frame, in callbacks of frames and in messages from the Worker, and keeps long tasks.
const stopwatch = `(() => {
	const w = (window.stopwatch = { frames: [], script: 0, long: [], since: 0 });
	const timed = (f) => function (...args) {
		const from = performance.now();
		try { return f.apply(this, args); } finally { w.script += performance.now() - from; }
	};
	const frame = window.requestAnimationFrame.bind(window);
	window.requestAnimationFrame = (f) => frame(timed(f));
	const slot = Object.getOwnPropertyDescriptor(Worker.prototype, "onmessage");
	Object.defineProperty(Worker.prototype, "onmessage", {
		...slot, set(f) { slot.set.call(this, timed(f)); },
	});
	new PerformanceObserver((list) => {
		for (const e of list.getEntries()) w.long.push(e.duration);
	}).observe({ type: "longtask" });
	let last = 0;
	const beat = (at) => {
		if (last) w.frames.push([at - last, w.script]);
		last = at; w.script = 0;
		frame(beat);
	};
	frame(beat);
	w.begin = () => { w.frames = []; w.long = []; };
	w.report = () => {
		const sorted = (i) => w.frames.map((f) => f[i]).sort((a, b) => a - b);
		const gaps = sorted(0), script = sorted(1);
		const at = (list, share) => list[Math.floor((list.length - 1) * share)] ?? 0;
		return {
			frames: gaps.length, total: gaps.reduce((a, b) => a + b, 0),
			median: at(script, 0.5), slow: at(script, 0.95),
			long: Math.max(0, ...w.long), longs: w.long.length,
		};
	};
})()`

// pace is what the stopwatch found.
type pace struct {
	Frames int     `json:"frames"`
	Total  float64 `json:"total"`  // ms
	Median float64 `json:"median"` // ms of script per frame
	Slow   float64 `json:"slow"`   // the same for the slowest frame of twenty
	Long   float64 `json:"long"`   // ms of the longest task over 50 ms, 0 for none
	Longs  int     `json:"longs"`
}

// watched opens a page with the stopwatch in it.
func watched(t testing.TB, path string) *tab {
	t.Helper()
	b := blank(t, desktop)
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument,
		page.AddScriptToEvaluateOnNewDocumentParams{Source: stopwatch})
	require.NoError(t, err)
	b.visit(path)
	return b
}

// measure lets the page play for a while and reports what it cost.
func (b *tab) measure(t *testing.B, d time.Duration) {
	ask[any](b, "stopwatch.begin()")
	time.Sleep(d)
	p := ask[pace](b, "stopwatch.report()")
	t.ReportMetric(float64(p.Frames)/p.Total*1000, "fps")
	t.ReportMetric(p.Median, "script-ms/frame")
	t.ReportMetric(p.Slow, "script-ms/frame-p95")
	t.ReportMetric(p.Long, "longest-ms")
	t.ReportMetric(float64(p.Longs), "long-tasks")
}

// BenchmarkPlaying measures the page while time flows and a client writes.
func BenchmarkPlaying(t *testing.B) {
	b := watched(t, "/en/play?speed=100")
	b.until("a leader", func(s state) bool { return s.Leader != 0 })
	ask[any](b, `(() => { zabscope.speed(100); zabscope.play();
		setInterval(() => zabscope.command("A: create -s /n- x"), 250) })()`)
	time.Sleep(3 * time.Second)
	for t.Loop() {
		b.measure(t, 10*time.Second)
	}
}

// BenchmarkParticles measures the page with some two hundred messages on their way.
func BenchmarkParticles(t *testing.B) {
	b := watched(t, "/en/play?speed=1000")
	b.until("a leader", func(s state) bool { return s.Leader != 0 })
	for _, line := range []string{":wait 3s", ":client A@1", ":wait 2s", ":delay 5>* 30s", ":delay *>5 30s"} {
		b.command(line)
	}
	ask[any](b, `(() => { zabscope.speed(20); zabscope.play();
		for (let i = 0; i < 50; i++) zabscope.command("A: create -s /n- x") })()`)
	time.Sleep(3 * time.Second)
	for t.Loop() {
		b.measure(t, 10*time.Second)
		t.ReportMetric(ask[float64](b, "zabscope.state().then((s) => s.inFlight.length ?? s.inFlight)"), "particles")
	}
}

// BenchmarkStart measures from new Worker to a running simulator.
func BenchmarkStart(t *testing.B) {
	for t.Loop() {
		b := blank(t, desktop)
		_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument,
			page.AddScriptToEvaluateOnNewDocumentParams{Source: `
				const W = Worker; window.Worker = class extends W {
					constructor(...a) { super(...a); window.began = performance.now(); } };`})
		require.NoError(t, err)
		b.do(chromedp.Navigate(shared.origin + "/en/play"))
		b.wait("window.zabscope !== undefined")
		ms := ask[float64](b, "zabscope.ready.then(() => performance.now() - began)")
		t.ReportMetric(ms, "start-ms")
	}
}

// BenchmarkSimulate measures the simulator in the browser at full speed: events and steps each second.
func BenchmarkSimulate(t *testing.B) {
	b := open(t, "/en/play?autoplay=0")
	for t.Loop() {
		got := ask[[]float64](b, `(async () => {
			const from = performance.now();
			await zabscope.command(":chaos 60s");
			return [performance.now() - from, (await zabscope.state()).t_ms];
		})()`)
		t.ReportMetric(got[0], "ms")
		t.ReportMetric(got[1], "sim-ms")
		seek := ask[float64](b, `(async () => {
			let worst = 0;
			const end = (await zabscope.state()).t_ms;
			for (const share of [0.9, 0.1, 0.5, 0.99, 0.3]) {
				const from = performance.now();
				await zabscope.seek(end * share);
				worst = Math.max(worst, performance.now() - from);
			}
			await zabscope.seek(end);
			return worst;
		})()`)
		t.ReportMetric(seek, "seek-ms-max")
	}
}
