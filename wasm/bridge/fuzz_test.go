package bridge

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// What FuzzPage does, by its first argument.
const (
	fuzzCall uint8 = iota
	fuzzJSON
	fuzzString
	fuzzKinds
)

// FuzzPage takes what a page, a link or another site's script may send: a request of any content,
// links included, any JSON, any string in JSON.
func FuzzPage(f *testing.F) {
	f.Add(fuzzCall, `{"do":"command","line":"A: create /x 1"}`, 16.0)
	f.Add(fuzzCall, `{"do":"command","line":":partition 1|2,3"}`, 250.0)
	f.Add(fuzzCall, `{"do":"step","n":-3,"unit":"round"}`, 0.0)
	f.Add(fuzzCall, `{"do":"restore","link":{"v":1,"seed":1,"nodes":3,"t":5,`+
		`"journal":[{"step":1,"line":":kill 1"}]}}`, 1.0)
	f.Add(fuzzCall, `{"do":"load","scenario":"---\ntitle: x\n---"}`, -1.0)
	f.Add(fuzzCall, `{"do":"drag","server":63,"x":1e308,"y":-1,"drop":true}`, 1.0)
	f.Add(fuzzCall, `{"do":"menu","target":"message-1.1.1"}`, 1.0)
	f.Add(fuzzCall, `{"do":"predict","step":"1","choice":"x"}`, 1.0)
	f.Add(fuzzJSON, `{"do":"load","voters":3,"x":1.5e3,"show":["a","\ud83d\ude00\ud83d"]}`, 0.0)
	f.Add(fuzzJSON, `{"link":{"v":1,"journal":[{"line":"A: get /"}]},"on":true,"n":null}`, 0.0)
	f.Add(fuzzJSON, "\xff\"\\u0000", 0.0)
	f.Add(fuzzString, `a\ud83d\ude00\u0041\n/\/ é中`, 0.0)
	f.Fuzz(func(t *testing.T, kind uint8, text string, dt float64) {
		switch kind % fuzzKinds {
		case fuzzCall:
			checkAnyRequest(t, text, dt)
		case fuzzJSON:
			checkAnyJSON(t, []byte(text))
		case fuzzString:
			checkAnyString(t, text)
		}
	})
}

// checkAnyRequest: a request is answered, and one that is refused has changed nothing.
func checkAnyRequest(t *testing.T, request string, dt float64) {
	p := &page{t, New(endless)}
	p.call("load", args{"voters": 3, "seed": 3, "play": true, "speed": 1000})
	p.tick(100)
	var a answerOf
	reply := p.b.Call([]byte(request))
	require.NoError(t, json.Unmarshal(reply, &a), "%s", reply)
	require.Nil(t, a.Panic, "%s", request)
	frame := p.tick(dt)
	require.Nil(t, frame.Panic)
	if a.Error == "" {
		return
	}
	q := &page{t, New(endless)}
	q.call("load", args{"voters": 3, "seed": 3, "play": true, "speed": 1000})
	q.tick(100)
	q.tick(dt)
	require.Equal(t, q.fingerprint(), p.fingerprint(), "a refused command changed the run")
}

// checkAnyJSON: decode accepts what encoding/json accepts, unless it is nested too deep.
func checkAnyJSON(t *testing.T, text []byte) {
	var v raw
	if err := decode(text, &v); err == nil {
		require.True(t, json.Valid(text), "%q", text)
		return
	}
	require.False(t, json.Valid(text) && depthOf(text) <= depthMax, "%q", text)
}

// checkAnyString: a string comes back from encode, and decode reads quoted text as encoding/json
// does.
func checkAnyString(t *testing.T, s string) {
	var mine, theirs string
	text := encode(s)
	require.NoError(t, json.Unmarshal(text, &theirs))
	require.NoError(t, decode(text, &mine))
	require.Equal(t, theirs, mine)
	quoted := []byte(`"` + s + `"`)
	mine, theirs = "", ""
	errTheirs, errMine := json.Unmarshal(quoted, &theirs), decode(quoted, &mine)
	require.Equal(t, errTheirs == nil, errMine == nil)
	if errMine == nil {
		require.Equal(t, theirs, mine)
	}
}

// depthOf returns how deep brackets are nested, at least.
func depthOf(text []byte) int {
	depth, deepest := 0, 0
	for _, c := range text {
		switch c {
		case '[', '{':
			depth++
			deepest = max(deepest, depth)
		case ']', '}':
			depth--
		}
	}
	return deepest
}
