package ui

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// Wheel is the leader's queue of expiry, unrolled: an axis in steps of tickTime, and each session
// in the bucket at whose end it expires unless its client is heard of before.
type Wheel struct {
	Height  float64
	Buckets []WheelBucket
	Chips   []WheelChip
	Radius  float64 // of a chip
	Hand    float64 // place of now
	BaseMs  string  // the moment at the left edge
	PerMs   string  // how far the hand goes in one simulated ms
	Spoken  string
}

// WheelBucket is one step of the axis.
type WheelBucket struct {
	X, Width float64
	Label    string // when it ends, "" where there is no room
	Past     bool
	More     string // "+3" for sessions without room for a chip
	MoreY    float64
}

// WheelChip is one session.
type WheelChip struct {
	ID, Name string
	At       Point
	State    string
	Title    string
}

// The measures of a wheel in its own coordinates.
const (
	wheelWidth   = 340.0 // of the buckets; the unit of the axis stands beside them
	digitWidth   = 7.3
	labelGap     = 6.0
	chipRadius   = 9.0 // where buckets are wide enough
	wheelTop     = 14.0
	chipPitch    = 21.0
	chipsHigh    = 4 // above each other
	bucketsLeast = 9
	bucketsMost  = 23 // a timeout is at most 20 ticks
)

func buildWheel(m *view.Model, list []*view.Session, t text.Printer) Wheel {
	tick := zk.Instant(m.TickTime)
	base := (m.Now/tick - 1) * tick
	n := bucketsLeast
	for _, s := range list {
		n = max(n, min(bucketsMost, int((s.Expires-base)/tick)+1))
	}
	step := wheelWidth / float64(n)
	w := Wheel{
		Radius: hundredth(min(chipRadius, step/2-0.5)),
		BaseMs: strconv.FormatInt(base.Ms(), 10),
		PerMs:  strconv.FormatFloat(step/float64(m.TickTime.Milliseconds()), 'f', 6, 64),
		Hand:   hundredth(step * float64(m.Now-base) / float64(tick)),
	}
	for i := range n {
		w.Buckets = append(w.Buckets, WheelBucket{
			X: hundredth(step * float64(i)), Width: hundredth(step), Past: i == 0,
		})
	}
	w.label(base, tick)
	w.place(m, list, base, t)
	return w
}

// label writes the ends of the buckets below them: of each, or of every second or third where all
// would touch each other.
func (w *Wheel) label(base, tick zk.Instant) {
	last := base + zk.Instant(len(w.Buckets))*tick
	room := labelGap + digitWidth*float64(len(bucketLabel(last)))
	stride := zk.Instant(math.Ceil(room / w.Buckets[0].Width))
	for i := range w.Buckets {
		if end := base + zk.Instant(i+1)*tick; end/tick%stride == 0 {
			w.Buckets[i].Label = bucketLabel(end)
		}
	}
}

// bucketLabel is the end of a bucket without its unit, "14".
func bucketLabel(end zk.Instant) string { return strings.TrimSuffix(wholeSeconds(end), " s") }

// place puts the sessions into their buckets, from the axis upwards.
func (w *Wheel) place(m *view.Model, list []*view.Session, base zk.Instant, t text.Printer) {
	filled := make([]int, len(w.Buckets))
	highest := 1
	var at []int
	var shown []*view.Session
	for _, s := range list {
		i := int((s.Expires-base)/zk.Instant(m.TickTime)) - 1
		if s.Expires == 0 || s.Gone && !s.Expired || i < 0 || i >= len(w.Buckets) ||
			m.LeaseKeeper() == 0 {
			continue
		}
		filled[i]++
		highest = max(highest, min(filled[i], chipsHigh))
		at, shown = append(at, i), append(shown, s)
	}
	axis := wheelTop + float64(highest)*chipPitch
	w.Height = axis + 20
	placed := make([]int, len(w.Buckets))
	for k, s := range shown {
		i := at[k]
		b := &w.Buckets[i]
		if filled[i] > chipsHigh && placed[i] == chipsHigh-1 {
			b.More = "+" + strconv.Itoa(filled[i]-chipsHigh+1)
			b.MoreY = axis - chipPitch*(chipsHigh-0.5)
			continue
		}
		state := sessionState(m, s)
		w.Chips = append(w.Chips, WheelChip{
			ID: sessionText(s.ID)[2:], Name: chipName(s), State: state,
			At: Point{
				X: hundredth(b.X + b.Width/2),
				Y: hundredth(axis - chipPitch*(float64(placed[i])+0.5)),
			},
			Title: t.T("sessions.chip", "s", sessionName(s), "t", wholeSeconds(s.Expires),
				"state", t.T("sessions.state."+state)),
		})
		placed[i]++
	}
	w.Spoken = t.T("sessions.wheel", "n", len(shown), "tick", duration(m.TickTime))
}

func chipName(s *view.Session) string {
	if s.Client != 0 {
		return s.Client.String()
	}
	return "·"
}

// LeaseOf is what is left of a client's session, in simulated ms: when it expires and how long its
// timeout is. It is false while nobody keeps time for it.
func LeaseOf(m *view.Model, c *view.Client) (expires, timeout float64, ok bool) {
	if m.LeaseKeeper() == 0 || c.Sess == 0 || c.Phase >= view.ClientExpired {
		return 0, 0, false
	}
	for i := range m.Sessions {
		s := &m.Sessions[i]
		if s.ID != c.Sess || s.Expires == 0 || s.Gone {
			continue
		}
		longest := time.Duration(s.TimeoutMs)*time.Millisecond + m.TickTime
		return float64(s.Expires) / 1e6, float64(longest.Milliseconds()), true
	}
	return 0, 0, false
}
