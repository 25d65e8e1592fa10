package ui

import (
	"strconv"
	"time"

	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// MetricsPanel is how the run has gone, as one small line for each measurement.
type MetricsPanel struct {
	Text  text.Printer
	Span  string // what the lines cover, "12.8 s"
	Lines []Sparkline
}

// Sparkline is one measurement over the whole run.
type Sparkline struct {
	Name, Key string
	Last      string // the newest value with its unit
	Most      string // the highest one, or the total, in words
	Path      string // of the line, "" when there is nothing to draw
	Bars      []SparkBar
	Spoken    string
}

// SparkBar is one event with a length, such as an election.
type SparkBar struct {
	X, Height float64
	Title     string
}

// The measures of a sparkline in its own coordinates.
const (
	sparkWidth  = 160.0
	sparkHeight = 36.0
)

// BuildMetrics draws the history of m.
func BuildMetrics(m *view.Model, t text.Printer) MetricsPanel {
	h := &m.History
	p := MetricsPanel{Text: t, Span: Seconds(m.Now)}
	n := len(h.Stretches)
	commits, latency := make([]float64, n), make([]float64, n)
	outstanding, down := make([]float64, n), make([]float64, n)
	last := 0.0
	for i, s := range h.Stretches {
		commits[i] = float64(s.Commits) / h.Every.Seconds()
		if s.Commits > 0 {
			last = float64(s.Waited.Microseconds()) / 1000 / float64(s.Commits)
		}
		latency[i] = last
		outstanding[i] = float64(s.Outstanding)
		down[i] = float64(s.Unavailable) / float64(h.Every)
	}
	now := 0
	if l := m.Leader(); l != nil {
		now = len(l.Outstanding)
	}
	p.Lines = []Sparkline{
		p.line("commits", commits, "/s", newest(commits)),
		p.line("latency", latency, " ms", millisOf(m.Metrics.LastLatency)),
		p.line("outstanding", outstanding, "", float64(now)),
		p.elections(m),
		p.outages(m, down),
	}
	p.Lines[0].Most += t.T("metrics.total", "n", m.Metrics.Commits)
	return p
}

func newest(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	return values[len(values)-1]
}

func millisOf(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// line draws a series.
func (p *MetricsPanel) line(key string, values []float64, unit string, now float64) Sparkline {
	s := Sparkline{Name: p.Text.T("metrics." + key), Key: key, Path: sparkPath(values)}
	most := 0.0
	for _, v := range values {
		most = max(most, v)
	}
	s.Last, s.Most = short(now)+unit, p.Text.T("metrics.most", "most", short(most)+unit)
	s.Spoken = p.Text.T("metrics.spoken", "name", s.Name, "last", s.Last, "most", s.Most)
	return s
}

// sparkPath runs through the values, the highest at the top.
func sparkPath(values []float64) string {
	if len(values) < 2 {
		return ""
	}
	most := 0.0
	for _, v := range values {
		most = max(most, v)
	}
	if most == 0 {
		most = 1
	}
	b := []byte{'M'}
	for i, v := range values {
		if i > 0 {
			b = append(b, 'L')
		}
		b = strconv.AppendInt(b, int64(sparkWidth*float64(i)/float64(len(values)-1)+0.5), 10)
		b = append(b, ' ')
		b = appendNumber(b, sparkHeight-2-(sparkHeight-4)*v/most)
	}
	return string(b)
}

// elections draws each election as a bar, as high as it was long.
func (p *MetricsPanel) elections(m *view.Model) Sparkline {
	s := Sparkline{Name: p.Text.T("metrics.elections"), Key: "elections", Last: "–"}
	longest := time.Duration(0)
	for _, e := range m.History.Elections {
		longest = max(longest, e.Took)
	}
	for _, e := range m.History.Elections {
		s.Bars = append(s.Bars, SparkBar{
			X:      hundredth(sparkWidth * float64(e.At) / float64(max(m.Now, 1))),
			Height: hundredth(4 + (sparkHeight-6)*float64(e.Took)/float64(max(longest, 1))),
			Title: p.Text.T("metrics.election", "n", e.Leader, "t", Seconds(e.At),
				"took", duration(e.Took)),
		})
		s.Last = duration(e.Took.Round(time.Millisecond))
	}
	if longest > 0 {
		s.Most = p.Text.T("metrics.most", "most", duration(longest.Round(time.Millisecond)))
	}
	s.Spoken = p.Text.T("metrics.spoken", "name", s.Name, "last", s.Last, "most", s.Most)
	return s
}

// outages draws the share of each stretch without service.
func (p *MetricsPanel) outages(m *view.Model, down []float64) Sparkline {
	total := time.Duration(0)
	for _, s := range m.History.Stretches {
		total += s.Unavailable
	}
	value := duration(total.Round(time.Millisecond))
	s := Sparkline{
		Name: p.Text.T("metrics.unavailable"), Key: "unavailable", Path: sparkPath(down),
		Last: value,
		Most: p.Text.T("metrics.share", "p", short(100*float64(total)/float64(max(m.Now, 1)))),
	}
	s.Spoken = p.Text.T("metrics.spoken.total", "name", s.Name, "total", value)
	return s
}

// short prints a number with at most three digits that count.
func short(v float64) string {
	switch {
	case v >= 100, v == float64(int64(v)):
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func sparkBar(b SparkBar) string {
	return "M" + number(b.X) + " 34V" + number(sparkHeight-b.Height)
}
