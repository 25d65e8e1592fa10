package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/zoocfg"
)

const patience = time.Minute

// cluster is an ensemble whose nodes run in the test's process, as `zabscope node` starts them.
type cluster struct {
	t      *testing.T
	nodes  map[zk.ServerID]*native
	config map[zk.ServerID]string // paths
	log    book
}

const clusterToken = "a token of the tests"

// startEnsemble starts voters and, with the highest ids, observers, and waits until all serve.
func startEnsemble(t *testing.T, voters, observers int, lines string) *cluster {
	t.Helper()
	c := writeEnsemble(t, voters, observers, lines)
	for id := range c.config {
		c.start(id)
	}
	c.leader()
	return c
}

// writeEnsemble writes the configuration of every server.
func writeEnsemble(t *testing.T, voters, observers int, lines string) *cluster {
	t.Helper()
	c := &cluster{t: t, nodes: map[zk.ServerID]*native{}, config: map[zk.ServerID]string{}}
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	require.NoError(t, os.WriteFile(secret, []byte("a secret of the tests"), 0o600))
	for id := 1; id <= voters+observers; id++ {
		role := "participant"
		if id > voters {
			role = "observer"
		}
		lines += fmt.Sprintf("server.%d=127.0.0.1:%s:%d:%s\n", id, freePort(t), 3887+id, role)
	}
	for id := 1; id <= voters+observers; id++ {
		home := filepath.Join(dir, fmt.Sprint(id))
		require.NoError(t, os.Mkdir(home, 0o755))
		myid := []byte(fmt.Sprintln(id))
		require.NoError(t, os.WriteFile(filepath.Join(home, "myid"), myid, 0o644))
		path := filepath.Join(home, "zoo.cfg")
		text := lines + "dataDir=" + home + "\nclusterSecretFile=" + secret +
			"\nmetricsProvider.httpPort=0\nclientPort=" + freePort(t) + "\n"
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		c.config[zk.ServerID(id)] = path
	}
	return c
}

// read reads the configuration of a server.
func (c *cluster) read(id zk.ServerID) zoocfg.Config {
	c.t.Helper()
	cfg, err := zoocfg.Read(c.config[id])
	require.NoError(c.t, err)
	return cfg
}

// start starts one server.
func (c *cluster) start(id zk.ServerID) *native {
	c.t.Helper()
	cfg := c.read(id)
	who, err := identify(&cfg)
	require.NoError(c.t, err)
	require.Empty(c.t, cfg.Warnings)
	require.Equal(c.t, id, who.id)
	who.token = clusterToken
	log := slog.New(slog.NewTextHandler(&c.log, nil)).With("server", id.String())
	n, err := startNative(cfg, who, log)
	require.NoError(c.t, err)
	c.nodes[id] = n
	c.t.Cleanup(func() {
		if c.nodes[id] == n {
			require.NoError(c.t, n.stop())
		}
	})
	return n
}

// stop stops one server in order.
func (c *cluster) stop(id zk.ServerID) {
	c.t.Helper()
	n := c.nodes[id]
	delete(c.nodes, id)
	require.NoError(c.t, n.stop())
}

func (c *cluster) status(id zk.ServerID) (s node.Status) {
	c.nodes[id].driver.Ask(func(n *node.Node) { s = n.Status() })
	return s
}

// leader waits until all who run follow one leader, and returns it.
func (c *cluster) leader() (leader zk.ServerID) {
	c.t.Helper()
	require.Eventually(c.t, func() bool {
		leader = 0
		for id := range c.nodes {
			s := c.status(id)
			if !s.Serving || leader != 0 && s.Leader != leader {
				return false
			}
			leader = s.Leader
		}
		return true
	}, patience, 5*time.Millisecond, "no leader that all follow\n%s", &c.log)
	return leader
}

// other returns a server that runs and is not the given one.
func (c *cluster) other(than zk.ServerID) zk.ServerID {
	for id := range c.config {
		if c.nodes[id] != nil && id != than {
			return id
		}
	}
	return 0
}

// addresses returns the client ports by rising id.
func (c *cluster) addresses() (all []string) {
	for id := zk.ServerID(1); id <= zk.ServerMax; id++ {
		if n := c.nodes[id]; n != nil {
			all = append(all, n.Addr().String())
		}
	}
	return all
}

func (c *cluster) address(id zk.ServerID) string { return c.nodes[id].Addr().String() }

// field returns what a four-letter word says behind a label.
func field(t *testing.T, address, word, label string) string {
	t.Helper()
	for line := range strings.Lines(ask(t, address, word)) {
		if value, is := strings.CutPrefix(line, label); is {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
