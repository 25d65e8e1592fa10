package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/live"
)

// ensemble is the servers of `zabscope ensemble`.
type ensemble struct {
	dir         string
	temporary   bool
	allowFaults bool
	records     bool
	token       string // of who may act
	watchToken  string // of who may only watch
	nodeToken   string // between this process and the servers
	members     []*member
	relay       *live.Relay
}

// prepare chooses ports and writes what every server needs into its folder.
func (c ensembleCommand) prepare(s streams) (*ensemble, error) {
	e := &ensemble{dir: c.Dir, allowFaults: c.AllowFaults, records: c.Record, token: newSecret()}
	e.watchToken, e.nodeToken = newSecret(), newSecret()
	if err := c.place(s, e); err != nil {
		return nil, err
	}
	if c.Dir == "" {
		dir, err := os.MkdirTemp("", "zabscope-ensemble-")
		if err != nil {
			return nil, err
		}
		e.dir, e.temporary = dir, true
	}
	if err := e.write(); err != nil {
		e.tidy()
		return nil, err
	}
	return e, nil
}

// place gives every server its ports.
func (c ensembleCommand) place(s streams, e *ensemble) error {
	n := c.N + c.Observers
	clients, err := c.clientPorts(s, n)
	if err != nil {
		return err
	}
	peers, err := freePorts(s, "peers", local, firstPeerPort, n)
	if err != nil {
		return err
	}
	https, err := freePorts(s, "HTTP", local, firstHTTPPort, n)
	if err != nil {
		return err
	}
	for i := range n {
		e.members = append(e.members, &member{
			id: zk.ServerID(i + 1), observer: i >= c.N, client: clients[i], peer: peers[i],
			http: https[i], ensemble: e,
		})
	}
	return nil
}

// local is the only address that an ensemble of this command listens on.
const local = "127.0.0.1"

// clientPorts are those that were asked for, one after the other, or free ones.
func (c ensembleCommand) clientPorts(s streams, n int) ([]int, error) {
	if c.ClientPort == 0 {
		return freePorts(s, "clients", local, firstClientPort, n)
	}
	ports := make([]int, n)
	for i := range ports {
		ports[i] = c.ClientPort + i
		address := net.JoinHostPort(local, strconv.Itoa(ports[i]))
		l, err := net.Listen("tcp", address)
		if err != nil {
			return nil, usageError{fmt.Errorf("port %d for clients is not free: %w; choose another"+
				" --client-port, or leave it out", ports[i], err)}
		}
		_ = l.Close()
	}
	return ports, nil
}

// write writes the secret and every server's files. What a folder has already is kept, apart from
// zoo.cfg: ports may be others today.
func (e *ensemble) write() error {
	if err := e.checkSize(); err != nil {
		return err
	}
	if err := os.MkdirAll(e.dir, 0o700); err != nil {
		return err
	}
	secret := filepath.Join(e.dir, "secret")
	if _, err := os.Stat(secret); errors.Is(err, fs.ErrNotExist) {
		if err := os.WriteFile(secret, []byte(newSecret()+"\n"), 0o600); err != nil {
			return err
		}
	}
	for _, m := range e.members {
		if err := m.write(e.config(m, secret)); err != nil {
			return err
		}
	}
	return nil
}

// checkSize refuses the folder of an ensemble of another size: its servers have counted their
// majorities among others.
func (e *ensemble) checkSize() error {
	folders, err := filepath.Glob(filepath.Join(e.dir, "*", "zoo.cfg"))
	if err != nil || len(folders) == 0 || len(folders) == len(e.members) {
		return err
	}
	return usageError{fmt.Errorf("%s belongs to an ensemble of %d servers, not of %d; take another"+
		" --dir", e.dir, len(folders), len(e.members))}
}

// config is the zoo.cfg of a server.
func (e *ensemble) config(m *member, secret string) string {
	var b strings.Builder
	for _, line := range []string{
		"tickTime=2000", "initLimit=10", "syncLimit=5", "maxClientCnxns=0",
		"4lw.commands.whitelist=*", "clientPortAddress=" + local,
		"clientPort=" + strconv.Itoa(m.client), "dataDir=" + m.dir(),
		"clusterSecretFile=" + secret, "metricsProvider.httpPort=" + strconv.Itoa(m.http),
	} {
		b.WriteString(line + "\n")
	}
	if e.records {
		b.WriteString("flightRecorder.file=flight.rec\n")
	}
	for i, o := range e.members {
		role := "participant"
		if o.observer {
			role = "observer"
		}
		fmt.Fprintf(&b, "server.%s=%s:%d:%d:%s\n", o.id, local, o.peer, firstVotePort+i, role)
	}
	return b.String()
}

// fate says what becomes of the folder.
func (e *ensemble) fate() string {
	if e.temporary {
		return " (removed at the end; --dir DIR keeps them)"
	}
	return ""
}

// tidy removes a folder that nobody asked for.
func (e *ensemble) tidy() {
	if e.temporary {
		_ = os.RemoveAll(e.dir) // it is in the system's temporary folder
	}
}

func newSecret() string {
	var b [24]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
