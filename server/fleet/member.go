package fleet

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
	"syscall"
	"time"
)

// Member is one server. Its methods are for use by one goroutine, but Running and Ask may be called
// by any.
type Member struct {
	ID   int
	Addr string // of the client port
	Dir  string // its data directory, with zoo.cfg, myid and the log of its process

	kind     Make
	observer bool
	httpPort int
	paused   bool

	mu    sync.Mutex
	cmd   *exec.Cmd
	ended chan struct{} // closed when the process has ended
	exit  error
}

// configure writes zoo.cfg and myid.
func (m *Member) configure(common []string) error {
	if err := os.MkdirAll(m.Dir, 0o700); err != nil {
		return err
	}
	_, port, _ := net.SplitHostPort(m.Addr)
	lines := append([]string{"dataDir=" + m.Dir, "clientPort=" + port,
		"clientPortAddress=127.0.0.1"}, common...)
	if m.kind.Faults {
		lines = append(lines, "metricsProvider.httpHost=127.0.0.1",
			"metricsProvider.httpPort="+strconv.Itoa(m.httpPort))
	}
	if m.observer {
		lines = append(lines, "peerType=observer")
	}
	if err := os.WriteFile(m.Config(), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(m.Dir, "myid"), []byte(strconv.Itoa(m.ID)+"\n"), 0o600)
}

// Config is the path of the member's zoo.cfg.
func (m *Member) Config() string { return filepath.Join(m.Dir, "zoo.cfg") }

func (m *Member) logFile() string { return filepath.Join(m.Dir, "process.log") }

// Start starts the process, unless it runs.
func (m *Member) Start() error {
	if m.Running() {
		return nil
	}
	log, err := os.OpenFile(m.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	cmd := m.kind.Command(m.Config())
	cmd.Stdout, cmd.Stderr, cmd.Dir = log, log, m.Dir
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start server %d of %s: %w", m.ID, m.kind.Name, err)
	}
	ended := make(chan struct{})
	m.mu.Lock()
	m.cmd, m.ended = cmd, ended
	m.mu.Unlock()
	go func() {
		exit := cmd.Wait()
		m.mu.Lock()
		m.exit = exit
		m.mu.Unlock()
		close(ended)
	}()
	return nil
}

// Running says whether the process is there, paused or not.
func (m *Member) Running() bool {
	m.mu.Lock()
	ended := m.ended
	m.mu.Unlock()
	if ended == nil {
		return false
	}
	select {
	case <-ended:
		return false
	default:
		return true
	}
}

// signal sends a signal to the process, if it runs.
func (m *Member) signal(s syscall.Signal) {
	if m.Running() {
		_ = m.cmd.Process.Signal(s)
	}
}

// Kill ends the process as kill -9 does, and waits until it is gone.
func (m *Member) Kill() {
	m.paused = false
	if m.Running() {
		m.signal(syscall.SIGKILL)
		<-m.ended
	}
}

// Pause stops the process as SIGSTOP does: its connections stay, and it answers nothing.
func (m *Member) Pause() {
	m.paused = m.Running()
	m.signal(pauseSignal)
}

// Resume lets a paused process go on.
func (m *Member) Resume() {
	m.paused = false
	m.signal(resumeSignal)
}

// fault gives the member a line. One that has just started is waited for; that it ends meanwhile is
// no error.
func (m *Member) fault(line string) error {
	for limit := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		err := m.tell(line)
		if err == nil || !m.Running() {
			return nil
		}
		if !errors.Is(err, syscall.ECONNREFUSED) || time.Now().After(limit) {
			return fmt.Errorf("%s at server %d: %w", line, m.ID, err)
		}
	}
}

// tell posts a line to the member's HTTP port.
func (m *Member) tell(line string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	at := fmt.Sprintf("http://127.0.0.1:%d/faults", m.httpPort)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at, strings.NewReader(line))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode/100 != 2 {
		why, _ := io.ReadAll(answer.Body)
		return errors.New(strings.TrimSpace(string(why)))
	}
	return nil
}

// Stop asks the process to end, and forces it when it has not after a while. The error says that
// force was needed, or that a process of ours did not end with status 0.
func (m *Member) Stop(within time.Duration) error {
	if !m.Running() {
		return nil
	}
	m.Resume()
	m.signal(syscall.SIGTERM)
	select {
	case <-m.ended:
		return nil
	case <-time.After(within):
		m.Kill()
		return fmt.Errorf("server %d of %s had to be killed after %s", m.ID, m.kind.Name, within)
	}
}

// ExitError returns how the last process ended, nil for status 0.
func (m *Member) ExitError() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.exit
}

// Ask sends a four-letter word and returns the answer, "" if there is none within a second.
func (m *Member) Ask(word string) string {
	conn, err := net.DialTimeout("tcp", m.Addr, time.Second)
	if err != nil {
		return ""
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := io.WriteString(conn, word); err != nil {
		return ""
	}
	answer, _ := io.ReadAll(conn) // what came before an error is the answer
	return string(answer)
}

// Mode returns the server's own word for its role, "" while it serves nobody.
func (m *Member) Mode() string { return Line(m.Ask("srvr"), "Mode: ") }

// Line returns the rest of the answer's line that begins so, "" if there is none.
func Line(answer, prefix string) string {
	for line := range strings.Lines(answer) {
		if rest, ok := strings.CutPrefix(line, prefix); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

// LastWords returns the end of what the process has logged.
func (m *Member) LastWords() string {
	text, err := os.ReadFile(m.logFile())
	if err != nil {
		return err.Error()
	}
	return lastLines(string(text), 20)
}

// memory returns the resident memory in bytes, 0 where the system does not tell.
func (m *Member) memory() int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", m.Pid()))
	if err != nil {
		return 0
	}
	kb, _ := strconv.ParseInt(strings.TrimSuffix(Line(string(status), "VmRSS:"), " kB"), 10, 64)
	return kb << 10
}

// Pid returns the id of the process that was started last.
func (m *Member) Pid() int { return m.cmd.Process.Pid }

// HTTP returns where a zabscope tells what it does, and the token that this takes.
func (m *Member) HTTP() (address, bearer string) {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(m.httpPort)), token
}
