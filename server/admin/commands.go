package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// Commands is what the AdminServer answers with.
type Commands struct {
	// Names are the commands that the first page lists.
	Names []string
	// Run answers a command with what becomes a JSON object.
	Run func(name string, args map[string]string) any
	// URL is the path of the first page, "/commands".
	URL string
	// Local says that the address is of this machine only, so that a Host header must be, too.
	Local bool
}

// NewCommands returns the handler of Apache's AdminServer: a page that lists the commands, and each
// of them below it. Some have an effect, by GET as Apache's have; so a page of another site, which
// can make a browser ask, is refused.
func NewCommands(c Commands) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+c.URL, c.list)
	mux.HandleFunc("GET "+c.URL+"/{$}", c.list)
	mux.HandleFunc("GET "+c.URL+"/{name}", c.answer)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		if c.Local && !isLocal(r.Host) {
			http.Error(w, "this server has another name", http.StatusMisdirectedRequest)
			return
		}
		if isForeign(r) {
			http.Error(w, "pages of other sites may not ask this", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// isForeign says whether a browser asks for a page of another site.
func isForeign(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return r.Header.Get("Origin") != "" || site == "cross-site" || site == "same-site"
}

func isLocal(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.Trim(name, "[]")
	return strings.EqualFold(name, "localhost") || net.ParseIP(name).IsLoopback()
}

func (c Commands) list(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html;charset=utf-8")
	for _, name := range c.Names {
		_, _ = fmt.Fprintf(w, "<a href=\"%s/%s\">%s</a>\n<br/>\n", c.URL, name, name)
	}
}

func (c Commands) answer(w http.ResponseWriter, r *http.Request) {
	args := map[string]string{}
	for name, values := range r.URL.Query() {
		args[name] = values[0]
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(c.Run(r.PathValue("name"), args)); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	_, _ = w.Write(b.Bytes())
}
