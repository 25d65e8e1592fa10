package e2e

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// manner is how a person without a mouse does things.
type manner struct {
	name  string
	do    func(*tab, deed)
	press func(b *tab, selector string) // a control
}

var manners = []manner{
	{"keyboard", func(b *tab, d deed) { d.byKeys(b) }, func(b *tab, selector string) {
		b.tabTo(selector)
		b.enter()
	}},
	{"finger", func(b *tab, d deed) { d.byFinger(b) }, func(b *tab, selector string) {
		b.poke(b.control(selector))
	}},
	{"list", func(b *tab, d deed) {
		b.take(d.row(b), d, func(at point) { b.click(at, 0) })
	}, (*tab).pressOn},
}

// shows waits until an expression about the cluster's state s holds.
func (b *tab) shows(expression string) {
	b.t.Helper()
	script := "window.zabscope.state().then((s) => Boolean(" + expression + "))"
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if ask[bool](b, script) {
			return
		}
		ask[any](b, "new Promise(requestAnimationFrame)")
	}
	b.shoot("live-stuck")
	require.Fail(b.t, "waiting until "+expression, "the state is %+v", b.now())
}

// TestLivePageObeysKeysFingersAndTheList breaks and mends real servers, and writes, without a mouse
// on the picture.
func TestLivePageObeysKeysFingersAndTheList(t *testing.T) {
	n := ensemble(t, "--allow-faults")
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			b := blank(t, desktop)
			b.do(chromedp.EmulateViewport(desktop.width, desktop.height, chromedp.EmulateTouch))
			b.prefer("prefers-reduced-motion", "reduce") // nothing slides: a hand need not wait
			b.do(chromedp.Navigate(n.link()))
			b.live()
			b.command("A: create /by-" + m.name + " 1")
			if m.name == "list" {
				b.keys("l")
				b.wait("!document.getElementById('stage-list').hidden")
			}
			b.byManner(m)
			b.roles()
			b.sound()
		})
	}
}

// byManner does one deed of each kind to a follower, and looks at what came of it.
func (b *tab) byManner(m manner) {
	b.t.Helper()
	leader := b.now().Leader
	away := leader%3 + 1
	low, high := min(leader, away), max(leader, away)
	server, link := fmt.Sprintf("server-%d", away), fmt.Sprintf("link-%d-%d", low, high)
	it := "s.servers[" + strconv.Itoa(away-1) + "]"
	parted := fmt.Sprintf("s.links.some((l) => l.cut && l.from === %d && l.to === %d)", low, high)
	paused := "document.querySelector('#server-" + strconv.Itoa(away) + "[data-paused]')"

	m.do(b, deed{target: server, action: "kill"})
	b.wait("document.getElementById('dialog-fault').open")
	m.press(b, "[data-action=allow-fault]")
	b.wait("!document.getElementById('dialog-fault').open")
	for _, step := range []struct {
		d     deed
		holds string
	}{
		{deed{}, "!" + it + ".up"},
		{deed{target: server, action: "restart"}, it + ".role === 'FOLLOWING'"},
		{deed{target: server, action: "pause-process"}, paused},
		{deed{target: server, action: "resume"}, "!" + paused},
		{deed{}, it + ".role === 'FOLLOWING' && s.leader"},
		{deed{target: link, action: "cut"}, parted},
		{deed{target: link, action: "heal-link"}, "!(" + parted + ") && s.leader"},
	} {
		if step.d.target != "" {
			m.do(b, step.d)
		}
		b.shows(step.holds)
	}
	b.roles()
	before := len(b.command("A: ls /"))
	m.do(b, deed{target: "client-A", action: "write"})
	b.wait("document.getElementById('console-log').innerText.includes('Created /n-')")
	require.Greater(b.t, len(b.command("A: ls /")), before)
}

// TestLivePageHasNothingSeriousToAxe looks at the page with its dialogs closed and open.
func TestLivePageHasNothingSeriousToAxe(t *testing.T) {
	n := ensemble(t, "--allow-faults")
	origin, token := n.parts()
	for _, lang := range []string{"zh", "en"} {
		for _, theme := range []string{"light", "dark"} {
			t.Run(lang+" "+theme, func(t *testing.T) {
				b := blank(t, desktop)
				b.prefer("prefers-color-scheme", theme)
				b.do(chromedp.Navigate(origin + "/" + lang + "/play#" + token))
				b.live()
				b.command("A: create -s /axe- 1")
				b.accessible("the live page")
				b.clickOn("#live-badge")
				b.wait("document.getElementById('dialog-live').open")
				b.accessible("the dialog that connects")
				require.False(t, ask[bool](b, `(() => {
					const box = document.getElementById("dialog-live");
					return box.scrollHeight > box.clientHeight;
				})()`), "the dialog fits into the window")
				b.keys("\x1b")
				b.wait("!document.getElementById('dialog-live').open")
				b.choose(2)
				b.keys("k")
				b.wait("document.getElementById('dialog-fault').open")
				b.accessible("the question before the first fault")
				b.keys("\x1b")
				b.roles()
			})
		}
	}
}
