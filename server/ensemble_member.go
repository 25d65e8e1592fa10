package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/zk"
)

// member is one server of an ensemble: a process of this very program.
type member struct {
	id                 zk.ServerID
	observer           bool
	client, peer, http int // ports
	ensemble           *ensemble

	mu      sync.Mutex
	command *exec.Cmd     // nil before the first start
	input   io.Closer     // its end tells the process that we are gone
	ended   chan struct{} // closed when the process has ended
	told    chan struct{} // closed when the viewers know that
	paused  bool
	wanted  bool // nobody has asked for its end
}

func (m *member) dir() string        { return filepath.Join(m.ensemble.dir, m.id.String()) }
func (m *member) clientAddr() string { return net.JoinHostPort(local, strconv.Itoa(m.client)) }
func (m *member) peerAddr() string   { return net.JoinHostPort(local, strconv.Itoa(m.peer)) }
func (m *member) httpAddr() string   { return net.JoinHostPort(local, strconv.Itoa(m.http)) }
func (m *member) logPath() string    { return filepath.Join(m.dir(), "log.txt") }

// write writes zoo.cfg and myid.
func (m *member) write(config string) error {
	if err := os.MkdirAll(m.dir(), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(m.dir(), "zoo.cfg"), []byte(config), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(m.dir(), "myid"), []byte(m.id.String()+"\n"), 0o600)
}

// start starts the process.
func (m *member) start() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.runs() {
		return fmt.Errorf("server %s runs already", m.id)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(m.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the process has its own
	args := []string{"node", "--config", filepath.Join(m.dir(), "zoo.cfg"), "--until-input-ends"}
	if m.ensemble.allowFaults {
		args = append(args, "--allow-faults")
	}
	c := exec.Command(self, args...)
	c.Stdout, c.Stderr, c.SysProcAttr = log, log, apart()
	c.Env = append(os.Environ(), "ZABSCOPE_TOKEN="+m.ensemble.nodeToken)
	if m.input, err = c.StdinPipe(); err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return fmt.Errorf("start server %s: %w", m.id, err)
	}
	m.command, m.wanted, m.paused = c, true, false
	m.ended, m.told = make(chan struct{}), make(chan struct{})
	go func(ended chan struct{}) {
		_ = c.Wait() // how it ended is asked of ProcessState
		close(ended)
	}(m.ended)
	return nil
}

// startAgain starts the process when everybody knows that the one before has ended.
func (m *member) startAgain() error {
	m.mu.Lock()
	told, runs := m.told, m.runs()
	m.mu.Unlock()
	if !runs {
		<-told
		m.ensemble.relay.Started(m.id)
	}
	return m.start()
}

// runs reports whether the process has not ended. The caller has the mutex.
func (m *member) runs() bool {
	if m.command == nil {
		return false
	}
	select {
	case <-m.ended:
		return false
	default:
		return true
	}
}

func (m *member) hasEnded() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return !m.runs()
}

func (m *member) pid() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.command == nil {
		return 0
	}
	return m.command.Process.Pid
}

// asker asks servers over HTTP how they are, and teller tells them what to break: one that does not
// answer soon is not ready, but may still hear.
var (
	asker  = &http.Client{Timeout: time.Second}
	teller = &http.Client{Timeout: 10 * time.Second}
)

// ready returns what the server says of itself, "" while it serves nobody.
func (m *member) ready() string {
	answer, err := asker.Get("http://" + m.httpAddr() + "/readyz")
	if err != nil {
		return ""
	}
	defer func() { _ = answer.Body.Close() }() // nothing was written
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// lastWords are the last lines of the server's log.
func (m *member) lastWords() string {
	const bytes = 1000
	text, _ := os.ReadFile(m.logPath())
	return string(text[max(0, len(text)-bytes):])
}

// signal does to the process what a verb says.
func (m *member) signal(verb sim.Verb) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.runs() {
		return fmt.Errorf("server %s does not run", m.id)
	}
	switch verb {
	case sim.Kill, sim.Power:
		m.wanted = false
		err := m.command.Process.Kill()
		<-m.ended
		return err
	case sim.Pause:
		m.paused = true
		return pause(m.command.Process)
	}
	m.paused = false
	return resume(m.command.Process)
}

// tell gives the server a line about links.
func (m *member) tell(line string) error {
	r, err := http.NewRequest(http.MethodPost, "http://"+m.httpAddr()+"/faults",
		strings.NewReader(line))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+m.ensemble.nodeToken)
	answer, err := teller.Do(r)
	if err != nil {
		return fmt.Errorf("tell server %s: %w", m.id, err)
	}
	defer func() { _ = answer.Body.Close() }() // nothing was written
	if answer.StatusCode != http.StatusNoContent {
		why, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("server %s: %s", m.id, strings.TrimSpace(string(why)))
	}
	return nil
}

// endMax is how long a server may take to end in order.
const endMax = 5 * time.Second

// stop ends the process in order, and at once when that takes too long.
func (m *member) stop() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.runs() {
		return nil
	}
	m.wanted = false
	if m.paused {
		_ = resume(m.command.Process) // or the kill below ends it
	}
	_ = m.input.Close() // the other end notices
	select {
	case <-m.ended:
		return nil
	case <-time.After(endMax):
		err := m.command.Process.Kill()
		<-m.ended
		return errors.Join(fmt.Errorf("server %s did not end in time and was killed", m.id), err)
	}
}

// isUp reports whether the process runs and hears.
func (m *member) isUp() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.runs() && !m.paused
}

func (m *member) tellEnd(s streams) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.wanted {
		fmt.Fprintf(s.errs, "server %s ended by itself (%s); its last words:\n%s", m.id,
			m.command.ProcessState, m.lastWords())
	}
}

// waitForStart waits until there is another process than the one that has ended.
func (m *member) waitForStart(ctx context.Context, ended chan struct{}) {
	for ctx.Err() == nil {
		m.mu.Lock()
		again := m.ended != ended
		m.mu.Unlock()
		if again {
			return
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}
