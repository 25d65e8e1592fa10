package main

import (
	"fmt"
	"net"
	"net/http"
	"strconv"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/server/admin"
	"github.com/zabscope/zabscope/server/clients"
	"github.com/zabscope/zabscope/server/metrics"
	"github.com/zabscope/zabscope/server/site"
	"github.com/zabscope/zabscope/server/zoocfg"
)

// measure prepares /metrics, if somebody can scrape it. Nothing is measured otherwise.
func (n *native) measure() {
	if n.httpListener == nil || !n.cfg.Metrics {
		return
	}
	n.metrics = metrics.New(metrics.Config{
		Monitor: n.monitored, Suffix: n.cfg.CounterSuffix, Runtime: n.cfg.MetricsRuntime,
	})
}

// monitored are the lines of mntr.
func (n *native) monitored() (rows [][2]string, ok bool) {
	all, ok := n.port.Monitor()
	for _, s := range all {
		rows = append(rows, [2]string{s.Name, s.Value})
	}
	return rows, ok
}

// watch shows events to everybody here who wants to see them.
func (n *native) watch(events []trace.Event) {
	n.port.Observe(events)
	n.feed.Publish(events)
	if n.metrics != nil {
		n.metrics.Observe(events)
	}
	report(n.log, events)
}

// scrapes is the handler of /metrics, nil if there is none.
func (n *native) scrapes() http.Handler {
	if n.metrics == nil {
		return nil
	}
	return n.metrics.Handler()
}

// listenAdmin opens the AdminServer's port, if zoo.cfg wants one.
func (n *native) listenAdmin() (err error) {
	if !n.cfg.AdminServer {
		return nil
	}
	at := net.JoinHostPort(n.cfg.AdminHost, strconv.Itoa(n.cfg.AdminPort))
	if n.adminListener, err = net.Listen("tcp", at); err != nil {
		return fmt.Errorf("listen on %s for the AdminServer: %w; choose another admin.serverPort,"+
			" or admin.enableServer=false", at, err)
	}
	return nil
}

// commands is the handler of the AdminServer.
func (n *native) commands() http.Handler {
	return admin.NewCommands(admin.Commands{
		Names: clients.Commands(), URL: n.cfg.AdminURL,
		Local: site.IsLoopback(n.adminListener.Addr().String()),
		Run: func(name string, args map[string]string) any {
			return n.port.Command(name, args)
		},
	})
}

// memberList is the ensemble as the AdminServer tells it.
func memberList(cfg zoocfg.Config) (all []clients.Server) {
	for _, s := range cfg.Servers {
		m := clients.Server{
			ID: s.ID, Observer: s.Observer, Line: cfg.Line(s),
			Quorum:   net.JoinHostPort(s.Host, strconv.Itoa(s.QuorumPort)),
			Election: net.JoinHostPort(s.Host, strconv.Itoa(s.ElectionPort)),
		}
		if s.ClientPort > 0 {
			m.Client = net.JoinHostPort(s.ClientHost, strconv.Itoa(s.ClientPort))
		}
		all = append(all, m)
	}
	return all
}
