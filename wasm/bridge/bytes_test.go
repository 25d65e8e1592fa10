package bridge

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
)

// Whatever is sent in a run with elections, writes, watches and a follower that catches up has
// bytes, and all of them are fields.
func TestBytesOfEveryMessageOfARun(t *testing.T) {
	p := free(t)
	types := map[zk.MsgType]bool{}
	for _, line := range []string{
		":until leader != none", "A@1: create /x 1", ":wait 1s", "A: get -w /x", "A: set /x 2",
		":wait 1s", "A: multi create /y 1 ; delete /x", ":kill 4", ":wipe 4", ":wait 2s",
		":start 4", ":wait 300ms", ":wait 300ms", ":wait 1s", "A: close", ":wait 1s",
	} {
		p.do(line)
		for e := range p.b.model().Rows() {
			if e.Kind == trace.Sent && e.Msg != nil {
				types[e.Type] = p.requireBytes(e)
			}
		}
	}
	require.Greater(t, len(types), 12, "%v", types)
}

func (p *page) requireBytes(e *trace.Event) bool {
	p.t.Helper()
	shown := p.b.bytesOf(e.Msg)
	require.NotNil(p.t, shown, "%s", e.Type)
	for _, row := range shown.Rows {
		require.NotEmpty(p.t, row.Hex, "%s %s", e.Type, row.Name)
		require.NotContains(p.t, row.Name, " ", "%s: what is no field has words for a name", e.Type)
	}
	return true
}

func TestInspectorShowsTheBytesOfAMessage(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.do("A: create /x hello")
	flights := func() []view.Flight { return p.b.model().Flights }
	for !hasProposal(flights()) {
		p.do(":step")
	}
	for _, f := range flights() {
		if f.Type != zk.Proposal {
			continue
		}
		p.call("select", args{"target": "message-" + f.ID.String()})
		in := p.b.inspector(p.b.model())
		require.NotNil(t, in.Bytes)
		require.True(t, in.Bytes.Peer)
		require.Equal(t, "PROPOSAL", in.Bytes.Rows[0].Value)
		return
	}
}

func TestEventsOfAMessageShowItsBytes(t *testing.T) {
	p := free(t)
	p.do(":until leader != none")
	p.do(":hold COMMIT leader>*")
	p.do("A@1: create /x hello")
	p.do(":wait 1s")
	shown := map[trace.Kind]bool{}
	for n := p.b.log().first; p.b.log().has(n); n++ {
		e := p.b.log().at(n)
		p.b.look.Log.Why = n
		has := p.b.whyPanel().Bytes != nil
		require.Equal(t, e.Kind.Info().Group == trace.GroupMessage && e.Type != 0, has, "%v", e)
		shown[e.Kind] = shown[e.Kind] || has
	}
	require.True(t, shown[trace.Sent] && shown[trace.Arrived] && shown[trace.Held])
	require.False(t, shown[trace.Invoked])
}

func hasProposal(flights []view.Flight) bool {
	for _, f := range flights {
		if f.Type == zk.Proposal {
			return true
		}
	}
	return false
}
