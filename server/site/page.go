package site

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"github.com/a-h/templ"
	"github.com/gorilla/mux"

	"github.com/zabscope/zabscope/server/assets"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
)

// freeVoters is the free playground: five servers that have not been started.
const freeVoters = 5

// route names one page of the playground.
type route struct {
	lang     text.Lang
	scenario string // "" for free play
	embed    bool   // for the frame of another site
	home     bool   // the front page
}

// path is the address after the language.
func (r route) path() string {
	switch {
	case r.home:
		return "/"
	case r.embed && r.scenario == "":
		return "/embed/play"
	case r.embed:
		return "/embed/" + r.scenario
	case r.scenario == "":
		return "/play"
	}
	return "/play/" + r.scenario
}

// address is the page's folder in an export, "en/play/".
func (r route) address() string {
	if r.home {
		return short(r.lang) + "/"
	}
	return short(r.lang) + r.path() + "/"
}

// component is the page itself.
func (r route) component(p ui.PageModel) templ.Component {
	switch {
	case r.home:
		return ui.Home(ui.BuildHome(p))
	case r.embed:
		return ui.EmbedPage(p)
	}
	return ui.Page(p)
}

// routes lists every page of the site in both languages.
func (l *Library) routes() []route {
	var all []route
	for _, lang := range []text.Lang{text.ZH, text.EN} {
		all = append(all, route{lang: lang, home: true}, route{lang: lang},
			route{lang: lang, embed: true})
		for _, lesson := range l.All(short(lang)) {
			all = append(all, route{lang: lang, scenario: lesson.Name},
				route{lang: lang, scenario: lesson.Name, embed: true})
		}
	}
	return all
}

// places say how a page reaches the rest of the site: absolute on a server, relative in an export.
type places struct {
	root  string // of the site, ends with a slash
	build string
	hash  string // of the packed files
	wasm  int64  // bytes of the simulator, not compressed
}

// page makes what the templates show; ok is false when there is no such scenario.
func (l *Library) page(r route, at places) (p ui.PageModel, ok bool) {
	lang := short(r.lang)
	p = ui.PageModel{
		Text: text.In(r.lang), Assets: at.assets(), Base: at.root, Path: r.path(),
		Voters: freeVoters, Build: at.build, WasmSize: at.wasm,
	}
	lesson, ok := l.Find(lang, r.scenario)
	p.Scenarios = l.links(p, lang, lesson)
	p.Model = l.free
	if all := l.All(lang); r.home && len(all) > 0 {
		p.Model = all[0].Still
		p.Museum = l.links(p, lang, Lesson{folder: museum})
	}
	if r.scenario == "" {
		return p, true
	}
	if !ok {
		return p, false
	}
	p.Scenario = at.root + "scenarios/" + lang + "/" + lesson.Name + ".md"
	p.Lesson, p.Model = lesson.Shown, lesson.Still
	for _, link := range p.Scenarios {
		if link.Current {
			p.Lesson.Place, p.Lesson.Of = link.Place, len(p.Scenarios)
		}
	}
	if next, ok := l.after(lang, lesson); ok {
		link := l.link(p, next)
		p.Lesson.Next = &link
	}
	return p, true
}

// links are the lessons of the current one's folder, for menus.
func (l *Library) links(p ui.PageModel, lang string, current Lesson) []ui.ScenarioLink {
	var all []ui.ScenarioLink
	for i, lesson := range l.in(current.folder, lang) {
		link := l.link(p, lesson)
		link.Place = i + 1
		link.Current = lesson.Name == current.Name
		all = append(all, link)
	}
	return all
}

func (l *Library) link(p ui.PageModel, lesson Lesson) ui.ScenarioLink {
	return ui.ScenarioLink{
		ID: lesson.Name, Title: lesson.Title, Href: p.Href(p.Text.Lang, "/play/"+lesson.Name),
		Level: lesson.Shown.Level, Minutes: lesson.Shown.Minutes, Steps: len(lesson.Shown.Steps),
		Version: lesson.Shown.Version,
	}
}

// home shows the front page.
func (s *site) home(w http.ResponseWriter, r *http.Request) {
	lang, _ := text.ParseLang(mux.Vars(r)["lang"])
	s.show(w, r, route{lang: lang, home: true})
}

// play shows the playground, empty or with a scenario.
func (s *site) play(w http.ResponseWriter, r *http.Request) {
	v := mux.Vars(r)
	lang, _ := text.ParseLang(v["lang"])
	s.show(w, r, route{lang: lang, scenario: v["scenario"]})
}

// embed shows the playground for the frame of another site.
func (s *site) embed(w http.ResponseWriter, r *http.Request) {
	v := mux.Vars(r)
	lang, _ := text.ParseLang(v["lang"])
	s.show(w, r, route{lang: lang, scenario: v["scenario"], embed: true})
}

// show answers with a page. Embeds set no cookie: their visitor did not come to us.
func (s *site) show(w http.ResponseWriter, r *http.Request, at route) {
	model, ok := s.lessons.page(at, s.places())
	if !ok {
		s.notFound(w, r)
		return
	}
	if !at.embed {
		model.Live = s.live
		remember(w, r, at.lang)
	}
	s.send(w, r, at.component(model))
}

// places of a page that this server sends.
func (s *site) places() places {
	return placesOf(s.page, "/", s.build)
}

// send renders a component and answers with it.
func (s *site) send(w http.ResponseWriter, r *http.Request, c templ.Component) {
	html, err := render(c)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	sum := sha256.Sum256(html)
	assets.ServeBytes(w, r, assets.Type(".html"), hex.EncodeToString(sum[:8]), html)
}

func render(c templ.Component) ([]byte, error) {
	var out bytes.Buffer
	if err := c.Render(context.Background(), &out); err != nil {
		return nil, fmt.Errorf("render a page: %w", err)
	}
	return out.Bytes(), nil
}
