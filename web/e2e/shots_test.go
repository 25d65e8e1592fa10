package e2e

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// prefer makes the browser claim a preference of its user, "prefers-color-scheme", "dark".
func (b *tab) prefer(what, value string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: what, Value: value}},
	})
	require.NoError(b.t, err)
}

// scenes are the moments worth a picture.
var scenes = []struct {
	name  string
	lines []string
}{
	{"elected", []string{
		":client A@4", "A: create /app 1", ":wait 1s", "A: create -e /app/me 1", ":wait 1s",
		"A: set /app 2", ":wait 1s", "A: create -s /app/n- x", ":wait 1s",
	}},
	{"write", []string{"A: set /app 3", ":wait 22ms"}},
	{"split", []string{":partition 1,2|3,4,5", ":wait 15s"}},
	{"oldleader", []string{":partition 4,5|1,2,3", ":wait 6s"}},
}

func TestScreenshots(t *testing.T) {
	sizes := map[string]size{"1440x900": desktop, "800x560": {800, 560}}
	for name, window := range sizes {
		for _, lang := range []string{"zh", "en"} {
			for _, theme := range []string{"light", "dark"} {
				shot := fmt.Sprintf("%s-%s-%s", lang, theme, name)
				t.Run(shot, func(t *testing.T) {
					b := blank(t, window)
					b.prefer("prefers-color-scheme", theme)
					b.visit("/" + lang + "/play")
					b.elect()
					for _, scene := range scenes {
						for _, line := range scene.lines {
							b.command(line)
						}
						b.settle()
						b.fits()
						b.shoot(shot + "-" + scene.name)
						b.command(":heal")
						b.command(":wait 30s")
					}
				})
			}
		}
	}
}

// settle waits until the picture shows the moment that the simulator is at, and nothing moves.
func (b *tab) settle() {
	b.t.Helper()
	at := strconv.FormatFloat(math.Floor(b.now().Time)/1000, 'f', 3, 64)
	b.wait("document.querySelector('#time').textContent.startsWith(" + quote(at) + ")")
	b.wait("document.getAnimations().every(a => a.playState !== 'running' ||" +
		" a.effect.getComputedTiming().iterations === Infinity)")
	ask[any](b, "new Promise(done => requestAnimationFrame(() =>"+
		" requestAnimationFrame(() => done(null))))")
}

// fits wants the page to need no scrolling sideways.
func (b *tab) fits() {
	b.t.Helper()
	over := ask[float64](b,
		"document.documentElement.scrollWidth - document.documentElement.clientWidth")
	require.Zero(b.t, over, "the page is wider than its window")
}
