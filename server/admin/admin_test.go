package admin_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/admin"
)

// still is a node that looks for a leader and never finds one; nil has ended.
type still struct{ node *node.Node }

func (s still) Ask(fn func(*node.Node)) bool {
	if s.node != nil {
		fn(s.node)
	}
	return s.node != nil
}

func looking() *node.Node {
	var out step.Output
	out.Reset()
	return node.New(node.DefaultConfig(1, zk.SetOf(1, 2, 3), 0), node.Boot{Number: 1}, &out)
}

// deaf is a node that never answers.
type deaf struct{ quit <-chan struct{} }

func (d deaf) Ask(func(*node.Node)) bool { <-d.quit; return false }

func ask(h http.Handler, method, path, token, body string) (int, string) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestNodeLivesBeforeItIsReady(t *testing.T) {
	h := admin.New(admin.Config{Node: still{looking()}})
	code, text := ask(h, "GET", "/livez", "", "")
	require.Equal(t, 200, code)
	require.Equal(t, "ok\n", text)
	code, text = ask(h, "GET", "/readyz", "", "")
	require.Equal(t, 503, code)
	require.Equal(t, "LOOKING: no leader is known\n", text)
}

func TestEndedAndDeafNodesDoNotLive(t *testing.T) {
	for _, n := range []admin.Node{still{}, deaf{t.Context().Done()}} {
		h := admin.New(admin.Config{Node: n})
		for _, path := range []string{"/livez", "/readyz"} {
			code, text := ask(h, "GET", path, "", "")
			require.Equal(t, 503, code)
			require.Equal(t, "the node does not answer\n", text)
		}
	}
}

func TestFaultsNeedTheTokenAndAreAbsentOtherwise(t *testing.T) {
	var done []string
	h := admin.New(admin.Config{
		Node: still{looking()}, Token: "right",
		Fault: func(line string) error {
			if line == ":no" {
				return errors.New("no such thing")
			}
			done = append(done, line)
			return nil
		},
	})
	for _, token := range []string{"", "wrong", "righ", "right "} {
		code, _ := ask(h, "POST", "/faults", token, ":cut 1>2")
		require.Equal(t, 401, code, token)
	}
	require.Empty(t, done)
	code, _ := ask(h, "POST", "/faults", "right", ":cut 1>2\n")
	require.Equal(t, 204, code)
	require.Equal(t, []string{":cut 1>2"}, done)
	code, text := ask(h, "POST", "/faults", "right", ":no")
	require.Equal(t, 400, code)
	require.Equal(t, "no such thing\n", text)
	code, _ = ask(h, "POST", "/faults", "right", strings.Repeat("x", 5<<10))
	require.Equal(t, 413, code)
	code, _ = ask(h, "GET", "/faults", "right", "")
	require.Equal(t, 405, code)

	code, _ = ask(admin.New(admin.Config{Node: still{looking()}}), "POST", "/faults", "", "")
	require.Equal(t, 404, code)
}
