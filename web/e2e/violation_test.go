package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// shrunk finds a quirk with random runs, as a person at a terminal does, and returns what it
// breaks, the link into the page, and the report, which the page opens too.
func shrunk(t *testing.T, quirk string) (broken, link, report string) {
	t.Helper()
	program, written := filepath.Join(t.TempDir(), "zabscope"), filepath.Join(t.TempDir(), "r.json")
	out, err := exec.Command("go", "build", "-o", program, "../../server").CombinedOutput()
	require.NoError(t, err, "%s", out)
	out, err = exec.Command(program, "sim", "--short", "--seeds", "60", "--quirk", quirk,
		"--out", t.TempDir(), "--page", shared.origin, "--report", written).CombinedOutput()
	require.Error(t, err, "a broken seed is a failure: %s", out)
	m := regexp.MustCompile(`seed \d+ breaks (\w+): shrunk`).FindSubmatch(out)
	require.NotNil(t, m, "%s", out)
	l := regexp.MustCompile(`(?m)^  open (\S+)$`).FindSubmatch(out)
	require.NotNil(t, l, "%s", out)
	text, err := os.ReadFile(written)
	require.NoError(t, err)
	return string(m[1]), string(l[1]), string(text)
}

// TestLinkOfABrokenSeedShowsWhatBrokeAndWhy opens what the terminal printed: the page names the
// invariant, says what was seen, has the last events, and goes back to the cause.
func TestLinkOfABrokenSeedShowsWhatBrokeAndWhy(t *testing.T) {
	need(t)
	for _, quirk := range []string{"ackBeforeSync", "skipTrunc", "ephemeralsStay"} {
		t.Run(quirk, func(t *testing.T) {
			broken, link, report := shrunk(t, quirk)
			b := blank(t, desktop)
			b.do(chromedp.Navigate(link))
			b.wait("document.querySelector('#dialog-link')?.open")
			b.pressOn("[data-action=open-link]")
			b.ready()
			b.wait("!document.querySelector('#dialog-link').open")
			b.wait("document.querySelector('.status-broken')?.textContent.includes(" +
				quote(broken) + ")")
			require.Equal(t, broken, b.now().Violations[0].Name)
			b.hit("#tab-events")
			b.wait(rows + ".length > 5")
			b.wait(rows + ".some(r => r.includes(" + quote(broken+": ") + "))")
			b.shoot("violation-" + quirk)
			b.opensElsewhere(report)
			b.goBackToTheCause(broken)
		})
	}
}

// goBackToTheCause asks for the reason of the violation in the log and goes to the moment of what
// led to it: there nothing is broken yet.
func (b *tab) goBackToTheCause(broken string) {
	b.t.Helper()
	ask[any](b, `(() => {
		const row = [...document.querySelectorAll("#events-rows tbody tr")].find((r) =>
			r.textContent.includes(`+quote(broken+": ")+`));
		row.querySelector("[data-action=why]").click();
	})()`)
	b.wait("document.querySelectorAll('#events-why .why-causes li').length > 1")
	at := b.now().Time
	b.hit("#events-why .why-causes .events-time")
	b.until("an earlier moment", func(s state) bool { return s.Time < at })
	b.wait("!document.querySelector('.status-broken')")
}
