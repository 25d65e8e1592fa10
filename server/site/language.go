package site

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/web/text"
)

// languageCookie remembers which language a visitor saw last, for the address without one.
const languageCookie = "lang"

// languageKept is how long that is remembered.
const languageKept = 365 * 24 * time.Hour

// chooseLanguage sends a visitor of an address without a language to the same with one: the one
// seen last, else the one that the browser prefers.
func (s *site) chooseLanguage(w http.ResponseWriter, r *http.Request) {
	lang := languageOf(r)
	remember(w, r, lang)
	h := w.Header()
	h.Add("Vary", "Accept-Language, Cookie")
	h.Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/"+short(lang)+r.URL.Path, http.StatusFound)
}

// languageOf finds the language of a request whose address names none.
func languageOf(r *http.Request) text.Lang {
	if c, err := r.Cookie(languageCookie); err == nil {
		if lang, ok := text.ParseLang(c.Value); ok {
			return lang
		}
	}
	return preferred(r.Header.Get("Accept-Language"))
}

// remember keeps the language for the next visit of the root.
func remember(w http.ResponseWriter, r *http.Request, lang text.Lang) {
	if c, err := r.Cookie(languageCookie); err == nil && c.Value == short(lang) {
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: languageCookie, Value: short(lang), Path: "/", HttpOnly: true,
		MaxAge: int(languageKept.Seconds()), SameSite: http.SameSiteLaxMode,
	})
}

// short is the language as addresses spell it.
func short(lang text.Lang) string {
	if lang == text.ZH {
		return "zh"
	}
	return "en"
}

// preferred reads an Accept-Language header; English when it names no language of ours.
func preferred(accept string) text.Lang {
	best, bestWeight := text.EN, 0.0
	for item := range strings.SplitSeq(accept, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(item), ";")
		lang, ok := text.ParseLang(strings.TrimSpace(tag))
		if w := weight(params); ok && w > bestWeight {
			best, bestWeight = lang, w
		}
	}
	return best
}

// weight reads "q=0.5"; 1 when absent, 0 when unreadable.
func weight(params string) float64 {
	value, ok := strings.CutPrefix(strings.TrimSpace(params), "q=")
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return 0
	}
	return q
}
