package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// scriptless turns JavaScript off for the pages that follow. What the tests evaluate still runs.
func (b *tab) scriptless() {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled,
		emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(b.t, err)
}

// navigate shows a page without waiting for its simulator.
func (b *tab) navigate(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(shared.origin + path))
}

func TestBadLinesAreRefusedAndChangeNothing(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	before := b.fingerprint()
	for _, line := range []string{
		":kill 9", ":kill", ":fly 3", ":partition 1,2|2,3", ":wait soon", ":until leader = 5",
		":until leader == LOOKING", ":quirk nonsense", ":loss 1>2 300%",
		"A: create x 1", "A: frobnicate /x", "ZZ: get /", "create /x 1 and more", "A:",
		":load no-such-lesson", ":seed x",
		":until " + strings.Repeat("(", 200) + "leader", strings.Repeat("x", 100_000),
		"\x00\x01",
	} {
		o := b.try(line)
		require.False(t, o.OK, "accepted: %.80q", line)
		require.NotEmpty(t, o.Error, "refused without a reason: %.80q", line)
	}
	require.Equal(t, before, b.fingerprint())
	require.Equal(t, 5, b.now().Leader)
	b.forgive("404") // of the lesson that does not exist
}

func TestBadLinksSayWhatIsWrong(t *testing.T) {
	for name, fragment := range map[string]string{
		"newer":    "#s=3.AAAA",
		"damaged":  "#s=1.AAAA",
		"empty":    "#s=1.",
		"not ours": "#s=hello",
		"too long": "#s=1." + strings.Repeat("A", 20_000),
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, "/en/play"+fragment)
			b.wait("document.body.innerText.toLowerCase().includes('link')")
			require.Len(t, b.now().Servers, 5, "the page works all the same")
		})
	}
}

func TestWithoutASimulatorThePictureAndAReasonStay(t *testing.T) {
	for name, path := range map[string]string{
		"no wasm":   shared.lame + "/en/play",
		"no worker": shared.origin + "/en/play",
	} {
		t.Run(name, func(t *testing.T) {
			b := blank(t, desktop)
			if name == "no worker" {
				b.workerless()
			}
			b.do(chromedp.Navigate(path))
			b.wait("document.querySelector('#load') && !document.querySelector('#load').hidden &&" +
				" document.querySelector('#load').dataset.failed !== undefined")
			reason := ask[string](b, "document.querySelector('#load-text').textContent")
			require.Greater(t, len(reason), 20, reason)
			require.Equal(t, 5, ask[int](b, "document.querySelectorAll('[data-server]').length"))
			b.forgive("404", "worker refused")
		})
	}
}

// workerless makes the browser refuse Workers in the pages that follow.
func (b *tab) workerless() {
	b.t.Helper()
	const script = `window.Worker = class { constructor() { throw Error("worker refused"); } }`
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument,
		page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	require.NoError(b.t, err)
}

func TestLinkAsksAndThenReplaysTheRun(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.command(":kill leader")
	b.command(":wait 5s")
	want := b.fingerprint()
	link := ask[string](b, "window.zabscope.share()")
	require.True(t, strings.HasPrefix(link, shared.origin), link)

	other := blank(t, desktop)
	other.navigate(strings.TrimPrefix(link, shared.origin))
	other.wait("document.querySelector('#dialog-link')?.open")
	require.Contains(t, ask[string](other, "document.querySelector('#link-lines').textContent"),
		":kill leader")
	ask[any](other, "document.querySelector('[data-action=open-link]').click()")
	other.ready()
	require.Equal(t, want, other.fingerprint())
}

func TestAttack_U06_DataCannotBecomeMarkup(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.command(":client A")
	b.command(`A: create "/<img src=x>" "<img src=x onerror=alert(1)><script>alert(2)</script>"`)
	b.command(":wait 1s")
	b.command(`A: get "/<img src=x>"`)
	b.command(":wait 1s")
	ask[any](b, "document.querySelector('#tab-events').click()")
	b.wait("document.querySelector('#pane-events').textContent.includes('<img src=x>')")
	require.Zero(t, ask[int](b, "document.querySelectorAll('img, #console-log script').length"))
}
