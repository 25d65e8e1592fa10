package ui

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/a-h/templ"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
)

// duration prints a time for people, "200 ms" or "1.5 s".
func duration(d time.Duration) string {
	if d < time.Second {
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	}
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s"
}

// Seconds prints an instant with three decimals, "14.260 s".
func Seconds(at zk.Instant) string {
	return strconv.FormatFloat(float64(at.Ms())/1000, 'f', 3, 64) + " s"
}

// percent prints a chance out of 2^32.
func percent(chance uint32) string {
	return strconv.FormatFloat(float64(chance)*100/(1<<32), 'f', 0, 64) + "%"
}

// visible makes control and bidirectional characters readable, so that data from a znode cannot
// change how the page reads.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x20:
			return 0x2400 + r // the Unicode pictures of control characters
		case r == 0x7f:
			return 0x2421
		case unicode.Is(unicode.Cf, r), r >= 0x80 && r < 0xa0:
			return '\ufffd'
		}
		return r
	}, s)
}

// shorten cuts s to n characters, with an ellipsis when something is missing.
func shorten(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	return string(runes[:n-1]) + "…"
}

// textPrinter is the short name that components use.
type textPrinter = text.Printer

// Visible makes control and bidirectional characters readable, as every panel does with data; line
// breaks stay.
func Visible(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = visible(lines[i])
	}
	return strings.Join(lines, "\n")
}

// RenderString returns a component's HTML. One that cannot be rendered is a mistake of ours.
func RenderString(c templ.Component) string {
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		panic(err)
	}
	return b.String()
}

// ZxidText prints a zxid for people, "e4·c13", and a dash for no transaction yet.
func ZxidText(z zk.Zxid) string {
	if z == 0 {
		return "–"
	}
	return z.Short()
}
