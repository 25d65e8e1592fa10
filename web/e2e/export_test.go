package e2e

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/scenarios"
	"github.com/zabscope/zabscope/server/assets"
	"github.com/zabscope/zabscope/server/site"
	"github.com/zabscope/zabscope/static"
)

// exported writes the site as files and serves them below a path, as any web host would.
func exported(t *testing.T) (root string) {
	t.Helper()
	need(t)
	packed, err := assets.Open(static.Dist())
	require.NoError(t, err)
	dir := t.TempDir()
	_, err = site.Export(dir, site.Config{Page: packed, Scenarios: scenarios.FS})
	require.NoError(t, err)
	host := http.NewServeMux()
	host.Handle("/some/path/", http.StripPrefix("/some/path", http.FileServer(http.Dir(dir))))
	server := httptest.NewServer(host)
	t.Cleanup(server.Close)
	return server.URL + "/some/path/"
}

func TestExportWorksBelowAnyPath(t *testing.T) {
	root := exported(t)
	b := blank(t, desktop)
	b.do(chromedp.Navigate(root))
	_, err := chromedp.Run(b.ctx, chromedp.WaitEvent(page.LoadEventFired, nil,
		chromedp.Click(chromedp.CSS("a[hreflang=en]"))))
	require.NoError(t, err)
	b.ready()
	b.elect()
	require.Equal(t, 5, b.now().Leader)
	styled := ask[string](b, "getComputedStyle(document.querySelector('[hidden]')).display")
	require.Equal(t, "none", styled, "the style sheets are there")

	ask[any](b, "window.zabscope.load("+quote(scenarios.Names()[0])+")")
	require.True(t, ask[outcome](b, "window.zabscope.run()").OK)

	b.do(chromedp.Navigate(root + "zh/play/" + scenarios.Names()[0] + "/"))
	b.ready()
	require.Equal(t, "zh-CN", ask[string](b, "document.documentElement.lang"))
	for _, url := range b.asked() {
		require.Contains(t, url, root)
	}
}
