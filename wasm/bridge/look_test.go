package bridge

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/scenarios"
)

// rightServers gives the right answer of each step that asks for a server, "" for the others.
func rightServers(t *testing.T, name string) (right []string) {
	f, err := scenarios.Load(name)
	require.NoError(t, err)
	s, problem := scenario.NewSession(f, scenario.Options{})
	require.Nil(t, problem)
	s.RunAll()
	for i, r := range s.Results() {
		answer := ""
		if q := f.Steps[i].Question(); q != nil && q.Kind == "pick-server" {
			answer = r.Answers[0].Value
		}
		right = append(right, answer)
	}
	return right
}

func TestWhatToLookAtDoesNotGiveTheAnswerAway(t *testing.T) {
	asked := 0
	for _, name := range scenarios.Names() {
		p := lessonPage(t, name)
		p.tick(0)
		for i, answer := range rightServers(t, name) {
			id := p.b.lesson.file.Steps[i].ID
			if answer != "" {
				asked++
				require.NotContains(t, pagesHave[p.b]["live-"+id],
					`data-target="server-`+answer+`"`, "%s %s", name, id)
			}
			p.call("predict", args{"step": id, "skip": true})
			p.call("lesson-run", nil)
			p.watchStep()
			if answer != "" && len(p.b.lesson.live(p.b, i).Look) > 0 {
				require.Contains(t, pagesHave[p.b]["live-"+id], "live-look",
					"%s %s: with the answer it is told what to look at", name, id)
			}
			p.call("lesson-next", nil)
			p.tick(0)
		}
	}
	require.Greater(t, asked, 3)
}

func TestVotesAreThoseOfTheLookedAtServerOnlyWithTheAnswer(t *testing.T) {
	p := lessonPage(t, "05-runtime-election")
	p.tick(0)
	require.Zero(t, p.b.look.VotesOf, "server 4 is the answer")
	p.call("predict", args{"step": "crash", "skip": true})
	p.call("lesson-run", nil)
	p.watchStep()
	require.EqualValues(t, 4, p.b.look.VotesOf)
}
