package ui

// Assets finds the page's files. All files of one build lie under one base address, so that
// modules import each other by relative path; a hash in the base names the build.
type Assets struct {
	Base string // ends with a slash, "/static/1f2e3d4c/"; "" means "/static/"
}

// URL returns the address of a file by its path below static, "js/main.js".
func (a Assets) URL(name string) string {
	if a.Base == "" {
		return "/static/" + name
	}
	return a.Base + name
}

// sheets are the style sheets of the page, in the order in which they must be read.
var sheets = []string{
	"tokens", "base", "header", "status", "stage", "server", "link", "client", "toolbar", "gesture",
	"transport", "dock", "lesson", "step", "inspector", "bytes", "votes", "console", "events",
	"list", "menu", "deeds", "dialog", "share", "toast", "sessions", "metrics", "spacetime", "data",
	"watches", "work", "time", "aid", "live", "layout", "motion",
}
