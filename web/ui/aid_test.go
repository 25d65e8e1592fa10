package ui

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
)

func TestHelpListsEveryKeyOfTheKeyboardMap(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "..", "static", "js", "keys.js"))
	require.NoError(t, err)
	_, body, ok := strings.Cut(string(source), "const letters = {")
	require.True(t, ok)
	body, _, _ = strings.Cut(body, "};")
	listed := " "
	for _, k := range keyTable(text.In(text.EN)) {
		require.NotContains(t, k.Does, "key.", k.Keys)
		listed += k.Keys + " "
	}
	for _, m := range regexp.MustCompile(`(?m)^  "?(.)"?: `).FindAllStringSubmatch(body, -1) {
		if m[1] == "+" { // the same key as "="
			continue
		}
		require.Contains(t, listed, " "+strings.ToUpper(m[1])+" ")
	}
}

func TestLevelsListMoreAndMore(t *testing.T) {
	commit := &trace.Event{Kind: trace.Committed, Why: zk.QuorumAcked}
	vote := &trace.Event{Kind: trace.Sent, Type: zk.Notification}
	sync := &trace.Event{Kind: trace.Sent, Type: zk.NewLeader}
	ping := &trace.Event{Kind: trace.Sent, Type: zk.Ping}
	disk := &trace.Event{Kind: trace.Durable}
	all := []*trace.Event{commit, vote, sync, ping, disk}
	for name, want := range map[string]int{"simple": 2, "standard": 3, "full": 5} {
		level, ok := ParseLevel(name)
		require.True(t, ok)
		n := 0
		for _, e := range all {
			if level.Lists(e) {
				n++
			}
		}
		require.Equal(t, want, n, name)
	}
	_, ok := ParseLevel("much")
	require.False(t, ok)
}

func TestEverySettingHasOneUsualChoice(t *testing.T) {
	for _, lang := range []text.Lang{text.ZH, text.EN} {
		for _, s := range settingsOf(text.In(lang)) {
			usual := 0
			for _, c := range s.Choices {
				require.NotContains(t, c.Word, ".", s.Name)
				if c.Usual {
					usual++
				}
			}
			require.Equal(t, 1, usual, s.Name)
		}
	}
}
