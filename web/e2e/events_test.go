package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// rows is an expression for the texts of the rows of the log that are in the page.
const rows = "[...document.querySelectorAll('#events-rows tbody tr')].map(r => r.textContent)"

func TestEventLogFiltersSeeksAndExplains(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.command(":kill leader")
	b.command(":until leader != none")
	b.command(":wait 20s")
	b.hit("#tab-events")
	b.wait("document.querySelectorAll('#events-rows tbody tr').length > 5")
	b.wait("Number(document.querySelector('#events-rows').dataset.total) > 200")
	require.Less(t, ask[int](b, "document.querySelectorAll('#events-rows tr').length"), 40,
		"only the rows in sight exist")

	ask[any](b, "(document.querySelector('#events-scroll').scrollTop = 0, null)")
	b.wait("document.querySelector('#events-rows').dataset.from === '0'")
	b.wait(rows + ".some(r => r.includes('Booted'))")
	b.hit(".events-latest")
	b.wait("Number(document.querySelector('#events-rows').dataset.from) > 100")

	b.do(chromedp.SendKeys(chromedp.CSS("#events-text"), "VoteChanged"))
	b.wait(rows + ".length > 3 && " + rows + ".every(r => r.includes('VoteChanged'))")
	ask[any](b, `(() => {
		const of = document.querySelector('#events-of');
		of.value = 'server-1';
		of.dispatchEvent(new Event('change', {bubbles: true}));
	})()`)
	b.wait("document.querySelector('#events-of').value === 'server-1' && " + rows +
		".every(r => r.includes('ode 1'))")

	b.hit("#events-rows [data-action=why]")
	b.wait("document.querySelectorAll('#events-why .duel-rung').length === 3")
	b.wait("document.querySelectorAll('#events-why .why-causes li').length > 1")
	b.shoot("events-why")
	at := ask[float64](b, "Number(document.querySelector('.why-causes .events-time').dataset.ms)")
	b.hit("#events-why .why-causes .events-time")
	b.until("the moment of the cause", func(s state) bool { return near(s.Time, at) })
	b.wait("document.querySelectorAll('#events-rows tr[data-ahead]').length > 0")
}

// TestEventLogHearsItsReaderWhileItFollows scrolls up in the very frame in which the log has moved
// to its new end, of which the browser tells with one event.
func TestEventLogHearsItsReaderWhileItFollows(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.hit("#tab-events")
	b.wait("Number(document.querySelector('#events-rows').dataset.total) > 100")
	b.wait("document.querySelector('#events-scroll').scrollTop > 0")
	ask[any](b, `new Promise((done) => {
		const scroll = document.querySelector('#events-scroll');
		const space = document.querySelector('#events-space');
		const tasks = new MessageChannel();
		tasks.port1.onmessage = () => {
			scroll.scrollTop = 0;
			done(null);
		};
		requestAnimationFrame(() => {
			space.style.height = space.offsetHeight + 500 + 'px';
			tasks.port2.postMessage(0);
		});
	})`)
	b.wait("document.querySelector('#events-rows').dataset.from === '0'")
	b.wait("!document.querySelector('.events-latest').hidden")
}

func near(a, b float64) bool { return a-b < 0.01 && b-a < 0.01 }

// downloads lets the page save files, and returns the folder that they come to.
func (b *tab) downloads() string {
	b.t.Helper()
	dir := b.t.TempDir()
	_, err := chromedp.Call(b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: "allow", DownloadPath: dir,
		BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID,
	})
	require.NoError(b.t, err)
	return dir
}

// TestEventLogIsSavedAsAFile looks at the file that the button gives to the browser.
func TestEventLogIsSavedAsAFile(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.hit("#tab-events")
	dir := b.downloads()
	b.hit(".events-export")
	path := filepath.Join(dir, "zabscope-events.ndjson")
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(path)
		return err == nil && bytes.Count(text, []byte("\n")) > 100 &&
			bytes.HasPrefix(text, []byte(`{"ref":`))
	}, patience, 100*time.Millisecond)
}

// TestEventLogHasRoomOnAPhone wants rows in sight where everything stands below each other.
func TestEventLogHasRoomOnAPhone(t *testing.T) {
	b := blank(t, size{390, 844})
	b.visit("/zh/play")
	b.elect()
	ask[any](b, "(document.querySelector('#tab-events').click(), null)")
	b.wait("document.querySelector('#events-scroll').clientHeight > 200")
	b.wait("document.querySelectorAll('#events-rows tbody tr').length > 8")
	last := "[...document.querySelectorAll('#events-rows tbody tr')].at(-1).getBoundingClientRect()"
	b.wait("Math.abs(" + last + ".bottom -" +
		" document.querySelector('#events-scroll').getBoundingClientRect().bottom) < 60")
	b.fits()
}
