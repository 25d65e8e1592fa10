package ui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// Action is something that can be done to a target now, or that could be at another moment: then
// Why says what is in the way.
type Action struct {
	Name     string // of the data-action hook, "kill"
	Section  string // actions of one section stand together in a menu
	Icon     string
	Word     string
	Line     string   // the command that it prints; "" for what the page itself does
	Help     string   // what such a line does
	Key      string   // of the keyboard
	Danger   bool     // it breaks something
	Quick    bool     // it stands on the action bar
	Why      string   // why it would change nothing; "" when it can be done
	Forecast string   // what it would mean for the service; "" when nothing can be said
	Choices  []Choice // what it needs to know; Line is that of the usual choice
	Usual    string   // Value of the usual choice
	Amount   *Amount  // a choice that is not in the list can be typed; nil if not
}

// Choice is one way to carry out an action, "200ms".
type Choice struct{ Value, Word, Line, Why string }

// Amount is a number that can be typed in place of a choice. Form is the line with {} in its place.
type Amount struct {
	Form, Unit      string
	Value, Min, Max int
}

// Choose returns the line for a choice, "" for the usual one, and why it cannot be done.
func (a *Action) Choose(value string) (line, why string) {
	if a.Why != "" {
		return "", a.Why
	}
	if value == "" {
		value = a.Usual
	}
	for i := range a.Choices {
		switch c := &a.Choices[i]; {
		case c.Value != value:
		case c.Why != "":
			return "", c.Why
		default:
			return c.Line, ""
		}
	}
	if a.Amount != nil && a.Amount.fits(value) {
		return strings.ReplaceAll(a.Amount.Form, "{}", value), ""
	}
	return a.Line, ""
}

// fits reports whether the text is a number in range with the unit.
func (a *Amount) fits(value string) bool {
	digits, ok := strings.CutSuffix(value, a.Unit)
	n, err := strconv.Atoi(digits)
	return ok && err == nil && n >= a.Min && n <= a.Max
}

// Pick returns the first action of one of the names that can be done now; without one, the first
// that has a name, and nil if none has.
func Pick(list []Action, names ...string) *Action {
	var first *Action
	for _, name := range names {
		i := slices.IndexFunc(list, func(a Action) bool { return a.Name == name })
		if i < 0 {
			continue
		}
		if first == nil {
			first = &list[i]
		}
		if _, why := list[i].Choose(""); why == "" {
			return &list[i]
		}
	}
	return first
}

// BuildActions lists what can be done to a target, "server-3", "servers-1,2", "link-1-4",
// "client-A", "message-2.17" or "stage". The one list makes the context menu, the action bar, the
// inspector's buttons, the list view and what keys do. Each action is a line of the command
// language.
func BuildActions(m *view.Model, target string, t text.Printer) []Action {
	d := deeds{m: m, t: t}
	kind, name, _ := strings.Cut(target, "-")
	switch kind {
	case "server", "servers":
		if set := SelectedServers(target) & (m.Voters | m.Observers); set != 0 {
			d.servers(set)
		}
	case "link":
		if a, b, ok := ends(name); ok && m.Server(a) != nil && m.Server(b) != nil {
			d.link(a, b)
		}
	case "client":
		if len(name) == 1 && m.Client(zk.ServerID(name[0])) != nil {
			d.client(m.Client(zk.ServerID(name[0])))
		}
	case "message":
		d.message(name)
	case "stage":
		d.stage()
	}
	for i := range d.list {
		d.restrict(&d.list[i])
	}
	return d.list
}

// restrict refuses what cannot be done to real nodes, or not by this person.
func (d *deeds) restrict(a *Action) {
	line := a.Line
	if len(a.Choices) > 0 {
		line = a.Choices[0].Line
	}
	if line == "" || a.Why != "" || d.m.Source == view.Simulated {
		return
	}
	verb := ""
	if rest, ok := strings.CutPrefix(line, ":"); ok {
		verb, _, _ = strings.Cut(rest, " ")
	}
	if why := d.m.Refuses(verb); why != "" {
		a.Why, a.Key, a.Forecast = d.t.T("live.cannot."+why), "", ""
	}
}

// deeds collects the actions of one target.
type deeds struct {
	m       *view.Model
	t       text.Printer
	section string
	list    []Action
}

// add lists an action. Why is why it would change nothing now.
func (d *deeds) add(a Action, why string) *Action {
	a.Section, a.Why = d.section, why
	if a.Word == "" {
		a.Word = d.t.T("action." + a.Name)
	}
	if why != "" {
		a.Key, a.Forecast = "", ""
	}
	a.Help = help(a.Line, d.t)
	d.list = append(d.list, a)
	return &d.list[len(d.list)-1]
}

// help returns what a world line does.
func help(line string, t text.Printer) string {
	verb, _, _ := strings.Cut(strings.TrimPrefix(line, ":"), " ")
	if key := "verb." + verb; strings.HasPrefix(line, ":") && t.Has(key) {
		return t.T(key)
	}
	return ""
}

// pick lists an action that has to know which of several values; form has {} in their place.
func (d *deeds) pick(a Action, form string, choices []Choice) *Action {
	why := ""
	for i := range choices {
		c := &choices[i]
		if c.Line == "" {
			c.Line = strings.ReplaceAll(form, "{}", c.Value)
		}
		if c.Value == a.Usual {
			a.Line = c.Line
		}
	}
	free := func(c Choice) bool { return c.Why == "" }
	if a.Amount == nil && !slices.ContainsFunc(choices, free) {
		why = d.t.T("cannot.nochoice")
	}
	if a.Amount != nil {
		a.Amount.Form = form
	}
	a.Choices = choices
	return d.add(a, why)
}

// times are choices of a duration; now is the one that is set already, 0 for none.
func (d *deeds) times(now string, normal string, values ...string) []Choice {
	var list []Choice
	for _, v := range values {
		c := Choice{Value: v, Word: spaced(v)}
		if v == now {
			c.Why = d.t.T("cannot.same")
		}
		list = append(list, c)
	}
	c := Choice{Value: normal, Word: d.t.T("action.normal")}
	if now == "" {
		c.Why = d.t.T("cannot.normal")
	}
	return append(list, c)
}

// spaced puts a blank between a number and its unit: "200 ms", "3 s", but "30%".
func spaced(v string) string {
	if seconds, ok := strings.CutSuffix(v, "000ms"); ok {
		return seconds + " s"
	}
	i := strings.LastIndexAny(v, "0123456789") + 1
	if v[i:] == "%" {
		return v
	}
	return v[:i] + " " + v[i:]
}

// sections cuts a list where another section begins.
func sections(list []Action) [][]Action {
	var out [][]Action
	for i := range list {
		if n := len(out); n > 0 && out[n-1][0].Section == list[i].Section {
			out[n-1] = append(out[n-1], list[i])
			continue
		}
		out = append(out, list[i:i+1:i+1])
	}
	return out
}

// quick returns the actions of the action bar.
func quick(list []Action) []Action {
	return slices.DeleteFunc(slices.Clone(list), func(a Action) bool { return !a.Quick })
}

// actionAttrs are the attributes of a control that carries out an action. What cannot be done can
// still be reached: it says why.
func actionAttrs(a Action) templ.OrderedAttributes {
	var attrs templ.OrderedAttributes
	set := func(name, value string) {
		attrs = append(attrs, templ.KeyValue[string, any]{Key: name, Value: value})
	}
	described := a.Forecast
	switch {
	case a.Why != "":
		set("aria-disabled", "true")
		described = a.Why
	case len(a.Choices) > 0:
		set("aria-haspopup", "menu")
		set("data-choices", "")
	case a.Line != "":
		set("data-line", a.Line)
	}
	if described != "" {
		set("aria-description", described)
	} else if a.Help != "" {
		set("data-hint", a.Help)
	}
	if a.Danger {
		set("data-danger", "")
	}
	return attrs
}

// choiceAttrs are those of one choice.
func choiceAttrs(c Choice) templ.OrderedAttributes {
	return actionAttrs(Action{Line: c.Line, Why: c.Why})
}
