package bridge

import (
	"strings"

	"github.com/zabscope/zabscope/core/scenario"
)

// Script is the client lines of the run as a shell script that gives them to zkCli, in order. What
// was done to the world stands between them as comments.
type Script struct {
	Text  string `json:"text"`
	Lines int    `json:"lines"` // of clients
}

const (
	scriptHead  = "#!/bin/sh\n"
	scriptBegin = "zkCli.sh -server \"${ZK:-127.0.0.1:2181}\" <<'END'\n"
	scriptEnd   = "END\n"
)

func (b *Bridge) script(*Args) (any, error) {
	var out strings.Builder
	out.WriteString(scriptHead)
	s, speaker := Script{}, ""
	turn := func(who string) {
		if speaker != "" && speaker != who {
			out.WriteString(scriptEnd)
		}
		if who != "" && speaker != who {
			out.WriteString("# " + who + "\n" + scriptBegin)
		}
		speaker = who
	}
	for _, e := range b.session.Journal().Journal {
		l, err := scenario.ParseLine(e.Line)
		if err != nil || !l.IsClient() {
			turn("")
			out.WriteString("# " + e.Line + "\n")
			continue
		}
		_, command := cutAddress(e.Line)
		turn(l.Client.String())
		out.WriteString(command + "\n")
		s.Lines++
	}
	turn("")
	s.Text = out.String()
	return s, nil
}
