// Package scenario is the command language and the scenario files: one parser for the console, for
// files, for links and for the page, and one Session that runs them.
//
// A scenario file is a lesson, a test and a page. It is Markdown with fenced blocks: run holds
// lines of the command language, expect holds checks, trace holds golden events, predict holds a
// question whose right answer is computed from the run. Parse reads it, NewSession makes a running
// one.
//
// A Session is a coroutine over the steps of a simulated world. Before each step of the world it
// carries out the lines that are due; time passes only where a line waits for something. It owns no
// state that a replay could not find again: seeking goes through the sim's Timeline, and where the
// script was at a step is remembered beside it. So a run in a browser, in a test and on the command
// line have the same fingerprint.
//
// Files: line.go and verbs.go read lines; lex.go, syntax.go, names.go and eval.go are the check
// language; parse.go reads files; facts.go folds the trace into what checks ask about; session.go,
// script.go and console.go run; journal.go is what a link carries.
package scenario
