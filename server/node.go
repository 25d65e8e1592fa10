package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/zoocfg"
)

type nodeCommand struct {
	Config      string `help:"The server's configuration, as Apache's takes it (zoo.cfg)."`
	AllowFaults bool   `help:"Let whoever has the token in ZABSCOPE_TOKEN break links."`

	Record     string `help:"Keep the server's last inputs in this file, for run --replay."`
	RecordSize string `help:"How large that file may become, 64MB if not given."`
	LogFormat  string `default:"text" enum:"text,json" env:"ZABSCOPE_LOG" help:"text or json."`

	// UntilInputEnds ties the process to the one that has the other end of its standard input.
	UntilInputEnds bool `hidden:""`
}

// Help shows an example below the options.
func (nodeCommand) Help() string {
	return "One ZooKeeper server: every ZooKeeper client can use it." +
		"\nIt listens on this machine only, unless clientPortAddress says otherwise." +
		"\nWithout server.N lines it runs alone. With them it is one server of an ensemble: it" +
		"\nneeds the file myid in dataDir and clusterSecretFile, and speaks with the others over" +
		"\nWebSockets on the first port of each line." +
		"\nIn a container without zoo.cfg the ZOO_… variables of Apache's image make it." +
		"\n\nExample: zabscope node --config zoo.cfg   with a zoo.cfg like" +
		"\n  tickTime=2000\n  dataDir=/var/lib/zookeeper\n  clientPort=2181"
}

// Run serves until it is interrupted or the node cannot go on.
func (c nodeCommand) Run(s streams) error {
	tell := newVoice(s, c.LogFormat)
	n, err := c.start(tell)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if c.UntilInputEnds {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin) // how it ends does not matter
			stop()
		}()
	}
	tell.inform(n.greeting())
	if host, _, _ := net.SplitHostPort(n.Addr().String()); !net.ParseIP(host).IsLoopback() {
		tell.warn("other machines can reach this address, without encryption;" +
			" what is not protected by ACLs is theirs to change")
	}
	select {
	case <-ctx.Done():
		tell.inform("stopping")
		stop() // who asks a second time does not want to wait
	case <-n.driver.Done():
	}
	return n.stop()
}

// start reads the configuration and starts what it describes.
func (c nodeCommand) start(tell voice) (*native, error) {
	path, err := c.configPath()
	if err != nil {
		return nil, usageError{err}
	}
	cfg, err := zoocfg.Read(path)
	if err != nil {
		return nil, usageError{err}
	}
	who, err := identify(&cfg)
	for _, warning := range cfg.Warnings {
		tell.warn(path + ": " + warning)
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", path, err)}
	}
	if err := c.takeRecording(&cfg); err != nil {
		return nil, usageError{err}
	}
	who.token, who.faults = os.Getenv("ZABSCOPE_TOKEN"), c.AllowFaults
	if who.token != "" && len(who.token) < tokenMin {
		return nil, usageError{fmt.Errorf("ZABSCOPE_TOKEN is easy to guess: it takes a token of %d"+
			" letters or more", tokenMin)}
	}
	if c.AllowFaults {
		if who.token == "" || cfg.HTTPPort < 0 || !cfg.IsEnsemble() {
			return nil, usageError{fmt.Errorf("--allow-faults needs server.N lines,"+
				" metricsProvider.httpPort in zoo.cfg, and a token of %d letters or more in the"+
				" variable ZABSCOPE_TOKEN", tokenMin)}
		}
	}
	return startNative(cfg, who, tell.log)
}

// tokenMin is how long a token must be that is not to be guessed.
const tokenMin = 16

// configPath is the file that was asked for; without one it is zoo.cfg here, or what the variables
// of a container describe.
func (c nodeCommand) configPath() (string, error) {
	path := cmp.Or(c.Config, "zoo.cfg")
	environ, isContainer := zoocfg.FromEnviron(os.Getenv)
	if !isContainer {
		return path, nil
	}
	if c.Config == "" {
		path = filepath.Join(environ.ConfDir, "zoo.cfg")
	}
	if _, err := os.Stat(path); c.Config != "" || !errors.Is(err, fs.ErrNotExist) {
		return path, nil
	}
	return environ.Write()
}

// identity is which server of an ensemble a node is.
type identity struct {
	id     zk.ServerID
	secret []byte // of the cluster; nil for a server alone
	token  string // for its trace and for faults; "" allows none
	faults bool   // may be asked for
}

// alone is the id of a server that has no others.
const alone zk.ServerID = 1

// identify finds out who the server is, and how it proves that.
func identify(cfg *zoocfg.Config) (identity, error) {
	if !cfg.IsEnsemble() {
		if cfg.ClientPort < 0 {
			_, err := cfg.Self()
			return identity{id: alone}, err
		}
		return identity{id: alone}, nil
	}
	id, err := cfg.Self()
	if err != nil {
		return identity{}, err
	}
	secret, err := cfg.Secret(os.Getenv)
	return identity{id: id, secret: secret}, err
}

// greeting says where everything is.
func (n *native) greeting() string {
	var b strings.Builder
	fmt.Fprintf(&b, "zabscope %s serves ZooKeeper clients at %s: ", release(), n.Addr())
	if n.peerListener == nil {
		b.WriteString("standalone")
	} else {
		fmt.Fprintf(&b, "server %s of %s, peers at %s", n.who.id,
			n.cfg.Voters()|n.cfg.Observers(), n.peerListener.Addr())
	}
	if n.httpListener != nil {
		fmt.Fprintf(&b, ", /livez, /readyz and /metrics at %s", n.httpListener.Addr())
	}
	if n.adminListener != nil {
		fmt.Fprintf(&b, ", AdminServer at http://%s%s", n.adminListener.Addr(), n.cfg.AdminURL)
	}
	fmt.Fprintf(&b, ", data in %s (Ctrl-C stops)", n.cfg.DataDir)
	return b.String()
}
