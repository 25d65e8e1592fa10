package ui

import (
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
)

// servers lists what can be done to one server or to several at once.
func (d *deeds) servers(set zk.ServerSet) {
	d.process(set)
	d.network(set)
	d.disk(set)
	if set.Len() == 2 {
		d.between(set)
	}
	d.section = "clients"
	d.attach(set)
}

// between offers the cuts between two servers, for hands that cannot reach their link.
func (d *deeds) between(set zk.ServerSet) {
	a, n := lowest(set), len(d.list)
	d.connection(a, lowest(set.Without(a)))
	for i := range d.list[n:] {
		d.list[n+i].Quick = false
	}
}

// those returns the members of set that fit.
func (d *deeds) those(set zk.ServerSet, fits func(*view.Server) bool) zk.ServerSet {
	var out zk.ServerSet
	for s := range d.m.Servers() {
		if set.Has(s.ID) && fits(s) {
			out = out.With(s.ID)
		}
	}
	return out
}

// all returns a sentence about the servers, "" if there are some for whom it does not hold.
func (d *deeds) all(key string, set, others zk.ServerSet) string {
	if others != 0 {
		return ""
	}
	return d.t.T(key, "n", serverList(set))
}

func (d *deeds) process(set zk.ServerSet) {
	d.section = "process"
	up := d.those(set, func(s *view.Server) bool { return s.Up })
	down := set &^ up
	paused := d.those(up, func(s *view.Server) bool { return s.Paused })
	name := func(who zk.ServerSet) string {
		if who == 0 {
			who = set
		}
		return " " + who.String()
	}
	gone := Damage{Gone: up}
	noneUp, noneDown := d.all("cannot.down", set, up), d.all("cannot.up", set, down)
	d.add(Action{
		Name: "kill", Icon: "power", Line: ":kill" + name(up), Key: "K", Danger: true,
		Quick: noneUp == "", Forecast: Forecast(d.m, gone, d.t),
	}, noneUp)
	d.add(Action{
		Name: "restart", Icon: "restart", Line: ":start" + name(down), Key: "R",
		Quick: noneDown == "",
	}, noneDown)
	d.add(Action{
		Name: "powerloss", Icon: "bolt", Line: ":power" + name(up), Danger: true,
		Forecast: Forecast(d.m, gone, d.t),
	}, noneUp)
	awake := up &^ paused
	why := noneUp
	if why == "" {
		why = d.all("cannot.paused", set, awake)
	}
	d.add(Action{
		Name: "pause-process", Icon: "pause", Line: ":pause" + name(awake), Key: "Z",
		Quick: why == "", Forecast: Forecast(d.m, Damage{Gone: awake}, d.t),
	}, why)
	why = d.all("cannot.notpaused", set, paused)
	d.add(Action{
		Name: "resume", Icon: "play", Line: ":resume" + name(paused), Key: "Z", Quick: why == "",
	}, why)
}

func (d *deeds) network(set zk.ServerSet) {
	d.section = "network"
	isolate, why := IsolateLine(d.m, set), ""
	switch {
	case set == d.m.Voters|d.m.Observers:
		why = d.t.T("cannot.nobody")
	case isolate == "" || apart(d.m, set):
		why = d.t.T("cannot.apart", "n", serverList(set))
	}
	d.add(Action{
		Name: "isolate", Icon: "isolate", Line: isolate, Key: "P", Quick: why == "",
		Forecast: Forecast(d.m, Damage{Apart: set}, d.t),
	}, why)
	d.islands(set)
	why = d.t.T("cannot.sound", "n", serverList(set))
	for _, l := range d.m.Links {
		if set.Has(l.From) || set.Has(l.To) {
			why = ""
		}
	}
	d.add(Action{
		Name: "heal", Icon: "heal", Line: ":heal " + set.String(), Quick: why == "",
	}, why)
}

// islands lists where the servers can move to: to an island, or off on one of their own.
func (d *deeds) islands(set zk.ServerSet) {
	isles := islandsOf(d.m)
	if (d.m.Voters | d.m.Observers).Len() < 2 {
		return
	}
	var choices []Choice
	for _, isle := range isles {
		c := Choice{
			Value: "with-" + lowest(isle).String(), Line: JoinLine(d.m, set, lowest(isle)),
			Word: d.t.T("action.with", "servers", serverList(isle&^set)),
		}
		if isle&^set == 0 {
			c.Word, c.Why = d.t.T("action.alone"), d.t.T("cannot.same")
		} else if set&^isle == 0 {
			c.Why = d.t.T("cannot.same")
		}
		choices = append(choices, c)
	}
	if !apart(d.m, set) && set != d.m.Voters|d.m.Observers {
		choices = append(choices, Choice{
			Value: "alone", Word: d.t.T("action.alone"), Line: IsolateLine(d.m, set),
		})
	}
	d.pick(Action{Name: "island", Icon: "isolate"}, "", choices)
}

var skewWords = map[string]string{"3000ms": "+3 s", "-3000ms": "−3 s", "60000ms": "+1 min"}

func (d *deeds) disk(set zk.ServerSet) {
	d.section = "disk"
	now, skew := "", ""
	for id := range set.All() {
		now, skew = millis(d.m.Server(id).Fsync), millis(d.m.Server(id).Skew)
	}
	d.pick(Action{
		Name: "slowdisk", Icon: "disk", Usual: "500ms",
		Amount: &Amount{Unit: "ms", Value: 300, Min: 0, Max: 60_000},
	}, ":slowdisk "+set.String()+" {}", d.times(now, "0ms", "100ms", "500ms", "2000ms"))
	written := d.those(set, func(s *view.Server) bool {
		return s.Up || s.LastLogged != 0 || s.Accepted != 0 || s.Snapshot != 0
	})
	up := d.those(set, func(s *view.Server) bool { return s.Up })
	d.add(Action{
		Name: "wipe", Icon: "wipe", Line: ":wipe " + set.String(), Danger: true,
		Forecast: Forecast(d.m, Damage{Gone: up}, d.t),
	}, d.all("cannot.empty", set, written))
	clocks := d.times(skew, "0s", "3000ms", "-3000ms", "60000ms")
	for i := range clocks[:3] {
		c := &clocks[i]
		c.Word = skewWords[c.Value]
	}
	d.pick(Action{
		Name: "skew", Icon: "clock", Usual: "3000ms",
		Amount: &Amount{Unit: "ms", Value: 1000, Min: -600_000, Max: 600_000},
	}, ":skew "+set.String()+" {}", clocks)
}

// millis writes a duration as the choices do, "" for none.
func millis(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
}

// attach offers a new client at each of the servers.
func (d *deeds) attach(set zk.ServerSet) {
	var lines []string
	free := freeLetters(d.m)
	for id := range set.All() {
		if len(free) > 0 {
			lines = append(lines, ":client "+free[0].String()+"@"+id.String())
			free = free[1:]
		}
	}
	why := ""
	if len(lines) == 0 {
		why = d.t.T("cannot.letters")
	}
	d.add(Action{
		Name: "client", Icon: "client", Line: strings.Join(lines, "; "), Key: "C",
		Quick: why == "",
	}, why)
}

// freeLetters lists the letters that no client has.
func freeLetters(m *view.Model) []zk.ServerID {
	var free []zk.ServerID
	for c := zk.ServerID('A'); c <= 'Z'; c++ {
		if m.Client(c) == nil {
			free = append(free, c)
		}
	}
	return free
}

// connection lists how the way between two servers can be cut.
func (d *deeds) connection(a, b zk.ServerID) {
	there, back := d.m.Link(a, b), d.m.Link(b, a)
	both := a.String() + "<>" + b.String()
	d.section = "cut"
	why := ""
	if there.Cut && back.Cut {
		why = d.t.T("cannot.cut")
	}
	d.add(Action{
		Name: "cut", Icon: "cut", Line: ":cut " + both, Danger: true, Quick: why == "",
		Forecast: Forecast(d.m, Damage{Cut: [2]zk.ServerID{a, b}}, d.t),
	}, why)
	d.oneWay("cut-ab", there)
	d.oneWay("cut-ba", back)
	why = ""
	if (there == view.Link{From: a, To: b}) && (back == view.Link{From: b, To: a}) {
		why = d.t.T("cannot.soundlink")
	}
	d.add(Action{Name: "heal-link", Icon: "heal", Line: ":heal " + both, Quick: why == ""}, why)
}

// link lists what can be done to the way between two servers.
func (d *deeds) link(a, b zk.ServerID) {
	d.connection(a, b)
	there, back := d.m.Link(a, b), d.m.Link(b, a)
	both := a.String() + "<>" + b.String()
	d.section = "slow"
	d.pick(Action{
		Name: "delay", Icon: "clock", Usual: "200ms", Quick: true,
		Amount: &Amount{Unit: "ms", Value: 500, Min: 0, Max: 600_000},
	}, ":delay "+both+" {}", d.times(same(millis(there.Delay), millis(back.Delay)), "0ms",
		"50ms", "200ms", "1000ms", "3000ms"))
	d.pick(Action{
		Name: "loss", Icon: "warn", Usual: "30%", Quick: true,
		Amount: &Amount{Unit: "%", Value: 20, Min: 0, Max: 100},
	}, ":loss "+both+" {}", d.times(same(chance(there.Loss), chance(back.Loss)), "0%",
		"10%", "30%", "60%"))
	d.section = "rules"
	d.rules(a, b)
}

// same returns what both ways have, or what no choice is if they differ.
func same(there, back string) string {
	if there == back {
		return there
	}
	return "?"
}

func chance(loss uint32) string {
	if loss == 0 {
		return ""
	}
	return percent(loss)
}

func (d *deeds) oneWay(name string, l view.Link) {
	why := ""
	if l.Cut {
		why = d.t.T("cannot.cut")
	}
	d.add(Action{
		Name: name, Icon: "cut", Line: ":cut " + l.From.String() + ">" + l.To.String(),
		Word:     d.t.T("action.cut-way", "a", l.From, "b", l.To),
		Forecast: Forecast(d.m, Damage{Cut: [2]zk.ServerID{l.From, l.To}}, d.t),
	}, why)
}

// rules lists what can be done to messages that are still to come.
func (d *deeds) rules(a, b zk.ServerID) {
	for _, way := range [2][2]zk.ServerID{{a, b}, {b, a}} {
		d.pick(Action{
			Name: "drop-" + way[0].String() + "-" + way[1].String(), Icon: "cross",
			Word: d.t.T("action.drop-next", "a", way[0], "b", way[1]),
		}, ":drop {} "+way[0].String()+">"+way[1].String(), typeChoices(d.m, way[0], way[1]))
	}
	for _, way := range [2][2]zk.ServerID{{a, b}, {b, a}} {
		d.pick(Action{
			Name: "hold-" + way[0].String() + "-" + way[1].String(), Icon: "pause",
			Word: d.t.T("action.hold-next", "a", way[0], "b", way[1]),
		}, ":hold {} "+way[0].String()+">"+way[1].String(), typeChoices(d.m, way[0], way[1]))
	}
	d.add(Action{
		Name: "release", Icon: "play", Word: d.t.T("action.release-here"),
		Line: ":release " + a.String() + ">" + b.String() + "; :release " + b.String() + ">" +
			a.String(),
	}, d.noneHeld(zk.SetOf(a, b)))
}

// typeChoices are the messages that matter from one server to another.
func typeChoices(m *view.Model, from, to zk.ServerID) []Choice {
	types := []zk.MsgType{zk.Notification, zk.Ack, zk.Forward, zk.Ping}
	if s := m.Server(from); s != nil && s.Role == zk.Leading {
		types = []zk.MsgType{
			zk.Proposal, zk.Commit, zk.Notification, zk.NewLeader, zk.UpToDate, zk.Ping,
		}
		if o := m.Server(to); o != nil && o.Observer {
			types[0], types[1] = zk.Inform, zk.Notification
		}
	}
	var list []Choice
	for _, typ := range types {
		list = append(list, Choice{Value: typ.String(), Word: typ.String()})
	}
	return list
}

// noneHeld says that nothing is held between the servers, and that no line asked for it.
func (d *deeds) noneHeld(set zk.ServerSet) string {
	if d.m.Ruled {
		return ""
	}
	for i := range d.m.Flights {
		f := &d.m.Flights[i]
		if f.State == view.FlightHeld && set.Has(f.From) && set.Has(f.To) {
			return ""
		}
	}
	return d.t.T("cannot.noneheld")
}
