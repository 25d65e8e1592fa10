package e2e

import (
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// arrows is an expression for how many arrows of the space-time diagram a selector picks.
func arrows(selector string) string {
	return "document.querySelectorAll('.space-arrow" + selector + "').length"
}

// diagram opens the tab of the space-time diagram with the moment in sight.
func (b *tab) diagram(ms float64) {
	b.t.Helper()
	ask[any](b, "document.getElementById('tab-spacetime').click(), null")
	ask[any](b, "window.zabscope.seek("+number(ms)+"), null")
	b.until("the moment", func(s state) bool { return near(s.Time, ms) })
	b.wait("document.querySelectorAll('.space-life').length >= 5")
	b.wait("!document.querySelector('.space-now').hasAttribute('data-out')")
}

// plotted is the point of the picture at a share of the window, on a lane counted from the first.
func (b *tab) plotted(share, lane float64) point {
	b.t.Helper()
	return ask[point](b, fmt.Sprintf(`(() => {
		const line = document.querySelectorAll(".space-tick")[0].getBoundingClientRect();
		const box = document.querySelector(".space-picture").getBoundingClientRect();
		const lanes = document.querySelectorAll(".space-name").length;
		return {
			x: box.left + 62 + %g * (box.width - 68),
			y: line.top + (%g + 0.5) * line.height / lanes,
		};
	})()`, share, lane))
}

var spanOf = regexp.MustCompile(`^([\d.]+)–([\d.]+) s`)

// window reads which window of time is in sight, in ms.
func (b *tab) window() (from, to float64) {
	b.t.Helper()
	m := spanOf.FindStringSubmatch(
		ask[string](b, "document.getElementById('space-span').textContent"))
	require.Len(b.t, m, 3)
	from, _ = strconv.ParseFloat(m[1], 64)
	to, _ = strconv.ParseFloat(m[2], 64)
	return 1000 * from, 1000 * to
}

// spans waits for a window that is so many ms wide, with the moment shown in it.
func (b *tab) spans(width float64) {
	b.t.Helper()
	b.until("the window", func(s state) bool {
		from, to := b.window()
		return to-from > width-2 && to-from < width+2 && from <= s.Time && s.Time <= to
	})
}

func TestSpacetimeShowsTheElectionAndGoesWhereOneClicks(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.diagram(120)
	b.wait(arrows(`[data-family=election]`) + " > 20")
	b.wait(arrows(`[data-family=sync]`) + " >= 8")
	b.wait("document.querySelector('.space-life[data-track=LEADING]')")
	b.wait("document.querySelector('.space-life[data-track=LOOKING]')")
	require.Contains(t, ask[string](b, "document.getElementById('space-plot').ariaLabel"),
		"5 life lines")
	require.Zero(t, ask[int](b, arrows(`[data-family=heartbeat]`)))

	b.click(b.plotted(0.5, 4.4), 0)
	b.until("half of the window", func(s state) bool { return s.Time > 230 && s.Time < 270 })

	b.stroke(b.plotted(0.1, 0), b.plotted(0.2, 0), b.plotted(0.3, 0))
	b.wait("!document.getElementById('space-span').textContent.startsWith('0.000')")
	from, to := b.window()
	require.InDelta(t, 50, from, 3)
	require.InDelta(t, 150, to, 3)
}

func TestSpacetimeIsUsedWithTheKeyboard(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.diagram(120)
	b.wait(arrows("") + " > 50")
	ask[any](b, "document.getElementById('space-plot').focus(), null")
	b.keys(kb.ArrowLeft)
	b.until("a fiftieth of the window earlier", func(s state) bool { return near(s.Time, 110) })

	before := ask[string](b, "document.getElementById('particles').toDataURL()")
	b.focus(".space-arrow[tabindex='0']")
	b.keys(kb.ArrowRight)
	b.wait("document.activeElement === document.querySelectorAll('.space-arrow')[1]")
	said := ask[string](b, "document.activeElement.ariaLabel")
	require.Regexp(t, `^NOTIFICATION V→\d from node \d to node \d: sent at 0\.\d+ s, arrives`, said)
	b.wait("document.getElementById('space-says').textContent.includes('tells node')")
	b.wait("document.getElementById('space-says').textContent.includes(" + quote(said) + ")")
	b.wait("document.getElementById('particles').toDataURL() !== " + quote(before))
	b.shoot("space-chosen")
	b.keys("\r")
	sent := regexp.MustCompile(`at (0\.\d+) s`).FindStringSubmatch(said)
	at, err := strconv.ParseFloat(sent[1], 64)
	require.NoError(t, err)
	b.until("when it was sent", func(s state) bool {
		return s.Time > 1000*at-1 && s.Time < 1000*at+1
	})

	for _, c := range []struct {
		key   string
		width float64
	}{{"=", 250}, {"-", 500}, {"-", 1000}} {
		b.keys(c.key)
		b.spans(c.width)
	}
	b.hit("[data-action=space-later]")
	b.until("a later window", func(state) bool { from, _ := b.window(); return from >= 800 })
	b.hit("[data-action=space-earlier]")
	b.spans(1000)
}

func TestSpacetimeMarksWhatIsLost(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.command(":client A@4")
	b.command(":wait 1s")
	b.command(":partition 1,2|3,4,5")
	b.command("A: create /app 1")
	b.command(":wait 100ms")
	b.diagram(b.now().Time)
	b.wait(arrows("[data-state=dropped]") + " >= 2")
	require.Contains(t, ask[string](b,
		"document.querySelector('.space-arrow[data-state=dropped]').ariaLabel"), "lost")
	require.Contains(t, ask[string](b,
		"document.querySelector('.space-arrow[data-state=dropped] .space-head').outerHTML"), "L")
	b.wait("document.querySelectorAll('.space-apart').length === 2")
	b.wait("document.querySelectorAll('.space-rule').length === 1")

	b.hit("[data-action=space-list]")
	b.wait("document.querySelector('#space-body tr[data-state=dropped]')" +
		".textContent.includes('lost')")
	b.hit("#space-body .events-time")
	first := ask[float64](b,
		"Number(document.querySelector('#space-body .events-time').dataset.ms)")
	b.until("the first message", func(s state) bool { return near(s.Time, first) })
	b.accessible("the list of messages")
}

func TestSpacetimeIsSavedAsFiles(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	b.diagram(120)
	b.wait(arrows("") + " > 50")
	dir := t.TempDir()
	_, err := chromedp.Call(b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: "allow", DownloadPath: dir,
		BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID,
	})
	require.NoError(t, err)
	b.hit("[data-action=space-svg]")
	b.hit("[data-action=space-png]")
	b.hit("[data-action=space-mermaid]")
	read := func(name, last string) string {
		var text []byte
		require.Eventually(t, func() bool {
			text, _ = os.ReadFile(filepath.Join(dir, name))
			return strings.Contains(string(text), last)
		}, patience, 100*time.Millisecond)
		return string(text)
	}
	picture := read("zabscope-space-time.svg", "</svg>")
	require.NoError(t, xml.Unmarshal([]byte(picture), new(any)))
	require.Contains(t, picture, "<title>zabscope 0.000 s – 0.500 s</title>")
	require.Contains(t, picture, `stroke-dasharray="6px, 3px"`)
	require.NotContains(t, picture, "class=")

	read("zabscope-space-time.png", "IEND")
	file, err := os.Open(filepath.Join(dir, "zabscope-space-time.png"))
	require.NoError(t, err)
	dots, err := png.Decode(file)
	require.NoError(t, errors.Join(err, file.Close()))
	width := ask[int](b, "document.querySelector('#space-plot').clientWidth")
	require.Equal(t, 2*width, dots.Bounds().Dx())
	require.Greater(t, colors(dots), 5, "not an empty picture")

	story := read("zabscope-space-time.mmd", "Note over N1: FOLLOWING")
	require.True(t, strings.HasPrefix(story, "sequenceDiagram\n"), story)
	for _, line := range []string{
		"participant N5 as node 5", "N1->>N5: NOTIFICATION V→1", "Note over N5: LEADING",
		"N5->>N1: NEWLEADER NL e1",
	} {
		require.Contains(t, story, line)
	}
}

// colors counts the different colours of a picture.
func colors(picture image.Image) int {
	seen := map[color.Color]bool{}
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			seen[picture.At(x, y)] = true
		}
	}
	return len(seen)
}

// TestSpacetimeLooksRight takes the pictures that a reviewer looks at.
func TestSpacetimeLooksRight(t *testing.T) {
	for name, window := range map[string]size{
		"1440x900": desktop, "820x1180": {820, 1180}, "390x844": {390, 844},
	} {
		for lang, theme := range map[string]string{"zh": "light", "en": "dark"} {
			b := blank(t, window)
			b.prefer("prefers-color-scheme", theme)
			b.visit("/" + lang + "/play")
			b.elect()
			b.diagram(110)
			b.fits()
			b.shoot("space-" + name + "-" + lang + "-election")
			b.command(":wait 1s")
			b.command(":client A@4")
			b.command(":wait 1s")
			b.command("A: create /app 1")
			b.command(":wait 60ms")
			b.command(":partition 1,2|3,4,5")
			b.command("A: set /app 2")
			b.command(":wait 60ms")
			b.settle()
			b.fits()
			b.shoot("space-" + name + "-" + lang + "-split")
			b.accessible("the space-time diagram, " + name)
		}
	}
}

func TestSpacetimeKeepsToForcedColours(t *testing.T) {
	b := blank(t, desktop)
	b.prefer("forced-colors", "active")
	b.visit("/en/play")
	b.elect()
	b.diagram(120)
	b.wait(arrows("") + " > 50")
	colour := ask[string](b,
		"getComputedStyle(document.querySelector('.space-line')).stroke")
	require.Equal(t, ask[string](b, "getComputedStyle(document.body).color"), colour)
	b.shoot("space-forced")
}
