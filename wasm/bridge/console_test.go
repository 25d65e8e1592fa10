package bridge

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// zkCli prints nothing for set and delete; a person wants to see that something was done.
func TestTheConsoleConfirmsWhatZkCliIsSilentAbout(t *testing.T) {
	for lang, says := range map[string][]string{
		"en": {
			"Written: version 1, in transaction e1·c3", "Deleted, in transaction e1·c4",
			"Done",
		},
		"zh-CN": {"已写入: 版本 1，事务 e1·c3", "已删除，事务 e1·c4", "完成"},
	} {
		p := &page{t, New(endless)}
		p.call("load", args{"voters": 5, "seed": 7, "lang": lang})
		p.do(":until leader != none")
		p.do("A: create /x 1")
		p.do(":wait 2s")
		for _, line := range []string{"A: set /x 2", "A: delete /x", "A: addauth digest a:b"} {
			p.do(line)
			p.do(":wait 2s")
		}
		p.tick(200)
		log := pagesHave[p.b]["console-log"]
		for _, s := range says {
			require.Contains(t, log, s)
		}
		require.NotContains(t, log, `console-output">`+says[0], "zkCli says nothing here")
	}
}

func TestFreePlayCountsTheServersOfItsRun(t *testing.T) {
	p := &page{t, New(endless)}
	p.call("load", args{"voters": 5, "observers": 2, "seed": 7, "lang": "en"})
	p.tick(16)
	require.Contains(t, pagesHave[p.b]["free-text"], "Seven ZooKeeper servers run inside this tab")
	p.call("load", args{"voters": 3, "seed": 7, "lang": "zh-CN"})
	p.tick(16)
	require.Contains(t, pagesHave[p.b]["free-text"], "三台 ZooKeeper 服务器")
}

func TestHealSaysWhoStillLooksForALeader(t *testing.T) {
	p := free(t)
	p.do(":until service == available")
	p.do(":partition 1,2|*")
	p.do(":wait 40s")
	p.do(":heal")
	p.tick(200)
	require.Contains(t, pagesHave[p.b]["console-log"], "Nodes 1,2 still look for a leader")
	p.do(":wait 70s")
	p.do(":heal")
	p.tick(200)
	require.NotContains(t, p.b.console.entries[len(p.b.console.entries)-1].Explain, "look")
}
