package site

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
)

const story = `---
title: Why did server 5 win?
cluster: 5 voters
---
Five servers start *together*.

<script>alert(1)</script>

## All at once {#start}

They have no history.

` + "```predict pick-server\nWho will lead?\n```" + `

` + "```run\n:start 1-5\n```" + `

` + "```expect\nleader == 5\n```" + `

## Again {#again}

Look at ` + "`votes[1]`" + `.
`

const told = `---
title: 为什么是 5
---
五个节点*同时*启动。

## 一起启动 {#start}

` + "```predict pick-server\n谁会当选？\n```" + `

## 再看 {#again}

看看选票。
`

func TestLessonHasItsProseAndWhatWillHappen(t *testing.T) {
	l, err := OpenLibrary(fstest.MapFS{
		"why.md": {Data: []byte(story)}, "zh/why.md": {Data: []byte(told)},
	})
	require.NoError(t, err)
	en, ok := l.Find("en", "why")
	require.True(t, ok)
	require.Equal(t, "Why did server 5 win?", en.Title)
	require.Contains(t, en.Shown.Intro, "<em>together</em>")
	require.NotContains(t, en.Shown.Intro, "<script>")
	require.Len(t, en.Shown.Steps, 2)
	first := en.Shown.Steps[0]
	require.Equal(t, "start", first.ID)
	require.Contains(t, first.Prose, "They have no history.")
	require.NotContains(t, first.Prose, "leader == 5")
	require.Equal(t, []string{":start 1-5"}, first.Live.Lines)
	require.Equal(t, "Who will lead?", first.Live.Predict.Question)
	require.Len(t, first.Live.Checks, 1)
	require.Contains(t, en.Shown.Steps[1].Prose, "<code>votes[1]</code>")
	require.Equal(t, story, string(en.Text))

	zh, ok := l.Find("zh", "why")
	require.True(t, ok)
	require.Equal(t, "为什么是 5", zh.Title)
	require.Equal(t, []string{":start 1-5"}, zh.Shown.Steps[0].Live.Lines, "what runs is the same")
	require.Equal(t, "谁会当选？", zh.Shown.Steps[0].Live.Predict.Question)
	require.NotEqual(t, en.Tag, zh.Tag)
}

func TestLibraryDoesNotInventLessons(t *testing.T) {
	l, err := OpenLibrary(fstest.MapFS{"why.md": {Data: []byte(story)}})
	require.NoError(t, err)
	_, ok := l.Find("zh", "why")
	require.False(t, ok)
	_, ok = l.Find("en", "../why")
	require.False(t, ok)
	require.Len(t, l.All("en"), 1)
}

func TestLibraryNamesABrokenScenario(t *testing.T) {
	_, err := OpenLibrary(fstest.MapFS{"broken.md": {Data: []byte("no front matter")}})
	require.ErrorContains(t, err, "broken")
}

func TestMuseumIsOnTheFrontPageAndHasMenusOfItsOwn(t *testing.T) {
	l, err := OpenLibrary(fstest.MapFS{
		"why.md": {Data: []byte(story)}, "museum/e01.md": {Data: []byte(story)},
		"museum/e02.md": {Data: []byte(story)},
	})
	require.NoError(t, err)
	names := func(links []ui.ScenarioLink) (all []string) {
		for _, link := range links {
			all = append(all, link.ID)
		}
		return all
	}
	home, _ := l.page(route{lang: text.EN, home: true}, places{root: "/"})
	require.Equal(t, []string{"why"}, names(home.Scenarios))
	require.Equal(t, []string{"e01", "e02"}, names(home.Museum))
	lesson, _ := l.page(route{lang: text.EN, scenario: "why"}, places{root: "/"})
	require.Equal(t, []string{"why"}, names(lesson.Scenarios))
	require.Empty(t, lesson.Museum)
	require.Nil(t, lesson.Lesson.Next)
	exhibit, ok := l.page(route{lang: text.EN, scenario: "e01"}, places{root: "/"})
	require.True(t, ok)
	require.Equal(t, "/scenarios/en/e01.md", exhibit.Scenario)
	require.Equal(t, []string{"e01", "e02"}, names(exhibit.Scenarios))
	require.Equal(t, "e02", exhibit.Lesson.Next.ID)
	var html strings.Builder
	require.NoError(t, ui.Page(exhibit).Render(t.Context(), &html))
	require.Contains(t, html.String(), "exhibit 1 of 2")
	require.NotContains(t, html.String(), "lesson 1 of")
}
