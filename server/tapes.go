package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// tape is a recorded trace: of a whole run, or of one node.
type tape struct {
	name   string
	events []trace.Event
	at     int // of the first that has not been played
}

// readTape reads a file of one event a line. Lines without anything are skipped.
func readTape(name string) (*tape, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	t := &tape{name: name}
	lines := bufio.NewReaderSize(file, 1<<16)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			e, problem := trace.DecodeNDJSON(line)
			if problem != nil {
				return nil, fmt.Errorf("%s:%d: %w; each line must be one event, "+
					"as zabscope run --trace writes it", name, n, problem)
			}
			t.events = append(t.events, e)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	if len(t.events) == 0 {
		return nil, fmt.Errorf("%s: no events; zabscope run --trace writes a trace", name)
	}
	return t, nil
}

// gap is where the traces do not have what made an event happen.
type gap struct {
	event trace.Ref // the first that names a missing one of a node
	cause trace.Ref
}

// life is one start of a node; life 0 is before the first.
type life struct {
	node zk.ServerID
	boot uint16
}

// deck plays several tapes as one: an event comes after the one that made it happen, and the end of
// a server after all that it did. Clocks are not looked at, since each node has its own.
type deck struct {
	tapes   []*tape
	known   [256]trace.Ref // the last event of each node that was played
	missed  [256]bool
	crashes [256]uint16 // that were played
	left    map[zk.ServerID]int
	lives   map[life]int // events of a life that were not played
	ends    map[life]int // the crash that ends a life and the wipes after it, as far as not played
	gaps    []gap
	events  []trace.Event
}

// mergeTapes returns the events in an order of causes. Where a cause is in none of the tapes there
// is a gap, and a Missed event before what it should explain.
func mergeTapes(tapes []*tape) ([]trace.Event, []gap) {
	d := deck{
		tapes: tapes, left: make(map[zk.ServerID]int),
		lives: make(map[life]int), ends: make(map[life]int),
	}
	for _, t := range tapes {
		var crashes [256]uint16
		for i := range t.events {
			e := &t.events[i]
			d.left[e.Node]++
			d.lives[life{e.Node, e.Boot}]++
			if e.Kind == trace.Crashed {
				crashes[e.Peer]++
			}
			if isEnd(e) {
				d.ends[life{e.Peer, crashes[e.Peer]}]++
			}
		}
	}
	for d.round() {
	}
	return d.events, d.gaps
}

func isEnd(e *trace.Event) bool { return e.Kind == trace.Crashed || e.Kind == trace.Wiped }

// round plays of each tape what need not wait. When all wait for each other, the first goes on. It
// reports whether anything is left.
func (d *deck) round() (more bool) {
	played := false
	var stuck *tape
	for _, t := range d.tapes {
		for t.at < len(t.events) && !d.waits(&t.events[t.at]) {
			d.play(t)
			played = true
		}
		if t.at < len(t.events) && stuck == nil {
			stuck = t
		}
	}
	if stuck != nil && !played {
		d.play(stuck)
	}
	return stuck != nil
}

// waits reports whether something else must be played before an event: its cause, what a server did
// before its end, its end before the next start.
func (d *deck) waits(e *trace.Event) bool {
	switch {
	case d.lacks(e) && d.left[e.Cause.Node] > 0:
		return true
	case e.Kind == trace.Crashed:
		return d.lives[life{e.Peer, d.crashes[e.Peer] + 1}] > 0
	case e.Kind == trace.Booted && e.Boot > 0:
		return d.ends[life{e.Node, e.Boot - 1}] > 0
	}
	return false
}

// lacks reports whether the cause of an event was not played.
func (d *deck) lacks(e *trace.Event) bool {
	c, k := e.Cause, d.known[e.Cause.Node]
	if c.IsZero() || c.Node == e.Node {
		return false
	}
	return k.Boot < c.Boot || k.Boot == c.Boot && k.Seq < c.Seq
}

func (d *deck) play(t *tape) {
	e := &t.events[t.at]
	t.at++
	d.left[e.Node]--
	d.lives[life{e.Node, e.Boot}]--
	if e.Kind == trace.Crashed {
		d.crashes[e.Peer]++
	}
	if isEnd(e) {
		d.ends[life{e.Peer, d.crashes[e.Peer]}]--
	}
	if c := e.Cause; d.lacks(e) && !d.missed[c.Node] {
		d.missed[c.Node] = true
		d.gaps = append(d.gaps, gap{e.Ref, c})
		d.events = append(d.events, trace.Event{Kind: trace.Missed, Peer: c.Node, At: e.At})
	}
	d.known[e.Node] = e.Ref
	d.events = append(d.events, *e)
}
