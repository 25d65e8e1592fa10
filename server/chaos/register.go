package chaos

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"
)

// registers is a workload of znodes that are created, set, and set if their version is as expected.
// The keys change every few seconds, which keeps each history short enough to be searched.
type registers struct {
	began   time.Time
	mu      sync.Mutex
	writes  []porcupine.Operation
	reads   []reading
	values  int // the last value that was given out
	created map[string]bool
}

// Sizes of the workload.
const (
	registerKeys = 3
	registerTerm = 4 * time.Second // how long a key is used
)

// writing is the input of a write.
type writing struct {
	key    string
	kind   string // create, set, cas
	value  int
	expect int32 // of cas
}

// written is what the client was told of a write.
type written struct {
	outcome outcome
	version int32
}

// reading is what a session read or was told by its own write.
type reading struct {
	key     string
	session int64
	version int32
	value   int
}

func newRegisters() *registers {
	return &registers{began: time.Now(), created: make(map[string]bool)}
}

func (r *registers) name() string { return "registers" }

// act does one request.
func (r *registers) act(ctx context.Context, a *actor) outcome {
	term := int(time.Since(r.began) / registerTerm)
	key := fmt.Sprintf("%s/register-%d-%d", root, term, a.rng.IntN(registerKeys))
	version, ok := r.read(a, key)
	switch {
	case !ok:
		return r.write(a, writing{key: key, kind: "create"})
	case a.rng.IntN(3) == 0:
		return r.write(a, writing{key: key, kind: "set"})
	case a.rng.IntN(2) == 0:
		return r.write(a, writing{key: key, kind: "cas", expect: version})
	}
	return done
}

// read notes what the session sees. It is not ok if the key is not there, or nobody answered.
func (r *registers) read(a *actor, key string) (version int32, ok bool) {
	before := a.conn.SessionID()
	data, stat, err := a.conn.Get(key)
	if err != nil || before != a.conn.SessionID() {
		return 0, false
	}
	value, _ := strconv.Atoi(string(data)) // a foreign value is one that nobody wrote
	r.note(reading{key: key, session: before, version: stat.Version, value: value})
	return stat.Version, true
}

func (r *registers) note(read reading) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reads = append(r.reads, read)
}

func (r *registers) nextValue() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.values++
	return r.values
}

// write does a write and keeps it with its times.
func (r *registers) write(a *actor, w writing) outcome {
	w.value = r.nextValue()
	session := a.conn.SessionID()
	call := time.Since(r.began)
	told := w.send(a)
	back := time.Since(r.began)
	end := int64(back)
	if told.outcome == unknown {
		end = math.MaxInt64 // it may still happen
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writes = append(r.writes, porcupine.Operation{
		ClientId: a.id, Input: w, Output: told, Call: int64(call), Return: end,
	})
	if told.outcome == done && session == a.conn.SessionID() {
		r.reads = append(r.reads, reading{w.key, session, told.version, w.value})
	}
	return told.outcome
}

func (w writing) send(a *actor) written {
	data := []byte(strconv.Itoa(w.value))
	if w.kind == "create" {
		_, err := a.conn.Create(w.key, data, 0, everybody)
		return written{outcome: outcomeOf(err)}
	}
	expect := int32(-1)
	if w.kind == "cas" {
		expect = w.expect
	}
	stat, err := a.conn.Set(w.key, data, expect)
	if err != nil {
		return written{outcome: outcomeOf(err)}
	}
	return written{outcome: done, version: stat.Version}
}

// absent is the version of a register that was not created.
const absent = int32(-1)

// registerModel says what a register may answer to writes, one at a time. Its state is the version.
var registerModel = porcupine.Model{
	Partition: byKey,
	Init:      func() any { return absent },
	Step: func(state, input, output any) (bool, any) {
		return registerStep(state.(int32), input.(writing), output.(written))
	},
	DescribeOperation: func(input, output any) string {
		return fmt.Sprintf("%+v -> %+v", input, output)
	},
}

func registerStep(version int32, in writing, out written) (bool, any) {
	effect := version + 1
	possible := version != absent
	switch in.kind {
	case "create":
		possible = version == absent
	case "cas":
		possible = version != absent && version == in.expect
	}
	switch out.outcome {
	case done:
		return possible && out.version == effect, effect
	case noNode:
		return in.kind != "create" && version == absent, version
	case nodeExists:
		return in.kind == "create" && version != absent, version
	case badVersion:
		return in.kind == "cas" && version != absent && version != in.expect, version
	}
	if possible {
		return true, effect
	}
	return true, version
}

func byKey(history []porcupine.Operation) [][]porcupine.Operation {
	place := make(map[string]int)
	var parts [][]porcupine.Operation
	for _, op := range history {
		key := op.Input.(writing).key
		i, known := place[key]
		if !known {
			i = len(parts)
			place[key] = i
			parts = append(parts, nil)
		}
		parts[i] = append(parts[i], op)
	}
	return parts
}

// searchTime is how long the search for a linearization may take.
const searchTime = 2 * time.Minute

// judge looks for a linearization of the writes, and for a session whose reads went back.
func (r *registers) judge(context.Context, *actor) (string, error) {
	switch porcupine.CheckOperationsTimeout(registerModel, r.writes, searchTime) {
	case porcupine.Illegal:
		return "", fmt.Errorf("the %d writes have no linearization", len(r.writes))
	case porcupine.Unknown:
		return "", fmt.Errorf("no linearization of %d writes was found within %s", len(r.writes),
			searchTime)
	}
	if err := judgeReads(r.reads); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d writes linearizable, %d reads in order", len(r.writes),
		len(r.reads)), nil
}

// judgeReads wants one value for each version, and no session that reads an older version than the
// one it has seen.
func judgeReads(reads []reading) error {
	type versionOf struct {
		key     string
		version int32
	}
	type viewOf struct {
		key     string
		session int64
	}
	values := make(map[versionOf]int)
	seen := make(map[viewOf]int32)
	for _, r := range reads {
		at := versionOf{r.key, r.version}
		if value, known := values[at]; known && value != r.value {
			return fmt.Errorf("version %d of %s is %d to one client and %d to another", r.version,
				r.key, value, r.value)
		}
		values[at] = r.value
		view := viewOf{r.key, r.session}
		if last, known := seen[view]; known && r.version < last {
			return fmt.Errorf("session %#x read version %d of %s after version %d", r.session,
				r.version, r.key, last)
		}
		seen[view] = r.version
	}
	return nil
}
