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
)

var roleMarks = map[string]string{
	"LEADING": "crown", "FOLLOWING": "dot", "OBSERVING": "eye", "LOOKING": "question",
	"DOWN": "cross",
}

func roleMark(role string) string { return roleMarks[role] }
