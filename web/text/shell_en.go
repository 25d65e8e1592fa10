package text

// shellEN are the English words of the console, its form and its completion.
// See parse for the form.
const shellEN = `
console.clients = Client that lines go to
console.client = Client {letter}: {state}
console.new = New client {letter}
console.form = Form
console.copy = Copy as a script
console.options = What the line may become
console.seek = Go to {t}, when this was given
console.waits.client = Client {letter} is {state}: the line is sent when it is connected, or fails
	with ConnectionLoss. A running server that it can reach must follow a leader.
console.waits.quorum = Waits: no leader has a majority ({up} of {n voter|voters} can reach each
	other).
	Start or heal servers; otherwise it fails with ConnectionLoss.
console.waits.election = Waits: there is no leader yet; it goes on when the election is over.
console.away.later = Later than the moment that is shown
console.away.branch = On another branch
console.waits.paused = Time stands still: press play, and the answer comes.
console.done = Done
console.done.set = Written: version {v}, in transaction {zxid}
console.done.delete = Deleted, in transaction {zxid}
console.expire.runs = The cable of {c} is pulled. Leader {n} hears nothing of it any more and lets
	its session expire at {at}, {t} after this line. :heal {c} before that saves it.
console.expire.unkept = The cable of {c} is pulled, but no leader keeps time now. The next one gives
	its session the full timeout first.
console.expire.saved = {c} is heard of again: its session goes on.
console.expire.over = The session was over at {at}, {t} after this line.
console.note.client = A client goes on to another server when this one does not serve yet; write
	{c}! to keep it at one.
console.note.heal = Nodes {servers} still look for a leader. Who gets no answer asks again more and
	more seldom, every 60 s at last, so this may take a while.
builder.command = Command
builder.path = Path
builder.kind = Kind
builder.kind.persistent = persistent
builder.kind.ephemeral = ephemeral
builder.kind.sequential = sequential
builder.kind.both = ephemeral and sequential
builder.data = Data
builder.version = Only at version
builder.watch = Set a watch
js.copied.script = Copied: {n line|lines} as a script for zkCli
js.builder.path = A path begins with / and does not end with it, as in /app/config
js.builder.quotes = Data with both kinds of quotes does not fit on one line: leave one kind out
`
