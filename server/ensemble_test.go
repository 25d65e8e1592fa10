package main

import (
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	gozk "github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"
)

// program is `zabscope ensemble` as a process of its own.
type program struct {
	t     *testing.T
	cmd   *exec.Cmd
	out   book
	errs  book
	ended chan struct{}
}

// runEnsemble starts the program and waits until it says where everything is.
func runEnsemble(t *testing.T, args ...string) *program {
	t.Helper()
	p := &program{t: t, ended: make(chan struct{})}
	p.cmd = exec.Command(os.Args[0], append([]string{"ensemble"}, args...)...)
	p.cmd.Env = append(os.Environ(), asProgram+"=1")
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.errs
	require.NoError(t, p.cmd.Start())
	go func() {
		_ = p.cmd.Wait() // ProcessState says how
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // ended already, if all is well
		<-p.ended
	})
	require.Eventually(t, func() bool {
		return strings.Contains(p.out.String(), "playground")
	}, patience, 5*time.Millisecond, "%s", &p.errs)
	return p
}

// find returns what the output has in the parentheses of a pattern.
func (p *program) find(pattern string) string {
	p.t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(p.out.String())
	require.NotNil(p.t, found, "%s\n%s", pattern, &p.out)
	return found[1]
}

func (p *program) servers() []string {
	return strings.Split(p.find(`zkCli.sh -server (\S+)`), ",")
}

// stop interrupts the program, as Ctrl-C does, and waits for its end.
func (p *program) stop() {
	p.t.Helper()
	signals(p.t)
	require.NoError(p.t, p.cmd.Process.Signal(os.Interrupt))
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatal("it goes on")
	}
	require.Zero(p.t, p.cmd.ProcessState.ExitCode(), "%s", &p.errs)
	require.Contains(p.t, p.out.String(), "stopping")
}

// fault gives the program a line, and returns the answer's status and text.
func (p *program) fault(line string) (int, string) {
	p.t.Helper()
	page := p.find(`(http://\S+)/ensemble/faults`)
	r, err := http.NewRequest(http.MethodPost, page+faultsPath, strings.NewReader(line))
	require.NoError(p.t, err)
	r.Header.Set("Authorization", "Bearer "+p.find(`Bearer ([0-9a-f]+)`))
	answer, err := http.DefaultClient.Do(r)
	require.NoError(p.t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	require.NoError(p.t, err)
	return answer.StatusCode, string(text)
}

func (p *program) must(line string) {
	p.t.Helper()
	status, text := p.fault(line)
	require.Equal(p.t, http.StatusNoContent, status, text)
}

// client connects a go-zookeeper client.
func client(t *testing.T, servers ...string) *gozk.Conn {
	t.Helper()
	conn, _, err := gozk.Connect(servers, 10*time.Second, gozk.WithLogger(silent{}))
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	return conn
}

type silent struct{}

func (silent) Printf(string, ...any) {}

// eventually repeats a call until it succeeds: an ensemble may be between two leaders.
func eventually(t *testing.T, call func() error) {
	t.Helper()
	var err error
	require.Eventually(t, func() bool { err = call(); return err == nil }, patience,
		10*time.Millisecond, "%v", err)
}

func mode(t *testing.T, address string) string { return field(t, address, "srvr", "Mode: ") }

func TestEnsembleIsUpWithOneCommandAndEndsWithIt(t *testing.T) {
	began := time.Now()
	p := runEnsemble(t, "-n", "3", "--observers", "1", "--addr", "127.0.0.1:0")
	servers := p.servers()
	require.Len(t, servers, 4)
	conn := client(t, servers...)
	_, err := conn.Create("/a", []byte("x"), 0, gozk.WorldACL(gozk.PermAll))
	require.NoError(t, err)
	t.Logf("writable after %v", time.Since(began))
	require.Less(t, time.Since(began), 10*time.Second, "3 s on a machine that is not busy")
	modes := map[string]int{}
	for _, s := range servers {
		modes[mode(t, s)]++
	}
	require.Equal(t, map[string]int{"leader": 1, "follower": 2, "observer": 1}, modes)

	dir := p.find(`data and logs (\S+)`)
	require.FileExists(t, filepath.Join(dir, "4", "zoo.cfg"))
	conn.Close()
	p.stop()
	require.NoDirExists(t, dir)
	for _, s := range servers {
		_, err := net.Dial("tcp", s)
		require.Error(t, err, "a server goes on")
	}
}

func TestEnsembleOfADirectoryGoesOnWhereItWas(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	p := runEnsemble(t, "--addr", "127.0.0.1:0", "--dir", dir)
	conn := client(t, p.servers()...)
	_, err := conn.Create("/kept", nil, 0, gozk.WorldACL(gozk.PermAll))
	require.NoError(t, err)
	conn.Close()
	p.stop()
	_, errs, status := run("ensemble", "-n", "5", "--dir", dir, "--addr", "127.0.0.1:0")
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "belongs to an ensemble of 3 servers, not of 5")

	p = runEnsemble(t, "--addr", "127.0.0.1:0", "--dir", dir)
	found, _, err := client(t, p.servers()...).Exists("/kept")
	require.NoError(t, err)
	require.True(t, found)
}

func TestEnsembleNamesBusyPorts(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = taken.Close() }()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	_, errs, status := run("ensemble", "--client-port", port, "--addr", "127.0.0.1:0")
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "port "+port+" for clients is not free")
	_, errs, status = run("ensemble", "--addr", taken.Addr().String())
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "is taken by another program")
	_, errs, status = run("ensemble", "-n", "1")
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "are no ensemble")
}

func TestServersEndWhenTheProgramIsKilled(t *testing.T) {
	p := runEnsemble(t, "--addr", "127.0.0.1:0")
	require.NoError(t, p.cmd.Process.Kill())
	<-p.ended
	for _, s := range p.servers() {
		require.Eventually(t, func() bool {
			conn, err := net.Dial("tcp", s)
			if err == nil {
				_ = conn.Close()
			}
			return err != nil
		}, patience, 10*time.Millisecond, "%s goes on", s)
	}
}

func TestFaultsBreakARealEnsembleAndItGoesOn(t *testing.T) {
	p := runEnsemble(t, "--addr", "127.0.0.1:0", "--allow-faults")
	conn := client(t, p.servers()...)
	write := func() {
		t.Helper()
		eventually(t, func() error {
			_, err := conn.Set("/", []byte("x"), -1)
			return err
		})
	}
	write()
	p.must(":kill leader")
	write()
	status, text := p.fault(":kill 9")
	require.Equal(t, http.StatusBadRequest, status)
	require.Contains(t, text, "there is no server 9, only 1,2,3")
	p.must(":start " + p.down())
	write()
	p.must(":pause 1")
	require.Eventually(t, func() bool { return !p.answers(0) }, patience, time.Millisecond)
	p.must(":resume 1")
	require.Eventually(t, func() bool { return p.answers(0) }, patience, time.Millisecond)
	p.must(":cut 1>leader")
	write()
	p.must(":heal")
	p.must(":delay *>* 20ms")
	write()
	p.must(":heal")
	p.must(":slowdisk * 300ms")
	began := time.Now()
	write()
	require.Greater(t, time.Since(began), 300*time.Millisecond, "nothing is true before it is kept")
	p.must(":slowdisk * 0ms")
	for line, want := range map[string]string{
		":fly 3": "fly", ":wipe 1": "cannot be done to real servers", ":heal A": "about a client",
		"get /": "begin with a client's letter",
	} {
		status, text := p.fault(line)
		require.Equal(t, http.StatusBadRequest, status, line)
		require.Contains(t, text, want)
	}
	p.stop()
	require.NotContains(t, p.errs.String(), "ended by itself", "a kill was asked for")
}

// answers reports whether a server answers a four-letter word soon.
func (p *program) answers(at int) bool {
	p.t.Helper()
	conn, err := net.Dial("tcp", p.servers()[at]) // the kernel of a paused one still accepts
	require.NoError(p.t, err)
	defer func() { _ = conn.Close() }()
	require.NoError(p.t, conn.SetDeadline(time.Now().Add(500*time.Millisecond)))
	_, err = io.WriteString(conn, "ruok")
	require.NoError(p.t, err)
	text, _ := io.ReadAll(conn) // what has come until then
	return string(text) == "imok"
}

// down returns the id of the server that does not run.
func (p *program) down() string {
	for i, s := range p.servers() {
		conn, err := net.Dial("tcp", s)
		if err != nil {
			return string(rune('1' + i))
		}
		_ = conn.Close()
	}
	p.t.Fatal("all run")
	return ""
}
