package bridge

import (
	"errors"
	"reflect"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// unmarshaler is what encoding/json calls Unmarshaler.
type unmarshaler interface{ UnmarshalJSON(text []byte) error }

// raw is a piece of JSON that is read later.
type raw []byte

// UnmarshalJSON keeps the text.
func (r *raw) UnmarshalJSON(text []byte) error {
	*r = append(raw(nil), text...)
	return nil
}

// Limits of what is read.
const (
	depthMax = 32
	inputMax = 4 << 20 // bytes
)

var errJSON = errors.New("this is not JSON")

// decode reads JSON into the struct, list or value that to points to. Keys that it does not have
// are ignored, as encoding/json does.
func decode(text []byte, to any) error {
	if len(text) > inputMax {
		return errors.New("the message is too long")
	}
	d := decoder{text: text}
	d.value(reflect.ValueOf(to).Elem())
	d.space()
	if d.err == nil && d.at < len(text) {
		d.err = errJSON
	}
	return d.err
}

// decoder reads from left to right. After the first error it stands still.
type decoder struct {
	text  []byte
	at    int
	depth int
	err   error
}

func (d *decoder) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

func (d *decoder) space() {
	for d.at < len(d.text) {
		switch d.text[d.at] {
		case ' ', '\t', '\r', '\n':
			d.at++
			continue
		}
		return
	}
}

// next returns the byte that comes next, 0 at the end or after an error.
func (d *decoder) next() byte {
	if d.err != nil || d.at >= len(d.text) {
		return 0
	}
	return d.text[d.at]
}

// take goes over a byte that has to be there.
func (d *decoder) take(c byte) {
	if d.next() != c {
		d.fail(errJSON)
		return
	}
	d.at++
}

// value reads the next value into v, which is not valid for one that is only gone over.
func (d *decoder) value(v reflect.Value) {
	d.space()
	if v.IsValid() && v.CanAddr() {
		if u, ok := v.Addr().Interface().(unmarshaler); ok {
			d.custom(u)
			return
		}
	}
	switch c := d.next(); {
	case c == '{':
		d.nested(v, '}')
	case c == '[':
		d.nested(v, ']')
	case c == '"':
		d.assignString(v, d.str())
	case c == 't':
		d.word("true", v, true)
	case c == 'f':
		d.word("false", v, false)
	case c == 'n':
		d.word("null", reflect.Value{}, false)
	default:
		d.assignNumber(v, d.number())
	}
}

func (d *decoder) custom(u unmarshaler) {
	from := d.at
	d.value(reflect.Value{})
	if d.err == nil && string(d.text[from:d.at]) != "null" {
		d.fail(u.UnmarshalJSON(d.text[from:d.at]))
	}
}

func (d *decoder) word(word string, v reflect.Value, truth bool) {
	for i := range len(word) {
		d.take(word[i])
	}
	switch {
	case d.err != nil || !v.IsValid():
	case v.Kind() == reflect.Bool:
		v.SetBool(truth)
	default:
		d.mismatch()
	}
}

func (d *decoder) mismatch() { d.fail(errors.New("a value has the wrong type")) }

// nested reads an object or a list.
func (d *decoder) nested(v reflect.Value, end byte) {
	if d.depth++; d.depth > depthMax {
		d.fail(errors.New("the message is nested too deeply"))
		return
	}
	d.at++
	if v.IsValid() && v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if v.IsValid() && !fits(v.Kind(), end) {
		d.mismatch()
		return
	}
	d.space()
	for first := true; d.err == nil && d.next() != end; first = false {
		if !first {
			d.take(',')
			d.space()
		}
		if end == '}' {
			d.member(v)
		} else {
			d.element(v)
		}
		d.space()
	}
	d.take(end)
	d.depth--
}

// fits reports whether what ends with a bracket can be read into a kind.
func fits(k reflect.Kind, end byte) bool {
	return end == '}' && k == reflect.Struct || end == ']' && k == reflect.Slice
}

func (d *decoder) member(v reflect.Value) {
	name := d.str()
	d.space()
	d.take(':')
	if d.err != nil {
		return
	}
	if v.IsValid() {
		v = fieldByName(v, name)
	}
	d.value(v)
}

// fieldByName returns the field of a struct with a name in JSON, not valid when there is none.
func fieldByName(v reflect.Value, name string) reflect.Value {
	for i := range v.NumField() {
		if n, _ := fieldName(v.Type().Field(i)); n == name && n != "" {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}

func (d *decoder) element(v reflect.Value) {
	if !v.IsValid() {
		d.value(v)
		return
	}
	e := reflect.New(v.Type().Elem()).Elem()
	d.value(e)
	v.Set(reflect.Append(v, e))
}

func (d *decoder) assignString(v reflect.Value, s string) {
	switch {
	case d.err != nil || !v.IsValid():
	case v.Kind() == reflect.String:
		v.SetString(s)
	default:
		d.mismatch()
	}
}

func (d *decoder) assignNumber(v reflect.Value, text string) {
	if d.err != nil || !v.IsValid() {
		return
	}
	var err error
	switch {
	case v.CanInt():
		var n int64
		n, err = strconv.ParseInt(text, 10, v.Type().Bits())
		v.SetInt(n)
	case v.CanUint():
		var n uint64
		n, err = strconv.ParseUint(text, 10, v.Type().Bits())
		v.SetUint(n)
	case v.CanFloat():
		var n float64
		n, err = strconv.ParseFloat(text, 64)
		v.SetFloat(n)
	default:
		d.mismatch()
	}
	if err != nil {
		d.fail(errors.New("the number " + text + " is out of range"))
	}
}

// number reads -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
func (d *decoder) number() string {
	from := d.at
	if d.next() == '-' {
		d.at++
	}
	if d.next() == '0' {
		d.at++
	} else {
		d.digits()
	}
	if d.next() == '.' {
		d.at++
		d.digits()
	}
	if c := d.next(); c == 'e' || c == 'E' {
		d.at++
		if c := d.next(); c == '+' || c == '-' {
			d.at++
		}
		d.digits()
	}
	return string(d.text[from:d.at])
}

// digits reads at least one digit.
func (d *decoder) digits() {
	from := d.at
	for c := d.next(); c >= '0' && c <= '9'; c = d.next() {
		d.at++
	}
	if d.at == from {
		d.fail(errJSON)
	}
}

// str reads a string.
func (d *decoder) str() string {
	d.take('"')
	from := d.at
	for c := d.next(); c >= 0x20 && c < utf8.RuneSelf && c != '"' && c != '\\'; c = d.next() {
		d.at++
	}
	out := d.text[from:d.at]
	if d.next() == '"' {
		d.at++
		return string(out)
	}
	return d.longString(append([]byte(nil), out...))
}

// longString goes on with a string that has escapes or is not only ASCII.
func (d *decoder) longString(out []byte) string {
	for d.err == nil {
		c := d.next()
		switch {
		case c == '"':
			d.at++
			return string(out)
		case c < 0x20:
			d.fail(errJSON)
		case c == '\\':
			d.at++
			out = d.escape(out)
		case c < utf8.RuneSelf:
			d.at++
			out = append(out, c)
		default:
			r, size := utf8.DecodeRune(d.text[d.at:])
			d.at += size
			out = utf8.AppendRune(out, r)
		}
	}
	return ""
}

func (d *decoder) escape(out []byte) []byte {
	c := d.next()
	d.at++
	switch c {
	case '"', '\\', '/':
		return append(out, c)
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'u':
		return utf8.AppendRune(out, d.unicode())
	}
	d.fail(errJSON)
	return out
}

// unicode reads what follows \u, and the second half of a pair. A half alone becomes U+FFFD.
func (d *decoder) unicode() rune {
	first := d.hex()
	if !utf16.IsSurrogate(first) {
		return first
	}
	back := *d
	if d.next() == '\\' && d.at+1 < len(d.text) && d.text[d.at+1] == 'u' {
		d.at += 2
		if r := utf16.DecodeRune(first, d.hex()); r != utf8.RuneError || d.err != nil {
			return r
		}
	}
	*d = back
	return utf8.RuneError
}

func (d *decoder) hex() rune {
	if d.at+4 > len(d.text) {
		d.fail(errJSON)
		return 0
	}
	n, err := strconv.ParseUint(string(d.text[d.at:d.at+4]), 16, 16)
	if err != nil {
		d.fail(errJSON)
	}
	d.at += 4
	return rune(n)
}
