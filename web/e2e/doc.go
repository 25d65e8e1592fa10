// Package e2e tests the page as a visitor meets it: in a real Chromium, over HTTP, with the same
// handler that `zabscope play` serves. There is one browser for the package and one tab for each
// test. ZABSCOPE_SITE=export runs the same tests against the exported files on a plain web server,
// below a path; what needs the server's headers is skipped then. Without a browser, or without a
// built page, the tests are skipped and say why; with CI=true they fail instead.
package e2e
