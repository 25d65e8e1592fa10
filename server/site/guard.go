package site

import (
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// Policy is the Content-Security-Policy of every response. It allows our own files and nothing
// else: no inline script or style, no foreign host, and HTML only through the one Trusted Types
// policy of the page.
const Policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
	"img-src 'self' data: blob:; media-src blob:; font-src 'self'; connect-src 'self'; " +
	"worker-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; " +
	"form-action 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'; " +
	"trusted-types zabscope"

// framable is what Policy says about frames, and what it says for embeds.
const framable, framableAnywhere = "frame-ancestors 'self'", "frame-ancestors *"

// EmbedPolicy is Policy for the pages that other sites may put into a frame.
var EmbedPolicy = strings.Replace(Policy, framable, framableAnywhere, 1)

// MetaPolicy is Policy for a page that cannot send headers: browsers refuse frame-ancestors in a
// meta element and say so on the console.
var MetaPolicy = strings.Replace(Policy, framable+"; ", "", 1)

// noPowers turns off what no page of ours asks for, in frames too.
const noPowers = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

// guard stands before every route: it sets the security headers, and refuses strange hosts and
// every method that could have an effect.
type guard struct {
	knows  func(host string) bool // whether a Host header names this server
	next   http.Handler
	refuse func(w http.ResponseWriter, r *http.Request, status int)
}

// localHosts may always ask: they can only mean this machine.
var localHosts = []string{"localhost", "127.0.0.1", "::1"}

func (g guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Permissions-Policy", noPowers)
	setFraming(h, r.URL.Path)
	if !g.knows(r.Host) {
		g.refuse(w, r, http.StatusMisdirectedRequest)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		g.refuse(w, r, http.StatusMethodNotAllowed)
		return
	}
	g.next.ServeHTTP(w, r)
}

// Guard refuses requests for a host that knows does not know, whatever they are.
func Guard(knows func(host string) bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !knows(r.Host) {
			http.Error(w, "this server is not reached under that name",
				http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// forEmbeds are the addresses below which embeds lie. A misspelt one may be framed as well: its
// author must see the words that say so.
var forEmbeds = regexp.MustCompile(`^/(zh|en)/embed/`)

// setFraming says who may put the answer into a frame or use it there. An embed and the files that
// it is made of also work below a page that isolates itself with Cross-Origin-Embedder-Policy.
func setFraming(h http.Header, address string) {
	embed := forEmbeds.MatchString(address)
	if embed || strings.HasPrefix(address, "/assets/") {
		h.Set("Cross-Origin-Embedder-Policy", "require-corp")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	if embed {
		h.Set("Content-Security-Policy", EmbedPolicy)
		return
	}
	h.Set("Content-Security-Policy", Policy)
	h.Set("X-Frame-Options", "SAMEORIGIN") // for browsers that do not know frame-ancestors
}

// Knows returns whether a Host header names a server that listens on addr, which further hosts may
// stand for. A page of another site that rebinds its own name to 127.0.0.1 arrives with that name,
// and is refused. Beyond loopback any IP address may stand as the host: rebinding needs a name.
func Knows(addr string, hosts []string) func(host string) bool {
	names, literals := slices.Concat(localHosts, lower(hosts)), !IsLoopback(addr)
	return func(host string) bool {
		name := hostName(host)
		if slices.Contains(names, name) {
			return true
		}
		_, err := netip.ParseAddr(name)
		return literals && err == nil
	}
}

// hostName strips the port and the brackets of an IPv6 address.
func hostName(host string) string {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	return strings.ToLower(strings.TrimSuffix(name, "."))
}

// IsLoopback says whether a listen address can be reached from this machine only.
func IsLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
