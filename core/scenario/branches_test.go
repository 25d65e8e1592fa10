package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
)

func TestSwitchingBranchesKeepsEachOnesLines(t *testing.T) {
	s := serving(t)
	fork := s.Now()
	ok(t, s, "A: create /main 1")
	ok(t, s, ":wait 5s")
	end, link := s.Fingerprint(), s.Journal()
	s.SeekTime(fork)
	ok(t, s, ":kill leader")
	ok(t, s, ":wait 20s")
	other, otherLink := s.Fingerprint(), s.Journal()
	list, current := s.Branches()
	require.Len(t, list, 2)
	require.Equal(t, 1, current)
	require.Equal(t, fork, list[1].ForkAt)

	require.True(t, s.Switch(0))
	require.Equal(t, end, s.Fingerprint())
	require.Equal(t, link, s.Journal())
	require.True(t, s.Switch(1))
	require.Equal(t, other, s.Fingerprint())
	require.Equal(t, otherLink, s.Journal())
	require.False(t, s.Switch(1), "it is the current one")
	require.False(t, s.Switch(2))

	require.True(t, s.Switch(0))
	ok(t, s, "B: create /again 2")
	ok(t, s, ":wait 1s")
	again := s.Journal()
	restored, err := Restore(&again, nil, Options{})
	require.Nil(t, err)
	require.Equal(t, s.Fingerprint(), restored.Fingerprint(), "a link from a branch replays it")
}

func TestUnforkGoesBackToTheFutureThatWasLeft(t *testing.T) {
	s := serving(t)
	ok(t, s, "A: create /main 1")
	ok(t, s, ":wait 5s")
	end, link := s.Now(), s.Journal()
	s.SeekTime(s.Now() - zk.Instant(3*time.Second))
	here := s.Now()
	ok(t, s, ":kill leader")
	require.True(t, s.Unfork())
	require.Equal(t, here, s.Now())
	require.Equal(t, end, s.tl.HeadTime())
	list, _ := s.Branches()
	require.Len(t, list, 1)
	s.SeekTime(end)
	require.Equal(t, link, s.Journal())
	require.False(t, s.Unfork(), "main left no branch")
}

func TestOldBranchesAreForgottenWithTheirLines(t *testing.T) {
	s := serving(t)
	for range 20 {
		s.SeekTime(s.Now() - zk.Instant(100*time.Millisecond))
		ok(t, s, ":kill 1")
		ok(t, s, ":wait 1s")
		ok(t, s, ":start 1")
		ok(t, s, ":wait 1s")
	}
	list, _ := s.Branches()
	require.LessOrEqual(t, len(list), 8)
	require.Greater(t, len(list), 4)
	require.Len(t, s.others, len(list)-1)
	for i := range list {
		s.Switch(i)
	}
}

func TestBranchesOfAScriptCanBeLookedAt(t *testing.T) {
	s, err := NewSession(parsed(t, `---
title: Two ways
cluster: 3 voters
from: broadcast
---
## One {#one}
`+"```run\n:kill leader\n:wait 5s\n```\n"+`
## Two {#two}
`+"```run\n:fork other before one\n:wait 3s\n```\n"), Options{})
	require.Nil(t, err)
	require.True(t, s.RunAll().OK)
	prints := map[int]string{}
	list, _ := s.Branches()
	require.GreaterOrEqual(t, len(list), 2)
	for range 2 {
		for i := range list {
			s.Switch(i)
			print := s.Fingerprint().String()
			if was, known := prints[list[i].ID]; known {
				require.Equal(t, was, print)
			}
			prints[list[i].ID] = print
			s.Advance(100, s.Now())
		}
	}
}
