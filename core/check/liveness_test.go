package check

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

func TestLivenessInvariants(t *testing.T) { testKillers(t, livenessKillers) }

// heal says that everything is well from now on, and later judges what has come of it.
func (s *story) heal(until func()) {
	s.c.Heal(s.at, zk.SetOf(s.voters...))
	if until != nil {
		until()
	}
	s.c.Finish(s.at.Add(2 * ConvergesWithin))
}

var livenessKillers = []killer{
	{"Elects", "nobody leads", func(s *story) {
		s.heal(nil)
	}},
	{"Elects", "one leader after the other", func(s *story) {
		s.heal(func() {
			for range LeadersMax + 1 {
				s.lead(3)
				s.lose(1, 2, 3)
			}
			s.lead(3)
		})
	}},
	{"Converges", "a follower does not join", func(s *story) {
		s.heal(func() { s.lead(3, 1) })
	}},
	{"Converges", "a follower stays behind", func(s *story) {
		s.heal(func() {
			s.lead(3)
			s.tamper = func(e *trace.Event) bool { return e.Node != 1 }
			s.write(zk.Txn{})
		})
	}},
}

func TestHealedEnsembleIsFine(t *testing.T) {
	s := longStory()
	s.heal(func() { s.write(zk.Txn{}) })
	require.Empty(t, s.c.Violations())
}

func TestTooShortACalmIsNotJudged(t *testing.T) {
	s := newStory()
	s.c.Heal(s.at, zk.SetOf(1, 2, 3))
	s.c.Finish(s.at.Add(ElectsWithin / 2))
	require.Empty(t, s.c.Violations())
}
