package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/scenarios"
	"github.com/zabscope/zabscope/server/assets"
	"github.com/zabscope/zabscope/server/site"
	"github.com/zabscope/zabscope/static"
)

// patience bounds every wait for the page. It is long because a busy machine with software
// rendering is slow, and a wait that ends early tells nothing.
const patience = 60 * time.Second

// stand is what all tests of the package share.
type stand struct {
	browser context.Context
	origin  string // of the served playground, with the path it lies below; no slash at the end
	lame    string // of one that does not serve the simulator
	lacking string // why there is no browser or page; "" when there are
	folder  string // for files that go when the tests end
}

var shared stand

func TestMain(m *testing.M) {
	ctx, cancel := context.WithCancel(context.Background())
	stop, err := shared.start(ctx)
	if err != nil {
		shared.lacking = err.Error()
	}
	code := m.Run()
	stop()
	cancel()
	if err := os.RemoveAll(shared.folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// start serves the page and starts the browser. The returned function ends both.
func (s *stand) start(ctx context.Context) (stop func(), err error) {
	stop = func() {}
	if s.folder, err = os.MkdirTemp("", "zabscope-e2e-"); err != nil {
		return stop, err
	}
	page, err := assets.Open(static.Dist())
	if err != nil {
		return stop, fmt.Errorf("%w; run: make wasm", err)
	}
	chrome, err := findChrome()
	if err != nil {
		return stop, err
	}
	stopSite, err := s.origins(ctx, page)
	if err != nil {
		return stopSite, err
	}
	stop = stopSite
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chrome), chromedp.NoSandbox, chromedp.WindowSize(1440, 900))
	allocator, stopAllocator := chromedp.NewExecAllocator(ctx, options...)
	browser, stopBrowser := chromedp.NewContext(allocator)
	s.browser = browser
	stop = func() {
		stopBrowser()
		stopAllocator()
		stopSite()
	}
	if err := chromedp.Do(browser); err != nil {
		return stop, fmt.Errorf("start %s: %w", chrome, err)
	}
	return stop, nil
}

// serve answers with the handler of `zabscope play` on a free port until ctx ends. It has lost the
// files that end in missing, if any.
func serve(ctx context.Context, page *assets.Bundle, missing string) (origin string, err error) {
	handler, err := site.New(site.Config{
		Page: page, Scenarios: scenarios.FS, Addr: "127.0.0.1:0",
	})
	if err != nil {
		return "", err
	}
	return listen(ctx, without(missing, handler), "")
}

// findChrome looks for a browser under its usual names.
func findChrome() (string, error) {
	if p := os.Getenv("ZABSCOPE_CHROME"); p != "" {
		return p, nil
	}
	names := []string{
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	}
	for _, name := range names {
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	return "", errors.New("no Chromium or Chrome found; set ZABSCOPE_CHROME to one")
}

// need skips a test that cannot run here, and fails it where nothing may be skipped.
func need(t testing.TB) {
	t.Helper()
	if shared.lacking == "" {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal(shared.lacking)
	}
	t.Skip(shared.lacking)
}

// tab is one page in the browser and what it complained about.
type tab struct {
	t   testing.TB
	ctx context.Context

	mu         sync.Mutex
	complaints []string                       // console errors and uncaught exceptions
	requests   []string                       // addresses asked for
	helpers    map[target.SessionID]target.ID // its Workers
	framed     target.ID                      // the last frame of another site
}

// size is a window in CSS pixels.
type size struct{ width, height int64 }

var desktop = size{1440, 900}

// blank opens an empty tab. Before it goes away, what it complained about fails the test, unless
// the test forgave it.
func blank(t testing.TB, window size) *tab {
	t.Helper()
	need(t)
	b := &tab{t: t, helpers: map[target.SessionID]target.ID{}}
	ctx, cancel := chromedp.NewContext(shared.browser,
		chromedp.WithNewBrowserContext(), chromedp.WithListener(b.hear))
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx))
	limited, stop := context.WithTimeout(ctx, 5*time.Minute+chaosFor(t))
	t.Cleanup(stop)
	b.ctx = limited
	b.do(chromedp.EmulateViewport(window.width, window.height))
	_, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	_, err = chromedp.Call(b.ctx, log.Enable, cdp.Empty{})
	require.NoError(t, err)
	t.Cleanup(func() {
		if !t.Failed() {
			require.Empty(t, b.heard(), "the console is not clean")
		}
	})
	return b
}

// open shows a page of the site and waits until its simulator is ready.
func open(t testing.TB, path string) *tab {
	t.Helper()
	b := blank(t, desktop)
	b.visit(path)
	return b
}

// visit navigates and waits until window.zabscope is ready.
func (b *tab) visit(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(shared.origin + path))
	b.ready()
}

// ready waits until the simulator has shown its first frame.
func (b *tab) ready() {
	b.t.Helper()
	b.wait("window.zabscope !== undefined")
	wrong := ask[string](b, fmt.Sprintf(`Promise.race([
		window.zabscope.ready.then(() => "", (e) => "not ready: " + e),
		new Promise((done) => setTimeout(() => done("not ready in time"), %d)),
		new Promise((done) => setInterval(() => {
			const card = document.getElementById("dialog-crash");
			if (card.open) done(card.innerText);
		}, 100)),
	])`, patience.Milliseconds()))
	require.Empty(b.t, wrong, "console: %v", b.heard())
}

// hear runs in the loop that reads the browser's messages.
func (b *tab) hear(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, exceptionText(ev.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if ev.Type == "error" || ev.Type == "warning" || ev.Type == "assert" {
			b.complaints = append(b.complaints, consoleText(ev))
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level == "error" {
			b.complaints = append(b.complaints, ev.Entry.Text+" "+ev.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, ev.Request.URL)
	}
	b.hearTargets(ev)
}

func consoleText(ev *runtime.EventConsoleAPICalled) string {
	parts := []string{string(ev.Type)}
	for _, a := range ev.Args {
		parts = append(parts, string(a.Value)+a.Description)
	}
	return strings.Join(parts, " ")
}

func exceptionText(d *runtime.ExceptionDetails) string {
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Exception.Description
	}
	return d.Text
}

// heard returns the complaints so far.
func (b *tab) heard() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string{}, b.complaints...)
}

// forgive forgets the complaints so far that contain one of the texts.
func (b *tab) forgive(texts ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var kept []string
	for _, c := range b.complaints {
		if !containsAny(c, texts) {
			kept = append(kept, c)
		}
	}
	b.complaints = kept
}

func containsAny(s string, texts []string) bool {
	for _, t := range texts {
		if strings.Contains(s, t) {
			return true
		}
	}
	return false
}

// do runs steps and fails the test when one fails.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, steps...))
}

// wait polls a JavaScript expression until it is true.
func (b *tab) wait(expression string) {
	b.t.Helper()
	poll := chromedp.Poll[any]("Boolean("+expression+")", chromedp.WithPollingTimeout(patience))
	_, err := chromedp.Run(b.ctx, poll)
	if err != nil {
		b.shoot("stuck")
	}
	require.NoError(b.t, err, "waiting for %s; console: %v", expression, b.heard())
}

// ask evaluates a JavaScript expression, waits for its promise and decodes its value.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx,
		chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err, "%s; console: %v", expression, b.heard())
	return v
}

// outcome is what window.zabscope.command resolves with.
type outcome struct {
	OK     bool   `json:"ok"`
	Output string `json:"output"`
	Error  string `json:"error"`
}

// try gives a line to the page's command language and returns what came of it.
func (b *tab) try(line string) outcome {
	b.t.Helper()
	return ask[outcome](b, "window.zabscope.command("+quote(line)+")")
}

// command gives a line that must be accepted.
func (b *tab) command(line string) string {
	b.t.Helper()
	o := b.try(line)
	require.True(b.t, o.OK, "%s: %s", line, o.Error)
	return o.Output
}

// quote makes a JavaScript string literal.
func quote(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always marshals
	}
	return string(raw)
}

// state is the part of window.zabscope.state() that the tests read.
type state struct {
	Time    float64 `json:"t_ms"`
	Epoch   int     `json:"epoch"`
	Leader  int     `json:"leader"`
	Servers []struct {
		ID        int    `json:"id"`
		Role      string `json:"role"`
		Phase     string `json:"phase"`
		Epoch     int    `json:"epoch"`
		LastZxid  string `json:"lastZxid"`
		Committed string `json:"committedZxid"`
		Up        bool   `json:"up"`
		Island    int    `json:"island"`
	} `json:"servers"`
	Violations []struct {
		Name string `json:"name"`
	} `json:"violations"`
}

// roles returns how many servers have each role.
func (s state) roles() map[string]int {
	n := map[string]int{}
	for _, server := range s.Servers {
		n[server.Role]++
	}
	return n
}

// now returns the state of the page's cluster.
func (b *tab) now() state {
	b.t.Helper()
	return ask[state](b, "window.zabscope.state()")
}

// until waits for a state of the cluster.
func (b *tab) until(what string, holds func(state) bool) {
	b.t.Helper()
	var s state
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if s = b.now(); holds(s) {
			return
		}
		ask[any](b, "new Promise(requestAnimationFrame)")
	}
	require.Fail(b.t, "waiting until "+what, "the state is %+v", s)
}

// fingerprint returns the hash of the page's trace so far.
func (b *tab) fingerprint() string {
	b.t.Helper()
	return ask[string](b, "window.zabscope.fingerprint()")
}

// shoot writes a screenshot into out/shots of the repository.
func (b *tab) shoot(name string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	require.NoError(b.t, err)
	dir := filepath.Join("..", "..", "out", "shots")
	require.NoError(b.t, os.MkdirAll(dir, 0o755))
	require.NoError(b.t, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644))
}

// number writes a JavaScript number.
func number(x float64) string {
	return strconv.FormatFloat(x, 'g', -1, 64)
}
