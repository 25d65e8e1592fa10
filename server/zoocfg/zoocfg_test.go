package zoocfg_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/server/zoocfg"
)

const least = "clientPort=2181\ndataDir=/data\n"

func parse(t *testing.T, text string) zoocfg.Config {
	t.Helper()
	c, err := zoocfg.Parse("zoo.cfg", text)
	require.NoError(t, err)
	return c
}

func TestDefaultsAreApaches(t *testing.T) {
	c := parse(t, least)
	require.Equal(t, "127.0.0.1", c.ClientPortAddress, "more must be asked for")
	require.Equal(t, 3*time.Second, c.TickTime)
	require.Equal(t, 6*time.Second, c.MinSessionTimeout)
	require.Equal(t, time.Minute, c.MaxSessionTimeout)
	require.Equal(t, 60, c.MaxClientCnxns)
	require.Equal(t, []string{"srvr"}, c.Words)
	require.Equal(t, 0xfffff, c.MaxBuffer)
	require.Equal(t, "/data", c.DataLogDir)
	require.Empty(t, c.Warnings)
}

func TestWholeFileIsRead(t *testing.T) {
	c := parse(t, `
# a comment, and another
! in the other way
tickTime = 500
initLimit:10
syncLimit 5
dataDir=/var/lib/zookeeper
dataLogDir=/var/log/zookeeper
clientPort=21811
clientPortAddress=0.0.0.0
maxClientCnxns=0
minSessionTimeout=-1
maxSessionTimeout=7000
4lw.commands.whitelist=ruok, srvr,\
   mntr
jute.maxbuffer=0x1fffff
zookeeper.extendedTypesEnabled=true
enforceQuota=true
DigestAuthenticationProvider.superDigest=super:xQJmxLMiHGwaqBvst5y6rkB6HQs=
znode.container.checkIntervalMs=250
readonlymode.enabled=true
electionAlg=3
autopurge.snapRetainCount=3
metricsProvider.httpPort=7000
`)
	require.Equal(t, zoocfg.Config{
		DataDir: "/var/lib/zookeeper", DataLogDir: "/var/log/zookeeper",
		ClientPort: 21811, ClientPortAddress: "0.0.0.0", TickTime: 500 * time.Millisecond,
		InitLimit: 10, SyncLimit: 5, MinSessionTimeout: time.Second,
		MaxSessionTimeout: 7 * time.Second, SnapCount: 100_000, MaxBuffer: 0x1fffff,
		Words: []string{"ruok", "srvr", "mntr", "isro"}, ReadOnlyMode: true,
		ExtendedTypes: true, EnforceQuota: true, ContainerCheck: 250 * time.Millisecond,
		SuperDigest: "super:xQJmxLMiHGwaqBvst5y6rkB6HQs=",
		ClusterName: "zabscope", HTTPHost: "127.0.0.1", HTTPPort: 7000,
		RecordSize: 64 << 20, Metrics: true, MetricsRuntime: true, AdminHost: "127.0.0.1",
		AdminPort: 8080, AdminURL: "/commands", PeerTLS: zoocfg.PeerTLS{VerifyHost: true},
		Warnings: []string{"accepted, without effect here: autopurge.snapRetainCount"},
	}, c)
}

func TestServersAreRead(t *testing.T) {
	c := parse(t, least+"server.2=[::1]:2889:3889:observer;10.0.0.2:2182\n"+
		"server.1=zk1:2888:3888;2181\npeerType=observer\n")
	require.True(t, c.Observer)
	require.Equal(t, []zoocfg.Server{
		{ID: 1, Host: "zk1", QuorumPort: 2888, ElectionPort: 3888, ClientPort: 2181},
		{ID: 2, Host: "::1", QuorumPort: 2889, ElectionPort: 3889, Observer: true,
			ClientHost: "10.0.0.2", ClientPort: 2182},
	}, c.Servers)
}

func TestMistakesNameTheLineAndTheWayOut(t *testing.T) {
	for text, wants := range map[string][]string{
		"clientPort=70000":          {"line 3", "clientPort=70000", "65535"},
		"tickTime=soon":             {"line 3", "milliseconds"},
		"tickTime=0":                {"line 3", "milliseconds"},
		"extendedTypesEnabled=yes":  {"line 3", "true or false"},
		"4lw.commands.whitelist=up": {"line 3", `"up"`, "ruok"},
		"electionAlg=1":             {"line 3", "only 3"},
		"quirk=skipTrunc":           {"line 3", "only the simulator", "take the line out"},
		"electionFinalizeWait=5":    {"line 3", "always"},
		"peerType=boss":             {"line 3", "observer or participant"},
		"dataDir=":                  {"line 3", "value is missing"},
		"server.0=a:1:2":            {"line 3", "from 1 to 63"},
		"server.x=a:1:2":            {"line 3", "from 1 to 63"},
		"server.1=a:1":              {"line 3", "server.1=host:2888:3888"},
		"server.1=a:1:2;x":          {"line 3", "server.1=host:2888:3888"},
		"server.1=a:1:99999":        {"line 3", "server.1=host:2888:3888"},
		"clientPortAddress=no.such": {"line 3", "127.0.0.1"},
		"jute.maxbuffer=5":          {"line 3", "1024"},
		"minSessionTimeout=90000":   {"minSessionTimeout (90000 ms)", "2 and 20 times tickTime"},
		"\n\nsyncLimit=0":           {"line 5"},
		"DigestAuthenticationProvider.superDigest=admin": {"line 3", "super:"},
	} {
		_, err := zoocfg.Parse("zoo.cfg", least+text+"\n")
		require.Error(t, err, text)
		for _, want := range append(wants, "zoo.cfg") {
			require.Contains(t, err.Error(), want, text)
		}
	}
}

func TestUnknownKeysAreNamedAndHaveNoEffect(t *testing.T) {
	for text, want := range map[string]string{
		"clientport=2181": `line 3: "clientport" is no setting of ZooKeeper's and has no effect;` +
			" did you mean clientPort?",
		"tickTme=2000": `line 3: "tickTme" is no setting of ZooKeeper's and has no effect;` +
			" did you mean tickTime?",
		"flux=9": `line 3: "flux" is no setting of ZooKeeper's and has no effect;` +
			" take the line out, or put # before it",
	} {
		require.Equal(t, []string{want}, parse(t, least+text).Warnings)
	}
	_, err := zoocfg.Parse("zoo.cfg", "clientprt=2181\ndataDir=/data\n")
	require.ErrorContains(t, err, `line 1 has "clientprt", did you mean clientPort?`)
}

const three = "server.1=zk1:2888:3888\nserver.2=zk2:2888:3888;10.0.0.2:2182\n" +
	"server.3=[::1]:2888:3888:observer;2183\n"

// inFolder parses an ensemble's file for a data directory that has a myid.
func inFolder(t *testing.T, text, myid string) zoocfg.Config {
	t.Helper()
	dir := t.TempDir()
	if myid != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "myid"), []byte(myid), 0o644))
	}
	return parse(t, "dataDir="+dir+"\n"+text)
}

func TestServerKnowsItselfByMyid(t *testing.T) {
	c := inFolder(t, three+"peerType=observer\n", "2\n")
	id, err := c.Self()
	require.NoError(t, err)
	require.EqualValues(t, 2, id)
	require.Equal(t, 2182, c.ClientPort)
	require.Equal(t, "10.0.0.2", c.ClientPortAddress)
	require.Contains(t, c.Warnings[0], "peerType=observer has no effect")
	require.Equal(t, "1,2", c.Voters().String())
	require.Equal(t, "3", c.Observers().String())
	require.Equal(t, "[::1]:2888", c.PeerAddresses()[3])

	for myid, want := range map[string]string{
		"": "write its number", "7": "the numbers are 1,2,3", "one": "the numbers are 1,2,3",
		"1": "server.1 has no client port",
	} {
		c := inFolder(t, three, myid)
		_, err := c.Self()
		require.ErrorContains(t, err, want)
	}
}

func TestMembersAreWrittenAsApacheDoes(t *testing.T) {
	c := parse(t, least+three)
	require.Equal(t, "server.1=zk1:2888:3888:participant\n"+
		"server.2=zk2:2888:3888:participant;10.0.0.2:2182\n"+
		"server.3=[::1]:2888:3888:observer;0.0.0.0:2183\nversion=0", c.Members())
}

func TestSecretComesFromFileOrEnvironment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(path, []byte("sixteen bytes or more\n"), 0o600))
	environ := map[string]string{}
	getenv := func(name string) string { return environ[name] }

	c := parse(t, least+"clusterSecretFile="+path)
	secret, err := c.Secret(getenv)
	require.NoError(t, err)
	require.Equal(t, "sixteen bytes or more", string(secret))

	c = parse(t, least)
	_, err = c.Secret(getenv)
	require.ErrorContains(t, err, "ZOO_CLUSTER_SECRET: ")
	environ["ZOO_CLUSTER_SECRET"] = "short"
	_, err = c.Secret(getenv)
	require.ErrorContains(t, err, "5 bytes; 16 are the least")
	environ["ZOO_CLUSTER_SECRET_FILE"] = path
	secret, err = c.Secret(getenv)
	require.NoError(t, err)
	require.Equal(t, "sixteen bytes or more", string(secret))
}

func TestEnvironmentOfTheImageBecomesFiles(t *testing.T) {
	dir := t.TempDir()
	environ := map[string]string{
		"ZOO_CONF_DIR": filepath.Join(dir, "conf"), "ZOO_DATA_DIR": filepath.Join(dir, "data"),
		"ZOO_MY_ID": "2", "ZOO_4LW_COMMANDS_WHITELIST": "srvr,mntr", "ZOO_CFG_EXTRA": "snapCount=9",
		"ZOO_SERVERS": "server.1=zoo1:2888:3888;2181 server.2=0.0.0.0:2888:3888;2181",
	}
	getenv := func(name string) string { return environ[name] }
	e, isSet := zoocfg.FromEnviron(getenv)
	require.True(t, isSet)
	path, err := e.Write()
	require.NoError(t, err)
	c, err := zoocfg.Read(path)
	require.NoError(t, err)
	id, err := c.Self()
	require.NoError(t, err)
	require.EqualValues(t, 2, id)
	require.Equal(t, "0.0.0.0", c.ClientPortAddress)
	require.Equal(t, []string{"srvr", "mntr"}, c.Words)
	require.Equal(t, 9, c.SnapCount)
	require.Equal(t, 2181, c.ClientPort)
	require.Equal(t, 2*time.Second, c.TickTime)
	require.Equal(t, 5, c.InitLimit)

	environ["ZOO_MY_ID"] = "1"
	_, err = e.Write()
	require.NoError(t, err)
	id, err = c.Self()
	require.NoError(t, err)
	require.EqualValues(t, 2, id, "what is there stays")
	_, isSet = zoocfg.FromEnviron(func(string) string { return "" })
	require.False(t, isSet)
}

func TestWhatEveryFileNeeds(t *testing.T) {
	for missing, text := range map[string]string{
		"clientPort=2181": "dataDir=/data", "dataDir=": "clientPort=2181",
	} {
		_, err := zoocfg.Parse("zoo.cfg", text)
		require.ErrorContains(t, err, missing)
	}
}

func TestLastOfTwoLinesCounts(t *testing.T) {
	c := parse(t, least+"tickTime=1000\ntickTime=2000\n")
	require.Equal(t, 2*time.Second, c.TickTime)
	require.Len(t, c.Warnings, 1)
	require.Contains(t, c.Warnings[0], "line 4: tickTime was set in line 3")
}

func TestFileIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zoo.cfg")
	require.NoError(t, os.WriteFile(path, []byte(least), 0o644))
	c, err := zoocfg.Read(path)
	require.NoError(t, err)
	require.Equal(t, 2181, c.ClientPort)
	_, err = zoocfg.Read(path + ".not")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.Contains(t, err.Error(), "dataDir=", "a first file is shown")
}

func FuzzParseNeverPanics(f *testing.F) {
	f.Add(least)
	f.Add("server.1=[::1]:1:2:observer;:")
	f.Add(`a\` + "\n" + `b: c`)
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "clientPortAddress") {
			t.Skip() // would ask the network for a name
		}
		_, _ = zoocfg.Parse("zoo.cfg", text)
	})
}

func TestMetricsAndAdminServerAreSwitched(t *testing.T) {
	base := "dataDir=/d\nclientPort=1\n"
	c, err := zoocfg.Parse("zoo.cfg", base+"metricsProvider.className="+
		"org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider\n"+
		"admin.enableServer=true\nadmin.serverPort=9\nadmin.commandURL=/ask/\n"+
		"metricsProvider.counterSuffix=total\nmetricsProvider.exportJvmInfo=false\n")
	require.NoError(t, err)
	require.Empty(t, c.Warnings)
	require.Equal(t, 7000, c.HTTPPort, "where Apache's provider listens")
	require.True(t, c.Metrics && !c.MetricsRuntime && c.AdminServer)
	require.Equal(t, []any{"_total", 9, "/ask"}, []any{c.CounterSuffix, c.AdminPort, c.AdminURL})

	c, err = zoocfg.Parse("zoo.cfg", base+"metricsProvider.httpPort=8\nmetricsProvider.className="+
		"org.apache.zookeeper.metrics.impl.NullMetricsProvider\n")
	require.NoError(t, err)
	require.False(t, c.Metrics, "the port still has /livez and /readyz")
	require.Equal(t, 8, c.HTTPPort)
}

func TestSizesAreRead(t *testing.T) {
	for text, want := range map[string]int64{
		"64MB": 64 << 20, "64m": 64 << 20, "1GB": 1 << 30, "512K": 512 << 10, "100": 100, "7B": 7,
	} {
		got, err := zoocfg.ParseSize(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "MB", "-1MB", "1TB", "1 MB", "1MBB", "99999999999999MB"} {
		_, err := zoocfg.ParseSize(text)
		require.Error(t, err, text)
	}
}
