package e2e

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/trace"
)

// nodes are real servers, started as a person starts them.
type nodes struct {
	t   testing.TB
	cmd *exec.Cmd

	mu  sync.Mutex
	out bytes.Buffer
}

// Write keeps what the program prints.
func (n *nodes) Write(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.out.Write(b)
}

func (n *nodes) printed() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.out.String()
}

// binary builds zabscope once for all tests.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(shared.folder, "zabscope")
	out, err := exec.Command("go", "build", "-o", path, "../../server").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build zabscope: %w\n%s", err, out)
	}
	return path, nil
})

// ensemble starts three real servers and the page that shows them.
func ensemble(t testing.TB, args ...string) *nodes {
	t.Helper()
	need(t)
	path, err := binary()
	require.NoError(t, err)
	n := &nodes{t: t}
	n.cmd = exec.Command(path, append([]string{
		"ensemble", "-n", "3", "--addr", "127.0.0.1:0",
	}, args...)...)
	n.cmd.Stdout, n.cmd.Stderr = n, n
	require.NoError(t, n.cmd.Start())
	t.Cleanup(func() {
		n.stop()
		_ = n.cmd.Wait() // it may have ended before
		if t.Failed() {
			t.Log(n.printed())
		}
	})
	require.Eventually(t, func() bool { return strings.Contains(n.printed(), "playground") },
		patience, 5*time.Millisecond, "%s", n.printed())
	return n
}

// stop asks the program to end, and kills it where no process can be asked (Windows).
func (n *nodes) stop() {
	if n.cmd.Process.Signal(syscall.SIGTERM) != nil {
		_ = n.cmd.Process.Kill() // it may have ended before
	}
}

// find returns what the program printed in the parentheses of a pattern.
func (n *nodes) find(pattern string) string {
	n.t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(n.printed())
	require.NotNil(n.t, found, "%s", n.printed())
	return found[1]
}

// link is the printed address of the page, without what follows it on the line.
func (n *nodes) link() string { return n.find(`playground (\S+)`) }

// parts returns the address of the server and the fragment with the token.
func (n *nodes) parts() (origin, fragment string) {
	n.t.Helper()
	link, err := url.Parse(n.link())
	require.NoError(n.t, err)
	return link.Scheme + "://" + link.Host, link.Fragment
}

// pid returns the process of a server.
func (n *nodes) pid(id int) int {
	n.t.Helper()
	pid, err := strconv.Atoi(n.find(`server ` + strconv.Itoa(id) + ` .*PID (\d+)`))
	require.NoError(n.t, err)
	return pid
}

// shoot kills the process of a server, as kill -9 in a shell does.
func (n *nodes) shoot(id int) {
	n.t.Helper()
	p, err := os.FindProcess(n.pid(id))
	require.NoError(n.t, err)
	require.NoError(n.t, p.Kill())
}

// watch opens the printed link and waits until the servers have their roles.
func watch(t testing.TB, n *nodes) *tab {
	t.Helper()
	b := blank(t, desktop)
	b.do(chromedp.Navigate(n.link()))
	b.live()
	return b
}

// live waits until the page shows the real servers and each has its role.
func (b *tab) live() {
	b.t.Helper()
	b.wait("document.body.dataset.source === 'live'")
	b.ready()
	b.roles()
}

// roles waits until one server leads and the others follow.
func (b *tab) roles() {
	b.t.Helper()
	b.until("one server leads two", func(s state) bool {
		r := s.roles()
		return r["LEADING"] == 1 && r["FOLLOWING"] == 2
	})
}

// sound wants that no invariant broke.
func (b *tab) sound() {
	b.t.Helper()
	require.Empty(b.t, b.now().Violations)
}

func TestLivePageOpensByThePrintedLink(t *testing.T) {
	n := ensemble(t)
	b := watch(t, n)
	require.NotContains(t, ask[string](b, "location.href"), "token")
	require.Contains(t, ask[string](b, "document.getElementById('live-badge').textContent"),
		"NATIVE")
	b.command("A: create /live 1")
	require.Equal(t, "1", b.command("A: get /live"))
	b.sound()
	b.do(chromedp.Navigate(ask[string](b, "location.href"))) // the tab remembers the token
	b.live()
	b.sound()
}

// mayFault answers the question that is asked before the first fault.
func (b *tab) mayFault() {
	b.t.Helper()
	b.wait("document.getElementById('dialog-fault').open")
	b.clickOn("[data-action=allow-fault]")
	b.wait("!document.getElementById('dialog-fault').open")
}

func TestLivePageDrawsTheReelectionAfterAKill(t *testing.T) {
	n := ensemble(t, "--allow-faults")
	b := watch(t, n)
	b.pressOn("#tab-events")
	first := b.now().Leader
	n.shoot(first)
	b.until("another one leads", func(s state) bool {
		return s.Leader != 0 && s.Leader != first && s.roles()["DOWN"] == 1
	})
	b.wait("document.getElementById('events-rows').innerText.includes('majority')")
	b.sound()

	second := b.now().Leader
	b.choose(second)
	b.keys("k")
	b.mayFault()
	b.until("nobody leads", func(s state) bool { return s.roles()["DOWN"] == 2 })
	b.command(":start " + strconv.Itoa(first))
	b.until("two are enough", func(s state) bool { return s.Leader != 0 && s.Leader != second })
	b.command(":start " + strconv.Itoa(second))
	b.roles()
	b.sound()
}

func TestLivePageCutsTheLinksOfAServerThatIsDraggedAway(t *testing.T) {
	n := ensemble(t, "--allow-faults")
	b := watch(t, n)
	leader := b.now().Leader
	away := leader%3 + 1
	b.command(":client B@" + strconv.Itoa(away) + "!")
	b.command("B: create /cut 1")
	b.drag(b.glyph(away), b.paper(955, 50))
	b.mayFault()
	b.until("it stands apart", func(s state) bool {
		return s.Servers[away-1].Island != s.Servers[leader-1].Island &&
			s.Servers[away-1].Role == "LOOKING"
	})
	o := b.try("B: create /cut/2 2")
	require.False(t, o.OK, "there is no quorum at that server: %s", o.Output)
	b.command("A: create /with-quorum 1")
	b.command(":heal")
	b.roles()
	b.sound()
}

func TestLivePageSaysWhatOnlyASimulationCan(t *testing.T) {
	n := ensemble(t)
	b := watch(t, n)
	for _, line := range []string{":seed 4", ":hold PING 1>2", ":undo"} {
		require.Contains(t, b.try(line).Error, "Only a simulation", line)
	}
	require.Contains(t, b.try(":kill 1").Error, "--allow-faults")
	b.clickOn("[data-action=share]")
	b.wait("document.getElementById('toasts').innerText.includes('Only a simulation')")
	require.False(t, ask[bool](b, "document.getElementById('dialog-share').open"))
}

func TestLivePageStopsAndGoesBackInWhatItKeeps(t *testing.T) {
	n := ensemble(t)
	b := watch(t, n)
	for i := range 5 {
		b.command("A: create /n" + strconv.Itoa(i) + " x")
	}
	b.clickOn("[data-action=play]")
	b.wait("document.getElementById('live-now').ariaPressed === 'false'")
	still := b.now()
	ask[any](b, "window.zabscope.step(-20, 'delivery')")
	require.Less(t, b.now().Time, still.Time)
	ask[any](b, "window.zabscope.step(20, 'delivery')")
	require.InDelta(t, still.Time, b.now().Time, 1000)
	b.wait("document.getElementById('live-now').innerText.includes('behind')")
	b.clickOn("#live-now")
	b.wait("document.getElementById('live-now').ariaPressed === 'true'")
	b.roles()
}

func TestLivePageWithoutTheTokenSeesNothing(t *testing.T) {
	n := ensemble(t)
	origin, _ := n.parts()
	b := blank(t, desktop)
	b.do(chromedp.Navigate(origin + "/en/play"))
	b.ready()
	require.Equal(t, "sim", ask[string](b, "document.body.dataset.source"))
	b.clickOn("#header-tools [data-action=connect]")
	b.wait("document.getElementById('live-state').innerText.includes('with the token')")

	b.do(chromedp.Navigate(origin + "/en/play?wrong#token=0123456789abcdef"))
	b.wait("document.getElementById('dialog-live')?.open")
	b.wait("document.getElementById('live-state').innerText.includes('token is wrong')")
	b.ready()
	require.Equal(t, "sim", ask[string](b, "document.body.dataset.source"))
	require.NotContains(t, ask[string](b, "location.href"), "token")
}

func TestLivePageKeepsThePictureWhenTheServerIsGone(t *testing.T) {
	n := ensemble(t)
	b := watch(t, n)
	n.stop()
	b.wait("document.getElementById('live-badge').hasAttribute('data-lost')")
	require.Contains(t, ask[string](b, "document.getElementById('live-badge').title"), "next try")
	require.Len(t, b.now().Servers, 3)
	b.wait("document.getElementById('live-now').innerText.startsWith('Lost at ')")
	b.wait("document.getElementById('status').innerText.includes('Quorum not known')")
	b.wait("document.getElementById('toasts').innerText.includes('out of reach since')")
	b.forgive("WebSocket", "net::ERR")
}

func TestLivePageComesBackByItselfWhenTheConnectionBreaks(t *testing.T) {
	n := ensemble(t)
	b := watch(t, n)
	ask[any](b, `(() => {
		const send = WebSocket.prototype.send;
		WebSocket.prototype.send = function (...rest) {
			window.socket = this;
			return send.apply(this, rest);
		};
		window.said = [];
		const now = document.getElementById("live-now");
		const listen = () => window.said.push(now.innerText);
		new MutationObserver(listen).observe(now, {childList: true});
	})()`)
	b.command("A: create /before x")
	ask[any](b, "window.socket.close()")
	b.wait("window.said.some((text) => text.startsWith('Lost at '))")
	b.wait("document.getElementById('live-now').innerText === 'Live'")
	b.wait("document.getElementById('status').innerText.includes('Serving 3/3')")
	b.command("A: create /after x")
	b.sound()
}

func TestLivePageConnectsAgainAfterItsSimulatorFellSilent(t *testing.T) {
	n := ensemble(t)
	b := blank(t, desktop)
	b.catchWorker()
	b.do(chromedp.Navigate(n.link()))
	b.live()
	b.command("A: create /before 1")
	b.deafen()
	b.restart()
	b.wait("document.getElementById('stage').dataset.frozen === undefined")
	b.live()
	require.Equal(t, "1", b.command("A: get /before"))
	b.wait("document.getElementById('live-now').innerText === 'Live'")
	require.Empty(t, ask[string](b, "document.getElementById('toasts').innerText"))
	b.sound()
}

// TestLivePageWatchesChaos breaks and mends things for a minute, or as long as ZABSCOPE_LIVE_CHAOS
// says.
// chaosFor is how long the page watches real servers break: ZABSCOPE_LIVE_CHAOS, or a minute.
func chaosFor(t testing.TB) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(cmp.Or(os.Getenv("ZABSCOPE_LIVE_CHAOS"), "1m"))
	require.NoError(t, err)
	return d
}

func TestLivePageWatchesChaos(t *testing.T) {
	n := ensemble(t, "--allow-faults")
	b := watch(t, n)
	ask[any](b, "sessionStorage.setItem('zabscope.faults', 'yes')")
	faults := []string{
		":kill leader", ":start *", ":partition 1|2,3", ":heal", ":pause 2", ":resume 2",
		":cut 1>3", ":heal", ":delay 1<>2 100ms", ":heal", ":power 3", ":start *",
	}
	end := time.Now().Add(chaosFor(t))
	for i := 0; time.Now().Before(end); i++ {
		b.try(faults[i%len(faults)])
		for range 3 {
			b.try("A: create -s /chaos- x")
		}
		b.sound()
	}
	for _, line := range []string{":heal", ":resume *", ":start *"} {
		b.try(line)
	}
	b.roles()
	b.sound()
}

func TestLivePageOpensARecordedTrace(t *testing.T) {
	b := open(t, "/en/play?autoplay=0")
	trace := tracedRun(t)
	b.drop(trace, "run.ndjson")
	b.wait("document.body.dataset.source === 'recorded'")
	b.wait("document.getElementById('live-badge').title.includes('run.ndjson')") // it has been read
	ask[any](b, "window.zabscope.seek(1e9)")
	b.until("a server leads", func(s state) bool { return s.Leader != 0 })
	ask[any](b, "window.zabscope.step(-5)")
	require.Contains(t, b.try(":kill 1").Error, "recording")
	b.drop("ZSR1\x00\x00", "flight.rec")
	b.wait("document.getElementById('toasts').innerText.includes('64 bytes are damaged')")
	require.Equal(t, "recorded", ask[string](b, "document.body.dataset.source"))
	require.Positive(t, ask[int](b, "document.querySelectorAll('[data-off]').length"))
	b.drop("nothing of that kind\n", "bad.ndjson")
	b.wait("document.getElementById('toasts').innerText.includes('is no trace')")
	b.ready()
	b.until("it simulates again", func(state) bool {
		return ask[string](b, "document.body.dataset.source") == "sim"
	})
	require.Zero(t, ask[int](b, "document.querySelectorAll('[data-off]').length"))
}

// drop lets a file with a text fall onto the page.
func (b *tab) drop(text, name string) {
	b.t.Helper()
	ask[any](b, `(() => {
		const data = new DataTransfer();
		data.items.add(new File([`+quote(text)+`], `+quote(name)+`));
		document.body.dispatchEvent(
			new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
	})()`)
}

// tracedRun is the trace of a run.
func tracedRun(t *testing.T) string {
	t.Helper()
	file, problem := scenario.FreePlay(3, 0, 7)
	require.Nil(t, problem)
	var out []byte
	s, problem := scenario.NewSession(file, scenario.Options{OnEvent: func(e *trace.Event) {
		out = trace.AppendNDJSON(out, e)
	}})
	require.Nil(t, problem)
	for _, line := range []string{
		":until leader != none", ":client A", "A: create /a 1", ":wait 1s",
	} {
		require.Nil(t, s.Command(line).Err, line)
	}
	return string(out)
}

func TestLiveShots(t *testing.T) {
	if os.Getenv("ZABSCOPE_SHOTS") == "" {
		t.Skip("set ZABSCOPE_SHOTS to take pictures")
	}
	n := ensemble(t, "--allow-faults")
	origin, token := n.parts()
	for _, lang := range []string{"zh", "en"} {
		for _, theme := range []string{"light", "dark"} {
			for name, window := range map[string]size{"desktop": desktop, "phone": phone} {
				shot := fmt.Sprintf("live-%s-%s-%s", lang, theme, name)
				b := blank(t, window)
				b.prefer("prefers-color-scheme", theme)
				b.do(chromedp.Navigate(origin + "/" + lang + "/play#" + token))
				b.live()
				b.try("A: create -s /shot- 1")
				b.fits()
				b.shoot(shot)
				b.clickOn("#live-badge")
				b.shoot(shot + "-dialog")
			}
		}
	}
}
