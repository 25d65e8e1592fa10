package site

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/zabscope/zabscope/server/assets"
)

// Config is what a site is made of.
type Config struct {
	Page      *assets.Bundle // the packed page
	Scenarios fs.FS          // scenario texts: NAME.md in English, zh/NAME.md in Chinese
	Addr      string         // the listen address; beyond loopback any IP may stand as the host
	Hosts     []string       // further names under which the site is reached
	Live      string         // where the page finds real servers; "" where there are none
	Build     string         // names the build in what people report
}

// site answers requests.
type site struct {
	page    *assets.Bundle
	lessons *Library
	live    string
	build   string
}

// New builds the handler of the whole site.
func New(c Config) (http.Handler, error) {
	lessons, err := OpenLibrary(c.Scenarios)
	if err != nil {
		return nil, err
	}
	s := &site{page: c.Page, lessons: lessons, live: c.Live, build: c.Build}
	return guard{
		knows:  Knows(c.Addr, c.Hosts),
		next:   s.routes(),
		refuse: s.refuse,
	}, nil
}

func (s *site) routes() http.Handler {
	r := mux.NewRouter()
	r.NotFoundHandler = http.HandlerFunc(s.notFound)
	r.HandleFunc("/", s.chooseLanguage)
	r.HandleFunc("/play", s.chooseLanguage)
	r.HandleFunc("/favicon.ico", s.icon)
	r.HandleFunc("/assets/{hash}/{name:.+}", s.asset)
	r.HandleFunc("/scenarios/{lang:zh|en}/{name}.md", s.scenario)
	r.HandleFunc("/{lang:zh|en}", s.addSlash)
	r.HandleFunc("/{lang:zh|en}/", s.home)
	r.HandleFunc("/{lang:zh|en}/learn", s.home)
	r.HandleFunc("/{lang:zh|en}/play", s.play)
	r.HandleFunc("/{lang:zh|en}/play/", s.dropSlash)
	r.HandleFunc("/{lang:zh|en}/play/{scenario}", s.play)
	r.HandleFunc("/{lang:zh|en}/play/{scenario}/", s.dropSlash)
	r.HandleFunc("/ui", s.chooseBook)
	r.HandleFunc("/{lang:zh|en}/ui", s.book)
	r.HandleFunc("/{lang:zh|en}/embed/play", s.embed)
	r.HandleFunc("/{lang:zh|en}/embed/{scenario}", s.embed)
	r.HandleFunc("/{lang:zh|en}/embed/{scenario}/", s.dropSlash)
	return r
}

// asset sends a packed file. A wrong hash is an old page's: the file is gone.
func (s *site) asset(w http.ResponseWriter, r *http.Request) {
	v := mux.Vars(r)
	if v["hash"] != s.page.Manifest().Hash || !s.page.ServeFile(w, r, v["name"]) {
		s.notFound(w, r)
	}
}

// icon is asked for by browsers that have seen no page yet.
func (s *site) icon(w http.ResponseWriter, r *http.Request) {
	if !s.page.ServeFile(w, r, "icons/favicon.svg") {
		s.notFound(w, r)
	}
}

// addSlash sends /zh to /zh/.
func (s *site) addSlash(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, r.URL.Path+"/", http.StatusMovedPermanently)
}

// dropSlash sends /zh/play/, the address that an export has, to /zh/play.
func (s *site) dropSlash(w http.ResponseWriter, r *http.Request) {
	to := url.URL{Path: strings.TrimRight(r.URL.Path, "/"), RawQuery: r.URL.RawQuery}
	http.Redirect(w, r, to.String(), http.StatusMovedPermanently)
}

// scenario sends a scenario's text, which the Worker parses and runs.
func (s *site) scenario(w http.ResponseWriter, r *http.Request) {
	v := mux.Vars(r)
	lesson, ok := s.lessons.Find(v["lang"], v["name"])
	if !ok {
		s.notFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	assets.ServeBytes(w, r, assets.Type(".md"), lesson.Tag, lesson.Text)
}

func lower(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.ToLower(n)
	}
	return out
}

// Limits of the HTTP server: a visitor that is slower than this is cut off.
const (
	headerTimeout   = 5 * time.Second
	readTimeout     = 10 * time.Second
	writeTimeout    = time.Minute
	idleTimeout     = 2 * time.Minute
	headerBytesMax  = 16 << 10
	shutdownTimeout = 3 * time.Second
)

// Serve answers on the listener until ctx ends, then lets running answers finish. The log is told
// of connections that break.
func Serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    headerBytesMax,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
		defer cancel()
		stopped <- server.Shutdown(last)
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve on %s: %w", l.Addr(), err)
	}
	return <-stopped
}
