package e2e

import (
	"fmt"
	"html"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// field returns what an input of the page holds.
func (b *tab) field(id string) string {
	b.t.Helper()
	return ask[string](b, "document.getElementById("+quote(id)+").value")
}

// set changes a control of the page as a person does.
func (b *tab) set(id, property, value string) {
	b.t.Helper()
	ask[any](b, fmt.Sprintf(`(() => {
		const e = document.getElementById(%s);
		e.%s = %s;
		e.dispatchEvent(new Event("change", {bubbles: true}));
		return null;
	})()`, quote(id), property, value))
}

func TestShareMakesALinkOfThisMomentOrOfTheStart(t *testing.T) {
	b := open(t, "/en/play?seed=7")
	b.elect()
	b.command(":kill leader")
	b.command(":wait 5s")
	want := b.fingerprint()
	b.pressOn(".header-share")
	b.wait("document.getElementById('share-link').value !== ''")
	now := b.field("share-link")
	require.Regexp(t, `^`+regexp.QuoteMeta(shared.origin)+`/en/play#s=1\.[\w-]+$`, now)
	length := ask[string](b, "document.getElementById('share-link-length').textContent")
	require.Equal(t, fmt.Sprintf("%d characters", len(now)), length)
	b.pressOn("[name=share-from][value=start]")
	b.wait("!document.getElementById('share-link').value.includes('#')")
	start := b.field("share-link")
	require.Equal(t, shared.origin+"/en/play?seed=7&nodes=5", start)
	b.pressOn("[data-what=link]")
	b.wait("document.getElementById('share-link-done').textContent !== ''")
	b.shoot("share-link")

	other := blank(t, desktop)
	other.do(chromedp.Navigate(now))
	other.wait("document.querySelector('#dialog-link')?.open")
	other.pressOn("[data-action=open-link]")
	other.ready()
	other.wait("!document.querySelector('#dialog-link').open")
	require.Equal(t, want, other.fingerprint())
}

// pasted takes the address out of the code of a frame, as a browser that is given it does.
func (b *tab) pasted() string {
	b.t.Helper()
	m := regexp.MustCompile(`^<iframe src="([^"]*)" .*></iframe>$`).FindStringSubmatch(
		b.field("share-code"))
	require.NotNil(b.t, m, b.field("share-code"))
	return html.UnescapeString(m[1])
}

func TestShareMakesTheCodeOfAFrame(t *testing.T) {
	b := open(t, "/zh/play/"+runtimeElection)
	b.pressOn(".header-share")
	b.pressOn("#tab-share-embed")
	b.pressOn("[name=share-from][value=start]")
	b.set("share-ui", "value", "'min'")
	b.set("share-theme", "value", "'dark'")
	b.set("share-lang", "value", "'en'")
	b.set("share-ctl", "checked", "false")
	b.set("share-autoplay", "checked", "true")
	b.wait("document.getElementById('share-code').value.includes('autoplay=1')")
	code := b.field("share-code")
	require.Contains(t, code, `height="400"`, "what the shape wants")
	require.Contains(t, code, `loading="lazy"`)
	require.NotContains(t, code, "style=", "a page with a strict policy would refuse it")
	src := b.pasted()
	require.True(t, strings.HasPrefix(src, shared.origin+"/en/embed/"+runtimeElection+"?"), src)
	for _, part := range []string{"ui=min", "theme=dark", "ctl=0", "autoplay=1", "seed="} {
		require.Contains(t, src, part)
	}
	b.shoot("share-embed")
	f := embed(t, strings.TrimPrefix(src, shared.origin), size{600, 400})
	f.inside.ready()
	require.Equal(t, "min", ask[string](f.inside, "document.documentElement.dataset.ui"))
	require.Zero(t, ask[int](f.inside, "document.querySelectorAll('.embed-note').length"))
}

func TestFrameReplaysAMomentAfterAClick(t *testing.T) {
	b := open(t, "/en/play?autoplay=0")
	b.elect()
	b.command(":kill leader")
	b.command(":wait 5s")
	want := b.fingerprint()
	b.pressOn(".header-share")
	b.pressOn("#tab-share-embed")
	b.wait("document.getElementById('share-code').value !== ''")
	f := embed(t, strings.TrimPrefix(b.pasted(), shared.origin), size{800, 560})
	f.press("#embed-start")
	f.inside.ready()
	require.Equal(t, want, f.inside.fingerprint(), "the click was the consent")
}

func TestShareSaysWhenARunIsTooLongForALink(t *testing.T) {
	b := open(t, "/en/play?autoplay=0")
	b.command(":client A")
	noise := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		name := strings.Map(func(rune) rune { return 'a' + noise.Int32N(26) },
			strings.Repeat("-", 200))
		b.command("A: create /" + name + " x")
	}
	b.pressOn(".header-share")
	b.wait("!document.getElementById('share-problem').hidden")
	problem := ask[string](b, "document.getElementById('share-problem').textContent")
	require.Contains(t, problem, "too long")
	require.Contains(t, problem, "Save it as a file")
	require.True(t, ask[bool](b, "document.querySelector('[data-what=link]').disabled"))
	b.opensElsewhere(b.savedRun())
	b.pressOn("[name=share-from][value=start]")
	b.wait("document.getElementById('share-problem').hidden")
	require.Contains(t, b.field("share-link"), "seed=")
}

// savedRun saves the run of the share dialog as a file, and returns what is in it.
func (b *tab) savedRun() string {
	b.t.Helper()
	dir := b.downloads()
	b.pressOn("[data-action=save-run]")
	var text []byte
	require.Eventually(b.t, func() bool {
		files, _ := filepath.Glob(filepath.Join(dir, "zabscope-play-*.json"))
		if len(files) == 1 {
			text, _ = os.ReadFile(files[0])
		}
		return len(text) > 0
	}, patience, 100*time.Millisecond)
	return string(text)
}

// opensElsewhere drops the file of this run on another page, and wants the same run there.
func (b *tab) opensElsewhere(text string) {
	b.t.Helper()
	drop := func(other *tab, text string) {
		ask[any](other, `((text) => {
			const dataTransfer = new DataTransfer();
			dataTransfer.items.add(new File([text], "run.json"));
			document.dispatchEvent(new DragEvent("drop", {dataTransfer, cancelable: true}));
		})(`+quote(text)+`)`)
	}
	other := open(b.t, "/zh/play?autoplay=0")
	drop(other, "no run")
	other.wait("document.querySelector('#toasts').textContent.includes('run.json')")
	drop(other, text)
	other.wait("document.querySelector('#dialog-link').open")
	other.pressOn("[data-action=open-link]")
	want := b.fingerprint()
	other.until("the same run", func(state) bool { return other.fingerprint() == want })
}

// TestNoLinkIsMadeThatCannotBeOpened packs a run whose lines are so alike that they would fit.
func TestNoLinkIsMadeThatCannotBeOpened(t *testing.T) {
	b := open(t, "/en/play?autoplay=0")
	said := ask[string](b, `(async () => {
		const main = document.querySelector("script[src$='/main.js']").src;
		const { pack } = await import(main.replace("main.js", "link.js"));
		const journal = Array(10001).fill({at: 0, step: 1, line: ":heal"});
		return pack({v: 1, t: 0, seed: 7, journal}).catch((e) => e.message);
	})()`)
	require.Contains(t, said, "too long for a link")
}

func TestShareFitsAPhone(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		b := blank(t, size{390, 844})
		b.prefer("prefers-color-scheme", "dark")
		b.visit("/" + lang + "/play?autoplay=0")
		b.pressOn(".header-more")
		b.pressOn(".header-share")
		b.pressOn("#tab-share-embed")
		b.wait("document.getElementById('share-code').value !== ''")
		b.fits()
		b.inSight("[data-what=code]")
		b.shoot("share-phone-" + lang)
	}
}
