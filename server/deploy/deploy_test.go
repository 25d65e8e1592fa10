package deploy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/deploy"
	"github.com/zabscope/zabscope/server/metrics"
	"github.com/zabscope/zabscope/server/zoocfg"
)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := deploy.Files.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}

// boot makes of variables what a container makes of them, and returns what the server would be.
func boot(t *testing.T, environ map[string]string) (zoocfg.Config, zk.ServerID) {
	t.Helper()
	dir := t.TempDir()
	environ["ZOO_CONF_DIR"] = filepath.Join(dir, "conf")
	environ["ZOO_DATA_DIR"] = filepath.Join(dir, "data")
	environ["ZOO_DATA_LOG_DIR"] = filepath.Join(dir, "datalog")
	getenv := func(name string) string { return environ[name] }
	e, isContainer := zoocfg.FromEnviron(getenv)
	require.True(t, isContainer)
	path, err := e.Write()
	require.NoError(t, err)
	cfg, err := zoocfg.Read(path)
	require.NoError(t, err)
	id, err := cfg.Self()
	require.NoError(t, err)
	_, err = cfg.Secret(getenv)
	require.NoError(t, err)
	const idle = `(autopurge\.\w+|standaloneEnabled|, )+`
	for _, w := range cfg.Warnings {
		require.Regexp(t, `^accepted, without effect here: `+idle+`$`, w)
	}
	return cfg, id
}

func requireThree(t *testing.T, cfg zoocfg.Config, host string) {
	t.Helper()
	require.Equal(t, zk.SetOf(1, 2, 3), cfg.Voters())
	require.Equal(t, "0.0.0.0", cfg.ClientPortAddress)
	require.Equal(t, 2181, cfg.ClientPort)
	require.Equal(t, 7000, cfg.HTTPPort)
	require.Equal(t, "0.0.0.0", cfg.HTTPHost)
	for id, address := range cfg.PeerAddresses() {
		require.Equal(t, strings.ReplaceAll(host, "N", id.String())+":2888", address)
		require.Equal(t, ":2888", cfg.PeerListen(id))
	}
}

type compose struct {
	Services map[string]struct {
		Environment map[string]string
		Hostname    string
		Ports       []string
		Volumes     []string
		ReadOnly    bool `yaml:"read_only"`
	}
	Volumes map[string]any
}

func TestComposeFileMakesThreeServers(t *testing.T) {
	var c compose
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "compose.yaml")), &c))
	require.Len(t, c.Services, 3)
	for name, s := range c.Services {
		require.Equal(t, name, s.Hostname)
		require.True(t, s.ReadOnly)
		require.Contains(t, s.Environment["ZOO_CLUSTER_SECRET"], "${ZOO_CLUSTER_SECRET:?")
		s.Environment["ZOO_CLUSTER_SECRET"] = "what the variable outside says"
		cfg, id := boot(t, s.Environment)
		require.Equal(t, "zoo"+id.String(), name)
		requireThree(t, cfg, "zooN")
		require.Equal(t, []string{"srvr", "mntr", "ruok"}, cfg.Words)
		for _, v := range s.Volumes {
			volume, _, _ := strings.Cut(v, ":")
			require.Contains(t, c.Volumes, volume)
		}
		for _, p := range s.Ports {
			require.True(t, strings.HasPrefix(p, "127.0.0.1:"), "for this machine: %s", p)
		}
	}
}

type manifest struct {
	Kind     string
	Metadata struct{ Name string }
	Spec     struct {
		ServiceName    string `yaml:"serviceName"`
		Replicas       int
		MaxUnavailable int `yaml:"maxUnavailable"`
		Ordinals       struct{ Start int }
		Template       struct {
			Spec struct {
				Containers []struct {
					Ports []struct {
						Name          string
						ContainerPort int `yaml:"containerPort"`
					}
					Env []struct {
						Name, Value string
						ValueFrom   any `yaml:"valueFrom"`
					}
					LivenessProbe, ReadinessProbe probe
				}
			}
		}
	}
}

type probe struct {
	HTTPGet struct {
		Path, Port string
	} `yaml:"httpGet"`
	FailureThreshold int `yaml:"failureThreshold"`
}

func TestKubernetesManifestMakesThreeServers(t *testing.T) {
	kinds := map[string]manifest{}
	for text := range strings.SplitSeq(read(t, "kubernetes.yaml"), "\n---\n") {
		text = strings.ReplaceAll(text, "livenessProbe:", "livenessprobe:")
		text = strings.ReplaceAll(text, "readinessProbe:", "readinessprobe:")
		var m manifest
		require.NoError(t, yaml.Unmarshal([]byte(text), &m))
		kinds[m.Kind] = m
	}
	require.Equal(t, 1, kinds["PodDisruptionBudget"].Spec.MaxUnavailable)
	set := kinds["StatefulSet"]
	require.Equal(t, 3, set.Spec.Replicas)
	require.Equal(t, 1, set.Spec.Ordinals.Start, "pods have the numbers of server.N lines")
	pod := set.Spec.Template.Spec.Containers[0]
	environ := map[string]string{}
	for _, e := range pod.Env {
		environ[e.Name] = e.Value
		if e.ValueFrom != nil {
			environ[e.Name] = "2"
		}
	}
	environ["ZOO_CLUSTER_SECRET"] = "what the secret holds"
	cfg, id := boot(t, environ)
	require.Equal(t, zk.ServerID(2), id)
	requireThree(t, cfg, set.Metadata.Name+"-N."+set.Spec.ServiceName)
	require.False(t, cfg.AdminServer)
	require.Equal(t, "/livez", pod.LivenessProbe.HTTPGet.Path)
	require.Equal(t, "/readyz", pod.ReadinessProbe.HTTPGet.Path)
	require.Greater(t, pod.LivenessProbe.FailureThreshold, 10)
	ports := map[string]int{}
	for _, p := range pod.Ports {
		ports[p.Name] = p.ContainerPort
	}
	require.Equal(t, cfg.HTTPPort, ports[pod.ReadinessProbe.HTTPGet.Port])
	require.Equal(t, cfg.ClientPort, ports["client"])
}

func TestImageHasWhatTheServerNeedsAndNothingElse(t *testing.T) {
	text := read(t, "Dockerfile")
	_, last, found := strings.Cut(text, "\nFROM scratch\n")
	require.True(t, found)
	for _, want := range []string{
		"USER 1000:1000", `ENTRYPOINT ["/zabscope", "node"]`, "ZOO_CONF_DIR=/conf",
		"ZOO_DATA_DIR=/data", "ZOO_DATA_LOG_DIR=/datalog", `VOLUME ["/data", "/datalog", "/logs"]`,
	} {
		require.Contains(t, last, want)
	}
	require.NotContains(t, last, "RUN", "there is no shell")
	module, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(module)
	require.Contains(t, text, "FROM golang:"+string(version[1])+" AS build")
}

// query is all that the dashboard may ask: a selector, its rate, or a quotient of two.
var query = regexp.MustCompile(`^(?:rate\()?([a-z_]+)\{job=~"\$job"(?:,quantile="0\.\d+")?\}` +
	`(?:\[\d+m\]\))?(?: / ([a-z_]+)\{job=~"\$job"\})?$`)

func TestDashboardAsksForMetricsThatApacheAndWeHave(t *testing.T) {
	var d struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(read(t, "grafana.json")), &d))
	require.Greater(t, len(d.Panels), 10)
	apache, err := os.ReadFile("../metrics/testdata/apache-3.8.txt")
	require.NoError(t, err)
	known := strings.Fields(string(apache))
	for _, p := range d.Panels {
		require.NotEmpty(t, p.Targets, p.Title)
		for _, target := range p.Targets {
			names := query.FindStringSubmatch(target.Expr)
			require.NotNil(t, names, "%s: %s", p.Title, target.Expr)
			for _, name := range names[1:] {
				if name == "" {
					continue
				}
				require.Contains(t, known, name, "not a name of Apache's")
				require.Contains(t, metrics.Names(), name, "we do not answer it")
				require.False(t, slices.Contains(metrics.Silent(), name), "it is always empty")
			}
		}
	}
}
