package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// hit clicks the first element that a selector finds.
func (b *tab) hit(selector string) {
	b.t.Helper()
	b.wait("document.querySelector(" + quote(selector) + ")")
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

func TestUnpluggedClientsSessionExpiresWithItsBucket(t *testing.T) {
	b := open(t, "/en/play")
	b.hit("#tab-sessions")
	b.wait("document.querySelector('#sessions-table .try')")
	b.elect()
	b.command(":client A")
	b.command(":client B timeout=6s")
	b.command("A: create -e /a 1")
	b.command(":wait 3s")
	b.wait("document.querySelectorAll('.wheel-chip[data-state=open]').length === 2")
	row := "document.querySelector('#sessions-table tbody tr')"
	require.Equal(t, "B", ask[string](b, row+".querySelector('.sessions-client').textContent"))
	b.wait("parseFloat(document.querySelector('.client[data-client=A] .client-lease')" +
		".getAttribute('stroke-dasharray')) > 50")

	b.command(":unplug B")
	b.command(":wait 1s")
	require.Equal(t, 2, ask[int](b, "document.querySelectorAll('.wheel-chip').length"))
	b.countsDown()
	b.command(":wait 2s")
	b.command(":until events(SessionExpired) == 1")
	b.wait("document.querySelector('.sessions-table tr[data-state=expired]')")
	b.command(":wait 12s")
	b.wait("document.getElementById('console-log').textContent" +
		".includes('The session of B expired at')")
	b.wait("document.querySelectorAll('.wheel-chip').length === 1")
	b.wait("document.querySelectorAll('.sessions-table tbody tr').length === 1")
	require.Equal(t, "A", ask[string](b, row+".querySelector('.sessions-client').textContent"))
	require.Equal(t, "1", ask[string](b, row+".children[5].textContent"))

	b.prefer("prefers-reduced-motion", "reduce")
	b.command(":wait 1s")
	b.wait("/^\\d+ s$/.test(document.querySelector('.client[data-client=A] .client-left')" +
		".textContent)")
}

// countsDown wants the time that B's session has left on the client, in the tab and in the console,
// and that it gets less.
func (b *tab) countsDown() {
	b.t.Helper()
	b.wait("document.querySelector('.wheel-chip[data-state=silent]')")
	b.wait("document.getElementById('console-log').textContent" +
		".includes('The cable of B is pulled')")
	left := "parseFloat(/(?:in|:) ([0-9.]+) s/.exec(document.querySelector('%s').textContent)[1])"
	for _, place := range []string{
		".client[data-client=B] .client-caption[data-until]", ".sessions-dying[data-until]",
	} {
		b.wait("document.querySelector(" + quote(place) + ")")
		now := fmt.Sprintf(left, place)
		before := ask[float64](b, now)
		b.command(":wait 500ms")
		b.wait(now + " < " + fmt.Sprint(before))
	}
}

func TestInspectorShowsWhatWaitsForASlowDisk(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.command(":client A@5")
	b.command("A: create /a 1")
	b.command(":wait 1s")
	b.do(chromedp.KeyEvent("2"))
	b.wait("document.querySelector('#inspector .inspector-title')?.textContent.includes('2')")
	waits := "document.querySelector('#inspector [data-field=unsynced]').textContent.trim()"
	require.Equal(t, "0", ask[string](b, waits))
	peer := "document.querySelector('#inspector [data-field=peer-5]')"
	b.wait(peer + ".textContent.includes('quorum')")

	b.command(":slowdisk 2 5s")
	b.command("A: create /b 1")
	b.command("A: create /c 1")
	b.command(":wait 200ms")
	b.wait(waits + ".startsWith('2 ')")
	b.wait("document.querySelector('#inspector [data-field=unsynced]').dataset.changed === ''")
	b.shoot("inspector-slow")
	b.command(":wait 12s")
	b.wait(waits + " === '0'")
}
