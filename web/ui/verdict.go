package ui

import (
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// Verdict says how a time without service went: what was lost, how long it took, who leads, and
// whether a committed write was lost. A leader that was not replaced leads on. It is "" while the
// outage is young and going on.
func Verdict(m *view.Model, o *view.Outage, t text.Printer) string {
	if !o.Over && !o.Long {
		return ""
	}
	parts := []string{t.T(lossKey(o.Loss), "n", o.Was)}
	epoch := "epoch " + strconv.FormatUint(uint64(o.Epoch), 10)
	took := tookText(o.At.Sub(o.Began))
	switch {
	case !o.Over:
		parts = append(parts, took, t.T("verdict.stuck", "k", o.Reach, "n", m.Voters.Len()))
	case o.Now != o.Was:
		parts = append(parts, epoch, took, t.T("verdict.new", "n", o.Now))
	case o.Epoch != o.Before:
		parts = append(parts, epoch, took, t.T("verdict.again", "n", o.Now))
	default:
		parts = append(parts, took, t.T("verdict.same", "n", o.Now))
	}
	end := t.T("verdict.safe")
	if len(o.Broken) > 0 {
		end = t.T("verdict.broken", "names", strings.Join(o.Broken, " "))
	}
	return t.T("verdict.whole", "story", strings.Join(parts, " → "), "end", end)
}

func lossKey(l view.Loss) string {
	switch l {
	case view.LostLeader:
		return "verdict.leader"
	case view.LostPause:
		return "verdict.pause"
	case view.LostMajority:
		return "verdict.majority"
	}
	return "verdict.quorum"
}

// VerdictRow is a verdict above the log of events. A press leads to where the outage began.
type VerdictRow struct{ ID, Time, Ms, Says string }

// BuildVerdicts lists the verdicts so far, newest first.
func BuildVerdicts(m *view.Model, t text.Printer) []VerdictRow {
	var rows []VerdictRow
	for i := len(m.Outages) - 1; i >= 0; i-- {
		o := &m.Outages[i]
		if sentence := Verdict(m, o, t); sentence != "" {
			rows = append(rows, VerdictRow{
				ID: "verdict-" + o.Ref.String(), Time: Seconds(o.Began), Ms: exactMs(o.Began),
				Says: sentence,
			})
		}
	}
	return rows
}

// tookText writes a duration with one decimal, "1.4 s".
func tookText(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
}
