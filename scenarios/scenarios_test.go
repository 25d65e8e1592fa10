package scenarios

import (
	"flag"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
)

var update = flag.Bool("update", false, "rewrite the trace blocks of the scenarios")

// otherSeeds is how many seeds beside its own a scenario is run with.
const otherSeeds = 20

func load(t *testing.T, name string) *scenario.File {
	t.Helper()
	f, err := Load(name)
	require.NoError(t, err, name)
	return f
}

func session(t *testing.T, f *scenario.File, seed uint64) *scenario.Session {
	t.Helper()
	s, err := scenario.NewSession(f, scenario.Options{Seed: seed})
	require.Nil(t, err, "%s with seed %d: %v", f.Name, seed, err)
	return s
}

// replay is what to do after a failure.
func replay(name string, seed uint64) string {
	return "replay: zabscope run scenarios/" + name + ".md --seed " + strconv.FormatUint(seed, 10)
}

func TestEveryScenarioKeepsItsPromises(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			f := load(t, name)
			rep := session(t, f, 0).RunAll()
			if *update {
				text, err := Text("en", name)
				require.NoError(t, err)
				text = f.Rewrite(text, rep.Goldens)
				require.NoError(t, os.WriteFile(name+".md", []byte(text), 0o644))
				return
			}
			require.True(t, rep.OK, "%s\n%s", rep, replay(name, f.Seed))
		})
	}
}

func TestEveryScenarioHoldsForOtherSeeds(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			f := load(t, name)
			for seed := uint64(1000); seed < 1000+otherSeeds && !f.Pinned; seed++ {
				rep := session(t, f, seed).RunAll()
				require.True(t, rep.OK, "%s\n%s", rep, replay(name, seed))
			}
		})
	}
}

func TestEveryScenarioRunsTwiceTheSame(t *testing.T) {
	for _, name := range Names() {
		f := load(t, name)
		first, second := session(t, f, 0), session(t, f, 0)
		require.Equal(t, first.RunAll(), second.RunAll(), name)
	}
}

// TestEveryScenarioReplaysFromCheckpoints goes to many places in the past and back, and wants to
// find the states that it saw the first time.
func TestEveryScenarioReplaysFromCheckpoints(t *testing.T) {
	for _, name := range Names() {
		f := load(t, name)
		s := session(t, f, 0)
		seen := map[uint64]uint64{}
		start := s.Timeline().Position()
		for range f.Steps {
			_, err := s.RunStep()
			require.Nil(t, err)
		}
		end := s.Fingerprint()
		tl := s.Timeline()
		for step := tl.Head(); step > start; step -= min(step, 97) {
			s.Seek(step)
			seen[tl.Position()] = tl.World().StateHash()
		}
		for step, hash := range seen {
			s.Seek(step)
			require.Equal(t, hash, tl.World().StateHash(), "%s at step %d", name, step)
		}
		s.Seek(tl.Head())
		require.Equal(t, end, s.Fingerprint(), name)
	}
}

func TestEveryScenarioIsReplayedByItsLink(t *testing.T) {
	for _, name := range Names() {
		s := session(t, load(t, name), 0)
		s.RunAll()
		j := s.Journal()
		again, err := scenario.Restore(&j, find, scenario.Options{})
		require.Nil(t, err, name)
		require.Equal(t, s.Fingerprint(), again.Fingerprint(), name)
		require.Equal(t, s.State(), again.State(), name)
	}
}

func find(name string) (*scenario.File, *scenario.Error) {
	text, err := Text("en", name)
	if err != nil {
		return nil, err.(*scenario.Error)
	}
	return scenario.Parse(name, text)
}

func TestEveryScenarioHasItsChineseSibling(t *testing.T) {
	for _, name := range Names() {
		text, err := Text("zh", name)
		require.NoError(t, err, name)
		zh, bad := scenario.ParseTranslation(name, text)
		require.Nil(t, bad, "zh/%s: %v", name, bad)
		require.NotEmpty(t, zh.Title, name)
		bad = load(t, name).CheckTranslation(zh)
		require.Nil(t, bad, "zh/%s: %v", name, bad)
	}
}

func TestEveryScenarioCanBeFinishedByALearner(t *testing.T) {
	for _, name := range Names() {
		f := load(t, name)
		require.LessOrEqual(t, len(f.Steps), 12, name)
		require.LessOrEqual(t, f.Minutes, 10, name)
		require.NotZero(t, f.Minutes, name)
		require.NotEmpty(t, f.Level, name)
		require.NotEmpty(t, f.Topics, name)
	}
}

func TestEveryPredictionHasOneAnswerFromTheRun(t *testing.T) {
	for _, name := range Names() {
		f := load(t, name)
		s := session(t, f, 0)
		s.RunAll()
		for _, res := range s.Results() {
			for _, a := range res.Answers {
				runs, options := blocks(&f.Steps[f.StepIndex(res.ID)])
				require.Equal(t, runs, a.Shown, "%s %s: what decided?", name, res.ID)
				switch a.Kind {
				case "choice":
					require.Len(t, a.Options, 1, "%s %s", name, res.ID)
				case "multi":
					require.NotEmpty(t, a.Options, "%s %s", name, res.ID)
				case "order":
					require.Len(t, a.Options, options, "%s %s", name, res.ID)
				case "pick-server", "number":
					require.NotContains(t, []string{"", "unknown"}, a.Value, "%s %s", name, res.ID)
				}
			}
		}
	}
}

// blocks tells whether a step does something, and how many options its question has.
func blocks(s *scenario.Step) (runs bool, options int) {
	for _, b := range s.Blocks {
		runs = runs || b.Kind == scenario.Run
		if b.Predict != nil {
			options = len(b.Predict.Options)
		}
	}
	return runs, options
}

func TestAScenarioThatIsNotThereIsNamed(t *testing.T) {
	_, err := Load("99-nothing")
	require.EqualError(t, err, `there is no scenario "99-nothing"; pick one from the list`)
}
