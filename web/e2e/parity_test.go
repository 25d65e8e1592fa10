package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
)

// deed is something that a person can do on the page, and the line that does the same.
type deed struct {
	target, action string
	choice         string // what the action has to be told, "200ms"; "" when nothing
	line           string
	typed          bool   // the choice is no item of the menu: it is typed
	key            string // the letter that does it
	tool           string // the tool whose click does it
	more           []way  // gestures and buttons that do it too
}

// way is one way to do something by hand.
type way struct {
	name string
	act  func(*tab)
}

// moment is one of a run, told by the lines that lead to it, and what can be done there.
type moment struct {
	name  string
	lines []string
	deeds []deed
}

// moments have a row for every action of the page. All begin with a leader 5 and client A at 1.
func moments() []moment {
	return []moment{
		{"sound", nil, slicesOf(serverDeeds(), groupDeeds(), linkDeeds(), clientDeeds())},
		{"broken", []string{
			":client B@1", ":client C@2", ":client D@4", ":wait 1s", "D: close", ":wait 1s",
			":pause B", ":unplug C", ":cut 2<>5", ":kill 3", ":pause 4",
		}, repairs()},
		{"ruled", []string{":hold ACK 2>5"}, []deed{
			{target: "link-2-5", action: "release", line: ":release 2>5; :release 5>2"},
		}},
		{"apart", []string{":partition 1,3,4,5|2"}, islandDeeds()},
	}
}

func slicesOf(parts ...[]deed) (all []deed) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func serverDeeds() []deed {
	return []deed{
		{target: "server-3", action: "kill", line: ":kill 3", key: "k", tool: "tool-kill"},
		{target: "server-3", action: "powerloss", line: ":power 3"},
		{target: "server-3", action: "pause-process", line: ":pause 3", key: "z"},
		{target: "server-2", action: "isolate", line: ":partition 1,3,4,5|2", key: "p", more: []way{
			{"mouse to open water", func(b *tab) { b.stroke(b.glyph(2), b.openWater()) }},
			{"finger to open water", func(b *tab) { b.swipe(b.glyph(2), b.openWater()) }},
		}},
		{target: "server-4", action: "island", choice: "alone", line: ":partition 1,2,3,5|4"},
		{target: "server-3", action: "slowdisk", choice: "2000ms", line: ":slowdisk 3 2000ms"},
		{target: "server-3", action: "skew", choice: "-3000ms", line: ":skew 3 -3000ms"},
		{target: "server-3", action: "wipe", line: ":wipe 3"},
		{target: "server-3", action: "client", line: ":client B@3", key: "c", tool: "tool-client"},
		{target: "stage", action: "client", line: ":client B", key: "c"},
	}
}

func groupDeeds() []deed {
	isolate := `#actionbar [data-action="isolate"]`
	return []deed{
		{target: "servers-1,2", action: "kill", line: ":kill 1,2", key: "k"},
		{target: "servers-1,2", action: "client", line: ":client B@1; :client C@2", key: "c"},
		{target: "servers-1,4", action: "cut", line: ":cut 1<>4"},
		{target: "servers-1,4", action: "cut-ab", line: ":cut 1>4"},
		{target: "servers-1,4", action: "cut-ba", line: ":cut 4>1"},
		{target: "servers-1,2", action: "isolate", line: ":partition 1,2|3,4,5", key: "p",
			more: []way{
				{"rectangle and action bar", func(b *tab) {
					corners := b.frameOf(1, 2)
					b.stroke(corners[0], corners[2])
					b.pressOn(isolate)
				}},
				{"lasso and action bar", func(b *tab) {
					b.pressOn(`[data-tool="tool-lasso"]`)
					b.stroke(b.frameOf(1, 2)...)
					b.pressOn(isolate)
				}},
				{"knife", func(b *tab) {
					b.pressOn(`[data-tool="tool-knife"]`)
					b.stroke(amid(b.glyph(5), b.glyph(1)), amid(b.glyph(2), b.glyph(3)))
				}},
				{"drag of the selection", func(b *tab) {
					b.choose(1, 2)
					b.stroke(b.glyph(2), b.openWater())
				}},
				{"finger with the knife", func(b *tab) {
					b.poke(b.control(`[data-tool="tool-knife"]`))
					b.swipe(amid(b.glyph(5), b.glyph(1)), amid(b.glyph(2), b.glyph(3)))
				}},
			}},
	}
}

func linkDeeds() []deed {
	scissors := func(share float64, held int64) func(*tab) {
		return func(b *tab) {
			b.pressOn(`[data-tool="tool-cut"]`)
			b.click(b.wire("2-5", share), held)
		}
	}
	return []deed{
		{target: "link-2-5", action: "cut", line: ":cut 2<>5", tool: "tool-cut", more: []way{
			{"finger with the scissors", func(b *tab) {
				b.poke(b.control(`[data-tool="tool-cut"]`))
				b.poke(b.wire("2-5", 0.5))
			}},
		}},
		{target: "link-2-5", action: "cut-ab", line: ":cut 2>5",
			more: []way{{"scissors and Alt near 2", scissors(0.22, alt)}}},
		{target: "link-2-5", action: "cut-ba", line: ":cut 5>2",
			more: []way{{"scissors and Alt near 5", scissors(0.78, alt)}}},
		{target: "link-2-5", action: "delay", choice: "200ms", line: ":delay 2<>5 200ms",
			tool: "tool-delay"},
		{target: "link-2-5", action: "delay", choice: "77ms", typed: true,
			line: ":delay 2<>5 77ms"},
		{target: "link-2-5", action: "loss", choice: "30%", line: ":loss 2<>5 30%",
			tool: "tool-loss"},
		{target: "link-1-4", action: "loss", choice: "60%", line: ":loss 1<>4 60%"},
		{target: "link-2-5", action: "drop-2-5", choice: "ACK", line: ":drop ACK 2>5"},
		{target: "link-2-5", action: "drop-5-2", choice: "PROPOSAL", line: ":drop PROPOSAL 5>2"},
		{target: "link-2-5", action: "hold-2-5", choice: "ACK", line: ":hold ACK 2>5"},
		{target: "link-2-5", action: "hold-5-2", choice: "COMMIT", line: ":hold COMMIT 5>2"},
	}
}

func clientDeeds() []deed {
	write := func(press func(*tab, string)) func(*tab) {
		return func(b *tab) { press(b, "#toolbar [data-action=write]") }
	}
	plug := "#client-A .client-body"
	return []deed{
		{target: "client-A", action: "write", line: "A: create -s /n-", key: "w", more: []way{
			{"the toolbar", write((*tab).pressOn)},
			{"finger on the toolbar", write(func(b *tab, s string) { b.poke(b.control(s)) })},
		}},
		{target: "client-A", action: "read", line: "A: ls /"},
		{target: "client-A", action: "close", line: "A: close"},
		{target: "client-A", action: "unplug", line: ":unplug A"},
		{target: "client-A", action: "move", choice: "3", line: ":move A 3", more: []way{
			{"mouse with the plug", func(b *tab) { b.stroke(b.control(plug), b.glyph(3)) }},
			{"finger with the plug", func(b *tab) { b.swipe(b.control(plug), b.glyph(3)) }},
		}},
		{target: "client-A", action: "pause-process", line: ":pause A", key: "z"},
		{target: "client-A", action: "expire", line: ":expire A"},
	}
}

// repairs are what can be done where something is broken.
func repairs() []deed {
	heal := "#toolbar [data-action=heal-all]"
	return []deed{
		{target: "server-3", action: "restart", line: ":start 3", key: "r", tool: "tool-kill"},
		{target: "server-4", action: "resume", line: ":resume 4", key: "z"},
		{target: "server-2", action: "heal", line: ":heal 2"},
		{target: "link-2-5", action: "heal-link", line: ":heal 2<>5", tool: "tool-cut"},
		{target: "servers-2,5", action: "heal-link", line: ":heal 2<>5"},
		{target: "client-B", action: "resume", line: ":resume B", key: "z"},
		{target: "client-C", action: "plug", line: ":heal C"},
		{target: "client-D", action: "renew", line: ":client D"},
		{target: "stage", action: "heal-all", line: ":heal", key: "h", more: []way{
			{"the toolbar", func(b *tab) { b.pressOn(heal) }},
			{"finger on the toolbar", func(b *tab) { b.poke(b.control(heal)) }},
		}},
		{target: "stage", action: "start-all", line: ":start *", key: "r"},
	}
}

func islandDeeds() []deed {
	home := func(b *tab) point { return amid(b.glyph(3), b.glyph(4)) }
	return []deed{
		{target: "server-1", action: "island", choice: "with-2", line: ":partition 1,2|3,4,5",
			more: []way{
				{"mouse to the island", func(b *tab) { b.stroke(b.glyph(1), b.glyph(2)) }},
				{"finger to the island", func(b *tab) { b.swipe(b.glyph(1), b.glyph(2)) }},
			}},
		{target: "server-2", action: "island", choice: "with-1", line: ":heal 2", more: []way{
			{"mouse back", func(b *tab) { b.stroke(b.glyph(2), home(b)) }},
			{"finger back", func(b *tab) { b.swipe(b.glyph(2), home(b)) }},
		}},
	}
}

// messageDeeds are what can be done to a NOTIFICATION on its way, and once it is held.
func messageDeeds(m message) (flying, held []deed) {
	target, way := "message-"+m.id, m.from+">"+m.to
	flying = []deed{
		{target: target, action: "drop", line: ":drop " + m.id, key: "d"},
		{target: target, action: "hold", line: ":hold " + m.id},
		{target: target, action: "drop-next", line: ":drop NOTIFICATION " + way},
		{target: target, action: "duplicate", line: ":duplicate NOTIFICATION " + way},
		{target: target, action: "delay", choice: "200ms", line: ":delay " + way + " 200ms"},
	}
	held = []deed{
		{target: target, action: "release", line: ":release " + way},
		{target: "stage", action: "release", line: ":release"},
	}
	return flying, held
}

// allDeeds lists every row.
func allDeeds() []deed {
	flying, held := messageDeeds(message{"2.17", "1", "2"})
	all := append(flying, held...)
	for _, s := range moments() {
		all = append(all, s.deeds...)
	}
	return all
}

// noLine are actions that the page carries out itself: no line does the same.
var noLine = map[string]string{"client console": "it puts the keyboard into the console"}

// onlyLines are the lines that no action prints, and why.
var onlyLines = map[string]string{
	"fire":     "it names one of many things that may come next: the explorer writes it",
	"crash-at": "it is for a moment that is yet to come: scenarios set it",
	"quirk":    "it breaks ZooKeeper itself, in lessons",
	"readonly": "it is a setting of the ensemble, not of something on the stage",
	"chaos":    "it is many faults at once: a line to try in the panel of free play",
	"wait":     "the transport lets time pass", "until": "the transport lets time pass",
	"step": "a button of the transport", "fork": "a form of the transport",
	"reset":     "it is over at once: scenarios and random runs do it",
	"bandwidth": "it is for large snapshots: scenarios and random runs set it",
	"drift":     "it is for long runs: scenarios and random runs set it",
	"faildisk":  "it is for the next fsync: scenarios and random runs set it",
}

var serverNumbers = regexp.MustCompile(`-\d-\d$`)

// kindOf names an action without the servers that it is about: "link drop".
func kindOf(target, action string) string {
	kind, _, _ := strings.Cut(target, "-")
	kind = strings.TrimSuffix(strings.Replace(kind, "servers", "server", 1), " ")
	return kind + " " + serverNumbers.ReplaceAllString(action, "")
}

func TestEveryActionIsInTheMatrix(t *testing.T) {
	rows, keys := map[string]bool{}, map[string]bool{}
	for _, d := range allDeeds() {
		rows[kindOf(d.target, d.action)] = true
		keys[kindOf(d.target, d.action)+" "+strings.ToUpper(d.key)] = true
	}
	offered := map[string]bool{}
	for _, s := range ui.Samples() {
		targets := []string{
			"stage", "server-1", "server-2", "server-3", "servers-1,2", "link-1-2", "link-1-4",
			"client-A", "client-B",
		}
		for i := range s.Model.Flights {
			targets = append(targets, "message-"+s.Model.Flights[i].ID.String())
		}
		for _, target := range targets {
			for _, a := range ui.BuildActions(s.Model, target, text.In(text.EN)) {
				name := kindOf(target, a.Name)
				offered[name] = true
				if noLine[name] != "" {
					continue
				}
				require.True(t, rows[name], "%s has no row in moments", name)
				require.True(t, a.Key == "" || keys[name+" "+a.Key], "%s by %s", name, a.Key)
			}
		}
	}
	for name := range rows {
		require.True(t, offered[name], "there is no action %s", name)
	}
}

func TestEveryLineOfTheWorldIsInTheMatrix(t *testing.T) {
	done := map[string]bool{}
	for _, d := range allDeeds() {
		for line := range strings.SplitSeq(d.line, "; ") {
			verb, _, _ := strings.Cut(strings.TrimPrefix(line, ":"), " ")
			done[verb] = true
		}
	}
	for _, v := range scenario.Verbs() {
		if v.File {
			require.NotEqual(t, done[v.Name], onlyLines[v.Name] != "", v.Name)
		}
	}
}

func TestEveryActionEndsInTheSameFingerprintHoweverItIsDone(t *testing.T) {
	b := blank(t, desktop)
	b.do(chromedp.EmulateViewport(desktop.width, desktop.height, chromedp.EmulateTouch))
	b.prefer("prefers-reduced-motion", "reduce") // nothing slides: a hand need not wait
	b.visit("/en/play?seed=7&autoplay=0")
	b.elect()
	for _, line := range []string{":client A@1", ":wait 1s", "A: create /x 1", ":wait 2s"} {
		b.command(line)
	}
	for _, s := range moments() {
		b.play(t, s.name, s.lines, s.deeds)
	}
	m := b.vote()
	flying, held := messageDeeds(m)
	b.play(t, "voting", nil, flying)
	b.play(t, "held", []string{":hold " + m.id}, held)

	used := map[string]bool{"tool-select": true, "tool-lasso": true, "tool-knife": true}
	for _, d := range allDeeds() {
		used[d.tool] = true
	}
	for _, tool := range ask[[]string](b,
		`[...document.querySelectorAll("[data-action][data-tool]")].map((el) => el.dataset.tool)`) {
		require.True(t, used[tool], "%s is in no row", tool)
	}
}

// play does all deeds of a scene in every way, and goes back to before the scene.
func (b *tab) play(t *testing.T, name string, lines []string, deeds []deed) {
	t.Helper()
	ok := t.Run(name, func(t *testing.T) {
		outer := b.t
		b.t = t
		defer func() { b.t = outer }()
		for _, line := range lines {
			b.command(line)
		}
		b.settle()
		for _, d := range deeds {
			b.everyWay(d)
		}
		for range lines {
			b.command(":undo")
		}
	})
	require.True(t, ok, "what follows would begin elsewhere")
}

// everyWay does one deed in every way, from the same moment, and wants the trace of its line.
func (b *tab) everyWay(d deed) {
	b.t.Helper()
	before := b.fingerprint()
	lines := strings.Split(d.line, "; ")
	for _, line := range lines {
		b.command(line)
	}
	want := b.fingerprint()
	require.NotEqual(b.t, before, want, "%s does nothing", d.line)
	b.undo(before, lines)
	for _, w := range waysOf(d) {
		b.clear()
		w.act(b)
		b.changes(before, d.line+" by "+w.name)
		b.current()
		require.Equal(b.t, strings.TrimPrefix(d.line, "A: "), b.printed(len(lines)), w.name)
		require.Equal(b.t, want, b.fingerprint(), "%s by %s", d.line, w.name)
		b.undo(before, lines)
	}
}

// undo takes lines back.
func (b *tab) undo(before string, lines []string) {
	b.t.Helper()
	for range lines {
		b.command(":undo")
	}
	require.Equal(b.t, before, b.fingerprint(), "undo of %v", lines)
	b.current()
}

// printed returns the last lines of the console, joined as an action has them.
func (b *tab) printed(lines int) string {
	b.t.Helper()
	return ask[string](b, fmt.Sprintf(`
		[...document.querySelectorAll("#console-log .console-line")].slice(-%d)
		.map((el) => [...el.childNodes].map((n) => n.nodeType === Node.TEXT_NODE ? n.data : "")
		.join("").trim()).join("; ")`, lines))
}

func TestUndoAndRedoAreTheSameHoweverTheyAreDone(t *testing.T) {
	b := standing(t)
	before := b.fingerprint()
	b.command(":kill 3")
	after := b.fingerprint()
	listed := func(action string) string { return "#list-cluster [data-action=" + action + "]" }
	corner := func(action string) string { return ".corner [data-action=" + action + "]" }
	shifted := map[string][]chromedp.Modifier{
		"undo": {chromedp.ModifierCtrl}, "redo": {chromedp.ModifierCtrl, chromedp.ModifierShift},
	}
	ways := map[string]func(action string){
		"keys":   func(action string) { b.keys("z", shifted[action]...) },
		"mouse":  func(action string) { b.click(b.spot(corner(action)), 0) },
		"finger": func(action string) { b.poke(b.spot(corner(action))) },
		"list": func(action string) {
			b.list()
			b.click(b.spot(listed(action)), 0)
		},
	}
	for name, do := range ways {
		b.clear()
		do("undo")
		b.changes(after, "undo by "+name)
		require.Equal(t, before, b.fingerprint(), "undo by %s", name)
		b.clear()
		do("redo")
		b.changes(before, "redo by "+name)
		require.Equal(t, after, b.fingerprint(), "redo by %s", name)
	}
}

// TestArrowsReachEverythingOnTheStage is why the matrix may put the keyboard on a glyph by itself.
func TestArrowsReachEverythingOnTheStage(t *testing.T) {
	b := standing(t)
	b.command(":cut 1<>2")
	b.current()
	for _, kind := range []string{
		"#stage-servers > .server, #stage-clients > .client",
		"#stage-wires > .wire:not([data-kind=idle]):not([data-kind=apart])",
	} {
		all := ask[[]string](b, "[...document.querySelectorAll("+quote(kind)+")].map((g) => g.id)")
		require.Greater(t, len(all), 3)
		ask[any](b, "document.activeElement.blur()")
		b.tabTo(":is(" + kind + ")")
		reached := map[string]bool{b.focused(): true}
		for next := []string{b.focused()}; len(next) > 0; next = next[1:] {
			for _, arrow := range []string{kb.ArrowLeft, kb.ArrowUp, kb.ArrowRight, kb.ArrowDown} {
				b.key("#"+next[0], arrow)
				if id := b.focused(); !reached[id] {
					reached[id] = true
					next = append(next, id)
				}
			}
		}
		for _, id := range all {
			require.True(t, reached[id], "no arrow leads to %s", id)
		}
	}
}
