package bridge

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// sent is what a page was sent of one panel.
type sent struct{ times, bytes, most int }

// sizes plays real seconds with all panels in sight while a client writes four times a second, and
// returns what was sent of each panel.
func sizes(t testing.TB, lang string, seconds int) map[string]sent {
	b := New(endless)
	do := func(text string) {
		var a answerOf
		require.NoError(t, decode(b.Call([]byte(text)), &a))
		require.Empty(t, a.Error, text)
	}
	do(`{"do":"load","voters":5,"seed":7,"lang":"` + lang + `","speed":100,"play":true}`)
	for _, line := range []string{":until leader != none", ":client A", ":client B", ":wait 1s"} {
		do(`{"do":"command","line":"` + line + `"}`)
	}
	do(`{"do":"select","target":"server-5"}`)
	do(`{"do":"data-window","from":0,"count":14}`)
	do(`{"do":"play","on":true}`)
	b.Tick(0)
	all := map[string]sent{}
	for frame := range 60 * seconds {
		if frame%15 == 0 {
			b.execute("A: create -s /n- 0123456789")
		}
		var f frameOf
		require.NoError(t, json.Unmarshal(b.Tick(1000.0/60), &f))
		count := func(id string, size int) {
			s := all[id]
			s.times++
			s.bytes += size
			s.most = max(s.most, size)
			all[id] = s
		}
		for _, p := range f.Panels {
			count(p[0], len(p[1]))
		}
		for _, p := range f.Patches {
			count(p.ID, len(encode(p)))
		}
	}
	return all
}

func TestPanelsSendLittleWhileTimeFlows(t *testing.T) {
	for _, lang := range []string{"en", "zh-CN"} {
		t.Run(lang, func(t *testing.T) { requireLittle(t, sizes(t, lang, 10), 10) })
	}
}

// requireLittle checks what was sent of each panel in so many seconds.
func requireLittle(t *testing.T, all map[string]sent, seconds int) {
	t.Helper()
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		s := all[name]
		t.Logf("%-18s %5.1f/s %6d B each, %6d at most", name,
			float64(s.times)/float64(seconds), s.bytes/s.times, s.most)
		require.LessOrEqual(t, s.times, 10*seconds+1, "%s is sent too often", name)
		require.LessOrEqual(t, s.most, 4<<10, "%s sends too much at once", name)
	}
}
