// Package bridge stands between a running session and the page that shows it: commands come in as
// JSON, frames go out as JSON, and nothing here knows a browser, so all of it is tested natively.
//
// A command is answered at once. What changed is shown by the next frame, which the page asks for
// with Tick once per animation frame: the real time that went by becomes simulated time (clock.go),
// and the panels whose content differs from what was sent last are sent again (panels.go). A panel
// is HTML from web/ui; messages on their way are numbers, which the page turns into movement. The
// page does not ask again before it has its frame: that is the whole flow control, and a hidden
// tab,
// which gets no animation frames, costs nothing.
//
// A panic in the core is caught and told to the page once, with the seed, the step, the last events
// and the run as a link has it. After that the bridge still answers share, and load starts afresh.
//
// # Messages
//
// Page to Worker (static/js/worker.js), which hands them on as JSON:
//
//	{do: "boot", wasm: url, size}  once, first; size in bytes, 0 when unknown
//	{do: "tick", dt}               dt real ms went by: play that long, then send a frame
//	{do: verb, id, …}              a command; the answer repeats id
//
// Worker to page:
//
//	{progress: "download", done, total}, {progress: "compile"}, {progress: "boot"}, {ready: true}
//	{failed: sentence, code}       nowasm, network, http, csp, memory, compile or boot
//	{frame: json}                  the answer to a tick: Frame, or {"panic": Panic}
//	{re: id, answer: json}         {"result": …}, {"error": sentence, "code": …, "args":
//	                               […]} where
//	                               code is a scenario.Code if there is one, or {"panic": Panic}
//	{panic: json}                  the simulator ended: {error, share}
//
// # Verbs
//
// After the arrow stands the result, where there is one. What is refused leaves everything as it
// was. Links are the objects that share returns; the page packs them for an address.
//
//	load {name, scenario, told, voters, observers, seed, lang, speed, play}
//	                               a scenario's text and that of its translation, or free play
//	command {line, typed}          → Result; with pending, the answer comes later; with effect,
//	                               the page has to do it. A typed line lets time pass at the
//	                               clock's speed, others at full speed
//	answer {entry}                 → Result of a pending line
//	undo is the line ":undo"; redo {} → Result
//	play {on}, speed {speed}       the clock; speed in simulated ms per real second
//	step {n, unit}                 → units gone; unit is event, delivery or round, n < 0 goes back
//	seek {ms}
//	state {}                       → scenario.State
//	fingerprint {}                 → "9f3c…"
//	share {}                       → a link
//	describe-link {link}           → LinkNote; restore {link} replays it
//	memo {}                        → Memo; recall {memo} shows it again, after a restore
//	run {}                         → Progress
//	slice {job}                    goes on with work whose answer was {"more": {job}}; the Worker
//	                               calls it until there is another answer
//	cancel {}                      ends the work that is under way; so do pause, step and seek
//	hurry {}                       does the rest of a typed line's wait at full speed
//	settle {entry, text}           the page could not do what a line asked it for
//	predict {step, choice | lock | skip}
//	                               choice: a server, a number, or places of options, "0,2"
//	lesson-run {}, lesson-finish {}, lesson-next {}, lesson-go {step}
//	                               begins the step that is next, from where the last one ended;
//	                               the rest of it at full speed; opens the next; goes to a later
//	lesson-show {step}, lesson-back {}
//	                               goes to the moment that decided a question, and to the end
//	lesson-reset {step}, lesson-restart {}
//	                               to before a step or all of them, questions open again
//	select {target, add}           "server-3", "link-1-4", "client-A", "message-2.1.17" or ""
//	                               or several, "servers-1,2"; with add, a server is added,
//	                               or taken out. What acts on one of them acts on all.
//	menu {target}                  → {html}
//	act {action, target, choice}   what a button or key of that name does to the target; a
//	                               choice says how, "200ms"; refused with the reason
//	tool {tool, target, x, y, alt} what a click there with the tool does; alt is one way only
//	hint {tool, target, x, y, alt} → Hint: what it would do
//	drag {target, x, y, drop}      → ui.Drop: what letting go there would do of a server, with
//	                               all its selection, or of a client's plug; with drop, does it
//	knife {x, y, x2, y2, drop}     → ui.Drop: likewise for a straight cut through the stage
//	write {client}                 the client creates a znode
//	complete {line}                → Option list, whole lines
//	script {}                      → Script, what was typed as a shell script for zkCli
//	auto {text}                    "vote=ignore commit=pause": what the clock does about events
//	branch {n}, unfork {}          another branch; back to the future that acting in the past left
//	duel-of {on}                   the last comparison of votes, not the one that decided
//	votes-of {server}, console-of {client}
//	filter {group, target, text}   which events the log shows
//	events-window {n, count, on}   the rows in sight: from the n-th that passes, or the last
//	why {n}                        explains the event with that number, 0 for none
//	tape {text, from, count}       bytes of a flight recording in base64, from one of so many on
//	fly {lang}                     → Tape: plays the recording, and then shows it
//	events-export {n}              → EventsPart: NDJSON from the n-th on
//	spacetime {x, x2, on}          the diagram's window is from x to x2 ms; on: with heartbeats
//	spacetime-say {n}              → the event with that number in words
//	data-window {from, count}      which rows of the data tree the page has room for
//	data-filter {text, on}         which znodes are listed; on: only those that differ
//	data-pick {n, key, unit}, data-key {key}
//	                               → {row}: choose, fold or walk; unit is toggle or nothing
//	sight {show, hide}             which panels are in sight; others are not drawn
//	sessions-page {n}              the table of sessions begins with the n-th
//	shape {tall}                   the stage is higher than wide
//	subscribe {}                   from now on frames carry events
package bridge
