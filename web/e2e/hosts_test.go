package e2e

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/scenarios"
	"github.com/zabscope/zabscope/server/assets"
	"github.com/zabscope/zabscope/server/site"
	"github.com/zabscope/zabscope/static"
)

// subPath is where an exported site lies on its host.
const subPath = "/x/y"

// siteKind chooses which site the tests run against: ZABSCOPE_SITE=export takes the exported files
// on a plain web server, below a path, instead of the handler of `zabscope play`.
func siteKind() string { return os.Getenv("ZABSCOPE_SITE") }

// served says that a test needs what only our own server does.
func served(t testing.TB) {
	t.Helper()
	if siteKind() == "export" {
		t.Skip("needs the server's headers")
	}
}

// origins starts the two sites that the tests share: one that works and one without a simulator.
func (s *stand) origins(ctx context.Context, page *assets.Bundle) (stop func(), err error) {
	stop = func() {}
	begin := func(missing string) (string, error) { return serve(ctx, page, missing) }
	if siteKind() == "export" {
		dir, err := os.MkdirTemp("", "zabscope-export-")
		if err != nil {
			return stop, err
		}
		stop = func() { _ = os.RemoveAll(dir) } // a leftover in the temporary folder does no harm
		config := site.Config{Page: page, Scenarios: scenarios.FS}
		if _, err := site.Export(site.Target{Dir: dir}, config); err != nil {
			return stop, err
		}
		begin = func(missing string) (string, error) {
			return listen(ctx, without(missing, files(dir)), subPath)
		}
	}
	if s.origin, err = begin(""); err == nil {
		s.lame, err = begin(".wasm")
	}
	return stop, err
}

// files serves a folder below subPath, as any web host would.
func files(dir string) http.Handler {
	host := http.NewServeMux()
	plain := http.StripPrefix(subPath, http.FileServer(http.Dir(dir)))
	host.Handle(subPath+"/", plain)
	return host
}

// without answers 404 for the files that end in missing, unless that is "".
func without(missing string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if missing != "" && strings.HasSuffix(r.URL.Path, missing) {
			http.NotFound(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// listen answers on a free port until ctx ends; the site begins at below.
func listen(ctx context.Context, h http.Handler, below string) (origin string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go func() { _ = site.Serve(ctx, l, h, slog.New(slog.DiscardHandler)) }()
	return "http://" + l.Addr().String() + below, nil
}

// exported writes the site as files and serves them below subPath. Change may alter the host.
func exported(t *testing.T, change func(http.Handler) http.Handler) (root string) {
	t.Helper()
	need(t)
	packed, err := assets.Open(static.Dist())
	require.NoError(t, err)
	dir := t.TempDir()
	_, err = site.Export(site.Target{Dir: dir}, site.Config{
		Page: packed, Scenarios: scenarios.FS,
	})
	require.NoError(t, err)
	server := httptest.NewServer(change(files(dir)))
	t.Cleanup(server.Close)
	return server.URL + subPath
}

// careless is a host that knows the types of few files.
func careless(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path.Ext(r.URL.Path) {
		case ".wasm", ".md":
			w.Header().Set("Content-Type", "application/octet-stream")
		}
		h.ServeHTTP(w, r)
	})
}

// usual leaves a host as it is.
func usual(h http.Handler) http.Handler { return h }
