package site

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/web/ui"
)

// Lesson is one scenario in one language. What the simulator runs is Text; Shown is for people.
type Lesson struct {
	Name  string // its address, "02-cold-start"
	Title string
	Text  []byte // the file as it is
	Tag   string // changes whenever Text does
	Shown ui.Lesson
}

// Library holds every lesson in both languages.
type Library struct {
	lessons map[string][]Lesson // by language, sorted by name
}

// OpenLibrary reads NAME.md, in English with what runs, and zh/NAME.md, its translation, and
// renders their prose. A scenario without a translation is missing in that language.
func OpenLibrary(files fs.FS) (*Library, error) {
	l := &Library{lessons: map[string][]Lesson{}}
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
	text, err := fs.ReadFile(files, name+".md")
	if err != nil {
		return fmt.Errorf("read scenario %s: %w", name, err)
	}
	script, problem := scenario.Parse(name, string(text))
	if problem != nil {
		return fmt.Errorf("read scenario %s: %w", name, problem)
	}
	if err := l.keep("en", script, script, text); err != nil {
		return err
	}
	text, err = fs.ReadFile(files, path.Join("zh", name+".md"))
	if err != nil {
		return nil // not translated yet
	}
	told, problem := scenario.ParseTranslation(name, string(text))
	if problem == nil {
		problem = script.CheckTranslation(told)
	}
	if problem != nil {
		return fmt.Errorf("read scenario zh/%s: %w", name, problem)
	}
	return l.keep("zh", script, told, text)
}

// keep adds a lesson: what happens is taken from the script, the words from told.
func (l *Library) keep(lang string, script, told *scenario.File, text []byte) error {
	shown, err := show(script, told)
	if err != nil {
		return fmt.Errorf("render scenario %s (%s): %w", script.Name, lang, err)
	}
	sum := sha256.Sum256(text)
	l.lessons[lang] = append(l.lessons[lang], Lesson{
		Name: script.Name, Title: shown.Title, Text: text, Tag: hex.EncodeToString(sum[:8]),
		Shown: shown,
	})
	return nil
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

// show makes the lesson as the templates take it, before anything of it has run.
func show(script, told *scenario.File) (lesson ui.Lesson, err error) {
	title := cmp.Or(told.Title, script.Title)
	lesson = ui.Lesson{ID: script.Name, Title: title, Level: script.Level}
	if lesson.Intro, err = prose(told.Intro); err != nil {
		return lesson, err
	}
	for i := range script.Steps {
		step := ui.LessonStep{ID: script.Steps[i].ID, Title: told.Steps[i].Title}
		if step.Prose, err = prose(told.Steps[i].Blocks); err != nil {
			return lesson, err
		}
		step.Live = live(&script.Steps[i], &told.Steps[i])
		step.Live.Last = i == len(script.Steps)-1
		lesson.Steps = append(lesson.Steps, step)
	}
	return lesson, nil
}

// live lists what a step will do, ask and check.
func live(script, told *scenario.Step) ui.StepLive {
	l := ui.StepLive{ID: script.ID, State: "ahead"}
	for _, b := range script.Blocks {
		if b.Kind == scenario.Run {
			l.Lines = append(l.Lines, strings.Split(strings.TrimSpace(b.Text), "\n")...)
		}
	}
	for _, b := range told.Blocks {
		if q := b.Predict; q != nil && l.Predict == nil {
			l.Predict = &ui.Prediction{Kind: q.Kind, Question: q.Text}
			for _, o := range q.Options {
				l.Predict.Options = append(l.Predict.Options, o.Text)
			}
		}
	}
	for _, c := range script.Checks() {
		l.Checks = append(l.Checks, ui.Check{Text: c.Text, State: "waiting"})
	}
	return l
}

// markdown leaves raw HTML out: a scenario may come from a stranger.
var markdown = goldmark.New(goldmark.WithExtensions(extension.Table))

// prose renders the Markdown among the blocks.
func prose(blocks []scenario.Block) (html string, err error) {
	var out bytes.Buffer
	for _, b := range blocks {
		if b.Kind != scenario.Prose {
			continue
		}
		if err := markdown.Convert([]byte(b.Text), &out); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}
