package bridge

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
)

// diagrammed is free play that stands still after an election, with the diagram in sight.
func diagrammed(t *testing.T) *page {
	t.Helper()
	p := free(t)
	p.call("play", args{"on": false})
	p.do(":until leader != none")
	p.do(":client A@1")
	p.do(":wait 1s")
	p.call("sight", args{"show": []string{"spacetime"}})
	p.call("spacetime", args{"x": 0, "x2": 500})
	return p
}

// diagram asks for frames until the diagram has taken all events.
func (p *page) diagram() Spacetime {
	p.t.Helper()
	var last Spacetime
	for range 20 {
		f := p.tick(0)
		if f.Spacetime != nil {
			last = *f.Spacetime
		}
		if !f.More {
			break
		}
	}
	return last
}

func TestDiagramShowsTheElection(t *testing.T) {
	p := diagrammed(t)
	w := p.diagram()
	require.Equal(t, []float64{0, 500}, []float64{w.From, w.To})
	require.Len(t, w.Lanes, 6)
	require.Equal(t, "A", w.Lanes[5].ID)
	require.Contains(t, w.Tags, "V→5")
	require.Contains(t, w.Tags, "NL e1")
	require.Equal(t, 1, w.Every)
	require.Equal(t, w.All, len(strings.Split(w.Rows, ";")))
	leader := strings.Split(w.Lanes[4].Turns, ";")
	require.True(t, strings.HasSuffix(leader[len(leader)-1], ",4,0,1"), "5 leads epoch 1: %s",
		w.Lanes[4].Turns)

	p.do(":wait 3s")
	p.call("spacetime", args{"x": 1000, "x2": 3500})
	without := p.diagram().All
	p.call("spacetime", args{"x": 1000, "x2": 3500, "on": true})
	require.Greater(t, p.diagram().All, without, "heartbeats are there when they are asked for")
}

func TestDiagramSendsNothingWhenNothingChangedOrItIsHidden(t *testing.T) {
	p := diagrammed(t)
	p.diagram()
	require.Nil(t, p.tick(0).Spacetime)
	p.do(":wait 1s") // after the window
	require.Nil(t, p.tick(0).Spacetime)

	p.call("sight", args{"hide": []string{"spacetime"}})
	p.call("spacetime", args{"x": 500, "x2": 900})
	require.Nil(t, p.tick(0).Spacetime)
	require.Nil(t, p.b.space.index, "what is hidden is not kept")
	p.call("sight", args{"show": []string{"spacetime"}})
	require.Equal(t, 500.0, p.diagram().From)
}

func TestDiagramIsTheSameAfterGoingBackAndForth(t *testing.T) {
	p := diagrammed(t)
	p.do(":partition 1,2|3,4,5")
	p.do(":wait 2s")
	p.call("spacetime", args{"x": 0, "x2": 1500})
	before := p.diagram()
	p.call("seek", args{"ms": 40.0})
	require.Nil(t, p.tick(0).Spacetime, "what lies ahead stays")
	p.call("step", args{"n": 9, "unit": "event"})
	p.call("step", args{"n": -4, "unit": "event"})
	p.call("seek", args{"ms": 9000.0})
	p.call("spacetime", args{"x": 0, "x2": 1400})
	p.diagram()
	p.call("spacetime", args{"x": 0, "x2": 1500})
	require.Equal(t, before, p.diagram())

	p.call("seek", args{"ms": 200.0})
	p.do(":kill 1") // another course
	after := p.diagram()
	require.NotEqual(t, before, after)
	require.True(t, strings.HasSuffix(after.Lanes[0].Turns, ",0,0,1"), after.Lanes[0].Turns)
}

func TestDiagramTellsWhatWasLost(t *testing.T) {
	p := diagrammed(t)
	p.do(":partition 1,2|3,4,5")
	p.do(":wait 20s")
	w := p.diagram()
	p.call("spacetime", args{"x": 1000, "x2": 20000})
	w = p.diagram()
	lost := 0
	for _, row := range strings.Split(w.Rows, ";") {
		if strings.Split(row, ",")[6] == "3" {
			lost++
			require.NotEmpty(t, strings.Split(row, ",")[8])
		}
	}
	require.Positive(t, lost)
	require.Contains(t, w.Lanes[0].Turns, ",2,0", "server 1 is apart")
	require.Contains(t, w.Lanes[4].Turns, ",0,1", "server 5 is not")
}

func TestDiagramIsSmallAndComesTenTimesASecond(t *testing.T) {
	p := &page{t, New(endless)}
	p.call("load", args{"voters": 9, "seed": 7, "lang": "en", "speed": 1000, "play": true})
	p.call("sight", args{"show": []string{"spacetime"}})
	for _, span := range []float64{100, 500, 10_000, 100_000} {
		from := p.tick(0).Now
		p.call("spacetime", args{"x": from, "x2": from + span, "on": true})
		frames, sent := 0, 0
		for range 120 {
			p.b.execute("A: create -s /n- x")
			f := p.tick(16.7)
			frames++
			if f.Spacetime == nil {
				continue
			}
			sent++
			require.LessOrEqual(t, len(encode(f.Spacetime)), 4096, "%v ms", span)
		}
		require.LessOrEqual(t, sent, frames/6+2, "%v ms", span)
	}
	require.NotZero(t, p.b.space.next)
}

func TestDiagramNamesAMessageInWords(t *testing.T) {
	p := diagrammed(t)
	l := p.b.log()
	for n := l.first; n <= l.end; n++ {
		if l.at(n).Kind == trace.Sent {
			said := as[string](p, p.call("spacetime-say", args{"n": n}))
			require.Contains(t, said, "ode")
			require.Contains(t, said, "votes for")
			break
		}
	}
	require.Empty(t, as[string](p, p.call("spacetime-say", args{"n": 1 << 30})))
}
