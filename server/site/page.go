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
}

// path is the address after the language.
func (r route) path() string {
	if r.scenario == "" {
		return "/play"
	}
	return "/play/" + r.scenario
}

// places say how a page reaches the rest of the site: absolute on a server, relative in an export.
type places struct {
	root  string // of the site, ends with a slash
	build string
	hash  string // of the packed files
}

// page makes what the templates show; ok is false when there is no such scenario.
func (l *Library) page(r route, at places) (p ui.PageModel, ok bool) {
	lang := short(r.lang)
	p = ui.PageModel{
		Text: text.In(r.lang), Assets: ui.Assets{Base: at.root + "assets/" + at.hash + "/"},
		Base: at.root, Path: r.path(), Voters: freeVoters, Build: at.build,
	}
	for _, lesson := range l.All(lang) {
		p.Scenarios = append(p.Scenarios, ui.ScenarioLink{
			ID: lesson.Name, Title: lesson.Title, Current: lesson.Name == r.scenario,
		})
	}
	if r.scenario == "" {
		return p, true
	}
	lesson, ok := l.Find(lang, r.scenario)
	if !ok {
		return p, false
	}
	p.Scenario = at.root + "scenarios/" + lang + "/" + lesson.Name + ".md"
	p.Lesson = lesson.Shown
	return p, true
}

// play shows the playground, empty or with a scenario.
func (s *site) play(w http.ResponseWriter, r *http.Request) {
	v := mux.Vars(r)
	lang, _ := text.ParseLang(v["lang"])
	model, ok := s.lessons.page(route{lang: lang, scenario: v["scenario"]}, s.places())
	if !ok {
		s.notFound(w, r)
		return
	}
	remember(w, r, lang)
	s.send(w, r, ui.Page(model))
}

// places of a page that this server sends.
func (s *site) places() places {
	return places{root: "/", build: s.build, hash: s.page.Manifest().Hash}
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
