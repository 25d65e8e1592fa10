package site

import (
	"net/http"
	"net/url"

	"github.com/gorilla/mux"

	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
)

// chooseBook sends a reader of the storybook to a language: the one of ?lang=, or their own.
func (s *site) chooseBook(w http.ResponseWriter, r *http.Request) {
	lang, ok := text.ParseLang(r.URL.Query().Get("lang"))
	if !ok {
		lang = languageOf(r)
	}
	to := url.URL{Path: "/" + short(lang) + "/ui", RawQuery: r.URL.RawQuery}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to.String(), http.StatusFound)
}

// book shows every component with the sample models. It is for those who work on the page, so an
// export has no such page.
func (s *site) book(w http.ResponseWriter, r *http.Request) {
	lang, _ := text.ParseLang(mux.Vars(r)["lang"])
	b := ui.BuildBook(text.In(lang), s.places().assets(), r.URL.Query())
	s.send(w, r, ui.Storybook(b))
}
