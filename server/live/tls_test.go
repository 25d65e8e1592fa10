package live_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/server/live"
)

func TestAPageOverTLSWatchesOverTLS(t *testing.T) {
	r := newRig(t)
	page := httptest.NewTLSServer(r.relay)
	defer page.Close()
	dial := func(origin string) (*websocket.Conn, error) {
		ws, _, err := websocket.Dial(t.Context(), strings.Replace(page.URL, "http", "ws", 1),
			&websocket.DialOptions{
				HTTPClient: page.Client(), HTTPHeader: http.Header{"Origin": {origin}},
				Subprotocols: []string{live.Protocol},
			})
		return ws, err
	}
	ws, err := dial(page.URL)
	require.NoError(t, err)
	require.NoError(t, ws.CloseNow())
	_, err = dial("http" + strings.TrimPrefix(page.URL, "https"))
	require.ErrorContains(t, err, "403", "it is another page")
}
