package metrics_test

import (
	_ "embed"
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/drive"
	"github.com/zabscope/zabscope/server/metrics"
	"github.com/zabscope/zabscope/server/store"
)

// apache are the names that servers of Apache's 3.8 tell: a leader, a follower and an observer.
//
//go:embed testdata/apache-3.8.txt
var apache string

func rows() ([][2]string, bool) {
	return [][2]string{
		{"version", "3.8.0"}, {"server_state", "leader"}, {"znode_count", "5"},
		{"avg_latency", "0.25"}, {"packets_sent", "7"}, {"connection_rejected", "3"},
	}, true
}

// exempt are Apache's names that Prometheus' own rules would have otherwise. Nothing else may
// break a rule.
var exempt = strings.Fields(`znode_count connection_rejected looking_count proposal_count
	commit_count snap_count diff_count stale_sessions_expired learner_proposal_received_count
	learner_commit_received_count quit_leading_due_to_disloyal_voter`)

func TestNamesKeepTheRulesOfPrometheusWhereApacheLetsThem(t *testing.T) {
	m := metrics.New(metrics.Config{Monitor: rows})
	families, err := m.Registry().Gather()
	require.NoError(t, err)
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	require.NoError(t, err)
	var broken []string
	for _, p := range problems {
		if !slices.Contains(exempt, p.Metric) {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
		broken = append(broken, p.Metric)
	}
	for _, name := range exempt {
		require.Contains(t, broken, name, "it breaks no rule: take it off the list")
	}
}

func TestNamesAreApachesOrSayThatTheyAreOurs(t *testing.T) {
	known := strings.Fields(apache)
	for _, name := range metrics.Names() {
		if !strings.HasPrefix(name, "zabscope_") {
			require.Contains(t, known, name)
		}
	}
}

func scrape(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	require.Equal(t, 200, w.Code, w.Body)
	return w.Body.String()
}

func TestWhatMntrTellsIsScraped(t *testing.T) {
	text := scrape(t, metrics.New(metrics.Config{Monitor: rows}))
	require.Contains(t, text, "# TYPE znode_count gauge\nznode_count 5\n")
	require.Contains(t, text, "# TYPE connection_rejected counter\nconnection_rejected 3\n")
	require.Contains(t, text, "\navg_latency 0.25\n")
	require.NotContains(t, text, "server_state")
	require.NotContains(t, text, "go_goroutines")
	suffixed := scrape(t, metrics.New(metrics.Config{
		Monitor: rows, Suffix: "_total", Runtime: true,
	}))
	require.Contains(t, suffixed, "\nconnection_rejected_total 3\n")
	require.Contains(t, suffixed, "\nproposal_count_total 0\n")
	require.Contains(t, suffixed, "\nznode_count 5\n")
	require.Contains(t, suffixed, "go_goroutines")
}

func at(ms int) zk.Instant { return zk.Instant(time.Duration(ms) * time.Millisecond) }

func TestEventsBecomeTheNumbersOfApache(t *testing.T) {
	m := metrics.New(metrics.Config{Monitor: rows})
	txn := &zk.Txn{Zxid: zk.MakeZxid(1, 2), TimeMs: time.Now().UnixMilli()}
	m.Observe([]trace.Event{
		{Kind: trace.Booted, At: at(0)},
		{Kind: trace.Elected, At: at(30), Role: zk.Leading},
		{Kind: trace.PhaseChanged, At: at(50), Role: zk.Leading, Phase: zk.Broadcast},
		{Kind: trace.SyncChosen, Peer: 2, Type: zk.Diff},
		{Kind: trace.SyncChosen, Peer: 3, Type: zk.Snap},
		{Kind: trace.Proposed, At: at(60), Zxid: zk.MakeZxid(1, 1)},
		{Kind: trace.Proposed, At: at(61), Zxid: zk.MakeZxid(1, 2)},
		{Kind: trace.Logged, At: at(61), Zxid: zk.MakeZxid(1, 2), Txn: txn},
		{Kind: trace.Durable, At: at(66), Zxid: zk.MakeZxid(1, 2)},
		{Kind: trace.Acked, At: at(70), Peer: 2, Zxid: zk.MakeZxid(1, 2)},
		{Kind: trace.Committed, At: at(71), Zxid: zk.MakeZxid(1, 2)},
		{Kind: trace.Applied, At: at(71), Zxid: zk.MakeZxid(1, 1), Txn: txn},
		{Kind: trace.Applied, At: at(71), Zxid: zk.MakeZxid(1, 2), Txn: txn},
		{Kind: trace.WatchFired, Path: "/a", N: int64(zk.NodeDataChanged), Sess: 1},
		{Kind: trace.WatchFired, Path: "/a", N: int64(zk.NodeDataChanged), Sess: 2},
		{Kind: trace.WatchFired, Path: "/", N: int64(zk.NodeChildrenChanged), Sess: 1},
		{Kind: trace.SessionExpired, Sess: 5},
	})
	m.Answered(zk.OpGetData, 3*time.Millisecond)
	m.Answered(zk.OpSetData, 4*time.Millisecond)
	m.Answered(zk.OpPing, time.Hour)
	text := scrape(t, m)
	for _, line := range []string{
		"election_time_sum 30", "leader_unavailable_time_sum 50", "unavailable_time_count 1",
		"diff_count 1", "snap_count 1", "looking_count 1", "proposal_count 2", "commit_count 2",
		"sync_process_time_sum 5", "quorum_ack_latency_sum 21", "quorum_ack_latency_count 2",
		`ack_latency_sum{key="2"} 9`, "propagation_latency_count 2",
		"node_changed_watch_count_sum 2", "node_changed_watch_count_count 1",
		"node_children_watch_count_sum 1", "stale_sessions_expired 1",
		"readlatency_sum 3", "updatelatency_sum 4", "commit_process_time_count 0",
	} {
		require.Contains(t, text, "\n"+line+"\n")
	}
}

func TestTheDiskIsMeasuredAndItsSnapshotsRemembered(t *testing.T) {
	m := metrics.New(metrics.Config{Monitor: rows})
	d := &metrics.Disk{Disk: &store.Memory{}, Metrics: m}
	boot, err := d.Boot()
	require.NoError(t, err)
	var out step.Output
	n := node.New(node.DefaultConfig(1, zk.SetOf(1), 0), boot, &out)
	zxid, saved := d.Snapshot()
	require.Zero(t, zxid)
	require.Equal(t, int64(-1), saved)
	require.NoError(t, d.Append([]step.Write{{Seq: 1, Kind: step.AcceptEpoch, Epoch: 1}}))
	tree := n.Tree().Clone()
	require.NoError(t, d.Save(&step.Write{Kind: step.SaveSnapshot, Zxid: 5, Snap: tree}))
	zxid, saved = d.Snapshot()
	require.Equal(t, zk.Zxid(5), zxid)
	require.Positive(t, saved)
	text := scrape(t, m)
	for _, name := range []string{"dbinittime", "fsynctime", "snapshottime"} {
		require.Contains(t, text, "\n"+name+"_count 1\n")
	}
}

// broken is a disk that does not take anything.
type broken struct{ drive.Disk }

func (broken) Save(*step.Write) error { return errors.New("full") }

func TestASnapshotThatWasNotSavedIsNotRemembered(t *testing.T) {
	d := &metrics.Disk{Disk: broken{}}
	require.Error(t, d.Save(&step.Write{Zxid: 5}))
	zxid, _ := d.Snapshot()
	require.Zero(t, zxid)
}

func TestCounterCollectsOnlyNumbers(t *testing.T) {
	m := metrics.New(metrics.Config{Monitor: func() ([][2]string, bool) { return nil, false }})
	n, err := testutil.GatherAndCount(m.Registry())
	require.NoError(t, err)
	require.Positive(t, n, "a server that does not answer still tells what was counted")
}
