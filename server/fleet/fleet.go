package fleet

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Size is how many servers there are. Observers have the ids after the voters.
type Size struct{ Voters, Observers int }

// String names the size as tables do: "3" or "3+1".
func (s Size) String() string {
	if s.Observers == 0 {
		return strconv.Itoa(s.Voters)
	}
	return fmt.Sprintf("%d+%d", s.Voters, s.Observers)
}

// Fleet is an ensemble of processes.
type Fleet struct {
	Make    Make
	Members []*Member // in the order of their ids, which begin with 1
}

// portsEach is how many ports a member has: two for peers, one for clients, one for HTTP.
const portsEach = 4

// New writes the configuration of an ensemble below dir and starts nothing. Lines go into every
// zoo.cfg, after the usual ones.
func New(kind Make, size Size, dir string, lines ...string) (*Fleet, error) {
	if err := Able(); err != nil {
		return nil, err
	}
	f := &Fleet{Make: kind}
	ports, err := freePorts(portsEach * (size.Voters + size.Observers))
	if err != nil {
		return nil, err
	}
	common := []string{"tickTime=2000", "initLimit=10", "syncLimit=5", "maxClientCnxns=0",
		"4lw.commands.whitelist=*", "admin.enableServer=false"}
	common = append(append(common, kind.Extra(dir)...), lines...)
	for id := 1; id <= size.Voters+size.Observers; id++ {
		p := ports[portsEach*(id-1):]
		role := "participant"
		if id > size.Voters {
			role = "observer"
		}
		common = append(common, fmt.Sprintf("server.%d=127.0.0.1:%d:%d:%s", id, p[0], p[1], role))
		f.Members = append(f.Members, &Member{
			ID: id, Dir: filepath.Join(dir, strconv.Itoa(id)), kind: kind,
			observer: id > size.Voters, httpPort: p[3],
			Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(p[2])),
		})
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	for _, m := range f.Members {
		if err := m.configure(common); err != nil {
			return nil, err
		}
	}
	return f, kind.Prepare(dir)
}

// freePorts returns ports that nobody listens on. They are held together, so they differ.
func freePorts(n int) ([]int, error) {
	ports := make([]int, n)
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer func() { _ = l.Close() }()
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}

// Start starts every member that does not run, and waits until all serve.
func (f *Fleet) Start(within time.Duration) error {
	for _, m := range f.Members {
		if err := m.Start(); err != nil {
			return err
		}
	}
	return f.WaitServing(within)
}

// WaitServing waits until every member that runs serves clients.
func (f *Fleet) WaitServing(within time.Duration) error {
	until := time.Now().Add(within)
	for _, m := range f.Members {
		for m.Running() && m.Mode() == "" {
			if time.Now().After(until) {
				return fmt.Errorf("server %d of %s serves nobody after %s; its last words:\n%s",
					m.ID, f.Make.Name, within, m.LastWords())
			}
			time.Sleep(5 * time.Millisecond)
		}
		if !m.Running() {
			return fmt.Errorf("server %d of %s ended by itself; its last words:\n%s", m.ID,
				f.Make.Name, m.LastWords())
		}
	}
	return nil
}

// Leader returns the member that says that it leads, nil if none does. Of two, one of which has
// not noticed yet that it is followed no more, it is the one with the greater zxid.
func (f *Fleet) Leader() *Member {
	var leader *Member
	var highest uint64
	for _, m := range f.Members {
		if !m.Running() {
			continue
		}
		told := m.Ask("srvr")
		zxid, _ := strconv.ParseUint(Line(told, "Zxid: "), 0, 64)
		if Line(told, "Mode: ") == "leader" && zxid >= highest {
			leader, highest = m, zxid
		}
	}
	return leader
}

// Fault gives a line of the command language, ":cut 1>2", to every member that can hear it: each
// does what the line says of its own disk and of what it sends. A member that starts again has no
// faults.
func (f *Fleet) Fault(line string) error {
	var errs []error
	for _, m := range f.Members {
		if m.Running() && !m.paused {
			errs = append(errs, m.fault(line))
		}
	}
	return errors.Join(errs...)
}

// Addrs returns where clients find the members: all, or all without some.
func (f *Fleet) Addrs(without ...*Member) []string {
	var addrs []string
next:
	for _, m := range f.Members {
		for _, w := range without {
			if w == m {
				continue next
			}
		}
		addrs = append(addrs, m.Addr)
	}
	return addrs
}

// Stop ends all members in order, and by force what has not ended after ten seconds.
func (f *Fleet) Stop() error {
	var errs []error
	for _, m := range f.Members {
		errs = append(errs, m.Stop(10*time.Second))
	}
	return errors.Join(errs...)
}

// Kill ends all members at once, as a power cut does for processes.
func (f *Fleet) Kill() {
	for _, m := range f.Members {
		m.Kill()
	}
}

// Memory returns the resident memory of the members that run, in bytes each.
func (f *Fleet) Memory() []int64 {
	var all []int64
	for _, m := range f.Members {
		if m.Running() {
			all = append(all, m.memory())
		}
	}
	return all
}

// lastLines returns the end of a text.
func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// Quiet is a logger for the libraries of clients. It says nothing.
type Quiet struct{}

// Printf does nothing.
func (Quiet) Printf(string, ...any) {}
