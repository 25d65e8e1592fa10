package ui

import "github.com/zabscope/zabscope/web/text"

// ShareOption is one value that an embed's parameter can have.
type ShareOption struct {
	Value, Word string
	Chosen      bool
}

// shareShapes are the values of ui, the usual one first.
func shareShapes(t text.Printer) []ShareOption {
	return []ShareOption{
		{Value: "full", Word: t.T("share.ui.full"), Chosen: true},
		{Value: "min", Word: t.T("share.ui.min")},
		{Value: "stage", Word: t.T("share.ui.stage")},
	}
}

// shareThemes are the values of theme, the usual one first.
func shareThemes(t text.Printer) []ShareOption {
	return []ShareOption{
		{Value: "auto", Word: t.T("js.theme.auto"), Chosen: true},
		{Value: "light", Word: t.T("js.theme.light")},
		{Value: "dark", Word: t.T("js.theme.dark")},
	}
}

// shareLanguages are the languages of the page, by their names in themselves.
func shareLanguages(t text.Printer) []ShareOption {
	return []ShareOption{
		{Value: "zh", Word: text.ZH.Name(), Chosen: t.Lang == text.ZH},
		{Value: "en", Word: text.EN.Name(), Chosen: t.Lang == text.EN},
	}
}
