package ui

import (
	"strings"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// BuildActions lists what can be done to a target, "server-3" or "servers-1,2": the same list makes
// the context menu, the action bar and the inspector's buttons. Each action is a line of the
// command language.
func BuildActions(m *view.Model, target string, t text.Printer) []Action {
	kind, name, _ := strings.Cut(target, "-")
	var list []Action
	switch kind {
	case "server":
		if id, ok := SelectedServer(target); ok && m.Server(id) != nil {
			list = serverActions(m, m.Server(id))
		}
	case "servers":
		if set, ok := group(target); ok {
			list = groupActions(m, set&(m.Voters|m.Observers))
		}
	case "link":
		if a, b, ok := ends(name); ok {
			list = linkActions(m, a, b)
		}
	case "client":
		if len(name) == 1 {
			list = clientActions(name)
		}
	case "message":
		list = messageActions(m, name)
	case "stage":
		list = stageActions(m)
	}
	for i := range list {
		list[i].Word = t.T("action." + list[i].Name)
		list[i].Help = help(list[i].Line, t)
	}
	return list
}

// help returns what a world line does and the line itself.
func help(line string, t text.Printer) string {
	verb, _, _ := strings.Cut(strings.TrimPrefix(line, ":"), " ")
	if key := "verb." + verb; strings.HasPrefix(line, ":") && t.Has(key) {
		return t.T(key) + "\n" + line
	}
	return line
}

func serverActions(m *view.Model, s *view.Server) []Action {
	n := s.ID.String()
	if !s.Up {
		return []Action{
			{Name: "restart", Icon: "restart", Line: ":start " + n, Key: "R"},
			{Name: "wipe", Icon: "wipe", Line: ":wipe " + n, Danger: true},
		}
	}
	list := []Action{
		{Name: "kill", Icon: "power", Line: ":kill " + n, Key: "K", Danger: true},
		{Name: "powerloss", Icon: "bolt", Line: ":power " + n, Danger: true},
	}
	if s.Paused {
		list = append(list, Action{Name: "resume", Icon: "play", Line: ":resume " + n, Key: "Z"})
	} else {
		list = append(list, Action{
			Name: "pause-process", Icon: "pause", Line: ":pause " + n, Key: "Z",
		})
	}
	if alone(m, s.ID) {
		list = append(list, Action{Name: "heal", Icon: "heal", Line: ":heal " + n, Key: "H"})
	} else {
		list = append(list, Action{
			Name: "isolate", Icon: "isolate", Line: IsolateLine(m, zk.SetOf(s.ID)), Key: "P",
		})
	}
	if s.Fsync > 0 {
		list = append(list, Action{Name: "fastdisk", Icon: "disk", Line: ":slowdisk " + n + " 0ms"})
	} else {
		line := ":slowdisk " + n + " 500ms"
		list = append(list, Action{Name: "slowdisk", Icon: "disk", Line: line})
	}
	return append(list, Action{
		Name: "client", Icon: "client", Line: ":client " + NextLetter(m) + "@" + n, Key: "C",
	})
}

// alone reports whether nothing passes between the server and any other.
func alone(m *view.Model, id zk.ServerID) bool {
	for _, i := range m.Islands() {
		if i.Members == zk.SetOf(id) {
			return true
		}
	}
	return false
}

// NextLetter returns the first letter that no client has.
func NextLetter(m *view.Model) string {
	for c := zk.ServerID('A'); c < 'Z'; c++ {
		if m.Client(c) == nil {
			return c.String()
		}
	}
	return "Z"
}

func linkActions(m *view.Model, a, b zk.ServerID) []Action {
	there, back := m.Link(a, b), m.Link(b, a)
	pair, turned := a.String()+">"+b.String(), b.String()+">"+a.String()
	if there != (view.Link{From: a, To: b}) || back != (view.Link{From: b, To: a}) {
		return []Action{{
			Name: "heal-link", Icon: "heal", Line: ":heal " + pair + "; :heal " + turned,
		}}
	}
	delay, loss := " 200ms", " 30%"
	return []Action{
		{Name: "cut", Icon: "cut", Line: ":cut " + pair + "; :cut " + turned, Danger: true},
		{Name: "cut-ab", Icon: "cut", Line: ":cut " + pair},
		{Name: "cut-ba", Icon: "cut", Line: ":cut " + turned},
		{
			Name: "delay", Icon: "clock",
			Line: ":delay " + pair + delay + "; :delay " + turned + delay,
		},
		{Name: "loss", Icon: "warn", Line: ":loss " + pair + loss + "; :loss " + turned + loss},
	}
}

func clientActions(c string) []Action {
	return []Action{
		{Name: "console", Icon: "write", Key: "/"},
		{Name: "write", Icon: "write", Line: c + ": create -s /n-", Key: "W"},
		{Name: "unplug", Icon: "cut", Line: ":unplug " + c},
		{Name: "expire", Icon: "clock", Line: ":expire " + c, Danger: true},
	}
}

func messageActions(m *view.Model, name string) []Action {
	for i := range m.Flights {
		f := &m.Flights[i]
		over, client := f.State > view.FlightHeld, f.From.IsClient() || f.To.IsClient()
		if f.ID.String() != name || over || client {
			continue
		}
		between := f.Type.String() + " " + f.From.String() + ">" + f.To.String()
		return []Action{
			{Name: "drop", Icon: "cross", Line: ":drop " + between, Key: "D", Danger: true},
			{Name: "hold", Icon: "clock", Line: ":hold " + between},
			{Name: "release", Icon: "play", Line: ":release"},
		}
	}
	return nil
}

func stageActions(m *view.Model) []Action {
	list := []Action{{Name: "heal", Icon: "heal", Line: ":heal", Key: "H"}}
	for s := range m.Servers() {
		if !s.Up {
			return append(list, Action{Name: "start-all", Icon: "restart", Line: ":start *"})
		}
	}
	return list
}
