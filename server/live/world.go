package live

import (
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// world is what was done to the ensemble from outside, told as the events of node 0.
type world struct {
	ref      trace.Ref     // of the last event
	standing []trace.Event // those whose effect lasts
}

// Happened tells every viewer what was done to the ensemble. Refs and times are filled in.
func (r *Relay) Happened(events ...trace.Event) {
	if len(events) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range events {
		r.world.ref = trace.Ref{Seq: r.world.ref.Seq + 1, Boot: 1}
		e := &events[i]
		e.Ref, e.At = r.world.ref, r.now()
		r.world.note(e)
	}
	r.own(events)
}

// Ended tells every viewer that the process of a server has ended, behind what it had to say.
func (r *Relay) Ended(id zk.ServerID) {
	const patience = 500 * time.Millisecond
	for until := time.Now().Add(patience); time.Now().Before(until) && r.hears(id); {
		time.Sleep(5 * time.Millisecond)
	}
	r.Happened(trace.Event{Kind: trace.Crashed, Peer: id})
}

// Started says that a server's process runs again; its own events tell the rest.
func (r *Relay) Started(id zk.ServerID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.world.drop(func(e *trace.Event) bool { return e.Kind == trace.Crashed && e.Peer == id })
}

func (r *Relay) hears(id zk.ServerID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, in := range r.inlets {
		if in.server.ID == id {
			return in.heard
		}
	}
	return false
}

// note keeps what lasts, and drops what the event ends.
func (w *world) note(e *trace.Event) {
	w.drop(func(old *trace.Event) bool { return ends(e, old) })
	lasts := false
	switch e.Kind {
	case trace.Crashed, trace.Paused, trace.Cut:
		lasts = true
	case trace.Delayed, trace.DiskSlowed:
		lasts = e.N != 0
	}
	if lasts {
		w.standing = append(w.standing, *e)
	}
}

func (w *world) drop(isOver func(*trace.Event) bool) {
	w.standing = slices.DeleteFunc(w.standing, func(e trace.Event) bool { return isOver(&e) })
}

// ends reports whether what old did is over with e.
func ends(e, old *trace.Event) bool {
	if e.Peer != old.Peer || e.Other != old.Other {
		return false
	}
	switch e.Kind {
	case trace.Crashed, trace.Resumed:
		return old.Kind == trace.Paused || old.Kind == trace.Crashed
	case trace.Mended:
		return old.Kind == trace.Cut || old.Kind == trace.Delayed
	}
	return e.Kind == old.Kind
}

// describe tells what lasts.
func (w *world) describe(ms int64) (*from, []byte) {
	ref := w.ref
	ref.Boot = 1
	return described(ref, ms, slices.Clone(w.standing))
}
