// Package http stands in for net/http in the simulator, see ../print.
//
// It has the names that templ mentions and nothing behind them: the Worker renders components to
// strings and never answers a request. Whoever needs a real net/http there gets a compile error.
package http

import (
	"context"
	"io"
)

// StatusInternalServerError is 500.
const StatusInternalServerError = 500

// Header holds the fields of an answer.
type Header map[string][]string

// Add appends a value.
func (h Header) Add(name, value string) { h[name] = append(h[name], value) }

// Set replaces the values by one.
func (h Header) Set(name, value string) { h[name] = []string{value} }

// ResponseWriter is what a Handler answers to.
type ResponseWriter interface {
	Header() Header
	Write([]byte) (int, error)
	WriteHeader(status int)
}

// Flusher sends what was written so far.
type Flusher interface{ Flush() }

// Location is the address that a Request asks for.
type Location struct{ Path string }

// Request is what a Handler answers.
type Request struct {
	Method string
	URL    *Location
	ctx    context.Context
}

// Context returns the context of the request.
func (r *Request) Context() context.Context { return r.ctx }

// WithContext returns a copy of the request with another context.
func (r *Request) WithContext(ctx context.Context) *Request {
	c := *r
	c.ctx = ctx
	return &c
}

// Handler answers requests.
type Handler interface {
	ServeHTTP(ResponseWriter, *Request)
}

// HandlerFunc is a Handler that is a function.
type HandlerFunc func(ResponseWriter, *Request)

// ServeHTTP calls the function.
func (f HandlerFunc) ServeHTTP(w ResponseWriter, r *Request) { f(w, r) }

// Error answers with a text.
func Error(w ResponseWriter, text string, status int) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // nobody is there to be told
}
