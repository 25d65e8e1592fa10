// Package metrics measures one server for Prometheus, under the names of Apache's ServerMetrics, so
// that dashboards and alerts made for a ZooKeeper ensemble work on one of ours.
//
// What a four-letter word tells as well comes from the same place as mntr, on each scrape. The rest
// is folded from the trace and from how long the disk and the answers take; a server that nobody
// scrapes does none of it. A name of Apache's whose stage does not exist here is registered and
// stays empty; see `silent`.
package metrics

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/zabscope/zabscope/core/zk"
)

// Config is what the metrics of a server are made of.
type Config struct {
	// Monitor returns the names and values of mntr, without zk_; false while there are none.
	Monitor func() ([][2]string, bool)
	// Suffix is put behind the names of counters: "_total", which newer versions of Apache's
	// provider write, or "".
	Suffix string
	// Runtime adds what the Go runtime and the operating system say of the process.
	Runtime bool
}

// Metrics are the metrics of one server.
type Metrics struct {
	registry  *prometheus.Registry
	counters  map[string]prometheus.Counter
	summaries map[string]prometheus.Summary
	acks      *prometheus.SummaryVec
	fold      fold
}

// New returns metrics that have measured nothing.
func New(cfg Config) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(), counters: map[string]prometheus.Counter{},
		summaries: map[string]prometheus.Summary{},
	}
	for _, d := range counters {
		c := prometheus.NewCounter(prometheus.CounterOpts{Name: d.name + cfg.Suffix, Help: d.help})
		m.counters[d.name] = c
		m.registry.MustRegister(c)
	}
	for _, d := range slices.Concat(summaries, silent) {
		s := prometheus.NewSummary(summaryOf(d))
		m.summaries[d.name] = s
		m.registry.MustRegister(s)
	}
	m.acks = prometheus.NewSummaryVec(summaryOf(ackLatency), []string{"key"})
	m.registry.MustRegister(m.acks, monitor{cfg})
	if cfg.Runtime {
		m.registry.MustRegister(collectors.NewGoCollector(),
			collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	}
	m.fold = fold{loggedAt: zk.Never, proposed: map[zk.Zxid]zk.Instant{}}
	return m
}

// summaryOf has the quantiles of Apache's provider.
func summaryOf(d described) prometheus.SummaryOpts {
	return prometheus.SummaryOpts{
		Name: d.name, Help: d.help,
		Objectives: map[float64]float64{0.5: 0.05, 0.9: 0.01, 0.99: 0.001},
	}
}

// Handler answers scrapes.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: scrapesMax})
}

// scrapesMax is how many scrapes are answered at one time.
const scrapesMax = 4

// Registry is for who looks at the metrics without HTTP.
func (m *Metrics) Registry() *prometheus.Registry { return m.registry }

func (m *Metrics) count(name string) { m.counters[name].Inc() }

// took notes a duration, in milliseconds as all of Apache's are.
func (m *Metrics) took(name string, d time.Duration) {
	m.summaries[name].Observe(float64(d) / float64(time.Millisecond))
}

// Answered notes how long a client waited for an answer.
func (m *Metrics) Answered(op zk.Op, d time.Duration) {
	switch {
	case op.IsWrite():
		m.took("updatelatency", d)
	case op != zk.OpPing && op != zk.OpConnect:
		m.took("readlatency", d)
	}
}

// monitor collects what mntr tells.
type monitor struct{ cfg Config }

// Describe names nothing: what there is depends on the server's role.
func (monitor) Describe(chan<- *prometheus.Desc) {}

// Collect asks the server.
func (c monitor) Collect(out chan<- prometheus.Metric) {
	rows, _ := c.cfg.Monitor()
	for _, row := range rows {
		value, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			continue // a word: version, server_state
		}
		name, kind := row[0], prometheus.GaugeValue
		if strings.HasSuffix(help(row[0]), counted) {
			name, kind = name+c.cfg.Suffix, prometheus.CounterValue
		}
		desc := prometheus.NewDesc(name, help(row[0]), nil, nil)
		out <- prometheus.MustNewConstMetric(desc, kind, value)
	}
}

// Names returns every name that a server can answer with, ours included.
func Names() []string {
	names := []string{ackLatency.name}
	for _, d := range slices.Concat(counters, summaries, silent, monitored) {
		names = append(names, d.name)
	}
	slices.Sort(names)
	return names
}

func help(name string) string {
	at := slices.IndexFunc(monitored, func(d described) bool { return d.name == name })
	if at < 0 {
		return name + ", as mntr tells it."
	}
	return monitored[at].help
}

// Silent returns the names that nothing is ever observed for.
func Silent() (names []string) {
	for _, d := range silent {
		names = append(names, d.name)
	}
	return names
}
