package e2e

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// The attacks of the requirements that need a browser; their ids are in the names of the tests.

// lies are messages that could mean something to somebody: what the page's parts say to each other,
// what the page API is called, and what breaks careless readers.
const lies = `[
	{zab: 1, id: 1, type: "command", line: ":kill 5"},
	{zab: 1, type: "theme", theme: "dark"}, {zab: 1, type: "play"}, {zab: 1, type: "load",
		scenario: "05-runtime-election"}, {zab: 1, id: 2, type: "state"},
	{zab: 1, type: "subscribe", on: "event"}, {zab: 1, id: 3, type: "share"},
	{do: "tick", dt: 1e9}, {do: "line", id: 1, line: ":kill 5"}, {do: "boot", wasm: "/x.wasm"},
	{re: 1, answer: "{}"}, {frame: "{\"panic\":{}}"}, {ready: true}, {failed: "x"}, {panic: "{}"},
	"{\"zab\":1,\"type\":\"command\",\"line\":\":kill 5\"}", ":kill 5", "", 0, null, [], [[[]]],
	{zab: "1", type: ["command"], line: {toString: ":kill 5"}}, {zab: 1}, {zab: 1, type: ""},
	{zab: 1, type: "__proto__"}, {zab: 1, type: "constructor", args: [1e308, -0, NaN]},
	JSON.parse("{\"__proto__\":{\"agreed\":true,\"zab\":1},\"type\":\"command\"}"),
	"x".repeat(1 << 20), new Uint8Array(1 << 20).buffer, new Map([["zab", 1]]), new Date(NaN),
	{zab: 1, type: "speed", simMsPerSecond: "1e9"}, {zab: 1, type: "\u0000\u202e", id: {}},
]`

// tell is a script that gives its listener every lie, with its own origin and without, in both
// directions, with ports, and keeps what comes back.
const tell = `
	const heard = [];
	addEventListener("message", (e) => heard.push([e.origin, e.data?.type ?? typeof e.data]));
	async function lie(to, origin) {
		for (const message of ` + lies + `) {
			for (const target of ["*", origin]) to.postMessage(message, target);
			const { port1, port2 } = new MessageChannel();
			port1.onmessage = (e) => heard.push(["port", typeof e.data]);
			to.postMessage(message, "*", [port2]);
		}
		await new Promise((done) => setTimeout(done, 300));
		return heard;
	}`

// hostile serves pages of somebody who means harm, under a site of their own.
func hostile(t *testing.T, pages map[string]string) (origin string) {
	t.Helper()
	return elsewhere(t, func(string) {}, pages)
}

// elsewhere is another site; it tells what it is asked for.
func elsewhere(t *testing.T, asked func(path string), pages map[string]string) (origin string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked(r.URL.Path)
		page, known := pages[r.URL.Path]
		if !known {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprint(w, "<!doctype html><meta charset=utf-8><title>x</title>"+page)
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

// besieged is an embed between two liars: the page that holds it, and a frame beside it.
func besieged(t *testing.T) framed {
	t.Helper()
	address := shared.origin + "/en/embed/play?seed=7&ctl=0&origin=https%3A%2F%2Ftrusted.example"
	beside := hostile(t, map[string]string{"/": `<script>` + tell + `
		lie(parent.frames[0], ` + quote(shared.origin) + `)
			.then((heard) => parent.postMessage({beside: heard}, "*"));</script>`})
	holder := hostile(t, map[string]string{"/": fmt.Sprintf(`
		<iframe id="embed" src="%s" width="800" height="560"></iframe><script>%s
		window.beside = new Promise((done) => addEventListener("message", (e) => {
			if (e.data?.beside) done(e.data.beside);
		}));
		window.besiege = () => {
			const other = document.createElement("iframe");
			other.src = %s;
			document.body.append(other);
		};</script>`, html.EscapeString(address), tell, quote(beside+"/"))})
	b := blank(t, size{860, 700})
	b.do(chromedp.Navigate(holder + "/"))
	f := framed{b, b.frame()}
	f.inside.ready()
	ask[any](f.inside, "window.zabscope.pause()")
	f.inside.wait("document.querySelector('[data-action=play]').ariaPressed === 'false'")
	f.inside.command(":until leader != none")
	return f
}

func TestAttack_U08_EmbedObeysNobodysMessages(t *testing.T) {
	f := besieged(t)
	look := `JSON.stringify([document.documentElement.dataset, document.body.dataset,
		location.href, document.querySelector("[data-action=play]").ariaPressed])`
	before, seen := f.inside.fingerprint(), ask[string](f.inside, look)
	state := f.inside.now()
	ask[any](f.inside, `(() => {
		window.got = 0;
		addEventListener("message", () => window.got++);
	})()`)
	type sender = [][2]string
	own := ask[sender](f.tab, "lie(frames[0], "+quote(shared.origin)+")")
	ask[any](f.tab, "besiege()")
	beside := ask[sender](f.tab, "window.beside")
	ask[any](f.inside, tell+"; lie(window, location.origin).then(() => null)")
	require.Greater(t, ask[int](f.inside, "window.got"), 200, "the messages do arrive")
	require.Empty(t, beside, "the frame beside it is answered nothing")
	for _, m := range own { // what the holder hears is of the frame beside the embed, or public
		require.True(t, m[0] != shared.origin || m[1] == "ready" || m[1] == "size", "%v", m)
		require.NotEqual(t, "port", m[0])
	}
	require.Equal(t, before, f.inside.fingerprint())
	require.Equal(t, state, f.inside.now())
	require.Equal(t, seen, ask[string](f.inside, look))
	f.inside.command(":kill leader") // it still works for the person before it
}

func TestAttack_U08_EmbedHasNoFilesAndNoNetwork(t *testing.T) {
	f := besieged(t)
	before := f.inside.fingerprint()
	for name, text := range map[string]string{
		"run.json": `{"v":1,"seed":5,"nodes":3,"journal":[]}`, "trace.ndjson": tracedRun(t),
	} {
		f.inside.drop(text, name)
	}
	ask[any](f.inside, "new Promise((done) => setTimeout(() => done(null), 200))")
	require.Equal(t, before, f.inside.fingerprint(), "a file is not opened")
	require.Zero(t, ask[int](f.inside,
		"document.querySelectorAll('#dialog-live, #live-badge, dialog[open]').length"))
	f.inside.stayedWithin(shared.origin)
	var reached atomic.Int32
	away := elsewhere(t, func(string) { reached.Add(1) }, nil)
	for _, reach := range []string{
		"fetch(%s).then(() => 'reached', () => '')",
		"Promise.resolve(navigator.sendBeacon(%s, 'x')).then(() => '')", // queued, then refused
		"new Promise((done) => { const s = new WebSocket(%s.replace('http', 'ws'));" +
			" s.onopen = () => done('reached'); s.onerror = () => done(''); })",
		"new Promise((done) => { const s = document.createElement('img'); s.src = %s;" +
			" s.onload = () => done('reached'); s.onerror = () => done(''); })",
	} {
		require.Empty(t, ask[string](f.inside, fmt.Sprintf(reach, quote(away+"/steal"))))
	}
	require.Zero(t, reached.Load(), "nothing gets there")
	f.inside.forgive("Content Security Policy", "violates")
}

func TestAttack_U08_EmbedOfAnEnsembleTakesNoToken(t *testing.T) {
	n := ensemble(t)
	origin, fragment := n.parts()
	b := blank(t, size{800, 560})
	b.do(chromedp.Navigate(origin + "/en/embed/play?ctl=0#" + fragment))
	b.ready()
	require.NotEqual(t, "live", ask[string](b, "document.body.dataset.source ?? ''"))
	require.Len(t, b.now().Servers, 5, "it simulates")
	require.Zero(t, ask[int](b, "sessionStorage.length"))
}

func TestAttack_U04_DroppedFilesAreRefusedInWords(t *testing.T) {
	b := open(t, "/en/play?seed=7&autoplay=0")
	before := b.fingerprint()
	for name, text := range map[string]string{
		"../../etc/passwd.json": `{"v":1,"seed":5,"unknown":{"a":1}`,
		"bomb.zip":              "PK\x03\x04" + strings.Repeat("\x00", 1000),
		"CON.json":              strings.Repeat("[", 100_000),
		"deep.json":             `{"v":1,"seed":5,"nodes":5,"journal":` + deep(5000) + `}`,
		"steps.json":            `{"v":1,"seed":5,"nodes":5,"journal":[{"step":0,"line":":no"}]}`,
		"nodes.json":            `{"v":1,"seed":5,"nodes":5000,"journal":[]}`,
		"large.json":            strings.Repeat(" ", 17<<20),
	} {
		b.drop(text, name)
		b.wait("document.querySelector('#toasts').innerText.trim() !== ''")
		require.Equal(t, before, b.fingerprint(), name)
		require.False(t, ask[bool](b, "document.querySelector('#dialog-link').open"), name)
		ask[any](b, "document.querySelector('#toasts').replaceChildren()")
	}
}

func deep(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

// saved finds the type of every file that the page gives out.
var saved = regexp.MustCompile(`saveFile\(\s*[^,]+,\s*(?:"([^"]*)"|(\w+))`)

func TestAttack_U13_NothingIsSavedForASpreadsheet(t *testing.T) {
	scripts, err := filepath.Glob("../../static/js/*.js")
	require.NoError(t, err)
	var types []string
	for _, path := range scripts {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NotRegexp(t, `(?i)\bcsv\b|\btsv\b|spreadsheet|ms-excel`, string(text), path)
		for _, found := range saved.FindAllStringSubmatch(string(text), -1) {
			types = append(types, found[1]+found[2])
		}
	}
	require.GreaterOrEqual(t, len(types), 3, "files are saved in another way: %v", types)
}

func TestAttack_U14_ModulesArePinnedByTheirSums(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	sums, err := os.ReadFile("../../go.sum")
	require.NoError(t, err)
	require.NotContains(t, string(mod), "replace ")
	line := regexp.MustCompile(`(?m)^\t(\S+\.\S+/?\S*) (v\S+)`)
	needed := line.FindAllStringSubmatch(string(mod), -1)
	require.NotEmpty(t, needed)
	for _, m := range needed {
		require.Contains(t, string(sums), m[1]+" "+m[2]+" h1:", "%s is not pinned", m[1])
	}
}
