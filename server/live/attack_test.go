package live_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/server/live"
)

func TestAttack_U01_LinesNeedTheTokenOfWhoMayAct(t *testing.T) {
	r := newRig(t)
	ws := r.open(`{"do":1,"line":":kill 1"}`)
	code, why := closing(t, ws)
	require.EqualValues(t, 4005, code)
	require.Contains(t, why, "first frame")

	v := r.watch(seeToken)
	require.NoError(t, v.ws.Write(t.Context(), websocket.MessageText,
		[]byte(`{"do":1,"line":":kill 1"}`)))
	v.untilLine("done")
	require.Contains(t, string(v.lines[len(v.lines)-1]["error"]), "may only watch")
	require.NoError(t, v.ws.Write(t.Context(), websocket.MessageText,
		[]byte(`{"do":2,"line":"A: create /x"}`)))
	v.until(func() bool { return string(v.lines[len(v.lines)-1]["done"]) == "2" })
	require.Contains(t, string(v.lines[len(v.lines)-1]["error"]), "may only watch")
	require.Empty(t, r.did(), "something was done for who may not")
}

func TestAttack_U02_ForeignHostIsMisdirected(t *testing.T) {
	r := newRig(t)
	_, answer, err := r.dialAs("evil.example", http.Header{"Origin": {"http://evil.example"}})
	require.Error(t, err)
	require.Equal(t, http.StatusMisdirectedRequest, answer.StatusCode)
}

// dialAs asks the relay under another host name.
func (r *rig) dialAs(host string, header http.Header) (*websocket.Conn, *http.Response, error) {
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	return websocket.Dial(ctx, strings.Replace(r.page.URL, "http", "ws", 1),
		&websocket.DialOptions{
			HTTPHeader: header, Host: host, Subprotocols: []string{live.Protocol},
		})
}

func TestAttack_U03_OnlyTheVeryPageMayWatch(t *testing.T) {
	r := newRig(t)
	for _, origin := range []string{
		"", "null", "http://evil.example", "https" + strings.TrimPrefix(r.page.URL, "http"),
		"http://127.0.0.1", "http://127.0.0.1:1", r.page.URL + ".evil.example",
		strings.Replace(r.page.URL, "127.0.0.1", "localhost", 1),
	} {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		_, answer, err := r.dial(live.Protocol, header)
		require.Error(t, err, "%q was let in", origin)
		require.Equal(t, http.StatusForbidden, answer.StatusCode, origin)
	}
	_, answer, err := r.dial(live.Protocol, http.Header{"Origin": {r.page.URL, r.page.URL}})
	require.Error(t, err)
	require.Equal(t, http.StatusForbidden, answer.StatusCode)
}

func TestAttack_U03_WithoutTheTokenNothingIsSeen(t *testing.T) {
	r := newRig(t)
	for first, want := range map[string]struct {
		code websocket.StatusCode
		why  string
	}{
		tokenFrame("wrong"):              {4001, "not the token of this ensemble"},
		tokenFrame(""):                   {4005, "first frame"},
		tokenFrame(nodeToken):            {4001, "not the token of this ensemble"},
		`token`:                          {4005, "first frame"},
		`{"token":1}`:                    {4005, "first frame"},
		`{"hello":"` + actToken + `"}`:   {4005, "first frame"},
		`["` + actToken + `"]`:           {4005, "first frame"},
		tokenFrame(actToken) + `{"do":1`: {4005, "first frame"},
	} {
		code, why := closing(t, r.open(first))
		require.Equal(t, want.code, code, first)
		require.Contains(t, why, want.why, first)
	}
}

func TestAttack_U03_WhoSaysNothingIsSentAwayAfterFiveSeconds(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ws, _, err := r.dial(live.Protocol, http.Header{"Origin": {r.page.URL}})
	require.NoError(t, err)
	began := time.Now()
	code, why := closing(t, ws)
	require.EqualValues(t, 4005, code)
	require.Equal(t, "no token within 5s", why)
	require.InDelta(t, 5, time.Since(began).Seconds(), 1.5)
}

func TestPageOfAnotherVersionIsTold(t *testing.T) {
	r := newRig(t)
	ws, _, err := r.dial("zabscope-live.0", http.Header{"Origin": {r.page.URL}})
	require.NoError(t, err)
	code, why := closing(t, ws)
	require.EqualValues(t, 4003, code)
	require.Contains(t, why, "load the page again")

	answer, err := http.Get(r.page.URL)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	require.Equal(t, http.StatusUpgradeRequired, answer.StatusCode)
}

func TestAttack_U03_NodesSpeakWithNoBrowserAndNobodyWithoutTheToken(t *testing.T) {
	r := newRig(t)
	for _, row := range []struct {
		token, origin, protocol string
		status                  int
		why                     string
	}{
		{nodeToken, "http://127.0.0.1:8080", live.FeedProtocol, 403, "web pages"},
		{nodeToken, "null", live.FeedProtocol, 403, "web pages"},
		{"", "", live.FeedProtocol, 401, "token of the node"},
		{actToken, "", live.FeedProtocol, 401, "token of the node"},
		{nodeToken, "", "zabscope-trace.0", 400, "versions differ"},
	} {
		header := http.Header{"Authorization": {"Bearer " + row.token}}
		if row.origin != "" {
			header.Set("Origin", row.origin)
		}
		_, answer, err := websocket.Dial(t.Context(), strings.Replace(r.node.URL, "http", "ws", 1),
			&websocket.DialOptions{HTTPHeader: header, Subprotocols: []string{row.protocol}})
		require.Error(t, err, "%+v", row)
		require.Equal(t, row.status, answer.StatusCode)
		var text bytes.Buffer
		_, err = text.ReadFrom(answer.Body)
		require.NoError(t, err)
		require.Contains(t, text.String(), row.why)
	}
}

func TestAttack_U10_WhatANodeSaysCannotForgeTheLog(t *testing.T) {
	forged := "no\nlevel=INFO msg=\"all is well\" \x1b[2J\x1b]0;title\x07 \u009b31m"
	node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, forged, http.StatusTeapot)
	}))
	defer node.Close()
	r := &rig{t: t, log: &book{}}
	r.serve(strings.TrimPrefix(node.URL, "http://"))
	v := r.watch(actToken)
	require.Contains(t, v.untilLine("gone"), "refuses the relay")
	log := r.log.String()
	require.Contains(t, log, "refuses the relay")
	require.Equal(t, 1, strings.Count(log, "\n"), "it wrote a line of its own: %q", log)
	for _, control := range []string{"\x1b", "\x07", "\u009b"} {
		require.NotContains(t, log, control)
	}
}

func TestAttack_U11_FramesOfAViewerHaveLimits(t *testing.T) {
	r := newRig(t)
	for _, frame := range []string{
		`{"do":1,"line":":heal","line":":kill 1"}`, `{"do":1,"do":2,"line":":heal"}`,
		`{"do":1,"line":":heal","more":1}`, `{"do":1,"line":[[[[[[[[":heal"]]]]]]]]}`,
		`{"do":{},"line":":heal"}`, `{"do":NaN,"line":":heal"}`, `{"do":1e999,"line":":heal"}`,
		`{"do":-1,"line":":heal"}`, `{"do":1.5,"line":":heal"}`, `{"do":0,"line":":heal"}`,
		`{"do":99999999999999999999,"line":":heal"}`, `{"line":":heal"}`, `{"do":1,"line":null}`,
		`{"do":1,"line":":heal"} {"do":2}`, `{"do":1,"line":":heal"`, `[]`, `null`, ``,
		strings.Repeat(`{"do":`, 1000), "{\"do\":1,\"line\":\"\xff\"}",
	} {
		ws := r.open(tokenFrame(actToken))
		require.NoError(t, ws.Write(t.Context(), websocket.MessageText, []byte(frame)))
		code, why := closing(t, ws)
		require.EqualValues(t, 4005, code, frame)
		require.Equal(t, `a frame must be {"do":1,"line":"..."}`, why)
	}
	ws := r.open(tokenFrame(actToken))
	long := `{"do":1,"line":"` + strings.Repeat("x", 9<<10) + `"}`
	require.NoError(t, ws.Write(t.Context(), websocket.MessageText, []byte(long)))
	code, _ := closing(t, ws)
	require.Equal(t, websocket.StatusMessageTooBig, code)
	require.Empty(t, r.did())
}

func TestAttack_U11_FeedRefusesAllButItsOneWord(t *testing.T) {
	r := newRig(t)
	for _, text := range []string{"hello", "{}", "statf", strings.Repeat("x", 9)} {
		ws, _, err := websocket.Dial(t.Context(), strings.Replace(r.node.URL, "http", "ws", 1),
			&websocket.DialOptions{
				HTTPHeader:   http.Header{"Authorization": {"Bearer " + nodeToken}},
				Subprotocols: []string{live.FeedProtocol},
			})
		require.NoError(t, err)
		ws.SetReadLimit(64 << 20)
		require.NoError(t, ws.Write(t.Context(), websocket.MessageText, []byte(text)))
		code, _ := closing(t, ws)
		require.Contains(t, []websocket.StatusCode{4005, websocket.StatusMessageTooBig}, code)
	}
}

func TestMalformedTraceOfANodeIsGoneWithAReason(t *testing.T) {
	for _, frame := range []string{"hello", `{"from":{"node":2}}`, `{"sampled":{"node":9}}`, "{}"} {
		node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{
				Subprotocols: []string{live.FeedProtocol},
			})
			if err != nil {
				return
			}
			_ = ws.Write(r.Context(), websocket.MessageText, []byte(frame))
			_, _, _ = ws.Read(r.Context())
		}))
		r := &rig{t: t, log: &book{}}
		r.serve(strings.TrimPrefix(node.URL, "http://"))
		require.Contains(t, r.watch(actToken).untilLine("gone"), "no trace", frame)
		r.relay.Close()
		node.Close()
	}
}
