package text

// liveEN are the English sentences about real nodes and recorded files. See parse for the form.
const liveEN = `
say.Missed = Some of what node {n} did is missing here
say.Missed.known = {k} events of node {n} are missing here
say.Missed.gone = Node {n} is not heard of any more: its process or its connection is gone
server.missed = events missing
server.lost = not heard of
live.sampled = Node {n} does more than can be shown: {k} of {of} transactions are drawn
live.lost = The connection broke before the answer came: it may have happened, or not
live.cannot.recorded = This is a recording: it can be looked at, not changed
live.cannot.sim = Only a simulation can do this; these are real nodes. Open the playground without
	the link's token to try it
live.cannot.act = You may only watch. Start zabscope ensemble without --watch to act
live.cannot.break = Faults are not allowed here. Start zabscope ensemble with --allow-faults
`
