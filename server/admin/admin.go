// Package admin is what the operator of one node asks it, over HTTP: whether it lives, whether it
// is ready, and, where that was allowed when it started, to break its links.
package admin

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/zk"
)

// Node is the server that is asked; drive.Driver is one.
type Node interface {
	// Ask lets fn look at the node between two steps; false says that the node has ended.
	Ask(fn func(*node.Node)) bool
}

// Config is what the handler works with.
type Config struct {
	Node Node
	// Fault carries out one line of the command language, ":cut 1>4". Nil: there are no faults.
	Fault func(line string) error
	// Token is what a request for a fault must bring: Authorization: Bearer <token>.
	Token string
	// Trace takes the WebSocket of who listens to the node's trace. Nil: nobody can.
	Trace http.Handler
	// Metrics answers scrapes of Prometheus. Nil: there are none.
	Metrics http.Handler
}

const (
	answerMax = time.Second // a node that lives answers sooner
	asksMax   = 16
	lineMax   = 4 << 10
)

// New returns the handler of
//
//	GET  /livez   200 while the node takes steps
//	GET  /readyz  200 while it serves clients, with its role
//	GET  /metrics numbers, for Prometheus
//	GET  /trace   a WebSocket with what the node does
//	POST /faults  a line of the command language, which breaks or mends a link
func New(cfg Config) http.Handler {
	h := &handler{cfg: cfg, asking: make(chan struct{}, asksMax)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", h.live)
	mux.HandleFunc("GET /readyz", h.ready)
	if cfg.Metrics != nil {
		mux.Handle("GET /metrics", cfg.Metrics)
	}
	if cfg.Trace != nil {
		mux.Handle("GET /trace", cfg.Trace)
	}
	if cfg.Fault != nil {
		mux.HandleFunc("POST /faults", TakeLine(cfg.Token, cfg.Fault))
	}
	return mux
}

// Serve answers on the listener until ctx ends. The log is told of connections that break.
func Serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

type handler struct {
	cfg    Config
	asking chan struct{} // one for each question that the node has not answered
}

// status asks the node how it is. A node that is busy for long does not live.
func (h *handler) status() (s node.Status, lives bool) {
	select {
	case h.asking <- struct{}{}:
	default:
		return s, false
	}
	answer := make(chan node.Status, 1)
	go func() {
		defer func() { <-h.asking }()
		var s node.Status
		if h.cfg.Node.Ask(func(n *node.Node) { s = n.Status() }) {
			answer <- s
		}
		close(answer)
	}()
	timer := time.NewTimer(answerMax)
	defer timer.Stop()
	select {
	case s, lives = <-answer:
		return s, lives
	case <-timer.C:
		return s, false
	}
}

func (h *handler) live(w http.ResponseWriter, _ *http.Request) {
	if _, lives := h.status(); !lives {
		http.Error(w, "the node does not answer", http.StatusServiceUnavailable)
		return
	}
	_, _ = io.WriteString(w, "ok\n")
}

func (h *handler) ready(w http.ResponseWriter, _ *http.Request) {
	s, lives := h.status()
	switch {
	case !lives:
		http.Error(w, "the node does not answer", http.StatusServiceUnavailable)
	case !s.Serving && s.Role == zk.Looking:
		http.Error(w, "LOOKING: no leader is known", http.StatusServiceUnavailable)
	case !s.Serving:
		http.Error(w, s.Role.String()+" in "+s.Phase.String(), http.StatusServiceUnavailable)
	default:
		_, _ = fmt.Fprintf(w, "%s leader=%s epoch=%d zxid=%s\n", s.Role, s.Leader, s.Current,
			s.Applied)
	}
}

// TakeLine returns a handler that gives the line in a request's body to do, if the request brings
// the token. A browser on another page can bring neither the token nor the header.
func TakeLine(token string, do func(line string) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		given, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !isBearer || token == "" ||
			subtle.ConstantTimeCompare([]byte(given), []byte(token)) != 1 {
			http.Error(w, "this needs the token that was printed at the start",
				http.StatusUnauthorized)
			return
		}
		line, err := io.ReadAll(http.MaxBytesReader(w, r.Body, lineMax))
		if err != nil {
			http.Error(w, "a line is shorter than that", http.StatusRequestEntityTooLarge)
			return
		}
		if err := do(strings.TrimSpace(string(line))); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}
