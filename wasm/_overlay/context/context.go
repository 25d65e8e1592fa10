// Package context stands in for the standard library's context in the simulator, see ../print.
//
// Components are rendered at once and never given up, so a Context carries values and nothing else.
// The real one has a deadline, and with it all of package time.
package context

// Context carries the values of a call.
type Context interface {
	Err() error
	Value(key any) any
}

// Background returns the empty Context.
func Background() Context { return nothing{} }

type nothing struct{}

// Err says that the call goes on.
func (nothing) Err() error { return nil }

// Value finds nothing.
func (nothing) Value(any) any { return nil }

// WithValue returns a Context that carries one value more.
func WithValue(parent Context, key, value any) Context { return pair{parent, key, value} }

type pair struct {
	Context
	key, value any
}

// Value finds the value of the key, in the parent if it is not this one's.
func (p pair) Value(key any) any {
	if p.key == key {
		return p.value
	}
	return p.Context.Value(key)
}
