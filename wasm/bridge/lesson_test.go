package bridge

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/scenarios"
)

// nativeRun runs a scenario outside the bridge.
func nativeRun(t *testing.T, name string) (*scenario.Session, scenario.Report) {
	t.Helper()
	f, err := scenarios.Load(name)
	require.NoError(t, err)
	s, problem := scenario.NewSession(f, scenario.Options{})
	require.Nil(t, problem)
	return s, s.RunAll()
}

// watchStep plays until the clock stops, and returns the last HTML of each panel.
func (p *page) watchStep() map[string]string {
	p.t.Helper()
	p.call("speed", args{"speed": 10000})
	seen := map[string]string{}
	for range 600 {
		f := p.tick(50)
		for _, panel := range f.Panels {
			seen[panel[0]] = panel[1]
		}
		if !f.Playing {
			return seen
		}
	}
	p.t.Fatal("the step does not end")
	return nil
}

// answers gives for each step of a scenario the right answer, as a learner writes it.
func answers(t *testing.T, name string) (right []string, fingerprint string) {
	s, report := nativeRun(t, name)
	for _, r := range s.Results() {
		right = append(right, rightAnswer(&r.Answers[0]))
	}
	return right, report.Fingerprint
}

func TestLessonsPlayedStepByStepRunAsTheyDoNatively(t *testing.T) {
	for _, name := range scenarios.Names() {
		right, fingerprint := answers(t, name)
		p := lessonPage(t, name)
		p.tick(0)
		var seen map[string]string
		for i, answer := range right {
			id := p.b.lesson.file.Steps[i].ID
			p.call("predict", args{"step": id, "choice": answer})
			p.call("predict", args{"step": id, "lock": true})
			p.call("lesson-run", args{"step": id})
			seen = p.watchStep()
			require.Contains(t, seen["live-"+id], `data-right="true"`, "%s %s", name, id)
			require.NotContains(t, seen["tail-"+id], `data-state="failed"`, "%s %s", name, id)
			p.call("lesson-next", nil)
		}
		require.Equal(t, `"`+fingerprint+`"`, p.fingerprint(), name)
		require.Contains(t, seen["lesson-end"], `data-over="true"`, name)
	}
}

func TestWrongAnswerIsShownBesideWhatHappened(t *testing.T) {
	p := lessonPage(t, "02-cold-start")
	p.call("lesson-go", args{"step": "two"})
	p.call("predict", args{"step": "two", "choice": "1"})
	p.tick(0)
	require.Equal(t, "1", p.b.look.Guess.String(), "the stage marks the guess")
	p.call("predict", args{"step": "two", "lock": true})
	p.call("predict", args{"step": "two", "choice": "2"})
	require.Equal(t, "1", p.b.lesson.guesses[1].choice, "a locked answer stays")
	p.call("lesson-run", args{"step": "two"})
	live := p.watchStep()["live-two"]
	require.Contains(t, live, `data-right="false"`)
	require.Contains(t, live, "服务器 1")
	require.Contains(t, live, "服务器 2")
	require.Zero(t, p.b.look.Guess)
}

func TestSkippedAndUnlockedAnswersAreNotJudged(t *testing.T) {
	p := lessonPage(t, "02-cold-start")
	p.call("predict", args{"step": "one", "choice": "0"})
	p.call("predict", args{"step": "one", "skip": true})
	p.call("lesson-run", nil)
	live := p.watchStep()["live-one"]
	require.Contains(t, live, "reveal-happened")
	require.NotContains(t, live, "reveal-verdict")
}

func TestEvidenceIsTheMomentThatDecided(t *testing.T) {
	p := lessonPage(t, "05-runtime-election")
	p.call("lesson-run", nil)
	p.watchStep()
	end := p.tick(0).Now
	p.call("lesson-show", args{"step": "crash"})
	f := p.tick(0)
	require.Less(t, f.Now, end)
	require.Equal(t, "server-4", f.Page.Selected)
	require.True(t, f.Jump)
	require.Equal(t, "LEADING", p.state().Servers[3].Role, "4 has just been elected")
	p.call("lesson-back", nil)
	require.Equal(t, end, p.tick(0).Now)
	p.call("lesson-show", args{"step": "crash"})
	require.True(t, as[Progress](p, p.call("run", nil)).OK, "the rest goes on from the end")
	p.call("lesson-reset", args{"step": "write"})

	p.call("lesson-show", args{"step": "crash"})
	p.call("lesson-next", nil)
	p.call("lesson-run", nil)
	live := p.watchStep()
	require.NotContains(t, live["tail-write"], `"failed"`, "a look back changes nothing")
	require.Contains(t, live["live-write"], "lesson-show")
	f = p.tick(0)
	crash, _ := f.panel("live-crash")
	require.NotContains(t, crash, "lesson-show", "that lies on another branch")
}

func TestAStepBeginsWhereTheLastOneEnded(t *testing.T) {
	right, fingerprint := answers(t, "01-roles")
	p := lessonPage(t, "01-roles")
	for i := range right {
		p.do(":kill 5")
		p.call("play", args{"on": true})
		p.play(400)
		p.call("lesson-run", nil)
		toasts := p.b.toasts
		require.NotEmpty(t, toasts, "the learner is told")
		require.Equal(t, "lesson.back", toasts[len(toasts)-1].Key)
		p.watchStep()
		require.Equal(t, len(right)-1 == i, p.b.lesson.end(p.b).Over)
		p.call("lesson-next", nil)
	}
	require.Equal(t, `"`+fingerprint+`"`, p.fingerprint(), "as if nothing had been done")
}

func TestConsoleNamesAStepAsItIsRead(t *testing.T) {
	p := lessonPage(t, "12-minority-partition")
	p.call("lesson-run", nil)
	lines := p.b.console.entries
	require.Equal(t, ":next", lines[0].Line)
	require.Equal(t, "二对三", lines[0].Output)
}

func TestStepIsDoneAgain(t *testing.T) {
	_, fingerprint := answers(t, "05-runtime-election")
	p := lessonPage(t, "05-runtime-election")
	p.call("lesson-go", args{"step": "back"})
	p.call("lesson-run", nil)
	p.tick(20)
	p.do(":kill 1")
	p.do(":kill 2")
	broken := p.watchStep()
	require.Contains(t, broken["tail-back"], `"failed"`)
	p.call("lesson-reset", args{"step": "write"})
	f := p.tick(0)
	require.Equal(t, "write", f.Page.Step)
	live, _ := f.panel("live-write")
	require.Contains(t, live, `data-state="current"`)
	require.Contains(t, live, `data-asks="choice"`)
	for range 3 {
		p.call("lesson-run", nil)
		p.call("lesson-finish", nil)
		require.False(t, p.tick(0).Playing)
		p.call("lesson-next", nil)
	}
	require.Equal(t, `"`+fingerprint+`"`, p.fingerprint())
	require.True(t, p.b.lesson.end(p.b).Over)
	require.False(t, p.b.lesson.end(p.b).Failed)

	p.call("lesson-restart", nil)
	f = p.tick(0)
	require.Equal(t, "crash", f.Page.Step)
	require.False(t, p.b.lesson.end(p.b).Over)
	end, _ := f.panel("lesson-end")
	require.NotContains(t, end, `data-over="true"`)
}

func TestUndoOfAStepOpensItAgain(t *testing.T) {
	p := lessonPage(t, "01-roles")
	p.call("lesson-run", nil)
	p.call("lesson-next", nil)
	p.call("lesson-run", nil)
	p.watchStep()
	p.do(":undo")
	f := p.tick(0)
	live, _ := f.panel("live-write")
	require.Contains(t, live, `data-state="current"`)
	p.call("lesson-run", nil)
	require.NotContains(t, p.watchStep()["tail-write"], `"failed"`)
}

func TestOrderIsAnsweredAsItIsOffered(t *testing.T) {
	p := lessonPage(t, "08-broadcast-quorum")
	f := p.tick(0)
	live, _ := f.panel("live-path")
	require.Contains(t, live, `data-asks="order"`)
	require.Equal(t, 4, strings.Count(live, "predict-up"))
	p.call("predict", args{"step": "path", "lock": true})
	p.call("lesson-run", nil)
	live = p.watchStep()["live-path"]
	require.Contains(t, live, `data-right="false"`, "the file offers them in another order")
}

func TestALessonThatIsResetStandsAtItsStart(t *testing.T) {
	for _, name := range scenarios.Names() {
		p := lessonPage(t, name)
		start, begun := p.state(), p.fingerprint()
		first := p.b.lesson.file.Steps[0].ID
		for _, reset := range []string{"lesson-reset", "lesson-restart"} {
			for i := range p.b.lesson.file.Steps {
				id := p.b.lesson.file.Steps[i].ID
				p.call("predict", args{"step": id, "skip": true})
				p.call("lesson-run", nil)
				p.watchStep()
				p.call("lesson-next", nil)
			}
			p.call(reset, args{"step": first})
			for range 20 {
				require.False(t, p.tick(50).Playing, "%s after %s", name, reset)
			}
			require.Equal(t, start, p.state(), "%s after %s", name, reset)
			require.Equal(t, begun, p.fingerprint())
			require.Equal(t, first, p.b.lesson.current(p.b))
			require.False(t, p.b.lesson.guesses[0].locked, "its question is open again")
		}
	}
}
