package site

import (
	"bytes"
	"cmp"
	"strconv"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
)

// show makes the lesson as the templates take it, before anything of it has run.
func show(script, told *scenario.File, t text.Printer) (lesson ui.Lesson, err error) {
	title := cmp.Or(told.Title, script.Title)
	lesson = ui.Lesson{
		ID: script.Name, Title: title, Level: script.Level, Minutes: script.Minutes,
	}
	if lesson.Intro, err = prose(told.Intro); err != nil {
		return lesson, err
	}
	for i := range script.Steps {
		step := ui.LessonStep{ID: script.Steps[i].ID, Title: told.Steps[i].Title}
		before, after := aroundQuestion(told.Steps[i].Blocks)
		if step.Prose, err = prose(before); err != nil {
			return lesson, err
		}
		if step.After, err = prose(after); err != nil {
			return lesson, err
		}
		step.Live = live(script, i, told.Steps[i].Question(), t)
		lesson.Steps = append(lesson.Steps, step)
	}
	return lesson, nil
}

// aroundQuestion splits a step into what is read first and what explains the result.
func aroundQuestion(blocks []scenario.Block) (before, after []scenario.Block) {
	for i, b := range blocks {
		if b.Kind != scenario.Prose {
			return blocks[:i], blocks[i:]
		}
	}
	return blocks, nil
}

// live lists what a step will do, ask and check. The first one is open.
func live(script *scenario.File, i int, q *scenario.Question, t text.Printer) ui.StepLive {
	step := &script.Steps[i]
	l := ui.StepLive{
		ID: step.ID, State: "ahead", Lines: step.Script(), Last: i == len(script.Steps)-1,
		Look: ui.BuildLook(cmp.Or(step.Show.Focus, script.Show.Focus), t),
	}
	if i == 0 {
		l.State, l.Latest = "current", true
	}
	for _, c := range step.Checks() {
		l.Checks = append(l.Checks, ui.Check{
			Text: c.Text, Says: c.Phrase(t.Words), State: "waiting",
		})
	}
	if q == nil {
		return l
	}
	var options, servers []string
	for _, o := range q.Options {
		options = append(options, o.Text)
	}
	for id := range script.Voters + script.Observers {
		servers = append(servers, strconv.Itoa(id+1))
	}
	l.Predict = &ui.Prediction{
		Kind: q.Kind, Question: q.Text,
		Options: ui.BuildOptions(q.Kind, options, servers, "", t),
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
