package zoocfg

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// IsEnsemble reports whether the file describes more than one server.
func (c *Config) IsEnsemble() bool { return len(c.Servers) > 1 }

func (c *Config) hasClientPorts() bool {
	return slices.ContainsFunc(c.Servers, func(s Server) bool { return s.ClientPort > 0 })
}

// Self finds out which of the servers this one is, from the file myid in dataDir, and takes over
// what its line says.
func (c *Config) Self() (zk.ServerID, error) {
	path := filepath.Join(c.DataDir, "myid")
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, fmt.Errorf("read which server this is: %w; write its number, the N of its"+
			" server.N line, into %s", err, path)
	}
	id, err := strconv.Atoi(strings.TrimSpace(string(text)))
	at := slices.IndexFunc(c.Servers, func(s Server) bool { return int(s.ID) == id })
	if err != nil || at < 0 {
		return 0, fmt.Errorf("%s says %q, and there is no server.%s line; the numbers are %s",
			path, strings.TrimSpace(string(text)), strings.TrimSpace(string(text)),
			c.Voters()|c.Observers())
	}
	return zk.ServerID(id), c.takeLine(&c.Servers[at])
}

// takeLine prefers what the server's own line says.
func (c *Config) takeLine(s *Server) error {
	if s.ClientPort > 0 {
		c.ClientPort = s.ClientPort
		if s.ClientHost != "" {
			c.ClientPortAddress = s.ClientHost
		}
	}
	if c.ClientPort < 0 {
		return fmt.Errorf("server.%s has no client port; add clientPort=2181", s.ID)
	}
	if c.Observer && !s.Observer {
		c.Warnings = append(c.Warnings, fmt.Sprintf("peerType=observer has no effect: the line of"+
			" server.%s does not end with :observer", s.ID))
	}
	return nil
}

// Voters are the servers that count for a quorum.
func (c *Config) Voters() zk.ServerSet { return c.servers(false) }

// Observers are the servers that do not.
func (c *Config) Observers() zk.ServerSet { return c.servers(true) }

func (c *Config) servers(observers bool) (set zk.ServerSet) {
	for i := range c.Servers {
		if c.Servers[i].Observer == observers {
			set = set.With(c.Servers[i].ID)
		}
	}
	return set
}

// PeerAddresses are where the servers hear each other: the first port of their lines.
func (c *Config) PeerAddresses() map[zk.ServerID]string {
	all := map[zk.ServerID]string{}
	for i := range c.Servers {
		s := &c.Servers[i]
		all[s.ID] = net.JoinHostPort(s.Host, strconv.Itoa(s.QuorumPort))
	}
	return all
}

// PeerListen is where a server hears the others: the address of its line, or every address with
// the port of it.
func (c *Config) PeerListen(id zk.ServerID) string {
	address := c.PeerAddresses()[id]
	if !c.ListenOnAll {
		return address
	}
	return address[strings.LastIndexByte(address, ':'):]
}

// Members is the text of /zookeeper/config, as Apache writes it.
func (c *Config) Members() string {
	var b strings.Builder
	for _, s := range c.Servers {
		fmt.Fprintf(&b, "server.%s=%s\n", s.ID, c.Line(s))
	}
	b.WriteString("version=0")
	return b.String()
}

// Line is what stands behind server.N= of a server.
func (c *Config) Line(s Server) string {
	role := "participant"
	if s.Observer {
		role = "observer"
	}
	line := fmt.Sprintf("%s:%d:%d:%s", bracketed(s.Host), s.QuorumPort, s.ElectionPort, role)
	if s.ClientPort > 0 {
		line += fmt.Sprintf(";%s:%d", bracketed(orAny(s.ClientHost)), s.ClientPort)
	}
	return line
}

func orAny(host string) string {
	if host == "" {
		return "0.0.0.0"
	}
	return host
}

// bracketed is a host as it stands before a colon.
func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// secretMin is how many bytes a secret must have to be worth its name.
const secretMin = 16

// Secret reads the cluster secret: from the file that the configuration names, or as
// ZOO_CLUSTER_SECRET_FILE and ZOO_CLUSTER_SECRET of the environment say.
func (c *Config) Secret(getenv func(string) string) ([]byte, error) {
	path, secret := c.ClusterSecretFile, ""
	if path == "" {
		path, secret = getenv("ZOO_CLUSTER_SECRET_FILE"), getenv("ZOO_CLUSTER_SECRET")
	}
	if path != "" {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read the cluster secret: %w", err)
		}
		secret = string(text)
	}
	secret = strings.TrimSpace(secret)
	switch {
	case secret == "":
		return nil, errors.New("an ensemble needs a secret that only its servers know; make one" +
			" with  head -c 32 /dev/urandom | base64 > secret  on one machine, copy it to all" +
			" servers, and add to each zoo.cfg:  clusterSecretFile=/path/to/secret\n" +
			"(in a container:  ZOO_CLUSTER_SECRET: <the secret>)")
	case len(secret) < secretMin:
		return nil, fmt.Errorf("the cluster secret has %d bytes; %d are the least", len(secret),
			secretMin)
	}
	return []byte(secret), nil
}
