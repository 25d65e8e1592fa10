package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/zabscope/zabscope/scenarios"
	"github.com/zabscope/zabscope/server/assets"
	"github.com/zabscope/zabscope/server/site"
	"github.com/zabscope/zabscope/static"
)

type playCommand struct {
	Addr string   `default:"127.0.0.1:8080" help:"Address to listen on."`
	Host []string `help:"Further name under which the page is reached; may be repeated."`
	Open bool     `help:"Open the page in the default browser."`
	tlsFlags
}

// Help shows an example below the options.
func (playCommand) Help() string {
	return "Example: zabscope play --addr 127.0.0.1:9000 --open" +
		"\n         zabscope play --addr 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem"
}

// Run serves until it is interrupted.
func (c playCommand) Run(s streams) error {
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return usageError{explain(c.Addr, err)}
	}
	defer func() { _ = listener.Close() }() // closed already when serving has ended
	page, err := openPage()
	if err != nil {
		return err
	}
	handler, err := site.New(site.Config{
		Page: page, Scenarios: scenarios.FS, Addr: c.Addr, Hosts: c.Host, Build: release(),
	})
	if err != nil {
		return err
	}
	sealed, scheme, err := c.wrap(listener)
	if err != nil {
		return err
	}
	address := scheme + listener.Addr().String() + "/"
	fmt.Fprintln(s.out, "zabscope", release(), "plays at", address, "(Ctrl-C stops)")
	if withheld := c.withheld(listener.Addr().String()); withheld != "" {
		fmt.Fprintln(s.errs, "warning:", withheld)
	}
	if c.Open {
		openBrowser(s, address)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return site.Serve(ctx, sealed, handler, newLog(s.errs, ""))
}

// openPage opens the page in this binary, and says how to build it when it is not there.
func openPage() (*assets.Bundle, error) {
	page, err := assets.Open(static.Dist())
	if errors.Is(err, assets.ErrNotBuilt) {
		return nil, fmt.Errorf("%w: the simulator must be compiled to WebAssembly first."+
			"\nIn the repository, run:  make run", err)
	}
	return page, err
}

// explain says what to do about an address that cannot be listened on.
func explain(addr string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is taken by another program; choose another address,"+
			" for instance --addr 127.0.0.1:0 for any free port", addr)
	}
	return fmt.Errorf("%w; --addr wants HOST:PORT, for instance 127.0.0.1:8080", err)
}

// openBrowser asks the desktop to show the page; without a desktop the address is on the screen.
func openBrowser(s streams, address string) {
	name := map[string]string{"darwin": "open", "windows": "explorer"}[runtime.GOOS]
	if name == "" {
		name = "xdg-open"
	}
	if err := exec.Command(name, address).Start(); err != nil {
		fmt.Fprintln(s.errs, "could not open a browser:", err)
	}
}
