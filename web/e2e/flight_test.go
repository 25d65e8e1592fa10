package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/server/recorder/rig"
)

// flown lets three real servers record while clients write and the leader stops, and returns the
// recording of the one that leads at last.
func flown(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	n := ensemble(t, "--record", "--allow-faults", "--dir", dir)
	b := watch(t, n)
	ask[any](b, "sessionStorage.setItem('zabscope.faults', 'yes')")
	b.command("A: create /flown 1")
	first := b.now().Leader
	b.command(":kill leader")
	b.until("another one leads", func(s state) bool { return s.Leader != 0 && s.Leader != first })
	b.until("a write is served", func(state) bool { return b.try("A: set /flown 2").OK })
	last := b.now().Leader
	b.do(chromedp.Navigate("about:blank"))
	require.NoError(t, n.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, n.cmd.Wait())
	found, err := filepath.Glob(filepath.Join(dir, "*"+strconv.Itoa(last), "flight.rec"))
	require.NoError(t, err)
	require.Len(t, found, 1)
	return found[0]
}

// replayed returns the events of the recording as the terminal has them.
func replayed(t testing.TB, file string) (events []trace.Event) {
	t.Helper()
	path, err := binary()
	require.NoError(t, err)
	out := filepath.Join(t.TempDir(), "out.ndjson")
	said, err := exec.Command(path, "run", "-q", "--replay", file, "--trace", out).CombinedOutput()
	require.NoError(t, err, "%s", said)
	text, err := os.ReadFile(out)
	require.NoError(t, err)
	return eventsOf(t, string(text))
}

func eventsOf(t testing.TB, text string) (events []trace.Event) {
	t.Helper()
	for line := range strings.Lines(text) {
		e, err := trace.DecodeNDJSON([]byte(line))
		require.NoError(t, err)
		e.At = 0 // the page's clock begins with the recording
		events = append(events, e)
	}
	return events
}

// openFile lets a person choose a file in the dialog of real nodes.
func (b *tab) openFile(path string) {
	b.t.Helper()
	b.do(chromedp.SetUploadFiles("#live-file", []string{path}))
}

// saved returns the events that the page saves.
func (b *tab) saved() []trace.Event {
	b.t.Helper()
	b.pressOn("#tab-events")
	ask[any](b, `(() => { const make = URL.createObjectURL;
		URL.createObjectURL = (blob) => make.call(URL, window.savedFile = blob); })()`)
	b.clickOn("[data-action=events-export]")
	b.wait("window.savedFile")
	return eventsOf(b.t, ask[string](b, "window.savedFile.text()"))
}

func TestPageOpensAFlightRecording(t *testing.T) {
	file := flown(t)
	want := replayed(t, file)
	b := open(t, "/en/play?autoplay=0")
	b.openFile(file)
	b.wait("document.body.dataset.source === 'recorded'")
	b.wait("document.getElementById('live-report').innerText.includes('came out the same')")
	report := ask[string](b, "document.getElementById('live-report').innerText")
	require.Contains(t, report, fmt.Sprintf("recording of server %s.", want[0].Node))
	require.Contains(t, report, "It ended: ")
	got := b.saved()
	require.Equal(t, len(want), len(got))
	for i := range want {
		require.Equal(t, want[i], got[i])
	}

	ask[any](b, "window.zabscope.step(40)")
	forty := b.now()
	ask[any](b, "window.zabscope.step(25)")
	require.NotEqual(t, forty, b.now())
	ask[any](b, "window.zabscope.step(-25)")
	require.Equal(t, forty, b.now())
	ask[any](b, "window.zabscope.seek(1e9)")
	require.Equal(t, "LEADING", b.now().Servers[want[0].Node-1].Role)
	b.wait("document.getElementById('events-rows').innerText.includes('majority')")
	b.sound()

	torn, err := os.ReadFile(file)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "torn.rec")
	require.NoError(t, os.WriteFile(path, torn[:len(torn)-200], 0o600))
	b.openFile(path)
	b.wait("document.getElementById('live-report').innerText.includes('is torn')")
	b.drop("something else\n", "foreign.rec")
	b.wait("document.getElementById('toasts').innerText.includes('not a flight recording')")
	require.Equal(t, "recorded", ask[string](b, "document.body.dataset.source"))
}

// reading is what a person sees of a flight recording on its way, in ms.
type reading struct {
	Whole  float64 `json:"whole"`
	First  float64 `json:"first"`  // until there is progress to be seen
	Silent float64 `json:"silent"` // the longest time without a word from the Worker
	Still  float64 `json:"still"`  // the longest time without a frame of the page
	Shown  int     `json:"shown"`  // so many different places of the bar
}

// timeReading lets the page note what it shows from the moment in which a file is chosen.
func (b *tab) timeReading() {
	b.t.Helper()
	ask[any](b, `(() => {
		const work = document.getElementById("work"), bar = document.getElementById("work-bar");
		const noted = {first: 0, silent: 0, still: 0}, places = new Set();
		let begun = 0, word = 0, frame = 0;
		document.getElementById("live-file").addEventListener("change", () => {
			begun = word = frame = performance.now();
			requestAnimationFrame(draw);
		}, {capture: true, once: true});
		newest.addEventListener("message", () => {
			const now = performance.now();
			noted.silent = Math.max(noted.silent, now - word);
			word = now;
		});
		const draw = () => {
			const now = performance.now();
			noted.still = Math.max(noted.still, now - frame);
			frame = now;
			requestAnimationFrame(draw);
		};
		new MutationObserver(() => {
			if (work.hidden) return;
			noted.first ||= performance.now() - begun;
			places.add(bar.value);
		}).observe(work, {attributes: true, subtree: true});
		new MutationObserver(() => {
			window.noted ??= {...noted, shown: places.size, whole: performance.now() - begun};
		}).observe(document.getElementById("live-report"), {childList: true});
	})()`)
}

func TestPageOpensALongFlightRecording(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds to record")
	}
	path := filepath.Join(t.TempDir(), "flight.rec")
	f := rig.Flight{Path: path, Size: 24 << 20, Writes: 24_000, Bytes: 1000}
	require.NoError(t, rig.Record(f))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.GreaterOrEqual(t, info.Size(), int64(16<<20))

	b := blank(t, desktop)
	b.catchWorker()
	b.visit("/en/play?autoplay=0")
	b.timeReading()
	b.openFile(path)
	b.wait("window.noted")
	r := ask[reading](b, "window.noted")
	t.Logf("%d bytes: %+v", info.Size(), r)
	require.Positive(t, r.First)
	require.Less(t, r.First, 2000.0)
	require.Greater(t, r.Shown, 3)
	require.Less(t, r.Silent, 2000.0)
	require.Less(t, r.Still, 2000.0)
	b.wait("document.getElementById('live-report').innerText.includes('came out the same')")
	b.wait("document.body.dataset.source === 'recorded'")
	ask[any](b, "window.zabscope.seek(1e12)")
	zxid := "0x1" + fmt.Sprintf("%08x", f.Writes+2) // after the session and the znode
	b.until("the last write is there", func(s state) bool {
		return s.Servers[0].Committed == zxid
	})
}

func TestFlightShots(t *testing.T) {
	if os.Getenv("ZABSCOPE_SHOTS") == "" {
		t.Skip("set ZABSCOPE_SHOTS to take pictures")
	}
	file := flown(t)
	for _, lang := range []string{"zh", "en"} {
		for _, theme := range []string{"light", "dark"} {
			for name, window := range map[string]size{"desktop": desktop, "phone": phone} {
				shot := fmt.Sprintf("flight-%s-%s-%s", lang, theme, name)
				b := blank(t, window)
				b.prefer("prefers-color-scheme", theme)
				b.visit("/" + lang + "/play?autoplay=0")
				b.openFile(file)
				b.wait("document.getElementById('live-report').children.length")
				ask[any](b, "window.zabscope.seek(3000)")
				b.fits()
				b.shoot(shot)
				b.clickOn("#live-badge")
				b.shoot(shot + "-dialog")
			}
		}
	}
}
