package ui

import (
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// ConsolePanel is what the console shows above its input.
type ConsolePanel struct {
	Text    text.Printer
	Tabs    []ConsoleTab
	Next    string // letter of the next client, "" when there can be no more
	Current string // letter of the client that lines without an address go to
	Entries []ConsoleEntry
}

// ConsoleTab chooses one client.
type ConsoleTab struct {
	Letter string
	State  string // its phase, "connected"
	Label  string // in words
}

// ConsoleEntry is one line that was given, with its answer.
type ConsoleEntry struct {
	N       int
	Prompt  string // "A>", "A" without a Line for what came to it, or "" for a world line
	Line    string
	Output  string
	State   string // waiting, ok or error
	Explain string // an error, why the answer takes so long, or what was done, in human words
	Ms      string // when it was given, in simulated ms
	When    string // the same for people, "12.340 s"
	Fresh   string // how fresh what it read was, "" for what is no read
	Stale   bool
	Away    string // "later" than what is shown, of another "branch", or ""
}

// BuildConsoleClients lists the clients that the console can speak for.
func BuildConsoleClients(m *view.Model, current string, t text.Printer) ConsolePanel {
	p := ConsolePanel{Text: t, Current: current}
	for _, c := range m.Clients {
		letter, state := c.ID.String(), strings.ToLower(c.Phase.String())
		p.Tabs = append(p.Tabs, ConsoleTab{
			Letter: letter, State: state,
			Label: t.T("console.client", "letter", letter, "state", c.Phase),
		})
	}
	p.Next = nextLetter(m)
	return p
}

// nextLetter returns the first letter that no client has, "" when all are taken.
func nextLetter(m *view.Model) string {
	for letter := zk.ServerID('A'); letter <= 'Z'; letter++ {
		taken := slices.ContainsFunc(m.Clients, func(c *view.Client) bool { return c.ID == letter })
		if !taken {
			return letter.String()
		}
	}
	return ""
}

// WhyWaiting says why a client's line has no answer yet, "" when nothing is in its way.
func WhyWaiting(m *view.Model, letter zk.ServerID, t text.Printer) string {
	service := m.Service()
	c := m.Client(letter)
	switch {
	case c == nil:
		return ""
	case c.Phase != view.ClientConnected:
		return t.T("console.waits.client", "letter", letter, "state", c.Phase)
	case service.State == view.ServiceElecting:
		return t.T("console.waits.election")
	case service.State == view.ServiceUnknown:
		return t.T("status.unknown")
	case service.State != view.ServiceOK:
		return t.T("console.waits.quorum", "up", service.Reachable, "n", service.Voters)
	}
	return ""
}

// consoleTryLines are what an empty console suggests.
var consoleTryLines = [...]string{"A: create /app red", "A: set /app blue", "A: get /app"}

// builderCommands are the commands that the form can make, the most used first.
var builderCommands = [...]string{
	"create", "get", "set", "ls", "stat", "delete", "deleteall", "sync", "getAcl",
}

// builderKinds are the kinds of znodes that the form can create.
var builderKinds = [...]struct{ Name, Flags string }{
	{"persistent", ""}, {"ephemeral", "-e"}, {"sequential", "-s"}, {"both", "-e -s"},
}
