package bridge

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// How much of the diagram one window carries at most: so many things, and so many bytes of JSON.
const (
	passagesMost = 160
	turnsMost    = 100
	rulesMost    = 30
	windowMost   = 4096
)

// Spacetime is one window of the space-time diagram. Numbers in the strings are to base 36, times
// in µs after From; a row is separated from the next by a semicolon.
type Spacetime struct {
	From  float64     `json:"from"` // simulated ms
	To    float64     `json:"to"`
	Lanes []SpaceLane `json:"lanes"`
	// Rows are messages: number of the Sent event (less the one before), when it was sent
	// (less the one before), how long until it arrives (empty when unknown), lane from, lane
	// to, type, state, tag, and when it was lost or held, counted from when it was sent.
	Rows  string   `json:"rows"`
	Tags  []string `json:"tags"`
	Rules string   `json:"rules"` // commits: when, zxid in words
	Every int      `json:"every"` // only each so manieth message is here; 1 for all
	All   int      `json:"all"`   // so many messages there are
	Busy  bool     `json:"busy,omitempty"`
	Lost  bool     `json:"lost,omitempty"` // a part of the window is no longer kept
}

// SpaceLane is a life line. Turns are its changes, the first one at 0: when, view.Track, 1 for
// paused and 2 for apart, epoch.
type SpaceLane struct {
	ID    string `json:"id"`
	Turns string `json:"turns"`
}

// spacetime is what the page shows of the diagram.
type spacetime struct {
	from, to zk.Instant
	pings    bool

	index *view.Spacetime // nil while it is not needed
	log   *eventLog       // it is of
	epoch uint64
	next  uint64 // number of the first event that is not in it
	first uint64
	key   spaceKey
	sent  []byte // last
	at    float64
}

// spaceKey names what a window was made from.
type spaceKey struct {
	from, to zk.Instant
	look     string
	rev      uint64
	busy     bool
}

// begin returns what stays when another run is shown.
func (s *spacetime) begin() spacetime {
	return spacetime{from: s.from, to: s.to, pings: s.pings}
}

// spacetime tells which window is in sight, and whether heartbeats are drawn.
func (b *Bridge) spacetime(a *Args) (any, error) {
	b.space.from, b.space.to, b.space.pings = instant(a.X), instant(a.X2), a.On
	return nil, nil
}

// spacetimeSay tells in words what the n-th event was.
func (b *Bridge) spacetimeSay(a *Args) (any, error) {
	n := uint64(max(0, a.N))
	if !b.log().has(n) {
		return "", nil
	}
	return b.narrate(b.log().at(n)), nil
}

// renderSpacetime sends the window when something in it changed.
func (b *Bridge) renderSpacetime(f *Frame) {
	s := &b.space
	if !b.show.visible["spacetime"] {
		s.index, s.sent, s.key = nil, nil, spaceKey{}
		return
	}
	busy := s.update(b.log())
	f.More = f.More || busy
	look := b.text.Lang.Tag() + strconv.Itoa(int(b.look.Level)) + strconv.FormatBool(s.pings)
	key := spaceKey{s.from, s.to, look, s.index.Rev, busy}
	switch {
	case key == s.key || s.to <= s.from:
		return
	case b.flows() && !b.show.urgent && b.clock.real-s.at < panelEvery:
		f.More = true
		return
	}
	s.key, s.at = key, b.clock.real
	if window, text := s.fitting(b.look.Level, busy); !bytes.Equal(text, s.sent) {
		s.sent = text
		f.Spacetime = &window
	}
}

// fitting returns the window with as many messages as there is room for.
func (s *spacetime) fitting(level ui.Level, busy bool) (w Spacetime, text []byte) {
	for most := passagesMost; ; most = most * 4 / 5 {
		w = s.window(level, most)
		w.Busy = busy
		if text = encode(w); len(text) <= windowMost || most < 10 {
			return w, text
		}
	}
}

// update takes the events that the diagram has not seen, and reports whether some are left.
func (s *spacetime) update(l *eventLog) (more bool) {
	if l.end < l.first {
		s.index = view.NewSpacetime(&view.Lives{})
		s.log = nil
		return false
	}
	if s.index == nil || s.log != l || s.epoch != l.epoch || s.next < l.first {
		rev := uint64(0)
		if s.index != nil {
			rev = s.index.Rev
		}
		s.index = view.NewSpacetime(l.chunks[0].lives)
		s.index.Rev = rev + 1
		s.log, s.epoch, s.next, s.first = l, l.epoch, l.first, l.first
	}
	if s.first < l.first {
		s.first = l.first
		s.index.Forget(l.first, l.chunks[0].lives)
	}
	for most := lookAtOnce; most > 0 && s.next <= l.end; most-- {
		s.index.Add(s.next, l.at(s.next))
		s.next++
	}
	return s.next <= l.end
}

// window writes what is in sight, with so many messages at most.
func (s *spacetime) window(level ui.Level, most int) Spacetime {
	l := s.log
	w := Spacetime{From: ms(s.from), To: ms(s.to), Tags: []string{}, Lanes: []SpaceLane{}}
	if l == nil {
		return w
	}
	w.Lost = l.first > 1 && s.from < l.at(l.first).At
	places := s.lanes(&w)
	list, every, all := s.index.Window(s.from, s.to, most, func(t zk.MsgType) bool {
		if t.Family() == zk.FamilyHeartbeat {
			return s.pings
		}
		return level.Draws(t)
	})
	w.Every, w.All = every, all
	w.Rows, w.Tags = s.rows(list, places)
	w.Rules = s.rules()
	return w
}

// lanes writes the life lines, and returns where each stands.
func (s *spacetime) lanes(w *Spacetime) (places [256]int) {
	now, later := s.index.LivesAt(s.from, s.to)
	for i, id := range s.index.Lanes() {
		places[id] = i
		w.Lanes = append(w.Lanes, SpaceLane{id.String(), s.turns(id, now.Of(id), later)})
	}
	return places
}

// rows writes messages.
func (s *spacetime) rows(list []*view.Passage, places [256]int) (text string, tags []string) {
	tags = []string{}
	var rows spaceRows
	last := view.Passage{T0: s.from}
	for _, p := range list {
		tag := view.Tag(s.log.at(p.Number))
		at := slices.Index(tags, tag)
		if at < 0 {
			at = len(tags)
			tags = append(tags, tag)
		}
		rows.begin(int64(p.Number - last.Number))
		rows.add(micros(p.T0) - micros(last.T0))
		rows.addKnown(p.T1 != 0, micros(p.T1)-micros(p.T0))
		for _, n := range []int{
			places[p.From], places[p.To], int(p.Type), int(p.State), at,
		} {
			rows.add(int64(n))
		}
		if p.State == view.FlightDropped || p.State == view.FlightHeld {
			rows.add(micros(p.End) - micros(p.T0))
		}
		last = *p
	}
	return rows.String(), tags
}

// turns writes one life line. Where it changes more often than can be seen, only what it comes to
// is written.
func (s *spacetime) turns(id zk.ServerID, first view.Life, later []view.Turn) string {
	var rows spaceRows
	rows.turn(0, first)
	least := (s.to - s.from) / turnsMost
	for i, t := range later {
		if t.ID != id || len(later) > turnsMost && soon(later[i+1:], &t, least) {
			continue
		}
		rows.turn(micros(t.At-s.from), t.Life)
	}
	return rows.String()
}

// soon reports whether a life line changes again within a time.
func soon(later []view.Turn, t *view.Turn, within zk.Instant) bool {
	for i := range later {
		if later[i].At-t.At > within {
			return false
		}
		if later[i].ID == t.ID {
			return true
		}
	}
	return false
}

// rules writes the commits, thinned where there are too many.
func (s *spacetime) rules() string {
	var list []view.Rule
	for _, r := range s.index.Rules {
		if r.At >= s.from && r.At <= s.to {
			list = append(list, r)
		}
	}
	every := max(1, (len(list)+rulesMost-1)/rulesMost)
	var rows spaceRows
	for i, r := range list {
		if i%every == 0 {
			rows.begin(micros(r.At - s.from))
			rows.addText(r.Zxid.Short())
		}
	}
	return rows.String()
}

func micros(t zk.Instant) int64 { return int64(t) / 1000 }

// spaceRows writes numbers to base 36.
type spaceRows struct{ strings.Builder }

func (r *spaceRows) begin(n int64) {
	if r.Len() > 0 {
		r.WriteByte(';')
	}
	r.WriteString(strconv.FormatInt(n, 36))
}

func (r *spaceRows) add(n int64) { r.addText(strconv.FormatInt(n, 36)) }

func (r *spaceRows) addText(s string) {
	r.WriteByte(',')
	r.WriteString(s)
}

func (r *spaceRows) addKnown(known bool, n int64) {
	if !known {
		r.WriteByte(',')
		return
	}
	r.add(n)
}

func (r *spaceRows) turn(at int64, life view.Life) {
	flags := int64(0)
	if life.Paused {
		flags |= 1
	}
	if life.Apart {
		flags |= 2
	}
	r.begin(at)
	r.add(int64(life.Track))
	r.add(flags)
	r.add(int64(life.Epoch))
}
