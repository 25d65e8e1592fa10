package ui

import (
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
)

// client lists what can be done to a client.
func (d *deeds) client(c *view.Client) {
	letter := c.ID.String()
	over := c.Phase >= view.ClientExpired
	d.section = "ask"
	d.add(Action{Name: "console", Icon: "write", Key: "/"}, "")
	cannotAsk := d.cannotAsk(c)
	d.add(Action{
		Name: "write", Icon: "write", Line: letter + ": create -s /n-", Key: "W",
		Quick: cannotAsk == "",
	}, cannotAsk)
	d.add(Action{Name: "read", Icon: "eye", Line: letter + ": ls /"}, cannotAsk)
	d.add(Action{Name: "close", Icon: "cross", Line: letter + ": close"}, cannotAsk)
	why := ""
	if !over {
		why = d.t.T("cannot.alive", "c", letter)
	}
	d.add(Action{
		Name: "renew", Icon: "restart", Line: ":client " + letter, Quick: over,
	}, why)
	d.section = "network"
	d.cable(c)
	d.move(c, over)
	d.section = "process"
	pause, resume := "", d.t.T("cannot.notpaused.client", "c", letter)
	if c.Paused {
		pause, resume = d.t.T("cannot.paused.client", "c", letter), ""
	}
	d.add(Action{
		Name: "pause-process", Icon: "pause", Line: ":pause " + letter, Key: "Z",
		Quick: pause == "",
	}, pause)
	d.add(Action{
		Name: "resume", Icon: "play", Line: ":resume " + letter, Key: "Z", Quick: resume == "",
	}, resume)
	why = d.over(c)
	if why == "" && c.Sess == 0 {
		why = d.t.T("cannot.nosession", "c", letter)
	}
	d.add(Action{
		Name: "expire", Icon: "clock", Line: ":expire " + letter, Danger: true,
		Quick: why == "",
	}, why)
}

// over says that the client's session is over, "" while it is not.
func (d *deeds) over(c *view.Client) string {
	if c.Phase < view.ClientExpired {
		return ""
	}
	return d.t.T("cannot.over", "c", c.ID, "state", c.Phase.String())
}

func (d *deeds) cannotAsk(c *view.Client) string {
	if c.Paused {
		return d.t.T("cannot.paused.client", "c", c.ID)
	}
	return d.over(c)
}

// cable lists pulling the client's cable and plugging it in.
func (d *deeds) cable(c *view.Client) {
	letter := c.ID.String()
	unplug, plug := d.over(c), d.t.T("cannot.plugged", "c", letter)
	if Unplugged(d.m, c.ID) {
		unplug, plug = d.t.T("cannot.unplugged", "c", letter), ""
	}
	d.add(Action{
		Name: "unplug", Icon: "cut", Line: ":unplug " + letter, Quick: unplug == "",
	}, unplug)
	d.add(Action{Name: "plug", Icon: "heal", Line: ":heal " + letter, Quick: plug == ""}, plug)
}

// Unplugged reports whether the client's cable is out.
func Unplugged(m *view.Model, letter zk.ServerID) bool { return m.Link(letter, 0).Cut }

// move lists the servers that the client can go to.
func (d *deeds) move(c *view.Client, over bool) {
	var choices []Choice
	for s := range d.m.Servers() {
		choice := Choice{Value: s.ID.String(), Word: d.t.T("server.title", "n", s.ID)}
		switch {
		case over || c.Paused:
			choice.Why = d.cannotAsk(c)
		case Unplugged(d.m, c.ID):
			choice.Why = d.t.T("cannot.unplugged", "c", c.ID)
		case s.ID == c.Server:
			choice.Why = d.t.T("cannot.there", "c", c.ID, "n", s.ID)
		case !s.Up:
			choice.Why = d.t.T("cannot.down", "n", s.ID)
		}
		choices = append(choices, choice)
	}
	a := d.pick(Action{Name: "move", Icon: "share"}, ":move "+c.ID.String()+" {}", choices)
	if a.Why != "" && len(choices) > 0 {
		a.Why = choices[0].Why
	}
}

// message lists what can be done to one message, and to those of its kind that follow.
func (d *deeds) message(name string) {
	for i := range d.m.Flights {
		if f := &d.m.Flights[i]; f.ID.String() == name {
			d.flight(f)
			return
		}
	}
}

func (d *deeds) flight(f *view.Flight) {
	why := ""
	switch {
	case f.From.IsClient() || f.To.IsClient():
		why = d.t.T("cannot.clientmessage")
	case f.State > view.FlightHeld:
		why = d.t.T("cannot.arrived")
	}
	id, way := f.ID.String(), f.From.String()+">"+f.To.String()
	d.section = "this"
	between := !f.From.IsClient() && !f.To.IsClient()
	line := func(line string) string {
		if between {
			return line
		}
		return ""
	}
	d.add(Action{
		Name: "drop", Icon: "cross", Line: line(":drop " + id), Key: "D", Danger: true,
		Quick: why == "",
	}, why)
	hold, release := why, why
	if why == "" && f.State == view.FlightHeld {
		hold = d.t.T("cannot.held")
	} else if why == "" {
		release = d.t.T("cannot.flying")
	}
	d.add(Action{Name: "hold", Icon: "pause", Line: line(":hold " + id), Quick: hold == ""}, hold)
	d.add(Action{
		Name: "release", Icon: "play", Line: line(":release " + way),
		Word: d.t.T("action.release-one"), Quick: release == "",
	}, release)
	d.section = "next"
	if !between {
		return
	}
	kind := f.Type.String()
	d.add(Action{
		Name: "drop-next", Icon: "cross", Line: ":drop " + kind + " " + way,
		Word: d.t.T("action.next", "type", kind),
	}, "")
	twice := ""
	if f.Type.Channel() != zk.ElectionChannel {
		twice = d.t.T("cannot.twice", "type", kind)
	}
	d.add(Action{
		Name: "duplicate", Icon: "copy", Line: ":duplicate " + kind + " " + way,
	}, twice)
	d.pick(Action{
		Name: "delay", Icon: "clock", Usual: "200ms",
		Word:   d.t.T("action.delay-way", "a", f.From, "b", f.To),
		Amount: &Amount{Unit: "ms", Value: 500, Min: 0, Max: 600_000},
	}, ":delay "+way+" {}", d.times(millis(d.m.Link(f.From, f.To).Delay), "0ms",
		"50ms", "200ms", "1000ms", "3000ms"))
}

// stage lists what can be done to the whole cluster.
func (d *deeds) stage() {
	d.section = "all"
	why := ""
	if len(d.m.Links) == 0 && d.noneHeld(d.m.Voters|d.m.Observers) != "" {
		why = d.t.T("cannot.allsound")
	}
	d.add(Action{
		Name: "heal-all", Icon: "heal", Line: ":heal", Key: "H", Quick: true,
	}, why)
	d.add(Action{
		Name: "release", Icon: "play", Line: ":release", Word: d.t.T("action.release-all"),
	}, d.noneHeld(d.m.Voters|d.m.Observers))
	down := d.those(d.m.Voters|d.m.Observers, func(s *view.Server) bool { return !s.Up })
	why = ""
	if down == 0 {
		why = d.t.T("cannot.allup")
	}
	d.add(Action{Name: "start-all", Icon: "restart", Line: ":start *", Quick: true}, why)
	why = ""
	line := ""
	if free := freeLetters(d.m); len(free) > 0 {
		line = ":client " + free[0].String()
	} else {
		why = d.t.T("cannot.letters")
	}
	d.add(Action{
		Name: "client", Icon: "client", Line: line, Word: d.t.T("action.new-client"), Quick: true,
	}, why)
}
