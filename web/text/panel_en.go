package text

// panelEN are the English words of the panels of data, sessions, watches and metrics. See parse for
// the form.
const panelEN = `
say.Snapshotted = Node {n} begins to save a snapshot of its state at {zxid}

# Sessions
tab.sessions = Sessions
sessions.title = Sessions
sessions.empty = No sessions: no client has connected yet. Add one:
sessions.keeper = Leader {n} keeps time in steps of tickTime = {tick}: when the hand leaves a
	bucket, all that is in it expires at once.
sessions.nokeeper = There is no serving leader, so nobody keeps time: no session can expire
	now. A new leader gives each one its full timeout.
sessions.wheel = Sessions in buckets of {tick}: {n}
sessions.chip = {s}: expires at {t} ({state})
sessions.formula = How the bucket is found
sessions.formula.text = Each ping or request counts from now again and moves the session to a
	later bucket. Rounding up means: up to one tick late, never early.
sessions.caption = Sessions, the first to expire at the top
sessions.id = Session
sessions.server = Node
sessions.timeout = Timeout
sessions.heard = Heard
sessions.bucket = Bucket
sessions.ephemerals = Eph.
sessions.ephemerals.long = Ephemeral znodes of the session
sessions.before = Earlier rows
sessions.after = More rows
sessions.range = {from}–{to} of {n}
sessions.state.open = open
sessions.state.closing = closing
sessions.state.expired = expired
sessions.state.gone = closed
`
