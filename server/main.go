// Command zabscope serves the playground, runs scenarios and random simulations in the terminal,
// exports the playground as static files, is a ZooKeeper server, and a shell for any of them.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/alecthomas/kong"
)

// Exit statuses. A run that did what it should and found something wrong is not bad usage.
const (
	exitFailed = 1
	exitUsage  = 2
)

// errFailed ends a run that has already said what failed.
var errFailed = errors.New("failed")

// errUsage ends a run that has already said what was wrong with how it was called.
var errUsage = errors.New("usage")

// usageError is a mistake in how the program was called.
type usageError struct{ cause error }

func (e usageError) Error() string { return e.cause.Error() }
func (e usageError) Unwrap() error { return e.cause }

// commandLine is what can be asked of the program.
type commandLine struct {
	Play     playCommand     `cmd:"" default:"withargs" help:"Serve the playground (the default)."`
	Run      runCommand      `cmd:"" help:"Run scenarios without a browser."`
	Sim      simCommand      `cmd:"" help:"Simulate random faults and check the invariants."`
	Explore  exploreCommand  `cmd:"" help:"Try every order of events within bounds."`
	Check    checkCommand    `cmd:"" help:"Judge recorded traces by the invariants."`
	Node     nodeCommand     `cmd:"" help:"Run one ZooKeeper server from a zoo.cfg."`
	Ensemble ensembleCommand `cmd:"" help:"Run a real ensemble on this machine."`
	CLI      cliCommand      `cmd:"" name:"cli" help:"Talk to ZooKeeper, as zkCli.sh does."`
	Log      logCommand      `cmd:"" help:"Print a server's log or snapshot readably."`
	Backup   backupCommand   `cmd:"" help:"Write a server's data to one file."`
	Restore  restoreCommand  `cmd:"" help:"Bring a backup back."`
	Export   exportCommand   `cmd:"" help:"Write the playground as static files."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

const description = "A ZooKeeper ensemble that you can see, break and rewind in a browser tab."

func main() {
	os.Exit(execute(os.Args[1:], os.Stdout, os.Stderr))
}

// execute runs one command line and returns the exit status.
func execute(args []string, out, errs io.Writer) int {
	var line commandLine
	streams := streams{out: out, errs: errs}
	parser := kong.Must(&line,
		kong.Name("zabscope"), kong.Description(description), kong.Writers(out, errs),
		kong.Bind(streams), kong.Vars{
			"client_port": strconv.Itoa(firstClientPort), "page_addr": pageAddr,
		}, kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: 100}))
	chosen, err := parser.Parse(asZkCli(args))
	if err != nil {
		fmt.Fprintf(errs, "zabscope: %v\nzabscope --help shows what can be asked.\n", err)
		return exitUsage
	}
	return status(chosen.Run(), errs)
}

// streams are where a command writes.
type streams struct{ out, errs io.Writer }

// status says what an error means for the caller's shell, after telling people.
func status(err error, errs io.Writer) int {
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errFailed):
		return exitFailed
	case errors.Is(err, errUsage):
		return exitUsage
	case errors.As(err, &usage):
		fmt.Fprintln(errs, "zabscope:", err)
		return exitUsage
	}
	fmt.Fprintln(errs, "zabscope:", err)
	return exitFailed
}
