package main

import (
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/go-zookeeper/zk"

	"github.com/zabscope/zabscope/server/fleet"
)

// fillBatch is how many creates go into one multi.
const fillBatch = 500

// fill makes znodes of 100 B below /tree, a thousand to a parent.
func fill(f *fleet.Fleet, znodes int) error {
	if znodes == 0 {
		return nil
	}
	conn, err := connect(f.Members[0].Addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	everybody, data := zk.WorldACL(zk.PermAll), value[:100]
	create := func(path string) any {
		return &zk.CreateRequest{Path: path, Data: data, Acl: everybody}
	}
	ops := []any{create("/tree")}
	flush := func() error {
		_, err := conn.Multi(ops...)
		ops = ops[:0]
		return err
	}
	for i := range znodes {
		if i%1000 == 0 {
			ops = append(ops, create(fmt.Sprintf("/tree/%04d", i/1000)))
		}
		ops = append(ops, create(fmt.Sprintf("/tree/%04d/%03d", i/1000, i%1000)))
		if len(ops) >= fillBatch {
			if err := flush(); err != nil {
				return fmt.Errorf("create znode %d: %w", i, err)
			}
		}
	}
	if len(ops) == 0 {
		return nil
	}
	return flush()
}

// measureMemory compares resident memory, and how long the whole ensemble takes to start again.
func measureMemory(b *bench) error {
	b.printf("\n## Memory and restart of three servers\n\nResident memory of a server in MB," +
		" (lowest–highest) of the three; time from the start of all to the first write, in" +
		" milliseconds.\n\n" +
		"| What | zabscope | Apache ZooKeeper | ratio |\n|---|--:|--:|--:|\n")
	pair, err := b.both(fleet.Size{Voters: 3})
	if err != nil {
		return err
	}
	defer killAll(pair)
	time.Sleep(10 * time.Second)
	b.memoryRow("idle, 10 s after the start", pair)
	for _, f := range pair {
		if err := fill(f, b.Znodes); err != nil {
			return fmt.Errorf("%s: %w", f.Make.Name, err)
		}
	}
	time.Sleep(5 * time.Second)
	b.memoryRow(fmt.Sprintf("with %d znodes of 100 B", b.Znodes), pair)
	if err := collect(pair[1]); err != nil {
		return err
	}
	b.memoryRow("the same, Apache's after a forced collection", pair)
	return b.restartRow(pair)
}

func (b *bench) memoryRow(what string, pair [2]*fleet.Fleet) {
	var use [2]series
	for i, f := range pair {
		for _, bytes := range f.Memory() {
			use[i] = append(use[i], float64(bytes)/1e6)
		}
	}
	b.printf("| %s | %s | %s | **%.2f** |\n", what, use[0].show("%.0f"), use[1].show("%.0f"),
		use[0].median()/use[1].median())
}

// collect makes every Java process of the ensemble collect its garbage.
func collect(f *fleet.Fleet) error {
	for _, m := range f.Members {
		out, err := exec.Command("jcmd", strconv.Itoa(m.Pid()), "GC.run").CombinedOutput()
		if err != nil && !errors.Is(err, exec.ErrNotFound) {
			return fmt.Errorf("jcmd: %w: %s", err, strings.TrimSpace(string(out)))
		}
	}
	time.Sleep(time.Second)
	return nil
}

// restartRow ends all servers at once and starts them again, in turn.
func (b *bench) restartRow(pair [2]*fleet.Fleet) error {
	var times [2]series
	for range b.Rounds {
		for i, f := range pair {
			if err := f.Stop(); err != nil {
				return err
			}
			began := time.Now()
			for _, m := range f.Members {
				if err := m.Start(); err != nil {
					return err
				}
			}
			for !writes(f.Members[0].Addr) {
				if time.Since(began) > 2*time.Minute {
					return fmt.Errorf("%s does not come back; server 1:\n%s", f.Make.Name,
						f.Members[0].LastWords())
				}
			}
			times[i] = append(times[i], milliseconds(time.Since(began)))
			if err := f.WaitServing(time.Minute); err != nil {
				return err
			}
		}
	}
	b.printf("| restart of all with %d znodes | %s ms | %s ms | **%.2f** |\n", b.Znodes,
		times[0].show("%.0f"), times[1].show("%.0f"), times[0].median()/times[1].median())
	return nil
}
