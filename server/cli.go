package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/zabscope/zabscope/server/cli"
)

type cliCommand struct {
	Server  string        `default:"127.0.0.1:2181" help:"Addresses, and a path to stay below."`
	Timeout time.Duration `default:"30s" help:"The session timeout to ask for."`
	Wait    time.Duration `default:"10s" help:"How long a command waits for a connection."`
	Command []string      `arg:"" optional:"" passthrough:"" help:"One command instead of lines."`
}

// Help shows examples below the options.
func (cliCommand) Help() string {
	return "The commands and the output are those of ZooKeeper's zkCli.sh; help lists them." +
		"\nAt a terminal, lines can be edited: arrows, a history that is kept, Tab completes" +
		" commands and paths." +
		"\nExit status: 0 done, 1 failed, 2 no such command or no such option." +
		"\n\nExamples: zabscope cli" +
		"\n  zabscope cli --server zk1:2181,zk2:2181/app ls /" +
		"\n  echo 'get /config' | zabscope cli"
}

// Run carries out one command, or lines until they end.
func (c cliCommand) Run(s streams) error {
	hosts, err := cli.ParseHosts(c.Server)
	if err != nil {
		return usageError{err}
	}
	if c.Timeout <= 0 || c.Wait <= 0 {
		return usageError{errors.New("--timeout and --wait must be more than 0, like 30s")}
	}
	cfg := cli.Config{
		Hosts: hosts, Timeout: c.Timeout, Patience: c.Wait, Out: s.out, Err: s.errs,
	}
	return exitStatus(c.run(cfg))
}

func (c cliCommand) run(cfg cli.Config) int {
	in, out := int(os.Stdin.Fd()), int(os.Stdout.Fd())
	if len(c.Command) == 0 && term.IsTerminal(in) && term.IsTerminal(out) {
		t := cli.OpenTerminal(os.Stdin, os.Stdout, historyFile())
		cfg.Out, cfg.Err = t, t
		shell := cli.New(cfg)
		defer shell.Leave()
		fmt.Fprintln(t, "Welcome to ZooKeeper!\nTab completes, help lists the commands.")
		return shell.Converse(t)
	}
	shell := cli.New(cfg)
	defer shell.Leave()
	if len(c.Command) > 0 {
		return shell.RunWords(c.Command)
	}
	fmt.Fprintln(cfg.Out, "Welcome to ZooKeeper!\nJLine support is disabled")
	return shell.RunLines(os.Stdin)
}

// historyFile is where the lines that were typed are kept, "" when there is no home for it.
func historyFile() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".zabscope_history")
}

// exitStatus makes of a status what the program ends with; the shell has said why.
func exitStatus(status int) error {
	switch status {
	case cli.StatusOK:
		return nil
	case cli.StatusUsage:
		return errUsage
	}
	return errFailed
}

// asZkCli spells zkCli.sh's own options, which have one dash, as ours.
func asZkCli(args []string) []string {
	if len(args) == 0 || args[0] != "cli" {
		return args
	}
	out := []string{"cli"}
	for i := 1; i < len(args); i++ {
		switch {
		case args[i] == "-server" && i+1 < len(args):
			out = append(out, "--server", args[i+1])
			i++
		case args[i] == "-timeout" && i+1 < len(args):
			out = append(out, "--timeout", args[i+1]+"ms")
			i++
		case args[i] == "-waitforconnection": // a command always waits
		case !strings.HasPrefix(args[i], "-"):
			return append(out, args[i:]...)
		default:
			out = append(out, args[i])
			if strings.HasPrefix(args[i], "--") && !strings.Contains(args[i], "=") &&
				args[i] != "--help" && i+1 < len(args) {
				out = append(out, args[i+1])
				i++
			}
		}
	}
	return out
}
