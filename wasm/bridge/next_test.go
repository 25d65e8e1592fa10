package bridge

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// typed gives a line as a person types it.
func (p *page) typed(line string) Result {
	p.t.Helper()
	return as[Result](p, p.call("command", args{"line": line, "typed": true}))
}

func TestNextThatIsTypedLeavesTheQuestionOpen(t *testing.T) {
	p := lessonPage(t, "02-cold-start")
	before := p.fingerprint()
	r := p.typed(":next")
	require.False(t, r.OK)
	require.Contains(t, r.Error, "第 1 步")
	require.Contains(t, r.Error, "跳过问题", "it says how to go on without an answer")
	f := p.tick(50)
	require.False(t, f.Playing)
	require.Equal(t, before, p.fingerprint(), "nothing has happened")
	live, _ := f.panel("live-one")
	require.Contains(t, live, `data-asks="choice"`)
	require.Contains(t, pagesHave[p.b]["console-log"], "跳过问题")
}

func TestNextThatIsTypedRunsTheStepAsItsButtonDoes(t *testing.T) {
	right, fingerprint := answers(t, "02-cold-start")
	p := lessonPage(t, "02-cold-start")
	for i, answer := range right {
		id := p.b.lesson.file.Steps[i].ID
		if i > 0 {
			require.False(t, p.typed(":next").OK, "it opens the step, whose question waits")
			require.Equal(t, id, p.b.lesson.current(p.b))
		}
		p.call("predict", args{"step": id, "choice": answer})
		p.call("predict", args{"step": id, "lock": true})
		require.True(t, p.typed(":next").OK)
		f := p.tick(0)
		require.True(t, f.Playing, "the step is seen to play")
		require.Contains(t, pagesHave[p.b]["console-log"], "播放")
		require.Contains(t, p.watchStep()["live-"+id], `data-right="true"`)
	}
	require.Equal(t, `"`+fingerprint+`"`, p.fingerprint())
	require.Contains(t, p.typed(":next").Error, "没有剩下的步骤")
}

func TestNextThatIsTypedGoesOnWithAStepThatStandsStill(t *testing.T) {
	p := lessonPage(t, "02-cold-start")
	p.do(":next")
	f := p.tick(16)
	foot, _ := f.panel("foot-one")
	require.Contains(t, foot, `data-halted="true"`, "it has begun, but no time passes")
	require.NotContains(t, foot, "正在运行")
	require.Contains(t, pagesHave[p.b]["console-log"], "时间停着")
	require.Contains(t, p.line(":next").Error, "还没结束", "there are steps left")
	require.True(t, p.typed(":next").OK)
	f = p.tick(16)
	require.True(t, f.Playing)
	foot, _ = f.panel("foot-one")
	require.Contains(t, foot, "正在运行")
	p.watchStep()
}

func TestAStepGoesOnFromTheMomentThatIsShown(t *testing.T) {
	p := lessonPage(t, "05-runtime-election")
	p.call("lesson-run", nil)
	p.play(2000)
	p.call("play", args{"on": false})
	now := p.tick(0).Now
	p.call("seek", args{"ms": now - 30})
	p.call("lesson-run", nil)
	f := p.tick(16)
	require.True(t, f.Playing)
	require.Less(t, f.Now, now, "what was sought is seen again")
	require.NotContains(t, p.watchStep()["tail-crash"], `"failed"`)
}
