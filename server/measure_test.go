package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	gozk "github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
)

// get asks a node over HTTP.
func get(t *testing.T, url string, headers ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(text)
}

func (c *cluster) url(id zk.ServerID, path string) string {
	return "http://" + c.nodes[id].httpListener.Addr().String() + path
}

// numbers reads what a scrape answers, without labels.
func numbers(t *testing.T, text string) map[string]float64 {
	t.Helper()
	all := map[string]float64{}
	for s := bufio.NewScanner(strings.NewReader(text)); s.Scan(); {
		name, value, _ := strings.Cut(s.Text(), " ")
		if strings.HasPrefix(name, "#") {
			continue
		}
		n, err := strconv.ParseFloat(value, 64)
		require.NoError(t, err, s.Text())
		all[name] = n
	}
	return all
}

func TestMetricsAgreeWithMntrUnderLoad(t *testing.T) {
	c := startEnsemble(t, 3, 0, "tickTime=500\n4lw.commands.whitelist=*\n")
	leader := c.leader()
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for i := range 20 {
				_, _, status := run("cli", "--server", c.address(c.other(leader)), "create", "-s",
					"/n-", strconv.Itoa(i))
				if status != 0 {
					t.Error("a client failed")
				}
			}
		})
	}
	for range 20 { // a scrape must not disturb, nor be disturbed
		status, text := get(t, c.url(leader, "/metrics"))
		require.Equal(t, 200, status)
		require.Contains(t, numbers(t, text), "znode_count")
	}
	clients.Wait()
	for id := range c.nodes {
		_, text := get(t, c.url(id, "/metrics"))
		scraped := numbers(t, text)
		agreed := 0
		for line := range strings.Lines(ask(t, c.address(id), "mntr")) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), "\t")
			name = strings.TrimPrefix(name, "zk_")
			told, err := strconv.ParseFloat(value, 64)
			if err != nil {
				continue // a word
			}
			got, has := scraped[name]
			require.True(t, has, "%s is not scraped", name)
			if !restless(name) {
				require.Equal(t, told, got, name)
				agreed++
			}
		}
		require.Greater(t, agreed, 10)
		require.Contains(t, scraped, "go_goroutines")
	}
	_, text := get(t, c.url(leader, "/metrics"))
	require.GreaterOrEqual(t, numbers(t, text)["proposal_count"], 80.0)
	require.GreaterOrEqual(t, numbers(t, text)["fsynctime_count"], 1.0)
	require.Contains(t, text, `ack_latency{key="`)
}

// restless are the numbers that change from one question to the next.
func restless(name string) bool {
	for _, part := range []string{"uptime", "latency", "descriptor", "packets", "bytes",
		"connection", "num_alive", "outstanding", "pending"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

func TestReadyzTurnsRedWhileLooking(t *testing.T) {
	c := startEnsemble(t, 3, 0, "tickTime=300\n")
	leader := c.leader()
	follower := c.other(leader)
	status, text := get(t, c.url(follower, "/readyz"))
	require.Equal(t, 200, status, text)
	for id := range c.config {
		if id != follower {
			c.stop(id)
		}
	}
	require.Eventually(t, func() bool {
		status, text = get(t, c.url(follower, "/readyz"))
		return status == http.StatusServiceUnavailable &&
			text == "LOOKING: no leader is known\n"
	}, patience, 5*time.Millisecond)
	status, _ = get(t, c.url(follower, "/livez"))
	require.Equal(t, 200, status, "it looks, so it lives")
	c.start(leader)
	c.leader()
	status, text = get(t, c.url(follower, "/readyz"))
	require.Equal(t, 200, status, text)
}

// command asks the AdminServer.
func (c *cluster) command(id zk.ServerID, name string) map[string]any {
	c.t.Helper()
	status, text := get(c.t,
		"http://"+c.nodes[id].adminListener.Addr().String()+"/commands/"+name)
	require.Equal(c.t, 200, status, text)
	var fields map[string]any
	require.NoError(c.t, json.Unmarshal([]byte(text), &fields), text)
	return fields
}

// adminFields are the fields of Apache's AdminServer that a server of an ensemble answers with.
var adminFields = map[string]string{
	"ruok": "", "connection_stat_reset": "", "stat_reset": "", "observer_connection_stat_reset": "",
	"configuration": "client_port data_dir data_log_dir tick_time max_client_cnxns " +
		"min_session_timeout max_session_timeout server_id client_port_listen_backlog",
	"connections":           "connections secure_connections",
	"dirs":                  "datadir_size logdir_size",
	"dump":                  "expiry_time_to_session_ids session_id_to_ephemeral_paths",
	"environment":           "zookeeper.version host.name os.name user.dir",
	"get_trace_mask":        "tracemask",
	"hash":                  "digests",
	"initial_configuration": "initial_configuration",
	"is_read_only":          "read_only",
	"last_snapshot":         "zxid timestamp",
	"leader":                "is_leader leader_id leader_ip",
	"monitor":               "version server_state znode_count watch_count uptime peer_state",
	"observers":             "synced_observers observers",
	"server_stats":          "version read_only server_stats client_response node_count",
	"set_trace_mask":        "tracemask",
	"stats":                 "version read_only server_stats node_count connections",
	"system_properties":     "os.name user.dir",
	"voting_view":           "current_config",
	"watch_summary":         "num_connections num_paths num_total_watches",
	"watches":               "session_id_to_watched_paths",
	"watches_by_path":       "path_to_session_ids",
	"zabstate": "myid is_leader quorum_address election_address client_address voting " +
		"last_zxid zab_epoch zab_counter zabstate",
}

func TestAdminServerAnswersAsApachesDoes(t *testing.T) {
	c := startEnsemble(t, 3, 0, "tickTime=500\nadmin.enableServer=true\nadmin.serverPort=0\n")
	leader := c.leader()
	conn := client(t, c.address(leader))
	_, err := conn.Create("/a", nil, 0, gozk.WorldACL(gozk.PermAll))
	require.NoError(t, err)
	_, _, _, err = conn.GetW("/a")
	require.NoError(t, err)

	_, list := get(t, "http://"+c.nodes[leader].adminListener.Addr().String()+"/commands")
	for name, fields := range adminFields {
		require.Contains(t, list, `<a href="/commands/`+name+`">`+name+`</a>`)
		args := ""
		if name == "set_trace_mask" {
			args = "?traceMask=306"
		}
		got := c.command(leader, name+args)
		require.Equal(t, name, got["command"])
		require.Contains(t, got, "error")
		require.Nil(t, got["error"], name)
		for _, field := range strings.Fields(fields) {
			require.Contains(t, got, field, name)
		}
	}
	require.Equal(t, len(adminFields), strings.Count(list, "<a "))

	require.Equal(t, true, c.command(leader, "lead")["is_leader"])
	require.Equal(t, float64(leader), c.command(c.other(leader), "leader")["leader_id"])
	require.Equal(t, "127.0.0.1", c.command(leader, "leader")["leader_ip"])
	state := c.command(leader, "zabstate")
	require.Equal(t, "broadcast", state["zabstate"])
	require.Equal(t, true, state["voting"])
	require.Len(t, c.command(leader, "voting_view")["current_config"], 3)
	require.Equal(t, float64(1), c.command(leader, "wchs")["num_total_watches"])
	require.Contains(t, c.command(leader, "wchp")["path_to_session_ids"], "/a")
	require.Len(t, c.command(leader, "cons")["connections"], 1)
	require.Equal(t, float64(306), c.command(leader, "gtmk")["tracemask"])
	require.Equal(t, "Unknown command: none", c.command(leader, "none")["error"])
	require.Equal(t, "setTraceMask requires long traceMask argument, got x",
		c.command(leader, "stmk?traceMask=x")["error"])
}

func TestAdminServerIsOffAndForThisMachine(t *testing.T) {
	c := startEnsemble(t, 2, 0, "tickTime=500\n")
	require.Nil(t, c.nodes[1].adminListener)
	cfg := c.read(1)
	require.False(t, cfg.AdminServer)
	require.Equal(t, "127.0.0.1", cfg.AdminHost)
	require.Equal(t, 8080, cfg.AdminPort)
	require.Equal(t, "/commands", cfg.AdminURL)

	c = startEnsemble(t, 2, 0, "tickTime=500\nadmin.enableServer=true\nadmin.serverPort=0\n")
	url := "http://" + c.nodes[1].adminListener.Addr().String() + "/commands/stat_reset"
	for _, bad := range [][]string{
		{"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "cross-site"},
	} {
		status, _ := get(t, url, bad...)
		require.Equal(t, http.StatusForbidden, status)
	}
	status, _ := get(t, url, "Host", "evil.example")
	require.Equal(t, http.StatusMisdirectedRequest, status)
	status, _ = get(t, url, "Sec-Fetch-Site", "none")
	require.Equal(t, 200, status)
	for id := range c.config {
		if id != 1 {
			c.stop(id)
		}
	}
	require.Eventually(t, func() bool {
		return c.command(1, "zabstate")["zabstate"] == "election"
	}, patience, 5*time.Millisecond)
	require.Equal(t, "This ZooKeeper instance is not currently serving requests",
		c.command(1, "srvr")["error"])
	require.Nil(t, c.command(1, "ruok")["error"])
}
