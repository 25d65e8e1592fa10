package live_test

import (
	"log/slog"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/server/live"
)

// do gives a line and returns the answer's error.
func (v *viewer) do(n int, text string) string {
	v.t.Helper()
	frame := `{"do":` + strconv.Itoa(n) + `,"line":` + strconv.Quote(text) + `}`
	require.NoError(v.t, v.ws.Write(v.t.Context(), websocket.MessageText, []byte(frame)))
	last := func() string { return string(v.lines[len(v.lines)-1]["done"]) }
	v.until(func() bool { return len(v.lines) > 0 && last() == strconv.Itoa(n) })
	return string(v.lines[len(v.lines)-1]["error"])
}

func TestFaultsAreRefusedWhereTheyAreNotAllowed(t *testing.T) {
	r := &rig{t: t, log: &book{}}
	r.relay = live.NewRelay(live.Config{
		KnowsHost: func(string) bool { return true }, Log: slog.New(slog.DiscardHandler),
		Keys: []live.Key{{Token: actToken, Rights: live.Act}},
	})
	r.page = httptest.NewServer(r.relay)
	defer r.page.Close()
	defer r.relay.Close()
	v := r.watch(actToken)
	require.Contains(t, v.untilLine("hello"), `"rights":"act"`)
	require.Contains(t, v.do(1, ":kill 1"), "--allow-faults")
	require.Contains(t, v.do(2, ":unplug A"), "there is no client A")
	require.NotEmpty(t, v.do(3, ":nonsense"))
	require.Contains(t, string(v.lines[len(v.lines)-1]["code"]), "UnknownVerb")
}

func TestLineAboutServersGoesToWhoRunsThem(t *testing.T) {
	r := newRig(t)
	v := r.watch(actToken)
	require.Empty(t, v.do(1, "  :partition 1|2,3 "))
	require.Empty(t, v.do(2, ":kill leader"))
	require.Equal(t, []string{":partition 1|2,3", ":kill leader"}, r.did())
	require.False(t, strings.Contains(r.log.String(), actToken))
}
