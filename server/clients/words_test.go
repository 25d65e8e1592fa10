package clients_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// recorded are answers of Apache's server; what differs from one machine and run to the next is
// masked in both.
const recorded = "../../core/wire/testdata/corpus/4lw"

// masks are tried in order.
var masks = []struct {
	pattern *regexp.Regexp
	mask    string
}{
	{regexp.MustCompile(`3\.8\.0-.*`), "VERSION"},
	{regexp.MustCompile(`expire at .*:`), "expire at TIME:"},
	{regexp.MustCompile(`0x[0-9a-f]+`), "HEX"},
	{regexp.MustCompile(`/127\.0\.0\.1:\d+`), "/ADDRESS"},
	{regexp.MustCompile(`/[-_a-zA-Z][-_a-zA-Z0-9/.]*`), "/PATH"},
	{regexp.MustCompile(`[-.0-9]+`), "N"},
}

func masked(text string) string {
	for _, m := range masks {
		text = m.pattern.ReplaceAllString(text, m.mask)
	}
	return text
}

// asRecorded makes the clients that Apache's server had when it was asked.
func asRecorded(s *server) {
	one, two := s.connect(), s.connect()
	for _, path := range []string{"/f4", "/f4/a"} {
		require.Equal(s.t, zk.OK, one.create(path).Err)
	}
	require.Equal(s.t, zk.OK, two.call(zk.Request{
		Op: zk.OpCreate, Path: "/f4/eph", ACL: zk.OpenACL, Mode: zk.Ephemeral,
	}).Err)
	one.call(zk.Request{Op: zk.OpGetData, Path: "/f4/a", Watch: true})
	one.call(zk.Request{Op: zk.OpExists, Path: "/f4/none", Watch: true})
	two.call(zk.Request{Op: zk.OpGetChildren, Path: "/f4", Watch: true})
}

func TestWordsReadAsApaches(t *testing.T) {
	s := start(t, nil)
	asRecorded(s)
	for _, word := range strings.Fields(
		"ruok isro srvr stat cons wchs wchc wchp dump dirs crst srst gtmk nope") {
		want, err := os.ReadFile(filepath.Join(recorded, "standalone."+word+".txt"))
		require.NoError(t, err)
		require.Equal(t, sets(masked(string(want))), sets(masked(s.word(word))), word)
	}
}

// sets puts the sets of sessions and connections into one form: when each expires is chance.
func sets(text string) string {
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool {
		return strings.HasSuffix(line, "expire at TIME:")
	})
	return strings.Join(lines, "\n")
}

func TestMonitorTellsApachesNames(t *testing.T) {
	s := start(t, nil)
	asRecorded(s)
	apache, err := os.ReadFile(filepath.Join(recorded, "standalone.mntr.txt"))
	require.NoError(t, err)
	for line := range strings.Lines(s.word("mntr")) {
		name, value, found := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		require.True(t, found, line)
		require.NotEmpty(t, value, name)
		if !strings.HasPrefix(name, "zk_zabscope_") {
			require.Contains(t, string(apache), name+"\t")
		}
	}
	for name, want := range map[string]string{
		"server_state": "standalone", "watch_count": "3", "ephemerals_count": "1",
		"global_sessions": "2", "num_alive_connections": "3", "znode_count": "8",
	} {
		require.Equal(t, want, s.number(name), name)
	}
}

func TestCountersAreReset(t *testing.T) {
	s := start(t, nil)
	c := s.connect()
	c.requireLives()
	require.Regexp(t, `\(queued=0,recved=2,sent=2,sid=0x[0-9a-f]+,lop=EXIS,.*lcxid=0x1,`,
		s.word("cons"))
	s.word("crst")
	require.Regexp(t, `\(queued=0,recved=0,sent=0,sid=0x[0-9a-f]+,lop=NA,`, s.word("cons"))
	s.word("srst")
	require.Regexp(t, `(?m)^Received: 1$`, s.word("srvr"))
	c.requireLives()
	require.Contains(t, s.word("srvr"), "Sent: 1\n")
}

func TestTraceMaskIsKept(t *testing.T) {
	s := start(t, nil)
	require.Equal(t, "306", s.word("gtmk"))
	require.Equal(t, "258", s.word("stmk\x00\x00\x00\x00\x00\x00\x01\x02"))
	require.Equal(t, "258", s.word("gtmk"))
}

func TestDigestsAreToldEvery128Transactions(t *testing.T) {
	s := start(t, nil)
	c := s.connect()
	for range 300 {
		c.send(zk.Request{Op: zk.OpSetData, Path: "/", Version: -1})
	}
	for range 300 {
		require.Equal(t, zk.OK, c.next().Err)
	}
	require.Regexp(t, `\A100000080: \d+\n100000100: \d+\n\z`, s.word("hash"))
}

func TestEnvironmentHasApachesNames(t *testing.T) {
	s := start(t, nil)
	apache, err := os.ReadFile(filepath.Join(recorded, "standalone.envi.txt"))
	require.NoError(t, err)
	names := regexp.MustCompile(`(?m)^[^=\n]+`)
	require.Equal(t, names.FindAllString(string(apache), -1),
		names.FindAllString(s.word("envi"), -1))
}

func TestOldClientGetsAnOldAnswer(t *testing.T) {
	s := start(t, nil)
	for _, hasByte := range []bool{true, false} {
		c := s.dial()
		c.raw(wire.AppendConnect(nil, &zk.Request{Op: zk.OpConnect, TimeoutMs: 5_000}, hasByte))
		want := 36
		if hasByte {
			want++
		}
		require.Len(t, c.frame(), want)
	}
}
