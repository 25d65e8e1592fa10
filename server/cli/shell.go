package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/shell"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Exit statuses of a line.
const (
	StatusOK     = 0
	StatusFailed = 1
	StatusUsage  = 2 // the line was no command
)

// lineMax bounds a line that is read: a znode's largest value and its command.
const lineMax = 2 << 20

// Config says where a shell connects to and where it writes.
type Config struct {
	Hosts    Hosts
	Timeout  time.Duration // the session timeout to ask for
	Patience time.Duration // how long a command waits for a connection
	Out, Err io.Writer

	// For a client of which more is known: who it is, and who takes its trace, if somebody does.
	Who   client.Config
	Trace func([]trace.Event)
	// Silent keeps watches and the state of the session from being printed.
	Silent bool
}

// Shell carries out zkCli's commands over a session.
type Shell struct {
	cfg    Config
	hosts  Hosts
	client *Client
	state  shell.State
	quiet  atomic.Bool // as the state's, for the session's goroutine
	over   bool        // quit was said

	mu sync.Mutex // of the writers: events come from the session's goroutine
}

// New begins a session and says so.
func New(cfg Config) *Shell {
	s := &Shell{cfg: cfg, hosts: cfg.Hosts}
	fmt.Fprintln(cfg.Out, "Connecting to "+cfg.Hosts.Text)
	s.open()
	return s
}

// open begins a session.
func (s *Shell) open() {
	who := s.cfg.Who
	if who.ID == 0 {
		who = client.Config{ID: 'A', Boot: 1}
	}
	who.TimeoutMs = int32(s.cfg.Timeout.Milliseconds())
	s.client = OpenAs(s.hosts, who, s.tell, s.cfg.Trace)
}

// Status returns how the session is.
func (s *Shell) Status() Status { return s.client.Status() }

// Unplug pulls the client's cable out, or puts it in again.
func (s *Shell) Unplug(out bool) { s.client.Unplug(out) }

// Move lets the client leave its server for another one, within its session.
func (s *Shell) Move(to zk.ServerID) { s.client.Move(to) }

// Leave ends the session without a word, as zkCli does when there are no more lines.
func (s *Shell) Leave() {
	s.quiet.Store(true)
	s.close()
}

// close ends the session, if it is not over.
func (s *Shell) close() {
	if s.client.Status().Over() {
		s.client.stop()
		return
	}
	s.client.Close(time.Second)
}

// tell prints an event, unless printwatches is off.
func (s *Shell) tell(e Event) {
	if !s.quiet.Load() && !s.cfg.Silent {
		s.print(s.cfg.Out, shell.Event(e.State, e.Type, e.Path)+"\n")
	}
}

func (s *Shell) print(w io.Writer, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = io.WriteString(w, text) // nobody is left to be told
}

// Prompt returns zkCli's prompt for the next line.
func (s *Shell) Prompt() string {
	return shell.Prompt(s.hosts.Text, s.client.Status().String(), len(s.state.Lines))
}

// RunLines carries out the lines of in until it ends or one of them is quit, and returns the status
// of the last.
func (s *Shell) RunLines(in io.Reader) int {
	status := StatusOK
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, lineMax)
	for !s.over && lines.Scan() {
		if line := lines.Text(); line != "" {
			status = min(s.Run(line), StatusFailed)
		}
	}
	if err := lines.Err(); err != nil {
		s.print(s.cfg.Err, "cannot read on: "+err.Error()+"\n")
		return StatusFailed
	}
	return status
}

// RunWords carries out one command that was given as words.
func (s *Shell) RunWords(words []string) int {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quote(word)
	}
	return s.Run(strings.Join(quoted, " "))
}

// quote puts quotes around a word that a line would split otherwise.
func quote(word string) string {
	switch {
	case word != "" && !strings.ContainsAny(word, " \t'\""):
		return word
	case strings.Contains(word, `"`):
		return "'" + word + "'"
	}
	return `"` + word + `"`
}

// Run carries out one line and returns its status.
func (s *Shell) Run(line string) int {
	c, bad := s.state.Take(line)
	s.quiet.Store(s.state.Quiet)
	switch {
	case bad != nil && bad.Code == shell.CodeEmpty:
		return StatusOK
	case bad != nil:
		s.print(s.cfg.Err, bad.Said+"\n")
		return StatusUsage
	case c.Name == "connect":
		return s.connect(c.Host)
	case c.Quit:
		s.over = true
		s.close()
		return StatusOK
	}
	run := c.Start()
	if run.Done() {
		s.show(run.Text())
		return StatusOK
	}
	return s.converse(&c, run, line)
}

// converse sends the command's requests, one after the other.
func (s *Shell) converse(c *shell.Command, run *shell.Run, line string) int {
	status := s.client.Await(s.cfg.Patience, s.settled)
	switch {
	case status.Over():
		s.print(s.cfg.Out, shell.NotConnected+"\n")
		return StatusOK
	case status.String() != "CONNECTED":
		s.print(s.cfg.Err, s.client.Explain().Error()+"\n")
		return StatusFailed
	}
	for !run.Done() {
		run.Answer(s.client.Do(run.Request(), line))
	}
	if c.Req.Op != zk.OpAuth { // a refusal is told by the event
		s.show(run.Text())
	}
	if run.Err() != zk.OK {
		return StatusFailed
	}
	return StatusOK
}

// settled reports whether there is nothing to wait for: a connection, the end of the session, or
// every server has refused twice.
func (s *Shell) settled(status Status) bool {
	return status.Over() || status.String() == "CONNECTED" ||
		status.Tries >= 2*len(s.hosts.Addresses)
}

// connect leaves the session for a new one, at the same place if no other is named.
func (s *Shell) connect(host string) int {
	hosts := s.hosts
	if host != "" {
		named, err := ParseHosts(host)
		if err != nil {
			s.print(s.cfg.Err, err.Error()+"\n")
			return StatusUsage
		}
		hosts = named
	}
	s.close()
	s.hosts = hosts
	s.open()
	return StatusOK
}

// show prints what a command said, on zkCli's two streams.
func (s *Shell) show(t shell.Text) {
	if t.Err != "" {
		s.print(s.cfg.Err, t.Err+"\n")
	}
	switch {
	case t.Open:
		s.print(s.cfg.Out, t.Out)
	case t.HasOut:
		s.print(s.cfg.Out, t.Out+"\n")
	}
}
