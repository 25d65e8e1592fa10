package live

import (
	"errors"
	"fmt"
	"strings"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
)

var (
	errWatch = errors.New("this link may only watch; use the one that was printed for acting")
	errSafe  = errors.New("faults are not allowed here: start zabscope ensemble with" +
		" --allow-faults")
)

// do carries out a line of a viewer.
func (r *Relay) do(rights Rights, text string) outcome {
	if letter, is := strings.CutPrefix(strings.TrimSpace(text), ":close "); is {
		text = strings.TrimSpace(letter) + ": close"
	}
	l, bad := scenario.ParseLine(text)
	if bad != nil {
		return failed(bad)
	}
	c, _ := l.Command(0, 0) // of a client: no other needs to know who leads
	ofClient := l.IsClient() || c.Client != 0 || c.Verb == sim.NewClient
	switch {
	case !ofClient:
		return r.doWorld(rights, l.Text)
	case rights == Watch:
		return failed(errWatch)
	case !l.IsClient():
		return r.doClient(&c)
	}
	return r.doLine(&l)
}

// doWorld carries out a line about servers and links.
func (r *Relay) doWorld(rights Rights, text string) outcome {
	switch {
	case rights == Watch:
		return failed(errWatch)
	case rights != Faults || r.cfg.Do == nil:
		return failed(errSafe)
	}
	if err := r.cfg.Do(text); err != nil {
		return failed(err)
	}
	return outcome{OK: true}
}

// doClient carries out a world line about a client.
func (r *Relay) doClient(c *sim.Command) outcome {
	if c.Verb == sim.NewClient {
		if _, err := r.letters.begin(c); err != nil {
			return failed(err)
		}
		return outcome{OK: true}
	}
	k := r.letters.find(c.Client)
	if k == nil || k.shell.Load() == nil {
		return failed(fmt.Errorf("there is no client %s; :client %s makes it", c.Client, c.Client))
	}
	shell := k.shell.Load()
	switch c.Verb {
	case sim.Unplug:
		shell.Unplug(true)
		r.Happened(trace.Event{Kind: trace.Cut, Peer: c.Client})
	case sim.HealLink, sim.Heal:
		shell.Unplug(false)
		r.Happened(trace.Event{Kind: trace.Mended, Peer: c.Client})
	case sim.Move:
		shell.Move(c.Server)
	default:
		return failed(fmt.Errorf("only the simulator can do :%s to a client; here :unplug %s and"+
			" :heal %s, or %s: close", c.Verb, c.Client, c.Client, c.Client))
	}
	return outcome{OK: true}
}

// doLine gives a command to a client, which is made if it is not there.
func (r *Relay) doLine(l *scenario.Line) outcome {
	k := r.letters.find(l.Client)
	if k == nil || k.isOver() {
		made, err := r.letters.begin(&sim.Command{
			Verb: sim.NewClient, Client: l.Client, Server: l.Server, Pinned: l.Pinned,
		})
		if err != nil {
			return failed(err)
		}
		k = made
	}
	_, command, _ := strings.Cut(l.Text, ":")
	command = strings.TrimSpace(command)
	if l.Server != 0 && strings.HasPrefix(command, "connect ") {
		k.shell.Load().Move(l.Server)
		return outcome{OK: true}
	}
	return k.run(command)
}

func failed(err error) outcome {
	o := outcome{Error: err.Error()}
	var known *scenario.Error
	if errors.As(err, &known) {
		o.Code = known.Code
	}
	return o
}
