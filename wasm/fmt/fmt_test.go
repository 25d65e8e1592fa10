package fmt

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type named string

type loud struct{ n int }

func (l loud) String() string { return "loud" }

type inner struct {
	A, B int
	s    string
}

type outer struct {
	Name  string
	In    inner
	List  []inner
	Times []time.Duration
	Loud  loud
	quiet loud
	Fails error
	Maps  map[string]int
}

func values() []any {
	return []any{
		nil, "", "text", named("name"), 0, -7, int64(math.MinInt64), uint8(200),
		uint64(math.MaxUint64), true, 1.5, 0.1, 1e20, 1e21, 1e-4, 1e-5, 1e8, float32(0.1),
		math.Inf(1), 3.0, -0.25,
		loud{3}, time.Duration(1500) * time.Millisecond, errors.New("broken"), (*loud)(nil),
		[]byte("ab"), []string{"a", "b"}, [2]bool{true, false}, []int(nil), map[string]int(nil),
		map[string]int{"b": 1, "a": 2}, map[int]bool{2: true, 1: false}, inner{1, 2, "x"},
		&inner{1, 2, "x"}, outer{
			"n", inner{1, 2, "s"}, []inner{{3, 4, "t"}}, []time.Duration{time.Second}, loud{1},
			loud{2}, errors.New("why"), map[string]int{"k": 1},
		},
		outer{},
	}
}

func TestPrintsAsTheWholePackageDoes(t *testing.T) {
	for _, v := range values() {
		require.Equal(t, fmt.Sprint(v), Sprint(v))
		require.Equal(t, fmt.Sprintf("<%v>", v), Sprintf("<%v>", v))
		for _, w := range values() {
			require.Equal(t, fmt.Sprint(v, w), Sprint(v, w), "where spaces stand")
		}
	}
}

func TestFormatsAsTheWholePackageDoes(t *testing.T) {
	for _, c := range []struct {
		format string
		args   []any
	}{
		{"plain", nil}, {"100%%", nil}, {"%s and %d", []any{"a", 3}}, {"%q", []any{"a\"b\n"}},
		{"%8s|%-8s|", []any{"ab", "cd"}}, {"%8s", []any{time.Second}}, {"%06X", []any{0x1f600}},
		{"%06X", []any{rune('é')}}, {"%x", []any{255}}, {"%x", []any{"az"}},
		{"%3d|%03d", []any{7, 7}},
		{"%5s", []any{"中文"}}, {"%s", []any{errors.New("x")}}, {"%v %v", []any{1, "b"}}, {"%d", nil},
	} {
		require.Equal(t, fmt.Sprintf(c.format, c.args...), Sprintf(c.format, c.args...), c.format)
	}
}

func TestErrorWrapsItsCause(t *testing.T) {
	cause := errors.New("cause")
	err := Errorf("read %q: %w", "f", cause)
	require.EqualError(t, err, `read "f": cause`)
	require.ErrorIs(t, err, cause)
	require.NotErrorIs(t, Errorf("read: %v", cause), cause)
}
