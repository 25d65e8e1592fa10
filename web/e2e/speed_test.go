package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/trace"
)

// stopwatch is put into a page before its own scripts: it counts what the main thread does for each
// animation frame, in callbacks of frames and in messages from the Worker, and keeps long tasks.
const stopwatch = `(() => {
	const w = (window.stopwatch = { frames: [], script: 0, long: [], since: 0 });
	const timed = (f) => function (...args) {
		const from = performance.now();
		try { return f.apply(this, args); } finally { w.script += performance.now() - from; }
	};
	const changed = (event) => {
		if (!w.change || !event.data.frame) return event;
		const frame = JSON.parse(event.data.frame);
		w.change(frame);
		return new MessageEvent("message", { data: { frame: JSON.stringify(frame) } });
	};
	const frame = window.requestAnimationFrame.bind(window);
	window.requestAnimationFrame = (f) => frame(timed(f));
	const slot = Object.getOwnPropertyDescriptor(Worker.prototype, "onmessage");
	Object.defineProperty(Worker.prototype, "onmessage", {
		...slot, set(f) {
			const run = timed(f);
			slot.set.call(this, (event) => run.call(this, changed(event)));
		},
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

// BenchmarkPlayingWithAllPanels measures the same with every panel in sight at once, a server in
// the inspector and the list beside the stage, which no screen has room for.
func BenchmarkPlayingWithAllPanels(t *testing.B) {
	b := watched(t, "/en/play?speed=100")
	b.until("a leader", func(s state) bool { return s.Leader != 0 })
	ask[any](b, `(async () => {
		const main = document.querySelector("script[src$='/main.js']").src;
		const { player } = await import(main);
		for (const pane of document.querySelectorAll(".pane, #stage-list")) pane.hidden = false;
		await player.call("sight", { hide: [], show: ["inspector", "votes", "data",
			"sessions-wheel", "sessions-table", "watches", "events-rows", "events-of", "metrics",
			"events-why", "list", "list-links", "list-pair", "list-clients", "list-messages"] });
		await player.call("data-window", { from: 0, count: 14 });
		await player.call("select", { target: "server-5" });
		player.speed(100); player.play(true);
		setInterval(() => zabscope.command("A: create -s /n- x"), 250);
	})()`)
	time.Sleep(3 * time.Second)
	for t.Loop() {
		b.measure(t, 10*time.Second)

	}
}

// BenchmarkParticles measures the page with two hundred messages on their way at any time, ten on
// each direction of each link, so that none is drawn as part of a stack. No run of five servers has
// so many for long: they are put into the frames that the Worker sends, ten times a second.
func BenchmarkParticles(t *testing.B) {
	b := watched(t, "/en/play?autoplay=0")
	b.command(":until leader != none")
	ask[any](b, `(() => {
		const families = ["proposal", "ack", "commit", "election", "sync"];
		let next = 0;
		stopwatch.change = (frame) => {
			if (next++ % 6) return;
			frame.flights = [];
			for (let from = 1; from <= 5; from++) for (let to = 1; to <= 5; to++) {
				for (let i = 0; i < 10 && from !== to; i++) {
					const t0 = frame.now - i * 8;
					frame.flights.push({
						id: from + "." + to + "." + Math.floor(t0), state: "flying", end: 0,
						from: String(from), to: String(to), family: families[(from + to) % 5],
						tag: "P c13", t0, t1: t0 + 90,
					});
				}
			}
		};
		zabscope.speed(100); zabscope.play();
		setInterval(() => zabscope.command("A: create -s /n- x"), 250);
	})()`)
	time.Sleep(2 * time.Second)
	for t.Loop() {
		b.measure(t, 10*time.Second)
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

// BenchmarkSimulate measures the simulator in the browser at full speed, with its checks and the
// view model: ten minutes of random faults at a time, once the browser has compiled what runs
// often, and seeks in the whole.
func BenchmarkSimulate(t *testing.B) {
	const line = ":chaos 600s"
	native := loaded(t)
	b := open(t, "/en/play?autoplay=0&seed=7")
	run := func() float64 {
		return ask[float64](b, `(async () => {
			const from = performance.now();
			await zabscope.command("`+line+`");
			return performance.now() - from;
		})()`)
	}
	for range 4 {
		native.follow(line)
		run()
	}
	var took, events float64
	for t.Loop() {
		events += native.follow(line)
		took += run()
	}
	t.ReportMetric(600_000*float64(t.N)/took, "x-real-time")
	t.ReportMetric(events/took*1000, "events/s")
	t.ReportMetric(ask[float64](b, `(async () => {
		let worst = 0;
		const end = (await zabscope.state()).t_ms;
		for (const share of [0.9, 0.1, 0.5, 0.99, 0.3, 0.73, 0.02, 0.61]) {
			const from = performance.now();
			await zabscope.seek(end * share);
			worst = Math.max(worst, performance.now() - from);
		}
		return worst;
	})()`), "seek-ms-max")
}

// twin is the native run of what a page does.
type twin struct {
	t       testing.TB
	session *scenario.Session
	events  float64
}

// loaded returns the twin of free play with seed 7.
func loaded(t testing.TB) *twin {
	t.Helper()
	file, problem := scenario.FreePlay(scenario.FreePlayVoters, 0, 7)
	require.Nil(t, problem)
	s, problem := scenario.NewSession(file, scenario.Options{})
	require.Nil(t, problem)
	w := &twin{t: t, session: s}
	s.OnEvent = func(*trace.Event) { w.events++ }
	return w
}

// follow carries out a line and returns how many events it caused.
func (w *twin) follow(line string) float64 {
	w.events = 0
	require.Nil(w.t, w.session.Command(line).Err)
	return w.events
}

// BenchmarkEnsemble runs the benchmark of that name of core/check in the browser: it is compiled to
// WebAssembly and started by a page of its own.
func BenchmarkEnsemble(t *testing.B) {
	need(t)
	dir := t.TempDir()
	build := exec.Command("go", "test", "-c", "-o", filepath.Join(dir, "check.wasm"),
		"github.com/zabscope/zabscope/core/check")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	root := strings.TrimSpace(runGo(t, "env", "GOROOT"))
	glue, err := os.ReadFile(filepath.Join(root, "lib", "wasm", "wasm_exec.js"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "wasm_exec.js"), glue, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "index.html"), []byte(benchPage), 0o644))
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer server.Close()
	b := blank(t, desktop)
	for t.Loop() {
		b.do(chromedp.Navigate(server.URL))
		b.wait("window.ended")
		metrics := strings.Fields(ask[string](b, "window.said"))
		for i := 0; i+1 < len(metrics); i++ {
			value, err := strconv.ParseFloat(metrics[i], 64)
			if unit := metrics[i+1]; err == nil && strings.ContainsAny(unit, "-/") {
				t.ReportMetric(value, unit)
			}
		}
	}
}

const benchPage = `<!doctype html><link rel="icon" href="data:,">
<script src="wasm_exec.js"></script>
<script>
	const go = new Go();
	window.said = "";
	console.log = (line) => (window.said += line + "\n");
	go.argv = ["check", "-test.run=^$", "-test.bench=Ensemble", "-test.benchtime=5s"];
	WebAssembly.instantiateStreaming(fetch("check.wasm"), go.importObject)
		.then((made) => go.run(made.instance)).then(() => (window.ended = true));
</script>`

func runGo(t testing.TB, args ...string) string {
	t.Helper()
	out, err := exec.Command("go", args...).Output()
	require.NoError(t, err)
	return string(out)
}
