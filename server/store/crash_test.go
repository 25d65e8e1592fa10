package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/store"
)

// state is all that a server may know of its past.
type state struct {
	accepted, current zk.Epoch
	seq               uint64
	base              string // the history that a snapshot stands for
	baseZxid          zk.Zxid
	log               []zk.Txn
}

// line is the state as one comparable line. Who has a transaction has entered its epoch.
func (s *state) line() string {
	current := max(s.current, s.last().Epoch())
	line := fmt.Sprintf("seq %d, epochs %d and %d: %s", s.seq, s.accepted, current, s.base)
	for i := range s.log {
		line += " " + txnLine(&s.log[i])
	}
	return line
}

func txnLine(t *zk.Txn) string { return fmt.Sprintf("%s=%s", t.Zxid, t.Data) }

// upTo returns the tree of the history up to z. It holds the history as text, so that two trees are
// only equal when their histories are.
func (s *state) upTo(z zk.Zxid) *tree.DB {
	history := s.base
	for i := range s.log {
		if s.log[i].Zxid <= z {
			history += " " + txnLine(&s.log[i])
		}
	}
	return memoir(z, history)
}

func memoir(z zk.Zxid, history string) *tree.DB {
	db := tree.New()
	db.Prepare(&zk.Request{
		Op: zk.OpCreateSession, Session: 1, TimeoutMs: 1000,
	}, tree.Meta{Zxid: z})
	made := db.Prepare(&zk.Request{
		Op: zk.OpCreate, Session: 1, Path: "/history", Data: []byte(history), ACL: zk.OpenACL,
	}, tree.Meta{Zxid: z})
	step.Assert(made.Op == zk.OpCreate, "Memoir")
	return db
}

// take does to the state what the write does to a disk.
func (s *state) take(w *step.Write) {
	s.seq = w.Seq
	switch w.Kind {
	case step.AppendTxns:
		s.log = append(slices.Clip(s.log), w.Txns...)
	case step.TruncateAfter:
		s.log = slices.DeleteFunc(slices.Clone(s.log), func(t zk.Txn) bool {
			return t.Zxid > w.Zxid
		})
	case step.AcceptEpoch:
		s.accepted = w.Epoch
	case step.EnterEpoch:
		s.current = w.Epoch
	case step.SaveSnapshot:
		history, _, _ := w.Snap.Get("/history")
		s.base, s.baseZxid, s.log = string(history), w.Zxid, nil
	}
}

func (s *state) last() zk.Zxid {
	if len(s.log) > 0 {
		return s.log[len(s.log)-1].Zxid
	}
	return s.baseZxid
}

// recovered turns what a disk gave back into a state.
func recovered(b *node.Boot) state {
	s := state{accepted: b.Accepted, current: b.Current, seq: b.Seq, log: b.Log}
	if b.Snap != nil {
		history, _, _ := b.Snap.Get("/history")
		s.base, s.baseZxid = string(history), b.Snap.Zxid()
	}
	return s
}

// author writes to a disk and remembers what may be found there later.
type author struct {
	t      require.TestingT
	id     store.Identity
	state  state
	states []string // since the last one that is known to be durable, which is the first
	before string   // the durable one before that
	number int      // of transactions ever made
	floor  zk.Zxid  // truncations go no further
}

func newAuthor(t require.TestingT) *author {
	a := &author{t: t, id: server3}
	a.settle()
	return a
}

func (a *author) take(w *step.Write) {
	a.state.take(w)
	a.states = append(a.states, a.state.line())
}

// settle notes that all so far is durable.
func (a *author) settle() {
	if len(a.states) > 0 {
		a.before = a.states[0]
	}
	a.states = []string{a.state.line()}
}

// write makes writes durable in one batch.
func (a *author) write(d *store.Disk, writes ...step.Write) error {
	for i := range writes {
		writes[i].Seq = a.state.seq + 1
		a.take(&writes[i])
	}
	if err := d.Append(writes); err != nil {
		return err
	}
	a.settle()
	return nil
}

// txns makes up n transactions that follow.
func (a *author) txns(n, padding int) []zk.Txn {
	next := a.state.last() + 1
	if next.Epoch() < a.state.accepted {
		next = zk.MakeZxid(a.state.accepted, 1)
	}
	list := make([]zk.Txn, n)
	for i := range list {
		a.number++
		data := append(fmt.Appendf(nil, "%d.", a.number), make([]byte, padding)...)
		list[i] = zk.Txn{Zxid: next + zk.Zxid(i), Op: zk.OpSetData, Path: "/a", Data: data}
	}
	return list
}

// snapshot saves what the state was at z.
func (a *author) snapshot(d *store.Disk, z zk.Zxid) error {
	return d.Save(&step.Write{Kind: step.SaveSnapshot, Zxid: z, Snap: a.state.upTo(z)})
}

// install takes a snapshot from a leader of the accepted epoch.
func (a *author) install(d *store.Disk) error {
	a.number++
	z := max(a.state.last(), zk.MakeZxid(a.state.accepted, 0)) + 5
	w := step.Write{
		Kind: step.SaveSnapshot, Seq: a.state.seq, Zxid: z, Epoch: a.state.accepted,
		Snap: memoir(z, fmt.Sprintf("snapshot %d", a.number)),
	}
	a.take(&w)
	if err := d.Save(&w); err != nil {
		return err
	}
	a.floor = z
	a.settle()
	return nil
}

// find demands that the disk says what may be expected, and goes on from there.
func (a *author) find(b *node.Boot, notes []string) {
	require.False(a.t, b.Damaged, notes)
	got := recovered(b)
	require.Contains(a.t, a.states, got.line())
	a.state, a.floor = got, got.baseZxid
	a.settle()
}

var tight = store.Options{SegmentBytes: 700, Keep: 2, Nonce: func() uint64 { return 7 << 40 }}

// run is one life of a process on p: boot, what is to be done, and no end that anybody hears of.
func (a *author) run(p *paper, live func(*store.Disk) error) error {
	opts := tight
	opts.Files = p
	d, err := store.Open(store.Dirs{Snap: "data"}, a.id, opts)
	if err != nil {
		return err
	}
	b, err := d.Boot()
	if err != nil {
		return err
	}
	a.find(&b, d.Notes())
	return live(d)
}

// story is a life with everything that a disk is asked for.
func (a *author) story(d *store.Disk) error {
	errs := []func() error{
		func() error {
			return a.write(d, step.Write{Kind: step.AcceptEpoch, Epoch: a.state.accepted + 1})
		},
		func() error {
			return a.write(d, step.Write{Kind: step.AppendTxns, Txns: a.txns(2, 0)},
				step.Write{Kind: step.EnterEpoch, Epoch: a.state.accepted})
		},
		func() error { return a.snapshot(d, a.state.last()) },
		func() error { return a.write(d, step.Write{Kind: step.AppendTxns, Txns: a.txns(3, 100)}) },
		func() error {
			return a.write(d, step.Write{Kind: step.TruncateAfter, Zxid: a.state.last() - 1})
		},
		func() error { return a.write(d, step.Write{Kind: step.AppendTxns, Txns: a.txns(1, 400)}) },
		func() error { return a.install(d) },
		func() error { return a.write(d, step.Write{Kind: step.AppendTxns, Txns: a.txns(2, 0)}) },
	}
	for _, tell := range errs {
		if err := tell(); err != nil {
			return err
		}
	}
	return nil
}

// TestCutAtEveryOperationIsALegalPrefix ends the process at every operation on files, and at every
// byte of every write (of some when tests shall be short), and lets the next one live through the
// same story.
func TestCutAtEveryOperationIsALegalPrefix(t *testing.T) {
	cuts, stride := 0, 1
	if testing.Short() {
		stride = 11
	}
	for at := 1; ; at++ {
		for cut := 0; ; cut += stride {
			p, a := newPaper(), newAuthor(t)
			p.left, p.cut = at, cut
			err := a.run(p, a.story)
			if err == nil {
				require.Greater(t, at, 60, "the story is too short to say anything")
				t.Logf("%d operations, %d cuts", at, cuts)
				return
			}
			require.ErrorIs(t, err, errCrashed)
			require.NoError(t, a.run(p.killed(), a.story))
			cuts++
			if cut >= p.cutSize {
				break
			}
		}
	}
}

// TestAnyEndOfAProcessLeavesALegalPrefix draws lives that end anywhere, by a kill or a loss of
// power that keeps any part of what was not synced.
func TestAnyEndOfAProcessLeavesALegalPrefix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, a := newPaper(), newAuthor(t)
		for range rapid.IntRange(1, 4).Draw(t, "lives") {
			p.left = rapid.IntRange(1, 120).Draw(t, "operations")
			p.cut = rapid.IntRange(0, 300).Draw(t, "bytes of the last write")
			err := a.run(p, func(d *store.Disk) error { return a.random(t, d) })
			if err != nil {
				require.ErrorIs(t, err, errCrashed)
			}
			if rapid.Bool().Draw(t, "power") {
				p = p.unpowered(t)
			} else {
				p = p.killed()
			}
		}
		p.left = -1
		require.NoError(t, a.run(p, a.story))
	})
}

// random lives until the disk is gone or enough is written.
func (a *author) random(t *rapid.T, d *store.Disk) error {
	for range rapid.IntRange(1, 12).Draw(t, "deeds") {
		var err error
		switch kind := rapid.IntRange(0, 7).Draw(t, "deed"); {
		case kind == 0 && len(a.state.log) > 0:
			z := rapid.SampledFrom(a.state.log).Draw(t, "snapshot").Zxid
			a.floor = max(a.floor, z)
			err = a.snapshot(d, z)
		case kind == 1 && a.state.accepted > 0:
			err = a.install(d)
		default:
			err = a.write(d, a.batch(t)...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// batch makes up writes; each is made of what the one before leaves.
func (a *author) batch(t *rapid.T) []step.Write {
	then := author{t: t, state: a.state, number: a.number, floor: a.floor}
	writes := make([]step.Write, rapid.IntRange(1, 4).Draw(t, "writes"))
	for i := range writes {
		writes[i] = then.draw(t)
		then.take(&writes[i])
	}
	a.number = then.number
	return writes
}

func (a *author) draw(t *rapid.T) step.Write {
	cuts := slices.DeleteFunc(slices.Clone(a.state.log), func(t zk.Txn) bool {
		return t.Zxid < a.floor
	})
	switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); {
	case kind == 0 || a.state.accepted == 0:
		return step.Write{Kind: step.AcceptEpoch, Epoch: a.state.accepted + 1}
	case kind == 1:
		return step.Write{Kind: step.EnterEpoch, Epoch: a.state.accepted}
	case kind == 2 && len(cuts) > 0:
		z := rapid.SampledFrom(cuts).Draw(t, "cut").Zxid
		return step.Write{Kind: step.TruncateAfter, Zxid: z}
	}
	n, padding := rapid.IntRange(1, 3).Draw(t, "txns"), rapid.IntRange(0, 150).Draw(t, "padding")
	return step.Write{Kind: step.AppendTxns, Txns: a.txns(n, padding)}
}
