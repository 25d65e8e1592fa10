package text

// panelEN are the English words of the panels of data, sessions, watches and metrics. See parse for
// the form.
const panelEN = `
tab.data = Data
data.search = Find a path
data.only = Only differing
data.summary = {n znode|znodes} · {d differs|differ}
data.empty = Nothing here but ZooKeeper's own znodes. Make one:
data.nothing = No znode fits.
data.legend = Pips
data.detail = Selected znode
data.table = What each server has
data.close = Close
data.gone = No server has this znode now.
data.node = Node
data.value = value
data.version = version
data.owner = owner
data.children = children
data.bytes = {n} B
data.watchers = Watched by
data.unwatched = nobody
data.at = node {n}: {pip}
data.row = {name}, {kind}, value {value}, {version}, {pips}
data.pip.same = as committed
data.pip.none = not there, as committed
data.pip.behind = behind
data.pip.logged = logged, not committed
data.pip.missing = missing
data.pip.down = down
data.pip.unknown = not known
data.kind.persistent = persistent
data.kind.ephemeral = ephemeral
data.kind.container = container
data.kind.ttl = with a time to live
data.perm.c = create
data.perm.d = delete
data.perm.r = read
data.perm.w = write
data.perm.a = admin
data.absent = no znode
data.stale = Stale read: node {n} returned {got}; {have} is already committed
data.version = version {v}
watches.title = Watches
watches.empty = Nobody watches a znode. Let client A watch the root:
watches.more = {n older one|older ones} are not shown
watches.client = Client
watches.path = Path
watches.kind = Waits for
watches.set = Set at
watches.fired = Fired (one-shot); set it again
watches.lost = Gone with its connection
data.tag = stale
data.lagging = this znode is up to date, but node {n} has not applied all that is committed
say.Snapshotted = Node {n} begins to save a snapshot of its state at {zxid}

# Metrics
tab.metrics = Metrics
metrics.span = From the beginning to {t}
metrics.commits = Commits
metrics.total = , {n} in all
metrics.latency = Commit latency
metrics.outstanding = Outstanding proposals
metrics.elections = Elections
metrics.election = Node {n} led from {t}, after {took}
metrics.unavailable = Unavailable
metrics.most = at most {most}
metrics.share = {p}% of the time
metrics.spoken = {name}: now {last}, {most}
metrics.spoken.total = {name}: {total} in all

# Events
events.everybody = Everybody
events.of = Whose events
events.why = why?
events.busy = Searching…
events.lost = Earlier events are no longer kept. Go back in time to see them again.
events.export = Save as NDJSON
events.latest = To the end ↓
js.events.saved = Saved as {name}
why.label = Why this happened
why.close = Close the explanation
why.causes = How it came about
why.hidden = {n earlier step|earlier steps} are left out.

# The inspector
inspect.heard = Votes received
inspect.round = in round {n}
inspect.ignored = not counted
inspect.links = Links
inspect.link.election = election
inspect.link.quorum = quorum
inspect.queue = {n} on the way
inspect.log = Log
inspect.unsynced = Waits for the disk
inspect.unsynced.help = Written but not yet on disk: a power loss now would take it away
inspect.sessions.here = Sessions attached here
inspect.waiting = Operations without an answer
inspect.copy = A click copies a value.
field.state = what the sender is doing
field.leader = whom the sender votes for
field.zxid = epoch and counter of a transaction
field.electionEpoch = round of the election (logicClock)
field.peerEpoch = epoch of the one voted for
field.acceptedEpoch = newest epoch that it has promised
field.sid = myid of the sender
field.newEpoch = the epoch that the leader proposes
field.currentEpoch = epoch of its history; -1 for no new promise
field.lastZxid = last transaction on its disk
field.floor = how far its memory can go back
field.epoch = the leader's epoch
field.session = a client's session
field.txn = a transaction: zxid, operation, path
field.op = the operation
field.xid = the client's number of the request
field.cxid = the client's number of the request
field.path = a znode
field.err = the outcome
field.watch = leaves a watch behind
field.timeout = session timeout in ms
field.lastZxidSeen = newest that the client has seen
field.version = expected version; -1 for any
field.type = what happened to the znode

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
sessions.count.heard = {k} of connected clients
sessions.count.silent = {k} without a word from the client
sessions.count.closing = {k} closing
sessions.count.over = {k} over, in sight for 10 s
sessions.runsout = {s}'s session expires in {t}, at {at}, unless {s} reaches a server before: {why}.
	Leader {n} hears nothing of it.
sessions.runsout.left = {s}'s session expires in {t}, at {at}: {why}. Leader {n} hears nothing
	of it.
sessions.why.unplugged = its cable is out
sessions.why.paused = its client is paused
sessions.why.apart = its client is not connected
sessions.why.left = its client is gone
sessions.why.late = no word of its client comes through
sessions.ending = {end} {what}
sessions.ended = The session of {s} ended at {at}.
sessions.expired = The session of {s} expired at {at}: leader {n} had heard nothing of it for its
	timeout of {t}.
sessions.deleted = Deleted with it: {paths}.
sessions.deleted.n = Its {k ephemeral was|ephemerals were} deleted.
sessions.more = {paths} and {k} more
sessions.unwatched = {what} Watches gone with it: {k}.
sessions.nothing = It had no ephemerals and no watches.
sessions.state.silent = not heard of
sessions.state.open = open
sessions.state.closing = closing
sessions.state.expired = expired
sessions.state.gone = closed
`
