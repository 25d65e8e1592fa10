package e2e

import (
	"io/fs"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/scenarios"
)

// runtimeElection is the lesson that the tests of exports and embeds play.
const runtimeElection = "05-runtime-election"

// fingerprintOf runs a scenario natively to its end.
func fingerprintOf(t *testing.T, name string) string {
	t.Helper()
	raw, err := fs.ReadFile(scenarios.FS, name+".md")
	require.NoError(t, err)
	parsed, problem := scenario.Parse(name, string(raw))
	require.Nil(t, problem)
	report := session(t, parsed).RunAll()
	require.True(t, report.OK)
	return report.Fingerprint
}

func TestExportWorksOnAnyHost(t *testing.T) {
	for name, change := range map[string]func(http.Handler) http.Handler{
		"usual": usual, "careless": careless,
	} {
		t.Run(name, func(t *testing.T) {
			root := exported(t, change)
			b := blank(t, desktop)
			b.do(chromedp.Navigate(root + "/"))
			b.arrive("location.pathname === " + quote(subPath+"/en/")) // the browser's language
			b.hit(".home-doors .button-quiet")
			b.arrive("location.pathname.startsWith(" + quote(subPath+"/en/play") + ")")
			b.ready()
			b.elect()
			require.Equal(t, 5, b.now().Leader)
			styled := ask[string](b, "getComputedStyle(document.querySelector('[hidden]')).display")
			require.Equal(t, "none", styled, "the style sheets are there")
			total := ask[int](b, "Number(document.body.dataset.wasmSize)")
			require.Greater(t, total, 1_000_000, "loading knows how much there is")

			ask[any](b, "window.zabscope.load("+quote(runtimeElection)+")")
			require.True(t, ask[outcome](b, "window.zabscope.run()").OK)
			require.Equal(t, fingerprintOf(t, runtimeElection), b.fingerprint())

			b.do(chromedp.Navigate(root + "/zh/play/" + runtimeElection))
			b.ready()
			require.Equal(t, "zh-CN", ask[string](b, "document.documentElement.lang"))
			b.stayedWithin(root)
		})
	}
}

func TestRootOfAnExportHasLinksWithoutScripts(t *testing.T) {
	root := exported(t, usual)
	b := blank(t, desktop)
	b.scriptless()
	b.do(chromedp.Navigate(root + "/"))
	for _, lang := range []string{"zh", "en"} {
		href := ask[string](b, "document.querySelector('a[hreflang|="+lang+"]').href")
		require.Equal(t, root+"/"+lang+"/", href)
	}
	b.do(chromedp.Navigate(root + "/en/embed/" + runtimeElection + "/"))
	require.Equal(t, 5, ask[int](b, "document.querySelectorAll('[data-server]').length"))
}

func TestLoadingTellsHowMuchThereIs(t *testing.T) {
	served(t)
	b := open(t, "/en/play")
	size := ask[int](b, "Number(document.body.dataset.wasmSize)")
	told := ask[int](b, `fetch(document.body.dataset.wasm, {method: "HEAD"}).then(
		(r) => Number(r.headers.get("X-Uncompressed-Size")))`)
	require.Equal(t, told, size)
}
