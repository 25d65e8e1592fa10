// Package ui here is what server/assets/lean makes of templ's generated code: calls of these few
// functions, because the same lines in a hundred components are a twentieth of the download.
package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"
	templruntime "github.com/a-h/templ/runtime"
)

// leanContext spares the generated files an import.
type leanContext = context.Context

// leanText writes what stands in the template. The buffer keeps its first error.
//
//go:noinline
func leanText(b *templruntime.Buffer, s string) { _, _ = b.WriteString(s) }

// leanValue writes a value, escaped.
func leanValue[T ~string | ~int | ~int64 | ~uint64](b *templruntime.Buffer, v T) {
	s, _ := templ.JoinStringErrs(v) // without errors to join there is none
	leanText(b, templ.EscapeString(s))
}

// leanComponent is a component of templ: f writes it.
func leanComponent(
	f func(leanContext, *templruntime.Buffer, templ.Component) error,
) templ.Component {
	return leanBlock(func(ctx leanContext, b *templruntime.Buffer) error {
		children := templ.GetChildren(ctx)
		if children == nil {
			children = templ.NopComponent
		}
		return f(templ.ClearChildren(ctx), b, children)
	})
}

// leanBlock is a component without children.
func leanBlock(f func(leanContext, *templruntime.Buffer) error) templ.Component {
	return templ.ComponentFunc(func(ctx leanContext, w io.Writer) (err error) {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, shared := templruntime.GetBuffer(w)
		if !shared {
			defer func() {
				if flushed := templruntime.ReleaseBuffer(b); err == nil {
					err = flushed
				}
			}()
		}
		return f(templ.InitializeContext(ctx), b)
	})
}
