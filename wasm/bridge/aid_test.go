package bridge

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// said returns the messages of frames, and the real ms at which each came, at 16 ms a frame.
func said(frames []frameOf) (messages []string, at []int) {
	for i, f := range frames {
		if f.Says != "" {
			messages = append(messages, f.Says)
			at = append(at, i*16)
		}
	}
	return messages, at
}

func TestNarrationComesAtMostEveryTwoSecondsWhileTimeFlows(t *testing.T) {
	p := free(t)
	p.call("speed", args{"speed": 1000})
	messages, at := said(p.play(6000))
	require.NotEmpty(t, messages)
	for i := 1; i < len(at); i++ {
		require.GreaterOrEqual(t, at[i]-at[i-1], 1900)
	}
	require.Contains(t, strings.Join(messages, "\n"), "Nodes 1, 2, 3, 4",
		"the four followers are told in one sentence")
}

func TestEveryStepIsNarratedAtOnce(t *testing.T) {
	p := free(t)
	p.play(400)
	p.call("play", args{"on": false})
	p.tick(0)
	for range 5 {
		p.call("step", args{"n": 1, "unit": "event"})
		require.NotEmpty(t, p.tick(0).Says)
	}
}

func TestABriefVoiceTellsLess(t *testing.T) {
	length := map[string]int{}
	for _, voice := range []string{"brief", "normal", "detailed"} {
		p := free(t)
		p.call("voice", args{"name": voice})
		p.call("speed", args{"speed": 1000})
		messages, _ := said(p.play(4000))
		length[voice] = len(strings.Join(messages, ""))
	}
	require.Positive(t, length["brief"])
	require.Less(t, length["brief"], length["normal"])
	require.Less(t, length["normal"], length["detailed"])
}

func TestLossOfServiceIsAnnounced(t *testing.T) {
	p := free(t)
	p.call("speed", args{"speed": 1000})
	status := func(frames []frameOf) (last string) {
		for _, f := range frames {
			if f.Status != "" {
				last = f.Status
			}
		}
		return last
	}
	require.Contains(t, status(p.play(3000)), "Serving")
	p.call("command", args{"line": ":kill 3"})
	p.call("command", args{"line": ":kill 4"})
	p.call("command", args{"line": ":kill 5"})
	require.Contains(t, status(p.play(3000)), "No quorum")
	p.call("command", args{"line": ":start *"})
	require.Contains(t, status(p.play(20000)), "Serving")
}

// families returns the message families that were drawn and the kinds of events that were listed.
func families(frames []frameOf) map[string]bool {
	seen := map[string]bool{}
	for _, f := range frames {
		if f.Flights != nil {
			for _, m := range *f.Flights {
				seen[m.Family] = true
			}
		}
	}
	return seen
}

func TestLevelOfDetailFiltersWhatIsDrawn(t *testing.T) {
	for level, want := range map[string][3]bool{ // discovery, sync, heartbeat
		"simple": {false, false, false}, "standard": {true, true, true}, "full": {true, true, true},
	} {
		p := free(t)
		p.call("level", args{"name": level})
		p.call("speed", args{"speed": 400})
		seen := families(p.play(30000))
		require.True(t, seen["election"], level)
		require.Equal(t, want, [3]bool{seen["discovery"], seen["sync"], seen["heartbeat"]}, level)
	}
}

func TestUnknownLevelsAndVoicesAreRefused(t *testing.T) {
	p := free(t)
	for _, verb := range []string{"level", "voice"} {
		require.Contains(t, string(p.b.Call([]byte(`{"do":"`+verb+`","name":"x"}`))), "unknown")
	}
}
