package bridge

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
)

type nested struct {
	Name  string           `json:"name"`
	Small uint8            `json:"small,omitempty"`
	List  []nested         `json:"list,omitempty"`
	Map   map[string][]int `json:"map,omitempty"`
	Pair  [2]string        `json:"pair"`
	To    *nested          `json:"to,omitempty"`
	Plain float64
	Left  int             `json:"-"`
	At    scenario.Millis `json:"at"`
	Any   any             `json:"any"`
	None  []string        `json:"none"`
	own   int
}

func sampleOfAll() nested {
	return nested{
		Name: "a\"\\\n\t\x01<b>&é中😀\u2028", Small: 7, Plain: -1.25e-7, Left: 4, At: 1234567891,
		List: []nested{{Name: ""}}, Map: map[string][]int{"z": {1}, "a": nil},
		Pair: [2]string{"x", "y"}, To: &nested{}, Any: []string{"1"}, None: []string{}, own: 1,
	}
}

func TestEncodeReadsAsEncodingJSONDoes(t *testing.T) {
	in := sampleOfAll()
	want, err := json.Marshal(in)
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(encode(in)))
	require.JSONEq(t, `{"a":null}`, string(encode(map[string]any{"a": nil})))
	require.JSONEq(t, `"�"`, string(encode("\xff")), "no byte that is not UTF-8 reaches the page")
}

func TestDecodeReadsWhatEncodeWrites(t *testing.T) {
	in := sampleOfAll()
	in.Any, in.Map, in.Pair, in.Left, in.own = nil, nil, [2]string{}, 0, 0
	in.List[0].None = []string{"n"}
	in.None = nil
	text := encode(in)
	var out struct {
		Name  string          `json:"name"`
		Small uint8           `json:"small"`
		At    scenario.Millis `json:"at"`
		List  []struct {
			None []string `json:"none"`
		} `json:"list"`
		Pair raw `json:"pair"`
	}
	require.NoError(t, decode(text, &out))
	require.Equal(t, in.Name, out.Name)
	require.Equal(t, in.Small, out.Small)
	require.Equal(t, in.At, out.At)
	require.Equal(t, []string{"n"}, out.List[0].None)
	require.JSONEq(t, `["",""]`, string(out.Pair))
}

func TestDecodeRefusesWhatDoesNotFit(t *testing.T) {
	for _, text := range []string{
		``, `{`, `{"do"}`, `{"do":}`, `{"do":1}`, `{"n":"1"}`, `{"n":1.5}`, `{"server":300}`,
		`{"seed":-1}`, `{"on":1}`, `{"do":"a",}`, `[]`, `{} x`, `{"do":"\q"}`, `{"do":"\u12"}`,
		"{\"do\":\"a\nb\"}", `{"show":{}}`, `{"n":99999999999999999999}`, `{"n":01}`, `nul`,
	} {
		var a Args
		require.Error(t, decode([]byte(text), &a), text)
	}
	deep := make([]byte, 0, 4000)
	for range 2000 {
		deep = append(deep, '[')
	}
	var v raw
	require.Error(t, decode(deep, &v))
	require.Error(t, decode(make([]byte, inputMax+1), &v))
}
