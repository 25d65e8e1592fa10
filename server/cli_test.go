package main

import (
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
