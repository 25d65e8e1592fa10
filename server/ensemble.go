package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/scenarios"
	"github.com/zabscope/zabscope/server/admin"
	"github.com/zabscope/zabscope/server/assets"
	"github.com/zabscope/zabscope/server/live"
	"github.com/zabscope/zabscope/server/site"
)

type ensembleCommand struct {
	N           int    `short:"n" default:"3" help:"Servers that vote."`
	Observers   int    `help:"Further servers, which do not."`
	Dir         string `help:"Where the servers keep their data; without it data ends with them."`
	ClientPort  int    `help:"Of the first server, ${client_port} and up if not given."`
	Addr        string `help:"Of the playground's page, ${page_addr} if not given."`
	AllowFaults bool   `help:"Let whoever has the printed token break links and servers."`
	Record      bool   `help:"Let every server keep a flight recording, flight.rec."`
	tlsFlags
}

// Help shows an example below the options.
func (ensembleCommand) Help() string {
	return "A real ensemble on this machine, a process for each server, and the playground beside" +
		"\nit. Any ZooKeeper client can use it. A port that is busy is named, and the next free" +
		"\none taken, unless it was given." +
		"\n\nExample: zabscope ensemble -n 3 --dir ./data"
}

const (
	firstClientPort = 2181
	firstPeerPort   = 2888
	firstVotePort   = 3888 // written into zoo.cfg, not opened
	firstHTTPPort   = 7001
	pageAddr        = "127.0.0.1:8080"
	serversMax      = 15 // in one ensemble on one machine
	startMax        = time.Minute
)

// Run starts the servers and serves the page until it is interrupted.
func (c ensembleCommand) Run(s streams) error {
	if c.N < 1 || c.Observers < 0 || c.N+c.Observers > serversMax || c.N+c.Observers < 2 {
		return usageError{fmt.Errorf("%d voters and %d observers are no ensemble; 2 to %d servers"+
			" are, of which some vote", c.N, c.Observers, serversMax)}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	listener, err := c.listen(s)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // closed already when serving has ended
	sealed, scheme, err := c.wrap(listener)
	if err != nil {
		return err
	}
	e, err := c.launch(ctx, s)
	if err != nil {
		return err
	}
	defer e.tidy()
	handler, hasPage, err := c.handler(e, listener)
	if err != nil {
		return errors.Join(err, e.stopAll())
	}
	e.introduce(s, scheme+listener.Addr().String(), hasPage)
	if withheld := c.withheld(listener.Addr().String()); withheld != "" {
		fmt.Fprintln(s.errs, "warning:", withheld, "The token is sent over it, too.")
	}
	go e.watch(ctx, s)
	defer context.AfterFunc(ctx, e.relay.Close)()
	err = site.Serve(ctx, sealed, handler, newLog(s.errs, ""))
	stop() // who asks a second time does not want to wait
	fmt.Fprintln(s.out, "stopping")
	return errors.Join(err, e.stopAll())
}

// launch starts the servers. A port that was free and that another program has taken before the
// server could is left to it: the servers get other ones.
func (c ensembleCommand) launch(ctx context.Context, s streams) (*ensemble, error) {
	const attempts = 5
	for i := 1; ; i++ {
		e, err := c.prepare(s)
		if err != nil {
			return nil, err
		}
		if err = e.startAll(ctx); err == nil {
			return e, nil
		}
		err = errors.Join(err, e.stopAll())
		e.tidy()
		taken := strings.Contains(err.Error(), portTaken)
		if i == attempts || c.ClientPort != 0 || !taken {
			return nil, err
		}
	}
}

// listen opens the page's port, or the next one that is free where none was asked for.
func (c ensembleCommand) listen(s streams) (net.Listener, error) {
	if c.Addr != "" {
		l, err := net.Listen("tcp", c.Addr)
		if err != nil {
			return nil, usageError{explain(c.Addr, err)}
		}
		return l, nil
	}
	host, port, _ := net.SplitHostPort(pageAddr)
	first, _ := strconv.Atoi(port)
	free, err := freePorts(s, "the page", host, first, 1)
	if err != nil {
		return nil, err
	}
	return net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(free[0])))
}

// handler serves the page, if it is in this binary, what the servers do, and takes faults, if they
// are allowed; nothing to who knows it under a foreign name.
func (c ensembleCommand) handler(e *ensemble, l net.Listener) (http.Handler, bool, error) {
	mux := http.NewServeMux()
	knows := site.Knows(l.Addr().String(), nil)
	e.relay = live.NewRelay(e.relayConfig(knows))
	mux.Handle("GET "+live.Path, e.relay)
	if c.AllowFaults {
		mux.HandleFunc("POST "+faultsPath, admin.TakeLine(e.token, e.fault))
	}
	page, err := openPage()
	if errors.Is(err, assets.ErrNotBuilt) {
		return site.Guard(knows, mux), false, nil
	}
	if err != nil {
		return nil, false, err
	}
	pages, err := site.New(site.Config{
		Page: page, Scenarios: scenarios.FS, Addr: l.Addr().String(), Live: live.Path,
		Build: release(),
	})
	mux.Handle("/", pages)
	return site.Guard(knows, mux), true, err
}

// relayConfig says what the page may see of the ensemble, and do to it.
func (e *ensemble) relayConfig(knows func(string) bool) live.Config {
	cfg := live.Config{
		Cluster: filepath.Base(e.dir), Version: release(), NodeToken: e.nodeToken,
		KnowsHost: knows, Log: slog.New(slog.DiscardHandler),
		Keys: []live.Key{
			{Token: e.token, Rights: live.Act}, {Token: e.watchToken, Rights: live.Watch},
		},
	}
	if e.allowFaults {
		cfg.Do, cfg.Keys[0].Rights = e.fault, live.Faults
	}
	for _, m := range e.members {
		cfg.Servers = append(cfg.Servers, live.Server{
			ID: m.id, Voter: !m.observer, Client: m.clientAddr(), HTTP: m.httpAddr(),
		})
	}
	return cfg
}

const faultsPath = "/ensemble/faults"

// introduce says where everything is.
func (e *ensemble) introduce(s streams, page string, hasPage bool) {
	var clients []string
	fmt.Fprintf(s.out, "zabscope %s runs an ensemble of %d servers (Ctrl-C stops all in order)\n",
		release(), len(e.members))
	for _, m := range e.members {
		clients = append(clients, m.clientAddr())
		role, _, _ := strings.Cut(m.ready(), " ")
		fmt.Fprintf(s.out, "  server %-2s %-9s clients %s  peers %s  http://%s/readyz  PID %d\n",
			m.id, role, m.clientAddr(), m.peerAddr(), m.httpAddr(), m.pid())
	}
	fmt.Fprintln(s.out, "clients    zkCli.sh -server", strings.Join(clients, ","))
	fmt.Fprintln(s.out, "data and logs", e.dir+e.fate())
	if hasPage {
		fmt.Fprintln(s.out, "playground", page+"/play#token="+e.token, " (these servers; who has"+
			" this link may", e.may()+")")
		fmt.Fprintln(s.out, "to watch  ", page+"/play#token="+e.watchToken)
	} else {
		fmt.Fprintln(s.out, "playground: this binary was built without the page; make build")
	}
	if e.allowFaults {
		fmt.Fprintf(s.out, "faults     curl -H 'Authorization: Bearer %s' -d ':cut 1>2' %s\n",
			e.token, page+faultsPath)
	}
}

// may says what the link allows.
func (e *ensemble) may() string {
	if e.allowFaults {
		return "use clients and break things"
	}
	return "use clients"
}

// leader asks the servers who leads, 0 if none knows.
func (e *ensemble) leader() zk.ServerID {
	for _, m := range e.members {
		_, rest, _ := strings.Cut(m.ready(), "leader=")
		id, _, _ := strings.Cut(rest, " ")
		if n, err := strconv.Atoi(id); err == nil {
			return zk.ServerID(n)
		}
	}
	return 0
}

// freePorts returns n free ports from the first on, and names what is taken.
func freePorts(s streams, of, host string, first, n int) ([]int, error) {
	var free []int
	for port := first; len(free) < n && port < first+1000; port++ {
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		if err != nil {
			fmt.Fprintf(s.errs, "port %d for %s is taken; the next free one is used\n", port, of)
			continue
		}
		_ = l.Close()
		free = append(free, port)
	}
	if len(free) < n {
		return nil, fmt.Errorf("no free ports for %s from %d on", of, first)
	}
	return free, nil
}
