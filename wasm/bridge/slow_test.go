package bridge

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// playOn plays until the clock stops, at most for so many frames.
func (p *page) playOn(frames int) (f frameOf) {
	p.t.Helper()
	p.call("play", args{"on": true})
	for range frames {
		if f = p.tick(100); !f.Playing {
			return f
		}
	}
	return f
}

func TestClockPausesAtTheChosenKinds(t *testing.T) {
	p := free(t)
	p.call("speed", args{"speed": 1000})
	p.call("auto", args{"text": "vote=pause state=ignore nonsense=pause reply=what"})
	f := p.playOn(1000)
	require.False(t, f.Playing)
	require.Contains(t, f.Paused, "Paused:")
	require.Contains(t, f.Paused, "switches to")
	at := f.Now
	f = p.playOn(1000)
	require.Greater(t, f.Now, at, "it goes on to the next one")
	require.NotEmpty(t, f.Paused)
	p.call("seek", args{"ms": 0})
	require.Empty(t, p.tick(0).Paused)

	p.call("auto", args{"text": "service=pause"})
	f = p.playOn(5000)
	require.Contains(t, f.Paused, "Paused:")
	require.NotZero(t, p.b.model().Leader())
	p.call("auto", args{"text": "commit=pause acks=pause"})
	p.do("A: create /x 1")
	p.do(":wait 1s")
	require.Empty(t, p.tick(0).Paused, "only while time flows by itself")
	p.do("A: create /y 1")
	require.Contains(t, p.playOn(5000).Paused, "commit")
}

func TestBreakpointsStopTheClockWithABanner(t *testing.T) {
	p := free(t)
	p.do(":break when leader != none")
	p.do(":break at 60s")
	p.call("speed", args{"speed": 10_000})
	f := p.playOn(5000)
	require.Contains(t, f.Paused, "Breakpoint 1: when leader != none")
	require.NotZero(t, p.b.model().Leader())
	require.Equal(t, ":break when leader != none", p.b.session.Breaks()[0].Line)
	f = p.playOn(20_000)
	require.Contains(t, f.Paused, "Breakpoint 2: at 60s")
	require.InDelta(t, 60_000, f.Now, 0.001)
	p.do(":unbreak *")
	p.call("seek", args{"ms": 0})
	require.True(t, p.playOn(50).Playing)
}

func TestTypedWaitEndsAtABreakpoint(t *testing.T) {
	p := free(t)
	p.call("play", args{"on": false})
	p.do(":break when leader != none")
	p.call("speed", args{"speed": 1000})
	r := as[Result](p, p.call("command", args{"line": ":wait 1h", "typed": true}))
	f := p.tick(100)
	for n := 0; f.Playing && n < 10_000; n++ {
		f = p.tick(100)
	}
	require.Contains(t, f.Paused, "Breakpoint 1")
	require.Contains(t, as[Result](p, p.call("answer", args{"entry": r.Pending})).Error, "Stopped")
	p.call("load", args{"voters": 5, "seed": 8, "lang": "en"})
	require.Len(t, p.b.session.Breaks(), 1, "a new run keeps the breakpoints")
}
