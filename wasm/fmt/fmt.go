// Package fmt stands in for the standard library's fmt in the simulator, see ../_overlay/print. It
// has what templ and the bridge use of it and prints the same, but for arguments that do not fit
// their format, and for entries of maps, whose order is that of their text. The whole of fmt, with
// the dates of package time, would be a thirtieth of the download.
package fmt

import (
	"io"
	"reflect"
	"slices"
	"strconv"
)

// Stringer is implemented by what knows how it is printed.
type Stringer interface{ String() string }

// Sprint prints its operands, with a space between two of which neither is a string.
func Sprint(args ...any) string {
	var b []byte
	for i, arg := range args {
		if i > 0 && !isString(arg) && !isString(args[i-1]) {
			b = append(b, ' ')
		}
		b = appendAny(b, arg)
	}
	return string(b)
}

func isString(v any) bool { return v != nil && reflect.TypeOf(v).Kind() == reflect.String }

// Sprintf prints operands where the verbs of the format are: %v, %s, %d, %q, %x, %X, %w and %%,
// with a width and the flags - and 0.
func Sprintf(format string, args ...any) string { return string(appendFormat(nil, format, args)) }

// Fprintf writes what Sprintf returns.
func Fprintf(w io.Writer, format string, args ...any) (int, error) {
	return w.Write(appendFormat(nil, format, args))
}

// Errorf returns an error that says what Sprintf returns. It wraps the operand of %w.
func Errorf(format string, args ...any) error {
	e := &failure{text: Sprintf(format, args...)}
	for _, arg := range args {
		if err, ok := arg.(error); ok && wraps(format) {
			e.cause = err
		}
	}
	return e
}

// failure is an error made by Errorf.
type failure struct {
	text  string
	cause error
}

// Error returns the text.
func (e *failure) Error() string { return e.text }

// Unwrap returns the operand of %w, nil without one.
func (e *failure) Unwrap() error { return e.cause }

func wraps(format string) bool {
	for i := 1; i < len(format); i++ {
		if format[i-1] == '%' && format[i] == 'w' {
			return true
		}
	}
	return false
}

// verb is one place of a format.
type verb struct {
	letter     byte
	width      int
	left, zero bool
}

func appendFormat(b []byte, format string, args []any) []byte {
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b = append(b, format[i])
			continue
		}
		v, size := readVerb(format[i+1:])
		i += size
		switch {
		case v.letter == '%':
			b = append(b, '%')
		case len(args) == 0:
			b = append(b, "%!"+string(v.letter)+"(MISSING)"...)
		default:
			b = v.pad(b, v.print(args[0]))
			args = args[1:]
		}
	}
	return b
}

// readVerb reads what stands behind a percent sign, and returns how long that is.
func readVerb(s string) (v verb, size int) {
	for ; size < len(s)-1; size++ {
		switch c := s[size]; {
		case c == '-':
			v.left = true
		case c == '0' && v.width == 0:
			v.zero = true
		case '0' <= c && c <= '9':
			v.width = v.width*10 + int(c-'0')
		default:
			v.letter = c
			return v, size + 1
		}
	}
	v.letter = s[size]
	return v, size + 1
}

func (v verb) print(arg any) string {
	s := string(appendAny(nil, arg))
	switch v.letter {
	case 'q':
		return strconv.Quote(s)
	case 'x', 'X':
		return v.hex(arg, s)
	}
	return s
}

// hex prints a number, or the bytes of a text.
func (v verb) hex(arg any, s string) string {
	digits := "0123456789abcdef"
	if v.letter == 'X' {
		digits = "0123456789ABCDEF"
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && !isString(arg) {
		s = strconv.FormatInt(n, 16)
		b := []byte(s)
		for i, c := range b {
			if v.letter == 'X' && c >= 'a' {
				b[i] = c - 'a' + 'A'
			}
		}
		return string(b)
	}
	var b []byte
	for i := range len(s) {
		b = append(b, digits[s[i]>>4], digits[s[i]&15])
	}
	return string(b)
}

// pad appends s with as many signs before or behind it as the width asks for.
func (v verb) pad(b []byte, s string) []byte {
	fill := byte(' ')
	if v.zero {
		fill = '0'
	}
	missing := v.width - len([]rune(s))
	for ; missing > 0 && !v.left; missing-- {
		b = append(b, fill)
	}
	b = append(b, s...)
	for ; missing > 0; missing-- {
		b = append(b, ' ')
	}
	return b
}

// appendAny prints one operand as %v does.
func appendAny(b []byte, arg any) []byte {
	switch x := arg.(type) {
	case nil:
		return append(b, "<nil>"...)
	case string:
		return append(b, x...)
	case int:
		return strconv.AppendInt(b, int64(x), 10)
	case bool:
		return strconv.AppendBool(b, x)
	}
	v := reflect.ValueOf(arg)
	if said, ok := says(v); ok {
		return append(b, said...)
	}
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		switch v.Elem().Kind() {
		case reflect.Struct, reflect.Slice, reflect.Array, reflect.Map:
			return appendValue(append(b, '&'), v.Elem())
		}
	}
	return appendValue(b, v)
}

// says returns how a value prints itself, if it does.
func says(v reflect.Value) (said string, ok bool) {
	if !v.CanInterface() || v.Kind() == reflect.Pointer && v.IsNil() {
		return "", false
	}
	switch x := v.Interface().(type) {
	case error:
		return x.Error(), true
	case Stringer:
		return x.String(), true
	}
	return "", false
}

// appendInside prints a part of a composite.
func appendInside(b []byte, v reflect.Value) []byte {
	if said, ok := says(v); ok {
		return append(b, said...)
	}
	return appendValue(b, v)
}

func appendValue(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Uintptr:
		return strconv.AppendUint(b, v.Uint(), 10)
	case reflect.Float32:
		return strconv.AppendFloat(b, v.Float(), 'g', -1, 32)
	case reflect.Float64:
		return strconv.AppendFloat(b, v.Float(), 'g', -1, 64)
	case reflect.String:
		return append(b, v.String()...)
	case reflect.Struct:
		return appendStruct(b, v)
	case reflect.Slice, reflect.Array:
		return appendList(b, v)
	case reflect.Map:
		return appendMap(b, v)
	case reflect.Interface:
		if !v.IsNil() {
			return appendInside(b, v.Elem())
		}
	case reflect.Pointer, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		if !v.IsNil() {
			return strconv.AppendUint(append(b, "0x"...), uint64(v.Pointer()), 16)
		}
	}
	return append(b, "<nil>"...)
}

func appendStruct(b []byte, v reflect.Value) []byte {
	b = append(b, '{')
	for i := range v.NumField() {
		if i > 0 {
			b = append(b, ' ')
		}
		b = appendInside(b, v.Field(i))
	}
	return append(b, '}')
}

func appendList(b []byte, v reflect.Value) []byte {
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ' ')
		}
		b = appendInside(b, v.Index(i))
	}
	return append(b, ']')
}

// appendMap prints the entries in the order of their text, so that equal maps print the same.
func appendMap(b []byte, v reflect.Value) []byte {
	var entries []string
	for _, key := range v.MapKeys() {
		entry := append(appendInside(nil, key), ':')
		entries = append(entries, string(appendInside(entry, v.MapIndex(key))))
	}
	slices.Sort(entries)
	b = append(b, "map["...)
	for i, entry := range entries {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, entry...)
	}
	return append(b, ']')
}
