// Package bridge stands between a running session and the page that shows it: commands come in as
// JSON, frames go out as JSON, and nothing here knows a browser, so all of it is tested natively.
//
// A command is answered at once. What changed is shown by the next frame, which the page asks for
// with Tick once per animation frame: the real time that went by becomes simulated time (clock.go),
// and the panels whose content differs from what was sent last are sent again (panels.go). A panel
// is HTML from web/ui; messages on their way are numbers, which the page turns into movement.
//
// A panic in the core is caught, told to the page with the seed, the step and the last events, and
// leaves the bridge answering.
package bridge
