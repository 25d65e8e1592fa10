package scenario

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zabscope/zabscope/core/zk"
)

// tokenKind says what a token of the check language is.
type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokName
	tokInt
	tokTime
	tokZxid
	tokString
	tokOp     // A#2: client and number
	tokSymbol // an operator or bracket
)

// token is one word of an expression.
type token struct {
	kind tokenKind
	text string // as written; for a string what is between the quotes
	n    int64  // the value of a number, time or zxid; the number of an operation
	from int    // byte offset in the source
}

// operators, the longer ones first.
var operators = []string{
	"==", "!=", "<=", ">=", "&&", "||", "<", ">", "(", ")", "[", "]", ",", "+", "-", "%", ".",
	"!", "=", ":", "*",
}

// lex splits an expression into tokens, the last of which is tokEnd.
func lex(src string) ([]token, *Error) {
	var out []token
	for i := 0; i < len(src); {
		if src[i] == ' ' || src[i] == '\t' {
			i++
			continue
		}
		t, size, err := lexOne(src, i)
		if err != nil {
			return nil, err
		}
		t.from = i
		out = append(out, t)
		i += size
	}
	return append(out, token{kind: tokEnd, from: len(src)}), nil
}

// lexOne reads the token at offset i and returns its length.
func lexOne(src string, i int) (token, int, *Error) {
	rest := src[i:]
	switch c := rest[0]; {
	case c == '"':
		return lexString(src, rest)
	case isDigit(c):
		return lexNumber(src, rest)
	case isNameStart(c):
		t, size := lexName(rest)
		return t, size, nil
	}
	for _, op := range operators {
		if strings.HasPrefix(rest, op) {
			return token{kind: tokSymbol, text: op}, len(op), nil
		}
	}
	_, size := utf8.DecodeRuneInString(rest)
	return token{}, 0, fail(CodeExprToken, rest[:size], src)
}

func lexString(src, rest string) (token, int, *Error) {
	end := strings.IndexByte(rest[1:], '"')
	if end < 0 {
		return token{}, 0, fail(CodeExprEnd, src)
	}
	return token{kind: tokString, text: rest[1 : 1+end]}, end + 2, nil
}

// lexNumber reads 12, 0x300000007 (a zxid), 5s and 200ms.
func lexNumber(src, rest string) (token, int, *Error) {
	end := 1
	for end < len(rest) && (isDigit(rest[end]) || isNameStart(rest[end])) {
		end++
	}
	text := rest[:end]
	t := token{kind: tokInt, text: text}
	if hex, ok := strings.CutPrefix(text, "0x"); ok {
		z, err := strconv.ParseUint(hex, 16, 64)
		if err != nil {
			return t, 0, fail(CodeExprToken, text, src)
		}
		t.kind, t.n = tokZxid, int64(z)
		return t, end, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		t.n = n
		return t, end, nil
	}
	d, ok := parseDuration(text)
	if !ok {
		return t, 0, fail(CodeExprToken, text, src)
	}
	t.kind, t.n = tokTime, int64(d)
	return t, end, nil
}

// lexName reads a name, a zxid such as e2·c1 or e2.c1, or an operation such as A#2.
func lexName(rest string) (token, int) {
	if t, size := lexZxid(rest); size > 0 {
		return t, size
	}
	if t, size := lexOp(rest); size > 0 {
		return t, size
	}
	end := 1
	for end < len(rest) && (isDigit(rest[end]) || isNameStart(rest[end])) {
		end++
	}
	return token{kind: tokName, text: rest[:end]}, end
}

func lexZxid(rest string) (token, int) {
	if rest[0] != 'e' {
		return token{}, 0
	}
	epoch, size := digits(rest[1:])
	i := 1 + size
	if size == 0 {
		return token{}, 0
	}
	after, ok := strings.CutPrefix(rest[i:], "·c")
	if !ok {
		if after, ok = strings.CutPrefix(rest[i:], ".c"); !ok {
			return token{}, 0
		}
	}
	counter, size := digits(after)
	if size == 0 {
		return token{}, 0
	}
	end := len(rest) - len(after) + size
	z := zk.MakeZxid(zk.Epoch(epoch), uint32(counter))
	return token{kind: tokZxid, text: rest[:end], n: int64(z)}, end
}

func lexOp(rest string) (token, int) {
	if len(rest) < 3 || rest[0] < 'A' || rest[0] > 'Z' || rest[1] != '#' {
		return token{}, 0
	}
	n, size := digits(rest[2:])
	if size == 0 {
		return token{}, 0
	}
	return token{kind: tokOp, text: rest[:2+size], n: n}, 2 + size
}

// digits reads a number of at most nine digits and returns how many there are, 0 for none.
func digits(s string) (int64, int) {
	var n int64
	size := 0
	for size < len(s) && size < 9 && isDigit(s[size]) {
		n = n*10 + int64(s[size]-'0')
		size++
	}
	return n, size
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// units of a duration, the longer names first.
var units = []struct {
	name string
	unit time.Duration
}{
	{"ms", time.Millisecond}, {"us", time.Microsecond}, {"ns", time.Nanosecond},
	{"s", time.Second}, {"m", time.Minute}, {"h", time.Hour},
}

// durationMax bounds every time that can be written: a day.
const durationMax = 24 * time.Hour

// parseDuration reads a whole or decimal number with one unit, "200ms" or "1.5s", up to a day. It
// uses no floating point.
func parseDuration(text string) (time.Duration, bool) {
	for _, u := range units {
		number, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		whole, fraction, _ := strings.Cut(number, ".")
		n, size := digits(whole)
		if size == 0 || size != len(whole) {
			return 0, false
		}
		part, size := digits(fraction)
		if size != len(fraction) || strings.HasSuffix(number, ".") {
			return 0, false
		}
		scale := int64(1)
		for range size {
			scale *= 10
		}
		if n > int64(durationMax/u.unit) {
			return 0, false
		}
		d := time.Duration(n)*u.unit + time.Duration(part*(int64(u.unit)/scale))
		if scale > int64(u.unit) {
			return 0, false
		}
		return d, d <= durationMax
	}
	return 0, false
}
