package bridge

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// away lists the lines of the console with what they are marked as.
func (p *page) away() string {
	p.t.Helper()
	p.tick(200)
	var all []string
	for _, e := range p.b.console.entries {
		all = append(all, strings.TrimSpace(e.Line+" "+e.Away))
	}
	return strings.Join(all, "; ")
}

func TestLinesOfTheFutureAndOfOtherBranchesAreMarked(t *testing.T) {
	p := free(t)
	p.call("play", args{"on": false})
	p.do(":until service == available")
	p.do(":kill 1")
	p.do(":wait 1s")
	early := p.tick(0).Now
	p.do(":wait 1s")
	p.do(":kill 2")
	p.do(":wait 1s")
	end := p.tick(0).Now
	const first = ":until service == available; :kill 1; :wait 1s; :wait 1s; :kill 2"
	require.Equal(t, first+"; :wait 1s", p.away())

	p.call("seek", args{"ms": early - 1})
	require.Equal(t, ":until service == available; :kill 1; :wait 1s; :wait 1s later; "+
		":kill 2 later; :wait 1s later", p.away())
	require.Contains(t, pagesHave[p.b]["console-log"], "Later than the moment that is shown")

	p.do(":start 1")
	const fork = ":until service == available; :kill 1; :wait 1s; :wait 1s branch; " +
		":kill 2 branch; :wait 1s branch; :start 1"
	require.Equal(t, fork, p.away(), "what lay ahead is another branch now")
	require.Contains(t, pagesHave[p.b]["console-log"], "On another branch")

	p.call("branch", args{"n": 0})
	p.call("seek", args{"ms": end})
	require.Equal(t, first+"; :wait 1s; :start 1 branch", p.away())
}

func TestAnUndoneLineIsOfAnotherBranch(t *testing.T) {
	p := free(t)
	p.do(":until service == available")
	p.do(":kill 1")
	p.do(":undo")
	require.Equal(t, ":until service == available; :kill 1 branch; :undo", p.away())
	p.call("redo", nil)
	require.Equal(t, ":until service == available; :kill 1 branch; :undo; :kill 1", p.away())

	memo := as[Memo](p, p.call("memo", nil))
	require.True(t, memo.Lines[1].Left)
	p.call("recall", args{"memo": memo})
	require.Contains(t, p.away(), ":undo; :kill 1; :until service == available; :kill 1 branch; ")
}

// The line of an event has nothing that was typed: an empty prompt would look like a line.
func TestWhatComesToAClientIsNoEmptyLine(t *testing.T) {
	p := free(t)
	p.tick(0)
	p.do(":until service == available")
	p.do("A: create /x 1")
	p.do(":wait 5s")
	p.do("B: get -w /x")
	p.do(":wait 5s")
	p.tick(0)
	p.do("A: set /x 2")
	p.do(":wait 5s")
	p.tick(200)
	log := pagesHave[p.b]["console-log"]
	require.Contains(t, log, "NodeDataChanged")
	for _, line := range regexp.MustCompile(`(?s)<p class="console-line">(.*?)<button`).
		FindAllStringSubmatch(log, -1) {
		said := strings.TrimSpace(regexp.MustCompile(`(?s)<b>.*?</b>|<[^>]*>`).
			ReplaceAllString(line[1], ""))
		require.NotEmpty(t, said, "%s", line[0])
	}
	require.NotContains(t, log, "<b>B&gt;</b> <span", "what came is not a prompt")
}
