package recording_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/recording"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

var ring = wire.Ring{Slots: 4, Size: 4 << 10}

// reel is a recording in memory.
type reel struct {
	t    *testing.T
	file []byte
	w    *recording.Writer
}

func newReel(t *testing.T) *reel {
	return &reel{t, wire.AppendRing(nil, ring), recording.NewWriter(ring, 0)}
}

func (r *reel) begin() { r.put(r.w.Begin(1)) }

func (r *reel) entry(kind byte, body func([]byte) []byte) {
	b, at, ok := r.w.Entry(kind, body)
	require.True(r.t, ok)
	r.put(b, at)
}

func (r *reel) put(b []byte, at int64) {
	if end := int(at) + len(b); end > len(r.file) {
		r.file = append(r.file, make([]byte, end-len(r.file))...)
	}
	copy(r.file[at:], b)
}

// tape records a server alone that writes znodes, through as many chapters as it takes.
func tape(t *testing.T, writes int) []byte {
	t.Helper()
	r := newReel(t)
	w, entry := r.w, r.entry
	cfg := node.DefaultConfig(1, zk.SetOf(1), 0)
	cfg.CommitLogCount = 4
	boot := node.Boot{Number: 3, WallMs: 5}
	r.begin()
	entry(wire.EntryBoot, func(b []byte) []byte { return recording.AppendBoot(b, cfg, boot) })
	var out step.Output
	out.Reset()
	n := node.New(cfg, boot, &out)
	var digest recording.Digest
	var at zk.Instant
	seq := uint64(0)
	take := func(in step.Input) {
		if w.Full() {
			r.begin()
			entry(wire.EntryState, func(b []byte) []byte {
				return recording.AppendState(b, n, digest, true)
			})
		}
		at++
		in.At, in.WallMs = at, 1000+int64(at)
		entry(wire.EntryInputs, func(b []byte) []byte {
			return wire.AppendInputs(b, []step.Input{in})
		})
		for i := range out.Writes {
			seq = max(seq, out.Writes[i].Seq)
		}
		out.Reset()
		n.Step(&in, &out)
		digest.Add(out.Trace, out.Clients)
		entry(wire.EntryMark, func(b []byte) []byte { return recording.AppendMark(b, digest) })
		for i := range out.Writes {
			seq = max(seq, out.Writes[i].Seq)
		}
	}
	sync := func() { take(step.Input{Kind: step.Synced, Seq: seq}) }
	for range 4 {
		seq++
		sync()
	}
	take(step.Input{Kind: step.ClientUp, Conn: 1, Addr: "127.0.0.1"})
	take(step.Input{Kind: step.ClientMsg, Conn: 1, Req: &zk.Request{
		Op: zk.OpConnect, TimeoutMs: 9000,
	}})
	sync()
	for i := range writes {
		req := zk.Request{Op: zk.OpSetData, Path: "/n", Data: []byte("data"), Version: -1}
		if i == 0 {
			req.Op, req.ACL, req.Version = zk.OpCreate, zk.OpenACL, 0
		}
		req.Xid = int32(i + 1)
		take(step.Input{Kind: step.ClientMsg, Conn: 1, Req: &req})
		sync()
	}
	entry(wire.EntryEnd, func(b []byte) []byte { return append(b, "stopped"...) })
	return r.file
}

func play(file []byte) (recording.Report, zk.Zxid, error) {
	var zxid zk.Zxid
	report, err := recording.Play(file, func(m recording.Moment) bool {
		zxid = m.Node.Status().Applied
		return true
	})
	return report, zxid, err
}

// described reports whether a play begins with what the server was.
func described(t *testing.T, file []byte) (is bool) {
	_, err := recording.Play(file, func(m recording.Moment) bool {
		first := m.Output.Trace[0]
		is = m.Described && first.Kind == trace.Booted && first.Seq > 1 && first.At > 0
		return false
	})
	require.NoError(t, err)
	return is
}

func TestARingThatHasGoneRoundStillPlays(t *testing.T) {
	report, zxid, err := play(tape(t, 5))
	require.NoError(t, err)
	require.Equal(t, zk.MakeZxid(1, 6), zxid, "a session and five writes")
	require.Equal(t, "stopped", report.End)

	long := tape(t, 200)
	require.LessOrEqual(t, len(long), 64+4*4096)
	report, zxid, err = play(long)
	require.NoError(t, err)
	require.Equal(t, zk.MakeZxid(1, 201), zxid)
	require.Equal(t, 4, report.Chapters)
	require.True(t, described(t, long), "there is no boot any more")
	require.Less(t, report.Inputs, 200)
	require.Zero(t, report.Gaps)
	require.Greater(t, report.Marks, report.Inputs)
	require.Equal(t, zk.ServerID(1), report.Server)
	require.Less(t, report.First, report.Last)
}

func TestATornTailEndsThePlayEarlier(t *testing.T) {
	whole := tape(t, 5)
	full, _, err := play(whole)
	require.NoError(t, err)
	for _, lost := range []int{1, 9, 203} {
		report, _, err := play(whole[:len(whole)-lost])
		require.NoError(t, err)
		require.Empty(t, report.End)
		require.True(t, report.Torn, "%d bytes", lost)
		require.LessOrEqual(t, report.Inputs, full.Inputs)
	}
}

// TestDamageIsSeenAsDamage changes one byte after the other of a recording whose ring has gone
// round: what cannot be read is missing, and never taken for another decision.
func TestDamageIsSeenAsDamage(t *testing.T) {
	whole := tape(t, 100)
	full, _, err := play(whole)
	require.NoError(t, err)
	lost, gaps := 0, 0
	for at := 0; at < len(whole); at += 13 {
		file := bytes.Clone(whole)
		file[at] ^= 0x10
		report, _, err := play(file)
		var problem *recording.Error
		if errors.As(err, &problem) {
			require.Less(t, at, 64, "%v", err)
			require.Contains(t, []recording.Problem{
				recording.Foreign, recording.Newer, recording.BadHead,
			}, problem.Problem)
			continue
		}
		require.LessOrEqual(t, report.Inputs, full.Inputs)
		require.LessOrEqual(t, report.Inputs+int(report.Lost), full.Inputs)
		lost, gaps = lost+btoi(report.Lost > 0), gaps+btoi(report.Gaps > 0)
	}
	require.Positive(t, lost)
	require.Greater(t, gaps, lost, "a chapter whose head is damaged says nothing of its inputs")
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestWhatIsNoRecordingIsAnError(t *testing.T) {
	good := tape(t, 1)
	newer := bytes.Clone(good)
	newer[3] = '2'
	bad := bytes.Clone(good)
	bad[9] ^= 1
	empty := wire.AppendRing(nil, ring)
	for _, c := range []struct {
		file []byte
		want string
	}{
		{nil, "wire: not a flight recording at byte 0"},
		{[]byte("# a scenario\n"), "wire: not a flight recording at byte 0"},
		{newer, "wire: flight recording of format 2, which a newer version of this program wrote"},
		{bad, "wire: flight recording with a bad beginning at byte 0"},
		{empty, "the recording has no chapter that can be read"},
	} {
		_, _, err := play(c.file)
		require.EqualError(t, err, c.want)
	}
}

func TestAReplayThatGoesAnotherWayIsNoticed(t *testing.T) {
	r := newReel(t)
	r.begin()
	r.entry(wire.EntryBoot, func(b []byte) []byte {
		return recording.AppendBoot(b, node.DefaultConfig(1, zk.SetOf(1, 2), 0), node.Boot{})
	})
	r.entry(wire.EntryMark, func(b []byte) []byte {
		return recording.AppendMark(b, recording.Digest{Hash: 1})
	})
	_, _, err := play(r.file)
	require.EqualError(t, err, "chapter 1 of the recording, after 0 inputs: "+
		"the replay has not said what the server has said")
}

// TestAReplayThatGoesAnotherWaySaysBetweenWhichInputs forges one mark in the middle.
func TestAReplayThatGoesAnotherWaySaysBetweenWhichInputs(t *testing.T) {
	const mark = 2 + 2*7 // entries: the boot, and inputs with their mark
	entries := 0
	p, err := recording.Open(forge(t, tape(t, 3), func(body []byte) {
		if entries++; entries == mark-1 {
			body[len(body)-1] ^= 1
		}
	}))
	require.NoError(t, err)
	steps := 0
	for _, more := p.Next(); more; _, more = p.Next() {
		steps++
	}
	require.Equal(t, 1+7, steps, "the boot and seven inputs")
	var problem *recording.Error
	require.ErrorAs(t, p.Err(), &problem)
	require.Equal(t, recording.Differs, problem.Problem)
	require.Equal(t, [2]uint64{6, 7}, [2]uint64{problem.Agreed, problem.Until})
	require.Equal(t, 6, p.Report().Marks)
	done, whole := p.Progress()
	require.Less(t, done, whole)
	_, more := p.Next()
	require.False(t, more)
}

// FuzzPlay changes bytes of a file, or what is inside of entries, and makes their checksums right
// again: whatever is said, there is an error or a play, never a panic; and what is damaged is never
// taken for another decision.
func FuzzPlay(f *testing.F) {
	f.Add(false, uint16(70), byte(1), uint16(300), byte(7))
	f.Add(true, uint16(0), byte(1), uint16(0), byte(0))
	f.Add(true, uint16(30), byte(7), uint16(600), byte(0xff))
	f.Fuzz(func(t *testing.T, forged bool, at1 uint16, to1 byte, at2 uint16, to2 byte) {
		file := tape(t, 3)
		if change := func(b []byte) {
			b[int(at1)%len(b)] ^= to1
			b[int(at2)%len(b)] ^= to2
		}; forged {
			file = forge(t, file, change)
		} else {
			change(file)
		}
		_, _, err := play(file)
		var problem *recording.Error
		if errors.As(err, &problem) {
			require.Equal(t, forged, problem.Problem >= recording.Unreadable)
		}
	})
}

// forge changes the body of every entry.
func forge(t *testing.T, file []byte, change func(body []byte)) []byte {
	chapters, err := wire.Chapters(file)
	require.NoError(t, err)
	forged := newReel(t)
	for _, c := range chapters {
		forged.begin()
		for kind, body, ok := c.Next(); ok; kind, body, ok = c.Next() {
			if body = bytes.Clone(body); len(body) > 0 {
				change(body)
			}
			forged.entry(kind, func(b []byte) []byte { return append(b, body...) })
		}
	}
	return forged.file
}
