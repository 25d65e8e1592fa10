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
		Warnings: []string{"accepted, without effect here: " +
			"autopurge.snapRetainCount, metricsProvider.httpPort"},
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
		"clientport=2181":           {"line 3", `"clientport"`, "did you mean clientPort?"},
		"tickTme=2000":              {"line 3", "did you mean tickTime?"},
		"flux=9":                    {"line 3", "flux", "take the line out"},
		"tickTime=soon":             {"line 3", "milliseconds"},
		"tickTime=0":                {"line 3", "milliseconds"},
		"extendedTypesEnabled=yes":  {"line 3", "true or false"},
		"4lw.commands.whitelist=up": {"line 3", `"up"`, "ruok"},
		"electionAlg=1":             {"line 3", "only 3"},
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
