package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/server/admin"
	"github.com/zabscope/zabscope/server/clients"
	"github.com/zabscope/zabscope/server/drive"
	"github.com/zabscope/zabscope/server/live"
	"github.com/zabscope/zabscope/server/metrics"
	"github.com/zabscope/zabscope/server/peers"
	"github.com/zabscope/zabscope/server/store"
	"github.com/zabscope/zabscope/server/zoocfg"
)

// native is a node of the real world: a driver on a disk, the client port, and for a server of an
// ensemble its links.
type native struct {
	cfg    zoocfg.Config
	who    identity
	disk   *store.Disk
	driver *drive.Driver
	port   *clients.Port
	links  *peers.Net // nil for a server alone
	feed   *live.Feed // of its trace; takes nothing without a token
	log    *slog.Logger

	metrics *metrics.Metrics // nil if nobody can scrape them

	listener      net.Listener
	peerListener  net.Listener // nil for a server alone
	httpListener  net.Listener // nil unless zoo.cfg asks for it
	adminListener net.Listener // nil unless zoo.cfg asks for it

	quiet  context.CancelFunc // ends HTTP
	served sync.WaitGroup
	mu     sync.Mutex
	errs   []error // of what served
}

// startNative opens the ports first: without them nothing is worth starting.
func startNative(cfg zoocfg.Config, who identity, log *slog.Logger) (*native, error) {
	n := &native{cfg: cfg, who: who, log: log}
	if err := n.listen(); err != nil {
		n.closeListeners()
		return nil, usageError{err}
	}
	if err := n.boot(log); err != nil {
		n.closeListeners()
		return nil, err
	}
	return n, nil
}

// boot starts the node from its disk and lets everybody in.
func (n *native) boot(log *slog.Logger) (err error) {
	broken := n.faults()
	n.disk, err = store.Open(store.Dirs{Snap: n.cfg.DataDir, Log: n.cfg.DataLogDir},
		store.Identity{Cluster: n.cfg.ClusterName, MyID: n.who.id},
		store.Options{Files: broken.files()})
	if err != nil {
		return err
	}
	config, err := nodeConfig(n.cfg, n.who)
	if err != nil {
		return errors.Join(err, n.disk.Close())
	}
	ports := portConfig(n.cfg, n.who, n.listener.Addr(), n.disk, log)
	n.measure()
	measured := &metrics.Disk{Disk: n.disk, Metrics: n.metrics}
	ports.Snapshot = measured.Snapshot
	if n.metrics != nil {
		ports.Answered = n.metrics.Answered
	}
	drivenBy := drive.Config{Node: config, Disk: measured}
	if n.peerListener != nil {
		links, err := peersConfig(n.cfg, n.who, broken.ways(), log)
		if err != nil {
			return errors.Join(usageError{err}, n.disk.Close())
		}
		n.links = peers.New(links)
		drivenBy.Peers, ports.Refused = n.links, n.links.Refused
	}
	if drivenBy.Recorder, err = openRecorder(n.cfg, log); err != nil {
		return errors.Join(err, n.disk.Close())
	}
	n.port = clients.New(ports)
	drivenBy.Clients = n.port.Deliver
	n.feed = live.NewFeed(n.who.id, n.feedToken())
	drivenBy.Trace = n.watch
	if n.driver, err = drive.Start(drivenBy); err != nil {
		if drivenBy.Recorder != nil {
			drivenBy.Recorder.Ended(err)
		}
		return errors.Join(err, n.disk.Close())
	}
	for _, note := range n.disk.Notes() {
		log.Warn("disk", "note", note)
	}
	n.feed.Run(n.driver.Ask)
	n.serve(broken)
	return nil
}

// feedToken is what who listens to the trace must bring; "" where nobody can.
func (n *native) feedToken() string {
	if n.httpListener == nil {
		return ""
	}
	return n.who.token
}

// listen opens the ports that the configuration names.
func (n *native) listen() (err error) {
	at := net.JoinHostPort(n.cfg.ClientPortAddress, strconv.Itoa(n.cfg.ClientPort))
	if n.listener, err = net.Listen("tcp", at); err != nil {
		return explainClientPort(at, err)
	}
	if n.cfg.IsEnsemble() {
		at := n.cfg.PeerListen(n.who.id)
		if n.peerListener, err = net.Listen("tcp", at); err != nil {
			return explainPeerPort(n.who, at, err)
		}
	}
	if n.cfg.HTTPPort >= 0 {
		at := net.JoinHostPort(n.cfg.HTTPHost, strconv.Itoa(n.cfg.HTTPPort))
		if n.httpListener, err = net.Listen("tcp", at); err != nil {
			return explainHTTPPort(at, err)
		}
	}
	return n.listenAdmin()
}

// serve lets everybody in. Clients of a server alone wait in the listener's queue while it begins,
// which takes milliseconds; those of an ensemble are sent away, to find a server that has a leader.
func (n *native) serve(broken *faults) {
	ctx, quiet := context.WithCancel(context.Background())
	n.quiet = quiet
	if n.httpListener != nil {
		admins := admin.Config{Node: n.driver, Token: n.who.token, Trace: n.feed,
			Metrics: n.scrapes()}
		if broken != nil {
			admins.Fault = broken.do
		}
		n.run(func() error { return admin.Serve(ctx, n.httpListener, admin.New(admins), n.log) })
	}
	if n.adminListener != nil {
		n.run(func() error { return admin.Serve(ctx, n.adminListener, n.commands(), n.log) })
	}
	if n.links != nil {
		n.run(func() error { return n.links.Serve(n.peerListener, n.driver) })
	} else {
		untilServing(n.driver)
	}
	n.run(func() error { return n.port.Serve(n.listener, n.driver) })
}

// run keeps what serving ended with, for stop.
func (n *native) run(serve func() error) {
	n.served.Go(func() {
		err := serve()
		n.mu.Lock()
		defer n.mu.Unlock()
		n.errs = append(n.errs, err)
	})
}

// untilServing waits until the server leads itself.
func untilServing(d *drive.Driver) {
	serving := false
	for d.Ask(func(n *node.Node) { serving = n.Status().Serving }) && !serving {
		time.Sleep(time.Millisecond)
	}
}

// portTaken is in what says that an address cannot be listened on because somebody does.
const portTaken = "is taken by another program"

// explainClientPort says what to do about an address that cannot be listened on.
func explainClientPort(address string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		_, port, _ := net.SplitHostPort(address)
		return fmt.Errorf("port %s "+portTaken+", perhaps by another ZooKeeper:"+
			" stop it, or choose another clientPort in zoo.cfg (to see who has it: ss -ltnp"+
			" 'sport = :%s')", port, port)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("listen on %s: %w; ports below 1024 are for root, take"+
			" clientPort=2181", address, err)
	}
	return fmt.Errorf("listen on %s: %w; clientPortAddress must be an address of this machine,"+
		" 127.0.0.1 for clients on it", address, err)
}

func explainHTTPPort(address string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s "+portTaken+"; choose another metricsProvider.httpPort", address)
	}
	return fmt.Errorf("listen on %s: %w; choose another metricsProvider.httpPort", address, err)
}

func explainPeerPort(who identity, address string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s, the address of server.%s for its peers, "+portTaken+", perhaps"+
			" by another process with the same myid", address, who.id)
	}
	return fmt.Errorf("listen on %s: %w; the line server.%s must have an address of this machine,"+
		" or 0.0.0.0 in its own zoo.cfg", address, err, who.id)
}

// Addr is where clients find the node.
func (n *native) Addr() net.Addr { return n.listener.Addr() }

func (n *native) closeListeners() {
	for _, l := range []net.Listener{n.listener, n.peerListener, n.httpListener,
		n.adminListener} {
		if l != nil {
			_ = l.Close() // closed already when serving has ended
		}
	}
}

// stopMax is how long a stopping node waits for what its clients were promised.
const stopMax = 3 * time.Second

// stop ends everything in order: it lets nobody in, takes no more requests, answers those that it
// has taken, ends its links, and returns why the node had ended before, if it had.
func (n *native) stop() error {
	_ = n.listener.Close()
	n.port.Drain(stopMax)
	err := n.driver.Stop()
	if n.links != nil {
		n.links.Close()
	}
	n.port.Close()
	n.feed.Close()
	n.quiet()
	n.served.Wait()
	n.closeListeners()
	return errors.Join(append(n.errs, err)...)
}
