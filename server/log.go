package main

import (
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// newLog returns the log of a server: lines of text, or of JSON. What comes from outside cannot
// pose as a line of its own, nor do anything to a terminal: everything that is not printed is
// escaped, direction marks included.
func newLog(w io.Writer, format string) *slog.Logger {
	options := &slog.HandlerOptions{ReplaceAttr: visible}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// visible escapes what a value says.
func visible(_ []string, a slog.Attr) slog.Attr {
	switch v := a.Value.Any().(type) {
	case string:
		a.Value = slog.StringValue(printable(v))
	case error:
		a.Value = slog.StringValue(printable(v.Error()))
	case time.Time: // the handler writes it as logs do
	case fmt.Stringer:
		a.Value = slog.StringValue(printable(v.String()))
	}
	return a
}

// printable is text with everything escaped that a terminal would not show as a letter.
func printable(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) < 0 {
		return text
	}
	quoted := strconv.Quote(text)
	return quoted[1 : len(quoted)-1]
}

// voice tells the operator of a server what no event says: in sentences, or as lines of JSON where
// everything is one.
type voice struct {
	streams
	log  *slog.Logger
	json bool
}

func newVoice(s streams, format string) voice {
	return voice{streams: s, log: newLog(s.errs, format), json: format == "json"}
}

func (v voice) inform(sentence string) {
	if v.json {
		v.log.Info(printable(sentence))
		return
	}
	fmt.Fprintln(v.out, printable(sentence))
}

func (v voice) warn(sentence string) {
	if v.json {
		v.log.Warn(printable(sentence))
		return
	}
	fmt.Fprintln(v.errs, "warning:", printable(sentence))
}
