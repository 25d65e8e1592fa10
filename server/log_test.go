package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"
)

func TestAttack_U10_LogInjection(t *testing.T) {
	evil := "/a\x1b[31m\x9b2J\u202egnp.exe\u0085\r\ntime=now level=ERROR msg=\"pwned\"\x00\x7f\xff"
	for _, format := range []string{"text", "json"} {
		var b bytes.Buffer
		log := newLog(&b, format)
		log.With("from", evil).Warn("client dropped", "why", evil, "error", errors.New(evil),
			"took", time.Second)
		line := b.String()
		require.Equal(t, 1, strings.Count(line, "\n"), "one event is one line: %q", line)
		for _, r := range strings.TrimSuffix(line, "\n") {
			require.True(t, unicode.IsPrint(r), "%U in %q", r, line)
		}
		require.Contains(t, line, "x1b[31m")
		require.Contains(t, line, "1s")
		require.NotContains(t, line, "\u202e")
		if format == "json" {
			var fields map[string]any
			require.NoError(t, json.Unmarshal([]byte(line), &fields))
			require.Equal(t, "client dropped", fields["msg"])
			require.Equal(t, "WARN", fields["level"])
		}
	}
}

func TestLogFormatIsChosenByFlagOrVariable(t *testing.T) {
	cfg := zooCfg(t, "dataDir=/tmp/zk", "clientPort="+freePort(t), "clientPortAddress=192.0.2.1",
		"autopurge.purgeInterval=1\x1b[31m")
	_, errs, status := run("node", "--config", cfg, "--log-format", "xml")
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "xml")
	t.Setenv("ZABSCOPE_LOG", "json")
	_, errs, status = run("node", "--config", cfg)
	require.Equal(t, exitUsage, status)
	first, _, _ := strings.Cut(errs, "\n")
	var fields map[string]any
	require.NoError(t, json.Unmarshal([]byte(first), &fields), errs)
	require.Contains(t, fields["msg"], "autopurge.purgeInterval")
}
