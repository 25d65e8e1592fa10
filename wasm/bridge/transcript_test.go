package bridge

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// transcript has each line after "> ", then what zkCli prints; zabscope cli prints the same.
const transcript = "../../core/shell/testdata/zkcli.golden"

var (
	changing = regexp.MustCompile(`0x[0-9a-f]+`)
	dates    = regexp.MustCompile(`time = .*`)
)

func TestConsolePrintsTheTranscriptOfTheTerminal(t *testing.T) {
	want, err := os.ReadFile(transcript)
	require.NoError(t, err)
	p := free(t)
	p.do(":until leader != none")
	p.do(":client A")
	p.do(":wait 2s")
	p.tick(0)
	var got strings.Builder
	for line := range strings.Lines(string(want)) {
		if command, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "> "); ok {
			got.WriteString("> " + command + "\n" + p.said(command))
		}
	}
	require.Equal(t, string(want), got.String())
}

// said gives a line for client A and returns what the console prints, with what may differ masked.
func (p *page) said(command string) string {
	from := len(p.b.console.entries)
	p.line("A: " + command)
	for p.b.session.Timeline().World().Client('A').InFlight() > 0 || p.waits(from) {
		p.do(":wait 10ms")
		p.tick(0)
	}
	p.do(":wait 100ms")
	p.tick(0)
	var text strings.Builder
	for _, e := range p.b.console.entries[from:] {
		if strings.HasPrefix(e.Prompt, "A") && e.Output != "" {
			if e.Line == "" {
				text.WriteString("\n")
			}
			text.WriteString(e.Output + "\n")
		}
	}
	p.b.console.entries = p.b.console.entries[:0]
	return dates.ReplaceAllString(changing.ReplaceAllString(text.String(), "HEX"), "time = DATE")
}

func (p *page) waits(from int) bool { return p.b.console.entries[from].State == "waiting" }
