package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/web/text"
)

// heardNode is what assistive technology knows of a part of the page.
type heardNode struct {
	role, name string
	id         cdp.BackendNodeID
}

// hears reads the page's accessibility tree.
func (b *tab) hears() []heardNode {
	b.t.Helper()
	tree, err := chromedp.Call(b.ctx, accessibility.GetFullAXTree,
		accessibility.GetFullAXTreeParams{})
	require.NoError(b.t, err)
	var out []heardNode
	for _, n := range tree.Nodes {
		if n.Ignored || n.Role == nil || n.Name == nil || isDisabled(n) {
			continue
		}
		out = append(out, heardNode{
			role: strings.Trim(string(n.Role.Value), `"`),
			name: strings.Trim(string(n.Name.Value), `"`), id: n.BackendDOMNodeID,
		})
	}
	return out
}

// isDisabled reports whether a control cannot be used now.
func isDisabled(n *accessibility.Node) bool {
	for _, p := range n.Properties {
		if p.Name == accessibility.PropertyNameDisabled && string(p.Value.Value) == "true" {
			return true
		}
	}
	return false
}

// listen waits until there is a part of a role with one of the names, and says which.
func (b *tab) listen(role string, names ...string) heardNode {
	b.t.Helper()
	var all []heardNode
	for end := time.Now().Add(patience); time.Now().Before(end); {
		all = b.hears()
		for _, n := range all {
			for _, name := range names {
				if n.role == role && strings.Contains(n.name, name) {
					return n
				}
			}
		}
		ask[any](b, "new Promise(requestAnimationFrame)")
	}
	require.Fail(b.t, "nobody says "+strings.Join(names, " or "), "%s among %v", role, all)
	return heardNode{}
}

// use moves the keyboard to what was heard and presses a key there.
func (b *tab) use(n heardNode, key string) {
	b.t.Helper()
	for end := time.Now().Add(patience); !b.tryUse(n, key); n = b.listen(n.role, n.name) {
		require.True(b.t, time.Now().Before(end), "%s %s cannot be reached", n.role, n.name)
	}
}

// tryUse is use of what may be gone by now.
func (b *tab) tryUse(n heardNode, key string) bool {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, dom.Focus, dom.FocusParams{BackendNodeID: n.id})
	if err == nil {
		b.do(chromedp.KeyEvent(key))
	}
	return err == nil
}

// TestALessonIsFinishedByNamesAndKeysAlone knows the page by the roles and names that a screen
// reader tells, and presses keys.
func TestALessonIsFinishedByNamesAndKeysAlone(t *testing.T) {
	b := open(t, "/en/play/05-runtime-election")
	say := text.In(text.EN)
	lock, skip, run := say.T("lesson.lock"), say.T("lesson.skip"), say.T("lesson.run")
	answer, finish, next := say.T("lesson.answer"), say.T("lesson.finish"), say.T("lesson.next")
	end := say.T("lesson.end")
	b.listen("heading", "Election while running")
	b.use(b.listen("radio", "4"), " ")
	b.use(b.listen("button", lock), "\r")
	b.use(b.listen("button", run), "\r")
	b.use(b.listen("button", finish), "\r")
	b.listen("StaticText", say.T("lesson.right"))
	b.use(b.listen("button", next), "\r")
	b.calm()
	for range 40 {
		n := b.listen("button", skip, run, answer, finish, next, say.T("lesson.free"))
		if n.name == say.T("lesson.free") {
			break
		}
		b.tryUse(n, "\r")
		b.calm()
	}
	b.listen("heading", end)
	require.Empty(t, b.now().Violations)
}

func TestEveryControlHasANameToHear(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		b := open(t, "/"+lang+"/play")
		b.elect()
		for _, n := range b.hears() {
			switch n.role {
			case "button", "link", "textbox", "searchbox", "combobox", "slider", "tab", "checkbox",
				"radio", "separator", "dialog", "img", "table", "region", "navigation":
				require.NotEmpty(t, n.name, n.role)
			}
		}
	}
}

func TestDialogsKeepTheKeyboardAndGiveItBack(t *testing.T) {
	b := open(t, "/en/play")
	for _, name := range []string{"settings", "help", "share"} {
		b.focus("[data-action=" + name + "]")
		b.do(chromedp.KeyEvent("\r"))
		b.wait("document.getElementById('dialog-" + name + "').open")
		for range 40 {
			b.do(chromedp.KeyEvent("\t"))
			require.True(t, ask[bool](b, `document.activeElement === document.body ||
				document.activeElement.closest("dialog[open]") !== null`))
		}
		b.do(chromedp.KeyEvent("\x1b"))
		require.Equal(t, name, b.focused())
	}
}

func TestTheKeyboardMeetsTheLandmarksInTheirOrder(t *testing.T) {
	b := open(t, "/en/play")
	b.elect()
	ask[any](b, "document.activeElement.blur()")
	var order []string
	for range 90 {
		b.do(chromedp.KeyEvent("\t"))
		part := ask[string](b, `document.activeElement.closest(
			".header, .toolbar, .stage, .transport, .side, .bottom, .skip")?.classList[0] ?? ""`)
		if len(order) == 0 || order[len(order)-1] != part {
			order = append(order, part)
		}
		if part == "bottom" {
			break
		}
	}
	require.Equal(t,
		[]string{"skip", "header", "toolbar", "stage", "transport", "side", "bottom"}, order)
}
