package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

func TestStorybookShowsEverySet(t *testing.T) {
	served(t)
	for _, set := range []string{"broadcast", "election", "partition", "fixtures"} {
		for lang, theme := range map[string]string{"zh": "dark", "en": "light"} {
			t.Run(set+"-"+lang, func(t *testing.T) {
				b := blank(t, size{1280, 2400})
				b.do(chromedp.Navigate(
					shared.origin + "/ui?lang=" + lang + "&set=" + set + "&theme=" + theme))
				require.NotZero(t, ask[int](b, "document.querySelectorAll('.story').length"))
				require.Equal(t, theme, ask[string](b, "document.documentElement.dataset.theme"))
				b.fits()
				b.shoot("book-" + set + "-" + lang)
			})
		}
	}
}
