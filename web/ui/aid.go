package ui

import (
	"strings"

	"github.com/zabscope/zabscope/web/text"
)

// Setting is one thing that a person can choose about the page.
type Setting struct {
	Name, Word, Help string
	Choices          []SettingChoice
}

// SettingChoice is one value of a setting. The usual one holds until another is chosen.
type SettingChoice struct {
	Value, Word string
	Usual       bool
}

// settingsOf lists the settings that have a few values, for their dialog.
func settingsOf(t text.Printer) []Setting {
	list := []Setting{
		{Name: "level", Word: t.T("detail.label"), Help: t.T("aid.level.text")},
		{Name: "voice", Word: t.T("aid.voice")},
		{Name: "motion", Word: t.T("aid.motion")},
		{Name: "theme", Word: t.T("aid.theme")},
	}
	values := map[string][]string{
		"level":  Levels,
		"voice":  {"brief", "normal", "detailed"},
		"motion": {"auto", "reduced", "full"},
		"theme":  {"auto", "light", "dark"},
	}
	for i := range list {
		s := &list[i]
		for _, v := range values[s.Name] {
			prefix := "aid." + s.Name + "."
			if s.Name == "level" {
				prefix = "detail."
			}
			s.Choices = append(s.Choices, SettingChoice{
				Value: v, Word: t.T(prefix + v),
				Usual: v == "standard" || v == "normal" || v == "auto",
			})
		}
	}
	return list
}

// Names returns the keys of a row one by one: "- = 0" are three.
func (k Key) Names() []string { return strings.Fields(k.Keys) }

var (
	legendRoles = []string{"LEADING", "FOLLOWING", "OBSERVING", "LOOKING", "DOWN"}
	legendLinks = []string{"quorum", "election", "cut", "oneway", "slow", "loss"}
	legendSigns = []string{"ep", "zxid", "arc", "waits", "tray", "lease", "stale"}
)

// signCodes are the signs that are written; the others are drawn.
var signCodes = map[string]string{"ep": "ep 2", "zxid": "e2·c13", "tray": "c13 ✓✓· 2/3"}

// legendTags are the letters on messages, each with the key of its sentence.
var legendTags = [][2]string{
	{"V→3", "vote"}, {"FI · OI", "info"}, {"LI e2 · AE", "epoch"}, {"DIFF +4", "diff"},
	{"TRUNC ⇤c9", "trunc"}, {"SNAP", "snap"}, {"NL e2", "newleader"}, {"UP", "uptodate"},
	{"P c13", "proposal"}, {"A c13", "ack"}, {"C c13", "commit"}, {"I c13", "inform"},
	{"REQ", "request"}, {"SY", "sync"}, {"RV", "revalidate"}, {"+ · ×", "client"},
}

var roleMarks = map[string]string{
	"LEADING": "crown", "FOLLOWING": "dot", "OBSERVING": "eye", "LOOKING": "question",
	"DOWN": "cross",
}

func roleMark(role string) string { return roleMarks[role] }
