package sim

import (
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Error is why a command cannot be done. Code is stable and names the sentence in every language;
// Who is what the sentence is about.
type Error struct{ Code, Who string }

var errorTexts = []struct{ code, text string }{
	{"no-server", "there is no server %"},
	{"already-running", "server % is already running"},
	{"not-running", "server % is not running"},
	{"already-paused", "% is already paused"},
	{"not-paused", "% is not paused"},
	{"no-targets", "% needs a server"},
	{"no-link", "% needs two different servers"},
	{"no-client", "there is no client %"},
	{"client-exists", "client % is still there: close it first, or use another letter"},
	{"client-over", "the session of client % is over: make a new client"},
	{"clients-full", "all letters from A to Z are taken, so % is not possible"},
	{"bad-timeout", "the session timeout of client % must be positive"},
	{"already-unplugged", "client % is already unplugged"},
	{"not-unplugged", "client % is not unplugged"},
	{"client-paused", "client % is paused"},
	{"no-session", "client % has no session yet"},
	{"no-request", "client % needs a request"},
	{"never-repeats", "% travels on a connection that never repeats: only election messages can"},
	{"no-flight", "no message % is on its way"},
	{"overlap", "server % is in two groups"},
	{"one-group", "% needs two groups"},
	{"bad-duration", "% needs a duration that is not negative"},
	{"bad-drift", "% needs between -50% and +50%"},
	{"not-pending", "nothing with the number % is pending, or something must come before it"},
	{"unknown-verb", "% is not a command"},
	{"stopped", "the world has stopped: %"},
}

// Error returns the reason as one English sentence without a full stop.
func (e *Error) Error() string {
	for _, t := range errorTexts {
		if t.code == e.Code {
			return strings.Replace(t.text, "%", e.Who, 1)
		}
	}
	return e.Code
}

func refuse(code, who string) error { return &Error{Code: code, Who: who} }

// Do carries out a command at the current instant. If it cannot be done, the error says why in one
// sentence and the world is untouched.
func (w *World) Do(c Command) error {
	if err := w.check(&c); err != nil {
		return err
	}
	var cause trace.Ref
	if c.Line != "" {
		cause = w.emitWorld(trace.Event{Kind: trace.Noted, Path: c.Line})
	}
	w.act(&c, cause)
	w.strikePoints()
	return nil
}

// check says whether the command is possible, and fills in what it left open.
func (w *World) check(c *Command) error {
	if w.fail != nil {
		return refuse("stopped", w.fail.Name)
	}
	switch c.Verb {
	case Start, Kill, Power, Wipe, SlowDisk, Skew, CrashAt, Drift, FailDisk:
		return w.checkServers(c)
	case Pause, Resume:
		return w.checkPause(c)
	case Partition:
		return w.checkGroups(c)
	case Heal, Release, Note, Quirk, ReadOnly:
		return nil
	case Chaos:
		return checkDuration(c)
	case HealLink, Cut, Delay, Loss, Drop, Hold, Duplicate, Reset, Bandwidth:
		return w.checkLink(c)
	case NewClient:
		return w.checkNewClient(c)
	case Unplug, Move, Expire, CloseClient, Request:
		return w.checkClient(c)
	case Fire:
		return w.checkFire(c)
	}
	return refuse("unknown-verb", c.Verb.String())
}

// clip turns Everyone into the servers that exist, and finds a server that does not.
func (w *World) clip(set zk.ServerSet) (zk.ServerSet, error) {
	if set == Everyone {
		return w.all, nil
	}
	if strange := set &^ w.all; strange != 0 {
		return 0, refuse("no-server", firstOf(strange).String())
	}
	return set, nil
}

// checkServers keeps the targets for which the verb makes sense; there must be one.
func (w *World) checkServers(c *Command) error {
	targets, err := w.clip(c.targets())
	if err != nil {
		return err
	}
	if targets == 0 {
		return refuse("no-targets", c.Verb.String())
	}
	if c.Verb == SlowDisk && c.D < 0 {
		return refuse("bad-duration", c.Verb.String())
	}
	if c.Verb == Drift && (c.N < -DriftMax || c.N > DriftMax) {
		return refuse("bad-drift", c.Verb.String())
	}
	c.From = targets
	switch c.Verb {
	case Start:
		return w.keep(c, "already-running", func(s *server) bool { return s.machine == nil })
	case Kill, Power, FailDisk:
		return w.keep(c, "not-running", func(s *server) bool { return s.machine != nil })
	}
	return nil
}

func (w *World) keep(c *Command, code string, fits func(*server) bool) error {
	first := firstOf(c.From)
	for id := range c.From.All() {
		if !fits(&w.servers[id]) {
			c.From = c.From.Without(id)
		}
	}
	if c.From == 0 {
		return refuse(code, first.String())
	}
	return nil
}

func (w *World) checkPause(c *Command) error {
	pause := c.Verb == Pause
	if c.Client != 0 {
		k := w.slot(c.Client)
		switch {
		case k == nil:
			return refuse("no-client", c.Client.String())
		case pause && k.paused:
			return refuse("already-paused", c.Client.String())
		case !pause && !k.paused:
			return refuse("not-paused", c.Client.String())
		}
		return nil
	}
	targets, err := w.clip(c.targets())
	if err != nil {
		return err
	}
	if targets == 0 {
		return refuse("no-targets", c.Verb.String())
	}
	c.From = targets
	if !pause {
		return w.keep(c, "not-paused", func(s *server) bool { return s.paused })
	}
	running := func(s *server) bool { return s.machine != nil }
	if err := w.keep(c, "not-running", running); err != nil {
		return err
	}
	return w.keep(c, "already-paused", func(s *server) bool { return !s.paused })
}

func (w *World) checkGroups(c *Command) error {
	var seen zk.ServerSet
	c.Groups = slices.Clone(c.Groups)
	for i, g := range c.Groups {
		g, err := w.clip(g)
		if err != nil {
			return err
		}
		if g&seen != 0 {
			return refuse("overlap", firstOf(g&seen).String())
		}
		c.Groups[i] = g
		seen |= g
	}
	if rest := w.all &^ seen; rest != 0 {
		c.Groups = append(c.Groups, rest)
	}
	if len(c.Groups) < 2 {
		return refuse("one-group", c.Verb.String())
	}
	return nil
}

func (w *World) checkLink(c *Command) error {
	if c.Verb == HealLink && c.Client != 0 {
		k := w.slot(c.Client)
		if k == nil {
			return refuse("no-client", c.Client.String())
		}
		if !k.unplugged {
			return refuse("not-unplugged", c.Client.String())
		}
		return nil
	}
	if !c.Flight.IsZero() {
		if !w.onTheWay(c.Flight) {
			return refuse("no-flight", c.Flight.String())
		}
		return nil
	}
	var err error
	if c.From, err = w.clip(c.From); err != nil {
		return err
	}
	if c.To, err = w.clip(c.To); err != nil {
		return err
	}
	if c.From == 0 || c.To == 0 || c.From == c.To && c.From.Len() == 1 {
		return refuse("no-link", c.Verb.String())
	}
	if c.Verb == Delay && c.D < 0 || c.Verb == Bandwidth && c.N < 0 {
		return refuse("bad-duration", c.Verb.String())
	}
	if c.Verb == Duplicate && c.Type != zk.NoMsg && c.Type.Channel() != zk.ElectionChannel {
		return refuse("never-repeats", c.Type.String())
	}
	return nil
}

func (w *World) checkNewClient(c *Command) error {
	if c.Client == 0 {
		c.Client = w.freeLetter()
	}
	if c.Client == 0 {
		return refuse("clients-full", c.Verb.String())
	}
	if !c.Client.IsClient() {
		return refuse("no-client", c.Client.String())
	}
	if k := w.slot(c.Client); k != nil && k.session.State() < client.Expired {
		return refuse("client-exists", c.Client.String())
	}
	if c.Server != 0 && !w.all.Has(c.Server) {
		return refuse("no-server", c.Server.String())
	}
	if c.TimeoutMs < 0 {
		return refuse("bad-timeout", c.Client.String())
	}
	return nil
}

// freeLetter returns the first letter without a client, 0 if all are taken.
func (w *World) freeLetter() zk.ServerID {
	for l := zk.ServerID('A'); l <= 'Z'; l++ {
		if w.slot(l) == nil {
			return l
		}
	}
	return 0
}

func (w *World) checkClient(c *Command) error {
	k := w.slot(c.Client)
	switch {
	case k == nil:
		return refuse("no-client", c.Client.String())
	case k.session.State() >= client.Expired && c.Verb != Request:
		return refuse("client-over", c.Client.String())
	case c.Verb == Move && !w.all.Has(c.Server):
		return refuse("no-server", c.Server.String())
	case c.Verb == Unplug && k.unplugged:
		return refuse("already-unplugged", c.Client.String())
	case c.Verb == Expire && k.session.ID() == 0:
		return refuse("no-session", c.Client.String())
	case k.paused && (c.Verb == Request || c.Verb == CloseClient || c.Verb == Move):
		return refuse("client-paused", c.Client.String())
	case c.Verb == Request && c.Req == nil:
		return refuse("no-request", c.Client.String())
	}
	return nil
}

func checkDuration(c *Command) error {
	if c.D < 0 {
		return refuse("bad-duration", c.Verb.String())
	}
	return nil
}
