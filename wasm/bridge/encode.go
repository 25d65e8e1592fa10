package bridge

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// This file and decode.go are a small JSON. encoding/json costs a browser 100 kB more; what is
// written here reads the same, which the tests check against it.

// marshaler is what encoding/json calls Marshaler.
type marshaler interface{ MarshalJSON() ([]byte, error) }

// encode writes v as JSON: structs by their json tags, with omitempty, and no other options.
func encode(v any) []byte { return appendValue(nil, reflect.ValueOf(v)) }

func appendValue(b []byte, v reflect.Value) []byte {
	if !v.IsValid() {
		return append(b, "null"...)
	}
	if v.CanInterface() && v.Kind() != reflect.Pointer {
		if m, ok := v.Interface().(marshaler); ok {
			return appendMarshaled(b, m)
		}
	}
	switch v.Kind() {
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.AppendUint(b, v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		return appendFloat(b, v.Float())
	case reflect.String:
		return appendString(b, v.String())
	}
	return appendComposite(b, v)
}

func appendComposite(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Struct:
		return appendStruct(b, v)
	case reflect.Array:
		return appendList(b, v)
	}
	if v.IsNil() {
		return append(b, "null"...)
	}
	switch v.Kind() {
	case reflect.Slice:
		return appendList(b, v)
	case reflect.Map:
		return appendMap(b, v)
	}
	return appendValue(b, v.Elem()) // a pointer or an interface
}

func appendMarshaled(b []byte, m marshaler) []byte {
	text, err := m.MarshalJSON()
	if err != nil {
		return append(b, "null"...)
	}
	return append(b, text...)
}

// appendFloat writes a number. JSON has none for infinity and for what is not a number.
func appendFloat(b []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}

func appendList(b []byte, v reflect.Value) []byte {
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendValue(b, v.Index(i))
	}
	return append(b, ']')
}

func appendMap(b []byte, v reflect.Value) []byte {
	names := make([]string, 0, v.Len())
	for _, k := range v.MapKeys() {
		names = append(names, k.String())
	}
	slices.Sort(names)
	b = append(b, '{')
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, name), ':')
		b = appendValue(b, v.MapIndex(reflect.ValueOf(name)))
	}
	return append(b, '}')
}

func appendStruct(b []byte, v reflect.Value) []byte {
	b = append(b, '{')
	start := len(b)
	for i := range v.NumField() {
		name, omit := fieldName(v.Type().Field(i))
		if name == "" || omit && isEmpty(v.Field(i)) {
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b = append(appendString(b, name), ':')
		b = appendValue(b, v.Field(i))
	}
	return append(b, '}')
}

// fieldName returns the name of a field in JSON, "" for one that is left out.
func fieldName(f reflect.StructField) (name string, omitEmpty bool) {
	tag := f.Tag.Get("json")
	if !f.IsExported() || tag == "-" {
		return "", false
	}
	name, options, _ := strings.Cut(tag, ",")
	if name == "" {
		name = f.Name
	}
	return name, options == "omitempty"
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct, reflect.Array:
		return false
	}
	return v.IsZero()
}

const hexDigits = "0123456789abcdef"

// appendString writes a string. Bytes that are no UTF-8 become U+FFFD; HTML is left as it is.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(append(b, s[from:i]...), "\ufffd"...)
				from = i + 1
			}
			i += size
			continue
		}
		i++
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = appendEscape(append(b, s[from:i-1]...), c)
		from = i
	}
	return append(append(b, s[from:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
