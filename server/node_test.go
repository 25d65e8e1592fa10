package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
)

// book collects what a command prints while it runs.
type book struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *book) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *book) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// lastPort is the port that was given out last. They are below those that the system gives to who
// asks for any, and begin somewhere else in each process.
var lastPort atomic.Int32

func init() { lastPort.Store(15_000 + int32(os.Getpid()%15_000)) }

// freePort returns the number of a port that nobody listens on, another one each time.
func freePort(t *testing.T) string {
	t.Helper()
	for range 1_000 {
		port := fmt.Sprint(lastPort.Add(1))
		if l, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			require.NoError(t, l.Close())
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// zooCfg writes a configuration and returns its path.
func zooCfg(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "zoo.cfg")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o644))
	return path
}

func ask(t *testing.T, addr, word string) string {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer func() { _ = c.Close() }()
	_, err = io.WriteString(c, word)
	require.NoError(t, err)
	answer, err := io.ReadAll(c)
	require.NoError(t, err)
	return string(answer)
}

// signals skips a test of a process that is asked to end, where none can be asked.
func signals(t testing.TB) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signal that asks a process to end")
	}
}

func TestNodeServesUntilItIsToldToStop(t *testing.T) {
	signals(t)
	self, err := os.FindProcess(os.Getpid())
	require.NoError(t, err)
	port := freePort(t)
	data := t.TempDir()
	cfg := zooCfg(t, "tickTime=500", "dataDir="+data, "clientPort="+port,
		"4lw.commands.whitelist=*", "autopurge.purgeInterval=1")
	var out, errs book
	ended := make(chan int)
	go func() { ended <- execute([]string{"node", "--config", cfg}, &out, &errs) }()
	addr := "127.0.0.1:" + port
	require.Eventually(t, func() bool {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			_ = c.Close()
		}
		return err == nil && ask(t, addr, "isro") == "rw" &&
			strings.Contains(out.String(), "serves ZooKeeper clients at "+addr)
	}, 10*time.Second, 5*time.Millisecond)
	require.Contains(t, out.String(), "data in "+data)
	require.Contains(t, errs.String(), "autopurge.purgeInterval")
	require.Contains(t, ask(t, addr, "conf"), "clientPort="+port+"\n")
	require.Regexp(t, `^Zookeeper version: 3\.8\.0-zabscope-\S+, built on \S+ \S+ UTC\n`,
		ask(t, addr, "srvr"))

	_, taken, status := run("node", "--config", cfg)
	require.Equal(t, exitUsage, status)
	require.Contains(t, taken, "port "+port+" is taken")
	require.Contains(t, taken, "another clientPort")

	require.NoError(t, self.Signal(syscall.SIGTERM))
	select {
	case status := <-ended:
		require.Zero(t, status, errs.String())
	case <-time.After(10 * time.Second):
		t.Fatal("the node goes on")
	}
	require.Contains(t, out.String(), "stopping")
	_, err = net.Dial("tcp", addr)
	require.Error(t, err, "the port is still open")
}

func TestNodeSaysWhatIsWrongWithItsConfiguration(t *testing.T) {
	for want, lines := range map[string][]string{
		"did you mean clientPort?": {"dataDir=/tmp/zk", "clientprt=2181"},
		"only the simulator":       {"dataDir=/tmp/zk", "clientPort=2181", "quirk=skipTrunc"},
		"write its number": {"dataDir=" + t.TempDir(), "clientPort=2181",
			"server.1=a:2888:3888", "server.2=b:2888:3888"},
		"clientPortAddress must be": {"dataDir=/tmp/zk", "clientPort=" + freePort(t),
			"clientPortAddress=192.0.2.1"},
	} {
		_, errs, status := run("node", "--config", zooCfg(t, lines...))
		require.Equal(t, exitUsage, status, errs)
		require.Contains(t, errs, want)
	}
	_, errs, status := run("node", "--config", filepath.Join(t.TempDir(), "none"))
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "a first one has three lines")
}

func TestRealServersRefuseQuirks(t *testing.T) {
	for _, name := range zk.QuirkNames() {
		_, err := parseFault(":quirk "+name, 1, zk.SetOf(1))
		require.ErrorContains(t, err, "only in the simulator", name)
	}
	_, errs, status := run("node", "--quirk", "skipTrunc")
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "unknown flag --quirk")
}

func TestContainerWithoutASecretSaysWhichLineIsMissing(t *testing.T) {
	dir := t.TempDir()
	for name, value := range map[string]string{
		"ZOO_CONF_DIR": filepath.Join(dir, "conf"), "ZOO_DATA_DIR": filepath.Join(dir, "data"),
		"ZOO_DATA_LOG_DIR": filepath.Join(dir, "log"), "ZOO_MY_ID": "1",
		"ZOO_SERVERS": "server.1=127.0.0.1:2888:3888;2181 server.2=zoo2:2888:3888;2181",
	} {
		t.Setenv(name, value)
	}
	_, errs, status := run("node")
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "ZOO_CLUSTER_SECRET: <the secret>")
	require.FileExists(t, filepath.Join(dir, "conf", "zoo.cfg"))
	require.FileExists(t, filepath.Join(dir, "data", "myid"))
}

func TestFaultsNeedATokenThatCannotBeGuessed(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "myid"), []byte("1"), 0o644))
	cfg := zooCfg(t, "dataDir="+dir, "clientPort="+freePort(t), "metricsProvider.httpPort=0",
		"clusterSecretFile="+zooCfg(t, "a secret of the tests"),
		"server.1=127.0.0.1:2888:3888", "server.2=127.0.0.1:2889:3889")
	t.Setenv("ZABSCOPE_TOKEN", "short")
	_, errs, status := run("node", "--config", cfg, "--allow-faults")
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "a token of 16 letters or more")
}
