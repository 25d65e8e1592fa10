package bridge

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// forked is a page that acted in the past: its main branch killed server 5, its other one 4.
func forked(t *testing.T) *page {
	t.Helper()
	p := free(t)
	p.call("play", args{"on": false})
	p.do(":until leader != none")
	p.do(":wait 1s")
	p.do(":kill 5")
	p.do(":wait 20s")
	f := p.tick(0)
	p.call("seek", args{"ms": f.Now - 19_500})
	p.do(":kill 4")
	return p
}

func TestBranchesAreListedAndSwitched(t *testing.T) {
	p := forked(t)
	f := p.tick(0)
	require.Len(t, f.Branches.List, 2)
	require.Equal(t, 1, f.Branches.Current)
	require.InDelta(t, f.Now, f.Branches.List[1].At, 1)
	html, _ := f.panel("branches")
	require.Contains(t, html, "Branch 1")
	require.Contains(t, html, "Branch 2")
	require.Contains(t, html, "left Branch 1 at")
	require.Equal(t, "2", f.Toasts[0].Values["n"], "the toast has the number of the list")
	require.Equal(t, "fork", f.Toasts[0].Kind)

	here, now := p.fingerprint(), f.Now
	p.call("branch", args{"n": 0})
	f = p.tick(0)
	require.Zero(t, f.Branches.Current)
	require.InDelta(t, now, f.Now, 1, "at the same moment")
	require.NotEqual(t, here, p.fingerprint())
	require.Greater(t, f.End, now+10_000)
	require.NotEmpty(t, p.send("branch", args{"n": 9}).Error)
	p.call("branch", args{"n": 1})
	require.Equal(t, here, p.fingerprint())
}

func TestForkIsUndoneByGoingBackToTheOldFuture(t *testing.T) {
	p := forked(t)
	now := p.tick(0).Now
	p.call("unfork", nil)
	f := p.tick(0)
	require.Len(t, f.Branches.List, 1)
	require.InDelta(t, now, f.Now, 1)
	require.Greater(t, f.End, now+10_000)
	require.NotEmpty(t, p.send("unfork", nil).Error)
}

func TestMarksAreListedAroundThePosition(t *testing.T) {
	p := forked(t)
	html, _ := func() (string, bool) { f := p.tick(0); return f.panel("marks") }()
	require.Contains(t, html, "Node 5 goes down")
	require.Contains(t, html, `data-action="seek"`)
	p.call("seek", args{"ms": 0})
	html, _ = func() (string, bool) { f := p.tick(0); return f.panel("marks") }()
	require.Contains(t, html, "later ones")
}

func TestStepThatFindsNothingSaysSo(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.do(":wait 5s")
	p.tick(0)
	p.call("step", args{"n": 1, "unit": "round"})
	require.Equal(t, "step.none", p.tick(0).Toasts[0].Key)
	p.call("seek", args{"ms": 0})
	p.call("step", args{"n": -1, "unit": "event"})
	require.Equal(t, "step.start", p.tick(0).Toasts[0].Key)
}
