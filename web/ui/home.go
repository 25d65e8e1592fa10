package ui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/web/text"
)

// HomeModel is the front page: a lesson that can be tried, and the way to all the others.
type HomeModel struct {
	PageModel
	Chapters []Chapter
	First    ScenarioLink // where one who is new begins
	Live     string       // address of the frame in which it is tried; "" for none
}

// Chapter is a part of the curriculum with those of its lessons that there are.
type Chapter struct {
	Number  int
	Lessons []ScenarioLink
}

// chapterFrom is the number of the first lesson of each chapter in the curriculum, with which ids
// begin. Not all lessons of the curriculum are written, so people see places instead.
var chapterFrom = [...]int{1, 6, 12, 17, 25, 28}

// BuildHome sorts the lessons of p into chapters. Model is what the first of them begins with.
func BuildHome(p PageModel) HomeModel {
	h := HomeModel{PageModel: p}
	for i := range chapterFrom {
		h.Chapters = append(h.Chapters, Chapter{Number: i + 1})
	}
	for _, s := range p.Scenarios {
		c := &h.Chapters[chapterOf(s.ID)-1]
		c.Lessons = append(c.Lessons, s)
	}
	if len(p.Scenarios) > 0 {
		h.First = p.Scenarios[0]
		h.Live = p.Href(p.Text.Lang, "/embed/"+h.First.ID) + "?ui=full&ctl=0"
	}
	return h
}

// chapterOf finds the chapter of a lesson, counted from 1.
func chapterOf(id string) int {
	number, _, _ := strings.Cut(id, "-")
	n, _ := strconv.Atoi(number) // a name without a number goes into the first
	chapter := 1
	for i, from := range chapterFrom {
		if n >= from {
			chapter = i + 1
		}
	}
	return chapter
}

// Title returns the chapter's name.
func (c Chapter) Title(t text.Printer) string { return t.T("chapter." + strconv.Itoa(c.Number)) }

// Planned returns the names of the chapters that have no lesson yet.
func (h HomeModel) Planned() []string {
	var all []string
	for _, c := range h.Chapters {
		if len(c.Lessons) == 0 {
			all = append(all, c.Title(h.Text))
		}
	}
	return all
}

// exhibitParts splits the title of an exhibit into the report in Apache's JIRA and what went wrong.
// One without a report has only the latter.
func exhibitParts(title string) (report, name string) {
	for _, colon := range []string{": ", "："} {
		if report, name, found := strings.Cut(title, colon); found {
			return report, name
		}
	}
	return "", title
}

func exhibitReport(title string) string {
	report, _ := exhibitParts(title)
	return report
}

func exhibitName(title string) string {
	_, name := exhibitParts(title)
	return name
}

// homeSheets are the style sheets of the front page.
var homeSheets = []string{
	"tokens", "base", "header", "stage", "server", "link", "client", "sessions", "step", "home",
	"motion",
}

// level names how much a lesson asks of its reader, "" where nothing says.
func (s ScenarioLink) level(t text.Printer) string {
	if s.Level == "" {
		return ""
	}
	return t.T("level." + s.Level)
}

// dotted joins those of the parts that say something.
func dotted(parts ...string) string {
	said := slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(said, " · ")
}
