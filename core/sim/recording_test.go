package sim

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/recording"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// reborn is a server that goes through its bytes before every few steps.
type reborn struct {
	nodeMachine
	t     *testing.T
	steps int
}

const rebornEvery = 5

func (r *reborn) Step(in *step.Input, out *step.Output) {
	if r.steps++; r.steps%rebornEvery == 0 {
		r.Node = through(r.t, r.Node)
	}
	r.Node.Step(in, out)
}

func through(t *testing.T, n *node.Node) (again *node.Node) {
	state := wire.AppendArchive(nil, n.Archive)
	err := wire.ReadArchive(state, func(a step.Archive) { again = node.Restore(a) })
	require.NoError(t, err)
	require.Equal(t, n.StateHash(), again.StateHash())
	require.Equal(t, n.Status(), again.Status())
	require.Equal(t, state, wire.AppendArchive(nil, again.Archive))
	return again
}

func TestAServerIsWhatItsArchiveSays(t *testing.T) {
	for seed := uint64(1); seed <= 12; seed++ {
		opts := RandomOptions{ReadOnly: seed%3 == 0}
		want := RandomRun(seed, opts)
		opts.Machine = func(cfg node.Config, boot node.Boot, out *step.Output) Machine {
			return &reborn{nodeMachine: nodeMachine{node.New(cfg, boot, out)}, t: t}
		}
		got := RandomRun(seed, opts)
		require.Equal(t, want.Fingerprint, got.Fingerprint, "seed %d", seed)
	}
}

// taped is a server that keeps a recording, as a process does.
type taped struct {
	nodeMachine
	tape *tape
}

type tape struct {
	file   []byte
	writer *recording.Writer
	digest recording.Digest
	heard  trace.Hash // all events of all starts
	inputs int
	ends   uint64 // state of the last process
}

var tapeRing = wire.Ring{Slots: 64, Size: 1 << 20}

func newTape() *tape {
	return &tape{file: wire.AppendRing(nil, tapeRing), writer: recording.NewWriter(tapeRing, 0)}
}

func (t *tape) start(cfg node.Config, boot node.Boot, out *step.Output) Machine {
	t.begin()
	t.entry(wire.EntryBoot, func(b []byte) []byte { return recording.AppendBoot(b, cfg, boot) })
	t.digest = recording.Digest{}
	m := &taped{nodeMachine{node.New(cfg, boot, out)}, t}
	t.hear(out)
	return m
}

func (m *taped) Step(in *step.Input, out *step.Output) {
	t := m.tape
	if t.inputs++; t.inputs%1000 == 0 {
		t.begin()
		t.entry(wire.EntryState, func(b []byte) []byte {
			return recording.AppendState(b, m.Node, t.digest, true)
		})
	}
	t.entry(wire.EntryInputs, func(b []byte) []byte {
		return wire.AppendInputs(b, []step.Input{*in})
	})
	m.Node.Step(in, out)
	t.hear(out)
	t.digest.Add(out.Trace, out.Clients)
	t.ends = m.StateHash()
	if t.inputs%100 == 0 {
		t.entry(wire.EntryMark, func(b []byte) []byte { return recording.AppendMark(b, t.digest) })
	}
}

func (t *tape) hear(out *step.Output) {
	for i := range out.Trace {
		t.heard = t.heard.Add(&out.Trace[i])
	}
}

func (t *tape) begin() {
	b, at := t.writer.Begin(7)
	t.put(b, at)
}

func (t *tape) entry(kind byte, body func([]byte) []byte) {
	b, at, ok := t.writer.Entry(kind, body)
	step.Assert(ok, "TapeRoom")
	t.put(b, at)
}

func (t *tape) put(b []byte, at int64) {
	if end := int(at) + len(b); end > len(t.file) {
		t.file = append(t.file, make([]byte, end-len(t.file))...)
	}
	copy(t.file[at:], b)
}

func TestARecordingPlaysWhatTheServerSaid(t *testing.T) {
	for seed := uint64(1); seed <= 6; seed++ {
		tapes := map[zk.ServerID]*tape{}
		RandomRun(seed, RandomOptions{Without: SetOfFaults(FaultReadOnly), Machine: func(
			cfg node.Config, boot node.Boot, out *step.Output,
		) Machine {
			if tapes[cfg.ID] == nil {
				tapes[cfg.ID] = newTape()
			}
			return tapes[cfg.ID].start(cfg, boot, out)
		}})
		for id, tape := range tapes {
			var heard trace.Hash
			var last *node.Node
			report, err := recording.Play(tape.file, func(m recording.Moment) bool {
				for i := range m.Output.Trace {
					heard = heard.Add(&m.Output.Trace[i])
				}
				last = m.Node
				return true
			})
			require.NoError(t, err)
			require.Equal(t, id, report.Server)
			require.Equal(t, tape.inputs, report.Inputs)
			require.Zero(t, report.Gaps)
			require.GreaterOrEqual(t, report.Marks, tape.inputs/100)
			require.Equal(t, tape.heard, heard, "seed %d, server %s", seed, id)
			require.Equal(t, tape.ends, last.StateHash())
		}
	}
}
