package ui

import (
	"net/url"
	"strings"

	"github.com/zabscope/zabscope/web/text"
)

// fixtures names the set of components that depend on no model.
const fixtures = "fixtures"

// Book is the storybook opened at one set of components.
type Book struct {
	Text    text.Printer
	Assets  Assets
	Set     string // a sample's name, or "fixtures"
	Theme   string // auto, light or dark
	Stories []Story
}

// bookThemes are those that a page can have.
var bookThemes = []string{"auto", "light", "dark"}

// BuildBook opens the storybook as an address asks; what it does not know is the first of its kind.
func BuildBook(t text.Printer, a Assets, query url.Values) Book {
	b := Book{Text: t, Assets: a, Theme: bookThemes[0]}
	for _, theme := range bookThemes {
		if query.Get("theme") == theme {
			b.Theme = theme
		}
	}
	if b.Set = query.Get("set"); b.Set == fixtures {
		b.Stories = FixtureStories(t)
		return b
	}
	samples := Samples()
	chosen := samples[0]
	for _, s := range samples {
		if s.Name == b.Set {
			chosen = s
		}
	}
	b.Set, b.Stories = chosen.Name, Stories(chosen, t)
	return b
}

// sets are the names of all sets.
func (b Book) sets() []string {
	var names []string
	for _, s := range Samples() {
		names = append(names, s.Name)
	}
	return append(names, fixtures)
}

// href is the storybook's address with one thing changed.
func (b Book) href(set, theme string) string {
	return "?" + url.Values{"set": {set}, "theme": {theme}}.Encode()
}

// word is a theme's name.
func (b Book) word(theme string) string { return b.Text.T("js.theme." + theme) }

// other is the same set in another language.
func (b Book) other(lang text.Lang) string {
	short := map[text.Lang]string{text.ZH: "zh", text.EN: "en"}[lang]
	return "/" + short + "/ui" + b.href(b.Set, b.Theme)
}

// iconNames lists the symbols of the sprite.
func iconNames() []string {
	var names []string
	for _, part := range strings.Split(RenderString(Sprite()), `id="i-`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		names = append(names, name)
	}
	return names
}
