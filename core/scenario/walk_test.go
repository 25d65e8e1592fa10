package scenario

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
)

// walkLines are what a restless user types; many are refused, depending on the moment.
var walkLines = []string{
	":kill 1", ":kill leader", ":kill 5", ":start 1", ":start *", ":start 5", ":pause 2",
	":resume 2", ":partition 1,2|3,4,5", ":cut 5>1", ":heal", ":delay 3>5 300ms", ":drop ACK 1>5",
	":hold COMMIT 5>*", ":release", ":client A@1", ":client B@2!", ":unplug A", ":heal A",
	":cut 2<>4", ":move A 3", ":crash-at Logged 2 power",
	":expire B", "A: create -s /n- 1", "A: create /x 1", "A: set /x 2", "A: get -w /x",
	"B: ls -R /", "B: deleteall /x", "B: sync /", "A: close", "C@3: get /", ":next", ":next",
	":fork other",
	":fork again before crash", ":undo", ":wait 1500ms", ":step 7", ":until leader != none",
	":power 3", ":slowdisk 4 40ms", ":chaos 3s", "A: multi create /m 1; create /m/n 2",
}

// walk does one random thing.
func walk(s *Session, r *rand.Rand) string {
	switch r.IntN(10) {
	case 0:
		s.SeekTime(zk.Instant(r.Int64N(int64(s.tl.HeadTime()) + 1)))
		return "seek time"
	case 1:
		s.Seek(r.Uint64N(s.tl.Head() + 1))
		return "seek"
	case 2:
		s.StepUnits(r.IntN(9)-4, Unit(r.IntN(3)))
		return "units"
	case 3, 4:
		s.Advance(r.IntN(200), s.Now().Add(time.Duration(r.Int64N(int64(3*time.Second)))))
		return "advance"
	}
	line := walkLines[r.IntN(len(walkLines))]
	s.Command(line)
	return line
}

// TestEveryWalkIsReplayedByItsLink lets a restless user loose and wants the link of every place to
// lead there.
func TestEveryWalkIsReplayedByItsLink(t *testing.T) {
	text := `---
title: Walk
cluster: 5 voters
clients: A@1
from: broadcast
---
## Crash {#crash}
` + "```run\n:kill 5\nA: create /w 1\n:wait 300ms\n```\n```expect\nwithin 5s: leader == 4\n```" + `
## Fork {#fork}
` + "```run\n:fork a before crash\n:wait 1s\n:kill 4\n:until leader != none\n```" + `
## Sibling {#sibling}
` + "```run\n:fork b\n:kill 1\nA: set /w 2\n:wait 1s\n```\n"
	f := parsed(t, text)
	find := func(string) (*File, *Error) { return f, nil }
	for seed := uint64(1); seed <= 40; seed++ {
		r := rand.New(rand.NewPCG(seed, 0))
		s, err := NewSession(f, Options{Seed: seed})
		require.Nil(t, err)
		var story []string
		for n := range 60 {
			story = append(story, strconv.Itoa(n)+" "+walk(s, r))
			if n%12 != 11 {
				continue
			}
			j := s.Journal()
			again, err := Restore(&j, find, Options{})
			require.Nil(t, err, "seed %d: %v\n%v\n%v", seed, err, story, j)
			after := fmt.Sprint("seed ", seed, "\n", story, "\n", j)
			require.Equal(t, s.Fingerprint(), again.Fingerprint(), after)
			require.Equal(t, s.State(), again.State(), after)
		}
		require.Nil(t, s.tl.World().Failure(), "seed %d\n%v", seed, story)
		require.Empty(t, s.Violations(), "seed %d\n%v", seed, story)
	}
}
