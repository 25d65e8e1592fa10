package bridge

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
)

// A server that sees the others but not their leader never joins: it needs the leader's own word.
func TestAServerThatCannotReachTheLeaderSaysWhyItDoesNotJoin(t *testing.T) {
	for _, cuts := range [][]string{{":cut 2>5", ":cut 5>2"}, {":cut 2>5"}, {":cut 5>2"}} {
		p := free(t)
		p.do(":until service == available")
		for _, line := range cuts {
			p.do(line)
		}
		p.do(":wait 40s")
		m := p.b.model()
		require.Equal(t, zk.Looking, m.Server(2).Role, "%v", cuts)
		leader, from := m.Barred(m.Server(2))
		require.Equal(t, zk.ServerID(5), leader, "%v", cuts)
		require.Equal(t, zk.SetOf(1, 3, 4), from, "%v", cuts)
		p.call("votes-of", args{"server": 2})
		p.call("select", args{"target": "server-2"})
		p.tick(200)
		for _, panel := range []string{"votes", "inspector"} {
			require.Contains(t, pagesHave[p.b][panel], "hears of leader 5 from 1 3 4", panel)
		}
		for _, id := range []zk.ServerID{1, 3, 4, 5} {
			leader, _ := m.Barred(m.Server(id))
			require.Zero(t, leader, "%v: %v is not looking", cuts, id)
		}

		p.do(":heal")
		p.do(":until state[2] == FOLLOWING")
		m = p.b.model()
		require.Equal(t, zk.Following, m.Server(2).Role)
		leader, _ = m.Barred(m.Server(2))
		require.Zero(t, leader)
	}
}
