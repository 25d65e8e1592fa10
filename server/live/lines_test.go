package live

import (
	"flag"
	"os"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the lines anew")

// TestLinesAreThoseThatThePageReads keeps every kind of line, with every field set, in a file that
// the tests of the page's reader (wasm/bridge) read: whoever changes a line must change both.
func TestLinesAreThoseThatThePageReads(t *testing.T) {
	const file = "testdata/lines.ndjson"
	var text []byte
	kinds := reflect.TypeFor[line]()
	for i := range kinds.NumField() {
		var l line
		n := 0
		if kinds.Field(i).Anonymous { // goes with Done
			continue
		}
		fill(reflect.ValueOf(&l).Elem().Field(i), &n)
		if kinds.Field(i).Name == "Done" {
			l.outcome = &outcome{}
			fill(reflect.ValueOf(l.outcome), &n)
		}
		text = l.append(text)
	}
	if *update {
		require.NoError(t, os.WriteFile(file, text, 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(text),
		"if this is right: go test ./server/live -update, and change wasm/bridge/live.go")
}

// fill sets everything in a value to something of its own.
func fill(v reflect.Value, n *int) {
	*n++
	switch {
	case v.Kind() == reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		fill(v.Elem(), n)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(settable(v.Field(i)), n)
		}
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case v.Kind() == reflect.String:
		v.SetString("text " + string(rune('a'+*n)))
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanUint():
		v.SetUint(uint64(*n))
	default:
		v.SetInt(int64(*n))
	}
}

// settable lets a field be set that is embedded under a name of this package.
func settable(v reflect.Value) reflect.Value {
	return reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem()
}
