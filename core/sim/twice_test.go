package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/check"
	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
)

func TestDeterministic(t *testing.T) {
	for seed := uint64(1); seed <= 6; seed++ {
		first, second := Twice(seed, RandomOptions{Faults: 20 * time.Second, Judge: NewJudge})
		require.True(t, second.OK(), second.Detail)
		require.Equal(t, first, second)
		require.Positive(t, first.Acked)
	}
}

// forgetful is a node that remembers something beyond its own life: each start it counts the starts
// of the whole test.
func forgetful(starts *uint64) func(node.Config, node.Boot, *step.Output) Machine {
	return func(cfg node.Config, boot node.Boot, out *step.Output) Machine {
		*starts++
		cfg.Seed += *starts
		return nodeMachine{node.New(cfg, boot, out)}
	}
}

func TestHiddenStateIsNotDeterministic(t *testing.T) {
	var starts uint64
	opts := RandomOptions{Faults: 20 * time.Second, Machine: forgetful(&starts)}
	_, second := Twice(1, opts)
	require.Equal(t, check.Deterministic, second.Violation)
}
