package bridge

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// reloaded is a page that went on with the run of another one, as a reload does.
func reloaded(t *testing.T, p, q *page) {
	t.Helper()
	link, memo := p.call("share", nil), p.call("memo", nil)
	q.call("restore", args{"link": link})
	q.call("recall", args{"memo": memo})
	require.JSONEq(t, string(memo), string(q.call("memo", nil)))
}

func panelsOf(f frameOf) map[string]string {
	all := map[string]string{}
	for _, p := range f.Panels {
		all[p[0]] = p[1]
	}
	return all
}

func TestAReloadKeepsWhatTheConsoleShows(t *testing.T) {
	p := free(t)
	for _, line := range []string{
		":until leader != none", "A: create /x 1", ":wait 1s", "A: get /nothing", ":wait 1s",
		"A: create /y 1",
	} {
		p.line(line)
	}
	p.call("play", args{"on": false})
	want := panelsOf(p.tick(0))["console-log"]
	require.Contains(t, want, "Created /x")
	q := free(t)
	reloaded(t, p, q)
	require.Equal(t, want, panelsOf(q.tick(0))["console-log"])
	q.do(":wait 1s")
	require.Contains(t, panelsOf(q.tick(0))["console-log"], "Created /y",
		"what was awaited is answered")
}

func TestAReloadKeepsTheAnswersOfALesson(t *testing.T) {
	p := lessonPage(t, "02-cold-start")
	p.call("predict", args{"step": "one", "choice": "0"})
	p.call("predict", args{"step": "one", "lock": true})
	p.call("lesson-run", nil)
	p.call("lesson-finish", nil)
	p.call("lesson-next", nil)
	p.call("predict", args{"step": "two", "choice": "2"})
	want := panelsOf(p.tick(0))
	q := lessonPage(t, "02-cold-start")
	reloaded(t, p, q)
	got := panelsOf(q.tick(0))
	for _, id := range []string{"live-one", "tail-one", "live-two", "live-three"} {
		require.Equal(t, want[id], got[id], id)
	}
}
