package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/clients"
	"github.com/zabscope/zabscope/server/drive"
	"github.com/zabscope/zabscope/server/store"
	"github.com/zabscope/zabscope/server/zoocfg"
)

type nodeCommand struct {
	Config string `default:"zoo.cfg" help:"The server's configuration, as Apache's takes it."`
}

// Help shows an example below the options.
func (nodeCommand) Help() string {
	return "One ZooKeeper server: every ZooKeeper client can use it." +
		"\nIt listens on this machine only, unless clientPortAddress says otherwise." +
		"\nSo far it runs alone and keeps its data in memory: it is gone with the process." +
		"\n\nExample: zabscope node --config zoo.cfg   with a zoo.cfg like" +
		"\n  tickTime=2000\n  dataDir=/var/lib/zookeeper\n  clientPort=2181"
}

// Run serves until it is interrupted or the node cannot go on.
func (c nodeCommand) Run(s streams) error {
	cfg, err := zoocfg.Read(c.Config)
	if err != nil {
		return usageError{err}
	}
	for _, warning := range cfg.Warnings {
		fmt.Fprintf(s.errs, "warning: %s: %s\n", c.Config, warning)
	}
	if len(cfg.Servers) > 1 {
		return usageError{fmt.Errorf("%s has %d server lines, and this version runs a server"+
			" alone: put # before them", c.Config, len(cfg.Servers))}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	n, err := startNative(cfg, slog.New(slog.NewTextHandler(s.errs, nil)))
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "zabscope %s serves ZooKeeper clients at %s: standalone, data in memory"+
		" (Ctrl-C stops)\n", release(), n.Addr())
	if host, _, _ := net.SplitHostPort(n.Addr().String()); !net.ParseIP(host).IsLoopback() {
		fmt.Fprintln(s.errs, "warning: other machines can reach this address, without encryption;"+
			" what is not protected by ACLs is theirs to change")
	}
	select {
	case <-ctx.Done():
		fmt.Fprintln(s.out, "stopping")
	case <-n.driver.Done():
	}
	return n.stop()
}

// native is a node of the real world: a driver on a disk, and the client port.
type native struct {
	driver   *drive.Driver
	port     *clients.Port
	listener net.Listener
	served   chan error
}

// startNative opens the port first: without it nothing is worth starting.
func startNative(cfg zoocfg.Config, log *slog.Logger) (*native, error) {
	address := net.JoinHostPort(cfg.ClientPortAddress, strconv.Itoa(cfg.ClientPort))
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, usageError{explainClientPort(address, err)}
	}
	disk := &store.Memory{}
	port := clients.New(portConfig(cfg, listener.Addr(), log))
	driver, err := drive.Start(drive.Config{
		Node: nodeConfig(cfg), Disk: disk, Clients: port.Deliver, Trace: port.Observe,
	})
	if err != nil {
		_ = listener.Close()
		return nil, err
	}
	untilServing(driver)
	n := &native{driver: driver, port: port, listener: listener, served: make(chan error, 1)}
	go func() { n.served <- port.Serve(listener, driver) }()
	return n, nil
}

// untilServing waits until the server leads itself, which takes it some milliseconds. Whoever
// connects meanwhile waits in the listener's queue instead of being sent away.
func untilServing(d *drive.Driver) {
	serving := false
	for d.Ask(func(n *node.Node) { serving = n.Status().Serving }) && !serving {
		time.Sleep(time.Millisecond)
	}
}

// explainClientPort says what to do about an address that cannot be listened on.
func explainClientPort(address string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		_, port, _ := net.SplitHostPort(address)
		return fmt.Errorf("port %s is taken by another program, perhaps by another ZooKeeper:"+
			" stop it, or choose another clientPort in zoo.cfg (to see who has it: ss -ltnp"+
			" 'sport = :%s')", port, port)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("listen on %s: %w; ports below 1024 are for root, take"+
			" clientPort=2181", address, err)
	}
	return fmt.Errorf("listen on %s: %w; clientPortAddress must be an address of this machine,"+
		" 127.0.0.1 for clients on it", address, err)
}

// Addr is where clients find the node.
func (n *native) Addr() net.Addr { return n.listener.Addr() }

// stop ends everything, newest first, and returns why the node had ended before, if it had.
func (n *native) stop() error {
	_ = n.listener.Close() // who is in may finish what the node has taken
	err := n.driver.Stop()
	n.port.Close()
	return errors.Join(err, <-n.served)
}

// alone is the id of a server that has no others.
const alone zk.ServerID = 1

func nodeConfig(cfg zoocfg.Config) node.Config {
	c := node.DefaultConfig(alone, zk.ServerSet(0).With(alone), 0)
	c.TickTime, c.InitLimit, c.SyncLimit = cfg.TickTime, cfg.InitLimit, cfg.SyncLimit
	c.MinSessionTimeoutMs = int32(cfg.MinSessionTimeout.Milliseconds())
	c.MaxSessionTimeoutMs = int32(cfg.MaxSessionTimeout.Milliseconds())
	c.SnapCount = cfg.SnapCount
	c.ContainerCheckInterval = cfg.ContainerCheck
	c.ExtendedTypes, c.EnforceQuota = cfg.ExtendedTypes, cfg.EnforceQuota
	c.ReadOnlyMode = cfg.ReadOnlyMode
	c.SuperDigest, c.Limits = cfg.SuperDigest, node.DefaultLimits()
	var random [40]byte
	_, _ = rand.Read(random[:]) // never fails
	c.Seed = binary.LittleEndian.Uint64(random[:])
	c.Secret = random[8:]
	return c
}

func portConfig(cfg zoocfg.Config, at net.Addr, log *slog.Logger) clients.Config {
	perIP := cfg.MaxClientCnxns
	if perIP == 0 {
		perIP = -1
	}
	return clients.Config{
		ConnsPerIP: perIP, FrameMax: cfg.MaxBuffer, Words: cfg.Words, Standalone: true,
		Version: serverVersion(), Log: log,
		Settings: func() []clients.Setting { return settings(cfg, at) },
	}
}

// settings are the lines of conf.
func settings(cfg zoocfg.Config, at net.Addr) []clients.Setting {
	_, port, _ := net.SplitHostPort(at.String())
	number := func(v int64) string { return strconv.FormatInt(v, 10) }
	return []clients.Setting{
		{Name: "clientPort", Value: port},
		{Name: "secureClientPort", Value: "-1"},
		{Name: "dataDir", Value: cfg.DataDir},
		{Name: "dataDirSize", Value: "0"},
		{Name: "dataLogDir", Value: cfg.DataLogDir},
		{Name: "dataLogSize", Value: "0"},
		{Name: "tickTime", Value: number(cfg.TickTime.Milliseconds())},
		{Name: "maxClientCnxns", Value: number(int64(cfg.MaxClientCnxns))},
		{Name: "minSessionTimeout", Value: number(cfg.MinSessionTimeout.Milliseconds())},
		{Name: "maxSessionTimeout", Value: number(cfg.MaxSessionTimeout.Milliseconds())},
		{Name: "clientPortListenBacklog", Value: "-1"},
		{Name: "serverId", Value: "0"},
	}
}

// serverVersion is what srvr tells: the protocol's version, of which clients read the numbers, and
// this build.
func serverVersion() string {
	build := strings.NewReplacer("(", "", ")", "", " ", "-").Replace(release())
	built := time.Time{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.time" {
				built, _ = time.Parse(time.RFC3339, setting.Value) // else the year 1
			}
		}
	}
	return "3.8.0-zabscope-" + build + ", built on " + built.UTC().Format("2006-01-02 15:04 MST")
}
