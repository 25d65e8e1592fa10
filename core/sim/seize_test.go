package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// proposalTo lets client A write until a PROPOSAL to the server is on its way.
func proposalTo(t *testing.T, w *World, to zk.ServerID) trace.Ref {
	t.Helper()
	do(t, w, Command{Verb: Request, Client: 'A', Req: create("/x")})
	w.TakeEvents()
	for range 1000 {
		w.Step()
		for _, e := range kinds(w.TakeEvents(), trace.Sent) {
			if e.Type == zk.Proposal && e.Peer == to {
				return e.Ref
			}
		}
	}
	require.Fail(t, "no PROPOSAL")
	return trace.Ref{}
}

func TestAMessageThatIsDroppedTakesItsConnectionAlong(t *testing.T) {
	w := settled(t, Config{Voters: 5, Seed: 4})
	sent := proposalTo(t, w, 1)
	do(t, w, Command{Verb: Drop, Flight: sent})
	dropped := kinds(w.TakeEvents(), trace.Dropped)
	require.NotEmpty(t, dropped)
	require.Equal(t, sent, dropped[0].Cause)
	require.Equal(t, zk.WhyDropped, dropped[0].Why)
	require.Error(t, w.Do(Command{Verb: Drop, Flight: sent}), "it is gone")
	w.RunTo(w.Now().Add(time.Second))
	require.False(t, has(w, 1, "/x"), "nothing follows a hole")
	require.True(t, has(w, 2, "/x"))
	w.RunTo(w.Now().Add(40 * time.Second))
	require.True(t, has(w, 1, "/x"), "a new connection brings it")
}

func TestAMessageThatIsHeldGoesOnInOrder(t *testing.T) {
	w := settled(t, Config{Voters: 5, Seed: 4})
	sent := proposalTo(t, w, 1)
	do(t, w, Command{Verb: Hold, Flight: sent})
	w.RunTo(w.Now().Add(time.Second))
	require.False(t, has(w, 1, "/x"), "the COMMIT waits behind it")
	do(t, w, Command{Verb: Release})
	w.TakeEvents()
	w.RunTo(w.Now().Add(time.Second))
	require.True(t, has(w, 1, "/x"))
	require.Empty(t, kinds(w.TakeEvents(), trace.LinkDown))
}

func TestAHeldMessageCanBeDropped(t *testing.T) {
	w := settled(t, Config{Voters: 5, Seed: 4})
	sent := proposalTo(t, w, 1)
	do(t, w, Command{Verb: Hold, Flight: sent})
	w.RunTo(w.Now().Add(100 * time.Millisecond))
	held := len(w.held)
	require.Greater(t, held, 1, "the COMMIT waits too")
	before := w.Clone()
	do(t, w, Command{Verb: Drop, Flight: sent})
	require.Empty(t, w.held)
	require.Len(t, before.held, held, "a clone is its own")
	w.RunTo(w.Now().Add(40 * time.Second))
	require.True(t, has(w, 1, "/x"))
}

func TestAnElectionMessageIsDroppedAlone(t *testing.T) {
	w := settled(t, Config{Voters: 5, Seed: 4})
	do(t, w, Command{Verb: Kill, From: zk.SetOf(5)})
	w.TakeEvents()
	var votes []trace.Event
	for range 5000 {
		w.Step()
		if votes = append(votes, kinds(w.TakeEvents(), trace.Sent)...); len(votes) > 3 {
			break
		}
	}
	last := votes[len(votes)-1]
	require.Equal(t, zk.Notification, last.Type)
	do(t, w, Command{Verb: Drop, Flight: last.Ref})
	require.Len(t, kinds(w.TakeEvents(), trace.Dropped), 1)
	w.RunTo(w.Now().Add(20 * time.Second))
	require.NotZero(t, w.Converged())
}

func TestBothWaysAreOneCommand(t *testing.T) {
	w := settled(t, Config{Voters: 5, Seed: 4})
	both := Command{Verb: Cut, From: zk.SetOf(1, 2), To: zk.SetOf(2, 3), Both: true}
	require.Equal(t, ":cut 1,2<>2,3", both.String())
	w.TakeEvents()
	do(t, w, both)
	require.Len(t, kinds(w.TakeEvents(), trace.Cut), 6, "each way once")
	require.True(t, w.Cut(1, 3) && w.Cut(3, 1) && w.Cut(1, 2) && w.Cut(2, 1))
	both.Verb = HealLink
	do(t, w, both)
	require.False(t, w.Cut(1, 3) || w.Cut(3, 1) || w.Cut(1, 2) || w.Cut(2, 1))
}

func TestAClientMovesWithItsSession(t *testing.T) {
	w := settled(t, Config{Voters: 5, Seed: 4})
	sess, from := w.Client('A').ID(), w.Client('A').Server()
	to := from%5 + 1
	do(t, w, Command{Verb: Move, Client: 'A', Server: to})
	w.RunTo(w.Now().Add(time.Second))
	require.Equal(t, "CONNECTED", w.Client('A').State().String())
	require.Equal(t, to, w.Client('A').Server())
	require.Equal(t, sess, w.Client('A').ID())
	do(t, w, Command{Verb: Pause, Client: 'A'})
	require.Error(t, w.Do(Command{Verb: Move, Client: 'A', Server: from}))
	require.Error(t, w.Do(Command{Verb: Move, Client: 'A', Server: 9}))
}

func TestAPinnedClientKeepsToWhereItMoved(t *testing.T) {
	w := settled(t, Config{Voters: 5, Seed: 4})
	do(t, w, Command{Verb: NewClient, Client: 'B', Server: 2, Pinned: true})
	w.RunTo(w.Now().Add(time.Second))
	do(t, w, Command{Verb: Move, Client: 'B', Server: 3})
	w.RunTo(w.Now().Add(time.Second))
	do(t, w, Command{Verb: Kill, From: zk.SetOf(3)})
	w.RunTo(w.Now().Add(3 * time.Second))
	require.NotEqual(t, "CONNECTED", w.Client('B').State().String())
	do(t, w, Command{Verb: Start, From: zk.SetOf(3)})
	w.RunTo(w.Now().Add(5 * time.Second))
	require.Equal(t, zk.ServerID(3), w.Client('B').Server())
}
