package ui

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// PageModel is everything that the playground page is made of on the server.
type PageModel struct {
	Text      text.Printer
	Assets    Assets
	Base      string         // address under which the site lives, "/" for the root
	Path      string         // of this page after the language, "/play/05-restart"
	Lesson    Lesson         // the zero value for free play
	Scenario  string         // address of the scenario's text in this language, "" for free play
	Scenarios []ScenarioLink // for the menu of the title
	Museum    []ScenarioLink // for the front page
	Model     *view.Model    // what the still picture shows
	Voters    int            // of free play
	Observers int
	Seed      uint64
	Speed     float64 // simulated ms per second; 0 lets the page choose
	Live      string  // where the page finds real servers, "/live"; "" where there are none
	Build     string  // names the build in diagnostics
	WasmSize  int64   // bytes of the simulator, not compressed; 0 when unknown
}

// data is what the page's scripts need to know: attributes of the body.
func (p PageModel) data() templ.Attributes {
	data := templ.Attributes{
		"data-lang":      p.Text.Lang.Tag(),
		"data-worker":    p.Assets.URL("js/worker.js"),
		"data-wasm":      p.Assets.URL("zabscope.wasm"),
		"data-wasm-size": strconv.FormatInt(p.WasmSize, 10),
		"data-base":      p.root(),
		"data-scenarios": p.root() + "scenarios/",
		"data-lesson":    p.Lesson.ID,
		"data-voters":    itoa(p.Voters),
		"data-observers": itoa(p.Observers),
		"data-seed":      strconv.FormatUint(p.Seed, 10),
		"data-speed":     strconv.FormatFloat(p.Speed, 'f', -1, 64),
		"data-build":     p.Build,
	}
	if p.Live != "" {
		data["data-live"] = p.Live
	}
	return data
}

// ScenarioLink is one entry of the scenario menu.
type ScenarioLink struct {
	ID, Title string
	Href      string
	Current   bool
	Place     int // among the lessons that there are, 1 for the first

	Level          string
	Minutes, Steps int
	Version        string // changes with what the scenario does
}

// Title returns the name of the page.
func (p PageModel) Title() string {
	if p.Lesson.Title != "" {
		return p.Lesson.Title + " · zabscope"
	}
	return p.Text.T("app.subtitle") + " · zabscope"
}

// Name is the lesson's title, or the words for free play.
func (p PageModel) Name() string {
	if p.Lesson.Title != "" {
		return p.Lesson.Title
	}
	return p.Text.T("nav.play")
}

// OpenHref is the address of an embed's whole page.
func (p PageModel) OpenHref() string {
	if p.Lesson.ID == "" {
		return p.Href(p.Text.Lang, "/play")
	}
	return p.Href(p.Text.Lang, "/play/"+p.Lesson.ID)
}

// Href returns the address of a page in a language.
func (p PageModel) Href(lang text.Lang, path string) string {
	short, _, _ := strings.Cut(lang.Tag(), "-")
	return p.root() + short + path
}

func (p PageModel) root() string {
	if p.Base == "" {
		return "/"
	}
	return p.Base
}

// Other returns the language that the page is not in.
func (p PageModel) Other() text.Lang {
	if p.Text.Lang == text.ZH {
		return text.EN
	}
	return text.ZH
}

// model returns what the still shows: five servers that have not been started when nothing else
// is known.
func (p PageModel) model() *view.Model {
	if p.Model != nil {
		return p.Model
	}
	return Empty(max(1, p.Voters), p.Observers)
}

// Empty returns the model of a cluster that was never started: voters 1 to v, then o observers.
func Empty(v, o int) *view.Model {
	var voters, observers zk.ServerSet
	for i := range v + o {
		if i < v {
			voters = voters.With(zk.ServerID(i + 1))
		} else {
			observers = observers.With(zk.ServerID(i + 1))
		}
	}
	return view.New(voters, observers)
}

// words are the sentences that the page's scripts show themselves; every other word reaches the
// page inside HTML.
func words(t text.Printer) string {
	all := map[string]string{}
	for _, key := range text.Keys() {
		if strings.HasPrefix(key, "js.") {
			all[strings.TrimPrefix(key, "js.")] = t.T(key)
		}
	}
	b, err := json.Marshal(all)
	if err != nil { // cannot happen for strings
		return "{}"
	}
	return string(b)
}

// Key is one row of the keyboard table.
type Key struct{ Keys, Does string }

// keyTable lists the shortcuts for the help dialog.
func keyTable(t text.Printer) []Key {
	rows := [][2]string{
		{"Space", "play"}, {". ,", "step"}, {"PgDn PgUp", "step"}, {"Shift+. ,", "delivery"},
		{"Alt+. ,", "round"}, {"1–9", "select"}, {"Shift+1–9", "add"}, {"← → ↑ ↓", "walk"},
		{"Enter", "menu"}, {"M", "menu-all"}, {"Esc", "escape"}, {"K", "kill"},
		{"R", "restart"}, {"Z", "pause"}, {"P", "isolate"}, {"H", "heal"}, {"C", "client"},
		{"W", "write"}, {"L", "list"}, {"/", "console"}, {"- = 0", "speed"}, {"T", "theme"},
		{"G", "level"}, {"[ ]", "dockside"}, {"{ }", "dockbottom"}, {"D", "drop"},
		{"Ctrl+Z", "undo"}, {"Ctrl+Shift+Z", "redo"}, {"?", "help"},
	}
	out := make([]Key, 0, len(rows))
	for _, r := range rows {
		out = append(out, Key{Keys: r[0], Does: t.T("key." + r[1])})
	}
	return out
}

// Legend is one row of the legend: a family of messages.
type Legend struct{ Family, Word string }

var families = []string{
	"election", "discovery", "sync", "proposal", "ack", "commit", "client", "heartbeat",
}

// FamilyName returns the name of a message family in data attributes, "ack".
func FamilyName(f zk.Family) string { return families[min(int(f), len(families)-1)] }

func legend(t text.Printer) []Legend {
	out := make([]Legend, 0, len(families))
	for _, f := range families {
		out = append(out, Legend{Family: f, Word: t.T("family." + f)})
	}
	return out
}

// tabNames are all panels of the docks, in their order.
var tabNames = [...]string{
	"lesson", "inspector", "votes", "data", "sessions", "console", "events", "spacetime",
	"metrics",
}

// freeServers is how many servers a free play has that no link says more of.
const freeServers = 5

// tryLines are commands that free play suggests, with the key of their explanation.
var tryLines = [][2]string{
	{":kill leader", "try.kill"}, {":partition 1,2|3,4,5", "try.partition"}, {":heal", "try.heal"},
	{":start *", "try.start"}, {"A: create /app red", "try.app"}, {"A: set /app blue", "try.set"},
	{"B: get /app", "try.get"}, {"A: create -s /n- hello", "try.create"},
	{"A: create -e /here a", "try.ephemeral"}, {":expire A", "try.expire"},
	{":chaos 20s", "try.chaos"},
}

// numeral writes a small number as a word, as the first of a sentence.
func numeral(n int, t text.Printer) string {
	if key := "numeral." + itoa(n); t.Has(key) {
		return t.T(key)
	}
	return itoa(n)
}

func itoa(n int) string { return strconv.Itoa(n) }

func yes(b bool) string { return strconv.FormatBool(b) }
