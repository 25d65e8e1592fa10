// Package template stands in for html/template in the simulator, see ../print. templ can embed such
// templates; the page has none.
package template

import (
	"errors"
	"io"
)

// HTML is text that is safe as HTML.
type HTML string

// Template is a parsed template; here there are none.
type Template struct{}

// Execute always fails.
func (t *Template) Execute(io.Writer, any) error {
	return errors.New("html/template is not in the simulator")
}
