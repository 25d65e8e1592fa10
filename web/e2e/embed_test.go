package e2e

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// framed is an embed in a page of another site: the tab shows the page, inside is the frame.
type framed struct {
	*tab
	inside *tab
}

// blog is somebody's page with one frame; attributes are those of the frame beside its address.
func blog(t *testing.T, address string, frame size, attributes string) (origin string) {
	t.Helper()
	page := fmt.Sprintf(`<!doctype html><html lang="en"><meta charset="utf-8"><title>A blog</title>
		<p>Before <input id="comment"></p>
		<iframe src="%s" title="zabscope" width="%d" height="%d" frameborder="0" %s></iframe>`,
		html.EscapeString(address), frame.width, frame.height, attributes)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprint(w, page) // the only failure is a browser that went away
	}))
	t.Cleanup(server.Close)
	// Another site, not only another port, so that the browser keeps the frame in another process.
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

// embed opens somebody's page with a frame of ours in it.
func embed(t *testing.T, path string, frame size) framed {
	t.Helper()
	b := blank(t, size{frame.width + 40, frame.height + 100})
	b.do(chromedp.Navigate(blog(t, shared.origin+path, frame, "") + "/"))
	return framed{b, b.frame()}
}

// frame returns the page inside the first frame that belongs to another site.
func (b *tab) frame() *tab {
	b.t.Helper()
	var id target.ID
	for end := time.Now().Add(patience); id == "" && time.Now().Before(end); {
		b.mu.Lock()
		id = b.framed
		b.mu.Unlock()
		time.Sleep(10 * time.Millisecond)
	}
	require.NotEmpty(b.t, id, "no frame of another site")
	f := &tab{t: b.t, helpers: map[target.SessionID]target.ID{}}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(id),
		chromedp.WithListener(f.hear))
	b.t.Cleanup(cancel)
	f.ctx = ctx
	f.do()
	b.t.Cleanup(func() {
		if !b.t.Failed() {
			require.Empty(b.t, f.heard(), "the console of the frame is not clean")
		}
	})
	f.wait("document.readyState === 'complete'")
	return f
}

// press clicks the middle of an element in the frame, with the pointer of the whole page.
func (f framed) press(selector string) {
	f.t.Helper()
	at := ask[point](f.inside, fmt.Sprintf(`(() => {
		const r = document.querySelector(%s).getBoundingClientRect();
		return {x: r.x + r.width / 2, y: r.y + r.height / 2};
	})()`, quote(selector)))
	frame := ask[point](f.tab, `(() => {
		const r = document.querySelector("iframe").getBoundingClientRect();
		return {x: r.x, y: r.y};
	})()`)
	f.do(chromedp.MouseClickXY(frame.X+at.X, frame.Y+at.Y))
}

func TestEmbedPlaysInAnotherSite(t *testing.T) {
	f := embed(t, "/en/embed/"+runtimeElection+"?ui=min&speed=1000", size{600, 400})
	require.Zero(t, ask[int](f.inside, "document.querySelectorAll('.header').length"))
	require.Empty(t, f.inside.workers(), "nothing runs before it is wanted")
	f.press("#embed-start")
	f.inside.ready()
	f.inside.wait("document.querySelector('.live[data-state=done]')")
	f.inside.wait("document.querySelectorAll('.live[data-state=done]').length === 4")
	require.Empty(t, f.inside.now().Violations)
	failed := "document.querySelectorAll('.live-checks [data-state=failed]').length"
	require.Zero(t, ask[int](f.inside, failed))
	require.Equal(t, fingerprintOf(t, runtimeElection), f.inside.fingerprint())
	f.inside.stayedWithin(shared.origin)
}

func TestEmbedPausesAndListensToKeysOnlyAfterAClick(t *testing.T) {
	f := embed(t, "/en/embed/play?ctl=0&autoplay=1", size{800, 560})
	f.inside.ready()
	f.inside.wait("document.querySelector('[data-action=play]').ariaPressed === 'true'")
	f.inside.do(chromedp.Evaluate[chromedp.Void](
		"document.dispatchEvent(new KeyboardEvent('keydown', {key: ' ', bubbles: true}))"))
	ask[any](f.inside, "window.zabscope.state()") // a round trip
	require.Equal(t, "true",
		ask[string](f.inside, "document.querySelector('[data-action=play]').ariaPressed"))
	f.press("[data-action=play]")
	f.inside.wait("document.querySelector('[data-action=play]').ariaPressed === 'false'")
	f.inside.do(chromedp.Evaluate[chromedp.Void](
		"document.dispatchEvent(new KeyboardEvent('keydown', {key: ' ', bubbles: true}))"))
	f.inside.wait("document.querySelector('[data-action=play]').ariaPressed === 'true'")
}

func TestEmbedDoesNotPlayByItselfWithReducedMotion(t *testing.T) {
	b := blank(t, size{800, 560})
	b.prefer("prefers-reduced-motion", "reduce")
	for _, path := range []string{"play", runtimeElection} {
		b.visit("/en/embed/" + path + "?ctl=0&autoplay=1&ui=min")
		at := b.now().Time
		ask[any](b, "new Promise((done) => setTimeout(() => done(null), 300))")
		require.Equal(t, at, b.now().Time)
	}
}

func TestEmbedSaysWhichParametersItCannotUse(t *testing.T) {
	for lang, words := range map[string]string{"en": "cannot be used", "zh": "用不了"} {
		t.Run(lang, func(t *testing.T) {
			b := blank(t, size{800, 560})
			b.navigate("/" + lang + "/embed/" + runtimeElection + "?ui=huge&speed=fast&step=99" +
				"&theme=pink&autoplay=yes&ctl=%3Cb%3E&seed=-1&lang=fr&utm_source=blog")
			b.wait("document.querySelectorAll('.embed-note').length === 8")
			for name, parts := range map[string][]string{
				"ui": {"huge", "full"}, "speed": {"fast", "10000"}, "step": {"99", "crash"},
				"theme": {"pink", "auto"}, "autoplay": {"yes", "0"}, "ctl": {"<b>", "1"},
				"seed": {"-1"}, "lang": {"fr", lang},
			} {
				text := ask[string](b, fmt.Sprintf(`[...document.querySelectorAll(".embed-note")]
					.map((n) => n.innerText).find((s) => s.startsWith("%s=")) ?? ""`, name))
				require.Contains(t, text, words)
				for _, part := range parts {
					require.Contains(t, text, part)
				}
			}
			require.Equal(t, 5, ask[int](b, "document.querySelectorAll('[data-server]').length"))
			ask[any](b, "document.querySelector('.embed-note-close').click()")
			b.wait("document.querySelectorAll('.embed-note').length === 7")
			ask[any](b, "document.querySelector('#embed-start').click()")
			b.ready()
		})
	}
}

func TestEmbedTakesItsParameters(t *testing.T) {
	b := blank(t, size{800, 560})
	b.navigate("/en/embed/" + runtimeElection +
		"?lang=zh&theme=dark&ui=stage&seed=9&speed=50&step=2&ctl=0")
	b.arrive("location.pathname.includes('/zh/embed/')")
	b.ready()
	require.Zero(t, ask[int](b, "document.querySelectorAll('.embed-note').length"))
	require.Equal(t, "dark", ask[string](b, "document.documentElement.dataset.theme"))
	require.Equal(t, "stage", ask[string](b, "document.documentElement.dataset.ui"))
	require.Contains(t, ask[string](b, "document.querySelector('#speed-value').textContent"), "50")
	require.Equal(t, "done", ask[string](b, "document.querySelector('#live-crash').dataset.state"))
	href := ask[string](b, "document.querySelector('#embed-open').href")
	require.Contains(t, href, "/zh/play/"+runtimeElection)
	require.Contains(t, href, "seed=9&speed=50&step=2")
}

func TestEmbedWithoutAnOriginPointsToANewTab(t *testing.T) {
	b := blank(t, size{860, 660})
	address := blog(t, shared.origin+"/zh/embed/play?ui=min", size{800, 560},
		`sandbox="allow-scripts allow-popups"`)
	b.do(chromedp.Navigate(address + "/"))
	inside := b.frame()
	inside.wait("getComputedStyle(document.querySelector('#embed-why')).display === 'block'")
	why := ask[string](inside, "document.querySelector('#embed-why').innerText")
	require.Contains(t, why, "allow-same-origin")
	require.Contains(t, why, "/zh/play")
	require.Equal(t, "none",
		ask[string](inside, "getComputedStyle(document.querySelector('#embed-start')).display"))
}

func TestOnlyEmbedsCanBeFramed(t *testing.T) {
	served(t)
	for path, shown := range map[string]bool{
		"/en/embed/play": true, "/en/embed/no-such-lesson": true,
		"/en/play": false, "/zh/": false, "/en/play/" + runtimeElection: false,
	} {
		t.Run(strings.Trim(path, "/"), func(t *testing.T) {
			b := blank(t, size{860, 660})
			b.do(chromedp.Navigate(blog(t, shared.origin+path, size{800, 560}, "") + "/"))
			inside := b.frame()
			ours := ask[bool](inside, "document.documentElement.dataset.theme !== undefined")
			require.Equal(t, shown, ours)
			b.forgive("frame", "Refused", "404", "ERR_BLOCKED_BY_RESPONSE")
			inside.forgive("frame", "Refused", "404", "ERR_BLOCKED_BY_RESPONSE")
		})
	}
}

// arrive waits for an expression to become true while the page may be replaced by another.
func (b *tab) arrive(expression string) {
	b.t.Helper()
	there := false
	for end := time.Now().Add(patience); !there && time.Now().Before(end); {
		there, _ = chromedp.Run(b.ctx, chromedp.Evaluate[bool](expression)) // an error is "not yet"
		time.Sleep(20 * time.Millisecond)
	}
	require.True(b.t, there, expression)
}

// embedShapes are the frames that authors make. One that leads has no room for the lesson's text:
// it begins to play the lesson by itself.
var embedShapes = map[string]struct {
	window size
	ui     string
	leads  bool
}{
	"full-800x560":   {size{800, 560}, "full", false},
	"full-745x400":   {size{745, 400}, "full", false},
	"full-360x480":   {size{360, 480}, "full", true},
	"full-1280x720":  {size{1280, 720}, "full", false},
	"full-320x256":   {size{320, 256}, "full", true},
	"min-600x400":    {size{600, 400}, "min", true},
	"stage-600x400":  {size{600, 400}, "stage", true},
	"stage-1280x720": {size{1280, 720}, "stage", true},
}

func TestEmbedsFitTheirFrames(t *testing.T) {
	for name, shape := range embedShapes {
		for _, look := range []struct{ lang, theme string }{{"zh", "light"}, {"en", "dark"}} {
			t.Run(name+"-"+look.lang, func(t *testing.T) {
				b := blank(t, shape.window)
				b.navigate("/" + look.lang + "/embed/" + runtimeElection + "?ui=" + shape.ui +
					"&theme=" + look.theme)
				b.shoot("embed-" + name + "-" + look.lang + "-poster")
				ask[any](b, "document.querySelector('#embed-start').click()")
				b.ready()
				if shape.leads {
					b.wait("document.querySelector('[data-action=play]').ariaPressed === 'true'")
					ask[any](b, "document.querySelector('[data-action=play]').click()")
					b.wait("document.querySelector('[data-action=play]').ariaPressed === 'false'")
				}
				b.settle()
				b.fits()
				b.inSight("[data-action=play]")
				b.inSight("#embed-open")
				b.inSight("[data-server='4']")
				b.shoot("embed-" + name + "-" + look.lang)
			})
		}
	}
}

// inSight wants an element to be visible, and wholly within the window.
func (b *tab) inSight(selector string) {
	b.t.Helper()
	ok := ask[bool](b, fmt.Sprintf(`(() => {
		const e = document.querySelector(%s), r = e.getBoundingClientRect();
		const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
		return e.checkVisibility() && r.width > 0 && r.top >= 0 && r.left >= 0 &&
			r.bottom <= innerHeight && r.right <= innerWidth && e.contains(top);
	})()`, quote(selector)))
	require.True(b.t, ok, "%s is not in sight", selector)
}
