package main

import (
	"bytes"
	"flag"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/server/cli"
	"github.com/zabscope/zabscope/server/zoocfg"
)

var update = flag.Bool("update", false, "write the golden transcript anew; read the diff")

// transcript has each line after "> ", then what zkCli prints, both streams in one, watch events
// last. The page's console has to print the same (wasm/bridge).
const transcript = "../core/shell/testdata/zkcli.golden"

// standalone starts a server for a test and returns its address.
func standalone(t *testing.T) string {
	t.Helper()
	cfg, err := zoocfg.Read(zooCfg(t, "tickTime=500", "dataDir="+t.TempDir(),
		"clientPort="+freePort(t), "clientPortAddress=127.0.0.1"))
	require.NoError(t, err)
	n, err := startNative(cfg, identity{id: alone}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.stop()) })
	return n.Addr().String()
}

// openShell opens a shell that writes both its streams into one book.
func openShell(t *testing.T, address string) (*cli.Shell, *book) {
	t.Helper()
	hosts, err := cli.ParseHosts(address)
	require.NoError(t, err)
	out := &book{}
	s := cli.New(cli.Config{
		Hosts: hosts, Timeout: 10 * time.Second, Patience: 10 * time.Second, Out: out, Err: out,
	})
	t.Cleanup(s.Leave)
	return s, out
}

// take returns what was written since the last time.
func (b *book) take() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer b.b.Reset()
	return b.b.String()
}

func TestTranscriptIsTheGoldenOne(t *testing.T) {
	want, err := os.ReadFile(transcript)
	require.NoError(t, err)
	s, out := openShell(t, standalone(t))
	var got strings.Builder
	for line := range strings.Lines(string(want)) {
		command, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "> ")
		if !ok {
			continue
		}
		out.take()
		s.Run(command)
		got.WriteString("> " + command + "\n" + settled(out.take()))
	}
	if *update {
		require.NoError(t, os.WriteFile(transcript, []byte(got.String()), 0o600))
		return
	}
	require.Equal(t, string(want), got.String(), "if this is right: go test ./server -update")
}

var (
	changing = regexp.MustCompile(`0x[0-9a-f]+`)
	dates    = regexp.MustCompile(`time = .*`)
	aboutUs  = regexp.MustCompile(`\nWATCHER::\n\nWatchedEvent state:\S+ type:None path:null\n`)
	watches  = regexp.MustCompile(`\nWATCHER::\n\nWatchedEvent state:\S+ type:\S+ path:\S+\n`)
)

// settled masks what differs from run to run, leaves out what is about the connection, and puts
// watch events after the answer, as they may come before or after it.
func settled(text string) string {
	text = aboutUs.ReplaceAllString(text, "")
	text = dates.ReplaceAllString(changing.ReplaceAllString(text, "HEX"), "time = DATE")
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n" // zkCli ends a list of what failed without one
	}
	text = strings.ReplaceAll(text, "ip: 127.0.0.1\n", "") // simulated clients have no address
	events := strings.Join(watches.FindAllString(text, -1), "")
	return watches.ReplaceAllString(text, "") + events
}

func TestOneCommandTellsByItsStatusHowItWent(t *testing.T) {
	address := standalone(t)
	for _, row := range []struct {
		words  string
		status int
		says   string
	}{
		{"create /one hello", 0, "Created /one"},
		{"get /one", 0, "hello"},
		{"get /none", exitFailed, "Node does not exist: /none"},
		{"get -q /one", exitUsage, "Unrecognized option: -q"},
		{"nonsense", exitUsage, "Command not found nonsense"},
	} {
		var out, errs bytes.Buffer
		args := append([]string{"cli", "-server", address}, strings.Fields(row.words)...)
		require.Equal(t, row.status, execute(args, &out, &errs), row.words)
		require.Contains(t, out.String()+errs.String(), row.says)
	}
	var out, errs bytes.Buffer
	require.Equal(t, exitUsage, execute([]string{"cli", "--server", "a:b", "ls"}, &out, &errs))
	require.Contains(t, errs.String(), "write it like")
}

func TestUnreachableServerIsNamedWithTheNextAction(t *testing.T) {
	var out, errs bytes.Buffer
	address := "127.0.0.1:" + freePort(t)
	args := []string{"cli", "--wait", "5s", "--server", address, "ls", "/"}
	require.Equal(t, exitFailed, execute(args, &out, &errs))
	require.Contains(t, errs.String(), "cannot reach a ZooKeeper server at "+address)
	require.Contains(t, errs.String(), "refused")
	require.Contains(t, errs.String(), "--server")
}

func TestShellFindsTheServerThatRunsAndStaysBelowItsPath(t *testing.T) {
	address := standalone(t)
	s, _ := openShell(t, address)
	require.Zero(t, s.Run("create /app"))
	list := "127.0.0.1:" + freePort(t) + "," + address + "/app"
	below, out := openShell(t, list)
	require.Zero(t, below.Run("create -e /here x"))
	require.Zero(t, below.Run("getEphemerals"))
	require.Contains(t, out.take(), "[/here]\n")
	require.Zero(t, below.Run("ls -R -w /"))
	require.Contains(t, out.take(), "/\n/here\n")
	require.Zero(t, s.Run("create /app/other"))
	require.Eventually(t, func() bool {
		return strings.Contains(out.String(), "type:NodeChildrenChanged path:/\n")
	}, 10*time.Second, time.Millisecond)
	head, words := below.Complete("get /o")
	require.Equal(t, "get ", head)
	require.Equal(t, []string{"/other"}, words)
}

// A server that restarts has lost the session: it lives in memory.
func TestShellSaysWhenItsSessionIsGone(t *testing.T) {
	cfg, err := zoocfg.Read(zooCfg(t, "tickTime=500", "dataDir="+t.TempDir(),
		"clientPort="+freePort(t), "clientPortAddress=127.0.0.1"))
	require.NoError(t, err)
	n, err := startNative(cfg, identity{id: alone}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	s, out := openShell(t, n.Addr().String())
	require.Zero(t, s.Run("ls /"))
	require.NoError(t, n.stop())
	require.Eventually(t, func() bool {
		return strings.Contains(out.String(), "state:Disconnected")
	}, 10*time.Second, time.Millisecond)
	require.Equal(t, exitFailed, s.Run("ls /"))
}
