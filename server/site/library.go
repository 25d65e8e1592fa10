package site

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// Lesson is one scenario in one language. What the simulator runs is Text; Shown is for people.
type Lesson struct {
	Name  string // its address, "02-cold-start"
	Title string
	Text  []byte // the file as it is
	Tag   string // changes whenever Text does
	Shown ui.Lesson
	Still *view.Model // the ensemble before the first step; only read while pages are made
}

// Library holds every lesson in both languages.
type Library struct {
	lessons map[string][]Lesson // by language, sorted by name
	free    *view.Model         // how free play begins
}

// OpenLibrary reads NAME.md, in English with what runs, and zh/NAME.md, its translation, and
// renders their prose. A scenario without a translation is missing in that language.
func OpenLibrary(files fs.FS) (*Library, error) {
	l := &Library{lessons: map[string][]Lesson{}}
	free, problem := scenario.FreePlay(scenario.FreePlayVoters, 0, 0)
	if problem != nil {
		return nil, problem
	}
	l.free, _ = still(free)
	names, err := fs.Glob(files, "*.md")
	if err != nil {
		return nil, fmt.Errorf("list scenarios: %w", err)
	}
	slices.Sort(names)
	for _, name := range names {
		if name == "README.md" {
			continue
		}
		if err := l.add(files, strings.TrimSuffix(name, ".md")); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// add reads one scenario in both languages.
func (l *Library) add(files fs.FS, name string) error {
	raw, err := fs.ReadFile(files, name+".md")
	if err != nil {
		return fmt.Errorf("read scenario %s: %w", name, err)
	}
	script, problem := scenario.Parse(name, string(raw))
	if problem != nil {
		return fmt.Errorf("read scenario %s: %w", name, problem)
	}
	before, problem := still(script)
	if problem != nil {
		return fmt.Errorf("prepare scenario %s: %w", name, problem)
	}
	lesson := Lesson{Name: name, Still: before}
	lesson.Shown.Version = tag(raw)
	if err := l.keep(text.EN, lesson, script, script, raw); err != nil {
		return err
	}
	raw, err = fs.ReadFile(files, path.Join("zh", name+".md"))
	if err != nil {
		return nil // not translated yet
	}
	told, problem := scenario.ParseTranslation(name, string(raw))
	if problem == nil {
		problem = script.CheckTranslation(told)
	}
	if problem != nil {
		return fmt.Errorf("read scenario zh/%s: %w", name, problem)
	}
	return l.keep(text.ZH, lesson, script, told, raw)
}

// keep adds a lesson: what happens is taken from the script, the words from told.
func (l *Library) keep(lang text.Lang, lesson Lesson, script, told *scenario.File, raw []byte,
) error {
	shown, err := show(script, told, text.In(lang))
	if err != nil {
		return fmt.Errorf("render scenario %s (%s): %w", script.Name, short(lang), err)
	}
	shown.Version = lesson.Shown.Version
	lesson.Title, lesson.Text, lesson.Tag, lesson.Shown = shown.Title, raw, tag(raw), shown
	l.lessons[short(lang)] = append(l.lessons[short(lang)], lesson)
	return nil
}

// tag names a text by its contents.
func tag(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}

// Find returns one lesson.
func (l *Library) Find(lang, name string) (Lesson, bool) {
	i := slices.IndexFunc(l.lessons[lang], func(x Lesson) bool { return x.Name == name })
	if i < 0 {
		return Lesson{}, false
	}
	return l.lessons[lang][i], true
}

// All returns the lessons of a language, by name.
func (l *Library) All(lang string) []Lesson {
	return l.lessons[lang]
}

// after returns the lesson that follows one in a language, false at the end.
func (l *Library) after(lang, name string) (Lesson, bool) {
	all := l.lessons[lang]
	i := slices.IndexFunc(all, func(x Lesson) bool { return x.Name == name })
	if i < 0 || i+1 >= len(all) {
		return Lesson{}, false
	}
	return all[i+1], true
}
