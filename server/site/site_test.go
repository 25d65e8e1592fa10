package site

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/server/assets"
)

// texts are the scenarios of the test site.
var texts = fstest.MapFS{
	"why.md":      {Data: []byte(story)},
	"zh/why.md":   {Data: []byte(told)},
	"ready.md":    {Data: []byte(ready)},
	"zh/ready.md": {Data: []byte("---\ntitle: R\n---\n## One {#one}\n")},
}

// ready begins with a leader.
const ready = "---\ntitle: Ready\ncluster: 3 voters\nclients: A@1\nfrom: broadcast\n---\nSo.\n\n" +
	"## One {#one}\n\n```run\n:kill 3\n```\n"

// bundle packs a page of a few small files.
func bundle(t *testing.T) *assets.Bundle {
	t.Helper()
	dir := t.TempDir()
	write := func(name, data string) string {
		p := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(p), 0o755))
		require.NoError(t, os.WriteFile(p, []byte(data), 0o644))
		return p
	}
	write("static/js/main.js", strings.Repeat("export {};\n", 100))
	write("static/icons/favicon.svg", "<svg/>")
	source := assets.Source{
		Static:   filepath.Join(dir, "static"),
		Wasm:     write("zabscope.wasm", strings.Repeat("\x00asm", 1000)),
		WasmExec: write("wasm_exec.js", "globalThis.Go = class {};"),
	}
	dist := filepath.Join(dir, "dist")
	_, err := assets.Pack(source, dist, "dev")
	require.NoError(t, err)
	b, err := assets.Open(os.DirFS(dist))
	require.NoError(t, err)
	return b
}

// testSite is a site on the loopback address.
func testSite(t *testing.T) (http.Handler, *assets.Bundle) {
	t.Helper()
	b := bundle(t)
	h, err := New(Config{
		Page: b, Scenarios: texts, Addr: "127.0.0.1:8080", Hosts: []string{"Zab.Example"},
	})
	require.NoError(t, err)
	return h, b
}

// get asks for a path and returns the answer.
func get(h http.Handler, path string, change ...func(*http.Request)) *http.Response {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host = "127.0.0.1:8080"
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return string(b)
}

// wantPolicy is the text of the design, word for word.
const wantPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
	"img-src 'self' data: blob:; media-src blob:; font-src 'self'; connect-src 'self'; " +
	"worker-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; " +
	"form-action 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'; " +
	"trusted-types zabscope"

func TestAttack_U07_EveryAnswerHasTheSecurityHeaders(t *testing.T) {
	h, b := testSite(t)
	for _, path := range []string{
		"/", "/zh/", "/en/play", "/en/play/why", "/nowhere", "/scenarios/en/why.md",
		"/assets/" + b.Manifest().Hash + "/js/main.js",
	} {
		r := get(h, path)
		require.Equal(t, wantPolicy, r.Header.Get("Content-Security-Policy"), path)
		require.Equal(t, "nosniff", r.Header.Get("X-Content-Type-Options"), path)
		require.Equal(t, "no-referrer", r.Header.Get("Referrer-Policy"), path)
	}
}

func TestOnlyEmbedsMayBeFramedElsewhere(t *testing.T) {
	h, b := testSite(t)
	wantEmbed := strings.Replace(wantPolicy, "frame-ancestors 'self'", "frame-ancestors *", 1)
	for _, path := range []string{"/zh/embed/play", "/en/embed/why", "/en/embed/no-such-lesson"} {
		r := get(h, path)
		require.Equal(t, wantEmbed, r.Header.Get("Content-Security-Policy"), path)
		require.Empty(t, r.Header.Get("X-Frame-Options"), path)
		require.Equal(t, "cross-origin", r.Header.Get("Cross-Origin-Resource-Policy"), path)
		require.Equal(t, "require-corp", r.Header.Get("Cross-Origin-Embedder-Policy"), path)
		require.Empty(t, r.Cookies(), "%s: the visitor came to another site", path)
	}
	for _, path := range []string{
		"/", "/zh/", "/en/play", "/en/play/why", "/nowhere", "/en/embed",
	} {
		r := get(h, path)
		require.Equal(t, "SAMEORIGIN", r.Header.Get("X-Frame-Options"), path)
		require.Empty(t, r.Header.Get("Cross-Origin-Resource-Policy"), path)
	}
	r := get(h, "/assets/"+b.Manifest().Hash+"/js/main.js")
	require.Equal(t, "cross-origin", r.Header.Get("Cross-Origin-Resource-Policy"))
	require.Equal(t, "require-corp", r.Header.Get("Cross-Origin-Embedder-Policy"))
}

func TestStorybookShowsTheComponents(t *testing.T) {
	h, _ := testSite(t)
	page := body(t, get(h, "/zh/ui?set=election&theme=dark"))
	require.Contains(t, page, `lang="zh-CN"`)
	require.Contains(t, page, `data-theme="dark"`)
	require.Contains(t, page, `data-story="votes"`)
	require.Equal(t, "/zh/ui?lang=zh", get(h, "/ui?lang=zh").Header.Get("Location"))
	require.Equal(t, "/en/ui", get(h, "/ui").Header.Get("Location"))
}

func TestAddressesOfAnExportWorkHereToo(t *testing.T) {
	h, _ := testSite(t)
	for path, want := range map[string]string{
		"/en/play/": "/en/play", "/en/play/why/?seed=7": "/en/play/why?seed=7",
		"/zh/embed/why/?ui=min": "/zh/embed/why?ui=min",
	} {
		r := get(h, path)
		require.Equal(t, http.StatusMovedPermanently, r.StatusCode, path)
		require.Equal(t, want, r.Header.Get("Location"), path)
	}
}

func TestOnlyGetAndHead(t *testing.T) {
	h, _ := testSite(t)
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "MOVE"} {
		r := get(h, "/en/play", func(r *http.Request) { r.Method = method })
		require.Equal(t, http.StatusMethodNotAllowed, r.StatusCode, method)
		require.Equal(t, "GET, HEAD", r.Header.Get("Allow"), method)
	}
	r := get(h, "/en/play", func(r *http.Request) { r.Method = http.MethodHead })
	require.Equal(t, http.StatusOK, r.StatusCode)
	require.Empty(t, body(t, r))
}

func TestStrangeHostsAreRefused(t *testing.T) {
	h, _ := testSite(t)
	for host, want := range map[string]int{
		"127.0.0.1:8080":      http.StatusOK,
		"localhost:8080":      http.StatusOK,
		"LOCALHOST":           http.StatusOK,
		"[::1]:8080":          http.StatusOK,
		"zab.example":         http.StatusOK,
		"evil.example":        http.StatusMisdirectedRequest,
		"127.0.0.1.evil.org":  http.StatusMisdirectedRequest,
		"192.168.1.7:8080":    http.StatusMisdirectedRequest,
		"":                    http.StatusMisdirectedRequest,
		"localhost.evil:8080": http.StatusMisdirectedRequest,
	} {
		r := get(h, "/en/play", func(r *http.Request) { r.Host = host })
		require.Equal(t, want, r.StatusCode, "Host: %s", host)
	}
}

func TestBeyondLoopbackAddressesAreHosts(t *testing.T) {
	h, err := New(Config{Page: bundle(t), Scenarios: texts, Addr: "0.0.0.0:8080"})
	require.NoError(t, err)
	ask := func(host string) int {
		return get(h, "/en/play", func(r *http.Request) { r.Host = host }).StatusCode
	}
	require.Equal(t, http.StatusOK, ask("192.168.1.7:8080"))
	require.Equal(t, http.StatusOK, ask("[fe80::1]:8080"))
	require.Equal(t, http.StatusMisdirectedRequest, ask("rebound.example:8080"))
}

func TestLoopback(t *testing.T) {
	for addr, want := range map[string]bool{
		"127.0.0.1:8080": true, "localhost:1": true, "[::1]:0": true, "127.8.8.8:1": true,
		":8080": false, "0.0.0.0:8080": false, "192.168.1.7:1": false, "nonsense": false,
	} {
		require.Equal(t, want, IsLoopback(addr), addr)
	}
}

func TestRootChoosesTheLanguageAndRemembersIt(t *testing.T) {
	h, _ := testSite(t)
	for accept, want := range map[string]string{
		"":                            "/en/",
		"zh-CN,zh;q=0.9,en;q=0.8":     "/zh/",
		"en-GB,en;q=0.9,zh;q=0.1":     "/en/",
		"fr, zh-TW;q=0.5, en;q=0.3":   "/zh/",
		"de":                          "/en/",
		"en;q=broken, zh-Hans;q=0.01": "/zh/",
	} {
		r := get(h, "/", func(r *http.Request) { r.Header.Set("Accept-Language", accept) })
		require.Equal(t, http.StatusFound, r.StatusCode)
		require.Equal(t, want, r.Header.Get("Location"), accept)
	}
	seen := get(h, "/zh/play")
	require.Len(t, seen.Cookies(), 1)
	cookie := seen.Cookies()[0]
	require.True(t, cookie.HttpOnly)
	again := get(h, "/", func(r *http.Request) {
		r.Header.Set("Accept-Language", "en")
		r.AddCookie(cookie)
	})
	require.Equal(t, "/zh/", again.Header.Get("Location"))
	require.Equal(t, "/en/play", get(h, "/play").Header.Get("Location"))
}

func TestPageKnowsWhereRealServersAre(t *testing.T) {
	h, b := testSite(t)
	require.NotContains(t, body(t, get(h, "/en/play")), `data-live="/live"`)
	h, err := New(Config{
		Page: b, Scenarios: texts, Addr: "127.0.0.1:8080", Live: "/live",
	})
	require.NoError(t, err)
	for _, path := range []string{"/en/play", "/zh/play/why"} {
		require.Contains(t, body(t, get(h, path)), `data-live="/live"`, path)
	}
	require.NotContains(t, body(t, get(h, "/en/embed/play")), `data-live="/live"`,
		"a frame of another site is told of real servers")
}

func TestAddressWithALanguageIsNeverRedirectedToAnother(t *testing.T) {
	h, _ := testSite(t)
	r := get(h, "/zh/play", func(r *http.Request) { r.Header.Set("Accept-Language", "en") })
	require.Equal(t, http.StatusOK, r.StatusCode)
	require.Contains(t, body(t, r), `lang="zh-CN"`)
}

func TestAttack_U07_PageHasNothingInlineAndNothingForeign(t *testing.T) {
	h, b := testSite(t)
	for _, path := range []string{
		"/zh/", "/en/play", "/en/play/why", "/zh/nowhere", "/en/embed/why", "/zh/embed/play",
	} {
		page := body(t, get(h, path))
		require.NotRegexp(t, `<script[^>]*>[^<]`, page, "inline script in %s", path)
		require.NotRegexp(t, `<style|\sstyle=|\son[a-z]+=`, page, "inline style in %s", path)
		require.NotRegexp(t, `(src|href|action)="(https?:)?//`, page, "foreign address in %s", path)
		require.Contains(t, page, "/assets/"+b.Manifest().Hash+"/css/", path)
	}
}

func TestFrontPageLeadsToTheLessonsAndLoadsNoSimulator(t *testing.T) {
	h, _ := testSite(t)
	for _, path := range []string{"/en/", "/en/learn"} {
		page := body(t, get(h, path))
		require.Contains(t, page, `data-lesson-link="why"`, path)
		require.Contains(t, page, `href="/en/play/why"`, path)
		require.Contains(t, page, `data-live="/en/embed/ready?`, path)
		require.Contains(t, page, `hreflang="zh-CN" href="/zh/"`, path)
		require.Contains(t, page, `hreflang="x-default" href="/"`, path)
		require.NotContains(t, page, "zabscope.wasm", path)
		require.NotContains(t, page, "main.js", path)
		require.Contains(t, page, "In preparation", path)
	}
	require.Contains(t, body(t, get(h, "/zh/")), "准备中")
}

func TestFirstPaintIsWhatTheSimulatorShowsFirst(t *testing.T) {
	h, _ := testSite(t)
	free := body(t, get(h, "/en/play"))
	require.Equal(t, 5, strings.Count(free, glyph("LOOKING")), "free play has booted")
	lesson := body(t, get(h, "/en/play/ready"))
	require.Equal(t, 1, strings.Count(lesson, glyph("LEADING")))
	require.Equal(t, 2, strings.Count(lesson, glyph("FOLLOWING")))
	require.Contains(t, lesson, `data-client="A"`)
}

// glyph is how the stage says that a server has a role.
func glyph(role string) string {
	return `" data-role="` + role + `" data-x="`
}

func TestLessonPageHasTheProse(t *testing.T) {
	h, _ := testSite(t)
	page := body(t, get(h, "/en/play/why"))
	require.Contains(t, page, "Five servers start <em>together</em>.")
	require.Contains(t, page, `id="step-start"`)
	require.NotContains(t, page, "alert(1)</script>")
	require.Contains(t, body(t, get(h, "/zh/play/why")), "五个节点")
}

func TestScenarioText(t *testing.T) {
	h, _ := testSite(t)
	r := get(h, "/scenarios/en/why.md")
	require.Equal(t, "text/markdown; charset=utf-8", r.Header.Get("Content-Type"))
	require.Equal(t, story, body(t, r))
}

func TestUnknownAddressesSaySoInBothLanguages(t *testing.T) {
	h, b := testSite(t)
	for _, path := range []string{
		"/nowhere", "/fr/play", "/en/play/none", "/scenarios/en/none.md", "/scenarios/../go.mod",
		"/assets/0000/js/main.js", "/assets/" + b.Manifest().Hash + "/manifest.json",
		"/en/play/..%2f..%2fgo.mod", "/debug/pprof/", "/assets/" + b.Manifest().Hash + "/js/",
	} {
		r := get(h, path)
		if r.StatusCode == http.StatusMovedPermanently { // mux cleans the path first
			r = get(h, r.Header.Get("Location"))
		}
		require.Equal(t, http.StatusNotFound, r.StatusCode, path)
		page := body(t, r)
		require.Contains(t, page, `lang="zh-CN"`, path)
		require.Contains(t, page, `lang="en"`, path)
		require.NotContains(t, page, "site.404", "a sentence is missing")
	}
}

func TestAssetsAreImmutableAndCompressed(t *testing.T) {
	h, b := testSite(t)
	at := "/assets/" + b.Manifest().Hash + "/zabscope.wasm"
	for accept, want := range map[string]string{
		"gzip, deflate, br": "br", "gzip": "gzip", "identity": "", "br;q=0, gzip;q=0": "",
	} {
		r := get(h, at, func(r *http.Request) { r.Header.Set("Accept-Encoding", accept) })
		require.Equal(t, http.StatusOK, r.StatusCode)
		require.Equal(t, want, r.Header.Get("Content-Encoding"), accept)
		require.Equal(t, "application/wasm", r.Header.Get("Content-Type"))
		require.Equal(t, "4000", r.Header.Get("X-Uncompressed-Size"))
		require.Contains(t, r.Header.Get("Cache-Control"), "immutable")
		require.Contains(t, r.Header.Values("Vary"), "Accept-Encoding")
	}
	page := get(h, "/en/play", func(r *http.Request) { r.Header.Set("Accept-Encoding", "br") })
	require.Equal(t, "br", page.Header.Get("Content-Encoding"))
	require.Equal(t, "no-cache", page.Header.Get("Cache-Control"))
}

func TestPageIsRevalidated(t *testing.T) {
	h, _ := testSite(t)
	first := get(h, "/en/play")
	again := get(h, "/en/play", func(r *http.Request) {
		r.Header.Set("If-None-Match", first.Header.Get("ETag"))
	})
	require.Equal(t, http.StatusNotModified, again.StatusCode)
}
