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
	Name   string // its address, "02-cold-start"
	folder string // of its file, "" or museum
	Title  string
	Text   []byte // the file as it is
	Tag    string // changes whenever Text does
	Shown  ui.Lesson
	Still  *view.Model // the ensemble before the first step; only read while pages are made
}

// Library holds every lesson in both languages.
type Library struct {
	lessons map[string][]Lesson // by language: the lessons by name, then those of the museum
	free    *view.Model         // how free play begins
}

// OpenLibrary reads NAME.md, in English with what runs, and zh/NAME.md, its translation, and
// renders their prose; then those in the folder museum. A scenario without a translation is missing
// in that language.
func OpenLibrary(files fs.FS) (*Library, error) {
	l := &Library{lessons: map[string][]Lesson{}}
	free, problem := scenario.FreePlay(scenario.FreePlayVoters, 0, 0)
	if problem != nil {
		return nil, problem
	}
	l.free, _ = still(free)
	for _, folder := range []string{"", museum} {
		if err := l.open(files, folder); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// museum is the folder of the scenarios that show bugs.
const museum = "museum"

func (l *Library) open(files fs.FS, folder string) error {
	names, err := fs.Glob(files, path.Join(folder, "*.md"))
	if err != nil {
		return fmt.Errorf("list scenarios: %w", err)
	}
	slices.Sort(names)
	for _, name := range names {
		name = path.Base(name)
		if name == "README.md" {
			continue
		}
		if err := l.add(files, folder, strings.TrimSuffix(name, ".md")); err != nil {
			return err
		}
	}
	return nil
}

// add reads one scenario in both languages.
func (l *Library) add(files fs.FS, folder, name string) error {
	raw, err := fs.ReadFile(files, path.Join(folder, name+".md"))
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
	lesson := Lesson{Name: name, folder: folder, Still: before}
	lesson.Shown.Version = tag(raw)
	if err := l.keep(text.EN, lesson, script, script, raw); err != nil {
		return err
	}
	raw, err = fs.ReadFile(files, path.Join("zh", folder, name+".md"))
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
	shown.Version, shown.Exhibit = lesson.Shown.Version, lesson.folder == museum
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

// All returns the scenarios of a language: the lessons, then those of the museum.
func (l *Library) All(lang string) []Lesson {
	return l.lessons[lang]
}

// in returns the scenarios of one folder.
func (l *Library) in(folder, lang string) []Lesson {
	var all []Lesson
	for _, lesson := range l.lessons[lang] {
		if lesson.folder == folder {
			all = append(all, lesson)
		}
	}
	return all
}

// after returns the lesson that follows one in its folder, false at the end.
func (l *Library) after(lang string, lesson Lesson) (Lesson, bool) {
	all := l.in(lesson.folder, lang)
	i := slices.IndexFunc(all, func(x Lesson) bool { return x.Name == lesson.Name })
	if i < 0 || i+1 >= len(all) {
		return Lesson{}, false
	}
	return all[i+1], true
}
