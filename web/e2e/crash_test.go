package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// story returns the words of the event list, newest or oldest first as the page likes.
func (b *tab) story() string {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](
		"document.querySelector('#tab-events').click()"))
	b.wait("document.querySelector('#pane-events').textContent.length > 200")
	return ask[string](b, "document.querySelector('#pane-events').textContent")
}

func TestKillingTheLeaderRaisesTheEpoch(t *testing.T) {
	for lang, sentence := range map[string]string{"en": "Server 4", "zh": "节点 4"} {
		t.Run(lang, func(t *testing.T) {
			b := open(t, "/"+lang+"/play")
			b.elect()
			require.Equal(t, 5, b.now().Leader)
			b.press(5, "k")
			b.wait(`document.querySelector('[data-server="5"]').dataset.role === 'DOWN'`)
			b.command(":until leader != none")
			b.command(":wait 2s")
			now := b.now()
			require.Equal(t, 4, now.Leader)
			require.Equal(t, 2, now.Epoch, "one more than before")
			require.Contains(t, b.story(), sentence)
			require.Empty(t, now.Violations)
		})
	}
}

// press selects a server by its number and presses a key.
func (b *tab) press(server int, key string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void]("document.querySelector('#stage').focus()"))
	b.do(chromedp.KeyEvent(string(rune('0' + server))))
	b.do(chromedp.KeyEvent(key))
}

func TestStepBackAndForwardReturnsToTheSameRun(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.command(":kill leader")
	b.command(":until leader != none")
	ask[any](b, "window.zabscope.step(3)")
	end, now := b.fingerprint(), b.now()
	ask[any](b, "window.zabscope.step(-3)")
	require.NotEqual(t, end, b.fingerprint(), "the past is not the present")
	require.Less(t, b.now().Time, now.Time)
	ask[any](b, "window.zabscope.step(3)")
	require.Equal(t, end, b.fingerprint())
	require.Equal(t, now, b.now())
}

func TestActingInThePastForks(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	mark := b.now().Time
	b.command(":kill leader")
	b.command(":until leader != none")
	require.Equal(t, 4, b.now().Leader)
	ask[any](b, "window.zabscope.seek("+number(mark)+")")
	require.Equal(t, 5, b.now().Leader, "back before the crash")
	b.command(":kill 4")
	b.command(":wait 20s")
	now := b.now()
	require.Equal(t, 5, now.Leader, "another history: 5 was not killed in it")
	require.Equal(t, 1, now.roles()["DOWN"])
	require.Empty(t, now.Violations)
}
