//go:build !js

package bridge

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	recorder "github.com/zabscope/zabscope/core/recording"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
	ring "github.com/zabscope/zabscope/server/recorder"
	"github.com/zabscope/zabscope/server/recorder/rig"
)

// flown is the flight recording of a real server alone that serves so many writes of so many bytes.
func flown(t testing.TB, writes, size int) []byte {
	return flight(t, rig.Flight{Size: ring.SizeMin, Writes: writes, Bytes: size})
}

func flight(t testing.TB, f rig.Flight) []byte {
	t.Helper()
	f.Path = filepath.Join(t.TempDir(), "flight.rec")
	require.NoError(t, rig.Record(f))
	file, err := os.ReadFile(f.Path)
	require.NoError(t, err)
	return file
}

// BenchmarkOpenAFlightRecording takes a ring of 16 MB that a server has filled with writes of 1 kB,
// in the pieces in which the page brings it, and plays it to its end.
func BenchmarkOpenAFlightRecording(b *testing.B) {
	file := flight(b, rig.Flight{Size: 16 << 20, Writes: 20_000, Bytes: 1000})
	const most = 3 << 18
	var pieces []string
	for piece := range slices.Chunk(file, most) {
		pieces = append(pieces, base64.StdEncoding.EncodeToString(piece))
	}
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		page := New(func() func() bool { return func() bool { return true } })
		for i, text := range pieces {
			_, err := page.takeTape(&Args{From: i * most, Count: len(file), Text: text})
			require.NoError(b, err)
		}
		said, err := page.fly(&Args{Lang: "en"})
		require.NoError(b, err)
		require.False(b, said.(Tape).Bad)
	}
}

// tape hands a file on as the page does, in pieces.
func (p *page) tape(file []byte) {
	p.t.Helper()
	const most = 3 << 12
	for from := 0; from == 0 || from < len(file); from += most {
		piece := file[from:min(len(file), from+most)]
		p.call("tape", args{
			"from": from, "count": len(file), "text": base64.StdEncoding.EncodeToString(piece),
		})
	}
}

// fly shows a recording and returns what is said of it.
func (p *page) fly(file []byte, lang string) Tape {
	p.t.Helper()
	p.tape(file)
	return as[Tape](p, p.call("fly", args{"lang": lang}))
}

// decided returns the events of a replay in a terminal.
func decided(t testing.TB, file []byte) (all []trace.Event) {
	t.Helper()
	_, err := recorder.Play(file, func(m recorder.Moment) bool {
		all = append(all, m.Output.Trace...)
		return true
	})
	require.NoError(t, err)
	return all
}

// sameDecisions compares the events that the page keeps with others: what was decided, and why.
func (p *page) sameDecisions(want []trace.Event) {
	p.t.Helper()
	log := p.b.log()
	require.Equal(p.t, uint64(len(want)), log.end)
	for n := log.first; n <= log.end; n++ {
		got := *log.at(n)
		got.At, got.Msg = want[n-1].At, nil
		require.Equal(p.t, want[n-1], got)
	}
}

func TestFlightRecordingOpensAndStepsToTheSameDecisions(t *testing.T) {
	file := flown(t, 300, 10)
	p := free(t)
	before := p.tick(16)
	said := p.fly(file, "en")
	require.False(t, said.Bad)
	require.Equal(t, "Flight recording of server 1.", said.Lines[0])
	require.Regexp(t, `^When, in UTC: \w+ \w+ \d+ \d\d:\d\d:\d\d UTC \d{4} – `, said.Lines[3])
	require.Contains(t, said.Lines[1], "came out the same")
	require.Equal(t, "It ended: the process was stopped.", said.Lines[4])
	require.Equal(t, "它结束了: 进程被停止。", free(t).fly(file, "zh-CN").Lines[4])

	first := p.tick(16)
	require.NotEqual(t, before.End, first.End)
	require.Equal(t, "recorded", first.Live.Source)
	require.Zero(t, first.Now)
	require.False(t, first.Playing)
	p.sameDecisions(decided(t, file))

	require.JSONEq(t, "40", string(p.call("step", args{"n": 40})))
	forty := p.state()
	require.JSONEq(t, "7", string(p.call("step", args{"n": 7})))
	require.NotEqual(t, forty, p.state())
	require.JSONEq(t, "-7", string(p.call("step", args{"n": -7})))
	require.Equal(t, forty, p.state())
	p.call("seek", args{"ms": first.End})
	last := p.state()
	require.Equal(t, zk.ServerID(1), last.Leader)
	require.Equal(t, zk.MakeZxid(1, 302).String(), last.Servers[0].CommittedZxid)
	require.Empty(t, last.Violations)
	require.Contains(t, p.line(":kill 1").Error, "recording")
}

func TestFlightRecordingBeginsInTheMiddleWithItsTree(t *testing.T) {
	file := flown(t, 6000, 200)
	all := decided(t, file)
	require.Greater(t, all[0].Seq, uint64(1), "the ring has gone round")
	p := free(t)
	said := p.fly(file, "en")
	require.False(t, said.Bad, "%v", said.Lines)
	p.sameDecisions(all)
	p.call("step", args{"n": 1000})
	committed := p.b.model().Committed()
	require.NotNil(t, committed)
	_, _, ok := committed.Tree.Get("/n")
	require.True(t, ok)
}

func TestFlightIsPlayedInSlicesWhileThePageGoesOn(t *testing.T) {
	file := flown(t, 100, 10)
	p := free(t)
	p.do(":until leader != none")
	before := p.state()
	p.b.budget = func() func() bool { return func() bool { return false } }
	p.tape(file)
	more := p.send("fly", args{"lang": "en"}).More
	require.NotNil(t, more)
	w := p.tick(16).Work
	require.Equal(t, "flight", w.Kind)
	require.Less(t, w.Now, w.Until)
	require.Equal(t, before, p.state(), "the run that was there stays until the recording is read")
	p.call("cancel", nil)
	require.Contains(t, p.send("slice", args{"job": more.Job}).Error, "nothing has changed")
	require.Nil(t, p.tick(16).Work)
	require.Equal(t, before, p.state())

	p.tape(file)
	answer := p.send("fly", args{"lang": "en"})
	slices := 1
	for ; answer.More != nil; slices++ {
		answer = p.send("slice", args{"job": answer.More.Job})
	}
	require.Empty(t, answer.Error)
	require.Greater(t, slices, 20)
	p.sameDecisions(decided(t, file))
}

func TestFlightRecordingShowsHowMuchOfItIsReadAndCanBeStopped(t *testing.T) {
	p := free(t)
	piece := base64.StdEncoding.EncodeToString(make([]byte, 3000))
	p.call("tape", args{"from": 0, "count": 12000, "text": piece})
	p.call("tape", args{"from": 3000, "count": 12000, "text": piece})
	w := p.tick(16).Work
	require.Equal(t, "tape", w.Kind)
	require.InDelta(t, 0.5, w.Now/w.Until, 0.001)
	p.call("cancel", nil)
	require.Nil(t, p.tick(16).Work)
	said := p.send("tape", args{"from": 6000, "count": 12000, "text": piece}).Error
	require.Contains(t, said, "nothing has changed")
	require.Nil(t, p.tick(16).Work)
}

// forgedMark returns a recording with another hash in its third mark, and after how many inputs
// that mark and the one before it stand.
func forgedMark(t *testing.T, file []byte) (forged []byte, places [2]int) {
	chapters, err := wire.Chapters(file)
	require.NoError(t, err)
	require.Len(t, chapters, 1)
	layout, err := wire.DecodeRing(file)
	require.NoError(t, err)
	w := recorder.NewWriter(layout, 0)
	forged = bytes.Clone(file)
	b, at := w.Begin(1)
	copy(forged[at:], b)
	c, marks, count := chapters[0], 0, 0
	for kind, body, ok := c.Next(); ok; kind, body, ok = c.Next() {
		switch kind {
		case wire.EntryInputs:
			inputs, err := wire.DecodeInputs(body)
			require.NoError(t, err)
			count += len(inputs)
		case wire.EntryMark:
			if marks++; marks <= 3 {
				places[0], places[1] = places[1], count
			}
			if marks == 3 {
				body = bytes.Clone(body)
				body[len(body)-1] ^= 1
			}
		}
		b, at, _ = w.Entry(kind, func(b []byte) []byte { return append(b, body...) })
		copy(forged[at:], b)
	}
	return forged, places
}

func TestFlightThatGoesAnotherWaySaysWhere(t *testing.T) {
	file, places := forgedMark(t, flown(t, 300, 10))
	for lang, want := range map[string]string{"en": "did not come out the same", "zh": "决定与当时不同"} {
		p := free(t)
		said := p.fly(file, lang)
		require.True(t, said.Bad)
		all := strings.Join(said.Lines, "\n")
		require.Contains(t, all, want)
		require.Contains(t, all, strconv.Itoa(places[0]))
		require.Contains(t, all, strconv.Itoa(places[1]))
		require.Len(t, said.Lines, 4)
		p.call("seek", args{"ms": p.tick(16).End})
		require.Equal(t, zk.ServerID(1), p.state().Leader, "what came before is shown")
	}
}

func TestFlightThatIsTornOrDamagedSaysSo(t *testing.T) {
	file := flown(t, 300, 10)
	p := free(t)
	said := p.fly(file[:len(file)-100], "en")
	require.True(t, said.Bad)
	require.Contains(t, strings.Join(said.Lines, "\n"), "The end of the file is torn")
	require.Contains(t, said.Lines[len(said.Lines)-1], "did not say that it ended")

	long := flown(t, 6000, 200)
	chapters, err := wire.Chapters(long)
	require.NoError(t, err)
	layout, err := wire.DecodeRing(long)
	require.NoError(t, err)
	long[layout.Offset(chapters[1].Number)+layout.Size/2] ^= 1
	said = p.fly(long, "zh")
	require.True(t, said.Bad)
	all := strings.Join(said.Lines, "\n")
	require.Contains(t, all, "有 1 处缺失")
	require.Regexp(t, `至少有 \d+ 个输入读不出来`, all)
	p.call("seek", args{"ms": 1e9})
	require.Equal(t, zk.MakeZxid(1, 6002).String(), p.state().Servers[0].CommittedZxid)
	require.Empty(t, p.state().Violations)
}

func TestFileThatIsNoFlightLeavesThePageAlone(t *testing.T) {
	good := flown(t, 1, 1)
	newer, head := bytes.Clone(good), bytes.Clone(good)
	newer[3], head[9] = '2', head[9]^1
	p := free(t)
	p.do(":until leader != none")
	before := p.state()
	for _, c := range []struct {
		file   []byte
		en, zh string
	}{
		{nil, "not a flight recording", "不是飞行记录"},
		{[]byte("# a scenario\n"), "not a flight recording", "不是飞行记录"},
		{newer, "a newer zabscope", "更新版本"},
		{head, "64 bytes are damaged", "64 字节已损坏"},
		{good[:64], "nothing can be read", "读不出任何内容"},
		{good[:80], "nothing can be read", "读不出任何内容"},
		{good[:200], "nothing can be read", "读不出任何内容"},
	} {
		for lang, want := range map[string]string{"en": c.en, "zh": c.zh} {
			p.tape(c.file)
			answer := p.send("fly", args{"lang": lang})
			require.Nil(t, answer.Panic)
			require.Contains(t, answer.Error, want)
		}
	}
	require.Equal(t, before, p.state())
	require.NotEmpty(t, p.send("tape", args{"from": 3, "text": "AAAA"}).Error, "not the next piece")
	require.NotEmpty(t, p.send("tape", args{"text": "?"}).Error)
	require.NotEmpty(t, p.send("fly", nil).Error)
}
