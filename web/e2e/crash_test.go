package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// told looks for a sentence in the event list.
func (b *tab) told(sentence string) {
	b.t.Helper()
	ask[any](b, "document.querySelector('#tab-events').click()")
	ask[any](b, `((text) => {
		text.value = `+quote(sentence)+`;
		text.dispatchEvent(new Event("input", {bubbles: true}));
	})(document.querySelector('#events-text'))`)
	b.wait("document.querySelector('#pane-events').textContent.includes(" + quote(sentence) + ")")
}

func TestKillingTheLeaderRaisesTheEpoch(t *testing.T) {
	for lang, sentence := range map[string]string{
		"en": "Leader 4 has a majority behind it and serves in epoch 2",
		"zh": "Leader 4 得到过半确认，开始在 epoch 2 服务",
	} {
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
			b.told(sentence)
			require.Empty(t, now.Violations)
		})
	}
}

// press selects a server by its number and presses a key.
func (b *tab) press(server int, key string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void]("document.querySelector('#stage').focus()"))
	b.do(chromedp.KeyEvent(string(rune('0' + server))))
	b.wait("document.querySelector('#inspector .inspector-title')")
	b.do(chromedp.KeyEvent(key))
}

func TestStepBackAndForwardReturnsToTheSameRun(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.command(":kill leader")
	b.command(":until leader != none")
	present := b.now().Time
	ask[any](b, "window.zabscope.step(-9)")
	early, then := b.fingerprint(), b.now()
	require.Less(t, then.Time, present)
	ask[any](b, "window.zabscope.step(6)")
	late := b.fingerprint()
	require.NotEqual(t, early, late)
	ask[any](b, "window.zabscope.step(-6)")
	require.Equal(t, early, b.fingerprint())
	require.Equal(t, then, b.now())
	ask[any](b, "window.zabscope.step(6)")
	require.Equal(t, late, b.fingerprint())
}

func TestActingInThePastForks(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	mark := b.now().Time - 500 // within the quiet second before the crash
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

// catchWorker lets window.newest be the page's newest Worker.
func (b *tab) catchWorker() {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument,
		page.AddScriptToEvaluateOnNewDocumentParams{Source: `
			const W = Worker; window.Worker = class extends W {
				constructor(...a) { super(...a); window.newest = this; }
			};`})
	require.NoError(b.t, err)
}

// TestAttack_U09_ARunGoesOnAfterItsSimulatorBroke tells the page what a Worker tells it when it
// breaks.
func TestAttack_U09_ARunGoesOnAfterItsSimulatorBroke(t *testing.T) {
	b := blank(t, desktop)
	b.catchWorker()
	b.visit("/en/play?seed=7&autoplay=0")
	b.elect()
	b.command(":kill leader")
	b.command(":wait 2s")
	b.choose(3)
	before, broken := b.fingerprint(), b.now()
	ask[any](b, `new Promise((done) => {
		const old = newest, id = 1e6;
		old.addEventListener("message", (e) => {
			if (e.data.re !== id) return;
			const share = JSON.parse(e.data.answer).result;
			const panic = JSON.stringify({error: "broken on purpose", share});
			done(void old.onmessage({data: {panic}}));
		});
		old.postMessage({do: "share", id});
	})`)
	b.wait("document.getElementById('dialog-crash').open")
	require.Contains(t, ask[string](b, "document.getElementById('crash-lines').textContent"),
		"broken on purpose")
	b.shoot("crash-card")
	b.pressOn("[data-action=crash-restart]")
	b.wait("!document.getElementById('dialog-crash').open")
	b.wait("document.getElementById('stage').dataset.frozen === undefined")
	b.wait("zabscope.state().then((s) => s.t_ms > 0)")
	now := b.now()
	require.InDelta(t, broken.Time, now.Time, 1.5, "the moment before it broke")
	ask[any](b, "zabscope.seek("+number(broken.Time)+")")
	require.Equal(t, before, b.fingerprint())
	b.choose(3)
	b.wait("document.getElementById('inspector').innerText.includes('FOLLOWING')")
}

func TestPageGoesOnAfterItsSimulatorFellSilent(t *testing.T) {
	b := blank(t, desktop)
	b.catchWorker()
	b.visit("/en/play?seed=7")
	b.elect()
	ask[any](b, "window.zabscope.play()")
	b.movesOn()
	before := b.now()
	b.deafen()
	b.restart()
	b.wait("document.getElementById('stage').dataset.frozen === undefined")
	now := b.now()
	require.Positive(t, now.Time)
	require.LessOrEqual(t, now.Time, before.Time+60_000)
	ask[any](b, "window.zabscope.play()")
	for range 3 {
		b.movesOn()
	}
}

// deafen lets the page's newest Worker take in no word any more, beginning with a question.
func (b *tab) deafen() {
	b.t.Helper()
	ask[any](b, `(() => {
		newest.postMessage = () => {};
		window.zabscope.state().catch(() => {});
	})()`)
	b.wait("document.getElementById('dialog-crash').open")
}

// restart presses the button of the crash card.
func (b *tab) restart() {
	b.t.Helper()
	b.pressOn("[data-action=crash-restart]")
	b.wait("!document.getElementById('dialog-crash').open")
}

// TestPageShowsTheCrashCardAgainWhenARestartFails lets the second simulator not start, and the
// third one fall silent before the run is there.
func TestPageShowsTheCrashCardAgainWhenARestartFails(t *testing.T) {
	b := blank(t, desktop)
	b.catchWorker()
	b.visit("/en/play?seed=7&autoplay=0")
	b.elect()
	ask[any](b, `(() => {
		const W = Worker;
		window.Worker = class {
			constructor() { window.Worker = W; throw new Error("no Worker on purpose"); }
		};
	})()`)
	b.deafen()
	b.pressOn("[data-action=crash-restart]")
	b.wait("document.getElementById('crash-lines').textContent.includes('on purpose')")
	b.wait("document.getElementById('dialog-crash').open")

	ask[any](b, `(() => {
		const W = Worker, send = W.prototype.postMessage;
		window.Worker = class extends W {
			constructor(...a) { super(...a); window.Worker = W; }
			postMessage(m) {
				this.silent ||= m.do === "restore";
				if (!this.silent) send.call(this, m);
			}
		};
	})()`)
	b.restart()
	b.wait("newest.silent")
	b.wait("document.getElementById('dialog-crash').open")
	b.restart()
	b.wait("document.getElementById('stage').dataset.frozen === undefined")
	ask[any](b, "window.zabscope.play()")
	b.movesOn()
}

// movesOn waits until another moment is drawn.
func (b *tab) movesOn() {
	b.t.Helper()
	shown := "document.getElementById('time').textContent"
	was := ask[string](b, shown)
	b.wait(shown + " !== " + quote(was))
}
