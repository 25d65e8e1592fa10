package bridge

import (
	"encoding/base64"
	"errors"
	"strconv"

	recorder "github.com/zabscope/zabscope/core/recording"
	"github.com/zabscope/zabscope/core/shell"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// Tape is what there is to say of a flight recording that the page shows.
type Tape struct {
	Lines []string `json:"lines"` // sentences
	Bad   bool     `json:"bad"`   // the replay and the recorder disagree, or something is missing
}

// tapeMax is how large a flight recording may be, in bytes.
const tapeMax = 96 << 20

// paddingMax is how many bytes too many base64 makes room for.
const paddingMax = 2

// tapeSteps is how many steps a replay goes between two looks at the time.
const tapeSteps = 8

var errTape = errors.New("a piece of the recording is missing, or it is too large")

// takeTape takes a piece of a flight recording. The page goes on with what it shows.
func (b *Bridge) takeTape(a *Args) (any, error) {
	if a.From == 0 {
		b.reel = make([]byte, 0, min(max(a.Count, 0), tapeMax)+paddingMax)
	}
	if a.From > 0 && b.reel == nil {
		return nil, errStopped{b.text.T("flight.stopped")}
	}
	if a.From != len(b.reel) {
		return nil, errTape
	}
	reel, err := base64.StdEncoding.AppendDecode(b.reel, []byte(a.Text))
	if err != nil || len(reel) > tapeMax {
		b.reel = nil
		return nil, errTape
	}
	b.reel = reel
	return nil, nil
}

// bringing tells how much of a flight recording the page has brought.
func (b *Bridge) bringing() Work {
	return Work{
		Kind: "tape", Now: float64(len(b.reel)), Until: float64(cap(b.reel)), Fast: true,
	}
}

// fly lets a server go through what it recorded, and then shows it.
func (b *Bridge) fly(a *Args) (any, error) {
	reel := b.reel
	b.reel = nil
	lang, _ := text.ParseLang(a.Lang)
	t := &tape{run: newWatching(view.Recorded, &hello{}), text: text.In(lang)}
	var err error
	if t.player, err = recorder.Open(reel); err != nil {
		return nil, t.refusal(err)
	}
	return b.begun(&job{
		slice: func(left func() bool) (any, bool, error) {
			if t.play(left) {
				return nil, false, nil
			}
			result, err := t.land(b)
			return result, true, err
		},
		look: func() Work {
			done, whole := t.player.Progress()
			return Work{Kind: "flight", Now: float64(done), Until: float64(whole), Fast: true}
		},
		stop: func() (any, error) { return nil, errStopped{t.text.T("flight.stopped")} },
	})
}

// tape is a flight recording on its way to the page.
type tape struct {
	player *recorder.Player
	run    *watching
	text   text.Printer
}

// play takes steps while there is time left, and reports whether there are more.
func (t *tape) play(left func() bool) (more bool) {
	for n := 1; ; n++ {
		m, more := t.player.Next()
		if !more {
			return false
		}
		t.show(&m)
		if (n%tapeSteps == 0 || m.Input == nil) && !left() {
			return true
		}
	}
}

// show hands the events of a step on. Where a server begins, what it holds goes with them.
func (t *tape) show(m *recorder.Moment) {
	for i := range m.Output.Trace {
		e := m.Output.Trace[i]
		if m.Input == nil && holds(&e, m.Described) {
			e.Msg = view.Told{Tree: m.Node.Tree().Clone()}
		}
		t.run.take(&e)
	}
}

// holds reports whether an event says which tree the server has that begins with it.
func holds(e *trace.Event, described bool) bool {
	if described {
		return e.Kind == trace.Applied && e.Txn == nil
	}
	return e.Kind == trace.Booted && e.Last != 0
}

// land makes the page show what was played.
func (t *tape) land(b *Bridge) (any, error) {
	err := t.player.Err()
	if t.run.log.end == 0 {
		return nil, t.refusal(err)
	}
	b.text = t.text
	b.turnTo(t.run)
	b.clock = clock{speed: DefaultSpeed}
	b.rewind()
	r := t.player.Report()
	return Tape{
		Lines: t.lines(&r, err), Bad: err != nil || r.Gaps > 0 || r.Torn || r.Broken != "",
	}, nil
}

// refusal says why there is nothing to show.
func (t *tape) refusal(err error) error {
	key := "flight.empty"
	if e, is := err.(*recorder.Error); is {
		key = problemKeys[e.Problem]
	}
	return errors.New(t.text.T(key))
}

// problemKeys are the sentences of a file that cannot be shown at all.
var problemKeys = [...]string{
	recorder.Foreign: "flight.foreign", recorder.Newer: "flight.newer",
	recorder.BadHead: "flight.badhead", recorder.Empty: "flight.empty",
	recorder.Unreadable: "flight.unreadable", recorder.Differs: "flight.empty",
}

// lines say whose recording it is and how far it reaches, whether its decisions came out the same,
// what is missing, and how it ended.
func (t *tape) lines(r *recorder.Report, err error) (lines []string) {
	add := func(on bool, key, value string) {
		if on {
			lines = append(lines, t.text.T(key, "n", value))
		}
	}
	add(true, "flight.whose", r.Server.String())
	lines = append(lines, t.judge(r, err))
	add(true, "flight.inputs", strconv.Itoa(r.Inputs))
	add(r.Inputs > 0, "flight.when", shell.Date(r.First)+" – "+shell.Date(r.Last))
	add(r.Gaps > 0, "flight.gaps", strconv.Itoa(r.Gaps))
	add(r.Lost > 0, "flight.lost", strconv.FormatUint(r.Lost, 10))
	add(r.Torn, "flight.torn", "")
	add(r.Broken != "", "flight.broken", ui.Visible(r.Broken))
	end := ui.Visible(r.End)
	if r.End == recorder.Stopped {
		end = t.text.T("flight.ended.stopped")
	}
	add(r.End != "", "flight.ended", end)
	add(r.End == "" && err == nil, "flight.open", "")
	l := t.run.log
	add(l.first > 1, "flight.kept", strconv.FormatUint(l.end+1-l.first, 10))
	return lines
}

// judge says whether the replay did what the server had done.
func (t *tape) judge(r *recorder.Report, err error) string {
	e, bad := err.(*recorder.Error)
	switch {
	case !bad && r.Marks == 0:
		return t.text.T("flight.unmarked")
	case !bad:
		return t.text.T("flight.agrees", "n", strconv.Itoa(r.Marks))
	}
	key := "flight.unreadable.from"
	if e.Problem == recorder.Differs {
		key = "flight.differs"
	}
	return t.text.T(key, "k", e.Chapter, "a", e.Agreed, "b", e.Until)
}
