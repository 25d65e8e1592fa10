package chaos

import (
	"math"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// op is a write at some times; back 0 says that no answer came.
func op(call, back int64, in writing, out written) porcupine.Operation {
	if back == 0 {
		back = math.MaxInt64
	}
	in.key = "k"
	return porcupine.Operation{Input: in, Output: out, Call: call, Return: back}
}

func TestRegisterHistories(t *testing.T) {
	create, set := writing{kind: "create"}, writing{kind: "set"}
	cas := func(expect int32) writing { return writing{kind: "cas", expect: expect} }
	ok := func(version int32) written { return written{done, version} }
	for name, c := range map[string]struct {
		legal   bool
		history []porcupine.Operation
	}{
		"one after the other": {true, []porcupine.Operation{
			op(1, 2, create, ok(0)), op(3, 4, set, ok(1)), op(5, 6, cas(1), ok(2)),
		}},
		"a version twice": {false, []porcupine.Operation{
			op(1, 2, create, ok(0)), op(3, 6, set, ok(1)), op(4, 5, set, ok(1)),
		}},
		"an acknowledged write is lost": {false, []porcupine.Operation{
			op(1, 2, create, ok(0)), op(3, 4, set, ok(1)), op(5, 6, set, ok(1)),
		}},
		"a write without an answer has happened": {true, []porcupine.Operation{
			op(1, 2, create, ok(0)), op(3, 0, set, written{}), op(5, 6, set, ok(2)),
		}},
		"a write without an answer has not happened": {true, []porcupine.Operation{
			op(1, 2, create, ok(0)), op(3, 0, set, written{}), op(5, 6, set, ok(1)),
		}},
		"refused with the version that it expected": {false, []porcupine.Operation{
			op(1, 2, create, ok(0)), op(3, 4, cas(0), written{outcome: badVersion}),
		}},
		"a znode that vanished": {false, []porcupine.Operation{
			op(1, 2, create, ok(0)), op(3, 4, set, written{outcome: noNode}),
		}},
		"created twice": {false, []porcupine.Operation{
			op(1, 2, create, ok(0)), op(3, 4, create, ok(0)),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.legal, porcupine.CheckOperations(registerModel, c.history))
		})
	}
}

func TestReadsOfASessionNeverGoBack(t *testing.T) {
	forth := []reading{{"k", 1, 1, 10}, {"k", 2, 0, 9}, {"k", 1, 2, 11}, {"j", 1, 0, 5}}
	require.NoError(t, judgeReads(forth))
	require.ErrorContains(t, judgeReads(append(forth, reading{"k", 1, 1, 10})), "after version 2")
	require.ErrorContains(t, judgeReads(append(forth, reading{"k", 3, 1, 12})), "to another")
}

func TestACounterKeepsWhatItAcknowledged(t *testing.T) {
	require.NoError(t, judgeCounter(5, 5, 0))
	require.NoError(t, judgeCounter(7, 5, 2))
	require.Error(t, judgeCounter(4, 5, 2), "an acknowledged increment is lost")
	require.Error(t, judgeCounter(8, 5, 2), "an increment happened twice")
}

func TestQueueItems(t *testing.T) {
	full := func() *queue {
		q := newQueue()
		q.put["a"], q.put["b"], q.put["c"] = done, done, unknown
		q.taken["a"] = 1
		return q
	}
	require.NoError(t, full().judgeItems(map[string]bool{"b": true}))
	require.NoError(t, full().judgeItems(map[string]bool{"b": true, "c": true}))
	require.ErrorContains(t, full().judgeItems(nil), `"b" was acknowledged, and is gone`)
	require.ErrorContains(t, full().judgeItems(map[string]bool{"a": true, "b": true}), "again")
	q := full()
	q.taken["a"] = 2
	require.ErrorContains(t, q.judgeItems(map[string]bool{"b": true}), "2 times")
	q = full()
	q.taken["x"] = 1
	require.ErrorContains(t, q.judgeItems(map[string]bool{"b": true}), "nobody put it")
	q = full()
	q.opened["b"] = true
	require.NoError(t, q.judgeItems(nil), "the delete without an answer may have happened")
}

func TestTicketsAreInTheOrderOfTime(t *testing.T) {
	at := func(name, data string, call, back time.Duration) ticket {
		return ticket{name, data, call, back}
	}
	there := map[string]string{"n-1": "a", "n-2": "b", "n-3": "c"}
	issued := []ticket{at("n-1", "a", 1, 4), at("n-2", "b", 2, 3), at("n-3", "c", 5, 6)}
	require.NoError(t, judgeTickets(issued, there))
	require.ErrorContains(t, judgeTickets(issued, map[string]string{"n-1": "a", "n-2": "b"}), "n-3")
	late := append(issued[:2:2], at("n-0", "z", 7, 8))
	there["n-0"] = "z"
	require.ErrorContains(t, judgeTickets(late, there), "before it in time")
	twice := append(issued, at("n-3", "c", 7, 8))
	require.ErrorContains(t, judgeTickets(twice, there), "twice")
}
