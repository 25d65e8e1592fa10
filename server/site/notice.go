package site

import (
	"net/http"
	"strconv"

	"github.com/zabscope/zabscope/server/assets"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
)

// noticeSheets are the style sheets of a page with words only.
var noticeSheets = []string{"tokens", "base", "notice"}

// chooser is the page at the root of an export: a host of files cannot negotiate the language, so
// a script does, and where there are no scripts the visitor.
func chooser(a ui.Assets) notice {
	return notice{
		Assets: a, Key: "site.choose", First: text.ZH, Script: "js/choose.js",
		Links: []noticeLink{{Href: "", Key: "site.choose.go"}},
	}
}

// notFound answers an address that leads nowhere.
func (s *site) notFound(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, r, http.StatusNotFound)
}

// refuse answers with an error that says, in both languages, what is wrong and where to go on.
func (s *site) refuse(w http.ResponseWriter, r *http.Request, status int) {
	n := notice{
		Assets: s.places().assets(),
		Status: strconv.Itoa(status), Key: "site." + strconv.Itoa(status), First: languageOf(r),
	}
	if status == http.StatusNotFound {
		n.Links = []noticeLink{{Href: "/", Key: "site.home"}}
	}
	page, err := render(noticePage(n))
	if err != nil {
		http.Error(w, http.StatusText(status), status)
		return
	}
	h := w.Header()
	h.Set("Content-Type", assets.Type(".html"))
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(page)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(page) // the only failure is a browser that went away
	}
}
