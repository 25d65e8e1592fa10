package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// elect runs the free playground until it has a leader whom everyone follows, and pauses.
func (b *tab) elect() {
	b.t.Helper()
	ask[any](b, "window.zabscope.pause()")
	b.command(":until leader != none")
	b.command(":until state[1] != LOOKING && state[2] != LOOKING && state[3] != LOOKING")
	b.command(":until state[4] != LOOKING && state[5] != LOOKING")
	b.command(":wait 1s")
}

func TestPageOpensAndFiveServersElect(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		t.Run(lang, func(t *testing.T) {
			b := open(t, "/"+lang+"/play")
			require.Len(t, b.now().Servers, 5)
			ask[any](b, "(window.zabscope.speed(1000), window.zabscope.play())")
			b.wait("document.querySelectorAll('[data-server][data-role=LEADING]').length === 1")
			b.wait("document.querySelectorAll('[data-server][data-role=FOLLOWING]').length === 4")
			ask[any](b, "window.zabscope.pause()")
			b.command(":until leader != none") // LEADING comes before it serves
			now := b.now()
			require.Equal(t, map[string]int{"LEADING": 1, "FOLLOWING": 4}, now.roles())
			require.Equal(t, 5, now.Leader, "equal histories: the highest id wins")
			require.Equal(t, 1, now.Epoch)
			require.Empty(t, now.Violations)
			b.stayedWithin(shared.origin)
		})
	}
}

func TestPageIsCompleteBeforeAnyScript(t *testing.T) {
	b := blank(t, desktop)
	b.scriptless()
	b.navigate("/en/play")
	require.Equal(t, 5, ask[int](b, "document.querySelectorAll('[data-server]').length"))
	b.navigate("/zh/play")
	require.Equal(t, "zh-CN", ask[string](b, "document.documentElement.lang"))
}

// TestFirstFrameBringsOnlyWhatIsSeen keeps the start short: the rest is drawn when it is opened.
func TestFirstFrameBringsOnlyWhatIsSeen(t *testing.T) {
	b := blank(t, desktop)
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument,
		page.AddScriptToEvaluateOnNewDocumentParams{Source: `
			const W = Worker; window.Worker = class extends W { constructor(...a) {
				super(...a);
				this.addEventListener("message", (e) => window.first ??= e.data.frame);
			} };`})
	require.NoError(t, err)
	b.visit("/en/play")
	panels := ask[[]string](b, "JSON.parse(first).panels.map(([id]) => id)")
	require.Contains(t, panels, "server-5")
	require.NotContains(t, panels, "list")
	require.NotContains(t, panels, "inspector")
	require.Less(t, ask[int](b, "first.length"), 24000)
	b.choose(3)
	b.wait("document.getElementById('inspector').innerText.includes('LOOKING')")
}
