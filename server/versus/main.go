// Command versus measures an ensemble of zabscope beside one of Apache ZooKeeper: the same machine,
// the same run, the same zoo.cfg, the same load, fsync on in both, rounds in turn. It prints a
// table in Markdown with medians and ranges, since the numbers of one round mean little.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/zabscope/zabscope/server/fleet"
)

type command struct {
	Binary  string        `default:"bin/zabscope" help:"The zabscope to measure."`
	Rounds  int           `default:"5" help:"How often each thing is measured."`
	Seconds int           `default:"4" help:"How long each load lasts."`
	Warm    time.Duration `default:"15s" help:"Load before the first measurement, for the JIT."`
	Znodes  int           `default:"100000" help:"Znodes of 100 B in the measurements with a tree."`
	Only    []string      `default:"load,outage,memory,growth,viewers" help:"The parts to measure."`
	Out     string        `default:"out/versus" help:"Where the table and the plot go."`
}

func main() {
	var c command
	kong.Parse(&c, kong.Name("versus"), kong.Description("zabscope beside Apache ZooKeeper"))
	if err := c.run(); err != nil {
		fmt.Fprintln(os.Stderr, "versus:", err)
		os.Exit(1)
	}
}

// part is one chapter of the comparison.
type part struct {
	name string
	run  func(*bench) error
}

var parts = []part{
	{"load", measureLoad}, {"outage", measureOutage}, {"memory", measureMemory},
	{"growth", measureGrowth}, {"viewers", measureViewers},
}

func (c command) run() error {
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return err
	}
	table, err := os.Create(filepath.Join(c.Out, "table.md"))
	if err != nil {
		return err
	}
	defer func() { _ = table.Close() }()
	ours, err := fleet.Zabscope(c.Binary)
	if err != nil {
		return err
	}
	apaches, err := fleet.Apache()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "versus")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	b := &bench{command: c, out: io.MultiWriter(os.Stdout, table), dir: dir,
		makes: [2]fleet.Make{ours, apaches}}
	wanted := "," + strings.Join(c.Only, ",") + ","
	for _, p := range parts {
		if !strings.Contains(wanted, ","+p.name+",") {
			continue
		}
		if err := p.run(b); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// bench is one run of the program.
type bench struct {
	command
	out   io.Writer
	dir   string
	makes [2]fleet.Make // ours, Apache's
	count int           // ensembles made so far
}

// start makes and starts an ensemble that is empty.
func (b *bench) start(kind fleet.Make, size fleet.Size) (*fleet.Fleet, error) {
	b.count++
	f, err := fleet.New(kind, size, filepath.Join(b.dir, fmt.Sprint(b.count)))
	if err != nil {
		return nil, err
	}
	if err := f.Start(time.Minute); err != nil {
		f.Kill()
		return nil, err
	}
	return f, nil
}

// both starts one ensemble of each make.
func (b *bench) both(size fleet.Size) (pair [2]*fleet.Fleet, err error) {
	for i, kind := range b.makes {
		if pair[i], err = b.start(kind, size); err != nil {
			killAll(pair)
			return pair, err
		}
	}
	return pair, nil
}

func killAll(pair [2]*fleet.Fleet) {
	for _, f := range pair {
		if f != nil {
			f.Kill()
		}
	}
}

// printf writes to the table.
func (b *bench) printf(format string, args ...any) { fmt.Fprintf(b.out, format, args...) }
